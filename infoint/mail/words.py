"""The words and phrases by which mail is told apart, by language: `templates/mail.toml`."""

import re
import tomllib
from itertools import chain
from typing import Any

from infoint import templates

_KNOWN: dict[str, Any] = tomllib.loads(templates.read("mail.toml"))
LANGUAGES: list[str] = _KNOWN["languages"]


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


def _compiled(told: list[str]) -> re.Pattern[str]:
    joined = "|".join(f"(?:{phrase})" for phrase in told)
    return re.compile(re.sub(r" (?![?*+{\]])", r"\\s+", joined), re.IGNORECASE | re.MULTILINE)
