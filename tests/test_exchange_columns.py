"""The columns of somebody's own table: known by name, by what stands in them, or by the user's word."""

import pytest

import infoint
from infoint.errors import UnrecognisedFile
from infoint.exchange.columns import by_content

ROWS = (
    "Dana Ruiz,Orbit,dana@example.com,Thanked,2025-03-03,Email",
    "Kim Lee,Acme,kim@example.com,Emailed,2025-03-04,LinkedIn",
    "Ada Park,Acme,ada@example.org,Replied,2025-03-14,LinkedIn",
)


@pytest.fixture
def campaign():
    with infoint.open(":memory:", create=True) as campaign:
        yield campaign


def table(tmp_path, header, rows=ROWS):
    path = tmp_path / "mine.csv"
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("cells", "proven", "perhaps"),
    [
        (["dana@example.com", "kim@example.org"], "email", ""),
        (["https://www.linkedin.com/in/dana", "linkedin.com/in/kim"], "url", ""),
        (["Emailed", "Chat scheduled", "no response"], "status", ""),
        (["InMail", "Phone"], "channel", ""),
        (["Friend", "alumni", "weak"], "relationship", ""),
        (["3/4/2025", "2025-03-04"], "", "outreach_sent"),
        (["Dana Ruiz", "Zoë de la Öz"], "", "name"),
        (["Dana Ruiz", "Dana Ruiz", "Dana Ruiz"], "", ""),  # a name that stands everywhere tells of the table
        (["yes", "no"], "", ""),  # of what?
        (["1", "5"], "", ""),
        (["dana@example.com"], "", ""),  # one cell proves nothing
        (["dana@example.com", "ask her", "lost", "?"], "", ""),
        (["Energy", "Water"], "", ""),
    ],
)
def test_what_stands_in_a_column_proves_what_it_is_or_lets_one_ask(cells, proven, perhaps):
    found = by_content({}, 1, [[cell] for cell in cells])
    assert [dict.fromkeys(fields, 0) for fields in (proven.split(), perhaps.split())] == list(found)


def test_a_column_that_its_title_tells_is_not_looked_into(tmp_path, campaign):
    campaign.import_people(table(tmp_path, "Name,Company,Notes,Next step,Industry,School"))
    assert (campaign.find("dana").note.splitlines()[0], campaign.events().empty) == ("dana@example.com", True)


def test_columns_that_prove_themselves_are_used_and_told_and_dates_only_told(tmp_path, campaign):
    result = campaign.import_people(table(tmp_path, "Name,Company,Post,Stand,Wann,Weg"))
    assert campaign.find("kim").email == "kim@example.com"
    assert [event.kind for event in campaign.history("ada park")] == ["outreach_sent", "reply_received"]
    assert {event.precision for event in campaign.history("ada park")} == {"by"}
    assert [problem.message for problem in result.problems] == [
        "column 'Post' is taken for email by what stands in it",
        "column 'Stand' is taken for status by what stands in it",
        "column 'Wann' is not understood and was left out (if it is that: --map \"Wann=outreach_sent\")",
        "column 'Weg' is taken for channel by what stands in it",
    ]


def test_a_column_of_names_is_asked_for_and_not_guessed(tmp_path, campaign):
    path = table(tmp_path, "Wer,Firma,Post,Stand,Wann,Weg")
    with pytest.raises(UnrecognisedFile, match="'Wer' may be it") as refused:
        campaign.import_people(path)
    assert '--map "Wer=name"' in refused.value.hint
    columns = {column.title: (column.field, column.perhaps, column.example) for column in campaign.columns(path)}
    assert columns["Wer"] == ("", "name", "Dana Ruiz")
    assert columns["Post"] == ("email", "", "dana@example.com")
    assert columns["Wann"] == ("", "outreach_sent", "2025-03-03")


TOLD = {"wer": "name", "Firma": "Company", "Wann": "sent_at", "Weg ": ""}


def test_what_was_told_of_the_columns_holds_for_every_file_with_that_header(tmp_path, campaign):
    path = table(tmp_path, "Wer,Firma,Post,Stand,Wann,Weg")
    campaign.import_people(path, columns=TOLD)
    dana = campaign.find("dana")
    assert (dana.company, dana.email) == ("Orbit", "dana@example.com")
    sent = campaign.history(dana)[0]
    assert (sent.kind, sent.day().isoformat(), sent.precision, sent.channel) == (
        "outreach_sent",
        "2025-03-03",
        "day",
        "",
    )
    last = campaign.last_change()
    again = campaign.import_people(path, columns=TOLD)
    assert (again.unchanged, campaign.last_change()) == (3, last)
    assert campaign.columns(path) == []
    more = table(tmp_path, "wer,firma,post,stand,WANN?,weg", [*ROWS, "Leo Moss,Acme,,Emailed,2025-03-20,"])
    assert campaign.import_people(more).added == 1
    campaign.undo()
    campaign.undo()
    with pytest.raises(UnrecognisedFile):
        campaign.import_people(path)


@pytest.mark.parametrize(("title", "field"), [("Date", "sent_at"), ("Firma", "shoe size")])
def test_a_title_or_a_field_that_there_is_not_is_refused_with_those_there_are(tmp_path, campaign, title, field):
    path = table(tmp_path, "Name,Firma,Post,Stand,Wann,Weg")
    with pytest.raises(UnrecognisedFile, match=title) as refused:
        campaign.import_people(path, columns={title: field})
    assert refused.value.hint
    assert campaign.everybody() == []


@pytest.mark.parametrize(
    ("word", "field"),
    [("met_at", "meeting_held"), ("replied_at", "reply_received"), ("thanked_at", "thank_you_sent"), ("notes", "note")],
)
def test_a_field_may_be_called_as_the_tables_of_the_statistics_or_other_trackers_call_it(
    tmp_path, campaign, word, field
):
    campaign.import_people(table(tmp_path, "Name,Firma,Post,Stand,Wann,Weg"), columns={"Wann": word})
    kept = campaign.find("dana").note == "2025-03-03"
    facts = {event.kind for event in campaign.history("ada park") if event.precision == "day"}
    assert facts == (set() if kept else {field})
    assert kept == (field == "note")


def test_in_a_terminal_the_columns_are_shown_for_a_yes_and_changed_line_by_line(user):
    table(user.home, "Wer,Firma,Post,Stand,Wann,Weg")
    lines = ["Firma=nonsense", "Firma=company", "Wann=", ""]
    screen = user.talk("import", "mine.csv", say=[("\n> ", f"{line}\r") for line in lines])
    assert "'Firma' cannot mean 'nonsense'" in screen
    assert "3 added" in screen
    assert "mine.csv, row" not in screen
    with infoint.open(user.campaign) as campaign:
        assert campaign.find("ada park").company == "Acme"
        assert {event.precision for event in campaign.history("ada park")} == {"by"}
    assert "3 unchanged" in user.talk("import", "mine.csv", say=[])


def test_by_command_a_map_is_the_yes(user):
    table(user.home, "Name,Firma,Post,Stand,Wann,Weg")
    assert "3 added" in user.talk("import", "mine.csv", "--map", "Wann=sent_at", say=[])
    assert "TITLE=FIELD" in user.refused("import", "mine.csv", "--map", "Wann", code=2)


def test_an_old_spreadsheet_shows_its_funnel_at_once(newcomer):
    newcomer("start", "--name", "Robin Vega")
    rows = [f"Person {chr(65 + n)}, {'Met' if n < 5 else 'Emailed'}, 2025-03-{n + 1:02}" for n in range(20)]
    (newcomer.home / "tracker.csv").write_text("\n".join(["Name,Status,Date contacted", *rows]), encoding="utf-8")
    newcomer("import", "tracker.csv")
    assert "20 people approached" in " ".join(newcomer("funnel").out.split())
