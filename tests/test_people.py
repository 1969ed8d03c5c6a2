"""People and the profile."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infoint.errors import InvalidPerson
from infoint.people import COMFORT, Person, Profile, changed, fold


@pytest.mark.parametrize(("relationship", "comfort"), COMFORT.items())
def test_comfort_follows_the_relationship_until_the_user_says_otherwise(relationship, comfort):
    assert Person(name="Dana Ruiz", relationship=relationship).ease() == comfort
    assert Person(name="Dana Ruiz", relationship=relationship, comfort=1).ease() == 1


@pytest.mark.parametrize(
    ("given_", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": " \t"}, "name"),
        ({"relationship": "enemy"}, "relationship"),
        ({"comfort": 0}, "comfort"),
        ({"comfort": 6}, "comfort"),
        ({"comfort": 2.5}, "comfort"),
    ],
)
def test_a_person_that_cannot_be_is_refused_with_the_field(given_, field):
    with pytest.raises(InvalidPerson) as refused:
        Person(**({"name": "Dana Ruiz"} | given_))
    assert refused.value.field == field
    assert str(refused.value).startswith(f"{field} cannot be ")


@pytest.mark.parametrize(
    ("given_", "field"),
    [({"name": " "}, "name"), ({"weekly": 0}, "weekly"), ({"weekly": 11}, "weekly")]
    + [({"minutes": n}, "minutes") for n in (4, 121)],
)
def test_a_profile_that_cannot_be_is_refused_with_the_field(given_, field):
    with pytest.raises(InvalidPerson) as refused:
        Profile(**({"name": "Robin Vega"} | given_))
    assert refused.value.field == field


@pytest.mark.parametrize("told", ["teaching,  data ,", ["teaching", " data", ""], ("teaching", "data")])
def test_skills_may_be_told_as_a_line_or_a_list(told):
    assert Profile(name="Robin Vega", skills=told).skills == ("teaching", "data")


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("Dana Ruiz", "Dana"),
        ("Dr. Dana Ruiz", "Dana"),
        ("Prof Dr Dana Ruiz", "Dana"),
        ("Ruiz, Dana", "Dana"),
        ("Dana Ruiz, PhD", "Dana"),
        ("Dana", "Dana"),
        ("Dana,", "Dana"),
        ("Dr.", "Dr."),
        ("Anne-Marie d'Arc", "Anne-Marie"),
        ("李 小龙", "李"),
    ],
)
def test_a_letter_greets_by_the_first_name(name, first):
    assert Person(name=name).first_name == first


@pytest.mark.parametrize(
    ("known", "shown"),
    [
        ({}, "Dana"),
        ({"role": "engineer"}, "Dana (engineer)"),
        ({"company": "Orbit"}, "Dana (Orbit)"),
        ({"role": "engineer", "company": "Orbit"}, "Dana (engineer at Orbit)"),
    ],
)
def test_a_person_is_shown_with_what_is_known_of_their_work(known, shown):
    assert str(Person(name="Dana", **known)) == shown


@pytest.mark.parametrize("field", ["id", "colour"])
def test_a_field_that_cannot_be_changed_is_refused_with_those_that_can(field):
    with pytest.raises(InvalidPerson, match=rf"^{field} cannot be 'x': there is no such field; there are comfort, "):
        changed(Person(name="Dana"), {field: "x"})


def test_a_change_is_checked_as_a_new_record_is():
    assert changed(Person(name="Dana"), {"comfort": 5}).comfort == 5
    with pytest.raises(InvalidPerson, match="comfort"):
        changed(Person(name="Dana"), {"comfort": 7})


@pytest.mark.parametrize(
    ("text", "folded"),
    [("  Zoë   MÜLLER ", "zoe muller"), ("STRASSE", "strasse"), ("Straße", "strasse"), ("İpek", "ipek"), ("", "")],
)
def test_folding_sets_case_accents_and_spaces_aside(text, folded):
    assert fold(text) == folded


@given(st.text(alphabet=st.characters(max_codepoint=0x24F)))
def test_folding_twice_changes_nothing_more(text):
    assert fold(fold(text)) == fold(text)
    assert fold(text) == fold(f"  {text}\n")
