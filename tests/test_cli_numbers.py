"""What works: funnel."""

import json

import pytest
from rich.cells import cell_len

import infoint


@pytest.fixture(scope="module")
def season(tmp_path_factory, make_user):
    """Six letters: three answers, one talk, one letter of today."""
    user = make_user(tmp_path_factory.mktemp("season"))
    user("start", "--name", "Nadia")
    with infoint.open(user.campaign) as campaign:
        for number, relationship in enumerate(["friend", "friend", "classmate", "alum", "alum", "stranger"]):
            person = campaign.add(infoint.Person(name=f"Person {number}", relationship=relationship))
            campaign.log(person, "wrote", at="today" if number == 5 else "60 days ago 10:00")
            if number < 3:
                campaign.log(person, "answered", at="58 days ago 10:00")
        campaign.log("person 0", "met", at="50 days ago 10:00")
    return user


@pytest.fixture(scope="module")
def shown(season):
    """What the funnel prints, whole and by relationship."""
    return season("funnel").out, season("funnel", "--by", "relationship").out


@pytest.fixture(scope="module")
def told(season):
    """The same as JSON."""
    whole, parts = season("funnel", "--json").out, season("funnel", "--by", "relationship", "--json").out
    return json.loads(whole), json.loads(parts)


class TestFunnel:
    def test_counts_rates_intervals_and_the_still_waiting_apart(self, told):
        funnel = {row["stage"]: row for row in told[0]["funnel"]}
        reached = [funnel[stage]["reached"] for stage in ("approached", "replied", "scheduled", "met", "thanked")]
        assert reached == [6, 3, 1, 1, 0]
        replied = funnel["replied"]
        assert replied["waiting"] >= 1
        assert 0 < replied["low"] < replied["rate"] < replied["high"] < 1

    def test_fits_80_columns(self, shown):
        assert max(cell_len(line) for out in shown for line in out.splitlines()) <= 80

    def test_by_relationship(self, shown, told):
        assert {row["relationship"]: (row["n"], row["replied"]) for row in told[1]["response_rate"]} == {
            "friend": (2, 2),
            "classmate": (1, 1),
            "alum": (2, 0),
            "stranger": (1, 0),
        }
        assert "Your season so far, by relationship" in shown[1]
        assert all(word in shown[1] for word in ("friend", "classmate", "alum", "stranger"))

    def test_a_season_without_letters_is_no_error(self, newcomer):
        newcomer("start", "--name", "Nadia")
        assert "Nobody has been written to yet" in newcomer("funnel", "--by", "relationship").out
        assert all(row["reached"] == 0 for row in json.loads(newcomer("funnel", "--json").out)["funnel"])

    def test_an_unknown_segment_is_wrong_usage(self, season):
        assert "relationship" in season.refused("funnel", "--by", "zodiac", code=2)
