"""Whether a letter asks for a talk or advice, and whether it thanks: by signs that are counted, in its own language."""

import re
from itertools import islice
from typing import Literal, NamedTuple

from infoint.mail.read import Mail
from infoint.mail.words import each_by_language, pattern, phrases, sentence, spoken

_ASKS, _TALKS, _WISHES = phrases("asks"), phrases("talks"), phrases("wishes")
_SIGNS = (phrases("about"), phrases("strangers"))
_LIVES = (phrases("of_you"), phrases("of_me"))
_UNLIKELY = each_by_language("unlikely")
_SAID = {"thanks": pattern("thanks"), "introduction": pattern("introduction")}
_MINUTES = pattern("minutes")
_MOST_ERRANDS = 2
"""A long letter may mention so many and more, and still ask (ours)."""
_SENTENCE = re.compile(r"[^.!?\n]+(?:\n[^.!?\n]+)*[.!?]*")


class Asking(NamedTuple):
    """How many signs say that it asks, and the sentence that does: 2 are enough, 1 only for whom one would ask."""

    weight: int
    phrase: str

    @property
    def asks(self) -> str:
        """The sentence, when the signs are enough for somebody unknown."""
        return self.phrase if self.weight >= 2 else ""


def asking(mail: Mail) -> Asking:
    """Count what speaks for an ask: a wish to talk, a question about work, a stranger's words, two lives side by side.

    Every sign of other business (an application, an order, an errand) takes one away, but no more than two.
    """
    text = f"{mail.subject}.\n\n{mail.opening}"
    return max((_weighed(text, language) for language in spoken(text)), key=lambda it: it.weight)


def _weighed(text: str, language: str) -> Asking:
    direct = _ASKS[language].search(text)
    talk = _talk(text, language) or direct
    if not talk:
        return Asking(0, "")
    halves = 2 + 4 * bool(direct) + sum(2 for words in _SIGNS if words[language].search(text))
    halves += sum(1 for words in _LIVES if words[language].search(text)) + bool(_MINUTES.search(text))
    errands = (words for words in _UNLIKELY[language] if words.search(text))
    weight = halves // 2 - sum(1 for _ in islice(errands, _MOST_ERRANDS))
    return Asking(weight, sentence(text, talk)) if weight > 0 else Asking(0, "")


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
