"""Text files of any usual encoding and delimiter as numbered rows; and how their cells are read."""

import codecs
import csv
import re
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Literal, TextIO

from infoint.errors import Problem, UnreadableFile

DELIMITERS = (",", ";", "\t")
HEAD = 40
"""In how many rows the header is looked for."""

OLDEST = 1970
"""Dates of an earlier year are taken for mistakes of typing (and 1900 is what a spreadsheet makes of 0)."""

_CHUNK = 1 << 20
_CELL = 4_000_000  # characters: a longer cell is a quotation mark that was never closed
_LINE = 8_000_000
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))

Row = tuple[int, list[str]]
Order = Literal["dmy", "mdy", "both", ""]


@dataclass(frozen=True, slots=True)
class TextFile:
    """A text file whose encoding is known; nothing of its content is held.

    `lost` counts the characters that the encoding does not have: cp1252 leaves five bytes
    undefined, and each is read as U+FFFD.
    """

    path: Path
    encoding: str
    lost: int = 0

    def rows(self, delimiter: str) -> Iterator[Row | Problem]:
        """All rows with their numbers, 1 being the first; a row is what a spreadsheet takes for one.

        A blank line counts as a row, a cell with line breaks does not make several. A row whose
        quotation marks do not pair is a Problem, and reading goes on with the next line.
        """
        csv.field_size_limit(max(_CELL, csv.field_size_limit()))
        errors = "replace" if self.encoding == "cp1252" else "strict"
        try:
            with self.path.open(encoding=self.encoding, errors=errors, newline="") as stream:
                yield from self._parsed(stream, delimiter)
        except (OSError, UnicodeDecodeError, csv.Error) as error:
            raise UnreadableFile(self.path, f"reading it failed ({error})") from error

    def _parsed(self, stream: TextIO, delimiter: str) -> Iterator[Row | Problem]:
        """Read on quickly until a row does not parse; from there on, line by line with care."""
        number = 0
        try:
            for number, cells in enumerate(csv.reader(stream, delimiter=delimiter, strict=True), 1):
                yield number, cells
        except csv.Error:
            stream.seek(0)
            yield from islice(self._carefully(_Lines(stream), delimiter), number, None)

    def _carefully(self, lines: "_Lines", delimiter: str) -> Iterator[Row | Problem]:
        number = 0
        while True:
            try:
                for cells in csv.reader(lines.each(), delimiter=delimiter, strict=True):
                    number += 1
                    yield number, cells
                    lines.taken.clear()
            except csv.Error:
                number += 1
                stray = _leniently(lines.taken, delimiter)
                lines.give_back()
                why = "its quotation marks do not pair, so that its cells cannot be told apart"
                yield (number, stray) if stray else Problem(self.path.name, number, why, skipped=True)
            else:
                return

    def head(self, delimiter: str) -> list[Row]:
        """The first rows that can be read, among which the header is looked for."""
        return [row for row in islice(self.rows(delimiter), HEAD) if not isinstance(row, Problem)]


class _Lines:
    """The lines of a stream, of which those of the current row can be given back but for its first."""

    __slots__ = ("back", "stream", "taken")

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream
        self.taken: list[str] = []
        self.back: deque[str] = deque()

    def each(self) -> Iterator[str]:
        back, readline, take = self.back, self.stream.readline, self.taken.append
        while line := back.popleft() if back else readline():
            take(line)
            yield line

    def give_back(self) -> None:
        self.back.extendleft(reversed(self.taken[1:]))
        self.taken.clear()


def _leniently(lines: list[str], delimiter: str) -> list[str]:
    """The cells of a single line with stray quotation marks, or [] where they leave a cell open."""
    if len(lines) != 1:
        return []
    try:
        parsed = list(csv.reader([lines[0], "next"], delimiter=delimiter))
    except csv.Error:
        return []
    return parsed[0] if len(parsed) == 2 else []


def open_text(path: Path) -> TextFile:
    """Decide a text file's encoding: byte-order mark, then strict UTF-8, then cp1252.

    The whole file is decoded once, in chunks. NUL characters mean that it is no text.
    """
    with path.open("rb") as stream:
        start = stream.read(4)
    marked = next((encoding for mark, encoding in _MARKS if start.startswith(mark)), "")
    for encoding in [marked] if marked else ["utf-8", "cp1252"]:
        lost = _decoded(path, encoding)
        if lost is not None:
            return TextFile(path, encoding, lost)
    why = f"it begins as {marked} text, and goes on as something else"
    raise UnreadableFile(path, why, "Save it again as CSV UTF-8.")


def _decoded(path: Path, encoding: str) -> int | None:
    """How many characters a decoding loses, or None where it is not possible."""
    decoder = codecs.getincrementaldecoder(encoding)("replace" if encoding == "cp1252" else "strict")
    lost = line = 0
    with path.open("rb") as stream:
        while True:
            chunk = stream.read(_CHUNK)
            try:
                text = decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError:
                return None
            if "\0" in text:
                hint = "Export the list as CSV (UTF-8) or as .xlsx, and import that file."
                raise UnreadableFile(path, "it is not a text file", hint)
            if not chunk:
                return lost
            end = max(text.rfind("\n"), text.rfind("\r"))
            line = line + len(text) if end < 0 else len(text) - end - 1
            if line > _LINE:
                raise UnreadableFile(path, f"it has a line of more than {_LINE:,} characters")
            lost += text.count("\ufffd") if encoding == "cp1252" else 0


def unguarded(cell: str) -> str:
    """A cell without the ' that an export puts in front of what a spreadsheet would take for a formula.

    >>> unguarded("'=HYPERLINK"), unguarded("'s-Hertogenbosch")
    ('=HYPERLINK', "'s-Hertogenbosch")
    """
    return cell[1:] if cell[:1] == "'" and cell[1:].lstrip(" ")[:1] in {"=", "+", "-", "@", "\t", "\r"} else cell


def clean(cell: str) -> str:
    r"""A cell as one line: outer and double spaces and line breaks gone, the guard taken off.

    >>> clean("  Dana \n Ruiz ")
    'Dana Ruiz'
    """
    line = " ".join(cell.split())
    return " ".join(unguarded(cell.lstrip()).split()) if line[:1] == "'" else line


def one_line(value: object) -> str:
    """A cell of any type as one line; a workbook has numbers, dates and ticked boxes too.

    >>> one_line(7.0), one_line(True), one_line(datetime(2025, 3, 14, 9, 30))
    ('7', 'yes', '2025-03-14')
    """
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return value.date().isoformat()
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def is_empty(cell: object) -> bool:
    """Whether a cell says nothing; an unticked box stands in every row of some sheets.

    >>> is_empty("  "), is_empty("FALSE"), is_empty("no")
    (True, True, False)
    """
    return cell is False or (isinstance(cell, str) and (not cell or cell.isspace() or cell == "FALSE"))


def key(header: str) -> str:
    """A header or a status for comparing: lower case, words and digits only.

    >>> key(" Thank-you  sent? ")
    'thank you sent'
    """
    return " ".join(re.findall(r"[^\W_]+", header.casefold()))


def email_address(text: str) -> str:
    """An email address in lower case, or "" for what is none.

    A domain that many share is looked at once; a plain part before the @ needs no second look.

    >>> email_address(" Dana@Example.com "), email_address("dana at example")
    ('dana@example.com', '')
    """
    local, mark, domain = text.strip().rpartition("@")
    if mark and len(local) <= 64 and _PLAIN_LOCAL.fullmatch(local):
        found = _validated(f"x@{domain}")
        return found and f"{local.lower()}{found[1:]}"
    return _validated(text.strip())


_PLAIN_LOCAL = re.compile(r"[\w+-]+(\.[\w+-]+)*", re.ASCII)


@lru_cache(maxsize=4096)
def _validated(address: str) -> str:
    from email_validator import EmailNotValidError, validate_email

    try:
        return validate_email(address, check_deliverability=False, test_environment=True).normalized.lower()
    except EmailNotValidError:
        return ""


_PROFILE = "https://www.linkedin.com/in/"
_HOST = re.compile(r"[\w-]+(\.[\w-]+)+")


def web_address(text: str) -> str:
    """A profile's address in one form, whatever stood around it, or "" for what is none.

    >>> web_address("http://de.linkedin.com/in/dana-ruiz/?trk=nav")
    'https://www.linkedin.com/in/dana-ruiz'
    >>> web_address("yes")
    ''
    """
    text = text.strip()
    if text.startswith(_PROFILE) and text[len(_PROFILE) :].replace("-", "").isalnum():
        return text
    if not text.isprintable() or " " in text:
        return ""
    text = text.partition("?")[0].partition("#")[0].rstrip("/")
    scheme, mark, rest = text.rpartition("://")
    host, _, path = rest.partition("/")
    host = host.lower()
    if not _HOST.fullmatch(host) or (mark and scheme.lower() not in {"http", "https"}):
        return ""
    if host == "linkedin.com" or host.endswith(".linkedin.com"):
        host = "www.linkedin.com"
    return f"https://{host}/{path}" if path else f"https://{host}"


_TIME = r"(?:(?:T|,?\s+)\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:\s*[AP]\.?M\.?)?(?:\s*(?:Z|UTC|[+-]\d\d:?\d\d))?)?"
_WEEKDAY = r"(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*\.?,?\s+)?"
_SHAPES = [
    re.compile(_WEEKDAY + shape + _TIME, re.ASCII | re.IGNORECASE)
    for shape in (
        r"(?P<y>\d{4})([-/.])(?P<m>\d{1,2})\2(?P<d>\d{1,2})",
        r"(?P<a>\d{1,2})([-/.])(?P<b>\d{1,2})\2(?P<y>\d{4}|\d{2})",
        r"(?P<d>\d{1,2})(?:st|nd|rd|th)?[\s./-]*(?P<name>[a-z]{3,9})[\s.,/-]*(?P<y>\d{4}|\d{2})",
        r"(?P<name>[a-z]{3,9})\.?[\s-]*(?P<d>\d{1,2})(?:st|nd|rd|th)?[\s,-]+(?P<y>\d{4}|\d{2})",
    )
]
_NAMES = (
    "january february march april may june july august september october november december".split()  # noqa: SIM905
)
MONTHS = {name[:size]: month for month, name in enumerate(_NAMES, 1) for size in range(3, len(name) + 1)}


@lru_cache(maxsize=4096)
def date_readings(text: str) -> tuple[date | None, date | None]:
    """What a date means with the day first, and with the month first; an hour after it is left out.

    The two are the same but for all-number dates. None stands where that reading does not exist.

    >>> date_readings("14 Mar 2025")
    (datetime.date(2025, 3, 14), datetime.date(2025, 3, 14))
    >>> date_readings("3/14/25"), date_readings("soon")
    ((None, datetime.date(2025, 3, 14)), (None, None))
    """
    text = text.strip()
    match = next((found for shape in _SHAPES if (found := shape.fullmatch(text))), None) if len(text) < 50 else None
    if match is None:
        return None, None
    parts = match.groupdict()
    year = int(parts["y"]) + (2000 if len(parts["y"]) == 2 else 0)
    if "a" in parts:
        one, two = int(parts["a"]), int(parts["b"])
        return _day(year, two, one), _day(year, one, two)
    month = MONTHS.get(parts["name"].lower(), 0) if "name" in parts else int(parts["m"])
    day = _day(year, month, int(parts["d"]))
    return day, day


def proven_order(texts: Iterable[str]) -> tuple[Order, str]:
    """The order that a column's dates prove, and the first date that nothing decides, or "".

    >>> proven_order(["3/4/2025", "13/4/2025"]), proven_order(["3/4/2025", "2025-04-13"])
    (('dmy', ''), ('', '3/4/2025'))
    >>> proven_order(["13/4/2025", "4/13/2025"])
    ('both', '')
    """
    dmy = mdy = False
    doubtful = ""
    for text in texts:
        day_first, month_first = date_readings(text)
        dmy |= bool(day_first and not month_first)
        mdy |= bool(month_first and not day_first)
        if day_first and month_first and day_first != month_first:
            doubtful = doubtful or text
    if dmy or mdy:
        return "both" if dmy and mdy else "dmy" if dmy else "mdy", ""
    return "", doubtful


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day) if year >= OLDEST else None
    except ValueError:
        return None
