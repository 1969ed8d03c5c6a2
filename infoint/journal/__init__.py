"""The store: one campaign in one SQLite file, where every accepted fact survives a kill.

Everything that one command records is one change, in one transaction; `undo` takes back the
newest of them whole. Rows carry the change that made them; what a change altered is kept in
`before`, so that it can be put back. `forget` is the one thing that cannot be taken back.
"""

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import date, datetime
from glob import escape as glob_escape
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from infoint.errors import CampaignBusy, DamagedCampaign, DiskFull, NothingToUndo, ReadOnlyCampaign
from infoint.events import KINDS, PRECISIONS, Event, checked_details, known_event
from infoint.journal import archive, file, forgetting, search
from infoint.journal.letters import LetterRows
from infoint.journal.writing import PERSON, Writer, as_json, new_ids, put_back
from infoint.people import Person, Profile, fold, known_person

if TYPE_CHECKING:
    from infoint.debrief import Debrief

_PEOPLE = "SELECT {} FROM people".format(", ".join(PERSON))
_COLUMNS = ", ".join(f"p.{name}" for name in PERSON)
_EVENTS = "SELECT person_id, kind, at, id, precision, channel, template, letter, note, details FROM events"
_BARE_EVENTS = "SELECT person_id, kind, at, id, precision, note, details FROM events ORDER BY +person_id"
_TABLES = ("evidence", "debriefs", "events", "people")
_KIND = dict(zip(KINDS, KINDS, strict=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What one command recorded: its word, when, the people and events it added, what it altered."""

    id: int
    what: str
    at: datetime
    people: tuple[str, ...]
    events: tuple[str, ...]
    debriefs: int
    altered: tuple[str, ...]


class Journal:
    """The records of one campaign, read and written in whole changes."""

    def __init__(self, path: str | Path, *, create: bool = False) -> None:
        self.path = str(path)
        self._connection, self.read_only = file.connect(self.path, create=create)
        self._connection.create_function("folded", 1, fold, deterministic=True)
        self._ids: tuple[int, Iterator[str]] = (0, iter(()))
        self.letters = LetterRows(self._records, self._writing)

    def close(self) -> None:
        """Let go of the file; closing twice is fine."""
        self._connection.close()

    def check(self) -> None:
        """Read everything, as strictly as when it was told: for a file that others may have written.

        Raises
        ------
        DamagedCampaign
            When something in it could not have been recorded.

        """
        self._made(replace, self.people())
        self._made(_possible, self.events())
        self.debriefs(earlier=True)
        self.letters.all()
        self._made(lambda kept: Profile(**kept), list(self.settings("profile").values()))

    # ------------------------------------------------------------------ reading

    def _rows(self, sql: str, *values: Any) -> list[Any]:
        with file.clear_errors(self.path):
            return self._connection.execute(sql, values).fetchall()

    def _records(self, make: Callable[[Any], Any], sql: str, *values: Any) -> list[Any]:
        return self._made(make, self._rows(sql, *values))

    def _made(self, make: Callable[[Any], Any], rows: Iterable[Any]) -> list[Any]:
        """Make a record of each row; a row that makes none is damage that SQLite cannot see."""
        try:
            return [make(row) for row in rows]
        except (ValueError, TypeError, AttributeError, LookupError) as error:
            raise DamagedCampaign(self.path, str(error)) from error

    def setting(self, name: str) -> Any:
        """A value kept under a name, or None."""
        values = self._records(lambda row: json.loads(row[0]), "SELECT value FROM settings WHERE name = ?", name)
        return values[0] if values else None

    def settings(self, prefix: str) -> dict[str, Any]:
        """The values kept under names that begin with `prefix`, by the rest of the name."""
        sql = "SELECT substr(name, ?2), value FROM settings WHERE substr(name, 1, ?2 - 1) = ?1 ORDER BY name"
        return dict(self._records(lambda row: (row[0], json.loads(row[1])), sql, prefix, len(prefix) + 1))

    def people(self) -> list[Person]:
        """Everybody, in the order they were added."""
        return self._records(_person, f"{_PEOPLE} ORDER BY id")

    def directory(self, words: Sequence[str] = ()) -> list[tuple[str, str, str]]:
        """Id, name and email, without the rest, of everybody whom these words may mean: a first, quick look.

        What is not plain ASCII is always among them, since SQLite cannot fold it.
        """
        begun = [f"%{word[:100]}%" for word in words][:5]
        named = " AND ".join(["name LIKE ?"] * len(begun)) or "1"
        exact = "id = ? COLLATE NOCASE OR email = ? COLLATE NOCASE"
        odd = "name GLOB '*[^ -~]*' OR email GLOB '*[^ -~]*'"
        sql = f"SELECT id, name, email FROM people WHERE {named} OR {exact} OR {odd}"
        return sorted(self._rows(sql, *begun, *[" ".join(words)] * 2))

    def person(self, person_id: str) -> Person | None:
        """The person with that id, if any."""
        return next(iter(self._records(_person, f"{_PEOPLE} WHERE id = ?", person_id)), None)

    def events(self, person_id: str | None = None) -> list[Event]:
        """The facts of one person or of all, retracted ones with them."""
        if person_id is None:
            return self._records(_event, _EVENTS)
        return self._records(_event, f"{_EVENTS} WHERE person_id = ?", person_id)

    def has(self, kind: str) -> bool:
        """Whether anybody has a fact of that kind that was not retracted."""
        gone = "SELECT 1 FROM events WHERE person_id = e.person_id AND kind = 'retracted' AND instr(details, e.id)"
        return bool(self._rows(f"SELECT 1 FROM events e WHERE kind = ? AND NOT EXISTS ({gone}) LIMIT 1", kind))

    def bare_events(self) -> Iterator[list[Event]]:
        """The facts of one person after the other, with what a standing needs: the rest is left empty.

        SQLite sorts them and they are made as they come, so that few are there at a time: that is faster.
        """
        with file.clear_errors(self.path), closing(self._connection.execute(_BARE_EVENTS)) as cursor:
            for _, rows in groupby(cursor, itemgetter(0)):
                yield self._made(_bare_event, rows)

    def debriefs(self, person_id: str | None = None, *, earlier: bool = False) -> "list[tuple[str, datetime, Debrief]]":
        """Person, moment and content of every debrief, oldest first; `earlier` versions too, if wanted."""
        where, values = ("1", ()) if person_id is None else ("person_id = ?", (person_id,))
        where += "" if earlier else " AND id NOT IN (SELECT revises FROM debriefs)"
        sql = f"SELECT person_id, at, content FROM debriefs WHERE {where} ORDER BY at, id"
        return self._records(_debrief, sql, *values)

    def evidence(self) -> list[tuple[str, str, datetime, str, str, str]]:
        """From which messages facts are known: person, id, moment, direction, kind, and the event or ""."""
        sql = "SELECT person_id, message_id, at, direction, kind, event_id FROM evidence ORDER BY id"
        return self._records(lambda row: (*row[:2], datetime.fromisoformat(row[2]), *row[3:]), sql)

    def search(self, query: str, limit: int) -> list[tuple[Person, datetime, str, str, str]]:
        """The best hits: person, moment and its precision, what it is, a snippet; the index is renewed before."""
        run = self._connection.execute
        with file.clear_errors(self.path):
            if not search.is_fresh(run):
                self._index()
            found = search.find(run, query, _COLUMNS, limit)
        return [(_person(row[4:]), datetime.fromisoformat(row[0]), *row[1:4]) for row in found]

    def _index(self) -> None:
        try:
            with self._writing() as run:
                search.refresh(run)
        except (DiskFull, CampaignBusy, ReadOnlyCampaign):
            search.refresh(self._connection.execute, "temp")

    def holidays(self, country: str) -> dict[date, str]:
        """The days off kept for a country."""
        rows = self._rows("SELECT day, name FROM holidays WHERE country = ?", country)
        return {date.fromisoformat(day): name for day, name in rows}

    # ------------------------------------------------------------------ writing

    @contextmanager
    def _writing(self) -> Iterator[Callable[..., sqlite3.Cursor]]:
        if self.read_only:
            raise ReadOnlyCampaign(self.path)
        with file.clear_errors(self.path), file.transaction(self._connection):
            yield self._connection.execute

    @contextmanager
    def change(self, what: str, at: datetime) -> Iterator["Writer"]:
        """Record several things as one change: all of it is kept, or nothing.

        A change that records nothing leaves no trace.
        """
        with self._writing() as run:
            sql = "INSERT INTO changes (at, what) VALUES (?, ?)"
            number = run(sql, (at.isoformat(), what)).lastrowid
            start = self._connection.total_changes
            yield Writer(self._connection, number or 0, at, self.ids(at))
            if self._connection.total_changes == start:
                run("ROLLBACK")

    def ids(self, at: datetime) -> Iterator[str]:
        """New ids of that moment, which sort in the order they are taken."""
        if self._ids[0] != (millisecond := int(at.timestamp() * 1000)):
            self._ids = (millisecond, new_ids(at))
        return self._ids[1]

    def last_change_at(self, kinds: Iterable[str]) -> datetime | None:
        """When the newest change with one of these words was recorded."""
        kinds = tuple(kinds)
        slots = ", ".join("?" * len(kinds))
        found = self._rows(f"SELECT max(at) FROM changes WHERE what IN ({slots})", *kinds)[0][0]
        return datetime.fromisoformat(found) if found else None

    def version(self) -> tuple[int, int]:
        """Changes whenever something was written, by us or by another program."""
        return self._connection.total_changes, self._rows("PRAGMA data_version")[0][0]

    def shown_at(self, kinds: tuple[str, ...]) -> dict[str, datetime]:
        """When the newest change with one of these words recorded a fact about each person."""
        slots = ", ".join("?" * len(kinds))
        both = "changes c CROSS JOIN events e ON e.change_id = c.id"
        rows = self._rows(f"SELECT e.person_id, c.at FROM {both} WHERE c.what IN ({slots}) ORDER BY c.at", *kinds)
        return {person_id: datetime.fromisoformat(at) for person_id, at in rows}

    def keep(self, name: str, value: Any) -> None:
        """Keep a value under a name, outside any change: `undo` does not see it."""
        with self._writing() as run:
            run("INSERT OR REPLACE INTO settings VALUES (?, ?)", (name, as_json(value)))

    def keep_holidays(self, country: str, days: dict[date, str], known: Any) -> None:
        """Keep a country's days off (looked up once: the library is slow to load), outside any change.

        Where they cannot be kept, they are looked up again next time.
        """
        rows = [(country, day.isoformat(), name) for day, name in days.items()]
        with suppress(DiskFull, CampaignBusy, ReadOnlyCampaign), self._writing() as run:
            self._connection.executemany("INSERT OR REPLACE INTO holidays VALUES (?, ?, ?)", rows)
            run("INSERT OR REPLACE INTO settings VALUES (?, ?)", (f"holidays {country}", json.dumps(known)))

    def last_change(self) -> Change:
        """The newest change, for a look before it is taken back."""
        rows = self._rows("SELECT id, what, at, lasting FROM changes ORDER BY id DESC LIMIT 1")
        if not rows:
            raise NothingToUndo
        number, what, at, lasting = rows[0]
        if lasting:
            raise NothingToUndo(f"The last thing was to {what} somebody, and that is for good.")
        events = self._rows(
            "SELECT e.kind || ': ' || p.name FROM events e JOIN people p ON p.id = e.person_id WHERE e.change_id = ?",
            number,
        )
        people = self._rows("SELECT name FROM people WHERE change_id = ?", number)
        altered = self._rows(
            """SELECT DISTINCT iif(b.tbl = 'letters', 'what became of the letter to ', '')
                  || coalesce(p.name, json_extract(b.row, '$.name'), b.key) FROM before b
               LEFT JOIN people p ON p.id IN (b.key, coalesce(
                   (SELECT person_id FROM letters WHERE id = b.key), (SELECT person_id FROM events WHERE id = b.key),
                   (SELECT person_id FROM debriefs WHERE id = b.key)))
               WHERE b.change_id = ? AND b.key != 'insights' AND b.key NOT LIKE 'merged %'""",
            number,
        )
        debriefs = self._rows("SELECT count(*) FROM debriefs WHERE change_id = ?", number)[0][0]
        return Change(
            id=number,
            what=what,
            at=datetime.fromisoformat(at),
            people=tuple(name for (name,) in people),
            events=tuple(text for (text,) in events),
            debriefs=debriefs,
            altered=tuple(name for (name,) in altered),
        )

    def undo(self, change: Change) -> None:
        """Take back the newest change whole: `change`, as `last_change` showed it."""
        with self._writing() as run:
            if run("SELECT max(id) FROM changes").fetchone()[0] != change.id:
                raise NothingToUndo("Something newer was recorded meanwhile: look again.")
            sql = "SELECT tbl, key, row FROM before WHERE change_id = ? ORDER BY id DESC"
            for table, key, row in run(sql, (change.id,)).fetchall():
                put_back(run, table, key, row)
            run("DELETE FROM letters WHERE person_id IN (SELECT id FROM people WHERE change_id = ?)", (change.id,))
            for table in _TABLES:
                run(f"DELETE FROM {table} WHERE change_id = ?", (change.id,))
            run("DELETE FROM before WHERE change_id = ?", (change.id,))
            run("DELETE FROM changes WHERE id = ?", (change.id,))

    def forget(self, person_id: str, at: datetime) -> None:
        """Erase a person from every table, and from the copies that were made; the bytes are gone, too.

        It cannot be undone, nor can what came before it. Where another program is in the file or in
        a copy, or a copy cannot be written, that is raised and nothing is erased here.
        """
        if self.read_only:
            raise ReadOnlyCampaign(self.path)
        ids = [person_id, *(self.setting(f"merged {person_id}") or ())]
        for copy in filter(Path.exists, self.copies()):
            forgetting.from_copy(copy, ids, at)
        with file.clear_errors(self.path):
            forgetting.forget(self._connection, self.path, ids, at)

    def mentions(self, name: str, beside: str) -> list[tuple[str, str]]:
        """Who else's notes, and which, name somebody: (person id, text), those about `beside` being left out.

        What is the user's own, like a finding of their research, comes with the id "".
        """
        return self._rows(forgetting.MENTIONS, f"%{forgetting.literal(name)}%", beside)

    def unname(self, name: str) -> None:
        """Put "somebody" in the place of a name in everything that was written down, for good."""
        with file.clear_errors(self.path):
            forgetting.unname(self._connection, self.path, name)

    def backup(self, target: Path, *, passing: bool = False) -> None:
        """Copy everything into a new file, and keep where it is, unless it is a `passing` one."""
        is_kept = self.path != ":memory:" and not self.read_only and not passing
        if is_kept and not target.exists() and target.parent.is_dir():
            self.keep("copies", sorted({*(self.setting("copies") or ()), str(target.absolute())}))
        with file.clear_errors(str(target)):
            file.copy_to(self._connection, target)

    def copies(self) -> list[Path]:
        """The copies that were made of this file: by `backup`, and beside it before it was changed or replaced."""
        own = Path(self.path)
        beside = own.parent.glob(f"{glob_escape(own.stem)}[-.]*{own.suffix}") if self.path != ":memory:" else ()
        return sorted({*map(Path, self.setting("copies") or ()), *(path.absolute() for path in beside)})

    def export(self, folder: Path) -> None:
        """Write everything into a new folder of plain files."""
        with file.clear_errors(self.path):
            archive.write(self._connection, folder)


def _person(row: tuple[Any, ...]) -> Person:
    *plain, comfort, connected, introduced_by, url, school, tags, connected_on, note, zone = row
    names = tuple(json.loads(tags)) if tags else ()
    day = date.fromisoformat(connected_on) if connected_on else None
    return known_person(*plain, comfort, bool(connected), introduced_by, url, school, names, day, note, zone)


def _debrief(row: tuple[Any, ...]) -> "tuple[str, datetime, Debrief]":
    from infoint.debrief import Debrief

    person_id, at, content = row
    return person_id, datetime.fromisoformat(at), Debrief.from_json(content)


def _bare_event(row: tuple[Any, ...]) -> Event:
    person_id, kind, at, id_, precision, note, details = row
    more = json.loads(details) if details else {}
    return known_event(person_id, _KIND[kind], datetime.fromisoformat(at), id_, precision, note=note, details=more)


def _possible(event: Event) -> None:
    checked_details(event.kind, event.details)
    if event.at.tzinfo is None or event.precision not in PRECISIONS:
        raise ValueError(f"{event.kind} at {event.at} ({event.precision})")


def _event(row: tuple[Any, ...]) -> Event:
    person_id, kind, at, id_, precision, channel, template, letter, note, details = row
    moment = datetime.fromisoformat(at)
    more = json.loads(details) if details else {}
    return known_event(person_id, _KIND[kind], moment, id_, precision, channel, template, letter, note, more)
