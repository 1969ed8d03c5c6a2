"""How long something took, on the calendar or in business days, written so that every engine can reckon it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import narwhals as nw
import numpy as np

from infoint.analysis.moments import wall
from infoint.errors import TableError

CLOCKS = ("business", "calendar")
DAY = 86_400_000_000
_EPOCH = 719_163
"""The ordinal of 1 January 1970, a Thursday: the fourth day of its week."""


def horizon(within_days: float, clock: str) -> float:
    """How long a reply is waited for, in days of that clock.

    >>> horizon(14, "business"), horizon(14, "calendar")
    (10, 14)
    """
    if clock not in CLOCKS:
        raise TableError(f"clock={clock!r} is not known: it is 'business' or 'calendar'.")
    if not 1 <= within_days < float("inf"):
        raise TableError(f"within_days={within_days} is too short: it is 1 or more.")
    return round(within_days * 5 / 7) if clock == "business" else within_days


@dataclass(frozen=True, slots=True)
class Clock:
    """Microseconds between two moments; the business clock stands still on weekends and holidays.

    A moment at 0:00 is a day without an hour: then whole days are counted, so that an answer of
    the same day took none. Only years, days of the year and hours are asked of the engine, since
    that is what narwhals offers on all of them; the sums are exact below 2**53.
    """

    name: str
    holidays: tuple[int, ...] = ()

    @classmethod
    def of(cls, name: str, holidays: Iterable[date]) -> "Clock":
        """The clock of this name; holidays at weekends add nothing."""
        days = {wall(day).toordinal() - _EPOCH for day in holidays}
        return cls(name, tuple(sorted(day for day in days if (day + 3) % 7 < 5)))

    def elapsed(self, start: Any, end: Any) -> Any:
        """From `start` to `end`, each a narwhals expression, an array of numpy or a datetime."""
        (day, hours), (day_end, hours_end) = _split(start), _split(end)
        whole = (self._days(day_end) - self._days(day)) * DAY
        exact = whole + hours_end * self._open(day_end) - hours * self._open(day)
        return either((hours == 0) | (hours_end == 0), whole, exact)

    def _days(self, day: Any) -> Any:
        """Business days before this day, or all days."""
        if self.name == "calendar":
            return day
        weeks = _floor((day + 3) / 7)
        of_week = day + 3 - weeks * 7
        before = weeks * 5 + either(of_week > 5, 5, of_week)
        for holiday in self.holidays:
            before = before - either(day > holiday, 1, 0)
        return before

    def _open(self, day: Any) -> Any:
        """1 on a business day, 0 on others."""
        return self._days(day + 1) - self._days(day)


def _split(moment: Any) -> tuple[Any, Any]:
    """The day since 1970 and the microseconds since its 0:00, by the clock on the wall."""
    if isinstance(moment, datetime):
        seconds = (moment.hour * 60 + moment.minute) * 60 + moment.second
        return np.float64(moment.toordinal() - _EPOCH), seconds * 1e6 + moment.microsecond
    if isinstance(moment, np.ndarray):
        since = np.where(np.isnat(moment), np.nan, moment.astype("datetime64[us]").astype(np.int64))
        return since // DAY, since % DAY
    part = {
        name: getattr(moment.dt, name)().cast(nw.Float64)
        for name in ("year", "ordinal_day", "hour", "minute", "second", "microsecond")
    }
    year = part["year"] - 1
    day = year * 365 + _floor(year / 4) - _floor(year / 100) + _floor(year / 400) + part["ordinal_day"] - _EPOCH
    return day, ((part["hour"] * 60 + part["minute"]) * 60 + part["second"]) * 1e6 + part["microsecond"]


def day_of(moment: Any) -> Any:
    """The day since 1970 of a column of moments."""
    return _split(moment)[0]


def either(condition: Any, yes: Any, no: Any) -> Any:
    """One or the other, by a condition of narwhals or of numpy."""
    if isinstance(condition, nw.Expr):
        return nw.when(condition).then(yes).otherwise(no)
    return np.where(condition, yes, no)


def gone(moment: Any) -> Any:
    """Whether a moment is missing, in narwhals or in numpy."""
    return np.isnat(moment) if isinstance(moment, np.ndarray) else moment.is_null()


def _floor(number: Any) -> Any:
    return number.floor() if hasattr(number, "floor") else np.floor(number)
