"""How many people reached each stage, what share of those before them, and what each follow-up brought."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

from infoint.analysis.approaches import MOMENTS, TRUTHS, is_events, part, people
from infoint.analysis.clocks import day_of
from infoint.analysis.counts import newest
from infoint.analysis.moments import wall
from infoint.analysis.proportions import by_season, checked_level
from infoint.analysis.results import Funnel, as_of, percent, several
from infoint.analysis.tables import (
    Columns,
    Frame,
    Table,
    framed,
    in_order,
    names,
    plain,
    read,
    rows_of,
    set_aside,
    whole,
)

if TYPE_CHECKING:
    import pandas as pd

STAGES = ("approached", "replied", "scheduled", "met", "thanked", "introduced", "follow-up agreed", "lead")
BEFORE = {"replied": "approached", "scheduled": "replied", "met": "scheduled", **dict.fromkeys(STAGES[4:], "met")}
_AT = {"approached": "sent_at", "replied": "replied_at", "scheduled": "scheduled_at", "met": "met_at"}
_FLAGS = (*STAGES[1:], "bounced", "no", *(f"fresh {stage}" for stage in _AT), "future")
_FUTURE = "the letter is from the future: left out"
_OPEN = timedelta(days=14)
_FRAME = {
    "stage": None,
    "reached": "int64",
    **dict.fromkeys(("rate", "low", "high"), "float64"),
    "waiting": "int64",
}
_STEPS = {
    **dict.fromkeys(("step", "sent", "answered"), "int64"),
    **dict.fromkeys(("rate", "low", "high", "cumulative", "cumulative_low", "cumulative_high"), "float64"),
}
_NEED = ("sent_at", "replied", "scheduled_at", "met_at", "thanked_at", "introductions", "follow_up_agreed", "lead")
_MOST_STEPS = 9
Counted = dict[Any, dict[Any, Counter[str]]]
_TOLD = 3


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
    import narwhals as nw

    checked_level(level)
    found = names(events_or_approaches, columns)
    weekly = by == "week" and "week" not in found
    wanted = [] if by is None or weekly else [by]

    def shrink(table: Table, *kept: Any) -> Frame:
        return _patterns(table, "sent_at" if weekly else by, kept, weekly=weekly)

    if is_events(events_or_approaches, columns):
        tables = people(events_or_approaches, columns, kinds, wanted, now=now, shrink=shrink)
    else:
        may = ("replied_at", "bounced_at", "declined_at", "nudges")
        numbers = [name for name in ("introductions", "nudges") if name in found]
        options: dict[str, Any] = {"moments": MOMENTS, "truths": TRUTHS, "numbers": numbers, "now": now}
        table = read(events_or_approaches, columns, (*_NEED, *wanted), may, **options)
        table = replace(table, now=newest([table]))
        if now is not None:
            table = replace(table, frame=set_aside(table, {_FUTURE: nw.col("sent_at") > _end(table)}))
        tables = [part(table, table.frame, shrink)]
    end, problems = tables[0].now, tables[0].problems
    every = _everybody(counted := _summed(tables, by, weekly=weekly))
    totals = sum(every, Counter[str]())
    if totals["future"]:
        problems.add(f"{several(totals['future'], 'row')}: {_FUTURE}")
    if totals["bounced"]:
        problems.add(f"{several(totals['bounced'], 'letter')} bounced and never arrived: set apart")
    approached = [one for one, seasons in counted.items() if any(cell["approached"] for cell in seasons.values())]
    segments = [None] if by is None else sorted(approached, key=in_order)
    rows = [row for segment in segments for row in _rows(segment, list(counted[segment].values()), level)]
    moment = None if end is None else wall(end)
    text = f"{as_of(moment, given=now is not None)} {_sentence(rows, by, level)}".strip()
    return Funnel(
        frame=framed(rows, _FRAME, by), problems=problems.listed(), text=text, by=by, now=moment,
        steps=_steps(every, level), level=level,
    )  # fmt: skip


def _patterns(table: Table, by: str | None, kept: Sequence[Any], *, weekly: bool) -> Frame:
    """What each person reached as one number of bits (`_FLAGS`, then the follow-ups), and the segment."""
    import narwhals as nw

    def sure(condition: Any) -> Any:
        return condition.fill_null(value=False)

    end: Any = _end(table)
    there = {name: ~nw.col(name).is_null() if name in table.names else nw.lit(value=False) for name in MOMENTS}
    there |= {name: sure(nw.col(name)) for name in TRUTHS}
    there["introduced"] = sure(nw.col("introductions").cast(nw.Int64) > 0)
    dated = [] if end is None else [name for name in _AT.values() if name in table.names]
    there |= {f"fresh {name}": sure((nw.col(name) > end - _OPEN) & (nw.col(name) <= end)) for name in dated}
    there["future"] = sure(nw.col("sent_at") > end) if end is not None else nw.lit(value=False)
    number = nw.col("nudges") if "nudges" in table.names else nw.lit(-1)
    number = nw.when(number >= _MOST_STEPS).then(_MOST_STEPS + 1).when(number >= 0).then(number + 1).otherwise(0)
    segment = nw.lit(0) if by is None else day_of(nw.col(by)) if weekly else nw.col(by)
    season = nw.col("season_id") if "season_id" in table.names else nw.lit(0)
    frame = table.frame.select(*kept, _segment=segment, _season=season, _pattern=number.cast(nw.Int32), **there)
    there = {name: nw.col(name) for name in there}
    met, scheduled = there["met_at"], there["met_at"] | there["scheduled_at"]
    answered = there["replied"] | there["replied_at"] | there["declined_at"]
    flags = {"replied": scheduled | answered, "scheduled": scheduled, "met": met, "thanked": met & there["thanked_at"]}
    flags |= {"introduced": met & there["introduced"], "follow-up agreed": met & there["follow_up_agreed"]}
    flags |= {"lead": met & there["lead"], "bounced": there["bounced_at"], "no": there["declined_at"]}
    flags |= {f"fresh {stage}": there[f"fresh {name}"] for stage, name in _AT.items() if name in dated}
    pattern = nw.col("_pattern") * 2 ** len(_FLAGS)
    for place, name in enumerate(_FLAGS):
        pattern = pattern + flags.get(name, there.get(name, nw.lit(value=False))).cast(nw.Int32) * 2**place
    return frame.with_columns(_pattern=pattern).drop(list(there))


@cache
def _meaning(pattern: int) -> tuple[str, ...]:
    """Where somebody of this pattern counts."""
    marks = {name for place, name in enumerate(_FLAGS) if pattern >> place & 1}
    nudges = (pattern >> len(_FLAGS)) - 1
    if "future" in marks:
        return ("future",)
    if "bounced" in marks and "replied" not in marks:
        return ("bounced",)
    reached = {"approached"} | marks & set(STAGES)
    waiting = [s for s, b in BEFORE.items() if b in reached and s not in reached and f"fresh {b}" in marks]
    found = [*reached, *(f"waiting {stage}" for stage in waiting if "no" not in marks)]
    found += [f"sent {step}" for step in range(nudges + 1)]
    return (*found, f"answered {nudges}") if "replied" in reached and nudges >= 0 else tuple(found)


def _summed(tables: Sequence[Table], by: str | None, *, weekly: bool) -> Counted:
    """How many count where, by segment and season."""
    found: Counted = defaultdict(lambda: defaultdict(Counter))
    for table in tables:
        for segment, season, pattern, number in rows_of(table.frame.select("_segment", "_season", "_pattern", "count")):
            label = _week(segment) if weekly else None if by is None else whole(segment)
            cell = found[label][season]
            for name in _meaning(int(pattern)):
                cell[name] += int(number)
    return found


def _everybody(counted: Counted) -> list[Counter[str]]:
    """How many count where in each season, whatever their segment."""
    found: dict[Any, Counter[str]] = defaultdict(Counter)
    for seasons in counted.values():
        for season, cell in seasons.items():
            found[season].update(cell)
    return list(found.values())


def _end(table: Table) -> datetime | None:
    """The moment that the counts hold for, on the clock of the table."""
    if table.now is None or isinstance(table.now, datetime):
        return table.now
    return wall(table.now) if table.zone is None else wall(table.now).replace(tzinfo=table.zone)


def _week(day: Any) -> str | None:
    """The Monday of the week of a day since 1970."""
    if plain(day) is None:
        return None
    moment = date.fromordinal(int(day) + date(1970, 1, 1).toordinal())
    return (moment - timedelta(days=moment.weekday())).isoformat()


def _share(seasons: Sequence[Mapping[str, int]], names: Sequence[str], whole: str, level: float) -> list[float]:
    """How many count under any of the names, under the whole, and the ends of the interval of their share."""
    pairs = [(sum(cell[name] for name in names), cell[whole]) for cell in seasons]
    part, of = sum(hits for hits, _ in pairs), sum(trials for _, trials in pairs)
    return [part, of, *by_season(pairs, level)]


def _rows(segment: Any, seasons: Sequence[Mapping[str, int]], level: float) -> list[dict[str, Any]]:
    """One row a stage for the people of one segment."""
    rows = []
    for stage in STAGES:
        reached, before, low, high = _share(seasons, [stage], BEFORE.get(stage, stage), level)
        row = {"segment": segment, "stage": stage, "reached": reached, "waiting": 0}
        row |= dict.fromkeys(("rate", "low", "high"), float("nan"))
        if stage in BEFORE:
            row |= {"rate": reached / before if before else float("nan"), "low": low, "high": high}
            row["waiting"] = sum(cell[f"waiting {stage}"] for cell in seasons)
        rows.append(row)
    return rows


def _steps(seasons: Sequence[Mapping[str, int]], level: float) -> "pd.DataFrame":
    """Each follow-up: of those still silent, how many answered it; and how many had answered by then."""
    rows = list[dict[str, Any]]()
    for step in range(_MOST_STEPS + 1):
        now, sent, low, high = _share(seasons, [f"answered {step}"], f"sent {step}", level)
        if not sent:
            break
        so_far = [f"answered {number}" for number in range(step + 1)]
        answered, approached, below, above = _share(seasons, so_far, "sent 0", level)
        row = {"step": step, "sent": sent, "answered": now, "rate": now / sent, "low": low, "high": high}
        row |= {"cumulative": answered / approached, "cumulative_low": below, "cumulative_high": above}
        rows.append(row)
    return framed(rows, _STEPS, None)


def _sentence(rows: list[dict[str, Any]], by: str | None, level: float) -> str:
    groups = [rows[start : start + len(STAGES)] for start in range(0, len(rows), len(STAGES))]
    groups = [group for group in groups if group[0]["reached"]]
    if not groups:
        return "Nobody has been approached yet."
    if by is None:
        return _told(groups[0])
    told = [f"{by} {'not known' if g[0]['segment'] is None else g[0]['segment']}: {_short(g)}" for g in groups[:_TOLD]]
    more = len(groups) - _TOLD
    text = "; ".join(told) + f" (ranges: {percent(level)})."
    return text + (f" {several(more, 'more segment')} in the table." if more > 0 else "")


def _told(rows: list[dict[str, Any]]) -> str:
    """One funnel in words: people approached, answered, met, and how many may still answer."""
    approached, replied, met = rows[0]["reached"], rows[1], rows[3]["reached"]
    text = f"{several(approached, 'person', 'people')} approached: {replied['reached']:,} answered "
    text += f"({percent(replied['rate'])}, probably {percent(replied['low'])} to {percent(replied['high'])}) and "
    text += f"{met:,} met you." if met != 1 else "1 met you."
    if replied["waiting"]:
        text += f" {replied['waiting']:,} may still answer."
    return text


def _short(rows: list[dict[str, Any]]) -> str:
    replied = rows[1]
    text = f"{replied['reached']:,} of {rows[0]['reached']:,} answered "
    return text + f"({percent(replied['low'])} to {percent(replied['high'])}), {rows[3]['reached']:,} met"
