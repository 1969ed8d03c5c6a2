"""How likely it is that a letter is answered in time."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from infoint.analysis.clocks import horizon
from infoint.analysis.proportions import checked_level, wilson
from infoint.analysis.replies import Replies, replies
from infoint.analysis.results import ResponseRate, as_of, percent, several
from infoint.analysis.tables import Columns, framed

TOO_EARLY = "too early"
_NOTHING = "No letters to count yet."
_FRAME = {
    **dict.fromkeys(("n", "replied", "waiting", "undated"), "int64"),
    **dict.fromkeys(("observed", "rate", "low", "high"), "float64"),
    "note": None,
}
_TOLD = 6


def response_rate(
    table: Any,
    by: str | None = None,
    *,
    within_days: float = 14,
    now: Any = None,
    clock: str = "business",
    holidays: Iterable[date] = (),
    level: float = 0.90,
    columns: Columns = None,
) -> ResponseRate:
    """The share of letters that are answered within `within_days`, with Wilson's interval.

    It is taken from the letters that are old enough to tell; those that are `waiting` (younger,
    answered or not) are left out of it. `observed` is all answers so far divided by all letters
    (`n`). An answer without a date counts as in time when its letter is old enough.

    On the business clock, Saturdays, Sundays and `holidays` do not count, and 14 days are 10
    business days. `now` is the newest moment in the table unless it is given.

    >>> import pandas as pd
    >>> letters = pd.DataFrame({"sent_at": ["2025-03-03", "2025-03-04"], "replied_at": ["2025-03-05", None]})
    >>> response_rate(letters, now="2025-03-06").sentence()
    'As of 6 March 2025: too early to say: the oldest letter is 3 days old (1 of 2 letters answered so far).'
    >>> response_rate(letters, now="2025-03-28").frame[["n", "waiting", "rate"]].values.tolist()
    [[2.0, 0.0, 0.5]]
    """
    limit = horizon(within_days, clock)
    checked_level(level)
    found = replies(table, by=by, now=now, clock=clock, holidays=holidays, columns=columns)
    rows = [_row(found, segment, entries, limit, level) for segment, entries in found.segments.items()]
    told = [_told(row, within_days, level) for row in rows[:_TOLD]]
    if by is not None:
        told = [f"{by} {_label(row['segment'])}: {words}" for row, words in zip(rows, told, strict=False)]
        told += [f"{several(len(rows) - _TOLD, 'more segment')} in the table."] if len(rows) > _TOLD else []
        told += _overlap(rows)
    text = " ".join(told if rows else [_NOTHING])
    return ResponseRate(
        frame=framed(rows, _FRAME, by),
        problems=found.problems,
        text=" ".join([as_of(found.now, given=now is not None), text]).strip(),
        by=by,
        now=found.now,
        within_days=within_days,
        clock=clock,
        level=level,
    )


def _row(found: Replies, segment: Any, entries: list[int], limit: float, level: float) -> dict[str, Any]:
    """One segment counted; what begins with an underscore is for the sentence only."""
    import numpy as np

    age, delay, replied = found.age[entries], found.delay[entries], found.replied[entries]
    old, undated = age >= limit, replied & np.isnan(delay)
    in_time, trials = int((old & (undated | (delay <= limit))).sum()), int(old.sum())
    low, high = wilson(in_time, trials, level)
    seasons = {found.seasons[entry] for entry in entries}
    return {
        "segment": segment,
        "n": len(entries),
        "replied": int(replied.sum()),
        "waiting": len(entries) - trials,
        "undated": int(undated.sum()),
        "observed": float(replied.mean()) if entries else float("nan"),
        "rate": in_time / trials if trials else float("nan"),
        "low": low,
        "high": high,
        "note": _note(len(entries), trials, len(seasons)),
        "_in_time": in_time,
        "_unsure": int((old & undated).sum()),
        "_oldest": int(found.days[entries].max()) if entries else 0,
    }


def _note(letters: int, trials: int, seasons: int) -> str:
    if not letters:
        return "no letters"
    if not trials:
        return TOO_EARLY
    return f"{seasons} seasons taken as one: the interval is too narrow" if seasons > 1 else ""


def _told(row: dict[str, Any], within_days: float, level: float) -> str:
    """One segment in words."""
    if not row["n"]:
        return _NOTHING
    letters = several(row["n"], "letter")
    so_far = f"{row['replied']:,} of {letters} answered so far"
    if row["note"] == TOO_EARLY:
        age = several(row["_oldest"], "day") if row["_oldest"] else "less than a day"
        return f"too early to say: the oldest letter is {age} old ({so_far})."
    trials = row["n"] - row["waiting"]
    fresh = f", {row['waiting']:,} still too fresh to count" if row["waiting"] else ""
    text = f"{so_far}{fresh}. Of the {several(trials, 'letter')} old enough to tell, {row['_in_time']:,} "
    text += (
        f"{'was' if row['_in_time'] == 1 else 'were'} answered within {within_days:g} days: {percent(row['rate'])}; "
    )
    text += f"the long-run rate is probably {percent(row['low'])} to {percent(row['high'])} ({percent(level)})."
    if row["_unsure"]:
        sure = row["_in_time"] - row["_unsure"]
        low, high = map(percent, wilson(sure, trials, level))
        text += f" {several(row['_unsure'], 'answer')} without a date taken as in time; "
        text += f"if none was, it is {percent(sure / trials)} ({low} to {high})."
    return text + (f" Caution: {row['note']}." if row["note"] else "")


def _label(segment: Any) -> str:
    return "not known" if segment is None else str(segment)


def _overlap(rows: list[dict[str, Any]]) -> list[str]:
    """The advice not to read a difference into ranges that share some rate."""
    if len(rows) < 2 or max(row["low"] for row in rows) > min(row["high"] for row in rows):
        return []
    return ["The ranges overlap: the segments may well be alike."]
