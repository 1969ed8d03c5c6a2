"""Anybody's table in, on any engine: columns found and typed, bad rows set aside; tidy pandas columns out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING, Any

import narwhals as nw
import numpy as np

from infoint.analysis.clocks import either
from infoint.analysis.moments import Moment, localised, one_zone, parsed, wall
from infoint.analysis.results import Result, several
from infoint.errors import Problem, TableError

if TYPE_CHECKING:
    import pandas as pd

Columns = Mapping[str, str] | None
Frame = Any
"""A narwhals DataFrame or LazyFrame: the two have the methods that are used here."""

_TRUTH = {"yes": True, "y": True, "true": True, "1": True, "no": False, "n": False, "false": False, "0": False}
_NAMED = 200
"""So many rows with one fault are named; the rest are counted."""


@dataclass(slots=True)
class Problems:
    """What is wrong with which rows (counted from 0; None is the table as a whole)."""

    told: list[tuple[int | None, str]] = field(default_factory=list)

    def add(self, message: str, row: int | None = None) -> None:
        """Tell one thing."""
        self.told.append((row, message))

    def rows(self, message: str, rows: Sequence[int]) -> None:
        """Tell the same of many rows."""
        self.told += [(row, message) for row in rows[:_NAMED]]
        if len(rows) > _NAMED:
            self.add(f"{several(len(rows) - _NAMED, 'more row')}: {message}")

    def listed(self) -> tuple[Problem, ...]:
        """The problems in order of the rows, those of the table as a whole last."""
        told = sorted(self.told, key=lambda pair: (pair[0] is None, pair[0] or 0))
        return tuple(Problem("table", None if row is None else row + 1, message) for row, message in told)


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """The columns that were asked for, by our names and typed; moments all of `zone`, or naive where it is None.

    Problems name the rows of a table in memory where they are `numbered` as the user's are.
    """

    frame: Frame
    zone: tzinfo | None
    now: Moment | None
    problems: Problems
    numbered: bool = True

    @property
    def names(self) -> list[str]:
        """What the columns are called."""
        return list(self.frame.columns)

    @property
    def in_memory(self) -> bool:
        """Whether the rows have an order, so that they can be named."""
        return isinstance(self.frame, nw.DataFrame)

    def wall(self, name: str) -> Any:
        """A column of moments by the clock on the wall."""
        moment = nw.col(name)
        return moment if self.zone is None else moment.dt.convert_time_zone(str(self.zone)).dt.replace_time_zone(None)

    def made(self, frame: Any) -> "Table":
        """The same of rows that were made of these."""
        return replace(self, frame=nw.from_native(frame), numbered=False)


def read(
    table: Any,
    columns: Columns,
    need: Sequence[str | tuple[str, ...]],
    may: Iterable[str] = (),
    *,
    moments: Sequence[str] = (),
    truths: Sequence[str] = (),
    numbers: Sequence[str] = (),
    now: Any = None,
) -> Table:
    """The columns we `need` (of a tuple, one is enough) and those we `may` use, from any table narwhals accepts.

    The engine keeps the rows, unless dates or yes and no are written as text: such a table is
    brought here and read cell by cell.
    """
    frame, theirs = _opened(table, columns)
    options = [(name,) if isinstance(name, str) else name for name in need]
    for names_ in options:
        if not any(name in theirs for name in names_):
            raise _missing(names_, frame.columns)
    wanted = [name for name in dict.fromkeys((*sum(options, ()), *may)) if name in theirs]
    frame = nw.maybe_reset_index(frame.select([nw.col(theirs[name]).alias(name) for name in wanted]))
    moments, truths, numbers = ([n for n in some if n in wanted] for some in (moments, truths, numbers))
    problems = Problems()
    if not _typed(frame, moments, truths, numbers):
        frame = nw.from_native(_parsed(in_pandas(frame), moments, truths, numbers, problems), eager_only=True)
    frame, zones = _in_utc(frame, moments)
    zone, now = one_zone(zones, now)
    if days := set(moments) - set(zones):
        starts = [nw.col(name).cast(nw.Datetime("us")) for name in days]  # a day begins at its 0:00
        frame = frame.with_columns([s if zone is None else s.dt.replace_time_zone(str(zone)) for s in starts])
    return Table(frame=frame, zone=zone, now=now, problems=problems)


def _typed(frame: Frame, moments: Sequence[str], truths: Sequence[str], numbers: Sequence[str]) -> bool:
    """Whether the moments are moments and the truths are truths, so that no cell need be read."""
    schema = frame.collect_schema()
    dates = all(isinstance(schema[n], nw.Date | nw.Datetime) or _pandas_zone(frame, n) for n in moments)
    return dates and all(schema[n] == nw.Boolean for n in truths) and all(schema[n].is_numeric() for n in numbers)


def _pandas_zone(frame: Frame, name: str) -> Any:
    """The zone of a column of pandas, not all of which narwhals knows."""
    return getattr(nw.to_native(frame)[name].dtype, "tz", None) if frame.implementation.is_pandas() else None


def _in_utc(frame: Frame, moments: Sequence[str]) -> tuple[Frame, dict[str, list[Any]]]:
    """The table, that of pandas in UTC, and the zone of each column of moments; days have none, and any."""
    zones = {name: [zone] for name in moments if (zone := _pandas_zone(frame, name))}
    if zones:
        native = nw.to_native(frame)
        native = native.assign(**{name: native[name].dt.tz_convert("UTC") for name in zones})
        frame = nw.from_native(native, eager_only=True)
    schema = frame.collect_schema()
    return frame, {n: [schema[n].time_zone] for n in moments if isinstance(schema[n], nw.Datetime)} | zones


def _parsed(
    frame: "pd.DataFrame", moments: Sequence[str], truths: Sequence[str], numbers: Sequence[str], problems: Problems
) -> "pd.DataFrame":
    """Text and mixed cells as moments, as yes and no, as counts; rows with what cannot be read are left out."""
    import pandas as pd

    readers: dict[str, tuple[Any, str]] = dict.fromkeys(moments, (parsed, "no date like 2025-03-04"))
    readers |= dict.fromkeys(truths, (_truth, "neither yes nor no")) | dict.fromkeys(numbers, (_count, "no count"))
    cells, places, bad = dict[str, list[Any]](), dict[str, Any](), np.zeros(len(frame), dtype=bool)
    for name, (reader, wanted) in readers.items():
        places[name], distinct = pd.factorize(frame[name].astype(object).map(tidied, na_action="ignore"))
        cells[name] = [*(reader(cell, name) for cell in distinct), None]  # the place -1 of a missing cell is the last
        unread = np.array([*(cell is None for cell in cells[name][:-1]), False])[places[name]] & ~bad
        for row in np.flatnonzero(unread).tolist():
            problems.add(f"{name} is {str(distinct[places[name][row]])!r}, which is {wanted}: left out", row)
        bad |= unread
    zones = {name: [cell.tzinfo for cell in cells[name] if isinstance(cell, datetime)] for name in moments}
    zone, _ = one_zone(zones, None)
    made = {name: localised(cells[name], zone) for name in moments}
    made |= {name: pd.Series(cells[name], dtype="boolean") for name in truths}
    made |= {name: pd.Series(cells[name], dtype="Int64").fillna(0) for name in numbers}
    columns: dict[str, Any] = {name: column.take(places[name]).array for name, column in made.items()}
    return frame.assign(**columns, _row=np.arange(len(frame)))[~bad].reset_index(drop=True)


def _truth(cell: Any, _: str) -> bool | None:
    """A cell as yes or no."""
    return _TRUTH.get(str(whole(cell)).casefold())


def _count(cell: Any, _: str) -> int | None:
    """A cell as a count."""
    try:
        number = float(cell)
    except (TypeError, ValueError):
        return None
    return int(number) if number >= 0 and number.is_integer() and not isinstance(cell, bool) else None


def in_pandas(frame: Frame) -> "pd.DataFrame":
    """The rows of a narwhals frame in pandas."""
    rows: pd.DataFrame = (frame.collect() if isinstance(frame, nw.LazyFrame) else frame).to_pandas()
    return rows


def cells(frame: Frame, name: str) -> Any:
    """A column to reckon with: of a table in memory as an array, which is fast, else as an expression."""
    return frame[name].to_numpy() if isinstance(frame, nw.DataFrame) else nw.col(name)


def added(frame: Frame, columns: Mapping[str, Any]) -> Frame:
    """A frame with these columns more: expressions, or of a table in memory arrays of numpy."""
    arrays = all(isinstance(column, np.ndarray) for column in columns.values())
    if arrays and frame.implementation.is_pandas():  # without the detour, for small tables
        return nw.from_native(nw.to_native(frame).assign(**columns), eager_only=True)
    backend = frame.implementation
    return frame.with_columns(
        nw.new_series(name, column, backend=backend) if arrays else column.alias(name)
        for name, column in columns.items()
    )


def set_aside(table: Table, faults: Mapping[str, Any]) -> Table:
    """The rows without these faults (a message to a condition, which may be an array); a row's first fault is told."""
    if table.in_memory and not any(_holds(table.frame, condition) for condition in faults.values()):
        return table
    fault: Any = -1
    for number, condition in reversed(list(enumerate(faults.values()))):
        fault = either(condition, number, fault)
    frame = added(table.frame, {"_fault": fault})
    if table.in_memory and table.numbered:
        marks = frame["_fault"].to_numpy()
        rows = frame["_row"].to_numpy() if "_row" in frame.columns else np.arange(len(frame))
        frame = added(frame, {"_row": rows})
        for number, message in enumerate(faults):
            table.problems.rows(message, rows[marks == number].tolist())
    else:
        found = dict(rows_of(frame.group_by("_fault").agg(nw.len().alias("_rows"))))
        for number, message in enumerate(faults):
            if number in found:
                table.problems.add(f"{several(int(found[number]), 'row')}: {message}")
    return replace(table, frame=frame.filter(nw.col("_fault") == -1).drop("_fault"))


def _holds(frame: Frame, condition: Any) -> bool:
    """Whether a condition holds for any row of a table in memory."""
    return bool(condition.any() if isinstance(condition, np.ndarray) else frame.select(condition.any()).item())


def once(table: Table, what: str, *same: str) -> Table:
    """The rows without those that are there twice: alike in these columns, of which the first must be known."""
    known = ~nw.col(same[0]).is_null()
    if table.in_memory:
        rows = table.frame.with_row_index("_place").filter(known)
        twice = np.zeros(len(table.frame), dtype=bool)
        twice[rows["_place"].to_numpy()] = True
        twice[rows.unique(list(same), keep="first")["_place"].to_numpy()] = False
        return set_aside(table, {f"{what}: left out": twice}) if twice.any() else table
    alike = table.frame.filter(known).group_by(same).agg(nw.len().alias("_n")).filter(nw.col("_n") > 1)
    number = rows_of(alike.select((nw.col("_n") - 1).cast(nw.Int64).sum()))[0][0]
    if not number:
        return table
    table.problems.add(f"{several(int(number), 'row')}: {what}: counted once")
    first = table.frame.filter(known).unique(list(same), keep="any")
    return replace(table, frame=nw.concat([table.frame.filter(~known), first]))


def separable(table: Table, segments: Sequence[str]) -> Table:
    """The table with segments whose cells can be told apart, which pandas does not see to."""
    if not segments or not table.frame.implementation.is_pandas():
        return table
    native = nw.to_native(table.frame)
    native = native.assign(**{name: hashable(native[name]) for name in segments})
    return replace(table, frame=nw.from_native(native, eager_only=True))


def rows_of(frame: Frame) -> list[tuple[Any, ...]]:
    """The rows of a small frame of any engine as tuples of plain values; a missing cell is None."""
    frame = frame.collect() if isinstance(frame, nw.LazyFrame) else frame
    return list(zip(*(map(plain, column.to_list()) for column in frame.iter_columns()), strict=True))


def as_of(table: Table, columns: Iterable[str]) -> datetime | None:
    """The moment that a table is read for, on its clock: `now`, or the newest moment of these columns."""
    if table.now is not None:
        return table.now if isinstance(table.now, datetime) else wall(table.now).replace(tzinfo=table.zone)
    maxima = [nw.col(name).max() for name in columns if name in table.names]
    found = [cell for row in rows_of(table.frame.select(maxima)) for cell in row if cell is not None]
    moments = [cell.to_pydatetime(warn=False) if hasattr(cell, "to_pydatetime") else cell for cell in found]
    last = max(moments, default=None)
    return last if last is None or table.zone is None else last.astimezone(table.zone)


def names(table: Any, columns: Columns) -> set[str]:
    """The names of the columns that a table has, once they are ours."""
    return set(_opened(table, columns)[1])


def _opened(table: Any, columns: Columns) -> tuple[Frame, dict[str, str]]:
    """The table as narwhals sees it, and what each column of ours is called in it."""
    try:
        frame = nw.from_native(table.frame if isinstance(table, Result) else table, pass_through=True)
        found = list(frame.columns) if isinstance(frame, nw.DataFrame | nw.LazyFrame) else None
    except nw.exceptions.DuplicateError as error:
        raise TableError(f"Two columns of the table have the same name. {error}") from None
    if found is None:
        raise TableError(
            f"This is no table but {type(table).__name__}.",
            "Pass a table of pandas, Polars, PyArrow, DuckDB, Ibis or PySpark; of dicts: pandas.DataFrame(rows).",
        )
    given = dict(columns or {})
    for name, ours in given.items():
        if name not in found:
            raise TableError(f"columns= names {name!r}, which the table does not have; it has {_list(found)}.")
        if list(given.values()).count(ours) > 1:
            raise TableError(f"columns= gives {ours!r} to more than one column: leave all but one out.")
    return frame, {name: name for name in found if name not in given} | {ours: name for name, ours in given.items()}


def _missing(wanted: Sequence[str], found: Sequence[str]) -> TableError:
    hint = "Of a table of events (kind, at), make approaches first: infoint.approaches(events)."
    return TableError(
        f"The table has no column {' or '.join(map(repr, wanted))}; it has {_list(found)}. If one of these is meant, "
        f'say so: columns={{"its name": "{wanted[0]}"}}.',
        "" if "kind" in found else hint,
    )


def _list(found: Sequence[str]) -> str:
    return ", ".join(map(str, found)) or "no columns at all"


def plain(cell: Any) -> Any:
    """A cell as plain Python, None when it is missing."""
    if cell is None or type(cell).__name__ in {"NAType", "NaTType"} or cell != cell:  # noqa: PLR0124 # NaN
        return None
    return cell.item() if type(cell).__module__ == "numpy" and hasattr(cell, "item") else cell


def tidied(cell: Any) -> Any:
    """A cell that can be told apart: text without outer blanks (None when empty) and half characters, lists as text."""
    if isinstance(cell, str):
        return (cell if cell.isascii() else cell.encode("utf-8", "replace").decode()).strip() or None
    return str(cell) if getattr(cell, "__hash__", None) is None or type(cell).__module__ == "numpy" else cell


def hashable(column: "pd.Series[Any]") -> "pd.Series[Any]":
    """A column of segments whose cells can be told apart."""
    return column.map(tidied, na_action="ignore") if column.dtype == object else column


def whole(value: Any) -> Any:
    """A number as an int where it is a whole one: pandas turns 3 into 3.0 beside a missing cell.

    >>> whole(3.0), whole(2.5), whole("3"), whole(True)
    (3, 2.5, '3', True)
    """
    if isinstance(value, bool | str) or not hasattr(value, "__float__"):
        return value
    number = float(value)
    return int(value) if number.is_integer() else number


def tidy(values: Iterable[Any]) -> "pd.Series[Any]":
    """A pandas column of what the values are: whole numbers, numbers, yes and no, or text; else objects."""
    import pandas as pd

    cells = [whole(plain(value)) for value in values]
    missing = None in cells
    dtypes = {
        **dict.fromkeys(("string", "empty"), pd.Series(["text"]).dtype),
        "boolean": "boolean" if missing else "bool",
        "integer": "Int64" if missing else "int64",
        **dict.fromkeys(("floating", "mixed-integer-float"), "float64"),
    }
    dtype: Any = dtypes.get(pd.api.types.infer_dtype(cells, skipna=True), object)
    try:
        column: pd.Series[Any] = pd.Series(cells, dtype=dtype)
    except OverflowError:  # a whole number of more than 64 bits
        column = pd.Series(cells, dtype=object)
    return column


def in_order(segment: Any) -> tuple[bool, bool, Any, str]:
    """The order of segments: numbers, then text, those of no known segment last."""
    number = isinstance(segment, int | float)
    return segment is None, not number, segment if number else 0, str(segment)


def by_segment(frame: "pd.DataFrame", column: Any) -> dict[Any, "pd.DataFrame"]:
    """The rows of each segment, in order; without a column all are of one."""
    if column is None:
        return {None: frame}
    groups = {whole(plain(segment)): part for segment, part in frame.groupby(column, dropna=False, sort=False)}
    return {segment: groups[segment] for segment in sorted(groups, key=in_order)}


def framed(rows: Sequence[Mapping[str, Any]], dtypes: Mapping[str, str | None], by: str | None) -> "pd.DataFrame":
    """The rows as a frame with these columns, led by that of the segments; a dtype of None is text."""
    import pandas as pd

    if by in dtypes:
        raise TableError(f"by={by!r} is a column of the answer too: rename yours with columns={{{by!r}: 'my_{by}'}}.")
    data = {} if by is None else {by: tidy(row["segment"] for row in rows)}
    for name, dtype in dtypes.items():
        cells = [row[name] for row in rows]
        data[name] = tidy(cells) if dtype is None else pd.Series(cells, dtype=dtype)
    return pd.DataFrame(data)
