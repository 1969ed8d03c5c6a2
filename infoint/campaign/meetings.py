"""Talks: writing them down, and what they have taught."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from infoint.campaign.facts import Facts
from infoint.campaign.people import People
from infoint.events import Event, checked_details
from infoint.journal import Writer
from infoint.matching import Known, merged
from infoint.people import Person

if TYPE_CHECKING:
    from infoint.debrief import Debrief
    from infoint.insights import Insight


class Meetings(People, Facts):
    """The talks of a campaign."""

    def debrief(
        self, person: Person | str, debrief: "Debrief", *, at: datetime | date | str | None = None
    ) -> list[Person]:
        """Record a meeting: notes, what was promised, who was named; returns the people added.

        The meeting is logged as held (`at`, else the time it was set for, else now) unless it was
        before. Whoever was named and is not here yet is added, introduced by this person.
        """
        person, now = self._person(person), self._clock()
        s = self.standing(person)
        start = s.meeting.start if s.meeting else None
        when = at or (start if start and start <= now else None)
        held = self._event(person, "meeting_held", when, {}) if at or s.meeting or not s.met_at else None
        with self._journal.change("debrief", now) as writer:
            ids, added = self._take_in(writer, person, debrief.introductions)
            facts: list[tuple[str, dict[str, Any]]] = [("promise_made", {"text": text}) for text in debrief.promises]
            facts += [("introduction_received", {"introduced": ids})] if ids else []
            facts += [("follow_up_agreed", {"months": debrief.months})] if debrief.permission else []
            facts += [("lead_found", {"what": debrief.lead})] if debrief.lead else []
            if held:
                writer.add_event(held)
            for kind, details in facts:
                kept = checked_details(kind, details)
                writer.add_event(Event(person_id=person.id, kind=kind, at=now, details=kept))
            met = held.at if held else s.met_at or now
            writer.add_debrief(person.id, replace(debrief, introductions=tuple(ids)), met)
        return added

    def _take_in(self, writer: Writer, introducer: Person, lines: Iterable[str]) -> tuple[list[str], list[Person]]:
        """The ids of those who were named, and who of them is new here."""
        from infoint.debrief import named

        known, ids, added = Known(self._journal.people()), [], []
        for line in lines:
            person = replace(named(line), introduced_by=introducer.id)
            _, found = known.decide(person)
            if found is None:
                found = writer.add_person(self._tidy(person))
                known.add(found)
                added.append(found)
            elif found.id != introducer.id and (better := merged(found, person)) is not found:
                writer.update_person(better)
            ids.append(found.id)
        return ids, added

    def insights(self, about: str | None = None) -> "list[Insight]":
        """What has been learnt, newest first; `about` a company, an industry, a role or a word."""
        from infoint.insights import insights

        people = {person.id: person for person in self._journal.people()}
        return insights(self._journal.debriefs(), people, about)
