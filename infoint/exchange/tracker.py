"""A spreadsheet in which somebody kept track of their contacts, with columns of their own making."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Literal, TypeVar

from infoint.errors import Problem, UnrecognisedFile
from infoint.events import Event
from infoint.exchange.records import Record, Table
from infoint.exchange.text import (
    Order,
    clean,
    date_readings,
    email_address,
    is_empty,
    key,
    one_line,
    proven_order,
    unguarded,
    web_address,
)
from infoint.people import RELATIONSHIP_WORDS, Person

T = TypeVar("T")

_COLUMNS = {
    "name": "name|full name|contact|contact name|person|contact person|name of contact|networking contact|who",
    "first": "first name|first|given name",
    "last": "last name|last|surname|family name",
    "company": "company|company name|organization|organisation|employer|firm|current company|company organization",
    "role": "title|position|role|job title|job|current role|current title|position title|title position|title role",
    "email": "email|e mail|email address|e mail address|contact email|mail",
    "url": "linkedin|linkedin url|linkedin profile|linkedin link|url|profile url|profile",
    "found": "how found|how i found them|source|how we met|how met|how found referred by|how did you find them",
    "introduced_by": "referred by|introduced by|referral|referrer|introduction from|intro from|referral source",
    "relationship": "relationship|relation|connection|connection type|relationship type|how we know each other"
    "|how i know them",
    "strength": "strength|relationship strength|connection strength|strength of relationship|warmth|comfort",
    "channel": "channel|contact method|method|how contacted|contacted via|method of contact|medium|platform",
    "contacted": "date contacted|sent|date sent|sent on|sent date|first contact|date of first contact|first contacted"
    "|contacted|contacted on|contact date|outreach date|date of outreach|outreach sent|date reached out|reached out"
    "|initial contact|initial outreach|first contact date",
    "last_contact": "last contact|last contacted|last contact date|date of last contact|last touch|date last contacted",
    "nudged": "bumped|bumped on|followed up|followed up on|date followed up|follow up sent|nudged|nudged on",
    "next": "next action|next step|next steps|next",
    "next_date": "next action date|next date|next contact|next contact date|next step date|follow up date",
    "status": "status|stage|outcome|contact status|outreach status|state|progress",
    "replied": "response|responded|replied|reply|response received|reply received|heard back|got response|answered"
    "|reply date|replied on|date replied|response date|date of reply|date of response|responded on",
    "met": "met on|meeting date|date met|met|date of meeting|interview date|date of interview|chat date|call date"
    "|coffee chat date|conversation date|meeting held",
    "thanked": "thank you sent|thank you|thanked|thank you note|thank you note sent|thank you email|thanks sent"
    "|thank you date|thank you sent on|thanked on",
    "note": "notes|note|comments|comment|remarks|additional notes|notes comments",
    "industry": "industry|sector|field",
    "template": "template|letter|message template|email template|script",
    "school": "school|university|college",
    "connected_on": "connected on",
}
_FIELD_OF = {title: name for name, titles in _COLUMNS.items() for title in titles.split("|")}

_MOMENTS = {
    "contacted": "outreach_sent",
    "nudged": "nudge_sent",
    "replied": "reply_received",
    "met": "meeting_held",
    "thanked": "thank_you_sent",
}
_DATES = (*_MOMENTS, "last_contact", "connected_on")

_TIE_OF: dict[str, str | int] = {**RELATIONSHIP_WORDS}
_TIE_OF |= {"strong": 5, "medium": 3, "weak": 2, "cold": 1} | {str(comfort): comfort for comfort in range(1, 6)}

_STATUSES: dict[tuple[str, ...], str] = {
    (): "not started|researching|identified|to contact|to do|todo|not contacted|not yet contacted|researched",
    ("outreach_sent",): "outreach sent|contacted|emailed|messaged|sent|waiting|awaiting reply|awaiting response"
    "|waiting for reply|waiting for response|reached out|pending|no response yet|no reply yet|message sent|email sent",
    ("nudge_sent",): "bumped|followed up|final sent|follow up sent|bump sent|nudged",
    ("reply_received",): "replied|responded|yes|answered|in conversation",
    ("meeting_scheduled",): "scheduled|chat scheduled|meeting scheduled|call scheduled|interview scheduled",
    ("meeting_held",): "completed|complete|met|chat complete|chat completed|meeting held|done|interviewed",
    ("meeting_held", "thank_you_sent"): "thanked|thank you sent",
    ("declined",): "declined|no|said no|not interested",
    ("closed",): "no response|no reply|dormant|inactive|ghosted",
}
_KINDS_OF = {word: kinds for kinds, words in _STATUSES.items() for word in words.split("|")}
_SEQUENCE = tuple(dict.fromkeys(kind for kinds in _STATUSES for kind in kinds))
"""The kinds in the order in which they follow each other."""

_CHANNELS = {
    "email": "email|e mail|mail|gmail|outlook",
    "linkedin": "linkedin|linkedin message|linkedin dm|inmail|linkedin inmail|linkedin invitation",
    "phone": "phone|call|phone call|telephone",
    "in person": "in person|inperson|face to face|event|coffee",
}
_CHANNEL_OF = {word: name for name, words in _CHANNELS.items() for word in words.split("|")}

_BLANK = {"", "-", "–", "—", "n/a", "na", "none", "tbd", "tba", "?"}
_YES = {"yes", "y", "true", "x", "✓", "✔", "✅", "☑", "done", "sent", "1"}
_NO = {"no", "n", "false", "0", "✗", "✘", "❌", "☐", "not yet", "pending", "waiting", "no response", "no reply"}
_BETWEEN = re.compile(r"[,;/()&+>→|]|\band\b")
_REFERRED = re.compile(r"(?:referred|introduced|referral|intro(?:duction)?)\s+(?:by|from)\s+", re.IGNORECASE)


def columns(header: Sequence[str]) -> dict[str, int]:
    """Where each field stands, or {} when this is no header: it has a name and one more known column.

    >>> columns(["Full name", "Thank-you sent?", "Shoe size"])
    {'name': 0, 'thanked': 1}
    >>> columns(["First name", "Last name"])
    {}
    """
    found: dict[str, int] = {}
    for place, title in enumerate(header):
        known = _FIELD_OF.get(key(title)) if len(title) < 60 else None
        if known:
            found.setdefault(known, place)
    names = {"name", "first", "last"} & found.keys()
    return found if names and len(found) > len(names) else {}


def records(
    table: Table, path: Path, modified: date, dates: Literal["dmy", "mdy"] | None = None
) -> Iterator[Record | Problem]:
    """Each row with a name as a Record, with an event for each dated fact and for the status.

    A dated fact has precision "day", also where the cell has an hour, since its zone is not known.
    What has no date of its own is known "by" the day of the last contact, else by `modified`, the
    day of the file. The order of 3/4/2025 is that which its column proves, or `dates`; a column that
    proves none raises. The table is read twice: first for that order, then for the people.
    """
    reader = _Reader(table, modified)
    for name in _DATES:
        if name in reader.found:
            reader.orders[name] = dates or _order(table, path, reader.found[name])
    yield from reader.left_out()
    for item in table.rows():
        if isinstance(item, Problem):
            yield item
            continue
        row, cells = item
        if any(not is_empty(cell) for cell in cells):
            record = reader.record(row, cells)
            yield from reader.problems
            reader.problems.clear()
            if record is not None:
                yield record


def _order(table: Table, path: Path, place: int) -> Order:
    items = (item for item in table.rows() if not isinstance(item, Problem))
    order, doubtful = proven_order(one_line(cells[place]) for _, cells in items if len(cells) > place)
    if doubtful:
        day_first, month_first = date_readings(doubtful)
        title = clean(table.header[place])
        why = f"{doubtful} in column {title!r} can be {day_first} (day first) or {month_first} (month first)"
        raise UnrecognisedFile(path, why, "Say which: --dates dmy or --dates mdy.")
    return order


@dataclass(slots=True)
class _Reader:
    """Reads the rows of one table, and gathers the problems of the row it is at."""

    table: Table
    modified: date
    found: dict[str, int] = field(init=False)
    orders: dict[str, Order] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    row: int | None = None
    cells: list[Any] = field(default_factory=list)
    unnamed: list[int] = field(init=False)

    def __post_init__(self) -> None:
        self.found = columns(self.table.header)
        self.unnamed = [place for place, title in enumerate(self.table.header) if not title.strip()]

    def left_out(self) -> Iterator[Problem]:
        for place, title in enumerate(self.table.header):
            if title.strip() and place not in self.found.values():
                twin = self.found.get(_FIELD_OF.get(key(title), ""))
                same = "is not understood" if twin is None else f"tells the same as {clean(self.table.header[twin])!r}"
                yield Problem(self.table.source, None, f"column {clean(title)[:80]!r} {same} and was left out")

    def cell(self, name: str) -> Any:
        place = self.found.get(name, len(self.cells))
        return self.cells[place] if place < len(self.cells) else ""

    def text(self, name: str) -> str:
        """A cell as one line, "" where it says that there is nothing to say."""
        text = one_line(self.cell(name))
        return "" if text.casefold() in _BLANK else text

    def unknown(self, name: str, text: str, what: str) -> None:
        title = clean(self.table.header[self.found[name]])
        self.problems.append(Problem(self.table.source, self.row, f"{title}: {text[:80]!r} is {what} and was left out"))

    def record(self, row: int, cells: list[Any]) -> Record | None:
        self.row, self.cells = row, cells
        name = one_line(self.cell("name")) or f"{one_line(self.cell('first'))} {one_line(self.cell('last'))}".strip()
        why = self.table.misfit(cells) or ("" if name else "no name in this row")
        if why:
            self.problems.append(Problem(self.table.source, row, why, skipped=True))
            return None
        for place in [place for place in self.unnamed if place < len(cells) and not is_empty(cells[place])]:
            self.unnamed.remove(place)
            self.problems.append(Problem(self.table.source, None, f"column {place + 1} has no name and was left out"))
        introduced_by, note = self.source_and_note()
        relationship, comfort = self.tie()
        connected = self.told("connected_on")
        person = Person(
            name=name,
            email=self.checked("email", email_address, "no email address"),
            url=self.checked("url", web_address, "no web address"),
            company=self.text("company"),
            role=self.text("role"),
            industry=self.text("industry"),
            school=self.text("school"),
            relationship=relationship or ("referral" if introduced_by else "acquaintance"),
            comfort=comfort,
            introduced_by=introduced_by,
            connected=bool(connected),
            connected_on=connected if isinstance(connected, date) else None,
            note=note,
        )
        return Record(row, person, self.events())

    def source_and_note(self) -> tuple[str, str]:
        """Who introduced them, and the note: with how they were found and what is to be done next."""
        introduced_by = _REFERRED.sub("", self.text("introduced_by"), count=1)
        if introduced_by.casefold() in _NO:
            introduced_by = ""
        found = self.text("found")
        if not introduced_by and (match := _REFERRED.match(found)):
            introduced_by, found = found[match.end() :], ""
        note = self.cell("note")
        parts = [unguarded(note.strip()) if isinstance(note, str) else one_line(note)]
        for name, text in (("found", found), ("next", self.text("next")), ("next_date", self.text("next_date"))):
            if text:
                parts.append(f"{clean(self.table.header[self.found[name]])}: {text}")
        return introduced_by, "\n".join(part for part in parts if part)

    def tie(self) -> tuple[str, int | None]:
        """Relationship and comfort; either column may hold either, and the first word of each counts."""
        relationship, comfort = "", None
        for name in ("relationship", "strength"):
            for tie in self.words(name, _TIE_OF, "no relationship or strength that is known"):
                if isinstance(tie, int) and comfort is None:
                    comfort = tie
                elif isinstance(tie, str) and not relationship:
                    relationship = tie
                elif tie not in {relationship, comfort}:
                    self.unknown(name, str(tie), "a second word for the same")
        return relationship, comfort

    def words(self, name: str, known: Mapping[str, T], what: str) -> list[T]:
        """What the known words of a cell mean; the others are problems."""
        text = self.text(name)
        pieces = [text] if key(text) in known else [piece.strip() for piece in _BETWEEN.split(text) if piece.strip()]
        for piece in pieces:
            if key(piece) not in known:
                self.unknown(name, piece, what)
        return [known[key(piece)] for piece in pieces if key(piece) in known]

    def checked(self, name: str, check: Callable[[str], str], what: str) -> str:
        text = self.text(name)
        found = check(text) if text else ""
        if text and not found:
            self.unknown(name, text, what)
        return found

    def told(self, name: str) -> date | bool:
        """What a cell of a date column says: its day; True for yes; False for no, or for nothing."""
        text = self.text(name)
        words = {text.casefold(), key(text)}
        day_first, month_first = date_readings(text)
        order = self.orders.get(name)
        if day_first and month_first and day_first != month_first and order == "both":
            self.unknown(name, text, f"{day_first} or {month_first} (the column has both orders)")
        elif day := (month_first if order == "mdy" else day_first if order == "dmy" else day_first or month_first):
            return day
        elif day_first or month_first:
            self.unknown(name, text, "no date in the order that the others have")
        elif words & (_YES | _NO):
            return bool(words & _YES)
        elif text and not (name == "replied" and key(text) in _KINDS_OF):
            self.unknown(name, text, "no date that can be read")
        return False

    def events(self) -> tuple[Event, ...]:
        """An event for each dated fact, and for each fact without a date one that is known "by" a day."""
        told = {kind: self.told(name) for name, kind in _MOMENTS.items()}
        dated = {kind: day for kind, day in told.items() if isinstance(day, date)}
        undated = {kind for kind, day in told.items() if day is True}
        statuses = self.words("status", _KINDS_OF, "no status that is known")
        if not {reply := key(self.text("replied"))} & (_YES | _NO):
            statuses.append(_KINDS_OF.get(reply, ()))
        undated |= {kind for kinds in statuses for kind in kinds}
        note = ""
        if "meeting_scheduled" in undated and "meeting_held" in dated and "meeting_held" not in undated:
            note = f"for {dated.pop('meeting_held')}"
        if undated or dated:
            undated.add("outreach_sent")
        last = self.told("last_contact")
        by = last if isinstance(last, date) else self.modified
        days = dated | {kind: _known_by(kind, by, dated) for kind in undated - dated.keys()}
        channel = next(iter(self.words("channel", _CHANNEL_OF, "no channel that is known")), "")
        events = [
            Event(
                person_id="",
                kind=kind,
                at=_noon(days[kind]),
                precision="day" if kind in dated else "by",
                channel=channel if kind in {"outreach_sent", "nudge_sent"} else "",
                template=self.text("template") if kind == "outreach_sent" else "",
                note=note if kind == "meeting_scheduled" else "",
                details={"reason": "no answer"} if kind == "closed" else {},
            )
            for kind in _SEQUENCE
            if kind in days
        ]
        if isinstance(last, date) and last not in days.values():
            events.append(Event(person_id="", kind="touched", at=_noon(last), precision="day", channel=channel))
        return tuple(events)


def _known_by(kind: str, by: date, dated: Mapping[str, date]) -> date:
    """The day by which a fact without a date is known: not after what followed it, nor before what it followed."""
    rank = _SEQUENCE.index(kind)
    followed = [day for other, day in dated.items() if _SEQUENCE.index(other) > rank]
    preceded = [day for other, day in dated.items() if _SEQUENCE.index(other) < rank]
    return max([min([by, *followed]), *preceded])


def _noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
