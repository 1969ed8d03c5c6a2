"""Shares of a count, with the interval that goes with them."""

from statistics import NormalDist

from infoint.errors import TableError


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
    if not 0 <= successes <= trials:
        raise TableError(
            f"{successes} of {trials} cannot be a share: the first count must lie between 0 and the second.",
            "Check that both counts are of the same people.",
        )
    z2 = NormalDist().inv_cdf((1 + checked_level(level)) / 2) ** 2
    if trials == 0:
        return 0.0, 1.0
    middle = successes + z2 / 2
    half = (z2 * (successes * (trials - successes) / trials + z2 / 4)) ** 0.5
    low = 0.0 if successes == 0 else (middle - half) / (trials + z2)
    high = 1.0 if successes == trials else (middle + half) / (trials + z2)
    return low, high


def checked_level(level: float) -> float:
    """The level of an interval, when it is one."""
    if not 0 < level < 1:
        raise TableError(f"level={level} is no level: it lies between 0 and 1, such as 0.90.")
    return level
