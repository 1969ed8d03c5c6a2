"""What a file of people is, decided by what stands in it."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import chain, islice, repeat
from pathlib import Path
from types import MappingProxyType
from typing import Literal

from infoint.errors import FileError, Problem, UnreadableFile, UnrecognisedFile
from infoint.exchange import linkedin, messages, people, vcard, workbook
from infoint.exchange.cells import clean, key
from infoint.exchange.columns import by_content
from infoint.exchange.formats import FORMATS, NAMES, TRACKER
from infoint.exchange.records import SAMPLE, Reading, Record, Rows, Table
from infoint.exchange.text import DELIMITERS, TextFile, open_text

HEAD = 40
"""In how many rows the header is looked for."""
_EXPECTED = (
    "LinkedIn connections have First Name, Last Name and Connected On; "
    "a tracker has Name and one more of Company, Role, Email, Status, Date contacted, ..."
)


Dates = Literal["dmy", "mdy"] | None


Told = Callable[[Sequence[str]], Mapping[str, str]]
"""What the user said of the titles in a header: the field of each, "" for none."""


def read(
    path: Path,
    *,
    dates: Dates = None,
    ids: Iterator[str] | None = None,
    me: str = "",
    told: Told = lambda _: MappingProxyType({}),
) -> Reading:
    """Recognise a file by its content and read it row by row while `items` is iterated.

    `dates` says whether 3/4/2025 has the day or the month first, where the file itself does not
    prove it; the people are given `ids`; `me` is the user's name, for telling who wrote a message;
    `told` is what the user said of the columns of a table. A file that yields no person is an error,
    raised when `items` ends.

    >>> read(Path("nowhere.csv"))
    Traceback (most recent call last):
    ...
    infoint.errors.UnreadableFile: nowhere.csv cannot be imported: there is no such file. Nothing was changed.
    """
    path, ids = Path(path), ids or repeat("")
    start = _first_bytes(path)
    try:
        if start.startswith(b"PK\x03\x04"):
            if linkedin.holds(path):
                return _linkedin(path, dates, ids, me)
            return _tables(path, *_workbook(path, told), dates, ids)
        file = open_text(path)
        if vcard.START.match(start):
            return Reading("vCards", file.encoding, _with_people(path, vcard.records(file, ids)))
        if name := next(filter(None, (messages.shape(cells) for _, cells in _head(partial(file.rows, ",")))), ""):
            return Reading(name, file.encoding, _with_people(path, messages.records(file, name, me)))
        return replace(_tables(path, *_text(file, told), dates, ids), size=file.size)
    except OSError as error:
        raise UnreadableFile(path, f"reading it failed ({error.strerror or error})") from error
    except FileError as error:
        if path.suffix.lower() in {".xlsx", ".xlsm"} and not start.startswith(b"PK"):
            why = "its name says that it is a workbook, but it is none"
            raise UnreadableFile(path, why, workbook.HINT) from error
        raise


def _tables(
    path: Path, tables: list[Table], encoding: str, problems: list[Problem], dates: Dates, ids: Iterator[str]
) -> Reading:
    items = chain.from_iterable(people.records(table, dates, ids) for table in tables)
    return Reading(tables[0].format.name, encoding, _with_people(path, chain(problems, items)), tuple(tables))


def _linkedin(path: Path, dates: Dates, ids: Iterator[str], me: str) -> Reading:
    """LinkedIn's whole export: its connections, then what was written with them; a bad file stops no other."""

    def items() -> Iterator[Record | Problem]:
        bad: list[FileError] = []
        with linkedin.unpacked(path) as files:
            for file in files:
                try:
                    yield from read(file, dates=dates, ids=ids, me=me).items
                except FileError as error:
                    bad.append(error)
                    yield Problem(f"{path.name} [{file.name}]", None, error.why, skipped=True)
        if len(bad) == len(files):
            raise bad[0]

    return Reading("LinkedIn export", "utf-8", items())


def _first_bytes(path: Path) -> bytes:
    if not path.exists():
        raise UnreadableFile(path, "there is no such file", "Look at its spelling and its folder.")
    if path.is_dir():
        raise UnreadableFile(path, "it is a folder", "Name the file in it, such as Connections.csv.")
    if not path.is_file():
        raise UnreadableFile(path, "it is not an ordinary file")
    try:
        with path.open("rb") as stream:
            start = stream.read(64)
    except OSError as error:
        why = f"it cannot be opened ({error.strerror or error})"
        raise UnreadableFile(path, why, "Close it in other programs, and see that you may read it.") from error
    if not start:
        raise UnreadableFile(path, "it is empty", "Export or download it again.")
    if start.startswith(b"\xd0\xcf\x11\xe0"):
        raise UnreadableFile(path, "it is protected by a password, or an old .xls workbook", workbook.HINT)
    return start


def _text(text: TextFile, told: Told) -> tuple[list[Table], str, list[Problem]]:
    """The table that the best of the delimiters shows."""
    path = text.path
    ways = [partial(text.rows, delimiter) for delimiter in DELIMITERS]
    tables = [table for rows in ways if (table := _table(path, path.name, rows, told))]
    tables = tables or [table for rows in ways if (table := _by_content(path, path.name, rows))]
    if not tables:
        raise _unrecognised(path, ways)
    lost = [Problem(path.name, None, f"{text.lost} characters are unreadable and stand as \ufffd")] if text.lost else []
    return [max(tables, key=Table.understood)], text.encoding, lost


def _workbook(path: Path, told: Told) -> tuple[list[Table], str, list[Problem]]:
    """Every sheet with a table of people, one after the other."""
    tables, left_out = [], []
    sheets = workbook.sheets(path)
    for name, rows in sheets.items():
        source = path.name if len(sheets) == 1 else f"{path.name} [{name}]"
        if table := _table(path, source, rows, told):
            tables.append(table)
        elif _head(rows):
            left_out.append(Problem(source, None, "this sheet has no table of people and was left out"))
    tables = tables or [table for name, rows in sheets.items() if (table := _by_content(path, name, rows))]
    if not tables:
        raise _unrecognised(path, sheets.values())
    return tables, "", left_out


def _head(rows: Callable[[], Rows]) -> list[tuple[int, list[str]]]:
    """The first rows that can be read, with how many rows end with each."""
    return [(end, item[1]) for end, item in enumerate(islice(rows(), HEAD), 1) if isinstance(item, tuple)]


def _table(path: Path, source: str, rows: Callable[[], Rows], told: Told) -> Table | None:
    """The table below the row that has the most columns of a format, if any."""
    tables = (
        Table(path=path, source=source, format=format_, header=header, columns=columns, sheet=rows, begin=end)
        for end, header in _head(rows)
        for format_ in ([TRACKER] if told(header) else FORMATS)
        if (columns := format_.columns(header, told(header)))
    )
    found = max(tables, key=Table.understood, default=None)
    return _looked_into(found, told(found.header)) if found and found.format is TRACKER else found


def _looked_into(table: Table, told: Mapping[str, str]) -> Table:
    """The table with the columns that are known by what stands in them, not by their titles."""
    rows = [cells for _, cells in islice((row for row in table.rows() if isinstance(row, tuple)), SAMPLE)]
    settled = {title: place for place, title in enumerate(map(key, table.header)) if title in told}
    proven, perhaps = by_content(settled | table.columns, len(table.header), rows)
    return replace(table, columns=table.columns | proven, proven=frozenset(proven), perhaps=perhaps)


def _by_content(path: Path, source: str, rows: Callable[[], Rows]) -> Table | None:
    """A table whose titles tell too little, but what stands below them tells of people."""
    for end, header in _head(rows):
        columns = TRACKER.found(header, {})
        table = Table(path=path, source=source, format=TRACKER, header=header, columns=columns, sheet=rows, begin=end)
        table = _looked_into(table, {})
        fields = table.columns.keys() | table.perhaps.keys()
        if fields & NAMES and len(fields - NAMES) and all(map(str.strip, header)):
            return table
    return None


def _with_people(path: Path, items: Iterable[Record | Problem]) -> Iterator[Record | Problem]:
    """The items; an error at their end when none of them was a person."""
    items, problem = iter(items), None
    for item in items:
        yield item
        if isinstance(item, Record):
            yield from items
            return
        problem = item if problem is None or problem.row is None else problem
    why = f"it names no person ({problem})" if problem else "it has a header and no person below it"
    raise UnrecognisedFile(path, why, "Export it again, or look at it in a spreadsheet program.")


def _unrecognised(path: Path, sheets: Iterable[Callable[[], Rows]]) -> FileError:
    """The error for a file without a known header, with the fullest row as what was found."""
    rows = (cells for sheet in sheets for _, cells in _head(sheet))
    fullest = max(([clean(cell[:200])[:30] for cell in cells if cell.strip()] for cells in rows), key=len, default=[])
    if not fullest:
        return UnreadableFile(path, "there is nothing in it", "Export or download it again.")
    shown = ", ".join(fullest[:8]) + (", ..." if len(fullest) > 8 else "")
    return UnrecognisedFile(path, f"its columns are not those of a list of people (found: {shown})", _EXPECTED)
