"""Whatever bytes a reader of ours is given, it reads them or says in one line why not."""

import io
import zipfile
import zlib

import pytest
from fuzz_targets import CONNECTIONS, CONTENT, SHEET, TARGETS, TRACKER, ods, xlsx, zipped
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from infoint.errors import Problem
from infoint.exchange.recognise import read
from infoint.exchange.records import Record

EDITS = st.lists(
    st.tuples(st.integers(0), st.integers(0, 40), st.binary(max_size=12) | st.sampled_from([b'"', b"\n", b",", b"\0"])),
    min_size=1,
    max_size=6,
)
PARTLY = settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


@pytest.mark.parametrize("name", TARGETS)
def test_what_is_in_order_is_read(name, tmp_path):
    for seed in TARGETS[name].seeds:
        assert TARGETS[name].refusal(seed, tmp_path) == "" or seed == b"3/4/25"


@pytest.mark.parametrize("name", TARGETS)
@PARTLY
@given(data=st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(name, data, tmp_path):
    TARGETS[name].refusal(data, tmp_path)


@pytest.mark.parametrize("name", TARGETS)
@PARTLY
@given(seed=st.integers(0), edits=EDITS)
def test_a_file_that_was_damaged_is_read_or_refused(name, seed, edits, tmp_path):
    seeds = TARGETS[name].seeds
    data = seeds[seed % len(seeds)]
    for anywhere, length, new in edits:
        place = anywhere % (len(data) + 1)
        data = data[:place] + new + data[place + length :]
    TARGETS[name].refusal(data, tmp_path)


ARCHIVE = TARGETS["archive"].seeds[0]
EXPORT = zipped({"Connections.csv": CONNECTIONS})
FURTHER_ON = (int.from_bytes(EXPORT[-6:-2], "little") + 9).to_bytes(4, "little")
"""Where the list of an export's members does not begin: its first member would begin before the file does."""


@pytest.mark.parametrize(
    ("name", "data", "why"),
    [
        ("tables", TRACKER + b'"' * 9, ""),
        ("tables", TRACKER + b"Zoe,\x81\x8d\n", ""),
        ("messages", b"From,Date,Content,To\nRobin\n", "it names no person"),
        ("zip", b"\xff" + zipped({"Q": CONNECTIONS}).replace(b"Q", b"\0"), "neither a workbook"),
        ("zip", b"\xff" + EXPORT[:-6] + FURTHER_ON + EXPORT[-2:], "connections.csv in it is broken"),
        (
            "xlsx",
            b"\xff" + zipped({"xl/workbook.xml": b"", "\u00e9": b""}).replace("\u00e9".encode(), b"\x84\x84"),
            "broken",
        ),
        ("archive", ARCHIVE.replace(b'"acquaintance"', b'"foe"'), "could not have been recorded"),
        ("archive", ARCHIVE.replace(b"+00:00", b""), "could not have been recorded"),
        ("archive", ARCHIVE.replace(b'"day"', b'"night"'), "could not have been recorded"),
    ],
)
def test_what_once_broke_a_reader_does_so_no_more(name, data, why, tmp_path):
    told = TARGETS[name].refusal(data, tmp_path)
    assert why in told
    assert bool(told) == bool(why)


WORKSHEET = f'<worksheet xmlns="{SHEET}"><sheetData>{{}}</sheetData></worksheet>'
FIRST = '<row r="1"><c r="A1"><v>1</v></c></row>'
FAR = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
ENTITIES = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
REPEATED = 'table:number-columns-repeated="1020"'


def _book(rows, before=""):
    return xlsx((before + WORKSHEET.format(rows)).encode())


def _bombs():
    prefixed = FAR.replace("<", "<x:").replace("<x:/", "</x:")
    yield "far", _book(FIRST + FAR), "a sheet spans 17,179,869,184 cells"
    yield "quotes", _book(FIRST + FAR.replace('"', "'")), "a sheet spans 17,179,869,184 cells"
    yield "small letters", _book(FIRST + FAR.replace("XFD", "xfd")), "a sheet spans 17,179,869,184 cells"
    yield (
        "prefix",
        xlsx(WORKSHEET.format(FIRST + prefixed).replace(" xmlns", f' xmlns:x="{SHEET}" xmlns').encode()),
        ("a sheet spans 17,179,869,184 cells"),
    )
    unplaced = f'<row r="1">{"<c><v>1</v></c>" * 300}</row><row r="1048576"><c><v>1</v></c></row>'
    yield "cells without a place", _book(unplaced), "a sheet spans 314,572,800 cells"
    elsewhere = xlsx(WORKSHEET.format(FIRST + FAR).encode(), place="elsewhere/s.txt")
    yield "a sheet elsewhere", elsewhere, "a sheet spans 17,179,869,184 cells"
    yield "a column that no program has", _book(FIRST + '<row r="2"><c r="DateB1"><v>1</v></c></row>'), "a sheet spans"
    yield "entities", _book(FIRST, ENTITIES), "declares entities"
    yield "entities after a long comment", _book(FIRST, f"<!--{' ' * 9000}-->{ENTITIES}"), "declares entities"
    yield "entities in .ods", ods(f"<!--{' ' * 9000}-->{ENTITIES}{CONTENT}".encode()), "declares entities"
    yield "an end that is missing", ods(CONTENT.partition("</table:table>")[0].encode()), "broken"
    filled = CONTENT.replace(REPEATED, f'{REPEATED} office:value-type="float"')
    unfolding = filled.replace("<table:table-row>", '<table:table-row table:number-rows-repeated="1000000">')
    yield "unfolding", ods(unfolding.encode()), "a sheet spans 3,069,000,000 cells"
    strings = zipped({"xl/workbook.xml": b"", "xl/sharedStrings.xml": b" " * 3_000_000}, zipfile.ZIP_DEFLATED)
    yield "zip bomb", strings, "it unpacks to 3,000,000 bytes, more than any list of people has"
    told, table = io.BytesIO(), _book(FIRST)
    with zipfile.ZipFile(told, "w", zipfile.ZIP_DEFLATED) as book, zipfile.ZipFile(io.BytesIO(table)) as plain:
        for name in plain.namelist():
            book.writestr(name, plain.read(name))
        book.writestr("more.xml", b" " * 30_000)
    told = told.getvalue()
    for real, said in ((zlib.crc32(b" " * 30_000), zlib.crc32(b" " * 10)), (30_000, 10)):
        told = told.replace(real.to_bytes(4, "little"), said.to_bytes(4, "little"))
    yield "a member that says to be small", told, "broken"
    messages = zipped({"messages.csv": b" " * 3_000_000}, zipfile.ZIP_DEFLATED)
    yield "zip bomb in an export", messages, "messages.csv in it has 3,000,000 bytes, more than any export has"
    folders = zipped({"../../etc/passwd": CONNECTIONS, "/etc/passwd": CONNECTIONS})
    yield "paths", folders, "neither a workbook nor LinkedIn's export"


@pytest.mark.parametrize(("data", "why"), [pytest.param(*bomb, id=name) for name, *bomb in _bombs()])
def test_a_bomb_is_refused_in_one_line(data, why, tmp_path, monkeypatch):
    for room in ("linkedin", "workbook"):
        monkeypatch.setattr(f"infoint.exchange.{room}._LARGEST", 1_000_000)
    resource = pytest.importorskip("resource")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    path = tmp_path / "tracker.xlsx"
    path.write_bytes(data)
    with pytest.raises(ValueError, match=why) as refused:
        list(read(path).items)
    assert "\n" not in str(refused.value)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000


@pytest.mark.parametrize("cell", ["=1+1", '=HYPERLINK("http://x.example.com")', "=cmd|'/C calc'!A0", "=Sheet2!A1"])
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_formula_is_left_out_and_told_in_one_line(cell, kind, tmp_path):
    table = [("Name", "Company", "Title"), ("Dana Ruiz", cell, f"'{cell}"), (cell, "Orbit", "Analyst")]
    if kind == "csv":
        data = "\n".join(",".join('"{}"'.format(text.replace('"', '""')) for text in line) for line in table).encode()
    else:
        book = Workbook()
        for line in table:
            book.active.append(line)
            for entry in book.active[book.active.max_row]:
                entry.data_type = "s"
        book.save(tmp_path / "book")
        data = (tmp_path / "book").read_bytes()
    (tmp_path / "tracker").write_bytes(data)
    items = list(read(tmp_path / "tracker").items)
    assert [(item.person.company, item.person.role) for item in items if isinstance(item, Record)] == [("", cell)]
    told = [item.message for item in items if isinstance(item, Problem)]
    assert ["a formula and was left out" in message for message in told] == [True, True, False]
    assert "no name in this row" in told[-1]
