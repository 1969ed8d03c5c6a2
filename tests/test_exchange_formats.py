"""The table of formats: every field is one that is read, every word means one thing."""

import re
import tomllib
from pathlib import Path

import pytest

from infoint import templates
from infoint.events import KINDS
from infoint.exchange import people
from infoint.exchange.cells import key
from infoint.exchange.formats import FORMATS, SEQUENCE, STATUSES

KNOWN = tomllib.loads(templates.read("formats.toml"))


@pytest.mark.parametrize("format_", FORMATS, ids=lambda format_: format_.name)
def test_every_field_of_a_format_is_read_and_every_title_can_be_met(format_):
    read = set(re.findall(r'"(\w+)"', Path(people.__file__).read_text(encoding="utf-8"))) | set(SEQUENCE)
    assert set(format_.titles.values()) <= read
    assert format_.needs <= set(format_.titles.values())
    assert [title for title in format_.titles if key(title) != title] == []


def test_a_title_or_a_word_stands_once_only():
    statuses = {n: status["words"] for n, status in enumerate(KNOWN["status"])}
    for table in [statuses, KNOWN["channel"], *(kind["columns"] for kind in KNOWN["format"])]:
        words = [word for words in table.values() for word in words]
        assert len(words) == len(set(words))


def test_a_status_tells_of_kinds_that_there_are():
    assert set(SEQUENCE) < set(KINDS)
    assert STATUSES["thanked"] == ("meeting_held", "thank_you_sent")
