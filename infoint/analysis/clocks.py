"""How long something took, on the calendar or in business days."""

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Any

from infoint.errors import TableError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

CLOCKS = ("business", "calendar")
_DAY = 86_400_000_000
_MONDAY = "1970-01-05"


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


def elapsed(
    start: "NDArray[np.datetime64]", end: "NDArray[np.datetime64]", clock: str, holidays: Iterable[date] = ()
) -> "NDArray[np.float64]":
    """Days from `start` to `end`, row by row; NaN where one of them is missing.

    The business clock stands still on Saturdays, Sundays and holidays. A moment at 0:00 is a day
    without an hour: then whole days are counted, so that an answer of the same day took none.
    """
    import numpy as np

    start, end = np.broadcast_arrays(start.astype("datetime64[us]"), end.astype("datetime64[us]"))
    days = np.full(start.shape, np.nan)
    known = ~(np.isnat(start) | np.isnat(end))
    start, end = start[known], end[known]
    whole = (start == _midnight(start)) | (end == _midnight(end))
    start, end = np.where(whole, _midnight(start), start), np.where(whole, _midnight(end), end)
    if clock == "business":
        free: Any = np.array(list(holidays), dtype="datetime64[D]")
        days[known] = (_business(end, free) - _business(start, free)) / _DAY
    else:
        days[known] = (end - start).astype(np.int64) / _DAY
    return days


def _midnight(moments: "NDArray[np.datetime64]") -> "NDArray[np.datetime64]":
    return moments.astype("datetime64[D]").astype("datetime64[us]")


def _business(moments: "NDArray[np.datetime64]", free: Any) -> "NDArray[np.int64]":
    """Microseconds of business time up to each moment."""
    import numpy as np

    dates: Any = moments.astype("datetime64[D]")
    hours = (moments - _midnight(moments)).astype(np.int64)
    whole = np.busday_count(np.datetime64(_MONDAY), dates, holidays=free)
    return np.asarray(whole * _DAY + hours * np.is_busday(dates, holidays=free), dtype=np.int64)
