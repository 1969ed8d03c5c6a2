"""A look back at seven days: what was done, who answered, what was learnt."""

from datetime import UTC, date, datetime

import pytest

from infoint.campaign import Campaign
from infoint.debrief import Debrief
from infoint.errors import OddOrder
from infoint.events import KINDS
from infoint.people import Person, Profile
from infoint.week import _ANSWERED, _DONE

FRIDAY = datetime(2025, 3, 14, 3, tzinfo=UTC)  # in New York it is still Thursday evening


@pytest.fixture
def campaign():
    with Campaign(":memory:", create=True, clock=lambda: FRIDAY) as campaign:
        campaign.profile = Profile(name="Robin", timezone="America/New_York")
        for name in ("Dana Ruiz", "Tom Okoye", "Ada Park"):
            campaign.add(Person(name=name, relationship="friend"))
        yield campaign


def test_the_week_is_the_seven_days_up_to_today_on_the_users_calendar(campaign):
    for day in (5, 6, 7, 12, 13):
        campaign.log("dana", "wrote", at=date(2025, 3, day))
    week = campaign.week()
    assert (week.start, week.end) == (date(2025, 3, 7), date(2025, 3, 13))
    assert [event.at.day for event, _ in week.done] == [7, 12, 13]
    assert [event.at.day for event, _ in campaign.week(today=date(2025, 3, 6)).done] == [5, 6]


def test_what_i_did_and_what_came_back_are_told_apart(campaign):
    campaign.log("dana", "wrote", at="2025-03-10 9:00")
    campaign.log("dana", "answered", at="2025-03-11 9:00")
    campaign.log("tom", "called", by="me", at="2025-03-11 10:00")
    campaign.log("ada", "called", by="them", at="2025-03-11 11:00")
    campaign.log("ada", "note", at="2025-03-11 12:00")
    week = campaign.week()
    assert [(e.kind, p.first_name) for e, p in week.done] == [("outreach_sent", "Dana"), ("touched", "Tom")]
    assert [(e.kind, p.first_name) for e, p in week.answered] == [("reply_received", "Dana"), ("touched", "Ada")]


def test_what_was_taken_back_is_not_told(campaign):
    campaign.retract(campaign.log("dana", "wrote", at="2025-03-10 9:00"))
    assert campaign.week().done == ()


def test_what_is_only_known_to_be_earlier_is_no_part_of_it(campaign, tmp_path):
    (tmp_path / "list.csv").write_text("Name,Status,Last contact\nLea Moor,Contacted,2025-03-12\n")
    campaign.import_people(tmp_path / "list.csv")
    assert campaign.history("lea")[0].precision == "by"
    assert campaign.week().done == ()


def test_what_was_learnt_is_told_with_who_said_it(campaign):
    campaign.log("dana", "wrote", at="2025-03-03")
    campaign.debrief("dana", Debrief(learnt=("ask to see the control room",)), at="2025-03-12 16:00")
    week = campaign.week()
    assert [(insight.claim, insight.person.name) for insight in week.learnt] == [
        ("ask to see the control room", "Dana Ruiz")
    ]
    assert "## Learnt\n- ask to see the control room (Dana Ruiz)\n" in str(week)


def test_everybody_stands_once_under_what_was_done(campaign):
    for who in ("dana", "tom", "tom"):
        campaign.log(who, "wrote", at="2025-03-10")
    assert "## Done\n- Wrote to Dana Ruiz, Tom Okoye\n" in str(campaign.week())


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ([], "There are such weeks, and nothing is lost."),
        (["wrote"], "That says nothing yet about what you wrote."),
        (["answered"], "Others did the writing."),
        (["wrote", "answered"], "Things are moving."),
    ],
)
def test_the_end_is_kind_whatever_the_week_was(campaign, facts, said):
    campaign.log("dana", "wrote", at="2025-01-03")
    for number, word in enumerate(facts):
        campaign.log("dana", word, at=date(2025, 3, 10 + number))
    text = str(campaign.week())
    assert text.startswith("# Your seven days to Thursday 13 March\n\n")
    assert said in text.splitlines()[-1]


@pytest.mark.filterwarnings(f"ignore::{OddOrder.__module__}.{OddOrder.__name__}")
@pytest.mark.parametrize("kind", [*_DONE.split(), *_ANSWERED.split(), "promise_kept"])
def test_each_kind_that_counts_has_its_words(campaign, kind):
    campaign.log("dana", kind, at="2025-03-10")
    assert "- " in str(campaign.week())
    assert "Dana Ruiz" in str(campaign.week())


def test_the_kinds_are_kinds():
    assert {*_DONE.split(), *_ANSWERED.split()} <= set(KINDS)
