"""LinkedIn's messages.csv and Invitations.csv: what was written with whom, as events."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple

from infoint import moments
from infoint.errors import Problem, UnrecognisedFile
from infoint.events import Event
from infoint.exchange.cells import clean, key, web_address
from infoint.exchange.formats import ASKS
from infoint.exchange.records import Record
from infoint.exchange.text import TextFile
from infoint.people import Person, fold

_SHAPES = {
    "LinkedIn messages": ({"from", "to", "date", "content"}, "date", "content"),
    "LinkedIn invitations": ({"from", "to", "sent at", "direction"}, "sent at", "message"),
}
_WITH_ZONE, _LOCAL = "%Y-%m-%d %H:%M:%S UTC", ("%m/%d/%y, %I:%M %p", "%m/%d/%Y, %I:%M %p")


def shape(header: Sequence[str]) -> str:
    """Which of LinkedIn's two files has such a header, or "".

    >>> shape(["From", "To", "Sent At", "Message", "Direction"])
    'LinkedIn invitations'
    """
    titles = {key(title) for title in header}
    return next((name for name, (needed, _, _) in _SHAPES.items() if needed <= titles), "")


class _Side(NamedTuple):
    """One of the two who write: by profile, or by name where the file has no profiles."""

    name: str
    url: str

    @property
    def id(self) -> str:
        return self.url or fold(self.name)


@dataclass(frozen=True, slots=True)
class _Message:
    row: int
    sender: _Side
    recipient: _Side
    at: datetime
    precision: str
    asks: bool
    direction: str


def records(file: TextFile, name: str, me: str = "") -> Iterator[Record | Problem]:
    """For each person written with, a Record of what passed; they are looked up, and not added.

    Our message is a first letter when it asks for a talk or advice (the words are in
    `formats.toml`), a further one before an answer a nudge; theirs is the answer. All else is a
    touch. `me` is the user's name; without it the user is who takes part in every message.
    """
    messages: list[_Message] = []
    for item in _messages(file, name):
        if isinstance(item, Problem):
            yield item
        else:
            messages.append(item)
    mine = _mine(messages, me)
    if messages and not mine:
        why = "it does not show which of those who write is you"
        raise UnrecognisedFile(file.path, why, 'Give your name as LinkedIn has it: infoint edit me --name "..."')
    theirs: dict[str, list[_Message]] = defaultdict(list)
    for message in messages:
        if {message.sender.id, message.recipient.id} & mine:
            theirs[(message.recipient if message.sender.id in mine else message.sender).id].append(message)
    for passed in theirs.values():
        passed.sort(key=lambda message: message.at)
        side = passed[0].recipient if passed[0].sender.id in mine else passed[0].sender
        person = Person(name=side.name or side.url, url=side.url, connected=bool(side.url))
        yield Record(passed[0].row, person, tuple(_events(passed, mine)), known_only=True)


def _messages(file: TextFile, name: str) -> Iterator[_Message | Problem]:
    _, when, content = _SHAPES[name]
    rows = (item for item in file.rows(",") if not isinstance(item, Problem))
    header: list[str] = []
    left_out: Counter[str] = Counter()
    for row, cells in rows:
        if not header:
            header = [key(title) for title in cells] if shape(cells) else []
            continue
        said = defaultdict(str, zip(header, map(clean, cells), strict=False))
        to = said.get("recipient profile urls", said.get("inviteeprofileurl", ""))
        if said.get("is message draft", "").casefold() in {"yes", "true"}:
            left_out["drafts"] += 1
        elif "," in to or ("," in said["to"] and not to):
            left_out["messages to several people"] += 1
        elif not said.get(content):
            left_out["messages without words"] += 1
        elif (found := _moment(said[when])) is None:
            yield Problem(file.path.name, row, f"{said[when][:40]!r} is no date of LinkedIn's", skipped=True)
        else:
            sender = said.get("sender profile url", said.get("inviterprofileurl", ""))
            yield _Message(
                row,
                _Side(said["from"], web_address(sender)),
                _Side(said["to"], web_address(to)),
                *found,
                asks=bool(ASKS.search(said[content])),
                direction=said.get("direction", "").casefold(),
            )
    for what, number in left_out.items():
        yield Problem(file.path.name, None, f"{number} {what} were left out")


def _moment(text: str) -> tuple[datetime, str] | None:
    """A moment with its zone, or the day of one whose zone is not told."""
    for form in (_WITH_ZONE, *_LOCAL):
        try:
            at = datetime.strptime(text, form)  # noqa: DTZ007 - the zone is in the form, or is not known
        except ValueError:
            continue
        return (at.replace(tzinfo=UTC), "minute") if form == _WITH_ZONE else (moments.day(at.date()), "day")
    return None


def _mine(messages: list[_Message], me: str) -> set[str]:
    """How the user is called in the file: by direction, by name, or as the one who is in every message."""
    told = {(m.sender if m.direction == "outgoing" else m.recipient).id for m in messages if m.direction}
    named = {side.id for m in messages for side in (m.sender, m.recipient) if me and fold(side.name) == fold(me)}
    if told or named:
        return told or named
    seen = Counter(side.id for m in messages for side in (m.sender, m.recipient))
    ranked = [count for _, count in seen.most_common(2)]
    return {seen.most_common(1)[0][0]} if ranked and len(set(ranked)) == len(ranked) else set()


def _events(passed: list[_Message], mine: set[str]) -> Iterator[Event]:
    awaiting = False
    for message in passed:
        ours = message.sender.id in mine
        kind, details = "touched", {"by": "me" if ours else "them"}
        if ours and (awaiting or message.asks):
            kind, details, awaiting = "nudge_sent" if awaiting else "outreach_sent", {}, True
        elif not ours and awaiting:
            kind, details, awaiting = "reply_received", {}, False
        yield Event(
            person_id="", kind=kind, at=message.at, precision=message.precision, channel="linkedin", details=details
        )
