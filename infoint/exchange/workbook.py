"""The sheets of an .xlsx or .ods workbook as numbered rows of text."""

import re
import zipfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from infoint.errors import UnreadableFile
from infoint.exchange.linkedin import BROKEN
from infoint.exchange.records import Rows

if TYPE_CHECKING:
    from python_calamine import CalamineSheet

HINT = "Save it as .xlsx without a password, or as CSV, and import that."
_CELLS = 20_000_000  # calamine holds the whole rectangle of a sheet, so one stray far-off cell could take all memory
_LARGEST = 300_000_000  # bytes, unpacked
_ODD = re.compile(
    rb'<(?:!DOCTYPE|(?:[^\s<>/:]+:(?:c|row)|c(?! r="[A-Z]{1,2}\d{1,4}")|row(?! r="\d{1,4}"))[\s/>])',
)
"""Cells beyond column ZZ or row 9,999, or written as no spreadsheet program does: then each of them is looked at."""
_WIDEST = 16_384  # columns of any spreadsheet program


def sheets(path: Path) -> dict[str, Callable[[], Rows]]:
    """The rows of each sheet by its name; refused where it is no workbook, or would not fit into memory."""
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        _check(path)
        with path.open("rb") as stream:
            book = CalamineWorkbook.from_filelike(stream)
            return {name: _rows(book.get_sheet_by_name(name)) for name in book.sheet_names}
    except UnreadableFile:
        raise
    except (*BROKEN, CalamineError, SyntaxError) as error:
        raise UnreadableFile(path, "it is a broken or protected workbook", HINT) from error


def _rows(sheet: "CalamineSheet") -> Callable[[], Rows]:
    if not sheet.start:
        return lambda: iter(())
    return lambda: ((row, [_text(cell) for cell in cells]) for row, cells in enumerate(sheet.iter_rows(), 1))


def _text(cell: object) -> str:
    """A number, a date or a ticked box as a text file has it."""
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)


def _check(path: Path) -> None:
    """Refuse what is no workbook, and what no program for spreadsheets writes; any member may be called a sheet."""
    with zipfile.ZipFile(path) as archive:
        members = archive.infolist()
        if not {"xl/workbook.xml", "content.xml"} & {member.filename for member in members}:
            raise UnreadableFile(path, "it is a zip file, but neither a workbook nor LinkedIn's export", HINT)
        if (size := sum(member.file_size for member in members)) > _LARGEST:
            raise UnreadableFile(path, f"it unpacks to {size:,} bytes, more than any list of people has", HINT)
        for member in members:
            data = _whole(archive, member)
            cells: int | None = 0
            if member.filename == "content.xml":
                cells = _counted(data, _OdsCells())
            elif b"sheetData" in data and _ODD.search(data):
                cells = _counted(data, _XlsxCells())
            if cells is None:
                raise UnreadableFile(path, "it declares entities of its own, which no spreadsheet program does")
            if cells > _CELLS:
                hint = "Delete what stands far below or to the right of the table, and save it again."
                raise UnreadableFile(path, f"a sheet spans {cells:,} cells", hint)


def _whole(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    """What a member holds; refused where it is more than it says, since other programs unpack it all the same."""
    told = member.file_size
    member.file_size += 1
    if len(data := archive.read(member)) != told:
        raise zipfile.BadZipFile
    return data


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + int(letter, 36) - 9
    return number


def _counted(data: bytes, counter: "_XlsxCells | _OdsCells") -> int | None:
    """What a counter makes of the XML, tag by tag; None when it declares entities."""
    from xml.etree import ElementTree as ET

    parser = ET.XMLParser(target=counter)  # noqa: S314 - it stops at the declaration of an entity
    for start in range(0, len(data), 1 << 16):
        parser.feed(data[start : start + (1 << 16)])
        if counter.is_odd:
            return None
    parser.close()  # what ends too early is broken
    return counter.cells


class _XlsxCells:
    """Counts the cells that a sheet spans; those that do not say where they are follow the one before."""

    def __init__(self) -> None:
        self.is_odd, self.row, self.column, self.width, self.height = False, 0, 0, 0, 0

    @property
    def cells(self) -> int:
        return self.width * (self.height if self.width <= _WIDEST else _CELLS)

    def doctype(self, *_: object) -> None:
        self.is_odd = True

    def start(self, tag: str, told: dict[str, str]) -> None:
        name, place = tag.rpartition("}")[2], re.fullmatch("([A-Za-z]*)([0-9]*)", told.get("r", ""))
        if name == "row":
            self.row, self.column = int(place[2]) if place and place[2] else self.row + 1, 0
        elif name == "c":
            self.column = _column(place[1]) if place and place[1] else self.column + 1
            self.row = int(place[2]) if place and place[2] else self.row
            self.width, self.height = max(self.width, self.column), max(self.height, self.row)


class _OdsCells:
    """Counts the cells that a sheet has when what is written once and repeated is written out."""

    def __init__(self) -> None:
        self.is_odd, self.cells, self.in_row, self.rows, self.empty = False, 0, 0, 1, 0

    def doctype(self, *_: object) -> None:
        self.is_odd = True

    def start(self, tag: str, told: dict[str, str]) -> None:
        name = tag.rpartition("}")[2]
        if name == "table-row":
            self.in_row, self.rows = 0, _repeated(told, "rows")
        elif name.endswith("table-cell"):
            self.empty = _repeated(told, "columns")
        if self.empty and (not name.endswith("table-cell") or "value" in " ".join(told)):
            self.in_row, self.empty = self.in_row + self.empty, 0

    def end(self, tag: str) -> None:
        if tag.endswith("table-cell"):
            self.empty = 0
        elif tag.endswith("}table-row"):
            self.cells += self.in_row * self.rows


def _repeated(told: dict[str, str], what: str) -> int:
    found = next((value for name, value in told.items() if name.endswith(f"number-{what}-repeated")), "1")
    return int(found) if re.fullmatch("[0-9]{1,9}", found) else 1
