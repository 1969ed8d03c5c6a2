"""The reply curve, against published figures and lifelines."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest

from infoint.analysis.reply_curve import Steps, curve, reply_curve, stop_waiting
from infoint.errors import TableError

PLACEBO = [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23]
CAME = [6, 6, 6, 7, 10, 13, 16, 22, 23]
OPEN = [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]
NOW = pd.Timestamp("2025-06-01T12:00")


def letters(came, silent, **more):
    """Letters answered after so many days, and letters silent for so many."""
    sent = [NOW - pd.Timedelta(days=40)] * len(came) + [NOW - pd.Timedelta(days=d) for d in silent]
    answered = [NOW - pd.Timedelta(days=40 - d) for d in came] + [pd.NaT] * len(silent)
    return pd.DataFrame({"sent_at": sent, "replied_at": answered} | more)


def test_the_curve_of_freireich_1963_is_the_published_one():
    frame = reply_curve(letters(CAME, OPEN), now=NOW, clock="calendar").frame
    assert list(frame.columns) == ["days", "probability", "low", "high"]
    known = frame[frame.days.isin(CAME)]
    expected = [0.857143, 0.806723, 0.752941, 0.690196, 0.627451, 0.537815, 0.448179]
    assert known.days.tolist() == [6, 7, 10, 13, 16, 22, 23]
    assert (1 - known.probability).round(6).tolist() == expected


def test_the_log_rank_of_freireich_1963_is_the_published_one():
    arms = {"6-MP": letters(CAME, OPEN), "placebo": letters(PLACEBO, [])}
    table = pd.concat([part.assign(arm=arm) for arm, part in arms.items()])
    found = reply_curve(table, by="arm", now=NOW, clock="calendar")
    assert round(found.log_rank[0], 6) == 16.792941
    assert found.sentence().endswith(
        "Luck alone sets two curves so far apart in fewer than 1% of seasons (log-rank, one look): a hint, no proof."
    )
    assert reply_curve(table.assign(season_id=[1, 2] * 21), by="arm", now=NOW).log_rank is None


def test_seasons_that_differ_widen_the_interval_of_the_curve():
    table = letters([1, 2, 3, 5] * 15, [30] * 60)
    plain, alike, differ = (
        reply_curve(table.assign(season_id=season), now=NOW, clock="calendar").frame.iloc[3]
        for season in ([1] * 120, [n % 20 for n in range(120)], [n // 6 for n in range(120)])
    )
    assert (alike.low, alike.high) == pytest.approx((plain.low, plain.high), abs=0.02)
    assert differ.high - differ.low > 2 * (plain.high - plain.low)
    assert differ.probability == plain.probability


@settings(deadline=None, max_examples=30)
@given(st.lists(st.tuples(st.integers(0, 30), st.booleans()), min_size=1, max_size=40))
def test_the_curve_is_that_of_lifelines(rows):
    lifelines = pytest.importorskip("lifelines")
    came, silent = [d for d, e in rows if e], [d for d, e in rows if not e]
    frame = reply_curve(letters(came, silent), now=NOW, clock="calendar").frame.groupby("days").last()
    oracle = lifelines.KaplanMeierFitter().fit([*came, *silent], [1] * len(came) + [0] * len(silent))
    for day, row in frame.iterrows():
        assert 1 - row.probability == pytest.approx(float(oracle.predict(day)))
        assert 0 <= row.low <= row.probability + 1e-9
        assert row.probability - 1e-9 <= row.high <= 1
        assert row.low < row.high


@pytest.mark.parametrize(("came", "n"), [(3, 10), (1, 4), (9, 20)])
def test_without_censoring_the_interval_is_that_of_clopper_and_pearson(came, n):
    steps = Steps(np.array([1.0, 9.0]), np.array([came, 0.0]), np.array([0.0, n - came]))
    row = curve(steps, 0.9)[1]
    exact = binomtest(came, n).proportion_ci(0.9)
    assert (row["low"], row["high"]) == pytest.approx((exact.low, exact.high), abs=0.01)


def test_nothing_answered_is_a_flat_curve_with_an_interval():
    frame = reply_curve(letters([], [1, 5, 9]), now=NOW, clock="calendar").frame
    assert frame.probability.tolist() == [0, 0]
    assert frame.high.iloc[-1] == 1
    assert reply_curve(letters([], [])).sentence() == "No letters to count yet."


def test_an_answer_of_the_same_day_takes_no_time():
    table = pd.DataFrame({"sent_at": ["2025-03-03", "2025-03-03"], "replied_at": ["2025-03-03", None]})
    assert reply_curve(table, now="2025-03-10").frame.probability.tolist() == [0, 0.5, 0.5]


def test_segments_lead_the_frame():
    table = letters(CAME, OPEN, arm=["a", "b", "c"] * 7)
    assert reply_curve(table, by="arm", now=NOW).frame.arm.unique().tolist() == ["a", "b", "c"]


def test_too_many_answers_without_a_date_are_refused():
    table = letters(CAME, OPEN, replied=True)
    with pytest.raises(TableError, match="12 of 21 letters"):
        reply_curve(table)


def test_waiting_ends_when_few_of_the_silent_still_answer():
    came, silent = [1] * 40 + [2] * 20 + [5] * 4 + [9], [39] * 60
    found = stop_waiting(letters(came, silent), 0.05, now=NOW, clock="calendar")
    assert found.day == 5
    assert found.low <= found.day <= found.high
    assert "After 5 days without an answer" in found.sentence()
    assert stop_waiting(letters(came, silent), 0.5, now=NOW, clock="calendar").day < found.day


def test_without_letters_there_is_no_advice():
    assert stop_waiting(letters([], [])).sentence() == "No letters to count yet."


def test_it_is_too_early_to_stop_while_answers_are_many_and_letters_few():
    assert np.isnan(stop_waiting(letters([1, 3], [3, 4]), now=NOW, clock="calendar").high)
    with pytest.raises(TableError, match="share"):
        stop_waiting(letters(CAME, OPEN), 5)


def test_a_curve_tells_how_many_letters_it_rests_on():
    table = pd.DataFrame(
        {"sent_at": ["2025-03-03"] * 4, "replied_at": ["2025-03-04", None, None, None], "k": list("abab")}
    )
    assert reply_curve(table, now="2025-03-28").letters == reply_curve(table, by="k", now="2025-03-28").letters == 4
