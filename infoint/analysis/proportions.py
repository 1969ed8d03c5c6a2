"""Shares of a count, differences of two shares, and the intervals that go with them."""

from collections.abc import Sequence
from statistics import NormalDist

from infoint.errors import TableError

Pair = tuple[int, int]
"""Successes and trials."""


def wilson(successes: int, trials: int, level: float = 0.90) -> tuple[float, float]:
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
    checked(successes, trials)
    z2 = NormalDist().inv_cdf((1 + checked_level(level)) / 2) ** 2
    if trials == 0:
        return 0.0, 1.0
    middle = successes + z2 / 2
    half = (z2 * (successes * (trials - successes) / trials + z2 / 4)) ** 0.5
    low = 0.0 if successes == 0 else (middle - half) / (trials + z2)
    high = 1.0 if successes == trials else (middle + half) / (trials + z2)
    return low, high


def clopper_pearson(successes: int, trials: int, level: float = 0.90) -> tuple[float, float]:
    """The exact interval for a share (Clopper and Pearson 1934)."""
    from scipy.stats import beta

    checked(successes, trials)
    tail = (1 - checked_level(level)) / 2
    low = 0.0 if successes == 0 else float(beta.ppf(tail, successes, trials - successes + 1))
    return low, 1.0 if successes == trials else float(beta.ppf(1 - tail, successes + 1, trials - successes))


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

    checked(*one)
    checked(*other)
    return float(fisher_exact([[one[0], one[1] - one[0]], [other[0], other[1] - other[0]]]).pvalue)


def checked(successes: int, trials: int) -> None:
    """Refuse counts that are no share."""
    if not 0 <= successes <= trials:
        raise TableError(
            f"{successes} of {trials} cannot be a share: the first count must lie between 0 and the second.",
            "Check that both counts are of the same people.",
        )


def checked_level(level: float) -> float:
    """The level of an interval, when it is one."""
    if not 0 < level < 1:
        raise TableError(f"level={level} is no level: it lies between 0 and 1, such as 0.90.")
    return level
