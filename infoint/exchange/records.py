"""What passes between the rooms of the exchange: rows, tables, and the people and problems that are read from them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from infoint.errors import Problem
from infoint.events import Event
from infoint.exchange.formats import Format
from infoint.people import Person

Rows = Iterator[tuple[int, list[str]] | Problem]
"""Rows of text with their numbers, as a spreadsheet shows them; a row that cannot be read is a Problem."""


class Record(NamedTuple):
    """One row of a file: a person, and what the file says has happened with them.

    Who is `known_only` is looked up for the events' sake, and not added when nobody is found.
    The events have no `id` and no `person_id` yet, and `person.introduced_by` holds the *name* that
    stands in the file: Campaign fills in the ids, and drops a name that it cannot resolve.
    """

    row: int
    person: Person
    events: tuple[Event, ...] = ()
    known_only: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """A recognised file; `items` reads it while it is iterated, once.

    `format` is "LinkedIn connections" or "tracker", `encoding` the one that was used ("" for a workbook).
    """

    format: str
    encoding: str
    items: Iterator[Record | Problem]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A header of a known format and what stands below it.

    `source` names the file (and the sheet, where there are several) in problems, `columns` says in
    which place each field of the format stands, `begin` how many rows of the `sheet` end with the
    header. A row may be shorter or longer than the header.
    """

    path: Path
    source: str
    format: Format
    header: list[str]
    columns: dict[str, int]
    sheet: Callable[[], Rows]
    begin: int

    def rows(self) -> Rows:
        """The rows below the header; each call starts anew."""
        return islice(self.sheet(), self.begin, None)

    def understood(self) -> int:
        """How many of its columns are."""
        return len(self.columns)
