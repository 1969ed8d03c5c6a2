"""Is letter B better than letter A: scored at a fixed age, in pairs inside strata, with looks every day."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from infoint.analysis.boundaries import CONSTANTS, boundary, crossing, z_table
from infoint.analysis.clocks import DAY, Clock, horizon
from infoint.analysis.counts import letters
from infoint.analysis.proportions import Pair, checked_level, stratified, wilson
from infoint.analysis.results import Comparison, Plan, as_of, percent, several
from infoint.analysis.tables import Columns, framed, hashable, in_order, in_pandas, plain, whole
from infoint.errors import TableError

if TYPE_CHECKING:
    import pandas as pd

_FRAME = {
    "arm": None,
    **dict.fromkeys(("n", "replied", "waiting"), "int64"),
    **dict.fromkeys(("rate", "low", "high"), "float64"),
}
_LOOKS = {"pair": "int64", **dict.fromkeys(("difference", "low", "high", "z", "boundary"), "float64")}
_PLAN = {"per_arm": "int64", "power": "float64"}


def compare(
    table: Any,
    by: str,
    strata: str | Sequence[str] | None = None,
    planned: int | None = None,
    *,
    finished: bool = False,
    within_days: float = 14,
    now: Any = None,
    clock: str = "business",
    holidays: Iterable[date] = (),
    level: float = 0.90,
    columns: Columns = None,
    kinds: Mapping[str, str] | None = None,
) -> Comparison:
    """The second arm of `by` against the first, each letter scored once: answered within `within_days` or not.

    Pairs (one letter of each arm) are formed inside strata in order of sending, and enter when
    both are old enough. With `planned` letters per arm, O'Brien-Fleming's boundary on Fisher's
    test says when it is decided, however often one looks. Without: the difference and its
    interval, and no verdict. `finished=True` looks back once on letters that were not dealt at
    random; with a `season_id` its interval is by season.

    >>> import pandas as pd
    >>> letters = pd.DataFrame({"sent_at": "2025-03-03", "template": ["a", "b"] * 20, "replied": ["no", "yes"] * 20})
    >>> compare(letters, "template", planned=20, now="2025-03-28").decided
    'b'
    """
    checked_level(level)
    limit, ruler = horizon(within_days, clock), Clock.of(clock, holidays)
    constant = None if planned is None else boundary(planned)
    groups = [] if strata is None else [strata] if isinstance(strata, str) else list(strata)
    tables, end, problems = letters(table, by=by, now=now, columns=columns, kinds=kinds, more=groups)
    found = _scored([in_pandas(t.frame) for t in tables], by, groups, end, ruler, limit)
    unknown = int(found["arm"].isna().sum())
    if unknown:
        problems.add(f"{several(unknown, 'letter')} of no known {by}: left out")
        found = found[found["arm"].notna()]
    arms = sorted(found["arm"].unique(), key=in_order)
    if len(arms) > 2:
        known = ", ".join(map(repr, arms[:6]))
        raise TableError(
            f"{by} has {several(len(arms), 'value')} ({known}), and a comparison is of two.", "Filter the table."
        )
    if not finished:
        pairs, waiting = _pairs(found, arms)
        pairs = pairs if planned is None else pairs[:planned]
        looks = _looks(pairs, constant, planned, level)
    else:
        old = found[found["old"]]
        waiting, looks = int((~found["old"]).sum()), []
        pairs = [(0, 0, "")] * min([int((old["arm"] == arm).sum()) for arm in arms] or [0])
    cells = _cells(found[found["old"]], arms) if finished else _paired(pairs)
    difference, low, high = _difference(cells, level)
    if finished and len(found["season"].unique()) > 1:
        difference, low, high = _by_season(found[found["old"]], arms, level)
    rows = [_arm(found, arm, level) for arm in arms]
    crossed = next((look for look in looks if constant is not None and abs(look["z"]) >= look["boundary"]), None)
    decided = None if crossed is None else arms[1] if crossed["difference"] > 0 else arms[0]
    comparison = _Words(
        by, arms, decided, (difference, low, high), len(pairs), waiting, planned, level,
        int(found["season"].nunique()), finished=finished,
    )  # fmt: skip
    text = f"{as_of(end, given=now is not None)} {comparison.told()}".strip()
    return Comparison(
        frame=framed(rows, _FRAME, None), problems=problems.listed(), text=text, by=by, now=end,
        decided=None if decided is None else plain(decided), difference=difference, low=low,
        high=high, pairs=len(pairs), waiting=waiting, planned=planned, level=level,
        looks=framed(looks, _LOOKS, None),
    )  # fmt: skip


def _scored(
    frames: list["pd.DataFrame"], by: str, strata: list[str], now: Any, clock: Clock, limit: float
) -> "pd.DataFrame":
    """A row per letter: arm, stratum, season, when sent, old enough, answered in time; in order of sending."""
    import numpy as np
    import pandas as pd

    parts = []
    for frame in frames:
        sent, answered = (frame[name].to_numpy("datetime64[us]") for name in ("sent_at", "replied_at"))
        replied, end = frame["replied"].to_numpy(dtype=bool), now or datetime(1970, 1, 1)  # noqa: DTZ001
        old = clock.elapsed(sent, end) >= limit * DAY if len(frame) else np.zeros(0, dtype=bool)
        late = clock.elapsed(sent, answered) > limit * DAY
        groups = [hashable(frame[name]).map(str, na_action="ignore").fillna("") for name in strata]
        stratum = pd.Series(list(zip(*groups, strict=True))) if groups else pd.Series([()] * len(frame))
        cells = {"arm": [whole(plain(cell)) for cell in hashable(frame[by])], "stratum": stratum, "sent": sent}
        cells |= {"old": old, "hit": replied & ~late, "replied": replied}
        parts.append(pd.DataFrame(cells | {"season": frame.get("season_id", pd.Series([""] * len(frame)))}))
    return pd.concat(parts).sort_values("sent", kind="stable").reset_index(drop=True)


def _pairs(found: "pd.DataFrame", arms: list[Any]) -> tuple[list[tuple[int, int, Any]], int]:
    """The pairs that are old enough, in the order in which they came of age; and how many letters wait."""
    made, used = [], 0
    for _, part in found.groupby("stratum", sort=False) if len(arms) == 2 else ():
        sides = [part[part["arm"] == arm] for arm in arms]
        for (_, a), (_, b) in zip(*(side.iterrows() for side in sides), strict=False):
            if a["old"] and b["old"]:
                made.append((int(a["hit"]), int(b["hit"]), max(a["sent"], b["sent"])))
                used += 2
    made.sort(key=lambda pair: pair[2])
    return made, len(found) - used


def _looks(
    pairs: Sequence[tuple[int, int, Any]], constant: float | None, planned: int | None, level: float
) -> list[dict[str, Any]]:
    """What one saw after each pair."""
    looks, hits = [], [0, 0]
    for number, (a, b, _) in enumerate(pairs, start=1):
        hits = [hits[0] + a, hits[1] + b]
        difference, low, high = stratified([((hits[1], number), (hits[0], number))], level)
        sign = 1 if difference >= 0 else -1
        edge = float("nan") if constant is None or planned is None else constant * (planned / number) ** 0.5
        z = sign * float(z_table(number)[hits[0], hits[1]])
        looks.append({"pair": number, "difference": difference, "low": low, "high": high, "z": z, "boundary": edge})
    return looks


def _paired(pairs: Sequence[tuple[int, int, Any]]) -> list[tuple[Pair, Pair]]:
    number = len(pairs)
    return [((sum(b for _, b, _ in pairs), number), (sum(a for a, _, _ in pairs), number))] if number else []


def _cells(found: "pd.DataFrame", arms: list[Any]) -> list[tuple[Pair, Pair]]:
    """Successes and trials of the second arm and the first, stratum by stratum."""
    cells = []
    for _, part in found.groupby("stratum", sort=False):
        sides = [part[part["arm"] == arm]["hit"] for arm in arms]
        if len(sides) == 2:
            cells.append(((int(sides[1].sum()), len(sides[1])), (int(sides[0].sum()), len(sides[0]))))
    return cells


def _difference(cells: list[tuple[Pair, Pair]], level: float) -> tuple[float, float, float]:
    difference, low, high = stratified(cells, level)
    return (difference if any(a[1] and b[1] for a, b in cells) else float("nan")), low, high


def _by_season(found: "pd.DataFrame", arms: list[Any], level: float) -> tuple[float, float, float]:
    """The stratified difference with an interval by season: what each season adds to it (cluster-robust)."""
    import numpy as np
    from scipy.stats import t

    cells = _cells(found, arms)
    difference, low, high = _difference(cells, level)
    weights = {n: a[1] * b[1] / (a[1] + b[1]) for n, (a, b) in enumerate(cells) if a[1] and b[1]}
    whole_weight, influence = sum(weights.values()), dict[Any, float]()
    for number, (_, part) in enumerate(found.groupby("stratum", sort=False)):
        for side, (hits, trials) in zip((arms[1], arms[0]), cells[number], strict=True):
            if number not in weights:
                continue
            rest = part[part["arm"] == side]
            share = (
                (rest["hit"] - hits / trials).groupby(rest["season"]).sum() / trials * weights[number] / whole_weight
            )
            for season, value in share.items():
                influence[season] = influence.get(season, 0.0) + (value if side == arms[1] else -value)
    values = np.array(list(influence.values()))
    if len(values) < 3:
        return difference, -1.0, 1.0
    spread = float((values**2).sum() * len(values) / (len(values) - 1)) ** 0.5
    reach = spread * float(t.ppf((1 + level) / 2, len(values) - 2))
    return difference, max(min(low, difference - reach), -1.0), min(max(high, difference + reach), 1.0)


def _arm(found: "pd.DataFrame", arm: Any, level: float) -> dict[str, Any]:
    part = found[found["arm"] == arm]
    hits, trials = int(part["hit"][part["old"]].sum()), int(part["old"].sum())
    low, high = wilson(hits, trials, level)
    row = {"arm": arm, "n": trials, "replied": hits, "waiting": len(part) - trials, "low": low, "high": high}
    return row | {"rate": hits / trials if trials else float("nan")}


@dataclass(frozen=True, slots=True)
class _Words:
    by: str
    arms: list[Any]
    decided: Any
    range: tuple[float, float, float]
    pairs: int
    waiting: int
    planned: int | None
    level: float
    seasons: int
    finished: bool

    def told(self) -> str:
        """The comparison in words."""
        if len(self.arms) < 2 or not self.pairs:
            return "Too early to compare: no pair of letters is old enough yet."
        first, second = self.arms
        low, high = (f"{100 * end:+.0f}" for end in self.range[1:])
        range_ = (
            f"{second} against {first}: probably {low} to {high} answers in a hundred letters ({percent(self.level)})"
        )
        if self.finished:
            by = f", by {several(self.seasons, 'season')}" if self.seasons > 1 else ""
            return f"{range_}{by}. These letters were not dealt at random: a hint, no proof."
        if self.decided is not None:
            return f"Decided: {self.decided} brings more answers. {range_}. Write the better letter from now on."
        if self.planned is None:
            return (
                f"{range_}, from {several(self.pairs, 'pair')}. No verdict without a plan: see infoint.plan_comparison."
            )
        if self.pairs >= self.planned:
            return f"Not decided after all {several(self.pairs, 'pair')}: either letter will do. {range_}."
        return (
            f"Not decided yet: {self.pairs:,} of {several(self.planned, 'pair')} are old enough, "
            f"{several(self.waiting, 'letter')} wait. {range_}. Go on as dealt."
        )


def plan_comparison(p: float = 0.2, difference: float = 0.2, per_arm: int | None = None) -> Plan:
    """How many letters per arm it takes to see `difference` beside a rate of `p`, and how often it is then decided.

    >>> plan_comparison(0.2, 0.2, 30).sentence().split(".")[0]
    'With 30 letters per arm, 20% against 40% is decided in about 37% of seasons'
    """
    import numpy as np

    if not (0 < p < 1 and 0 < p + difference < 1 and difference):
        raise TableError(
            f"p={p} and difference={difference} are no two rates: p and p + difference lie between 0 and 1."
        )
    numbers = sorted({20, 30, 40, 60, 100, 150, *([] if per_arm is None else [per_arm])})
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
