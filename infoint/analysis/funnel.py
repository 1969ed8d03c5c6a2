"""How many people reached each stage, and what share of those before them."""

from typing import TYPE_CHECKING, Any

from infoint.analysis.approaches import COLUMNS, MOMENTS, approaches
from infoint.analysis.clocks import elapsed
from infoint.analysis.moments import Moments, read_moments, wall, walls
from infoint.analysis.proportions import wilson
from infoint.analysis.results import Funnel, as_of, percent, several
from infoint.analysis.tables import Columns, Problems, Table, framed, names, read, segments, whole
from infoint.errors import Problem

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

STAGES = ("approached", "replied", "scheduled", "met", "thanked", "introduced", "follow-up agreed", "lead")
_BEFORE = {"replied": "approached", "scheduled": "replied", **dict.fromkeys(STAGES[3:], "met"), "met": "scheduled"}
_AT = {"approached": "sent_at", "replied": "replied_at", "scheduled": "scheduled_at", "met": "met_at"}
_WORDS = {
    "replied": "replied",
    "scheduled": "agreed to a talk",
    "met": "talked with you",
    "thanked": "were thanked",
    "introduced": "introduced you to somebody",
    "follow-up agreed": "agreed to stay in touch",
    "lead": "had a lead for you",
}
_OPEN_DAYS = 14
_FRAME = {
    "stage": None,
    "reached": "int64",
    **dict.fromkeys(("rate", "low", "high"), "float64"),
    "waiting": "int64",
}
_NEED = tuple(name for name in COLUMNS[2:13] if name not in {"replied_at", "bounced_at", "declined_at"})

Reached = dict[str, "NDArray[np.bool_]"]


def funnel(events_or_approaches: Any, by: str | None = None, now: Any = None, columns: Columns = None) -> Funnel:
    """How many were approached, replied, scheduled and met; and of those met: thanked, introduced, agreed, gave a lead.

    A later stage implies the earlier ones. `rate` is the share of the stage before (of the last
    four: of those met), with Wilson's 90% interval. `waiting` counts those who may still get
    there: they reached the stage before less than 14 days ago and have not said no.

    >>> import pandas as pd
    >>> events = pd.DataFrame({"person_id": ["a", "a", "b"], "at": ["2025-03-03", "2025-03-05", "2025-03-04"],
    ...     "kind": ["outreach_sent", "meeting_scheduled", "outreach_sent"]})
    >>> funnel(events).frame[["stage", "reached", "waiting"]].head(3).values.tolist()
    [['approached', 2, 0], ['replied', 1, 1], ['scheduled', 1, 0]]
    """
    problems = Problems()
    table, earlier = events_or_approaches, tuple[Problem, ...]()
    if {"kind", "at"} <= names(table, columns):
        made = approaches(table, columns)
        table, earlier, columns = made.frame, made.problems, None
    found = read(table, columns, (*_NEED, *([] if by is None else [by])), MOMENTS)
    moments = read_moments(found, MOMENTS, problems, now)
    end = moments.newest() if moments.now is None else wall(moments.now)
    reached, waiting = _reached(found, moments, problems), {}
    days = {stage: elapsed(moments.wall(at), walls([end]), "calendar") for stage, at in _AT.items()}
    for stage, before in _BEFORE.items():
        fresh = (days[before] >= 0) & (days[before] < _OPEN_DAYS)
        waiting[stage] = reached[before] & ~reached[stage] & fresh & ~reached["declined"]
    for row in (days["approached"] < 0).nonzero()[0].tolist():
        problems.add(row, "the letter is from the future")
    bounced = [row for row in reached["bounced"].nonzero()[0].tolist() if row not in problems.rows]
    if bounced:
        problems.tell(f"{several(len(bounced), 'letter')} bounced and never arrived: set apart")
    left_out = {*problems.rows, *bounced}
    groups = segments(found, by, (row for row in range(found.rows) if row not in left_out))
    rows = [row for segment, group in groups.items() for row in _rows(segment, group, reached, waiting)]
    text = " ".join([as_of(end, given=now is not None), _sentence(rows, by, len(bounced))]).strip()
    listed = (*earlier, *problems.listed())
    return Funnel(frame=framed(rows, _FRAME, by), problems=listed, text=text, by=by, now=end)


def _reached(table: Table, moments: Moments, problems: Problems) -> Reached:
    """Who reached what, row by row: a later stage implies the earlier ones."""
    import numpy as np

    there = {name: ~np.isnat(moments.wall(name)) for name in MOMENTS}
    truth = {n: np.array(table.truth(n, problems), dtype=bool) for n in ("replied", "follow_up_agreed", "lead")}
    met = there["met_at"]
    scheduled = met | there["scheduled_at"]
    replied = scheduled | truth["replied"] | there["replied_at"] | there["declined_at"]
    return {
        "approached": np.ones(table.rows, dtype=bool),
        "replied": replied,
        "scheduled": scheduled,
        "met": met,
        "thanked": met & there["thanked_at"],
        "introduced": met & np.array(_some(table, problems), dtype=bool),
        "follow-up agreed": met & truth["follow_up_agreed"],
        "lead": met & truth["lead"],
        "declined": there["declined_at"],
        "bounced": there["bounced_at"] & ~replied,
    }


def _some(table: Table, problems: Problems) -> list[bool]:
    """Whether there were introductions."""
    found = []
    for row, cell in enumerate(table.column("introductions")):
        number = 0 if cell is None else whole(cell)
        if isinstance(number, bool) or not isinstance(number, int) or number < 0:
            problems.add(row, f"introductions is {str(cell)!r}, which is no count")
            number = 0
        found.append(number > 0)
    return found


def _rows(segment: Any, group: list[int], reached: Reached, waiting: Reached) -> list[dict[str, Any]]:
    """One row a stage for the people of one segment."""
    counts = {stage: int(reached[stage][group].sum()) for stage in STAGES}
    rows = []
    for stage in STAGES:
        before = _BEFORE.get(stage)
        row = {"segment": segment, "stage": stage, "reached": counts[stage], "waiting": 0}
        row |= dict.fromkeys(("rate", "low", "high"), float("nan"))
        if before is not None:
            row["low"], row["high"] = wilson(counts[stage], counts[before])
            row["rate"] = counts[stage] / counts[before] if counts[before] else float("nan")
            row["waiting"] = int(waiting[stage][group].sum())
        rows.append(row | {"_of": counts.get(before or "", 0)})
    return rows


def _sentence(rows: list[dict[str, Any]], by: str | None, bounced: int) -> str:
    approached = sum(row["reached"] for row in rows if row["stage"] == "approached")
    if not approached:
        text = "Nobody has been approached yet."
    elif by is None:
        text = f"Of {several(approached, 'person', 'people')} approached, "
        text += "; ".join(_told(row) for row in rows[1:] if row["_of"]) + "."
        text += " (Ranges: 90%.)"
    else:
        text = " ".join(
            _segment(rows[start : start + len(STAGES)], by) for start in range(0, len(rows), len(STAGES))[:6]
        )
        more = len(rows) // len(STAGES) - 6
        text += f" {several(more, 'more segment')} in the table." if more > 0 else ""
        text += " (Ranges: 90%.)"
    return text + (f" {several(bounced, 'letter')} bounced and never arrived: set apart." if bounced else "")


def _segment(rows: list[dict[str, Any]], by: str) -> str:
    """One segment in words: how many of those approached replied, and how many met."""
    label = "not known" if rows[0]["segment"] is None else rows[0]["segment"]
    return f"{by} {label}: {_told(rows[1])}; {rows[3]['reached']:,} met."


def _told(row: dict[str, Any]) -> str:
    text = f"{row['reached']:,} of {row['_of']:,} {_WORDS[row['stage']]} "
    text += f"({percent(row['rate'])}, probably {percent(row['low'])} to {percent(row['high'])}"
    return text + (f"; {row['waiting']:,} may still)" if row["waiting"] else ")")
