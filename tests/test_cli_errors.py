"""Refusals and odd surroundings: one clear line, nothing changed, no traceback anywhere."""

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest

ODD = "Zoë Łukasz 李 🌱 שרה"
NARROW = {"PYTHONIOENCODING": "cp1252", "PYTHONUTF8": "0"}
HEAD = "First Name,Last Name,URL,Email Address,Company,Position,Connected On\n"


class TestTheCampaign:
    @pytest.mark.parametrize(
        "words",
        [
            ("today",),
            ("add", "Dana"),
            ("undo", "--yes"),
            ("backup", "copy.db"),
        ],
    )
    def test_that_is_missing_is_not_made(self, newcomer, words):
        err = newcomer.refused(*words)
        assert "There is no campaign at" in err
        assert "infoint start" in err
        assert not newcomer.files()

    @pytest.mark.parametrize("content", [b"Name,Company\nDana,Orbit\n", b"SQLite format 3\0" + b"\1" * 200, b""])
    def test_that_is_none_stays_byte_for_byte(self, newcomer, content):
        other = newcomer.home / "other.db"
        other.write_bytes(content)
        for words in (("today",), ("add", "Dana")):
            newcomer.refused("--campaign", "other.db", *words)
        assert other.read_bytes() == content

    def test_that_is_a_folder_is_said(self, newcomer):
        newcomer.refused("--campaign", ".", "today")


class TestWrongFiles:
    @pytest.mark.parametrize(
        ("name", "content", "said"),
        [
            ("empty.csv", b"", "it is empty"),
            ("blank.csv", b"\n\n \n", "there is nothing in it"),
            ("header.csv", HEAD.encode(), "no person"),
            ("columns.csv", b"Street,Town\nMill Lane,Marlow\n", "found: Street, Town"),
            ("nul.csv", HEAD.encode() + b"Da\0na,Ruiz,,,Orbit,Lead,28 Oct 2023\n" * 3, "it is not a text file"),
            ("zeros.csv", b"\0" * 500, "it is not a text file"),
            ("dates.csv", HEAD.encode() + b",,,,,,28 Oct 2023\n" * 3, "no person"),
            ("old.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "old .xls"),
            ("export.zip", b"PK\x03\x04" + b"\0" * 60, ""),
        ],
    )
    def test_are_refused_by_name_with_nothing_changed(self, user, name, content, said):
        (user.home / name).write_bytes(content)
        err = user.refused("import", name)
        assert err.startswith(f"{name} cannot be imported: ")
        assert said in err
        assert "Nothing was changed." in err

    @pytest.mark.parametrize(("name", "said"), [(".", "folder"), ("nowhere.csv", "no such file")])
    def test_also_where_there_is_no_file(self, user, name, said):
        assert said in user.refused("import", name)


class TestWrongWords:
    @pytest.mark.parametrize(
        ("words", "said"),
        [
            (("log", "nobody at all", "wrote"), "Nobody in this campaign is called 'nobody at all'"),
            (("write", "Leyla Sand"), "Did you mean Leila Sand?"),
            (("forget", "Delfine Nkurunzisa", "--yes"), "Did you mean Delphine Nkurunziza?"),
            (("log", "alex kim", "wrote"), "Acme Robotics"),
            (("prepare", "alex"), "could be 2 people"),
            (("edit", "leila", "--introduced-by", "nobody at all"), "nobody at all"),
            (("log", "leila", "anwsered"), "Did you mean answered?"),
            (("log", "leila", "meeting_hold"), "Did you mean meeting_held?"),
            (("log", "leila", "wrote", "--at", "tomorrow 9:00"), "still to come"),
            (("log", "leila", "wrote", "--at", "2099-01-01"), "2099-01-01 is still to come"),
            (("log", "leila", "wrote", "--at", "3/4"), "Write it as"),
            (("log", "leila", "wrote", "--at", "the day of the cats"), "is not a date I can read"),
            (("log", "leila", "wrote", "--minutes", "20"), "minutes"),
            (("log", "leila", "later"), "until"),
            (("log", "leila", "promised"), "text"),
            (("snooze", "leila", "when it rains"), "is not a date I can read"),
            (("debrief", "leila", "--learnt", "x", "--at", "in two hours"), "still to come"),
            (("write", "leila", "--template", "outreach/warn"), "outreach/warm"),
            (("add", "Ada Park", "--email", "ada at home"), "email cannot be 'ada at home'"),
            (("edit", "leila", "--email", "leila@nowhere"), "email"),
            (("add", " "), "a name is needed"),
            (("add", "Leila Sand"), "already here"),
            (("edit", "me", "--timezone", "Mars/Base"), "timezone"),
            (("edit", "me", "--weekly", "99"), "weekly"),
        ],
    )
    def test_are_refused_with_one_clear_line(self, user, words, said):
        assert said in user.refused(*words)

    def test_an_ambiguous_date_is_shown_both_ways(self, user):
        err = user.refused("log", "leila", "wrote", "--at", "3/4/2025")
        assert all(reading in err for reading in ("2025-03-04", "2025-04-03"))

    @pytest.mark.parametrize(
        ("words", "said"),
        [
            (("tody",), "Did you mean today?"),
            (("zzz",), "infoint --help"),
            (("log", "leila"), "KIND"),
            (("log", "leila", "met", "--minute", "soon"), "--minute"),
            (("add", "Ada", "--comfort", "6"), "6"),
            (("add", "Ada", "--relationship", "nephew"), "nephew"),
            (("edit", "leila"), "Say what to change"),
            (("import",), "FILE"),
        ],
    )
    def test_wrong_usage_is_told_apart_by_its_exit_code(self, user, words, said):
        assert said in user.refused(*words, code=2)

    def test_a_moment_is_judged_on_the_users_own_clock(self, user):
        user("edit", "me", "--timezone", "Pacific/Kiritimati")
        later = datetime.now(UTC) + timedelta(hours=13)
        user("log", "leila", "wrote", "--at", f"{later:%Y-%m-%d %H:%M}")


class TestOddSurroundings:
    @pytest.mark.parametrize(
        "environment",
        [NARROW, NARROW | {"LC_ALL": "C"}, {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}, {}],
        ids=["cp1252", "cp1252 and C", "C alone", "as it comes"],
    )
    @pytest.mark.skipif(sys.platform == "win32", reason="arguments are UTF-16 there, whatever the locale")
    def test_names_go_in_and_come_out_as_utf_8(self, newcomer, environment):
        newcomer("start", "--name", ODD, "--person", "Tom, acquaintance", **environment)
        newcomer("add", "李 小龍", "--company", "Café 🌱", "--note", "שלום", **environment)
        assert ODD in newcomer("write", "tom", **environment).out
        out = newcomer("people", "李", **environment).out
        assert "李 小龍 (Café 🌱)" in out
        assert "שלום" in out
        assert "Nobody in this campaign is called 'Ωmega'" in newcomer("write", "Ωmega", code=1, **environment).err

    def test_the_demonstration_runs_on_an_old_windows_code_page(self, newcomer):
        out = newcomer("demo", **NARROW).out
        assert "Mateo 🌱 Fuentes" in newcomer("--campaign", "infoint-demo/career.db", "people", **NARROW).out
        assert "Chloé Marchand" in out

    def test_no_editor_is_needed(self, user):
        assert "EDITOR" not in user.environment()
        user("debrief", "leila", "--notes", "long and windy")

    def test_a_closed_pipe_is_no_error(self, user):
        reading, writing = os.pipe()
        os.close(reading)
        done = subprocess.run(
            [sys.executable, "-m", "infoint", "people"],
            env=user.environment(),
            cwd=user.home,
            stdin=subprocess.DEVNULL,
            stdout=writing,
            stderr=subprocess.PIPE,
            check=False,
        )
        os.close(writing)
        assert not done.stderr

    def test_nothing_is_written_beside_the_campaign(self, user):
        before = user.files()
        for words in (("today",), ("people",), ("write", "leila"), ("funnel",)):
            user(*words)
        assert user.files() == before

    def test_help_names_every_command_in_full_sentences(self, newcomer):
        out = newcomer("--help").out
        for command in ("demo", "start", "where", "add", "edit", "import", "people", "next", "today", "write", "log"):
            assert f"\n  {command} " in out
        assert "..." not in out.split("Begin:")[1]
        assert max(map(len, out.splitlines())) <= 80
