"""The question bank and the plan."""

import pytest

from infoint.errors import InvalidTemplate
from infoint.people import Person
from infoint.questions import PHASES, bank, plan

BANK = bank()
CORE = [question for question in BANK if question.core]
CLOSING = [question for question in BANK if question.protected]
PEOPLE = [
    None,
    Person(name="Dana"),
    Person(name="Dana", company="Orbit"),
    Person(name="Dana", industry="energy", role="engineer"),
    Person(name="Dana", company="Orbit", industry="energy", role="engineer"),
    Person(name="Dana", company="{role}", industry="{company}", role="{industry}"),
]


def test_the_bank_keeps_the_articles_three_and_protects_the_closing_two():
    assert len(CORE) == 3
    assert [question.phase for question in CLOSING] == ["close", "close"]
    assert len({question.id for question in BANK}) == len(BANK)
    assert {question.phase for question in BANK} == set(PHASES)


@pytest.mark.parametrize("question", BANK, ids=lambda question: question.id)
def test_no_placeholder_is_left_over_in_a_question(question):
    for person in PEOPLE[:-1]:
        asked = question.asked_of(person)
        assert asked
        assert not set("{}") & set(asked)
    known = question.asked_of(PEOPLE[4])
    for slot, value in (("{company}", "Orbit"), ("{industry}", "energy"), ("{role}", "engineer")):
        assert (slot not in question.text) or value in known
    assert question.asked_of(PEOPLE[-1]).count("{") == question.text.count("{")  # a fact is never read as a slot


def test_a_question_about_what_is_not_known_is_asked_in_general():
    slotted = [question for question in BANK if "{company}" in question.text]
    assert slotted
    for question in slotted:
        assert question.asked_of(Person(name="Dana")) == question.generic
        assert question.asked_of(None) == question.generic


@pytest.mark.parametrize(("minutes", "count"), [(15, 3), (20, 5), (30, 8)])
def test_so_many_questions_fit_so_many_minutes(minutes, count):
    assert len([q for q in plan(BANK, minutes).questions if not q.protected]) == count


@pytest.mark.parametrize("minutes", range(5, 61))
def test_a_plan_keeps_to_its_minutes_its_order_and_its_closing_two(minutes):
    made = plan(BANK, minutes)
    assert made.minutes == minutes
    assert made.planned <= minutes
    assert list(made.questions[-2:]) == CLOSING
    phases = [PHASES.index(question.phase) for question in made.questions]
    assert phases == sorted(phases)
    assert len(set(made.questions)) == len(made.questions)
    others = [question.topic for question in made.questions if not question.core and not question.protected]
    assert len(others) == len(set(others))
    if sum(question.minutes for question in CORE) <= minutes - 5:
        assert set(CORE) <= set(made.questions)


@pytest.mark.parametrize("minutes", [0, 1, 4, 5, 6])
def test_a_tiny_talk_keeps_only_the_closing_two(minutes):
    assert list(plan(BANK, minutes).questions) == CLOSING


def test_more_minutes_never_mean_fewer_questions():
    counts = [len(plan(BANK, minutes).questions) for minutes in range(5, 61)]
    assert counts == sorted(counts)


ENTRY = """[[question]]
id = "mine"
text = "What is new at {company}?"
generic = "What is new?"
topic = "company"
phase = "insight"
about = "company"
minutes = 2
value = 5
"""


def own(folder, text):
    (folder / "questions.toml").write_text(text, encoding="utf-8")
    return folder


def test_the_users_own_bank_wins(tmp_path):
    (question,) = bank(own(tmp_path, ENTRY))
    assert question.asked_of(Person(name="Dana", company="Orbit")) == "What is new at Orbit?"


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        ('phase = "insight"', 'phase = "outro"', "mine"),
        ('generic = "What is new?"\n', "", "mine"),
        ("{company}", "{school}", "mine"),
        ("{company}", "{company name}", "mine"),
        ('generic = "What is new?"', 'generic = "What is new at {company}?"', "mine"),
        ("minutes = 2", "minuets = 2", "file"),
        ("minutes = 2\n", "", "file"),
        ("[[question]]", "[[questions]]", "file"),
        ("[[question]]", "[[question", "file"),
    ],
)
def test_a_bank_that_cannot_be_is_refused_with_the_question(tmp_path, old, new, where):
    assert old in ENTRY
    with pytest.raises(InvalidTemplate) as refused:
        bank(own(tmp_path, ENTRY.replace(old, new)))
    assert refused.value.where == where
