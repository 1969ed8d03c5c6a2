"""Whether a letter asks for a talk or advice, and whether it thanks: by signs that are counted, in its own language."""

import re
from itertools import islice
from typing import Literal, NamedTuple

from infoint.mail.likeness import likeness
from infoint.mail.read import Mail
from infoint.mail.words import each_lowered, lowered, pattern, sentence, spoken

_ASKS, _TALKS, _WISHES, *_SIGNS = map(lowered, ("asks", "talks", "wishes", "about", "strangers"))
_HALVES, _MINUTES = tuple(map(lowered, ("of_you", "of_me"))), lowered("minutes")
_UNLIKELY = each_lowered("unlikely")
_SAID = {"thanks": pattern("thanks"), "introduction": pattern("introduction")}
LOOKED_AT = 1200
"""So many characters, some two hundred words, may ask (ours)."""
SIGN = 0.4
"""What half a sign weighs beside the likeness (ours)."""
HINT, ENOUGH, CLEAR = 0.4, 1.25, 2.5
"""Bounds (ours): how many letters of either kind are above each, `benchmarks/mail_tables.py` shows."""
_MOST_ERRANDS = 2
"""A long letter may mention so many and more, and still ask (ours)."""
_QUESTION = re.compile(r"\w[^.!?\n]{5,200}\?")
_SENTENCE = re.compile(r"[^.!?\n]+(?:\n[^.!?\n]+)*[.!?]*")


class Asking(NamedTuple):
    """How much speaks for an ask, and the sentence that does; for whom one would ask, less is enough (`HINT`)."""

    weight: float
    phrase: str

    @property
    def asks(self) -> str:
        """The sentence, when it is enough for somebody unknown."""
        return self.phrase if self.weight >= ENOUGH else ""


def asking(mail: Mail) -> Asking:
    """Weigh what speaks for an ask: the signs of `templates/mail.toml`, and how alike it is to letters that ask."""
    said = f"{mail.subject}.\n\n{mail.opening[:LOOKED_AT]}"
    low = said.lower()
    text = low if len(low) == len(said) else said  # what stands in the one stands there in the other
    found, talk = signs(text)
    weight = SIGN * found + likeness("asks", text) if talk else -9.0
    return Asking(weight, sentence(said, talk)) if talk and weight >= HINT else Asking(weight, "")


def signs(text: str) -> tuple[int, re.Match[str] | None]:
    """The signs of an ask in a text in lower case, in halves, and where it asks.

    They are a wish to talk, a question about work, a stranger's words, two lives side by side. Every kind of other
    business (an application, an order, an errand) takes one away, but no more than two.
    """
    return max((_signs(text, language) for language in spoken(text)), key=lambda it: it[0])


def _signs(text: str, language: str) -> tuple[int, re.Match[str] | None]:
    direct = _ASKS[language].search(text)
    wish = _talk(text, language) or direct
    talk = wish or _QUESTION.search(text)
    if not talk:
        return -4, None
    halves = 1 + bool(wish) + 4 * bool(direct) + sum(2 for words in _SIGNS if words[language].search(text))
    halves += sum(1 for words in _HALVES if words[language].search(text))
    halves += halves > 2 and bool(_MINUTES[language].search(text))
    errands = (words for words in _UNLIKELY[language] if words.search(text))
    return halves - sum(2 for _ in islice(errands, _MOST_ERRANDS)), talk


def says(what: Literal["thanks", "introduction"], mail: Mail) -> str:
    """The sentence that thanks for a talk, or that introduces somebody, or ""."""
    text = mail.opening
    found = _SAID[what].search(text)
    return sentence(text, found) if found else ""


def _talk(text: str, language: str) -> re.Match[str] | None:
    """Where somebody asks for a talk, or else wishes for one."""
    wished = None
    for match in _SENTENCE.finditer(text):
        if found := _TALKS[language].search(text, *match.span()):
            if match[0].endswith("?"):
                return found
            wished = wished or (_WISHES[language].search(text, *match.span()) and found)
    return wished
