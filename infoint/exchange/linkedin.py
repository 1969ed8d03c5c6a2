"""LinkedIn's Connections.csv, in all the shapes it has had."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Literal

from infoint.errors import Problem
from infoint.exchange.records import Record, Table
from infoint.exchange.text import clean, date_readings, email_address, key, web_address
from infoint.people import known_person

_FIELDS = {
    "first name": "first",
    "last name": "last",
    "url": "url",
    "email address": "email",
    "company": "company",
    "position": "role",
    "connected on": "on",
}


def columns(header: Sequence[str]) -> dict[str, int]:
    """Where each field stands, or {} when this is no header of LinkedIn connections.

    >>> columns(["Connected On ", "Last Name", "First Name"])
    {'on': 0, 'last': 1, 'first': 2}
    >>> columns(["Name", "Company"])
    {}
    """
    found: dict[str, int] = {}
    for place, name in enumerate(header):
        field = _FIELDS.get(key(name))
        if field:
            found.setdefault(field, place)
    return found if {"first", "last", "on"} <= found.keys() else {}


def records(table: Table, dates: Literal["dmy", "mdy"] | None, ids: Iterator[str]) -> Iterator[Record | Problem]:
    """Each connection as a Record; a row without a name is a Problem.

    A date, email or address that cannot be read is left out with a Problem, and the person kept.
    `4/11/18, 9:05 AM` is LinkedIn's own form and has the month first; a date of numbers without an
    hour has been through a spreadsheet, and is read only when one order fits or `dates` says which.
    """
    source, header, width = table.source, list(table.header), len(table.header)
    found = columns(table.header)
    for place, title in enumerate(table.header):
        if title.strip() and place not in found.values():
            yield Problem(source, None, f"column {clean(title)!r} is not understood and was left out")
    reader = _Reader(source, found, width, dates, ids)
    for item in table.rows():
        if isinstance(item, Problem):
            yield item
            continue
        row, cells = item
        if len(cells) != width or cells == header:
            if why := table.misfit(cells):
                yield Problem(source, row, why, skipped=True)
                continue
            cells = cells[:width] + [""] * (width - len(cells))
        record = reader.record(row, cells)
        if reader.problems:
            yield from reader.problems
            reader.problems.clear()
        if record is not None:
            yield record


class _Reader:
    """Reads rows of one file: where its columns are, the dates met so far, and the row's problems."""

    __slots__ = ("dates", "days", "ids", "places", "problems", "source")

    def __init__(
        self,
        source: str,
        found: dict[str, int],
        width: int,
        dates: Literal["dmy", "mdy"] | None,
        ids: Iterator[str],
    ) -> None:
        self.source, self.dates, self.ids = source, dates, ids
        self.places = tuple(found.get(field, width) for field in _FIELDS.values())
        self.days: dict[str, date | None] = {}
        self.problems: list[Problem] = []

    def record(self, row: int, cells: list[str]) -> Record | None:
        cells.append("")  # where the columns stand that this file does not have
        first, last, url, email, company, role, on = self.places
        name = " ".join(f"{cells[first]} {cells[last]}".split())
        if "'" in name:
            name = f"{clean(cells[first])} {clean(cells[last])}".strip()
        if not name:
            told = [place for place, cell in enumerate(cells) if cell.strip()]
            if told:
                why = "closed account: only a date" if told == [on] else "no name in this row"
                self.problems.append(Problem(self.source, row, why, skipped=True))
            return None
        when = cells[on]
        if when not in self.days:
            self.days[when] = _connected_on(when, self.dates)
        day = self.days[when]
        if day is None and when.strip():
            self._kept(row, name, when, "no date that can be read")
        profile = address = ""
        if (given := cells[url]) and not (profile := web_address(given)) and given.strip():
            self._kept(row, name, given, "no web address")
        if (given := cells[email]) and not (address := email_address(given)) and given.strip():
            self._kept(row, name, given, "no email address")
        work = clean(cells[company]), clean(cells[role])
        rest = next(self.ids), address, *work, "", "acquaintance", None, True, "", profile, "", (), day, ""
        return Record(row, known_person(name, *rest))

    def _kept(self, row: int, name: str, cell: str, what: str) -> None:
        self.problems.append(Problem(self.source, row, f"{cell.strip()[:80]!r} is {what}; {name} was kept without it"))


def _connected_on(text: str, dates: Literal["dmy", "mdy"] | None) -> date | None:
    day_first, month_first = date_readings(text)
    if dates or ":" in text:
        return day_first if dates == "dmy" else month_first
    if day_first and month_first and day_first != month_first:
        return None
    return day_first or month_first
