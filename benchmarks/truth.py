"""Is what the statistics say true? Seasons with a known truth, from public seeds; prints the tables of the docs.

python benchmarks/truth.py           # everything, on all cores
python benchmarks/truth.py --quick   # fewer data sets, under a minute
python benchmarks/truth.py rate compare   # some of the parts
"""

import argparse
import os
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")  # a process for each core instead
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
import pandas as pd
from scipy.special import expit, ndtr
from scipy.stats import beta

from infoint.analysis.boundaries import CONSTANTS, crossing, z_table
from infoint.analysis.clocks import DAY, Clock
from infoint.analysis.compare import _by_season
from infoint.analysis.counts import BINS, edges
from infoint.analysis.delays import Tally, likelihoods, tally
from infoint.analysis.forecast import PRIOR_MEETING, PRIOR_RATE, further, outlook
from infoint.analysis.proportions import newcombe, wilson
from infoint.analysis.response_rate import season_power

H = 14.0
LEVEL = 0.90
LETTERS, RATES, AGES = (10, 20, 40, 80, 200), (0.1, 0.3, 0.5, 0.7), (30, 3, 90)


@dataclass(frozen=True)
class Delay:
    """How long answers take: the share that came by a day, and how to draw them."""

    name: str
    share: Callable[[Any], Any]
    draw: Callable[[np.random.Generator, tuple[int, ...]], Any]


def _log_normal(median: float, sigma: float) -> tuple[Any, Any]:
    def share(days):
        with np.errstate(divide="ignore"):
            return ndtr((np.log(days) - np.log(median)) / sigma)

    return share, lambda rng, shape: rng.lognormal(np.log(median), sigma, shape)


def _delays() -> tuple[Delay, ...]:
    one, three = _log_normal(1, 1.5), _log_normal(3, 1.2)
    scale = 1 / np.log(2) ** (1 / 0.6)
    fast, slow = _log_normal(3 / 24, 1.2), _log_normal(4, 0.8)
    return (
        Delay("log-normal 1 d, 1.5", *one),
        Delay("log-normal 3 d, 1.2", *three),
        Delay(
            "Weibull 0.6, 1 d",
            lambda days: 1 - np.exp(-((days / scale) ** 0.6)),
            lambda rng, shape: scale * rng.weibull(0.6, shape),
        ),
        Delay(
            "70% 3 h, 30% 4 d",
            lambda days: 0.7 * fast[0](days) + 0.3 * slow[0](days),
            lambda rng, shape: np.where(rng.random(shape) < 0.7, fast[1](rng, shape), slow[1](rng, shape)),
        ),
    )


DELAYS = _delays()


def season(rng, delay: Delay, rate: Any, shape: tuple[int, ...], oldest: float):
    """Ages of letters, and after how many days each was answered (never: infinity), as one would see it today."""
    ages = rng.uniform(0, oldest, shape)
    ever = rng.random(shape) < rate / delay.share(H)
    came = np.where(ever, delay.draw(rng, shape), np.inf)
    return ages, np.where(came <= ages, came, np.inf)


def tallied(ages, came, limit: float = H) -> list[Tally]:
    """Each row of letters as counts; ages and delays on one clock."""
    limits = edges(limit)[:-1] / DAY
    found = []
    for age, delay in zip(ages, came, strict=True):
        answered = np.isfinite(delay)
        hits, young = delay[delay <= limit], age[~answered & (age < limit)]
        found.append(
            Tally(
                replied=np.bincount(np.searchsorted(limits, hits), minlength=BINS + 1).astype(float),
                open=np.bincount(np.searchsorted(limits, young), minlength=BINS + 1).astype(float),
                undated_open=np.zeros(BINS + 1),
                late=int((answered & (delay > limit)).sum()),
                matured=int((~answered & (age >= limit)).sum()),
                oldest=float(age.max(initial=0)),
            )
        )
    return found


def oracle(delay: Delay, ages, came):
    """The maximum-likelihood estimate that knows the delay curve."""
    hit = came <= H
    share = np.where(hit, 0.0, np.where(np.isfinite(came) | (ages >= H), 1.0, delay.share(ages) / delay.share(H)))
    low, high = np.full(len(ages), 1e-9), np.full(len(ages), 1 - 1e-9)
    for _ in range(40):
        middle = (low + high) / 2
        up = hit.sum(axis=1) / middle > (share / (1 - middle[:, None] * share)).sum(axis=1)
        low, high = np.where(up, middle, low), np.where(up, high, middle)
    return (low + high) / 2


def rate_cell(cell: tuple[int, float, int, int], sets: int) -> dict[str, Any]:
    """One cell: ratio of errors, coverage and width of ours, and of replies divided by letters."""
    letters, rate, kind, oldest = cell
    rng = np.random.default_rng([2026, letters, int(rate * 10), kind, oldest])
    ages, came = season(rng, DELAYS[kind], rate, (sets, letters), oldest)
    ours = np.array([one.summary(LEVEL) for one in likelihoods(tallied(ages, came), H)])
    error, best = rmse(ours[:, 0], rate), rmse(oracle(DELAYS[kind], ages, came), rate)
    naive = np.array([wilson(int(n), letters, LEVEL) for n in np.isfinite(came).sum(axis=1)])
    return {
        "ratio": error / best,
        "covered": int(covers(ours[:, 1:], rate).sum()),
        "width": float((ours[:, 2] - ours[:, 1]).mean()),
        "naive": float(covers(naive, rate).mean()),
        "naive_ratio": rmse(np.isfinite(came).mean(axis=1), rate) / best,
    }


def rmse(found, truth: float) -> float:
    return float(np.sqrt(((found - truth) ** 2).mean()))


def covers(ends, truth):
    return (ends[:, 0] <= truth) & (truth <= ends[:, 1])


def bound(covered: int, sets: int) -> float:
    """The highest true coverage that so many hits do not exclude (99%)."""
    return float(beta.ppf(0.99, covered + 1, sets - covered)) if covered < sets else 1.0


def rates(run: "Run") -> None:
    sets = run.sets(2000, 60)
    cells = [(n, p, k, a) for a in AGES for n in LETTERS for p in RATES for k in range(len(DELAYS))]
    found = dict(zip(cells, run.map(partial(rate_cell, sets=sets), cells, "response_rate"), strict=True))
    run.title(f"response_rate, 90% intervals, calendar clock, {sets} data sets a cell")
    run.row(
        "ages to",
        "ratio mean",
        "worst",
        "lowest coverage",
        "its 99% bound",
        "width",
        "naive coverage from",
        "naive ratio",
    )
    for group in ((30, 90), (3,)):
        some = [found[c] for c in cells if c[3] in group]
        low = min(s["covered"] for s in some)
        run.row(
            " and ".join(map(str, group)), f"{np.mean([s['ratio'] for s in some]):.3f}",
            f"{np.exp(np.mean(np.log([s['ratio'] for s in some]))):.3f}",
            f"{max(s['ratio'] for s in some):.2f}", f"{low / sets:.3f}", f"{bound(low, sets):.3f}",
            f"{np.mean([s['width'] for s in some]):.3f}", f"{min(s['naive'] for s in some):.2f}",
            f"{np.mean([s['naive_ratio'] for s in some]):.2f}",
        )  # fmt: skip
    aims = {a: 0.90 if a == 3 else 0.88 for a in AGES}
    missed = [(c, s["covered"] / sets) for c, s in found.items() if bound(s["covered"], sets) < aims[c[3]]]
    run.row(f"cells whose 99% bound excludes the target: {len(missed)} of {len(cells)}")
    for cell, share in sorted(missed, key=lambda pair: pair[1])[:10]:
        run.row(f"  n {cell[0]}, p {cell[1]}, {DELAYS[cell[2]].name}, ages to {cell[3]}: {share:.3f}")


def weekend_cell(cell: tuple[int, float, int], sets: int) -> dict[str, float]:
    """Answers due at a weekend come on Monday morning: coverage on both clocks."""
    letters, rate, oldest = cell
    rng = np.random.default_rng([7, letters, int(rate * 10), oldest])
    covered = dict.fromkeys(("business", "calendar"), 0)
    for _ in range(sets):
        kind = DELAYS[int(rng.integers(len(DELAYS)))]
        now = np.datetime64("2025-03-03T12:00", "us") + int(rng.integers(5)) * np.timedelta64(1, "D")
        sent = now - (rng.uniform(0, oldest, letters) * DAY).astype("timedelta64[us]")
        sent = np.where(np.is_busday(sent.astype("datetime64[D]")), sent, sent - np.timedelta64(2, "D"))
        ever = rng.random(letters) < rate / kind.share(H)
        came = sent + (np.minimum(kind.draw(rng, (letters,)), 300) * DAY).astype("timedelta64[us]")
        day = came.astype("datetime64[D]")
        monday = np.busday_offset(day, 0, roll="forward")
        morning = monday + (rng.uniform(8, 12, letters) / 24 * DAY).astype("timedelta64[us]")
        came = np.where(monday == day, came, morning)
        came = np.where(ever & (came <= now), came, np.datetime64("NaT"))
        for name, limit in (("business", 10.0), ("calendar", H)):
            clock = Clock(name)
            age = clock.elapsed(sent, np.full(letters, now)) / DAY
            delay = clock.elapsed(sent, came) / DAY
            one = tallied([age], [np.where(np.isnan(delay), np.inf, delay)], limit)
            _, low, high = likelihoods(one, limit)[0].summary(LEVEL)
            covered[name] += low <= rate <= high
    return {name: hits / sets for name, hits in covered.items()}


def weekends(run: "Run") -> None:
    sets = run.sets(1000, 40)
    cells = [(n, p, a) for a in (3, 30) for n in (20, 80) for p in (0.3, 0.5)]
    found = dict(zip(cells, run.map(partial(weekend_cell, sets=sets), cells, "weekends"), strict=True))
    run.title(f"Answers held over weekends: coverage of the 90% interval, {sets} data sets a cell")
    run.row("ages to", "business clock: mean", "lowest", "calendar clock: mean", "lowest")
    for oldest in (3, 30):
        some = [found[c] for c in cells if c[2] == oldest]
        shares = [[s[name] for s in some] for name in ("business", "calendar")]
        run.row(str(oldest), *(f"{f(share):.3f}" for share in shares for f in (np.mean, min)))


def seasons_cell(cell: tuple[int, int, float], sets: int) -> dict[str, float]:
    """Seasons that differ (sd 1 on the logit): coverage by season and by letter, false positives of two groups."""
    seasons, letters, middle = cell
    rng = np.random.default_rng([11, seasons, letters, int(middle * 10)])
    logit = np.log(middle / (1 - middle))
    truth = float(expit(logit + np.random.default_rng(1).normal(size=200_000)).mean())
    covered, plain, false, naive = 0, 0, 0, 0
    for _ in range(sets):
        rate = np.minimum(expit(logit + rng.normal(size=(seasons, 1))), 0.95)
        ages, came = season(rng, DELAYS[0], rate, (seasons, letters), 60)
        frame = _frame(ages, came)
        one = tally(frame)
        known = likelihoods([one], H)[0]
        _, low, high = known.summary(LEVEL, season_power(frame, one, known, H))
        covered += low <= truth <= high
        _, low, high = known.summary(LEVEL)
        plain += low <= truth <= high
        hits = rng.random((2 * seasons, letters)) < expit(logit + rng.normal(size=(2 * seasons, 1)))
        arms = np.repeat(["a", "b"], seasons * letters)
        rows = {"arm": arms, "stratum": [()] * len(arms), "season": np.repeat(np.arange(2 * seasons), letters)}
        _, low, high = _by_season(pd.DataFrame(rows | {"hit": hits.ravel().astype(int)}), ["a", "b"], 0.95)
        false += low > 0 or high < 0
        half = seasons * letters
        low, high = newcombe((int(hits[seasons:].sum()), half), (int(hits[:seasons].sum()), half), 0.95)
        naive += low > 0 or high < 0
    return {"covered": covered / sets, "plain": plain / sets, "false": false / sets, "naive": naive / sets}


def _frame(ages, came) -> pd.DataFrame:
    """Counts by season, as infoint.counts makes them."""
    rows = []
    names = ("replied", "open", "late", "matured")
    for number, one in enumerate(tallied(ages, came)):
        for name, cells in zip(names, (one.replied, one.open, [one.late], [one.matured]), strict=True):
            rows += [(number, name, bin_, int(count), one.oldest) for bin_, count in enumerate(cells) if count]
    return pd.DataFrame(rows, columns=["season_id", "state", "bin", "count", "oldest"])


def seasons(run: "Run") -> None:
    sets = run.sets(1000, 40)
    cells = [(s, n, p) for s in (50, 200) for n in (10, 30) for p in (0.2, 0.5)]
    found = dict(zip(cells, run.map(partial(seasons_cell, sets=sets), cells, "seasons"), strict=True))
    run.title(f"Many seasons, logit sd 1 between them, {sets} data sets a cell")
    run.row("seasons", "letters each", "rate", "coverage", "as if independent", "false positives", "as if independent")
    for cell, one in found.items():
        run.row(*map(str, cell), *(f"{one[name]:.3f}" for name in ("covered", "plain", "false", "naive")))


def compare_cell(cell: tuple[int, float, float], sets: int) -> dict[str, float]:
    """How often a difference is decided when one looks after every pair; and by Fisher's test looked at daily."""
    per_arm, one, other = cell
    rng = np.random.default_rng([13, per_arm, int(one * 100), int(other * 100)])
    offsets = rng.choice([-0.9, 0.0, 0.9], (sets, per_arm))
    hits = [rng.random((sets, per_arm)) < expit(np.log(p / (1 - p)) + offsets) for p in (one, other)]
    a, b = (hit.cumsum(axis=1) for hit in hits)
    ours, peeking = np.zeros(sets, dtype=bool), np.zeros(sets, dtype=bool)
    for pair in range(1, per_arm + 1):
        z = z_table(pair)[a[:, pair - 1], b[:, pair - 1]]
        ours |= z * (pair / per_arm) ** 0.5 >= CONSTANTS[per_arm]
        peeking |= z >= 1.959964
    return {"ours": float(ours.mean()), "peeking": float(peeking.mean())}


def compares(run: "Run") -> None:
    sets = run.sets(20_000, 2_000)
    cells = [(n, p, p) for n in (20, 30, 40, 60, 100, 150) for p in (0.05, 0.1, 0.2, 0.3, 0.5)]
    powers = [(n, 0.2, 0.4) for n in (30, 60, 100, 150)]
    found = dict(zip(cells + powers, run.map(partial(compare_cell, sets=sets), cells + powers, "compare"), strict=True))
    run.title(f"compare, looked at after every pair, strata with logit offsets -0.9 to 0.9, {sets} runs a cell")
    run.row(
        "per arm", "highest false positives", "exact without strata", "Fisher looked at daily", "power .2/.4", "exact"
    )
    rates_ = np.arange(0.01, 0.505, 0.01)
    for n in (20, 30, 40, 60, 100, 150):
        some = [found[c] for c in cells if c[0] == n]
        exact = crossing(n, CONSTANTS[n], rates_, rates_).max() if n <= 60 or not run.quick else float("nan")
        power = found.get((n, 0.2, 0.4), {"ours": float("nan")})["ours"]
        exact_power = crossing(n, CONSTANTS[n], np.array([0.2]), np.array([0.4]))[0]
        worst = [max(s[name] for s in some) for name in ("ours", "peeking")]
        run.row(str(n), f"{worst[0]:.4f}", f"{exact:.4f}", f"{worst[1]:.3f}", f"{power:.3f}", f"{exact_power:.3f}")


def forecast_cell(cell: tuple[int, int, int], sets: int) -> tuple[float, int]:
    """How often the stated 80% happens, rates drawn from the priors, randomised between two numbers of letters."""
    letters, meetings, number = cell
    rng = np.random.default_rng([17, letters, meetings, number])
    happened, asked = 0.0, 0
    for _ in range(sets):
        rate, share = rng.beta(*PRIOR_RATE), rng.beta(*PRIOR_MEETING)
        rate = min(rate, 0.96)
        kind = DELAYS[int(rng.integers(len(DELAYS)))]
        ages, came = season(rng, kind, rate, (1, letters), 40)
        one = tallied(ages, came)[0]
        pending = int(rng.binomial(int(one.hits), 0.2))
        open_met = int(rng.binomial(pending, share))
        past = int(one.hits) - pending
        met = int(rng.binomial(past, share))
        look = outlook(one, None, (met, past - met, pending), H, meetings)
        need = further(look, meetings, 0.8)
        if not need:
            continue
        above, below = look.chance(need, meetings), look.chance(need - 1, meetings)
        if rng.random() >= (0.8 - below) / max(above - below, 1e-12):
            need -= 1
        young = ages[0][~np.isfinite(came[0]) & (ages[0] < H)]
        shares = kind.share(young) / kind.share(H)
        later = rng.random(len(young)) < rate * (1 - shares) / (1 - rate * shares)
        total = open_met + rng.binomial(int(later.sum()), share) + rng.binomial(need, rate * share)
        happened += total >= meetings
        asked += 1
    return happened, asked


def forecasts(run: "Run") -> None:
    sets = run.sets(150, 10)
    cells = [(n, k, part) for n in (0, 10, 30, 80) for k in (1, 3) for part in range(4)]
    found = dict(zip(cells, run.map(partial(forecast_cell, sets=sets), cells, "forecast"), strict=True))
    run.title("forecast: how often the stated 80% happened, rates drawn from the priors")
    run.row("letters so far", "meetings wanted", "happened", "seasons")
    for n, k in dict.fromkeys((n, k) for n, k, _ in cells):
        hits, asked = (sum(found[c][place] for c in cells if c[:2] == (n, k)) for place in (0, 1))
        run.row(str(n), str(k), f"{hits / max(asked, 1):.3f}", str(asked))
    hits, asked = (sum(one[place] for one in found.values()) for place in (0, 1))
    run.row("all", "", f"{hits / asked:.3f}", str(asked))


class Run:
    """Spreads the work over the cores, shows how far it is, prints the tables."""

    def __init__(self, *, quick: bool, cores: int) -> None:
        self.quick, self.pool = quick, ProcessPoolExecutor(cores)

    def sets(self, full: int, quick: int) -> int:
        """How many data sets a cell has."""
        return quick if self.quick else full

    def map(self, function, items, label: str) -> Iterator[Any]:
        """The results in order, and a bar that says how far it is."""
        started, shown = time.perf_counter(), -1
        for number, result in enumerate(self.pool.map(function, items), start=1):
            if (done := 30 * number // len(items)) > shown:
                shown, seconds = done, time.perf_counter() - started
                print(f"\r{label:>16} [{'#' * done:<30}] {seconds:4.0f} s", end="", file=sys.stderr, flush=True)
            yield result
        print(file=sys.stderr)

    def title(self, text: str) -> None:
        """Begin a table."""
        print(f"\n## {text}\n", flush=True)

    def row(self, *cells: str) -> None:
        """A line of the table; of one cell, plain text."""
        print("| " + " | ".join(cells) + " |" if len(cells) > 1 else cells[0], flush=True)


PARTS = {"rate": rates, "weekends": weekends, "seasons": seasons, "compare": compares, "forecast": forecasts}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []])
    parser.add_argument("--quick", action="store_true", help="fewer data sets, under a minute")
    parser.add_argument("--cores", type=int, default=os.cpu_count() or 1)
    options = parser.parse_args()
    run = Run(quick=options.quick, cores=options.cores)
    for name in options.parts or PARTS:
        PARTS[name](run)


if __name__ == "__main__":
    main()
