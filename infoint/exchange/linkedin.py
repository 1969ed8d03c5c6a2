"""LinkedIn's Connections.csv, in all the shapes it has had."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import date
from functools import lru_cache
from operator import itemgetter
from typing import Literal

from infoint.errors import Problem
from infoint.exchange.records import Record, Table
from infoint.exchange.text import MONTHS, clean, date_readings, email_address, key, web_address
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
    yield from _unknown(table, found)
    pick = itemgetter(*(found.get(field, width) for field in _FIELDS.values()))
    days: dict[str, date | None] = {"": None}
    tidy, make = lru_cache(maxsize=1 << 16)(clean), tuple.__new__  # Record() itself takes five times as long
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
        cells.append("")  # where the columns stand that this file does not have
        first, last, url, email, company, role, on = pick(cells)
        name = " ".join(f"{first} {last}".split())
        if "'" in name:
            name = f"{clean(first)} {clean(last)}".strip()
        if not name:
            if told := [cell for cell in cells if cell.strip()]:
                why = "closed account: only a date" if told == [on] else "no name in this row"
                yield Problem(source, row, why, skipped=True)
            continue
        if on not in days:
            days[on] = _connected_on(on, dates)
        day, profile, address = days[on], url and web_address(url), email and email_address(email)
        for cell, read, what in (
            (on, day, "date that can be read"),
            (url, profile, "web address"),
            (email, address, "email address"),
        ):
            if not read and cell and cell.strip():
                yield Problem(source, row, f"{cell.strip()[:80]!r} is no {what}; {name} was kept without it")
        rest = (
            next(ids),
            address,
            tidy(company),
            tidy(role),
            "",
            "acquaintance",
            None,
            True,
            "",
            profile,
            "",
            (),
            day,
            "",
        )
        yield make(Record, (row, known_person(name, *rest), ()))


def _unknown(table: Table, found: dict[str, int]) -> Iterator[Problem]:
    for place, title in enumerate(table.header):
        if title.strip() and place not in found.values():
            yield Problem(table.source, None, f"column {clean(title)!r} is not understood and was left out")


def _connected_on(text: str, dates: Literal["dmy", "mdy"] | None) -> date | None:
    with suppress(KeyError, ValueError):  # the present form, 28 Oct 2023, without the cost of all others
        day, month, year = text.split(" ")
        return date(int(year), MONTHS[month.casefold()], int(day))
    day_first, month_first = date_readings(text)
    if dates or ":" in text:
        return day_first if dates == "dmy" else month_first
    if day_first and month_first and day_first != month_first:
        return None
    return day_first or month_first
