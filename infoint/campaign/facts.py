"""What happened: logging, retracting, taking back, keeping a copy."""

import warnings
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any, Literal

from infoint.agenda import unheard
from infoint.campaign.core import Core
from infoint.errors import InTheFuture, InvalidDetails, OddOrder
from infoint.events import Event, checked_details, kind_of
from infoint.journal import Change
from infoint.people import Person


class Facts(Core):
    """The events of a campaign."""

    def log(
        self,
        person: Person | str,
        kind: str,
        *,
        at: datetime | date | str | None = None,
        channel: str = "",
        template: str = "",
        note: str = "",
        **details: Any,
    ) -> Event:
        """Record one fact about somebody, now or `at` an earlier moment.

        `at` may be a moment (a naive one is the user's own clock), a day, or what people type
        ("yesterday 16:00"). Everyday words do for kinds. A fact in an odd order is kept and warned
        about.

        Raises
        ------
        UnknownKind, InTheFuture, InvalidDetails, UnreadableMoment
            When it cannot be recorded as told; nothing was.

        """
        person = self._person(person)
        if kind == "introduction_thanked" and template:  # a letter is about one, the word alone about all
            details = {"about": unheard(self.situation(), person)} | details
        event = self._event(person, kind, at, details)
        event = replace(event, channel=channel, template=template, note=note)
        before = self.standing(person).warnings
        waiting = [letter for letter in self._journal.letters.waiting() if letter.person_id == person.id]
        gone = next((letter for letter in reversed(waiting) if letter.kind == event.kind), None)
        if gone:
            template, channel = template or gone.template, channel or gone.channel
            event = replace(event, letter=gone.id, channel=channel, template=template)
        with self._journal.change("log", self._clock()) as writer:
            event = writer.add_event(event)
            if gone:
                writer.settle(gone.id, "sent")
        for warning in self.standing(person).warnings:
            if warning not in before:
                warnings.warn(f"{person.name}: {warning}; it is kept as told", OddOrder, stacklevel=2)
        return event

    def _event(self, person: Person, kind: str, at: Any, details: Mapping[str, Any]) -> Event:
        now = self._clock()
        moment, found = self._moment(at, now)
        here = now.astimezone(self.zone)
        if found == "minute" and moment > now:
            raise InTheFuture(f"{moment.astimezone(self.zone):%Y-%m-%d %H:%M}", f"{here:%Y-%m-%d %H:%M}")
        if found == "day" and moment.date() > here.date():
            raise InTheFuture(moment.date(), f"{here:%Y-%m-%d %H:%M}")
        kind = kind_of(kind)
        kept = checked_details(kind, {name: self._detail(name, value, now) for name, value in details.items()})
        event = Event(person_id=person.id, kind=kind, at=moment, precision=found, details=kept)
        if kept.get("until", "9999") < event.day(self.zone).isoformat():
            raise InvalidDetails(kind, "until", f"a day after {event.day(self.zone)} is needed")
        return event

    def _moment(self, at: Any, now: datetime, prefer: Literal["past", "future"] = "past") -> tuple[datetime, str]:
        from infoint import moments

        if isinstance(at, str):
            return moments.read(at, now, self.zone, prefer)
        if at is None or isinstance(at, datetime):
            at = at or now
            return (at if at.tzinfo else at.replace(tzinfo=self.zone)).astimezone(UTC), "minute"
        return moments.day(at), "day"

    def _detail(self, name: str, value: Any, now: datetime) -> Any:
        """Read the moments and people among an event's details as people type them."""
        if name == "start" and value:
            start, precision = self._moment(value, now, "future")
            if precision == "day":
                raise InvalidDetails("a meeting", str(value), 'the hour is needed, too, as in "friday 15:00"')
            return start
        if name in ("until", "due") and isinstance(value, str):
            return self._moment(value, now, "future")[0].date()
        if name == "introduced":
            return [self._person(value_).id for value_ in ([value] if isinstance(value, str | Person) else value)]
        if name == "about" and value:
            return self._person(value).id
        return value

    def retract(self, event: Event) -> Event:
        """Take back one fact by a later one; the history keeps both."""
        now = self._clock()
        retracted = Event(person_id=event.person_id, kind="retracted", at=now, details={"event": event.id})
        with self._journal.change("retract", now) as writer:
            return writer.add_event(retracted)

    def last_change(self) -> Change:
        """What `undo` would take back."""
        return self._journal.last_change()

    def undo(self) -> Change:
        """Take back everything the newest command recorded."""
        change = self._journal.last_change()
        self._journal.undo(change)
        return change
