"""Comparing two letters: pairs inside strata, boundaries that hold under daily looks, published figures."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit, logit
from scipy.stats import binomtest, fisher_exact, norm, ttest_ind

from infoint.analysis.boundaries import CONSTANTS, SIZE, boundary, crossing, z_table
from infoint.analysis.compare import compare, difference_by_season, plan_comparison
from infoint.analysis.proportions import newcombe
from infoint.errors import TableError

NOW = "2025-03-31"


def dealt(pairs, *, fresh=0, stratum="x"):
    """Pairs of letters, each as (a answered, b answered); then fresh pairs."""
    rows = []
    for number, (a, b) in enumerate([*pairs, *[(0, 0)] * fresh]):
        sent = "2025-03-28" if number >= len(pairs) else f"2025-02-{1 + number % 27:02}T{9 + number // 27:02}:00"
        rows += [{"sent_at": sent, "template": name, "hit": hit} for name, hit in (("a", a), ("b", b))]
    frame = (
        pd.DataFrame(rows, columns=["sent_at", "template", "hit"])
        .sort_values("sent_at", kind="stable")
        .assign(stratum=stratum)
    )
    sent = pd.to_datetime(frame.sent_at, format="ISO8601")
    return frame.assign(sent_at=sent, replied_at=(sent + pd.Timedelta(hours=2)).where(frame.hit == 1))


@pytest.mark.parametrize(
    ("planned", "constant"), [(20, 1.91), (30, 1.90), (40, 2.02), (60, 2.03), (100, 2.05), (150, 2.10)]
)
def test_the_boundaries_are_the_published_ones(planned, constant):
    assert boundary(planned) == constant


@pytest.mark.parametrize("planned", [8, 20, 33, 60])
def test_the_size_is_kept_for_every_rate_and_the_constant_is_the_smallest_that_does(planned):
    rates = np.arange(0.02, 1, 0.02)
    assert crossing(planned, CONSTANTS[planned], rates, rates).max() <= SIZE
    fine = np.arange(0.01, 0.505, 0.01)
    assert crossing(planned, CONSTANTS[planned] - 0.01, fine, fine).max() > SIZE


@pytest.mark.parametrize(("planned", "power"), [(30, 0.366), (60, 0.627), (100, 0.856)])
def test_the_power_is_the_published_one(planned, power):
    found = crossing(planned, boundary(planned), np.array([0.2]), np.array([0.4]))[0]
    assert round(float(found), 3) == power


def test_strata_cost_a_little_power_and_keep_the_size():
    one, other = (expit(logit(p) + np.array([[-0.9, 0.0, 0.9]])) for p in (0.2, 0.4))
    powers = [float(crossing(n, boundary(n), one, other)[0]) for n in (30, 60)]
    assert [round(power, 3) for power in powers] == [0.302, 0.549]
    assert crossing(60, boundary(60), one, one)[0] < SIZE


@given(st.integers(1, 40), st.data())
def test_z_is_that_of_fishers_test(pairs, data):
    a, b = data.draw(st.integers(0, pairs)), data.draw(st.integers(0, pairs))
    p = fisher_exact([[a, pairs - a], [b, pairs - b]]).pvalue
    assert z_table(pairs)[a, b] == pytest.approx(norm.isf(min(p, 1) / 2), abs=1e-6)


def test_a_clear_difference_is_decided_and_stays_so():
    found = compare(dealt([(0, 1)] * 20 + [(1, 0)] * 5), "template", planned=30, now=NOW)
    assert found.decided == "b"
    assert found.pairs == 25
    assert "Decided: b brings more answers" in found.sentence()
    assert found.looks.pair.tolist() == list(range(1, 26))


def test_no_difference_is_not_decided_and_fresh_pairs_wait():
    found = compare(dealt([(0, 1), (1, 0)] * 5, fresh=3), "template", planned=20, now=NOW)
    assert (found.decided, found.pairs, found.waiting, found.difference) == (None, 10, 6, 0)
    assert "Not decided yet: 10 of 20 pairs are old enough" in found.sentence()


def test_before_both_letters_have_gone_out_it_is_too_early():
    found = compare(dealt([(0, 1)]).query("template == 'a'"), "template", planned=20, now=NOW)
    assert found.frame.arm.tolist() == ["a"]
    assert found.sentence().endswith("Too early to compare: no pair of letters is old enough yet.")


def test_without_a_plan_there_is_no_verdict():
    found = compare(dealt([(0, 1)] * 30), "template", now=NOW)
    assert found.decided is None
    assert "No verdict without a plan" in found.sentence()


def test_pairs_are_formed_inside_strata_only():
    table = dealt([(0, 1)] * 4)
    table["stratum"] = np.where(table.template == "a", "warm", "cold")
    assert compare(table, "template", "stratum", planned=20, now=NOW).pairs == 0
    assert compare(table, "template", planned=20, now=NOW).pairs == 4


def test_looking_back_is_called_a_hint():
    found = compare(dealt([(0, 1)] * 12), "template", "stratum", finished=True, now=NOW)
    assert found.decided is None
    assert (found.low, found.high) == pytest.approx(newcombe((12, 12), (0, 12)))
    assert "not dealt at random: a hint" in found.sentence()


def test_seasons_widen_the_interval_when_looking_back():
    rng = np.random.default_rng(1)
    season = np.repeat(np.arange(40), 20)
    hit = rng.random(800) < np.repeat(rng.beta(0.5, 0.5, 40), 20)
    table = pd.DataFrame({"sent_at": "2025-02-03", "replied": hit, "arm": np.where(season < 20, "a", "b")})
    plain = compare(table, "arm", finished=True, now=NOW)
    robust = compare(table.assign(season_id=season), "arm", finished=True, now=NOW)
    assert robust.high - robust.low > 2 * (plain.high - plain.low)
    assert "by 40 seasons" in robust.sentence()


def groups(hits, letters, one):
    """Seasons with so many answers to so many letters each; the first `one` are of the first arm."""
    cells = np.zeros((len(hits), 1, 2, 2))
    side = (np.arange(len(hits)) < one).astype(int)
    cells[np.arange(len(hits)), 0, side] = np.c_[hits, np.full(len(hits), letters)]
    return cells


def test_the_interval_by_season_is_that_of_the_seasons_means_a_little_wider():
    rng = np.random.default_rng(2)
    hits = rng.binomial(10, rng.beta(1, 1, 60))
    difference, low, high = difference_by_season(groups(hits, 10, 30), 0.95)
    test = ttest_ind(hits[30:] / 10, hits[:30] / 10).confidence_interval(0.95)
    assert difference == pytest.approx((test.low + test.high) / 2)
    assert high - low == pytest.approx(test.high - test.low, rel=0.05)
    assert high - low >= test.high - test.low


@pytest.mark.parametrize(("seasons", "one"), [(50, 25), (100, 50), (50, 10)])
def test_two_groups_of_seasons_that_do_not_differ_seldom_seem_to(seasons, one):
    rng = np.random.default_rng(3)
    hits = rng.binomial(30, expit(rng.normal(size=(1500, seasons))))
    ends = np.array([difference_by_season(groups(row, 30, one), 0.95)[1:] for row in hits])
    found = int(((ends[:, 0] > 0) | (ends[:, 1] < 0)).sum())
    assert binomtest(found, len(ends), 0.05, alternative="greater").pvalue > 0.01


def test_too_few_seasons_say_nothing():
    assert difference_by_season(groups([9, 1], 10, 1), 0.9) == (pytest.approx(-0.8), -1, 1)
    assert difference_by_season(groups([9, 1, 2], 10, 1), 0.9)[1:] == (-1, 1)


def test_letters_of_two_seasons_are_no_pair():
    table = dealt([(0, 1)] * 25)
    by_season = compare(table.assign(season_id=table.template), "template", planned=20, now=NOW)
    assert (by_season.pairs, by_season.decided) == (0, None)
    assert compare(table.assign(season_id=1), "template", planned=20, now=NOW).decided == "b"


def test_pooling_over_warm_and_cold_is_cautioned():
    caution = "Friends are written to first"
    assert caution in compare(dealt([(0, 1)] * 9), "template", finished=True, now=NOW).sentence()
    assert caution not in compare(dealt([(0, 1)] * 9), "template", "stratum", finished=True, now=NOW).sentence()


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 1), st.integers(0, 1)), max_size=40))
def test_what_was_decided_by_some_pair_is_not_taken_back(pairs):
    decided = [compare(dealt(pairs[:n]), "template", planned=40, now=NOW).decided for n in range(0, len(pairs) + 1, 8)]
    known = [arm for arm in decided if arm is not None]
    assert len(set(known)) <= 1
    assert decided == [None] * (len(decided) - len(known)) + known


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"planned": 5}, "planned=5"),
        ({"planned": 1000}, "8 to 150"),
        ({"by": "hour"}, "'hour'"),
        ({"by": "n"}, "3 values"),
    ],
)
def test_what_cannot_be_compared_is_refused(options, message):
    table = dealt([(0, 1)] * 6).assign(n=lambda frame: np.arange(len(frame)) % 3)
    with pytest.raises(TableError, match=message):
        compare(table, **({"by": "template", "now": NOW} | options))


def test_a_plan_says_how_often_thirty_letters_decide():
    found = plan_comparison(0.2, 0.2)
    assert found.frame.set_index("per_arm").power[[30, 60, 100]].round(3).tolist() == [0.366, 0.627, 0.856]
    assert "For four in five it takes 100. 30 per arm decide it in 37%." in found.sentence()
    with pytest.raises(TableError, match="no two rates"):
        plan_comparison(0.9, 0.2)
