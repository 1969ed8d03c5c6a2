"""Is what the statistics say true? Seasons with a known truth, from public seeds; prints the tables of docs/truth.txt.

python benchmarks/truth.py > docs/truth.txt   # everything, on all cores; the bar is on stderr
python benchmarks/truth.py --quick            # fewer data sets, under a minute
python benchmarks/truth.py rates compare      # some of the parts

A share marked * misses its target: what the target allows lies outside the 99% Monte Carlo bound of the share.
"""

import argparse
import os
import platform
import resource
import sys
import time
import warnings
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any

os.environ |= dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")  # a process for each core instead

import numpy as np
import pandas as pd
import scipy
from rich.console import Console
from rich.progress import track
from scipy.special import expit, logit, ndtr, ndtri
from scipy.stats import beta

from infoint.analysis.boundaries import CONSTANTS, crossing, z_table
from infoint.analysis.clocks import DAY, Clock
from infoint.analysis.compare import compare, difference_by_season
from infoint.analysis.counts import BINS, edges
from infoint.analysis.delays import Tally, likelihoods, tally
from infoint.analysis.forecast import PRIOR_MEETING, PRIOR_RATE, further, outlook
from infoint.analysis.proportions import by_season, newcombe, wilson
from infoint.analysis.reply_curve import _steps, curve
from infoint.analysis.response_rate import response_rate, season_power

H = 14.0
LEVEL = 0.90
LETTERS, RATES, AGES = (10, 20, 40, 80, 200), (0.1, 0.3, 0.5, 0.7), (30, 90, 3)
OFFSETS = np.array([-0.9, 0.0, 0.9])
NORMAL = ndtri((np.arange(10_000) + 0.5) / 10_000)
PLANS = (20, 30, 40, 60, 100, 150)


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
    """One cell: ratio of errors, coverage and width of ours, and of answers divided by letters."""
    letters, rate, kind, oldest = cell
    rng = np.random.default_rng([2026, letters, int(rate * 10), kind, oldest])
    ages, came = season(rng, DELAYS[kind], rate, (sets, letters), oldest)
    ours = np.array([one.summary(LEVEL) for one in likelihoods(tallied(ages, came), H)])
    best = rmse(oracle(DELAYS[kind], ages, came), rate)
    hits = np.isfinite(came).sum(axis=1)
    naive = np.array([wilson(int(n), letters, LEVEL) for n in hits])
    return {
        "ratio": rmse(ours[:, 0], rate) / best,
        "covered": int(covers(ours[:, 1:], rate).sum()),
        "width": float((ours[:, 2] - ours[:, 1]).mean()),
        "naive": float(covers(naive, rate).mean()),
        "naive_ratio": rmse(hits / letters, rate) / best,
    }


def rmse(found, truth) -> float:
    return float(np.sqrt(((found - truth) ** 2).mean()))


def covers(ends, truth):
    return (ends[:, 0] <= truth) & (truth <= ends[:, 1])


def at_least(hits: int, sets: int, target: float) -> str:
    """A share that should reach the target; * when its 99% bound does not."""
    missed = hits < sets and beta.ppf(0.99, hits + 1, sets - hits) < target
    return f"{hits / sets:.3f}{'*' if missed else ''}"


def at_most(hits: int, sets: int, target: float) -> str:
    """A share that should not exceed the target; * when its 99% bound does."""
    missed = hits > 0 and beta.ppf(0.01, hits, sets - hits + 1) > target
    return f"{hits / sets:.3f}{'*' if missed else ''}"


def rates(run: "Run") -> None:
    sets = run.sets(2000, 50)
    cells = [(n, p, k, a) for a in AGES for n in LETTERS for p in RATES for k in range(len(DELAYS))]
    found = dict(zip(cells, run.map(partial(rate_cell, sets=sets), cells, "rates"), strict=True))
    run.title(
        f"response_rate, 90% intervals, calendar clock: {len(cells)} cells of {sets} data sets",
        "Errors are divided by those of the maximum-likelihood estimate that knows the delays. Their mean over",
        "the cells is that of ratios (geometric), the arithmetic beside it. Naive: answers / letters, with Wilson.",
    )
    head = ("ages to", "error ratio", "arithmetic", "worst", "lowest coverage", "target", "cells below*", "width")
    run.row(*head, "naive ratio", "naive coverage from")
    for group, aim in (((30, 90), 0.88), ((3,), 0.90)):
        some = [found[c] for c in cells if c[3] in group]
        ratios, low = np.array([s["ratio"] for s in some]), min(s["covered"] for s in some)
        below = sum(at_least(s["covered"], sets, aim).endswith("*") for s in some)
        run.row(
            " and ".join(map(str, group)), f"{geometric(ratios):.3f}", f"{ratios.mean():.3f}", f"{ratios.max():.2f}",
            at_least(low, sets, aim), f"{aim}", f"{below} of {len(some)}", f"{np.mean([s['width'] for s in some]):.3f}",
            f"{geometric([s['naive_ratio'] for s in some]):.2f}", f"{min(s['naive'] for s in some):.2f}",
        )  # fmt: skip
    run.title("Coverage in every cell, the delays side by side: " + "; ".join(d.name for d in DELAYS))
    run.row("ages to", "letters", *(f"p {p}" for p in RATES))
    for oldest in AGES:
        for n in LETTERS:
            some = [[found[n, p, k, oldest]["covered"] for k in range(len(DELAYS))] for p in RATES]
            aim = 0.90 if oldest == 3 else 0.88
            run.row(str(oldest), str(n), *(" ".join(at_least(hit, sets, aim) for hit in four) for four in some))

    sets = run.sets(100, 2)
    cells = [(2000, p, k, a) for a in (30, 3) for p in (0.1, 0.3) for k in range(len(DELAYS))]
    found = dict(zip(cells, run.map(partial(rate_cell, sets=sets), cells, "large"), strict=True))
    run.title(f"The same for tables of 2,000 letters, {sets} data sets a cell; no target")
    run.row("ages to", "rate", "coverage, the delays side by side", "width", "error ratio")
    for oldest, p in ((a, p) for a in (30, 3) for p in (0.1, 0.3)):
        four = [found[2000, p, k, oldest] for k in range(len(DELAYS))]
        shown = [" ".join(f"{one['covered'] / sets:.2f}" for one in four)]
        shown += [" ".join(f"{one[name]:.2f}" for one in four) for name in ("width", "ratio")]
        run.row(str(oldest), str(p), *shown)


def geometric(ratios) -> float:
    return float(np.exp(np.mean(np.log(ratios))))


def cure_cell(cell: tuple[int, float, int], sets: int) -> list[tuple[float, ...]]:
    """By each data set: the truth, ours, lifelines' mixture cure model (rate within H) and its interval, the oracle."""
    from lifelines import MixtureCureFitter, WeibullFitter

    warnings.simplefilter("ignore")
    letters, rate, oldest = cell
    rng, found = np.random.default_rng([5, letters, int(rate * 10), oldest]), []
    for number in range(sets):
        kind = DELAYS[(number + letters) % len(DELAYS)]
        ages, came = season(rng, kind, rate, (1, letters), oldest)
        ours, best = likelihoods(tallied(ages, came), H)[0].summary(LEVEL), oracle(kind, ages, came)[0]
        seen, hit = np.minimum(ages, came)[0], np.isfinite(came)[0]
        try:
            cure = MixtureCureFitter(base_fitter=WeibullFitter(), alpha=1 - LEVEL)
            cure.fit(np.maximum(seen, 1e-3), hit, timeline=[H])
            ends = 1 - np.asarray(cure.confidence_interval_survival_function_, dtype=float)[0]
            theirs = (1 - float(cure.survival_function_.iloc[0, 0]), min(ends), max(ends))
        except Exception:  # noqa: BLE001 # whatever it raises is no estimate
            theirs = (np.nan,) * 3
        found.append((rate, oldest, *ours, *theirs, best))
    return found


def cures(run: "Run") -> None:
    sets = run.sets(4, 1)
    cells = [(n, p, a) for a in AGES for n in LETTERS for p in RATES]
    cells = cells if not run.quick else cells[::6]
    found = np.array([row for rows in run.map(partial(cure_cell, sets=sets), cells, "lifelines") for row in rows])
    run.title(
        f"lifelines' MixtureCureFitter (Weibull) on {len(found)} data sets of the same cells, 90% intervals",
        "No estimate or no interval: it raised an error, or they are not numbers. The other columns are of the rest.",
    )
    run.row("ages to", "no estimate", "no interval", "error ratio", "ours", "coverage", "ours", "width", "ours")
    for group in ((30, 90), (3,)):
        some = found[np.isin(found[:, 1], group)]
        number, no_interval = np.isnan(some[:, 5]), np.isnan(some[:, 6:8]).any(axis=1)
        fit, sure = some[~number], some[~number & ~no_interval]
        best = rmse(fit[:, 8], fit[:, 0])
        run.row(
            " and ".join(map(str, group)), f"{number.mean():.0%}", f"{no_interval.mean():.0%}",
            f"{rmse(fit[:, 5], fit[:, 0]) / best:.2f}", f"{rmse(fit[:, 2], fit[:, 0]) / best:.2f}",
            f"{covers(sure[:, 6:8], sure[:, 0]).mean():.2f}", f"{covers(sure[:, 3:5], sure[:, 0]).mean():.2f}",
            f"{(sure[:, 7] - sure[:, 6]).mean():.2f}", f"{(sure[:, 4] - sure[:, 3]).mean():.2f}",
        )  # fmt: skip


def weekend_cell(cell: tuple[int, float, int], sets: int) -> dict[str, tuple[int, float]]:
    """Answers due at a weekend come on Monday morning: coverage and error on both clocks."""
    letters, rate, oldest = cell
    rng, shape = np.random.default_rng([7, letters, int(rate * 10), oldest]), (sets, letters)
    now = np.datetime64("2025-03-03T12:00", "us") + rng.integers(5, size=(sets, 1)) * np.timedelta64(1, "D")
    sent = now - (rng.uniform(0, oldest, shape) * DAY).astype("timedelta64[us]")
    sent = np.where(np.is_busday(sent.astype("datetime64[D]")), sent, sent - np.timedelta64(2, "D"))
    kinds = rng.integers(len(DELAYS), size=(sets, 1))
    delay = np.choose(kinds, [kind.draw(rng, shape) for kind in DELAYS])
    ever = rng.random(shape) < rate / np.array([kind.share(H) for kind in DELAYS])[kinds]
    came = sent + (np.minimum(delay, 300) * DAY).astype("timedelta64[us]")
    day = came.astype("datetime64[D]")
    monday = np.busday_offset(day, 0, roll="forward")
    came = np.where(monday == day, came, monday + (rng.uniform(8, 12, shape) / 24 * DAY).astype("timedelta64[us]"))
    came = np.where(ever & (came <= now), came, np.datetime64("NaT"))
    found = {}
    for name, limit in (("business", 10.0), ("calendar", H)):
        clock = Clock(name)
        age, delay = (clock.elapsed(sent, end) / DAY for end in (np.broadcast_to(now, shape), came))
        known = likelihoods(tallied(age, np.where(np.isnat(came), np.inf, delay), limit), limit)
        ours = np.array([one.summary(LEVEL) for one in known])
        found[name] = int(covers(ours[:, 1:], rate).sum()), rmse(ours[:, 0], rate)
    return found


def weekends(run: "Run") -> None:
    sets = run.sets(2000, 50)
    cells = [(n, p, a) for a in (3, 30, 90) for n in LETTERS for p in RATES]
    found = dict(zip(cells, run.map(partial(weekend_cell, sets=sets), cells, "weekends"), strict=True))
    run.title(
        f"Answers held over weekends, all delays mixed: {len(cells)} cells of {sets} data sets, 90% intervals",
        "The truth is the rate within 14 days before answers wait for Monday.",
    )
    run.row(
        "ages to", *(f"{clock}: {what}" for clock in ("business", "calendar") for what in ("mean", "lowest", "error"))
    )
    for oldest in (3, 30, 90):
        shares = []
        for name in ("business", "calendar"):
            hits, errors = zip(*(found[c][name] for c in cells if c[2] == oldest), strict=True)
            shares += [np.mean(hits) / sets, min(hits) / sets, np.mean(errors)]
        run.row(str(oldest), *(f"{share:.3f}" for share in shares))


def seasons_cell(cell: tuple[int, int, float], sets: int) -> dict[str, int]:
    """Seasons that differ (sd 1 on the logit): how often each interval holds the truth."""
    number, letters, middle = cell
    rng, kind, day = np.random.default_rng([11, number, letters, int(middle * 10)]), DELAYS[0], 3.0
    truth = float(np.minimum(expit(logit(middle) + NORMAL), 0.95).mean())
    found = dict.fromkeys(("rate", "rate alone", "curve", "curve alone", "share", "share alone"), 0)
    for _ in range(sets):
        rate = np.minimum(expit(logit(middle) + rng.normal(size=(number, 1))), 0.95)
        ages, came = season(rng, kind, rate, (number, letters), 60)
        frame, by = _frame(ages, came), np.repeat(np.arange(number), letters)
        one = tally(frame)
        known, power = likelihoods([one], H)[0], season_power(frame, one, likelihoods([one], H)[0], H)
        hits = rng.binomial(letters, rate[:, 0]).tolist()
        ends = {"rate": known.summary(LEVEL, power)[1:], "rate alone": known.summary(LEVEL)[1:]}
        ends["share"] = by_season([(n, letters) for n in hits], LEVEL)
        ends["share alone"] = wilson(sum(hits), number * letters, LEVEL)
        rows = pd.DataFrame({"day": np.minimum(ages, came).ravel(), "replied": np.isfinite(came).ravel()})
        for name, seasons_ in (("curve", by), ("curve alone", 0)):
            steps = _steps(rows.assign(season=seasons_), LEVEL)
            at = curve(steps, LEVEL, int(np.searchsorted(steps.days, day)))[0]
            ends[name] = at["low"], at["high"]
        for name, (low, high) in ends.items():
            found[name] += low <= truth * (kind.share(day) / kind.share(H) if "curve" in name else 1) <= high
    return found


def _frame(ages, came) -> pd.DataFrame:
    """Counts by season, as infoint.counts makes them."""
    rows = []
    names = ("replied", "open", "late", "matured")
    for number, one in enumerate(tallied(ages, came)):
        for name, cells in zip(names, (one.replied, one.open, [one.late], [one.matured]), strict=True):
            rows += [(number, name, bin_, int(count), one.oldest) for bin_, count in enumerate(cells) if count]
    return pd.DataFrame(rows, columns=["season_id", "state", "bin", "count", "oldest"])


def groups_cell(cell: tuple[int, int, int, float], sets: int) -> dict[str, int]:
    """Two groups of seasons (sd 1 on the logit) that do not differ: how often a 95% interval says that they do."""
    one, other, letters, middle = cell
    rng, number = np.random.default_rng([12, one, other, letters, int(middle * 10)]), one + other
    found = dict.fromkeys(("ours", "alone"), 0)
    for _ in range(sets):
        hits = rng.binomial(letters, expit(logit(middle) + rng.normal(size=number)))
        cells = np.zeros((number, 1, 2, 2))
        side = (np.arange(number) < one).astype(int)
        cells[np.arange(number), 0, side] = np.c_[hits, np.full(number, letters)]
        low, high = difference_by_season(cells, 0.95)[1:]
        found["ours"] += low > 0 or high < 0
        low, high = newcombe(*cells.sum(axis=0)[0].tolist(), 0.95)
        found["alone"] += low > 0 or high < 0
    return found


def seasons(run: "Run") -> None:
    sets = run.sets(600, 20)
    cells = [(s, n, p) for s in (50, 200) for n in (10, 30) for p in (0.1, 0.2, 0.5)]
    found = run.map(partial(seasons_cell, sets=sets), cells, "seasons")
    run.title(
        f"Many seasons, logit sd 1 between them, letters up to 60 days old: coverage of 90%, {sets} data sets a cell",
        "Rate: response_rate. Curve: reply_curve on day 3. Share: Wilson by season (funnel). Alone: taken as unlike.",
    )
    run.row("seasons", "letters each", "rate", *found[0])
    for cell, one in zip(cells, found, strict=True):
        shown = [f"{n / sets:.3f}" if "alone" in name else at_least(n, sets, 0.875) for name, n in one.items()]
        run.row(*map(str, cell), *shown)
    sets = run.sets(10_000, 200)
    groups = [(a, b, n, p) for a, b in ((25, 25), (50, 50), (10, 40)) for n in (10, 30) for p in (0.1, 0.2, 0.5)]
    found = run.map(partial(groups_cell, sets=sets), groups, "two groups")
    run.title(f"Two groups of such seasons that do not differ: 95% intervals without 0, {sets} data sets a cell")
    run.row("seasons", "and", "letters each", "rate", "false positives", "as if letters were alone")
    for cell, one in zip(groups, found, strict=True):
        run.row(*map(str, cell), at_most(one["ours"], sets, 0.05), f"{one['alone'] / sets:.3f}")


def pool_cell(cell: tuple[int, float, float], sets: int) -> dict[str, Any]:
    """Six segments of one table: each apart, and with pool=True."""
    letters, middle, spread = cell
    rng = np.random.default_rng([19, letters, int(middle * 10), int(spread * 10)])
    found: dict[str, list[Any]] = {"apart": [], "pool": []}
    truths = []
    for _ in range(sets):
        rate = np.minimum(expit(logit(middle) + spread * rng.normal(size=(6, 1))), 0.95)
        frame = _frame(*season(rng, DELAYS[0], rate, (6, letters), 30)).rename(columns={"season_id": "arm"})
        for name, rows in found.items():
            got = response_rate(frame, by="arm", clock="calendar", pool=name == "pool").frame
            rows.append(got[["rate", "low", "high"]].to_numpy())
        truths.append(rate[:, 0])
    truth = np.concatenate(truths)
    return {name: [*np.concatenate(rows).T, truth] for name, rows in found.items()}


def pools(run: "Run") -> None:
    sets = run.sets(300, 6)
    cells = [(n, p, spread) for n in (10, 30) for p in (0.2, 0.5) for spread in (0.3, 1.0)]
    found = run.map(partial(pool_cell, sets=sets), cells, "pool")
    run.title(f"pool=True: six segments apart and pooled, ages to 30 days, 90% intervals, {sets} tables a cell")
    run.row(
        "letters each", "rate", "logit sd", "error apart", "pooled", "coverage apart", "pooled", "width apart", "pooled"
    )
    for cell, one in zip(cells, found, strict=True):
        shown = []
        for name in ("apart", "pool"):
            rate, low, high, truth = one[name]
            shown.append((rmse(rate, truth), covers(np.c_[low, high], truth).mean(), (high - low).mean()))
        run.row(*map(str, cell), *(f"{share:.3f}" for both in zip(*shown, strict=True) for share in both))


def peeking_cell(cell: tuple[int, float], sets: int) -> float:
    """Fisher's test on what has come in, looked at daily: how often it ever finds a difference that is not there."""
    per_arm, rate = cell
    rng = np.random.default_rng([13, per_arm, int(rate * 100)])
    stratum = OFFSETS[::-1][np.arange(per_arm) * len(OFFSETS) // per_arm]  # the warm are written to first
    day = np.arange(per_arm) // 3  # three letters of each kind a day
    found = np.zeros(sets, dtype=bool)
    came = []
    for _ in "ab":
        kind = rng.integers(len(DELAYS), size=(sets, 1))
        delay = np.choose(kind, [one.draw(rng, (sets, per_arm)) for one in DELAYS])
        came.append(np.where(rng.random((sets, per_arm)) < expit(logit(rate) + stratum), day + delay, np.inf))
    for today in range(1, int(day[-1]) + int(H) + 2):
        sent = int((day < today).sum())
        a, b = ((one[:, :sent] <= today).sum(axis=1) for one in came)
        found |= z_table(sent)[a, b] >= 1.959964
    return float(found.mean())


def compare_cell(cell: tuple[int, float, float], sets: int) -> int:
    """How often infoint.compare decides by the last day; what it once decided it does not take back."""
    per_arm, one, other = cell
    rng = np.random.default_rng([14, per_arm, int(one * 100), int(other * 100)])
    found = 0
    for _ in range(sets):
        stratum = np.repeat(rng.choice(len(OFFSETS), per_arm), 2)
        arm = np.tile(["a", "b"], per_arm)
        rate = expit(logit(np.where(arm == "a", one, other)) + OFFSETS[stratum])
        kind = DELAYS[int(rng.integers(len(DELAYS)))]
        hit = rng.random(2 * per_arm) < np.minimum(rate / kind.share(H), 1)
        sent = np.datetime64("2025-01-06T09:00", "us") + np.sort(np.arange(2 * per_arm) // 6) * np.timedelta64(1, "D")
        came = sent + (np.minimum(kind.draw(rng, (2 * per_arm,)), 300) * DAY).astype("timedelta64[us]")
        rows = {"sent_at": sent, "replied_at": np.where(hit, came, np.datetime64("NaT")), "arm": arm, "close": stratum}
        options = {"clock": "calendar", "now": (sent.max() + np.timedelta64(15, "D")).item()}
        found += compare(pd.DataFrame(rows), "arm", "close", per_arm, **options).decided is not None
    return found


def compares(run: "Run") -> None:
    sets, tables = run.sets(10_000, 1000), run.sets(400, 10)
    cells = [(n, p) for n in PLANS for p in (0.05, 0.1, 0.2, 0.3, 0.5)]
    peeking = dict(zip(cells, run.map(partial(peeking_cell, sets=sets), cells, "peeking"), strict=True))
    powers = [(n, p, q) for n in PLANS for p, q in ((0.2, 0.2), (0.2, 0.4))]
    seen = dict(zip(powers, run.map(partial(compare_cell, sets=tables), powers, "compare"), strict=True))
    plans = PLANS[:4] if run.quick else PLANS
    exact = dict(zip(plans, run.map(exactly, plans, "boundaries"), strict=True))
    run.title(
        "compare with a plan, looked at after every pair; strata with logit offsets -0.9, 0, 0.9",
        "Size (highest for p .05 to .5) and power (.2 against .4) are exact. Found: how often compare decides in",
        f"{tables} seasons with strata and delays, .2 against .2 and .4. Peeking: Fisher's test daily on what came in.",
    )
    aims = {30: 0.27, 60: 0.52, 100: 0.80, 150: 0.91}
    head = ("per arm", "size", "with strata", "found", "peeking", "power", "with strata", "target", "found")
    run.row(*head)
    for n in plans:
        size, mixed, power, mixed_power = exact[n]
        none, some = (seen[n, 0.2, q] for q in (0.2, 0.4))
        run.row(
            str(n), f"{size:.4f}", f"{mixed:.4f}", at_most(none, tables, 0.05),
            f"{max(peeking[n, p] for p in (0.05, 0.1, 0.2, 0.3, 0.5)):.3f}", f"{power:.3f}", f"{mixed_power:.3f}",
            str(aims.get(n, "")), f"{some / tables:.3f}",
        )  # fmt: skip


def exactly(per_arm: int) -> tuple[float, ...]:
    """Size and power of the plan by dynamic programming, without strata and with."""
    rates_ = np.arange(0.05, 0.501, 0.025)
    pairs = [(rates_, rates_), (np.array([0.2]), np.array([0.4]))]
    found = []
    for one, other in pairs:
        mixed = [expit(logit(rates_)[:, None] + OFFSETS) for rates_ in (one, other)]
        found += [float(crossing(per_arm, CONSTANTS[per_arm], *two).max()) for two in ((one, other), mixed)]
    return tuple(found)


def forecast_cell(cell: tuple[int, int, float | None, int], sets: int) -> tuple[float, int]:
    """How often the stated 80% happens, randomised between two numbers of letters; rates from the priors, or fixed."""
    letters, meetings, fixed, part = cell
    rng = np.random.default_rng([17, letters, meetings, int(100 * (fixed or 0)), part])
    happened, asked = 0.0, 0
    for _ in range(sets):
        rate, share = (rng.beta(*PRIOR_RATE), rng.beta(*PRIOR_MEETING)) if fixed is None else (fixed, 0.5)
        rate = min(rate, 0.96)
        kind = DELAYS[int(rng.integers(len(DELAYS)))]
        ages, came = season(rng, kind, rate, (1, letters), 40)
        one = tallied(ages, came)[0]
        pending = int(rng.binomial(int(one.replied.sum()), 0.2))
        past = int(one.replied.sum()) - pending
        met = int(rng.binomial(past, share))
        look = outlook(one, None, (met, past - met, pending), H, meetings)
        need = further(look, meetings, 0.8)
        if not need:
            continue
        above, below = look.chance(need, meetings), look.chance(need - 1, meetings)
        need -= rng.random() >= (0.8 - below) / max(above - below, 1e-12)
        young = ages[0][~np.isfinite(came[0]) & (ages[0] < H)]
        shares = kind.share(young) / kind.share(H)
        later = rng.random(len(young)) < rate * (1 - shares) / (1 - rate * shares)
        total = rng.binomial(pending + int(later.sum()), share) + rng.binomial(need, rate * share)
        happened += total >= meetings
        asked += 1
    return happened, asked


def forecasts(run: "Run") -> None:
    sets = run.sets(100, 3)
    cells = [
        (n, k, p, part) for p in (None, 0.1, 0.3, 0.5) for n in (0, 10, 30, 80) for k in (1, 3) for part in range(4)
    ]
    found = dict(zip(cells, run.map(partial(forecast_cell, sets=sets), cells, "forecast"), strict=True))
    run.title(
        "forecast: how often the stated 80% of meetings happened",
        "Target: 77 to 83% when the rates of reply and of meeting are drawn from the stated priors. The last columns:",
        "a fixed rate of reply, half of those who answer meet. Seasons where no further letter is needed are left out.",
    )
    run.row("letters so far", "meetings wanted", "seasons", "from the priors", *(f"rate {p}" for p in (0.1, 0.3, 0.5)))
    for n, k in [*dict.fromkeys(cell[:2] for cell in cells), (None, None)]:
        shown, number = [], 0
        for p in (None, 0.1, 0.3, 0.5):
            some = [one for cell, one in found.items() if cell[2] == p and (n is None or cell[:2] == (n, k))]
            hits, asked = (sum(column) for column in zip(*some, strict=True))
            number = number or asked
            shown.append(f"{hits / asked:.3f}" if asked >= 50 else "")
        run.row("all" if n is None else str(n), "" if k is None else str(k), str(number), *shown)


class Run:
    """Spreads the work over the cores, shows how far it is, prints the tables."""

    def __init__(self, *, quick: bool, cores: int) -> None:
        self.quick, self.workers = quick, ProcessPoolExecutor(cores)
        self.console = Console(stderr=True)

    def sets(self, full: int, quick: int) -> int:
        """How many data sets a cell has."""
        return quick if self.quick else full

    def map(self, function: Callable[..., Any], items: Iterable[Any], label: str) -> list[Any]:
        """The results in order, behind a bar."""
        items = list(items)
        results = self.workers.map(function, items)
        return list(track(results, f"{label:>12}", total=len(items), console=self.console))

    def title(self, text: str, *more: str) -> None:
        """Begin a table."""
        print("", f"## {text}", *more, "", sep="\n", flush=True)

    def row(self, *cells: str) -> None:
        """A line of the table."""
        print("| " + " | ".join(cells) + " |", flush=True)


PARTS = {
    "rates": rates, "lifelines": cures, "weekends": weekends, "seasons": seasons, "pool": pools, "compare": compares,
    "forecast": forecasts,
}  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="*", metavar="part", help=f"{', '.join(PARTS)}; all when none is named")
    parser.add_argument("--quick", action="store_true", help="fewer data sets, under a minute")
    parser.add_argument("--cores", type=int, default=os.cpu_count() or 1)
    options = parser.parse_args()
    if wrong := set(options.parts) - set(PARTS):
        parser.error(f"no such part: {', '.join(sorted(wrong))}")
    started, run = time.perf_counter(), Run(quick=options.quick, cores=options.cores)
    versions = ", ".join(f"{m.__name__} {m.__version__}" for m in (np, scipy, pd))
    print(f"python benchmarks/truth.py {' '.join(sys.argv[1:])}".strip())
    print(f"Python {platform.python_version()}, {versions}; {options.cores} cores; seeds stand in the file.")
    for name in options.parts or PARTS:
        PARTS[name](run)
    run.workers.shutdown()
    spent = sum(sum(resource.getrusage(who)[:2]) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    print(f"\nIt took {(time.perf_counter() - started) / 60:.1f} minutes, and {spent / 60:.1f} of one core's time.")


if __name__ == "__main__":
    main()
