"""What may be recorded inside a change, and how what it alters is put back."""

import json
import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from dataclasses import fields, replace
from datetime import UTC, datetime
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from infoint.events import Event
from infoint.people import Person

if TYPE_CHECKING:
    from infoint.debrief import Debrief

PERSON = tuple(field.name for field in fields(Person))
_KEYS = dict.fromkeys(("people", "events", "debriefs", "letters", "evidence"), "id") | {"settings": "name"}
_OF_PEOPLE = {
    "people": ("introduced_by",),
    "events": ("person_id", "details"),
    "debriefs": ("person_id", "content"),
    "letters": ("person_id",),
    "evidence": ("person_id",),
}
"""The columns that name people by their ids, by table; ids are unique, also inside a text."""
_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def new_id(moment: datetime) -> str:
    """Make a ULID: 26 letters that sort by time and are unique across campaigns.

    >>> len(new_id(datetime(2025, 3, 14, tzinfo=UTC)))
    26
    """
    return next(new_ids(moment))


def new_ids(moment: datetime) -> Iterator[str]:
    """Make ULIDs of one moment that sort in the order they are taken.

    >>> ids = new_ids(datetime(2025, 3, 14, tzinfo=UTC))
    >>> next(ids) < next(ids)
    True
    """
    time = _crockford(int(moment.timestamp() * 1000), 10)
    while True:
        head = time + _crockford(int.from_bytes(os.urandom(8), "big") >> 9, 11)
        for number in range(1 << 20):
            yield f"{head}{number:05X}"  # these letters are all among Crockford's


def _crockford(number: int, length: int) -> str:
    return "".join(_CROCKFORD[number >> 5 * place & 31] for place in reversed(range(length)))


class Writer:
    """What may be recorded inside a change."""

    def __init__(
        self, connection: sqlite3.Connection, change: int, at: datetime, ids: Iterator[str] | None = None
    ) -> None:
        self._run, self._many = connection.execute, connection.executemany
        self.change, self.at, self._ids = change, at, ids or new_ids(at)

    def add_people(self, people: Iterable[Person]) -> None:
        """Add people who already have ids; columns that are empty for all of them keep their defaults."""
        people = list(people)
        used = [name for name in PERSON if any(map(attrgetter(name), people))]
        if used:
            sql = f"INSERT INTO people (change_id, {', '.join(used)}) VALUES ({self.change}{', ?' * len(used)})"
            self._many(sql, zip(*(_column(name, people) for name in used), strict=True))

    def add_person(self, person: Person) -> Person:
        """Add one person, giving them an id."""
        person = replace(person, id=person.id or next(self._ids))
        self.add_people([person])
        return person

    def update_person(self, person: Person) -> None:
        """Put another state in the place of a person's last one."""
        self._remember("people", person.id)
        names = ", ".join(f"{name} = ?" for name in PERSON)
        values = [_column(name, [person])[0] for name in PERSON]
        self._run(f"UPDATE people SET {names} WHERE id = ?", (*values, person.id))

    def merge(self, kept: Person, other_id: str) -> None:
        """Make two people one: whatever is the other's becomes that of `kept`, and the other is gone."""
        for table, columns in _OF_PEOPLE.items():
            where = " OR ".join(f"instr({column}, ?1)" for column in columns)
            for (row_id,) in self._run(f"SELECT id FROM {table} WHERE {where}", (other_id,)).fetchall():
                self._remember(table, row_id)
            changes = ", ".join(f"{column} = replace({column}, ?1, ?2)" for column in columns)
            self._run(f"UPDATE {table} SET {changes} WHERE {where}", (other_id, kept.id))
        self.update_person(replace(kept, introduced_by="" if kept.introduced_by == other_id else kept.introduced_by))
        merged = [self._kept(f"merged {key}") or [] for key in (kept.id, other_id)]
        self.set(f"merged {kept.id}", [*merged[0], other_id, *merged[1]])
        self.set(f"merged {other_id}", None)
        self._remember("people", other_id)
        self._run("DELETE FROM people WHERE id = ?", (other_id,))

    def add_event(self, event: Event) -> Event:
        """Append a fact, giving it an id."""
        event = replace(event, id=event.id or next(self._ids), at=event.at.astimezone(UTC))
        told = (event.person_id, event.kind, event.at.isoformat(), event.precision, event.channel, event.template)
        rest = (event.letter, event.note, as_json(event.details) if event.details else "")
        self._run(f"INSERT INTO events VALUES ({', '.join('?' * 11)})", (event.id, self.change, *told, *rest))
        return event

    def add_evidence(self, *told: str) -> None:
        """Keep from which message a fact is known: person, id, moment, direction, kind, and the event or ""."""
        self._run(f"INSERT INTO evidence VALUES ({', '.join('?' * 8)})", (next(self._ids), self.change, *told))

    def add_debrief(self, person_id: str, debrief: "Debrief", held: datetime, *, revises: bool = False) -> None:
        """Keep what was written down after a meeting that was held then, as the newest version if it revises one."""
        row = (next(self._ids), self.change, person_id, held.isoformat(), debrief.to_json())
        last = "(SELECT id FROM debriefs WHERE person_id = ?3 ORDER BY at DESC, id DESC LIMIT 1)" if revises else "''"
        self._run(f"INSERT INTO debriefs VALUES (?1, ?2, ?3, ?4, ?5, {last})", row)

    def numbers(self, count: int) -> range:
        """So many numbers that no insight has had."""
        if not count:
            return range(0)
        last = self._kept("insights") or 0
        self.set("insights", last + count)
        return range(last + 1, last + count + 1)

    def settle(self, letter_id: str, state: str) -> None:
        """Note what the user said became of a letter."""
        self._remember("letters", letter_id)
        self._run("UPDATE letters SET state = ?, changed_at = ? WHERE id = ?", (state, self.at.isoformat(), letter_id))

    def set(self, name: str, value: Any) -> None:
        """Keep a value under a name; None takes the name away."""
        self._remember("settings", name)
        if value is None:
            self._run("DELETE FROM settings WHERE name = ?", (name,))
        else:
            self._run("INSERT OR REPLACE INTO settings VALUES (?, ?)", (name, as_json(value)))

    def _kept(self, name: str) -> Any:
        row = self._run("SELECT value FROM settings WHERE name = ?", (name,)).fetchone()
        return json.loads(row[0]) if row else None

    def _remember(self, table: str, key: str) -> None:
        cursor = self._run(f"SELECT * FROM {table} WHERE {_KEYS[table]} = ?", (key,))
        row = cursor.fetchone()
        image = as_json(dict(zip([column[0] for column in cursor.description], row, strict=True))) if row else None
        sql = "INSERT INTO before (change_id, tbl, key, row) VALUES (?, ?, ?, ?)"
        self._run(sql, (self.change, table, key, image))


def put_back(run: Callable[..., sqlite3.Cursor], table: str, key: str, row: str | None) -> None:
    """Make a row what it was before a change: None is that it was not there."""
    if row is None:
        run(f"DELETE FROM {table} WHERE {_KEYS[table]} = ?", (key,))
    else:
        values = json.loads(row)
        slots = ", ".join(f":{name}" for name in values)
        run(f"INSERT OR REPLACE INTO {table} ({', '.join(values)}) VALUES ({slots})", values)


def as_json(value: Any) -> str:
    """A value as the journal keeps it."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _column(name: str, people: Iterable[Person]) -> list[Any]:
    """One field of all of them, as SQLite keeps it."""
    values: list[Any] = list(map(attrgetter(name), people))
    if name == "tags":
        return [as_json(tags) if tags else "" for tags in values]
    return [day and day.isoformat() for day in values] if name == "connected_on" else values
