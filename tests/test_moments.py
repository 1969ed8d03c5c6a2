"""Dates and times as people type them; here it is Wednesday 12 March 2025, ten o'clock in UTC."""

import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infoint.errors import UnreadableMoment
from infoint.moments import day, read

NOW = datetime(2025, 3, 12, 10, tzinfo=UTC)
NEW_YORK, KOLKATA = ZoneInfo("America/New_York"), ZoneInfo("Asia/Kolkata")
LORD_HOWE, BERLIN = ZoneInfo("Australia/Lord_Howe"), ZoneInfo("Europe/Berlin")

WEDNESDAY = """
    today                      2025-03-12         2025-03-12
    tomorrow                   2025-03-13         2025-03-13
    yesterday                  2025-03-11         2025-03-11
    Yesterday                  2025-03-11         2025-03-11
    the day before yesterday   2025-03-10         2025-03-10
    day after tomorrow         2025-03-14         2025-03-14
    2025-03-01                 2025-03-01         2025-03-01
    2025-3-1                   2025-03-01         2025-03-01
    2025/03/04                 2025-03-04         2025-03-04
    2025-03-08 09:00           2025-03-08 09:00   2025-03-08 09:00
    2025-03-08 9am             2025-03-08 09:00   2025-03-08 09:00
    3 March                    2025-03-03         2026-03-03
    March 3                    2025-03-03         2026-03-03
    3rd of March               2025-03-03         2026-03-03
    3 mar 2024                 2024-03-03         2024-03-03
    March 3, 2024 16:00        2024-03-03 16:00   2024-03-03 16:00
    14-Mar-25                  2025-03-14         2025-03-14
    3 march 16 4pm             2016-03-03 16:00   2016-03-03 16:00
    3 march 16:00              2025-03-03 16:00   2026-03-03 16:00
    3 march 4pm                2025-03-03 16:00   2026-03-03 16:00
    1 april                    2024-04-01         2025-04-01
    29 February 2024           2024-02-29         2024-02-29
    29 feb                     2024-02-29         2028-02-29
    2/29                       2024-02-29         2028-02-29
    12/25                      2024-12-25         2025-12-25
    25.12.                     2024-12-25         2025-12-25
    13/2 16:00                 2025-02-13 16:00   2026-02-13 16:00
    13.2.2025                  2025-02-13         2025-02-13
    5/5/2024                   2024-05-05         2024-05-05
    1/1                        2025-01-01         2026-01-01
    the 15th                   2025-02-15         2025-03-15
    on the 3rd at 16:00        2025-03-03 16:00   2025-04-03 16:00
    yesterday 16:00            2025-03-11 16:00   2025-03-11 16:00
    yesterday at 4 pm          2025-03-11 16:00   2025-03-11 16:00
    4pm yesterday              2025-03-11 16:00   2025-03-11 16:00
    yesterday at 16            2025-03-11 16:00   2025-03-11 16:00
    yesterday evening          2025-03-11         2025-03-11
    last night                 2025-03-11         2025-03-11
    tomorrow noon              2025-03-13 12:00   2025-03-13 12:00
    last tue                   2025-03-11         2025-03-11
    last tuesday 9am           2025-03-11 09:00   2025-03-11 09:00
    last wednesday             2025-03-05         2025-03-05
    tuesday                    2025-03-11         2025-03-18
    wednesday                  2025-03-05         2025-03-19
    friday                     2025-03-07         2025-03-14
    Fri 10:30                  2025-03-07 10:30   2025-03-14 10:30
    friday 15:00               2025-03-07 15:00   2025-03-14 15:00
    friday, 15:00              2025-03-07 15:00   2025-03-14 15:00
    15:00 friday               2025-03-07 15:00   2025-03-14 15:00
    friday 15h                 2025-03-07 15:00   2025-03-14 15:00
    friday 15.30               2025-03-07 15:30   2025-03-14 15:30
    saturday 15h               2025-03-08 15:00   2025-03-15 15:00
    monday morning             2025-03-10         2025-03-17
    next tuesday               2025-03-18         2025-03-18
    next tue 9am               2025-03-18 09:00   2025-03-18 09:00
    next friday                2025-03-14         2025-03-14
    this friday 15:00          2025-03-14 15:00   2025-03-14 15:00
    coming friday              2025-03-14         2025-03-14
    tuesday next week          REFUSED            REFUSED
    friday 14 march            REFUSED            2025-03-14
    friday 15 march            2024-03-15         REFUSED
    fri 14 mar 2025 15:00      2025-03-14 15:00   2025-03-14 15:00
    in two weeks               2025-03-26         2025-03-26
    in a fortnight             2025-03-26         2025-03-26
    two weeks from now         2025-03-26         2025-03-26
    in 3 days at 15:00         2025-03-15 15:00   2025-03-15 15:00
    two weeks ago              2025-02-26         2025-02-26
    12 days ago 9:00           2025-02-28 09:00   2025-02-28 09:00
    in two months              2025-05-12         2025-05-12
    last month                 2025-02-12         2025-02-12
    next week                  2025-03-19         2025-03-19
    16:00                      2025-03-11 16:00   2025-03-12 16:00
    noon                       2025-03-11 12:00   2025-03-12 12:00
    2 hours ago                2025-03-12 04:00   2025-03-12 04:00
    in 1 hour 30 minutes       2025-03-12 07:30   2025-03-12 07:30
    in 2 days 10 hours         2025-03-14 16:00   2025-03-14 16:00
    2h ago                     2025-03-12 04:00   2025-03-12 04:00
    in 2h                      2025-03-12 08:00   2025-03-12 08:00
    10 minutes ago             2025-03-12 05:50   2025-03-12 05:50
    now                        2025-03-12 06:00   2025-03-12 06:00
    soonish                    REFUSED            REFUSED
    dana tomorrow              REFUSED            REFUSED
    yeterday                   REFUSED            REFUSED
    march                      REFUSED            REFUSED
    March 2025                 REFUSED            REFUSED
    2025                       REFUSED            REFUSED
    15                         REFUSED            REFUSED
    5 5                        REFUSED            REFUSED
    the 2nd week               REFUSED            REFUSED
    31 feb                     REFUSED            REFUSED
    2025-02-29                 REFUSED            REFUSED
    2025-13-01                 REFUSED            REFUSED
    13/13                      REFUSED            REFUSED
    0/0                        REFUSED            REFUSED
    99/99/9999                 REFUSED            REFUSED
    friday 13th                REFUSED            REFUSED
    friday 14                  REFUSED            REFUSED
    tomorrow 9                 REFUSED            REFUSED
    yesterday 25:00            REFUSED            REFUSED
    yesterday 16:99            REFUSED            REFUSED
"""
"""What is typed on that Wednesday in New York, at six in the morning: looking back, looking ahead."""
WORDS = [
    "next",
    "last",
    "friday",
    "tue",
    "in",
    "ago",
    "week",
    "2",
    "at",
    "3/4",
    "15h",
    "16:00",
    "the 3rd",
    "march",
    "2025",
    "pm",
]
TABLE = [re.split(r"\s{2,}", line.strip()) for line in WEDNESDAY.strip().splitlines()]


def on_the_clock(text, zone, prefer="past", now=NOW):
    """A moment as the user's clock shows it, a day as its date, or that it was refused."""
    try:
        moment, precision = read(text, now, zone, prefer)
    except UnreadableMoment:
        return "REFUSED"
    return f"{moment:%Y-%m-%d}" if precision == "day" else f"{moment.astimezone(zone):%Y-%m-%d %H:%M}"


@pytest.mark.parametrize(("text", "back", "ahead"), TABLE, ids=[row[0] for row in TABLE])
def test_a_phrase_is_read_looking_back_and_looking_ahead(text, back, ahead):
    assert (on_the_clock(text, NEW_YORK), on_the_clock(text, NEW_YORK, "future")) == (back, ahead)


@pytest.mark.parametrize(
    ("text", "zone", "expected"),
    [
        ("yesterday 16:00", UTC, "2025-03-11T16:00"),
        ("yesterday 16:00", NEW_YORK, "2025-03-11T20:00"),
        ("yesterday 16:00", KOLKATA, "2025-03-11T10:30"),
        ("yesterday 16:00", LORD_HOWE, "2025-03-11T05:00"),
        ("2025-03-08 09:00", NEW_YORK, "2025-03-08T14:00"),  # the day before the clocks change
        ("2025-03-09 09:00", NEW_YORK, "2025-03-09T13:00"),
        ("last saturday 9:00", NEW_YORK, "2025-03-08T14:00"),
        ("last sunday 9:00", NEW_YORK, "2025-03-09T13:00"),
        ("2025-03-09 02:30", NEW_YORK, "2025-03-09T07:30"),  # left out by the change: counted as before it
        ("2024-11-03 01:30", NEW_YORK, "2024-11-03T05:30"),  # comes twice: the first
        ("2025-04-06 01:45", LORD_HOWE, "2025-04-05T14:45"),  # comes twice, half an hour apart
        ("30.3.2025 15:00", BERLIN, "2025-03-30T13:00"),
        ("29.3.2025 15:00", BERLIN, "2025-03-29T14:00"),
        ("2025-03-09T09:00+01:00", NEW_YORK, "2025-03-09T08:00"),
        ("2 hours ago", KOLKATA, "2025-03-12T08:00"),
        ("now", NEW_YORK, "2025-03-12T10:00"),
        ("monday 5pm est", BERLIN, "2025-03-10T22:00"),
    ],
)
def test_an_hour_is_read_on_the_users_own_clock(text, zone, expected):
    assert read(text, NOW, zone) == (datetime.fromisoformat(f"{expected}+00:00"), "minute")


@pytest.mark.parametrize("zone", [UTC, NEW_YORK, KOLKATA, LORD_HOWE, BERLIN], ids=str)
@given(st.integers(0, 3 * 365 * 24 * 60), st.integers(1, 30))
def test_hours_from_now_are_as_long_as_hours_are_also_when_the_clocks_change(zone, minutes, hours):
    now = datetime(2024, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    assert read(f"{hours} hours ago", now, zone)[0] == now - timedelta(hours=hours)
    assert read(f"in {hours} hours", now, zone)[0] == now + timedelta(hours=hours)


@pytest.mark.parametrize(
    ("text", "readings"),
    [
        ("friday at 3", ("2025-03-14 03:00", "2025-03-14 15:00")),
        ("tomorrow at 9", ("2025-03-13 09:00", "2025-03-13 21:00")),
        ("3/4", ("2026-03-04", "2025-04-03")),
    ],
)
def test_an_hour_or_a_day_that_reads_two_ways_is_shown_both_ways(text, readings):
    with pytest.raises(UnreadableMoment) as refused:
        read(text, NOW, NEW_YORK, "future")
    assert refused.value.readings == readings
    assert all(on_the_clock(reading, NEW_YORK) == reading for reading in readings)


def test_a_weekday_that_is_none_of_that_date_is_said():
    with pytest.raises(UnreadableMoment, match="'friday 15 march' is not a date I can read: 2025-03-15 is a Saturday"):
        read("friday 15 march", NOW, NEW_YORK, "future")


def test_today_is_the_users_own_day():
    evening = datetime(2025, 3, 12, 1, tzinfo=UTC)
    assert read("today", evening, NEW_YORK)[0].date() == date(2025, 3, 11)


@pytest.mark.parametrize(
    ("text", "other"),
    [("3/4", 2024), ("3.4.", 2024), ("3/4 16:00", 2024)]
    + [(text, 2025) for text in ("3-4-25", "03/04/2025", "3.4.2025", "on 3/4/2025", "3/4/2025 16:00")],
)
def test_a_date_that_reads_two_ways_is_refused_with_both(text, other):
    with pytest.raises(UnreadableMoment) as refused:
        read(text, NOW)
    assert refused.value.readings == ("2025-03-04", f"{other}-04-03")
    assert refused.value.hint == f"Write it as 2025-03-04 or {other}-04-03."


@pytest.mark.parametrize("text", ["", " ", "soonish", "99/99/9999", "x" * 500])
def test_what_is_no_day_is_refused_in_one_line(text):
    with pytest.raises(UnreadableMoment, match="is not a date I can read") as refused:
        read(text, NOW)
    assert len(str(refused.value)) < 120


@given(st.text(max_size=30) | st.lists(st.sampled_from(WORDS), max_size=5).map(" ".join))
def test_whatever_is_typed_is_read_or_refused(text):
    assert re.fullmatch(r"REFUSED|\d{4}-\d\d-\d\d( \d\d:\d\d)?", on_the_clock(text, KOLKATA))


@given(st.dates(date(1990, 1, 1), date(2090, 12, 31)))
def test_a_day_is_that_day_in_the_calendar_of_every_zone(some_day):
    assert day(some_day).date() == some_day
    assert read(some_day.isoformat(), NOW, KOLKATA) == (day(some_day), "day")
