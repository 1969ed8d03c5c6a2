"""The today list over all people: what is due, for whom, since when and why."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from infoint.cadence import KINDS, show
from infoint.events import Standing
from infoint.outreach import Situation, next_people, ranked
from infoint.people import Person

_LETTERS = {kind for kind, told in KINDS.items() if told["command"].startswith("write ")}
ORDER = tuple(kind for kind in KINDS if kind != "sent")
"""What comes first among things of one day: what people wait for, then what we would like of them."""
ANSWERS: dict[str, str] = KINDS["ask"]["answers"]
"""What one may say at a check-in, and the kind of event that it is."""


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
        return str(KINDS[self.kind]["title"]).format(name=self.person.name)

    @property
    def is_letter(self) -> bool:
        """Whether a letter does it, or the word that one went out."""
        return self.kind in _LETTERS

    @property
    def template(self) -> str | None:
        """The letter that does it; None is the one that fits."""
        return str(KINDS[self.kind]["command"]).partition(" --template ")[2] or None

    @property
    def command(self) -> str:
        """The one command that does it, or begins it."""
        who = self.person.id if self.has_namesake else self.person.as_word
        return f"infoint {KINDS[self.kind]['command'].format(who=who)}"


@dataclass(frozen=True, slots=True)
class Outlook:
    """What is next with one person: "due", "waiting", "closed" or "new", the day it is so until or since, and why."""

    state: str
    day: date | None
    reason: str


def today_list(day: Situation, ahead: int = 7) -> list[Action]:
    """Everything overdue, due today and due within the days `ahead`, overdue first.

    New people are proposed up to the week's number, on business days, with what was already
    written since Monday counted in.
    """
    today, horizon = day.today, day.today + timedelta(days=ahead)
    found = [
        Action(item.kind, person, item.day, item.reason) for person in day.people for item in day.due(person, horizon)
    ]
    found += [action for action in news(day) if action.due <= horizon]
    found = [action for action in found if action.person.id not in day.letters or action.kind not in _LETTERS]
    found.sort(key=lambda a: (max(a.due, today), ORDER.index(a.kind), a.due, a.person.name, a.person.id, a.reason))
    found = sorted(_unanswered(day) + found + _new_people(day), key=lambda a: max(a.due, today))  # new people come last
    names = Counter(person.name for person in day.people)
    return [replace(a, has_namesake=True) if names[a.person.name] > 1 else a for a in found]


def _unanswered(day: Situation) -> list[Action]:
    """Whoever has a letter of which nobody said yet whether it went out: nothing more is written to them before."""
    waiting = ((person, day.standings.get(person.id, Standing())) for person in day.people if person.id in day.letters)
    return [
        Action("sent", person, *day.letters[person.id])
        for person, s in waiting
        if s.is_open and (s.paused_until or day.today) <= day.today
    ]


def outlook(day: Situation, person: Person) -> Outlook:
    """What is next with somebody: every approached person is due or waits for a stated day, or is closed, and why.

    >>> from infoint.sample import sample_campaign
    >>> season = sample_campaign(seed=7)
    >>> outlook(season.situation(), season.find("hyun-woo")).reason
    'you met on Sat 11 Jan 2025: a quick thank-you within a day'
    """
    s = day.standings.get(person.id, Standing())
    if not s.is_open:
        return Outlook("closed", s.closed_at and day.of(s.closed_at), s.do_not_contact or s.closed)
    coming = [(item.day, item.reason) for item in day.due(person)]
    coming += [(told.due, told.reason) for told in news(day) if told.person.id == person.id]
    if s.meeting and s.meeting.start and (talk := day.of(s.meeting.start)) >= day.today:
        coming.append((talk, f"you meet on {show(talk)}"))
    coming += [
        (until, "they rest until then") for until in (s.paused_until, s.away_until) if until and until > day.today
    ]
    if coming:
        first, reason = min(coming)
        return Outlook("due" if first <= day.today else "waiting", first, reason)
    if day.landed:
        return Outlook("closed", day.of(day.landed), "your search has ended")
    if off := {kind: since for kind, since in s.skipped.items() if s.stage or kind in ("write", "another")}:
        kind, since = max(off.items(), key=lambda skip: skip[1])
        return Outlook("closed", since, f"you took this off the list: {kind.replace('_', ' ')}")
    if s.stage:
        return Outlook(
            "closed", s.last_contact and day.of(s.last_contact), "your last lines had no answer: let it rest"
        )
    if any(action.person.id == person.id for action in _new_people(day)):
        return Outlook("due", day.today, "a first letter")
    hold = next((hold for known, hold in ranked(day) if known.id == person.id), "")
    return Outlook("new", None, hold or "new people come on business days, up to this week's number, the easiest first")


def news(day: Situation) -> Iterator[Action]:
    """Whoever introduced somebody hears of it once that meeting was held (ours)."""
    by_id = {person.id: person for person in day.people if not day.landed}
    for person in day.people:
        introducer, s = by_id.get(person.introduced_by), day.standings.get(person.id)
        if introducer is None or s is None or not s.met_at:
            continue
        theirs, cadence = day.standings.get(introducer.id, Standing()), day.cadence(introducer)
        met, step = day.of(s.met_at), cadence.step("news")
        of_all = theirs.news_told.get("")
        told = person.id in theirs.news_told or (of_all is not None and of_all >= s.met_at)
        told = told or theirs.skipped.get("news", date.min) >= met
        if step and theirs.is_open and not told:
            workdays = day.abroad.get(cadence.country, day.workdays)
            start = workdays.forward(max(step.day(met, workdays), theirs.paused_until or met))
            reason = step.why.format(since=show(met), text=person.name, wait=f"{step.wait} {step.unit}", away="")
            yield Action("news", introducer, start, reason, person)


def unheard(day: Situation, introducer: Person) -> str:
    """The id of somebody they introduced, who was met since and of whom they have not heard; "" is nobody."""
    return next((a.about.id for a in news(day) if a.about and a.person.id == introducer.id), "")


def _written(day: Situation) -> int:
    """How many people were written to for the first time this week."""
    first = (day.of(s.first_sent) for s in day.standings.values() if s.first_sent)
    monday = day.monday()
    return sum(monday <= sent <= day.today for sent in first)


def room(day: Situation) -> int:
    """How many new people there is still room for this week."""
    return max(0, (day.profile.weekly if day.profile else 5) - _written(day))


def _new_people(day: Situation) -> list[Action]:
    """People to write to for the first time, up to the week's number."""
    if not day.workdays.is_workday(day.today) or not room(day):
        return []
    return [
        Action("another" if item.another else "write", item.person, day.today, "; ".join(item.reasons))
        for item in next_people(day, room(day))
    ]


def goal(day: Situation) -> str:
    """The week's number as an encouragement; it never scolds."""
    written, left = _written(day), room(day)
    if day.landed:
        return "Your search has ended. Well done."
    if not written:
        return "This week: nobody new yet, and one letter is a fine start."
    more = "Well begun; the rest whenever you like." if left else "That is enough, well done."
    return f"This week: {written} of {written + left} new people written to. {more}"


def released(day: Situation) -> list[tuple[Person, str]]:
    """Who was closed this week, and why: what one may forget with a clear conscience."""
    found = ((person, day.standings.get(person.id)) for person in day.people)
    this_week = [
        (p, s) for p, s in found if s and not s.is_open and s.closed_at and day.of(s.closed_at) >= day.monday()
    ]
    return [(person, s.do_not_contact or s.closed) for person, s in this_week]


def to_ask(day: Situation, most: int = 5) -> list[tuple[Person, date]]:
    """Whom a check-in asks about, newest letters first, each with the day of our letter.

    Whoever has a letter without an answer, but for those who rest; one who was asked about is asked
    about again after three business days (ours), or when the day of a nudge has come.
    """
    found = []
    for person in day.people:
        s = day.standings.get(person.id)
        if s is None or not s.awaiting_since or not s.is_open:
            continue
        sent, told = day.of(s.awaiting_since), day.told(s)
        rests = max(sent, told) >= day.today or max(s.paused_until or sent, s.away_until or sent) > day.today
        is_fresh = not rests and sent < told and day.workdays.add(told, 3) > day.today
        if not rests and (not is_fresh or any(item.kind == "ask" for item in day.due(person, day.today))):
            found.append((s.awaiting_since, person))
    found.sort(key=lambda letter: (letter[0], letter[1].name), reverse=True)
    return [(person, day.of(sent)) for sent, person in found[:most]]
