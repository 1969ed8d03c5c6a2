"""The two clocks."""

from datetime import date, timedelta

import narwhals as nw
import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infoint.analysis.clocks import DAY, Clock, horizon
from infoint.errors import TableError
from infoint.workdays import Workdays

HOLIDAYS = [date(2025, 1, 1), date(2025, 4, 18), date(2025, 4, 21)]


def days(start, end, clock="business", holidays=()):
    start, end = np.array([start], "datetime64[us]"), np.array([end], "datetime64[us]")
    ruler = Clock.of(clock, holidays)
    found = ruler.elapsed(start, end)[0] / DAY
    if not np.isnat(start[0]):  # the same as every other engine reckons it
        frame = nw.from_native(pl.DataFrame({"start": start, "end": end}))
        other = frame.select(x=ruler.elapsed(nw.col("start"), nw.col("end")))["x"][0] / DAY
        assert other == pytest.approx(found)
    return found


@pytest.mark.parametrize(
    ("start", "end", "business", "calendar"),
    [
        ("2025-04-14T09:00", "2025-04-14T21:00", 0.5, 0.5),
        ("2025-04-11T12:00", "2025-04-14T12:00", 1, 3),  # over a weekend
        ("2025-04-12T10:00", "2025-04-14T12:00", 0.5, 2 + 2 / 24),  # Saturday: the clock begins on Monday
        ("2025-04-17T12:00", "2025-04-22T12:00", 1, 5),  # over Easter
        ("2025-04-14T09:00", "2025-04-14", 0, 0),  # the answer has no hour: the same day
        ("2025-04-14", "2025-04-15T18:00", 1, 1),
        ("2025-04-14", "2025-04-28", 8, 14),
        ("2025-04-15T09:00", "2025-04-14T09:00", -1, -1),
    ],
)
def test_a_clock_counts_its_days_and_their_hours(start, end, business, calendar):
    assert days(start, end, "business", HOLIDAYS) == pytest.approx(business)
    assert days(start, end, "calendar") == pytest.approx(calendar)


@settings(deadline=None, max_examples=40)
@given(st.dates(date(2024, 12, 1), date(2025, 6, 1)), st.integers(0, 90))
def test_whole_business_days_agree_with_workdays(start, length):
    workdays = Workdays(HOLIDAYS)
    start, end = workdays.forward(start), workdays.forward(start + timedelta(days=length))
    later = [start + timedelta(days=number) for number in range(1, (end - start).days + 1)]
    assert days(start, end, "business", HOLIDAYS) == sum(map(workdays.is_workday, later))


@settings(deadline=None, max_examples=40)
@given(st.lists(st.integers(1, 360 * 24), min_size=3, max_size=3))
def test_the_clocks_never_run_backwards(moments):
    first, middle, last = (np.datetime64("2025-01-01") + np.timedelta64(hours, "h") for hours in sorted(moments))
    for clock in ("business", "calendar"):
        assert 0 <= days(first, middle, clock) <= days(first, last, clock) + 1


def test_a_missing_moment_gives_no_days():
    assert np.isnan(days("NaT", "2025-03-04"))


@pytest.mark.parametrize(("within", "business"), [(14, 10), (7, 5), (1, 1), (21, 15)])
def test_the_horizon_is_shorter_in_business_days(within, business):
    assert horizon(within, "business") == business
    assert horizon(within, "calendar") == within


@pytest.mark.parametrize(("within", "clock"), [(0, "business"), (float("nan"), "calendar"), (14, "wall")])
def test_an_odd_horizon_or_clock_is_refused(within, clock):
    with pytest.raises(TableError, match=r"within_days|clock"):
        horizon(within, clock)
