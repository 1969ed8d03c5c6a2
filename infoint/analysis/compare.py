"""Is letter B better than letter A: scored at a fixed age, in pairs inside strata, with looks every day."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from math import copysign, nan
from typing import TYPE_CHECKING, Any

import numpy as np

from infoint.analysis.boundaries import CONSTANTS, boundary, crossing, z_table
from infoint.analysis.clocks import Clock, horizon
from infoint.analysis.counts import followed, letters
from infoint.analysis.proportions import Array, by_season, checked_level, stratified
from infoint.analysis.results import POOLED, Comparison, Plan, percent, several
from infoint.analysis.tables import Columns, Problems, framed, in_order, plain
from infoint.errors import TableError

if TYPE_CHECKING:
    import pandas as pd

_FRAME = {
    "arm": None,
    **dict.fromkeys(("n", "replied", "waiting"), "int64"),
    **dict.fromkeys(("rate", "low", "high"), "float64"),
}
_ENDS = ("difference", "low", "high")
_UNKNOWN = (nan, -1.0, 1.0)
_LOOKS = {"pair": "int64", **dict.fromkeys((*_ENDS, "z", "boundary"), "float64")}
_PLAN = {"per_arm": "int64", "power": "float64"}


def compare(
    table: Any, by: str, strata: str | Sequence[str] | None = None, planned: int | None = None, *,
    finished: bool = False, within_days: float = 14, now: Any = None, clock: str = "business",
    holidays: Iterable[date] = (), level: float = 0.90, columns: Columns = None,
    kinds: Mapping[str, str] | None = None,
) -> Comparison:  # fmt: skip
    """The second arm of `by` against the first, each letter scored once: answered within `within_days` or not.

    Pairs (one letter of each arm) are formed inside strata and seasons in order of sending, and
    enter when both are old enough. With `planned` letters per arm, O'Brien-Fleming's boundary on
    Fisher's test says when it is decided, however often one looks. Without: the difference and its
    interval, and no verdict. `finished=True` looks back once on letters that were not dealt at
    random; with a `season_id` its interval is by season.

    >>> import pandas as pd
    >>> letters = pd.DataFrame({"sent_at": "2025-03-03", "template": ["a", "b"] * 20, "replied": ["no", "yes"] * 20})
    >>> compare(letters, "template", planned=20, now="2025-03-28").decided
    'b'
    """
    checked_level(level)
    constant = None if planned is None else boundary(planned)
    groups = [] if strata is None else [strata] if isinstance(strata, str) else list(strata)
    made = letters(table, by=by, now=now, columns=columns, kinds=kinds, more=groups)
    scored = followed(made, [by, *groups], Clock.of(clock, holidays))
    found, arms = _scored(scored, by, len(groups), horizon(within_days, clock), made.problems)
    looks = list[dict[str, Any]]()
    if finished:
        old = found[found["old"]]
        pairs = int(min((old["arm"] == arm).sum() for arm in arms)) if len(arms) == 2 else 0
        waiting = len(found) - len(old)
        ends = difference_by_season(_cells(old, arms), level) if pairs else _UNKNOWN
    else:
        looks = _looks(_pairs(found, arms), constant, planned, level)
        pairs, waiting = len(looks), len(found) - 2 * len(looks)
        ends = tuple(looks[-1][name] for name in _ENDS) if looks else _UNKNOWN
    crossed = next((look for look in looks if abs(look["z"]) >= look["boundary"]), None)
    decided = None if crossed is None else plain(arms[1] if crossed["difference"] > 0 else arms[0])
    numbers: dict[str, Any] = dict(zip(_ENDS, ends, strict=True)) | {"pairs": pairs, "waiting": waiting}
    numbers |= {"decided": decided, "planned": planned, "clock": clock, "level": level}
    hint = _hint(int(found["season"].nunique()), pooled=not groups) if finished else ""
    about = made.about(_told(numbers, arms, hint))
    frame = framed([_arm(found, arm, level) for arm in arms], _FRAME, None)
    return Comparison(frame=frame, looks=framed(looks, _LOOKS, None), **numbers, **about)


def _scored(
    found: "pd.DataFrame", by: str, strata: int, limit: float, problems: Problems
) -> tuple["pd.DataFrame", list[Any]]:
    """The letters of known arms: `arm`, `stratum`, old enough, answered in time (`hit`); and the arms: two at most."""
    if unknown := int(found[0].isna().sum()):
        problems.add(f"{several(unknown, 'letter')} of no known {by}: left out")
    found = found[found[0].notna()].rename(columns={0: "arm"})
    arms = sorted(found["arm"].unique(), key=in_order)
    if len(arms) > 2:
        known = ", ".join(map(repr, arms[:6]))
        message = f"{by} has {several(len(arms), 'value')} ({known}), and a comparison is of two."
        raise TableError(message, "Filter the table.")
    groups: Any = list(range(1, strata + 1))
    found["stratum"] = found.groupby(groups, sort=False, dropna=False).ngroup() if groups else 0
    return found.assign(old=found["age"] >= limit, hit=found["replied"] & ~(found["delay"] > limit)), arms


def _pairs(found: "pd.DataFrame", arms: list[Any]) -> "pd.DataFrame":
    """The pairs that are old enough, in the order in which they came of age: `hit_a`, `hit_b`."""
    keys = ["stratum", "season"]
    found = found.assign(place=found.groupby([*keys, "arm"], sort=False).cumcount())
    sides = [found[found["arm"] == arm] for arm in (*arms, None, None)[:2]]
    both = sides[0].merge(sides[1], on=[*keys, "place"], suffixes=("_a", "_b"))
    at = both[["sent_a", "sent_b"]].max(axis=1).sort_values(kind="stable").index
    made: pd.DataFrame = both.loc[at]
    return made[made["old_a"] & made["old_b"]]


def _looks(pairs: "pd.DataFrame", constant: float | None, planned: int | None, level: float) -> list[dict[str, Any]]:
    """What one saw after each pair, to the last that was planned."""
    looks = []
    hits = zip(*(pairs[name].cumsum().astype(int).tolist()[:planned] for name in ("hit_a", "hit_b")), strict=True)
    for number, (a, b) in enumerate(hits, start=1):
        ends = dict(zip(_ENDS, stratified([((b, number), (a, number))], level), strict=True))
        edge = nan if constant is None or planned is None else constant * (planned / number) ** 0.5
        looks.append({"pair": number, "z": copysign(z_table(number)[a, b], b - a), "boundary": edge} | ends)
    return looks


def _cells(found: "pd.DataFrame", arms: list[Any]) -> Array:
    """Answers and letters (last axis) of the second arm and the first, by season and stratum."""
    places = [found[name].factorize()[0] for name in ("season", "stratum")]
    cells = np.zeros((*(place.max() + 1 for place in places), 2, 2))
    place = (*places, (found["arm"] == arms[0]).to_numpy(dtype=int))
    np.add.at(cells, place, np.c_[found["hit"].to_numpy(dtype=int), np.ones(len(found))])
    return cells


def difference_by_season(cells: Array, level: float) -> tuple[float, float, float]:
    """The stratified difference, its interval by season: each is left out once (the jackknife, Efron and Stein 1981).

    Student's t has one degree of freedom less than the arm with fewer seasons has of them, and
    the interval is never narrower than that of letters that have nothing in common.
    """
    from scipy.stats import t

    whole_ = cells.sum(axis=0)
    difference, low, high = stratified(whole_.tolist(), level)
    if len(cells) == 1:
        return difference, low, high
    seasons = int((cells[..., 1].sum(axis=1) > 0).sum(axis=0).min())
    hits, trials = np.moveaxis(whole_ - cells, -1, 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        weight = 1 / (1 / trials).sum(axis=-1)
        without = (weight * np.nan_to_num(-np.diff(hits / trials)[..., 0])).sum(axis=1) / weight.sum(axis=1)
    if seasons < 2 or np.isnan(without).any():
        return difference, -1.0, 1.0
    spread = float(without.var() * (len(cells) - 1)) ** 0.5
    reach = spread * float(t.ppf((1 + level) / 2, seasons - 1))
    return difference, max(min(low, difference - reach), -1.0), min(max(high, difference + reach), 1.0)


def _arm(found: "pd.DataFrame", arm: Any, level: float) -> dict[str, Any]:
    part = found[found["arm"] == arm]
    seasons = part[part["old"]].groupby("season")["hit"].agg(["sum", "count"])
    hits, trials = (int(number) for number in seasons.sum())
    low, high = by_season(list(seasons.itertuples(index=False, name=None)), level)
    row = {"arm": arm, "n": trials, "replied": hits, "waiting": len(part) - trials, "low": low, "high": high}
    return row | {"rate": hits / trials if trials else nan}


def _hint(seasons: int, *, pooled: bool) -> str:
    """What to think of letters that were not dealt."""
    text = f", by {several(seasons, 'season')}" if seasons > 1 else ""
    return f"{text}. These letters were not dealt at random: a hint, no proof.{POOLED if pooled else ''}"


def _told(found: Mapping[str, Any], arms: list[Any], hint: str) -> str:
    """The comparison in words."""
    if not found["pairs"]:
        return "Too early to compare: no pair of letters is old enough yet."
    low, high = (f"{100 * found[end]:+.0f}" for end in ("low", "high"))
    range_ = f"{arms[1]} against {arms[0]}: probably {low} to {high} answers in a hundred letters"
    range_ += f" ({percent(found['level'])})"
    if hint:
        return range_ + hint
    pairs = several(found["pairs"], "pair")
    if found["decided"] is not None:
        return f"Decided: {found['decided']} brings more answers. {range_}. Write the better letter from now on."
    if found["planned"] is None:
        return f"{range_}, from {pairs}. No verdict without a plan: see infoint.plan_comparison."
    if found["pairs"] >= found["planned"]:
        return f"Not decided after all {pairs}: either letter will do. {range_}."
    are = "is" if found["pairs"] == 1 else "are"
    text = f"Not decided yet: {found['pairs']:,} of {several(found['planned'], 'pair')} {are} old enough, "
    return f"{text}{several(found['waiting'], 'letter waits', 'letters wait')}. {range_}. Go on as dealt."


def plan_comparison(p: float = 0.2, difference: float = 0.2, per_arm: int | None = None) -> Plan:
    """How many letters per arm it takes to see `difference` beside a rate of `p`, and how often it is then decided.

    >>> plan_comparison(0.2, 0.2, 30).sentence().split(".")[0]
    'With 30 letters per arm, 20% against 40% is decided in about 37% of seasons'
    """
    if not (0 < p < 1 and 0 < p + difference < 1 and difference):
        text = f"p={p} and difference={difference} are no two rates: p and p + difference lie between 0 and 1."
        raise TableError(text)
    numbers = sorted({20, 30, 40, 60, 100, 150, per_arm or 30})
    one, other = np.array([p]), np.array([p + difference])
    powers = {n: float(crossing(n, boundary(n), one, other)[0]) for n in numbers}
    enough = next((n for n, power in powers.items() if power >= 0.8), None)
    shown = per_arm or enough or max(CONSTANTS)
    text = f"With {shown} letters per arm, {percent(p)} against {percent(p + difference)} is decided in about "
    text += f"{percent(powers[shown])} of seasons. "
    text += f"For four in five it takes {enough}." if enough else "Even 150 per arm do not reach four in five."
    if shown != 30:
        text += f" 30 per arm decide it in {percent(powers[30])}."
    rows = [{"per_arm": n, "power": power} for n, power in powers.items()]
    return Plan(frame=framed(rows, _PLAN, None), text=text, p=p, difference=difference)
