"""Wilson's interval, against published figures."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infoint.analysis.proportions import wilson
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


@given(st.integers(0, 3000), st.integers(0, 3000), st.floats(0.01, 0.999))
def test_the_interval_holds_the_share_and_mirrors_that_of_the_failures(successes, failures, level):
    trials = successes + failures
    low, high = wilson(successes, trials, level)
    assert 0 <= low < high <= 1
    assert trials == 0 or low <= successes / trials <= high
    assert wilson(failures, trials, level) == pytest.approx((1 - high, 1 - low))


@pytest.mark.parametrize(("successes", "trials"), [(11, 10), (-1, 10), (1, 0)])
def test_counts_that_are_no_share_are_refused(successes, trials):
    with pytest.raises(TableError, match=f"{successes} of {trials}"):
        wilson(successes, trials)


@pytest.mark.parametrize("level", [0, 1, 90, float("nan")])
def test_a_level_outside_0_to_1_is_refused(level):
    with pytest.raises(TableError, match="level"):
        wilson(1, 2, level)
