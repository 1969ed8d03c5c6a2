"""What a file of people is, decided by what stands in it."""

import re
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from itertools import chain, islice, repeat
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Literal

from infoint.errors import FileError, Problem, UnreadableFile, UnrecognisedFile
from infoint.exchange import linkedin, tracker
from infoint.exchange.records import Reading, Record, Table
from infoint.exchange.text import DELIMITERS, HEAD, TextFile, clean, open_text

if TYPE_CHECKING:
    from python_calamine import CalamineSheet

_EXPECTED = (
    "LinkedIn connections have First Name, Last Name and Connected On; "
    "a tracker has Name and one more of Company, Role, Email, Status, Date contacted, ..."
)
_WORKBOOK_HINT = "Save it as .xlsx without a password, or as CSV; of LinkedIn's zip, unpack and import Connections.csv."
_CELLS = 20_000_000  # calamine holds the whole rectangle of a sheet, so one stray far-off cell could take all memory
_FAR = re.compile(rb'\br="([A-Z]{1,3})(\d{1,7})"')


def read(path: Path, *, dates: Literal["dmy", "mdy"] | None = None, ids: Iterator[str] | None = None) -> Reading:
    """Recognise a file by its content and read it row by row while `items` is iterated.

    `dates` says whether 3/4/2025 has the day or the month first, where the file itself does not
    prove it; people of a LinkedIn file are given `ids`. A file that yields no person is an
    error, raised when `items` ends.

    >>> read(Path("nowhere.csv"))
    Traceback (most recent call last):
    ...
    infoint.errors.UnreadableFile: nowhere.csv cannot be imported: there is no such file. Nothing was changed.
    """
    path = Path(path)
    start = _first_bytes(path)
    try:
        if start.startswith(b"PK\x03\x04"):
            return _workbook(path, dates)
        if start.startswith(b"\xd0\xcf\x11\xe0"):
            raise UnreadableFile(path, "it is protected by a password, or an old .xls workbook", _WORKBOOK_HINT)
        return _text(path, dates, ids or repeat(""))
    except OSError as error:
        raise UnreadableFile(path, f"reading it failed ({error.strerror or error})") from error
    except FileError as error:
        if path.suffix.lower() in {".xlsx", ".xlsm"} and start[:2] not in {b"PK", b"\xd0\xcf"}:
            why = "its name says that it is a workbook, but it is none"
            raise UnreadableFile(path, why, _WORKBOOK_HINT) from error
        raise


def _first_bytes(path: Path) -> bytes:
    if not path.exists():
        raise UnreadableFile(path, "there is no such file", "Look at its spelling and its folder.")
    if path.is_dir():
        raise UnreadableFile(path, "it is a folder", "Name the file in it, such as Connections.csv.")
    if not path.is_file():
        raise UnreadableFile(path, "it is not an ordinary file")
    try:
        with path.open("rb") as stream:
            start = stream.read(8)
    except OSError as error:
        why = f"it cannot be opened ({error.strerror or error})"
        raise UnreadableFile(path, why, "Close it in other programs, and see that you may read it.") from error
    if not start:
        raise UnreadableFile(path, "it is empty", "Export or download it again.")
    return start


def _text(path: Path, dates: Literal["dmy", "mdy"] | None, ids: Iterator[str]) -> Reading:
    text = open_text(path)
    heads = {delimiter: text.head(delimiter) for delimiter in DELIMITERS}
    candidates = ((delimiter, row, cells) for delimiter, rows in heads.items() for row, cells in rows)
    delimiter, row, header = max(candidates, key=lambda candidate: _score(candidate[2]), default=("", 0, []))
    if not _score(header):
        raise _unrecognised(path, chain.from_iterable(heads.values()))
    table = Table(source=path.name, header=tuple(header), rows=lambda: _below(text, delimiter, row))
    is_linkedin = _is_linkedin(header)
    items = linkedin.records(table, dates, ids) if is_linkedin else tracker.records(table, path, _modified(path), dates)
    lost = [Problem(path.name, None, f"{text.lost} characters are unreadable and stand as \ufffd")] if text.lost else []
    kind = "LinkedIn connections" if is_linkedin else "tracker"
    return Reading(kind, text.encoding, _with_people(path, chain(lost, items)))


def _below(text: TextFile, delimiter: str, header_row: int) -> Iterator[tuple[int, list[str]] | Problem]:
    rows = text.rows(delimiter)
    while not isinstance(item := next(rows, (header_row, [])), tuple) or item[0] < header_row:
        pass
    return rows


def _score(cells: Sequence[str]) -> int:
    """How many columns of a header are understood; 0 for what is no header."""
    return max(len(linkedin.columns(cells)), len(tracker.columns(cells)))


def _is_linkedin(header: Sequence[str]) -> bool:
    """LinkedIn's columns and no column of the user's own that only a tracker understands."""
    return len(linkedin.columns(header)) >= max(1, len(tracker.columns(header)))


def _workbook(path: Path, dates: Literal["dmy", "mdy"] | None) -> Reading:
    """Every sheet with a table of people, one after the other."""
    tables, left_out, seen = [], [], []
    sheets = _sheets(path)
    for sheet in sheets:
        head = [(row, [_title(cell) for cell in cells]) for row, cells in enumerate(_first(sheet), 1)]
        seen += head
        source = path.name if len(sheets) == 1 else f"{path.name} [{sheet.name}]"
        row, header = max(head, key=lambda candidate: len(tracker.columns(candidate[1])), default=(0, []))
        if tracker.columns(header):
            tables.append(Table(source=source, header=tuple(header), rows=_sheet_rows(sheet, row)))
        elif head:
            left_out.append(Problem(source, None, "this sheet has no table of people and was left out"))
    if not tables:
        raise _unrecognised(path, seen)
    modified = _modified(path)
    items = chain.from_iterable(tracker.records(table, path, modified, dates) for table in tables)
    return Reading("tracker", "", _with_people(path, chain(left_out, items)))


def _sheets(path: Path) -> list["CalamineSheet"]:
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        _check_workbook(path)
        with path.open("rb") as stream:
            book = CalamineWorkbook.from_filelike(stream)
            return [book.get_sheet_by_name(name) for name in book.sheet_names]
    except (CalamineError, zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, EOFError) as error:
        raise UnreadableFile(path, "it is a broken or protected workbook", _WORKBOOK_HINT) from error


def _check_workbook(path: Path) -> None:
    """Refuse a zip that is no .xlsx, and a sheet whose rectangle would not fit into memory."""
    with zipfile.ZipFile(path) as archive:
        if "xl/workbook.xml" not in archive.namelist():
            raise UnreadableFile(path, "it is a zip file, but not an .xlsx workbook", _WORKBOOK_HINT)
        for member in archive.infolist():
            if member.filename.startswith("xl/worksheets/") and member.filename.endswith(".xml"):
                with archive.open(member) as stream:
                    cells = _rectangle(stream)
                if cells > _CELLS:
                    why = f"a sheet spans {cells:,} cells"
                    hint = "Delete what stands far below or to the right of the table, and save it again."
                    raise UnreadableFile(path, why, hint)


def _rectangle(stream: IO[bytes]) -> int:
    """How many cells a sheet spans, from its XML."""
    width, height, rest = b"", 0, b""
    while chunk := stream.read(1 << 20):
        for letters, digits in _FAR.findall(rest + chunk):
            width = max(width, letters, key=lambda column: (len(column), column))
            height = max(height, int(digits))
        rest = chunk[-16:]
    columns = 0
    for letter in width:
        columns = columns * 26 + letter - 64
    return columns * height


def _first(sheet: "CalamineSheet") -> Iterator[list[Any]]:
    return islice(sheet.iter_rows(), HEAD) if sheet.start else iter(())


def _sheet_rows(sheet: "CalamineSheet", header_row: int) -> Callable[[], Iterator[tuple[int, list[Any]] | Problem]]:
    return lambda: islice(enumerate(sheet.iter_rows(), 1), header_row, None)


def _title(cell: object) -> str:
    return cell if isinstance(cell, str) else ""


def _modified(path: Path) -> date:
    return datetime.fromtimestamp(path.stat().st_mtime, UTC).date()


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


def _unrecognised(path: Path, rows: Iterable[tuple[int, list[str]]]) -> FileError:
    """The error for a file without a known header, with the fullest row as what was found."""
    fullest: list[str] = []
    for _, cells in rows:
        named = [clean(cell[:200])[:30] for cell in cells if cell.strip()]
        fullest = named if len(named) > len(fullest) else fullest
    if not fullest:
        return UnreadableFile(path, "there is nothing in it", "Export or download it again.")
    shown = ", ".join(fullest[:8]) + (", ..." if len(fullest) > 8 else "")
    return UnrecognisedFile(path, f"its columns are not those of a list of people (found: {shown})", _EXPECTED)
