"""The letters there are."""

import json


class TestLetters:
    def test_lists_all_and_json_too(self, user):
        names = {letter["name"] for letter in json.loads(user("letters", "--json").out)}
        assert {"outreach/warm", "outreach/cold", "nudge/gentle", "thanks/note", "update/progress"} <= names
        out = user("letters").out
        assert all(name in out for name in names)
