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
from infoint.events import Event, Meeting, Standing
from infoint.people import Person, Profile
from infoint.questions import Question, QuestionPlan, plan


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparationSheet:
    """Research, reflection, question plan and what is already known; `str()` is Markdown.

    `tonight` names what is missing and still worth doing, at most three things; `before` is what
    was said and noted until now. The wording of the sheet is that of `sheets/preparation.md.j2`.
    """

    person: Person
    me: Profile | None
    minutes: int
    when: str
    place: str
    introducer: str
    first_sent: str
    before: tuple[str, ...]
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
    meeting = s.meeting or Meeting()
    when = "No date is noted yet"
    if meeting.start:
        local = meeting.start.astimezone(zone)
        when = f"{show(local.date())}, {local:%H:%M} ({getattr(zone, 'key', zone)})"
    before = [f"{show(event.day(zone))}: {event.note}" for event in events if event.note]
    for debrief in debriefs:
        before += [f"They said: {claim}" for claim in debrief.learnt]
        before += [f"They advised: {debrief.advice}"] if debrief.advice else []
    chosen = plan(questions, minutes or meeting.minutes or (me.minutes if me else 20))
    return PreparationSheet(
        person=person,
        me=me,
        minutes=chosen.minutes,
        when=when,
        place=meeting.place,
        introducer=introducer,
        first_sent=show(s.first_sent.astimezone(zone).date()) if s.first_sent else "",
        before=tuple(before),
        tonight=_tonight(me, person, s),
        plan=chosen,
        questions=tuple(question.asked_of(person) for question in chosen.questions),
    )


def _tonight(me: Profile | None, person: Person, s: Standing) -> tuple[str, ...]:
    known = (
        (not s.meeting or s.meeting.start, "Note when you meet: infoint log NAME scheduled --start WHEN"),
        (me and me.background, "Your background in three sentences: infoint edit me --background ..."),
        (me and me.skills, 'Three skills you would take along: infoint edit me --skills "..., ..."'),
        (person.company, "Where they work, and what it does"),
        (person.role, "What they do there"),
    )
    return tuple(todo for is_known, todo in known if not is_known)[:3]
