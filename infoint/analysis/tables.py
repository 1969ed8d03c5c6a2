"""Anybody's table in: columns found, cells read, moments on one clock; tidy pandas columns out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from infoint.analysis.results import Result
from infoint.errors import Problem, TableError

if TYPE_CHECKING:
    import pandas as pd

Columns = Mapping[str, str] | None

_TRUTH = {"yes": True, "y": True, "true": True, "1": True, "no": False, "n": False, "false": False, "0": False}


@dataclass(frozen=True, slots=True)
class Table:
    """The columns of a table that were asked for, by our names; a missing cell is None."""

    cells: dict[str, list[Any]]
    rows: int

    def column(self, name: str) -> list[Any]:
        """The cells of a column; all missing where the table does not have it."""
        return self.cells.get(name) or [None] * self.rows

    def truth(self, name: str, problems: "Problems") -> list[bool]:
        """A column of yes and no; a missing cell is a no, an unreadable one a problem."""
        found = []
        for row, cell in enumerate(self.column(name)):
            value = _TRUTH.get(str(whole(cell)).casefold()) if cell is not None else False
            if value is None:
                problems.add(row, f"{name} is {str(cell)!r}, which is neither yes nor no")
            found.append(bool(value))
        return found


class Problems:
    """What is wrong with which row: `rows` are left out, for the first reason found; the rest is only told."""

    def __init__(self) -> None:
        self.rows: dict[int, str] = {}
        self.told: list[tuple[int | None, str]] = []

    def add(self, row: int, message: str) -> None:
        """Leave this row out, and say why."""
        self.rows.setdefault(row, message)

    def tell(self, message: str, row: int | None = None) -> None:
        """Say something of a row that is kept, or of the table as a whole."""
        self.told.append((row, message))

    def listed(self) -> tuple[Problem, ...]:
        """The problems in order of the rows, those of the table as a whole last."""
        told = [*((row, f"{message}: left out") for row, message in self.rows.items()), *self.told]
        told.sort(key=lambda pair: (pair[0] is None, pair[0] or 0))
        return tuple(Problem("table", None if row is None else row + 1, message) for row, message in told)


def read(table: Any, columns: Columns, need: Sequence[str | tuple[str, ...]], may: Iterable[str] = ()) -> Table:
    """The columns we `need` (of a tuple, one is enough) and those we `may` use, from any table narwhals accepts."""
    import narwhals as nw

    frame, theirs = _opened(table, columns)
    for name in need:
        if not any(option in theirs for option in ([name] if isinstance(name, str) else name)):
            raise _missing(name, list(frame.collect_schema().names()))
    flat = [option for name in need for option in ([name] if isinstance(name, str) else name)]
    wanted = {ours: theirs[ours] for ours in (*flat, *may) if ours in theirs}
    frame = frame.select(list(dict.fromkeys(wanted.values())))
    if isinstance(frame, nw.LazyFrame):
        frame = frame.collect()
    cells = {ours: [_cell(value) for value in frame[name].to_list()] for ours, name in wanted.items()}
    return Table(cells, len(frame))


def names(table: Any, columns: Columns) -> set[str]:
    """The names of the columns that a table has, once they are ours."""
    return set(_opened(table, columns)[1])


def _opened(table: Any, columns: Columns) -> tuple[Any, dict[str, str]]:
    """The table as narwhals sees it, and what each column of ours is called in it."""
    import narwhals as nw

    try:
        frame = nw.from_native(table.frame if isinstance(table, Result) else table, pass_through=True)
    except nw.exceptions.DuplicateError as error:
        raise TableError(f"Two columns of the table have the same name. {error}") from None
    if not isinstance(frame, nw.DataFrame | nw.LazyFrame):
        raise TableError(
            f"This is no table but {type(table).__name__}.",
            "Pass a table of pandas, Polars, PyArrow, DuckDB or Ibis; of a list of dicts: pandas.DataFrame(rows).",
        )
    found = list(frame.collect_schema().names())
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


def _cell(value: Any) -> Any:
    """A cell as plain Python: None when missing, text without outer blanks, numpy's scalars unwrapped."""
    if value is None or type(value).__name__ in {"NAType", "NaTType"}:
        return None
    if isinstance(value, str):
        return value.strip() or None
    if type(value).__module__ == "numpy" and hasattr(value, "item"):
        value = value.item()
    if isinstance(value, float | Decimal) and value != value:  # noqa: PLR0124 # the test for NaN that both know
        return None
    return str(value) if isinstance(value, list | dict | set) or type(value).__module__ == "numpy" else value


def whole(value: Any) -> Any:
    """A number as an int where it is a whole one: pandas turns 3 into 3.0 beside a missing cell.

    >>> whole(3.0), whole(2.5), whole("3"), whole(True)
    (3, 2.5, '3', True)
    """
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return value
    number = float(value)
    return int(value) if number.is_integer() else number


def tidy(values: Iterable[Any]) -> "pd.Series[Any]":
    """A pandas column of what the values are: whole numbers, numbers, yes and no, or text; else objects."""
    import pandas as pd

    cells = [whole(value) for value in values]
    known = [cell for cell in cells if cell is not None]
    if not known or all(isinstance(cell, str) for cell in known):
        return pd.Series(cells, dtype=pd.Series(["text"]).dtype)
    if all(isinstance(cell, bool) for cell in known):
        return pd.Series(cells, dtype="bool" if len(known) == len(cells) else "boolean")
    if any(isinstance(cell, bool) for cell in known):
        return pd.Series(cells, dtype=object)
    if all(isinstance(cell, int) and abs(cell) < 2**63 for cell in known):
        return pd.Series(cells, dtype="int64" if len(known) == len(cells) else "Int64")
    if any(isinstance(cell, float) for cell in known) and all(isinstance(cell, float | int) for cell in known):
        return pd.Series(cells, dtype="float64")
    return pd.Series(cells, dtype=object)


def segments(table: Table, by: str | None, rows: Iterable[int]) -> dict[Any, list[int]]:
    """The rows of each segment, in order of the segments, those of no known segment last; of None, all rows."""
    if by is None:
        return {None: list(rows)}
    cells, found = table.column(by), dict[Any, list[int]]()
    for row in rows:
        found.setdefault(whole(cells[row]), []).append(row)

    def order(segment: Any) -> tuple[bool, bool, Any, str]:
        number = isinstance(segment, int | float)
        return segment is None, not number, segment if number else 0, str(segment)

    return {segment: found[segment] for segment in sorted(found, key=order)}


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
