"""What an import would do: who is new, who is known already, which facts are new."""

import gc
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
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


@dataclass(slots=True)
class Intake:
    """Sorts records, one after the other, into people to add, people to update and facts to log."""

    source: str
    known: Known
    events: dict[str, set[tuple[str, date | None]]]
    today: date
    ids: Iterator[str]
    added: dict[str, Person] = field(default_factory=dict)
    updated: dict[str, Person] = field(default_factory=dict)
    logged: list[Event] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    merged: int = 0
    unchanged: int = 0
    skipped: int = 0
    _perhaps: dict[str, list[tuple[Person, Record]]] = field(default_factory=dict)
    _referred: list[tuple[str, str, int]] = field(default_factory=list)

    def take(self, items: Iterable[Record | Problem]) -> None:
        """Sort everything that a reader gives; those that are unsure are decided at the end."""
        for item in items:
            if isinstance(item, Problem):
                self.problems.append(item)
                self.skipped += item.skipped
                continue
            verdict, found = self.known.decide(item.person)
            if verdict == "new" or found is None:
                self._new(item)
            elif verdict == "same":
                self._same(found, item)
            else:
                self._perhaps.setdefault(found.id, []).append((found, item))
        for candidates in self._perhaps.values():
            self._settle(candidates)
        for person_id, name, row in self._referred:
            self._refer(person_id, name, row)

    def _new(self, record: Record) -> None:
        person = record.person
        introducer = person.introduced_by
        if introducer or not person.id:
            person = replace(person, id=person.id or next(self.ids), introduced_by="")
        self.added[person.id] = person
        self.known.add(person)
        if record.events:
            self._facts(person, record)
        if introducer:
            self._referred.append((person.id, introducer, record.row))

    def _same(self, found: Person, record: Record) -> None:
        found = self.added.get(found.id) or self.updated.get(found.id) or found
        introducer = record.person.introduced_by
        better = merged(found, replace(record.person, introduced_by="") if introducer else record.person)
        facts = len(self.logged)
        if better is not found:
            self._keep(better)
        if introducer and not found.introduced_by:
            self._referred.append((found.id, introducer, record.row))
        self._facts(found, record)
        gained = better is not found or len(self.logged) > facts
        self.merged, self.unchanged = self.merged + gained, self.unchanged + (not gained)

    def _keep(self, person: Person) -> None:
        (self.added if person.id in self.added else self.updated)[person.id] = person
        self.known.add(person)

    def _settle(self, candidates: list[tuple[Person, Record]]) -> None:
        """One candidate who may be somebody known is that person; of several nobody is."""
        found = candidates[0][0]
        if len(candidates) == 1 and len(self.known.named(found.name)) == 1:
            self._same(*candidates[0])
            return
        for _, record in candidates:
            message = f"{record.person} was added beside the {found.name} you have: both may be one person"
            self.problems.append(Problem(self.source, record.row, message))
            self._new(record)

    def _facts(self, person: Person, record: Record) -> None:
        """Log what is new: one fact of a kind and day a person, and no second vague one of a kind."""
        if not record.events:
            return
        mine = self.events.setdefault(person.id, set())
        for event in record.events:
            if event.precision == "by" and event.at.date() > self.today:
                event = replace(event, at=moments.day(self.today))  # noqa: PLW2901 - known by today at the latest
            day = event.at.date()
            if day > self.today:
                message = f"{person.name}: {event.kind} on {day} is still to come and was left out"
                self.problems.append(Problem(self.source, record.row, message))
                continue
            vague = event.precision == "by" or event.kind not in _REPEATED
            if (event.kind, day) in mine or (vague and (event.kind, None) in mine):
                continue
            mine |= {(event.kind, day), (event.kind, None)}
            self.logged.append(replace(event, person_id=person.id))

    def _refer(self, person_id: str, name: str, row: int) -> None:
        """Turn the name of who referred somebody into that person, when exactly one is called so."""
        namesakes = [other for other in self.known.named(name) if other.id != person_id]
        if len(namesakes) != 1:
            self.problems.append(Problem(self.source, row, f"who referred them ({name!r}) is not one known person"))
            return
        person = self.added.get(person_id) or self.updated.get(person_id) or self.known.by_id(person_id)
        if person and not person.introduced_by:
            self._keep(replace(person, introduced_by=namesakes[0].id))

    def result(self, format_: str, encoding: str) -> ImportResult:
        """The numbers."""
        return ImportResult(
            source=self.source,
            format=format_,
            encoding=encoding,
            added=len(self.added),
            merged=self.merged,
            unchanged=self.unchanged,
            skipped=self.skipped,
            events=len(self.logged),
            problems=tuple(self.problems),
        )


def facts_of(events: Iterable[Event]) -> dict[str, set[tuple[str, date | None]]]:
    """What is already logged of each person, as kinds with their days (and None: some day)."""
    found: dict[str, set[tuple[str, date | None]]] = {}
    for event in events:
        found.setdefault(event.person_id, set()).update(((event.kind, event.at.date()), (event.kind, None)))
    return found


@contextmanager
def uncollected() -> Iterator[None]:
    """Let the search for rings of garbage rest: reading makes many small records and no rings."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()
