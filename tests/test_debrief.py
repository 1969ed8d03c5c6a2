"""What is written down after a meeting."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infoint.debrief import FIT_OF, Debrief, named
from infoint.errors import InvalidDetails, InvalidPerson

TEXT = st.text(max_size=20)
LINES = st.lists(TEXT, max_size=3).map(tuple)


@given(
    st.builds(
        Debrief,
        notes=TEXT,
        learnt=LINES,
        surprised=TEXT,
        still_interested=TEXT,
        advice=TEXT,
        fit=st.dictionaries(st.sampled_from(FIT_OF), st.integers(1, 5)),
        introductions=LINES,
        permission=st.none() | st.booleans(),
        months=st.none() | st.integers(1, 24),
        promises=LINES,
        lead=TEXT,
    )
)
def test_what_is_kept_is_read_back_as_it_was(debrief):
    assert Debrief.from_json(debrief.to_json()) == debrief


def test_a_no_to_writing_again_is_not_the_same_as_nothing_said():
    assert Debrief.from_json(Debrief(permission=False).to_json()).permission is False
    assert Debrief.from_json(Debrief().to_json()).permission is None


@pytest.mark.parametrize(
    ("given_", "field"),
    [
        ({"fit": {"food": 3}}, "fit of food"),
        ({"fit": {"role": 0}}, "fit of role"),
        ({"fit": {"company": 6}}, "fit of company"),
        ({"months": 0}, "months"),
        ({"months": 25}, "months"),
    ],
)
def test_what_cannot_be_is_refused_with_the_field(given_, field):
    with pytest.raises(InvalidDetails) as refused:
        Debrief(**given_)
    assert refused.value.field == field


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Ada Park", ("Ada Park", "", "")),
        ("Ada Park, ada@example.com", ("Ada Park", "ada@example.com", "")),
        ("Ada Park, Orbit", ("Ada Park", "", "Orbit")),
        ("Ada Park at Orbit", ("Ada Park", "", "Orbit")),
        ("Ada Park <ADA@example.com>, Orbit", ("Ada Park", "ada@example.com", "Orbit")),
        ("Ada Park, Orbit, ada@example.com", ("Ada Park", "ada@example.com", "Orbit")),
        ("Ada Park (ada@example.com)", ("Ada Park", "ada@example.com", "")),
        ("ada@example.com, Ada Park", ("Ada Park", "ada@example.com", "")),
        ("ada@example.com", ("ada@example.com", "ada@example.com", "")),
    ],
)
def test_a_line_of_introductions_is_read_in_any_order(line, expected):
    person = named(line)
    assert (person.name, person.email, person.company) == expected
    assert person.relationship == "referral"


@pytest.mark.parametrize("line", ["", " , ", "()"])
def test_a_line_that_names_nobody_is_refused(line):
    with pytest.raises(InvalidPerson):
        named(line)
