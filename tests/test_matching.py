"""The same person, the same company."""

from dataclasses import fields
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infoint.matching import Known, company_key, merged, same_company
from infoint.people import RELATIONSHIPS, Person


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Acme", "ACME"),
        ("Acme", "Acme Inc."),
        ("Acme", "Acme, Inc"),
        ("Acme", "ACME GmbH"),
        ("Acme Ltd.", "Acme LLC"),
        ("Acme", "  acme  Corp. "),
        ("Müller GmbH & Co. KG", "Muller"),
        ("Société Générale", "Societe Generale SA"),
        ("Target", "Target Corporation"),
        ("株式会社", "株式会社"),
    ],
)
def test_one_company_under_two_names(one, other):
    assert company_key(one) == company_key(other)
    assert same_company(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Acme", "Acmeon"),
        ("Target", "Tar"),
        ("Grace", "Gra"),
        ("Visa", "Vi"),
        ("Costco", "Cost"),
        ("Orbit", "Orbit Labs"),
        ("Acme", ""),
        ("", ""),
        ("SA", "AG"),
    ],
)
def test_two_companies_whose_names_look_alike(one, other):
    assert not same_company(one, other)


def person(name="Dana Ruiz", **known):
    return Person(name=name, **known)


DANA = person(id="1", url="https://example.com/in/dana", email="dana@example.com", company="Orbit")


@pytest.mark.parametrize(
    ("incoming", "verdict"),
    [
        (person("D. R.", url="https://example.com/in/dana", email="other@example.org"), "same"),  # the URL identifies
        (person("D. R.", url="https://example.com/in/DANA"), "same"),
        (person("D. R.", email="Dana@Example.com"), "same"),  # then the address
        (person("dana RUIZ", company="Orbit Inc."), "same"),  # then the name with the company
        (person(url="https://example.com/in/other", company="Orbit"), "new"),  # two URLs are two people
        (person(url="https://example.com/in/other", email="dana@example.com"), "new"),
        (person(email="other@example.org", company="Orbit"), "new"),
        (person(company="Acme"), "new"),
        (person(), "perhaps"),
        (person(url="https://example.com/in/dana2", company=""), "new"),
        (person("Dan Ruiz", company="Orbit"), "new"),
    ],
)
def test_who_somebody_is(incoming, verdict):
    found, match = Known([DANA]).decide(incoming)
    assert found == verdict
    assert match == (None if verdict == "new" else DANA)


def test_of_two_of_one_name_a_bare_name_is_neither():
    other = person(id="2", url="https://example.com/in/other", company="Acme")
    assert Known([DANA, other]).decide(person()) == ("new", None)


def test_a_bare_name_known_already_is_the_same_again():
    bare = person(id="3")
    assert Known([DANA, bare]).decide(person("DANA  ruiz")) == ("same", bare)


def test_a_newer_state_of_somebody_takes_the_place_of_the_older():
    known = Known([person(id="1")])
    newer = person(id="1", company="Orbit")
    known.add(newer)
    assert known.by_id["1"] == newer
    assert known.named("dana ruiz") == [newer]
    assert known.decide(person(company="Orbit")) == ("same", newer)


TEXT = st.sampled_from(["", "one", "two"])
PEOPLE = st.builds(
    Person,
    name=st.sampled_from(["Dana Ruiz", "Ada Park"]),
    id=TEXT,
    comfort=st.none() | st.integers(1, 5),
    connected=st.booleans(),
    relationship=st.sampled_from(RELATIONSHIPS),
    connected_on=st.none() | st.just(date(2020, 1, 1)),
    tags=st.sampled_from([(), ("a",)]),
    **dict.fromkeys(("email", "company", "role", "industry", "introduced_by", "url", "school", "note"), TEXT),
)


@given(PEOPLE, PEOPLE)
def test_putting_two_together_never_overwrites_what_is_there(kept, other):
    result = merged(kept, other)
    for name in (field.name for field in fields(Person)):
        before = getattr(kept, name)
        unset = not before or (name, before) == ("relationship", "acquaintance")
        assert getattr(result, name) == before or unset, name
    assert (result.id, result.name) == (kept.id, kept.name)
    assert merged(result, other) == result  # once is enough
    for name in ("email", "company", "role", "url", "school", "note"):
        assert getattr(result, name) == (getattr(kept, name) or getattr(other, name))


def test_the_default_relationship_gives_way_to_one_that_was_told():
    assert merged(person(), person(relationship="friend")).relationship == "friend"
    assert merged(person(relationship="friend"), person()).relationship == "friend"
