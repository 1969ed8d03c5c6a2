"""How fast a tracker in .xlsx and a phone's vCards are read: infoint against the bare libraries, on the same files.

    python benchmarks/readers.py

The tracker has 5,000 rows of 15 columns, the limit is `python-calamine` alone: the file opened and its rows made into
lists. Ours are its rows, checked and as text; the line below is what an import does with them besides: people with
their events. The phone has 2,000 vCards 3.0, the limit is `vobject` alone, which parses them one after the other; ours
are people. Each figure is the best of several tries in this process, ours and the limit in turn. Exits 1 when a ratio
is above its bound.
"""

import sys
import tempfile
from collections.abc import Callable
from itertools import repeat
from pathlib import Path

import vobject
from openpyxl import Workbook
from python_calamine import CalamineWorkbook
from speed import best

from infoint.exchange.recognise import read
from infoint.exchange.workbook import sheets

ROWS, CARDS, TRIES = 5_000, 2_000, 15
HEADER = (
    *("Name", "Company", "Title", "Email", "LinkedIn", "Referred by", "Strength", "Channel", "Date contacted"),
    *("Last contact", "Status", "Next action", "Next action date", "Thank-you sent", "Notes"),
)

Reader = Callable[[Path], int]


def tracker(path: Path) -> None:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Tracker")
    sheet.append(HEADER)
    for n in range(ROWS):
        contact = (
            f"2025-{n % 12 + 1:02}-{n % 28 + 1:02}",
            f"2025-12-{n % 28 + 1:02}",
            ("Met", "Replied", "Sent")[n % 3],
        )
        who = (f"Person {n}", f"Company {n % 300}", f"Engineer {n % 40}", f"person{n}@example.com")
        ties = (f"https://www.linkedin.com/in/person-{n}", "", ("strong", "weak")[n % 2], "email")
        sheet.append([*who, *ties, *contact, "Write again", f"2026-01-{n % 28 + 1:02}", "", f"A note on person {n}"])
    book.save(path)


def phone(path: Path) -> None:
    card = "BEGIN:VCARD\r\nVERSION:3.0\r\nN:{n};Person;;;\r\nFN:Person {n}\r\nORG:Company {c}\r\nTITLE:Engineer\r\n"
    card += "item1.EMAIL;TYPE=INTERNET:person{n}@example.com\r\nTEL;TYPE=CELL:+1 555 {n:04}\r\nEND:VCARD\r\n"
    path.write_text("".join(card.format(n=n, c=n % 300) for n in range(CARDS)), encoding="utf-8", newline="")


def rows(path: Path) -> int:
    return sum(len(list(sheet())) for sheet in sheets(path).values())


def calamine(path: Path) -> int:
    return len(CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python())


def people(path: Path) -> int:
    return len(list(read(path, ids=repeat("01J")).items))


def vobjects(path: Path) -> int:
    return len(list(vobject.readComponents(path.read_text(encoding="utf-8"))))


def main() -> int:
    bad = 0
    with tempfile.TemporaryDirectory() as folder:
        book, cards = Path(folder) / "tracker.xlsx", Path(folder) / "phone.vcf"
        tracker(book)
        phone(cards)
        cases: list[tuple[str, Path, Reader, Reader, float | None]] = [
            (f"{ROWS:,} rows of .xlsx, as rows", book, rows, calamine, 2),
            (f"{ROWS:,} rows of .xlsx, as people", book, people, calamine, None),
            (f"{CARDS:,} vCards, as people", cards, people, vobjects, 1.5),
        ]
        print(f"{'':34} {'ms':>8} {'bare ms':>8} {'ratio':>6} {'bound':>6}")
        for name, path, ours, limit, bound in cases:
            assert ours(path) >= min(ROWS, CARDS) <= limit(path)
            one, other = best(lambda o=ours, p=path: o(p), lambda li=limit, p=path: li(p), TRIES)
            bad += bound is not None and one / other > bound
            print(f"{name:34} {one * 1000:8.1f} {other * 1000:8.1f} {one / other:6.2f} {bound or '':>6}")
    return int(bad > 0)


if __name__ == "__main__":
    sys.exit(main())
