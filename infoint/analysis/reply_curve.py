"""How soon answers come: Kaplan-Meier, with an interval that is right for few letters; and when to stop waiting."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from infoint.analysis.clocks import DAY, Clock, horizon
from infoint.analysis.counts import letters
from infoint.analysis.proportions import checked_level
from infoint.analysis.results import ReplyCurve, StopWaiting, as_of, percent, several
from infoint.analysis.tables import Columns, Table, framed, hashable, in_order, in_pandas, plain, whole
from infoint.errors import TableError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

_FRAME = dict.fromkeys(("days", "probability", "low", "high"), "float64")
_MOST_UNDATED = 0.1

Steps = dict[float, tuple[int, int]]
"""By day: how many answers came, and how many letters were still silent when last seen."""


def reply_curve(
    table: Any,
    by: str | None = None,
    *,
    now: Any = None,
    clock: str = "business",
    holidays: Iterable[date] = (),
    level: float = 0.90,
    columns: Columns = None,
    kinds: Mapping[str, str] | None = None,
) -> ReplyCurve:
    """The probability that an answer has come by each day, from letters answered and still open.

    Kaplan and Meier 1958; the interval is the beta product of Fay, Brittain and Proschan 2013,
    which holds for few letters too. Refused when over a tenth of the letters have an answer
    without a date.

    >>> import pandas as pd
    >>> letters = pd.DataFrame({"sent_at": ["2025-03-03"] * 4, "replied_at": ["2025-03-04", "2025-03-06", None, None]})
    >>> reply_curve(letters, now="2025-03-28").frame[["days", "probability"]].values.tolist()
    [[0.0, 0.0], [1.0, 0.25], [3.0, 0.5], [19.0, 0.5]]
    """
    checked_level(level)
    horizon(14, clock)
    tables, end, problems = letters(table, by=by, now=now, columns=columns, kinds=kinds)
    rows = []
    segments = _steps(tables, by, end, Clock.of(clock, holidays))
    for segment in sorted(segments, key=in_order):
        rows += [{"segment": segment} | row for row in curve(segments[segment], level)]
    text = _sentence(segments, rows, by, clock, level)
    return ReplyCurve(
        frame=framed(rows, _FRAME, by),
        problems=problems.listed(),
        text=f"{as_of(end, given=now is not None)} {text}".strip(),
        by=by,
        now=end,
        clock=clock,
        level=level,
        letters=sum(came + lost for steps in segments.values() for came, lost in steps.values()),
    )


def stop_waiting(
    table: Any,
    share: float = 0.05,
    *,
    now: Any = None,
    clock: str = "business",
    holidays: Iterable[date] = (),
    level: float = 0.90,
    columns: Columns = None,
    kinds: Mapping[str, str] | None = None,
) -> StopWaiting:
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
    tables, end, problems = letters(table, by=None, now=now, columns=columns, kinds=kinds)
    steps = _steps(tables, None, end, Clock.of(clock, holidays))[None]
    day, low, high = _stop(steps, share, level)
    unit = "business days" if clock == "business" else "days"
    text = _advice(day, low, high, share, unit)
    frame = framed(
        [{"share": share, "day": day, "low": low, "high": high}],
        dict.fromkeys(("share", "day", "low", "high"), "float64"),
        None,
    )
    return StopWaiting(
        frame=frame, problems=problems.listed(), text=f"{as_of(end, given=now is not None)} {text}".strip(),
        share=share, day=day, low=low, high=high, now=end, clock=clock, level=level,
    )  # fmt: skip


def _steps(tables: list[Table], by: str | None, now: Any, clock: Clock) -> dict[Any, Steps]:
    """Answers and last looks by day, for each segment; the engine counts the letters of each day."""
    import narwhals as nw
    import numpy as np

    found: dict[Any, Steps] = {} if by is not None else {None: {}}
    undated = total = 0
    for table in tables:
        if now is None:
            break
        columns = [nw.col(by).alias("_by") if by else nw.lit("").alias("_by")]
        small = table.frame.select(*columns, nw.col("sent_at"), nw.col("replied_at"), nw.col("replied"))
        small = in_pandas(small.group_by("_by", "sent_at", "replied_at", "replied").agg(nw.len().alias("count")))
        sent, answered = (small[name].to_numpy("datetime64[us]") for name in ("sent_at", "replied_at"))
        number, replied = small["count"].to_numpy(), small["replied"].to_numpy(dtype=bool)
        undated += int(number[replied & np.isnat(answered)].sum())
        total += int(number.sum())
        days = np.where(replied, clock.elapsed(sent, answered), clock.elapsed(sent, now)) / DAY
        for segment, day, event, count in zip(hashable(small["_by"]), days, replied, number, strict=True):
            key = None if by is None else whole(plain(segment))
            if day == day:  # noqa: PLR0124 # an undated answer has no day
                came, lost = found.setdefault(key, {}).get(float(day), (0, 0))
                found[key][float(day)] = (came + int(count) * bool(event), lost + int(count) * (not event))
    if undated > _MOST_UNDATED * total:
        raise TableError(
            f"{undated:,} of {several(total, 'letter')} were answered on a day not known: too many for a curve.",
            "infoint.response_rate takes answers without a date.",
        )
    return found


def curve(steps: Steps, level: float) -> list[dict[str, float]]:
    """The curve of the share answered by each day at which an answer came, and at the last day seen.

    The beta product keeps, for each end of the interval, the first two moments of a product of
    betas: at an answer's day the lower one takes in Beta(Y - d + 1, d) of the Y still silent, and
    the upper one is the lower one as it stood before, times Beta(Y' , 1) of those left after.
    """
    silent = sum(came + lost for came, lost in steps.values())
    rows = [_bounds(0.0, 1.0, (1.0, 1.0), silent, level)]
    last = max(steps, default=0.0)
    for day, came, row in _walk(steps, level):
        if came or day == last:
            rows.append(row)
    return rows


def _walk(steps: Steps, level: float) -> Iterator[tuple[float, int, dict[str, float]]]:
    """Day by day: how many answered, and the curve there."""
    silent = sum(came + lost for came, lost in steps.values())
    survival, first, second = 1.0, 1.0, 1.0
    for day in sorted(steps):
        came, lost = steps[day]
        if came:
            survival *= (silent - came) / silent
            a, b = silent - came + 1.0, float(came)
            first *= a / (a + b)
            second *= a * (a + 1) / ((a + b) * (a + b + 1))
        silent -= came + lost
        yield day, came, _bounds(day, survival, (first, second), silent, level) | {"silent": silent}


def _bounds(day: float, survival: float, moments: tuple[float, float], silent: int, level: float) -> dict[str, float]:
    """A point of the curve with its interval, from the first two moments of the product of betas."""
    from scipy.stats import beta

    (first, second), tail = moments, (1 - level) / 2
    upper = 1.0 if first == 1 else float(beta.ppf(1 - tail, *_matched(first, second)))
    lower = 0.0
    if silent > 0:
        lower = float(beta.ppf(tail, *_matched(first * silent / (silent + 1), second * silent / (silent + 2))))
    return {"days": day, "probability": 1 - survival, "low": 1 - upper, "high": 1 - lower}


def _matched(first: float, second: float) -> tuple[float, float]:
    """The beta with these two moments (method of moments)."""
    spread = second - first * first
    size = (first - second) / spread
    return first * size, (1 - first) * size


def _stop(steps: Steps, share: float, level: float) -> tuple[float, float, float]:
    """The first day from which on the share of later answers stays below `share`; and so for its two bounds."""
    days = [0.0, *sorted(day for day, (came, _) in steps.items() if came)]
    ends = dict.fromkeys(("probability", "low", "high"), float("nan"))
    for name in ends:
        for day in reversed(days):
            if _later(steps, day, level)[name] >= share:
                break
            ends[name] = day
    return ends["probability"], ends["low"], ends["high"]


def _later(steps: Steps, day: float, level: float) -> dict[str, float]:
    """The share of those silent on that day who answered later: by the last answer, or while half were watched."""
    later = {d: step for d, step in steps.items() if d > day}
    silent = sum(came + lost for came, lost in later.values())
    found = _bounds(day, 1.0, (1.0, 1.0), silent, level)
    for _, came, row in _walk(later, level):
        if came or row["silent"] >= silent / 2:
            found = row
    return found


def _advice(day: float, low: float, high: float, share: float, unit: str) -> str:
    if day != day:  # noqa: PLR0124 # NaN
        return "Answers still come in: it is too early to say when waiting ends. Keep the letters open."
    text = f"After {day:.0f} {unit} without an answer, fewer than {percent(share)} of letters are still answered "
    if high != high:  # noqa: PLR0124 # NaN
        return text + "in what was seen so far, but there are too few letters to be sure. A nudge costs little."
    text += f"(it may be {low:.0f} to {high:.0f})."
    return text + " Then write to somebody else: silence is seldom about you."


def _sentence(
    segments: Mapping[Any, Steps], rows: list[dict[str, Any]], by: str | None, clock: str, level: float
) -> str:
    unit = "business days" if clock == "business" else "days"
    told = []
    for segment in sorted(segments, key=in_order)[:3]:
        own = [row for row in rows if row["segment"] == segment]
        if not segments[segment]:
            return "No letters to count yet."
        last = next((row for row in reversed(own) if row["high"] < 1), own[-1])
        label = "" if by is None else f"{by} {'not known' if segment is None else segment}: "
        came = sum(came for came, _ in segments[segment].values())
        half = (
            next((row["days"] for row in own if row["probability"] >= last["probability"] / 2), None) if came else None
        )
        text = f"{label}by {last['days']:.0f} {unit} probably {percent(last['low'])} to {percent(last['high'])} "
        text += "have answered"
        told.append(text + (f", half of them within {max(half, 1):.0f}" if half is not None else ""))
    if not told:
        return "No letters to count yet."
    text = "; ".join(told)
    more = f" {several(len(segments) - 3, 'more segment')} in the table." if len(segments) > 3 else ""
    return f"{text[0].upper()}{text[1:]} ({percent(level)}).{more}"
