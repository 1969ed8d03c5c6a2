"""Moments in anybody's table: dates, datetimes and ISO strings, brought to one clock."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, tzinfo
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from infoint.errors import TableError

if TYPE_CHECKING:
    import pandas as pd

_YEAR_FIRST = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[ T]+(\d{1,2})(:.*))?")
_TWO_WAYS = re.compile(r"\d{1,2}[-/. ]\d{1,2}[-/. ](\d{4}|\d{2})\b")
_PANDAS = "Of a table that is not of pandas, first: table = table.to_pandas()."

Moment = date | datetime


def wall(moment: Moment) -> datetime:
    """The moment without its zone; of a date its 0:00."""
    return moment.replace(tzinfo=None) if isinstance(moment, datetime) else datetime.combine(moment, time())


def parsed(cell: Any, name: str, row: int | None = 0) -> Moment | None:
    """One cell as a date or a datetime; None when it is neither; what reads two ways stops."""
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


def one_zone(zones: Mapping[str, Sequence[Any]], now: Any) -> tuple[tzinfo | None, Moment | None]:
    """The one zone of the moments of these columns (None is naive) and of `now`; two stop."""
    seen: dict[bool, str] = {}
    for name, found in zones.items():
        for zone in found:
            seen.setdefault(zone is not None, name)
    moment = None if now is None else parsed(now, "now", None)
    if now is not None and moment is None:
        raise TableError(f"now={now!r} is no date: pass a date, a datetime or text like 2025-03-04.")
    if isinstance(moment, datetime):
        seen.setdefault(moment.tzinfo is not None, "now")
    if len(seen) == 2:
        raise _two_clocks(seen[True], seen[False])
    if True not in seen:
        return None, moment
    known = [zone for found in zones.values() for zone in found if zone is not None]
    zone = as_zone(known[0] if known else getattr(moment, "tzinfo", None))
    return zone, moment.astimezone(zone) if isinstance(moment, datetime) else moment


def as_zone(zone: Any) -> tzinfo:
    """A zone by its name, else UTC, since text knows only offsets."""
    name = zone if isinstance(zone, str) else getattr(zone, "key", None) or getattr(zone, "zone", None) or "UTC"
    try:
        return ZoneInfo(name)
    except (ValueError, KeyError):
        return ZoneInfo("UTC")


def localised(moments: Sequence[Moment | None], zone: tzinfo | None) -> "pd.Series[Any]":
    """Moments as a pandas column, in microseconds and in `zone` where there is one."""
    import numpy as np
    import pandas as pd

    if zone is None:
        walls = [None if moment is None else wall(moment) for moment in moments]
        return pd.Series(np.array(walls, dtype="datetime64[us]"), dtype="datetime64[us]")
    zone = as_zone(zone)
    starts = [m if isinstance(m, datetime) or m is None else datetime.combine(m, time(), zone) for m in moments]
    instants = [None if moment is None else wall(moment.astimezone(UTC)) for moment in starts]
    found: pd.Series[Any] = localised(instants, None).dt.tz_localize("UTC").dt.tz_convert(zone)
    return found


def _two_ways(cell: str, name: str, row: int | None) -> TableError:
    if row is None:
        return TableError(f"{name}={cell!r} can be read two ways: pass {name}=datetime.date(year, month, day).")
    line = f'table["{name}"] = pandas.to_datetime(table["{name}"], format="mixed", dayfirst=True)'
    return TableError(
        f"{name} holds {cell!r}, which can be read two ways. Say which: {line}, "
        "or dayfirst=False when the month comes first.",
        _PANDAS,
    )


def _two_clocks(aware: str, naive: str) -> TableError:
    message = f"{naive} has no time zone where {aware} has one. Say which zone is meant: "
    if naive == "now":
        return TableError(message + 'now=now.replace(tzinfo=zoneinfo.ZoneInfo("Europe/Berlin")).')
    if aware == "now":
        return TableError(message + "now=now.replace(tzinfo=None), when now is on the clock of the table.")
    line = f'table["{naive}"] = pandas.to_datetime(table["{naive}"]'
    line += ', utc=True, format="ISO8601")' if naive == aware else ').dt.tz_localize("Europe/Berlin")'
    return TableError(f"{message}{line}.", _PANDAS)
