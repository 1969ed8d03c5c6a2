"""From events to approaches: one row per season and person written to, which is what the statistics read."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, Any

from infoint.analysis.moments import Moment, Moments, column, read_moments, wall
from infoint.analysis.results import Approaches, day, several
from infoint.analysis.tables import Columns, Problems, Table, read, tidy
from infoint.errors import TableError

if TYPE_CHECKING:
    import pandas as pd

KINDS = frozenset(
    {
        *("outreach_sent", "nudge_sent", "touched", "reply_received", "out_of_office", "bounced", "declined"),
        *("meeting_scheduled", "meeting_moved", "meeting_cancelled", "confirmation_sent", "meeting_held"),
        *("thank_you_sent", "introduction_received", "introduction_thanked", "follow_up_agreed", "update_sent"),
        *("lead_found", "promise_made", "promise_kept", "noted", "snoozed", "skipped", "closed"),
        *("do_not_contact", "do_not_contact_lifted", "landed", "retracted"),
    }
)
MOMENTS = ("sent_at", "replied_at", "bounced_at", "declined_at", "scheduled_at", "met_at", "thanked_at")
SEGMENTS = ("relationship", "comfort", "company", "industry", "role", "introduced_by")
COLUMNS = (
    *("season_id", "person_id", "sent_at", "replied_at", "replied", "bounced_at", "declined_at", "scheduled_at"),
    *("met_at", "thanked_at", "introductions", "follow_up_agreed", "lead", "nudges", "template", "channel"),
    *SEGMENTS,
)

_LETTERS = ("outreach_sent", "nudge_sent")
_ANSWERS = frozenset({"reply_received", "declined", "meeting_scheduled", "meeting_held"})
_SAME = {"meeting_moved": "meeting_scheduled"}
_FIRST = {
    "declined": "declined_at",
    "meeting_scheduled": "scheduled_at",
    "meeting_held": "met_at",
    "thank_you_sent": "thanked_at",
}


def approaches(events: Any, columns: Columns = None, kinds: Mapping[str, str] | None = None) -> Approaches:
    """One row per season and person written to, from a table of events (person_id, kind, at, and what else is known).

    `columns` says what the columns are called (`{"when": "at"}`), `kinds` what the kinds are
    (`{"EMAIL_OUT": "outreach_sent"}`). Everything counts from the first letter on (after a bounce:
    from the next one). An answer is a reply, a no, an invitation or a call; an out-of-office is
    none. What is only known to have happened by some day (a column `precision` says "by") leaves
    `sent_at` and `replied_at` empty; the moments of the later stages are then that day.

    >>> import pandas as pd
    >>> answered = approaches(pd.DataFrame({"person_id": ["dana", "dana"],
    ...     "kind": ["outreach_sent", "declined"], "at": ["2025-03-03", "2025-03-05T10:00"]}))
    >>> answered.sentence()
    '1 person was written to, on 3 March 2025: 1 has answered so far, 0 were met.'
    """
    need, may = ("person_id", "kind", "at"), ("event_id", "season_id", "precision", "by", "channel", "template")
    table = read(events, columns, need, (*may, *SEGMENTS))
    problems = Problems()
    moments = read_moments(table, ("at",), problems)
    found = _events(table, moments, _kinds(table, kinds or {}, problems), problems)
    people: dict[tuple[Any, Any], list[_Event]] = {}
    for event in sorted(found, key=lambda event: event.order):
        people.setdefault((event.cells["season_id"], event.cells["person_id"]), []).append(event)
    rows = [row for events in people.values() if (row := _approach(events)) is not None]
    rows.sort(key=lambda row: (str(row["season_id"]), wall(row["sent_at"] or date.max), str(row["person_id"])))
    frame = _frame(rows, moments, with_seasons="season_id" in table.cells)
    return Approaches(frame=frame, problems=problems.listed(), text=_sentence(rows))


@dataclass(frozen=True, slots=True)
class _Event:
    kind: str
    at: Moment
    by: bool
    order: tuple[datetime, bool, str, str]
    cells: dict[str, Any]


def _kinds(table: Table, kinds: Mapping[str, str], problems: Problems) -> list[str | None]:
    """Our kind for each row, or None; kinds that nobody has named are counted."""
    for ours in kinds.values():
        if ours not in KINDS:
            raise TableError(f"kinds= names {ours!r}, which is no kind of event; there are {', '.join(sorted(KINDS))}.")
    named = [None if kind is None else kinds.get(str(kind), str(kind)) for kind in table.column("kind")]
    for kind, count in sorted(Counter(kind for kind in named if kind and kind not in KINDS).items()):
        problems.tell(
            f"{several(count, 'row')} of the kind {kind!r} left out: say what it means with "
            f"kinds={{{kind!r}: 'outreach_sent'}}"
        )
    return named


def _events(table: Table, moments: Moments, kinds: list[str | None], problems: Problems) -> list[_Event]:
    """The events that can be used; rows that lack something and rows that come twice are problems."""
    names = ("season_id", "person_id", "by", "channel", "template", *SEGMENTS)
    cells = {name: table.column(name) for name in names}
    ids, precisions, ats = table.column("event_id"), table.column("precision"), moments.columns["at"]
    found, seen = [], set()
    for row, (kind, at, precision) in enumerate(zip(kinds, ats, precisions, strict=True)):
        for name, cell in (("person_id", cells["person_id"][row]), ("kind", kind), ("at", at)):
            if cell is None:
                problems.add(row, f"{name} is missing")
        if precision not in {None, "minute", "day", "by"}:
            problems.add(row, f"precision is {str(precision)!r}, which is none of minute, day and by")
        if ids[row] is not None and ids[row] in seen:
            problems.add(row, f"event {ids[row]} is there twice")
        if row in problems.rows or kind not in KINDS or kind == "retracted" or at is None:
            continue
        seen.add(ids[row])
        ours = _SAME.get(kind, kind)
        moment = _day(at) if precision in {"day", "by"} else at
        order = (_from(moment, ours), ours not in _LETTERS, ours, str(ids[row]))
        found.append(_Event(ours, moment, precision == "by", order, {name: cells[name][row] for name in names}))
    return found


def _day(at: Moment) -> date:
    """The day of an event without an hour: it is the same in every zone."""
    if not isinstance(at, datetime):
        return at
    return (at.astimezone(UTC) if at.tzinfo else at).date()


def _from(at: Moment, kind: str) -> datetime:
    """When to count from: a day without an hour begins at 0:00 for what we send, ends at 23:59 else."""
    return wall(at) if isinstance(at, datetime) or kind in _LETTERS else datetime.combine(at, time(23, 59))


def _approach(events: list[_Event]) -> dict[str, Any] | None:
    """Fold one person's events, in order, into a row; None when nobody wrote to them."""
    letters = any(event.kind in _LETTERS for event in events)
    if not letters and not any(_is_answer(event) or event.kind == "bounced" for event in events):
        return None
    row: dict[str, Any] = dict.fromkeys(COLUMNS)
    row |= {"replied": False, "introductions": 0, "follow_up_agreed": False, "lead": False, "nudges": 0}
    for name in ("season_id", "person_id", *SEGMENTS):
        row[name] = next((event.cells[name] for event in events if event.cells[name] is not None), None)
    begun = not letters
    for event in events:
        if event.kind in _LETTERS:
            if not begun or (row["bounced_at"] and not row["replied"]):
                begun = True
                row |= {"sent_at": None if event.by else event.at, "bounced_at": None}
                row |= {name: event.cells[name] for name in ("template", "channel")}
            else:
                row["nudges"] += event.kind == "nudge_sent"
        elif begun:
            _step(row, event)
    return row


def _step(row: dict[str, Any], event: _Event) -> None:
    """What an event after the first letter adds to the row."""
    if _is_answer(event):
        if not row["replied"]:
            row |= {"replied": True, "replied_at": None if event.by else event.at, "bounced_at": None}
    elif event.kind == "bounced" and not row["replied"]:
        row["bounced_at"] = row["bounced_at"] or event.at
    if name := _FIRST.get(event.kind):
        row[name] = row[name] or event.at
    row["introductions"] += event.kind == "introduction_received"
    row["follow_up_agreed"] |= event.kind == "follow_up_agreed"
    row["lead"] |= event.kind == "lead_found"


def _is_answer(event: _Event) -> bool:
    return event.kind in _ANSWERS or (event.kind == "touched" and event.cells["by"] == "them")


def _frame(rows: list[dict[str, Any]], moments: Moments, *, with_seasons: bool) -> "pd.DataFrame":
    import pandas as pd

    data = {}
    for name in COLUMNS if with_seasons else COLUMNS[1:]:
        cells = [row[name] for row in rows]
        if name in MOMENTS:
            data[name] = column(cells, moments.zone)
        elif name in {"replied", "follow_up_agreed", "lead"}:
            data[name] = pd.Series(cells, dtype="bool")
        elif name in {"introductions", "nudges"}:
            data[name] = pd.Series(cells, dtype="int64")
        else:
            data[name] = tidy(cells)
    return pd.DataFrame(data)


def _sentence(rows: list[dict[str, Any]]) -> str:
    if not rows:
        return "Nobody has been written to yet."
    sent = sorted(wall(row["sent_at"]) for row in rows if row["sent_at"] is not None)
    when = f", from {day(sent[0])} to {day(sent[-1])}" if sent else ""
    if sent and sent[0].date() == sent[-1].date():
        when = f", on {day(sent[0])}"
    replied, met = sum(row["replied"] for row in rows), sum(row["met_at"] is not None for row in rows)
    text = f"{several(len(rows), 'person was', 'people were')} written to{when}: "
    text += (
        f"{replied:,} {'has' if replied == 1 else 'have'} answered so far, {met:,} {'was' if met == 1 else 'were'} met."
    )
    bounced = sum(row["bounced_at"] is not None for row in rows)
    if bounced:
        text += f" {several(bounced, 'letter')} bounced and never arrived: left out of all rates."
    return text
