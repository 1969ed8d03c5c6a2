"""Talks: debrief and insights."""

import json
import re
import sys

import pytest

import infoint


def known(user, person):
    with infoint.open(user.campaign) as campaign:
        return campaign.find(person), campaign.standing(person), campaign.debriefs(person)


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


@pytest.fixture
def editor(user):
    """What stands for an editor: writes a text over the form, which it keeps a copy of."""
    script = user.home / "editor.py"
    script.write_text(
        "import pathlib, sys\n"
        "form, here = pathlib.Path(sys.argv[-1]), pathlib.Path(__file__).parent\n"
        "(here / 'seen.md').write_bytes(form.read_bytes())\n"
        "new = here / 'new.md'\n"
        "form.write_bytes(new.read_bytes()) if new.exists() else None\n"
    )

    def edit(change=None, **settings):
        """Run --edit twice: once to see the form, then to hand in what `change` makes of it."""
        words = ("debrief", "dana", "--edit")
        command = f'"{sys.executable}" "{script}"'
        (user.home / "new.md").unlink(missing_ok=True)
        user(*words, EDITOR=command)
        form = (user.home / "seen.md").read_bytes()
        if change is None:
            return form.decode()
        (user.home / "new.md").write_bytes(change(form.decode()).encode())
        return user(*words, EDITOR=command, **settings)

    return edit


def left(user):
    return sorted(path.name for path in user.campaign.parent.glob("*-debrief-*"))


class TestForm:
    FILLED = """## What I learnt
- Hiring is slow
## Whom they named
- Ada Park, Orbit
## May I write again
yes, in 3 months
## What I promised
- send the article by 2099-03-01
## What they promised
- a call
## Fit
- role: 4, the hours
"""

    def hand_in(self, user, text, name="form.md", **settings):
        (user.home / name).write_bytes(text if isinstance(text, bytes) else text.encode())
        return user("debrief", "dana", "--from", name, **settings)

    def test_a_filled_in_form_is_recorded_whole(self, user):
        assert "Added Ada Park (Orbit), introduced by Dana Ruiz." in self.hand_in(user, self.FILLED).out
        _, standing, (debrief,) = known(user, "dana")
        assert (debrief.learnt, debrief.fit, debrief.why) == (("Hiring is slow",), {"role": 4}, {"role": "the hours"})
        assert (standing.follow_up_months, len(standing.introductions)) == (3, 1)
        told = [(promise.text, str(promise.due), promise.by) for promise in standing.promises]
        assert told == [("send the article", "2099-03-01", "me"), ("a call", "None", "them")]

    def test_the_same_form_again_changes_nothing_but_keeps_a_version(self, user):
        self.hand_in(user, self.FILLED)
        before = known(user, "dana")[1:]
        out = self.hand_in(user, self.FILLED).out
        assert "Already here: Ada Park" in out
        assert known(user, "dana")[1:] == before

    def test_a_talk_that_was_noted_only_after_it_was_held_is_one_talk(self, user):
        user("log", "dana", "scheduled", "--start", "yesterday 10:00")
        self.hand_in(user, self.FILLED)
        assert known(user, "dana")[1].meeting is None
        self.hand_in(user, self.FILLED.replace("is slow", "is rather slow"))
        assert [debrief.learnt for debrief in known(user, "dana")[2]] == [("Hiring is rather slow",)]

    def test_editing_later_offers_the_last_version_and_keeps_the_earlier_one(self, user, editor):
        self.hand_in(user, self.FILLED)
        assert "- send the article by 2099-03-01" in editor()
        out = editor(
            lambda form: form.replace("send the article", "send the book").replace("is slow", "is rather slow")
        )
        assert "Kept: your talk with Dana Ruiz." in out.out
        _, standing, (debrief,) = known(user, "dana")
        assert sorted(promise.text for promise in standing.promises) == ["a call", "send the book"]
        assert (debrief.learnt, debrief.numbers) == (("Hiring is rather slow",), (1,))
        with infoint.open(user.campaign) as campaign:
            person = campaign.find("dana").id
            earlier = campaign._journal.debriefs(person, earlier=True)
            assert [debrief.learnt for _, _, debrief in earlier] == [("Hiring is slow",), ("Hiring is rather slow",)]
        user("undo", "--yes")
        assert known(user, "dana")[2][0].learnt == ("Hiring is slow",)
        assert left(user) == []

    def test_what_cannot_be_read_is_told_and_the_text_waits_beside_the_campaign(self, user, editor):
        form = editor()
        assert "record anything" in form
        before = user.dump()
        done = editor(
            lambda form: form.replace("- role:", "- role: 9").replace("surprised me\n", "surprised me\nthe size"),
            code=1,
        )
        assert 'line 24 ("role: 9")' in done.err or "role: 9" in done.err
        assert 'infoint debrief "Dana Ruiz" --edit' in done.err
        assert user.dump() == before
        (name,) = left(user)
        assert "the size" in (user.campaign.parent / name).read_text(encoding="utf-8")
        if sys.platform != "win32":
            assert (user.campaign.parent / name).stat().st_mode & 0o777 == 0o600
        (user.home / "new.md").unlink()
        script = f'"{sys.executable}" "{user.home / "editor.py"}"'
        assert "role: 9" in user("debrief", "dana", "--edit", code=1, EDITOR=script).err  # it was offered again
        assert b"the size" in (user.home / "seen.md").read_bytes()

    def test_a_form_left_as_it_was_records_nothing(self, user, editor):
        before = user.dump()
        editor()
        assert (user.dump(), left(user)) == (before, [])

    @pytest.mark.parametrize(
        ("text", "words"),
        [
            ("", "nothing is written in it yet"),
            ("## Fit\n- role: 9", 'line 2 ("role: 9")'),
            ("# Debrief: Ada (01JADA)\n## Notes\nhello", "it is not about Dana Ruiz"),
            (b"good\0talk", "no text that can be read"),
            (b"\xff\xfeg\x00o\x00\x00\xd8", "goes on as something else"),
            (b"caf\x81", "no text that can be read"),
            ("## What I learnt\n- so it is agrees 99", "no insight has the number 99"),
            ("## What I promised\n- the book by 03/04/2099", "can be read as"),
        ],
    )
    def test_what_is_no_form_is_one_clear_line_and_stays_where_it_is(self, user, text, words):
        (user.home / "form.md").write_bytes(text if isinstance(text, bytes) else text.encode())
        said = user.refused("debrief", "dana", "--from", "form.md")
        assert words in said
        assert "--from form.md" in said

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
    def test_notes_stay_as_typed_whatever_the_editor_made_of_them(self, user, encoding):
        text = "  café, naïve\n\n\t* not a list\n## my heading\n<script>alert(1)</script>"
        self.hand_in(user, text.encode(encoding))
        assert known(user, "dana")[2][0].notes == text

    def test_a_million_characters_are_kept_and_found_and_shown_in_part(self, user):
        self.hand_in(user, "## Notes\n" + "word " * 200_000 + "needle")
        assert len(known(user, "dana")[2][0].notes) == 1_000_006
        assert "«needle»" in user("search", "needle").out
        assert len(user("people", "dana").out) < 3_000

    def test_no_script_of_a_note_reaches_a_page(self, user):
        script = "<script>alert(1)</script>"
        self.hand_in(user, f"## Notes\n{script}\n## What I learnt\n- {script}\n## Answers\n### {script}\n{script}\n")
        user("report", "season.html")
        assert script not in (user.home / "season.html").read_text(encoding="utf-8")

    def test_the_record_of_a_question_is_on_the_next_sheet(self, user, editor):
        assert "Asked" not in user("prepare", "dana").out
        first, second = re.findall(r"^### .* \[(.*)\]$", editor(), re.MULTILINE)[:2]
        editor(
            lambda form: (
                form.replace(f"[{first}]\n", f"[{first}]\nBy way\nof a paper\n")
                .replace(f"[{second}]\n", f"[{second}]\n?\n")
                .replace("that insight)\n-", "that insight)\n- Do they hire juniors?\n- They like teachers")
                .replace('Orbit")\n-', 'Orbit")\n- Ada Park')
            )
        )
        told = {q["id"]: q["answers"] for q in json.loads(user("questions", "--json").out) if q["answers"]}
        assert told == {first: ["Dana Ruiz: By way of a paper"], second: [""]}
        assert re.search(rf"\? \[{second}\]\n\?\n", editor())
        user("questions", "star", first)
        sheet = user("prepare", "dana").out
        for line in ("   - Asked 1×, answered 1×; Dana Ruiz: By way of a paper", "- Left open: Do they hire juniors?",
                     "- They said: They like teachers", "- They introduced you to Ada Park"):  # fmt: skip
            assert line in sheet.splitlines()
        user("questions", "star", second)
        assert "   - Asked 1×, answered 0×" in user("prepare", "dana").out.splitlines()
        assert "today? By way\nof a paper" in user("people", "dana").out

    def test_no_order_to_a_terminal_in_a_note_reaches_it(self, user):
        self.hand_in(user, "clear \033[2J the \033]0;title\007 screen\n## What I learnt\n- it is \033[31mred")
        for words in (["people", "dana"], ["search", "screen"], ["insights"], ["prepare", "dana"]):
            assert not {"\033", "\007"} & {*user(*words).out}

    def test_a_form_takes_no_other_notes(self, user):
        assert "take no other notes" in user.refused("debrief", "dana", "--edit", "--notes", "x", code=2)


class TestSearchAndInsights:
    def test_hits_are_marked_and_as_json(self, user):
        user("debrief", "dana", "--notes", "The waiting line for batteries")
        out = user("search", "battery").out
        assert "The waiting line for «batteries»" in out
        (hit,) = json.loads(user("search", "battery", "person:dana", "--json").out)
        assert (hit["person"], hit["what"]) == ("Dana Ruiz", "debrief")

    @pytest.mark.parametrize("words", ['"', "NEAR(", "* *", "a OR", "person:", "--", "\\", "'; DROP TABLE people"])
    def test_odd_words_are_no_error(self, user, words):
        assert "Traceback" not in user("search", "--", words).out

    def test_insights_fit_eighty_columns(self, user):
        user("debrief", "dana", "--learnt", "Hiring is slow " * 9, "--fit", "company=4 kind people", "--fit", "role=2")
        user("debrief", "tom", "--learnt", "agrees 1", "--fit", "role=4")
        out = user("insights").out
        assert "so say 2: Dana Ruiz, Tom Okoye" in out
        assert "Orbit Analytics" in out
        assert max(map(len, out.splitlines())) <= 80
        assert json.loads(user("insights", "--json").out)["fit"][0]["ratings"] == [4]
        assert json.loads(user("insights", "--about", "nobody", "--json").out)["insights"] == []

    def test_people_shows_the_whole_history(self, user):
        user("log", "dana", "wrote", "--at", "2025-03-03", "--template", "outreach/warm")
        user("debrief", "dana", "--learnt", "Hiring is slow", "--advice", "Start small", "--introduced", "Ada Park",
             "--promised", "a book by 2099-01-01", "--they-promised", "a call",
             "--fit", "role=4 the hours")  # fmt: skip
        out = user("people", "dana").out
        for words in (
            "outreach sent: outreach/warm",
            "1 · Hiring is slow",
            "Advice: Start small",
            "You: a book, by 2099-01-01",
            "They: a call",
            "They introduced you to Ada Park.",
            "Fit of the role: 4 of 5, the hours",
            "So far: met",
        ):
            assert words in out  # fmt: skip
        assert "Introduced by Dana Ruiz." in user("people", "ada").out

    def test_a_question_is_answered_by_whoever_answers_it_and_not_by_whoever_asked(self, user):
        user("debrief", "dana", "--learnt", "Do they hire juniors?")
        user("debrief", "tom", "--learnt", "contradicts 1")
        user("debrief", "leila", "--learnt", "Two a year agrees 1")
        out = user("insights").out
        assert "answered by Leila Sand\n  Tom Okoye says otherwise" in out
        assert "Not so: Do they hire juniors\n" in out
        assert "so say 2" not in out
        assert "1 · Do they hire juniors? (answered by Leila Sand) (Tom Okoye says" in user("people", "dana").out
        assert "juniors" not in user("write", "dana").out + user("write", "tom").out  # a question is no thank-you


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

    @pytest.mark.parametrize("end", ["\x03", "\x04"])
    def test_what_was_typed_before_it_is_stopped_waits_as_a_form(self, user, editor, end):
        before, half = user.dump(), "half a line" if end == "\x03" else ""
        say = [("say", "Hiring\r"), ("Hiring", "\r"), ("surprised you? ", half), (half, end)]
        screen = user.talk("debrief", "dana", "--at", "2025-03-03", say=say, code=1)
        assert "Your text is kept in" in screen
        assert 'infoint debrief "Dana Ruiz" --edit --at "2025-03-03"' in " ".join(screen.split())
        assert user.dump() == before
        (name,) = left(user)
        text = (user.campaign.parent / name).read_text(encoding="utf-8")
        assert "- Hiring\n" in text
        assert half in text
        assert "is still in" in user.talk("debrief", "dana", say=[], code=1)  # nothing is written over it
        editor(lambda form: form)
        _, _, (debrief,) = known(user, "dana")
        assert (debrief.learnt, debrief.notes, left(user)) == (("Hiring",), half, [])

    def test_an_answer_that_cannot_be_recorded_waits_as_well(self, user):
        say = [("say", "It is so agrees 99\r"), ("99", "\r"), ("surprised", "the size\r"), ("interested", "\r")]
        screen = user.talk("debrief", "dana", say=[*say, ("name", "\r"), ("again", "y\r")], code=1)
        assert "no insight has the number 99" in screen
        (name,) = left(user)
        text = (user.campaign.parent / name).read_text(encoding="utf-8")
        assert "- It is so agrees 99" in text
        assert "the size\n" in text
        assert "\nyes\n" in text

    def test_stopped_before_anything_is_typed_leaves_nothing_behind(self, user):
        before = user.dump()
        user.talk("debrief", "dana", say=[("  1: ", "\x03")], code=1)
        assert (user.dump(), left(user)) == (before, [])

    def test_what_was_written_about_the_talk_before_stays_in_the_form(self, user, editor):
        user("debrief", "dana", "--learnt", "Hiring is slow", "--surprised", "the size", "--introduced", "Ada Park")
        user.talk("debrief", "dana", say=[("  1: ", "They like teachers\r"), ("  2: ", "\x04")], code=1)
        editor(lambda form: form)
        _, standing, (debrief,) = known(user, "dana")
        assert (debrief.learnt, debrief.numbers) == (("Hiring is slow", "They like teachers"), (1, 2))
        assert (debrief.surprised, len(standing.introductions)) == ("the size", 1)
