"""Names of people: their parts, in any order, with accents, initials, short forms and titles understood."""

import re
from collections.abc import Callable
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Literal

from infoint.people import TITLES, fold

if TYPE_CHECKING:
    from nicknames import NickNamer

Agreement = Literal["equal", "close", "akin", ""]
_GENERATIONS = {"jr": "jr", "junior": "jr", "sr": "sr", "senior": "sr", "ii": "jr", "iii": "iii", "iv": "iv"}
_AFTER = frozenset({"phd", "ph", "mba", "md", "msc", "bsc", "cpa", "pmp"}) | _GENERATIONS.keys()
_LETTERS = str.maketrans({"ß": "ss", "ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ı": "i", "þ": "th", "ð": "d"})
_AKIN = 70
"""From which similarity on (rapidfuzz's ratio, in percent) two given names may be two spellings of one (ours)."""


def _words(name: str) -> list[str]:
    plain = re.sub(r"\([^)]*\)|[\"“„][^\"”“]*[\"”“]|\bPh\.\s?D\b", " ", name)
    return re.findall(r"[^\W_]+", fold(plain).translate(_LETTERS).replace("'", "").replace("’", ""))


@lru_cache(maxsize=1 << 17)
def parts(name: str) -> tuple[str, ...]:
    """The parts of a name, sorted: lower case, without accents, titles, degrees and what stands in brackets.

    >>> parts("Ruiz, Dr. Dana-María (she/her)"), parts("Kim Lee MBA")
    (('dana', 'maria', 'ruiz'), ('kim', 'lee'))
    """
    return tuple(sorted(_ordered(name)))


@lru_cache(maxsize=1 << 17)
def _ordered(name: str) -> tuple[str, ...]:
    """The parts as one says them: of "Ruiz, Dana" it is Dana Ruiz."""
    family, _, rest = name.partition(",")
    words = _words(f"{rest} {family}")
    return tuple([word for word in words if word not in TITLES and word not in _AFTER] or words)


def _is_turned(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether two are the same but for the family name first; of two family names the order tells people apart."""
    return len(one) == len(other) and any(one[at:] + one[:at] == other for at in range(len(one)))


def is_the_same(one: str, other: str) -> bool:
    """Whether two names are the same in the same order, whatever their spaces, hyphens, titles and accents.

    >>> is_the_same("Dr. Do-yun Jung", "Jung, Doyun"), is_the_same("Ada Park Moss", "Ada Moss Park")
    (True, False)
    """
    return "".join(_ordered(one)) == "".join(_ordered(other)) != ""


def given(name: str) -> str:
    """The first part of a name, as one is called; of "Ruiz, Dana" it is Dana.

    >>> given("Dr. Dana Ruiz"), given("Ruiz, Dana")
    ('dana', 'dana')
    """
    return next(iter(_ordered(name)), "")


def has_in_address(name: str, email: str) -> bool:
    """Whether an address is made of all parts of a name.

    >>> has_in_address("Ada Park Moss", "ada.parkmoss7@example.com"), has_in_address("Jan Berg", "jana.berg@x.com")
    (True, False)
    """
    words = re.findall(r"[a-z]+", email.partition("@")[0].casefold())
    own = _ordered(name)
    return len(own) > 1 and (set(own) <= set(words) or "".join(words) == "".join(own))


def has_another_family(name: str, email: str) -> bool:
    """Whether an address is made of the given name and of another family name.

    >>> has_another_family("Ada Park", "ada.moss7@example.com"), has_another_family("Ada Park", "ada@example.com")
    (True, False)
    """
    first, *others = _ordered(name) or ("",)
    letters = "".join(re.findall(r"[a-z]+", email.partition("@")[0].casefold()))
    rest = letters.removeprefix(first)
    return letters != rest and len(rest) > 3 and not any(other in rest or rest in other for other in others)


def generation(name: str) -> str:
    """Which of a family's generations a name tells of: "jr", "sr", or "" when it does not say.

    >>> generation("Dana Ruiz Jr."), generation("Dana Ruiz")
    ('jr', '')
    """
    return next((_GENERATIONS[word] for word in _words(name) if word in _GENERATIONS), "")


@cache
def short_forms(name: str) -> frozenset[str]:
    """What people called so may be called as well, by the table of the `nicknames` package.

    >>> "bob" in short_forms("robert"), "robert" in short_forms("bob")
    (True, True)
    """
    table = _table()
    return frozenset(table.nicknames_of(name) | table.canonicals_of(name)) if name.isascii() else frozenset()


@cache
def _table() -> "NickNamer":
    from nicknames import NickNamer

    return NickNamer()


def _same(one: str, other: str) -> bool:
    """Whether two parts may stand for one: equal, an initial, or a short form."""
    if one == other:
        return True
    shorter, longer = sorted((one, other), key=len)
    return longer.startswith(shorter) if len(shorter) == 1 else other in short_forms(one)


@lru_cache(maxsize=1 << 16)
def skeleton(part: str) -> str:
    """The consonants of a part of a name, by which its spellings in other scripts and languages meet.

    >>> skeleton("youssef") == skeleton("yusuf"), skeleton("kseniya") == skeleton("xenia"), skeleton("ea")
    (True, True, 'ea')
    """
    return re.sub(r"[aeiouy]|(.)(?=\1)", "", part.replace("x", "ks")) or part


def are_two(one: str, other: str) -> bool:
    """Whether two given names are those of two people, a woman and a man as a rule, rather than one mistyped.

    >>> are_two("paul", "paula"), are_two("mario", "maria"), are_two("dana", "dana"), are_two("dana", "danna")
    (True, True, False, False)
    """
    return one != other and one.rstrip("aeio") == other.rstrip("aeio")


def _akin(one: str, other: str) -> bool:
    """Whether two parts may be one name, spelt in two ways, in two scripts, or shortened in a way no table has."""
    from rapidfuzz import fuzz

    if _same(one, other):
        return True
    if are_two(one, other):
        return False
    shorter, longer = sorted((one, other), key=len)
    has = len(shorter) > 2 and (shorter[:3] in longer or longer.endswith(shorter))
    spelt = skeleton(one) == skeleton(other) or fuzz.ratio(one, other) >= _AKIN
    return has or spelt or one.isascii() != other.isascii()


def may_stand_for(one: str, other: str) -> bool:
    """Whether every part of the shorter of two names may stand for a part of the longer one.

    >>> may_stand_for("D. R.", "Dana Ruiz"), may_stand_for("Kim", "Dana Ruiz")
    (True, False)
    """
    few, many = sorted((parts(one), parts(other)), key=len)
    return _left_over(few, many, _same) is not None


def agree(one: str, other: str) -> Agreement:
    """Whether two names may be one person's.

    "equal" in all parts; "close" when initials or short forms make the difference; "akin" when one
    part is the same and the others may be spellings of one name, or one has a further name; "" when they
    are not.

    >>> agree("Ruiz, Dana", "Dana Ruíz"), agree("Bob Smith", "Robert J. Smith"), agree("Dana Ruiz", "Dana Moss")
    ('equal', 'close', '')
    >>> agree("Yekaterina Orlova", "Ekaterina Orlova")
    'akin'
    """
    few, many = sorted((parts(one), parts(other)), key=len)
    if few and (_is_turned(_ordered(one), _ordered(other)) or is_the_same(one, other)):
        return "equal"
    if few == many or len(few) < 2:
        return "akin" if len(few) > 1 else ""
    left = _left_over(few, many, _same)
    if left is not None and all(len(part) == 1 for part in left) and _shared(few, many):
        return "close"
    unbroken = sorted((_ordered(one.replace("-", "")), _ordered(other.replace("-", ""))), key=len)
    for some, more in ((few, many), unbroken):
        bones = (tuple(map(skeleton, names)) for names in (some, more))
        if len(some) > 1 and _left_over(some, more, _akin) is not None and _shared(*bones):
            return "akin"
    return ""


def _shared(few: tuple[str, ...], many: tuple[str, ...]) -> bool:
    return any(len(part) > 1 for part in set(few) & set(many))


def _left_over(few: tuple[str, ...], many: tuple[str, ...], fits: Callable[[str, str], bool]) -> list[str] | None:
    """What remains of many parts when each of the few stands for one of them; None when one stands for none."""
    left = list(many)
    for part in sorted(few, key=lambda part: (part not in many, -len(part))):
        found = part if part in left else next((rest for rest in left if fits(part, rest)), None)
        if found is None:
            return None
        left.remove(found)
    return left
