"""Whom you know: add, edit, import, people and next."""

import json
import re

import pytest
from rich.cells import cell_len

import infoint

ODD = "Zoë Łukasz 李 🌱 שרה"


def found(user, query):
    with infoint.open(user.campaign) as campaign:
        return campaign.find(query)


class TestAdd:
    def test_keeps_every_field_that_was_given(self, user):
        user(
            *("add", "Dana Reyes", "--friend", "--email", "dana@example.com", "--company", "Orbit", "--role", "Editor"),
            *("--industry", "books", "--comfort", 3, "--school", "Alder", "--tag", "a", "--tag", "b", "--connected"),
        )
        dana = found(user, "dana reyes")
        assert (dana.relationship, dana.email, dana.company, dana.role) == (
            "friend",
            "dana@example.com",
            "Orbit",
            "Editor",
        )
        assert (dana.industry, dana.comfort, dana.school, dana.tags) == ("books", 3, "Alder", ("a", "b"))
        assert dana.connected

    def test_names_who_introduced_them(self, user):
        user("add", "Ada Park", "--introduced-by", "leila")
        assert found(user, "ada park").introduced_by == found(user, "leila").id

    def test_the_command_it_proposes_works(self, user):
        out = user("add", "Ada Park", "--colleague").out
        assert 'infoint write "Ada Park"' in out
        assert "To: Ada Park" in user("write", "Ada Park").out

    def test_undo_takes_somebody_away_again(self, user):
        before = user("people", "--json").out
        user("add", "Ada Park")
        user("undo", "--yes")
        assert user("people", "--json").out == before


class TestEdit:
    def test_changes_what_is_named_and_nothing_else(self, user):
        before = found(user, "leila")
        assert "Leila Sand (Orbit)" in user("edit", "leila", "--company", "Orbit").out
        after = found(user, "leila")
        assert (after.company, after.email, after.relationship) == ("Orbit", before.email, before.relationship)

    def test_nothing_new_changes_nothing(self, user):
        before = user.dump()
        assert "Nothing was different" in user("edit", "leila", "--family").out
        assert user.dump() == before

    def test_me_is_the_profile(self, user):
        user("edit", "me", "--background", "six years of teaching", "--skills", "teaching, data", "--weekly", 3)
        with infoint.open(user.campaign) as campaign:
            me = campaign.profile
        assert (me.background, me.skills, me.weekly) == ("six years of teaching", ("teaching", "data"), 3)
        assert (me.name, me.exploring) == ("Nadia Brandt", "museum work")


class TestPeople:
    def test_the_table_fits_80_columns_one_line_each(self, user):
        lines = user("people").out.splitlines()
        assert lines[-1] == "70 people"
        assert len(lines) == 70 + 3
        assert max(cell_len(line) for line in lines) <= 80

    def test_the_easiest_to_write_to_come_first(self, user):
        comfort = [person["comfort"] or 0 for person in json.loads(user("people", "--json").out)]
        assert len(comfort) == 70
        lines = user("people").out.splitlines()[2:6]
        assert [line.split()[0] for line in lines[:3]] == ["Leila", "Zoë", "Tom"]

    @pytest.mark.parametrize(
        ("filters", "names"),
        [
            (("--relationship", "family"), {"Leila Sand"}),
            (("--company", "Quill Publishing Ltd"), {"Alex Kim", "Farid Rahimov", "Linnea Forsgren"}),
            (("--company", "quill"), {"Alex Kim", "Farid Rahimov", "Linnea Forsgren"}),
            (("--stage", "replied"), {"Tom Okoye"}),
            (("--stage", "approached"), {"Leila Sand"}),
            (("--tag", "choir"), {"Dana Ruiz"}),
            (("--relationship", "classmate", "--stage", "replied"), {"Tom Okoye"}),
            (("tom okoye",), {"Tom Okoye"}),
        ],
    )
    def test_filters(self, season, filters, names):
        assert {person["name"] for person in json.loads(season("people", *filters, "--json").out)} == names

    def test_a_filter_that_nobody_meets_says_so(self, user):
        assert user("people", "--stage", "met").out.startswith("Nobody is here like that.")

    def test_the_history_of_one_person_holds_what_was_agreed(self, user):
        user("log", "leila", "scheduled", "--start", "2099-05-08 15:00", "--place", "the café")
        user("log", "leila", "promised", "--text", "send the book", "--due", "2099-05-09")
        out = user("people", "leila").out
        assert "meeting scheduled for Fri 8 May 2099, 15:00: the café" in out
        assert "promise made by Sat 9 May 2099: send the book" in out

    def test_a_name_shows_everything_about_one_person(self, season):
        out = season("people", "tom ok").out
        assert "classmate, comfort 4 of 5" in out
        assert re.search(r"\d{4}-\d\d-\d\d 09:00  reply received: glad to talk", out)
        assert "their message of" in out

    @pytest.fixture
    def season(self, user):
        with infoint.open(user.campaign) as campaign:
            campaign.update("dana ruiz", tags=("choir",))
            campaign.log("leila", "wrote")
            campaign.log("tom okoye", "wrote", at="10 days ago")
            campaign.log("tom okoye", "answered", at="9 days ago 9:00", note="glad to talk")
        return user


class TestAskComfort:
    def test_one_key_each(self, user):
        screen = user.talk(
            "people",
            "--ask-comfort",
            say=[("  1  ", "4"), ("  2  ", "\r"), ("  3  ", "x"), ("", "2"), ("  4  ", "q")],
        )
        assert "2 kept" in screen
        with infoint.open(user.campaign) as campaign:
            assert sorted(person.comfort for person in campaign.everybody() if person.comfort) == [2, 4]

    def test_goes_on_where_it_was_left(self, user):
        first = user.talk("people", "--ask-comfort", say=[("  1  ", "3"), ("  2  ", "q")])
        asked = re.search(r"  2  (.*?)  q", first)[1]
        assert f"  1  {asked}" in user.talk("people", "--ask-comfort", say=[("  1  ", "q")])

    @pytest.mark.parametrize("key", ["\x04", "\x03"])
    def test_what_was_answered_is_kept_when_one_stops(self, user, key):
        user.talk("people", "--ask-comfort", say=[("  1  ", "5"), ("  2  ", key)], code=int(key == "\x03"))
        with infoint.open(user.campaign) as campaign:
            assert [person.comfort for person in campaign.everybody() if person.comfort] == [5]

    def test_friends_and_family_are_not_asked_about(self, user):
        screen = user.talk("people", "--ask-comfort", say=[("  1  ", "q")])
        assert not any(name in screen for name in ("Leila", "Tom Okoye", "Łukasz"))

    def test_needs_a_terminal(self, user):
        assert "--comfort" in user.refused("people", "--ask-comfort", code=2)


class TestNext:
    def test_the_warm_come_first_with_reasons(self, user):
        out = user("next", "--limit", 3).out
        assert re.search(r"1\. Leila Sand\n   family, very easy for you to write to\n2\. Zoë", out)
        assert "3. Tom Okoye\n   a classmate, easy for you to write to" in out

    def test_json_gives_reasons(self, user):
        queue = json.loads(user("next", "--limit", 7, "--json").out)
        assert len(queue) == 7
        assert all(item["reasons"] for item in queue)

    def test_whoever_was_written_to_is_not_proposed(self, user):
        user("log", "leila", "wrote")
        assert "Leila" not in user("next", "--limit", 70).out


HEADER = ("First Name", "Last Name", "URL", "Email Address", "Company", "Position", "Connected On")
ROWS = (
    ("Zoë", "Łukasz 李 🌱", "https://www.linkedin.com/in/zoe-madeup", "", "Orbit", "Editor", "28 Oct 2023"),
    ("שרה", "כהן", "https://www.linkedin.com/in/sara-madeup", "sara@example.com", "Vega, Holt", "Ops", "05 Feb 2024"),
    ("Kenji", 'Mori "Ken"', "https://www.linkedin.com/in/ken-madeup", "", "Tide", "Lead\nGrid", "01 Jan 2024"),
)
LATIN = (
    ("José", "Müller", "https://www.linkedin.com/in/jose-madeup", "", "Café Zürich", "Señor", "28 Oct 2023"),
    ("Renée", "Åberg", "https://www.linkedin.com/in/renee-madeup", "", "Øst & Cie", "Chef – été", "05 Feb 2024"),
)


def linkedin(rows, delimiter=",", preamble=""):
    quoted = (delimiter.join('"' + cell.replace('"', '""') + '"' for cell in row) for row in (HEADER, *rows))
    return preamble + "\r\n".join(quoted) + "\r\n"


NOTES = 'Notes:\r\n"When exporting, some addresses are missing, because, well, ""privacy""."\r\n\r\n'


class TestImport:
    @pytest.mark.parametrize(
        ("content", "rows"),
        [
            (linkedin(ROWS).encode(), ROWS),
            (linkedin(ROWS, preamble=NOTES).encode("utf-8-sig"), ROWS),
            (linkedin(ROWS, ";").encode("utf-8-sig"), ROWS),
            (linkedin(ROWS, "\t").encode("utf-16"), ROWS),
            (linkedin(LATIN).encode("cp1252"), LATIN),
            (linkedin(LATIN[:1], ";").encode("latin-1"), LATIN[:1]),
        ],
        ids=["utf-8", "mark and preamble", "semicolons", "utf-16 tabs", "cp1252", "latin-1 semicolons"],
    )
    def test_every_shape_gives_the_same_people(self, user, content, rows):
        (user.home / "Connections.csv").write_bytes(content)
        assert f"{len(rows)} added, 0 merged, 0 unchanged, 0 skipped" in user("import", "Connections.csv").out
        people = {(p["name"], p["company"], p["url"]) for p in json.loads(user("people", "--json").out)}
        assert {(f"{row[0]} {row[1]}", row[4], row[2]) for row in rows} <= people

    def test_again_changes_nothing(self, user, demo_files):
        user("import", demo_files / "letters.csv")
        before = user.dump()
        for file in ("letters.csv", "Connections.csv"):
            assert "0 added, 0 merged" in user("import", demo_files / file).out
        assert user.dump() == before

    def test_a_tracker_becomes_backdated_facts(self, user, demo_files):
        out = user("import", demo_files / "letters.csv").out
        assert "31 facts logged" in out
        assert "letters.csv, row 14" in out
        assert "Pinged?" in out
        with infoint.open(user.campaign) as campaign:
            assert campaign.standing("malik osei").stage == "met"
            told = {event.kind: str(event.day(campaign.zone)) for event in campaign.history("malik osei")}
        assert (told["outreach_sent"], told["thank_you_sent"]) == ("2025-02-04", "2025-02-19")

    def test_a_workbook_is_taken_too(self, user):
        openpyxl = pytest.importorskip("openpyxl")
        book = openpyxl.Workbook()
        for row in (("Name", "Company", "Status", "Date contacted"), ("Ada Park", "Orbit", "Emailed", "2025-02-03")):
            book.active.append(row)
        book.save(user.home / "mine.xlsx")
        assert "1 added" in user("import", "mine.xlsx").out
        assert found(user, "ada park").company == "Orbit"

    def test_what_was_skipped_is_told_with_file_and_row_also_as_json(self, user):
        content = linkedin([*ROWS[:1], ("", "", "", "", "", "", "28 Oct 2023")])
        (user.home / "Connections.csv").write_text(content, encoding="utf-8", newline="")
        told = json.loads(user("import", "Connections.csv", "--json").out)
        assert (told["added"], told["skipped"]) == (1, 1)
        (problem,) = told["problems"]
        assert (problem["source"], problem["row"]) == ("Connections.csv", 3)

    def test_a_terminal_shows_a_bar_of_how_much_is_read(self, user):
        (user.home / "Connections.csv").write_text(linkedin(ROWS), encoding="utf-8", newline="")
        screen = user.talk("import", "Connections.csv", say=[])
        assert "━━━━━━━━ 3 rows read" in screen

    def test_who_may_be_here_twice_is_told_and_asked_about_by_merge(self, user):
        (user.home / "mine.csv").write_text("Name,Company\nTom Okoye,Orbit\n", encoding="utf-8")
        assert "1 person may be here twice now" in user("import", "mine.csv").out
        assert "merged" not in user.talk("merge", say=[("?", "y")])
        assert found(user, "tom okoye").company == "Orbit"

    def test_days_and_months_are_never_guessed(self, user):
        (user.home / "mine.csv").write_text("Name,Status,Date contacted\nAda Park,Emailed,03/04/2025\n")
        err = user.refused("import", "mine.csv")
        assert all(reading in err for reading in ("03/04/2025", "2025-04-03", "2025-03-04", "--dates"))

    @pytest.mark.parametrize(("order", "day"), [("dmy", "2025-04-03"), ("mdy", "2025-03-04")])
    def test_unless_the_user_says_how_they_are_meant(self, user, order, day):
        (user.home / "mine.csv").write_text("Name,Status,Date contacted\nAda Park,Emailed,03/04/2025\n")
        user("import", "mine.csv", "--dates", order)
        with infoint.open(user.campaign) as campaign:
            assert str(campaign.history("ada park")[0].day(campaign.zone)) == day

    def test_undo_takes_it_back_whole(self, user, demo_files):
        before = user("people", "--json").out
        user("import", demo_files / "letters.csv")
        assert "added" in user("undo", "--yes").out
        assert user("people", "--json").out == before

    def test_odd_names_can_be_typed_and_come_out_again(self, user):
        assert ODD in user("people", "łukasz").out
        assert ODD in user("people", ODD).out


class TestImportOfSeveralFiles:
    CARD = "BEGIN:VCARD\nVERSION:3.0\nFN:Kim Lee\nORG:Acme\nEND:VCARD\n"

    def test_each_is_recognised_and_a_dry_run_changes_nothing(self, user):
        (user.home / "a.csv").write_text("Name,Company\nAda Park,Orbit\n,Nobody\n", encoding="utf-8")
        (user.home / "b.vcf").write_text(self.CARD, encoding="utf-8")
        before = user.dump()
        told = user("import", "a.csv", "b.vcf", "--dry-run").out
        assert "1 added" in told
        assert "Nothing has been." in told
        assert user.dump() == before
        assert "vCards" in user("import", "a.csv", "b.vcf", "--problems", "problems.csv").out
        assert (found(user, "ada park").company, found(user, "kim lee").company) == ("Orbit", "Acme")
        assert "a.csv,3,True,no name in this row" in (user.home / "problems.csv").read_text(encoding="utf-8-sig")
