"""What a file of people gives: records and problems, one at a time."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from infoint.errors import Problem
from infoint.events import Event
from infoint.exchange.text import is_empty
from infoint.people import Person


class Record(NamedTuple):
    """One row of a file: a person, and what the file says has happened with them.

    The events have no `id` and no `person_id` yet, and `person.introduced_by` holds the *name* that
    stands in the file: Campaign fills in the ids, and drops a name that it cannot resolve.
    """

    row: int
    person: Person
    events: tuple[Event, ...] = ()


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
    """A header and the rows below it; each call of `rows` starts anew.

    `source` names the file (and the sheet, where there are several) in problems. Rows are numbered
    as a spreadsheet shows them, with everything above the header counted. A row may be shorter or
    longer than the header.
    """

    source: str
    header: tuple[str, ...]
    rows: Callable[[], Iterator[tuple[int, list[Any]] | Problem]]

    def misfit(self, cells: list[Any]) -> str:
        """Why a row cannot stand below this header, or ""."""
        width = len(self.header)
        if len(cells) > width and not all(map(is_empty, cells[width:])):
            return f"it has {len(cells)} cells where the header has {width}"
        return "the column names once more" if tuple(cells) == self.header else ""
