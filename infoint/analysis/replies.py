"""Letters and their answers on one clock: what every statistic of waiting reads."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from infoint.analysis.approaches import MOMENTS
from infoint.analysis.clocks import elapsed
from infoint.analysis.moments import read_moments, wall, walls
from infoint.analysis.results import day, several
from infoint.analysis.tables import Columns, Problems, Table, read, segments
from infoint.errors import Problem

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Replies:
    """Delivered letters, one an entry; `segments` holds the entries of each segment.

    `age` and `delay` are days on the clock, `delay` NaN where there is no answer or none with a
    date. `days` is the age on the calendar, `seasons` what tells the seasons apart.
    """

    age: "NDArray[np.float64]"
    delay: "NDArray[np.float64]"
    days: "NDArray[np.float64]"
    replied: "NDArray[np.bool_]"
    seasons: list[Any]
    segments: dict[Any, list[int]]
    now: datetime | None
    problems: tuple[Problem, ...]


def replies(
    table: Any, *, by: str | None, now: Any, clock: str, holidays: Iterable[date] = (), columns: Columns = None
) -> Replies:
    """The letters of any table with `sent_at` and `replied_at` or `replied`, as of `now` or its newest moment.

    An answer from after `now` is not there yet. A bounced letter that nobody answered never arrived.
    """
    import numpy as np

    need: list[str | tuple[str, ...]] = ["sent_at", ("replied_at", "replied"), *([] if by is None else [by])]
    found = read(table, columns, need, ("person_id", "season_id", *MOMENTS))
    problems = Problems()
    moments = read_moments(found, MOMENTS, problems, now)
    said = np.array(found.truth("replied", problems), dtype=bool)
    sent, answered = moments.wall("sent_at"), moments.wall("replied_at")
    now = moments.newest() if moments.now is None else wall(moments.now)
    end = walls([now])
    late = elapsed(answered, end, "calendar") < 0
    _check(found, {"sent": sent, "answered": answered, "end": end, "said": said}, problems)
    good = np.ones(found.rows, dtype=bool)
    good[list(problems.rows)] = False
    for row in np.flatnonzero(late & good).tolist():
        problems.tell(f"the answer came after {day(now)}: taken as not there yet", row)
    replied = (said | ~np.isnat(answered)) & ~late
    answered = np.where(late, np.datetime64("NaT"), answered)
    bounced = good & ~np.isnat(moments.wall("bounced_at")) & ~replied
    if bounced.any():
        problems.tell(f"{several(int(bounced.sum()), 'letter')} bounced and never arrived: set apart")
    kept = np.flatnonzero(good & ~bounced)
    entries = {row: entry for entry, row in enumerate(kept.tolist())}
    seasons, groups = found.column("season_id"), segments(found, by, entries)
    return Replies(
        age=elapsed(sent[kept], end, clock, holidays),
        delay=elapsed(sent[kept], answered[kept], clock, holidays),
        days=elapsed(sent[kept], end, "calendar"),
        replied=replied[kept],
        seasons=[seasons[row] for row in entries],
        segments={segment: [entries[row] for row in rows] for segment, rows in groups.items()},
        now=now,
        problems=problems.listed(),
    )


def _check(table: Table, known: "dict[str, NDArray[Any]]", problems: Problems) -> None:
    """Find the rows that cannot be used: no day of the letter, from the future, against themselves, or twice."""
    import numpy as np

    sent, answered, cells = known["sent"], known["answered"], table.column("replied")
    silent = np.array([cell is not None for cell in cells], dtype=bool) & ~known["said"]
    for mask, message in (
        (np.isnat(sent), "the day of the letter is not known"),
        (elapsed(sent, known["end"], "calendar") < 0, "the letter is from the future"),
        (elapsed(sent, answered, "calendar") < 0, "the answer came before the letter"),
        (silent & ~np.isnat(answered), "replied says no, and replied_at has a date"),
    ):
        for row in np.flatnonzero(mask).tolist():
            problems.add(row, message)
    seen = set()
    people, seasons = table.column("person_id"), table.column("season_id")
    for row, same in enumerate(zip(seasons, people, sent.tolist(), answered.tolist(), cells, strict=True)):
        if people[row] is not None and same in seen:
            problems.add(row, f"{people[row]} is there twice with the same dates")
        seen.add(same)
