"""The preparation sheet: everything that helps for one meeting, on one page."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import tzinfo
from functools import cache

from jinja2 import StrictUndefined, Template
from jinja2.sandbox import ImmutableSandboxedEnvironment

from infoint import templates
from infoint.cadence import show
from infoint.debrief import Debrief
from infoint.events import Event, Standing
from infoint.people import Person, Profile
from infoint.questions import Question, QuestionPlan, plan


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparationSheet:
    """Research, reflection, question plan and what is already known; `str()` is Markdown.

    `tonight` names what is missing and still worth doing, at most three things.
    """

    person: Person
    minutes: int
    when: str
    place: str
    about: tuple[str, ...]
    before: tuple[str, ...]
    research: tuple[str, ...]
    reflection: tuple[str, ...]
    tonight: tuple[str, ...]
    plan: QuestionPlan
    questions: tuple[str, ...]

    def __str__(self) -> str:
        return _sheet().render(s=self)

    def _repr_markdown_(self) -> str:
        return str(self).replace("<", "&lt;")


@cache
def _sheet() -> Template:
    environment = ImmutableSandboxedEnvironment(undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return environment.from_string(templates.read("sheets/preparation.md.j2"))


def prepare(
    person: Person,
    me: Profile | None,
    s: Standing,
    events: Iterable[Event],
    debriefs: Iterable[Debrief],
    questions: Iterable[Question],
    *,
    introducer: str = "",
    minutes: int | None = None,
    zone: tzinfo,
) -> PreparationSheet:
    """Put together the sheet for the next talk with a person.

    `minutes` is the length of the talk; without it that of the meeting, else that of the profile.
    """
    meeting = s.meeting
    length = minutes or (meeting.minutes if meeting and meeting.minutes else me.minutes if me else 20)
    when = "No date is noted yet"
    if meeting and meeting.start:
        local = meeting.start.astimezone(zone)
        when = f"{show(local.date())}, {local:%H:%M} ({getattr(zone, 'key', zone)})"
    chosen = plan(questions, length)
    return PreparationSheet(
        person=person,
        minutes=length,
        when=when,
        place=meeting.place if meeting else "",
        about=tuple(_about(person, s, introducer, zone)),
        before=tuple(_before(events, debriefs, zone)),
        research=tuple(_research(person)),
        reflection=tuple(_reflection(me, person)),
        tonight=tuple(_tonight(me, person, s))[:3],
        plan=chosen,
        questions=tuple(question.asked_of(person) for question in chosen.questions),
    )


def _about(person: Person, s: Standing, introducer: str, zone: tzinfo) -> list[str]:
    work = " at ".join(part for part in (person.role, person.company) if part)
    lines = [work or "What they do is not noted yet: a good first question."]
    kind = person.relationship
    lines.append(f"How you know them: {introducer} introduced you" if introducer else f"How you know them: {kind}")
    if person.industry:
        lines.append(f"Industry: {person.industry}")
    if person.url:
        lines.append(f"Profile: {person.url}")
    if person.note:
        lines.append(f"Your note: {person.note}")
    if s.first_sent:
        lines.append(f"You first wrote on {show(s.first_sent.astimezone(zone).date())}")
    return lines


def _before(events: Iterable[Event], debriefs: Iterable[Debrief], zone: tzinfo) -> list[str]:
    lines = [f"{show(event.day(zone))}: {event.note}" for event in events if event.note]
    for debrief in debriefs:
        lines += [f"They said: {claim}" for claim in debrief.learnt]
        lines += [f"They advised: {debrief.advice}"] if debrief.advice else []
    return lines


def _research(person: Person) -> list[str]:
    company = person.company or "their company"
    return [
        f"What {company} does, for whom, and what is new there (ten minutes are enough)",
        f"What moves {person.industry or 'the industry'} this year: one trend you could ask about",
        f"What {person.role or 'somebody in their role'} does all day, as far as one can read",
    ]


def _reflection(me: Profile | None, person: Person) -> list[str]:
    lines = [f"Background: {me.background}"] if me and me.background else []
    if me and me.skills:
        lines.append(f"Skills that travel: {', '.join(me.skills)}")
    if me and me.interests:
        lines.append(f"What draws you: {me.interests}")
    if me and me.goals:
        lines.append(f"Goals: {me.goals}")
    if me and me.exploring:
        lines.append(f"You are exploring: {me.exploring}")
    lines.append(f"How that might fit {person.company or 'their world'}: one sentence of your own")
    return lines


def _tonight(me: Profile | None, person: Person, s: Standing) -> list[str]:
    missing = []
    if s.meeting and not s.meeting.start:
        missing.append("Note when you meet: infoint log NAME scheduled --start WHEN")
    if me is None or not me.background:
        missing.append("Your background in three sentences: infoint edit me --background ...")
    if me is None or not me.skills:
        missing.append('Three skills you would take along: infoint edit me --skills "..., ..."')
    if not person.company:
        missing.append("Where they work, and what it does")
    if not person.role:
        missing.append("What they do there")
    return missing
