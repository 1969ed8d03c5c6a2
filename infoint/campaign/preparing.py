"""Before a talk: what was looked up, what the user can say of themselves, what to ask, and the sheet of it all."""

import re
from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from infoint.campaign.learning import Learning
from infoint.errors import InvalidPerson, UnknownTemplate
from infoint.events import in_order, standing
from infoint.matching import company_key
from infoint.people import Person, changed, fold

if TYPE_CHECKING:
    from infoint.preparation import PreparationSheet
    from infoint.questions import Question


class Preparing(Learning):
    """What comes before the talks of a campaign."""

    def prepare(self, person: Person | str, minutes: int | None = None) -> "PreparationSheet":
        """The sheet for the next talk with somebody; `str()` is Markdown, `page()` one to print.

        Without `minutes` the length of the meeting counts, else that of the profile.
        """
        from infoint import questions
        from infoint.preparation import PreparationSheet

        person, me, zone, debriefs = self._person(person), self.profile, self.zone, self._journal.debriefs()
        events, answers = self._journal.events(person.id), self._answers(debriefs)
        s = standing(events, zone)
        return PreparationSheet(
            person=person,
            me=me,
            standing=s,
            bank=questions.weighed(
                self.questions(), person, answers, self._left_open(person, debriefs), self.starred()
            ),
            zone=zone,
            events=in_order(events, zone),
            debriefs=[debrief for key, _, debrief in debriefs if key == person.id],
            minutes=minutes or (s.meeting and s.meeting.minutes) or (me.minutes if me else 20),
            introducer=self._introducer(person),
            named=[other.name for key in s.introductions if (other := self._journal.person(key))],
            found=self.research(person),
            records=questions.records(answers),
            first=not self._journal.has("meeting_held"),
        )

    def research(self, person: Person | str, **found: str) -> dict[str, tuple[str, ...]]:
        """What was found out for a talk, by what it is about; `found` adds to it (an empty text clears it).

        "company" and "fit" (how the user could fit there) are kept for everybody at that company,
        "industry" and "role" for everybody of those.

        Raises
        ------
        InvalidPerson
            When the person's company, industry or role is not known: nothing can be kept under it.

        """
        person = self._person(person)
        about = dict.fromkeys(("company", "fit"), company_key(person.company))
        about |= {"industry": fold(person.industry), "role": fold(person.role)}
        kept = self._journal.setting("research") or {}
        for what, text in found.items():
            if not about.get(what):
                raise InvalidPerson(what, text, f"tell infoint edit {person.as_word} first what it is")
            key = f"{what} {about[what]}"
            kept[key] = [*kept.get(key, ()), text] if text.strip() else []
        if found:
            with self._journal.change("research", self._clock()) as writer:
                writer.set("research", kept)
        return {what: tuple(kept.get(f"{what} {key}", ())) for what, key in about.items()}

    @property
    def reflection(self) -> dict[str, Any]:
        """What the user can say of themselves: story, skills (each with an example), interests, goals, unsure.

        Set those that are new: `campaign.reflection = {"skills": {"teaching": "a lab from nothing"}}`.
        """
        me = self.profile
        skills = {skill: me.examples.get(skill, "") for skill in me.skills} if me else {}
        return {"skills": skills} | {name: getattr(me, name, "") for name in ("story", "interests", "goals", "unsure")}

    @reflection.setter
    def reflection(self, told: Mapping[str, Any]) -> None:
        if (me := self.profile) is None:
            raise InvalidPerson("reflection", "", "say first who you are: infoint start")
        skills = self.reflection["skills"] | dict(told.get("skills", {}))
        self.profile = changed(me, {**told, "skills": tuple(skills), "examples": skills})

    def questions(self) -> "list[Question]":
        """The bank, and behind it the user's own questions."""
        from infoint import questions

        return [
            *questions.bank(self.own_templates),
            *(questions.Question(**own) for own in self.starred().values() if own),
        ]

    def add_question(self, text: str, topic: str, *, about: str = "person", minutes: float = 3) -> "Question":
        """Keep a question of one's own, with a star; it comes up where those of its topic do."""
        from statistics import mode

        from infoint.questions import Question

        key = "my-" + "-".join(fold(re.sub(r"[^\w\s]", "", text)).split()[:6])
        phase = mode([*(q.phase for q in self.questions() if q.topic == topic), ""])
        own = Question(id=key, text=text, topic=topic, phase=phase, about=about, minutes=minutes, value=9)
        with self._journal.change("questions", self._clock()) as writer:
            writer.set("questions", self.starred() | {key: asdict(own)})
        return own

    def star(self, question_id: str, *, on: bool = True) -> None:
        """Give a question a star: it comes before others. One's own goes with its star.

        Raises
        ------
        UnknownTemplate
            When there is no question of that id; the nearest are in the hint.

        """
        starred, ids = self.starred(), [question.id for question in self.questions()]
        if question_id not in ids:
            from difflib import get_close_matches

            raise UnknownTemplate(question_id, get_close_matches(question_id, ids, 5, 0), "question")
        own = starred.pop(question_id, None)
        with self._journal.change("questions", self._clock()) as writer:
            writer.set("questions", starred | ({question_id: own} if on else {}))

    def starred(self) -> dict[str, Any]:
        """The questions with a star, by id; the user's own with all their fields."""
        return self._journal.setting("questions") or {}

    def records(self) -> dict[str, list[str]]:
        """What came of each question so far, by id: a line each time it was asked, "" when it was not answered."""
        from infoint import questions

        return questions.records(self._answers(self._journal.debriefs()))

    def _answers(self, debriefs: list[Any]) -> list[tuple[str, str, Person]]:
        """Which question was asked, what was answered, and by whom, oldest first."""
        told = [(key, debrief.answers) for key, _, debrief in debriefs]
        people = {key: self._journal.person(key) for key, said in told if said}
        return [(q, text, who) for key, said in told if (who := people.get(key)) for q, text in said.items()]

    def _left_open(self, person: Person, debriefs: list[Any]) -> set[str]:
        """Of what about a person (their company, industry, role) claims are open or contradicted."""
        from infoint import questions

        is_doubted = any(told.links or "?" in "".join(told.learnt) for *_, told in debriefs)
        claims = self.learnt().open if is_doubted else ()
        return {about for i in claims for about in questions.SLOTS if questions.tells(about, i.person, person)}
