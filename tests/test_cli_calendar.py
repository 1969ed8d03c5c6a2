"""The calendar and the week, as typed."""

import json

import icalendar
import pytest


@pytest.fixture
def busy(user):
    user("log", "leila", "wrote", "--at", "3 days ago 9:00")
    user("log", "leila", "scheduled", "--start", "in 3 days at 15:00", "--place", "Café Grün")
    return user


def events(path):
    return icalendar.Calendar.from_ical(path.read_bytes()).events


class TestCalendar:
    def test_it_writes_a_file_that_only_the_user_can_read_and_says_what_to_do(self, busy):
        out = busy("calendar").out
        assert out.startswith("Written to infoint.ics: 1 talk, 2 follow-ups, 0 no longer due.\n")
        assert "Outlook" in out
        assert max(map(len, out.splitlines())) < 80
        path = busy.home / "infoint.ics"
        assert path.stat().st_mode & 0o777 == 0o600
        assert "Talk with Leila Sand" in [event["SUMMARY"] for event in events(path)]

    def test_its_own_file_is_renewed(self, busy):
        busy("calendar", "mine.ics")
        busy("log", "leila", "cancelled")
        assert "0 talks, 1 follow-up, 3 no longer due" in " ".join(busy("calendar", "mine.ics").out.split())
        statuses = [event.get("STATUS") for event in events(busy.home / "mine.ics") if "STATUS" in event]
        assert statuses == ["CANCELLED"] * 3

    @pytest.mark.parametrize("content", [b"", b"BEGIN:VCALENDAR\r\nPRODID:-//Other//EN\r\nEND:VCALENDAR\r\n"])
    def test_a_file_of_others_is_left_as_it_is_unless_told(self, busy, content):
        path = busy.home / "work.ics"
        path.write_bytes(content)
        assert "--force" in busy.refused("calendar", "work.ics")
        assert path.read_bytes() == content
        busy("calendar", "work.ics", "--force")
        assert events(path)

    def test_a_folder_that_is_not_there_is_said(self, busy):
        assert "There is no folder" in busy.refused("calendar", "nowhere/mine.ics")

    def test_what_was_prepared_can_be_left_out(self, busy):
        busy("calendar", "all.ics")
        busy("calendar", "shared.ics", "--no-sheets")
        talks = [
            next(event for event in events(busy.home / name) if "LOCATION" in event)
            for name in ("all.ics", "shared.ics")
        ]
        assert ["DESCRIPTION" in talk for talk in talks] == [True, False]


class TestWeek:
    def test_it_looks_back_in_lines_that_fit(self, busy):
        busy("debrief", "tom okoye", "--learnt", "museums hire in spring " * 6)
        out = busy("week").out
        assert "- Wrote to Leila Sand" in out
        assert "- A day is set with Leila Sand" in out
        assert "- Met Tom Okoye" in out
        assert "(Tom Okoye)" in out
        assert max(map(len, out.splitlines())) < 80

    def test_a_quiet_week_is_told_kindly(self, user):
        assert "nothing is lost" in user("week").out

    def test_json_has_the_same(self, busy):
        week = json.loads(busy("week", "--json").out)
        assert [(fact["what"], fact["person"]) for fact in week["done"]] == [("outreach_sent", "Leila Sand")]
        assert [fact["what"] for fact in week["answered"]] == ["meeting_scheduled"]
        assert week["learnt"] == []
        assert week["start"] < week["done"][0]["day"] < week["end"]
