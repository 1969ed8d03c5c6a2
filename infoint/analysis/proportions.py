"""Shares of a count, differences of two shares, and the intervals that go with them."""

from collections.abc import Sequence
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from infoint.errors import TableError

Array = NDArray[np.float64]
Pair = tuple[float, float]
"""Successes and trials."""


def wilson(successes: float, trials: float, level: float = 0.90) -> tuple[float, float]:
    """Wilson's interval for a share (Wilson 1927; method 3 of Newcombe 1998); no trials say nothing: 0 to 1.

    >>> low, high = wilson(81, 263, 0.95)
    >>> f"{low:.6f} to {high:.6f}"
    '0.255289 to 0.366210'
    >>> wilson(0, 0)
    (0.0, 1.0)
    >>> wilson(11, 10)
    Traceback (most recent call last):
    ...
    infoint.errors.TableError: 11 of 10 cannot be a share: the first count must lie between 0 and the second.
    """
    checked((successes, trials))
    z2 = NormalDist().inv_cdf((1 + checked_level(level)) / 2) ** 2
    if trials == 0:
        return 0.0, 1.0
    middle = successes + z2 / 2
    half = (z2 * (successes * (trials - successes) / trials + z2 / 4)) ** 0.5
    low = 0.0 if successes == 0 else (middle - half) / (trials + z2)
    high = 1.0 if successes == trials else (middle + half) / (trials + z2)
    return low, high


def by_season(seasons: Sequence[Pair], level: float = 0.90) -> tuple[float, float]:
    """Wilson's interval for a share whose letters come from several seasons, each of them successes and trials.

    Letters of one season are alike, so they count for fewer than they are (`information`).

    >>> low, high = by_season([(5, 10)] * 20)
    >>> wider = by_season([(0, 10), (10, 10)] * 10)
    >>> f"{low:.2f} to {high:.2f}; {wider[0]:.2f} to {wider[1]:.2f}"
    '0.44 to 0.56; 0.32 to 0.68'
    """
    checked(*seasons)
    hits, trials = (float(sum(cells)) for cells in zip(*seasons, strict=True)) if seasons else (0.0, 0.0)
    rate = hits / trials if trials else 0.0
    scores = np.array([x - n * rate for x, n in seasons if n])
    left = information(scores, trials * rate * (1 - rate), level)
    return wilson(hits * left, trials * left, level)


def information(scores: Array, stated: float, level: float = 0.90) -> float:
    """The share of the information that is left when the letters of a season are alike (Liang and Zeger 1986).

    The variance that the model has `stated` over the one that the `scores` of the seasons show,
    with Student's t for their number; one season alone cannot tell.
    """
    from scipy.stats import norm, t

    if len(scores) < 2 or not stated:
        return 1.0
    shown = float((scores**2).sum()) * len(scores) / (len(scores) - 1)
    tail = (1 - level) / 2
    return float(1 / max(1.0, shown / stated * (t.isf(tail, len(scores) - 1) / norm.isf(tail)) ** 2))


def newcombe(one: Pair, other: Pair, level: float = 0.90) -> tuple[float, float]:
    """The interval for the first share less the second (Newcombe's hybrid, method 10 of Newcombe 1998).

    >>> low, high = newcombe((56, 70), (48, 80), 0.95)
    >>> f"{low:.6f} to {high:.6f}"
    '0.052431 to 0.333873'
    """
    return stratified([(one, other)], level)[1:]


def stratified(strata: Sequence[tuple[Pair, Pair]], level: float = 0.90) -> tuple[float, float, float]:
    """The difference of two shares inside strata, weighted by their size, with its interval.

    Mantel-Haenszel weights; the interval is Newcombe's hybrid, its squares added over the strata
    (Yan and Su 2010). With one stratum it is Newcombe's.
    """
    checked(*(pair for both in strata for pair in both))
    used = [(a, b, a[1] * b[1] / (a[1] + b[1])) for a, b in strata if a[1] and b[1]]
    whole = sum(weight for _, _, weight in used)
    if not used:
        return 0.0, -1.0, 1.0
    difference = below = above = 0.0
    for (x, m), (y, n), weight in used:
        w, p, q = weight / whole, x / m, y / n
        (low, high), (bottom, top) = wilson(x, m, level), wilson(y, n, level)
        difference += w * (p - q)
        below += w * w * ((p - low) ** 2 + (top - q) ** 2)
        above += w * w * ((high - p) ** 2 + (q - bottom) ** 2)
    return difference, max(difference - below**0.5, -1.0), min(difference + above**0.5, 1.0)


def fisher(one: Pair, other: Pair) -> float:
    """The two-sided p of Fisher's exact test.

    >>> f"{fisher((235, 2435), (157, 2435)):.5e}"
    '4.75875e-05'
    """
    from scipy.stats import fisher_exact

    checked(one, other)
    return float(fisher_exact([[one[0], one[1] - one[0]], [other[0], other[1] - other[0]]]).pvalue)


def checked(*pairs: Pair) -> None:
    """Refuse counts that are no share."""
    for successes, trials in pairs:
        if not 0 <= successes <= trials:
            text = f"{successes} of {trials} cannot be a share: the first count must lie between 0 and the second."
            raise TableError(text, "Check that both counts are of the same people.")


def checked_level(level: float) -> float:
    """The level of an interval, when it is one."""
    if not 0 < level < 1:
        raise TableError(f"level={level} is no level: it lies between 0 and 1, such as 0.90.")
    return level
