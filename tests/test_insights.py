"""What has been learnt so far."""

from datetime import UTC, datetime

import pytest

from infoint.debrief import Debrief
from infoint.insights import insights
from infoint.people import Person

PEOPLE = {
    "d": Person(id="d", name="Dana Ruiz", company="Orbit", industry="Énergie", role="engineer"),
    "a": Person(id="a", name="Ada Park", company="Acme"),
}
DEBRIEFS = [
    ("d", datetime(2025, 3, 3, tzinfo=UTC), Debrief(learnt=("Hiring is slow at Acme", "Grids are short of people"))),
    ("gone", datetime(2025, 3, 4, tzinfo=UTC), Debrief(learnt=("Nobody knows who said this",))),
    ("a", datetime(2025, 3, 5, tzinfo=UTC), Debrief(learnt=("They like teachers",), notes="Hiring")),
]


def claims(about=None):
    return [insight.claim for insight in insights(DEBRIEFS, PEOPLE, about)]


def test_every_claim_stands_with_who_said_it_the_newest_first():
    found = insights(DEBRIEFS, PEOPLE)
    assert [(i.person.name, i.when.day) for i in found] == [("Ada Park", 5), ("Dana Ruiz", 3), ("Dana Ruiz", 3)]
    assert claims() == ["They like teachers", "Hiring is slow at Acme", "Grids are short of people"]


@pytest.mark.parametrize(
    ("about", "expected"),
    [
        ("acme", ["They like teachers", "Hiring is slow at Acme"]),  # who works there, or speaks of it
        ("ENERGIE", ["Hiring is slow at Acme", "Grids are short of people"]),
        ("engineer", ["Hiring is slow at Acme", "Grids are short of people"]),
        (" teachers ", ["They like teachers"]),
        ("hiring", ["Hiring is slow at Acme"]),  # notes are no claims
        ("batteries", []),
    ],
)
def test_claims_are_found_by_their_words_and_by_the_work_of_who_said_them(about, expected):
    assert claims(about) == expected
