"""Anybody's table in, on any engine: columns found and typed, bad rows set aside; tidy pandas columns out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import tzinfo
from typing import TYPE_CHECKING, Any

from infoint.analysis.moments import Moment, localised, one_zone, parsed
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
    names: frozenset[str]
    zone: tzinfo | None
    now: Moment | None
    problems: Problems
    numbered: bool = True

    @property
    def in_memory(self) -> bool:
        """Whether the rows have an order, so that they can be named."""
        return not hasattr(self.frame, "collect")


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
    import narwhals as nw

    frame, theirs = _opened(table, columns)
    for name in need:
        if not any(option in theirs for option in ([name] if isinstance(name, str) else name)):
            raise _missing(name, list(frame.collect_schema().names()))
    flat = [option for name in need for option in ([name] if isinstance(name, str) else name)]
    wanted = [ours for ours in dict.fromkeys((*flat, *may)) if ours in theirs]
    moments, truths = [n for n in moments if n in wanted], [n for n in truths if n in wanted]
    problems, zones = Problems(), dict[str, Any]()
    if pandas := nw.get_native_namespace(frame).__name__ == "pandas":  # without a copy
        native = nw.to_native(frame)
        native = type(native)({ours: native[theirs[ours]] for ours in wanted}, copy=False)
        frame = nw.from_native(native, eager_only=True)
    else:
        frame = frame.select([nw.col(theirs[ours]).alias(ours) for ours in wanted])
    if pandas or not _typed(frame, moments, truths, numbers):
        native = in_pandas(frame)
        if not _typed(frame, moments, truths, numbers):
            native = _parsed(native, moments, truths, numbers, problems)
        aware = {n: native[n].dt.tz for n in moments if len(native) or hasattr(native[n], "dt")}
        zones = {n: zone for n, zone in aware.items() if zone is None or native[n].count()}
        for name in (name for name, zone in aware.items() if zone is not None):
            native[name] = native[name].dt.tz_convert("UTC")
        frame = nw.from_native(native, eager_only=True)
    schema = frame.collect_schema()
    zones = zones or {n: schema[n].time_zone for n in moments if isinstance(schema[n], nw.Datetime)}
    zone, moment = one_zone(zones, now)
    dates = [nw.col(n).cast(nw.Datetime("us")) for n in moments if schema[n] == nw.Date]
    frame = frame.with_columns([date if zone is None else date.dt.replace_time_zone(str(zone)) for date in dates])
    return Table(frame=frame, names=frozenset(wanted), zone=zone, now=moment, problems=problems)


def _typed(frame: Frame, moments: Sequence[str], truths: Sequence[str], numbers: Sequence[str]) -> bool:
    """Whether the moments are moments and the truths are truths, so that no cell need be read."""
    import narwhals as nw

    schema = frame.collect_schema()
    native = nw.to_native(frame)
    dates = all(
        isinstance(schema[n], nw.Date | nw.Datetime) or (schema[n] == nw.Unknown and hasattr(native[n], "dt"))
        for n in moments
    )
    return dates and all(schema[n] == nw.Boolean for n in truths) and all(schema[n].is_numeric() for n in numbers)


def _parsed(
    frame: "pd.DataFrame", moments: Sequence[str], truths: Sequence[str], numbers: Sequence[str], problems: Problems
) -> "pd.DataFrame":
    """Text and mixed cells as moments, as yes and no, as counts; rows with what cannot be read are left out."""
    import pandas as pd

    kinds: dict[str, tuple[Any, str]] = dict.fromkeys(moments, (parsed, "no date like 2025-03-04"))
    kinds |= dict.fromkeys(truths, (_truth, "neither yes nor no")) | dict.fromkeys(numbers, (_count, "no count"))
    found = {name: mapped(frame[name], lambda cell, name=name: kinds[name][0](cell, name)) for name in kinds}
    zone, _ = one_zone({name: _zones(found[name][0]) for name in moments}, None)
    for name, (cells, codes) in found.items():
        _tell(frame[name], cells, codes, f"{name} is {{!r}}, which is {kinds[name][1]}: left out", problems)
        if name in moments:
            made = localised(cells, zone)
        else:
            made = pd.Series(cells, dtype="boolean") if name in truths else pd.Series(cells, dtype="Int64").fillna(0)
        frame[name] = made.take(codes).set_axis(frame.index)
    bad = sorted({row for row, _ in problems.told if row is not None})
    return frame.assign(_row=range(len(frame))).drop(index=frame.index[bad]) if bad else frame


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


def _zones(cells: Iterable[Any]) -> Any:
    """What the moments of one column say of zones: none, one, or both (then a tuple)."""
    kinds = list(dict.fromkeys(cell.tzinfo for cell in cells if hasattr(cell, "hour")))
    return (None, kinds[0] or kinds[1]) if None in kinds and len(kinds) > 1 else next(iter(kinds), "")


def mapped(column: "pd.Series[Any]", function: Any) -> tuple[list[Any], Any]:
    """A function of each distinct cell, and which of them every row has; a missing cell is the last one."""
    import pandas as pd

    cells = column.astype(object)
    codes, distinct = pd.factorize(cells.map(tidied, na_action="ignore"))
    return [*(function(cell) for cell in distinct), None], codes


def _tell(column: "pd.Series[Any]", cells: list[Any], codes: Any, message: str, problems: Problems) -> None:
    """A problem for each row whose cell could not be read."""
    import numpy as np

    unread = [n for n, cell in enumerate(cells[:-1]) if cell is None]
    known = {row for row, _ in problems.told}
    for row in np.flatnonzero(np.isin(codes, unread)).tolist() if unread else []:
        if row not in known:
            problems.add(message.format(str(tidied(column.iloc[row]))), row)


def tidied(cell: Any) -> Any:
    """A cell that can be told apart: text without outer blanks (None when empty), lists as text."""
    if isinstance(cell, str):
        return cell.strip() or None
    return str(cell) if getattr(cell, "__hash__", None) is None or type(cell).__module__ == "numpy" else cell


def hashable(column: "pd.Series[Any]") -> "pd.Series[Any]":
    """A column of segments whose cells can be told apart."""
    return column.map(tidied, na_action="ignore") if column.dtype == object else column


def in_pandas(frame: Frame) -> "pd.DataFrame":
    """The rows of a narwhals frame in pandas, numbered from 0."""
    import narwhals as nw
    import pandas as pd

    frame = frame.collect() if hasattr(frame, "collect") else frame
    native = nw.to_native(frame)
    if not isinstance(native, pd.DataFrame):
        return frame.to_pandas()  # type: ignore[no-any-return]
    if native.index.equals(pd.RangeIndex(len(native))):
        return native
    return native.reset_index(drop=True)


def set_aside(table: Table, faults: Mapping[str, Any], columns: Mapping[str, Any] | None = None) -> Frame:
    """The rows without these faults (a message to a condition), with these columns; a row's first fault is told.

    Of a table in memory, a condition and a column may be an array of numpy.
    """
    import narwhals as nw
    import numpy as np

    frame, found = table.frame, dict[int, int]()
    if table.in_memory:
        given = {n: mask for n, mask in enumerate(faults.values()) if not isinstance(mask, np.ndarray)}
        if given:
            made = frame.select(**{f"_{n}": mask.fill_null(value=False) for n, mask in given.items()})
            given = {n: made[f"_{n}"].to_numpy() for n in given}
        masks = [given.get(n, mask) for n, mask in enumerate(faults.values())]
        frame = nw.from_native(nw.to_native(frame).assign(**columns), eager_only=True) if columns else frame
        if not any(mask.any() for mask in masks):
            return frame
        first = np.select(masks, range(len(masks)), -1)
        numbers = frame["_row"].to_numpy() if "_row" in frame.columns else np.arange(len(frame))
        for number, message in enumerate(faults) if table.numbered else ():
            table.problems.rows(message, numbers[first == number].tolist())
        found = {} if table.numbered else dict(zip(*np.unique(first, return_counts=True), strict=True))
        frame = frame.filter((first < 0).tolist())
    elif faults:
        chain: Any = nw
        for number, fault in enumerate(faults.values()):
            chain = chain.when(fault).then(number)
        frame = frame.with_columns(**(columns or {}), _fault=chain.otherwise(-1))
        found = dict(rows_of(frame.group_by("_fault").agg(nw.len().alias("_count"))))
        frame = frame.filter(nw.col("_fault") == -1).drop("_fault")
    for number, message in enumerate(faults):
        if found.get(number):
            table.problems.add(f"{several(int(found[number]), 'row')}: {message}")
    return frame


def once(table: Table, what: str, *same: str) -> Frame:
    """The rows of an engine without those that are there twice; the first of the columns must be known."""
    import narwhals as nw

    known = ~nw.col(same[0]).is_null()
    twice = table.frame.filter(known).group_by(same).agg(nw.len().alias("_n")).filter(nw.col("_n") > 1)
    number = rows_of(twice.select((nw.col("_n") - 1).cast(nw.Int64).sum()))[0][0]
    if not number:
        return table.frame
    table.problems.add(f"{several(int(number), 'row')}: {what}: counted once")
    return nw.concat([table.frame.filter(~known), table.frame.filter(known).unique(list(same), keep="any")])


def rows_of(frame: Frame) -> list[tuple[Any, ...]]:
    """The rows of a small frame of any engine as tuples of plain values; a missing cell is None."""
    frame = frame.collect() if hasattr(frame, "collect") else frame
    return list(zip(*(map(plain, column.to_list()) for column in frame.iter_columns()), strict=True))


def plain(cell: Any) -> Any:
    """A cell as plain Python, None when it is missing."""
    if cell is None or type(cell).__name__ in {"NAType", "NaTType"} or cell != cell:  # noqa: PLR0124 # NaN
        return None
    return cell.item() if type(cell).__module__ == "numpy" and hasattr(cell, "item") else cell


def names(table: Any, columns: Columns) -> set[str]:
    """The names of the columns that a table has, once they are ours."""
    return set(_opened(table, columns)[1])


def _opened(table: Any, columns: Columns) -> tuple[Frame, dict[str, str]]:
    """The table as narwhals sees it, and what each column of ours is called in it."""
    import narwhals as nw

    try:
        frame = nw.from_native(table.frame if isinstance(table, Result) else table, pass_through=True)
        found = list(frame.collect_schema().names()) if isinstance(frame, nw.DataFrame | nw.LazyFrame) else None
    except nw.exceptions.DuplicateError as error:
        raise TableError(f"Two columns of the table have the same name. {error}") from None
    if found is None:
        raise TableError(
            f"This is no table but {type(table).__name__}.",
            "Pass a table of pandas, Polars, PyArrow, DuckDB, Ibis or PySpark; of dicts: pandas.DataFrame(rows).",
        )
    theirs = {name: name for name in found}
    given = dict(columns or {})
    for name, ours in given.items():
        if name not in found:
            raise TableError(f"columns= names {name!r}, which the table does not have; it has {_list(found)}.")
        if list(given.values()).count(ours) > 1:
            raise TableError(f"columns= gives {ours!r} to more than one column: leave all but one out.")
        theirs.pop(name, None)
    return frame, theirs | {ours: name for name, ours in given.items()}


def _missing(name: str | tuple[str, ...], found: list[str]) -> TableError:
    wanted = " or ".join(repr(option) for option in ([name] if isinstance(name, str) else name))
    ours = name if isinstance(name, str) else name[0]
    return TableError(
        f"The table has no column {wanted}; it has {_list(found)}. If one of these is meant, say so: "
        f'columns={{"its name": "{ours}"}}.',
        "Of a table of events (kind, at), make approaches first: infoint.approaches(events).",
    )


def _list(found: Sequence[str]) -> str:
    return ", ".join(map(str, found)) or "no columns at all"


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
    known = {type(cell) for cell in cells if cell is not None}
    missing = None in cells
    if known <= {str}:
        return pd.Series(cells, dtype=pd.Series(["text"]).dtype)
    if known == {bool}:
        return pd.Series(cells, dtype="boolean" if missing else "bool")
    if known == {int} and all(abs(cell) < 2**63 for cell in cells if cell is not None):
        return pd.Series(cells, dtype="Int64" if missing else "int64")
    return pd.Series(cells, dtype="float64" if known <= {int, float} and float in known else object)


def in_order(segment: Any) -> tuple[bool, bool, Any, str]:
    """The order of segments: numbers, then text, those of no known segment last."""
    number = isinstance(segment, int | float)
    return segment is None, not number, segment if number else 0, str(segment)


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
