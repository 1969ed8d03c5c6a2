"""What to do: the people to write to next, and the list of the day."""

from datetime import date
from typing import TYPE_CHECKING

from infoint.campaign.core import Core
from infoint.outreach import Suggestion, next_people

if TYPE_CHECKING:
    from infoint.agenda import Action


class Days(Core):
    """The days of a campaign."""

    def next_people(self, limit: int = 5, *, today: date | None = None) -> list[Suggestion]:
        """Whom to write to next, best first, with reasons."""
        return next_people(self._situation(today), limit)

    def today(self, *, today: date | None = None, ahead: int = 7) -> "list[Action]":
        """What is overdue, due, and due within the days `ahead`; overdue first."""
        from infoint.agenda import today_list

        return today_list(self._situation(today), ahead)
