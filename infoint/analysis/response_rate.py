"""How likely it is that a letter is answered in time: right-censored and Bayesian, without random numbers."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from infoint.analysis.clocks import horizon
from infoint.analysis.counts import counted
from infoint.analysis.delays import Likelihood, Tally, curve_weights, curves, likelihoods, tally
from infoint.analysis.proportions import checked_level
from infoint.analysis.results import Counts, ResponseRate, as_of, percent, several
from infoint.analysis.tables import Columns, framed, in_order, plain, whole

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

EXTRAPOLATED = "extrapolated"
NONE = "no letters"
_FRAME = {
    **dict.fromkeys(("n", "replied", "waiting", "undated"), "int64"),
    **dict.fromkeys(("observed", "rate", "low", "high"), "float64"),
    "note": None,
}
_TOLD = 3
_NEXT = 10


def response_rate(
    table: Any,
    by: str | None = None,
    *,
    within_days: float = 14,
    now: Any = None,
    clock: str = "business",
    holidays: Iterable[date] = (),
    pool: bool = False,
    level: float = 0.90,
    columns: Columns = None,
    kinds: Mapping[str, str] | None = None,
) -> ResponseRate:
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
    horizon(within_days, clock)
    found = counted(
        table, by, within_days=within_days, now=now, clock=clock, holidays=holidays, columns=columns, kinds=kinds
    )
    limit, frames = horizon(found.within_days, found.clock), by_segment(found)
    tallies = {segment: tally(frame) for segment, frame in frames.items()}
    known = dict(zip(tallies, likelihoods(list(tallies.values()), limit), strict=True))
    rows = []
    for segment, one in tallies.items():
        power = season_power(frames[segment], one, known[segment], limit)
        mean, low, high = known[segment].summary(level, power)
        rows.append(
            _row(segment, one, frames[segment], limit) | {"rate": mean, "low": low, "high": high, "_power": power}
        )
    if pool and len(rows) > 1:
        _pool(rows, known, level)
    for row in rows if by is None else ():
        row["_next"] = _predicted(known[row["segment"]], row["_power"], level)
        row["_unsure"] = _unsure(tallies[row["segment"]], limit, level)
    return ResponseRate(
        frame=framed(rows, _FRAME, by),
        problems=found.problems,
        text=f"{as_of(found.now, given=now is not None)} {_sentence(rows, by, level)}".strip(),
        by=by,
        now=found.now,
        within_days=found.within_days,
        clock=found.clock,
        level=level,
    )


def by_segment(found: Counts) -> dict[Any, "pd.DataFrame"]:
    """The counts of each segment, in order."""
    frame = found.frame
    if found.by is None:
        return {None: frame}
    groups = {whole(plain(segment)): part for segment, part in frame.groupby(found.by, dropna=False, sort=False)}
    return {segment: groups[segment] for segment in sorted(groups, key=in_order)}


def _row(segment: Any, one: Tally, frame: "pd.DataFrame", limit: float) -> dict[str, Any]:
    """One segment counted; what begins with an underscore is for the sentence only."""
    note = NONE if not one.n else EXTRAPOLATED if one.oldest <= limit / 2 else ""
    return {
        "segment": segment,
        "n": one.n,
        "replied": one.answered,
        "waiting": one.waiting,
        "undated": one.undated + int(one.undated_open.sum()),
        "observed": one.answered / one.n if one.n else float("nan"),
        "note": note,
        "_oldest": one.oldest,
        "_seasons": frame["season_id"].nunique() if "season_id" in frame else 1,
    }


def season_power(frame: "pd.DataFrame", one: Tally, likelihood: Likelihood, limit: float) -> float:
    """The share of the information that is left when the letters of a season are alike (cluster-robust).

    The likelihood is raised to this power: the variance that the model states over the one that
    the seasons show (Liang and Zeger 1986), with Student's t for their number.
    """
    import numpy as np
    from scipy.stats import norm, t

    seasons = frame["season_id"].nunique() if "season_id" in frame else 1
    if seasons < 2:
        return 1.0
    rate = float(likelihood.p @ likelihood.weights((1.0, 1.5)))
    scores, information = season_scores(frame, one, likelihood, limit, rate)
    shown = float((scores**2).sum()) * seasons / (seasons - 1)
    wider = (t.ppf(0.95, seasons - 1) / norm.ppf(0.95)) ** 2
    return float(1 / max(1.0, np.divide(shown, information) * wider))


def season_scores(
    frame: "pd.DataFrame", one: Tally, likelihood: Likelihood, limit: float, rate: float
) -> tuple["Array", float]:
    """What each season says of the rate beside what was expected, and the information in all of them."""
    import numpy as np
    import pandas as pd

    came = curve_weights(one, likelihood, limit) @ curves(limit).mid
    bins, state = frame["bin"].to_numpy(), frame["state"].to_numpy()
    hit = np.isin(state, ["replied", "undated", "undated_open"])
    share = np.where(state == "open", came[np.minimum(bins, len(came) - 1)], 1.0)
    slope = np.where(hit, 1 / rate, -share / (1 - rate * share))
    number = frame["count"].to_numpy(dtype=float)
    codes, _ = pd.factorize(frame["season_id"])
    slope = slope - (slope * number).sum() / number.sum()
    scores = np.bincount(codes[codes >= 0], (slope * number)[codes >= 0]).astype(float)
    return scores, float((number * slope**2).sum())


def _pool(rows: list[dict[str, Any]], known: Mapping[Any, Likelihood], level: float) -> None:
    """The hierarchical view: normal on the logit, mean and sd integrated over a grid; hulled with the separate one."""
    import numpy as np

    logs = np.array([_on_grid(known[row["segment"]], row["_power"]) for row in rows])
    p = (np.arange(logs.shape[1]) + 0.5) / logs.shape[1]
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


def _on_grid(likelihood: Likelihood, power: float) -> "Array":
    """The log-likelihood at 400 rates."""
    import numpy as np

    p = (np.arange(400) + 0.5) / 400
    return np.interp(p, likelihood.p, likelihood.log * power, left=None, right=None)


def _predicted(likelihood: Likelihood, power: float, level: float) -> tuple[int, int]:
    """How many of the next ten letters will be answered: the ends of the predictive interval."""
    import numpy as np
    from scipy.stats import binom

    weights = likelihood.weights((1.0, 1.5), power)
    below = binom.cdf(np.arange(_NEXT + 1)[:, None], _NEXT, likelihood.p[None, :]) @ weights
    low, high = np.searchsorted(below, [(1 - level) / 2, (1 + level) / 2])
    return int(low), int(min(high, _NEXT))


def _unsure(one: Tally, limit: float, level: float) -> tuple[float, float, float] | None:
    """The rate and interval if none of the answers without a date was in time."""
    from dataclasses import replace

    undated = one.undated + int(one.undated_open.sum())
    if not undated:
        return None
    sure = replace(one, late=one.late + undated, undated=0, undated_open=one.undated_open * 0)
    return likelihoods([sure], limit)[0].summary(level)


def _sentence(rows: Sequence[Mapping[str, Any]], by: str | None, level: float) -> str:
    if by is None:
        return _told(rows[0], level) if rows else "No letters to count yet."
    told = [f"{by} {'not known' if row['segment'] is None else row['segment']}: {_short(row)}" for row in rows[:_TOLD]]
    if not told:
        return "No letters to count yet."
    text = "; ".join(told) + f" (ranges: {percent(level)})."
    if len(rows) > _TOLD:
        text += f" {several(len(rows) - _TOLD, 'more segment')} in the table."
    alike = max(row["low"] for row in rows) <= min(row["high"] for row in rows)
    return text + (" The ranges overlap: they may well be alike." if len(rows) > 1 and alike else "")


def _so_far(row: Mapping[str, Any]) -> str:
    text = f"{row['replied']:,} of {row['n']:,} {'has' if row['replied'] == 1 else 'have'} answered so far"
    return text + (
        f", {row['waiting']:,} {'is' if row['waiting'] == 1 else 'are'} still fresh" if row["waiting"] else ""
    )


def _early(row: Mapping[str, Any]) -> str:
    days = int(row["_oldest"])
    return f"too early: the oldest letter is {several(days, 'day') if days else 'less than a day'} old"


def _told(row: Mapping[str, Any], level: float) -> str:
    """One rate in words: so far, the range of the rate, what to expect."""
    if row["note"] == NONE:
        return "No letters to count yet."
    if row["note"] == EXTRAPOLATED:
        return f"{_so_far(row)}. It is {_early(row)}."
    text = f"{_so_far(row)}. "
    if row["_seasons"] > 1:
        text = f"{several(row['_seasons'], 'season')}: {text}"
    text += f"The long-run rate is probably {percent(row['low'])} to {percent(row['high'])} ({percent(level)})"
    low, high = row["_next"]
    text += f"; of your next ten letters expect {f'{low} to {high}' if low < high else low} answers."
    if row["_unsure"]:
        _, below, above = row["_unsure"]
        text += f" {several(row['undated'], 'answer')} had no date: if none came in time, the rate is "
        text += f"{percent(below)} to {percent(above)}."
    return text


def _short(row: Mapping[str, Any]) -> str:
    text = f"{row['replied']:,} of {row['n']:,}"
    if row["note"] == EXTRAPOLATED:
        return f"{text}, {_early(row)}"
    return f"{text}, probably {percent(row['low'])} to {percent(row['high'])}"
