"""What has been learnt so far: one claim, who said it, about which company, industry or role."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from infoint.debrief import Debrief
from infoint.people import Person, fold


@dataclass(frozen=True, slots=True)
class Insight:
    """One claim, who said it and when."""

    claim: str
    person: Person
    when: datetime


def insights(
    debriefs: Iterable[tuple[str, datetime, Debrief]], people: Mapping[str, Person], about: str | None = None
) -> list[Insight]:
    """Every claim from the debriefs, newest first; `about` keeps those that speak of something.

    A claim speaks of something when its own words, or the company, industry or role of who said
    it, contain it.
    """
    wanted = fold(about or "")
    found = [
        Insight(claim, who, when)
        for person_id, when, debrief in debriefs
        if (who := people.get(person_id))
        for claim in debrief.learnt
        if wanted in fold(f"{claim} {who.company} {who.industry} {who.role}")
    ]
    return sorted(found, key=lambda insight: insight.when, reverse=True)
