"""Before a talk, at the command line: prepare, reflect and questions."""

import json
import re

import pytest

import infoint


def reflection(user):
    with infoint.open(user.campaign) as campaign:
        return campaign.reflection


class TestPrepare:
    def test_the_sheet_holds_what_was_promised(self, user):
        out = user("prepare", "dana", "--minutes", 20).out
        for part in ("# Before you meet Dana Ruiz", "## Research", "## Questions (20 minutes)", "Orbit Analytics"):
            assert part in out
        questions = re.findall(r"(?m)^(\d+)\. (.+)$", out)
        assert len(questions) == 7
        assert questions[-2][1].startswith("Who else")
        assert questions[-1][1].startswith("May I write to you again")

    @pytest.mark.parametrize(("minutes", "count"), [(15, 5), (30, 10)])
    def test_a_longer_talk_gets_more_questions(self, user, minutes, count):
        assert len(re.findall(r"(?m)^\d+\. ", user("prepare", "dana", "--minutes", minutes).out)) == count

    def test_saves_markdown_or_a_page_over_nothing(self, user):
        user("prepare", "zoë", "--save", "sheet.md")
        user("prepare", "zoë", "--save", "sheet.HTML")
        sheet = (user.home / "sheet.md").read_bytes()
        assert "# Before you meet Zoë Łukasz 李 🌱 שרה".encode() in sheet
        assert "<h1>Before you meet Zoë Łukasz 李 🌱 שרה</h1>".encode() in (user.home / "sheet.HTML").read_bytes()
        assert "already there" in user.refused("prepare", "zoë", "--save", "sheet.md")
        assert (user.home / "sheet.md").read_bytes() == sheet

    def test_a_finding_takes_the_place_of_its_box_and_is_there_for_the_next_talk_at_that_company(self, user):
        user("add", "Ines Okafor", "--company", "Orbit Analytics Ltd.")
        out = user("prepare", "dana", "--found", "company", "They forecast tides", "--found", "fit", "I explain").out
        assert "- Company: They forecast tides" in out
        assert "- How you could fit Orbit Analytics: I explain" in out
        assert "- Company: They forecast tides" in user("prepare", "ines").out
        assert "first what it is" in user.refused("prepare", "zoë", "--found", "company", "x")
        user.refused("prepare", "dana", "--found", "shoes", "x", code=2)

    def test_the_terminal_shows_it_without_marks_and_in_eighty_columns(self, user):
        screen = user.talk("prepare", "dana", say=[("thank them within a day", "")])
        assert "Before you meet Dana Ruiz" in screen
        assert "☐" in screen
        assert not re.search(r"##|\*\*|- \[ \]|`", screen)
        assert max(len(line) for line in screen.splitlines()) <= 80

    def test_hostile_markdown_is_only_text(self, user):
        evil = "<script>alert(1)</script> [x](javascript:alert(1))"
        user("prepare", "dana", "--found", "company", evil, "--save", "sheet.html")
        page = (user.home / "sheet.html").read_text(encoding="utf-8")
        assert "<script" not in page
        assert "<a " not in page
        assert evil in re.sub(r"\s+", " ", user.talk("prepare", "dana", say=[("within a day", "")]))


class TestReflect:
    def test_each_step_is_kept_and_shown(self, user):
        user("reflect", "story", "I taught physics for six years. " * 10)
        user("reflect", "skills", "teaching: a lab from nothing")
        out = user("reflect", "skills", "chess").out
        assert "(about 24 seconds aloud)" in " ".join(out.split())
        assert "Skills: teaching: a lab from nothing; chess" in out
        sheet = user("prepare", "dana").out
        assert "- teaching: a lab from nothing" in sheet
        assert "I taught physics for six years." in sheet
        user("undo", "--yes")
        assert list(reflection(user)["skills"]) == ["teaching"]

    def test_without_a_terminal_it_only_shows(self, user):
        before = user.dump()
        user("reflect")
        user("reflect", "story")
        assert user.dump() == before
        user.refused("reflect", "shoes", code=2)

    def test_it_asks_a_bit_at_a_time_and_only_what_is_missing(self, user):
        first = [("60 seconds", "I taught.\r"), ("A skill", "teaching: a lab\r"), ("A second", "\r"), ("a third", "\r")]
        rest = [("for hours", "maps\r"), ("hope for", "\r"), ("not sure", "which side\r")]
        user.talk("reflect", say=first + rest)
        assert reflection(user) == {
            "story": "I taught.", "skills": {"teaching": "a lab"}, "interests": "maps", "goals": "",
            "unsure": "which side",
        }  # fmt: skip
        screen = user.talk(
            "reflect", "--for", "dana", say=[("hope for", "a change\r"), ("where they work", "I explain\r")]
        )
        assert "60 seconds" not in screen
        assert reflection(user)["goals"] == "a change"
        assert "- How you could fit Orbit Analytics: I explain" in user("prepare", "dana").out

    def test_how_they_could_fit_is_not_asked_where_nobody_knows_where_that_is(self, user):
        answers = [
            (text, "\r") for text in ("60 seconds", "A skill", "second", "third", "for hours", "hope", "not sure")
        ]
        screen = user.talk("reflect", "--for", "leila", say=answers)
        assert "Where Leila Sand works is not noted yet" in screen
        assert "One sentence." not in screen

    def test_what_was_said_before_ctrl_c_is_kept(self, user):
        user.talk("reflect", say=[("60 seconds", "I taught.\r"), ("A skill", "\x03")], code=1)
        assert reflection(user)["story"] == "I taught."


class TestQuestions:
    def test_all_or_those_of_a_topic_are_listed(self, user):
        everything = json.loads(user("questions", "--json").out)
        assert len(everything) >= 80
        advice = json.loads(user("questions", "--topic", "advice", "--json").out)
        assert {question["topic"] for question in advice} == {"advice"}
        assert "· What do newcomers worry about too much?" in user("questions", "--topic", "advice").out

    def test_ones_own_is_added_starred_asked_and_taken_away(self, user):
        out = user("questions", "add", "What do you bake on Sundays?", "--topic", "daily", "--minutes", 2).out
        assert out.startswith("★ What do you bake on Sundays?")
        (key,) = re.findall(r"my-[\w-]+", out)
        assert "What do you bake on Sundays?" in user("prepare", "dana", "--minutes", 15).out
        user("questions", "unstar", key)
        assert key not in user("questions", "--json").out
        user("undo", "--yes")
        assert key in user("questions", "--json").out

    def test_a_star_is_shown_and_brings_the_question_into_the_plan(self, user):
        assert "How has your work changed" not in user("prepare", "dana", "--minutes", 15).out
        assert user("questions", "star", "three-years-ago").out.startswith("★")
        assert "How has your work changed" in user("prepare", "dana", "--minutes", 15).out

    def test_what_cannot_be_is_refused_in_one_clear_line(self, user):
        assert "There is no question called 'like-mots'" in user.refused("questions", "star", "like-mots")
        assert "minutes are halves" in user.refused("questions", "add", "Why?", "--topic", "path", "--minutes", 0.3)
        assert "Say which" in user.refused("questions", "add", code=2)
