"""Text files of any usual encoding and delimiter as numbered rows."""

import codecs
import csv
from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from infoint.errors import Problem, UnreadableFile
from infoint.exchange.records import Rows

DELIMITERS = (",", ";", "\t")

_CHUNK = 1 << 20
_CELL = 4_000_000  # characters: a longer cell is a quotation mark that was never closed
_LINE = 8_000_000
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


@dataclass(frozen=True, slots=True)
class TextFile:
    """A text file whose encoding is known; nothing of its content is held.

    `lost` counts the characters that stand as U+FFFD: cp1252 leaves five bytes undefined, and what
    was lost before cannot be read either. `size` is how many lines there are.
    """

    path: Path
    encoding: str
    lost: int = 0
    size: int = 0

    def lines(self) -> Iterator[str]:
        """All lines, in turn; one of over 8 million characters, or with a NUL in it, is refused."""
        with _opened(self.path, self.encoding) as stream:
            while line := stream.readline(_LINE):
                if len(line) == _LINE or "\0" in line:
                    raise self._no_text(line)
                yield line

    def rows(self, delimiter: str) -> Rows:
        """All rows with their numbers, 1 being the first; a row is what a spreadsheet takes for one.

        A blank line counts as a row, a cell with line breaks does not make several. A row whose
        quotation marks do not pair is a Problem, and reading goes on with the next line.
        """
        csv.field_size_limit(max(_CELL, csv.field_size_limit()))
        number, taken, back = 0, list[str](), deque[str]()
        fresh = self.lines()

        def lines() -> Iterator[str]:
            while line := back.popleft() if back else next(fresh, ""):
                taken.append(line)
                yield line

        while True:
            try:
                for cells in csv.reader(lines(), delimiter=delimiter, strict=True):
                    number += 1
                    yield number, cells
                    taken.clear()
            except csv.Error:
                number += 1
                stray = _leniently(taken, delimiter)
                back.extendleft(reversed(taken[1:]))
                taken.clear()
                why = "its quotation marks do not pair, so that its cells cannot be told apart"
                yield (number, stray) if stray else Problem(self.path.name, number, why, skipped=True)
            else:
                return

    def _no_text(self, line: str) -> UnreadableFile:
        if "\0" not in line:
            return UnreadableFile(self.path, f"it has a line of more than {_LINE:,} characters")
        hint = "Export the list as CSV (UTF-8) or as .xlsx, and import that file."
        return UnreadableFile(self.path, "it is not a text file", hint)


def _leniently(lines: list[str], delimiter: str) -> list[str]:
    """The cells of a single line with stray quotation marks, or [] where they leave a cell open."""
    if len(lines) != 1:
        return []
    try:
        parsed = list(csv.reader([lines[0], "next"], delimiter=delimiter))
    except csv.Error:
        return []
    return parsed[0] if len(parsed) == 2 else []


def _opened(path: Path, encoding: str) -> TextIO:
    return path.open(encoding=encoding, errors="replace" if encoding == "cp1252" else "strict", newline="")


def open_text(path: Path) -> TextFile:
    """Decide a text file's encoding: byte-order mark, then strict UTF-8, then cp1252.

    The whole file is decoded once, in chunks.
    """
    with path.open("rb") as binary:
        start = binary.read(4)
    marked = next((encoding for mark, encoding in _MARKS if start.startswith(mark)), "")
    for encoding in [marked] if marked else ["utf-8", "cp1252"]:
        lost = lines = 0
        with suppress(UnicodeDecodeError), _opened(path, encoding) as stream:
            while text := stream.read(_CHUNK):
                lost, lines = lost + text.count("\ufffd"), lines + text.count("\n")
            return TextFile(path, encoding, lost, lines)
    why = f"it begins as {marked} text, and goes on as something else"
    raise UnreadableFile(path, why, "Save it again as CSV UTF-8.")
