"""What passes between the rooms of the exchange: rows, tables, and the people and problems that are read from them."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from infoint.errors import Problem
from infoint.events import Event
from infoint.exchange.cells import clean, is_empty, key
from infoint.exchange.formats import Format
from infoint.people import Person

SAMPLE = 200
"""How many rows are looked at for what a column holds."""
Rows = Iterator[tuple[int, list[str]] | Problem]
"""Rows of text with their numbers, as a spreadsheet shows them; a row that cannot be read is a Problem."""


class Column(NamedTuple):
    """One column of somebody's own table: its title, an example of what stands in it, the field it is taken for.

    `why` says by what ("its name", "what stands in it", "your word"); `perhaps` is a field that it may
    hold, for the user to say.
    """

    source: str
    title: str
    example: str
    field: str
    why: str
    perhaps: str


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

    `format` is "LinkedIn connections" or "tracker", `encoding` the one that was used ("" for a workbook);
    `tables` are those that it has, when it has any, `size` its rows, as far as they are known before.
    """

    format: str
    encoding: str
    items: Iterator[Record | Problem]
    tables: "tuple[Table, ...]" = ()
    size: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A header of a known format and what stands below it.

    `source` names the file (and the sheet, where there are several) in problems, `columns` says in
    which place each field of the format stands (those `proven` by what stands in them, not by name),
    `perhaps` which it may be. `begin` is how many rows of the `sheet` end with the header. A row may
    be shorter or longer than the header.
    """

    path: Path
    source: str
    format: Format
    header: list[str]
    columns: dict[str, int]
    sheet: Callable[[], Rows]
    begin: int
    proven: frozenset[str] = frozenset()
    perhaps: Mapping[str, int] = field(default_factory=dict)

    def rows(self) -> Rows:
        """The rows below the header; each call starts anew."""
        return islice(self.sheet(), self.begin, None)

    def understood(self) -> int:
        """How many of its columns are."""
        return len(self.columns)

    def shown(self, told: Mapping[str, str]) -> list[Column]:
        """Its columns, for the user's yes; `told` is what the user said before of titles."""
        fields = {place: field for field, place in self.columns.items()}
        perhaps = {place: field for field, place in self.perhaps.items()}
        first = [cells for _, cells in islice((row for row in self.rows() if isinstance(row, tuple)), SAMPLE)]
        shown = []
        for place, title in enumerate(self.header):
            cells = (clean(cells[place]) for cells in first if len(cells) > place and not is_empty(cells[place]))
            meant = fields.get(place, "")
            how = "your word" if key(title) in told else "what stands in it" if meant in self.proven else "its name"
            column = Column(
                self.source, clean(title), next(cells, ""), meant, how if meant else "", perhaps.get(place, "")
            )
            shown += [column] if column.title else []
        return shown
