"""What a file is, is decided by its content; what it cannot be is told in one line."""

import os
import tracemalloc
import zipfile
from datetime import date

import pytest
from openpyxl import Workbook

from infoint.errors import UnreadableFile, UnrecognisedFile
from infoint.exchange.recognise import read
from infoint.exchange.records import Record

CONNECTIONS = b"First Name,Last Name,Company,Connected On\nDana,Ruiz,Orbit,28 Oct 2023\n"
TRACKER = b"Name,Company\nDana Ruiz,Orbit\n"


def _people(path):
    return [item for item in read(path).items if isinstance(item, Record)]


@pytest.fixture(scope="module")
def workbook(tmp_path_factory):
    book = Workbook()
    book.active.append(["Name", "Company"])
    book.active.append(["Dana Ruiz", "Orbit"])
    path = tmp_path_factory.mktemp("book") / "tracker.xlsx"
    book.save(path)
    return path.read_bytes()


@pytest.mark.parametrize("name", ["people.csv", "people.txt", "people", "people.xlsx", "Connections.csv"])
@pytest.mark.parametrize(
    ("data", "kind"), [(CONNECTIONS, "LinkedIn connections"), (TRACKER, "tracker"), (None, "tracker")]
)
def test_the_content_decides_and_not_the_name(tmp_path, workbook, name, data, kind):
    path = tmp_path / name
    path.write_bytes(data or workbook)
    reading = read(path)
    assert reading.format == kind
    assert reading.encoding == ("utf-8" if data else "")
    assert [item.person.name for item in reading.items] == ["Dana Ruiz"]


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "it is empty"),
        (b"\n\n", "there is nothing in it"),
        (b"\xef\xbb\xbf", "there is nothing in it"),
        (b"\x7fELF\x02\x01\0\0\0", "not a text file"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "password"),
        (b"PK\x03\x04 and no more", "broken or protected workbook"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_a_reason(tmp_path, data, why):
    path = tmp_path / "people.csv"
    path.write_bytes(data)
    with pytest.raises(UnreadableFile, match=why) as refused:
        read(path)
    assert refused.value.hint
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(("name", "why"), [("nowhere.csv", "no such file"), (".", "it is a folder")])
def test_what_is_no_file_is_refused(tmp_path, name, why):
    with pytest.raises(UnreadableFile, match=why):
        read(tmp_path / name)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="only where there are named pipes")
def test_a_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(UnreadableFile, match="not an ordinary file"):
        read(tmp_path / "pipe")


def test_other_columns_are_named_together_with_those_expected(tmp_path):
    path = tmp_path / "people.csv"
    path.write_bytes(b"Date,Description,Amount\n2025-03-01,Coffee,4.50\n")
    with pytest.raises(UnrecognisedFile, match="found: Date, Description, Amount") as refused:
        read(path)
    assert "First Name, Last Name and Connected On" in refused.value.hint
    assert "a tracker has Name" in refused.value.hint


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"Name,Company\n", "a header and no person"),
        (b"First Name,Last Name,Connected On\n\n\n", "a header and no person"),
        (b"First Name,Last Name,Connected On\n,,28 Oct 2023\n", "row 2: closed account"),
        (b"Name,Company\n,Orbit\n,Helix\n", "row 2: no name in this row"),
    ],
)
def test_a_file_that_yields_no_person_is_an_error_at_its_end(tmp_path, data, why):
    path = tmp_path / "people.csv"
    path.write_bytes(data)
    items = read(path).items
    with pytest.raises(UnrecognisedFile, match=why):
        list(items)


@pytest.mark.parametrize("data", [b"no workbook at all", b"\0\1\2\3", b"a,b\n1,2\n"])
def test_what_only_bears_the_name_of_a_workbook_is_told_to_be_none(tmp_path, data):
    path = tmp_path / "tracker.xlsx"
    path.write_bytes(data)
    with pytest.raises(UnreadableFile, match="its name says that it is a workbook, but it is none"):
        read(path)


def test_a_zip_that_is_no_workbook_says_how_to_go_on(tmp_path):
    path = tmp_path / "holiday.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("Photo.jpg", CONNECTIONS)
    with pytest.raises(UnreadableFile, match="neither a workbook nor LinkedIn's export") as refused:
        read(path)
    assert "or as CSV" in refused.value.hint


def _ods(path, rows, repeated=""):
    cells = "".join(
        "<table:table-row>"
        + "".join(
            f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p></table:table-cell>' for cell in row
        )
        + '<table:table-cell table:number-columns-repeated="16000"/></table:table-row>'
        for row in rows
    )
    names = "".join(f' xmlns:{n}="urn:oasis:names:tc:opendocument:xmlns:{n}:1.0"' for n in ("office", "table", "text"))
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content{names} office:version="1.2"><office:body>'
        f'<office:spreadsheet><table:table table:name="Contacts">{cells}{repeated}</table:table></office:spreadsheet>'
        "</office:body></office:document-content>"
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content)
        archive.writestr(
            "META-INF/manifest.xml",
            '<?xml version="1.0"?><manifest:manifest '
            'xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>',
        )
    return path


def test_an_ods_workbook_is_read_as_any_other(tmp_path):
    path = _ods(
        tmp_path / "tracker.ods",
        [["Name", "Company"], ["Dana Ruiz", "Orbit"]],
        '<table:table-row table:number-rows-repeated="1048000">'
        '<table:table-cell table:number-columns-repeated="16384"/></table:table-row>',
    )
    assert [(record.person.name, record.person.company) for record in _people(path)] == [("Dana Ruiz", "Orbit")]


def test_a_workbook_without_people_names_what_it_has(tmp_path):
    book = Workbook()
    book.active.append(["Month", date(2025, 3, 1), "Spent"])
    book.save(tmp_path / "money.xlsx")
    with pytest.raises(UnrecognisedFile, match="found: Month, 2025-03-01, Spent"):
        read(tmp_path / "money.xlsx")


def test_a_big_file_is_read_row_by_row(tmp_path):
    path = tmp_path / "people.csv"
    path.write_bytes(CONNECTIONS + b"Dana,Ruiz,Orbit,28 Oct 2023\n" * 60_000)
    items = read(path).items
    next(items)
    tracemalloc.start()
    count = sum(1 for _ in items)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert count == 60_000
    assert peak < 1_000_000 < path.stat().st_size
