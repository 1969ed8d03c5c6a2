"""From events to approaches."""

from datetime import UTC, date, datetime

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infoint import events as our_events
from infoint.analysis.approaches import COLUMNS, approaches
from infoint.analysis.funnel import funnel
from infoint.analysis.kinds import KINDS
from infoint.errors import TableError

A, B = "outreach_sent", "nudge_sent"


def table(*rows, **more):
    """Events of one person a, each "kind day [precision]", of March 2025."""
    cells = [row.split() for row in rows]
    kinds = [cell[0] for cell in cells]
    ats = [f"2025-03-{cell[1]}T10:00" for cell in cells]
    data = {"event_id": [f"e{n}" for n in range(len(rows))], "person_id": "a", "kind": kinds, "at": ats}
    return pd.DataFrame(data | {"precision": [cell[2] if len(cell) > 2 else "minute" for cell in cells]} | more)


def one(*rows, **more):
    found = approaches(table(*rows, **more))
    assert len(found.frame) == 1
    return found.frame.iloc[0]


def day(number, hour=10):
    return pd.Timestamp(2025, 3, number, hour)


def test_the_kinds_are_those_of_the_events():
    assert frozenset(our_events.KINDS) == KINDS


@pytest.mark.parametrize("kind", ["reply_received", "declined", "meeting_scheduled", "meeting_held", "meeting_moved"])
def test_the_first_answer_counts_whatever_it_is(kind):
    row = one(f"{A} 03", f"{kind} 05", "reply_received 07")
    assert row.replied
    assert row.replied_at == day(5)


@pytest.mark.parametrize("kind", ["out_of_office", "touched", "noted", "bounced", "closed", "retracted"])
def test_what_is_no_answer_does_not_count(kind):
    row = one(f"{A} 03", f"{kind} 05")
    assert not row.replied
    assert pd.isna(row.replied_at)


def test_a_touch_counts_when_it_was_theirs():
    frame = approaches(table(f"{A} 03", "touched 05", by=[None, "them"])).frame
    assert frame.replied.tolist() == [True]
    assert not approaches(table(f"{A} 03", "touched 05", by=[None, "me"])).frame.replied.any()


def test_what_came_before_the_first_letter_is_no_answer_to_it():
    row = one("reply_received 01", "meeting_held 02", f"{A} 03")
    assert not row.replied
    assert pd.isna(row.met_at)


def test_the_order_of_the_rows_does_not_matter():
    rows = [f"{A} 03", f"{B} 10", "reply_received 12", "meeting_scheduled 13", "meeting_held 20", "thank_you_sent 21"]
    assert one(*rows).drop("template").to_dict() == one(*reversed(rows)).drop("template").to_dict()


def test_the_stages_have_their_moments_and_counts():
    row = one(
        f"{A} 03", f"{B} 10", "reply_received 12", "meeting_scheduled 13", "meeting_held 20", "thank_you_sent 21",
        "introduction_received 22", "introduction_received 23", "follow_up_agreed 24", "lead_found 25",
    )  # fmt: skip
    assert [row.sent_at, row.replied_at, row.scheduled_at, row.met_at, row.thanked_at] == [
        day(3), day(12), day(13), day(20), day(21),
    ]  # fmt: skip
    assert [row.nudges, row.introductions, row.follow_up_agreed, row.lead] == [1, 2, True, True]


def test_an_answer_known_only_by_some_day_has_no_date():
    row = one(f"{A} 03", "reply_received 10 by")
    assert row.replied
    assert pd.isna(row.replied_at)


def test_a_letter_known_only_by_some_day_has_no_date_but_its_answer_has():
    row = one(f"{A} 03 by", "meeting_held 10")
    assert pd.isna(row.sent_at)
    assert row.replied_at == row.met_at == day(10)


def test_an_event_without_an_hour_is_that_day_and_an_answer_of_the_same_day_counts():
    row = one(f"{A} 03", "reply_received 03 day")
    assert row.replied
    assert row.replied_at == day(3, 0)


def test_an_answer_implies_that_somebody_wrote_and_a_note_does_not():
    found = approaches(table("meeting_held 05", "noted 03", person_id=["a", "b"])).frame
    assert found.person_id.tolist() == ["a"]
    assert found.sent_at.isna().all()
    assert found.replied.all()


def test_after_a_bounce_the_next_letter_counts():
    row = one(f"{A} 03", "bounced 04", f"{A} 10", "reply_received 12", template=["x", None, "y", None])
    assert [row.sent_at, row.replied_at, row.template] == [day(10), day(12), "y"]
    assert pd.isna(row.bounced_at)


def test_a_bounce_that_is_the_last_word_is_kept_and_told():
    found = approaches(table(f"{A} 03", "bounced 04"))
    assert found.frame.bounced_at.tolist() == [day(4)]
    assert "1 letter bounced" in found.sentence()


def test_the_template_and_channel_are_those_of_the_first_letter_and_segments_the_first_known():
    row = one(f"{A} 03", f"{B} 10", template=["warm", "again"], channel=["email", "phone"], company=[None, "Orbit"])
    assert [row.template, row.channel, row.company] == ["warm", "email", "Orbit"]


def test_one_row_a_season_and_person():
    found = approaches(table(f"{A} 03", f"{A} 04", f"{A} 05", season_id=["s", "t", "t"])).frame
    assert found[["season_id", "person_id"]].to_numpy().tolist() == [["s", "a"], ["t", "a"]]
    assert list(found.columns) == list(COLUMNS)


def test_the_columns_are_fixed_and_seasons_only_there_when_given():
    assert list(approaches(table(f"{A} 03")).frame.columns) == list(COLUMNS[1:])
    assert list(approaches(table()).frame.columns) == list(COLUMNS[1:])


def test_an_empty_table_says_so_and_keeps_its_types():
    full, empty = approaches(table(f"{A} 03")), approaches(table())
    assert empty.sentence() == "Nobody has been written to yet."
    names = ["sent_at", "replied_at", "replied", "introductions", "follow_up_agreed", "lead", "nudges", "company"]
    assert full.frame[names].dtypes.to_dict() == empty.frame[names].dtypes.to_dict()


def test_other_names_for_columns_and_kinds_are_understood_and_unknown_kinds_counted():
    rows = {"who": ["a", "a", "b"], "what": ["MAIL", "answered!", "fax"], "when": ["2025-03-03", "2025-03-04", None]}
    columns = {"who": "person_id", "what": "kind", "when": "at"}
    found = approaches(pd.DataFrame(rows), columns=columns, kinds={"MAIL": A, "answered!": "reply_received"})
    assert found.frame.replied.tolist() == [True]
    told = [str(problem) for problem in found.problems]
    assert told[0] == "table, row 3: at is missing: left out"
    assert "1 row of the kind 'fax' left out" in told[1]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        ({}, r"no column 'at'; it has event_id, person_id, kind, when, precision.*columns=\{.*\"at\"\}"),
        ({"columns": {"wen": "at"}}, "'wen'"),
        ({"columns": {"when": "at", "kind": "at"}}, "more than one"),
        ({"columns": {"when": "at"}, "kinds": {"x": "emailed"}}, "'emailed'"),
    ],
)
def test_a_call_that_cannot_be_meant_stops(call, message):
    with pytest.raises(TableError, match=message):
        approaches(table(f"{A} 03").rename(columns={"at": "when"}), **call)


@pytest.mark.parametrize("thing", [None, 3, "events.csv", [{"kind": A}]])
def test_what_is_no_table_is_refused(thing):
    with pytest.raises(TableError, match="no table"):
        approaches(thing)


def test_bad_rows_come_back_with_their_number():
    rows = table(f"{A} 03", f"{A} 04", f"{A} 05", f"{A} 06", f"{A} 07 soon")
    rows["person_id"] = ["a", None, "c", "d", "e"]
    rows.loc[2, "at"] = "last week"
    rows.loc[3, "event_id"] = "e0"
    found = approaches(rows)
    assert [problem.row for problem in found.problems] == [2, 3, 4, 5]
    assert found.frame.person_id.tolist() == ["a"]


AWARE = [
    datetime(2025, 3, 3, 9, 30, tzinfo=UTC),
    datetime(2025, 3, 5, 16, tzinfo=UTC),
    datetime(2025, 3, 4, tzinfo=UTC),
]
NAIVE = [at.replace(tzinfo=None) for at in AWARE]
DATES = [date(2025, 3, 3), date(2025, 3, 5), date(2025, 3, 4)]


@pytest.mark.parametrize("ats", [AWARE, NAIVE, DATES, [str(at) for at in AWARE], [str(at) for at in NAIVE]])
def test_every_engine_gives_the_same_frame(ats):
    rows = {
        "event_id": ["1", "2", "3"],
        "person_id": [7, 7, 8],
        "kind": [A, "reply_received", A],
        "at": ats,
        "channel": ["email", None, "phone"],
        "comfort": [3, 3, None],
        "company": ["Orbit", "Orbit", None],
    }
    arrow = pa.table(rows)
    tables = [pd.DataFrame(rows), pl.DataFrame(rows), pl.LazyFrame(rows), arrow, arrow.to_pandas()]
    if ats is not AWARE:  # DuckDB answers in the zone of the machine
        tables.append(duckdb.table("arrow"))
    first, *others = [approaches(one).frame for one in tables]
    for other in others:
        pd.testing.assert_frame_equal(first, other)
    assert str(first.sent_at.dtype).startswith("datetime64[us")
    assert str(first.comfort.dtype) == "Int64"


@pytest.mark.parametrize("make", [lambda frame: frame, pl.from_pandas, pa.Table.from_pandas])
def test_a_row_that_is_bad_in_another_way_is_not_taken_for_the_first_of_two(make):
    rows = table(f"{A} 03", f"{A} 04", f"{A} 05", event_id=["e", "e", "e"], person_id=[None, "b", "c"])
    rows["at"] = pd.to_datetime(rows["at"])
    found = approaches(make(rows))
    assert found.frame.person_id.tolist() == ["b"]
    assert [problem.row for problem in found.problems] == [1, 3]


def test_now_is_by_the_clock_of_the_table():
    rows = table(f"{A} 03")
    rows["at"] = pd.to_datetime(["2025-03-03T23:00-05:00"]).tz_convert("America/New_York")
    assert {funnel(make(rows)).now.day for make in (lambda frame: frame, pl.from_pandas)} == {3}


def test_a_day_is_the_same_in_every_zone():
    rows = table(f"{A} 03 day", "reply_received 05")
    rows["at"] = pd.to_datetime(["2025-03-03T00:00Z", "2025-03-05T20:00Z"]).tz_convert("America/New_York")
    row = approaches(rows).frame.iloc[0]
    assert row.sent_at == pd.Timestamp("2025-03-03", tz="America/New_York")
    assert row.replied_at == pd.Timestamp("2025-03-05T15:00", tz="America/New_York")


ROWS = st.lists(st.tuples(st.sampled_from(sorted(KINDS)), st.integers(1, 28), st.sampled_from("abc")), max_size=15)


@settings(deadline=None, max_examples=50)
@given(ROWS, st.randoms())
def test_every_letter_has_its_row_and_no_answer_comes_before_it(rows, random):
    def frame(some):
        cells = {"kind": [r[0] for r in some], "at": [date(2025, 3, r[1]) for r in some]}
        return approaches(pd.DataFrame(cells | {"person_id": [r[2] for r in some]})).frame

    found, shuffled = frame(rows), frame(random.sample(rows, len(rows)))
    pd.testing.assert_frame_equal(found, shuffled)
    assert {r[2] for r in rows if r[0] in {A, B}} <= set(found.person_id)
    assert not (found.replied_at < found.sent_at).any()
    assert (
        found.replied[found.met_at.notna() | found.scheduled_at.notna() | found.declined_at.notna()].isin([True]).all()
    )
