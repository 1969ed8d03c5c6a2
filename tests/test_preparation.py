"""The preparation sheet."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from infoint.debrief import Debrief
from infoint.events import Event, Meeting, Standing
from infoint.people import Person, Profile
from infoint.preparation import prepare
from infoint.questions import bank

START = datetime(2025, 3, 13, 22, 30, tzinfo=UTC)
DANA = Person(name="Dana Ruiz", company="Orbit", role="engineer", industry="energy", relationship="classmate")
ME = Profile(
    name="Robin Vega", background="six years of teaching", skills="teaching, data", interests="maps", goals="a change",
    exploring="energy", minutes=25,
)  # fmt: skip
SET = Standing(stage="scheduled", meeting=Meeting(start=START, minutes=30, place="Café Nord"))


def sheet(person=DANA, me=ME, s=SET, events=(), debriefs=(), zone=UTC, **known):
    return prepare(person, me, s, events, debriefs, bank(), zone=zone, **known)


@pytest.mark.parametrize(
    ("minutes", "s", "me", "expected"),
    [
        (15, SET, ME, 15),
        (None, SET, ME, 30),
        (None, Standing(meeting=Meeting(start=START)), ME, 25),
        (None, Standing(), ME, 25),
        (None, Standing(), None, 20),
    ],
)
def test_the_length_is_as_asked_else_the_meetings_else_the_profiles(minutes, s, me, expected):
    made = sheet(s=s, me=me, minutes=minutes)
    assert made.minutes == made.plan.minutes == expected


@pytest.mark.parametrize(
    ("zone", "when"),
    [
        ("America/New_York", "Thu 13 Mar 2025, 18:30 (America/New_York)"),
        ("Asia/Kolkata", "Fri 14 Mar 2025, 04:00 (Asia/Kolkata)"),
    ],
)
def test_the_hour_is_told_in_the_users_zone(zone, when):
    assert sheet(zone=ZoneInfo(zone)).when == when
    assert f"{when}, 30 minutes, Café Nord." in str(sheet(zone=ZoneInfo(zone)))


@pytest.mark.parametrize("s", [Standing(), Standing(meeting=Meeting())])
def test_a_meeting_without_a_date_says_so(s):
    assert sheet(s=s).when == "No date is noted yet"


def test_the_sheet_holds_what_is_known_and_what_was_said_before():
    events = [Event(person_id="d", kind="noted", at=START, note="Likes maps")]
    text = str(
        sheet(events=events, debriefs=[Debrief(learnt=("Grids are short",), advice="Read more")], introducer="Ada")
    )
    for line in (
        "# Before you meet Dana Ruiz",
        "- engineer at Orbit",
        "- How you know them: Ada introduced you",
        "- Thu 13 Mar 2025: Likes maps",
        "- They said: Grids are short",
        "- They advised: Read more",
        "- Background: six years of teaching",
        "- Skills that travel: teaching, data",
        "- You are exploring: energy",
    ):
        assert line in text.splitlines()
    assert "tonight" not in text


@pytest.mark.parametrize("me", [ME, None, Profile(name="Robin Vega")])
@pytest.mark.parametrize("person", [DANA, Person(name="Dana Ruiz"), Person(name="{{ 7 * 7 }}", company="{% if %}")])
@pytest.mark.parametrize("s", [SET, Standing(), Standing(meeting=Meeting())])
def test_a_sheet_has_no_gap_whatever_is_missing(me, person, s):
    made = sheet(person=person, me=me, s=s)
    text = str(made)
    assert len(made.tonight) <= 3
    assert ("tonight" in text) == bool(made.tonight)
    for gap in ("None", "\n\n\n", "- \n", "- [ ] \n", "()", " ,", "49"):
        assert gap not in text
    assert [f"{n}. {q}" in text for n, q in enumerate(made.questions, 1)] == [True] * len(made.questions)


@pytest.mark.parametrize(
    ("me", "person", "s", "first"),
    [
        (ME, DANA, Standing(meeting=Meeting()), "Note when you meet"),
        (None, DANA, SET, "Your background"),
        (Profile(name="R", background="x"), DANA, SET, "Three skills"),
        (ME, Person(name="Dana", role="engineer"), SET, "Where they work"),
        (ME, Person(name="Dana", company="Orbit"), SET, "What they do there"),
    ],
)
def test_what_is_still_worth_doing_comes_by_weight(me, person, s, first):
    assert sheet(me=me, person=person, s=s).tonight[0].startswith(first)


def test_in_a_notebook_no_markup_of_a_name_is_live():
    assert "<script>" not in sheet(person=Person(name="<script>"))._repr_markdown_()
