"""Whom to write to next, and why: the most comfortable first, one person at a company at a time."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, tzinfo

from infoint.cadence import Cadence, show
from infoint.events import Standing
from infoint.matching import company_key
from infoint.people import Person, Profile, fold
from infoint.workdays import Workdays

_FRESH_DAYS = 14
_EASY = {5: "very easy for you to write to", 4: "easy for you to write to", 3: "you have something in common"}
_SMALL_WORDS = {
    *("and", "the", "for", "with", "into", "from", "about", "not", "sure", "what", "that"),
    *("work", "working", "other", "some"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """A day as it looks: everybody, where things stand with them (by id), the user, how days count.

    `cadences` are by relationship; `zone` is the user's. `letters` are those of which nobody has
    said yet whether they went out: since when, and what is known, by whom they are for.
    """

    people: Sequence[Person]
    standings: Mapping[str, Standing]
    today: date
    workdays: Workdays
    cadences: Mapping[str, Cadence]
    profile: Profile | None = None
    zone: tzinfo = UTC
    letters: Mapping[str, tuple[date, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Somebody to write to, and the reasons in plain words, the weightiest first."""

    person: Person
    reasons: tuple[str, ...]


def next_people(day: Situation, limit: int = 5) -> list[Suggestion]:
    """The next people to write to, best first.

    Order: comfort, then fit with what is explored, then fresh introductions (the article; Pierson).
    Pacing at one company (Dalton's 3B7): while somebody there was written to less than three
    business days ago nobody else is proposed; once somebody there helped, only who was introduced.
    """
    words = _words(day.profile.exploring if day.profile else "")
    resting, helped, silent = _companies(day)
    names = {person.id: person.name for person in day.people}
    ranked = sorted(
        (-person.ease(), -len(_shared(person, words)), -_fresh(person, day), number)
        for number, person in enumerate(day.people)
        if person.id not in day.letters and _is_candidate(day.standings.get(person.id), day.today)
    )
    found: list[Suggestion] = []
    taken: set[str] = set()
    for _, _, fresh, number in ranked:
        if len(found) >= limit:
            break
        person = day.people[number]
        company = company_key(person.company)
        if company and (company in resting or company in taken):
            continue
        if company in helped and not person.introduced_by:
            continue
        taken.add(company)
        reasons = _reasons(person, words, names, fresh=bool(fresh))
        if company in silent:
            reasons.append(f"{silent[company]} without an answer yet, so somebody else at {person.company}")
        found.append(Suggestion(person, tuple(reasons)))
    return found


def _is_candidate(s: Standing | None, today: date) -> bool:
    if s is None:
        return True
    rests = max(s.paused_until or today, s.away_until or today) > today
    return not s.stage and s.is_open and "write" not in s.skipped and not rests


def _companies(day: Situation) -> tuple[set[str], set[str], dict[str, str]]:
    """The companies that rest for now, those where somebody helped, and who was silent at the others."""
    resting: set[str] = set()
    helped: set[str] = set()
    silent: dict[str, str] = {}
    for person in day.people:
        s = day.standings.get(person.id)
        if not person.company or s is None or not s.stage:
            continue
        company = company_key(person.company)
        if s.stage != "approached" and not (s.closed and s.stage == "replied"):
            helped.add(company)
        elif s.awaiting_since:
            another = day.cadences[person.relationship].waits.get("another")
            since = s.awaiting_since.astimezone(day.zone).date()
            if another is None or another.after(since, day.workdays) > day.today:
                resting.add(company)
            else:
                silent[company] = f"{person.name} had your letter on {show(since)}"
    return resting, helped, silent


def _words(text: str) -> frozenset[str]:
    return frozenset(word for word in re.findall(r"\w+", fold(text)) if len(word) > 2) - _SMALL_WORDS


def _shared(person: Person, words: frozenset[str]) -> frozenset[str]:
    """The words of what is explored that fit what the person does."""
    return words & _words(" ".join((person.industry, person.role, person.company, *person.tags))) if words else words


def _fresh(person: Person, day: Situation) -> bool:
    """Whether this person was introduced within the last two weeks (ours)."""
    s = day.standings.get(person.introduced_by) if person.introduced_by else None
    return bool(s and s.met_at and (day.today - s.met_at.astimezone(day.zone).date()).days <= _FRESH_DAYS)


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
