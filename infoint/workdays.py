"""Business days: which days count when one waits for an answer."""

from collections.abc import Iterable
from datetime import date, timedelta

_DAY = timedelta(days=1)


class Workdays:
    """Counts business days: every day but the weekend and the holidays given.

    `holidays` are dates; `weekend` is the days of the week that are free, Monday being 0.

    >>> us = Workdays(country_holidays("US", [2025, 2026]))
    >>> us.add(date(2025, 1, 3), 3)  # a Friday
    datetime.date(2025, 1, 8)
    >>> Workdays([date(2025, 12, 25), date(2026, 1, 1)]).add(date(2025, 12, 24), 7)
    datetime.date(2026, 1, 6)
    """

    __slots__ = ("_cache", "holidays", "weekend")

    def __init__(self, holidays: Iterable[date] = (), weekend: Iterable[int] = (5, 6)) -> None:
        self.holidays = frozenset(holidays)
        self.weekend = frozenset(weekend)
        self._cache: dict[tuple[date, int], date] = {}

    def is_workday(self, day: date) -> bool:
        """Whether people are at work on that day."""
        return day.weekday() not in self.weekend and day not in self.holidays

    def forward(self, day: date) -> date:
        """The day itself when it is a business day, else the next one."""
        while not self.is_workday(day):
            day += _DAY
        return day

    def back(self, day: date) -> date:
        """The day itself when it is a business day, else the one before."""
        while not self.is_workday(day):
            day -= _DAY
        return day

    def add(self, day: date, count: int) -> date:
        """The day that is `count` business days after `day` (which itself may be free).

        A `count` of 0 gives the day itself, rolled forward to a business day.
        """
        found = self._cache.get((day, count))
        if found is None:
            found = self.forward(day) if count == 0 else day
            for _ in range(count):
                found = self.forward(found + _DAY)
            self._cache[day, count] = found
        return found


def country_holidays(country: str, years: Iterable[int]) -> dict[date, str]:
    """The public holidays of a country (two letters, ISO 3166), by day.

    The calendar is that of the `holidays` package. A country it does not know has none: its
    weekends still count as free.

    >>> country_holidays("US", [2025])[date(2025, 7, 4)]
    'Independence Day'
    >>> country_holidays("XX", [2025])
    {}
    """
    import holidays

    try:
        return dict(holidays.country_holidays(country, years=list(years), language="en_US"))
    except NotImplementedError:
        return {}


def weekend_of(country: str) -> tuple[int, ...]:
    """The days of the week that are free in a country, Monday being 0.

    >>> weekend_of("US"), weekend_of("XX")
    ((5, 6), (5, 6))
    """
    import holidays

    try:
        return tuple(sorted(holidays.country_holidays(country).weekend))
    except NotImplementedError:
        return (5, 6)
