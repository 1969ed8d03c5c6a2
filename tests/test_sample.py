"""Made-up seasons: the sample drawn from a seed, and the demonstration."""

from datetime import UTC, date, datetime, timedelta

import pandas as pd
import pytest

import infoint
from infoint.agenda import ORDER
from infoint.people import RELATIONSHIPS
from infoint.sample import END, TRUTH, demonstrate, sample_campaign, sample_seasons


def season(seed):
    """What happened, without ids, in an order that ids do not decide."""
    table = sample_campaign(seed).events().drop(columns=["event_id", "person_id", "introduced_by"])
    return table.sort_values(["at", "kind", "company", "role"]).reset_index(drop=True)


def test_the_same_seed_gives_the_same_season_and_another_one_another():
    pd.testing.assert_frame_equal(season(7), season(7))
    assert not season(7).equals(season(8))


@pytest.mark.parametrize("seed", [1, 7, 2025])
def test_nothing_in_a_sample_happens_after_its_end_nor_warns(seed):
    campaign = sample_campaign(seed)
    table = campaign.events()
    assert table["at"].max() <= END
    assert (table["kind"] == "outreach_sent").sum() > 40
    assert {"reply_received", "meeting_held", "thank_you_sent", "nudge_sent"} <= set(table["kind"])
    assert all(s.warnings == () for s in campaign.standings().values())
    assert all(action.kind in ORDER for action in campaign.today())


def test_a_sample_has_letters_dealt_at_random_and_introductions_that_lead_on():
    campaign = sample_campaign(seed=7)
    assert campaign.comparison().pairs >= 10
    led = infoint.introductions(campaign.people(), campaign.events()).frame
    assert {0, 1} <= set(led["depth"])
    assert all(led["name"])
    assert led["introductions"].sum() == (campaign.events()["kind"] == "introduction_received").sum()


def test_many_seasons_are_those_of_their_seed_and_end_when_they_end():
    events = sample_seasons(seasons=40, letters=20, seed=3)
    pd.testing.assert_frame_equal(events, sample_seasons(seasons=40, letters=20, seed=3))
    assert events["at"].max() <= pd.Timestamp("2025-01-31T18:00")
    kinds = pd.crosstab(events["season_id"], events["kind"])
    assert (kinds["reply_received"] / kinds["outreach_sent"]).std() > 0.15  # letters of one season are alike


def test_the_truth_of_the_sample_is_a_chance_for_every_relationship():
    assert set(TRUTH) == set(RELATIONSHIPS)
    assert all(0 < chance < 1 for chance in TRUTH.values())


WEEK = [datetime(2026, 3, 9, 18, tzinfo=UTC) + timedelta(days=n) for n in range(7)]
ODD_DAYS = [
    datetime(2024, 2, 29, 15, tzinfo=UTC),
    datetime(2025, 1, 1, 0, 30, tzinfo=UTC),  # still last year in New York
    datetime(2025, 3, 14, 3, tzinfo=UTC),
    datetime(2025, 3, 9, 7, 30, tzinfo=UTC),  # half an hour after New York lost an hour
    datetime(2025, 11, 2, 5, 30, tzinfo=UTC),  # in the hour it has twice
]


@pytest.mark.parametrize("now", [*WEEK, *ODD_DAYS], ids=lambda now: f"{now:%a-%Y-%m-%d-%H%M}")
def test_the_demonstration_works_on_any_day(tmp_path, now):
    *_, (campaign, letters) = demonstrate(tmp_path, now)
    with campaign:
        assert letters.events > 0
        assert not [problem for problem in letters.problems if "still to come" in problem.message]
        table = campaign.events()
        last = table.loc[table["precision"] == "minute", "at"].max()
        assert now - timedelta(days=5) < last <= now
        assert all(s.warnings == () for s in campaign.standings().values())
        actions = campaign.today()
        assert {"answer", "thank_you", "ask"} <= {action.kind for action in actions}
        for action in actions:
            assert action.title
            assert action.due <= campaign.local_day() + timedelta(days=7)
        for kind in ("answer", "ask", "thank_you"):
            people = [action.person for action in actions if action.kind == kind]
            letter = campaign.write(next(p for p in people if campaign.standing(p).unanswered < 2))
            assert not [problem for problem in letter.problems if problem.severity == "error"]


def test_the_demonstration_gives_the_result_of_each_import_before_the_season_is_played(tmp_path):
    steps = demonstrate(tmp_path, datetime(2025, 3, 14, 18, tzinfo=UTC))
    campaign, people = next(steps)
    assert people.added == len(campaign.everybody()) > 50
    assert campaign.events().empty
    _, letters = next(steps)
    assert len(campaign.events()) == letters.events > 0
    assert next(steps, None) is None
    assert len(campaign.events()) > letters.events
    assert campaign.local_day() == date(2025, 3, 14)
    campaign.close()
