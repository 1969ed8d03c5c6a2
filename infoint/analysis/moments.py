"""Moments in anybody's table: dates, datetimes and ISO strings, brought to one clock."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, tzinfo
from itertools import chain
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from infoint.analysis.tables import Problems, Table
from infoint.errors import TableError

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

_YEAR_FIRST = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[ T]+(\d{1,2})(:.*))?")
_TWO_WAYS = re.compile(r"\d{1,2}[-/. ]\d{1,2}[-/. ](\d{4}|\d{2})\b")
_PANDAS = "Of a table that is not of pandas, first: table = table.to_pandas()."

Moment = date | datetime


@dataclass(frozen=True, slots=True)
class Moments:
    """The moments of some columns: a date has no hour; datetimes are all of `zone`, or all naive where it is None."""

    columns: dict[str, list[Moment | None]]
    now: Moment | None
    zone: tzinfo | None

    def wall(self, name: str) -> "NDArray[np.datetime64]":
        """What the clock on the wall showed; a date is its 0:00."""
        return walls(self.columns[name])

    def newest(self) -> datetime | None:
        """The newest moment of all columns, by the clock on the wall."""
        found = [wall(moment) for column in self.columns.values() for moment in column if moment is not None]
        return max(found, default=None)


def wall(moment: Moment) -> datetime:
    """The moment without its zone; of a date its 0:00."""
    return moment.replace(tzinfo=None) if isinstance(moment, datetime) else datetime.combine(moment, time())


def walls(moments: Iterable[Moment | None]) -> "NDArray[np.datetime64]":
    """The clock on the wall for many moments."""
    import numpy as np

    return np.array([None if moment is None else wall(moment) for moment in moments], dtype="datetime64[us]")


def read_moments(table: Table, names: Sequence[str], problems: Problems, now: Any = None) -> Moments:
    """The moments of these columns; cells that cannot be read become problems, and what reads two ways stops."""
    seen: dict[bool, tuple[str, Moment]] = {}
    columns: dict[str, list[Moment | None]] = {}
    for name in names:
        found: list[Moment | None] = [None] * table.rows
        columns[name] = found
        for row, cell in enumerate(table.column(name)):
            if cell is None:
                continue
            moment = found[row] = _moment(cell, name, row)
            if moment is None:
                problems.add(row, f"{name} is {str(cell)!r}, which is no date like 2025-03-04")
            elif isinstance(moment, datetime):
                seen.setdefault(moment.tzinfo is not None, (name, moment))
    if now is not None:
        given, now = now, _moment(now, "now", None)
        if now is None:
            raise TableError(f"now={given!r} is no date: pass a date, a datetime or text like 2025-03-04.")
        if isinstance(now, datetime):
            seen.setdefault(now.tzinfo is not None, ("now", now))
    if len(seen) == 2:
        raise _two_clocks(seen)
    zone = _zone([*chain.from_iterable(columns.values()), now]) if True in seen else None
    return Moments({name: [_placed(m, zone) for m in columns[name]] for name in names}, _placed(now, zone), zone)


def column(moments: Iterable[Moment | None], zone: tzinfo | None) -> "pd.Series[Any]":
    """Moments as a pandas column, in microseconds and in `zone` where there is one."""
    import pandas as pd

    if zone is None:
        return pd.Series(walls(moments), dtype="datetime64[us]")
    starts = (m if isinstance(m, datetime) or m is None else datetime.combine(m, time(), zone) for m in moments)
    instants = walls(None if moment is None else moment.astimezone(UTC) for moment in starts)
    return pd.Series(instants, dtype="datetime64[us]").dt.tz_localize("UTC").dt.tz_convert(zone)


def _moment(cell: Any, name: str, row: int | None) -> Moment | None:
    """One cell as a date or a datetime; None when it is neither."""
    if isinstance(cell, datetime):
        return cell.to_pydatetime(warn=False) if hasattr(cell, "to_pydatetime") else cell
    if isinstance(cell, date):
        return cell
    if not isinstance(cell, str):
        return None
    text = cell.strip().removesuffix(" UTC") + ("+00:00" if cell.strip().endswith(" UTC") else "")
    if found := _YEAR_FIRST.fullmatch(text):
        year, month, day, hour, rest = found.groups()
        text = f"{year}-{month:0>2}-{day:0>2}" + (f"T{hour:0>2}{rest.strip()}" if hour else "")
    elif _TWO_WAYS.match(text):
        raise _two_ways(cell, name, row)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if ":" in text or "T" in text else moment.date()


def _two_ways(cell: str, name: str, row: int | None) -> TableError:
    if row is None:
        return TableError(f"{name}={cell!r} can be read two ways: pass {name}=datetime.date(year, month, day).")
    line = f'table["{name}"] = pandas.to_datetime(table["{name}"], format="mixed", dayfirst=True)'
    return TableError(
        f"{name} in row {row + 1} is {cell!r}, which can be read two ways. Say which: {line}, "
        "or dayfirst=False when the month comes first.",
        _PANDAS,
    )


def _two_clocks(seen: dict[bool, tuple[str, Moment]]) -> TableError:
    (aware, with_zone), (naive, without) = seen[True], seen[False]
    message = f"{naive} has no time zone ({without}) where {aware} has one ({with_zone}). Say which zone is meant: "
    if naive == "now":
        return TableError(message + 'now=now.replace(tzinfo=zoneinfo.ZoneInfo("Europe/Berlin")).')
    if aware == "now":
        return TableError(message + "now=now.replace(tzinfo=None), when now is on the clock of the table.")
    line = f'table["{naive}"] = pandas.to_datetime(table["{naive}"]'
    line += ', utc=True, format="ISO8601")' if naive == aware else ').dt.tz_localize("Europe/Berlin")'
    return TableError(f"{message}{line}.", _PANDAS)


def _zone(moments: Iterable[Moment | None]) -> tzinfo:
    """The zone of the first moment that has one: by its name, else UTC, since text knows only offsets."""
    zone = next(moment.tzinfo for moment in moments if isinstance(moment, datetime) and moment.tzinfo)
    return ZoneInfo(getattr(zone, "key", None) or getattr(zone, "zone", None) or "UTC")


def _placed(moment: Moment | None, zone: tzinfo | None) -> Moment | None:
    return moment.astimezone(zone) if zone is not None and isinstance(moment, datetime) else moment
