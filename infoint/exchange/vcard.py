"""vCards 2.1, 3.0 and 4.0 as people, each card read on its own."""

import re
from collections.abc import Iterator
from typing import Any

from infoint.errors import Problem
from infoint.exchange.cells import email_address, web_address
from infoint.exchange.records import Record
from infoint.exchange.text import TextFile
from infoint.people import Person

START = re.compile(rb"(?:\xef\xbb\xbf)?\s*BEGIN:VCARD\b", re.IGNORECASE)
"""How a file of vCards begins."""
_BINARY = re.compile(r"(?:[\w-]+\.)?(?:PHOTO|LOGO|KEY|SOUND)[;:]", re.IGNORECASE)
_PROPERTY = re.compile(r"(?:[\w-]+\.)?[A-Za-z][\w-]*(?:;[^:]*)?:")
_LONGEST = 1_000_000  # characters: no card of a person, its pictures apart, comes near


def records(file: TextFile, ids: Iterator[str]) -> Iterator[Record | Problem]:
    """Each card as a Record with the card's number; one that cannot be read is a Problem and stops nothing."""
    import vobject

    for number, card in enumerate(_cards(file), 1):
        try:
            person = _person(vobject.readOne(card, allowQP=True).contents) if len(card) < _LONGEST else None
        except Exception as error:  # noqa: BLE001 - a broken card makes the library raise errors of many kinds
            why = f"this card cannot be read ({' '.join(str(error).split())[:120]})"
            yield Problem(file.path.name, number, why, skipped=True)
            continue
        if person is None:
            why = "no name in this card" if len(card) < _LONGEST else f"this card has over {_LONGEST:,} characters"
            yield Problem(file.path.name, number, why, skipped=True)
        else:
            yield Record(number, Person(id=next(ids), **person))


def _cards(file: TextFile) -> Iterator[str]:
    """The text of each card, without its pictures, sounds and keys; where one begins, the one before has ended."""
    card: list[str] = []
    size, is_binary = 0, False
    for line in file.lines():
        word = line.strip().upper()
        if word == "BEGIN:VCARD":
            yield from ["".join(card)] if card else []
            card, size = [line], 0
            continue
        is_binary = bool(_BINARY.match(line)) or (is_binary and not _PROPERTY.match(line))
        if card and not is_binary and size < _LONGEST:
            card.append(line)
            size += len(line)
        if word == "END:VCARD":
            yield from ["".join(card)] if card else []
            card = []
    yield from ["".join(card)] if card else []


def _person(card: dict[str, list[Any]]) -> dict[str, Any] | None:
    """What a card tells of a person, as fields; None where it names nobody."""

    def first(name: str) -> str:
        value = card[name][0].value if name in card else ""
        return " ".join(str(value[0] if isinstance(value, list) else value).split())

    if not (name := first("fn") or first("n")):
        return None
    emails = list(dict.fromkeys(filter(None, (email_address(str(line.value)) for line in card.get("email", ())))))
    links = [
        web_address(str(line.value).replace("\\", ""))
        for key in ("x-socialprofile", "url")
        for line in card.get(key, ())
    ]
    note = str(card["note"][0].value).replace("\r\n", "\n").strip() if "note" in card else ""
    also = [f"Also: {', '.join(emails[1:])}"] if len(emails) > 1 else []
    return {
        "name": name,
        "email": emails[0] if emails else "",
        "company": first("org"),
        "role": first("title") or first("role"),
        "url": next((link for link in links if "linkedin.com/in/" in link), ""),
        "tags": tuple(
            str(tag).strip() for line in card.get("categories", ()) for tag in line.value if str(tag).strip()
        ),
        "note": "\n".join(filter(None, [note, *also])),
    }
