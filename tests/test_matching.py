"""The same person, the same company."""

from dataclasses import fields
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infoint.errors import Problem
from infoint.exchange.records import Record
from infoint.intake import Intake
from infoint.matching import Known, company_key, contradict, merged, same_company, together
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
        (person("Kim Lee", email="dana@example.com"), "new"),  # an address that several share
        (person("dana RUIZ", company="Orbit Inc."), "perhaps"),  # then the name with the company, if no other is meant
        (person(url="https://example.com/in/other", company="Orbit"), "new"),  # two URLs are two people
        (person(url="https://example.com/in/other", email="dana@example.com"), "new"),
        (person(email="other@example.org", company="Orbit"), "perhaps"),
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
    assert Known([DANA, bare]).decide(person("DANA  ruiz")) == ("perhaps", bare)


def test_a_newer_state_of_somebody_takes_the_place_of_the_older():
    known = Known([person(id="1")])
    newer = person(id="1", company="Orbit")
    known.add(newer)
    assert known.by_id["1"] == newer
    assert known.named("dana ruiz") == [newer]
    assert known.decide(person(company="Orbit")) == ("perhaps", newer)


@pytest.mark.parametrize(
    ("one", "other", "at_once", "against"),
    [
        ({"company": "Orbit"}, {"company": "ORBIT GmbH"}, True, False),
        ({"company": "Orbit"}, {"company": "Orbit - Berlin"}, True, False),
        ({"company": "Orbit"}, {"company": "Orbiton"}, False, False),
        ({"company": "Orbit"}, {}, False, False),
        ({"company": "Orbit Labs"}, {"email": "dana@orbitlabs.example.com"}, True, False),
        ({"company": "Orbit"}, {"email": "dana@orbital.example.com"}, False, False),
        ({"url": "https://a.example.com"}, {"url": "https://b.example.com"}, False, True),
        ({"name": "Dana Ruiz Jr."}, {"name": "Dana Ruiz"}, False, True),
        ({"email": "a@orbit.com", "company": "Orbit"}, {"email": "b@orbit.com"}, True, True),
        ({"email": "a@orbit.com", "company": "Orbit"}, {"email": "b@example.org", "company": "Orbit"}, True, False),
        ({"email": "a@example.org"}, {"email": "b@example.org"}, False, False),
    ],
)
def test_what_speaks_for_and_against_two_of_one_name(one, other, at_once, against):
    one, other = (Person(**{"name": "Dana Ruiz"} | fields) for fields in (one, other))
    assert (together(one, other), together(other, one)) == (at_once, at_once)
    assert (contradict(one, other), contradict(other, one)) == (against, against)


URL = "https://www.linkedin.com/in/dana"


@pytest.mark.parametrize(
    ("known", "incoming", "added"),
    [
        ([{"company": "Orbit"}], [{"company": "Orbit Ltd", "url": URL}], 0),
        ([{"company": "Orbit"}], [{"company": "Orbit", "url": URL}, {"company": "Orbit", "url": f"{URL}-2"}], 2),
        ([{"company": "Orbit", "url": URL}, {"company": "Orbit", "url": f"{URL}-2"}], [{"company": "Orbit"}], 1),
        ([{"company": "Orbit", "email": "a@orbit.com"}], [{"company": "Orbit", "email": "b@orbit.com"}], 1),
        ([{"company": "Orbit", "email": "a@example.com"}], [{"company": "Orbit", "email": "a@orbit.com"}], 0),
        ([{"company": "Orbit"}], [{"company": "Acme"}], 1),
        ([{"company": "Orbit"}], [{"email": "dana@example.org"}], 1),
        ([{"company": "Orbit", "url": URL}], [{}], 1),  # a name alone is asked about
        ([{}], [{"company": "Orbit", "url": URL}], 1),
        ([{}], [{}], 0),
        ([{"company": "Orbit", "role": "Chemist"}], [{"company": "Orbit", "role": "Head of sales"}], 1),
        ([{"company": "Orbit", "role": "Chemist"}], [{"company": "Orbit", "role": "Lead chemist"}], 0),
        ([{"company": "Blue Union Foods"}], [{"company": "BUF"}], 0),
        ([{}], [{"company": "Orbit", "url": URL}, {"company": "Acme", "url": f"{URL}-2"}], 2),
        ([{"company": "Orbit"}, {"company": "Acme"}], [{}], 1),
        ([], [{"company": "Orbit"}, {"company": "Orbit"}], 1),
        ([], [{"company": "Orbit", "email": "a@orbit.com"}, {"company": "Orbit", "email": "b@orbit.com"}], 2),
        ([{"name": "Dana Ruiz Jr.", "company": "Orbit"}], [{"company": "Orbit"}], 1),
        ([{"name": "Kim Lee", "email": "info@orbit.com"}], [{"email": "info@orbit.com"}], 1),
        ([{"name": "Dana Ruiz", "email": "dr@orbit.com"}], [{"name": "D. Ruiz", "email": "DR@orbit.com"}], 0),
    ],
)
def test_an_import_merges_only_where_nobody_else_may_be_meant_in_whatever_order_they_come(known, incoming, added):
    for rows in (incoming, incoming[::-1]):
        people = [Person(**{"name": "Dana Ruiz", "id": f"K{n}"} | fields) for n, fields in enumerate(known)]
        records = [Record(n, Person(**{"name": "Dana Ruiz", "id": f"N{n}"} | fields)) for n, fields in enumerate(rows)]
        intake = Intake(source="a.csv", known=Known(people), events=(), today=date(2025, 3, 14))
        intake.take(records)
        assert len(intake.added) == added
        assert all(isinstance(problem, Problem) for problem in intake.problems)


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
