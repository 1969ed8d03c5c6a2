"""The rows of a table as people, with an event for each thing that the table says has happened with them."""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any, Literal, TypeVar

from infoint import moments
from infoint.errors import Problem, UnrecognisedFile
from infoint.events import Event
from infoint.exchange.cells import (
    Order,
    clean,
    date_readings,
    email_address,
    is_empty,
    key,
    proven_order,
    unguarded,
    web_address,
)
from infoint.exchange.formats import CHANNELS, NAMES, NO, NOTHING, SEQUENCE, STATUSES, TIES, YES
from infoint.exchange.records import Record, Table
from infoint.people import known_person

T = TypeVar("T")

_BETWEEN = re.compile(r"[,;/()&+>→|]|\band\b")
_REFERRED = re.compile(r"(?:referred|introduced|referral|intro(?:duction)?)\s+(?:by|from)\s+", re.IGNORECASE)
_SEVERAL = re.compile(r"\s*:::\s*|;\s*")
_TIED = frozenset({"introduced_by", "found", "relationship", "strength", "note", "next", "next_date", "emails"})
_NAME = ("first", "middle", "last", "suffix")


@lru_cache(maxsize=1 << 16)
def _text(cell: str) -> str:
    """A cell as one line, "" where it says that there is nothing to say."""
    text = clean(cell)
    return "" if text.casefold() in NOTHING else text


def _first_address(cell: str) -> str:
    """The first email address of a cell: Google joins several by ` ::: `."""
    return next(filter(None, map(email_address, _SEVERAL.split(cell))), "")


_READ = dict.fromkeys(("name", *_NAME), clean)
_FIELDS: dict[str, Callable[[str], str]] = dict.fromkeys(("company", "role", "industry", "school"), _text)
_FIELDS |= {"email": _first_address, "url": web_address}
_WRONG = {"email": "no email address", "url": "no web address"}


def records(table: Table, dates: Literal["dmy", "mdy"] | None, ids: Iterator[str]) -> Iterator[Record | Problem]:
    """Each row with a name as a Record, with an event for each dated fact and for the status.

    A dated fact has precision "day", also where the cell has an hour, since its zone is not known.
    What has no date of its own is known "by" the day of the last contact, else by the day of the
    file. The order of 3/4/2025 is that which its column proves, or `dates`; a column of facts that
    proves none raises: it is read first for that order, then for the people.
    """
    if not NAMES & table.columns.keys():
        title = clean(table.header[table.perhaps["name"]])
        hint = f'If it holds the names, say so: --map "{title}=name".'
        raise UnrecognisedFile(table.path, f"none of its columns is called a name, but {title!r} may be it", hint)
    reader = _Reader(table, dates, ids)
    yield from _left_out(table)
    for item in table.rows():
        if isinstance(item, Problem):
            yield item
            continue
        record = reader.read(*item)
        if reader.problems:
            yield from reader.problems
            reader.problems.clear()
        if record:
            yield record


def _left_out(table: Table) -> Iterator[Problem]:
    if table.format.quiet:
        titles = [clean(title) for place, title in enumerate(table.header) if place not in table.columns.values()]
        shown = f"{len(titles)} columns that a campaign does not need were left out, such as {', '.join(titles[:3])}"
        yield from [Problem(table.source, None, shown)] if titles else []
        return
    fields = {place: field for field, place in table.columns.items()}
    perhaps = {place: field for field, place in table.perhaps.items()}
    for place, title in enumerate(map(clean, table.header)):
        if fields.get(place) in table.proven:
            why = f"{fields[place]} by what stands in it"
            yield Problem(table.source, None, f"column {title[:80]!r} is taken for {why}")
        elif title and place not in fields:
            twin = table.columns.get(table.format.titles.get(key(title), ""))
            same = "is not understood" if twin is None else f"tells the same as {clean(table.header[twin])!r}"
            say = f' (if it is that: --map "{title}={perhaps[place]}")' if place in perhaps else ""
            yield Problem(table.source, None, f"column {title[:80]!r} {same} and was left out{say}")


def _order(table: Table, place: int) -> Order:
    items = (item for item in table.rows() if not isinstance(item, Problem))
    order, doubtful = proven_order(clean(cells[place]) for _, cells in items if len(cells) > place)
    if doubtful:
        day_first, month_first = date_readings(doubtful)
        title = clean(table.header[place])
        why = f"{doubtful} in column {title!r} can be {day_first} (day first) or {month_first} (month first)"
        raise UnrecognisedFile(table.path, why, "Say which: --dates dmy or --dates mdy.")
    return order


class _Reader:
    """Reads the rows of one table, and gathers the problems of the row it is at."""

    def __init__(self, table: Table, dates: Literal["dmy", "mdy"] | None, ids: Iterator[str]) -> None:
        self.table, self.ids = table, ids
        self.problems: list[Problem] = []
        dated = [name for name in (*SEQUENCE, "last_contact") if name in table.columns]
        self.orders: dict[str, Order] = {name: dates or _order(table, table.columns[name]) for name in dated}
        self.orders["connected_on"] = dates or ""  # nothing is asked about a date that decides nothing
        self.has_facts = bool(dated or {"status", "channel"} & table.columns.keys())
        self.has_ties = bool(_TIED & table.columns.keys())
        self.saved = datetime.fromtimestamp(table.path.stat().st_mtime, UTC).date()
        self.unnamed = [place for place, title in enumerate(table.header) if not title.strip()]
        self.columns = columns = table.columns.items()
        self.fields = [(name, place, _FIELDS[name]) for name, place in columns if name in _FIELDS]
        self.rest = [(name, place, _READ.get(name, _text)) for name, place in columns if name not in _FIELDS]
        self.checked = [(name, place, _WRONG[name]) for name, place in columns if name in _WRONG]

    def read(self, row: int, cells: list[str]) -> Record | None:
        """The record of a row; None for what is blank or gives no person."""
        if (width := len(self.table.header)) > len(cells):
            cells += [""] * (width - len(cells))
        self.row, self.cells = row, cells
        for name, place in self.columns if any(cell[:1] == "=" for cell in cells) else ():
            if cells[place][:1] == "=":
                self.left_out(name, cells[place], "a formula")
                cells[place] = ""
        known: dict[str, Any] = {
            name: v for name, place, read in self.fields if cells[place] and (v := read(cells[place]))
        }
        self.said = said = {name: v for name, place, read in self.rest if cells[place] and (v := read(cells[place]))}
        name = said.get("name") or " ".join(said[part] for part in _NAME if part in said)
        if not name and all(map(is_empty, cells)):
            return None
        if why := self.misfit(name, known):
            self.problems.append(Problem(self.table.source, row, why, skipped=True))
            return None
        for field, place, why in self.checked:
            if field not in known and (text := _text(cells[place])):
                self.left_out(field, text, why)
        for place in [place for place in self.unnamed if not is_empty(cells[place])] if self.unnamed else ():
            self.unnamed.remove(place)
            self.problems.append(Problem(self.table.source, None, f"column {place + 1} has no name and was left out"))
        known |= self.table.format.always
        if day := self.told("connected_on"):
            known |= {"connected": True, "connected_on": None if day is True else day}
        if self.has_ties:
            known |= self.tie()
        if tags := [tag for tag in _SEVERAL.split(said.get("tags", "")) if tag and not tag.startswith("*")]:
            known["tags"] = tuple(tags)
        person = known_person(name=name, id=next(self.ids), **known)
        return Record(row, person, self.events() if self.has_facts else ())

    def misfit(self, name: str, known: Mapping[str, Any]) -> str:
        """Why a row cannot be a person of this table, or ""."""
        width = len(self.table.header)
        if len(self.cells) > width and not all(map(is_empty, self.cells[width:])):
            return f"it has {len(self.cells)} cells where the header has {width}"
        if self.cells == self.table.header:
            return "the column names once more"
        alone = not known and list(self.said) == ["connected_on"]
        return "" if name else "closed account: only a date" if alone else "no name in this row"

    def left_out(self, name: str, text: str, why: str) -> None:
        title = clean(self.table.header[self.table.columns[name]])
        message = f"{title}: {text[:80]!r} is {why} and was left out"
        self.problems.append(Problem(self.table.source, self.row, message))

    def tie(self) -> dict[str, Any]:
        """How they are known, and what was written down; a word of a tie may stand in either of its columns."""
        said = self.said
        introducer, found = said.get("introduced_by", ""), said.get("found", "")
        if _REFERRED.match(found) and (not introducer or introducer.casefold() in NO):
            introducer, found = found, ""
        introducer = "" if introducer.casefold() in NO else _REFERRED.sub("", introducer, count=1)
        note = unguarded(self.cells[self.table.columns["note"]].strip()) if "note" in said else ""
        titles = {name: clean(self.table.header[place]) for name, place in self.table.columns.items()}
        rest = {"found": found} | {name: said.get(name) for name in ("emails", "next", "next_date")}
        rest["email"] = (
            ", ".join(_SEVERAL.split(self.cells[self.table.columns["email"]])[1:]) if "email" in titles else ""
        )
        parts = [note, *(f"{titles[name]}: {text}" for name, text in rest.items() if text)]
        why = "no relationship or strength that is known"
        ties: dict[type, Any] = {}
        for name in ("relationship", "strength"):
            for tie in self.words(name, TIES, why):
                if ties.setdefault(type(tie), tie) != tie:
                    self.left_out(name, str(tie), "a second word for the same")
        return {
            "relationship": ties.get(str, "referral" if introducer else "acquaintance"),
            "comfort": ties.get(int),
            "introduced_by": introducer,
            "note": "\n".join(part for part in parts if part),
        }

    def words(self, name: str, known: Mapping[str, T], why: str) -> list[T]:
        """What the known words of a cell mean; the others are problems."""
        text = self.said.get(name, "")
        pieces = [text] if key(text) in known else [piece.strip() for piece in _BETWEEN.split(text) if piece.strip()]
        for piece in pieces:
            if key(piece) not in known:
                self.left_out(name, piece, why)
        return [known[key(piece)] for piece in pieces if key(piece) in known]

    def told(self, name: str) -> date | bool:
        """What a cell of a date column says: its day; True for yes; False for no, or for nothing."""
        if not (text := self.said.get(name, "")):
            return False
        found = _told(text, self.orders[name])
        if isinstance(found, str):
            if name != "reply_received" or key(text) not in STATUSES:
                self.left_out(name, text, found)
            return False
        return found

    def events(self) -> tuple[Event, ...]:
        """An event for each dated fact, and for each fact without a date one that is known "by" a day."""
        told = {kind: self.told(kind) for kind in SEQUENCE}
        dated = {kind: day for kind, day in told.items() if isinstance(day, date)}
        statuses = self.words("status", STATUSES, "no status that is known")
        if not {reply := key(self.said.get("reply_received", ""))} & (YES | NO):
            statuses.append(STATUSES.get(reply, ()))
        undated = {kind for kind, day in told.items() if day is True} | {kind for kinds in statuses for kind in kinds}
        note = ""
        if "meeting_scheduled" in undated and "meeting_held" in dated and "meeting_held" not in undated:
            note = f"for {dated.pop('meeting_held')}"
        if undated or dated:
            undated.add("outreach_sent")
        last = self.told("last_contact")
        by = last if isinstance(last, date) else self.saved
        days = dated | {kind: _known_by(kind, by, dated) for kind in undated - dated.keys()}
        channel = next(iter(self.words("channel", CHANNELS, "no channel that is known")), "")
        events = [
            Event(
                person_id="",
                kind=kind,
                at=moments.day(days[kind]),
                precision="day" if kind in dated else "by",
                channel=channel if kind in {"outreach_sent", "nudge_sent"} else "",
                template=self.said.get("template", "") if kind == "outreach_sent" else "",
                note=note if kind == "meeting_scheduled" else "",
                details={"reason": "no answer"} if kind == "closed" else {},
            )
            for kind in SEQUENCE
            if kind in days
        ]
        if isinstance(last, date) and last not in days.values():
            events.append(Event(person_id="", kind="touched", at=moments.day(last), precision="day", channel=channel))
        return tuple(events)


@lru_cache(maxsize=1 << 14)
def _told(text: str, order: Order) -> date | bool | str:
    """The day that a cell tells; True for yes, False for no; else why it tells nothing."""
    day_first, month_first = date_readings(text)
    if ":" in text:
        order = order or "mdy"  # LinkedIn's own form of 2018
    read = {"dmy": (day_first,), "mdy": (month_first,)}.get(order, (day_first, month_first))
    days = [day for day in dict.fromkeys(read) if day]
    if days:
        return days[0] if len(days) == 1 else " or ".join(map(str, days))
    if day_first or month_first:
        return "no date in the order that the others have"
    words = {text.casefold(), key(text)}
    return bool(words & YES) if words & (YES | NO) else "no date that can be read"


def _known_by(kind: str, by: date, dated: Mapping[str, date]) -> date:
    """The day by which a fact without a date is known: not after what followed it, nor before what it followed."""
    rank = SEQUENCE.index(kind)
    followed = [day for other, day in dated.items() if SEQUENCE.index(other) > rank]
    preceded = [day for other, day in dated.items() if SEQUENCE.index(other) < rank]
    return max([min([by, *followed]), *preceded])
