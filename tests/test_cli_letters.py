"""Letters: write and letters."""

import json


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
        body = "{% block body %}\nHi {{ first_name }}, how is {{ company }}BODY?\n{% endblock %}"
        text = "{% block subject %}A short hello{% endblock %}\n" + body
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
