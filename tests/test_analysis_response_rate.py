"""The response rate, and the reading of anybody's table."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infoint.analysis.approaches import approaches
from infoint.analysis.counts import counts as count
from infoint.analysis.proportions import wilson
from infoint.analysis.response_rate import response_rate
from infoint.errors import TableError

FRAME = ["n", "replied", "waiting", "undated", "observed", "rate", "low", "high", "note"]


def letters(*rows, **more):
    """Letters of March 2025, each "sent [replied]" as days of the month; "." is none."""
    cells = [[None if c == "." else f"2025-03-{c}" for c in [*row.split(), "."][:2]] for row in rows]
    return pd.DataFrame({"sent_at": [c[0] for c in cells], "replied_at": [c[1] for c in cells]} | more)


def counts(table, **options):
    row = response_rate(table, **options).frame.iloc[0]
    return {name: row[name] for name in ("n", "replied", "waiting", "undated")}


def messages(result):
    return [str(problem) for problem in result.problems]


def test_the_frame_holds_the_counts_and_the_sentence_is_short():
    found = response_rate(letters("03 05", "04 .", "05 07", "20 21", "24 ."), now="2025-03-31")
    row = found.frame.iloc[0]
    assert list(found.frame.columns) == FRAME
    assert row[["n", "replied", "waiting", "undated", "observed"]].tolist() == [5, 3, 1, 0, 3 / 5]
    assert 0 < row.low < row.rate < row.high < 1
    assert found.sentence() == (
        "As of 31 March 2025: 3 of 5 have answered so far, 1 is still fresh. The long-run rate is probably "
        f"{row.low:.0%} to {row.high:.0%} (90%); of your next ten letters expect 2 to 9 answers."
    )


@pytest.mark.parametrize(
    ("rows", "now", "mean", "low", "high"),
    [
        (["03"] * 10, "2025-03-31", 0.080, 0.004, 0.238),
        (["03 05"] * 10, "2025-03-31", 0.880, 0.661, 0.995),
        ([], None, 0.400, 0.025, 0.950),
        (["03"], "2025-03-03", 0.400, 0.025, 0.950),
    ],
)
@pytest.mark.parametrize("clock", ["business", "calendar"])
def test_the_edge_cases_are_those_of_the_definition(rows, now, mean, low, high, clock):
    row = response_rate(letters(*rows), now=now, clock=clock).frame.iloc[0]
    assert [round(row[name], 3) for name in ("rate", "low", "high")] == [mean, low, high]


def test_a_fresh_letter_is_no_failure():
    old = response_rate(letters(*["03 05", "03"] * 5), now="2025-03-31").frame.rate[0]
    fresh = response_rate(letters(*["03 05", "03"] * 5, *["30"] * 10), now="2025-03-31").frame.rate[0]
    failed = response_rate(letters(*["03 05", "03"] * 5, *["03"] * 10), now="2025-03-31").frame.rate[0]
    assert fresh == pytest.approx(old, abs=0.02)
    assert failed < old - 0.1


def test_many_letters_give_the_share_answered_and_a_narrow_interval():
    row = response_rate(letters(*["03 05"] * 600, *["03"] * 1400), now="2025-03-31").frame.iloc[0]
    assert row.rate == pytest.approx(0.3, abs=0.001)
    assert (row.low, row.high) == pytest.approx(wilson(600, 2000), abs=0.001)


def test_seasons_that_differ_widen_the_interval_and_are_counted_in_the_sentence():
    rows = [*["03 05"] * 100, *["03"] * 100]
    alike = response_rate(letters(*rows, season_id=[n % 20 for n in range(200)]), now="2025-03-31")
    differ = response_rate(letters(*rows, season_id=[n // 10 for n in range(200)]), now="2025-03-31")
    width = [float(found.frame.high[0] - found.frame.low[0]) for found in (alike, differ)]
    assert width[1] > 2 * width[0]
    assert "20 seasons: 100 of 200" in differ.sentence()
    by = response_rate(letters(*rows, season_id=[n // 10 for n in range(200)], arm="x"), by="arm", now="2025-03-31")
    assert "arm x: 100 of 200 in 20 seasons, probably" in by.sentence()
    fresh = response_rate(letters("03", "03", season_id=["s", "t"]), now="2025-03-04")
    assert "2 seasons: 0 of 2" in fresh.sentence()


@pytest.mark.parametrize("number", [900, 1100])
def test_fresh_letters_leave_the_rate_open_also_when_they_are_many(number):
    rng, now = np.random.default_rng(1), pd.Timestamp("2025-03-31T12:00")
    age, delay = rng.uniform(0, 3, number), rng.lognormal(np.log(3), 1.2, number)
    sent, seen = now - pd.to_timedelta(age, "D"), (rng.random(number) < 0.3) & (delay <= age)
    table = pd.DataFrame({"sent_at": sent, "replied_at": (sent + pd.to_timedelta(delay, "D")).where(seen)})
    row = response_rate(table, now=now, clock="calendar").frame.iloc[0]
    assert row.low < 0.3 < row.high
    assert row.high - row.low > 0.4


def test_letters_pooled_over_warm_and_cold_are_cautioned():
    table = letters(*["03 05"] * 4, template=list("abab"))
    assert "Friends are written to first" in response_rate(table, by="template", now="2025-03-31").sentence()


def test_pooling_draws_segments_together_and_never_narrows_the_interval():
    table = letters(*["03 05"] * 12, *["03"] * 28, arm=[*"abcd" * 3, *"abcdefg" * 4])
    apart, pooled = (response_rate(table, by="arm", now="2025-03-31", pool=pool).frame for pool in (False, True))
    assert pooled.rate.std() < apart.rate.std()
    assert (pooled.low <= apart.low).all()
    assert (pooled.high >= apart.high).all()


def test_counts_do_as_well_as_rows():
    table = letters("03 05", "04 .", "05 07", "20 21", "24 .", arm=list("ababa"))
    made = count(table, by="arm", now="2025-03-31")
    for table_of in (made, made.frame):
        pd.testing.assert_frame_equal(
            response_rate(table_of, by="arm").frame, response_rate(table, by="arm", now="2025-03-31").frame
        )
    with pytest.raises(TableError, match="by='company'"):
        response_rate(made, by="company")


@pytest.mark.parametrize("odd", [{"state": "won"}, {"bin": 99}, {"count": -4}])
def test_counts_that_cannot_be_are_refused(odd):
    with pytest.raises(TableError, match=r"infoint\.counts never makes"):
        response_rate(pd.DataFrame([{"state": "replied", "bin": 3, "count": 4} | odd]))


@pytest.mark.parametrize(
    ("clock", "replied", "in_time"),
    [("business", "14", 1), ("business", "17", 1), ("business", "18", 0), ("calendar", "17", 1), ("calendar", "18", 0)],
)
def test_an_answer_after_the_horizon_is_none(clock, replied, in_time):
    states = count(letters(f"03 {replied}"), now="2025-03-31", clock=clock).frame.state.tolist()
    assert states == ["replied" if in_time else "late"]


def test_a_holiday_gives_one_more_day():
    table = letters("03 18")
    assert count(table, now="2025-03-31").frame.state.tolist() == ["late"]
    assert count(table, now="2025-03-31", holidays=[date(2025, 3, 10)]).frame.state.tolist() == ["replied"]


def test_a_letter_is_old_enough_on_the_very_day():
    assert counts(letters("03"), now="2025-03-17")["waiting"] == 0
    assert counts(letters("03"), now="2025-03-14")["waiting"] == 1


def test_when_no_letter_is_old_the_sentence_gives_no_rate():
    found = response_rate(letters("25", "27 28"), now="2025-03-28")
    assert found.frame.note.tolist() == ["extrapolated"]
    assert found.sentence() == (
        "As of 28 March 2025: 1 of 2 has answered so far, 1 is still fresh. It is too early: the oldest letter is "
        "3 days old."
    )


def test_no_letters_at_all_is_no_error():
    found = response_rate(letters())
    assert found.frame[["n", "waiting", "note"]].to_numpy().tolist() == [[0, 0, "no letters"]]
    assert found.sentence() == "No letters to count yet."
    assert response_rate(letters(company=[]), by="company").frame.columns.tolist() == ["company", *FRAME]


@pytest.mark.parametrize("yes", ["yes", "Y", "TRUE", "1", True, 1, 1.0])
@pytest.mark.parametrize("no", ["no", "N", "False", "0", False, 0, None])
def test_yes_and_no_are_read_as_people_write_them(yes, no):
    table = pd.DataFrame({"sent_at": ["2025-03-03"] * 3, "replied": pd.Series([yes, no, no], dtype=object)})
    found = response_rate(table, now="2025-03-31")
    assert not found.problems
    assert found.frame.replied.tolist() == [1]


def test_undated_answers_count_in_time_and_the_sentence_says_what_that_does():
    found = response_rate(letters("03", "04", "27", replied=["yes", "no", "yes"]), now="2025-03-31")
    assert found.frame[["n", "replied", "waiting", "undated"]].iloc[0].tolist() == [3, 2, 0, 2]
    none = response_rate(letters(*["03 28"] * 2, "04"), now="2025-03-31").frame.iloc[0]
    assert (
        f"2 answers had no date: if none came in time, the rate is {none.low:.0%} to {none.high:.0%}."
        in found.sentence()
    )


def test_now_is_the_newest_moment_in_the_table_and_the_sentence_says_so():
    found = response_rate(letters("03", "10 28"))
    assert found.now == datetime(2025, 3, 28)  # noqa: DTZ001 # the table has no zone
    assert found.sentence().startswith("As of 28 March 2025, the newest moment in the table: ")
    assert response_rate(letters("03", "10 28", met_at=["2025-03-30", None])).now.day == 30


def test_segments_stand_in_order_the_unknown_last():
    table = letters("03", "03 05", "03", "03 06", comfort=[10, 2, None, 2])
    found = response_rate(table, by="comfort", now="2025-03-31")
    assert list(found.frame.columns) == ["comfort", *FRAME]
    assert found.frame.comfort.astype(object).where(found.frame.comfort.notna(), None).tolist() == [2, 10, None]
    assert found.frame.n.tolist() == [2, 1, 1]
    assert "comfort 2: 2 of 2, probably" in found.sentence()
    assert "The ranges overlap" in found.sentence()


def test_a_thousand_segments_work():
    table = letters(*["03 05"] * 1000, company=[f"Company {n}" for n in range(1000)])
    found = response_rate(table, by="company", now="2025-03-31")
    assert len(found.frame) == 1000
    assert "997 more segments in the table." in found.sentence()


def test_bounced_letters_are_set_apart_unless_somebody_answered():
    table = letters("03", "03", "03 10", bounced_at=["2025-03-04", None, "2025-03-04"])
    found = response_rate(table, now="2025-03-31")
    assert found.frame[["n", "replied"]].iloc[0].tolist() == [2, 1]
    assert messages(found) == ["table: 1 letter bounced and never arrived: set apart"]


@pytest.mark.parametrize(
    ("row", "more", "message"),
    [
        ("30", {}, "the letter is from the future"),
        ("05 04", {}, "the answer came before the letter"),
        (". 04", {}, "the day of the letter is not known"),
        ("xx", {}, "sent_at is '2025-03-xx', which is no date like 2025-03-04"),
        ("04 xx", {}, "replied_at is '2025-03-xx', which is no date like 2025-03-04"),
        ("04 05", {"replied": [None, "no"]}, "replied says no, and replied_at has a date"),
        ("04", {"replied": [None, "maybe"]}, "replied is 'maybe', which is neither yes nor no"),
        ("03 05", {"person_id": ["a", "a"]}, "the same person is there twice with the same dates"),
    ],
)
def test_a_row_that_cannot_be_used_is_left_out_and_told(row, more, message):
    found = response_rate(letters("03 05", row, **more), now="2025-03-28")
    assert found.frame.n.tolist() == [1]
    assert messages(found) == [f"table, row 2: {message}: left out"]
    assert found.sentence().endswith("(1 row of the table had a problem: see .problems.)")


def test_an_answer_from_after_now_is_not_there_yet():
    found = response_rate(letters("03 20"), now="2025-03-18")
    assert found.frame[["n", "replied"]].iloc[0].tolist() == [1, 0]
    assert messages(found) == ["table: 1 answer came after 18 March 2025: taken as not there yet"]


def test_two_letters_of_the_same_dates_to_different_people_both_count():
    assert counts(letters("03 05", "03 05", person_id=["a", "b"]))["n"] == 2
    assert counts(letters("03 05", "03 05"))["n"] == 2


def test_an_answer_without_an_hour_on_the_day_of_the_letter_is_no_answer_before_it():
    table = pd.DataFrame({"sent_at": ["2025-03-03T15:00"], "replied_at": ["2025-03-03"]})
    assert counts(table, now="2025-03-31")["replied"] == 1


@pytest.mark.parametrize("text", ["3/4/25", "03.04.2025", "3-4-2025", "4/11/18, 9:05 AM", "25/12/2024"])
def test_a_date_that_reads_two_ways_stops_with_the_line_to_paste(text):
    table = pd.DataFrame({"sent_at": [text], "replied": ["no"]})
    with pytest.raises(TableError, match="two ways") as error:
        response_rate(table)
    line = str(error.value).split("Say which: ")[1].split(", or ")[0]
    exec(line, {"pandas": pd, "table": table})
    assert response_rate(table).frame.n.tolist() == [1]


def test_naive_beside_aware_stops_with_the_line_to_paste():
    table = letters("03 05")
    table["sent_at"] = pd.to_datetime(table["sent_at"])
    table["replied_at"] = pd.to_datetime(table["replied_at"]).dt.tz_localize("America/New_York")
    with pytest.raises(TableError, match=r"sent_at has no time zone .* replied_at has one") as error:
        response_rate(table)
    exec(str(error.value).split("is meant: ")[1].rstrip("."), {"pandas": pd, "table": table})
    assert counts(table, now=datetime(2025, 3, 31, tzinfo=UTC))["replied"] == 1


def test_naive_and_aware_in_one_column_stop_with_the_line_to_paste():
    table = pd.DataFrame({"sent_at": ["2025-03-03T10:00", "2025-03-03T10:00+02:00"], "replied": ["no", "no"]})
    with pytest.raises(TableError, match="sent_at has no time zone") as error:
        response_rate(table)
    exec(str(error.value).split("is meant: ")[1].rstrip("."), {"pandas": pd, "table": table})
    assert counts(table)["n"] == 2


@pytest.mark.parametrize(("zone", "now"), [(None, UTC), (UTC, None)])
def test_now_on_another_clock_than_the_table_stops(zone, now):
    table = pd.DataFrame({"sent_at": [datetime(2025, 3, 3, 10, tzinfo=zone)], "replied": [True]})
    with pytest.raises(TableError, match=r"now=now\.replace"):
        response_rate(table, now=datetime(2025, 3, 31, 10, tzinfo=now))


@pytest.mark.parametrize("text", ["2025-03-03", "2025/3/3", "20250303", "2025-03-03 9:05", "2025-03-03T09:05:00",
                                  "2025-03-03 09:05:00 UTC", "2025-03-03T09:05Z", " 2025-03-03 "])  # fmt: skip
def test_iso_dates_are_read_however_they_are_spaced(text):
    found = response_rate(pd.DataFrame({"sent_at": [text], "replied": ["yes"]}), now=date(2025, 3, 31))
    assert not found.problems
    assert found.frame.replied.tolist() == [1]


def test_business_days_are_those_of_the_zone_of_the_letters():
    zone = ZoneInfo("America/New_York")
    now = datetime(2025, 7, 14, 20, 30, tzinfo=zone)
    table = pd.DataFrame({"sent_at": [datetime(2025, 7, 11, 21, tzinfo=zone)], "replied": ["no"]})  # Saturday in UTC
    assert counts(table, within_days=1, now=now)["waiting"] == 1
    table["sent_at"] = table["sent_at"].dt.tz_convert("UTC")
    assert counts(table, within_days=1, now=now)["waiting"] == 0


def test_other_column_names_are_understood_and_missing_ones_named():
    table = letters("03 05").rename(columns={"sent_at": "Date contacted", "replied_at": "Answer"})
    with pytest.raises(TableError, match=r"no column 'sent_at'; it has Date contacted, Answer.*columns=\{"):
        response_rate(table)
    assert (
        counts(table, columns={"Date contacted": "sent_at", "Answer": "replied_at"}, now="2025-03-31")["replied"] == 1
    )
    with pytest.raises(TableError, match="'replied_at' or 'replied'"):
        response_rate(table[["Date contacted"]], columns={"Date contacted": "sent_at"})
    with pytest.raises(TableError, match="'company'"):
        response_rate(letters("03"), by="company")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"now": "soon"}, "now='soon'"),
        ({"now": "3/4/25"}, "datetime.date"),
        ({"clock": "wall"}, "clock"),
        ({"level": 90}, "level"),
        ({"within_days": 0}, "within_days"),
        ({"by": "rate"}, "by='rate'"),
    ],
)
def test_an_option_that_cannot_be_meant_is_refused(options, message):
    with pytest.raises(TableError, match=message):
        response_rate(letters("03", rate=[1]), **options)


def test_approaches_and_their_frame_give_the_same():
    rows = {"person_id": ["a", "a", "b"], "kind": ["outreach_sent", "declined", "outreach_sent"]}
    made = approaches(pd.DataFrame(rows | {"at": ["2025-03-03", "2025-03-04", "2025-03-05"]}))
    first, second = response_rate(made, now="2025-03-31"), response_rate(made.frame, now="2025-03-31")
    pd.testing.assert_frame_equal(first.frame, second.frame)
    assert first.frame.replied.tolist() == [1]


@pytest.mark.parametrize("zone", [None, UTC, ZoneInfo("America/New_York")])
def test_every_engine_gives_the_same_frame(zone):
    def at(day, hour):
        return datetime(2025, 3, day, hour, 30, tzinfo=zone)

    rows = {
        "sent_at": [at(3, 9), at(4, 10), at(5, 11), None],
        "replied_at": [at(5, 9), None, at(27, 12), None],
        "replied": [True, True, True, None],
        "company": ["Orbit", None, "Orbit", "Orbit"],
        "comfort": [3, 4, None, 3],
    }
    arrow = pa.table(rows)
    tables = [pd.DataFrame(rows), pl.DataFrame(rows), pl.LazyFrame(rows), arrow, arrow.to_pandas()]
    if zone is None:  # DuckDB answers in the zone of the machine
        tables.append(duckdb.table("arrow"))
    for by in (None, "company", "comfort"):
        first, *others = [response_rate(table, by=by) for table in tables]
        for other in others:
            pd.testing.assert_frame_equal(first.frame, other.frame)
            assert first.text == other.text


START = datetime(2025, 1, 1, 9)  # noqa: DTZ001
ROWS = st.lists(st.tuples(st.integers(0, 60), st.none() | st.integers(0, 60), st.sampled_from("abc")), max_size=30)


@settings(deadline=None, max_examples=50)
@given(ROWS, st.integers(0, 90), st.sampled_from(["business", "calendar"]))
def test_the_counts_add_up_and_segments_make_the_whole(rows, now, clock):
    data = {
        "sent_at": pd.Series([START + timedelta(days=s) for s, _, _ in rows], dtype="datetime64[us]"),
        "replied_at": [None if d is None else START + timedelta(days=s + d) for s, d, _ in rows],
        "arm": [arm for _, _, arm in rows],
    }
    table, moment = pd.DataFrame(data), START + timedelta(days=now)
    whole = response_rate(table, now=moment, clock=clock)
    parts = response_rate(table, by="arm", now=moment, clock=clock).frame
    row = whole.frame.iloc[0]
    assert row.n + sum("future" in problem.message for problem in whole.problems) == len(rows)
    assert row.replied <= row.n
    assert row.waiting <= row.n
    assert 0 <= row.low < row.high <= 1
    assert row[["n", "replied", "waiting", "undated"]].tolist() == [
        parts[name].sum() for name in ("n", "replied", "waiting", "undated")
    ]
