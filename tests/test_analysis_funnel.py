"""The funnel."""

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from infoint.analysis.approaches import approaches
from infoint.analysis.funnel import STAGES, funnel
from infoint.analysis.proportions import wilson
from infoint.errors import TableError
from infoint.sample import sample_seasons

WAY = ["outreach_sent", "reply_received", "meeting_scheduled", "meeting_held", "thank_you_sent"]


def events(*people):
    """Each person's kinds of events, one a day of March 2025; a number in front is the first day."""
    rows = []
    for number, (first, company, kinds) in enumerate(people):
        for later, kind in enumerate(kinds):
            at = f"2025-03-{first + later:02}T10:00"
            rows.append({"person_id": f"p{number}", "kind": kind, "at": at, "company": company})
    return pd.DataFrame(rows, columns=["person_id", "kind", "at", "company"])


SEASON = events(
    (1, "Orbit", [*WAY, "introduction_received", "lead_found"]),
    (2, "Orbit", [*WAY[:4], "follow_up_agreed"]),
    (3, "Acme", WAY[:2]),
    (3, "Acme", ["outreach_sent", "meeting_held"]),  # a met person has replied and agreed
    (4, "Acme", ["outreach_sent", "declined"]),
    (4, None, ["outreach_sent"]),
    (24, None, ["outreach_sent"]),
    (5, "Orbit", ["outreach_sent", "bounced"]),
)


def stages(found, column="reached"):
    return dict(zip(found.frame.stage, found.frame[column], strict=True))


def test_a_later_stage_implies_the_earlier_ones():
    assert stages(funnel(SEASON)) == {
        "approached": 7, "replied": 5, "scheduled": 3, "met": 3,
        "thanked": 1, "introduced": 1, "follow-up agreed": 1, "lead": 1,
    }  # fmt: skip


def test_each_rate_is_of_the_stage_before_and_the_last_four_of_those_met():
    found = funnel(SEASON).frame.set_index("stage")
    assert list(found.columns) == ["reached", "rate", "low", "high", "waiting"]
    for stage, successes, trials in [("replied", 5, 7), ("scheduled", 3, 5), ("met", 3, 3), ("lead", 1, 3)]:
        assert found.loc[stage, ["rate", "low", "high"]].tolist() == pytest.approx(
            [successes / trials, *wilson(successes, trials)]
        )
    assert found.loc["approached", ["rate", "low", "high"]].isna().all()


def test_those_who_may_still_get_there_are_counted_as_waiting():
    assert stages(funnel(SEASON), "waiting")["replied"] == 1
    waiting = stages(funnel(SEASON, now="2025-03-10T10:00"), "waiting")
    assert [waiting[stage] for stage in ("approached", "replied", "scheduled", "met", "thanked")] == [0, 1, 1, 0, 2]
    assert set(stages(funnel(SEASON, now="2025-05-10"), "waiting").values()) == {0}


def test_bounced_letters_are_set_apart_and_letters_from_the_future_left_out():
    found = funnel(SEASON, now="2025-03-10")
    assert sorted(str(problem) for problem in found.problems) == [
        "table: 1 letter bounced and never arrived: set apart",
        "table: 1 row: the letter is from the future: left out",
    ]
    assert stages(found)["approached"] == 6


def test_the_sentence_gives_counts_and_ranges():
    assert funnel(SEASON).sentence() == (
        "As of 24 March 2025, the newest moment in the table: 7 people approached: 5 answered (71%, probably 41% to "
        "90%) and 3 met you. 1 may still answer."
    )


def test_each_follow_up_has_its_rate_among_the_still_silent_and_the_cumulative_one():
    people = [(1, "x", ["outreach_sent", *["nudge_sent"] * nudges, *["reply_received"] * answered])
              for nudges, answered in [(0, 1), (0, 1), (0, 0), (1, 1), (1, 0), (2, 1), (2, 0), (2, 0)]]  # fmt: skip
    steps = funnel(approaches(events(*people))).steps.set_index("step")
    assert steps.sent.tolist() == [8, 5, 3]
    assert steps.answered.tolist() == [2, 1, 1]
    assert steps.rate.tolist() == pytest.approx([2 / 8, 1 / 5, 1 / 3])
    assert steps.cumulative.tolist() == pytest.approx([2 / 8, 3 / 8, 4 / 8])
    assert steps.loc[1, ["low", "high"]].tolist() == pytest.approx(wilson(1, 5))
    assert steps.loc[2, ["cumulative_low", "cumulative_high"]].tolist() == pytest.approx(wilson(4, 8))


@pytest.mark.parametrize("make", [lambda frame: frame, pl.from_pandas])
def test_weeks_are_those_of_the_first_letter_and_begin_on_monday(make):
    found = funnel(make(SEASON), by="week").frame
    assert found[found.stage == "approached"][["week", "reached"]].to_numpy().tolist() == [
        ["2025-02-24", 2], ["2025-03-03", 4], ["2025-03-24", 1],
    ]  # fmt: skip


def test_segments_lead_the_frame():
    found = funnel(SEASON, by="company")
    assert list(found.frame.columns) == ["company", "stage", "reached", "rate", "low", "high", "waiting"]
    assert found.frame.stage.tolist() == list(STAGES) * 3
    approached = found.frame[found.frame.stage == "approached"]
    assert approached.reached.tolist() == [3, 2, 2]
    assert approached.company.tolist()[:2] == ["Acme", "Orbit"]
    assert approached.company.isna().tolist() == [False, False, True]
    assert "company Acme: 3 of 3 answered" in found.sentence()


@pytest.mark.parametrize("by", [None, "company"])
def test_events_approaches_and_their_frames_of_any_engine_give_the_same(by):
    made = approaches(SEASON)
    arrow = pa.Table.from_pandas(made.frame)
    tables = [SEASON, made, made.frame, pl.from_pandas(made.frame), arrow, pl.from_pandas(SEASON)]
    first, *others = [funnel(table, by=by) for table in tables]
    for other in others:
        pd.testing.assert_frame_equal(first.frame, other.frame)
        assert first.sentence() == other.sentence()


def test_nothing_yet_is_no_error():
    found = funnel(events())
    assert found.frame.reached.tolist() == [0] * 8
    assert found.sentence() == "Nobody has been approached yet."
    assert len(funnel(events(), by="company").frame) == 0


def test_a_thousand_segments_work():
    found = funnel(events(*[(1, f"Company {n}", WAY) for n in range(1000)]), by="company")
    assert len(found.frame) == 8000
    assert "997 more segments in the table." in found.sentence()


def test_what_is_wrong_with_the_events_is_told_too():
    found = funnel(pd.concat([SEASON, pd.DataFrame([{"person_id": "x", "kind": "fax", "at": "2025-03-01"}])]))
    assert "'fax'" in str(found.problems[0])


@pytest.mark.parametrize(
    ("column", "cell", "message"),
    [
        ("introductions", "some", "introductions is 'some', which is no count"),
        ("lead", "perhaps", "lead is 'perhaps', which is neither yes nor no"),
        ("met_at", "in May", "met_at is 'in May', which is no date like 2025-03-04"),
    ],
)
def test_a_cell_that_cannot_be_read_leaves_its_row_out(column, cell, message):
    frame = approaches(SEASON).frame
    frame[column] = pd.Series([cell, *[None] * 7], dtype=object)
    found = funnel(frame)
    assert str(found.problems[0]) == f"table, row 1: {message}: left out"
    assert stages(found)["approached"] == 6


@pytest.mark.parametrize("make", [lambda frame: frame, pl.from_pandas])
@pytest.mark.parametrize(
    ("table", "by"), [(SEASON, "template"), (SEASON, "season_id"), (SEASON.drop(columns="at"), None)]
)
def test_events_that_lack_a_column_are_refused_on_every_engine(make, table, by):
    with pytest.raises(TableError, match=f"no column '{by or 'at'}'"):
        funnel(make(table), by=by)


def test_approaches_of_many_seasons_have_the_ranges_of_their_events():
    events = sample_seasons(seasons=60, letters=20, seed=4)
    pd.testing.assert_frame_equal(funnel(approaches(events)).frame, funnel(events).frame)


def test_a_table_that_lacks_the_stages_is_refused():
    with pytest.raises(TableError, match="'scheduled_at'") as error:
        funnel(pd.DataFrame({"sent_at": ["2025-03-03"], "replied": ["yes"]}))
    assert "infoint.approaches(events)" in error.value.hint
    with pytest.raises(TableError, match="by='stage'"):
        funnel(approaches(SEASON).frame.assign(stage="x"), by="stage")


def test_letters_of_one_season_are_alike_so_many_seasons_have_wider_ranges():
    events = sample_seasons(seasons=60, letters=20, seed=4)
    by_season, alone = funnel(events), funnel(events.drop(columns="season_id"))
    assert by_season.frame["reached"].tolist() == alone.frame["reached"].tolist()
    width, narrow = (found.frame.loc[1, "high"] - found.frame.loc[1, "low"] for found in (by_season, alone))
    assert width > 1.3 * narrow
    assert "people approached in 60 seasons: " in by_season.sentence()
    assert "83 of 150 answered in 58 seasons (" in funnel(events, by="relationship").sentence()
    assert "seasons" not in alone.sentence()
    one = events[events["season_id"] == 3]
    pd.testing.assert_frame_equal(funnel(one).frame, funnel(one.drop(columns="season_id")).frame)
