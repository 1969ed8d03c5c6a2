"""People and the profile: who there is to talk to, and who asks."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date
from functools import lru_cache
from typing import Any

from infoint.errors import InvalidPerson
from infoint.records import trusted

COMFORT = {
    "friend": 5,
    "family": 5,
    "classmate": 4,
    "colleague": 4,
    "alum": 3,
    "referral": 3,
    "acquaintance": 2,
    "stranger": 1,
}
"""Default comfort by relationship, 1 to 5 (ours). The article: begin with the most comfortable."""

RELATIONSHIPS = tuple(COMFORT)
_SAID = {
    "friend": "friends|close friend|old friend|buddy|pal",
    "family": "relative|family member|mother|father|mum|mom|dad|sister|brother|aunt|uncle|cousin",
    "classmate": "classmates|former classmate|schoolmate",
    "colleague": "coworker|co worker|former colleague|former coworker|former co worker|ex colleague",
    "alum": "alumni|alumnus|alumna|alumnae|fellow alum",
    "acquaintance": "linkedin connection",
    "referral": "referred|introduced|introduction",
    "stranger": "cold contact|cold outreach|no connection",
}
RELATIONSHIP_WORDS = {word: name for name, words in _SAID.items() for word in (name, *words.split("|"))}
"""How people call the relationships, in lower case."""
WARM = frozenset({"friend", "family", "classmate", "colleague"})
"""The relationships that follow the gentle cadence (ours)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody to talk to.

    Only the name is needed. `comfort` (1 to 5, how easy it is to write to them) is None until the
    user says otherwise: `ease()` then gives the default of the relationship. `introduced_by` is
    the id of the person who named this one, `connected` whether both are linked on LinkedIn,
    `timezone` theirs (an IANA name) when it is another than the user's.

    >>> Person(name="Dana Ruiz", relationship="friend").ease()
    5
    >>> Person(name="  ")
    Traceback (most recent call last):
    ...
    infoint.errors.InvalidPerson: name cannot be '  ': a name is needed.
    """

    name: str
    id: str = ""
    email: str = ""
    company: str = ""
    role: str = ""
    industry: str = ""
    relationship: str = "acquaintance"
    comfort: int | None = None
    connected: bool = False
    introduced_by: str = ""
    url: str = ""
    school: str = ""
    tags: tuple[str, ...] = ()
    connected_on: date | None = None
    note: str = ""
    timezone: str = ""

    def __post_init__(self) -> None:
        if not self.name.strip():
            raise InvalidPerson("name", self.name, "a name is needed")
        if self.relationship not in COMFORT:
            raise InvalidPerson("relationship", self.relationship, "one of " + ", ".join(RELATIONSHIPS))
        if self.comfort is not None and self.comfort not in {1, 2, 3, 4, 5}:
            raise InvalidPerson("comfort", self.comfort, "a whole number from 1 (hard to write to) to 5 (easy)")

    def ease(self) -> int:
        """Comfort as the user set it, else the default of the relationship."""
        return COMFORT[self.relationship] if self.comfort is None else self.comfort

    @property
    def known_as(self) -> str:
        """The relationship as one says it: "a friend", "an alum", "family"."""
        kind = self.relationship
        return kind if kind == "family" else f"{'an' if kind[0] in 'aeiou' else 'a'} {kind}"

    @property
    def first_name(self) -> str:
        """The first word of the name that is no title; of "Ruiz, Dana" it is Dana."""
        words = [word for word in self.name.split() if word.casefold().strip(".") not in TITLES]
        if len(words) > 1 and words[0].endswith(","):
            return words[1]
        return words[0].rstrip(",") if words else self.name.strip()

    @property
    def as_word(self) -> str:
        """One word of a command: the name, or the id when a shell would read the name otherwise.

        >>> Person(name="Dana").as_word, Person(name="Dana Ruiz").as_word, Person(name="$HOME", id="01J").as_word
        ('Dana', '"Dana Ruiz"', '01J')
        """
        if re.fullmatch(r"\w[\w.]*", self.name):
            return self.name
        return self.id if re.search(r'["\\$`!%]|^-', self.name) else f'"{self.name}"'

    @property
    def work(self) -> str:
        """What they do and where, as far as it is known: "engineer at Orbit"."""
        return " at ".join(part for part in (self.role, self.company) if part)

    def __str__(self) -> str:
        return f"{self.name} ({self.work})" if self.work else self.name


known_person = trusted(Person)
"""Makes a Person from all its fields in order, unchecked: for what was checked before."""
TITLES = {"dr", "prof", "professor", "mr", "mrs", "ms", "mx", "sir", "ing", "dipl-ing"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """Who the user is; only the name is needed.

    `country` (two letters, ISO 3166) decides the holidays, `timezone` (an IANA name) the hours
    shown. `weekly` is how many new people to write to in a week: 1 to 10, 5 unless told (ours,
    from Dalton's active five); `minutes` the length of talk asked for (Pomona: 20; 15 to 30).
    `story`, `examples` (by skill) and `unsure` are kept by `infoint reflect`.

    >>> Profile(name="Robin Vega", skills="teaching, data").skills
    ('teaching', 'data')
    """

    name: str
    email: str = ""
    background: str = ""
    skills: tuple[str, ...] = ()
    interests: str = ""
    goals: str = ""
    exploring: str = ""
    school: str = ""
    employers: tuple[str, ...] = ()
    country: str = "US"
    timezone: str = "UTC"
    language: str = "en"
    weekly: int = 5
    minutes: int = 20
    story: str = ""
    examples: Mapping[str, str] = field(default_factory=dict)
    unsure: str = ""

    def __post_init__(self) -> None:
        if not self.name.strip():
            raise InvalidPerson("name", self.name, "a name is needed, for the foot of your letters")
        for name in ("skills", "employers"):
            value = getattr(self, name)
            parts = value.split(",") if isinstance(value, str) else value
            object.__setattr__(self, name, tuple(part.strip() for part in parts if part.strip()))
        object.__setattr__(self, "country", self.country.strip().upper())
        if not (len(self.country) == 2 and self.country.isascii() and self.country.isalpha()):
            raise InvalidPerson("country", self.country, "two letters like US or DE")
        if not 1 <= self.weekly <= 10:
            raise InvalidPerson("weekly", self.weekly, "new people a week, from 1 to 10")
        if not 5 <= self.minutes <= 120:
            raise InvalidPerson("minutes", self.minutes, "the length of a talk, from 5 to 120")


def changed(record: Any, changes: dict[str, Any]) -> Any:
    """Return `record` with `changes` made, refusing a field it does not have.

    >>> changed(Person(name="Dana"), {"company": "Orbit"}).company
    'Orbit'
    """
    known = {each.name for each in fields(record)}
    for name, value in changes.items():
        if name not in known or name == "id":
            options = ", ".join(sorted(known - {"id"}))
            raise InvalidPerson(name, value, f"there is no such field; there are {options}")
    return replace(record, **changes)


@lru_cache(maxsize=1 << 16)
def fold(text: str) -> str:
    """Lower case without accents and outer or double spaces, for comparing what people type.

    >>> fold("  Zoë   MÜLLER ")
    'zoe muller'
    """
    if not text.isascii():
        text = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return " ".join(text.casefold().split())


def address(text: str) -> str:
    """An email address as it is kept.

    >>> address(" Dana@Example.com ")
    'dana@example.com'
    """
    from email_validator import EmailNotValidError, validate_email

    try:
        return validate_email(text.strip(), check_deliverability=False, test_environment=True).normalized.casefold()
    except EmailNotValidError as error:
        raise InvalidPerson("email", text, str(error).rstrip(".")) from error
