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
        assert "Nadia Brandt" in out
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
    def test_lists_all_and_json_too(self, user):
        names = {letter["name"] for letter in json.loads(user("letters", "--json").out)}
        assert {"outreach/warm", "outreach/cold", "nudge/gentle", "thanks/note", "update/progress"} <= names
        out = user("letters").out
        assert all(name in out for name in names)
