"""How soon answers come: Kaplan-Meier, with an interval that is right for few letters; and when to stop waiting."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np

from infoint.analysis.clocks import Clock, horizon
from infoint.analysis.counts import followed, letters
from infoint.analysis.proportions import Array, checked_level, information
from infoint.analysis.results import POOLED, ReplyCurve, StopWaiting, percent, ranged, several, told_by
from infoint.analysis.tables import Columns, by_segment, framed
from infoint.errors import TableError

if TYPE_CHECKING:
    import pandas as pd

_ENDS = ("probability", "low", "high")
_FRAME = dict.fromkeys(("days", *_ENDS), "float64")
_STOP = dict.fromkeys(("share", "day", "low", "high"), "float64")
_MOST_UNDATED = 0.1
_NONE = "No letters to count yet."
_UNITS = {"business": "business days", "calendar": "days"}


@dataclass(frozen=True, slots=True)
class Steps:
    """By day, in order: how many answers came, and how many letters were still silent when last seen.

    `power` is the share of the information that is left when the letters of a season are alike.
    """

    days: Array
    came: Array
    lost: Array
    power: float = 1.0

    def after(self, day: float) -> "Steps":
        """The days after this one."""
        later = self.days > day
        return replace(self, days=self.days[later], came=self.came[later], lost=self.lost[later])

    def silent(self) -> Array:
        """How many were still silent before each day."""
        return np.asarray((self.came + self.lost)[::-1].cumsum()[::-1])


def reply_curve(
    table: Any, by: str | None = None, *, now: Any = None, clock: str = "business", holidays: Iterable[date] = (),
    level: float = 0.90, columns: Columns = None, kinds: Mapping[str, str] | None = None,
) -> ReplyCurve:  # fmt: skip
    """The probability that an answer has come by each day, from letters answered and still open.

    Kaplan and Meier 1958; the interval is the beta product of Fay, Brittain and Proschan 2013,
    which holds for few letters too. With a `season_id`, letters of one season are taken to be
    alike, and the interval is by season. Of two segments of one season, `.log_rank` holds the
    chi-square and p of the log-rank test (Mantel 1966). Refused when over a tenth of the letters
    have an answer without a date.

    >>> import pandas as pd
    >>> letters = pd.DataFrame({"sent_at": ["2025-03-03"] * 4, "replied_at": ["2025-03-04", "2025-03-06", None, None]})
    >>> reply_curve(letters, now="2025-03-28").frame[["days", "probability"]].values.tolist()
    [[0.0, 0.0], [1.0, 0.25], [3.0, 0.5], [19.0, 0.5]]
    """
    checked_level(level)
    found = letters(table, by=by, now=now, columns=columns, kinds=kinds)
    seen = by_segment(_seen(followed(found, [by] if by else [], _clock(clock, holidays))), by and 0)
    segments = {segment: _steps(part, level) for segment, part in seen.items()}
    curves = {segment: curve(steps, level) for segment, steps in segments.items()}
    rows = [{"segment": segment} | row for segment, each in curves.items() for row in each]
    apart = _log_rank(list(seen.values()))
    text = _sentence(segments, curves, by, _UNITS[clock], level) + _apart(apart, by)
    about = found.about(text) | {"clock": clock, "level": level}
    total = sum(map(len, seen.values()))
    return ReplyCurve(frame=framed(rows, _FRAME, by), log_rank=apart, letters=total, **about)


def stop_waiting(
    table: Any, share: float = 0.05, *, now: Any = None, clock: str = "business", holidays: Iterable[date] = (),
    level: float = 0.90, columns: Columns = None, kinds: Mapping[str, str] | None = None,
) -> StopWaiting:  # fmt: skip
    """The day after which fewer than `share` of the still silent ever answer, with its interval.

    The share of later answers among the silent is 1 - S(end)/S(t), S being the Kaplan-Meier curve
    of silence to the last answer seen. The ends of the interval are the days at which the bounds
    of that share (beta product, from day t on) fall below `share`.

    >>> import pandas as pd
    >>> letters = pd.DataFrame({"sent_at": ["2025-03-03"] * 40, "replied_at": ["2025-03-04"] * 20 + [None] * 20})
    >>> stop_waiting(letters, now="2025-03-28").day
    1.0
    """
    if not 0 < share < 1:
        raise TableError(f"share={share} is no share: it lies between 0 and 1, such as 0.05.")
    checked_level(level)
    found = letters(table, by=None, now=now, columns=columns, kinds=kinds)
    steps = _steps(_seen(followed(found, [], _clock(clock, holidays))), level)
    day, low, high = (_stop(steps, share, level, name) for name in _ENDS)
    row: dict[str, Any] = {"share": share, "day": day, "low": low, "high": high}
    text = _advice(day, low, high, share, _UNITS[clock]) if len(steps.days) else _NONE
    about = found.about(text) | {"clock": clock, "level": level}
    return StopWaiting(frame=framed([row], _STOP, None), **row, **about)


def _clock(name: str, holidays: Iterable[date]) -> Clock:
    """The clock of this name, if there is one."""
    horizon(14, name)
    return Clock.of(name, holidays)


def _seen(found: "pd.DataFrame") -> "pd.DataFrame":
    """The letters with the `day` on which each was answered, or last seen silent."""
    found = found.assign(day=found["delay"].where(found["replied"], found["age"]))
    undated = int(found["day"].isna().sum())
    if undated > _MOST_UNDATED * len(found):
        text = f"{undated:,} of {several(len(found), 'letter')} had an answer without a date: too many for a curve."
        raise TableError(text, "infoint.response_rate takes answers without a date.")
    return found[found["day"].notna()]


def _steps(part: "pd.DataFrame", level: float) -> Steps:
    """The letters day by day; those of a season are alike by what is left of the curve (martingale residuals)."""
    days, place = np.unique(part["day"].to_numpy(dtype=float), return_inverse=True)
    replied = part["replied"].to_numpy(dtype=float)
    counted: list[Any] = [np.bincount(place, which) for which in (replied, 1 - replied)]
    steps = Steps(days, *counted)
    residual = replied - (steps.came / steps.silent()).cumsum()[place]
    scores: Any = np.bincount(part["season"].factorize()[0], residual)
    return replace(steps, power=information(scores, float((residual**2).sum()), level))


def curve(steps: Steps, level: float, at: int | None = None) -> list[dict[str, float]]:
    """The curve of the share answered by each day at which an answer came, and at the last day seen (or one `at`).

    The beta product keeps, for each end of the interval, the first two moments of a product of
    betas: at an answer's day the lower one takes in Beta(Y - d + 1, d) of the Y still silent, and
    the upper one is the lower one as it stood before, times Beta(Y', 1) of those left after.
    """
    from scipy.stats import beta

    days, came, silent = np.r_[0.0, steps.days], np.r_[0.0, steps.came], steps.silent()
    silent = np.r_[silent[:1] if len(silent) else 0.0, silent]
    after, left, tail = silent - np.r_[0.0, steps.came + steps.lost], silent - came + 1, (1 - level) / 2
    first = (left / (silent + 1)).cumprod()
    second = (left * (left + 1) / ((silent + 1) * (silent + 2))).cumprod()

    def end(tail: float, one: Array, two: Array) -> Array:
        size = (one - two) / (two - one * one) * steps.power  # the beta with these two moments
        return np.asarray(beta.ppf(tail, one * size, (1 - one) * size))

    kept: Any = (came > 0) | (np.arange(len(days)) % max(len(days) - 1, 1) == 0) if at is None else [at]
    days, first, second, after = days[kept], first[kept], second[kept], after[kept]
    with np.errstate(divide="ignore", invalid="ignore"):
        low = np.where(first == 1, 0.0, 1 - end(1 - tail, first, second))
        high = np.where(after > 0, 1 - end(tail, first * after / (after + 1), second * after / (after + 2)), 1.0)
        share = 1 - (1 - np.nan_to_num(came / silent)).cumprod()[kept]
    return [dict(zip(_FRAME, map(float, row), strict=True)) for row in zip(days, share, low, high, strict=True)]


def _stop(steps: Steps, share: float, level: float, name: str) -> float:
    """The first whole day from which on the share of later answers (or a bound of it) stays below `share`.

    It is that of the letters silent on that day, by the last answer, or while half of them were watched.
    """
    end = float("nan")
    for day in np.unique(np.r_[0.0, np.ceil(steps.days[steps.came > 0])])[::-1]:
        later = steps.after(day)
        silent = later.silent()
        told = np.flatnonzero((later.came > 0) | (2 * (silent - later.came - later.lost) >= silent.max(initial=0)))
        if curve(later, level, int(told.max(initial=-1)) + 1)[0][name] >= share:
            break
        end = float(day)
    return end


def _log_rank(parts: list["pd.DataFrame"]) -> tuple[float, float] | None:
    """Chi-square and p of two groups of letters, none where there are more, or seasons that differ."""
    from scipy.stats import CensoredData, logrank

    if len(parts) != 2 or any(not part["replied"].any() or len(part["season"].unique()) > 1 for part in parts):
        return None
    groups = [CensoredData(uncensored=p["day"][p["replied"]], right=p["day"][~p["replied"]]) for p in parts]
    found = logrank(*groups)
    return float(found.statistic) ** 2, float(found.pvalue)


def _apart(found: tuple[float, float] | None, by: str | None) -> str:
    if found is None:
        return ""
    often = percent(found[1]) if found[1] >= 0.01 else "fewer than 1%"
    text = f" Luck alone sets two curves so far apart in {often} of seasons (log-rank, one look): a hint, no proof."
    return text + (POOLED if by == "template" else "")


def _advice(day: float, low: float, high: float, share: float, unit: str) -> str:
    if day != day:  # noqa: PLR0124 # NaN
        return "Answers still come in: it is too early to say when waiting ends. Keep the letters open."
    text = f"After {day:.0f} {unit} without an answer, fewer than {percent(share)} of letters are still answered "
    if high != high:  # noqa: PLR0124 # NaN
        return text + "in what was seen so far, but there are too few letters to be sure. A nudge costs little."
    return text + f"(it may be {low:.0f} to {high:.0f}). Then write to somebody else: silence is seldom about you."


def _sentence(
    segments: Mapping[Any, Steps], curves: Mapping[Any, list[dict[str, float]]], by: str | None, unit: str, level: float
) -> str:
    if not all(len(steps.days) for steps in segments.values()) or not segments:
        return _NONE
    told = {segment: _told(steps, curves[segment], unit) for segment, steps in segments.items()}
    if by is not None:
        sizes = {segment: int((steps.came + steps.lost).sum()) for segment, steps in segments.items()}
        return told_by(by, {segment: (sizes[segment], words) for segment, words in told.items()}, level)
    return f"{told[None][0].upper()}{told[None][1:]} ({percent(level)})."


def _told(steps: Steps, rows: list[dict[str, float]], unit: str) -> str:
    """One curve in words: how many had answered by the last day that says something, and half of them."""
    last = next((row for row in reversed(rows) if row["high"] < 1), rows[-1])
    half = next(row["days"] for row in rows if row["probability"] >= last["probability"] / 2)
    text = f"by {last['days']:.0f} {unit} probably {ranged(last)} have answered"
    return text + (f", half of them within {max(half, 1):.0f}" if steps.came.any() else "")
