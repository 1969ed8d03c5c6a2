"""The formats of a table of people, and what the words in its cells mean: `templates/formats.toml`."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from sys import intern
from types import MappingProxyType
from typing import Any

from infoint import templates
from infoint.exchange.cells import key
from infoint.people import RELATIONSHIP_WORDS

NAMES = frozenset({"name", "first", "last"})
"""The fields of which a table of people has one at least."""
_KNOWN = tomllib.loads(templates.read("formats.toml"))


def _meant(words_of: dict[str, list[str]]) -> dict[str, str]:
    """Each word with its meaning, interned: fields become keywords of a call, which are found quickly so."""
    return {word: intern(meaning) for meaning, words in words_of.items() for word in words}


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """One kind of table: the field that each title means, those it must have, what is true of all its people.

    A `quiet` one has dozens of columns that no campaign needs: they are told in one line.
    """

    name: str
    titles: dict[str, str]
    needs: frozenset[str]
    always: dict[str, Any]
    quiet: bool

    def found(self, header: Sequence[str], told: Mapping[str, str]) -> dict[str, int]:
        """Where each field stands; what a title was `told` to mean goes before what it means to all.

        >>> FORMATS[-1].found(["Full name", "Shoe size", "E-mail"], {"shoe size": "status", "e mail": ""})
        {'status': 1, 'name': 0}
        """
        found: dict[str, int] = {}
        titles = sorted(enumerate(map(key, header)), key=lambda title: title[1] not in told)
        for place, title in titles:
            if field := told.get(title, self.titles.get(title)):
                found.setdefault(field, place)
        return found

    def columns(self, header: Sequence[str], told: Mapping[str, str] = MappingProxyType({})) -> dict[str, int]:
        """Where each field stands, or {} when this is no header: it has a name and one more known column.

        >>> FORMATS[-1].columns(["Full name", "Thank-you sent?", "Shoe size"])
        {'name': 0, 'thank_you_sent': 1}
        >>> FORMATS[-1].columns(["First name", "Last name"])
        {}
        """
        found = self.found(header, told)
        names = NAMES & found.keys()
        return found if names and len(found) > len(names) and self.needs <= found.keys() else {}


FORMATS = [
    Format(
        name=kind["name"],
        titles=_meant(kind["columns"]),
        needs=frozenset(kind.get("needs", ())),
        always=kind.get("always", {}),
        quiet=kind.get("quiet", False),
    )
    for kind in _KNOWN["format"]
]
TRACKER = FORMATS[-1]
STATUSES: dict[str, tuple[str, ...]] = {word: tuple(s["kinds"]) for s in _KNOWN["status"] for word in s["words"]}
"""The kinds of event that a status tells of."""
SEQUENCE = tuple(dict.fromkeys(kind for kinds in STATUSES.values() for kind in kinds))
"""Those kinds in the order in which they follow each other."""
CHANNELS = _meant(_KNOWN["channel"])
TIES: dict[str, str | int] = RELATIONSHIP_WORDS | _KNOWN["strength"]
"""What a word says of a tie: a relationship, or a comfort from 1 to 5."""
NOTHING, YES, NO = (frozenset(_KNOWN["said"][name]) for name in ("nothing", "yes", "no"))
ASKS = re.compile("|".join(_KNOWN["asks"]["phrases"]), re.IGNORECASE)
"""What a message says that asks for a talk or advice."""

MEANINGS = {"": ""} | {key(field): field for field in (*TRACKER.titles.values(), *SEQUENCE)} | TRACKER.titles
"""The field of a tracker that each word means: its own name, and every title that is known for it."""
