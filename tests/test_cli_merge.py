"""Who is here twice."""

import json

import infoint
from infoint.people import Person


def twice(user):
    with infoint.open(user.campaign) as campaign:
        for name in ("Robert Smith", "Bob Smith"):
            campaign.add(Person(name=name, company="Acme"))
        campaign.add(Person(name="Robert Smith", company="Orbit"))


def names(user):
    return sorted(person["name"] for person in json.loads(user("people", "--json").out) if "Smith" in person["name"])


def test_the_sure_ones_are_merged_with_a_yes_and_the_others_asked_about(user):
    twice(user)
    user.refused("merge", code=2)
    out = user("merge", "--yes").out
    assert "1 pair merged" in out
    assert "1 pair may be one person" in out
    assert len(names(user)) == 2
    assert "Robert Smith (Orbit) ?" in user.talk("merge", say=[("?", "n")])
    assert json.loads(user("merge", "--json").out) == []
    user("undo", "--yes")
    assert "merged" not in user.talk("merge", say=[("?", "y")])
    assert len(names(user)) == 1


def test_two_named_ones_become_one(user):
    twice(user)
    assert "One person now" in user("merge", "bob smith", user_id(user, "Orbit"), "--yes").out
    assert names(user) == ["Bob Smith", "Robert Smith"]
    assert "changed Robert Smith" in user("undo", "--yes").out


def user_id(user, company):
    return next(
        p["id"] for p in json.loads(user("people", "--json").out) if p["company"] == company and "Smith" in p["name"]
    )
