"""How many people reached each stage, what share of those before them, and what each follow-up brought."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from math import nan
from typing import TYPE_CHECKING, Any

import narwhals as nw

from infoint.analysis import tables
from infoint.analysis.approaches import MOMENTS, NUMBERS, TRUTHS, is_events, people
from infoint.analysis.clocks import day_of
from infoint.analysis.moments import wall
from infoint.analysis.proportions import by_season, checked_level
from infoint.analysis.results import Funnel, as_of, in_seasons, percent, ranged, several, told_by
from infoint.analysis.tables import Columns, Frame, Table

if TYPE_CHECKING:
    import pandas as pd

STAGES = ("approached", "replied", "scheduled", "met", "thanked", "introduced", "follow-up agreed", "lead")
BEFORE = {"replied": "approached", "scheduled": "replied", "met": "scheduled", **dict.fromkeys(STAGES[4:], "met")}
_AT = {"approached": "sent_at", "replied": "replied_at", "scheduled": "scheduled_at", "met": "met_at"}
_FACTS = (*MOMENTS, *TRUTHS, *(f"fresh {stage}" for stage in _AT), "introduced", "future")
_FUTURE = "the letter is from the future: left out"
_OPEN = timedelta(days=14)
_FRAME = {"stage": None, "reached": "int64", **dict.fromkeys(("rate", "low", "high"), "float64"), "waiting": "int64"}
_STEPS = {
    **dict.fromkeys(("step", "sent", "answered"), "int64"),
    **dict.fromkeys(("rate", "low", "high", "cumulative", "cumulative_low", "cumulative_high"), "float64"),
}
_NEED = ("sent_at", "replied", "scheduled_at", "met_at", "thanked_at", "introductions", "follow_up_agreed", "lead")
_MOST_STEPS = 9
Cells = Mapping[str, Sequence[int]]
"""How many people count under each mark, a number for each season."""


def funnel(
    events_or_approaches: Any,
    by: str | None = None,
    now: Any = None,
    columns: Columns = None,
    *,
    kinds: Mapping[str, str] | None = None,
    level: float = 0.90,
) -> Funnel:
    """How many were approached, replied, scheduled and met; and of those met: thanked, introduced, agreed, gave a lead.

    A later stage implies the earlier ones. `rate` is the share of the stage before (of the last
    four: of those met), with Wilson's interval, by season where there is a `season_id`. `waiting`
    counts those who may still get there: they reached the stage before less than 14 days ago and
    have not said no. `by="week"` groups people by the week of their first letter. `.steps` tells
    of each follow-up how many of the still silent answered it, and how many had answered by then.

    >>> import pandas as pd
    >>> events = pd.DataFrame({"person_id": ["a", "a", "b"], "at": ["2025-03-03", "2025-03-05", "2025-03-04"],
    ...     "kind": ["outreach_sent", "meeting_scheduled", "outreach_sent"]})
    >>> funnel(events).frame[["stage", "reached", "waiting"]].head(3).values.tolist()
    [['approached', 2, 0], ['replied', 1, 1], ['scheduled', 1, 0]]
    """
    checked_level(level)
    weekly = by == "week" and "week" not in tables.names(events_or_approaches, columns)
    segments = [] if by is None or weekly else [by]
    if is_events(events_or_approaches, columns):
        found = people(events_or_approaches, columns, kinds, segments, now)
        end = tables.as_of(found[0], MOMENTS)
    else:
        may = ("replied_at", "bounced_at", "declined_at", "nudges", "season_id")
        types: dict[str, Any] = {"moments": MOMENTS, "truths": TRUTHS, "numbers": NUMBERS}
        table = tables.read(events_or_approaches, columns, (*_NEED, *segments), may, now=now, **types)
        end = tables.as_of(table, MOMENTS)
        found = [table if now is None else tables.set_aside(table, {_FUTURE: nw.col("sent_at") > end})]
    problems = found[0].problems
    cells = _counted([tables.separable(table, segments) for table in found], by, end, weekly=weekly)
    every = _cells(cells.groupby("_season", dropna=False).sum(numeric_only=True))
    if future := sum(every["future"]):
        problems.add(f"{several(future, 'row')}: {_FUTURE}")
    if bounced := sum(every["bounced"]):
        problems.add(f"{several(bounced, 'letter')} bounced and never arrived: set apart")
    groups = tables.by_segment(cells if by is None else cells[cells["approached"] > 0], by and "_segment")
    rows = [row for segment, part in groups.items() for row in _rows(segment, _cells(part), level)]
    moment = None if end is None else wall(end)
    text = as_of(moment, _sentence(rows, by, level), given=now is not None)
    about: dict[str, Any] = {"by": by, "now": moment, "problems": problems.listed(), "level": level, "text": text}
    return Funnel(frame=tables.framed(rows, _FRAME, by), steps=_steps(every, level), **about)


def _counted(found: Sequence[Table], by: str | None, end: datetime | None, *, weekly: bool) -> "pd.DataFrame":
    """How many people count under each mark, by segment and season."""
    import pandas as pd

    rows = []
    for table in found:
        patterns = _patterns(table, by, end, weekly=weekly)
        rows += [dict(zip(patterns.columns, row, strict=True)) for row in tables.rows_of(patterns)]
    cells = pd.DataFrame(rows, columns=["_segment", "_season", "_pattern", "number"], dtype=object)
    if weekly:
        cells["_segment"] = cells["_segment"].map(_week)
    number, pattern = cells.pop("number").astype("int64"), cells.pop("_pattern").astype("int64")
    cells = cells.assign(**{name: which * number for name, which in _marks(pattern).items()})
    return cells.groupby(["_segment", "_season"], dropna=False, sort=False).sum().reset_index()


def _patterns(table: Table, by: str | None, end: datetime | None, *, weekly: bool) -> Frame:
    """How many people there are of each segment, season and pattern of facts: bits, and from the last on the nudges."""

    def is_dated(name: str) -> Any:
        return ~nw.col(name).is_null() if name in table.names else nw.lit(value=False)

    def is_fresh(name: str) -> Any:
        if end is None or name not in table.names:
            return nw.lit(value=False)
        return (nw.col(name) > end - _OPEN) & (nw.col(name) <= end)

    facts = {name: is_dated(name) for name in MOMENTS} | {name: nw.col(name) for name in TRUTHS}
    facts |= {f"fresh {stage}": is_fresh(name) for stage, name in _AT.items()}
    facts["introduced"] = nw.col("introductions") > 0
    facts["future"] = nw.lit(value=False) if end is None else nw.col("sent_at") > end
    keys = {}
    if by is not None:
        keys["_segment"] = day_of(table.wall("sent_at")) if weekly else nw.col(by)
    if "season_id" in table.names:
        keys["_season"] = nw.col("season_id")
    nudges = nw.col("nudges") if "nudges" in table.names else nw.lit(-1)
    nudges = nw.when(nudges >= _MOST_STEPS).then(_MOST_STEPS).when(nudges >= 0).then(nudges).otherwise(-1)
    known = {name: facts[name].fill_null(value=False) for name in _FACTS}
    frame = table.frame.lazy().select(**keys, _pattern=nudges.cast(nw.Int32) + 1, **known)
    pattern = nw.col("_pattern") * 2 ** len(_FACTS)
    for place, name in enumerate(_FACTS):
        pattern = pattern + nw.col(name).cast(nw.Int32) * 2**place
    frame = frame.with_columns(_pattern=pattern)
    return frame.group_by(*keys, "_pattern").agg(nw.len().alias("number"))


def _marks(pattern: "pd.Series[int]") -> dict[str, "pd.Series[bool]"]:
    """What people of these patterns count under."""
    is_ = {name: pattern // 2**place % 2 == 1 for place, name in enumerate(_FACTS)}
    nudges = pattern // 2 ** len(_FACTS) - 1
    scheduled = is_["met_at"] | is_["scheduled_at"]
    replied = scheduled | is_["replied"] | is_["replied_at"] | is_["declined_at"]
    here = ~is_["future"] & (replied | ~is_["bounced_at"])
    met = here & is_["met_at"]
    marks = {"future": is_["future"], "bounced": ~is_["future"] & ~here}
    marks |= {"approached": here, "replied": here & replied, "scheduled": here & scheduled, "met": met}
    marks |= {"thanked": met & is_["thanked_at"], "introduced": met & is_["introduced"]}
    marks |= {"follow-up agreed": met & is_["follow_up_agreed"], "lead": met & is_["lead"]}
    for stage, before in BEFORE.items():
        marks[f"waiting {stage}"] = marks[before] & ~marks[stage] & is_[f"fresh {before}"] & ~is_["declined_at"]
    for step in range(_MOST_STEPS + 1):
        marks[f"sent {step}"] = here & (nudges >= step)
        marks[f"answered {step}"] = here & replied & (nudges == step)
    return marks


def _cells(found: "pd.DataFrame") -> Cells:
    """The numbers of a frame, by column."""
    return {str(name): column.tolist() for name, column in found.items()}


def _week(day: Any) -> str | None:
    """The Monday of the week of a day since 1970."""
    if tables.plain(day) is None:
        return None
    moment = date(1970, 1, 1) + timedelta(days=int(day))
    return (moment - timedelta(days=moment.weekday())).isoformat()


def _share(cells: Cells, marks: Sequence[str], whole: str, level: float) -> tuple[int, int, float, float]:
    """How many count under any of the marks, under the whole, and the ends of the interval of their share."""
    hits = [sum(season) for season in zip(*(cells[mark] for mark in marks), strict=True)]
    pairs = list(zip(hits, cells[whole], strict=True))
    return sum(hits), sum(cells[whole]), *by_season(pairs, level)


def _rows(segment: Any, cells: Cells, level: float) -> list[dict[str, Any]]:
    """One row a stage for the people of one segment."""
    rows, seasons = [], sum(map(bool, cells["approached"]))
    for stage in STAGES:
        reached, before, low, high = _share(cells, [stage], BEFORE.get(stage, stage), level)
        row = {"segment": segment, "stage": stage, "reached": reached, "waiting": 0, "seasons": seasons}
        row |= dict.fromkeys(("rate", "low", "high"), nan)
        if stage in BEFORE:
            waiting = sum(cells[f"waiting {stage}"])
            row |= {"rate": reached / before if before else nan, "low": low, "high": high, "waiting": waiting}
        rows.append(row)
    return rows


def _steps(seasons: Cells, level: float) -> "pd.DataFrame":
    """Each follow-up: of those still silent, how many answered it; and how many had answered by then."""
    rows = list[dict[str, Any]]()
    for step in range(_MOST_STEPS + 1):
        if not sum(seasons[f"sent {step}"]):
            break
        now, sent, low, high = _share(seasons, [f"answered {step}"], f"sent {step}", level)
        so_far = [f"answered {number}" for number in range(step + 1)]
        answered, approached, below, above = _share(seasons, so_far, "sent 0", level)
        row = {"step": step, "sent": sent, "answered": now, "rate": now / sent, "low": low, "high": high}
        row |= {"cumulative": answered / approached, "cumulative_low": below, "cumulative_high": above}
        rows.append(row)
    return tables.framed(rows, _STEPS, None)


def _sentence(rows: list[dict[str, Any]], by: str | None, level: float) -> str:
    """One funnel in words: people approached, answered, met, and how many may still answer; or the largest segments."""
    groups = [rows[start : start + len(STAGES)] for start in range(0, len(rows), len(STAGES))]
    if not groups or not rows[0]["reached"]:
        return "Nobody has been approached yet."
    if by is not None:
        return told_by(by, {group[0]["segment"]: (group[0]["reached"], _short(*group)) for group in groups}, level)
    approached, replied, _, met = rows[:4]
    text = f"{several(approached['reached'], 'person', 'people')} approached{in_seasons(approached['seasons'])}: "
    text += f"{replied['reached']:,} answered ({percent(replied['rate'])}, probably {ranged(replied)}) and "
    text += f"{met['reached']:,} met you."
    return text + (f" {replied['waiting']:,} may still answer." if replied["waiting"] else "")


def _short(
    approached: dict[str, Any], replied: dict[str, Any], _: dict[str, Any], met: dict[str, Any], *__: Any
) -> str:
    text = f"{replied['reached']:,} of {approached['reached']:,} answered{in_seasons(approached['seasons'])} "
    return f"{text}({ranged(replied)}), {met['reached']:,} met"
