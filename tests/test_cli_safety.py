"""Keeping it safe: backup, undo and forget."""

import pytest

import infoint
from infoint.cli.meetings import form_of


class TestBackup:
    def test_copies_everything_into_a_new_file(self, user):
        user("log", "leila", "wrote")
        user("backup", "copy.db")
        before = user.dump()
        user.campaign.write_bytes((user.home / "copy.db").read_bytes())
        assert user.dump() == before
        assert "Leila Sand" in user("--campaign", "copy.db", "people", "leila").out

    def test_finds_a_free_name_beside_the_campaign(self, user):
        user("backup")
        user("backup")
        assert len(list(user.campaign.parent.glob("career-*.db"))) == 2

    def test_never_overwrites(self, user):
        (user.home / "copy.db").write_text("mine")
        user.refused("backup", "copy.db")
        assert (user.home / "copy.db").read_text() == "mine"

    def test_says_when_the_folder_is_not_there(self, user):
        assert "nowhere" in user.refused("backup", "nowhere/copy.db")


class TestUndo:
    @pytest.mark.parametrize(
        ("command", "shown"),
        [
            (("add", "Ada Park"), "added Ada Park"),
            (("log", "leila", "wrote"), "noted outreach sent: Leila Sand"),
            (("edit", "leila", "--company", "Orbit"), "changed Leila Sand"),
            (("edit", "me", "--goals", "a calm year"), "changed profile"),
            (("snooze", "leila", "in two weeks"), "noted snoozed: Leila Sand"),
        ],
    )
    def test_shows_the_last_command_and_takes_it_back_whole(self, user, command, shown):
        before = user.dump()
        user(*command)
        out = user("undo", "--yes").out
        assert shown in out
        assert "Taken back" in out
        assert user.dump() == before

    def test_a_long_import_is_shown_in_short(self, user):
        out = user("undo", "--yes").out
        assert "· and 62 more\n" in out
        assert "3 people" in user("where").out

    def test_needs_a_yes(self, user):
        assert "--yes" in user.refused("undo", code=2)

    @pytest.mark.parametrize(("answer", "kept"), [("y\r", 0), ("n\r", 1), ("\r", 1), ("\x03", 1)])
    def test_asks_in_a_terminal_after_showing(self, user, answer, kept):
        user("log", "leila", "wrote")
        screen = user.talk("undo", say=[("Take it back?", answer)], code=kept)
        assert "noted outreach sent: Leila Sand" in screen
        with infoint.open(user.campaign) as campaign:
            assert len(campaign.history("leila")) == kept

    def test_goes_back_to_the_beginning_and_no_further(self, newcomer):
        newcomer("start", "--name", "Nadia", "--person", "Tom")
        newcomer("undo", "--yes")
        newcomer("undo", "--yes")
        assert "Nothing has been recorded" in newcomer.refused("undo", "--yes")


class TestForget:
    def test_erases_every_byte(self, user):
        user("edit", "leila", "--note", "Plays the theremin")
        user("debrief", "leila", "--learnt", "Xylophones are underrated", "--introduced", "Ada Park")
        assert b"theremin" in b"".join(path.read_bytes() for path in user.campaign.parent.iterdir())
        user("forget", "leila", "--yes")
        left = b"".join(path.read_bytes() for path in user.campaign.parent.iterdir())
        assert not any(word in left for word in (b"theremin", b"Xylophones", b"Leila", b"leila@example.com"))
        with infoint.open(user.campaign) as campaign:
            assert campaign.find("ada park").introduced_by == ""
        assert "Leila" not in user("people", "--json").out

    def test_tells_which_notes_about_others_still_name_them(self, user):
        user("log", "tom okoye", "note", "--note", "Knows Leila Sand well")
        out = user("forget", "leila", "--yes").out
        assert "Tom Okoye: Knows Leila Sand well" in out

    def test_tells_of_findings_and_of_a_form_that_was_begun(self, user):
        user("edit", "tom okoye", "--company", "Orbit")
        user("prepare", "tom okoye", "--found", "company", "Leila Sand runs it")
        with infoint.open(user.campaign) as campaign:
            form = form_of(campaign, campaign.find("leila"))
        form.write_text("# Debrief", encoding="utf-8")
        out = user("forget", "leila", "--yes").out
        assert "Your own findings: Leila Sand runs it" in out
        assert form.name in "".join(out.split())

    def test_cannot_be_undone_and_says_so(self, user):
        user("forget", "leila", "--yes")
        assert "for good" in user.refused("undo", "--yes")

    def test_needs_a_yes(self, user):
        assert "--yes" in user.refused("forget", "leila", code=2)
        before = user.dump()
        assert "Nothing was changed" in user.talk("forget", "leila", say=[("Erase them?", "n\r")], code=1)
        assert user.dump() == before

    def test_reaches_the_copies_and_tells_of_one_that_is_not_there(self, user):
        (user.home / "disk").mkdir()
        user("backup")
        user("backup", "disk/away.db")
        user("backup", "disk/other.db")
        (user.home / "disk" / "away.db").unlink()
        out = user("forget", "leila", "--yes").out
        assert "away.db is not there now" in " ".join(out.split())
        held = b"".join(path.read_bytes() for path in user.home.rglob("*.db*"))
        assert not any(word in held for word in (b"Leila", b"leila@example.com"))
        for copy in user.home.rglob("*.db"):
            assert "Tom Okoye" in user("--campaign", copy, "people", "tom").out

    def test_a_copy_that_cannot_be_written_stops_it_before_anything_is_erased(self, user):
        user("backup", "copy.db")
        (user.home / "copy.db").chmod(0o400)
        before = user.dump()
        assert "Nothing was erased" in user("forget", "leila", "--yes", code=1).err
        assert user.dump() == before

    def test_what_is_no_copy_any_more_is_left_alone(self, user):
        user("backup", "copy.db")
        (user.home / "copy.db").write_bytes(b"something else")
        user("forget", "leila", "--yes")
        assert (user.home / "copy.db").read_bytes() == b"something else"

    @pytest.mark.parametrize(("answer", "left"), [("y", []), ("n", ["Knows LEILA SAND well"])])
    def test_asks_what_becomes_of_their_name_in_the_notes_of_others(self, user, answer, left):
        user("log", "tom okoye", "note", "--note", "Knows LEILA SAND well")
        user.talk("forget", "leila", say=[("Erase them?", "y\r"), ("undone", f"{answer}\r")])
        with infoint.open(user.campaign) as campaign:
            notes = [event.note for event in campaign.history("tom okoye")]
        assert [note for note in notes if "LEILA" in note] == left
        assert ("Knows somebody well" in notes) == (answer == "y")
