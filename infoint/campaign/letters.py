"""Letters: the one that fits somebody now."""

from typing import TYPE_CHECKING

from infoint.campaign.numbers import Numbers
from infoint.errors import InvalidPerson
from infoint.events import Standing
from infoint.people import Person

if TYPE_CHECKING:
    from infoint.letters.render import Letter


class Letters(Numbers):
    """The letters of a campaign; while an experiment runs, it deals the first ones."""

    def write(self, person: Person | str, template: str | None = None, **known: str) -> "Letter":
        """Render the letter that fits somebody now, or the one named; no letter is stored or sent.

        `known` are facts that the campaign cannot know: `times` two or three proposals for a talk, `news` what has
        come of it, `landed` what the search has led to. While an experiment runs, the first letter is the one it
        deals; which, is kept.
        """
        from infoint.letters import render

        person, me = self._person(person), self.profile
        if me is None:
            raise InvalidPerson("profile", "", "your own name is needed first: infoint start")
        last, s, introducer = (
            next(reversed(self.debriefs(person)), None),
            self.standing(person),
            self._introducer(person),
        )
        said, advice = (last.learnt[0] if last and last.learnt else "", last.advice if last else "")
        told = {"introducer": introducer, "about": self._news_of(s), "said": said, "advice": advice}
        dealt = self._dealt(person, render.choose(person, s, introducer)[0]) if template is None else None
        return render.letter(
            person,
            me,
            s,
            id_=next(self._journal.ids(self._clock())),
            template=dealt.template if dealt else template,
            why="the letter that your experiment dealt" if dealt else "you chose it",
            own=self.own_templates,
            zone=self.zone,
            now=self._clock(),
            **told | known,
        )

    def _news_of(self, s: Standing) -> str:
        """The name of somebody they introduced, who was met since and of whom they have not heard."""
        named = filter(None, (self._journal.person(key) for key in s.introductions if key not in s.news_told))
        met = ((person.name, self.standing(person).met_at) for person in named)
        return next((name for name, at in met if at and not ("" in s.news_told and s.news_told[""] >= at)), "")
