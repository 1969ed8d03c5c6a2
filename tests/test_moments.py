"""Dates and times as people type them; here it is Wednesday 12 March 2025, ten o'clock in UTC."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infoint.errors import UnreadableMoment
from infoint.moments import day, read

NOW = datetime(2025, 3, 12, 10, tzinfo=UTC)
NEW_YORK, KOLKATA = ZoneInfo("America/New_York"), ZoneInfo("Asia/Kolkata")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("today", "2025-03-12"),
        ("yesterday", "2025-03-11"),
        ("  Yesterday ", "2025-03-11"),
        ("2025-03-01", "2025-03-01"),
        ("3 March", "2025-03-03"),
        ("March 3", "2025-03-03"),
        ("3 March 2024", "2024-03-03"),
        ("29 February 2024", "2024-02-29"),
        ("last tuesday", "2025-03-11"),
        ("friday", "2025-03-07"),
        ("12/25", "2024-12-25"),
        ("13.2.2025", "2025-02-13"),
        ("5/5/2024", "2024-05-05"),
        ("two weeks ago", "2025-02-26"),
        ("last month", "2025-02-12"),
    ],
)
def test_a_day_is_read_as_that_day_looking_back(text, expected):
    assert read(text, NOW) == (datetime.fromisoformat(f"{expected}T12:00+00:00"), "day")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("tomorrow", "2025-03-13"),
        ("friday", "2025-03-14"),
        ("next friday", "2025-03-14"),
        ("Next Tue", "2025-03-18"),
        ("in two weeks", "2025-03-26"),
        ("in two months", "2025-05-12"),
        ("next week", "2025-03-19"),
        ("12/25", "2025-12-25"),
    ],
)
def test_a_day_is_read_as_that_day_looking_ahead(text, expected):
    assert read(text, NOW, UTC, "future") == (datetime.fromisoformat(f"{expected}T12:00+00:00"), "day")


@pytest.mark.parametrize(
    ("text", "zone", "expected"),
    [
        ("yesterday 16:00", UTC, "2025-03-11T16:00"),
        ("yesterday 16:00", NEW_YORK, "2025-03-11T20:00"),
        ("yesterday 16:00", KOLKATA, "2025-03-11T10:30"),
        ("2025-03-08 09:00", NEW_YORK, "2025-03-08T14:00"),  # the day before the clocks change
        ("2025-03-09 09:00", NEW_YORK, "2025-03-09T13:00"),
        ("2025-03-09T09:00+01:00", NEW_YORK, "2025-03-09T08:00"),
        ("2 hours ago", KOLKATA, "2025-03-12T08:00"),
        ("now", NEW_YORK, "2025-03-12T10:00"),
        ("3 march 4pm", UTC, "2025-03-03T16:00"),
    ],
)
def test_an_hour_is_read_on_the_users_own_clock(text, zone, expected):
    assert read(text, NOW, zone) == (datetime.fromisoformat(f"{expected}+00:00"), "minute")


def test_today_is_the_users_own_day():
    evening = datetime(2025, 3, 12, 1, tzinfo=UTC)
    assert read("today", evening, NEW_YORK)[0].date() == date(2025, 3, 11)


@pytest.mark.parametrize("text", ["3/4", "3-4-25", "03/04/2025", "3.4.2025", "on 3/4/2025", "3/4/2025 16:00"])
def test_a_date_that_reads_two_ways_is_refused_with_both(text):
    with pytest.raises(UnreadableMoment) as refused:
        read(text, NOW)
    assert refused.value.readings == ("2025-03-04", "2025-04-03")
    assert refused.value.hint == "Write it as 2025-03-04 or 2025-04-03."


@pytest.mark.parametrize(
    "text", ["", " ", "soonish", "31 feb", "0/0", "99/99/9999", "2025-02-29", "March 2025", "march", "2025", "x" * 500]
)
def test_what_is_no_day_is_refused_and_none_is_made_up(text):
    with pytest.raises(UnreadableMoment) as refused:
        read(text, NOW)
    assert "is not a date I can read" in str(refused.value)
    assert len(str(refused.value)) < 120


@given(st.dates(date(1990, 1, 1), date(2090, 12, 31)))
def test_a_day_is_that_day_in_the_calendar_of_every_zone(some_day):
    assert day(some_day).date() == some_day
    assert read(some_day.isoformat(), NOW, KOLKATA) == (day(some_day), "day")
