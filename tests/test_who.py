"""Whom one knows at a company."""

import json

import pytest

import infoint
from infoint.people import Person
from infoint.who import BEFORE, MIGHT_KNOW, NOW


@pytest.fixture
def campaign():
    with infoint.open(":memory:", create=True) as campaign:
        for fields in (
            {"name": "Dana Ruiz", "company": "Acme GmbH", "relationship": "acquaintance"},
            {"name": "Kim Lee", "company": "ACME, Inc.", "relationship": "friend"},
            {"name": "Ada Park", "company": "Acmeon", "relationship": "friend"},
            {"name": "Zoë Öz", "company": "Acme", "relationship": "friend"},
        ):
            campaign.add(Person(**fields))
        campaign.update("dana", introduced_by="ada")
        yield campaign


def test_there_now_comes_before_there_before_and_the_direct_before_the_introduced(campaign):
    campaign.update("zoë", company="Orbit")
    found = campaign.who("acme")
    assert [(contact.person.name, contact.how) for contact in found] == [
        ("Kim Lee", NOW),
        ("Dana Ruiz", NOW),
        ("Zoë Öz", BEFORE),
    ]
    assert found[1].why == "there now, introduced by Ada Park"


def test_a_company_is_a_name_and_never_a_part_of_one(campaign):
    assert [contact.person.name for contact in campaign.who("Acmeon Ltd")] == ["Ada Park"]


def test_where_nobody_is_known_those_are_named_who_have_helped_before(campaign):
    found = campaign.who("Umbrella")
    assert {contact.how for contact in found} == {MIGHT_KNOW}
    assert found[0].person.name == "Ada Park"


def test_introductions_in_a_ring_end(campaign):
    campaign.update("ada", introduced_by="dana")
    assert [person.name for person in campaign.who("Acmeon")[0].path] == ["Dana Ruiz", "Ada Park"]


def test_the_command_says_so_in_words_and_as_json(user):
    with infoint.open(user.campaign) as campaign:
        campaign.add(Person(name="Kim Lee", company="Umbrella"))
    assert "Kim Lee" in user("who", "umbrella inc").out
    assert json.loads(user("who", "umbrella", "--json").out)[0]["how"] == "there now"
    assert "Nobody at Nowhere yet" in user("who", "Nowhere").out
