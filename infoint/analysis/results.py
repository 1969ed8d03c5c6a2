"""What the analyses return: a frame, what could not be used, and one plain sentence."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from html import escape
from typing import TYPE_CHECKING, Any

from infoint.errors import Problem

if TYPE_CHECKING:
    import pandas as pd

_SHOWN, _TOLD = 10, 3
POOLED = " Friends are written to first, so part of it may be who got which: infoint.compare(strata=) tells."
"""What pooling over warm and cold people does to a comparison of letters."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Result:
    """An answer as of `now`: `frame` holds its numbers (by segment), `problems` what was left out, `text` its sentence.

    `level` is that of the intervals, `clock` that of the days.
    """

    frame: "pd.DataFrame"
    text: str
    problems: tuple[Problem, ...] = ()
    by: str | None = None
    now: datetime | None = None
    clock: str = "business"
    level: float = 0.90

    def sentence(self) -> str:
        """The answer in plain words, and how many rows had something the matter."""
        rows = len({problem.row for problem in self.problems if problem.row is not None})
        return self.text + (f" ({several(rows, 'row')} of the table had a problem: see .problems.)" if rows else "")

    def _repr_html_(self) -> str:
        """Sentence, table and problems for a notebook; whatever people are called stays text."""
        table = self.frame.to_html(index=False, escape=True, na_rep="", max_rows=60, float_format="{:.2f}".format)
        told = [str(problem) for problem in self.problems[:_SHOWN]]
        if len(self.problems) > _SHOWN:
            told.append(f"and {len(self.problems) - _SHOWN} more in .problems")
        items = "".join(f"<li>{escape(line)}</li>" for line in told)
        return f"<p>{escape(self.text)}</p>{table}" + (f"<ul>{items}</ul>" if items else "")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Approaches(Result):
    """One row per season and person written to."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Counts(Result):
    """How many letters of each segment and season are in which state."""

    within_days: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Funnel(Result):
    """How many reached each stage; one row a stage, or a stage and segment. `steps`: the follow-ups."""

    steps: "pd.DataFrame"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ResponseRate(Result):
    """How likely a reply is; one row a segment."""

    within_days: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ReplyCurve(Result):
    """The share answered by each day, of so many `letters`; one row a day (and segment).

    `log_rank`: chi-square and p of two segments.
    """

    letters: int
    log_rank: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class StopWaiting(Result):
    """The `day` after which fewer than `share` of the still silent answer (NaN: not known yet), with its ends."""

    share: float
    day: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Comparison(Result):
    """The second arm against the first: `decided` is the better arm or None; `looks` has a row per pair."""

    decided: str | int | float | bool | None
    difference: float
    low: float
    high: float
    pairs: int
    waiting: int
    planned: int | None
    looks: "pd.DataFrame"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Plan(Result):
    """How often a difference is decided, by letters per arm."""

    p: float
    difference: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Forecast(Result):
    """Further letters for so many `meetings`; `fan` has a row per week: letters, and the meetings held by then."""

    meetings: int
    probability: float
    fan: "pd.DataFrame"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Introductions(Result):
    """Who led to whom, one row a person; and introductions per meeting, with their interval."""

    meetings: int
    per_meeting: float
    low: float
    high: float


def percent(share: float) -> str:
    """A share in words.

    >>> percent(0.4166)
    '42%'
    """
    return f"{share:.0%}"


def several(count: int, one: str, many: str = "") -> str:
    """A count with its noun.

    >>> several(1, "letter"), several(2, "letter"), several(0, "person", "people")
    ('1 letter', '2 letters', '0 people')
    """
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def day(moment: datetime) -> str:
    """A day in words.

    >>> day(datetime(2025, 3, 4))
    '4 March 2025'
    """
    return f"{moment.day} {moment:%B} {moment.year}"


def as_of(now: datetime | None, text: str = "", *, given: bool) -> str:
    """The moment that a sentence holds for, and the sentence."""
    if now is None:
        return text
    return f"As of {day(now)}{'' if given else ', the newest moment in the table'}: {text}".strip()


def ranged(row: Mapping[str, float]) -> str:
    """An interval in words.

    >>> ranged({"low": 0.31, "high": 0.58})
    '31% to 58%'
    """
    return f"{percent(row['low'])} to {percent(row['high'])}"


def in_seasons(seasons: int) -> str:
    """How many seasons letters are of, where they are of several.

    >>> in_seasons(200), in_seasons(1)
    (' in 200 seasons', '')
    """
    return f" in {several(seasons, 'season')}" if seasons > 1 else ""


def called(by: str, segment: object) -> str:
    """A segment in words.

    >>> called("company", "Orbit"), called("company", None)
    ('company Orbit', 'company not known')
    """
    return f"{by} {'not known' if segment is None else segment}"


def told_by(by: str, told: Mapping[Any, tuple[int, str]], level: float) -> str:
    """The largest segments (size and words of each), in the table's order, and how many a sentence leaves out."""
    largest = set(sorted(told, key=lambda segment: told[segment][0], reverse=True)[:_TOLD])
    text = "; ".join(f"{called(by, segment)}: {words}" for segment, (_, words) in told.items() if segment in largest)
    text += f" (ranges: {percent(level)})."
    return text + (f" {several(len(told) - _TOLD, 'more segment')} in the table." if len(told) > _TOLD else "")
