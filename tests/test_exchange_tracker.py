"""Trackers: columns and words of the users' own making, dates that read two ways, facts without a date."""

import csv
import io
import os
from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from infoint.errors import Problem, UnrecognisedFile
from infoint.events import checked_details
from infoint.events import standing as fold
from infoint.exchange.recognise import read
from infoint.exchange.records import Record
from infoint.people import RELATIONSHIPS

SAVED = date(2025, 6, 30)


def _saved(path):
    moment = datetime(SAVED.year, SAVED.month, SAVED.day, 9, tzinfo=UTC).timestamp()
    os.utime(path, (moment, moment))
    return path


def _split(reading):
    assert reading.format == "tracker"
    items = list(reading.items)
    people = [item for item in items if isinstance(item, Record)]
    return people, [item for item in items if isinstance(item, Problem)]


def _csv(tmp_path, *rows, name="tracker.csv", dates=None):
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    path = tmp_path / name
    path.write_text(out.getvalue(), encoding="utf-8", newline="")
    return _split(read(_saved(path), dates=dates))


def _xlsx(tmp_path, **sheets):
    book = Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    path = tmp_path / "tracker.xlsx"
    book.save(path)
    return _split(read(_saved(path)))


def _facts(tmp_path, header, cells):
    """The events of one row as (kind, day, precision), and the problems."""
    (record,), problems = _csv(tmp_path, ["Name", *header], ["Dana Ruiz", *cells])
    return [(event.kind, str(event.at.date()), event.precision) for event in record.events], problems


def test_names_and_companies_alone_are_a_tracker(tmp_path):
    (one, two), problems = _csv(tmp_path, ["Name", "Company"], ["Dana Ruiz", "Orbit"], ["Lee", ""])
    assert (one.person.name, one.person.company, one.events, two.person.name) == ("Dana Ruiz", "Orbit", (), "Lee")
    assert ([one.row, two.row], problems) == ([2, 3], [])


def test_every_column_of_a_person_finds_its_place(tmp_path):
    header = ["First name", "Last Name ", "Organisation", "Job Title", "E-mail", "LinkedIn", "Industry", "School"]
    cells = ["Dana", "Ruiz", "Orbit", "Engineer", "Dana@Example.com", "linkedin.com/in/dana/", "Energy", "North"]
    header += ["Relationship", "Strength", "Referred by", "How found", "Next action", "Next action date", "Notes"]
    cells += ["Alumni", "strong", "Kim Lee", "alumni directory", "call", "3/4/2025", "'+kind\nand quick"]
    (record,), problems = _csv(tmp_path, header, cells)
    person = record.person
    assert (person.name, person.company, person.role, person.email) == (
        "Dana Ruiz",
        "Orbit",
        "Engineer",
        "dana@example.com",
    )
    assert (person.url, person.industry, person.school) == ("https://www.linkedin.com/in/dana", "Energy", "North")
    assert (person.relationship, person.comfort, person.introduced_by) == ("alum", 5, "Kim Lee")
    assert person.note == "+kind\nand quick\nHow found: alumni directory\nNext action: call\nNext action date: 3/4/2025"
    assert (problems, record.events) == ([], ())


def test_what_is_not_understood_is_reported_once_and_left_out(tmp_path):
    header = ["Name", "Title", "Role", "Shoe size", ""]
    _, problems = _csv(tmp_path, header, ["A", "x", "y", 42, "z"], ["B", "x", "y", 43, "z"])
    assert [(problem.row, problem.message) for problem in problems] == [
        (None, "column 'Role' tells the same as 'Title' and was left out"),
        (None, "column 'Shoe size' is not understood and was left out"),
        (None, "column 5 has no name and was left out"),
    ]


@pytest.mark.parametrize(
    ("word", "relationship", "comfort"),
    [
        ("Friend", "friend", None),
        ("co-worker", "colleague", None),
        ("Former colleague", "colleague", None),
        ("alumni", "alum", None),
        ("Cold contact", "stranger", None),
        ("Strong", "acquaintance", 5),
        ("medium", "acquaintance", 3),
        ("Weak", "acquaintance", 2),
        ("cold", "acquaintance", 1),
        ("Friend (weak)", "friend", 2),
        ("4", "acquaintance", 4),
        ("n/a", "acquaintance", None),
        *((word, word, None) for word in RELATIONSHIPS),
    ],
)
def test_words_for_a_tie_become_relationship_and_comfort(tmp_path, word, relationship, comfort):
    (record,), problems = _csv(tmp_path, ["Name", "Relationship"], ["Dana", word])
    assert (record.person.relationship, record.person.comfort, problems) == (relationship, comfort, [])


def test_relationship_and_strength_may_be_two_columns(tmp_path):
    (record,), problems = _csv(tmp_path, ["Name", "Strength", "Relationship"], ["Dana", "weak", "family"])
    assert (record.person.relationship, record.person.comfort, problems) == ("family", 2, [])


def test_of_two_words_for_one_tie_the_first_counts_and_the_other_is_told(tmp_path):
    (record,), (problem,) = _csv(tmp_path, ["Name", "Strength", "Relationship"], ["Dana", "weak", "friend, colleague"])
    assert (record.person.relationship, record.person.comfort) == ("friend", 2)
    assert "Relationship: 'colleague' is a second word for the same" in problem.message


def test_what_says_that_there_is_nothing_to_say_is_no_company_and_no_note(tmp_path):
    (record,), problems = _csv(tmp_path, ["Name", "Company", "Email", "Notes"], ["Dana", "n/a", "-", "none"])
    assert (record.person.company, record.person.email, record.person.note, problems) == ("", "", "", [])


@pytest.mark.parametrize(
    ("column", "cell", "introducer", "relationship"),
    [
        ("Referred by", "Kim Lee", "Kim Lee", "referral"),
        ("Introduced by", "Introduction from Kim Lee", "Kim Lee", "referral"),
        ("How found", "Referred by Kim Lee", "Kim Lee", "referral"),
        ("How found", "alumni directory", "", "acquaintance"),
        ("Referred by", "no", "", "acquaintance"),
    ],
)
def test_who_referred_somebody_is_kept_by_name(tmp_path, column, cell, introducer, relationship):
    (record,), _ = _csv(tmp_path, ["Name", column], ["Dana", cell])
    assert (record.person.introduced_by, record.person.relationship) == (introducer, relationship)


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        ("Relationship", "frenemy"),
        ("Status", "on the moon"),
        ("Channel", "pigeon"),
        ("Email", "dana at example"),
        ("LinkedIn", "yes"),
        ("Date contacted", "soon"),
        ("Response?", "perhaps"),
        ("Status", "🦄"),
    ],
)
def test_a_word_that_is_not_known_is_reported_and_the_person_kept(tmp_path, column, cell):
    (record,), (problem,) = _csv(tmp_path, ["Name", column], ["Dana", cell])
    assert (record.person.name, record.events) == ("Dana", ())
    assert f"{column}: {cell!r} is no" in problem.message
    assert (problem.row, problem.skipped) == (2, False)


@pytest.mark.parametrize(
    ("status", "kinds"),
    [
        *((word, []) for word in ("Not started", "Researching", "Identified", "", "-")),
        *(
            (word, ["outreach_sent"])
            for word in ("Outreach sent", "Contacted", "Emailed", "Messaged", "waiting", "sent")
        ),
        *((word, ["outreach_sent", "nudge_sent"]) for word in ("Bumped", "Followed up", "Final sent")),
        *((word, ["outreach_sent", "reply_received"]) for word in ("Replied", "Responded", "Yes")),
        *((word, ["outreach_sent", "meeting_scheduled"]) for word in ("Scheduled", "Chat scheduled")),
        *((word, ["outreach_sent", "meeting_held"]) for word in ("Completed", "Met", "Chat complete", "✅ MET!")),
        ("Thanked", ["outreach_sent", "meeting_held", "thank_you_sent"]),
        *((word, ["outreach_sent", "declined"]) for word in ("Declined", "No")),
        *((word, ["outreach_sent", "closed"]) for word in ("No response", "no reply", "Dormant", "Inactive")),
        ("Replied / scheduled", ["outreach_sent", "reply_received", "meeting_scheduled"]),
    ],
)
def test_a_status_is_known_by_the_day_of_the_file_with_nothing_invented_in_between(tmp_path, status, kinds):
    facts, problems = _facts(tmp_path, ["Company", "Status"], ["Orbit", status])
    assert facts == [(kind, "2025-06-30", "by") for kind in kinds]
    assert problems == []


def test_an_event_is_one_that_the_journal_takes_and_stands_at_noon_utc(tmp_path):
    (record,), _ = _csv(tmp_path, ["Name", "Status"], ["Dana", "No response"])
    for event in record.events:
        assert (event.id, event.person_id, event.at) == ("", "", datetime(2025, 6, 30, 12, tzinfo=UTC))
        checked_details(event.kind, event.details)
    assert record.events[-1].details == {"reason": "no answer"}


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("Date contacted: 2025-03-14", "outreach_sent 2025-03-14 day"),
        ("First contact: 14 Mar 2025", "outreach_sent 2025-03-14 day"),
        ("Sent: x", "outreach_sent 2025-06-30 by"),
        ("Sent: no", ""),
        (
            "Date sent: 2025-03-01, Last contact: 2025-03-10, Status: Replied",
            "outreach_sent 2025-03-01 day; reply_received 2025-03-10 by",
        ),
        ("Date sent: 2025-08-01, Status: Replied", "outreach_sent 2025-08-01 day; reply_received 2025-08-01 by"),
        ("Last contact: 2025-03-10, Status: Contacted", "outreach_sent 2025-03-10 by"),
        (
            "Date sent: 2025-03-01, Last contact: 2025-03-10, Status: Contacted",
            "outreach_sent 2025-03-01 day; touched 2025-03-10 day",
        ),
        ("Last contact: 2025-03-10", "touched 2025-03-10 day"),
        ("Date sent: 2025-03-01, Response?: Yes", "outreach_sent 2025-03-01 day; reply_received 2025-06-30 by"),
        ("Date sent: 2025-03-01, Response?: No", "outreach_sent 2025-03-01 day"),
        ("Date sent: 2025-03-01, Response?: 5 Mar 2025", "outreach_sent 2025-03-01 day; reply_received 2025-03-05 day"),
        ("Date sent: 2025-03-01, Response?: Declined", "outreach_sent 2025-03-01 day; declined 2025-06-30 by"),
        (
            "Date sent: 2025-03-01, Reply date: 2025-03-05, Status: Replied",
            "outreach_sent 2025-03-01 day; reply_received 2025-03-05 day",
        ),
        (
            "Met on: 2025-04-01, Thank-you sent: 2025-04-02, Status: Thanked",
            "outreach_sent 2025-04-01 by; meeting_held 2025-04-01 day; thank_you_sent 2025-04-02 day",
        ),
        (
            "Met on: 2025-04-01, Response?: yes, Last contact: 2025-05-01",
            (
                "outreach_sent 2025-04-01 by; reply_received 2025-04-01 by; meeting_held 2025-04-01 day; "
                "touched 2025-05-01 day"
            ),
        ),
        (
            "Met on: 2025-04-01, Thank-you sent: TRUE, Last contact: 2025-03-01",
            "outreach_sent 2025-03-01 by; meeting_held 2025-04-01 day; thank_you_sent 2025-04-01 by",
        ),
        ("Date contacted: 2099-01-01", "outreach_sent 2099-01-01 day"),
    ],
)
def test_dated_facts_keep_their_day_and_the_others_lie_between_them(tmp_path, row, expected):
    header, cells = zip(*(part.split(": ") for part in row.split(", ")), strict=True)
    facts, problems = _facts(tmp_path, header, cells)
    assert ("; ".join(map(" ".join, facts)), problems) == (expected, [])


def test_a_meeting_that_is_only_scheduled_was_not_held(tmp_path):
    (record,), _ = _csv(tmp_path, ["Name", "Meeting date", "Status"], ["Dana", "2025-07-04", "Scheduled"])
    scheduled = record.events[-1]
    assert [event.kind for event in record.events] == ["outreach_sent", "meeting_scheduled"]
    assert (scheduled.at.date(), scheduled.precision, scheduled.note) == (SAVED, "by", "for 2025-07-04")


def test_channel_and_template_go_with_what_was_sent(tmp_path):
    header = ["Name", "Channel", "Template", "Date sent", "Status"]
    (record,), problems = _csv(tmp_path, header, ["Dana", "E-mail", "outreach/warm", "2025-03-01", "Followed up"])
    sent, nudge = record.events
    assert (sent.channel, sent.template, nudge.channel, nudge.template) == ("email", "outreach/warm", "email", "")
    assert problems == []


@pytest.mark.parametrize(
    ("word", "channel"),
    [
        ("Email", "email"),
        ("LinkedIn", "linkedin"),
        ("InMail", "linkedin"),
        ("Phone call", "phone"),
        ("In-person", "in person"),
    ],
)
def test_words_for_a_channel(tmp_path, word, channel):
    (record,), _ = _csv(tmp_path, ["Name", "Channel", "Sent"], ["Dana", word, "yes"])
    assert record.events[0].channel == channel


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        (["3/4/2025", "13/4/2025"], ["2025-04-03", "2025-04-13"]),
        (["3/4/2025", "4/13/2025"], ["2025-03-04", "2025-04-13"]),
        (["3/4/25", "3/14/25, 9:05 AM", "14 Mar 2025"], ["2025-03-04", "2025-03-14", "2025-03-14"]),
        (["4/4/2025"], ["2025-04-04"]),
    ],
)
def test_one_date_proves_the_order_of_its_whole_column(tmp_path, column, expected):
    people, problems = _csv(tmp_path, ["Name", "Date contacted"], *([f"P{n}", day] for n, day in enumerate(column)))
    assert [str(record.events[0].at.date()) for record in people] == expected
    assert problems == []


def test_a_column_with_both_orders_leaves_out_what_reads_two_ways(tmp_path):
    days = ["13/4/2025", "4/14/2025", "3/4/2025"]
    people, (problem,) = _csv(tmp_path, ["Name", "Date contacted"], *([f"P{n}", day] for n, day in enumerate(days)))
    assert [[str(event.at.date()) for event in record.events] for record in people] == [
        ["2025-04-13"],
        ["2025-04-14"],
        [],
    ]
    assert "2025-04-03 or 2025-03-04" in problem.message


def test_an_order_that_nothing_proves_is_asked_for_and_never_guessed(tmp_path):
    rows = ["Name", "Date contacted", "Met on"], ["Dana", "3/4/2025", "13/4/2025"]
    with pytest.raises(UnrecognisedFile, match=r"3/4/2025.*2025-04-03.*2025-03-04") as refused:
        _csv(tmp_path, *rows)
    assert "--dates dmy or --dates mdy" in refused.value.hint
    (record,), _ = _csv(tmp_path, *rows, dates="dmy")
    assert str(record.events[0].at.date()) == "2025-04-03"
    (record,), (problem,) = _csv(tmp_path, *rows, dates="mdy")
    assert [str(event.at.date()) for event in record.events] == ["2025-03-04"]
    assert "Met on: '13/4/2025' is no date in the order" in problem.message


@pytest.mark.parametrize("rows", [[["", "Robin's search"], ["Sent", 12], [], ["Reply rate", "25%"], []], [[]] * 30, []])
def test_the_header_is_found_below_a_dashboard_and_rows_are_numbered_as_shown(tmp_path, rows):
    (one, two), _ = _csv(tmp_path, *rows, ["Name", "Company"], ["Dana", "Orbit"], [], ["Lee", "Orbit"])
    assert (one.row, two.row) == (len(rows) + 2, len(rows) + 4)


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (["", "Orbit"], "no name in this row"),
        (["Dana", "Orbit", "Inc"], "it has 3 cells where the header has 2"),
        (["Name", "Company"], "the column names once more"),
    ],
)
def test_a_row_without_a_person_is_told_and_counted(tmp_path, row, why):
    _, (problem,) = _csv(tmp_path, ["Name", "Company"], row, ["Lee", "Orbit"])
    assert (problem.message, problem.row, problem.skipped) == (why, 2, True)


def test_rows_of_unticked_boxes_are_blank(tmp_path):
    people, problems = _csv(tmp_path, ["Name", "Thank you sent"], ["Lee", "FALSE"], ["", "FALSE"], ["  ", ""])
    assert (len(people), problems) == (1, [])


def test_duplicate_rows_come_through(tmp_path):
    people, _ = _csv(tmp_path, ["Name", "Company"], ["Lee", "Orbit"], ["Lee", "Orbit"])
    assert len(people) == 2


def test_a_connections_file_with_a_status_of_the_users_own_keeps_both(tmp_path):
    header = ["First Name", "Last Name", "URL", "Email Address", "Company", "Position", "Connected On", "Status"]
    (record,), _ = _csv(tmp_path, header, ["Dana", "Ruiz", "", "", "Orbit", "Engineer", "28 Oct 2023", "Met"])
    assert (record.person.connected, record.person.connected_on) == (True, date(2023, 10, 28))
    assert [event.kind for event in record.events] == ["outreach_sent", "meeting_held"]


def test_tabs_will_do_too(tmp_path):
    path = tmp_path / "tracker.tsv"
    path.write_text("Name\tCompany\nDana\tOrbit, Inc\n", encoding="utf-8")
    (record,), _ = _split(read(path))
    assert record.person.company == "Orbit, Inc"


def test_a_workbook_is_read_with_its_cells_of_every_kind(tmp_path):
    header = ["Name", "Company", "Date contacted", "Met on", "Thank-you sent", "Notes"]
    day, hour = date(2025, 3, 4), datetime(2025, 3, 9, 15, 30)  # noqa: DTZ001 - a spreadsheet's hour has no zone
    rows = [["My search"], [], header, ["Dana", 7, day, hour, True, 2.5], ["Lee", "Orbit", "soon", None, False, None]]
    (dana, lee), (problem,) = _xlsx(tmp_path, Sheet=rows)
    assert (dana.row, dana.person.company, dana.person.note) == (4, "7", "2.5")
    assert [(event.kind, str(event.at), event.precision) for event in dana.events] == [
        ("outreach_sent", "2025-03-04 12:00:00+00:00", "day"),
        ("meeting_held", "2025-03-09 12:00:00+00:00", "day"),
        ("thank_you_sent", "2025-06-30 12:00:00+00:00", "by"),
    ]
    assert (lee.events, str(problem)) == (
        (),
        "tracker.xlsx, row 5: Date contacted: 'soon' is no date that can be read and was left out",
    )


def test_a_table_that_begins_to_the_right_and_below_is_numbered_as_shown(tmp_path):
    (record,), problems = _xlsx(
        tmp_path, Sheet=[[], [], [None, None, "Name", "Company"], [None, None, "Dana", "Orbit"]]
    )
    assert (record.row, record.person.name, problems) == (4, "Dana", [])


def test_every_sheet_with_people_is_read_and_the_others_are_named(tmp_path):
    people, problems = _xlsx(
        tmp_path,
        Dashboard=[["Sent", 12]],
        Empty=[],
        Active=[["Name", "Status"], ["Dana", "Met"], [None, "Met"]],
        Archive=[["Contact", "Company"], ["Lee", "Orbit"]],
    )
    assert [record.person.name for record in people] == ["Dana", "Lee"]
    assert [str(problem) for problem in problems] == [
        "tracker.xlsx [Dashboard]: this sheet has no table of people and was left out",
        "tracker.xlsx [Active], row 3: no name in this row",
    ]


CELLS = st.sampled_from(
    ["", "yes", "no", "Met", "Scheduled", "Declined", "2025-01-05", "2025-03-01", "14/2/2025", "x?"]
)


@settings(deadline=None, max_examples=150)
@given(rows=st.lists(st.lists(CELLS, min_size=7, max_size=7), min_size=1, max_size=5))
def test_whatever_the_cells_say_the_facts_of_a_row_follow_each_other(rows, tmp_path_factory):
    header = ["Name", "Sent", "Replied", "Met on", "Thanked", "Status", "Last contact", "Notes"]
    people, _ = _csv(tmp_path_factory.mktemp("facts"), header, *(["Dana", *row] for row in rows))
    assert len(people) == len(rows)
    for record in people:
        kinds = [event.kind for event in record.events]
        assert len(kinds) == len(set(kinds))
        assert "outreach_sent" in kinds or set(kinds) <= {"touched"}
        undated = [event for event in record.events if event.precision == "by"]
        assert all(event.at.date() <= SAVED for event in undated)
        assert ("meeting_held" in kinds) == (fold(record.events).stage == "met")


TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), max_size=20)


@settings(deadline=None, max_examples=80)
@given(rows=st.lists(st.tuples(TEXT, TEXT, TEXT), max_size=6), kind=st.sampled_from(["csv", "xlsx"]))
def test_the_names_of_any_table_of_text_come_back(rows, kind, tmp_path_factory):
    rows = [("Name", "Company", "Notes"), ("Dana", "Orbit", ""), *rows]
    tmp_path = tmp_path_factory.mktemp("table")
    guarded = [[f"'{cell}" if cell.lstrip(" ")[:1] in {"=", "+", "-", "@"} else cell for cell in row] for row in rows]
    people, _ = _csv(tmp_path, *guarded) if kind == "csv" else _xlsx(tmp_path, Sheet=guarded)
    expected = [" ".join(name.split()) for name, *_ in rows[1:]]
    assert [record.person.name for record in people] == [name for name in expected if name and name != "Name"]
