"""What an import would do: who is new, who is known already, which facts are new."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from itertools import combinations

from infoint import moments
from infoint.errors import Problem
from infoint.events import MOVED, Event
from infoint.exchange.records import Record
from infoint.matching import Known, doubt, is_bare, is_usual, merged, moved, same_company, together
from infoint.matching.names import parts
from infoint.people import Person

_REPEATED = frozenset({"outreach_sent", "nudge_sent", "touched", "noted"})
_SHARPNESS = {"by": 0, "day": 1, "minute": 2}


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

    def __init__(self, *, source: str, known: Known, events: Iterable[Event], today: date) -> None:
        self.source, self.known, self.today = source, known, today
        self.events: dict[str, list[Event]] = defaultdict(list)
        for event in events:
            self.events[event.person_id].append(event)
        self.added: dict[str, Person] = {}
        self.updated: dict[str, Person] = {}
        self.logged: list[Event] = []
        self.refined: list[Event] = []
        self.problems: list[Problem] = []
        self._counts = dict.fromkeys(("merged", "unchanged", "skipped"), 0)
        self._perhaps: dict[tuple[str, ...], list[Record]] = {}
        self._referred: list[tuple[str, str, int]] = []

    def take(self, items: Iterable[Record | Problem]) -> None:
        """Sort everything that a reader gives; those that are unsure are decided at the end."""
        for item in items:
            if isinstance(item, Problem):
                self.problems.append(item)
                self._counts["skipped"] += item.skipped
                continue
            verdict, found = self.known.decide(item.person)
            if item.known_only:
                self._passed(item, found)
            elif verdict == "new" or found is None:
                self._new(item)
            elif verdict == "same":
                self._same(found, item)
            else:
                self._perhaps.setdefault(parts(item.person.name), []).append(item)
        for records in self._perhaps.values():
            self._settle(records)
        for person_id, name, row in self._referred:
            self._refer(person_id, name, row)

    def _passed(self, record: Record, found: Person | None) -> None:
        """What was written with somebody who is known; with others it is told, and nobody is added."""
        if found:
            self._facts(found, record)
        else:
            message = f"{record.person.name} is not among your people: add them, and import this again"
            self.problems.append(Problem(self.source, record.row, message))

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
        facts = len(self.logged)
        new = record.person
        better = merged(found, replace(new, introduced_by=""))
        if new.url and new.connected:  # their own profile tells what they do now
            better = replace(better, company=new.company or better.company, role=new.role or better.role)
        if moved(found, better):
            note = MOVED.format(found.company, better.company)
            self._log(Event(person_id=found.id, kind="noted", at=moments.day(self.today), precision="day", note=note))
        elif same_company(found.company, better.company):
            better = replace(better, company=found.company)
        if better != found:
            self._keep(better)
        if record.person.introduced_by and not found.introduced_by:
            self._referred.append((found.id, record.person.introduced_by, record.row))
        self._facts(found, record)
        self._counts["unchanged" if better == found and len(self.logged) == facts else "merged"] += 1

    def _keep(self, person: Person) -> None:
        (self.added if person.id in self.added else self.updated)[person.id] = person
        self.known.add(person)

    def _settle(self, records: list[Record]) -> None:
        """Those of one name are somebody known, unless two of those who may be meant cannot be one person."""
        candidates = [record.person for record in records]
        found = [self.known.alike(person) for person in candidates]
        for record, alike in zip(records, found, strict=True):
            rivals = [
                *alike,
                *(other for other, those in zip(candidates, found, strict=True) if alike[:1] == those[:1]),
            ]
            named = self.known.named(record.person.name)
            sure = all(
                together(one, record.person) and not is_usual(one, record.person, named)
                if not is_bare(record.person)
                else is_bare(one)
                for one in alike
            )
            if alike and sure and not any(doubt(one, other) for one, other in combinations(rivals, 2)):
                self._same(self.known.by_id[alike[0].id], record)
                continue
            if alike:
                message = f"{record.person} was added beside {alike[0]}: both may be one person (infoint merge)"
                self.problems.append(Problem(self.source, record.row, message))
            self._new(record)

    def _facts(self, person: Person, record: Record) -> None:
        """Log what is new: a vague fact adds nothing to one of its kind, a sharper one takes the vaguer one's place."""
        for event in record.events:
            at = event.at
            if event.precision == "by" and at.date() > self.today:
                at = moments.day(self.today)  # known by today at the latest
            if at.date() > self.today:
                message = f"{person.name}: {event.kind} on {at.date()} is still to come and was left out"
                self.problems.append(Problem(self.source, record.row, message))
                continue
            event = replace(event, person_id=person.id, at=at)  # noqa: PLW2901 - the event as this campaign has it
            alike = [other for other in self.events[person.id] if other.kind == event.kind]
            vaguer = [other for other in alike if _refines(event, other)]
            if any(_covers(other, event) for other in alike if other not in vaguer):
                continue
            for other in vaguer[:1]:
                self.events[person.id].remove(other)
                self.refined.append(other) if other.id else self.logged.remove(other)
            self._log(event)

    def _log(self, event: Event) -> None:
        self.events[event.person_id].append(event)
        self.logged.append(event)

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


def _refines(event: Event, other: Event) -> bool:
    """Whether an event says more exactly when that other one of its kind was."""
    sharper = _SHARPNESS[event.precision] > _SHARPNESS[other.precision]
    return sharper and (
        event.at.date() <= other.at.date() if other.precision == "by" else event.at.date() == other.at.date()
    )


def _covers(other: Event, event: Event) -> bool:
    """Whether an event adds nothing to that other one of its kind."""
    if event.precision == "by" or event.kind not in _REPEATED:
        return True
    if event.precision == other.precision == "minute":
        return event.at == other.at
    return event.at.date() == other.at.date()
