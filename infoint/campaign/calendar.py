"""Talks and follow-ups for the user's own calendar; and the week, looking back."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from infoint.campaign.days import Days
from infoint.campaign.meetings import Meetings
from infoint.exchange import icalendar

if TYPE_CHECKING:
    from infoint.week import Week

AHEAD = 92
"""So many days ahead follow-ups are told: a quarter, which holds the next sign of life (ours)."""
_NEW_PEOPLE = ("write", "another")
_CALLED_OFF = timedelta(days=30)


class Calendar(Days, Meetings):
    """The calendar of a campaign."""

    def calendar(self, *, ahead: int = AHEAD, sheets: bool = True) -> bytes:
        """The bytes of an .ics file: talks, with their sheets unless told, and follow-ups within the days `ahead`.

        New people are left out: they wait for no day. What was in an earlier file and is off by now is
        in this one as cancelled: a talk until its hour, a follow-up until 30 days after its day (ours).
        For that, and for SEQUENCE, the campaign remembers of each entry its UID, number, start and a
        mark of what was in it.
        """
        now, kept = self._clock(), self._journal.setting("calendar") or {}
        entries = dict[str, icalendar.Entry]()
        for entry in (*self._talks(sheets=sheets), *self._follow_ups(ahead)):
            entries.setdefault(entry["uid"], entry)
        for uid, (*_, start) in kept.items():
            moment = datetime.fromisoformat(start).astimezone(self.zone) if "T" in start else date.fromisoformat(start)
            told_until = now if "T" in start else now - _CALLED_OFF
            if uid not in entries and start >= told_until.isoformat():
                entries[uid] = icalendar.off(uid, moment)
        told = [icalendar.numbered(entry, kept.get(uid)) for uid, entry in entries.items()]
        keep = kept | {entry["uid"]: marks for entry, marks in told}
        if keep != kept and not self._journal.read_only:
            self._journal.keep("calendar", keep)
        return icalendar.write((entry for entry, _ in told), now)

    def _talks(self, *, sheets: bool) -> Iterator[icalendar.Entry]:
        for person_id, s in self.standings().items():
            if s.meeting and s.meeting.start and s.is_open and (person := self._journal.person(person_id)):
                sheet, start = self.prepare(person), s.meeting.start.astimezone(self.zone)
                minutes, text = s.meeting.minutes or sheet.minutes, str(sheet) if sheets else ""
                yield icalendar.talk(_uid(s.meeting.id), person.name, start, minutes, s.meeting.place, text)

    def _follow_ups(self, ahead: int) -> Iterator[icalendar.Entry]:
        """What is due, each on its day; what is overdue is told for today."""
        today = self.local_day()
        for a in self.today(ahead=ahead):
            if a.kind not in _NEW_PEOPLE:
                what = a.about.id if a.about else a.reason if a.kind.startswith("promise") else ""
                uid = _uid(a.person.id, a.kind, what)
                yield icalendar.whole_day(
                    uid, max(a.due, today), f"{a.title}: {a.reason}".replace("?:", "?"), a.command
                )

    def week(self, *, today: date | None = None) -> "Week":
        """The seven days up to `today`: what was done, who answered, what was learnt; `str()` is Markdown."""
        from infoint.week import week

        people = {person.id: person for person in self._journal.people()}
        return week(self._journal.events(), people, self.insights(), today or self.local_day(), self.zone)


def _uid(*parts: str) -> str:
    from uuid import NAMESPACE_URL, uuid5

    return str(uuid5(NAMESPACE_URL, " ".join(("infoint", *parts))))
