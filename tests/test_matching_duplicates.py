"""Who is here twice: the sure pairs, those to ask about, and who is nobody else."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rapidfuzz import fuzz

import infoint
from infoint.matching.duplicates import ALIKE, duplicates, similar
from infoint.people import Person


def two(one, other):
    return duplicates([Person(id="1", **one), Person(id="2", **other)])


DANA = {"name": "Dana Ruiz", "company": "Orbit"}


@pytest.mark.parametrize(
    ("other", "sure"),
    [
        ({"name": "Ruiz, Dana", "company": "Orbit Inc."}, True),
        ({"name": "D. Ruiz", "company": "Orbit"}, True),
        ({"name": "Dana Ruiz"}, False),
        ({"name": "Dana Ruiz", "company": "Acme"}, False),
        ({"name": "Danna Ruiz", "company": "Orbit"}, False),
        ({"name": "Dana Ruiz Jr.", "company": "Orbit"}, None),
        ({"name": "Dana Ruiz Orbit"}, False),
        ({"name": "Sasha Ruiz", "email": "dana.ruiz@orbit.example.com"}, False),
        ({"name": "Dana Ruiz", "email": "d.ruiz@orbit.example.com"}, True),
        ({"name": "Dana Moss", "company": "Orbit"}, None),
        ({"name": "Danna Ruiz", "company": "Acme"}, None),
        ({"name": "D. Ruiz", "company": "Acme"}, None),
    ],
)
def test_a_pair_is_sure_unsure_or_none(other, sure):
    assert [pair.sure for pair in two(DANA, other)] == ([] if sure is None else [sure])


def test_profiles_decide_over_names_and_addresses_over_companies():
    url = {"url": "https://www.linkedin.com/in/dana"}
    assert two(DANA | url, {"name": "D R", **url})[0].sure
    assert two(DANA | url, DANA | {"url": "https://www.linkedin.com/in/dana-2"}) == []
    email = {"email": "dana@example.com"}
    assert two(DANA | email, {"name": "Dana Smith-Ruiz", "company": "Acme", **email})[0].sure
    assert two(DANA | email, {"name": "Kim Lee", **email}) == []  # an address that several share
    assert not two(DANA | email, {"name": "Dana Park", **email})[0].sure
    assert two(DANA | email, DANA | {"email": "other@example.com"})[0].sure
    work = {"email": "dana@orbit.example.com"}
    assert two(DANA | work, DANA | {"email": "dana2@orbit.example.com"}) == []


def test_of_three_with_one_name_that_alone_is_asked_about_nowhere():
    people = [Person(id=str(n), name="Dana Ruiz", company=company) for n, company in enumerate(("Orbit", "Acme", ""))]
    assert [(pair.kept.id, pair.sure) for pair in duplicates(people)] == []
    assert [pair.sure for pair in duplicates(people[:2])] == [False]


def test_three_ways_of_writing_one_name_are_sure_and_two_profiles_at_one_company_are_not():
    names = ("Deborah Underhill", "Debbie Underhill", "D. Underhill")
    people = [Person(id=str(n), name=name, company="Acme") for n, name in enumerate(names)]
    assert [pair.sure for pair in duplicates(people)] == [True] * 3
    urls = ("https://www.linkedin.com/in/a", "https://www.linkedin.com/in/b", "")
    people = [Person(id=str(n), name="Dana Ruiz", company="Acme", url=url) for n, url in enumerate(urls)]
    assert [pair.sure for pair in duplicates(people)] == [False] * 2


def test_a_name_that_people_at_three_other_companies_have_needs_one_role_too():
    others = [Person(id=str(n), name="Ana Silva", company=f"Firm {n}") for n in range(3)]
    for roles, sure in ((("", ""), False), (("Chemist", "Lead chemist"), True)):
        two_ = [Person(id=f"X{n}", name="Ana Silva", company="Acme", role=role) for n, role in enumerate(roles)]
        assert [pair.sure for pair in duplicates([*others, *two_])] == [sure]
        assert [pair.sure for pair in duplicates([*others[1:], *two_])] == [True]


def test_a_further_name_is_sure_when_it_stands_in_the_address():
    short, email = {"name": "Ana Mora", "company": "Orbit"}, {"email": "ana.moravidal@example.com"}
    assert not two({"name": "Ana Mora Vidal", "company": "Orbit"}, short)[0].sure
    assert two({"name": "Ana Mora Vidal", "company": "Orbit"}, short | email)[0].sure


def test_an_initial_that_two_may_mean_is_asked_about():
    people = [{"name": name, "company": "Acme"} for name in ("Anna Berg", "Andrea Berg", "A. Berg")]
    pairs = duplicates([Person(id=str(n), **person) for n, person in enumerate(people)])
    assert [(pair.kept.name, pair.other.name, pair.sure) for pair in pairs] == [
        ("Anna Berg", "A. Berg", False),
        ("Andrea Berg", "A. Berg", False),
    ]


@settings(deadline=None)
@given(st.lists(st.text("abcd ", min_size=1, max_size=12), max_size=12))
def test_of_short_texts_none_that_are_alike_are_missed(texts):
    alike = {(a, b) for b in range(len(texts)) for a in range(b) if fuzz.ratio(texts[a], texts[b]) >= ALIKE}
    assert similar(texts, ALIKE) == alike


def test_of_long_names_nearly_none_that_are_alike_are_missed():
    rng = random.Random(3)
    names = ["".join(rng.choice("abcdefgh ") for _ in range(rng.randint(8, 26))) for _ in range(300)]
    for name in names[:200]:
        letters = list(name)
        for _ in range(rng.randint(1, 2)):
            letters[rng.randrange(len(letters))] = rng.choice("xyz")
        names.append("".join(letters))
    alike = {(a, b) for b in range(len(names)) for a in range(b) if fuzz.ratio(names[a], names[b]) >= ALIKE}
    found = similar(names, ALIKE)
    assert found <= alike
    assert len(found) >= 0.99 * len(alike)


@pytest.fixture
def campaign():
    with infoint.open(":memory:", create=True) as campaign:
        for name, company in (("Robert Smith", "Acme"), ("Bob Smith", "Acme Inc"), ("Kim Lee", "")):
            campaign.add(Person(name=name, company=company, tags=(name[0],)))
        campaign.log("bob", "wrote", at="2025-03-03")
        campaign.log("kim", "introduced", introduced=["bob smith"], at="2025-03-04")
        campaign.debrief("bob smith", infoint.Debrief(notes="good talk", learnt=["Hiring is slow"]), at="2025-03-05")
        campaign.log("robert smith", "note", note="from the choir", at="2025-03-01")
        campaign.update("kim", introduced_by="bob smith")
        yield campaign


def state(campaign):
    people = campaign.everybody()
    return people, [campaign.history(person) for person in people], [campaign.debriefs(person) for person in people]


def test_a_merge_keeps_everything_of_both_and_can_be_undone(campaign):
    before = state(campaign)
    (pair,) = campaign.duplicates()
    assert pair.sure
    (one,) = campaign.merge(("robert smith", "bob smith"))
    assert (one.name, one.note, one.tags) == ("Robert Smith", "Also: Bob Smith, Acme Inc", ("R", "B"))
    assert [event.kind for event in campaign.history(one)] == ["noted", "outreach_sent", "meeting_held"]
    assert campaign.history("kim")[0].details["introduced"] == [one.id]
    assert campaign.find("kim").introduced_by == one.id
    assert [debrief.notes for debrief in campaign.debriefs(one)] == ["good talk"]
    campaign.undo()
    assert state(campaign) == before


def test_three_that_are_one_become_one(campaign):
    campaign.add(Person(name="R. Smith", company="Acme", url="https://www.linkedin.com/in/rs"))
    names = ("Robert Smith", "Bob Smith", "R. Smith")
    robert, bob, r = (next(p for p in campaign.everybody() if p.name == name) for name in names)
    campaign.merge((robert, bob), (bob, r))
    assert {person.name for person in campaign.everybody()} == {"Robert Smith", "Kim Lee"}
    assert campaign.find("robert").url == "https://www.linkedin.com/in/rs"


def test_who_was_told_apart_is_not_proposed_again(campaign):
    (pair,) = campaign.duplicates()
    campaign.tell_apart(pair.kept, pair.other)
    assert campaign.duplicates() == []
    campaign.undo()
    assert len(campaign.duplicates()) == 1


def test_merging_somebody_with_themselves_changes_nothing(campaign):
    last = campaign.last_change()
    assert campaign.merge(("kim", "kim")) == []
    assert campaign.last_change() == last
