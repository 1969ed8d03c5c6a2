"""Letters: write and letters."""

import json
from email import message_from_bytes
from email.policy import default
from urllib.parse import parse_qs, urlsplit

import pytest


class TestWrite:
    def test_shows_the_letter_in_full_and_stores_nothing(self, user):
        before = user.dump()
        out = user("write", "leila").out
        assert "To: Leila Sand <leila@example.com>" in out
        assert "museum work" in out
        assert out.count("\nNadia\n") == 1  # to family, with the first name
        assert user.dump() == before

    def test_the_command_that_notes_it_works_as_printed(self, user):
        out = user("write", "tom okoye").out
        assert out.splitlines()[-1] == '  infoint log "Tom Okoye" wrote --template outreach/warm'
        user("log", "Tom Okoye", "wrote", "--template", "outreach/warm")
        assert "already" not in user("people", "tom okoye").out

    def test_says_how_to_add_a_missing_address(self, user):
        assert 'infoint edit "Tom Okoye" --email ADDRESS' in user("write", "tom okoye").out

    @pytest.mark.parametrize(
        ("what", "template", "word"),
        [
            (("wrote", "--at", "20 days ago"), "nudge/gentle", "nudged"),
            (("answered",), "reply/day", "called --by me"),
            (("met",), "thanks/note", "thanked"),
        ],
    )
    def test_the_letter_follows_what_happened(self, user, what, template, word):
        user("log", "leila", *what)
        out = user("write", "leila").out
        assert out.startswith(f"{template}: ")
        assert f'infoint log "Leila Sand" {word} --template {template}' in out

    def test_another_letter_can_be_chosen(self, user):
        assert user("write", "leila", "--template", "outreach/story").out.startswith("outreach/story: you chose it")

    def test_json(self, user):
        letter = json.loads(user("write", "zoë", "--json").out)
        assert letter["person"] == "Zoë Łukasz 李 🌱 שרה"
        assert letter["template"] == "outreach/warm"
        assert letter["body"].startswith("Hi Zoë,")

    def test_a_mailto_link_holds_the_whole_letter(self, user):
        letter = json.loads(user("write", "leila", "--json").out)
        link = urlsplit(user("write", "leila", "--mailto").out.strip())
        told = parse_qs(link.query)
        assert (link.scheme, link.path) == ("mailto", "leila@example.com")
        assert told["subject"] == [letter["subject"]]
        assert told["body"][0].replace("\r\n", "\n") == letter["body"]

    def test_a_draft_is_saved_that_mail_programs_open(self, user):
        assert 'infoint log "Leila Sand" wrote' in user("write", "leila", "--eml", "leila.eml").out
        draft = message_from_bytes((user.home / "leila.eml").read_bytes(), policy=default)
        assert (draft["To"], draft["X-Unsent"]) == ("Leila Sand <leila@example.com>", "1")
        assert "museum work" in draft.get_content()

    def test_a_draft_overwrites_nothing_and_needs_an_address(self, user):
        (user.home / "mine.eml").write_text("mine")
        assert "already there" in user.refused("write", "leila", "--eml", "mine.eml")
        assert (user.home / "mine.eml").read_text() == "mine"
        assert 'infoint edit "Tom Okoye" --email' in user.refused("write", "tom okoye", "--eml", "tom.eml")

    def test_a_folder_that_is_not_there_is_said(self, user):
        assert "nowhere" in user.refused("write", "leila", "--eml", "nowhere/leila.eml")

    def test_ones_own_template_wins(self, user):
        own = user.campaign.parent / "templates" / "letters" / "en" / "outreach"
        own.mkdir(parents=True)
        (own / "warm.j2").write_text(
            '{% set channel = "email" %}{% set most_words = 50 %}'
            "{% block subject %}Three short words{% endblock %}"
            "{% block body %}Ahoy {{ first_name }}, tea?{% endblock %}",
            encoding="utf-8",
        )
        assert "Ahoy Leila, tea?" in user("write", "leila").out


class TestLetters:
    def test_lists_all_with_their_use_and_json_too(self, user):
        letters = {letter["name"]: letter for letter in json.loads(user("letters", "--json").out)}
        assert {"outreach/warm", "outreach/cold", "nudge/gentle", "thanks/note", "update/progress"} <= set(letters)
        assert letters["outreach/warm-note"] == {
            "name": "outreach/warm-note",
            "use": "The same, to invite them to link",
            "channel": "linkedin-note",
            "most_words": 50,
            "most_characters": 200,
        }
        out = user("letters").out
        assert all(name in out and letter["use"] in out for name, letter in letters.items())
        assert all(len(line) <= 80 for line in out.splitlines())
        assert len(out.splitlines()) == len(letters) + 4

    def test_german_letters_are_listed_when_one_writes_german(self, user):
        user("edit", "me", "--language", "de")
        out = user("letters").out
        assert "Der Dank, innerhalb eines Tages" in out
        assert all(len(line) <= 80 for line in out.splitlines())
        assert user("write", "tom okoye").out.count("Hallo Tom,") == 1

    def test_a_copy_takes_the_place_of_the_packaged_letter_and_is_never_written_over(self, user):
        out = user("letters", "copy", "thanks/note").out
        mine = user.campaign.parent / "templates" / "letters" / "en" / "thanks" / "note.j2"
        assert str(mine) in out.replace("\n", "")
        mine.write_text(mine.read_text(encoding="utf-8").replace("Hi {{", "Ahoy {{"), encoding="utf-8")
        assert "already there" in user.refused("letters", "copy", "thanks/note")
        assert "Ahoy Leila," in user("write", "leila", "--template", "thanks/note").out

    def test_a_copy_may_bear_a_name_of_its_own(self, user):
        user("letters", "copy", "outreach/warm", "--as", "outreach/mine")
        assert "outreach/mine" in user("letters").out
        assert user("write", "leila", "--template", "outreach/mine").out.startswith("outreach/mine: you chose it")

    def test_what_cannot_be_copied_is_refused(self, user):
        assert "outreach/warm" in user.refused("letters", "copy", "outreach/warn")
        for name in ("../../x", "/etc/x", "outreach/../x", "a//b"):
            assert "cannot be the name of a letter" in user.refused(
                "letters", "copy", "outreach/warm", "--as", name, code=2
            )

    def test_a_letter_in_order_is_said_to_be(self, user):
        user("letters", "copy", "outreach/warm", "--as", "outreach/mine")
        mine = user.campaign.parent / "templates" / "letters" / "en" / "outreach" / "mine.j2"
        assert "is in order" in user("letters", "check", mine).out.replace("\n", " ")

    def test_what_is_amiss_is_told_with_the_line_and_the_remedy(self, user):
        mine = user.home / "mine.j2"
        text = "{% block subject %}A short hello{% endblock %}\n{% block body %}\nHi {{ company }}BODY\n{% endblock %}"
        mine.write_text(text.replace("BODY", ""), encoding="utf-8")
        out = user("letters", "check", "mine.j2").out
        assert out.startswith("mine.j2, line 3: a hole is left where company is not known. Put it between")
        mine.write_text(text.replace("BODY", "{{ 1 + 1 }}"), encoding="utf-8")
        done = user("letters", "check", "mine.j2", code=1)
        assert done.out.startswith("mine.j2, line 3: a letter can have no add.")
        assert "mine.j2 cannot be used as it is" in done.err

    def test_a_file_that_is_no_text_or_not_there_is_refused(self, user):
        (user.home / "odd.j2").write_bytes(b"\xff\xfe\x00")
        assert "not UTF-8" in user.refused("letters", "check", "odd.j2")
        (user.home / "huge.j2").write_bytes(b"x" * 2_000_000)
        assert "more than 1,000,000 bytes" in user.refused("letters", "check", "huge.j2")
        assert "does not exist" in user.refused("letters", "check", "nothing.j2", code=2)
