"""What has been learnt so far."""

from datetime import UTC, datetime

import pytest

from infoint.debrief import Debrief
from infoint.insights import learnt
from infoint.people import Person

PEOPLE = {
    "d": Person(id="d", name="Dana Ruiz", company="Orbit", industry="Énergie", role="engineer"),
    "a": Person(id="a", name="Ada Park", company="Acme"),
}
DEBRIEFS = [
    (
        "d",
        datetime(2025, 3, 3, tzinfo=UTC),
        Debrief(learnt=("Hiring is slow at Acme", "Grids are short of people"), numbers=(1, 2)),
    ),
    ("gone", datetime(2025, 3, 4, tzinfo=UTC), Debrief(learnt=("Nobody knows who said this",), numbers=(3,))),
    ("a", datetime(2025, 3, 5, tzinfo=UTC), Debrief(learnt=("They like teachers",), numbers=(4,), notes="Hiring")),
]


def insights(*told):
    return learnt(*told).insights


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


# ---------------------------------------------------------------------- who says so too, who does not

DANA, ADA = PEOPLE["d"], PEOPLE["a"]
TOM = Person(id="t", name="Tom Okoye", company="Acme", role="buyer", introduced_by="a")
EVE = Person(id="e", name="Eve Moss", company="Tideline", introduced_by="t")
EVERYBODY = {person.id: person for person in (DANA, ADA, TOM, EVE)}


def talk(who, day, *lines, first=0, **more):
    debrief = Debrief(learnt=lines, numbers=range(first, first + len(lines)), **more)
    return who.id, datetime(2025, 3, day, tzinfo=UTC), debrief


TALKS = [
    talk(DANA, 1, "Hiring is slow", "Who decides?", first=1),
    talk(ADA, 2, "It takes months agrees 1", "Small teams are fun", first=3),
    talk(TOM, 3, "Three months at least agrees 3", "Small teams are lonely contradicts 4", first=5),
    talk(EVE, 4, "The board decides agrees 2", first=7),
]


def by_number(talks=TALKS, about=None):
    return {insight.number: insight for insight in insights(talks, EVERYBODY, about)}


def names(people):
    return [person.first_name for person in people]


def test_voices_are_all_who_say_so_also_by_way_of_another_claim():
    found = by_number()
    assert [names(found[n].voices) for n in (1, 3, 5)] == [["Dana", "Ada", "Tom"]] * 3
    assert names(found[4].voices) == ["Ada"]


def test_agreeing_counts_also_when_the_earlier_talk_is_written_down_later():
    late = [talk(DANA, 9, "Hiring is slow", "Teams are small", first=1)]
    late += [talk(ADA, 2, "It takes months agrees 1", "They are large contradicts 2", first=3)]
    found = by_number(late)
    assert [names(found[n].voices) for n in (1, 3)] == [["Ada", "Dana"]] * 2
    assert (names(found[2].against), names(found[4].against)) == (["Ada"], ["Dana"])


def test_who_contradicts_stands_with_both_claims():
    found = by_number()
    assert (names(found[4].against), names(found[6].against)) == (["Tom"], ["Ada"])
    assert found[1].against == ()


def test_whoever_was_introduced_by_another_voice_is_no_voice_of_their_own():
    found = by_number([*TALKS, talk(EVE, 5, "So it is agrees 1", first=8)])[1]
    assert [names(circle) for circle in found.circles] == [["Dana"], ["Ada", "Tom", "Eve"]]
    bridge = by_number([talk(ADA, 1, "x", first=1), talk(EVE, 2, "y agrees 1", first=2)])[1]
    assert [names(circle) for circle in bridge.circles] == [["Ada"], ["Eve"]]  # Tom, who links them, has not said so
    late = by_number(
        [talk(ADA, 1, "x", first=1), talk(EVE, 2, "y agrees 1", first=2), talk(TOM, 3, "z agrees 1", first=3)]
    )
    assert [names(circle) for circle in late[1].circles] == [["Ada", "Eve", "Tom"]]


def test_whoever_asked_a_question_is_no_voice_for_its_answer():
    found = by_number()
    assert [names(found[n].voices) for n in (2, 7)] == [["Eve"]] * 2
    assert by_number(TALKS[:1])[2].voices == ()
    again = [talk(DANA, 1, "Do they hire juniors?", first=1), talk(ADA, 2, "Do they hire juniors? agrees 1", first=2)]
    assert [insight.number for insight in learnt(again, EVERYBODY).open] == [1]  # two have asked, nobody has answered
    own = learnt([*again, talk(DANA, 3, "Two a year agrees 1", first=3)], EVERYBODY)
    assert (names(own.insights[0].voices), own.open) == (["Dana"], [])  # whoever asked may find out


def test_what_is_open_is_what_people_disagree_about_and_what_nobody_answered():
    assert [insight.number for insight in learnt(TALKS, EVERYBODY).open] == [6, 4]
    assert [insight.number for insight in learnt(TALKS[:1], EVERYBODY).open] == [2]


def test_a_voice_counts_also_when_only_a_part_is_asked_about():
    assert names(by_number(about="orbit")[1].voices) == ["Dana", "Ada", "Tom"]


def test_a_claim_that_was_forgotten_is_agreed_with_no_more():
    found = by_number(TALKS[1:])
    assert names(found[3].voices) == ["Ada", "Tom"]


def test_claims_are_put_together_by_company_industry_and_role():
    found = learnt(TALKS, EVERYBODY)
    assert {name: [i.number for i in claims] for name, claims in found.by("company").items()} == {
        "Acme": [5, 6, 3, 4],
        "Orbit": [1, 2],
        "Tideline": [7],
    }
    assert list(found.by("role")) == ["buyer", "engineer", ""]


def test_new_claims_are_counted_for_each_talk_a_question_only_once_it_is_answered():
    assert [(t.person.first_name, t.new, t.known) for t in learnt(TALKS, EVERYBODY).talks] == [
        ("Dana", 1, 0), ("Ada", 1, 1), ("Tom", 1, 1), ("Eve", 1, 0),
    ]  # fmt: skip
    assert [t.person.first_name for t in learnt(TALKS, EVERYBODY, "acme").talks] == ["Ada", "Tom"]


@pytest.mark.parametrize(
    ("counts", "words"),
    [
        ([3, 3, 3, 2, 2], "too few to say"),
        ([3, 3, 3, 1, 1, 1], "brought 1.0 new claims each, those before 3.0: you may know enough"),
        ([3, 3, 3, 3, 2, 3], "something new in each"),
        ([0] * 6, "no claims"),
    ],
)
def test_when_new_claims_fall_it_is_said_with_care(counts, words):
    numbers = iter(range(1, 999))
    talks = [talk(DANA, day, *(f"claim {next(numbers)}" for _ in range(n))) for day, n in enumerate(counts, 1)]
    assert words in learnt(talks, EVERYBODY).sentence()


def test_ratings_are_shown_for_what_they_rate_with_their_spread_and_count():
    talks = [
        talk(DANA, 1, fit={"company": 4, "industry": 2}, why={"company": "kind"}),
        talk(ADA, 2, fit={"company": 5, "role": 1}),
        talk(TOM, 3, fit={"company": 3}),
    ]
    found = {(f.of, f.name): (f.ratings, f.spread, f.why) for f in learnt(talks, EVERYBODY).fit}
    assert found == {
        ("company", "Orbit"): ((4,), "4", ("kind",)),
        ("company", "Acme"): ((5, 3), "3 to 5", ()),
        ("industry", "Énergie"): ((2,), "2", ()),
        ("role", "not noted"): ((1,), "1", ()),
    }
    assert [f.name for f in learnt(talks, EVERYBODY, "energie").fit] == ["Énergie"]


def test_the_page_says_all_of_it_and_runs_no_script():
    page = str(learnt([*TALKS, talk(DANA, 5, "<script>alert(1)</script>", first=9)], EVERYBODY))
    for words in (
        "## Acme",
        "5 · Three months at least",
        "so say 3: Dana Ruiz, Ada Park, Tom Okoye",
        "one voice",
        "Tom Okoye says otherwise",
        "## Still open",
        "- Small teams are fun (people disagree)",
        "2 · Who decides?\n  Dana Ruiz (engineer at Orbit), 2025-03-01\n  answered by Eve Moss\n",
    ):
        assert words in page  # fmt: skip
    rated = str(learnt([talk(DANA, 1, fit={"company": 4}), talk(DANA, 2, fit={"company": 5})], EVERYBODY))
    assert f"| {'Orbit':30} | company  | 4 5           | 4 to 5 |     2 |" in rated
    shown = learnt([talk(DANA, 5, "<script> ![x](https://example.com/seen.png)")], EVERYBODY)._repr_markdown_()
    assert "<script" not in shown
    assert r"!\[x](" in shown
    assert "Nothing noted yet" in str(learnt([], {}))
