"""Connections.csv in all the shapes that LinkedIn and spreadsheet programs give it."""

import csv
import io
import zipfile
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import infoint
from infoint.errors import Problem, UnrecognisedFile
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
    names = [[part.lstrip() for part in name] for name in names]
    names = [["" if part[:1] == "=" else part for part in name] for name in names]  # a formula: left out
    names = [[part.replace("\0", "").encode("utf-8", "ignore").decode() for part in name] for name in names]
    writer.writerows([first, last, "", "", "", "", ""] for first, last in names)
    people, _ = _read(tmp_path_factory.mktemp("names"), out.getvalue())
    expected = [" ".join(f"{first} {last}".split()) for first, last in [("Dana", "Ruiz"), *names]]
    guarded = any("'" in name for name in expected)
    assert guarded or [record.person.name for record in people] == [name for name in expected if name]


MESSAGES = (
    "CONVERSATION ID,CONVERSATION TITLE,FROM,SENDER PROFILE URL,TO,RECIPIENT PROFILE URLS,DATE,SUBJECT,CONTENT,FOLDER,"
    "ATTACHMENTS,IS MESSAGE DRAFT"
)
ME, DANA_URL = "https://www.linkedin.com/in/robin", "https://www.linkedin.com/in/dana-ruiz"


def _message(who, text, at, draft="No", to=DANA_URL):
    sides = ["Robin Vega", ME, "Dana Ruiz", to] if who == "me" else ["Dana Ruiz", to, "Robin Vega", ME]
    return ["c1", "", *sides, at, "", text, "INBOX", "", draft]


def _messages(tmp_path, *rows, header=MESSAGES, me=""):
    text = io.StringIO()
    csv.writer(text).writerows([next(csv.reader([header])), *rows])
    path = tmp_path / "messages.csv"
    path.write_text(text.getvalue(), encoding="utf-8")
    items = list(read(path, me=me).items)
    records = [item for item in items if isinstance(item, Record)]
    return records, [item for item in items if isinstance(item, Problem)]


ASK = "Hi Dana, could we talk for 20 minutes about your way into energy?"


def test_messages_are_a_letter_a_reminder_and_an_answer(tmp_path):
    rows = [
        _message("them", "Happy to! Friday?", "2025-03-14 09:05:00 UTC"),
        _message("me", "Just floating this to the top.", "2025-03-12 09:00:00 UTC"),
        _message("me", ASK, "2025-03-03 08:30:10 UTC"),
        _message("me", "A draft", "2025-03-15 08:30:10 UTC", draft="Yes"),
        _message("them", "Congratulations on the new post", "2024-01-03 08:30:10 UTC"),
        _message("me", "Thanks!", "2025-03-14 10:00:00 UTC"),
    ]
    (record,), problems = _messages(tmp_path, *rows, me="Robin Vega")
    assert (record.person.url, record.person.name, record.known_only) == (DANA_URL, "Dana Ruiz", True)
    kinds = ["touched", "outreach_sent", "nudge_sent", "reply_received", "touched"]
    assert [event.kind for event in record.events] == kinds
    assert {event.channel for event in record.events} == {"linkedin"}
    assert record.events[1].at.isoformat() == "2025-03-03T08:30:10+00:00"
    assert [problem.message for problem in problems] == ["1 drafts were left out"]


def test_who_is_in_every_message_is_the_user_and_one_of_two_cannot_be_told(tmp_path):
    kim = "https://www.linkedin.com/in/kim"
    rows = [_message("me", ASK, "2025-03-03 08:30:10 UTC"), _message("me", ASK, "2025-03-04 08:30:10 UTC", to=kim)]
    records, _ = _messages(tmp_path, *rows)
    assert {record.person.url for record in records} == {DANA_URL, kim}
    with pytest.raises(UnrecognisedFile, match="which of those who write is you"):
        _messages(tmp_path, rows[0])


def test_the_messages_of_2018_and_invitations_go_by_their_direction(tmp_path):
    old = ["Robin Vega", "Dana Ruiz", "4/11/18, 9:05 AM", "", ASK, "OUTGOING", "INBOX"]
    (record,), _ = _messages(tmp_path, old, header="From,To,Date,Subject,Content,Direction,Folder")
    assert [(e.kind, e.precision, e.day()) for e in record.events] == [("outreach_sent", "day", date(2018, 4, 11))]
    sent = ["Robin Vega", "Dana Ruiz", "4/11/18, 9:05 AM", ASK, "OUTGOING", ME, DANA_URL]
    silent = ["Robin Vega", "Kim Lee", "4/11/18, 9:05 AM", "", "OUTGOING", ME, "https://www.linkedin.com/in/kim"]
    header = "From,To,Sent At,Message,Direction,inviterProfileUrl,inviteeProfileUrl"
    (record,), problems = _messages(tmp_path, sent, silent, header=header)
    assert (record.person.url, record.events[0].kind) == (DANA_URL, "outreach_sent")
    assert [problem.message for problem in problems] == ["1 messages without words were left out"]


def _export(tmp_path, **members):
    path = tmp_path / "export.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in members.items():
            archive.writestr(f"../Basic/{name}.csv", text)
    return path


def test_the_whole_export_brings_people_and_what_was_written_with_them(tmp_path):
    text = io.StringIO()
    rows = [_message("me", ASK, "2025-03-03 08:30:10 UTC"), _message("them", "Yes", "2025-03-04 08:30:10 UTC")]
    stranger = _message("me", ASK, "2025-03-05 08:30:10 UTC", to="https://www.linkedin.com/in/nobody")
    csv.writer(text).writerows([next(csv.reader([MESSAGES])), *rows, stranger])
    path = _export(tmp_path, Connections=f"{HEADER}\n{DANA}\n", messages=text.getvalue(), Other="a,b\n")
    with infoint.open(":memory:", create=True) as campaign:
        before = campaign.import_people(path, dry_run=True)
        assert (before.added, campaign.everybody()) == (1, [])
        result = campaign.import_people(path)
        assert (result.format, result.added, result.events) == ("LinkedIn export", 1, 2)
        assert ["not among your people" in problem.message for problem in result.problems] == [True]
        assert [event.kind for event in campaign.history("dana")] == ["outreach_sent", "reply_received"]
        again = campaign.import_people(path)
        assert (again.added, again.merged, again.events) == (0, 0, 0)


def test_messages_that_cannot_be_used_do_not_stop_the_connections(tmp_path):
    text = io.StringIO()
    between_others = _message("me", ASK, "2025-03-03 08:30:10 UTC")
    csv.writer(text).writerows([next(csv.reader([MESSAGES])), between_others])
    for unusable in (text.getvalue(), "From,To\n"):
        path = _export(tmp_path, Connections=f"{HEADER}\n{DANA}\n", messages=unusable)
        with infoint.open(":memory:", create=True) as campaign:
            campaign.profile = infoint.Profile(name="Somebody Else")
            result = campaign.import_people(path)
            assert result.added == 1
            assert ["export.zip [messages.csv]: " in str(problem) for problem in result.problems] == [True]
        path = _export(tmp_path, messages=unusable)
        with infoint.open(":memory:", create=True) as campaign:
            campaign.profile = infoint.Profile(name="Somebody Else")
            with pytest.raises(UnrecognisedFile, match=r"messages\.csv"):
                campaign.import_people(path)


def test_an_undated_answer_gets_its_minute_and_is_never_doubled(tmp_path):
    sheet = tmp_path / "tracker.csv"
    sheet.write_text(
        f"Name,LinkedIn,Date contacted,Response,Last contact\nDana Ruiz,{DANA_URL},2025-03-03,yes,2025-03-20\n",
        encoding="utf-8",
    )
    rows = [_message("me", ASK, "2025-03-03 08:30:10 UTC"), _message("them", "Yes", "2025-03-04 08:30:10 UTC")]
    text = io.StringIO()
    csv.writer(text).writerows([next(csv.reader([MESSAGES])), *rows])
    path = tmp_path / "messages.csv"
    path.write_text(text.getvalue(), encoding="utf-8")
    with infoint.open(":memory:", create=True) as campaign:
        campaign.profile = infoint.Profile(name="Robin Vega")
        campaign.import_people(sheet)
        campaign.import_people(path)
        expected = [("outreach_sent", "minute"), ("reply_received", "minute")]
        assert [(event.kind, event.precision) for event in campaign.history("dana")] == expected
        for file in (sheet, path, sheet):
            assert campaign.import_people(file).events == 0
        assert [(event.kind, event.precision) for event in campaign.history("dana")] == expected


def test_a_new_export_tells_of_a_new_company_and_keeps_the_old_one_in_the_history(tmp_path):
    path = tmp_path / "Connections.csv"
    with infoint.open(":memory:", create=True) as campaign:
        for company in ("Orbit", "Orbit Inc.", "Acme"):
            path.write_text(f"{HEADER}\n{DANA.replace('Orbit', company)}\n", encoding="utf-8")
            campaign.import_people(path)
        assert campaign.find("dana").company == "Acme"
        assert [event.note for event in campaign.history("dana")] == ["moved from Orbit to Acme"]
        campaign.undo()
        assert (campaign.find("dana").company, campaign.history("dana")) == ("Orbit", [])


def test_a_new_export_tells_of_a_new_role_and_a_list_of_ones_own_overwrites_neither(tmp_path):
    path, sheet = tmp_path / "Connections.csv", tmp_path / "mine.csv"
    path.write_text(f"{HEADER}\n{DANA}\n", encoding="utf-8")
    sheet.write_text(f"Name,LinkedIn,Company,Role\nDana Ruiz,{DANA_URL},Acme,Intern\n", encoding="utf-8")
    with infoint.open(":memory:", create=True) as campaign:
        campaign.import_people(path)
        path.write_text(f"{HEADER}\n{DANA.replace('Engineer', 'Head of grid')}\n", encoding="utf-8")
        assert campaign.import_people(path).merged == 1
        campaign.import_people(sheet)
        dana = campaign.find("dana")
        assert (dana.role, dana.company, campaign.history(dana)) == ("Head of grid", "Orbit", [])
