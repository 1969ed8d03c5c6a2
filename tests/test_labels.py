"""Labels stay with whom they were given to, and texts behind the veil name nobody."""

import json
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infoint.campaign import Campaign
from infoint.errors import UnknownPerson
from infoint.labels import Veil, labelled, without
from infoint.people import RELATIONSHIPS, Person

DANA = Person(name="Dana Ruiz", id="D", company="Orbit Ltd", relationship="alum")
BO = Person(name="Bo Li", id="B", company="orbit", relationship="alum")
ZOE = Person(name="Zoë Müller-Lang", id="Z", company="Marks & Spencer", relationship="friend")
DAN = Person(name="Dr. Dana Okoye", id="O", company="eBay", relationship="colleague")
SHAN = Person(name="李珊 שרה", id="S", company="小米", relationship="family")
MAY = Person(name="May Will", id="M", company="Target", relationship="friend")
ALL = (DANA, BO, ZOE, DAN, SHAN, MAY)


@pytest.fixture
def campaign():
    seconds = count()
    clock = lambda: datetime(2025, 3, 14, tzinfo=UTC) + timedelta(seconds=next(seconds))  # noqa: E731
    with Campaign(":memory:", create=True, clock=clock) as campaign:
        for person in (DANA, BO, ZOE):
            campaign.add(Person(name=person.name, company=person.company, relationship=person.relationship))
        yield campaign


def test_labels_follow_the_order_of_the_people_and_companies_are_one_under_all_their_names():
    assert labelled({}, [DANA, BO, ZOE]) == {
        "Alum 1": "D",
        "Company 1": "orbit",
        "Alum 2": "B",
        "Friend 1": "Z",
        "Company 2": "marks & spencer",
    }


people_ = st.lists(
    st.builds(
        Person,
        name=st.just("N"),
        id=st.sampled_from("abcdefgh"),
        relationship=st.sampled_from(RELATIONSHIPS),
        company=st.sampled_from(["", "One", "Two", "Three"]),
    ),
    unique_by=lambda person: person.id,
)


@given(st.lists(people_, min_size=1, max_size=5))
def test_nobody_who_comes_goes_or_changes_moves_the_label_of_another(scenes):
    kept, ever = {}, {}
    for people in scenes:
        before = kept
        kept = labelled(kept, people)
        assert before.items() <= kept.items()
        assert {person.id for person in people} <= set(kept.values())
        if people:
            gone, rest = people[0], people[1:]
            kept = without(kept, rest)
            assert gone.id not in kept.values()
            kept |= {label: "?" for label in kept if not kept[label]}
        for label, key in kept.items():
            assert ever.setdefault(label, key) == key or key == "?"
            ever[label] = key


def test_a_label_finds_its_person_whatever_the_case_and_after_all_changes(campaign):
    campaign.labels(campaign.everybody())
    assert campaign.find("Alum 2").name == campaign.find("alum 2").name == "Bo Li"
    campaign.update("bo", relationship="friend", company="Comet")
    campaign.add(Person(name="Ada Park", relationship="alum", company="Comet"))
    campaign.labels(campaign.everybody())
    assert campaign.find("alum 2").name == "Bo Li"
    assert campaign.find("alum 3").name == "Ada Park"
    with pytest.raises(UnknownPerson):
        campaign.find("alum 4")


def test_undo_leaves_the_labels_and_takes_back_what_the_user_did(campaign):
    campaign.update("bo", note="x")
    given_ = campaign.labels(campaign.everybody())
    assert campaign.undo().what == "edit"
    assert campaign.labels() == given_


def test_whoever_is_forgotten_is_gone_from_the_labels_and_their_number_is_not_given_again(campaign):
    before = campaign.labels(campaign.everybody())
    bo, zoe = campaign.find("bo").id, campaign.find("zoe").id
    campaign.forget("bo")
    campaign.forget("zoe")
    after = campaign.labels([campaign.add(Person(name="Ada Park", relationship="alum", company="Marks & Spencer"))])
    assert not {bo, zoe, "marks & spencer"} & {key for label, key in after.items() if label in before}
    assert after["Company 1"] == "orbit", "Dana is still there"
    assert after["Alum 3"] == campaign.find("ada").id
    assert after["Company 3"] == "marks & spencer"
    assert bo not in json.dumps(campaign._journal.setting("labels"))
    with pytest.raises(UnknownPerson):
        campaign.find("alum 2")


LABELS = {key: label for label, key in labelled({}, ALL).items()}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Ask Dana Ruiz", "Ask Alum 1"),
        ("ask dana  ruiz.", "ask Alum 1."),
        ("Ruiz, Dana", "Alum 1, somebody"),
        ("Dana said", "somebody said"),
        ("Bo's idea", "Alum 2's idea"),
        ("a bo tree", "a bo tree"),
        ("Zoe Muller-Lang", "Friend 1"),
        ("Zoe\N{COMBINING DIAERESIS} called", "Friend 1 called"),
        ("MARKS & SPENCER", "Company 2"),
        ("Marks and Spencer", "Marks and Spencer"),
        ("at Orbit GmbH", "at Company 1 GmbH"),
        ("ORBIT LTD hires", "Company 1 hires"),
        ("Okoye", "Colleague 1"),
        ("Dr. Dana Okoye", "Colleague 1"),
        ("a dr. of physics, Dr. Who", "a dr. of physics, Dr. Who"),
        ("may I? Will you?", "may I? Friend 2 you?"),
        ("李珊 שרה先生 of 小米", "Family 1先生 of Company 4"),
        ("write to x.y@example.com now", "write to (address) now"),
        ("see https://x.example/a?b and linkedin.com/in/dana-ruiz", "see (address) and (address)"),
        ("ring +49 (30) 123 456 78", "ring (address)"),
        ("ring 030 1234567", "ring (address)"),
        ("ring 555-123-4567 on 2025-03-14 at 16:00", "ring (address) on 2025-03-14 at 16:00"),
        ("Robin Vega", "Robin Vega"),
        ("", ""),
    ],
)
def test_names_become_labels_as_far_as_they_are_known(text, shown):
    assert Veil(ALL, LABELS, "Robin Vega")(text) == shown


def test_in_a_text_about_somebody_each_part_of_their_name_means_them_in_any_case():
    veil = Veil(ALL, LABELS)
    assert veil("dana at orbit: Dana", DANA, "Alum 1") == "Alum 1 at Company 1: Alum 1"
    assert veil("Hello Dana", DAN, "Colleague 1") == "Hello Colleague 1"


def test_whoever_has_no_label_is_somebody():
    veil = Veil(ALL, {}, "")
    assert veil("Bo Li of Orbit met Ruiz") == "somebody of a company met somebody"
