"""The store: one campaign in one SQLite file, where every accepted fact survives a kill.

Everything that one command records is one change, in one transaction; `undo` takes back the
newest of them whole. Rows carry the change that made them; what a change altered is kept in
`before`, so that it can be put back. `forget` is the one thing that cannot be taken back.
"""

import json
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from infoint.errors import CampaignBusy, CampaignError, DamagedCampaign, DiskFull, NothingToUndo, ReadOnlyCampaign
from infoint.events import KINDS, Event, known_event
from infoint.journal import archive, file, search
from infoint.journal.letters import LetterRows
from infoint.journal.writing import PERSON, Writer, as_json, new_ids, put_back
from infoint.people import Person, fold, known_person

if TYPE_CHECKING:
    from infoint.debrief import Debrief

_PEOPLE = "SELECT {} FROM people".format(", ".join(PERSON))
_COLUMNS = ", ".join(f"p.{name}" for name in PERSON)
_EVENTS = "SELECT person_id, kind, at, id, precision, channel, template, letter, note, details FROM events"
_BARE_EVENTS = "SELECT person_id, kind, at, id, precision, note, details FROM events"
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
        self._ids: tuple[datetime | None, Iterator[str]] = (None, iter(()))
        self.letters = LetterRows(self._records, self._writing)

    def close(self) -> None:
        """Let go of the file; closing twice is fine."""
        self._connection.close()

    # ------------------------------------------------------------------ reading

    def _rows(self, sql: str, *values: Any) -> list[Any]:
        with file.clear_errors(self.path):
            return self._connection.execute(sql, values).fetchall()

    def _records(self, make: Callable[[Any], Any], sql: str, *values: Any) -> list[Any]:
        return self._made(make, self._rows(sql, *values))

    def _made(self, make: Callable[[Any], Any], rows: list[Any]) -> list[Any]:
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

        They are made person by person, so that few are there at a time: that is a third faster.
        """
        by_person: dict[str, list[Any]] = defaultdict(list)
        for row in self._rows(_BARE_EVENTS):
            by_person[row[0]].append(row)
        return (self._made(_bare_event, rows) for rows in by_person.values())

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
        if self._ids[0] != at:
            self._ids = (at, new_ids(at))
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
            """SELECT DISTINCT coalesce(p.name, json_extract(b.row, '$.name'), b.key) FROM before b
               LEFT JOIN people p ON p.id IN (b.key, (SELECT person_id FROM letters l WHERE l.id = b.key))
               WHERE b.change_id = ? AND b.key != 'insights'""",
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

    def forget(self, person_id: str, at: datetime, labels: Mapping[str, str] | None = None) -> None:
        """Erase a person from every table; the bytes are gone from the file and its log.

        `labels` are those that remain. It cannot be undone, nor can what came before it. While
        another program is reading the file, nothing is erased and `CampaignBusy` is raised.
        """
        if self.read_only:
            raise ReadOnlyCampaign(self.path)
        like = (f"%{person_id}%",)
        with file.clear_errors(self.path):
            self._wipe()
            with self._writing() as run:
                for table, column in (("events", "details"), ("debriefs", "content")):
                    rows = run(f"SELECT id, {column} FROM {table} WHERE {column} LIKE ?", like).fetchall()
                    for row_id, text in rows:
                        run(f"UPDATE {table} SET {column} = ? WHERE id = ?", (_without(text, person_id), row_id))
                run("UPDATE people SET introduced_by = '' WHERE introduced_by = ?", (person_id,))
                run("DELETE FROM debriefs WHERE person_id = ?", (person_id,))
                run("DELETE FROM events WHERE person_id = ?", (person_id,))
                run("DELETE FROM letters WHERE person_id = ?", (person_id,))
                run("DELETE FROM evidence WHERE person_id = ?", (person_id,))
                run("DELETE FROM people WHERE id = ?", (person_id,))
                run("DELETE FROM settings WHERE name LIKE ?", (f"% {person_id}",))
                run("DELETE FROM before")
                search.drop(run)
                run("UPDATE settings SET value = ? WHERE name = 'labels'", (as_json(labels or {}),))
                run("INSERT INTO changes (at, what, lasting) VALUES (?, 'forget', 1)", (at.isoformat(),))
            try:
                self._wipe()
            except (CampaignBusy, sqlite3.Error) as error:
                message = f"They are erased, but their old bytes are still in {self.path}: another program is in it."
                raise CampaignError(self.path, message, "Close that program: the bytes go then.") from error

    def _wipe(self) -> None:
        """Write the file anew, so that no byte of what was deleted is left in it or in its log."""
        self._connection.execute("VACUUM")
        if self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]:
            raise CampaignBusy(self.path)

    def mentions(self, text: str, beside: str) -> list[tuple[str, str]]:
        """Who else's notes, and which, contain this text: (person id, note), `beside` being left out.

        What is the user's own, like a finding of their research, comes with the id "".
        """
        like = "%" + text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
        sql = """SELECT person_id, note FROM events WHERE note LIKE ?1 ESCAPE '\\' AND person_id != ?2
                 UNION SELECT id, note FROM people WHERE note LIKE ?1 ESCAPE '\\' AND id != ?2
                 UNION SELECT person_id, body FROM letters WHERE body LIKE ?1 ESCAPE '\\' AND person_id != ?2
                 UNION SELECT person_id, atom FROM debriefs, json_tree(content) WHERE atom LIKE ?1 ESCAPE '\\'
                 AND person_id != ?2
                 UNION SELECT person_id, atom FROM events, json_tree(nullif(details, ''))
                 WHERE atom LIKE ?1 ESCAPE '\\' AND person_id != ?2
                 UNION SELECT '', atom FROM settings s, json_tree(s.value) WHERE atom LIKE ?1 ESCAPE '\\'"""
        return self._rows(sql, like, beside)

    def backup(self, target: Path) -> None:
        """Copy everything into a new file."""
        with file.clear_errors(str(target)):
            file.copy_to(self._connection, target)

    def export(self, folder: Path) -> None:
        """Write everything into a new folder of plain files."""
        with file.clear_errors(self.path):
            archive.write(self._connection, folder)


def _without(text: str, person_id: str) -> str:
    """The JSON text with every mention of an id taken out, in lists and as values."""

    def clean(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: clean(inner) for key, inner in value.items() if inner != person_id}
        if isinstance(value, list):
            return [clean(inner) for inner in value if inner != person_id]
        return value

    return as_json(clean(json.loads(text)))


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


def _event(row: tuple[Any, ...]) -> Event:
    person_id, kind, at, id_, precision, channel, template, letter, note, details = row
    moment = datetime.fromisoformat(at)
    more = json.loads(details) if details else {}
    return known_event(person_id, _KIND[kind], moment, id_, precision, channel, template, letter, note, more)
