"""From approaches to counts, on every engine."""

from datetime import date, datetime

import duckdb
import ibis
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infoint.analysis.approaches import approaches
from infoint.analysis.counts import counts
from infoint.analysis.funnel import funnel
from infoint.analysis.kinds import KINDS
from infoint.errors import TableError

pytestmark = pytest.mark.filterwarnings("ignore:fetch_arrow_table:DeprecationWarning")  # narwhals calls DuckDB so
ENGINES = ("pandas", "polars", "polars lazy", "pyarrow", "duckdb", "ibis")


def on(engine, frame, folder):
    """The same table on another engine."""
    arrow = pa.Table.from_pandas(frame, preserve_index=False)
    if engine == "ibis":
        frame.to_parquet(folder / "table.parquet")
        return ibis.duckdb.connect().read_parquet(folder / "table.parquet")
    made = {
        "pandas": lambda: frame,
        "polars": lambda: pl.from_arrow(arrow),
        "polars lazy": lambda: pl.from_arrow(arrow).lazy(),
        "pyarrow": lambda: arrow,
        "duckdb": lambda: duckdb.connect().from_arrow(arrow),
    }
    return made[engine]()


def season(rows=3000, people=400, *, seed=5, whole_days=False):
    """Events as they come: bounces and new letters, steps before the first letter, weekends, ties, missing cells."""
    rng = np.random.default_rng(seed)
    kinds = [*["outreach_sent"] * 8, *["reply_received"] * 4, "bounced", *sorted(KINDS)]
    at = np.datetime64("2025-01-01", "us") + rng.integers(0, 90 * 1440, rows).astype("timedelta64[m]")
    if whole_days:
        at = at.astype("datetime64[D]").astype("datetime64[us]")
    frame = pd.DataFrame({"person_id": rng.integers(0, people, rows), "kind": rng.choice(kinds, rows), "at": at})
    frame["season_id"] = frame.person_id % 7
    frame["company"] = frame.person_id.map(lambda n: None if n % 5 == 0 else f"Company {n % 4}")
    frame.loc[::97, "at"] = pd.NaT
    return frame


def letters(seed=1, rows=500):
    rng = np.random.default_rng(seed)
    sent = np.datetime64("2025-01-01", "us") + rng.integers(0, 90 * 1440, rows).astype("timedelta64[m]")
    delay = np.rint(rng.lognormal(7, 2, rows)).astype("int64").astype("timedelta64[m]")
    answered = pd.Series(sent + delay).where(rng.random(rows) < 0.6)
    frame = pd.DataFrame({"sent_at": sent, "replied_at": answered, "replied": answered.notna()})
    frame["relationship"] = rng.choice(["friend", "alum", None], rows)
    frame["comfort"] = rng.integers(1, 5, rows)
    frame.loc[rng.random(rows) < 0.1, "replied"] = True
    frame.loc[::40, "sent_at"] = frame.loc[::40, "sent_at"].dt.normalize()
    frame.loc[7, "sent_at"] = pd.NaT
    frame.loc[8, "replied_at"] = pd.Timestamp("2024-12-01")
    return frame


def messages(result):
    """Problems without the numbers of rows, which only tables in memory have."""
    return sorted(
        {str(problem.message).split(": ")[-2] for problem in result.problems if ": left out" in problem.message}
    )


@pytest.mark.parametrize("engine", ENGINES[1:])
@pytest.mark.parametrize("clock", ["business", "calendar"])
@pytest.mark.parametrize("by", [None, "relationship", "comfort"])
def test_every_engine_counts_the_same_letters(engine, clock, by, tmp_path):
    table, options = letters(), {"by": by, "clock": clock, "holidays": [date(2025, 1, 20), date(2025, 2, 17)]}
    expected, found = counts(table, **options), counts(on(engine, table, tmp_path), **options)
    pd.testing.assert_frame_equal(found.frame, expected.frame)
    assert found.now == expected.now
    assert messages(found) == messages(expected)


@pytest.mark.parametrize("engine", ENGINES[1:])
@pytest.mark.parametrize("whole_days", [False, True])
def test_every_engine_makes_the_same_of_events(engine, whole_days, tmp_path):
    events = season(whole_days=whole_days)
    table = on(engine, events, tmp_path)
    for by in (None, "company"):
        pd.testing.assert_frame_equal(counts(table, by=by).frame, counts(events, by=by).frame)
    for by in (None, "company", "season_id"):
        found, expected = funnel(table, by=by), funnel(events, by=by)
        pd.testing.assert_frame_equal(found.frame, expected.frame)
        pd.testing.assert_frame_equal(found.steps, expected.steps)
        assert len(found.steps) > 1
    pd.testing.assert_frame_equal(approaches(table).frame, approaches(events).frame)


@pytest.mark.parametrize("engine", ENGINES)
def test_people_of_no_known_season_are_counted_on_every_engine(engine, tmp_path):
    """A bounce and a new letter, which the engine alone cannot tell; a join would lose them."""
    events = pd.DataFrame({"person_id": ["a", "a", "a"], "kind": ["outreach_sent", "bounced", "outreach_sent"]})
    events["at"] = pd.to_datetime(["2025-03-03", "2025-03-04", "2025-03-05"])
    events["season_id"] = pd.Series([None] * 3, dtype="str")
    found = funnel(on(engine, events.astype({"at": "datetime64[us]"}), tmp_path))
    assert found.frame.reached.tolist() == [1, *[0] * 7]


@pytest.mark.parametrize("engine", ENGINES)
def test_kinds_that_are_numbers_are_told_or_named(engine, tmp_path):
    events = pd.DataFrame({"person_id": ["a", "b"], "kind": [3, 4], "at": pd.to_datetime(["2025-03-03", "2025-03-04"])})
    table = on(engine, events.astype({"at": "datetime64[us]"}), tmp_path)
    assert "1 row of the kind 3 left out" in str(funnel(table).problems[0])
    assert funnel(table, kinds={3: "outreach_sent"}).frame.reached[0] == 1


@pytest.mark.parametrize("engine", ENGINES)
def test_an_event_that_is_there_twice_is_no_second_follow_up(engine, tmp_path):
    kinds = ["outreach_sent", *["nudge_sent"] * 2]
    events = pd.DataFrame({"event_id": ["1", "2", "2"], "person_id": "a", "kind": kinds})
    events["at"] = pd.to_datetime(["2025-03-03", "2025-03-10", "2025-03-10"]).astype("datetime64[us]")
    found = funnel(on(engine, events, tmp_path))
    assert found.steps.sent.tolist() == [1, 1]
    assert "twice" in str(found.problems[0])


def test_events_and_the_approaches_made_of_them_give_the_same_counts():
    events = season()
    pd.testing.assert_frame_equal(counts(events).frame, counts(approaches(events), now=counts(events).now).frame)


@pytest.mark.parametrize("engine", ["pandas", "polars", "duckdb"])
def test_other_peoples_names_for_columns_and_kinds_are_understood_on_the_engine(engine, tmp_path):
    events = season()
    theirs = events.rename(columns={"at": "when", "kind": "what"}).replace({"what": {"outreach_sent": "EMAIL_OUT"}})
    found = counts(
        on(engine, theirs, tmp_path),
        columns={"when": "at", "what": "kind"},
        kinds={"EMAIL_OUT": "outreach_sent", "outreach_sent": "noted"},
    )
    pd.testing.assert_frame_equal(found.frame, counts(events).frame)
    unknown = counts(on(engine, theirs, tmp_path), columns={"when": "at", "what": "kind"})
    assert any("'EMAIL_OUT' left out" in str(problem) for problem in unknown.problems)


@pytest.mark.parametrize("zone", ["UTC", "America/New_York", "Europe/Berlin"])
@pytest.mark.parametrize("engine", ["pandas", "polars", "pyarrow"])
def test_moments_with_a_zone_are_counted_by_its_clock(zone, engine, tmp_path):
    naive = letters()
    aware = naive.assign(
        **{n: naive[n].dt.tz_localize(zone, nonexistent="shift_forward") for n in ("sent_at", "replied_at")}
    )
    pd.testing.assert_frame_equal(counts(on(engine, aware, tmp_path)).frame, counts(naive).frame)


def test_every_letter_is_in_one_cell_and_the_states_are_those_of_the_letters():
    table = pd.DataFrame(
        {
            "sent_at": ["2025-03-03", "2025-03-03", "2025-03-27", "2025-03-03", "2025-03-03", "2025-03-27"],
            "replied_at": ["2025-03-05", "2025-03-28", None, None, None, None],
            "replied": ["yes", "yes", "no", "no", "yes", "yes"],
        }
    )
    frame = counts(table, now="2025-03-31").frame
    assert frame.state.tolist() == ["late", "matured", "open", "replied", "undated", "undated_open"]
    assert frame["count"].tolist() == [1] * 6
    assert frame.set_index("state").days[["replied", "open"]].between(2, 2.3).all()


def test_small_segments_are_hidden_with_the_next_smallest():
    table = pd.DataFrame({"sent_at": "2025-03-03", "replied": "no", "arm": [*"a" * 2, *"b" * 5, *"c" * 9]})
    found = counts(table, by="arm", now="2025-03-31", min_count=4)
    assert found.frame.arm.tolist() == ["c"]
    assert "2 segments hidden" in str(found.problems[0])
    assert counts(table, by="arm", min_count=2).frame.arm.tolist() == ["a", "b", "c"]


def test_hidden_counts_do_not_name_their_seasons():
    table = pd.DataFrame({"sent_at": "2025-03-03", "replied": "no", "season_id": ["anna", "bo"]})
    assert counts(table, min_count=2).frame.season_id.tolist() == [1, 2]


def test_a_column_that_is_no_segment_is_refused():
    with pytest.raises(TableError, match="by="):
        counts(season(), by="person_id")


START = datetime(2025, 1, 1)  # noqa: DTZ001


@settings(deadline=None, max_examples=50)
@given(st.lists(st.tuples(st.integers(0, 3), st.sampled_from(sorted(KINDS)), st.integers(0, 20)), max_size=25))
def test_polars_and_pandas_fold_the_same(rows):
    events = pd.DataFrame(rows, columns=["person_id", "kind", "at"]).astype(
        {"person_id": "int64", "kind": "str", "at": "int64"}
    )
    events["at"] = pd.to_datetime(events["at"], unit="D", origin=START).astype("datetime64[us]")
    pd.testing.assert_frame_equal(approaches(pl.from_pandas(events)).frame, approaches(events).frame)
