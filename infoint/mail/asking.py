"""Whether a letter asks for a talk or advice, and whether it thanks: by signs that are counted, in its own language."""

import re
from itertools import islice
from typing import Literal, NamedTuple

from infoint.mail.read import Mail
from infoint.mail.words import each_lowered, lowered, pattern, sentence, spoken

_ASKS, _TALKS, _WISHES, *_SIGNS = map(lowered, ("asks", "talks", "wishes", "about", "strangers"))
_HALVES, _MINUTES = tuple(map(lowered, ("of_you", "of_me"))), lowered("minutes")
_UNLIKELY = each_lowered("unlikely")
_SAID = {"thanks": pattern("thanks"), "introduction": pattern("introduction")}
_LOOKED_AT = 1200
"""So many characters, some two hundred words, may ask (ours)."""
_WISH, ENOUGH, CLEAR = 2, 3, 5
_MOST_ERRANDS = 2
"""A long letter may mention so many and more, and still ask (ours)."""
_QUESTION = re.compile(r"\w[^.!?\n]{5,200}\?")
_SENTENCE = re.compile(r"[^.!?\n]+(?:\n[^.!?\n]+)*[.!?]*")


class Asking(NamedTuple):
    """How many signs say that it asks, in halves, and the sentence that does; for whom one would ask, 2 are enough."""

    weight: int
    phrase: str

    @property
    def asks(self) -> str:
        """The sentence, when the signs are enough for somebody unknown."""
        return self.phrase if self.weight >= ENOUGH else ""


def asking(mail: Mail) -> Asking:
    """Count what speaks for an ask: a wish to talk, a question about work, a stranger's words, two lives side by side.

    Every sign of other business (an application, an order, an errand) takes one away, but no more than two.
    """
    said = f"{mail.subject}.\n\n{mail.opening[:_LOOKED_AT]}"
    low = said.lower()
    text = low if len(low) == len(said) else said  # what stands in the one stands there in the other
    weight, talk = max((_weighed(text, language) for language in spoken(text)), key=lambda it: it[0])
    return Asking(weight, sentence(said, talk)) if talk and weight >= _WISH else Asking(0, "")


def _weighed(text: str, language: str) -> tuple[int, re.Match[str] | None]:
    direct = _ASKS[language].search(text)
    wish = _talk(text, language) or direct
    talk = wish or _QUESTION.search(text)
    if not talk:
        return 0, None
    halves = 1 + bool(wish) + 4 * bool(direct) + sum(2 for words in _SIGNS if words[language].search(text))
    halves += sum(1 for words in _HALVES if words[language].search(text))
    halves += halves > _WISH and bool(_MINUTES[language].search(text))
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
