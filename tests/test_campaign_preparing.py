"""Before the talks of a campaign: the sheet, research, reflection, one's own questions."""

from datetime import UTC, datetime

import pytest

import infoint
from infoint.campaign import Campaign
from infoint.errors import InvalidPerson, InvalidTemplate, UnknownTemplate
from infoint.people import Person

NOW = datetime(2025, 3, 12, 9, 30, tzinfo=UTC)


@pytest.fixture
def campaign():
    with Campaign(":memory:", create=True, clock=lambda: NOW) as campaign:
        campaign.profile = infoint.Profile(name="Robin Vega", timezone="Europe/Berlin", minutes=25)
        campaign.add(Person(name="Ada Park", company="Acme", role="engineer", relationship="colleague"))
        campaign.add(Person(name="Tom Okoye", company="Tideline"))
        yield campaign


def test_prepare_takes_the_length_of_the_meeting_else_of_the_profile(campaign):
    assert campaign.prepare("ada").minutes == campaign.profile.minutes
    campaign.log("ada", "scheduled", start="2025-03-20 15:00", minutes=45)
    assert campaign.prepare("ada").minutes == 45
    assert campaign.prepare("ada", minutes=10).minutes == 10


def test_both_hours_are_told_when_they_live_elsewhere(campaign):
    campaign.update("ada", timezone="Asia/Tokyo")
    campaign.log("ada", "scheduled", start="2025-03-20 15:00")
    assert "; for them " in campaign.prepare("ada").when
    with pytest.raises(InvalidPerson, match="Europe/Berlin"):
        campaign.update("ada", timezone="Middle Earth")


def test_a_finding_is_kept_for_everybody_at_that_company_and_can_be_taken_back(campaign):
    eve = campaign.add(Person(name="Eve Moss", company="ACME Inc.", role="pilot"))
    assert campaign.research("ada", company="They sell anvils", fit="I lift") == {
        "company": ("They sell anvils",), "fit": ("I lift",), "industry": (), "role": (),
    }  # fmt: skip
    assert campaign.research(eve)["company"] == ("They sell anvils",)
    campaign.research(eve, company="Since 1949", role="Sits a lot")
    assert campaign.research("ada")["company"] == ("They sell anvils", "Since 1949")
    assert "- Company: Since 1949" in str(campaign.prepare("ada"))
    campaign.undo()
    assert campaign.research(eve)["role"] == ()
    campaign.research(eve, company="")
    assert campaign.research("ada")["company"] == ()
    with pytest.raises(InvalidPerson, match="first what it is"):
        campaign.research(eve, industry="Heavy")


def test_the_reflection_is_kept_once_and_stays_one_with_the_profile(campaign):
    campaign.profile = infoint.Profile(name="Robin", skills="teaching, data", interests="maps")
    campaign.reflection = {"story": "I taught.", "skills": {"teaching": "a lab", "chess": ""}, "unsure": "where"}
    assert campaign.reflection == {
        "skills": {"teaching": "a lab", "data": "", "chess": ""},
        "story": "I taught.", "interests": "maps", "goals": "", "unsure": "where",
    }  # fmt: skip
    campaign.reflection = {"goals": "a change"}
    assert campaign.profile.skills == ("teaching", "data", "chess")
    assert (campaign.profile.goals, campaign.profile.story) == ("a change", "I taught.")
    assert "- teaching: a lab" in str(campaign.prepare("ada"))
    with pytest.raises(InvalidPerson, match="no such field"):
        campaign.reflection = {"shoes": "43"}
    with infoint.open(":memory:", create=True) as nobody:
        assert nobody.reflection["story"] == ""
        with pytest.raises(InvalidPerson, match="who you are"):
            nobody.reflection = {"story": "x"}


def test_a_question_of_ones_own_has_a_star_and_is_asked(campaign):
    own = campaign.add_question("What do you bake on Sundays?", "daily", minutes=2.5)
    assert (own.id, own.phase) == ("my-what-do-you-bake-on-sundays", "insight")
    assert own.id in {question.id for question in campaign.prepare("ada", 20).plan.questions}
    campaign.star("five-years-on")
    assert set(campaign.starred()) == {own.id, "five-years-on"}
    assert "five-years-on" in {question.id for question in campaign.prepare("ada", 20).plan.questions}
    campaign.star("five-years-on", on=False)
    campaign.star(own.id, on=False)
    assert own.id not in {question.id for question in campaign.questions()}
    assert campaign.starred() == {}
    campaign.undo()
    assert own in campaign.questions()


@pytest.mark.parametrize(
    ("text", "topic", "minutes"),
    [(" ", "daily", 3), ("Why?", "weather", 3), ("Why?", "path", 0.3), ("{x}?", "path", 3)],
)
def test_a_question_that_cannot_be_is_refused_and_not_kept(campaign, text, topic, minutes):
    with pytest.raises(InvalidTemplate):
        campaign.add_question(text, topic, minutes=minutes)
    assert campaign.starred() == {}


def test_a_star_for_no_question_tells_the_nearest(campaign):
    with pytest.raises(UnknownTemplate, match="no question called 'like-mots'") as refused:
        campaign.star("like-mots")
    assert "like-most" in refused.value.hint


@pytest.mark.parametrize(("company", "about"), [("ACME", {"company"}), ("Tideline", set())])
def test_what_claims_leave_open_about_their_company_is_worth_more(campaign, company, about):
    before = {question.id: question.value for question in campaign.prepare("ada").bank}
    campaign.add(Person(name="Eve Moss", company=company))
    campaign.debrief("eve", infoint.Debrief(learnt=("Do they pay for courses?",)))
    after = campaign.prepare("ada").bank
    assert {question.about for question in after if question.value > before[question.id]} == about


def test_a_rehearsal_is_offered_until_a_talk_was_held_and_not_taken_back(campaign):
    assert campaign.prepare("ada").first
    met = campaign.log("tom", "met", at="2025-03-10")
    assert not campaign.prepare("ada").first
    campaign.retract(met)
    assert campaign.prepare("ada").first
    campaign.log("tom", "met", at="2025-03-11")
    assert not campaign.prepare("ada").first


def test_what_was_answered_is_on_record_and_asked_less(campaign):
    before = {question.id: question.value for question in campaign.prepare("ada").bank}
    campaign.debrief("ada", infoint.Debrief(answers={"like-most": "The people", "last-working-day": ""}))
    after = {question.id: question.value for question in campaign.prepare("ada").bank}
    assert campaign.records() == {"like-most": ["Ada Park: The people"], "last-working-day": [""]}
    assert after["like-most"] < before["like-most"]
    campaign.star("like-most")
    assert "Asked 1×, answered 1×; Ada Park: The people" in str(campaign.prepare("ada", 30))


def test_a_campaign_that_cannot_be_written_still_prepares(tmp_path):
    with infoint.open(tmp_path / "career.db", create=True) as writable:
        writable.add(Person(name="Ada Park", company="Acme"))
    (tmp_path / "career.db").chmod(0o444)
    with infoint.open(tmp_path / "career.db") as campaign:
        assert "Acme" in str(campaign.prepare("ada"))
