"""What the talks have taught: the words that were written down, found again and added up."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from infoint.campaign.core import Core
from infoint.people import Person

if TYPE_CHECKING:
    from infoint.insights import Insight, Learnt


@dataclass(frozen=True, slots=True)
class Hit:
    """One place where a search found its words: who it is about, the day it was noted, the hit in «», what it is."""

    person: Person
    when: date
    snippet: str
    what: str


class Learning(Core):
    """What a campaign has taught."""

    def search(self, words: str, limit: int = 20) -> list[Hit]:
        """Full text over notes, debriefs, insights and people, best first.

        Words are found in all their forms, with and without accents; all of them must be there. `batt*`
        is a beginning, `"waiting line"` a phrase, `a OR b` either, `company:acme` and `person:dana` keep
        what is about them. Whatever else is typed is looked for as it stands.

        >>> from infoint.sample import sample_campaign
        >>> [hit.person.name for hit in sample_campaign().search("battery engineer")]
        ['Mateo 🌱 Fuentes']
        """
        zone = self.zone
        return [
            Hit(person, (at.astimezone(zone) if precision == "minute" else at).date(), text, what)
            for person, at, precision, what, text in self._journal.search(words, limit)
        ]

    def insights(self, about: str | None = None) -> "list[Insight]":
        """What has been learnt, newest first; `about` a company, an industry, a role or a word."""
        return list(self.learnt(about).insights)

    def learnt(self, about: str | None = None) -> "Learnt":
        """All of it added up: claims and who says so, what is open, whether talks still bring news, how things fit."""
        from infoint.insights import learnt

        people, zone = {person.id: person for person in self._journal.people()}, self.zone
        return learnt([(key, at.astimezone(zone), told) for key, at, told in self._journal.debriefs()], people, about)
