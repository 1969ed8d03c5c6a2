"""How long answers take: 512 fixed curves, and what the counts say about the rate of reply under each of them."""

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from infoint.analysis.clocks import DAY
from infoint.analysis.counts import BINS, edges
from infoint.analysis.proportions import Array

if TYPE_CHECKING:
    import pandas as pd

CURVES = 512
GRID = 100
RATES = (np.arange(GRID) + 0.5) / GRID
"""The rates that are looked at."""
_FINE = 1000
"""Above so many letters the grid is refined."""
_NEGLIGIBLE = 25
"""So far below the highest, a log-likelihood adds nothing."""
_PRIORS = ((1.0, 1.5), (1.0, 1.0), (1.0, 2.0))
"""Of the rate: for the mean; and the two whose intervals are hulled."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """The counts of one segment (or season): by time bin what was answered, is open, was answered some day."""

    replied: Array
    open: Array
    undated_open: Array
    late: int = 0
    matured: int = 0
    undated: int = 0
    oldest: float = 0.0

    @property
    def n(self) -> int:
        """All letters."""
        return self.answered + int(self.open.sum()) + self.matured

    @property
    def answered(self) -> int:
        """Letters answered, in time or not."""
        return int(self.replied.sum() + self.undated_open.sum()) + self.late + self.undated

    @property
    def waiting(self) -> int:
        """Letters without an answer that are still young."""
        return int(self.open.sum())

    def sure(self, p: Array) -> Array:
        """What the letters say of the rate that were answered in time, or not."""
        hits = self.replied.sum() + self.undated_open.sum() + self.undated
        return np.asarray(hits * np.log(p) + (self.late + self.matured) * np.log1p(-p))


def tally(frame: "pd.DataFrame") -> Tally:
    """The counts of these rows added up."""
    bins = dict[str, Any]()
    state, number = frame["state"].to_numpy(), frame["count"].to_numpy(dtype=float)
    for name in ("replied", "open", "undated_open"):
        rows = state == name
        bins[name] = np.bincount(frame["bin"].to_numpy()[rows], number[rows], minlength=BINS + 1)
    single: dict[str, Any] = {name: int(number[state == name].sum()) for name in ("late", "matured", "undated")}
    return Tally(**bins, **single, oldest=float(frame["oldest"].max()) if len(frame) else 0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Curves:
    """The share of answers that came by the end of each time bin (`mass`: within it; `mid`: by its middle)."""

    log_mass: Array
    mid: Array
    log_mid: Array
    log_open: Any
    """log(1 - p G) by time bin, then by curve and rate; float32."""


@lru_cache(maxsize=8)
def curves(limit: float) -> Curves:
    """The 512 mixtures of two log-normals, each divided by its own value at `limit` days."""
    from scipy.special import betaincinv, ndtr, ndtri

    phi: Any = np.roots([1, 0, 0, 0, 0, -1, -1])
    base = float(phi[np.isreal(phi) & (phi.real > 1)][0].real)
    u = (0.5 + np.arange(1, CURVES + 1)[:, None] * base ** -np.arange(1.0, 6.0)) % 1
    weight = betaincinv(1.5, 1.5, u[:, 0])[:, None]
    m1 = np.log(0.5) + 1.2 * ndtri(u[:, 1])[:, None]
    m2 = m1 + 2.2 * ndtri(0.5 + u[:, 2] / 2)[:, None]
    s1, s2 = 1.1 * np.exp(0.35 * ndtri(u[:, 3]))[:, None], 0.9 * np.exp(0.35 * ndtri(u[:, 4]))[:, None]

    def share(days: Array) -> Array:
        with np.errstate(divide="ignore"):
            logs = np.log(days)[None, :]
        return np.asarray(weight * ndtr((logs - m1) / s1) + (1 - weight) * ndtr((logs - m2) / s2))

    ends = edges(limit) / DAY
    mids = np.r_[0.0, (ends[1:] + ends[:-1]) / 2]
    whole = share(np.array([limit]))
    by_end, mid = share(ends) / whole, share(mids) / whole
    mass = np.c_[by_end[:, 1], np.diff(by_end, axis=1)]  # an answer at once is one of the first bin
    tiny = 1e-12
    log_open = np.log1p(-np.minimum(mid.T[:, :, None] * RATES, 1 - tiny))
    log_mass, log_mid = (np.log(np.maximum(share, tiny)) for share in (mass, mid))
    table = log_open.reshape(BINS + 1, -1).astype(np.float32)
    return Curves(log_mass=log_mass, mid=mid, log_mid=log_mid, log_open=table)


@dataclass(frozen=True, slots=True)
class Likelihood:
    """How likely the counts are under each rate `p` (cells of width `width`), and the weight of each curve there."""

    p: Array
    width: float
    log: Array

    def weights(self, prior: tuple[float, float], power: float = 1.0) -> Array:
        """The posterior of the rate; `power` below 1 spreads it."""
        log = self.log * power + (prior[0] - 1) * np.log(self.p) + (prior[1] - 1) * np.log1p(-self.p)
        weights = np.exp(log - log.max())
        return np.asarray(weights / weights.sum())

    def summary(self, level: float, power: float = 1.0) -> tuple[float, float, float]:
        """Posterior mean; lowest and highest end of the equal-tail intervals under the two other priors."""
        mean = float(self.weights(_PRIORS[0], power) @ self.p)
        ends = [self.interval(self.weights(prior, power), level) for prior in _PRIORS[1:]]
        return mean, min(low for low, _ in ends), max(high for _, high in ends)

    def interval(self, weights: Array, level: float) -> tuple[float, float]:
        """Where the tails of equal weight begin."""
        ends = np.r_[self.p - self.width / 2, self.p[-1] + self.width / 2]
        below = np.r_[0.0, np.cumsum(weights)]
        low, high = np.interp([(1 - level) / 2, (1 + level) / 2], below, ends)
        return float(low), float(high)


def likelihoods(tallies: list[Tally], limit: float) -> list[Likelihood]:
    """The likelihood of the rate for each of many segments, every curve weighing the same beforehand."""
    known, found, few = curves(limit), list[Likelihood](), 64
    for start in range(0, len(tallies), few):
        part = tallies[start : start + few]
        young = np.array([t.open for t in part], dtype=np.float32)
        used = np.flatnonzero(young.any(axis=0))
        by_curve = np.array([t.replied for t in part]) @ known.log_mass.T
        by_curve += np.array([t.undated_open for t in part]) @ known.log_mid.T
        best = by_curve.max(axis=1, keepdims=True)
        by_curve -= best
        waits = young[:, used] @ known.log_open[used]
        for one, line, each, most in zip(part, waits, by_curve, best[:, 0], strict=True):
            log = line.reshape(CURVES, GRID)
            log += each[:, None].astype(np.float32)
            top = log.max(axis=0)
            log -= top
            total = np.log(np.exp(log, out=log).mean(axis=0, dtype=float)) + top + most
            coarse = Likelihood(RATES, 1 / GRID, total + one.sure(RATES))
            found.append(_refined(one, coarse, known) if one.n > _FINE else coarse)
    return found


def _refined(one: Tally, coarse: Likelihood, known: Curves) -> Likelihood:
    """The same on a finer grid where it is not negligible, with the curves that matter there."""
    near, used = np.flatnonzero(coarse.log > coarse.log.max() - _NEGLIGIBLE), np.flatnonzero(one.open)
    low, high = max(near[0] - 1, 0) / GRID, min(near[-1] + 2, GRID) / GRID
    p = low + (np.arange(2 * GRID) + 0.5) * (high - low) / (2 * GRID)
    by_curve = known.log_mass @ one.replied + known.log_mid @ one.undated_open
    each = by_curve[:, None] + (one.open[used] @ known.log_open[used]).reshape(CURVES, GRID) + one.sure(RATES)
    kept = each.max(axis=1) > each.max() - _NEGLIGIBLE
    log = np.repeat(by_curve[kept][:, None], len(p), axis=1)
    for number in used:
        log += one.open[number] * np.log1p(-np.minimum(known.mid[kept, number][:, None] * p[None, :], 1 - 1e-12))
    top = log.max(axis=0)
    return Likelihood(p, (high - low) / len(p), np.log(np.exp(log - top).sum(axis=0) / CURVES) + top + one.sure(p))


def curve_weights(one: Tally, likelihood: Likelihood, limit: float) -> Array:
    """How much each curve is believed, at the likeliest rate."""
    known, p = curves(limit), float(likelihood.p @ likelihood.weights(_PRIORS[0]))
    log: Any = known.log_mass @ one.replied + known.log_mid @ one.undated_open
    log = log + np.log1p(-np.minimum(known.mid * p, 1 - 1e-12)) @ one.open
    weights = np.exp(log - log.max())
    return np.asarray(weights / weights.sum())
