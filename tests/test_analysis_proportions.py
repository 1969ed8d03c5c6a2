"""Shares and differences, against published figures."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import expit
from scipy.stats import chi2_contingency

from infoint.analysis.proportions import by_season, fisher, newcombe, stratified, wilson
from infoint.errors import TableError


@pytest.mark.parametrize(
    ("successes", "trials", "low", "high", "digits"),
    [
        (81, 263, 0.255289, 0.366210, 6),  # Newcombe 1998
        (0, 20, 0.0, 0.161125, 6),
        (38, 77, 0.385, 0.603, 3),  # Seriomba 2010
        (26, 38, 0.525, 0.809, 3),
        (10, 26, 0.224, 0.575, 3),
    ],
)
def test_the_interval_is_the_published_one(successes, trials, low, high, digits):
    found = wilson(successes, trials, 0.95)
    assert (round(found[0], digits), round(found[1], digits)) == (low, high)


def test_bertrand_and_mullainathan_2004():
    one, other = (235, 2435), (157, 2435)
    test = chi2_contingency([[x, n - x] for x, n in (one, other)], correction=False)
    assert (round(test.statistic**0.5, 6), round(test.pvalue, 10)) == (4.108412, 3.98389e-05)
    assert [round(end, 7) for end in newcombe(one, other, 0.95)] == [0.0167820, 0.0473826]
    assert round(fisher(one, other), 10) == 4.75875e-05
    assert stratified([(one, other)])[0] == pytest.approx((235 - 157) / 2435)


def test_newcombes_difference_is_the_published_one():
    assert [round(end, 6) for end in newcombe((56, 70), (48, 80), 0.95)] == [0.052431, 0.333873]


def test_strata_keep_warm_people_from_deciding():
    warm, cold = ((36, 40), (9, 10)), ((1, 10), (4, 40))
    assert stratified([warm, cold])[0] == pytest.approx(0)
    assert stratified([((37, 50), (13, 50))])[0] == pytest.approx(0.48)


def test_seasons_that_are_alike_inside_count_for_less():
    assert by_season([(5, 10)] * 30) == wilson(150, 300)
    assert by_season([(3, 10)]) == wilson(3, 10)
    assert by_season([]) == (0, 1)
    low, high = by_season([(0, 10), (10, 10)] * 15)
    assert (low, high) == pytest.approx(wilson(15, 30), abs=0.01)


def test_intervals_by_season_hold_the_truth():
    rng = np.random.default_rng(4)
    rates = expit(rng.normal(size=(800, 50)))
    found = [by_season([(hits, 10) for hits in row.tolist()]) for row in rng.binomial(10, rates)]
    alone = [wilson(hits, 500) for hits in rng.binomial(10, rates).sum(axis=1).tolist()]
    covered, covered_alone = (np.mean([low <= 0.5 <= high for low, high in ends]) for ends in (found, alone))
    assert covered >= 0.875
    assert covered_alone < 0.8


@given(st.integers(0, 3000), st.integers(0, 3000), st.floats(0.01, 0.999))
def test_the_interval_holds_the_share_and_mirrors_that_of_the_failures(successes, failures, level):
    trials = successes + failures
    low, high = wilson(successes, trials, level)
    assert 0 <= low < high <= 1
    assert trials == 0 or low <= successes / trials <= high
    assert wilson(failures, trials, level) == pytest.approx((1 - high, 1 - low))


@pytest.mark.parametrize(("successes", "trials"), [(11, 10), (-1, 10), (1, 0)])
def test_counts_that_are_no_share_are_refused(successes, trials):
    message = f"{successes} of {trials} cannot be a share"
    for refused in (wilson, lambda x, n: newcombe((1, 2), (x, n)), lambda x, n: fisher((x, n), (1, 2))):
        with pytest.raises(TableError, match=message):
            refused(successes, trials)
    with pytest.raises(TableError, match="cannot be a share"):
        by_season([(successes, trials)])


@pytest.mark.parametrize("level", [0, 1, 90, float("nan")])
def test_a_level_outside_0_to_1_is_refused(level):
    with pytest.raises(TableError, match="level"):
        wilson(1, 2, level)
