"""What an import would do: who is new, who is known already, which facts are new."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from infoint import moments
from infoint.errors import Problem
from infoint.events import Event
from infoint.exchange.records import Record
from infoint.matching import Known, merged
from infoint.people import Person

_REPEATED = frozenset({"outreach_sent", "nudge_sent", "touched", "noted"})


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportResult:
    """What an import did, in numbers, with everything that was left out or looked odd.

    Every row of the file is `added` (a new person), `merged` (somebody known gained something),
    `unchanged` (known in full) or `skipped` (it gave no person); `events` are the facts logged.
    """

    source: str
    format: str
    encoding: str = ""
    added: int = 0
    merged: int = 0
    unchanged: int = 0
    skipped: int = 0
    events: int = 0
    problems: tuple[Problem, ...] = ()


class Intake:
    """Sorts records, one after the other, into people to add, people to update and facts to log."""

    def __init__(
        self, *, source: str, known: Known, events: dict[str, set[tuple[str, date | None]]], today: date
    ) -> None:
        self.source, self.known, self.events, self.today = source, known, events, today
        self.added: dict[str, Person] = {}
        self.updated: dict[str, Person] = {}
        self.logged: list[Event] = []
        self.problems: list[Problem] = []
        self._counts = dict.fromkeys(("merged", "unchanged", "skipped"), 0)
        self._perhaps: dict[str, list[Record]] = {}
        self._referred: list[tuple[str, str, int]] = []

    def take(self, items: Iterable[Record | Problem]) -> None:
        """Sort everything that a reader gives; those that are unsure are decided at the end."""
        for item in items:
            if isinstance(item, Problem):
                self.problems.append(item)
                self._counts["skipped"] += item.skipped
                continue
            verdict, found = self.known.decide(item.person)
            if verdict == "new" or found is None:
                self._new(item)
            elif verdict == "same":
                self._same(found, item)
            else:
                self._perhaps.setdefault(found.name, []).append(item)
        for name, records in self._perhaps.items():
            self._settle(name, records)
        for person_id, name, row in self._referred:
            self._refer(person_id, name, row)

    def _new(self, record: Record) -> None:
        person = record.person
        if person.introduced_by:
            self._referred.append((person.id, person.introduced_by, record.row))
            person = replace(person, introduced_by="")
        self.added[person.id] = person
        self.known.add(person)
        if record.events:
            self._facts(person, record)

    def _same(self, found: Person, record: Record) -> None:
        better, facts = merged(found, replace(record.person, introduced_by="")), len(self.logged)
        if better is not found:
            self._keep(better)
        if record.person.introduced_by and not found.introduced_by:
            self._referred.append((found.id, record.person.introduced_by, record.row))
        self._facts(found, record)
        self._counts["unchanged" if better is found and len(self.logged) == facts else "merged"] += 1

    def _keep(self, person: Person) -> None:
        (self.added if person.id in self.added else self.updated)[person.id] = person
        self.known.add(person)

    def _settle(self, name: str, records: list[Record]) -> None:
        """One candidate who may be somebody known is that person; of several nobody is."""
        alike = self.known.named(name)
        if len(records) == len(alike) == 1:
            self._same(alike[0], records[0])
            return
        for record in records:
            message = f"{record.person} was added beside the {name} you have: both may be one person"
            self.problems.append(Problem(self.source, record.row, message))
            self._new(record)

    def _facts(self, person: Person, record: Record) -> None:
        """Log what is new: one fact of a kind and day a person, and no second vague one of a kind."""
        mine = self.events.setdefault(person.id, set())
        for event in record.events:
            at = event.at
            if event.precision == "by" and at.date() > self.today:
                at = moments.day(self.today)  # known by today at the latest
            day = at.date()
            if day > self.today:
                message = f"{person.name}: {event.kind} on {day} is still to come and was left out"
                self.problems.append(Problem(self.source, record.row, message))
                continue
            vague = event.precision == "by" or event.kind not in _REPEATED
            if (event.kind, day) in mine or (vague and (event.kind, None) in mine):
                continue
            mine |= {(event.kind, day), (event.kind, None)}
            self.logged.append(replace(event, person_id=person.id, at=at))

    def _refer(self, person_id: str, name: str, row: int) -> None:
        """Turn the name of who referred somebody into that person, when exactly one is called so."""
        namesakes = [other for other in self.known.named(name) if other.id != person_id]
        person = self.known.by_id[person_id]
        if len(namesakes) != 1:
            self.problems.append(Problem(self.source, row, f"who referred them ({name!r}) is not one known person"))
        elif not person.introduced_by:
            self._keep(replace(person, introduced_by=namesakes[0].id))

    def result(self, format_: str, encoding: str) -> ImportResult:
        """The numbers."""
        return ImportResult(
            source=self.source,
            format=format_,
            encoding=encoding,
            added=len(self.added),
            events=len(self.logged),
            problems=tuple(self.problems),
            **self._counts,
        )


def facts_of(events: Iterable[Event]) -> dict[str, set[tuple[str, date | None]]]:
    """What is already logged of each person, as kinds with their days (and None: some day)."""
    found: dict[str, set[tuple[str, date | None]]] = {}
    for event in events:
        found.setdefault(event.person_id, set()).update(((event.kind, event.at.date()), (event.kind, None)))
    return found
