"""A campaign in the user's own calendar: what is imported again and again stays what is due, and no more."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import icalendar
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import infoint
from infoint.campaign import Campaign
from infoint.errors import InvalidDetails
from infoint.people import Person, Profile

BERLIN = ZoneInfo("Europe/Berlin")


class Desk:
    """A campaign in Berlin whose clock is set by hand, and the calendar program that imports its files."""

    def __init__(self, path=":memory:"):
        self.now = datetime(2025, 3, 12, 9, tzinfo=UTC)  # a Wednesday
        self.campaign = Campaign(path, create=True, clock=lambda: self.now)
        self.campaign.profile = Profile(name="Nadia", country="DE", timezone="Europe/Berlin")
        for name in ("Dana Ruiz", "Tom Okoye"):
            self.campaign.add(Person(name=name, relationship="alum"))
        self.imported = {}

    def later(self, **time):
        self.now += timedelta(**time)

    def entries(self, **told):
        """What is in the file now, once it was imported."""
        events = icalendar.Calendar.from_ical(self.campaign.calendar(**told)).events
        found = {str(event["UID"]): event for event in events}
        assert len(found) == len(events)
        for uid, event in found.items():
            before = self.imported.get(uid)
            assert event["DTSTAMP"].dt == self.now
            if before is not None and before["SEQUENCE"] == event["SEQUENCE"]:
                assert told_by(before) == told_by(event)
            else:
                assert before is None or before["SEQUENCE"] < event["SEQUENCE"]
        self.imported |= found
        return found

    def about(self, words):
        """The one entry whose summary begins so."""
        (event,) = (event for event in self.entries().values() if event["SUMMARY"].startswith(words))
        return event


def told_by(event):
    return {name: value.to_ical() for name, value in event.items() if name != "DTSTAMP"}


def state(event):
    return str(event["UID"]), event["SEQUENCE"], event.get("STATUS", "")


@pytest.fixture
def desk():
    return Desk()


class TestTalks:
    def test_a_talk_stands_at_its_hour_with_its_sheet(self, desk):
        desk.campaign.log("dana", "scheduled", start="friday 15:00", minutes=30, place="Café Grün")
        event = desk.about("Talk with Dana Ruiz")
        assert event.start == datetime(2025, 3, 14, 15, tzinfo=BERLIN)
        assert event.end - event.start == timedelta(minutes=30)
        assert event["LOCATION"] == "Café Grün"
        assert event["DESCRIPTION"].startswith("# Before you meet Dana Ruiz")
        assert "# Before" not in str(desk.campaign.calendar(sheets=False))

    def test_it_stays_the_same_thing_while_it_moves_and_when_it_is_called_off(self, desk):
        desk.campaign.log("dana", "scheduled", start="friday 15:00")
        uid, *first = state(desk.about("Talk"))
        assert first == [0, ""]
        desk.later(hours=1)
        assert state(desk.about("Talk")) == (uid, 0, "")
        desk.campaign.log("dana", "moved", start="monday 16:00")
        assert state(desk.about("Talk")) == (uid, 1, "")
        desk.campaign.update("dana", company="Orbit")  # stands in the sheet
        assert state(desk.about("Talk")) == (uid, 2, "")
        desk.campaign.log("dana", "cancelled")
        for _ in range(2):
            assert state(desk.entries()[uid]) == (uid, 3, "CANCELLED")
            desk.later(days=1)
        desk.campaign.log("dana", "scheduled", start="friday 15:00")
        assert state(desk.about("Talk"))[0] != uid
        desk.later(days=40)
        assert uid not in desk.entries()

    def test_taking_back_what_called_it_off_brings_it_back(self, desk):
        desk.campaign.log("dana", "scheduled", start="friday 15:00")
        uid = state(desk.about("Talk"))[0]
        desk.later(hours=1)
        desk.campaign.log("dana", "no")
        assert state(desk.entries()[uid]) == (uid, 1, "CANCELLED")
        assert desk.campaign.undo().events == ("declined: Dana Ruiz",)
        assert state(desk.about("Talk")) == (uid, 2, "")

    def test_one_that_was_noted_by_mistake_is_called_off(self, desk):
        event = desk.campaign.log("dana", "scheduled", start="friday 15:00")
        uid = state(desk.about("Talk"))[0]
        desk.campaign.retract(event)
        assert state(desk.entries()[uid]) == (uid, 1, "CANCELLED")

    def test_one_that_was_held_is_left_where_it_is(self, desk):
        desk.campaign.log("dana", "scheduled", start="friday 15:00")
        uid = state(desk.about("Talk"))[0]
        desk.later(days=3)
        desk.campaign.log("dana", "met", at="yesterday 15:00")
        assert uid not in desk.entries()

    def test_one_that_was_held_earlier_is_taken_out_of_its_day(self, desk):
        desk.campaign.log("dana", "scheduled", start="friday 15:00")
        uid = state(desk.about("Talk"))[0]
        desk.later(hours=1)
        desk.campaign.log("dana", "met")
        assert state(desk.entries()[uid]) == (uid, 1, "CANCELLED")

    @pytest.mark.parametrize("start", ["friday", "monday morning", date(2025, 3, 14)])
    def test_no_hour_is_made_up(self, desk, start):
        with pytest.raises(InvalidDetails, match="the hour is needed"):
            desk.campaign.log("dana", "scheduled", start=start)
        assert desk.campaign.history("dana") == []

    def test_one_without_an_hour_is_none_yet(self, desk):
        desk.campaign.log("dana", "scheduled")
        assert [e["SUMMARY"] for e in desk.entries().values() if "Talk" in e["SUMMARY"]] == []


class TestFollowUps:
    def test_a_follow_up_stands_on_its_day_with_its_reason_and_moves(self, desk):
        desk.campaign.log("dana", "promised", text="the article", due="2025-03-20")
        event = desk.about("Keep your promise to Dana Ruiz")
        assert event.start == date(2025, 3, 20)
        assert "the article" in event["SUMMARY"]
        assert event["DESCRIPTION"].startswith('infoint log "Dana Ruiz" kept')
        desk.later(hours=1)
        desk.campaign.log("dana", "later", until="2025-03-24")
        assert state(desk.about("Keep")) == (str(event["UID"]), 1, "")

    def test_what_ended_is_off_and_what_is_new_is_another_thing(self, desk):
        desk.campaign.log("dana", "called", by="them")
        uid = state(desk.about("Answer"))[0]
        desk.later(hours=1)
        desk.campaign.log("dana", "met")
        found = desk.entries()
        assert state(found[uid]) == (uid, 1, "CANCELLED")
        assert "Thank Dana Ruiz" in {event["SUMMARY"].split(":")[0] for key, event in found.items() if key != uid}

    def test_what_comes_back_after_a_long_time_is_newer_than_what_was_off(self, desk):
        desk.campaign.log("dana", "called", by="them")
        uid = state(desk.about("Answer"))[0]
        desk.later(days=1)
        desk.campaign.log("dana", "called", by="me")
        assert state(desk.entries()[uid]) == (uid, 1, "CANCELLED")
        desk.later(days=100)
        assert uid not in desk.entries()
        desk.campaign.log("dana", "called", by="them")
        assert state(desk.about("Answer")) == (uid, 2, "")

    def test_what_is_overdue_stands_today(self, desk):
        desk.campaign.log("dana", "called", by="them", at="2025-03-05 10:00")
        first = desk.about("Answer Dana Ruiz")
        desk.later(days=1)
        second = desk.about("Answer Dana Ruiz")
        assert (first.start, second.start) == (date(2025, 3, 12), date(2025, 3, 13))
        assert first["UID"] == second["UID"]

    def test_two_promises_are_two_things(self, desk):
        for text in ("the article", "the book"):
            desk.campaign.log("dana", "promised", text=text, due="2025-03-20")
            desk.later(hours=1)
        before = {str(event["UID"]): event["SUMMARY"] for event in desk.entries().values()}
        assert len(before) == 2
        desk.campaign.log("dana", "kept")
        (left,) = (key for key, event in desk.entries().items() if "STATUS" not in event)
        assert before[left].endswith("the book")

    def test_new_people_wait_for_no_day(self, desk):
        assert [action.kind for action in desk.campaign.today()] == ["write", "write"]
        assert desk.entries() == {}

    def test_how_far_ahead_can_be_told(self, desk):
        desk.campaign.log("dana", "promised", text="the article", due="2025-03-20")
        assert (len(desk.entries(ahead=3)), len(desk.entries(ahead=8))) == (0, 1)


def test_somebody_forgotten_is_taken_out_of_the_calendar_and_leaves_no_trace(tmp_path):
    desk = Desk(tmp_path / "career.db")
    dana = desk.campaign.log("dana", "scheduled", start="friday 15:00").person_id
    uids = set(desk.entries())
    desk.campaign.forget("dana")
    found = desk.entries()
    assert {key for key, event in found.items() if event["STATUS"] == "CANCELLED"} == uids
    assert "Dana" not in str(found)
    desk.campaign.close()
    kept = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert [word for word in (b"Dana", dana.encode()) if word in kept] == []


def test_undo_takes_back_the_last_thing_noted_and_no_export(desk):
    desk.campaign.log("dana", "called", by="them")
    desk.campaign.calendar()
    assert desk.campaign.last_change().events == ("touched: Dana Ruiz",)


def test_a_campaign_that_may_only_be_read_has_a_calendar(tmp_path):
    desk = Desk(tmp_path / "career.db")
    desk.campaign.log("dana", "called", by="them")
    desk.campaign.close()
    (tmp_path / "career.db").chmod(0o400)
    with infoint.open(tmp_path / "career.db") as campaign:
        assert b"Answer Dana Ruiz" in campaign.calendar()


WORDS = ["wrote", "nudged", "answered", "scheduled", "moved", "cancelled", "met", "thanked", "no", "promised", "kept"]
STEPS = st.tuples(st.sampled_from(["dana", "tom"]), st.sampled_from([*WORDS, "undo"]), st.integers(0, 100))


@settings(max_examples=40, deadline=None)
@given(st.lists(STEPS, max_size=12))
@pytest.mark.filterwarnings("ignore::infoint.errors.OddOrder")
def test_a_calendar_that_imports_every_file_shows_what_is_due_and_nothing_else(steps):
    desk = Desk()
    for who, word, hours in steps:
        desk.later(hours=1 + hours)
        more = {"start": desk.now + timedelta(days=3)} if word in {"scheduled", "moved"} else {}
        more |= {"text": f"the book of {hours}"} if word == "promised" else {}
        if word != "undo":
            desk.campaign.log(who, word, **more)
        elif desk.campaign.last_change().events:
            desk.campaign.undo()
        found = desk.entries()
        shown = {key for key, event in desk.imported.items() if event.get("STATUS") != "CANCELLED"}
        due = {key for key, event in found.items() if event.get("STATUS") != "CANCELLED"}
        past = {key for key in shown - due if desk.imported[key]["SUMMARY"].startswith("Talk")}
        assert shown == due | past
        assert all(desk.imported[key].start <= desk.now for key in past)
    desk.campaign.close()
