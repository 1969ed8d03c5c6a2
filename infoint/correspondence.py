"""What the mail with one person adds up to, beside what is known already: events to propose, each with its evidence."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Any, Literal

from infoint.events import Event
from infoint.letters.kept import KeptLetter
from infoint.mail.classify import Found
from infoint.people import Person

Confidence = Literal["sure", "likely", "possible"]
_ASKS = frozenset({"outreach_sent", "nudge_sent"})
_OURS = _ASKS | {"touched", "thank_you_sent", "confirmation_sent", "update_sent", "introduction_thanked"}
_THEIRS = frozenset({"reply_received", "touched", "declined", "meeting_scheduled", "meeting_moved"})
_PLAIN = _ASKS | {"touched", "reply_received"}
"""What a message may be besides: it is at most one of them, and which, the messages around it say."""
_HEARD = _THEIRS | {"meeting_cancelled", "meeting_held"}
_BESIDES = ("declined", "introduction_received")
"""What a message may say beside being an answer."""
_FITTING = {"bounce": {"bounced"}, "automatic": {"out_of_office"}, "report": set[str](), "list": set[str]()}
_LATE = timedelta(days=3)
"""So much later the user may have noted an answer (ours)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message with one person, as far as it is needed: none of its text but the phrases that were found.

    `asks` and `thanks` are such phrases in ours, `hint` one that may ask; `letter` is the row it left
    from; `confirm` is their address, as long as nobody has said that it is theirs. `found` is what
    theirs is, `why` it is taken to be from them and to the point, `sure` whether it is, and
    `answers` whether anything but their address shows that it answers ours.
    """

    id: str
    at: datetime
    ours: bool
    why: str = ""
    sure: bool = True
    answers: bool = True
    asks: str = ""
    hint: str = ""
    thanks: str = ""
    thread: bool = False
    letter: KeptLetter | None = None
    found: Found | None = None
    introduces: str = ""
    introduced: tuple[str, ...] = ()
    text: str = ""
    confirm: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Which message a fact is known from; without an event the user said that it is none."""

    person_id: str
    message_id: str
    at: datetime
    direction: str
    kind: str
    event_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """An event that the mailbox tells of: from which message, why, and how sure that is.

    `replaces` is the vaguer fact that it takes the place of. While `confirm` is an address, nobody
    has said yet that it is this person's: then even what is sure hangs on that.
    """

    person: Person
    event: Event
    message_id: str
    why: str
    confidence: Confidence
    replaces: Event | None = None
    confirm: str = ""

    @property
    def is_sure(self) -> bool:
        """Whether it can be taken unseen."""
        return self.confidence == "sure" and not self.confirm

    @property
    def evidence(self) -> Evidence:
        """The row that keeps which message it is from."""
        direction = "out" if self.event.kind in _OURS and self.event.details.get("by") != "them" else "in"
        return Evidence(
            person_id=self.person.id,
            message_id=self.message_id,
            at=self.event.at,
            direction=direction,
            kind=self.event.kind,
            event_id=self.event.id,
        )


@dataclass(slots=True)
class _State:
    """Where things stand while the messages are gone through."""

    asked: bool = False
    awaiting: bool = False
    met: bool = False
    guessed: bool = False
    """Whether the letter that asked only may have asked: then what follows hangs on that."""
    talk: datetime | None = None
    touched: set[tuple[bool, date]] = field(default_factory=set)

    def take(self, event: Event, zone: tzinfo, *, ours: bool) -> None:
        kind = event.kind
        if kind in _ASKS:
            self.asked = self.awaiting = True
        elif kind == "bounced" or (kind in _HEARD and not (kind == "touched" and ours)):
            self.awaiting = False
        if kind == "touched":
            self.touched.add((ours, event.day(zone)))
        elif kind in ("meeting_scheduled", "meeting_moved"):
            start = event.details.get("start")
            self.talk = datetime.fromisoformat(start) if start else self.talk
        elif kind == "meeting_cancelled":
            self.talk = None
        self.met = self.met or kind == "meeting_held"


def proposals(
    person: Person,
    messages: Iterable[Message],
    events: Iterable[Event],
    evidence: Iterable[Evidence] = (),
    zone: tzinfo = UTC,
) -> list[Proposal]:
    """Propose what the messages with a person say beyond their events, which come in order and without retracted ones.

    A message that was taken before, or was said to be none, is not proposed again, and a fact that
    the user noted is told more exactly rather than twice. When older messages come to light, what
    the later ones were taken for is put right: the first letter is the oldest.
    """
    events, rows = list(events), list(evidence)
    backed = {row.event_id: row for row in rows if row.event_id}
    known = {(row.message_id, _group(row.kind)) for row in rows}
    plain = {row.message_id: event for event in events if (row := backed.get(event.id)) and event.kind in _PLAIN}
    fresh = sorted({it.id: it for it in messages}.values(), key=lambda it: (it.at, it.id))
    said = {it.id for it in fresh if it.ours and it.thanks}
    thanks = {event.id for message_id, event in plain.items() if message_id in said}
    unread = [it for it in fresh if (it.id, "plain") not in known]
    pairs = _pairs([event for event in events if event.id not in backed], unread, zone)
    paired = {event.id for event in pairs.values()}
    ids = {event_id: row.message_id for event_id, row in backed.items()}
    steps: list[tuple[datetime, str, Event | Message]]  # of one moment, in the same order whether taken or not
    steps = [(e.moment(zone), ids.get(e.id, ""), e) for e in events if e.id not in paired]
    steps += [(it.at, it.id, it) for it in fresh]
    state, found = _State(), list[Proposal]()
    for *_, step in sorted(steps, key=lambda it: it[:2]):
        if isinstance(step, Event):
            if step.id in thanks and state.asked and not state.awaiting:
                continue  # with the answer before it, it is read anew
            found += _put_right(person, step, backed.get(step.id), state, zone)
            continue
        noted = pairs.get(step.id)
        readings = [it for it in _read(step, state, zone) if (step.id, _group(it[0].kind)) not in known]
        if noted:
            state.take(noted, zone, ours=step.ours)
            readings = [it for it in readings if it[0].kind in _BESIDES and it[0].kind != noted.kind]
            readings = [*_sharper(noted, step), *readings]
        for event, why, confidence in readings:
            before = plain.get(step.id) if event.kind == "thank_you_sent" else None
            state.take(event, zone, ours=step.ours)
            found.append(
                Proposal(
                    person=person,
                    event=replace(event, person_id=person.id),
                    message_id=step.id,
                    why=why,
                    confidence=confidence,
                    replaces=noted if noted and event.kind == noted.kind else before,
                    confirm=step.confirm,
                )
            )
    return found


def _group(kind: str) -> str:
    return "plain" if kind in _PLAIN else kind


def _pairs(events: list[Event], messages: list[Message], zone: tzinfo) -> dict[str, Event]:
    """Which message each fact that the user noted is about, by the id of the message."""
    begun = min((it.at for it in messages if it.asks), default=None)
    found: dict[str, Event] = {}
    for event in events:
        if event.channel in ("", "email"):
            alike = (it for it in messages if it.id not in found and _is_about(event, it, zone, begun))
            if message := next(alike, None):
                found[message.id] = event
    return found


def _is_about(event: Event, message: Message, zone: tzinfo, begun: datetime | None) -> bool:
    """Whether a noted fact may be this message: of its kind, and of its day, or noted soon after an answer."""
    by, day = event.details.get("by"), message.at.astimezone(zone).date()
    if message.ours:
        fits = event.kind in _OURS and by != "them"
    else:
        kind = message.found.kind if message.found else ""
        fits = message.sure and by != "me" and event.kind in _FITTING.get(kind, _THEIRS)
    if event.precision == "by":
        asked = bool(message.asks) if message.ours else begun is not None and message.at > begun
        return fits and asked and day <= event.at.date()
    late = not message.ours and event.precision == "minute" and timedelta(0) <= event.at - message.at <= _LATE
    return fits and (day == event.day(zone) or late)


def _sharper(noted: Event, message: Message) -> "Iterator[Read]":
    """A noted fact with the moment that the mailbox knows; the talks of a calendar stay the facts they are."""
    if noted.precision != "minute" and not noted.kind.startswith("meeting"):
        exact = replace(
            noted, id="", at=message.at, precision="minute", channel="email", note=noted.note or message.text
        )
        yield exact, "you noted it; the mailbox knows the hour", "sure"


def _put_right(person: Person, event: Event, row: Evidence | None, state: _State, zone: tzinfo) -> Iterator[Proposal]:
    """Take an event that is known; where older mail has shown it to be another, propose that in its place."""
    ours = row.direction == "out" if row else event.kind in _OURS and event.details.get("by") != "them"
    kind, details = event.kind, event.details
    if row and ours and kind in _PLAIN and not event.letter:
        if state.awaiting:
            kind, details = "nudge_sent", {}
        elif state.asked:
            kind, details = "touched", {"by": "me"}
        elif kind in _ASKS:
            kind = "outreach_sent"
    elif row and not ours and kind in _PLAIN:
        kind, details = ("reply_received", {}) if state.awaiting else ("touched", {"by": "them"})
    better = event if kind == event.kind else replace(event, id="", kind=kind, details=details)
    state.take(better, zone, ours=ours)
    if row and better.kind != event.kind:
        why = f"older mail shows that it was no {event.kind.replace('_', ' ')}"
        yield Proposal(
            person=person, event=better, message_id=row.message_id, why=why, confidence="sure", replaces=event
        )


Read = tuple[Event, str, Confidence]


def _read(message: Message, state: _State, zone: tzinfo) -> Iterator[Read]:
    """What one message says, as things stand."""
    event = Event(person_id="", kind="touched", at=message.at, channel="email", note=message.text)
    told = (_ours if message.ours else _theirs)(message, event, state, message.at.astimezone(zone).date())
    for what, why, confidence in told:
        if not message.sure:
            yield what, why, "possible"
        else:
            yield what, why, "likely" if state.guessed and confidence == "sure" else confidence


def _ours(message: Message, event: Event, state: _State, today: date) -> Iterator[Read]:
    letter, met = message.letter, state.met or (state.talk is not None and state.talk < message.at)
    event = replace(event, details={"by": "me"})
    if letter:
        known = replace(event, letter=letter.id, template=letter.template)
        known = known if letter.kind == "touched" else replace(known, kind=letter.kind, details={})
        yield known, "it is the letter that infoint wrote", "sure"
    elif message.thanks and (met or (state.asked and not state.awaiting)):
        if not met:
            talk = replace(event, kind="meeting_held", precision="by", details={}, channel="", note="")
            yield talk, f"you thanked for it: “{message.thanks}”", "likely"
        yield replace(event, kind="thank_you_sent", details={}), f"you write “{message.thanks}”", "likely"
    elif state.awaiting and not met:
        confidence: Confidence = "sure" if message.thread or message.asks else "likely"
        yield replace(event, kind="nudge_sent", details={}), "no answer had come by then", confidence
    elif (message.asks or message.hint) and not state.asked:
        state.guessed = not message.asks
        why = f"it asks: “{message.asks}”" if message.asks else f"it may ask: “{message.hint}”"
        yield replace(event, kind="outreach_sent", details={}), why, "sure" if message.asks else "likely"
    elif state.asked and (True, today) not in state.touched:
        yield event, "you wrote to them", "sure"


def _theirs(message: Message, event: Event, state: _State, today: date) -> Iterator[Read]:
    found = message.found
    if found is None or not state.asked:
        return
    if found.kind == "bounce":
        yield replace(event, kind="bounced", details={"address": ", ".join(found.failed)[:200]}), message.why, "sure"
    elif found.kind == "automatic":
        until = {"until": found.until.isoformat()} if found.until else {}
        why = f"it reads like an automatic reply, “{found.phrase}”" if found.by_words else f"automatic ({found.phrase})"
        yield replace(event, kind="out_of_office", details=until), why, "likely" if found.by_words else "sure"
    elif found.talk:
        yield from _invited(found, event, state)
    elif found.kind in ("human", "list"):
        said = f"; they write “{found.phrase}”" if found.phrase else ""
        if state.awaiting:
            answered: Confidence = "sure" if message.answers else "likely"
            yield replace(event, kind="reply_received"), f"{message.why}{said}", answered
        elif (False, today) not in state.touched:
            yield replace(event, details={"by": "them"}), f"{message.why}{said}", "sure"
        if found.says == "no":
            yield replace(event, kind="declined", note=""), f"they write “{found.phrase}”", "likely"
        if message.introduces:
            known: dict[str, Any] = {"introduced": list(message.introduced)} if message.introduced else {}
            why = f"somebody in copy, and “{message.introduces}”"
            yield replace(event, kind="introduction_received", note="", details=known), why, "likely"


def _invited(found: Found, event: Event, state: _State) -> Iterator[Read]:
    """What an invitation says: a talk that is set, moved or off; all else is an answer."""
    talk = found.talk
    if talk is None:
        return
    told = {"start": talk.start.isoformat() if talk.start else None, "minutes": talk.minutes, "place": talk.place}
    details = {name: value for name, value in told.items() if value}
    why = f"an invitation ({found.phrase})"
    if talk.method == "cancel" or talk.answer == "declined":
        if state.talk:
            yield replace(event, kind="meeting_cancelled"), why, "sure"
        elif talk.answer:
            yield replace(event, kind="declined"), "they declined your invitation", "likely"
    elif talk.answer == "accepted" or talk.method == "request":
        if talk.start is None or talk.start != state.talk:
            kind = "meeting_moved" if state.talk else "meeting_scheduled"
            yield replace(event, kind=kind, details=details), why, "sure" if talk.answer else "likely"
    elif state.awaiting:
        yield replace(event, kind="reply_received"), why, "sure"
