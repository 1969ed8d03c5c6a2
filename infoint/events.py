"""Events: the facts a campaign is made of, and `Standing`, what a person's facts add up to."""

import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, tzinfo
from operator import attrgetter
from typing import Any

from infoint import templates
from infoint.errors import InvalidDetails, UnknownKind
from infoint.records import trusted

_KINDS: dict[str, dict[str, Any]] = tomllib.loads(templates.read("events.toml"))
WORDS: dict[str, str] = {word: kind for kind, told in _KINDS.items() for word in told.pop("words", ())}
"""The everyday words that the command line takes for kinds."""
DETAILS = {kind: {name: what.rstrip("!") for name, what in told.items()} for kind, told in _KINDS.items()}
"""Every kind of event with the details it may carry and what each of them is."""
REQUIRED = {kind: [name for name, what in told.items() if what[-1] == "!"] for kind, told in _KINDS.items()}
KINDS = tuple(DETAILS)

_OURS = frozenset({"outreach_sent", "nudge_sent"})
_AT = attrgetter("at")
_RANK = {kind: rank for rank, kind in enumerate(KINDS)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One fact: it is never changed, only retracted by a later one.

    `at` is when it became known, in UTC and never in the future. With `precision` "day" only the
    date of `at` counts, and it is that day in every zone; "by" means known by that day, the real
    moment having never been written down. `details` has the fields that `DETAILS` gives its kind.
    """

    person_id: str
    kind: str
    at: datetime
    id: str = ""
    precision: str = "minute"
    channel: str = ""
    template: str = ""
    letter: str = ""
    note: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)

    def day(self, zone: tzinfo = UTC) -> date:
        """The day it happened, for somebody in that zone."""
        return self.at.astimezone(zone).date() if self.precision == "minute" else self.at.date()

    def moment(self, zone: tzinfo = UTC) -> datetime:
        """When to count from: a day without an hour begins at 0:00 for what we send, ends at 23:59 else."""
        if self.precision == "minute":
            return self.at
        hour = time(0, 0) if self.kind in _OURS else time(23, 59)
        return datetime.combine(self.at.date(), hour, zone).astimezone(UTC)


PRECISIONS = ("minute", "day", "by")
known_event = trusted(Event)
"""Makes an Event from all its fields in order, unchecked: for what was checked before."""


def kind_of(word: str) -> str:
    """The kind of event that a word names; everyday words do as well.

    >>> kind_of("answered"), kind_of("meeting-held")
    ('reply_received', 'meeting_held')
    >>> kind_of("anwsered")
    Traceback (most recent call last):
    ...
    infoint.errors.UnknownKind: 'anwsered' is not something that can be logged.
    """
    key = word.strip().casefold().replace("-", "_").replace(" ", "_")
    if key in DETAILS:
        return key
    if key in WORDS:
        return WORDS[key]
    from difflib import get_close_matches

    raise UnknownKind(word, next(iter(get_close_matches(key, [*WORDS, *KINDS], 1, 0.5)), ""))


def checked_details(kind: str, details: Mapping[str, Any]) -> dict[str, Any]:
    """The details as they are stored (dates and moments as ISO text), or an error naming the field.

    >>> checked_details("follow_up_agreed", {"months": "3"})
    {'months': 3}
    >>> checked_details("thank_you_sent", {"colour": "red"})
    Traceback (most recent call last):
    ...
    infoint.errors.InvalidDetails: thank_you_sent cannot take 'colour': it has no details of that name.
    """
    known = DETAILS[kind]
    stored = {}
    for name, value in details.items():
        if name not in known:
            expected = f"its details are {', '.join(known)}" if known else "it has no details of that name"
            raise InvalidDetails(kind, name, expected)
        if value is not None and value != "":
            stored[name] = _stored(kind, name, value)
    for name in REQUIRED[kind]:
        if name not in stored:
            raise InvalidDetails(kind, name, "it is needed")
    return stored


def _number(value: Any) -> int:
    if isinstance(value, bool) or not 1 <= int(value) <= 1000 or int(value) != float(value):
        raise ValueError
    return int(value)


def _day(value: Any) -> str:
    if isinstance(value, datetime):
        value = value.date()
    return (value if isinstance(value, date) else date.fromisoformat(value)).isoformat()


def _moment(value: Any) -> str:
    moment = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    if moment.tzinfo is None:
        raise ValueError
    return moment.astimezone(UTC).isoformat()


def _people(value: Any) -> list[str]:
    if isinstance(value, str):
        raise TypeError
    return [str(person) for person in value]


_READ: dict[str, tuple[Callable[[Any], Any], str]] = {
    "number": (_number, "a whole number from 1 to 1000"),
    "day": (_day, "a date like 2025-03-14"),
    "moment": (_moment, "a date and time with its zone"),
    "people": (_people, "a list of people is needed"),
    "me|them": ({"me": "me", "them": "them"}.__getitem__, "me or them"),
}
"""How what stands in a detail is read, and what is expected of it; everything else is text."""


def _stored(kind: str, name: str, value: Any) -> Any:
    read, expected = _READ.get(DETAILS[kind][name], (str, ""))
    try:
        return read(value)
    except (TypeError, ValueError, OverflowError, KeyError):
        raise InvalidDetails(kind, name, expected) from None


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """A talk that is agreed: when (UTC; None when only "scheduled" is known), how long, where.

    `id` is that of the fact that set it first; it stays when the talk is moved.
    """

    id: str = ""
    start: datetime | None = None
    minutes: int | None = None
    place: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """Something one side said they would do; `due` may be unknown."""

    id: str
    text: str
    made: date
    due: date | None
    by: str


MOVED = "moved from {} to {}"
"""How a change of company is noted; `who` and the reasons to write read it."""
_MOVED = MOVED.partition("{")[0]
STAGES = ("approached", "replied", "scheduled", "met")
_STAGE = {stage: number for number, stage in enumerate(("", *STAGES))}


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What one person's events add up to, as of the last of them.

    Moments are UTC. `awaiting_since` is our last message they have not answered, `unanswered` how
    many such messages there are (ask and nudges), `paused_until` the day until which nothing is
    due (snoozed), `away_until` the day they are back from an absence, `skipped` the kinds of action
    taken off the list since anything new happened. `news_told` holds whom they introduced and have
    heard of since ("" stands for everybody until then), and when. `closed` and `do_not_contact`
    hold the reason, or are empty; `closed_at` is when the newest of them was noted, `told_at` the
    moment of the newest fact of all; `moved` is a change of company since the last contact. Of the
    moments that are `vague`, only the latest day is known.
    """

    person_id: str = ""
    stage: str = ""
    first_sent: datetime | None = None
    last_sent: datetime | None = None
    awaiting_since: datetime | None = None
    unanswered: int = 0
    replied_at: datetime | None = None
    answer_due: datetime | None = None
    meeting: Meeting | None = None
    confirmed: bool = False
    met_at: datetime | None = None
    thanked_at: datetime | None = None
    owes_thanks: bool = False
    introductions: tuple[str, ...] = ()
    news_told: Mapping[str, datetime] = field(default_factory=dict)
    follow_up_agreed: bool = False
    follow_up_months: int | None = None
    lead: bool = False
    last_contact: datetime | None = None
    last_update: datetime | None = None
    silent_updates: int = 0
    promises: tuple[Promise, ...] = ()
    away_until: date | None = None
    paused_until: date | None = None
    skipped: Mapping[str, date] = field(default_factory=dict)
    closed: str = ""
    do_not_contact: str = ""
    closed_at: datetime | None = None
    told_at: datetime | None = None
    moved: str = ""
    vague: frozenset[datetime] = frozenset()
    warnings: tuple[str, ...] = ()

    @property
    def nudges_sent(self) -> int:
        """Unanswered messages beyond the first."""
        return max(0, self.unanswered - 1)

    @property
    def is_open(self) -> bool:
        """Whether anything may still be due for this person."""
        return not self.closed and not self.do_not_contact


known_standing = trusted(Standing)


def in_order(events: Iterable[Event], zone: tzinfo = UTC) -> list[Event]:
    """The events in the order they happened, whatever the order of entry; retracted ones left out.

    Moments that are equal are ordered by kind, then by their details, and only then by id.
    """
    events = sorted(events, key=_AT)
    last = None
    for event in events:
        if event.kind == "retracted" or event.precision != "minute" or event.at == last:
            break
        last = event.at
    else:
        return events
    gone = {event.details["event"] for event in events if event.kind == "retracted"}
    events = [event for event in events if event.id not in gone and event.kind != "retracted"]
    events.sort(key=lambda e: (e.moment(zone), _RANK[e.kind], str(sorted(e.details.items())), e.id))
    return events


def standing(events: Iterable[Event], zone: tzinfo = UTC) -> Standing:
    """Fold one person's events, in any order, into where things stand.

    An odd order (thanks before a meeting) is kept and told in `warnings`: life is like that.

    >>> at = datetime(2025, 3, 3, 9, tzinfo=UTC)
    >>> s = standing([Event(person_id="p", kind="outreach_sent", at=at)])
    >>> s.stage, s.unanswered
    ('approached', 1)
    """
    ordered = in_order(events, zone)
    folded = _Fold(ordered[0].person_id if ordered else "", zone)
    for event in ordered:
        at = event.at if event.precision == "minute" else event.moment(zone)  # most of them, without a call
        if event.precision == "by":
            folded.f["vague"] = folded.f.get("vague", frozenset()) | {at}
        _STEPS[event.kind](folded, event, at)
    folded.f["told_at"] = at if ordered else None
    return folded.standing()


_RESUMED: dict[str, Any] = {"away_until": None, "paused_until": None, "closed": "", "moved": ""}
_ASKED: dict[str, Any] = {"answer_due": None} | _RESUMED
_HEARD: dict[str, Any] = {"awaiting_since": None, "unanswered": 0, "silent_updates": 0} | _RESUMED


class _Fold:
    """The fold's own state while it runs: the fields of a Standing, in a dict that changes.

    Each kind of event has a method of its name: what it changes.
    """

    __slots__ = ("f", "promises", "skips", "warnings", "zone")

    def __init__(self, person_id: str, zone: tzinfo) -> None:
        self.zone = zone
        empty: dict[str, Any] = {"introductions": (), "news_told": {}, "silent_updates": 0, "unanswered": 0}
        self.f = {"person_id": person_id} | empty
        self.promises: dict[str, Promise] = {}
        self.skips: dict[str, date] = {}
        self.warnings: list[str] = []

    def standing(self) -> Standing:
        return known_standing(
            promises=tuple(self.promises.values()),
            skipped=self.skips,
            warnings=tuple(self.warnings),
            **self.f,
        )

    def reach(self, stage: str) -> None:
        if _STAGE[stage] > _STAGE[self.f.get("stage", "")]:
            self.f["stage"] = stage

    def outreach_sent(self, event: Event, at: datetime) -> None:
        """An ask or a nudge: the clock starts."""
        f = self.f
        if event.kind == "nudge_sent" and "first_sent" not in f:
            self.warnings.append("a nudge is logged before any first letter")
        f.setdefault("first_sent", at)
        self.skips.clear()
        f.update(_ASKED)
        f["last_sent"] = f["last_contact"] = f["awaiting_since"] = at
        f["unanswered"] += 1
        self.reach("approached")

    nudge_sent = outreach_sent

    def touched(self, event: Event, at: datetime) -> None:
        if event.details.get("by") == "them":
            self.reply_received(event, at)
        else:
            self.contact(at, answer_due=None)
            if self.f.get("awaiting_since"):
                self.f["awaiting_since"] = at

    def contact(self, at: datetime, **known: Any) -> None:
        """We gave a sign of life: the next one is counted from here."""
        self.f.update(last_contact=at, moved="", **known)
        self.skips.pop("keep_in_touch", None)

    def heard(self, at: datetime, stage: str = "") -> None:
        """They gave a sign of life: nothing is unanswered any more, nor skipped; it may be an answer."""
        self.skips.clear()
        self.f.update(_HEARD)
        self.f["last_contact"] = at
        if stage:
            self.f.setdefault("replied_at", at)
            self.reach(stage)

    def reply_received(self, event: Event, at: datetime) -> None:
        if event.kind == "reply_received" and "first_sent" not in self.f:
            self.warnings.append("a reply is logged before any letter")
        self.heard(at, "replied")
        self.f["answer_due"] = at

    def out_of_office(self, event: Event, at: datetime) -> None:
        until = event.details.get("until")
        self.f.update(away_until=date.fromisoformat(until) if until else None)

    def bounced(self, event: Event, at: datetime) -> None:
        self.f.update(awaiting_since=None, unanswered=0, closed="the address does not work", closed_at=at)

    def declined(self, event: Event, at: datetime) -> None:
        self.heard(at, "replied")
        self.f.update(closed="said no", closed_at=at, meeting=None, answer_due=None)

    def meeting_scheduled(self, event: Event, at: datetime) -> None:
        self.heard(at, "scheduled")
        if event.kind == "meeting_moved" and not self.f.get("meeting"):
            self.warnings.append("a meeting is moved that was never scheduled")
        told, known = event.details.get("start"), self.f.get("meeting") or Meeting()
        start, met = datetime.fromisoformat(told) if told else None, self.f.get("met_at")
        self.f.update(answer_due=None, confirmed=False)
        if start and met and start <= met:
            return  # it was noted only after it had been held
        self.f["meeting"] = Meeting(
            id=known.id or event.id,
            start=start,
            minutes=event.details.get("minutes", known.minutes),
            place=event.details.get("place", known.place),
        )

    meeting_moved = meeting_scheduled

    def meeting_cancelled(self, event: Event, at: datetime) -> None:
        if not self.f.get("meeting"):
            self.warnings.append("a meeting is cancelled that was never scheduled")
        self.heard(at)
        self.f.update(meeting=None, answer_due=at)

    def confirmation_sent(self, event: Event, at: datetime) -> None:
        self.contact(at, confirmed=True)

    def meeting_held(self, event: Event, at: datetime) -> None:
        self.heard(at, "met")
        thanked: datetime | None = self.f.get("thanked_at")
        early = thanked and "met_at" not in self.f
        is_exact = event.precision == "minute"
        if thanked and early and (is_exact or thanked.astimezone(self.zone).date() < event.at.date()):
            self.warnings.append("a thank-you is logged before any meeting")
        self.f.update(met_at=at, meeting=None, answer_due=None, owes_thanks=not early)

    def thank_you_sent(self, event: Event, at: datetime) -> None:
        self.contact(at, thanked_at=at, owes_thanks=False, answer_due=None)

    def introduction_received(self, event: Event, at: datetime) -> None:
        self.heard(at)
        self.f["introductions"] += tuple(event.details.get("introduced", ("",)))

    def introduction_thanked(self, event: Event, at: datetime) -> None:
        self.contact(at)
        self.f["news_told"][event.details.get("about", "")] = at

    def follow_up_agreed(self, event: Event, at: datetime) -> None:
        self.f.update(follow_up_agreed=True, follow_up_months=event.details.get("months"))

    def update_sent(self, event: Event, at: datetime) -> None:
        self.contact(at, last_update=at, answer_due=None)
        self.f["silent_updates"] += 1

    landed = update_sent

    def lead_found(self, event: Event, at: datetime) -> None:
        self.f.update(lead=True)

    def promise_made(self, event: Event, at: datetime) -> None:
        due = event.details.get("due")
        self.skips.pop("promise", None)
        self.promises[event.id] = Promise(
            id=event.id,
            text=event.details["text"],
            made=event.day(self.zone),
            due=date.fromisoformat(due) if due else None,
            by=event.details.get("by", "me"),
        )

    def promise_kept(self, event: Event, at: datetime) -> None:
        by = event.details.get("by")
        meant = [key for key, promise in self.promises.items() if by in (None, promise.by)]
        kept = event.details.get("promise") or (meant[0] if meant else "")
        if self.promises.pop(kept, None) is None:
            self.warnings.append("a promise is kept that was never made")

    def snoozed(self, event: Event, at: datetime) -> None:
        self.f.update(paused_until=date.fromisoformat(event.details["until"]))

    def skipped(self, event: Event, at: datetime) -> None:
        self.skips[event.details["action"]] = event.day(self.zone)

    def closed(self, event: Event, at: datetime) -> None:
        reason = event.details.get("reason") or "closed"
        self.f.update(closed=reason, closed_at=at, awaiting_since=None)

    def do_not_contact(self, event: Event, at: datetime) -> None:
        reason = event.details.get("reason") or "asked not to be contacted"
        self.f.update(do_not_contact=reason, closed_at=at, awaiting_since=None)

    def do_not_contact_lifted(self, event: Event, at: datetime) -> None:
        self.f.update(do_not_contact="", awaiting_since=at if self.f["unanswered"] else None)

    def noted(self, event: Event, at: datetime) -> None:
        """It stands in the history; a change of company is a reason to write, too."""
        if event.note.startswith(_MOVED):
            self.f["moved"] = f"{event.note} in {at:%B}"

    retracted = noted


_STEPS: dict[str, Callable[[_Fold, Event, datetime], None]] = {kind: getattr(_Fold, kind) for kind in KINDS}
