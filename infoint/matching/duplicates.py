"""Which of many people may be one person: the sure pairs, and those to ask about."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import TYPE_CHECKING

from infoint.matching import company_key, same_company
from infoint.matching.names import agree, parts
from infoint.people import Person

if TYPE_CHECKING:
    import numpy as np

ALIKE = 90
"""From which similarity on (rapidfuzz's ratio, in percent) two differently spelt names are asked about (ours)."""
_CROWD = 50
"""Of how many with one part of a name at one company on, that part says nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two who may be one person: `kept` was there first; `why` says so in words.

    `likely` orders the questions, from 0 to 1 (ours, no probability); a pair is `sure` when nothing
    speaks against it and nobody else may be meant.
    """

    kept: Person
    other: Person
    sure: bool
    likely: float
    why: str


def duplicates(people: Iterable[Person]) -> list[Pair]:
    """Every pair that is or may be one person: the sure ones first, then the likeliest.

    A profile's address identifies, then an email address, then the name with the company. Two
    profiles are two people, whatever their names.

    >>> bob = Person(id="1", name="Bob Smith", company="Acme")
    >>> [pair.sure for pair in duplicates([bob, Person(id="2", name="Robert Smith", company="Acme Inc.")])]
    [True]
    """
    everybody = sorted(people, key=lambda person: person.id)
    judged = [_judged(everybody[one], everybody[other]) for one, other in sorted(_candidates(everybody))]
    pairs = [pair for pair in judged if pair]
    rivals = Counter(person.id for pair in pairs if pair.likely >= _CLOSE for person in (pair.kept, pair.other))
    pairs = [
        replace(pair, sure=False)
        if pair.likely == _CLOSE and max(rivals[pair.kept.id], rivals[pair.other.id]) > 1
        else pair
        for pair in pairs
    ]
    return sorted(pairs, key=lambda pair: (not pair.sure, -pair.likely, pair.kept.id, pair.other.id))


_CLOSE = 0.8


def _judged(one: Person, other: Person) -> Pair | None:
    """What speaks for two being one person; None when too little does, or something speaks against it."""

    def pair(likely: float, why: str, *, sure: bool = False) -> Pair:
        return Pair(kept=one, other=other, sure=sure, likely=likely, why=why)

    urls = {person.url.casefold() for person in (one, other) if person.url}
    emails = {person.email.casefold() for person in (one, other) if person.email}
    if len(urls) == 2:
        return None
    if one.url and other.url:
        return pair(1, "they have one profile", sure=True)
    names = agree(one.name, other.name)
    if one.email and other.email and len(emails) == 1:
        known = bool(names or set(parts(one.name)) & set(parts(other.name)))
        return pair(1 if known else 0.5, f"both write from {one.email}", sure=known)
    together = same_company(one.company, other.company)
    apart = bool(one.company and other.company) and not together
    if names == "equal" and together:
        return pair(0.9, f"one name, both at {one.company}", sure=len(emails) < 2)
    if names == "equal":
        where = f"at {one.company} and at {other.company}" if apart else "and nothing that tells them apart"
        return pair(0.3 if apart or len(emails) == 2 else 0.7, f"one name, {where}")
    if names == "close" and together:
        return pair(_CLOSE, f"{one.name} and {other.name} may be one name, both at {one.company}", sure=len(emails) < 2)
    if together and not names and _spelt(one.name, other.name) >= ALIKE:
        return pair(0.6, f"{one.name} and {other.name} are spelt alike, both at {one.company}")
    return pair(0.2, f"{one.name} and {other.name} may be one name") if names == "close" and not apart else None


def _spelt(one: str, other: str) -> float:
    from rapidfuzz import fuzz

    return fuzz.ratio(" ".join(parts(one)), " ".join(parts(other)))


def _candidates(people: Sequence[Person]) -> set[tuple[int, int]]:
    """The places of those worth a look: who share a profile, an address, a name, or a part of it and the company."""
    blocks: dict[object, list[int]] = defaultdict(list)
    names = [parts(person.name) for person in people]
    for place, (person, name) in enumerate(zip(people, names, strict=True)):
        keys: set[object] = {("name", name)}
        keys |= {(what, value.casefold()) for what, value in (("url", person.url), ("email", person.email)) if value}
        if company := company_key(person.company):
            keys |= {(company, part) for part in name if len(part) > 1}
        for block in keys:
            blocks[block].append(place)
    found = {pair for places in blocks.values() if len(places) <= _CROWD for pair in combinations(places, 2)}
    alike = similar([" ".join(name) for name in names], ALIKE)
    return found | {(one, other) for one, other in alike if same_company(people[one].company, people[other].company)}


def similar(texts: Sequence[str], cutoff: int) -> set[tuple[int, int]]:
    """The places of texts whose `rapidfuzz.fuzz.ratio` is at least `cutoff`, without comparing all with all.

    Texts that become one when up to two letters are left out of each are compared. From 90 percent
    on and for texts of up to 20 letters these are all; of longer ones a few may be missed.

    >>> similar(["dana ruiz", "dana ruis", "kim lee"], 85)
    {(0, 1)}
    """
    from rapidfuzz import fuzz, process

    if not any(texts):
        return set(combinations(range(len(texts)), 2))
    pairs = _colliding(texts)
    one, other = ([texts[place] for place in side] for side in pairs)
    scores = process.cpdist(one, other, scorer=fuzz.ratio, score_cutoff=cutoff)
    return {(int(a), int(b)) for a, b, score in zip(*pairs, scores, strict=True) if score}


def _colliding(texts: Sequence[str]) -> "tuple[np.ndarray, np.ndarray]":
    """The pairs (first places, second places) with a common remainder once up to two letters are left out of each.

    A text is hashed as the sum of its letters times the powers of a prime, modulo 2 to the 64th; with
    the sums of all beginnings, also as they are one and two places further left, leaving letters out
    is an addition (after Rabin and Karp).
    """
    import numpy as np

    sizes = np.array([len(text) for text in texts], dtype=np.int64)
    width = int(sizes.max())
    letters = np.array([text.ljust(width, "\0") for text in texts], dtype=f"U{width}")
    codes = letters.view(np.uint32).reshape(-1, width).astype(np.uint64)
    powers = np.cumprod(np.full(width + 1, 1099511628211, np.uint64))
    sums = []
    for left in range(3):
        terms = np.zeros_like(codes)
        terms[:, left:] = codes[:, left:] * powers[: width - left]
        sums.append(np.pad(np.cumsum(terms, axis=1, dtype=np.uint64), ((0, 0), (1, 0))))
    whole, once, twice = sums
    keys, rows = [whole[:, -1]], [np.arange(len(texts))]
    for a in range(width):
        some = np.flatnonzero(sizes > a)
        keys.append(whole[some, a] + once[some, -1] - once[some, a + 1])
        rows.append(some)
        for b in range(a + 1, width):
            some = np.flatnonzero(sizes > b)
            between = once[some, b] - once[some, a + 1]
            keys.append(whole[some, a] + between + twice[some, -1] - twice[some, b + 1])
            rows.append(some)
    key, row = np.concatenate(keys), np.concatenate(rows)
    order = np.argsort(key, kind="stable")
    key, row = key[order], row[order]
    found = [np.empty(0, np.int64)]
    for step in range(1, _CROWD):
        same = np.flatnonzero(key[step:] == key[:-step])
        low, high = np.sort([row[same], row[same + step]], axis=0)
        found.append(np.unique((low * len(texts) + high)[low != high]))
        if not len(same):
            break
    pairs = np.unique(np.concatenate(found))
    return pairs // len(texts), pairs % len(texts)
