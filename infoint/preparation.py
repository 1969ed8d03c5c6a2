"""The preparation sheet: everything that helps for one meeting, on one page."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import tzinfo
from functools import cached_property
from zoneinfo import ZoneInfo

from markupsafe import Markup

from infoint import templates
from infoint.cadence import show
from infoint.debrief import Debrief
from infoint.events import Event, Standing
from infoint.people import Person, Profile
from infoint.questions import Question, QuestionPlan, plan


@dataclass(frozen=True, kw_only=True)
class PreparationSheet:
    """Research, reflection, question plan and what is already known; `str()` is Markdown.

    `events` and `debriefs` are those of the person, `bank` what may be asked, `weighed` for
    them, `records` what came of each so far, `found` the findings by what they are about, `named` whom
    they introduced, `first` whether no talk was held yet at all. The wording stands in `sheets/preparation.md.j2`.
    """

    person: Person
    me: Profile | None
    standing: Standing
    bank: Sequence[Question]
    zone: tzinfo
    events: Sequence[Event] = ()
    debriefs: Sequence[Debrief] = ()
    minutes: int = 20
    introducer: str = ""
    named: Sequence[str] = ()
    found: Mapping[str, Sequence[str]] = field(default_factory=dict)
    records: Mapping[str, Sequence[str]] = field(default_factory=dict)
    first: bool = False

    @cached_property
    def plan(self) -> QuestionPlan:
        """The best questions for so many minutes."""
        return plan(self.bank, self.minutes)

    @property
    def questions(self) -> tuple[str, ...]:
        """The questions of the plan, as they are asked of this person."""
        return tuple(question.asked_of(self.person) for question in self.plan.questions)

    def asked(self, question_id: str) -> str:
        """A question of an earlier talk, as it was asked."""
        return next((q.asked_of(self.person) for q in self.bank if q.id == question_id), question_id)

    @property
    def when(self) -> str:
        """Day and hour of the talk in the user's zone and, where it differs, in theirs."""
        start = self.standing.meeting and self.standing.meeting.start
        if not start:
            return "No date is noted yet"
        theirs = ZoneInfo(self.person.timezone) if self.person.timezone else self.zone
        mine, there = start.astimezone(self.zone), start.astimezone(theirs)
        told = [f"{show(m.date())}, {m:%H:%M} ({getattr(m.tzinfo, 'key', m.tzinfo)})" for m in (mine, there)]
        return told[0] if there.utcoffset() == mine.utcoffset() else "; for them ".join(told)

    def __str__(self) -> str:
        return self._markdown(letters=1_000_000, most=1000)

    def page(self, *, whole: bool = True) -> str:
        """The sheet as a self-contained page to print: one side of paper for a talk of 20 minutes.

        Of what is long it shows the beginning, of many findings and remarks the newest: `str()` has
        all. Not `whole`: only what stands inside a page.
        """
        from markdown_it import MarkdownIt

        body = MarkdownIt("commonmark", {"html": False}).render(self._markdown(letters=120, most=2))
        return templates.sheet("page.html").render(
            body=Markup(body.replace("<li>[ ] ", '<li class="todo">')),  # noqa: S704 - Markdown with HTML switched off
            whole=whole,
        )

    def _repr_html_(self) -> str:
        return self.page(whole=False)

    def _markdown(self, letters: int, most: int) -> str:
        def said(text: object, most: int = letters) -> str:
            """What somebody wrote, on one line, with nothing of Markdown or HTML in it that lives."""
            line = " ".join(re.sub(r"[\x00-\x1f\x7f-\x9f]", " ", str(text)).split())
            line = line if len(line) <= most else line[:most].rpartition(" ")[0] + " …"
            return re.sub(r"^(\d*)([-+#>~=*.)])", r"\1\\\2", re.sub(r"([\\<\[`])", r"\\\1", line))

        return templates.sheet("preparation.md").render(s=self, said=said, most=most, show=show)
