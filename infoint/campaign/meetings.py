"""Talks: writing them down, and what they have taught."""

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from infoint.campaign.facts import Facts
from infoint.campaign.people import People
from infoint.campaign.preparing import Preparing
from infoint.errors import InvalidDetails, UnreadableForm, UnreadableMoment
from infoint.events import Event, checked_details
from infoint.journal.writing import Writer
from infoint.matching import Known, merged
from infoint.people import Person

if TYPE_CHECKING:
    from infoint.debrief import Debrief

_DUE = re.compile(r"(.+) by (\d{4}-\d\d-\d\d)", re.DOTALL)
_REWORDED = 75
"""How alike (0 to 100, rapidfuzz) a claim is to what it was before it was reworded (ours)."""


class Meetings(People, Facts, Preparing):
    """The talks of a campaign."""

    def debrief(
        self,
        person: Person | str,
        debrief: "Debrief",
        *,
        at: datetime | date | str | None = None,
        revises: bool = False,
    ) -> list[Person]:
        """Record a meeting: notes, what was promised, who was named; returns the people added.

        The meeting is logged as held (`at`, else the time it was set for, else now) unless it was
        before. Whoever was named and is not here yet is added, introduced by this person. Each claim
        gets a number, which stays. With `revises` it takes the place of what was last written down
        about this person; the earlier version is kept, and what it alone had told is retracted.

        Raises
        ------
        InvalidDetails, InvalidPerson, UnreadableMoment
            When it cannot be recorded as told; nothing was.

        """
        from infoint.debrief import Debrief

        person, now = self._person(person), self._clock()
        s, last = self.standing(person), (self._journal.debriefs(person.id) if revises else [])[-1:]
        start = s.meeting.start if s.meeting else None
        when = at or (start if start and start <= now else None)
        held = self._event(person, "meeting_held", when, {}) if not last and (at or s.meeting or not s.met_at) else None
        before = last[0][2] if last else Debrief()
        debrief = self._dated(self._spelt_out(debrief), now)
        with self._journal.change("debrief", now) as writer:
            ids, added = self._take_in(writer, person, debrief.introductions, before)
            debrief = replace(debrief, introductions=tuple(ids), numbers=_numbered(writer, debrief, before))
            old, new = _facts(before), _facts(debrief)
            for event in self.history(person):
                if (event.kind, event.details) in old and (event.kind, event.details) not in new:
                    gone = Event(person_id=person.id, kind="retracted", at=now, details={"event": event.id})
                    writer.add_event(gone)
            if held:
                writer.add_event(held)
            for kind, details in new:
                if (kind, details) not in old:
                    writer.add_event(Event(person_id=person.id, kind=kind, at=now, details=details))
            met = last[0][1] if last else held.moment(self.zone) if held else s.met_at or now
            writer.add_debrief(person.id, debrief, met, revises=bool(last))
        return added

    def last_debrief(self, person: Person | str) -> "Debrief | None":
        """What was last written down about the newest meeting with somebody, if anything was yet."""
        person, s = self._person(person), self.standing(person)
        last, start = self._journal.debriefs(person.id)[-1:], s.meeting.start if s.meeting else None
        is_of_it = last and last[0][1] == s.met_at and not (start and start <= self._clock())
        return last[0][2] if is_of_it else None

    def debrief_form(self, person: Person | str, more: "Debrief | None" = None) -> str:
        """The Markdown form to fill in after a talk, with what is known: the last version, the planned questions.

        `more` is written into it behind that.
        """
        from infoint.debrief import Debrief, form

        person, last = self._person(person), self.last_debrief(person) or Debrief()
        lines = [_line(other) for key in last.introductions if (other := self._journal.person(key))]
        known, plan = {q.id: q for q in self.questions()}, self.prepare(person).plan
        asked = {key: known[key].asked_of(person) for key in last.answers if key in known}
        asked |= {q.id: q.asked_of(person) for q in plan.questions if not q.protected}
        said = [f"{i.number} {i.claim} ({i.person.name})" for i in self.insights() if i.person.id != person.id]
        told = replace(last, introductions=tuple(lines)).joined(more or Debrief())
        return form(person, told, asked.items(), said[:12])

    def debrief_from(
        self, person: Person | str, text: str, *, source: str = "the form", at: datetime | date | str | None = None
    ) -> list[Person]:
        """Record a meeting from a form that was filled in; a second form about it takes the place of the first.

        Raises
        ------
        UnreadableForm
            When it is empty, another person's, or has lines that cannot be read; nothing was recorded.

        """
        from infoint.debrief import Debrief, read

        person, found = self._person(person), read(text)
        problems = found.problems
        if found.person_id not in ("", person.id):
            problems = (f"it is not about {person.name}",)
        elif not problems and found.debrief == Debrief():
            problems = ("nothing is written in it yet",)
        if problems:
            raise UnreadableForm(source, problems)
        return self.debrief(person, found.debrief, at=at, revises=not at and self.last_debrief(person) is not None)

    def _spelt_out(self, debrief: "Debrief") -> "Debrief":
        """With the words of the claim it is about where a line says only that it agrees or contradicts."""
        claims = {i.number: i.claim for i in self.insights()} if debrief.links else {}
        for link in debrief.links.values():
            if unknown := [number for number in link.split()[1::2] if int(number) not in claims]:
                raise InvalidDetails("debrief", link, f"no insight has the number {unknown[0]} (infoint insights)")

        def spelt(line: str) -> str:
            if debrief.links.get(line) != line:
                return line
            word, number = line.split()[:2]
            said = claims[int(number)]
            return f"{said} {line}" if word == "agrees" else f"Not so: {said.rstrip('? ')} {line}"

        links = {claim: link for claim, link in debrief.links.items() if claim != link}
        return replace(debrief, learnt=tuple(map(spelt, debrief.learnt)), links=links)

    def _dated(self, debrief: "Debrief", now: datetime) -> "Debrief":
        """With the day on which a promise is due, as far as its line ends in "by" and a day."""

        def dated(line: str) -> str:
            what, _, when = line.rpartition(" by ")
            try:
                return f"{what} by {self._detail('due', when.strip(' ().'), now)}" if what and when.strip() else line
            except UnreadableMoment as error:
                if error.readings:
                    raise
                return line

        ours, theirs = (tuple(map(dated, lines)) for lines in (debrief.promises, debrief.promised))
        return replace(debrief, promises=ours, promised=theirs)

    def _take_in(
        self, writer: Writer, introducer: Person, lines: Iterable[str], before: "Debrief"
    ) -> tuple[list[str], list[Person]]:
        """The ids of those who were named, and who of them is new here."""
        from infoint.debrief import named

        known, ids, added = Known(self._journal.people()), list[str](), list[Person]()
        here = {_line(person): key for key in before.introductions if (person := self._journal.person(key))}
        for line in lines:
            if line in here:
                ids.append(here[line])
                continue
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


def _line(person: Person) -> str:
    """Somebody as a line of introductions."""
    return ", ".join(filter(None, [person.name, person.email or person.company]))


def _numbered(writer: Writer, debrief: "Debrief", before: "Debrief") -> tuple[int, ...]:
    """The numbers of the claims: that of the earlier version for the same one, also when it was reworded."""
    from rapidfuzz.process import extractOne

    left = dict(zip(before.learnt, before.numbers, strict=True))
    kept = {claim: left.pop(claim) for claim in debrief.learnt if claim in left}
    for claim in debrief.learnt:
        if claim not in kept and (near := extractOne(claim, left.keys(), score_cutoff=_REWORDED)):
            kept[claim] = left.pop(near[0])
    fresh = iter(writer.numbers(len([claim for claim in debrief.learnt if claim not in kept])))
    return tuple(kept[claim] if claim in kept else next(fresh) for claim in debrief.learnt)


def _facts(debrief: "Debrief") -> list[tuple[str, dict[str, Any]]]:
    """The events that a debrief tells."""
    promises = [(line, "me") for line in debrief.promises] + [(line, "them") for line in debrief.promised]
    facts: list[tuple[str, dict[str, Any]]] = []
    for line, by in promises:
        text, due = found.groups() if (found := _DUE.fullmatch(line)) else (line, None)
        facts.append(("promise_made", {"text": text, "due": due, "by": by}))
    facts += [("introduction_received", {"introduced": debrief.introductions})] if debrief.introductions else []
    facts += [("follow_up_agreed", {"months": debrief.months})] if debrief.permission else []
    facts += [("lead_found", {"what": debrief.lead})] if debrief.lead else []
    return [(kind, checked_details(kind, details)) for kind, details in facts]
