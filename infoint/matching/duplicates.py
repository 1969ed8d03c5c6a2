"""Which of many people may be one person: the sure pairs, and those to ask about."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import TYPE_CHECKING

from infoint.matching import contradict, doubt, is_usual, together, workplaces
from infoint.matching.names import agree, are_two, given, has_in_address, may_stand_for, parts, skeleton
from infoint.people import Person

if TYPE_CHECKING:
    import numpy as np

ALIKE = 90
"""From which similarity on (rapidfuzz's ratio, in percent) two differently spelt names are asked about (ours)."""
_LONG, _BITS = 20, 24
"""From so many letters on two texts may be alike that lack two letters each; the size of a sieve (ours)."""
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
    profiles are two people, whatever their names; and a name alone is asked about only when nobody
    else has it.

    >>> bob = Person(id="1", name="Bob Smith", company="Acme")
    >>> [pair.sure for pair in duplicates([bob, Person(id="2", name="Robert Smith", company="Acme Inc.")])]
    [True]
    """
    everybody = sorted(people, key=lambda person: person.id)
    judged = [_judged(everybody[one], everybody[other]) for one, other in sorted(_candidates(everybody))]
    beside: dict[str, list[Person]] = defaultdict(list)
    for pair in filter(None, judged):
        if pair.sure:
            beside[pair.kept.id].append(pair.other)
            beside[pair.other.id].append(pair.kept)
    namesakes: dict[tuple[str, ...], list[Person]] = defaultdict(list)
    for person in everybody:
        namesakes[parts(person.name)].append(person)
    pairs = [
        replace(pair, sure=_is_sure(pair, beside, namesakes[parts(pair.kept.name)])) if pair.sure else pair
        for pair in judged
        if pair
    ]
    one = {person.id: {person.id} for person in everybody}
    for pair in pairs:
        if pair.sure:
            one[pair.kept.id].add(pair.other.id)
            one[pair.other.id].add(pair.kept.id)

    def nobody_else(pair: Pair) -> bool:
        called_so = (*namesakes[parts(pair.kept.name)], *namesakes[parts(pair.other.name)])
        return {person.id for person in called_so} <= one[pair.kept.id] | one[pair.other.id]

    pairs = [pair for pair in pairs if pair.likely not in (_NAMED, _MOVED) or nobody_else(pair)]
    return sorted(pairs, key=lambda pair: (not pair.sure, -pair.likely, pair.kept.id, pair.other.id))


_NAMED, _MOVED = 0.6, 0.4
"""How likely those are who have one name and nothing else in common, or another company each."""


def _is_sure(pair: Pair, beside: dict[str, list[Person]], namesakes: list[Person]) -> bool:
    """Whether nobody else may be meant: whoever may be one of the two may be the other, too."""
    if pair.kept.url and pair.other.url:
        return True
    if pair.likely < 1 and is_usual(pair.kept, pair.other, namesakes):
        return False
    others = [p for p in (*beside[pair.kept.id], *beside[pair.other.id]) if p.id not in (pair.kept.id, pair.other.id)]
    return all(
        may_stand_for(other.name, person.name) and not doubt(other, person)
        for other in others
        for person in (pair.kept, pair.other)
    )


def _judged(one: Person, other: Person) -> Pair | None:
    """What speaks for two being one person; None when too little does, or something speaks against it."""

    def pair(likely: float, why: str, *, sure: bool = False) -> Pair:
        return Pair(kept=one, other=other, sure=sure, likely=likely, why=why)

    if one.url and other.url:
        same = one.url.casefold() == other.url.casefold()
        return pair(1, "they have one profile", sure=True) if same else None
    names, against = agree(one.name, other.name), contradict(one, other)
    if one.email and one.email.casefold() == other.email.casefold():
        if may_stand_for(one.name, other.name):
            return pair(1, f"both write from {one.email}", sure=not against)
        called = names or given(one.name) == given(other.name)
        return pair(0.5, f"both write from {one.email}") if called else None
    here = together(one, other)
    where = f"both at {one.company or other.company}"
    if against:
        return None
    if here and names in {"equal", "close"}:
        likely, why = (0.9, "one name") if names == "equal" else (0.8, f"{one.name} and {other.name} may be one name")
        return pair(likely, f"{why}, {where}", sure=not doubt(one, other))
    for named, placed in ((one, other), (other, one)):
        if not named.company and placed.company and agree(named.name, f"{placed.name} {placed.company}") == "equal":
            return pair(0.7, f"{named.name} may be {placed.name} with the company")
        if here and has_in_address(placed.name, named.email):
            sure = names == "akin" and not doubt(one, other)
            return pair(0.8, f"{named.email} is made of the name {placed.name}, {where}", sure=sure)
    mistyped = not are_two(given(one.name), given(other.name)) and _spelt(one.name, other.name) >= ALIKE
    if here and (names == "akin" or mistyped):
        return pair(0.5, f"{one.name} and {other.name} may be one name, {where}")
    apart = bool(one.company and other.company)
    if names == "equal":
        told = f"at {one.company} and at {other.company}" if apart else "and nothing that tells them apart"
        return pair(_MOVED if apart else _NAMED, f"one name, {told}")
    return None


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
        keys |= {(company, skeleton(part)) for company in workplaces(person) for part in name if len(part) > 1}
        for block in keys:
            blocks[block].append(place)
    found = {pair for places in blocks.values() if len(places) <= _CROWD for pair in combinations(places, 2)}
    alike = similar([" ".join(name) for name in names], ALIKE)
    return found | {(one, other) for one, other in alike if together(people[one], people[other])}


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
    marked = np.zeros(1 << _BITS, bool)  # what a text that lacks two letters can meet: one that lacks fewer
    marked[np.concatenate(keys) >> (64 - _BITS)] = True
    for a in range(width):
        for b in range(a + 1, width):
            some = np.flatnonzero(sizes > b)
            lacking = whole[some, a] + once[some, b] - once[some, a + 1] + twice[some, -1] - twice[some, b + 1]
            meets = np.flatnonzero(marked[lacking >> (64 - _BITS)] | (sizes[some] >= _LONG))
            keys.append(lacking[meets])
            rows.append(some[meets])
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
