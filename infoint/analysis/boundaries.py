"""When a comparison that is looked at every day may be decided: O'Brien-Fleming on Fisher's exact test, exactly."""

from functools import lru_cache

import numpy as np

from infoint.analysis.proportions import Array
from infoint.errors import TableError

SIZE = 0.05
"""So often at most is a difference found where there is none, whatever the rate."""
SMALLEST = 8
_FROM_8 = (
    "1.56 1.54 1.82 1.75 1.70 1.67 1.75 1.85 1.81 1.79 1.79 1.77 1.91 1.88 1.87 1.85 1.85 1.85 1.96 1.93 "
    "1.91 1.91 1.90 1.90 1.92 1.99 1.96 1.95 1.94 1.93 1.93 1.93 2.02 2.00 1.99 1.98 1.97 1.97 1.96 1.96 "
    "2.05 2.03 2.02 2.00 2.00 1.99 1.99 1.98 1.98 1.99 2.05 2.04 2.03 2.02 2.01 2.01 2.01 2.01 2.00 2.00 "
    "2.07 2.06 2.04 2.04 2.03 2.03 2.03 2.02 2.02 2.02 2.09 2.08 2.07 2.06 2.05 2.05 2.04 2.04 2.04 2.04 "
    "2.04 2.04 2.10 2.09 2.08 2.07 2.06 2.06 2.06 2.05 2.05 2.05 2.05 2.05 2.11 2.10 2.09 2.08 2.08 2.07 "
    "2.07 2.07 2.07 2.07 2.06 2.06 2.06 2.12 2.11 2.10 2.09 2.09 2.09 2.08 2.08 2.08 2.08 2.07 2.07 2.07 "
    "2.07 2.12 2.12 2.11 2.10 2.10 2.09 2.09 2.09 2.09 2.09 2.09 2.08 2.08 2.08 2.08 2.13 2.12 2.12 2.11 "
    "2.11 2.10 2.10"
)
CONSTANTS = {SMALLEST + n: float(c) for n, c in enumerate(_FROM_8.split())}
"""The boundary for each number per arm, made by benchmarks/boundaries.py."""


def boundary(per_arm: int) -> float:
    """The constant c: decided after pair j of n when z(Fisher's p) sqrt(j/n) reaches it.

    >>> boundary(30)
    1.9
    """
    if not SMALLEST <= per_arm <= max(CONSTANTS):
        raise TableError(
            f"planned={per_arm} is no number per arm that can be planned: it is {SMALLEST} to {max(CONSTANTS)}.",
            "infoint.plan_comparison says how many letters it takes.",
        )
    return CONSTANTS[per_arm]


@lru_cache(maxsize=512)
def z_table(pairs: int) -> Array:
    """The z of Fisher's two-sided p for every two numbers of successes in two arms of `pairs` letters."""
    from scipy.special import gammaln
    from scipy.stats import norm

    k = np.arange(pairs + 1)
    ways = gammaln(pairs + 1) - gammaln(k + 1) - gammaln(pairs - k + 1)
    both = k[:, None] + k[None, :]
    of_all = gammaln(2 * pairs + 1) - gammaln(both + 1) - gammaln(2 * pairs - both + 1)
    chance = np.exp(ways[:, None] + ways[None, :] - of_all)
    tail = chance.copy()
    for row in range(pairs - 1, -1, -1):  # as far apart, or farther: up one and down the other
        tail[row, 1:] += tail[row + 1, :-1]
    tail = np.where(k[:, None] >= k[None, :], tail, tail.T)
    p = np.where(k[:, None] == k[None, :], 1.0, np.minimum(2 * tail, 1.0))
    return np.asarray(norm.isf(p / 2))


def crossing(per_arm: int, constant: float, one: Array, other: Array) -> Array:
    """The probability that the boundary is reached by the last pair, for each two rates (dynamic programming).

    With a second axis: the rates of strata that are as likely as each other.
    """
    state, crossed = np.ones((len(one), 1, 1)), np.zeros(len(one))
    rates = [rates.reshape(len(one), -1, 1) for rates in (one, other)]
    p, q = (np.concatenate([1 - rate, rate], axis=2) for rate in rates)  # silent, answered
    chance = np.einsum("ksa,ksb->abk", p, q) / p.shape[1]
    for pair in range(1, per_arm + 1):
        old, state = state, np.zeros((len(one), pair + 1, pair + 1))
        for a, b in ((0, 0), (0, 1), (1, 0), (1, 1)):
            state[:, a : pair + a, b : pair + b] += chance[a, b][:, None, None] * old
        stop = z_table(pair) * (pair / per_arm) ** 0.5 >= constant
        crossed += state[:, stop].sum(axis=1)
        state[:, stop] = 0
    return crossed
