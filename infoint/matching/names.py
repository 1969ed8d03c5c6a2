"""Names of people: their parts, in any order, with accents, initials, short forms and titles understood."""

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Literal

from infoint.people import TITLES, fold

if TYPE_CHECKING:
    from nicknames import NickNamer

Agreement = Literal["equal", "close", ""]
_AFTER = frozenset({"jr", "sr", "ii", "iii", "iv", "phd", "mba", "md", "msc", "bsc", "cpa", "pmp"})
_LETTERS = str.maketrans({"ß": "ss", "ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ı": "i", "þ": "th", "ð": "d"})


@lru_cache(maxsize=1 << 17)
def parts(name: str) -> tuple[str, ...]:
    """The parts of a name, sorted: lower case, without accents, titles, degrees and what stands in brackets.

    >>> parts("Ruiz, Dr. Dana-María (she/her)"), parts("Kim Lee MBA")
    (('dana', 'maria', 'ruiz'), ('kim', 'lee'))
    """
    plain = (
        fold(re.sub(r"\([^)]*\)|[\"“„][^\"”“]*[\"”“]", " ", name)).translate(_LETTERS).replace("'", "").replace("’", "")
    )
    words = re.findall(r"[^\W_]+", plain)
    kept = [word for word in words if word not in TITLES and word not in _AFTER]
    return tuple(sorted(kept or words))


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


def agree(one: str, other: str) -> Agreement:
    """Whether two names may be one person's: "equal" in all parts, "close" when initials, short forms or middle
    names make the difference, "" when they are not.

    >>> agree("Ruiz, Dana", "Dana Ruíz"), agree("Bob Smith", "Robert J. Smith"), agree("Dana Ruiz", "Dana Moss")
    ('equal', 'close', '')
    """
    few, many = sorted((parts(one), parts(other)), key=len)
    if few == many:
        return "equal" if few else ""
    left = list(many)
    whole = 0
    for part in sorted(few, key=lambda part: (part not in many, -len(part))):
        found = part if part in left else next((rest for rest in left if _same(part, rest)), None)
        if found is None:
            return ""
        whole += found == part and len(part) > 1
        left.remove(found)
    return "close" if len(few) > 1 and whole else ""
