"""What the columns of somebody's own table mean, by what stands in them."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from infoint.errors import UnrecognisedFile
from infoint.exchange.cells import clean, date_readings, email_address, is_empty, key
from infoint.exchange.formats import CHANNELS, MEANINGS, NO, STATUSES, TIES, YES
from infoint.exchange.records import Table

_NEARLY_ALL = 0.8  # ours: some cells of a column may be mistyped
_PERSON = re.compile(r"[^\W\d_][\w.'’-]*(?: [^\W\d_][\w.'’-]*){1,3}")
_SAYS: dict[str, Callable[[str], object]] = {
    "email": email_address,
    "url": lambda cell: "linkedin.com/in/" in cell.casefold(),
    "status": lambda cell: key(cell) in STATUSES and (" " in key(cell) or key(cell) not in YES | NO),
    "channel": lambda cell: key(cell) in CHANNELS,
    "relationship": lambda cell: key(cell) in TIES and not cell.isdigit(),
}
"""Fields whose cells prove what they are."""
_MAY_SAY: dict[str, Callable[[str], object]] = {
    "outreach_sent": lambda cell: any(date_readings(cell)),
    "name": _PERSON.fullmatch,
}
"""Fields that a column may hold, for the user to say."""


def by_content(
    known: Mapping[str, int], width: int, rows: Iterable[Sequence[str]]
) -> tuple[dict[str, int], dict[str, int]]:
    """The fields that columns without a `known` one prove to hold, and those that they may hold, with their places.

    >>> by_content({"name": 0}, 3, [["Dana Ruiz", "Emailed", "2025-03-03"], ["Kim Lee", "Thanked", "2025-03-04"]])
    ({'status': 1}, {'outreach_sent': 2})
    """
    rows, taken = list(rows), set(known.values())
    columns = {place: list(_cells(rows, place)) for place in range(width) if place not in taken}
    proven, perhaps = dict[str, int](), dict[str, int]()
    for fields, found in ((_SAYS, proven), (_MAY_SAY, perhaps)):
        for field, says in fields.items():
            if field in known or (field == "name" and "first" in known):
                continue
            fit = (place for place, cells in columns.items() if _holds(cells, says, distinct=field == "name"))
            if (place := next(fit, None)) is not None:
                found[field] = place
                del columns[place]
    return proven, perhaps


def _cells(rows: Sequence[Sequence[str]], place: int) -> Iterator[str]:
    return (clean(cells[place]) for cells in rows if len(cells) > place and not is_empty(cells[place]))


def _holds(cells: list[str], says: Callable[[str], object], *, distinct: bool) -> bool:
    several = len(set(cells)) >= _NEARLY_ALL * len(cells) if distinct else True
    return len(cells) > 1 and several and sum(map(bool, map(says, cells))) >= _NEARLY_ALL * len(cells)


def told(path: Path, columns: Mapping[str, str]) -> dict[str, str]:
    """What the user says that titles mean, as fields by title; a field may be called by any title that is known for it.

    >>> told(Path("mine.csv"), {"Wann": "sent_at", "Wo?": ""})
    {'wann': 'outreach_sent', 'wo': ''}
    """
    for title, word in columns.items():
        if key(word) not in MEANINGS:
            hint = (
                "There are name, company, role, email, url, status, channel, sent_at, replied_at, met_at, thanked_at, "
            )
            hint += "last_contact, relationship, strength, introduced_by, note ..."
            raise UnrecognisedFile(path, f"{title!r} cannot mean {word!r}", hint)
    return {key(title): MEANINGS[key(word)] for title, word in columns.items()}


def check_titles(path: Path, tables: Iterable[Table], columns: Mapping[str, str]) -> None:
    """Refuse what was said of a title that is not there."""
    titles = [clean(title) for table in tables for title in table.header]
    for title in columns:
        if key(title) not in map(key, titles):
            raise UnrecognisedFile(path, f"it has no column {title!r}", f"It has {', '.join(filter(None, titles))}.")
