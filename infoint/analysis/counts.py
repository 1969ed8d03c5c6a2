"""From approaches to counts: all that the statistics of waiting read, and all that a warehouse need hand over."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from infoint.analysis.approaches import MOMENTS, is_events, people
from infoint.analysis.clocks import DAY, Clock, either, gone, horizon
from infoint.analysis.moments import parsed, wall
from infoint.analysis.results import Counts, as_of, day, several
from infoint.analysis.tables import (
    Columns,
    Problems,
    Table,
    framed,
    hashable,
    in_order,
    in_pandas,
    names,
    once,
    plain,
    read,
    rows_of,
    set_aside,
    whole,
)
from infoint.errors import TableError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

STATES = ("replied", "late", "open", "matured", "undated", "undated_open")
"""Answered in time, answered later, silent and young, silent and old, answered some day (old letter; young letter)."""
BINS = 56
_FRAME = {"state": None, "bin": "int64", **dict.fromkeys(("days", "oldest"), "float64"), "count": "int64"}


def edges(limit: float) -> "NDArray[np.int64]":
    """Where the time bins end, in microseconds: 0, and 56 that grow from 0.01 day to `limit` days."""
    import numpy as np

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
    tables, end, problems = letters(approaches, by=by, now=now, columns=columns, kinds=kinds)
    ruler = Clock.of(clock, holidays)
    cells: dict[tuple[Any, ...], tuple[int, float]] = {}
    for table in tables:
        for *key, number, oldest in _grouped(table, by, end, limit, ruler):
            cell = tuple(whole(plain(part)) for part in key)
            count, most = cells.get(cell, (0, 0.0))
            cells[cell] = count + int(number), max(most, float(oldest) / DAY)
    found = _rows(cells, limit, season="season_id" in tables[0].names, segment=by is not None)
    if min_count > 1:
        found = _hidden(found, min_count, problems)
    dtypes = ({"season_id": None} if any(row["season_id"] is not None for row in found) else {}) | _FRAME
    total = sum(row["count"] for row in found)
    text = f"{several(total, 'letter')} counted in {several(len({row['segment'] for row in found}), 'segment')}."
    return Counts(
        frame=framed(found, dtypes, by), problems=problems.listed(), by=by, now=end, within_days=within_days,
        text=f"{as_of(end, given=now is not None)} {text}".strip(), clock=clock,
    )  # fmt: skip


def counted(table: Any, by: str | None, **options: Any) -> Counts:
    """Counts as they are, or of any other table; a frame of counts says by its columns that it is one."""
    if isinstance(table, Counts):
        if by is not None and by != table.by:
            raise TableError(f"These counts are by {table.by!r}, not by {by!r}: count again with by={by!r}.")
        return table
    if not {"state", "bin", "count"} <= names(table, options["columns"]):
        return counts(table, by, **options)
    need = ("state", "bin", "count", *([] if by is None else [by]))
    frame = in_pandas(read(table, options["columns"], need, ("season_id", "oldest")).frame)
    if "oldest" not in frame:
        ends = edges(horizon(options["within_days"], options["clock"])) / DAY
        frame = frame.assign(oldest=[float(ends[number]) for number in frame["bin"]])
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
) -> tuple[list[Table], datetime | None, Problems]:
    """Delivered letters of any table with `sent_at` and `replied_at` or `replied` (or of events), as of `now`.

    An answer from after `now` is not there yet. A bounced letter that nobody answered never arrived.
    """
    wanted = (*([] if by is None else [by]), *more)
    if is_events(approaches, columns):
        tables = people(approaches, columns, kinds, wanted, now=now)
    else:
        need: list[str | tuple[str, ...]] = ["sent_at", ("replied_at", "replied"), *wanted]
        may = ("person_id", "season_id", *MOMENTS)
        tables = [read(approaches, columns, need, may, moments=MOMENTS, truths=["replied"], now=now)]
    end = newest(tables) if now is None else tables[0].now
    moment = None if end is None else wall(end)
    return [_checked(table, moment) for table in tables], moment, tables[0].problems


def newest(tables: Sequence[Table]) -> Any:
    """The newest moment of all columns."""
    import narwhals as nw

    cells: list[Any] = [tables[0].now]
    if tables[0].now is None:
        found = [name for name in MOMENTS if name in tables[0].names]
        cells = [
            cell for row in rows_of(tables[0].frame.select([nw.col(name).max() for name in found])) for cell in row
        ]
    moments = [c.to_pydatetime(warn=False) if hasattr(c, "to_pydatetime") else c for c in cells if c is not None]
    last = max(moments, default=None)
    return last.astimezone(tables[0].zone) if last is not None and tables[0].zone is not None else last


def _checked(table: Table, now: datetime | None) -> Table:
    """The letters that can be used, on the clock on the wall; what is wrong with the others is told."""
    import narwhals as nw
    import numpy as np

    memory = table.in_memory  # then whole columns with numpy, else the same as expressions for the engine
    if memory:
        table = replace(table, frame=nw.from_native(in_pandas(table.frame)))
    native = nw.to_native(table.frame)

    def at(name: str) -> Any:
        if name not in table.names:
            return np.full(len(native), None, "M8[us]") if memory else nw.lit(None, dtype=nw.Datetime("us"))
        if not memory:
            expr, zone = nw.col(name), str(table.zone)
            return expr if table.zone is None else expr.dt.convert_time_zone(zone).dt.replace_time_zone(None)
        cells = native[name] if table.zone is None else native[name].dt.tz_convert(table.zone).dt.tz_localize(None)
        return cells.to_numpy("M8[us]")

    sent, answered, bounced = at("sent_at"), at("replied_at"), at("bounced_at")
    end: Any = datetime.min if now is None else now  # noqa: DTZ901 # on the clock of the table
    end = np.datetime64(end, "us") if memory else end
    faults = {
        "the day of the letter is not known: left out": gone(sent),
        "the letter is from the future: left out": sent > end,
        "the answer came before the letter: left out": _before(answered, sent),
    }
    replied = ~gone(answered)
    if "replied" in table.names:
        yes, no = nw.col("replied"), ~nw.col("replied")
        if memory:
            yes, no = ((native["replied"] == said).to_numpy(dtype=bool, na_value=False) for said in (True, False))
        faults["replied says no, and replied_at has a date: left out"] = no & replied
        replied = replied | yes
    same = [n for n in ("person_id", "season_id", "sent_at", "replied_at", "replied") if n in table.names]
    if memory and "person_id" in same:
        twice = native.duplicated(same) & native["person_id"].notna()
        faults["the same person is there twice with the same dates: left out"] = twice.to_numpy()
    elif "person_id" in same:
        table = replace(table, frame=once(table, "there twice with the same dates", *same))
    late = answered > end
    real = either(late, False, either(replied, True, False))
    came = np.where(late, np.datetime64("NaT"), answered) if memory else nw.when(answered <= end).then(answered)
    data = {"sent_at": sent, "replied_at": came, "replied": real, "_late": either(late, 1, 0)}
    frame = set_aside(table, faults, data | {"_lost": either(~gone(bounced) & ~real, 1, 0)})
    number, lost = rows_of(frame.select(nw.col("_late").sum(), nw.col("_lost").sum()))[0]
    if number and now is not None:
        table.problems.add(f"{several(int(number), 'answer')} came after {day(now)}: taken as not there yet")
    if lost:
        table.problems.add(f"{several(int(lost), 'letter')} bounced and never arrived: set apart")
        frame = frame.filter(nw.col("_lost") == 0)
    return replace(table, frame=frame, names=table.names | {"replied", "replied_at"}, zone=None)


def _before(answered: Any, sent: Any) -> Any:
    """Whether an answer came before its letter; a day without an hour is not before an hour of that day."""
    import numpy as np

    if isinstance(sent, np.ndarray):
        day, day_sent = (moment.astype("M8[D]") for moment in (answered, sent))
    else:
        day, day_sent = answered.dt.truncate("1d"), sent.dt.truncate("1d")
    return (answered < sent) & ~((day == day_sent) & ((day == answered) | (day_sent == sent)))


def _grouped(table: Table, by: str | None, now: datetime | None, limit: float, clock: Clock) -> list[tuple[Any, ...]]:
    """Segment, season, state, time bin, how many letters, and the age of the oldest."""
    import narwhals as nw
    import numpy as np
    import pandas as pd

    end = datetime.min if now is None else now  # noqa: DTZ901 # as above
    most, limits = limit * DAY, edges(limit)[:-1]
    keys = [by or "_", "season_id" if "season_id" in table.names else "_"]
    if table.in_memory:  # whole columns with numpy
        frame = in_pandas(table.frame).assign(_="-")
        sent, answered = (frame[name].to_numpy("datetime64[us]") for name in ("sent_at", "replied_at"))
        replied, missing = frame["replied"].to_numpy(dtype=bool), np.isnat(answered)
        age, delay = clock.elapsed(sent, end), clock.elapsed(sent, answered)
        states = _states(replied, missing, age, delay, most)
        bins = np.searchsorted(limits, np.select([states == 0, np.isin(states, [2, 5])], [delay, age], -1.0))
        cells = {"a": hashable(frame[keys[0]]), "b": hashable(frame[keys[1]]), "state": states, "bin": bins}
        found = pd.DataFrame(cells | {"age": age}).groupby(["a", "b", "state", "bin"], dropna=False, observed=True).age
        return list(found.agg(["size", "max"]).reset_index().itertuples(index=False, name=None))
    frame = table.frame.with_columns(_=nw.lit("-"))
    begun, came = nw.col("sent_at"), nw.col("replied_at")
    frame = frame.with_columns(_age=clock.elapsed(begun, end), _delay=clock.elapsed(begun, came))
    age, delay = nw.col("_age"), nw.col("_delay")
    frame = frame.with_columns(_state=_states(nw.col("replied"), came.is_null(), age, delay, most))
    timed = nw.when(nw.col("_state") == 0).then(delay)
    frame = frame.with_columns(_time=timed.when(nw.col("_state").is_in([2, 5])).then(age).otherwise(nw.lit(-1.0)))
    past = [nw.when(nw.col("_time") > int(edge)).then(1).otherwise(0) for edge in limits]
    frame = frame.with_columns(_bin=nw.sum_horizontal(*past), _by=nw.col(keys[0]), _season=nw.col(keys[1]))
    found = frame.group_by("_by", "_season", "_state", "_bin").agg(nw.len().alias("_n"), age.max().alias("_most"))
    return rows_of(found)


def _states(replied: Any, missing: Any, age: Any, delay: Any, most: float) -> Any:
    """What became of each letter, as its place in STATES."""
    silent = either(age < most, 2, 3)
    undated = either(age < most, 5, 4)
    return either(replied, either(missing, undated, either(delay <= most, 0, 1)), silent)


def _rows(cells: Mapping[tuple[Any, ...], tuple[int, float]], limit: float, **there: bool) -> list[dict[str, Any]]:
    """The counts in order; `days` is where a time bin ends."""
    ends = edges(limit) / DAY
    rows = []
    for (segment, season, place, number), (count, oldest) in cells.items():
        state = STATES[place]
        row = {"segment": segment if there["segment"] else None, "season_id": season if there["season"] else None}
        timed = state in {"replied", "open", "undated_open"}
        row |= {"state": state, "bin": number if timed else BINS, "days": ends[number] if timed else ends[-1]}
        rows.append(row | {"oldest": oldest, "count": count})
    rows.sort(key=lambda r: (in_order(r["segment"]), in_order(r["season_id"]), r["state"], r["bin"]))
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
    seasons = {season: n + 1 for n, season in enumerate(dict.fromkeys(row["season_id"] for row in rows))}
    named = [row | {"season_id": None if row["season_id"] is None else seasons[row["season_id"]]} for row in rows]
    return [row for row in named if row["segment"] not in small]
