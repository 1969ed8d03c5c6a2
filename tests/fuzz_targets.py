"""Every reader of ours as a function of bytes, with files to begin from: for hypothesis and for `make fuzz`.

A target reads what it is given as far as a user's import would. Our own errors are what it may answer; anything else
that comes out of it is a finding.
"""

import io
import re
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import NamedTuple

from mailboxes import ME, at, invitation, message, report

from infoint import cadence, debrief, moments, templates
from infoint.campaign import Campaign, open_campaign, rebuild
from infoint.errors import InfointError
from infoint.letters.lint import lint
from infoint.people import Person, Profile

NOW = datetime(2026, 3, 4, 10, tzinfo=UTC)
PART = b"\n---\n"
"""What parts the files of an archive, or the sheet from its strings, in one input."""
SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
ODS = "urn:oasis:names:tc:opendocument:xmlns"


class Target(NamedTuple):
    """What reads an input below a folder, and inputs that are in order."""

    read: Callable[[bytes, Path], object]
    seeds: tuple[bytes, ...]

    def refusal(self, data: bytes, folder: Path) -> str:
        """What our own error says of an input, in one line; "" where it was read."""
        try:
            self.read(data, folder)
        except InfointError as error:
            told = str(error)
        else:
            return ""
        assert told
        assert "\n" not in told
        return told


def imported(data: bytes, folder: Path, name: str = "people.csv", dates: str | None = None) -> None:
    """Take a file in, into a new campaign, and read back who is there."""
    path = folder / name
    path.write_bytes(data)
    campaign = open_campaign(":memory:", create=True)
    try:
        result = campaign.import_people(path, dates=dates)
        assert campaign.everybody() or result.format.startswith("LinkedIn ")
    finally:
        campaign.close()


def zipped(files: dict[str, bytes], method: int = zipfile.ZIP_STORED) -> bytes:
    """Files as one zip."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


def xlsx(sheet: bytes, strings: bytes = b"", place: str = "worksheets/s1.xml") -> bytes:
    """A workbook around the XML of one sheet and of its shared strings."""
    types = b'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
    sheets = '<sheets><sheet name="Tracker" sheetId="1" r:id="r1"/></sheets>'
    parts = ("worksheet", place), ("sharedStrings", "sharedStrings.xml")
    return zipped({
        "[Content_Types].xml": types,
        "_rels/.rels": _relations(("officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": f'<workbook xmlns="{SHEET}" xmlns:r="{OFFICE}">{sheets}</workbook>'.encode(),
        "xl/_rels/workbook.xml.rels": _relations(*parts),
        f"xl/{place}": sheet,
        "xl/sharedStrings.xml": strings or f'<sst xmlns="{SHEET}"/>'.encode(),
    })  # fmt: skip


def _relations(*of: tuple[str, str]) -> bytes:
    relation = f'<Relationship Id="r{{}}" Type="{OFFICE}/{{}}" Target="{{}}"/>'
    inner = "".join(relation.format(number, *each) for number, each in enumerate(of, 1))
    space = "http://schemas.openxmlformats.org/package/2006/relationships"
    return f'<Relationships xmlns="{space}">{inner}</Relationships>'.encode()


def ods(content: bytes) -> bytes:
    """A spreadsheet of OpenDocument around its content."""
    manifest = f'<m:manifest xmlns:m="{ODS}:manifest:1.0"/>'.encode()
    kind = b"application/vnd.oasis.opendocument.spreadsheet"
    return zipped({"mimetype": kind, "content.xml": content, "META-INF/manifest.xml": manifest})


def workbook(data: bytes, folder: Path, write: Callable[..., bytes]) -> None:
    """Odd inputs are the file as it is, the others the XML inside of one."""
    odd, rest = data[:1] > b"~", data[1:]
    imported(rest if odd else write(*rest.split(PART)[:2]), folder, "tracker.xlsx")


def export(data: bytes, folder: Path) -> None:
    """LinkedIn's export: a file as it is, or the names and the contents of its members in turn."""
    odd, parts = data[:1] > b"~", data[1:].split(PART)
    names = [name.decode("latin-1").strip("\0") or "x" for name in parts[::2]]
    files = dict(zip(names, parts[1::2], strict=False))
    imported(data[1:] if odd else zipped(files, zipfile.ZIP_DEFLATED), folder, "export.zip")


def archive(data: bytes, folder: Path) -> None:
    """A campaign from an archive of ours, its files in one input; what was taken in can be read and acted on."""
    source, target = folder / "archive", folder / "rebuilt.db"
    source.mkdir(exist_ok=True)
    for old in (*source.iterdir(), *folder.glob(f"{target.name}*")):
        old.unlink()
    for part in data.split(PART):
        name, _, text = part.partition(b"\n")
        if re.fullmatch(rb"[a-z]{1,20}\.jsonl?", name):
            (source / name.decode()).write_bytes(text)
    campaign = rebuild(source, target)
    try:
        campaign.everybody()
        campaign.events()
        campaign.today()
    finally:
        campaign.close()


def synced(data: bytes, folder: Path) -> None:
    """A mailbox, or odd inputs one message: read, taken, and read again under another name, when nothing is new."""
    odd, rest = data[:1] > b"~", data[1:]
    paths = [folder / f"{name}.{'eml' if odd else 'mbox'}" for name in ("one", "two")]
    for path in paths:
        path.write_bytes(rest)
    campaign = Campaign(":memory:", create=True, clock=lambda: NOW)
    try:
        campaign.profile = Profile(name="Robin Vega", email=ME)
        dana = campaign.add(Person(name="Dana Ruiz", email="dana@example.com"))
        campaign.accept(campaign.sync(paths[0], keep_text=True))
        assert not campaign.sync(paths[1])
        campaign.paste(dana, rest)
    finally:
        campaign.close()


def form(data: bytes, _: Path) -> None:
    """A debrief's form, read and written again."""
    found = debrief.read(data.decode(errors="replace")).debrief
    debrief.form(Person(name="Dana Ruiz"), found)
    debrief.Debrief.from_json(found.to_json())


def moment(data: bytes, _: Path) -> None:
    """A date as people type it."""
    moments.read(data.decode(errors="replace"), NOW, prefer="future" if len(data) % 2 else "past")


def rows(*lines: str, end: str = "\n") -> bytes:
    """Lines of a table."""
    return end.join((*lines, "")).encode()


def card(version: str, *lines: str) -> bytes:
    """One vCard."""
    return rows("BEGIN:VCARD", f"VERSION:{version}", *lines, "END:VCARD", end="\r\n")


CONNECTIONS = rows(
    "Notes:",
    '"When exporting, some emails are missing."',
    "",
    "First Name,Last Name,URL,Email Address,Company,Position,Connected On",
    "Dana,Ruiz,https://www.linkedin.com/in/dana-ruiz,,Orbit,Analyst,28 Oct 2023",
    'Ada,"Park, MBA",https://www.linkedin.com/in/ada,ada@example.com,Acme,,28-Oct-23',
    ",,,,,,4 Mar 2024",
)
TRACKER = rows(
    "My tracker",
    "Name,Company,Title,Email,LinkedIn,Referred by,Strength,Channel,Date contacted,Last contact,Status,Response?,Notes",
    'Dana Ruiz,Orbit,Analyst,dana@example.com,yes,Ada Park,strong,email,2025-03-04,4/13/2025,Met,Yes,"line\none"',
    "Ada Park,Acme,,,linkedin.com/in/ada,,cold,,13 Mar 2025,,Followed up,,'=1+1",
)
GOOGLE = rows(
    "First Name,Middle Name,Last Name,Organization Name,Organization Title,Birthday,Notes,Labels,E-mail 1 - Label,"
    "E-mail 1 - Value",
    'Dana,,Ruiz,Orbit,Analyst,--05-17,"a\nb",* myContacts ::: Work,* Work,dana@example.com ::: d@example.org',
)
OUTLOOK = rows(
    "Title,First Name,Middle Name,Last Name,Suffix,Company,Department,Job Title,E-mail Address,E-mail 2 Address",
    "Dr.,J\u00f6rg,,Ruiz,,Orbit,,Analyst,joerg@example.com,",
).decode()  # fmt: skip
MESSAGES = rows(
    "CONVERSATION ID,CONVERSATION TITLE,FROM,SENDER PROFILE URL,TO,RECIPIENT PROFILE URLS,DATE,SUBJECT,CONTENT,FOLDER",
    "1,,Robin Vega,https://www.linkedin.com/in/robin,Dana Ruiz,https://www.linkedin.com/in/dana,"
    "2025-03-04 10:00:00 UTC,,Could we talk for 20 minutes?,INBOX",
    "1,,Dana Ruiz,https://www.linkedin.com/in/dana,Robin Vega,https://www.linkedin.com/in/robin,"
    "2025-03-05 10:00:00 UTC,,Gladly,INBOX",
    "2,,Ada Park,,Robin Vega,https://www.linkedin.com/in/robin,2025-03-06 10:00:00 UTC,,Hello,INBOX",
)
OLD_MESSAGES = rows(
    "From,To,Date,Subject,Content,Direction,Folder",
    'Robin Vega,Dana Ruiz,"3/4/18, 9:05 AM",,Would you advise me?,OUTGOING,SENT',
)
INVITATIONS = rows(
    "From,To,Sent At,Message,Direction,inviterProfileUrl,inviteeProfileUrl",
    'Robin Vega,Dana Ruiz,"3/4/25, 9:05 AM",Your advice?,OUTGOING,,https://www.linkedin.com/in/dana',
)
CARDS = (
    card(
        "2.1",
        "N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:Ru=C3=ADz;Dana",
        "FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:Dana Ru=",
        "=C3=ADz",
        "ORG:Orbit;Data",
        "EMAIL;INTERNET:dana@example.com",
        "PHOTO;ENCODING=BASE64;JPEG:",
        " AAAA",
        "",
    ),
    card("3.0", "N:Park;Ada;;;", "FN:Ada Park", "item1.EMAIL;TYPE=INTERNET:ada@example.com", "CATEGORIES:a,b\\,c")
    + card("4.0", "FN:Wei Zhang", "ORG:Acme", "URL:https://www.linkedin.com/in/wei", "NOTE:a\\nb", "BDAY:--0517"),
)
CELL = '<c r="{}{}" t="inlineStr"><is><t>{}</t></is></c>'
TABLE = (("Name", "Company", "Date contacted"), ("Dana Ruiz", "Orbit", "2025-03-04"), ("Ada Park", "=1+1", "soon"))
INLINE = "".join(
    f'<row r="{row}">{"".join(CELL.format(letter, row, text) for letter, text in zip("ABC", cells, strict=True))}</row>'
    for row, cells in enumerate(TABLE, 1)
)
SHARED = (
    '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c></row>'
    '<row r="2"><c r="A2" t="s"><v>2</v></c><c r="B2"><v>4.5</v></c><c r="C2" t="b"><v>1</v></c>'
    '<c r="D2" t="e"><v>#REF!</v></c><c><f>1+1</f><v>2</v></c></row>'
)
STRINGS = f'<sst xmlns="{SHEET}"><si><t>Name</t></si><si><t>Company</t></si><si><r><t>Dana</t></r></si></sst>'
SHEETS = tuple(f'<worksheet xmlns="{SHEET}"><sheetData>{rows_}</sheetData></worksheet>' for rows_ in (INLINE, SHARED))
ODS_CELL = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'
ODS_ROWS = "".join(
    f"<table:table-row>{''.join(map(ODS_CELL.format, cells))}"
    '<table:table-cell table:number-columns-repeated="1020"/></table:table-row>'
    for cells in TABLE
)
NAMES = " ".join(f'xmlns:{name}="{ODS}:{name}:1.0"' for name in ("office", "table", "text"))
CONTENT = (
    f'<office:document-content {NAMES}><office:body><office:spreadsheet><table:table table:name="T">{ODS_ROWS}'
    "</table:table></office:spreadsheet></office:body></office:document-content>"
)
FORM = rows(
    "# Debrief: Dana Ruiz (D1)",
    "## Notes",
    "Good talk",
    "## What I learnt",
    "- Hiring is slow (agrees 12)",
    "## How it fits me",
    "role: 4, the hours",
    "## Whom they named",
    "* Ada Park <ada@example.com>, Orbit",
    "## May I write again",
    "yes, in 2 months",
    "## Answers",
    "### Why? [q-1]",
    "Because",
)


def _real_archive() -> bytes:
    """An archive of a small campaign, as one input."""
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as name:
        campaign = open_campaign(":memory:", create=True)
        dana = campaign.add(Person(name="Dana Ruiz", company="Orbit", tags=("a",), email="dana@example.com"))
        campaign.log(dana, "wrote", at="2025-03-04")
        campaign.export_all(Path(name) / "a")
        campaign.close()
        files = [file for file in sorted((Path(name) / "a").iterdir()) if file.suffix != ".txt"]
        return PART.join(file.name.encode() + b"\n" + file.read_bytes() for file in files if file.stat().st_size)


def _letters() -> tuple[bytes, ...]:
    return tuple(templates.read(f"letters/en/{name}.j2").encode() for name in ("outreach/warm", "thanks/note"))


def _mailbox() -> bytes:
    """A season with one person, as an mbox."""
    dana, said = "Dana Ruiz <dana@example.com>", "I am exploring your field. Could we talk for 20 minutes?"
    away = {"Auto-Submitted": "auto-replied"}
    post = (
        message(ME, dana, "Life at Orbit", said, at(0), "1@x"),
        message(dana, ME, "Away", "I am back on 17 March.", at(0, 1), "2@y", "1@x", **away),
        message(dana, ME, "AW: Life at Orbit", "Unfortunately I can't.\n\n> Could we talk", at(1), "3@y", "1@x"),
        message(dana, f"{ME}, Lee <lee@example.com>", "=?utf-8?q?Caf=C3=A9?=", "Meet my colleague Lee", at(2), "4@y"),
        message(ME, dana, "Re: x", "Thank you for your time!", at(3), "5@x", html="<p>Thank you<br>for it</p>"),
        invitation(dana, ME, "REQUEST", at(2)),
        report("dana@example.com", about="1@x", when=at(0, 2)),
    )
    return b"x" + b"".join(b"From - Mon Mar 03 10:00:00 2025\n" + each + b"\n" for each in post)


_TABLES = (CONNECTIONS, TRACKER, GOOGLE, OUTLOOK.encode("cp1252"), TRACKER.replace(b",", b"\t"))
_BOOKS = tuple(sheet.encode() for sheet in SHEETS)
_ZIPS = (
    b"x" + PART.join((b"Connections.csv", CONNECTIONS, b"messages.csv", MESSAGES)),
    b"\xff" + zipped({"Basic/Connections.csv": CONNECTIONS, "Invitations.csv": INVITATIONS}),
)
_CADENCES = (templates.read("cadences/3b7.toml"), 'for = ["friend"]\nlike = "gentle"\n[nudge]\nwait = 9\n')
_MOMENTS = ("2025-03-04 16:00", "yesterday 4pm", "in two weeks", "3/4/25", "last tuesday at 9h")
TARGETS = {
    "tables": Target(partial(imported, dates="dmy"), (*_TABLES, CONNECTIONS.decode().encode("utf-16"))),
    "messages": Target(imported, (MESSAGES, OLD_MESSAGES, INVITATIONS)),
    "vcard": Target(partial(imported, name="phone.vcf"), CARDS),
    "xlsx": Target(
        partial(workbook, write=xlsx),
        (b"x" + _BOOKS[0], b"x" + _BOOKS[1] + PART + STRINGS.encode(), b"\xff" + xlsx(_BOOKS[0])),
    ),
    "ods": Target(
        partial(workbook, write=lambda content, *_: ods(content)),
        (b"x" + CONTENT.encode(), b"\xff" + ods(CONTENT.encode())),
    ),
    "zip": Target(export, _ZIPS),
    "archive": Target(archive, (_real_archive(),)),
    "mailbox": Target(synced, (_mailbox(), b"\xff" + _mailbox().split(b"\nFrom - ")[2].partition(b"\n")[2])),
    "debrief": Target(form, (FORM,)),
    "letter": Target(lambda data, _: lint("mine", data.decode(errors="replace")), _letters()),
    "cadence": Target(
        lambda data, _: cadence.parse("mine", data.decode(errors="replace")), tuple(map(str.encode, _CADENCES))
    ),
    "moments": Target(moment, tuple(map(str.encode, _MOMENTS))),
}
"""Every reader by its name."""
