"""Whom to write to next, and why: the most comfortable first, one person at a company at a time."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import islice

from infoint.cadence import Cadence, Days, Due, due, show
from infoint.events import Standing
from infoint.matching import company_key
from infoint.people import Person, Profile, fold

_FRESH_DAYS = 14
_EASY = {5: "very easy for you to write to", 4: "easy for you to write to", 3: "you have something in common"}
_SMALL_WORDS = {
    *("and", "the", "for", "with", "into", "from", "about", "not", "sure", "what", "that"),
    *("work", "working", "other", "some"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation(Days):
    """A day as it looks: everybody, where things stand with them (by id), the user, how days count.

    `cadences` are by name and relationship; `chosen` are names of them by person's id, by "#tag" and
    by "" (everybody), the first of these that there is; `targets` is the motivation by company. `letters`
    are those of which nobody has said yet whether they went out: since when, and what is known, by whom they are for.
    """

    people: Sequence[Person]
    standings: Mapping[str, Standing]
    cadences: Mapping[str, Cadence]
    chosen: Mapping[str, str] = field(default_factory=dict)
    targets: Mapping[str, int] = field(default_factory=dict)
    profile: Profile | None = None
    letters: Mapping[str, tuple[date, str]] = field(default_factory=dict)

    def cadence(self, person: Person) -> Cadence:
        """The cadence that somebody's things follow."""
        keys = (person.id, *(f"#{tag}" for tag in person.tags), "") if self.chosen else ()
        chosen = (self.chosen.get(key, "") for key in keys)
        return self.cadences[next(filter(self.cadences.__contains__, chosen), person.relationship)]

    def due(self, person: Person, horizon: date = date.max) -> list[Due]:
        """What is due for one person, as far as their own standing tells."""
        s = self.standings.get(person.id)
        return due(s, self.cadence(person), self, horizon) if s else []

    def monday(self) -> date:
        """The first day of this week."""
        return self.today - timedelta(days=self.today.weekday())


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Somebody to write to, and the reasons in plain words, the weightiest first.

    `another` is whether they are another way into a target company where somebody was silent.
    """

    person: Person
    reasons: tuple[str, ...]
    another: bool = False


def next_people(day: Situation, limit: int = 5) -> list[Suggestion]:
    """The next people to write to, best first.

    Order: another way into a target company, then comfort, then fit with what is explored, then
    fresh introductions (Dalton; the article; Pierson). Pacing at one company (Dalton's 3B7): while
    somebody there was written to less than three business days ago nobody else is proposed; once
    somebody there helped, only who was introduced.
    """
    silent, words = companies(day)[2], _words(day.profile.exploring if day.profile else "")
    names = {person.id: person.name for person in day.people}
    found = []
    for person in islice((person for person, hold in ranked(day) if not hold), limit):
        reasons = _reasons(person, words, names, fresh=_fresh(person, day))
        company = company_key(person.company)
        if company in silent:
            reasons.append(f"{silent[company]} without an answer yet, so somebody else at {person.company}")
        if (s := day.standings.get(person.id)) and s.moved:
            reasons.append(s.moved)
        found.append(Suggestion(person, tuple(reasons), company in silent and company in day.targets))
    return found


def ranked(day: Situation) -> Iterator[tuple[Person, str]]:
    """Whoever may be written to for the first time, best first, and what holds them back now: "" is nothing."""
    words = _words(day.profile.exploring if day.profile else "")
    resting, helped, silent = companies(day)
    pressing = silent.keys() & day.targets.keys()
    order = sorted(
        (company_key(p.company) not in pressing, -p.ease(), -len(_shared(p, words)), -_fresh(p, day), number)
        for number, p in enumerate(() if day.landed else day.people)
        if p.id not in day.letters and _is_candidate(day.standings.get(p.id), day.today)
    )
    taken: dict[str, str] = {}
    for *_, number in order:
        person = day.people[number]
        company = company_key(person.company)
        hold = resting.get(company, "") or taken.get(company, "")
        hold = hold or ("" if person.introduced_by else helped.get(company, ""))
        if company and not hold:
            taken[company] = f"one person at a company at a time: {person.name} comes first at {person.company}"
        yield person, hold


def _is_candidate(s: Standing | None, today: date) -> bool:
    if s is None:
        return True
    rests = max(s.paused_until or today, s.away_until or today) > today
    return not s.stage and s.is_open and s.skipped.keys().isdisjoint(("write", "another")) and not rests


def companies(day: Situation) -> tuple[dict[str, str], dict[str, str], dict[str, str]]:
    """Why companies rest for now, who helped at others, and who was silent at the rest."""
    resting: dict[str, str] = {}
    helped: dict[str, str] = {}
    silent: dict[str, str] = {}
    for person in day.people:
        s = day.standings.get(person.id)
        if not person.company or s is None or not s.stage:
            continue
        company = company_key(person.company)
        if s.stage != "approached" and not (s.closed and s.stage == "replied"):
            helped[company] = f"{person.name} at {person.company} helps: they can tell you whom else to ask"
        elif s.awaiting_since:
            cadence, since = day.cadence(person), day.of(s.awaiting_since)
            another, letter = cadence.step("another"), f"{person.name} had your letter on {show(since)}"
            waits = another is None or (another.at and company not in day.targets)
            workdays = day.abroad.get(cadence.country, day.workdays)
            if another is None or waits or another.day(since, workdays) > day.today:
                resting[company] = f"one person at a company at a time: {letter}"
            else:
                silent[company] = letter
    return resting, helped, silent


def _words(text: str) -> frozenset[str]:
    return frozenset(word for word in re.findall(r"\w+", fold(text)) if len(word) > 2) - _SMALL_WORDS


def _shared(person: Person, words: frozenset[str]) -> frozenset[str]:
    """The words of what is explored that fit what the person does."""
    return words & _words(" ".join((person.industry, person.role, person.company, *person.tags))) if words else words


def _fresh(person: Person, day: Situation) -> bool:
    """Whether this person was introduced within the last two weeks (ours)."""
    s = day.standings.get(person.introduced_by) if person.introduced_by else None
    return bool(s and s.met_at and (day.today - day.of(s.met_at)).days <= _FRESH_DAYS)


def _reasons(person: Person, words: frozenset[str], names: Mapping[str, str], *, fresh: bool) -> list[str]:
    ease = _EASY.get(person.ease())
    reasons = [f"{person.known_as}, {ease}" if ease else person.known_as]
    if person.connected_on and not ease:
        reasons.append(f"linked with you since {person.connected_on.year}")
    if shared := _shared(person, words):
        reasons.append(f"close to what you are exploring: {', '.join(sorted(shared))}")
    if person.introduced_by in names:
        reasons.append(f"{'just ' if fresh else ''}introduced by {names[person.introduced_by]}")
    return reasons
