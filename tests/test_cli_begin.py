"""The first minutes: demo, start and where."""

import re
import shlex
import time

import pytest
from rich.cells import cell_len

import infoint


@pytest.fixture(scope="module")
def demo(tmp_path_factory, make_user):
    user = make_user(tmp_path_factory.mktemp("demo"))
    started = time.monotonic()
    done = user("demo")
    return user, done.out, time.monotonic() - started


class TestDemo:
    def test_fits_80_columns_also_into_a_pipe(self, demo):
        assert max(cell_len(line) for line in demo[1].splitlines()) <= 80

    def test_takes_less_than_ten_seconds(self, demo):
        assert demo[2] < 10

    def test_names_the_new_folder_it_made(self, demo):
        user, out, _ = demo
        assert "It lies in infoint-demo " in out
        assert {path.name for path in (user.home / "infoint-demo").iterdir()} >= {
            "career.db",
            "Connections.csv",
            "letters.csv",
        }

    @pytest.mark.parametrize(
        "promised",
        [
            r"Connections\.csv \(LinkedIn connections",
            r"letters\.csv \(tracker",
            r"(?m)^([6-9]\d|\d{3,}) added, 0 merged",
            r"Connections\.csv, row \d+: closed account",
            r"letters\.csv, row \d+: Status: 'Pinged\?' is no status that is known",
            r"(?m)^● Answer .*\n  their message of .* waits for you\n  infoint write",
            r"(?m)^To: .*\n\nHi ",
            r"just say so\.\n\nRobin\n",
            r"# Before you meet Dana Ruiz",
            r"9\. Who else would you suggest I talk to\?",
            r"stage +people +of those before +90% interval +still waiting",
            r"(?m)^replied +\d+ +\d+% +\d+% to \d+% +\d+$",
            r"letters +answered +too fresh +rate +90% interval",
            r"(?m)^  infoint start$",
            r"(?m)^  infoint import Connections\.csv$",
        ],
    )
    def test_shows_what_was_promised(self, demo, promised):
        assert re.search(promised, demo[1])

    def test_the_commands_it_prints_can_be_typed_as_printed(self, demo):
        user, out, _ = demo
        printed = re.findall(r"(?m)^  infoint (.+)$", out)
        look = next(shlex.split(line) for line in printed if line.startswith("--campaign"))
        assert "Dana Ruiz" in user(*look).out
        first = {line.split()[0]: shlex.split(line) for line in printed if line.endswith('"')}
        first |= {line.split()[0]: shlex.split(line) for line in printed if line.startswith("log ")}
        assert {"write", "log"} <= first.keys()
        for words in first.values():
            user("--campaign", "infoint-demo/career.db", *words)

    def test_never_overwrites(self, make_user, tmp_path):
        user = make_user(tmp_path)
        (tmp_path / "infoint-demo").write_text("mine")
        assert "It lies in infoint-demo-2 " in user("demo").out
        assert (tmp_path / "infoint-demo").read_text() == "mine"
        assert "infoint-demo-2 is already there" in user.refused("demo", "--folder", "infoint-demo-2")


class TestStart:
    flags = ("start", "--name", "Nadia Brandt", "--exploring", "museum work")

    def test_puts_the_first_letter_on_the_screen_and_tells_of_the_export(self, newcomer):
        out = newcomer(*self.flags, "--person", "Leila Sand, family, leila@example.com").out
        assert "To: Leila Sand <leila@example.com>" in out
        assert "museum work" in out
        assert "\nNadia\n" in out
        assert 'infoint log "Leila Sand" wrote --template outreach/warm' in out
        assert "Get a copy of your data" in out
        assert "within minutes" in out

    def test_the_answers_are_kept(self, newcomer):
        people = ("--person", "Tom, classmate", "--person", "Ann Lee, , Ex-Colleague,", "--person", "Bo,")
        newcomer(*self.flags, "--timezone", "Europe/Berlin", "--email", "N@example.com", *people)
        with infoint.open(newcomer.campaign) as campaign:
            me, known = campaign.profile, {person.name: person.relationship for person in campaign.everybody()}
        assert (me.name, me.exploring, me.timezone, me.country) == (
            "Nadia Brandt",
            "museum work",
            "Europe/Berlin",
            "DE",
        )
        assert known == {"Tom": "classmate", "Ann Lee": "colleague", "Bo": "friend"}

    @pytest.mark.parametrize("answer", ["Not sure", "?"])
    def test_not_sure_is_fine_and_never_reaches_a_letter(self, newcomer, answer):
        out = newcomer("start", "--name", "Nadia", "--exploring", answer, "--person", "Tom").out
        assert "I'm exploring my options, and" in out
        assert "not sure" not in out.casefold()

    def test_nothing_is_asked_without_a_terminal(self, newcomer):
        err = newcomer.refused("start", code=2)
        assert "Nobody is here to ask" in err
        newcomer("start", "--name", "Nadia Brandt")

    @pytest.mark.parametrize(
        ("wrong", "said"),
        [
            (("--person", "Tom, nephew"), "relationship"),
            (("--person", "Tom, tom@nowhere"), "email"),
            (("--person", "Tom", "--person", "tom"), "already here"),
            (("--person", " , friend"), "a name is needed"),
            (("--timezone", "Mars/Base"), "timezone"),
            (("--name", " "), "a name is needed"),
        ],
    )
    def test_a_wrong_answer_leaves_nothing_behind(self, newcomer, wrong, said):
        assert said in newcomer.refused(*self.flags, *wrong)

    def test_a_campaign_that_is_there_is_left_as_it_is(self, user):
        before = user.campaign.read_bytes()
        assert "already there" in user.refused("start", "--name", "Somebody Else")
        assert user.campaign.read_bytes() == before


class TestStartInATerminal:
    def test_two_questions_three_people_and_the_first_letter(self, newcomer):
        screen = newcomer.talk(
            "start",
            say=[
                ("Your name", "Nadia Brandt\r"),
                ("exploring", "not sure\r"),
                ("  1", "Dana Ruiz, friend, dana@example.com\r"),
                ("  2", "Zoë Łukasz 李 🌱 שרה, colleague\r"),
                ("  3", "Tom Okoye\r"),
            ],
        )
        assert "Your first letter, to Dana Ruiz" in screen
        assert "\nNadia\n" in screen
        with infoint.open(newcomer.campaign) as campaign:
            known = {person.name: person.relationship for person in campaign.everybody()}
        assert known == {"Dana Ruiz": "friend", "Zoë Łukasz 李 🌱 שרה": "colleague", "Tom Okoye": "friend"}

    def test_what_cannot_be_is_asked_again(self, newcomer):
        screen = newcomer.talk(
            "start",
            *("--name", "Nadia", "--exploring", "not sure"),
            say=[
                ("  1", "Tom, nephew\r"),
                ("relationship cannot be 'nephew'", ""),
                ("  1", "Tom, tom@nowhere\r"),
                ("email cannot be 'tom@nowhere'", ""),
                ("  1", "Tom\r"),
                ("  2", "tom\r"),
                ("already here", ""),
                ("  2", "\r"),
            ],
        )
        assert "Your first letter, to Tom" in screen

    @pytest.mark.parametrize("answered", range(4))
    def test_ctrl_c_leaves_nothing_behind(self, newcomer, answered):
        answers = [("Your name", "Nadia\r"), ("exploring", "\r"), ("  1", "Dana Ruiz\r"), ("  2", "Tom\r")]
        say = [*answers[:answered], (answers[answered][0], "\x03")]
        assert "Nothing more was recorded" in newcomer.talk("start", say=say, code=1)
        assert not newcomer.files()


class TestWhere:
    def test_tells_the_place_before_anything_is_there(self, newcomer):
        out = newcomer("where").out
        assert out.startswith(str(newcomer.campaign))
        assert "infoint start" in out
        assert not newcomer.files()

    def test_tells_what_is_in_it(self, user):
        assert "70 people" in user("where").out

    def test_the_file_is_that_of_the_option_then_of_the_environment(self, user, tmp_path):
        one, two = tmp_path / "one.db", tmp_path / "two.db"
        assert user("where", INFOINT_CAMPAIGN=str(one)).out.startswith(str(one))
        assert user("--campaign", two, "where", INFOINT_CAMPAIGN=str(one)).out.startswith(str(two))
