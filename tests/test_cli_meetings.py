"""Talks: prepare, debrief and insights."""

import json
import re

import pytest

import infoint


def known(user, person):
    with infoint.open(user.campaign) as campaign:
        return campaign.find(person), campaign.standing(person), campaign.debriefs(person)


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

    def test_saves_markdown_over_nothing(self, user):
        user("prepare", "zoë", "--save", "sheet.md")
        sheet = (user.home / "sheet.md").read_bytes()
        assert "# Before you meet Zoë Łukasz 李 🌱 שרה".encode() in sheet
        assert "already there" in user.refused("prepare", "zoë", "--save", "sheet.md")
        assert (user.home / "sheet.md").read_bytes() == sheet


class TestDebrief:
    def test_whoever_was_named_becomes_a_person(self, user):
        out = user(
            *("debrief", "dana", "--learnt", "Hiring is slow", "--advice", "Start small", "--may-write-again"),
            *("--introduced", "Ada Park, Orbit", "--introduced", "Kenji Mori <kenji@example.com>", "--months", 3),
            *("--promised", "send the article", "--fit", "role=4", "--at", "yesterday 16:00", "--lead", "an opening"),
        ).out
        assert "Added Ada Park (Orbit), introduced by Dana Ruiz." in out
        dana, standing, (debrief,) = known(user, "dana")
        ada, kenji = known(user, "ada park")[0], known(user, "kenji")[0]
        assert ada.introduced_by == kenji.introduced_by == dana.id
        assert (ada.relationship, ada.company, kenji.email) == ("referral", "Orbit", "kenji@example.com")
        assert standing.introductions == debrief.introductions == (ada.id, kenji.id)
        assert (standing.stage, standing.follow_up_agreed, standing.follow_up_months) == ("met", True, 3)
        assert standing.lead
        assert [promise.text for promise in standing.promises] == ["send the article"]
        assert (debrief.learnt, debrief.advice, debrief.fit) == (("Hiring is slow",), "Start small", {"role": 4})

    def test_somebody_already_here_is_not_added_twice(self, user):
        out = user("debrief", "dana", "--introduced", "Tom Okoye").out
        assert "Already here: Tom Okoye, introduced by Dana Ruiz." in out
        assert known(user, "tom okoye")[0].introduced_by == known(user, "dana")[0].id

    def test_is_taken_back_whole(self, user):
        before = user.dump()
        user("debrief", "dana", "--learnt", "Hiring is slow", "--introduced", "Ada Park", "--promised", "a book")
        user("undo", "--yes")
        assert user.dump() == before

    def test_what_was_said_is_in_the_thank_you_and_the_insights(self, user):
        user("debrief", "dana", "--learnt", "Hiring is slow until spring")
        assert "Hiring is slow until spring" in " ".join(user("write", "dana").out.split())
        (insight,) = json.loads(user("insights", "--about", "orbit", "--json").out)["insights"]
        assert (insight["claim"], insight["person"]["name"]) == ("Hiring is slow until spring", "Dana Ruiz")
        assert "1 · Hiring is slow until spring" in user("insights").out

    def test_without_answers_and_terminal_nothing_is_asked(self, user):
        assert "Nobody is here to ask" in user.refused("debrief", "dana", code=2)

    @pytest.mark.parametrize("wrong", [("--fit", "role=9"), ("--fit", "shoes=3"), ("--introduced", "Ada, ada@nowhere")])
    def test_what_cannot_be_is_refused_whole(self, user, wrong):
        user.refused("debrief", "dana", "--learnt", "kept only if all is right", *wrong)


class TestDebriefInATerminal:
    def test_five_questions(self, user):
        screen = user.talk(
            "debrief",
            "dana",
            say=[
                ("What did Dana say", "Hiring is slow\r"),
                ("slow", "Domain knowledge counts\r"),
                ("counts", "\r"),
                ("What surprised you? ", "How small the team is\r"),
                ("still interested? ", "more than before\r"),
                ("Whom else did they name?", "Zoë Park 🌱, Orbit\r"),
                ("Orbit\n".strip(), "Kenji, kenji@nowhere\r"),
                ("email cannot be", "\r"),
                ("May you write again", "perhaps\r"),
                ("May you write again", "y\r"),
            ],
        )
        assert "Kept: your talk with Dana Ruiz." in screen
        assert "Added Zoë Park 🌱 (Orbit), introduced by Dana Ruiz." in screen
        _, standing, (debrief,) = known(user, "dana")
        assert debrief.learnt == ("Hiring is slow", "Domain knowledge counts")
        assert (debrief.surprised, debrief.still_interested) == ("How small the team is", "more than before")
        assert (debrief.permission, standing.follow_up_agreed) == (True, True)

    def test_every_question_may_be_left_out(self, user):
        user.talk("debrief", "dana", say=[(text, "\r") for text in ("say", "surprised", "interested", "name", "again")])
        _, standing, (debrief,) = known(user, "dana")
        assert (standing.stage, debrief) == ("met", infoint.Debrief())

    def test_ctrl_c_keeps_nothing(self, user):
        before = user.dump()
        user.talk("debrief", "dana", say=[("say", "Hiring\r"), ("Hiring", "\r"), ("surprised", "\x03")], code=1)
        assert user.dump() == before
