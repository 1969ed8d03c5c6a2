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
    found = [
        Insight(claim, people[person_id], when)
        for person_id, when, debrief in debriefs
        if person_id in people
        for claim in debrief.learnt
    ]
    if about:
        wanted = fold(about)
        found = [
            i for i in found if wanted in fold(f"{i.claim} {i.person.company} {i.person.industry} {i.person.role}")
        ]
    return sorted(found, key=lambda insight: insight.when, reverse=True)
