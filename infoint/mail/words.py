"""The words and phrases by which mail is told apart, by language: `templates/mail.toml`."""

import re
import tomllib
from collections import Counter
from itertools import chain
from typing import Any

from infoint import templates

_KNOWN: dict[str, Any] = tomllib.loads(templates.read("mail.toml"))
LANGUAGES: list[str] = _KNOWN["languages"]
_LONG = 160
_WORD = re.compile(r"\w+")


def pattern(name: str) -> re.Pattern[str]:
    """All phrases under a name, in whatever language, in any case and across line breaks.

    >>> bool(pattern("automatic_subjects").search("Automatische Antwort: Kaffee?"))
    True
    """
    told = _KNOWN[name]
    return _compiled([phrase for language in told.values() for phrase in language] if isinstance(told, dict) else told)


def listed(name: str) -> frozenset[str]:
    """The words under a name, in lower case."""
    return frozenset(_KNOWN[name])


def phrases(name: str) -> dict[str, re.Pattern[str]]:
    """The phrases under a name, one pattern for each language."""
    return {language: _compiled(told) for language, told in _KNOWN[name].items()}


def each(name: str) -> list[re.Pattern[str]]:
    """The phrases under a name, one by one."""
    told = _KNOWN[name]
    return [_compiled([phrase]) for phrase in (chain.from_iterable(told.values()) if isinstance(told, dict) else told)]


def lowered(name: str) -> dict[str, re.Pattern[str]]:
    """The phrases under a name, one pattern for each language, for a text in lower case: four times as fast."""
    return {language: _compiled(told, re.MULTILINE) for language, told in _KNOWN[name].items()}


def each_lowered(name: str) -> dict[str, list[re.Pattern[str]]]:
    """The phrases under a name one by one for each language, for a text in lower case."""
    return {language: [_compiled([it], re.MULTILINE) for it in told] for language, told in _KNOWN[name].items()}


def spoken(text: str) -> list[str]:
    """The languages that a text may be in, by its small words; all of them when it has none.

    >>> spoken("Ich würde mich freuen, wenn Sie Zeit für ein Gespräch hätten.")
    ['de']
    """
    words = Counter(_WORD.findall(text[:1500].casefold()))
    found = {language: sum(words[word] for word in small) for language, small in _KNOWN["spoken"].items()}
    most = max(found.values())
    return [language for language, count in found.items() if count * 2 > most or not most]


def sentence(text: str, found: re.Match[str]) -> str:
    """The sentence a phrase stands in, on one line."""
    start = max(text.rfind(mark, 0, found.start()) for mark in (". ", "! ", "? ", "\n\n")) + 1
    ends = [place for mark in (". ", "! ", "? ", "\n\n") if (place := text.find(mark, found.end())) >= 0]
    told = " ".join(text[start : min(ends, default=len(text)) + 1].split())
    if len(told) <= _LONG:
        return told
    near = text[max(start, found.start() - _LONG // 2) : found.end() + _LONG // 2].split(None, 1)[-1]
    return f"… {' '.join(near.split())[:_LONG].rsplit(' ', 1)[0]} …"


def _compiled(told: list[str], flags: re.RegexFlag = re.IGNORECASE | re.MULTILINE) -> re.Pattern[str]:
    joined = "|".join(f"(?:{phrase})" for phrase in told)
    return re.compile(re.sub(r" (?![?*+{\]])", r"\\s+", joined), flags)
