"""From events to approaches: one row per season and person written to, which is what the statistics read."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any

import narwhals as nw

from infoint.analysis import tables
from infoint.analysis.clocks import either
from infoint.analysis.fold import COUNTS, OF_LETTER, STEPS, Coded, fold
from infoint.analysis.kinds import Kinds
from infoint.analysis.moments import wall
from infoint.analysis.results import Approaches, day, several
from infoint.analysis.tables import Columns, Frame, Table
from infoint.errors import TableError

if TYPE_CHECKING:
    import pandas as pd

MOMENTS = ("sent_at", "replied_at", "bounced_at", *STEPS)
TRUTHS = ("replied", "follow_up_agreed", "lead")
NUMBERS = ("introductions", "nudges")
SEGMENTS = (*OF_LETTER, "relationship", "comfort", "company", "industry", "role", "introduced_by")
COLUMNS = (
    *("season_id", "person_id", "sent_at", "replied_at", "replied", "bounced_at", *STEPS),
    *(*COUNTS, "nudges", *SEGMENTS),
)
_NOT_CALLED = [""]
"""What a kind is called that the table has not."""


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

    found = tables.names(events, columns)
    parts = people(events, columns, kinds, [name for name in SEGMENTS if name in found])
    frames = [tables.in_pandas(part.frame) for part in parts]
    frame = _tidied(pd.concat([frame for frame in frames if len(frame)] or frames[:1]), parts[0])
    return Approaches(frame=frame, problems=parts[0].problems.listed(), text=_sentence(frame))


def is_events(table: Any, columns: Columns) -> bool:
    """Whether a table holds events rather than approaches."""
    found = tables.names(table, columns)
    return "kind" in found and ("at" in found or "sent_at" not in found)


def people(
    events: Any, columns: Columns, kinds: Mapping[str, str] | None, segments: Sequence[str], now: Any = None
) -> list[Table]:
    """A row per season and person with these segments, as tables of the engine.

    The engine takes the first moment of each step. Where that is not enough (a new letter after
    a bounce, a step before the first letter, days without an hour), those people's events are
    folded here, and make a second table.
    """
    known = Kinds.of(kinds)
    if "person_id" in segments or "kind" in segments:
        raise TableError("by= names a column that every event has: choose a segment, such as by='relationship'.")
    need, may = ("person_id", "kind", "at", *segments), ("event_id", "season_id", "precision", "by")
    table = _prepared(tables.read(events, columns, need, may, moments=["at"], now=now))
    unknown = _tell_unknown(table, known)
    table = _usable(table)
    keys = [name for name in ("season_id", "person_id") if name in table.names]
    if table.frame.implementation.is_pandas():
        return [table.made(fold(Coded.of(tables.in_pandas(table.frame), known, keys, table.zone), segments))]
    events = table.frame.lazy()
    if events.implementation.is_polars():  # compares numbers faster than words
        events = events.with_columns(nw.col("kind").cast(nw.Enum(dict.fromkeys((*_NOT_CALLED, *known.all, *unknown)))))
    each = _first_moments(replace(table, frame=events), known, keys, segments)
    parts = [table.made(each.filter(~nw.col("_odd")).drop("_odd"))]
    rest = tables.in_pandas(_events_of(table.frame.lazy(), each.filter(nw.col("_odd")).select(keys), keys))
    return [*parts, table.made(fold(Coded.of(rest, known, keys, table.zone), segments))] if len(rest) else parts


def _prepared(table: Table) -> Table:
    """The events of PyArrow, and those whose kinds are no words, brought to pandas; there kinds are numbered."""
    text = isinstance(table.frame.collect_schema()["kind"], nw.String | nw.Categorical | nw.Enum)
    implementation = table.frame.implementation
    if text and not (implementation.is_pandas() or implementation.is_pyarrow()):
        return table
    frame = nw.from_native(tables.in_pandas(table.frame), eager_only=True)
    return replace(table, frame=frame.with_columns(nw.col("kind").cast(nw.Categorical)))


def _usable(table: Table) -> Table:
    """The events without what is missing, odd or there twice; `now` is at the latest known."""
    faults = {f"{name} is missing: left out": nw.col(name).is_null() for name in ("person_id", "kind", "at")}
    if "precision" in table.names:
        precision = nw.col("precision")
        odd = ~precision.is_in(["minute", "day", "by"]) & ~precision.is_null()
        faults["precision is none of minute, day and by: left out"] = odd
    table = tables.set_aside(table, faults)
    table = tables.once(table, "the event is there twice", "event_id") if "event_id" in table.names else table
    return replace(table, now=tables.as_of(table, ["at"]))


def _tell_unknown(table: Table, known: Kinds) -> list[Any]:
    """Kinds that nobody has named are counted; which they are."""
    unknown = table.frame.filter(~nw.col("kind").is_in(known.all))
    found = dict(sorted(row for row in tables.rows_of(unknown.group_by("kind").agg(nw.len())) if row[0] is not None))
    for kind, number in found.items():
        meaning = f"say what it means with kinds={{{kind!r}: 'outreach_sent'}}"
        table.problems.add(f"{several(int(number), 'row')} of the kind {kind!r} left out: {meaning}")
    return list(found)


def _events_of(events: Frame, people: Frame, keys: Sequence[str]) -> Frame:
    """The events of these people; no engine joins a season that is missing."""
    found = events.join(people, on=keys, how="semi")
    if len(keys) == 1:
        return found
    unknown = nw.col("season_id").is_null()
    return nw.concat([found, events.filter(unknown).join(people.filter(unknown), on="person_id", how="semi")])


def _first_moments(table: Table, known: Kinds, keys: Sequence[str], segments: Sequence[str]) -> Frame:
    """Approaches from first moments, one row a person; `_odd` are those whose events must be folded."""
    at, kind, sent, replied = (nw.col(name) for name in ("at", "kind", "sent_at", "replied_at"))
    bounced, written, nudge = nw.col("bounced_at"), nw.col("_written"), nw.col("_nudge")

    def is_(*kinds: str) -> Any:
        return reduce(or_, (kind == name for name in known.theirs(*kinds) or _NOT_CALLED))

    def when(*kinds: str) -> Any:
        return nw.when(is_(*kinds))

    def number(*kinds: str) -> Any:
        which = is_(*kinds)
        return (which if polars else which.cast(nw.Int32)).sum()  # in SQL there is no sum of conditions

    polars = table.frame.implementation.is_polars()
    is_answer = is_(*known.ANSWERS)
    if "by" in table.names:
        is_answer = is_answer | (is_("touched") & (nw.col("by") == "them"))
    is_later = is_answer | is_("bounced", "thank_you_sent", *COUNTS.values())
    of_letter = [name for name in OF_LETTER if name in segments]
    found = {
        "sent_at": when(*known.LETTERS).then(at).min(),
        "replied_at": nw.when(is_answer).then(at).min(),
        "bounced_at": when("bounced").then(at).min(),
        "_early": nw.when(is_later).then(at).min(),
        "nudges": number("nudge_sent"),
        "_nudge": when("nudge_sent").then(at).min(),
        **{name: when(*kinds).then(at).min() for name, kinds in STEPS.items()},
        "introductions": number("introduction_received"),
        **{name: is_(name_).any() for name, name_ in COUNTS.items() if name != "introductions"},
        "_written": number(*known.LETTERS),
        **{name: when("outreach_sent").then(nw.col(name)).min() for name in of_letter},
        **{name: nw.col(name).min() for name in segments if name not in {*of_letter, *keys}},
    }
    odd = (sent.is_null() & ~(replied.is_null() & bounced.is_null())) | (nw.col("_early") < sent) | (nudge <= sent)
    odd = odd | (~bounced.is_null() & (written > 1)) | ((nudge <= replied) & (written > 2))
    if of_letter:
        found["_letters"] = number("outreach_sent")
        odd = odd | (nw.col("_letters") != 1)
    if "precision" in table.names:
        found["_vague"] = nw.when(nw.col("precision").is_in(["day", "by"])).then(at).count()
        odd = odd | (nw.col("_vague") > 0)
    each = (
        table.frame.group_by(keys)
        .agg(**found)
        .with_columns(
            _odd=either(odd, True, False),  # not known is no
            replied=~replied.is_null(),
            bounced_at=nw.when(replied.is_null()).then(bounced),
            introductions=nw.col("introductions").cast(nw.Int32),
            nudges=either(nudge > replied, 0, nw.col("nudges").cast(nw.Int32)),
        )
    )
    each = each.drop([name for name in found if name.startswith("_")])
    each = each.collect().lazy() if polars else each  # once: it is asked twice
    return each.filter(nw.col("_odd") | ~sent.is_null())


def _tidied(frame: "pd.DataFrame", table: Table) -> "pd.DataFrame":
    """The columns in their order and types, the rows in order of sending."""
    import pandas as pd

    moment = "datetime64[us]" if table.zone is None else f"datetime64[us, {table.zone}]"
    dtypes: Any = dict.fromkeys(MOMENTS, moment) | dict.fromkeys(TRUTHS, "bool") | dict.fromkeys(NUMBERS, "int64")
    data = {}
    for name in COLUMNS if "season_id" in frame else COLUMNS[1:]:
        cells: Any = frame[name] if name in frame else [None] * len(frame)
        data[name] = cells.astype(dtypes[name]).array if name in dtypes else tables.tidy(cells)
    by = [name for name in ("season_id", "sent_at", "person_id") if name in data]

    def placed(column: Any) -> Any:
        return column if column.name == "sent_at" else column.map(lambda cell: tables.in_order(tables.plain(cell)))

    return pd.DataFrame(data).sort_values(by, key=placed, kind="stable", ignore_index=True)


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
    text += f"{several(replied, 'has', 'have')} answered so far, {several(met, 'was', 'were')} met."
    return text + (
        f" {several(bounced, 'letter')} bounced and never arrived: left out of all rates." if bounced else ""
    )
