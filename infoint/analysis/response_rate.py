"""How likely it is that a letter is answered in time: right-censored and Bayesian, without random numbers."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from math import nan
from typing import TYPE_CHECKING, Any

import numpy as np

from infoint.analysis.clocks import horizon
from infoint.analysis.counts import counted
from infoint.analysis.delays import Likelihood, Tally, curve_weights, curves, likelihoods, tally
from infoint.analysis.proportions import checked_level, information
from infoint.analysis.results import POOLED, ResponseRate, as_of, in_seasons, percent, ranged, several, told_by
from infoint.analysis.tables import Columns, by_segment, framed

if TYPE_CHECKING:
    import pandas as pd

EXTRAPOLATED = "extrapolated"
NONE = "no letters"
_FRAME = {
    **dict.fromkeys(("n", "replied", "waiting", "undated"), "int64"),
    **dict.fromkeys(("observed", "rate", "low", "high"), "float64"),
    "note": None,
}
_NEXT, _FINE = 10, 400


def response_rate(
    table: Any, by: str | None = None, *, within_days: float = 14, now: Any = None, clock: str = "business",
    holidays: Iterable[date] = (), pool: bool = False, level: float = 0.90, columns: Columns = None,
    kinds: Mapping[str, str] | None = None,
) -> ResponseRate:  # fmt: skip
    """The probability that a letter is answered within `within_days`, with its interval.

    `table` is approaches, counts, events, or any table with `sent_at` and `replied_at` (or
    `replied`). A letter too young to tell (`waiting`) is no failure: it counts by how late an
    answer still comes. The rate is the posterior mean under Beta(1, 1.5), averaged over 512 curves
    of delays; the interval hulls those under Beta(1, 1) and Beta(1, 2). With a `season_id`, letters
    of one season are taken to be alike, and the interval is by season. `pool` lets the segments
    learn from each other. `observed` is plainly answers divided by letters.

    >>> import pandas as pd
    >>> letters = pd.DataFrame({"sent_at": ["2025-03-03"] * 10, "replied": "no"})
    >>> response_rate(letters, now="2025-03-28").frame[["n", "rate", "low", "high"]].round(3).values.tolist()
    [[10.0, 0.08, 0.004, 0.238]]
    """
    checked_level(level)
    options: dict[str, Any] = {"within_days": within_days, "now": now, "clock": clock, "holidays": holidays}
    found = counted(table, by, **options, columns=columns, kinds=kinds)
    limit = horizon(found.within_days, found.clock)
    frames = by_segment(found.frame, found.by)
    tallies = [tally(frame) for frame in frames.values()]
    rows = []
    for known, one, (segment, frame) in zip(likelihoods(tallies, limit), tallies, frames.items(), strict=True):
        power = season_power(frame, one, known, limit, level)
        rate, low, high = known.summary(level, power)
        row = {"segment": segment, "rate": rate, "low": low, "high": high, "known": known, "power": power}
        rows.append(row | _row(one, frame, limit))
    if pool and len(rows) > 1:
        _pool(rows, level)
    about = {name: getattr(found, name) for name in ("by", "now", "problems", "clock", "within_days")}
    single = by is None and rows[0]["n"]
    text = _told(rows[0], tallies[0], limit, level) if single else _by_segment(rows, by, level)
    text = as_of(found.now, text, given=now is not None)
    return ResponseRate(frame=framed(rows, _FRAME, by), text=text, level=level, **about)


def _row(one: Tally, frame: "pd.DataFrame", limit: float) -> dict[str, Any]:
    """One segment counted."""
    row: dict[str, Any] = {"n": one.n, "replied": one.answered, "waiting": one.waiting, "oldest": int(one.oldest)}
    row["undated"] = one.undated + int(one.undated_open.sum())
    row["observed"] = one.answered / one.n if one.n else nan
    row["note"] = NONE if not one.n else EXTRAPOLATED if one.oldest <= limit / 2 else ""
    return row | {"seasons": frame["season_id"].nunique() if "season_id" in frame else 1}


def season_power(frame: "pd.DataFrame", one: Tally, known: Likelihood, limit: float, level: float = 0.90) -> float:
    """The power to which the likelihood is raised when the letters of a season are alike: the information left."""
    if "season_id" not in frame or frame["season_id"].nunique() < 2:
        return 1.0
    rate = float(known.p @ known.weights((1.0, 1.5)))
    came = curve_weights(one, known, limit) @ curves(limit).mid
    share = np.where(frame["state"] == "open", came[np.minimum(frame["bin"], len(came) - 1)], 1.0)
    hit = np.isin(frame["state"], ["replied", "undated", "undated_open"])
    slope = np.where(hit, 1 / rate, -share / (1 - rate * share))  # of the log-likelihood, one letter
    number = frame["count"].to_numpy(dtype=float)
    slope -= (slope * number).sum() / number.sum()
    season = frame["season_id"].factorize()[0]
    scores: Any = np.bincount(season[season >= 0], (slope * number)[season >= 0])
    return information(scores, float((number * slope**2).sum()), level)


def _pool(rows: list[dict[str, Any]], level: float) -> None:
    """The hierarchical view: normal on the logit, mean and sd integrated over a grid; hulled with the separate one."""
    p = (np.arange(_FINE) + 0.5) / _FINE
    logs = np.array([np.interp(p, row["known"].p, row["known"].log * row["power"]) for row in rows])
    logit = np.log(p / (1 - p))
    means, spreads = np.meshgrid(np.linspace(-4.5, 3, 31), np.exp(np.linspace(-1.5, 1, 9)))
    means, spreads = means.ravel()[:, None], spreads.ravel()[:, None]
    prior = np.exp(-0.5 * ((logit - means) / spreads) ** 2) / spreads / (p * (1 - p))
    prior /= prior.sum(axis=1, keepdims=True)
    likely = np.exp(logs - logs.max(axis=1, keepdims=True))
    evidence = np.log(prior @ likely.T).sum(axis=1) - 0.5 * np.log(spreads[:, 0]) ** 2 / 0.5**2
    weight = np.exp(evidence - evidence.max())
    for row, line in zip(rows, likely, strict=True):
        joint = prior * line
        posterior = (weight[:, None] * joint / joint.sum(axis=1, keepdims=True)).sum(axis=0)
        posterior /= posterior.sum()
        low, high = Likelihood(p, float(p[1] - p[0]), line).interval(posterior, level)
        row["rate"], row["low"], row["high"] = float(posterior @ p), min(low, row["low"]), max(high, row["high"])


def _predicted(likelihood: Likelihood, power: float, level: float) -> tuple[int, int]:
    """How many of the next ten letters will be answered: the ends of the predictive interval."""
    from scipy.stats import binom

    weights = likelihood.weights((1.0, 1.5), power)
    below = binom.cdf(np.arange(_NEXT + 1)[:, None], _NEXT, likelihood.p[None, :]) @ weights
    low, high = np.searchsorted(below, [(1 - level) / 2, (1 + level) / 2])
    return int(low), int(min(high, _NEXT))


def _by_segment(rows: list[dict[str, Any]], by: str | None, level: float) -> str:
    """The largest segments in words."""
    if by is None or not rows:
        return "No letters to count yet."
    told = {}
    for row in rows:
        expected = _early(row) if row["note"] == EXTRAPOLATED else f"probably {ranged(row)}"
        words = f"{row['replied']:,} of {row['n']:,}{in_seasons(row['seasons'])}, {expected}"
        told[row["segment"]] = row["n"], words
    text = told_by(by, told, level)
    if len(rows) > 1 and max(row["low"] for row in rows) <= min(row["high"] for row in rows):
        text += " The ranges overlap: they may well be alike."
    return text + (POOLED if by == "template" and len(rows) > 1 else "")


def _early(row: Mapping[str, Any]) -> str:
    age = several(row["oldest"], "day") if row["oldest"] else "less than a day"
    return f"too early: the oldest letter is {age} old"


def _told(row: Mapping[str, Any], one: Tally, limit: float, level: float) -> str:
    """One rate in words: so far, the range of the rate, what to expect."""
    text = f"{several(row['seasons'], 'season')}: " if row["seasons"] > 1 else ""
    text += f"{row['replied']:,} of {row['n']:,} {'has' if row['replied'] == 1 else 'have'} answered so far"
    if row["waiting"]:
        text += f", {row['waiting']:,} {'is' if row['waiting'] == 1 else 'are'} still fresh"
    if row["note"] == EXTRAPOLATED:
        return f"{text}. It is {_early(row)}."
    text += f". The long-run rate is probably {ranged(row)} ({percent(level)})"
    fewest, most = _predicted(row["known"], row["power"], level)
    text += f"; of your next ten letters expect {f'{fewest} to {most}' if fewest < most else most} answers."
    if row["undated"]:
        none = replace(one, late=one.late + row["undated"], undated=0, undated_open=one.undated_open * 0)
        _, low, high = likelihoods([none], limit)[0].summary(level)
        text += f" {several(row['undated'], 'answer')} had no date: if none came in time, the rate is "
        text += f"{percent(low)} to {percent(high)}."
    return text
