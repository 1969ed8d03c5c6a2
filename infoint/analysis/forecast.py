"""How many further letters it takes for some meetings, and how many meetings there will be week by week."""

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np

from infoint.analysis.approaches import is_events
from infoint.analysis.clocks import DAY, horizon
from infoint.analysis.counts import counts, edges
from infoint.analysis.delays import Tally, curve_weights, curves, likelihoods, tally
from infoint.analysis.funnel import funnel
from infoint.analysis.proportions import Array
from infoint.analysis.response_rate import season_power
from infoint.analysis.results import Forecast, as_of, called, percent, several
from infoint.analysis.tables import Columns, by_segment, framed, names
from infoint.errors import TableError

if TYPE_CHECKING:
    import pandas as pd

PRIOR_RATE, PRIOR_MEETING = (1.0, 1.5), (1.0, 1.0)
"""What is believed before anything is sent: Beta of the rate of reply, and of a meeting after a reply (ours)."""
MOST = 2000
LAG = 7
"""Calendar days from an answer to its meeting (ours); the fan counts a meeting when it is held."""
_NODES = 40
_FRAME = {"letters": "Int64", **dict.fromkeys(("chance", "open_low", "open_high"), "float64")}
_FAN = {"week": "int64", "until": None, "letters": "int64", **dict.fromkeys(("low", "median", "high"), "int64")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """Nodes of the joint posterior: rates of reply `p`, of a meeting `q`, their `weight`; what is open under each.

    `came` is the share of answers that come by the middle of each time bin.
    """

    p: Array
    q: Array
    weight: Array
    came: Array
    open: Array
    """The distribution of meetings from what is open, one row a node, from 0 on; the last is so many or more."""

    def chance(self, letters: int, meetings: int) -> float:
        """The probability of so many meetings or more from what is open and `letters` further ones."""
        from scipy.stats import binom

        missing = meetings - 1 - np.arange(meetings)
        below = binom.cdf(missing[None, :], letters, (self.p * self.q)[:, None])
        return 1 - float(self.weight @ (self.open[:, :meetings] * below).sum(axis=1))

    def range(self, letters: int, share: float = 1.0) -> tuple[int, int, int]:
        """The 10%, 50% and 90% quantiles of the meetings; `share` is how much of the answers has come by then."""
        new = _binomial(letters, self.p * self.q * share, self.open.shape[1] - 1)
        tails = 1 - np.cumsum(self.weight @ _added(self.open, new))
        return int((tails >= 0.9).sum()), int((tails >= 0.5).sum()), int((tails >= 0.1).sum())


def forecast(
    approaches: Any, meetings: int, probability: float = 0.8, now: Any = None, *, by: str | None = None,
    per_week: int = 5, weeks: int = 12, clock: str = "business", holidays: Iterable[date] = (),
    columns: Columns = None, kinds: Mapping[str, str] | None = None,
) -> Forecast:  # fmt: skip
    """How many further letters give `meetings` more meetings with this `probability`; and meetings by week.

    Each node of the posterior has a rate of reply (with 512 curves of delay) and of a meeting
    after a reply; what is open counts by its own chance. With `by`, a row says how many letters it
    takes if all go to that segment. `.fan` is the range of meetings by the end of each week at
    `per_week` letters. With nothing sent the priors speak: Beta(1, 1.5) and Beta(1, 1).

    >>> import pandas as pd
    >>> nothing = pd.DataFrame({"sent_at": [], "replied": []})
    >>> forecast(nothing, 1).sentence().split(":")[0]
    'Nothing has been sent yet'
    """
    if not 1 <= meetings <= 50 or int(meetings) != meetings:
        raise TableError(f"meetings={meetings} cannot be foreseen: it is a whole number, 1 to 50.")
    if not 0 < probability < 1:
        raise TableError(f"probability={probability} is none: it lies between 0 and 1, such as 0.8.")
    found = counts(approaches, by, now=now, clock=clock, holidays=holidays, columns=columns, kinds=kinds)
    limit, stages = horizon(14, clock), _stages(approaches, by, now, columns, kinds)
    rows, fan = [], list[dict[str, Any]]()
    for segment, frame in by_segment(found.frame, by).items():
        look = outlook(tally(frame), frame, stages.get(segment, (0, 0, 0)), limit, max(meetings, per_week * weeks))
        letters = further(look, meetings, probability)
        low, _, high = look.range(0)
        row = {"segment": segment, "letters": letters, "open_low": low, "open_high": high}
        rows.append(row | {"chance": look.chance(letters or MOST, meetings)})
        if by is None:
            fan = _fan(look, found.now, limit, 5 / 7 if clock == "business" else 1.0, per_week, weeks)
    sent = len(found.frame) > 0
    text = _sentence(rows, by, meetings, probability, sent=sent, known=bool(stages))
    text = as_of(found.now if sent else None, text, given=now is not None)
    about: dict[str, Any] = {"by": by, "now": found.now, "problems": found.problems, "clock": clock, "text": text}
    about |= {"meetings": meetings, "probability": probability}
    return Forecast(frame=framed(rows, _FRAME, by), fan=framed(fan, _FAN, None), **about)


def _stages(approaches: Any, by: str | None, now: Any, columns: Columns, kinds: Any) -> dict[Any, tuple[int, int, int]]:
    """Of each segment: who met, who answered and will not meet, who answered and may still."""
    if not (is_events(approaches, columns) or {"met_at", "scheduled_at"} <= names(approaches, columns)):
        return {}
    found = {}
    for segment, part in by_segment(funnel(approaches, by, now, columns, kinds=kinds).frame, by).items():
        stage = part.set_index("stage")
        met, open_ = int(stage.reached["met"]), int(stage.waiting["scheduled"] + stage.waiting["met"])
        found[segment] = met, int(stage.reached["replied"]) - met - open_, open_
    return found


def outlook(
    one: Tally, frame: "pd.DataFrame | None", reached: tuple[int, int, int], limit: float, most: int
) -> Outlook:
    """The joint posterior, and what will come of open letters and of answers that have led to no meeting yet."""
    from scipy.stats import beta

    known = likelihoods([one], limit)[0]
    weights = known.weights(PRIOR_RATE, 1.0 if frame is None else season_power(frame, one, known, limit))
    kept = weights > weights.max() * 1e-6
    met, lost, pending = reached
    nodes = beta.ppf((np.arange(_NODES) + 0.5) / _NODES, PRIOR_MEETING[0] + met, PRIOR_MEETING[1] + lost)
    p, q = (grid.ravel() for grid in np.meshgrid(known.p[kept], nodes, indexing="ij"))
    weight = np.repeat(weights[kept] / weights[kept].sum() / _NODES, _NODES)
    came = curve_weights(one, known, limit) @ curves(limit).mid
    found = _binomial(pending, q, most)
    for number in one.open.nonzero()[0]:
        still = p * (1 - came[number]) / (1 - p * came[number])
        found = _added(found, _binomial(int(one.open[number]), still * q, most))
    return Outlook(p=p, q=q, weight=weight, came=came, open=found)


def _binomial(trials: int, share: Array, most: int) -> Array:
    """The distribution of successes, for each share; `most` or more are one."""
    from scipy.stats import binom

    top = min(trials, most)
    found = binom.pmf(np.arange(top + 1)[None, :], trials, share[:, None])
    found[:, -1] += 1 - found.sum(axis=1)
    return np.pad(found, ((0, 0), (0, most - top)))


def _added(one: Array, other: Array) -> Array:
    """The distribution of a sum, row by row."""
    found = np.zeros_like(one)
    for number in np.flatnonzero(other.any(axis=0)):
        found[:, number:] += one[:, : one.shape[1] - number] * other[:, [number]]
    found[:, -1] += np.maximum(1 - found.sum(axis=1), 0)
    return found


def further(look: Outlook, meetings: int, probability: float) -> int | None:
    """The fewest further letters that do; None is more than 2,000."""
    found = bisect_left(range(MOST + 1), probability, key=lambda letters: look.chance(letters, meetings))
    return found if found <= MOST else None


def _fan(
    look: Outlook, now: datetime | None, limit: float, pace: float, per_week: int, weeks: int
) -> list[dict[str, Any]]:
    """Meetings held by the end of each week when so many letters go out every week."""
    rows = []
    for week in range(1, weeks + 1):
        ages = (np.arange(week * 7) + 0.5 - LAG) * pace
        share = float(np.interp(ages, edges(limit) / DAY, look.came, left=0.0, right=1.0).mean())
        row = {"week": week, "until": "" if now is None else (now + timedelta(days=7 * week)).date().isoformat()}
        ends = dict(zip(("low", "median", "high"), look.range(per_week * week, share), strict=True))
        rows.append(row | {"letters": per_week * week} | ends)
    return rows


def _sentence(
    rows: list[dict[str, Any]], by: str | None, meetings: int, probability: float, *, sent: bool, known: bool
) -> str:
    text = "" if sent else "Nothing has been sent yet: this is what is believed beforehand, not your season. "
    goal, sure = several(meetings, "more meeting"), percent(probability)
    if by is not None:
        told = "; ".join(f"{called(by, row['segment'])}: {_letters(row['letters'])}" for row in rows[:3])
        return f"{text}For {goal} with probability {sure}: {told}." if told else text
    row = rows[0]
    if row["letters"] == 0:
        open_ = f"What is already open will probably bring {goal} ({percent(row['chance'])})"
        text += f"{open_}: no further letter is needed."
    else:
        text += f"For {goal} with probability {sure}, plan on {_letters(row['letters'])}."
    if row["open_high"]:
        text += f" What is open now will bring {row['open_low']:.0f} to {row['open_high']:.0f} of them."
    if sent and not known:
        text += " The table does not say who met you: half of those who answer are taken to."
    return text


def _letters(number: int | None) -> str:
    return f"more than {MOST:,} letters" if number is None else several(number, "further letter")
