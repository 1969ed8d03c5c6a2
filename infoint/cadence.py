"""The rules that say what is due when for one person: data in, due things out."""

import re
import tomllib
from calendar import monthrange
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import cache, partial
from pathlib import Path
from typing import Any

from infoint import templates
from infoint.errors import InvalidTemplate
from infoint.events import Promise, Standing
from infoint.people import RELATIONSHIPS
from infoint.workdays import Workdays

UNTIL = ("", "answer", "thanks", "confirmation", "update")
UNITS = ("business days", "days", "months")
KINDS: dict[str, dict[str, Any]] = tomllib.loads(templates.read("agenda.toml"))
AFTER = {kind: tuple(told["after"]) for kind, told in KINDS.items() if "after" in told}
"""What may be due, and after what it may come."""
CAPS = {"nudge": 1, "update": 2, "keep_in_touch": 2}
"""How often unanswered, whatever a cadence says: one nudge (Dalton; SFU), two updates (ours)."""
_WAITED_FOR = frozenset({"promised", "news", "landed", "nudge", "another", "close", "update", "keep_in_touch"})
_BEFORE = frozenset({"prepare", "confirm"})
_ASKED_FIRST = frozenset({"nudge", "close"})
_WISHES = _WAITED_FOR - {"landed"}
"""What we would like of others: over when the search ends."""
_APART = 4
"""Months between two signs of life without permission, whatever a cadence says: three a year (U. Portland)."""


def later(day: date, wait: int, unit: str, workdays: Workdays) -> date:
    """The day so many business days, days or months after `day`; months keep the day where it exists.

    >>> later(date(2024, 12, 31), 2, "months", Workdays())
    datetime.date(2025, 2, 28)
    """
    if unit == "business days":
        return workdays.add(day, wait)
    if unit == "days":
        return day + timedelta(days=wait)
    years, month = divmod(day.month - 1 + wait, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One rule: what is `due`, `after` what, how long, how many `times` unanswered, `until` what, only `at` targets."""

    due: str
    after: str
    wait: int
    unit: str
    times: int
    until: str = ""
    at: str = ""
    why: str = ""

    def day(self, start: date, workdays: Workdays) -> date:
        """The day it is due when what it comes after was on the day `start`."""
        return later(start, self.wait, self.unit, workdays)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cadence:
    """One file of rules: for which relationships, the steps by what they come after, in whose business days."""

    name: str
    relationships: tuple[str, ...]
    steps: Mapping[str, tuple[Step, ...]]
    country: str = ""

    def step(self, kind: str) -> Step | None:
        """The first step by which this kind of thing is due."""
        return next((step for after in AFTER[kind] for step in self.steps.get(after, ()) if step.due == kind), None)


@dataclass(frozen=True, slots=True)
class Due:
    """One thing that is due for one person, on that day, for that reason."""

    kind: str
    day: date
    reason: str


@cache
def cadences(own: Path | None = None) -> dict[str, Cadence]:
    """Every cadence, by the relationship it is for and by its name; the user's own folder wins.

    >>> cadences()["friend"].name, cadences()["stranger"].step("nudge").wait
    ('gentle', 7)
    """
    files = {name: f"cadences/{name}.toml" for name in templates.names("cadences", ".toml", own)}
    found = [parse(name, templates.read(file)) for name, file in files.items() if templates.find(file)]
    theirs = [name for name, file in files.items() if templates.find(file, own) != templates.find(file)]
    found += [parse(name, templates.read(files[name], own)) for name in theirs]
    by_name = {cadence.name: cadence for cadence in found}
    return by_name | {relationship: cadence for cadence in found for relationship in cadence.relationships}


def parse(name: str, text: str) -> Cadence:
    r"""Read a cadence from its TOML text.

    >>> parse("mine", '[nudge]\nwait = 0')
    Traceback (most recent call last):
    ...
    infoint.errors.InvalidTemplate: cadence mine, nudge.wait: a whole number from 1 to 400 is needed.
    """
    refused = partial(InvalidTemplate, f"cadence {name}")
    data = _whole(refused, text)
    relationships = data.pop("for", [])
    if not isinstance(relationships, list) or not set(map(str, relationships)) <= set(RELATIONSHIPS):
        raise refused("for", "a list of relationships is needed: " + ", ".join(RELATIONSHIPS))
    if not re.fullmatch("([A-Z]{2})?", str(country := data.pop("country", ""))):
        raise refused("country", "two letters like DE are needed")
    steps: dict[str, tuple[Step, ...]] = {}
    for key, told in data.items():
        step = _step(refused, key, told)
        if step.times:
            steps[step.after] = (*steps.get(step.after, ()), step)
    return Cadence(name=name, relationships=tuple(relationships), steps=steps, country=country)


def _whole(refused: Callable[..., InvalidTemplate], text: str) -> dict[str, Any]:
    """The tables of a cadence over those of the packaged one that it is like: 3b7, unless told otherwise."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"line \d+", str(error))
        raise refused(line[0] if line else "syntax", str(error)) from error
    like, known = data.pop("like", "3b7"), templates.names("cadences", ".toml")
    if like not in ("", *known):
        raise refused("like", f"one of {', '.join(known)} is needed")
    base = _whole(refused, templates.read(f"cadences/{like}.toml")) | {"for": []} if like else {}
    for key, told in data.items():
        base[key] = base.get(key, {}) | told if isinstance(told, dict) else told
    return base


def _step(refused: Callable[..., InvalidTemplate], key: str, told: Any) -> Step:
    """One table of a cadence as a step, or an error with the path of its key."""
    kind = str(told.get("due", key)) if isinstance(told, dict) else ""
    if kind not in AFTER:
        raise refused(key, "what can be due is " + ", ".join(AFTER))
    units, most = UNITS[1:2] if kind in _BEFORE else UNITS, CAPS.get(kind, 1)
    least = -30 if kind in _BEFORE else 1 if kind in _WISHES else 0
    given = {"due": kind, "after": "", "wait": "", "unit": "", "times": most, "why": ""} | told
    is_clear = not re.search(r"[{}]", re.sub(r"\{(since|wait|away|text)\}", "", str(given["why"])))
    allowed: dict[str, tuple[Collection[Any], str]] = {
        "due": ((kind,), ""),
        "after": (AFTER[kind], "one of " + ", ".join(AFTER[kind])),
        "wait": (range(least, 401), f"a whole number from {least} to 400"),
        "unit": (units, "one of " + ", ".join(units)),
        "times": (range(most + 1), f"a whole number from 0 to {most}"),
        "until": (UNTIL, "one of " + ", ".join(UNTIL[1:])),
        "at": (("", "targets") if kind == "another" else ("",), '"targets", and only for another,'),
        "why": ((given["why"],) if is_clear else (), "a sentence that knows {since}, {wait}, {away} and {text}"),
    }
    for name, value in given.items():
        values, what = allowed.get(name, ((), f"one of {', '.join(allowed)} and nothing else"))
        if value not in values or type(value) not in (int, str):
            raise refused(f"{key}.{name}", f"{what} is needed")
    return Step(**given)


@dataclass(frozen=True, slots=True, kw_only=True)
class Days:
    """How days are counted, and what decides about many people at once.

    `zone` is the user's; `abroad` the business days of other countries that cadences name; `asked`
    the day each person was last looked up elsewhere, and `advised` who gave advice (both by id);
    `landed` when the search ended.
    """

    today: date
    workdays: Workdays
    zone: tzinfo = UTC
    abroad: Mapping[str, Workdays] = field(default_factory=dict)
    asked: Mapping[str, date] = field(default_factory=dict)
    advised: Collection[str] = ()
    landed: datetime | None = None

    def of(self, moment: datetime) -> date:
        """The user's day of a moment."""
        return moment.astimezone(self.zone).date()

    def told(self, s: Standing) -> date:
        """The day the user last said something about somebody, or looked for their answer."""
        return max(self.of(s.told_at) if s.told_at else date.min, self.asked.get(s.person_id, date.min))


def due(s: Standing, cadence: Cadence, days: Days, horizon: date = date.max) -> list[Due]:
    """Everything that is or will be due for one person up to the `horizon`, as far as their own standing tells.

    Nothing for a closed or do-not-contact person. What was skipped stays away until something new
    happens; a pause moves everything to its end, but what prepares a talk. A nudge or a farewell
    is an "ask" until something was noted about them on its day or later, or the user looked for
    their answer elsewhere. Once the search has ended, nothing is due that we would like of them.
    """
    if not s.is_open:
        return []
    found = []
    for after, at, promise in _moments(s, days):
        start = promise.made if promise else days.of(at)
        for step in cadence.steps.get(after, ()):
            if _is_over(s, step, at, days) or (after == "talk" and (step.due in _BEFORE) == (start < days.today)):
                continue
            day = _day(s, step, start, days, cadence.country, promise)
            if day > horizon:
                continue
            kind, why = step.due, step.why
            if kind in _ASKED_FIRST and days.told(s) < day:
                kind, why = "ask", "no answer is noted since {since}{away}; only you can see whether one came"
            away = f", they were away until {show(s.away_until)}" if s.away_until else ""
            text = promise.text if promise else ""
            since = show(start) + (" or before" if at in s.vague else "")
            why = why.format(since=since, wait=f"{step.wait} {step.unit}", away=away, text=text)
            moved = f"; they {s.moved}" if s.moved and kind in ("update", "keep_in_touch") else ""
            found.append(Due(kind, day, why + moved))
    is_news = any(item.kind == "update" for item in found)
    return [item for item in found if item.kind != "keep_in_touch"] if is_news else found


def _is_over(s: Standing, step: Step, at: datetime, days: Days) -> bool:
    """Whether a step was skipped, is done, was done often enough, or is not for this list."""
    kind = step.due
    if kind in s.skipped or ("ask" in s.skipped and kind in _ASKED_FIRST) or (days.landed and kind in _WISHES):
        return True
    if kind in CAPS and (s.nudges_sent if kind == "nudge" else s.silent_updates) >= min(step.times, CAPS[kind]):
        return True
    if step.until == "update":
        return s.last_update is not None and s.last_update >= at
    if step.until == "thanks":
        return not s.owes_thanks
    if step.until == "confirmation":
        return s.confirmed
    return kind == "another" or (step.until == "answer" and s.awaiting_since is None)


def _moments(s: Standing, days: Days) -> Iterator[tuple[str, datetime, Promise | None]]:
    """What happened that something may come after, and when; names are those of the cadence files."""
    talk, skipped = s.meeting, s.skipped
    if s.awaiting_since:
        yield ("letter" if s.unanswered < 2 else "nudge"), s.awaiting_since, None
    if s.answer_due:
        yield "reply", s.answer_due, None
    for promise in s.promises:
        yield ("promise" if promise.by == "me" else "their promise"), datetime.min.replace(tzinfo=UTC), promise
    if talk and (at := talk.start or s.last_contact):
        yield ("talk" if talk.start else "booking"), at, None
    if s.met_at:
        yield "meeting", s.met_at, None
        if days.landed:
            yield "landing", days.landed, None
    if not s.stage or (talk and ("debrief" if talk.start else "set_date") not in skipped):
        return
    if s.owes_thanks and "thank_you" not in skipped:
        return
    if s.met_at and (s.introductions or s.person_id in days.advised):
        yield "help", s.met_at, None
    if s.last_contact and not s.awaiting_since and (not s.answer_due or "answer" in skipped):
        yield ("permission" if s.follow_up_agreed else "contact"), s.last_contact, None


def _day(s: Standing, step: Step, start: date, days: Days, country: str, promise: Promise | None) -> date:
    """The day a step is due, or was promised for, rolled as the law of its kind wants it.

    What we would like of others rolls forward to a business day (that of the cadence's `country`, if
    it names one) and waits for their return; what prepares a talk rolls back to one; the rest is due
    whatever day.
    """
    if step.due in _BEFORE:
        return days.workdays.back(step.day(start, days.workdays))
    workdays, pause = days.abroad.get(country, days.workdays), s.paused_until or date.min
    waits = step.due in _WAITED_FOR
    if s.away_until and waits:
        start = max(start, workdays.add(s.away_until, 1))
    day = (promise.due if promise else None) or step.day(start, workdays)
    if step.after == "permission" and s.follow_up_months:
        day = later(start, s.follow_up_months, "months", workdays)
    if step.after == "contact":
        day = max(day, later(start, _APART, "months", workdays))
    return workdays.forward(max(day, pause)) if waits else max(day, pause)


@cache
def show(day: date) -> str:
    """A day as people say it.

    >>> show(date(2025, 3, 3))
    'Mon 3 Mar 2025'
    """
    return f"{day:%a} {day.day} {day:%b %Y}"
