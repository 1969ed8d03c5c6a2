"""How alike a text is to letters of a kind, by the pieces of its words, as `benchmarks/mail_tables.py` learnt them."""

from collections.abc import Mapping
from functools import cache
from math import sqrt

from infoint import templates

SIZES = (3, 4, 5)
"""So many letters has a piece."""
_FEW = 100
"""Of so few pieces each weighs no more than of these: a line of five words is like much (ours)."""


def likeness(kind: str, text: str) -> float:
    """The log-odds that a text in lower case is of a kind ("asks", "automatic"), as the letters of practice have it.

    >>> likeness("automatic", "ich bin bis montag im urlaub. in dringenden fällen hilft ihnen mein kollege.") > 0
    True
    """
    return weigh(_table(kind), text)


def weigh(weights: Mapping[str, float], text: str) -> float:
    """What the pieces of a text weigh together; "" is the weight of none."""
    words = {f" {word} " for word in text.split()}
    found = {word[at : at + size] for word in words for size in SIZES for at in range(max(1, len(word) - size + 1))}
    known = [weights[piece] for piece in found if piece in weights]
    return weights[""] + sum(known) / sqrt(max(len(known), _FEW))


@cache
def _table(kind: str) -> dict[str, float]:
    rows = (line.rpartition("\t") for line in templates.read(f"mail/{kind}.txt").splitlines())
    return {piece: float(weight) for piece, _, weight in rows}
