"""From events to approaches: one row per season and person written to, which is what the statistics read."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from infoint.analysis.fold import COUNTS, OF_LETTER, STEPS, Coded, fold
from infoint.analysis.kinds import Kinds
from infoint.analysis.moments import wall
from infoint.analysis.results import Approaches, day, several
from infoint.analysis.tables import (
    Columns,
    Frame,
    Table,
    in_order,
    in_pandas,
    names,
    once,
    read,
    rows_of,
    set_aside,
    tidy,
)
from infoint.errors import TableError

if TYPE_CHECKING:
    import pandas as pd

MOMENTS = ("sent_at", "replied_at", "bounced_at", *STEPS)
SEGMENTS = ("relationship", "comfort", "company", "industry", "role", "introduced_by")
Survey = tuple[dict[Any, int], bool, Any, Any]
TRUTHS = ("replied", "follow_up_agreed", "lead")
COLUMNS = (
    *("season_id", "person_id", "sent_at", "replied_at", "replied", "bounced_at", *STEPS),
    *(*COUNTS, "nudges", *OF_LETTER, *SEGMENTS),
)


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

    parts = people(events, columns, kinds, (*OF_LETTER, *SEGMENTS))
    frames = [frame for part in parts if len(frame := in_pandas(part.frame))]
    frame = _tidied(pd.concat(frames) if frames else in_pandas(parts[0].frame), parts[0])
    return Approaches(frame=frame, problems=parts[0].problems.listed(), text=_sentence(frame))


def is_events(table: Any, columns: Columns) -> bool:
    """Whether a table holds events rather than approaches."""
    return {"kind", "at"} <= names(table, columns)


def people(
    events: Any,
    columns: Columns,
    kinds: Mapping[str, str] | None,
    segments: Sequence[str],
    *,
    now: Any = None,
    shrink: Callable[..., Frame] | None = None,
) -> list[Table]:
    """A row per season and person, as tables of the engine; with `shrink`, its rows counted, `count` of each.

    The engine takes the first moment of each step. Where that is not enough (a new letter after
    a bounce, a step before the first letter, days without an hour), those people's events are
    folded here, and make a second table.
    """
    import narwhals as nw

    known = Kinds.of(kinds)
    if "person_id" in segments or "kind" in segments:
        raise TableError("by= names a column that every event has: choose a segment, such as by='relationship'.")
    may = ("event_id", "season_id", "precision", "by", *(n for n in segments if n in {*OF_LETTER, *SEGMENTS}))
    need = ("person_id", "kind", "at", *(n for n in segments if n not in {*SEGMENTS, *may}))
    table = read(events, columns, need, may, moments=["at"], now=now)
    keys = [name for name in ("season_id", "person_id") if name in table.names]

    def coded(frame: Frame) -> Coded:
        return Coded.of(in_pandas(frame), known, keys, table.zone)

    if nw.get_native_namespace(table.frame).__name__ in {"pandas", "pyarrow"}:
        table, made = _usable(table, known, lambda table: coded(table.frame).survey())
        return [part(table, fold(made, segments), shrink)]
    table, seasons = _usable(table, known, _surveyed)
    text = isinstance(table.frame.collect_schema()["kind"], nw.String | nw.Categorical | nw.Enum)
    if seasons or not text:  # no engine joins what is missing, or finds a word among numbers
        return [part(table, fold(coded(table.frame), segments), shrink)]
    polars = table.frame.implementation.is_polars()
    if polars:  # kinds are compared as numbers
        table = replace(table, frame=table.frame.lazy().with_columns(nw.col("kind").cast(nw.Categorical)))
    each = _first_moments(table, known, keys, segments, exact=shrink is None)
    if shrink is None:
        small = each.collect() if polars else each
    else:  # the rest of the one query: those who must be folded keep their names
        odd = nw.col("_odd")
        each = shrink(part(table, each), *(nw.when(odd).then(nw.col(key)).alias(key) for key in keys), odd)
        small = each.group_by(*each.collect_schema().names()).agg(nw.len().alias("count")).collect()
    parts = [part(table, small.filter(~nw.col("_odd")).drop("_odd"))]
    odd = small.filter(nw.col("_odd")).select(keys)
    if rows_of(odd.select(nw.len()))[0][0]:
        odd = odd.lazy() if polars else each.filter(nw.col("_odd")).select(keys).unique()
        rest = table.frame.join(odd, on=keys, how="semi")
        parts.append(part(table, fold(coded(rest), segments), shrink))
    return parts


def part(table: Table, frame: Any, shrink: Callable[..., Frame] | None = None) -> Table:
    """A table of these rows, or of their number when they are shrunk."""
    import narwhals as nw

    frame = nw.from_native(frame, pass_through=True)
    part = replace(table, frame=frame, names=frozenset(frame.collect_schema().names()), numbered=False)
    if shrink is None:
        return part
    frame = shrink(part)
    return replace(part, frame=frame.group_by(*frame.columns).agg(nw.len().alias("count")))


def _usable(table: Table, known: Kinds, survey: Callable[[Table], Survey]) -> tuple[Table, Any]:
    """The events without what is missing, odd or there twice; kinds that nobody has named are counted."""
    import narwhals as nw

    faults = {f"{name} is missing: left out": nw.col(name).is_null() for name in ("person_id", "kind", "at")}
    if "precision" in table.names:
        odd = ~nw.col("precision").is_in(["minute", "day", "by"]) & ~nw.col("precision").is_null()
        faults["precision is none of minute, day and by: left out"] = odd
    if "event_id" in table.names:
        event = nw.col("event_id")
        if table.in_memory:
            faults["the event is there twice: left out"] = ~event.is_null() & ~event.is_first_distinct()
        else:
            table = replace(table, frame=once(table, "the event is there twice", "event_id"))
    found, bad, newest, more = survey(table)
    if bad or len(faults) > 3:
        whole, table = table.frame, replace(table, frame=set_aside(table, faults))
        _, _, newest, more = survey(table) if table.frame is not whole else (found, bad, newest, more)
    for kind in sorted(set(found) - known.all - {None}):
        table.problems.add(
            f"{several(found[kind], 'row')} of the kind {kind!r} left out: say what it means with "
            f"kinds={{{kind!r}: 'outreach_sent'}}"
        )
    return replace(table, now=newest if table.now is None else table.now), more


def _surveyed(table: Table) -> Survey:
    """How many events of each kind, whether anything is missing, the newest moment, seasons missing: in one query."""
    import narwhals as nw

    def missing(*names: str) -> Any:
        gone: Any = nw
        for name in names:
            gone = gone.when(nw.col(name).is_null()).then(1)
        return gone.otherwise(0).max()

    sums = [nw.len().alias("n"), missing("person_id", "kind", "at").alias("bad"), nw.col("at").max()]
    sums += [missing("season_id").alias("season")] if "season_id" in table.names else []
    rows = rows_of(table.frame.lazy().group_by("kind").agg(*sums))
    newest = max((row[3] for row in rows if row[3] is not None), default=None)
    return {row[0]: row[1] for row in rows}, any(row[2] for row in rows), newest, any(any(row[4:]) for row in rows)


def _first_moments(table: Table, known: Kinds, keys: Sequence[str], segments: Sequence[str], *, exact: bool) -> Frame:
    """Approaches from first moments, one row a person; `_odd` are those whose events must be folded.

    Where it need not be `exact`, `introductions` says whether there are any.
    """
    import narwhals as nw

    at, kind = nw.col("at"), nw.col("kind")

    def when(*kinds: str) -> Any:
        return nw.when(kind.is_in(known.theirs(*kinds)))

    answers = kind.is_in(known.theirs(*known.ANSWERS))
    if "by" in table.names:
        answers = answers | (kind.is_in(known.theirs("touched")) & (nw.col("by") == "them"))
    found = {"sent_at": when(*known.LETTERS).then(at).min(), "replied_at": nw.when(answers).then(at).min()}
    found |= {name: when(*kinds).then(at).min() for name, kinds in (STEPS | {"bounced_at": ("bounced",)}).items()}
    found |= {f"_{name}": when(kind).then(at).min() for name, kind in COUNTS.items()}
    found["nudges"] = when("nudge_sent").then(at).count()
    if exact:
        found["introductions"] = when("introduction_received").then(at).count()
    found |= {"_nudge": when("nudge_sent").then(at).min(), "_last": when(*known.LETTERS).then(at).max()}
    found |= {name: nw.col(name).min() for name in segments if name in table.names and name not in {*OF_LETTER, *keys}}
    of_letter = [name for name in OF_LETTER if name in segments and name in table.names]
    if of_letter:
        found |= {name: when("outreach_sent").then(nw.col(name)).min() for name in of_letter}
        found["_letters"] = when("outreach_sent").then(1).otherwise(0).sum()
    if "precision" in table.names:
        found["_vague"] = nw.when(nw.col("precision").is_in(["day", "by"])).then(1).otherwise(0).max()
    each = table.frame.group_by(keys).agg(**found)
    sent, replied, lost, last = (nw.col(name) for name in ("sent_at", "replied_at", "bounced_at", "_last"))
    odd = (sent.is_null() & ~(replied.is_null() & lost.is_null())) | (lost < last)
    for name in ("replied_at", "bounced_at", *STEPS, *(f"_{name}" for name in COUNTS)):
        odd = odd | (nw.col(name) < sent)
    odd = odd | (nw.col("_nudge") <= sent) | ((nw.col("_nudge") <= replied) & (last > replied))
    odd = odd | (nw.col("_letters") != 1) if of_letter else odd
    odd = odd | (nw.col("_vague") == 1) if "precision" in table.names else odd
    each = each.with_columns(_odd=nw.when(odd).then(True).otherwise(False))  # null is no
    shaped = {"replied": ~replied.is_null(), "bounced_at": nw.when(replied.is_null()).then(lost)}
    shaped |= {name: ~nw.col(f"_{name}").is_null() for name in COUNTS if name not in found}
    shaped["nudges"] = nw.when(nw.col("_nudge") > replied).then(0).otherwise(nw.col("nudges"))
    each = each.filter(nw.col("_odd") | ~sent.is_null()).with_columns(**shaped)
    return each.drop([name for name in found if name.startswith("_")])


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
