"""The rules that say what is due when for one person: data in, due things out."""

import tomllib
from calendar import monthrange
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, timedelta, tzinfo
from functools import cache, partial
from pathlib import Path

from infoint import templates
from infoint.errors import InvalidTemplate
from infoint.events import Standing
from infoint.people import RELATIONSHIPS
from infoint.workdays import Workdays

UNITS = ("business days", "days", "months")
_DUE = ("another", "nudge", "close", "thank_you", "update", "keep_in_touch", "keep_in_touch_unasked")
MAX_UNANSWERED = 2
"""Unanswered messages to one person: one ask, one nudge (Dalton; SFU). No cadence raises it."""
MAX_SILENT_UPDATES = 2
"""After two updates without an answer, stop (ours, as for letters)."""


@dataclass(frozen=True, slots=True)
class Wait:
    """How long to wait: so many business days, days or months."""

    wait: int
    unit: str

    def after(self, day: date, workdays: Workdays) -> date:
        """The day that long after `day`; months keep the day of the month where it exists.

        >>> Wait(2, "months").after(date(2024, 12, 31), Workdays())
        datetime.date(2025, 2, 28)
        """
        if self.unit == "business days":
            return workdays.add(day, self.wait)
        if self.unit == "days":
            return day + timedelta(days=self.wait)
        years, month = divmod(day.month - 1 + self.wait, 12)
        year, month = day.year + years, month + 1
        return date(year, month, min(day.day, monthrange(year, month)[1]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Cadence:
    """One file of rules: for which relationships, and how long each thing waits."""

    name: str
    relationships: tuple[str, ...]
    waits: Mapping[str, Wait]


@dataclass(frozen=True, slots=True)
class Due:
    """One thing that is due for one person, on that day, for that reason."""

    kind: str
    day: date
    reason: str


@cache
def cadences(own: Path | None = None) -> dict[str, Cadence]:
    """Every cadence by the relationship it is for; the user's own folder wins.

    >>> cadences()["friend"].name, cadences()["stranger"].waits["nudge"]
    ('gentle', Wait(wait=7, unit='business days'))
    """
    files = [f"cadences/{name}.toml" for name in templates.names("cadences", ".toml", own)]
    files.sort(key=lambda file: templates.find(file, own) != templates.find(file))  # the user's own come last
    found = [parse(Path(file).stem, templates.read(file, own)) for file in files]
    by_relationship = {relationship: cadence for cadence in found for relationship in cadence.relationships}
    for relationship in RELATIONSHIPS:
        if relationship not in by_relationship:
            raise InvalidTemplate("cadences", "for", f"no cadence is for {relationship}")
    return by_relationship


def parse(name: str, text: str) -> Cadence:
    r"""Read a cadence from its TOML text.

    >>> parse("mine", 'for = ["friend"]\n[nudge]\nwait = 0\nunit = "business days"')
    Traceback (most recent call last):
    ...
    infoint.errors.InvalidTemplate: cadence mine, nudge.wait: a whole number from 1 to 400 is needed.
    """
    refused = partial(InvalidTemplate, f"cadence {name}")
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise refused("syntax", str(error)) from error
    relationships = data.pop("for", [])
    if not isinstance(relationships, list) or not set(map(str, relationships)) <= set(RELATIONSHIPS):
        raise refused("for", "a list of relationships is needed: " + ", ".join(RELATIONSHIPS))
    waits = {}
    for step, told in data.items():
        if step not in _DUE or not isinstance(told, dict):
            raise refused(step, f"there is no such step; there are {', '.join(_DUE)}")
        wait, unit, least = told.pop("wait", None), told.pop("unit", None), 0 if step == "thank_you" else 1
        if type(wait) is not int or not least <= wait <= 400:
            raise refused(f"{step}.wait", f"a whole number from {least} to 400 is needed")
        if unit not in UNITS:
            raise refused(f"{step}.unit", "one of " + ", ".join(UNITS) + " is needed")
        if told:
            raise refused(f"{step}.{next(iter(told))}", "a step has only wait and unit")
        waits[step] = Wait(wait, unit)
    for step in _DUE[1:]:
        if step not in waits:
            raise refused(step, "this step is missing")
    return Cadence(name=name, relationships=tuple(relationships), waits=waits)


def due(s: Standing, cadence: Cadence, today: date, workdays: Workdays, zone: tzinfo = UTC) -> list[Due]:
    """Everything that is or will be due for one person, as far as their own standing tells.

    Nothing for a closed or do-not-contact person. What was skipped stays away until something new
    happens; a pause moves everything to its end.
    """
    if not s.is_open:
        return []
    found = list(_silence(s, cadence, workdays, zone)) if s.awaiting_since else []
    if s.answer_due or s.owes_thanks or s.promises or s.meeting:
        found += _owed(s, cadence, today, workdays, zone)
    if s.met_at and not s.owes_thanks and not s.meeting:
        found += _afterwards(s, cadence, workdays, zone)
    kept = [item for item in found if item.kind not in s.skipped] if s.skipped else found
    pause = s.paused_until
    return [Due(item.kind, max(item.day, pause), item.reason) for item in kept] if pause else kept


def _owed(s: Standing, cadence: Cadence, today: date, workdays: Workdays, zone: tzinfo) -> Iterator[Due]:
    """What we owe them: an answer, thanks, a promise; and what a meeting asks for."""
    if s.answer_due:
        day = s.answer_due.astimezone(zone).date()
        yield Due("answer", day, f"their message of {show(day)} waits for you")
    if s.owes_thanks and s.met_at:
        day = s.met_at.astimezone(zone).date()
        due_on = cadence.waits["thank_you"].after(day, workdays)
        yield Due("thank_you", due_on, f"you met on {show(day)}: a quick thank-you within a day")
    for promise in s.promises:
        if promise.by == "me":
            yield Due("promise", promise.due or promise.made + timedelta(days=7), f"you promised: {promise.text}")
    if s.meeting and s.meeting.start:
        day = s.meeting.start.astimezone(zone).date()
        if day < today:
            yield Due("debrief", day, f"you were to meet on {show(day)}: how was it?")
        else:
            eve = workdays.back(day - timedelta(days=1))
            yield Due("prepare", eve, f"you meet on {show(day)}")
            if not s.confirmed:
                yield Due("confirm", eve, f"a line the day before: you meet on {show(day)}")
    elif s.meeting:
        yield Due("set_date", today, "a talk is agreed, but no date is noted yet")


def _silence(s: Standing, cadence: Cadence, workdays: Workdays, zone: tzinfo) -> Iterator[Due]:
    """One nudge, then close: the clock runs from our last message, or from their return."""
    if not s.awaiting_since:
        return
    start = sent = s.awaiting_since.astimezone(zone).date()
    if s.away_until:
        start = max(start, workdays.add(s.away_until, 1))
    away = f", they were away until {show(s.away_until)}" if s.away_until else ""
    kind = "nudge" if s.unanswered < MAX_UNANSWERED else "close"
    wait = cadence.waits[kind]
    reason = f"no answer to your reminder of {show(sent)}{away}: let it go with a clear conscience"
    if kind == "nudge":
        reason = f"no answer since {show(sent)}{away}; one friendly reminder after {wait.wait} {wait.unit}"
    yield Due(kind, workdays.forward(wait.after(start, workdays)), reason)


def _afterwards(s: Standing, cadence: Cadence, workdays: Workdays, zone: tzinfo) -> Iterator[Due]:
    """News of what came of their help, then a sign of life every couple of months."""
    if not s.met_at or not s.last_contact or s.silent_updates >= MAX_SILENT_UPDATES:
        return
    met, last = s.met_at.astimezone(zone).date(), s.last_contact.astimezone(zone).date()
    if s.introductions and (s.last_update is None or s.last_update < s.met_at) and "update" not in s.skipped:
        day = workdays.forward(cadence.waits["update"].after(met, workdays))
        yield Due("update", day, f"they gave you a name on {show(met)}: tell them what came of it")
        return
    wait = cadence.waits["keep_in_touch" if s.follow_up_agreed else "keep_in_touch_unasked"]
    reason = f"a sign of life, at most three a year; last contact {show(last)}"
    if s.follow_up_agreed:
        wait = Wait(s.follow_up_months, "months") if s.follow_up_months else wait
        reason = f"they said you may write again; last contact {show(last)}"
    yield Due("keep_in_touch", workdays.forward(wait.after(last, workdays)), reason)


def show(day: date) -> str:
    """A day as people say it.

    >>> show(date(2025, 3, 3))
    'Mon 3 Mar 2025'
    """
    return f"{day:%a} {day.day} {day:%b %Y}"
