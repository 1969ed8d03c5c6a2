"""The today list over all people: what is due, for whom, since when and why."""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from infoint.cadence import due, show
from infoint.events import Standing
from infoint.outreach import Situation, next_people
from infoint.people import Person

_KINDS = {
    "answer": ("Answer {name}", "write {who}"),
    "thank_you": ("Thank {name}", "write {who}"),
    "debrief": ("Write down how it went with {name}", "debrief {who}"),
    "promise": ("Keep your promise to {name}", "log {who} kept"),
    "prepare": ("Prepare for {name}", "prepare {who}"),
    "confirm": ("Confirm with {name}", "log {who} confirmed"),
    "set_date": ("Note when you meet {name}", 'log {who} scheduled --start "friday 15:00"'),
    "news": ("Tell {name} what came of it", "log {who} introduction_thanked"),
    "nudge": ("Remind {name}, once", "write {who}"),
    "update": ("Tell {name} how it went on", "write {who}"),
    "keep_in_touch": ("Send {name} a sign of life", "write {who}"),
    "close": ("Let {name} go", "log {who} closed"),
    "write": ("Write to {name}", "write {who}"),
}
_LETTERS = {kind for kind, (_, command) in _KINDS.items() if command.startswith("write ")}
_SENT = ("Did the letter to {name} go out?", "write {who} --sent yes")
ORDER = tuple(_KINDS)
"""What comes first among things of one day: what people wait for, then what we would like of them."""


@dataclass(frozen=True, slots=True)
class Action:
    """One due thing: its kind, the person, the day it is due, and the reason in plain words.

    `about` is the person whom news is about; who has a namesake is meant by id in the command.
    """

    kind: str
    person: Person
    due: date
    reason: str
    about: Person | None = None
    has_namesake: bool = False

    @property
    def title(self) -> str:
        """What to do, in a few words."""
        return _KINDS.get(self.kind, _SENT)[0].format(name=self.person.name)

    @property
    def is_letter(self) -> bool:
        """Whether a letter does it, or the word that one went out."""
        return self.kind == "sent" or self.kind in _LETTERS

    @property
    def command(self) -> str:
        """The one command that does it, or begins it."""
        about = f" --about {self.about.as_word}" if self.about else ""
        who = self.person.id if self.has_namesake else self.person.as_word
        return f"infoint {_KINDS.get(self.kind, _SENT)[1].format(who=who)}{about}"


def today_list(day: Situation, ahead: int = 7) -> list[Action]:
    """Everything overdue, due today and due within the days `ahead`, overdue first.

    New people are proposed up to the week's number, on business days, with what was already
    written since Monday counted in.
    """
    today, horizon = day.today, day.today + timedelta(days=ahead)
    found = []
    for person in day.people:
        s = day.standings.get(person.id)
        if s is not None:
            items = due(s, day.cadences[person.relationship], today, day.workdays, day.zone)
            found += [Action(item.kind, person, item.day, item.reason) for item in items if item.day <= horizon]
    found += [action for action in _news(day) if action.due <= horizon]
    found = [action for action in found if action.person.id not in day.letters or action.kind not in _LETTERS]
    found.sort(key=lambda a: (max(a.due, today), ORDER.index(a.kind), a.due, a.person.name, a.person.id))
    found = sorted(_unanswered(day) + found + _new_people(day), key=lambda a: max(a.due, today))  # new people come last
    names = Counter(person.name for person in day.people)
    return [replace(a, has_namesake=True) if names[a.person.name] > 1 else a for a in found]


def _unanswered(day: Situation) -> list[Action]:
    """Whoever has a letter of which nobody said yet whether it went out: nothing more is written to them before."""
    return [Action("sent", person, *day.letters[person.id]) for person in day.people if person.id in day.letters]


def _news(today: Situation) -> list[Action]:
    """Whoever introduced somebody hears of it once that meeting was held (ours)."""
    by_id = {person.id: person for person in today.people}
    found = []
    for person in today.people:
        s, introducer = today.standings.get(person.id), by_id.get(person.introduced_by)
        if introducer is None or s is None or not s.met_at:
            continue
        theirs = today.standings.get(introducer.id, Standing())
        met = s.met_at.astimezone(today.zone).date()
        if theirs.is_open and not _heard(theirs, person, s.met_at) and theirs.skipped.get("news", date.min) < met:
            day = max(today.workdays.add(met, 1), theirs.paused_until or met)
            reason = f"they introduced you to {person.name}, whom you met on {show(met)}"
            found.append(Action("news", introducer, day, reason, person))
    return found


def _heard(theirs: Standing, person: Person, met_at: datetime) -> bool:
    """Whether the introducer was told of that person, or of everybody met until then."""
    of_all = theirs.news_told.get("")
    return person.id in theirs.news_told or (of_all is not None and of_all >= met_at)


def _new_people(day: Situation) -> list[Action]:
    """People to write to for the first time, up to the week's number."""
    if not day.workdays.is_workday(day.today) or (left := room(day)) < 1:
        return []
    suggestions = next_people(day, limit=left)
    return [Action("write", item.person, day.today, "; ".join(item.reasons)) for item in suggestions]


def room(day: Situation) -> int:
    """How many more new people may be written to this week."""
    monday = day.today - timedelta(days=day.today.weekday())
    first = (s.first_sent.astimezone(day.zone).date() for s in day.standings.values() if s.first_sent)
    return (day.profile.weekly if day.profile else 5) - sum(monday <= sent <= day.today for sent in first)
