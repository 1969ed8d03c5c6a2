"""Letters: the one that fits somebody now, and what becomes of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Literal

from infoint.agenda import Action, room, unheard
from infoint.campaign.days import Days
from infoint.campaign.facts import Facts
from infoint.campaign.numbers import Numbers
from infoint.errors import InfointError, InvalidDetails, InvalidPerson, LetterStopped, NothingLeft
from infoint.events import Event, Standing
from infoint.letters.kept import KeptLetter, text_hash
from infoint.matching import company_key
from infoint.outreach import Situation, companies
from infoint.people import Person

if TYPE_CHECKING:
    from infoint.experiment import Experiment
    from infoint.letters.checks import Context
    from infoint.letters.render import Letter


_NOTHING_YET = Standing()


class Letters(Days, Numbers, Facts):
    """The letters of a campaign; while an experiment runs, it deals the first ones."""

    _looked_at: "tuple[object, Situation, Context, Experiment | None] | None" = None

    def write(self, person: Person | str, template: str | None = None, **known: str) -> "Letter":
        """Render the letter that fits somebody now, or the one named, and check it; it is neither stored nor sent.

        `known` are facts that the campaign cannot know: `times` two or three proposals for a talk, `news` what has
        come of it, `landed` what the search has led to. While an experiment runs, the first letter is the one it
        deals; which, is kept.
        """
        from infoint.letters import render

        for name in known.keys() - set(render.FACTS):
            raise InvalidDetails("a letter", name, f"the facts it may speak of are {', '.join(render.FACTS)}")
        day, context, experiment = self._look()
        person, me, now = self._current(person, context), day.profile, self._clock()
        if me is None:
            raise InvalidPerson("profile", "", "your own name is needed first: infoint start")
        s, introducer = day.standings.get(person.id) or _NOTHING_YET, context.people.get(person.introduced_by)
        named = introducer.name if introducer else ""
        met = context.people.get(self._unheard(person, day, context))
        debriefs = self._journal.debriefs(person.id) if s.met_at else []
        last = next((debrief for *_, debrief in reversed(debriefs)), None)
        said, advice = (last.quote, last.advice) if last else ("", "")
        takes = experiment and template is None and render.way(person) != "linkedin-note"  # which has no room for them
        dealt = self._dealt(person, render.choose(person, s, named)[0]) if takes else None
        mails = [kept for kept in context.left.get(person.id, ()) if kept.state == "sent" and kept.channel == "email"]
        thread = mails[-1].thread if mails else ""
        told = {"introducer": named, "about": met.name if met else "", "said": said, "advice": advice}
        landed = (day.landed and self._journal.setting("landed")) or {}
        told |= {"subject_before": thread, "landed": landed.get("what", "")}
        return render.letter(
            person,
            me,
            s,
            id_=next(self._journal.ids(now)),
            template=dealt.template if dealt else template,
            why="the letter that your experiment dealt" if dealt else "you chose it",
            own=self.own_templates,
            zone=day.zone,
            now=now,
            context=context,
            references=tuple(kept.message_id for kept in mails if kept.thread == thread),
            **told | known,
        )

    def check(self, letter: "Letter", **changes: Any) -> "Letter":
        """The letter with these changes (subject, body), its problems found anew."""
        from infoint.letters.checks import checks

        day, context, _ = self._look()
        letter = replace(letter, **changes, person=self._current(letter.person, context))
        return replace(letter, problems=checks(letter, day.standings.get(letter.person.id, _NOTHING_YET), context))

    def _current(self, person: Person | str, context: "Context") -> Person:
        found = None if isinstance(person, str) else context.people.get(person.id)
        return found or self._person(person)

    def _look(self) -> "tuple[Situation, Context, Experiment | None]":
        """The day, what letters are checked against, and who deals them: put together until something is recorded."""
        from infoint.letters.checks import context_of

        # a day begins on a quarter of an hour of UTC in every zone
        version = (self._journal.version(), self._clock().timestamp() // 900)
        if self._looked_at is None or self._looked_at[0] != version:
            day = self.situation()
            pacing = {"room": room(day), "resting": companies(day)[0], "due": _later(day)}
            left = self._journal.letters.all()
            context = context_of(day.people, left, company_key, **pacing, today=day.today, zone=day.zone)
            experiment = self.running_experiment()
            self._looked_at = (self._journal.version(), version[1]), day, context, experiment
        return self._looked_at[1:]

    @staticmethod
    def _unheard(person: Person, day: Situation, context: "Context") -> str:
        """The id of somebody they named and have not heard of: one need not look through everybody for that."""
        named = context.named_by.get(person.id)
        return unheard(replace(day, people=[person, *named]), person) if named else ""

    def letters(self, person: Person | str | None = None) -> list[KeptLetter]:
        """The letters that left, to one person or to all, oldest first."""
        return self._journal.letters.all(self._person(person).id if person else None)

    @contextmanager
    def handing_out(self, letter: "Letter", way: str) -> "Iterator[Letter]":
        """Keep a letter as a row, then let it leave inside the `with`: whatever happens there, the row tells the truth.

        Raises
        ------
        LetterStopped
            When an error is among its problems, or a copy may have left already; nothing is kept.

        """
        from infoint.letters.checks import stop

        letter, now = self.check(letter), self._clock()
        stop(letter)
        kept = KeptLetter(
            **{name: getattr(letter, name) for name in ("id", "template", "channel", "subject", "body", "message_id")},
            person_id=letter.person.id,
            recipients=letter.to,
            body_hash=text_hash(letter.body),
            way=way,
            state="unknown",
            written_at=now,
            changed_at=now,
        )
        if not self._journal.letters.begin(kept):
            raise LetterStopped(letter.person.name, "a copy may have left already", "infoint today asks about it.")
        try:
            yield letter
        except InfointError as error:
            if not getattr(error, "may_be_there", False):
                self._journal.letters.move(kept.id, "written", self._clock())
            raise
        self._journal.letters.move(kept.id, "drafted", self._clock())

    def went_out(
        self,
        person: Person | str,
        answer: Literal["yes", "later", "no"] = "yes",
        *,
        at: datetime | date | str | None = None,
    ) -> Event | None:
        """Say whether the newest letter to somebody went out; only a yes logs it, as the event that is returned.

        `at` is when: now, or for a letter that was handed out on an earlier day, that day.

        Raises
        ------
        NothingLeft
            When no letter to them waits for an answer.

        """
        person = self._person(person)
        waiting = [kept for kept in self._journal.letters.all(person.id) if kept.waits]
        if not waiting:
            raise NothingLeft(person.name, person.as_word)
        if answer == "later":
            return None
        kept, now = waiting[-1], self._clock()
        handed = kept.written_at.astimezone(self.zone).date()
        when = at or (None if handed == self.local_day() else handed)
        told = {"by": "me"} if kept.kind == "touched" else {}
        if kept.kind == "introduction_thanked":
            told = {"about": self._unheard(person, *self._look()[:2])}
        event = self._event(person, kept.kind, when, told)
        event = replace(event, channel=kept.channel, template=kept.template, letter=kept.id)
        with self._journal.change("write", now) as writer:
            writer.settle(kept.id, "sent" if answer == "yes" else "written")
            return writer.add_event(event) if answer == "yes" else None

    @property
    def ways(self) -> dict[str, Any]:
        """How letters leave, as the user last chose: their `window` (gmail, outlook, program) and `server`."""
        return self._journal.setting("ways") or {}

    def keep_ways(self, **chosen: str) -> None:
        """Remember how letters leave; never a password."""
        if self.ways != self.ways | chosen:
            self._journal.keep("ways", self.ways | chosen)

    def letters_due(self) -> "list[Action]":
        """The letters that are due, and those of which nobody has said yet whether they went out; one a person.

        Who was put off today is left out.
        """
        today, found = self.local_day(), dict[str, Action]()
        off = {key for key, day in self._journal.settings("put off ").items() if day == today.isoformat()}
        for action in self.today(ahead=0):
            if action.is_letter and action.person.id not in off:
                found.setdefault(action.person.id, action)
        return list(found.values())

    def put_off(self, person: Person | str) -> None:
        """Leave somebody out of the letters due until tomorrow."""
        self._journal.keep(f"put off {self._person(person).id}", self.local_day().isoformat())


def _later(day: Situation) -> dict[tuple[str, str], date]:
    """The reminders and signs of life that are due on a later day, by their use and the person's id."""
    uses = {"ask": "nudge", "nudge": "nudge", "update": "update", "keep_in_touch": "update"}
    items = ((person.id, item) for person in day.people for item in day.due(person))
    return {(uses[item.kind], key): item.day for key, item in items if item.kind in uses and item.day > day.today}
