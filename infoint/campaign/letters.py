"""Letters: the one that fits somebody now."""

from typing import TYPE_CHECKING

from infoint.campaign.numbers import Numbers
from infoint.errors import InvalidPerson
from infoint.people import Person

if TYPE_CHECKING:
    from infoint.letters.render import Letter


class Letters(Numbers):
    """The letters of a campaign; while an experiment runs, it deals the first ones."""

    def write(self, person: Person | str, template: str | None = None) -> "Letter":
        """Render the letter that fits somebody now, or the one named; no letter is stored or sent.

        While an experiment runs, the first letter is the one it deals; which, is kept.
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
            introducer=introducer,
            said=last.learnt[0] if last and last.learnt else "",
            advice=last.advice if last else "",
        )
