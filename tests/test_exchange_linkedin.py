"""Connections.csv in all the shapes that LinkedIn and spreadsheet programs give it."""

import csv
import io
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infoint.errors import Problem
from infoint.exchange.recognise import read
from infoint.exchange.records import Record

HEADER = "First Name,Last Name,URL,Email Address,Company,Position,Connected On"
DANA = "Dana,Ruiz,https://www.linkedin.com/in/dana-ruiz,Dana@Example.com,Orbit,Engineer,28 Oct 2023"
NOTES = 'Notes:\n"When you export, some addresses, of those who hide them, are missing"\n\n'


def _read(tmp_path, text, encoding="utf-8", **options):
    path = tmp_path / "Connections.csv"
    path.write_bytes(text.encode(encoding))
    reading = read(path, **options)
    assert reading.format == "LinkedIn connections"
    items = list(reading.items)
    people = [item for item in items if isinstance(item, Record)]
    return people, [item for item in items if isinstance(item, Problem)]


def test_a_row_of_today_gives_everything_that_is_in_it(tmp_path):
    (record,), problems = _read(tmp_path, f"{NOTES}{HEADER}\n{DANA}\n")
    person = record.person
    assert (person.name, person.email, person.company, person.role) == (
        "Dana Ruiz",
        "dana@example.com",
        "Orbit",
        "Engineer",
    )
    assert (person.url, person.connected_on) == ("https://www.linkedin.com/in/dana-ruiz", date(2023, 10, 28))
    assert (person.relationship, person.connected, record.row, record.events) == ("acquaintance", True, 5, ())
    assert problems == []


@pytest.mark.parametrize(
    "text",
    [
        f"{HEADER}\n{DANA}\n",
        f"{NOTES}{HEADER}\n{DANA}\n",
        f"Notes:\n\n\n\n\n\n{HEADER}\n{DANA}\n",
        f"{HEADER}\n{DANA}\n".replace("\n", "\r\n"),
        f"{HEADER}\n{DANA}".replace(",", ";"),
        f"{HEADER}\n{DANA}".replace(",", "\t"),
        HEADER.replace(",", " , ") + f" \n{DANA}\n",
        HEADER.upper() + f"\n{DANA}\n",
        f"{HEADER},,\n{DANA},,\n",
        f"{HEADER}\n{DANA}\n,,,,,,\n\n",
        "Connected On,Position,Company,Email Address,URL,Last Name,First Name\n" + ",".join(DANA.split(",")[::-1]),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_preamble_order_delimiter_and_encoding_make_no_difference(tmp_path, text, encoding):
    (record,), problems = _read(tmp_path, text, encoding)
    person = record.person
    assert (person.name, person.email, person.role) == ("Dana Ruiz", "dana@example.com", "Engineer")
    assert (person.url, person.connected_on) == ("https://www.linkedin.com/in/dana-ruiz", date(2023, 10, 28))
    assert problems == []


@pytest.mark.parametrize("told", ["28 Oct 2023", "28-Oct-23", "10/28/23, 9:05 AM", "2023-10-28", "28/10/2023"])
def test_every_form_of_the_date_is_read(tmp_path, told):
    (record,), problems = _read(tmp_path, f'{HEADER}\nDana,Ruiz,,,,,"{told}"\n')
    assert (record.person.connected_on, problems) == (date(2023, 10, 28), [])


def test_linkedins_own_short_date_has_the_month_first(tmp_path):
    (record,), _ = _read(tmp_path, f'{HEADER}\nDana,Ruiz,,,,,"4/11/18, 9:05 AM"\n')
    assert record.person.connected_on == date(2018, 4, 11)


@pytest.mark.parametrize(("dates", "day"), [(None, None), ("dmy", date(2018, 11, 4)), ("mdy", date(2018, 4, 11))])
def test_a_date_that_reads_two_ways_is_read_only_when_told_how(tmp_path, dates, day):
    (record,), problems = _read(tmp_path, f"{HEADER}\nDana,Ruiz,,,,,4/11/2018\n", dates=dates)
    assert record.person.connected_on == day
    assert len(problems) == (dates is None)


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("Dana,Ruiz,,,,,soon", "'soon' is no date"),
        ("Dana,Ruiz,,dana at example,,,", "'dana at example' is no email address"),
        ("Dana,Ruiz,yes,,,,", "'yes' is no web address"),
    ],
)
def test_a_bad_cell_is_named_and_the_person_kept(tmp_path, row, told):
    (record,), (problem,) = _read(tmp_path, f"{HEADER}\n{row}\n")
    assert record.person.name == "Dana Ruiz"
    assert (record.person.connected_on, record.person.email, record.person.url) == (None, "", "")
    assert told in str(problem)
    assert (problem.row, problem.skipped) == (2, False)


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (",,,,,,28 Oct 2023", "closed account: only a date"),
        (",,,,Orbit,,28 Oct 2023", "no name in this row"),
        (HEADER, "the column names once more"),
        ("Dana,Ruiz,,,Orbit, Inc,Engineer,28 Oct 2023", "it has 8 cells where the header has 7"),
        ('Dana,"Ruiz,,,,,28 Oct 2023', "quotation marks do not pair"),
    ],
)
def test_a_row_that_gives_no_person_is_told_and_counted(tmp_path, row, why):
    people, (problem,) = _read(tmp_path, f"{HEADER}\n{row}\n{DANA}\n")
    assert [record.row for record in people] == [3]
    assert why in problem.message
    assert (problem.source, problem.row, problem.skipped) == ("Connections.csv", 2, True)


@pytest.mark.parametrize(
    ("row", "name"), [("Dana,,,,,,", "Dana"), (",Ruiz", "Ruiz"), (" Dana ,  de  Ruiz ,,,,,", "Dana de Ruiz")]
)
def test_half_a_name_and_a_short_row_are_enough(tmp_path, row, name):
    (record,), problems = _read(tmp_path, f"{HEADER}\n{row}\n")
    assert (record.person.name, problems) == (name, [])


def test_an_old_export_without_urls_is_read(tmp_path):
    text = "First Name,Last Name,Email Address,Company,Position,Connected On\nDana,Ruiz,,Orbit,Engineer,28 Oct 2023\n"
    (record,), problems = _read(tmp_path, text)
    assert (record.person.url, record.person.company, problems) == ("", "Orbit", [])


def test_a_column_of_another_kind_is_reported_once(tmp_path):
    _, problems = _read(tmp_path, f"{HEADER},Shoe size\n{DANA},42\n{DANA},43\n")
    assert [str(problem) for problem in problems] == [
        "Connections.csv: column 'Shoe size' is not understood and was left out"
    ]


def test_namesakes_and_exact_duplicates_all_come_through(tmp_path):
    people, _ = _read(tmp_path, f"{HEADER}\n{DANA}\n{DANA.replace('dana-ruiz', 'dana-ruiz-2')}\n{DANA}\n")
    assert [record.person.url[-6:] for record in people] == ["a-ruiz", "ruiz-2", "a-ruiz"]


def test_names_of_any_script_commas_line_breaks_and_guards_are_kept(tmp_path):
    rows = ['🌟 Zoë,"Müller, PhD",,,"Orbit\nLabs",\'=Chief,', "נועה,לוי,,,شركة,,", "'@dana,'-x,,,'+plus,,"]
    people, problems = _read(tmp_path, "\n".join([HEADER, *rows]))
    assert [record.person.name for record in people] == ["🌟 Zoë Müller, PhD", "נועה לוי", "@dana -x"]
    assert [record.person.company for record in people] == ["Orbit Labs", "شركة", "+plus"]
    assert (people[0].person.role, [record.row for record in people], problems) == ("=Chief", [2, 3, 4], [])


def test_a_file_of_a_western_spreadsheet_is_read_and_its_encoding_said(tmp_path):
    path = tmp_path / "c.csv"
    path.write_bytes(f"{HEADER}\nZoë,Müller,,,,,\nX\x81,Y,,,,,\n".encode("latin-1"))
    reading = read(path)
    items = list(reading.items)
    assert (reading.encoding, items[1].person.name) == ("cp1252", "Zoë Müller")
    assert "1 characters are unreadable" in items[0].message


@settings(deadline=None, max_examples=60)
@given(names=st.lists(st.tuples(st.text(max_size=12), st.text(max_size=12)), min_size=1, max_size=6))
def test_any_names_come_back_from_a_written_file(names, tmp_path_factory):
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL)
    writer.writerow(HEADER.split(","))
    writer.writerow(["Dana", "Ruiz", "", "", "", "", ""])
    names = [[part.replace("\0", "").encode("utf-8", "ignore").decode() for part in name] for name in names]
    writer.writerows([first, last, "", "", "", "", ""] for first, last in names)
    people, _ = _read(tmp_path_factory.mktemp("names"), out.getvalue())
    expected = [" ".join(f"{first} {last}".split()) for first, last in [("Dana", "Ruiz"), *names]]
    guarded = any("'" in name for name in expected)
    assert guarded or [record.person.name for record in people] == [name for name in expected if name]
