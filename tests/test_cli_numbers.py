"""What works: funnel."""

import json
import re
from datetime import UTC, datetime, timedelta

import pytest
from rich.cells import cell_len

import infoint


@pytest.fixture(scope="module")
def season(tmp_path_factory, make_user):
    """Six letters: three answers, one of them to a reminder, one talk, one letter of today."""
    user = make_user(tmp_path_factory.mktemp("season"))
    user("start", "--name", "Nadia")
    with infoint.open(user.campaign) as campaign:
        for number, relationship in enumerate(["friend", "friend", "classmate", "alum", "alum", "stranger"]):
            person = campaign.add(infoint.Person(name=f"Person {number}", relationship=relationship))
            campaign.log(person, "wrote", at="today" if number == 5 else "60 days ago 10:00")
            if number in (2, 3, 4):
                campaign.log(person, "nudged", at="59 days ago 10:00")
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

    def test_each_reminder_has_its_rate_among_the_still_silent_and_the_one_so_far(self, shown, told):
        steps = [(step["sent"], step["answered"], step["rate"], step["cumulative"]) for step in told[0]["follow_ups"]]
        assert steps == [(6, 2, pytest.approx(2 / 6), pytest.approx(2 / 6)), (3, 1, pytest.approx(1 / 3), 0.5)]
        assert re.search(r"^letter +6 +2 +33% +12% to 65% +33% \(12% to 65%\)", shown[0], re.MULTILINE)
        assert re.search(r"^reminder 1 +3 +1 +33% +8% to 75% +50% \(22% to 78%\)", shown[0], re.MULTILINE)

    def test_without_a_reminder_there_is_no_word_of_them(self, newcomer):
        newcomer("start", "--name", "Nadia", "--person", "Tom Okoye, friend")
        newcomer("log", "tom", "wrote")
        assert "reminder" not in newcomer("funnel").out

    def test_by_the_week_of_the_first_letter(self, season):
        weeks = {datetime.now(UTC).date() - timedelta(days=days) for days in (0, 60)}
        mondays = sorted(str(day - timedelta(days=day.weekday())) for day in weeks)
        out = season("funnel", "--by", "week").out
        assert re.findall(r"^\d{4}-\d\d-\d\d", out, re.MULTILINE) == mondays
        assert max(cell_len(line) for line in out.splitlines()) <= 80
        rows = json.loads(season("funnel", "--by", "week", "--json").out)["funnel"]
        reached = {(row["week"], row["stage"]): row["reached"] for row in rows}
        assert [reached[week, "approached"] for week in mondays] == [5, 1]
        assert [reached[week, "replied"] for week in mondays] == [3, 0]

    def test_a_stage_that_nobody_could_reach_is_left_out(self, shown):
        stranger = re.split(r"^stranger *$", shown[1], flags=re.MULTILINE)[1].split("As of")[0]
        assert re.findall(r"· (\w+)", stranger) == ["approached", "replied"]

    def test_while_it_is_too_early_there_is_a_range_and_no_rate(self, shown, told):
        assert [row["note"] for row in told[1]["response_rate"]] == ["", "", "", "extrapolated"]
        assert re.search(r"^stranger +1 +0 +1 +too early +\d+% to \d+%", shown[1], re.MULTILINE)

    def test_a_season_without_letters_is_no_error(self, newcomer):
        newcomer("start", "--name", "Nadia")
        assert "Nobody has been written to yet" in newcomer("funnel", "--by", "relationship").out
        assert all(row["reached"] == 0 for row in json.loads(newcomer("funnel", "--json").out)["funnel"])

    def test_an_unknown_segment_is_wrong_usage(self, season):
        assert "relationship" in season.refused("funnel", "--by", "zodiac", code=2)


class TestExperiment:
    def test_write_deals_the_letters_and_funnel_compares_them(self, newcomer):
        newcomer("start", "--name", "Nadia")
        with infoint.open(newcomer.campaign) as campaign:
            for number in range(6):
                campaign.add(infoint.Person(name=f"Friend {number}", relationship="friend"))
        out = newcomer("experiment", "outreach/warm", "outreach/story", "--per-arm", "20").out
        assert "deals outreach/warm or outreach/story" in out
        assert "decided in about 23% of seasons" in out
        assert "Too early to compare" in newcomer("funnel", "--compare").out
        letters = [json.loads(newcomer("write", f"Friend {n}", "--json").out)["template"] for n in range(6)]
        assert [set(letters[n : n + 2]) for n in (0, 2, 4)] == [{"outreach/warm", "outreach/story"}] * 3
        for number, template in enumerate(letters):
            newcomer("log", f"Friend {number}", "wrote", "--at", "60 days ago 10:00", "--template", template)
        shown = newcomer("funnel", "--compare").out
        assert "3 of 20 pairs are old enough" in " ".join(shown.split())
        assert max(cell_len(line) for line in shown.splitlines()) <= 80
        told = json.loads(newcomer("funnel", "--compare", "--json").out)
        assert (told["pairs"], told["planned"], told["decided"]) == (3, 20, None)
        assert [(arm["n"], arm["replied"]) for arm in told["arms"]] == [(3, 0), (3, 0)]

    def test_a_second_one_ends_the_first_only_with_a_yes(self, newcomer):
        newcomer("start", "--name", "Nadia")
        newcomer("experiment", "outreach/warm", "outreach/story")
        assert "--yes" in newcomer.refused("experiment", "outreach/cold", "outreach/story", code=2)
        newcomer("experiment", "outreach/cold", "outreach/story", "--yes")
        with infoint.open(newcomer.campaign) as campaign:
            assert campaign.running_experiment().first == "outreach/cold"

    def test_without_one_the_comparison_says_how_to_begin(self, season):
        assert "infoint experiment" in season.refused("funnel", "--compare")
        assert "--by" in season.refused("funnel", "--compare", "--by", "relationship", code=2)
