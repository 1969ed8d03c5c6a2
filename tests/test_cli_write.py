"""Write: the letter, its ways out, and whether it went out."""

import json
import os
import sqlite3
from contextlib import closing
from email import message_from_bytes
from email.policy import default
from urllib.parse import parse_qs, urlsplit

import pytest
from dovecot import PASSWORD, between, needs_dovecot, running

RING = """
from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked


class Ring(KeyringBackend):
    priority = 1

    def get_password(self, service, username):
        if {1}:
            raise KeyringLocked("it stays locked")
        return "{0}" if (service, username) == ("localhost", "robin@example.org") else None

    def set_password(self, service, username, password):
        raise AssertionError("no password is ever kept")
"""


class TestWrite:
    def test_shows_the_letter_in_full_and_stores_nothing(self, user):
        before = user.dump()
        out = user("write", "leila").out
        assert "To: Leila Sand <leila@example.com>" in out
        assert "museum work" in out
        assert "\nNadia\n" in out
        assert user.dump() == before

    def test_what_the_campaign_cannot_know_is_said(self, user):
        user("log", "leila", "wrote", "--at", "2025-03-03")
        user("log", "leila", "answered", "--at", "2025-03-04")
        assert "Monday at three" in user("write", "leila", "--say", "times=Monday at three or Tuesday").out
        assert "its facts" not in user.refused("write", "leila", "--say", "colour=red")
        assert "'times' says nothing" in user("write", "leila", "--say", "times", code=2).err

    def test_the_command_that_notes_it_works_as_printed(self, user):
        out = user("write", "tom okoye").out
        assert out.splitlines()[-1] == '  infoint log "Tom Okoye" wrote --template outreach/warm'
        user("log", "Tom Okoye", "wrote", "--template", "outreach/warm")
        assert "already" not in user("people", "tom okoye").out

    def test_a_letter_that_is_stopped_is_not_said_to_go_out(self, user):
        user("write", "leila", "--eml", "one.eml")
        out = user("write", "leila").out
        assert out.splitlines()[-1] == '  infoint write "Leila Sand" --sent yes'

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
        out = user("write", "leila", "--eml", "leila.eml").out
        assert out.splitlines()[-1] == '  infoint write "Leila Sand" --sent yes'
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


def letters(user, *columns):
    with closing(sqlite3.connect(user.campaign)) as connection:
        return connection.execute(f"SELECT {', '.join(columns)} FROM letters ORDER BY id").fetchall()


def due(user):
    return [(it["kind"], it["person"]) for it in json.loads(user("today", "--json").out)]


@pytest.fixture
def program(tmp_path, monkeypatch):
    """A program of the user's that keeps what it is given: a browser (its link) or a clipboard (the text)."""

    def made(name, keeps):
        folder = tmp_path / "bin"
        folder.mkdir(exist_ok=True)
        script, got = folder / name, tmp_path / f"{name}.got"
        script.write_text(f'#!/bin/sh\n{keeps} >> "{got}"\n')
        script.chmod(0o755)
        monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
        return script, got

    return made


@pytest.fixture
def browser(program, monkeypatch):
    script, got = program("browser", 'printf "%s\\n" "$1"')
    monkeypatch.setenv("BROWSER", f"{script} %s")
    return got


@pytest.fixture
def clipboard(program, monkeypatch):
    _, got = program("wl-copy", "cat")
    program("wl-paste", "cat")
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")
    return got


@pytest.mark.usefixtures("browser")
class TestOut:
    """Every way out: a row first, then the question, and only a yes is an event."""

    @pytest.mark.parametrize(
        "way", [("--print",), ("--copy",), ("--eml", "leila.eml"), ("--mailto",), ("--open", "--yes")]
    )
    def test_a_letter_that_left_is_a_row_and_today_asks_until_it_is_answered(self, user, way):
        user("write", "leila", *way)
        ((state, recipients, body, message_id),) = letters(user, "state", "recipients", "body", "message_id")
        assert (state, recipients) == ("drafted", "leila@example.com")
        assert body.startswith("Hi Leila,")
        assert message_id.endswith("@example.com>")
        for answer in ("later", None):
            assert ("sent", "Leila Sand") in due(user)
            assert ("write", "Leila Sand") not in due(user)
            if answer:
                assert "will ask again" in user("write", "leila", "--sent", answer).out
        assert "Noted: outreach sent" in user("write", "leila", "--sent", "yes").out
        assert not {("sent", "Leila Sand"), ("write", "Leila Sand")} & {*due(user)}
        assert letters(user, "state") == [("sent",)]
        assert "outreach sent" in user("people", "leila").out

    def test_while_nobody_knows_no_second_letter_leaves(self, user):
        user("write", "leila", "--eml", "one.eml")
        err = user.refused("write", "leila", "--eml", "two.eml", "--yes")
        assert "they may have a letter already" in err
        assert 'infoint write "Leila Sand" --sent yes' in err

    def test_a_no_leaves_no_fact_and_the_letter_is_due_again(self, user):
        user("write", "leila", "--eml", "one.eml")
        assert "counts as not sent" in user("write", "leila", "--sent", "no").out
        assert letters(user, "state") == [("written",)]
        assert "outreach" not in user("people", "leila").out
        user("write", "leila", "--eml", "two.eml", "--sent", "yes")
        assert letters(user, "state") == [("written",), ("sent",)]

    def test_the_answer_may_name_an_earlier_moment_and_is_taken_back_by_undo(self, user):
        user("write", "leila", "--eml", "one.eml")
        assert "2025-03-03" in user("write", "leila", "--sent", "yes", "--at", "2025-03-03").out
        assert "outreach sent" in user("undo", "--yes").out
        assert letters(user, "state") == [("drafted",)]
        assert ("sent", "Leila Sand") in due(user)

    def test_undo_does_not_bring_back_what_has_left(self, user):
        user("add", "Ada Park", "--friend")
        user("write", "ada", "--print", "--yes")
        user("undo", "--yes")
        assert "Ada Park" not in user("people").out
        assert letters(user, "state") == []

    def test_an_answer_that_nothing_waits_for_is_refused(self, user):
        err = user.refused("write", "leila", "--sent", "yes")
        assert err.splitlines() == [
            "No letter to Leila Sand waits for that answer.",
            'It went out another way? infoint log "Leila Sand" wrote',
        ]
        user("write", "leila", "--eml", "one.eml", "--sent", "yes")
        user.refused("write", "leila", "--sent", "yes")

    def test_what_is_logged_in_the_old_way_answers_as_well(self, user):
        user("write", "leila", "--eml", "one.eml")
        user("log", "leila", "wrote")
        assert letters(user, "state") == [("sent",)]
        ((letter, template),) = self.facts(user)
        assert (letter, template) == (letters(user, "id")[0][0], "outreach/warm")

    @staticmethod
    def facts(user):
        with closing(sqlite3.connect(user.campaign)) as connection:
            return connection.execute("SELECT letter, template FROM events WHERE kind = 'outreach_sent'").fetchall()

    @pytest.mark.parametrize(
        ("words", "would"),
        [
            (("leila", "--eml", "x.eml"), "Would save x.eml."),
            (("leila", "--open", "--in", "gmail"), "Would open a window of Gmail"),
            (
                ("leila", "--imap", "--server", "imap.example.com"),
                "Would put a draft into the mailbox of nadia@example.com",
            ),
            (("leila", "--copy"), "Would copy it."),
            (("--due",), "Would ask about: Write to Leila Sand"),
        ],
    )
    def test_a_dry_run_only_says_what_it_would_do(self, user, words, would):
        before = user.dump(), user.files()
        assert would in " ".join(user("write", *words, "--dry-run").out.split())
        assert (user.dump(), user.files()) == before

    @pytest.mark.parametrize("words", [("tom okoye", "--print"), ("tom okoye", "--copy")])
    def test_a_warning_wants_a_yes(self, user, words):
        err = user.refused("write", *words)
        assert "no email address is known" in err
        assert "--yes" in err
        user("write", *words, "--yes")

    def test_do_not_contact_is_not_overruled_by_a_yes(self, user):
        user("log", "leila", "do_not_contact", "--reason", "asked me to stop")
        assert "asked me to stop" in user.refused("write", "leila", "--print", "--yes")

    def test_without_a_clipboard_the_text_is_on_the_screen(self, user, monkeypatch):
        monkeypatch.delenv("DISPLAY", raising=False)
        monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
        monkeypatch.setenv("PATH", "/nowhere")
        out = user("write", "leila", "--copy").out
        assert out.startswith("There is no clipboard here. This is the text:\n\nHi Leila,")

    def test_the_clipboard_holds_the_text(self, user, clipboard):
        assert user("write", "leila", "--copy").out.startswith("The text is on the clipboard.")
        assert clipboard.read_text() == letters(user, "body")[0][0]

    def test_forget_erases_the_letters_too(self, user):
        user("write", "leila", "--eml", "one.eml", "--sent", "yes")
        user("forget", "leila", "--yes")
        assert letters(user, "id") == []
        assert b"Leila" not in user.campaign.read_bytes()

    def test_a_backup_holds_the_letters(self, user):
        user("write", "leila", "--eml", "one.eml")
        user("backup", "copy.db")
        with closing(sqlite3.connect(user.home / "copy.db")) as copy:
            assert copy.execute("SELECT state FROM letters").fetchall() == [("drafted",)]


class TestOpen:
    def test_nothing_is_opened_without_a_yes(self, user, browser):
        user("write", "leila", "--open", "--in", "gmail", code=1)
        assert "leaves this machine" in user.refused("write", "leila", "--open")
        assert not browser.exists()

    @pytest.mark.parametrize(("window", "place"), [("gmail", "mail.google.com"), ("outlook", "outlook.live.com")])
    def test_a_window_of_web_mail_is_filled_and_remembered(self, user, browser, window, place):
        user("write", "leila", "--open", "--in", window, "--yes", "--sent", "no")
        user("write", "zoë", "--open", "--yes")
        links = [urlsplit(line) for line in browser.read_text().splitlines()]
        assert [link.hostname for link in links] == [place, place]
        told = parse_qs(links[0].query)
        assert told["to"] == ["leila@example.com"]
        assert told["body"][0].replace("\r\n", "\n") == letters(user, "body")[0][0]

    def test_the_mail_program_is_the_default_for_an_address_of_ones_own(self, user, browser):
        user("write", "leila", "--open", "--yes")
        assert browser.read_text().startswith("mailto:leila@example.com?subject=")

    def test_where_nothing_can_be_opened_the_link_is_shown(self, user, monkeypatch):
        monkeypatch.setenv("BROWSER", "/bin/false %s")
        monkeypatch.setenv("PATH", "/nowhere")
        assert "mailto:leila@example.com" in user("write", "leila", "--open", "--yes").out

    def test_on_linkedin_the_profile_opens_with_the_text_on_the_clipboard(self, user, browser, clipboard):
        own = user.campaign.parent / "templates" / "letters" / "en" / "outreach"
        own.mkdir(parents=True)
        text = "{% block subject %}{% endblock %}{% block body %}Hi {{ first_name }},\n\na word?{% endblock %}"
        (own / "note.j2").write_text('{% set channel = "linkedin" %}' + text)
        words = ("write", "tom okoye", "--template", "outreach/note", "--open", "--yes")
        assert "--url" in user.refused(*words)
        user("edit", "tom okoye", "--url", "https://www.linkedin.com/in/tom-okoye")
        user(*words)
        assert browser.read_text() == "https://www.linkedin.com/in/tom-okoye\n"
        assert clipboard.read_text() == "Hi Tom,\n\na word?"


@pytest.mark.usefixtures("browser")
class TestTerminal:
    def test_a_letter_is_opened_and_answered_for(self, user):
        say = [("What now:", "open\n"), ("your mail program? [y/N]", "y\n"), ("go out?", "yes\n")]
        assert "Noted: outreach sent" in user.talk("write", "leila", say=say)
        assert letters(user, "state", "way") == [("sent", "open")]

    def test_a_no_to_opening_opens_nothing(self, user, browser):
        say = [("What now:", "open\n"), ("your mail program? [y/N]", "n\n"), ("What now:", "\n")]
        user.talk("write", "leila", say=say)
        assert letters(user, "state") == []
        assert not browser.exists()

    def test_the_words_are_changed_in_the_editor_and_checked_anew(self, user, tmp_path):
        editor = tmp_path / "editor"
        editor.write_text("#!/bin/sh\nsed -i 's/^Subject: .*/Subject: x/; s/Leila,/Tom,/' \"$1\"\n")
        editor.chmod(0o755)
        shown = json.loads(user("write", "leila", "--edit", "--json", EDITOR=str(editor)).out)
        assert shown["subject"] == "x"
        assert shown["body"].startswith("Hi Tom,")
        assert [(p["severity"], p["place"]) for p in shown["problems"]] == [("error", "to"), ("warning", "subject")]
        err = user("write", "leila", "--edit", "--print", "--yes", code=1, EDITOR=str(editor)).err
        assert "it greets Tom, and goes to Leila Sand" in err

    def test_everybody_due_one_at_a_time_and_it_goes_on_where_it_was_stopped(self, user):
        before = [name for kind, name in due(user) if kind == "write"]
        assert len(before) >= 4
        say = [
            *(("1 of", ""), ("What now:", "draft\n"), ("go out?", "yes\n")),
            *(("2 of", ""), ("What now:", "skip\n")),
            *(("3 of", ""), ("What now:", "stop\n")),
        ]
        screen = user.talk("write", "--due", say=say)
        assert "Stopped. What is done is kept" in screen
        assert letters(user, "state", "way") == [("sent", "eml")]
        rest = user("write", "--due", "--dry-run").out
        assert [name in rest for name in before[:3]] == [False, False, True]

    def test_what_was_left_open_is_asked_about_first(self, user):
        user("write", "leila", "--eml", "one.eml")
        say = [("1 of", ""), ("Did the letter to Leila Sand go out?", "yes\n"), ("2 of", ""), ("What now:", "stop\n")]
        user.talk("write", "--due", say=say)
        assert letters(user, "state") == [("sent",)]


@needs_dovecot
class TestImap:
    """A draft in the user's own mailbox: whatever happens, the letter's state tells the truth."""

    @pytest.fixture(scope="class")
    @staticmethod
    def mailbox():
        with running() as found:
            yield found

    @pytest.fixture(autouse=True)
    def _at_home(self, user, mailbox, monkeypatch):
        monkeypatch.setenv("SSL_CERT_FILE", str(mailbox.certificate))
        user("edit", "me", "--email", "robin@example.org")
        mailbox.empty()

    @staticmethod
    def write(user, port, password=PASSWORD, code=0, then=()):
        words = ("write", "leila", "--imap", "--server", f"localhost:{port}")
        say = [("this machine then)? [y/N]", "y\n"), ("Password of", f"{password}\n"), *then]
        return " ".join(user.talk(*words, say=say, code=code).split())

    def test_a_draft_in_the_mailbox_with_the_password_neither_shown_nor_kept(self, user, mailbox):
        screen = self.write(user, mailbox.port, then=[("go out?", "later\n")])
        assert "It lies in Drafts" in screen
        assert PASSWORD not in screen
        assert PASSWORD not in user.dump()
        ((_, raw),) = mailbox.drafts()
        draft = message_from_bytes(raw, policy=default)
        assert draft["Message-ID"] == letters(user, "message_id")[0][0]
        assert draft["X-Unsent"] is None
        assert letters(user, "state") == [("drafted",)]

    @pytest.mark.parametrize("locked", [False, True])
    def test_the_keyring_is_asked_before_the_user_and_one_that_stays_locked_is_no_obstacle(
        self, user, mailbox, monkeypatch, tmp_path, locked
    ):
        (tmp_path / "rings.py").write_text(RING.format(PASSWORD, locked), encoding="utf-8")
        (tmp_path / "python_keyring").mkdir()
        settings = f"[backend]\ndefault-keyring=rings.Ring\nkeyring-path={tmp_path}\n"
        (tmp_path / "python_keyring" / "keyringrc.cfg").write_text(settings, encoding="utf-8")
        monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
        words = ("write", "leila", "--imap", "--server", f"localhost:{mailbox.port}", "--yes")
        say = [("Password of", f"{PASSWORD}\n")] if locked else []
        screen = user.talk(*words, say=[*say, ("go out?", "later\n")])
        assert ("Password of" in screen) == locked
        assert PASSWORD not in screen + user.dump()
        assert len(mailbox.drafts()) == 1

    def test_a_reminder_lies_in_the_thread_of_the_first_letter(self, user, mailbox):
        user("write", "leila", "--eml", "one.eml", "--sent", "yes", "--at", "30 days ago")
        self.write(user, mailbox.port, then=[("go out?", "yes\n")])
        draft = message_from_bytes(mailbox.drafts()[0][1], policy=default)
        first = message_from_bytes((user.home / "one.eml").read_bytes(), policy=default)
        assert draft["Subject"] == f"Re: {first['Subject']}"
        assert draft["In-Reply-To"] == draft["References"] == first["Message-ID"]

    def test_a_wrong_password_leaves_the_letter_written_only(self, user, mailbox):
        screen = self.write(user, mailbox.port, "wrong", code=1)
        assert "does not accept robin@example.org with that password" in screen
        assert letters(user, "state") == [("written",)]
        assert ("write", "Leila Sand") in due(user)

    def test_a_no_asks_for_no_password(self, user):
        words = ("write", "leila", "--imap", "--server", "imap.example.com")
        assert "Password" not in user.talk(*words, say=[("this machine then)? [y/N]", "n\n")])
        assert letters(user, "state") == []

    def test_a_wire_that_breaks_before_the_answer_leaves_it_unknown_and_says_where_to_look(self, user, mailbox):
        for most in range(
            1500, 6000, 70
        ):  # bytes of the server's that are let through: more, until it breaks at the last
            with between(mailbox.port, down=most) as port:
                screen = self.write(user, port, code=1)
            assert not mailbox.drafts() or letters(user, "state")[-1:] == [("unknown",)]
            if letters(user, "state")[-1:] == [("unknown",)]:
                break
        assert "Look into your Drafts folder" in screen
        out = " ".join(user("today").out.split())
        assert 'nobody can say from here: look for "' in out
        assert "your Drafts and Sent folders" in out
        assert "may have a letter already" in user.refused("write", "leila", "--eml", "x.eml", "--yes")
