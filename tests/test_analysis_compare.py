"""Comparing two letters: pairs inside strata, boundaries that hold under daily looks, published figures."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import fisher_exact, norm

from infoint.analysis.boundaries import CONSTANTS, SIZE, boundary, crossing, z_table
from infoint.analysis.compare import compare, plan_comparison
from infoint.analysis.proportions import fisher, newcombe, stratified
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


@given(st.integers(1, 40), st.data())
def test_z_is_that_of_fishers_test(pairs, data):
    a, b = data.draw(st.integers(0, pairs)), data.draw(st.integers(0, pairs))
    p = fisher_exact([[a, pairs - a], [b, pairs - b]]).pvalue
    assert z_table(pairs)[a, b] == pytest.approx(norm.isf(min(p, 1) / 2), abs=1e-6)


def test_bertrand_and_mullainathan_2004():
    one, other = (235, 2435), (157, 2435)
    assert fisher(one, other) == pytest.approx(4.75875e-05, rel=1e-5)
    assert newcombe(one, other, 0.95) == pytest.approx((0.0167820, 0.0473826), abs=5e-8)


def test_newcombes_difference_is_the_published_one():
    assert newcombe((56, 70), (48, 80), 0.95) == pytest.approx((0.052431, 0.333873), abs=5e-7)


def test_strata_keep_warm_people_from_deciding():
    warm, cold = ((36, 40), (9, 10)), ((1, 10), (4, 40))
    assert stratified([warm, cold])[0] == pytest.approx(0)
    assert stratified([((37, 50), (13, 50))])[0] == pytest.approx(0.48)


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
