"""What to do: the people to write to next, the list of the day, and what decides about it."""

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

from infoint.campaign.core import Core
from infoint.errors import InvalidPerson, UnknownTemplate
from infoint.events import Event, kind_of
from infoint.matching import same_company
from infoint.outreach import Suggestion, next_people
from infoint.people import Person

if TYPE_CHECKING:
    from infoint.agenda import Action, Outlook


class Days(Core):
    """The days of a campaign."""

    def next_people(self, limit: int = 5, *, today: date | None = None) -> list[Suggestion]:
        """Whom to write to next, best first, with reasons."""
        return next_people(self.situation(today), limit)

    def today(self, *, today: date | None = None, ahead: int = 7) -> "list[Action]":
        """What is overdue, due, and due within the days `ahead`; overdue first.

        In the place of a reminder stands the question whether they have answered, until something
        was noted about them on its day or later (`check_in`, `log`), or a file or mailbox was read.
        """
        from infoint.agenda import today_list

        return today_list(self.situation(today), ahead)

    def outlook(self, person: Person | str, *, today: date | None = None) -> "Outlook":
        """What is next with somebody: due or waiting for a stated day, or closed, or new, and why."""
        from infoint.agenda import outlook

        return outlook(self.situation(today), self._person(person))

    def to_ask(self, most: int = 5, *, today: date | None = None) -> list[tuple[Person, date]]:
        """Whom a check-in asks about, newest letters first, each with the day of the letter."""
        from infoint.agenda import to_ask

        return to_ask(self.situation(today), most)

    def check_in(self, answers: Mapping[Person, str]) -> None:
        """Record what came in, for each person asked about: one change, which moves the last look.

        The answers are "nothing yet", "answered", "date set", "met" and "said no".
        """
        from infoint.agenda import ANSWERS

        now = self._clock()
        with self._journal.change("today", now) as writer:
            for person, answer in answers.items():
                kind = ANSWERS.get(answer) or kind_of(answer)
                writer.add_event(Event(person_id=person.id, kind=kind, at=now, note=answer))

    def follow(self, cadence: str | None, person: Person | str | None = None, *, tag: str = "") -> None:
        """Let somebody, everybody with a tag, or else everybody follow a cadence; None is the usual one again.

        A person's own comes before that of a tag, that before the campaign's, that before what is
        usual for the relationship. One whose file is gone is passed over.
        """
        if cadence is not None and cadence not in self._cadences:
            raise UnknownTemplate(cadence, sorted({known.name for known in self._cadences.values()}), "cadence")
        whose = self._person(person).id if person else f"#{tag}" if tag else ""
        with self._journal.change("cadence", self._clock()) as writer:
            writer.set(f"cadence {whose}", cadence)

    def target(self, company: str, motivation: int | None = 3) -> None:
        """Make a company a target, with the motivation for it from 1 to 5; None lets go of it."""
        if not company.strip() or motivation not in (None, 1, 2, 3, 4, 5):
            raise InvalidPerson("motivation", motivation, "a company, and a whole number from 1 to 5, are needed")
        kept = {name: level for name, level in self.targets.items() if not same_company(name, company)}
        with self._journal.change("target", self._clock()) as writer:
            writer.set("targets", kept | ({company.strip(): motivation} if motivation else {}))

    def landed(self, what: str = "", *, back: bool = False) -> list[Person]:
        """End the search: everybody who met you is due the news, and is returned; the rest falls silent.

        What you owe stays on the list: answers, thanks, promises, talks agreed. `back` takes it up again.
        """
        now = self._clock()
        with self._journal.change("landed", now) as writer:
            writer.set("landed", None if back else {"at": now.isoformat(), "what": what})
        return [] if back else [action.person for action in self.today() if action.kind == "landed"]
