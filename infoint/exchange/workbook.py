"""The sheets of an .xlsx or .ods workbook as numbered rows of text."""

import re
import zipfile
import zlib
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING

from infoint.errors import UnreadableFile
from infoint.exchange.records import Rows

if TYPE_CHECKING:
    from python_calamine import CalamineSheet

HINT = "Save it as .xlsx without a password, or as CSV, and import that."
_CELLS = 20_000_000  # calamine holds the whole rectangle of a sheet, so one stray far-off cell could take all memory
_FAR = re.compile(rb'\br="([A-Z]{1,3})(\d{1,7})"')


def sheets(path: Path) -> dict[str, Callable[[], Rows]]:
    """The rows of each sheet by its name; refused where it is no workbook, or would not fit into memory."""
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        _check(path)
        with path.open("rb") as stream:
            book = CalamineWorkbook.from_filelike(stream)
            return {name: _rows(book.get_sheet_by_name(name)) for name in book.sheet_names}
    except (
        CalamineError,
        zipfile.BadZipFile,
        zlib.error,
        RuntimeError,
        NotImplementedError,
        EOFError,
        SyntaxError,
    ) as error:
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
    """Refuse what is no workbook, and what a program for spreadsheets never writes."""
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        if not {"xl/workbook.xml", "content.xml"} & set(names):
            raise UnreadableFile(path, "it is a zip file, but neither a workbook nor LinkedIn's export", HINT)
        for member in names:
            if member == "content.xml" or re.fullmatch(r"xl/worksheets/.*\.xml", member):
                with archive.open(member) as stream:
                    if b"<!DOCTYPE" in stream.read(4096):
                        raise UnreadableFile(path, "it declares entities of its own, which no spreadsheet program does")
                    stream.seek(0)
                    cells = _unfolded(stream) if member == "content.xml" else _rectangle(stream)
                if cells > _CELLS:
                    hint = "Delete what stands far below or to the right of the table, and save it again."
                    raise UnreadableFile(path, f"a sheet spans {cells:,} cells", hint)


def _rectangle(stream: IO[bytes]) -> int:
    """How many cells a sheet spans, from its XML."""
    width = height = 0
    rest = b""
    while chunk := stream.read(1 << 20):
        for letters, digits in set(_FAR.findall(rest + chunk)):
            column = 0
            for letter in letters:
                column = column * 26 + letter - 64
            width, height = max(width, column), max(height, int(digits))
        rest = chunk[-16:]
    return width * height


def _unfolded(stream: IO[bytes]) -> int:
    """How many cells the rows of an .ods have when what is written once and repeated is written out."""
    from xml.etree import ElementTree as ET

    def times(node: ET.Element, what: str) -> int:
        found = [value for name, value in node.items() if name.endswith(f"number-{what}-repeated")]
        return int(found[0]) if found and found[0].isdigit() else 1

    cells = 0
    for _, node in ET.iterparse(stream):  # noqa: S314 - what declares entities was refused before
        if node.tag.endswith("}table-row"):
            filled = [times(cell, "columns") for cell in node if len(cell) or "value" in " ".join(cell.keys())]
            cells += sum(filled) * times(node, "rows")
            node.clear()
    return cells
