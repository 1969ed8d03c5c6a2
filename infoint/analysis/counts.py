"""From approaches to counts: all that the statistics of waiting read, and all that a warehouse need hand over."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import narwhals as nw
import numpy as np
from numpy.typing import NDArray

from infoint.analysis import tables
from infoint.analysis.approaches import MOMENTS, is_events, people
from infoint.analysis.clocks import DAY, Clock, either, gone, horizon
from infoint.analysis.moments import parsed, wall
from infoint.analysis.results import Counts, as_of, day, several
from infoint.analysis.tables import Columns, Problems, Table
from infoint.errors import TableError

if TYPE_CHECKING:
    import pandas as pd

STATES = ("replied", "late", "open", "matured", "undated", "undated_open")
"""Answered in time, answered later, silent and young, silent and old, answered some day (old letter; young letter)."""
_TIMED = ("replied", "open", "undated_open")
"""The states that have a time bin."""
BINS = 56
_FRAME = {"state": None, "bin": "int64", **dict.fromkeys(("days", "oldest"), "float64"), "count": "int64"}
_NEVER = datetime(1970, 1, 1)  # noqa: DTZ001 # where there are no letters there is no now


@dataclass(frozen=True, slots=True, kw_only=True)
class Letters:
    """Delivered letters by the clock on the wall, as of `now`: it was `given`, or is the newest moment in the table."""

    tables: list[Table]
    now: datetime | None
    given: bool
    by: str | None
    problems: Problems

    def about(self, text: str) -> dict[str, Any]:
        """What a result says of its letters, and its sentence."""
        problems, text = self.problems.listed(), as_of(self.now, text, given=self.given)
        return {"by": self.by, "now": self.now, "problems": problems, "text": text}


def edges(limit: float) -> NDArray[np.int64]:
    """Where the time bins end, in microseconds: 0, and 56 that grow from 0.01 day to `limit` days."""
    return np.asarray(np.r_[0, np.rint(np.geomspace(0.01, limit, BINS) * DAY)], dtype=np.int64)


def counts(
    approaches: Any,
    by: str | None = None,
    *,
    within_days: float = 14,
    now: Any = None,
    clock: str = "business",
    holidays: Iterable[date] = (),
    columns: Columns = None,
    kinds: Mapping[str, str] | None = None,
    min_count: int = 1,
) -> Counts:
    """Letters counted by segment (and season), by what became of them and by time: the rows stay on their engine.

    A row says how many letters (`count`) are in a `state`: replied (time bin of the delay), open
    (of the age), late, matured, undated. `min_count` leaves out segments with fewer letters, and
    when that hides only one, the next smallest too, since it could be reckoned from the total.

    >>> import pandas as pd
    >>> letters = pd.DataFrame({"sent_at": ["2025-03-03", "2025-03-04"], "replied_at": ["2025-03-05", None]})
    >>> counts(letters, now="2025-03-28").frame[["state", "count"]].values.tolist()
    [['matured', 1], ['replied', 1]]
    """
    limit = horizon(within_days, clock)
    found = letters(approaches, by=by, now=now, columns=columns, kinds=kinds)
    totals: dict[tuple[Any, ...], tuple[int, float]] = {}
    for table in found.tables:
        for row in _grouped(table, by, found.now or _NEVER, limit, Clock.of(clock, holidays)):
            cell = tuple(tables.whole(row.get(name)) for name in ("_by", "_season", "_state", "_bin"))
            count, most = totals.get(cell, (0, 0.0))
            totals[cell] = count + int(row["_n"]), max(most, float(row["_age"]) / DAY)
    rows = _rows(totals, limit)
    if min_count > 1:
        rows = _hidden(rows, min_count, found.problems)
    dtypes = ({"season_id": None} if any(row["season_id"] is not None for row in rows) else {}) | _FRAME
    total, segments = sum(row["count"] for row in rows), len({row["segment"] for row in rows})
    text = f"{several(total, 'letter')} counted in {several(segments, 'segment')}."
    about = found.about(text) | {"clock": clock, "within_days": within_days}
    return Counts(frame=tables.framed(rows, dtypes, by), **about)


def counted(table: Any, by: str | None, **options: Any) -> Counts:
    """Counts as they are, or of any other table; a frame of counts says by its columns that it is one."""
    if isinstance(table, Counts):
        if by is not None and by != table.by:
            raise TableError(f"These counts are by {table.by!r}, not by {by!r}: count again with by={by!r}.")
        return table
    if not {"state", "bin", "count"} <= tables.names(table, options["columns"]):
        return counts(table, by, **options)
    need = ("state", "bin", "count", *([] if by is None else [by]))
    frame = tables.in_pandas(tables.read(table, options["columns"], need, ("season_id", "oldest")).frame)
    usual = frame["state"].isin(STATES) & frame["bin"].between(0, BINS) & (frame["count"] >= 0)
    if not usual.all():
        text = f"The counts hold {frame[~usual].iloc[0].to_dict()}, which infoint.counts never makes."
        raise TableError(text, f"A state is one of {', '.join(STATES)}; a bin is 0 to {BINS}, a count 0 or more.")
    if "oldest" not in frame:
        ends = edges(horizon(options["within_days"], options["clock"])) / DAY
        frame = frame.assign(oldest=ends[frame["bin"]])
    now = parsed(options["now"], "now", None)
    more = {name: options[name] for name in ("within_days", "clock")}
    return Counts(frame=frame, text="", by=by, now=None if now is None else wall(now), **more)


def letters(
    approaches: Any,
    *,
    by: str | None,
    now: Any = None,
    columns: Columns = None,
    kinds: Mapping[str, str] | None = None,
    more: Sequence[str] = (),
) -> Letters:
    """Delivered letters of any table with `sent_at` and `replied_at` or `replied` (or of events), as of `now`.

    An answer from after `now` is not there yet. A bounced letter that nobody answered never arrived.
    """
    segments = [*([] if by is None else [by]), *more]
    if is_events(approaches, columns):
        found = people(approaches, columns, kinds, segments, now)
    else:
        need: list[Any] = ["sent_at", ("replied_at", "replied"), *segments]
        may = ("person_id", "season_id", *MOMENTS)
        found = [tables.read(approaches, columns, need, may, moments=MOMENTS, truths=["replied"], now=now)]
    end = tables.as_of(found[0], MOMENTS)
    moment = None if end is None else wall(end)
    checked = [_checked(tables.separable(_on_the_wall(table), segments), moment or _NEVER) for table in found]
    return Letters(tables=checked, now=moment, given=now is not None, by=by, problems=found[0].problems)


def _on_the_wall(table: Table) -> Table:
    """The letters by the clock on the wall, with all the columns they may have; `replied` is 1, 0 or not known.

    Those in memory are brought to pandas.
    """
    there, empty = table.names, nw.lit(None, dtype=nw.Datetime("us"))
    columns = {"replied": nw.col("replied").cast(nw.Float64) if "replied" in there else nw.lit(None, dtype=nw.Float64)}
    for name in ("sent_at", "replied_at", "bounced_at"):
        if name not in there or table.zone is not None:
            columns[name] = table.wall(name) if name in there else empty
    frame = table.frame.with_columns(**columns)
    frame = nw.from_native(frame.to_pandas(), eager_only=True) if table.in_memory else frame
    return replace(table, frame=frame, zone=None)


def _checked(table: Table, now: datetime) -> Table:
    """The letters that can be used, on the clock on the wall; what is wrong with the others is told."""
    sent, answered, said = (tables.cells(table.frame, name) for name in ("sent_at", "replied_at", "replied"))
    end: Any = np.datetime64(now, "us") if table.in_memory else now
    faults = {
        "the day of the letter is not known: left out": gone(sent),
        "the letter is from the future: left out": sent > end,
        "the answer came before the letter: left out": Clock("calendar").elapsed(sent, answered) < 0,
        "replied says no, and replied_at has a date: left out": (said == 0) & ~gone(answered),
    }
    table = tables.set_aside(table, faults)
    same = [n for n in ("person_id", "season_id", "sent_at", "replied_at", "replied") if n in table.names]
    if "person_id" in same:
        table = tables.once(table, "the same person is there twice with the same dates", *same)
    answered, said, bounced = (tables.cells(table.frame, name) for name in ("replied_at", "replied", "bounced_at"))
    late = either(answered > end, 1, 0)
    replied = either(gone(answered), either(said == 1, 1, 0), 1 - late)
    lost = either(gone(bounced), 0, 1 - replied)
    frame = tables.added(table.frame, {"replied": replied == 1, "_late": late, "_lost": lost})
    future, bounces = tables.rows_of(frame.select(nw.col("_late").sum(), nw.col("_lost").sum()))[0]
    if future:
        table.problems.add(f"{several(int(future), 'answer')} came after {day(now)}: taken as not there yet")
        frame = frame.with_columns(replied_at=nw.when(nw.col("_late") == 0).then(nw.col("replied_at")))
    if bounces:
        table.problems.add(f"{several(int(bounces), 'letter')} bounced and never arrived: set apart")
        frame = frame.filter(nw.col("_lost") == 0)
    return replace(table, frame=frame)


def _grouped(table: Table, by: str | None, now: datetime, limit: float, clock: Clock) -> list[dict[str, Any]]:
    """Segment, season, state, time bin, how many letters, and the age of the oldest."""
    frame, most = table.frame, limit * DAY
    sent, came, replied = (tables.cells(frame, name) for name in ("sent_at", "replied_at", "replied"))
    frame = tables.added(frame, {"_age": clock.elapsed(sent, now), "_delay": clock.elapsed(sent, came)})
    age, delay = tables.cells(frame, "_age"), tables.cells(frame, "_delay")
    silent, undated = either(age < most, 2, 3), either(age < most, 5, 4)  # places in STATES
    dated = either(delay <= most, 0, 1)
    frame = tables.added(frame, {"_state": either(replied, either(gone(came), undated, dated), silent)})
    state = tables.cells(frame, "_state")
    time = either(state == 0, delay, either((state == 2) | (state == 5), age, -1.0))
    frame = tables.added(frame, {"_bin": _bin(time, edges(limit)[:-1])})
    keys = {} if by is None else {"_by": nw.col(by)}
    keys |= {"_season": nw.col("season_id")} if "season_id" in table.names else {}
    frame = frame.with_columns(**keys) if keys else frame
    cell = [*keys, "_state", "_bin"]
    found = frame.group_by(*cell).agg(nw.len().alias("_n"), nw.col("_age").max())
    return [dict(zip((*cell, "_n", "_age"), row, strict=True)) for row in tables.rows_of(found)]


def _bin(time: Any, limits: NDArray[np.int64]) -> Any:
    """How many limits a time is past."""
    if isinstance(time, np.ndarray):
        return np.searchsorted(limits, time)
    return nw.sum_horizontal(*(either(time > int(limit), 1, 0) for limit in limits))


def _rows(totals: Mapping[tuple[Any, ...], tuple[int, float]], limit: float) -> list[dict[str, Any]]:
    """The counts in order; `days` is where a time bin ends."""
    ends, rows = edges(limit) / DAY, []

    def place_of(cell: tuple[Any, ...]) -> tuple[Any, ...]:
        segment, season, place, number = cell
        return tables.in_order(segment), tables.in_order(season), STATES[place], number

    for segment, season, place, number in sorted(totals, key=place_of):
        count, oldest = totals[segment, season, place, number]
        bin_ = number if STATES[place] in _TIMED else BINS
        row = {"segment": segment, "season_id": season, "state": STATES[place], "bin": bin_, "days": ends[bin_]}
        rows.append(row | {"oldest": oldest, "count": count})
    return rows


def _hidden(rows: list[dict[str, Any]], min_count: int, problems: Problems) -> list[dict[str, Any]]:
    """The counts without small segments; seasons lose their names."""
    sizes: Counter[Any] = Counter()
    for row in rows:
        sizes[row["segment"]] += row["count"]
    small = [segment for segment, size in sizes.items() if size < min_count]
    if len(small) == 1 or 0 < sum(sizes[segment] for segment in small) < min_count:
        rest = sorted((size, str(segment), segment) for segment, size in sizes.items() if segment not in small)
        small += [segment for _, _, segment in rest[:1]]
    if small:
        problems.add(f"{several(len(small), 'segment')} hidden, so that none of fewer than {min_count} letters shows")
    seasons = dict.fromkeys(row["season_id"] for row in rows)
    numbers = {season: None if season is None else n for n, season in enumerate(seasons, start=1)}
    return [row | {"season_id": numbers[row["season_id"]]} for row in rows if row["segment"] not in small]


def followed(found: Letters, names: Sequence[str], clock: Clock) -> "pd.DataFrame":
    """A row per letter, in order of sending: `season`, `sent`, `replied`, `age` and `delay` in days.

    The columns that were named are called 0, 1 and so on, since theirs may be called as ours are.
    """
    import pandas as pd

    parts = []
    for table in found.tables:
        frame = tables.in_pandas(table.frame)
        sent, came = (frame[name].to_numpy("datetime64[us]") for name in ("sent_at", "replied_at"))
        columns: dict[Any, Any] = {"sent": sent, "replied": frame["replied"].to_numpy(dtype=bool)}
        columns["age"] = clock.elapsed(sent, found.now or _NEVER) / DAY
        columns["delay"] = clock.elapsed(sent, came) / DAY
        columns["season"] = frame["season_id"].map(str).array if "season_id" in frame else ""
        for place, name in enumerate(names):
            columns[place] = [tables.whole(tables.plain(cell)) for cell in tables.hashable(frame[name])]
        parts.append(pd.DataFrame(columns))
    return pd.concat(parts).sort_values("sent", kind="stable", ignore_index=True)
