"""Business days."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infoint.workdays import Workdays, country_holidays, weekend_of

DAYS = st.dates(date(2020, 1, 1), date(2030, 12, 31))
HOLIDAYS = st.sets(DAYS, max_size=40)


def iso(text):
    return date.fromisoformat(text)


@pytest.mark.parametrize(
    ("holidays", "start", "count", "end"),
    [
        ((), "2025-01-03", 3, "2025-01-08"),
        ((), "2025-01-03", 7, "2025-01-14"),
        (("2025-12-25", "2026-01-01"), "2025-12-24", 3, "2025-12-30"),
        (("2025-12-25", "2026-01-01"), "2025-12-24", 7, "2026-01-06"),
        ((), "2025-01-04", 1, "2025-01-06"),  # a Saturday counts from Monday
        ((), "2025-01-04", 0, "2025-01-06"),
        ((), "2025-01-03", 0, "2025-01-03"),
        ((), "2024-02-28", 1, "2024-02-29"),
        ((), "2024-02-29", 1, "2024-03-01"),
    ],
)
def test_business_days_are_counted_over_weekends_and_holidays(holidays, start, count, end):
    assert Workdays(map(iso, holidays)).add(iso(start), count) == iso(end)


@given(HOLIDAYS, DAYS, st.integers(1, 30))
def test_so_many_business_days_later_is_so_many_business_days_between(holidays, day, count):
    workdays = Workdays(holidays)
    later = workdays.add(day, count)
    assert workdays.is_workday(later)
    assert sum(workdays.is_workday(day + timedelta(days=n)) for n in range(1, (later - day).days + 1)) == count
    assert workdays.add(day, count) == later  # also when remembered


@given(HOLIDAYS, DAYS)
def test_rolling_reaches_the_nearest_business_day_and_leaves_a_business_day_alone(holidays, day):
    workdays = Workdays(holidays)
    for rolled in (workdays.forward(day), workdays.back(day)):
        assert workdays.is_workday(rolled)
        step = timedelta(days=1 if rolled > day else -1)
        passed = [day + step * n for n in range(abs((rolled - day).days))]
        assert not any(workdays.is_workday(other) for other in passed)


@pytest.mark.parametrize(
    ("country", "day", "free"),
    [
        ("US", "2025-01-20", True),  # Martin Luther King Jr. Day
        ("US", "2025-11-27", True),  # Thanksgiving
        ("US", "2021-07-05", True),  # the 4th was a Sunday
        ("US", "2025-10-03", False),
        ("DE", "2025-10-03", True),
        ("DE", "2025-07-04", False),
    ],
)
def test_the_holidays_are_those_of_the_country(country, day, free):
    assert (iso(day) in country_holidays(country, [iso(day).year])) == free


def test_a_country_that_is_not_known_has_only_weekends():
    assert country_holidays("XX", [2025]) == {}
    assert weekend_of("XX") == (5, 6)


def test_the_free_days_of_the_week_are_those_of_the_country():
    weekend = weekend_of("SA")
    assert weekend == (4, 5)
    assert Workdays(weekend=weekend).add(iso("2025-01-02"), 1) == iso("2025-01-05")  # from Thursday to Sunday
