"""From events to approaches: one row per season and person written to, which is what the statistics read."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from infoint.analysis.fold import fold
from infoint.analysis.kinds import Kinds
from infoint.analysis.moments import wall
from infoint.analysis.results import Approaches, day, several
from infoint.analysis.tables import Columns, Frame, Table, in_order, in_pandas, names, read, rows_of, set_aside, tidy
from infoint.errors import TableError

if TYPE_CHECKING:
    import pandas as pd

MOMENTS = ("sent_at", "replied_at", "bounced_at", "declined_at", "scheduled_at", "met_at", "thanked_at")
SEGMENTS = ("relationship", "comfort", "company", "industry", "role", "introduced_by")
COLUMNS = (
    *("season_id", "person_id", "sent_at", "replied_at", "replied", "bounced_at", "declined_at", "scheduled_at"),
    *("met_at", "thanked_at", "introductions", "follow_up_agreed", "lead", "nudges", "template", "channel"),
    *SEGMENTS,
)
TRUTHS = ("replied", "follow_up_agreed", "lead")
STEPS = {
    "declined_at": ("declined",),
    "scheduled_at": ("meeting_scheduled", "meeting_moved"),
    "met_at": ("meeting_held",),
    "thanked_at": ("thank_you_sent",),
    "introduced_at": ("introduction_received",),
    "followed_at": ("follow_up_agreed",),
    "led_at": ("lead_found",),
}
"""Which kinds of events make the first moment of a later step."""


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
    import pandas as pd

    parts = people(events, columns, kinds, SEGMENTS, complete=True)
    frames = [frame for part in parts if len(frame := in_pandas(part.frame))]
    frame = pd.concat(frames) if frames else in_pandas(parts[0].frame)
    frame = _tidied(frame, parts[0])
    return Approaches(frame=frame, problems=parts[0].problems.listed(), text=_sentence(frame))


def is_events(table: Any, columns: Columns) -> bool:
    """Whether a table holds events rather than approaches."""
    return {"kind", "at"} <= names(table, columns)


def people(
    events: Any,
    columns: Columns,
    kinds: Mapping[str, str] | None,
    segments: Iterable[str],
    *,
    now: Any = None,
    complete: bool = False,
) -> list[Table]:
    """A row per season and person as tables of the engine; `complete` also counts, and finds templates and channels.

    The engine takes the first moment of each step. Where that is not enough (a new letter after
    a bounce, a step before the first letter, days without an hour), those people's events are
    folded here, and make a second table.
    """
    import narwhals as nw

    known, segments = Kinds.of(kinds), tuple(segments)
    if "person_id" in segments or "kind" in segments:
        raise TableError("by= names a column that every event has: choose a segment, such as by='relationship'.")
    may = ("season_id", "precision", "by", "template", "channel", *(n for n in segments if n in SEGMENTS))
    need = ("person_id", "kind", "at", *(n for n in segments if n not in {*SEGMENTS, "season_id", *may}))
    table = read(events, columns, need, (*may, *(["event_id"] if complete else [])), moments=["at"], now=now)
    table = replace(table, frame=_usable(table, known, complete=complete))
    if now is None:
        newest = rows_of(table.frame.select(nw.col("at").max()))[0][0]
        table = replace(table, now=newest)
    if not complete:
        segments = tuple(n for n in segments if n in table.names)
    keys = [name for name in ("season_id", "person_id") if name in table.names]
    if nw.get_native_namespace(table.frame).__name__ in {"pandas", "pyarrow"}:
        return [_part(table, fold(in_pandas(table.frame), known, keys, segments, table.zone))]
    plain, odd = _plain(table, known, keys, segments, complete=complete)
    parts = [_part(table, plain)]
    if rows_of(odd.select(nw.len()))[0][0]:
        odd = odd.lazy() if isinstance(table.frame, nw.LazyFrame) else odd
        rest = in_pandas(table.frame.join(odd.select(keys), on=keys, how="semi"))
        parts.append(_part(table, fold(rest, known, keys, segments, table.zone)))
    return parts


def _part(table: Table, frame: Any) -> Table:
    import narwhals as nw

    frame = nw.from_native(frame, pass_through=True)
    return replace(table, frame=frame, names=frozenset(frame.collect_schema().names()), numbered=False)


def _usable(table: Table, known: Kinds, *, complete: bool) -> Frame:
    """The events without what is missing, odd or there twice; kinds that nobody has named are counted."""
    import narwhals as nw

    faults = {f"{name} is missing: left out": nw.col(name).is_null() for name in ("person_id", "kind", "at")}
    if "precision" in table.names:
        odd = ~nw.col("precision").is_in(["minute", "day", "by"]) & ~nw.col("precision").is_null()
        faults["precision is none of minute, day and by: left out"] = odd
    frame = set_aside(table, faults)
    found = dict(rows_of(table.frame.group_by("kind").agg(nw.len().alias("count"))))
    for kind in sorted(set(found) - known.all - {None}):
        table.problems.add(
            f"{several(found[kind], 'row')} of the kind {kind!r} left out: say what it means with "
            f"kinds={{{kind!r}: 'outreach_sent'}}"
        )
    if complete and "event_id" in table.names:
        frame = _once(replace(table, frame=frame))
    return frame


def _once(table: Table) -> Frame:
    """Events that are there twice, once."""
    import narwhals as nw

    frame = table.frame
    twice = frame.group_by("event_id").agg(nw.len().alias("count")).filter(nw.col("count") > 1)
    found = [(event, count) for event, count in rows_of(twice) if event is not None]
    if not found:
        return frame
    again = nw.col("event_id").is_in([event for event, _ in found])
    if table.in_memory:
        fault = again & ~nw.col("event_id").is_first_distinct()
        return set_aside(table, {"the event is there twice: left out": fault})
    table.problems.add(f"{several(len(found), 'event')} there twice: counted once")
    return nw.concat([frame.filter(~again), frame.filter(again).unique("event_id", keep="any")])


def _plain(
    table: Table, known: Kinds, keys: Sequence[str], segments: Iterable[str], *, complete: bool
) -> tuple[Frame, Frame]:
    """The people whose first moments say everything; and those whose events must be folded."""
    import narwhals as nw

    at, kind = nw.col("at"), nw.col("kind")

    def when(*kinds: str) -> Any:
        return nw.when(kind.is_in(known.theirs(*kinds)))

    answers = kind.is_in(known.theirs(*known.ANSWERS))
    if "by" in table.names:
        answers = answers | (kind.is_in(known.theirs("touched")) & (nw.col("by") == "them"))
    found = {"sent_at": when(*known.LETTERS).then(at).min(), "replied_at": nw.when(answers).then(at).min()}
    found |= {name: when(*kinds).then(at).min() for name, kinds in STEPS.items()}
    found |= {"bounced_at": when("bounced").then(at).min()}
    found |= {name: nw.col(name).min() for name in segments if name in table.names}
    if "precision" in table.names:
        found["_vague"] = nw.when(nw.col("precision").is_in(["day", "by"])).then(1).max()
    if complete:
        found |= {"introductions": when("introduction_received").then(1).sum()}
        found |= {"nudges": when("nudge_sent").then(1).sum(), "_letters": when("outreach_sent").then(1).sum()}
        found |= {"_nudge": when("nudge_sent").then(at).min(), "_latest": when("nudge_sent").then(at).max()}
        found |= {n: when("outreach_sent").then(nw.col(n)).min() for n in ("template", "channel") if n in table.names}
    each = table.frame.lazy().group_by(keys).agg(**found)
    if table.frame.implementation.is_polars():
        each = each.collect()
    sent, bounced = nw.col("sent_at"), ~nw.col("bounced_at").is_null()
    odd = bounced | (sent.is_null() & ~nw.col("replied_at").is_null())
    for name in ("replied_at", "thanked_at", "introduced_at", "followed_at", "led_at"):
        odd = odd | (nw.col(name) < sent)
    if complete:
        odd = odd | (nw.col("_letters") != 1) | (nw.col("_nudge") <= sent) | (nw.col("_latest") >= nw.col("replied_at"))
    if "precision" in table.names:
        odd = odd | ~nw.col("_vague").is_null()
    odd = nw.when(odd).then(True).otherwise(False)  # null is no
    return _shaped(each.filter(~odd & ~sent.is_null())), each.filter(odd)


def _shaped(each: Frame) -> Frame:
    """The columns of approaches from the first moments."""
    import narwhals as nw

    there = {
        name: ~nw.col(at).is_null()
        for name, at in (("replied", "replied_at"), ("follow_up_agreed", "followed_at"), ("lead", "led_at"))
    }
    if "introductions" not in each.collect_schema().names():
        there["introductions"] = nw.when(~nw.col("introduced_at").is_null()).then(1).otherwise(0)
    return each.with_columns(**there)


def _tidied(frame: "pd.DataFrame", table: Table) -> "pd.DataFrame":
    """The columns in their order and types, the rows in order of sending."""
    import pandas as pd

    data: dict[str, Any] = {}
    dtype: Any = "datetime64[us]" if table.zone is None else f"datetime64[us, {table.zone}]"
    for name in COLUMNS if "season_id" in table.names else COLUMNS[1:]:
        if name not in frame:
            data[name] = tidy([None] * len(frame))
        elif name in MOMENTS:
            moments: Any = frame[name].astype(dtype)
            data[name] = moments.reset_index(drop=True)
        elif name in TRUTHS or name in {"introductions", "nudges"}:
            data[name] = frame[name].astype("bool" if name in TRUTHS else "int64").reset_index(drop=True)
        else:
            data[name] = tidy(frame[name])
    made = pd.DataFrame(data)
    persons: Any = [in_order(cell)[1:] for cell in made.person_id]
    order = made[["sent_at"]].assign(person=persons)
    if "season_id" in made:
        order["season"] = [in_order(cell)[1:] for cell in made.season_id]
    by = [name for name in ("season", "sent_at", "person") if name in order]
    return made.loc[order.sort_values(by, kind="stable").index].reset_index(drop=True)


def _sentence(frame: "pd.DataFrame") -> str:
    if not len(frame):
        return "Nobody has been written to yet."
    sent = frame.sent_at.dropna()
    when = ""
    if len(sent):
        first, last = wall(sent.min().to_pydatetime()), wall(sent.max().to_pydatetime())
        when = f", from {day(first)} to {day(last)}" if first.date() != last.date() else f", on {day(first)}"
    replied, met, bounced = int(frame.replied.sum()), int(frame.met_at.count()), int(frame.bounced_at.count())
    text = f"{several(len(frame), 'person was', 'people were')} written to{when}: "
    text += f"{replied:,} {'has' if replied == 1 else 'have'} answered so far, "
    text += f"{met:,} {'was' if met == 1 else 'were'} met."
    return text + (
        f" {several(bounced, 'letter')} bounced and never arrived: left out of all rates." if bounced else ""
    )
