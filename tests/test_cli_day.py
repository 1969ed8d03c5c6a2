"""The day: today, log, snooze and skip."""

import json
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

import infoint

BERLIN = ZoneInfo("Europe/Berlin")


def last(user, person):
    """The newest fact about somebody, with the user's own clock."""
    with infoint.open(user.campaign) as campaign:
        event = campaign.history(person)[-1]
    return event, event.at.astimezone(BERLIN)


class TestToday:
    def test_what_is_overdue_comes_first_with_its_reason_and_command(self, user):
        user("log", "tom okoye", "answered", "--at", "12 days ago 9:00")
        lines = user("today").out.splitlines()
        assert lines[1].startswith("● Answer Tom Okoye  (since ")
        assert lines[2].startswith("  their message of ")
        assert lines[3] == '  infoint write "Tom Okoye"'

    def test_json_has_the_same_list(self, user):
        user("log", "tom okoye", "answered", "--at", "12 days ago 9:00")
        actions = json.loads(user("today", "--json").out)
        assert (actions[0]["kind"], actions[0]["person"]) == ("answer", "Tom Okoye")
        assert all(action["reason"] and action["due"] and action["command"] for action in actions)

    def test_nothing_due_is_said_kindly(self, newcomer):
        newcomer("start", "--name", "Nadia")
        assert newcomer("today").out.startswith("Nothing is due.")

    def test_a_long_list_is_cut_and_all_shows_it(self, user):
        for number in range(14):
            with infoint.open(user.campaign) as campaign:
                person = campaign.add(infoint.Person(name=f"Somebody {number}"))
                campaign.log(person, "called", at="9 days ago 12:00", by="them")
        short, whole = user("today").out, user("today", "--all").out
        assert "infoint today --all" in short
        assert short.count("● Answer") < whole.count("● Answer") == 14


class TestCheckIn:
    def written(self, user, *people, at="10 days ago 12:00"):
        for person in people:
            user("log", person, "wrote", "--at", at)

    def test_one_key_each_then_the_list_and_one_undo_takes_all_back(self, user):
        self.written(user, "leila", at="2 days ago 12:00")
        self.written(user, "tom okoye", "zoë", at="30 days ago 12:00")
        say = [("Leila Sand, written to on ", "\r"), ("written to on ", "n"), ("written to on ", "x"), ("", "a")]
        screen = user.talk("today", say=say)
        assert "Did anything come in?" in screen
        assert max(map(len, screen.splitlines())) <= 80
        assert "● Answer Tom Okoye" in screen
        assert screen.index("Answer") < screen.index("● Remind Zoë Łukasz")
        assert last(user, "leila")[0].kind == "outreach_sent"
        assert last(user, "zoë")[0].note == "nothing yet"
        assert "infoint today" in user("undo", "--yes").out
        assert "● See whether Zoë Łukasz" in user("today").out

    @pytest.mark.parametrize(("key", "code"), [("q", 0), ("\x04", 0), ("\x03", 1)])
    def test_what_was_answered_is_kept_when_one_stops(self, user, key, code):
        self.written(user, "leila", "tom okoye")
        user.talk("today", say=[("written to on ", "m"), ("written to on ", key)], code=code)
        with infoint.open(user.campaign) as campaign:
            assert sorted(s.stage for s in campaign.standings().values()) == ["approached", "met"]

    def test_no_more_than_five_are_asked_about(self, user):
        with infoint.open(user.campaign) as campaign:
            for person in campaign.everybody()[:9]:
                campaign.log(person, "wrote", at="9 days ago 12:00")
        assert user.talk("today", say=[("written to on ", "\r")] * 5).count("written to on") == 5

    @pytest.mark.parametrize("words", [("--no-ask",), ("--json",)])
    def test_nobody_is_asked_when_told_so(self, user, words):
        self.written(user, "leila")
        assert "Did anything" not in user.talk("today", *words, say=[])

    def test_nobody_is_asked_without_a_terminal_and_nothing_is_recorded(self, user):
        self.written(user, "leila", at="30 days ago 12:00")
        before = user.dump()
        assert "● See whether Leila Sand has answered" in user("today").out
        assert user.dump() == before


class TestTheWeek:
    def test_the_week_is_encouraged_and_what_is_over_is_off_the_mind(self, user):
        assert "nobody new yet, and one letter is a fine start" in user("today").out
        user("log", "leila", "wrote")
        user("log", "leila", "no")
        out = " ".join(user("today").out.split())
        assert "This week: 1 of 5 new people written to. Well begun" in out
        assert "off your mind: Leila Sand (said no)." in out


class TestCadenceTargetLanded:
    def test_targets_are_kept_and_shown_by_motivation(self, user):
        user("target", "Acme")
        assert user("target", "Orbit", "--motivation", 5).out.splitlines() == ["5  Orbit", "3  Acme"]
        assert user("target", "acme", "--drop").out.splitlines() == ["5  Orbit"]
        user.refused("target", "Acme", "--motivation", 6, code=2)

    def test_an_own_cadence_beside_the_campaign_is_followed_where_one_says_so(self, user):
        folder = user.campaign.parent / "templates" / "cadences"
        folder.mkdir(parents=True)
        (folder / "brisk.toml").write_text("[nudge]\nwait = 2\n", encoding="utf-8")
        user("log", "leila", "wrote", "--at", "2025-03-12")
        assert "Wed 26 Mar 2025" in user("people", "leila").out
        assert "brisk" in user("cadence", "brisk", "--person", "leila").out
        assert "Fri 14 Mar 2025" in user("people", "leila").out
        user("cadence", "usual", "--person", "leila")
        assert "Wed 26 Mar 2025" in user("people", "leila").out
        assert "gentle" in user.refused("cadence", "nonsense")
        (folder / "brisk.toml").write_text("[nudge\nwait = 2\n", encoding="utf-8")
        assert "line 1" in user.refused("today")
        (folder / "brisk.toml").write_text("", encoding="utf-8")
        user("cadence", "brisk", "--person", "leila")
        (folder / "brisk.toml").unlink()
        assert "Wed 26 Mar 2025" in user("people", "leila").out

    def test_landing_is_said_kindly_and_can_be_taken_back(self, user):
        user("log", "leila", "met", "--at", "30 days ago 12:00")
        assert "1 person who met you" in " ".join(user("landed", "curator at Acme").out.split())
        out = user("today").out
        assert "Tell Leila Sand that your search has ended" in out
        assert "Write to" not in out
        user("landed", "--back")
        assert "Write to" in user("today").out


class TestLog:
    @pytest.mark.parametrize(
        ("word", "kind", "more"),
        [
            ("wrote", "outreach_sent", ("--channel", "email", "--template", "outreach/warm")),
            ("nudged", "nudge_sent", ()),
            ("answered", "reply_received", ()),
            ("met", "meeting_held", ("--minutes", 25)),
            ("thanked", "thank_you_sent", ()),
            ("no", "declined", ("--reason", "no time")),
            ("away", "out_of_office", ("--until", "in two weeks")),
            ("later", "snoozed", ("--until", "next monday")),
            ("promised", "promise_made", ("--text", "the book", "--by", "them")),
            ("meeting_scheduled", "meeting_scheduled", ("--start", "tomorrow 15:00", "--place", "the café")),
        ],
    )
    def test_takes_everyday_words(self, user, word, kind, more):
        user("log", "leila", word, *more, "--note", "Zoë sagt 🌱")
        event, _ = last(user, "leila")
        assert (event.kind, event.note) == (kind, "Zoë sagt 🌱")

    def test_backdates_to_the_users_own_clock(self, user):
        days = {(datetime.now(BERLIN) - timedelta(days=1)).date()}
        user("log", "leila", "wrote", "--at", "yesterday 16:00")
        days.add((datetime.now(BERLIN) - timedelta(days=1)).date())
        event, at = last(user, "leila")
        assert at.date() in days
        assert f"{at:%H:%M}" == "16:00"
        assert event.precision == "minute"

    def test_a_day_without_an_hour_stays_a_day(self, user):
        out = user("log", "leila", "wrote", "--at", "2025-03-14").out
        assert "Noted: Leila Sand, outreach sent, 2025-03-14." in out
        assert last(user, "leila")[0].precision == "day"

    def test_now_if_nothing_is_said(self, user):
        user("log", "leila", "wrote")
        assert datetime.now(UTC) - last(user, "leila")[0].at < timedelta(minutes=1)

    def test_says_what_comes_next_with_its_command(self, user):
        out = user("log", "leila", "answered", "--at", "yesterday 16:00").out
        assert '\n  infoint write "Leila Sand"\n' in out

    def test_repeats_the_moment_of_a_meeting_as_it_was_understood(self, user):
        coming = datetime.now(BERLIN) + timedelta(days=40)
        out = user("log", "leila", "scheduled", "--start", f"{coming:%Y-%m-%d} 15:00").out
        assert f"meeting scheduled for {coming:%a} {coming.day} {coming:%b %Y}, 15:00" in " ".join(out.split())

    def test_an_odd_order_is_kept_with_a_note(self, user):
        out = user("log", "leila", "thanked", "--at", "2025-03-14").out
        user("log", "leila", "met", "--at", "2025-03-15")
        assert "Noted" in out
        with infoint.open(user.campaign) as campaign:
            assert campaign.standing("leila").warnings
            assert len(campaign.history("leila")) == 2

    def test_the_note_of_an_odd_order_is_shown_when_it_arises(self, user):
        assert "Note: Leila Sand: a reply is logged before any letter" in user("log", "leila", "answered").out


class TestSnoozeAndSkip:
    def test_snooze_says_until_when_and_takes_the_person_off_the_list(self, user):
        user("log", "tom okoye", "wrote", "--at", "40 days ago")
        assert "Tom Okoye" in user("today").out
        assert "snoozed until " in user("snooze", "tom okoye", "in two weeks").out
        assert "Tom Okoye" not in user("today", "--all").out

    def test_skip_takes_one_thing_off(self, user):
        user("log", "tom okoye", "met", "--at", "2 days ago")
        assert "Thank Tom Okoye" in user("today").out
        user("skip", "tom okoye", "thank_you", "--reason", "thanked them on the spot")
        assert "Thank Tom Okoye" not in user("today").out

    def test_skip_knows_what_can_be_due(self, user):
        assert "thank_you" in user.refused("skip", "tom okoye", "dancing", code=2)
