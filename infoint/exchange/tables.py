"""People, events and the funnel as files for other programs: vCard, CSV, XLSX, and a table without names."""

import csv
import io
from collections.abc import Iterable, Mapping
from math import isnan
from typing import TYPE_CHECKING, Any

from infoint.exchange.cells import guarded
from infoint.people import Person

if TYPE_CHECKING:
    import pandas as pd

_LONGEST_CELL = 32_767  # what a spreadsheet takes
ANONYMOUS = {
    "key": "a number for each person, which means nothing outside this file",
    "introduced_by": "the number of who introduced them",
    "relationship": "how they are known",
    "comfort": "how easy they are to write to, 1 to 5",
    "channel": "by email, LinkedIn, telephone ...",
    "letter": "a letter of the alphabet for each kind of letter",
    "nudges": "how many reminders",
    "sent_week": "in which week of the season they were first written to",
    "reply_days": "after how many days they answered",
    "declined": "whether they said no",
    "met": "whether you met",
    "introductions": "how many people they named",
    "lead": "whether an opening came of it",
}
"""The columns of a table for a study, and what each holds: no name, company, address, free text or date."""


def vcards(people: Iterable[Person]) -> bytes:
    r"""Everybody as a vCard 3.0 (RFC 2426), whose UID stays the same from one export to the next.

    >>> b"UID:01J" in vcards([Person(id="01J", name="Dana Ruiz", company="Orbit")])
    True
    """
    import vobject

    cards = []
    for person in people:
        card = vobject.vCard()
        *given, family = person.name.split()
        card.add("n").value = vobject.vcard.Name(family=family, given=" ".join(given))
        told = {"fn": person.name, "uid": person.id, "email": person.email, "title": person.role, "url": person.url}
        for name, value in (told | {"note": person.note}).items():
            if value:
                card.add(name).value = value
        if person.company:
            card.add("org").value = [person.company]
        if person.tags:
            card.add("categories").value = list(person.tags)
        cards.append(card.serialize())
    return "".join(cards).encode()


def as_csv(table: "pd.DataFrame") -> bytes:
    """A table as CSV that spreadsheet programs open as UTF-8, in which no cell is a formula."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(table.columns)
    writer.writerows([guarded(_text(cell)) for cell in row] for row in table.itertuples(index=False))
    return text.getvalue().encode("utf-8-sig")


def workbook(sheets: Mapping[str, "pd.DataFrame"]) -> bytes:
    """Tables as the sheets of an .xlsx, in which every text is a text and none a formula."""
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    book = Workbook(write_only=True)
    for name, table in sheets.items():
        sheet = book.create_sheet(name)
        for row in ([*table.columns], *table.itertuples(index=False)):
            cells = []
            for value in row:
                number = isinstance(value, int | float) and not isinstance(value, bool) and not isnan(value)
                cell = WriteOnlyCell(
                    sheet, value if number else guarded(ILLEGAL_CHARACTERS_RE.sub("", _text(value)))[:_LONGEST_CELL]
                )
                cell.data_type = "n" if number else "s"
                cells.append(cell)
            sheet.append(cells)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _text(value: Any) -> str:
    """A cell as text: nothing for what is missing, a moment to the minute, a list with semicolons."""
    if isinstance(value, list | tuple):
        return "; ".join(map(str, value))
    if value is None or (isinstance(value, float) and isnan(value)) or str(value) in {"NaT", "<NA>"}:
        return ""
    return f"{value:%Y-%m-%d %H:%M}" if hasattr(value, "minute") else str(value)


def anonymous(approaches: "pd.DataFrame") -> "pd.DataFrame":
    """Approaches without anything that says who: the columns of `ANONYMOUS`, a row a person, in no telling order."""
    import pandas as pd

    table = approaches.sample(frac=1, random_state=0).reset_index(drop=True)
    keys = {person_id: number for number, person_id in enumerate(table["person_id"], 1)}
    letters = {name: chr(ord("A") + place) for place, name in enumerate(sorted(set(table["template"])))}

    def days(moments: Any) -> Any:
        return pd.to_datetime(moments, utc=True).dt.floor("D")

    sent = days(table["sent_at"])
    waited = (days(table["replied_at"]) - sent).dt.days
    found = {
        "key": table["person_id"].map(keys),
        "introduced_by": table["introduced_by"].map(keys).astype("Int64"),
        "letter": table["template"].map(letters),
        "sent_week": (sent - sent.min()).dt.days // 7 + 1,
        "reply_days": waited.astype("Int64"),
        "declined": table["declined_at"].notna(),
        "met": table["met_at"].notna(),
    }
    return pd.DataFrame({name: found.get(name, table.get(name)) for name in ANONYMOUS})
