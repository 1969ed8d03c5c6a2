"""The traps in files as people have them, each on a made-up one: what the files of their formats do not test."""

import csv
import io

import pytest

import infoint

DANA, KIM, ME = (f"https://www.linkedin.com/in/{name}" for name in ("dana-ruiz", "kim-lee", "robin"))
CONNECTIONS = "First Name,Last Name,URL,Email Address,Company,Position,Connected On\n"
ASK = "could we talk for 20 minutes?"


@pytest.fixture
def campaign():
    with infoint.open(":memory:", create=True) as campaign:
        campaign.profile = infoint.Profile(name="Robin Vega")
        yield campaign


@pytest.fixture
def take(campaign, tmp_path):
    """Import a text, its lines joined, under a name."""

    def take(name, *lines, encoding="utf-8", **options):
        (tmp_path / name).write_bytes("\n".join([*lines, ""]).encode(encoding))
        return campaign.import_people(tmp_path / name, **options)

    return take


def kinds(campaign, person):
    return [event.kind for event in campaign.history(person)]


def test_rows_that_stand_twice_are_one_person_and_namesakes_with_two_profiles_are_two(campaign, take):
    row, namesake = f"Dana,Ruiz,{DANA},,Orbit,Engineer,28 Oct 2023", f"Dana,Ruiz,{DANA}-2,,Orbit,Engineer,28 Oct 2023"
    closed = ",,,,,,28 Oct 2023"
    result = take("Connections.csv", CONNECTIONS.strip(), row, namesake, row, closed, closed, row)
    assert (result.added, result.unchanged, result.skipped) == (2, 2, 2)
    assert len({person.url for person in campaign.everybody()}) == 2


@pytest.mark.parametrize(
    ("header", "row"),
    [
        (
            "CONVERSATION ID,CONVERSATION TITLE,FROM,SENDER PROFILE URL,TO,RECIPIENT PROFILE URLS,DATE,SUBJECT,CONTENT",
            f'c,,Dana Ruiz,{DANA},Robin Vega,{ME},2025-03-03 08:30:10 UTC,,"{ASK}"',
        ),
        (
            "CONVERSATION ID,CONVERSATION TITLE,FROM,SENDER PROFILE URL,TO,DATE,SUBJECT,CONTENT,FOLDER,ATTACHMENTS",
            f'c,,Dana Ruiz,{DANA},Robin Vega,2025-03-03 08:30:10 UTC,,"{ASK}",INBOX,',
        ),
        (
            "From,To,Date,Subject,Content,Direction,Folder",
            f'Dana Ruiz,Robin Vega,"3/3/25, 8:30 AM",,"{ASK}",INCOMING,INBOX',
        ),
        ("From,To,Sent At,Message,Direction", f'Dana Ruiz,Robin Vega,"3/3/25, 8:30 AM","{ASK}",INCOMING'),
        (
            "From,To,Sent At,Message,Direction,inviterProfileUrl,inviteeProfileUrl",
            f'Dana Ruiz,Robin Vega,"3/3/25, 8:30 AM","{ASK}",INCOMING,{DANA},{ME}',
        ),
    ],
    ids=["messages", "messages without recipients' profiles", "messages of 2018", "invitations", "with profiles"],
)
def test_what_they_wrote_first_is_a_touch_in_every_shape(campaign, take, header, row):
    take("Connections.csv", CONNECTIONS.strip(), f"Dana,Ruiz,{DANA},,Orbit,Engineer,28 Oct 2023")
    assert take("messages.csv", header, row).events == 1
    (event,) = campaign.history("dana")
    assert (event.kind, event.details["by"], str(event.day())) == ("touched", "them", "2025-03-03")


def test_messages_go_by_the_profile_and_never_to_a_namesake(campaign, take):
    take("Connections.csv", CONNECTIONS.strip(), f"Dana,Ruiz,{DANA},,Orbit,Engineer,28 Oct 2023")
    header = "CONVERSATION ID,FROM,SENDER PROFILE URL,TO,RECIPIENT PROFILE URLS,DATE,CONTENT"
    row = f'c,Robin Vega,{ME},{{}},{{}},2025-03-03 08:30:10 UTC,"{ASK}"'
    result = take("messages.csv", header, row.format("Dana Ruiz", f"{DANA}-2"), row.format("D. R.", DANA))
    assert kinds(campaign, "dana") == ["outreach_sent"]
    assert ["not among your people" in problem.message for problem in result.problems] == [True]


def test_google_joins_several_values_in_a_cell_and_breaks_lines_in_notes(campaign, take):
    header = "Name,Given Name,Birthday,Notes,Group Membership,E-mail 1 - Type,E-mail 1 - Value,Organization 1 - Name"
    row = 'Dana Ruiz,Dana,--05-17,"one\ntwo",* myContacts ::: Choir ::: * Work,*,d@example.com ::: r@example.org,Orbit'
    take("contacts.csv", header, row)
    dana = campaign.find("dana")
    assert (dana.email, dana.company, dana.tags) == ("d@example.com", "Orbit", ("Choir",))
    assert dana.note.startswith("one\ntwo")
    assert "r@example.org" in dana.note


@pytest.mark.parametrize("what", ["PHOTO", "LOGO", "KEY", "SOUND"])
@pytest.mark.parametrize("fold", [" ", "\t", ""])
def test_a_card_is_read_without_its_pictures_sounds_and_keys(campaign, take, what, fold):
    binary = [f"item1.{what};ENCODING=b;TYPE=X:AAAA", f"{fold}BBBB=", f"{fold}CCCC", ""]
    cards = ["BEGIN:VCARD", "VERSION:3.0", "FN:Dana Ruiz", *binary, "ORG:Orbit", "END:VCARD"]
    assert take("all.vcf", *cards).problems == ()
    assert campaign.find("dana").company == "Orbit"


COLUMNS = {
    "Name": "Dana Ruiz",
    "Company ": "Orbit",
    "Position": "Engineer",
    "Email": "dana@example.com",
    "LinkedIn": DANA,
    "How found": "choir",
    "Referred by": "",
    "Relationship": "alumni",
    "Strength": "weak",
    "Channel": "InMail",
    "Date contacted": "2025-03-03",
    "Last contact": "2025-03-10",
    "Next action": "call",
    "Next action date": "2025-04-01",
    "Status": "Chat complete",
    "Response?": "y",
    "Thank-you sent": "2025-03-11",
    "Notes": "kind",
}


@pytest.mark.parametrize(("name", "delimiter"), [("t.csv", ","), ("t.csv", ";"), ("t.csv", "\t"), ("t.tsv", "\t")])
def test_all_columns_seen_in_trackers_are_understood_together(campaign, take, name, delimiter):
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows([[], ["My search"], [*COLUMNS], [*COLUMNS.values()]])
    result = take(name, out.getvalue())
    assert result.problems == ()
    dana = campaign.find("dana")
    assert (dana.relationship, dana.comfort, dana.url, dana.company) == ("alum", 2, DANA, "Orbit")
    assert kinds(campaign, dana) == ["outreach_sent", "reply_received", "meeting_held", "thank_you_sent"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_the_encoding_that_was_used_is_said(campaign, take, encoding):
    result = take("t.csv", "Name,Company", "Zoë Öz,Café Orbit", encoding=encoding)
    assert (result.encoding, campaign.find("zoe").company) == (encoding, "Café Orbit")


def test_a_day_without_an_hour_is_that_day_in_every_zone(campaign, take):
    take("t.csv", "Name,Date contacted", "Dana Ruiz,2025-03-03")
    for zone in ("Pacific/Auckland", "America/Los_Angeles", "Pacific/Kiritimati"):
        campaign.profile = infoint.Profile(name="Robin Vega", timezone=zone)
        assert str(campaign.history("dana")[0].day(campaign.zone)) == "2025-03-03"


def test_no_row_is_dropped_in_silence(take):
    rows = ["Dana Ruiz,Orbit", ",Orbit", '"Kim,Orbit', "Lee,Orbit,Inc", "", "Name,Company", "Ada Park,Acme"]
    result = take("t.csv", "Name,Company", *rows)
    assert (result.added, result.skipped, [problem.row for problem in result.problems]) == (2, 4, [3, 4, 5, 7])
