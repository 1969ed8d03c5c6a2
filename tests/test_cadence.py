"""What is due when, for one person."""

from dataclasses import replace
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from infoint import templates
from infoint.cadence import AFTER, CAPS, KINDS, Cadence, Days, cadences, due, parse
from infoint.errors import InvalidTemplate
from infoint.events import Event, standing
from infoint.people import RELATIONSHIPS, WARM
from infoint.workdays import Workdays, country_holidays

PLAIN = Workdays()
US = Workdays(country_holidays("US", [2024, 2025, 2026]))
XMAS = Workdays([date(2025, 12, 25), date(2026, 1, 1)])
COLD, GENTLE = cadences()["stranger"], cadences()["friend"]


def iso(text):
    return date.fromisoformat(text)


def fact(kind, day, at="12:00", zone=UTC, **details):
    moment = datetime.combine(iso(day), time.fromisoformat(at), zone).astimezone(UTC)
    return Event(id=f"{kind} {day}", person_id="p", kind=kind, at=moment, details=details)


ASKED = {"p": date.max}
"""As if the user had said today that nothing came."""


def days(events, cadence=COLD, workdays=PLAIN, today="2025-06-01", zone=UTC, asked=ASKED, **more):
    """What is due, by kind."""
    day = Days(today=iso(today), workdays=workdays, zone=zone, asked=asked, **more)
    return {item.kind: item.day.isoformat() for item in due(standing(events, zone), cadence, day)}


@pytest.mark.parametrize(
    ("sent", "workdays", "another", "nudge"),
    [
        ("2025-01-03", PLAIN, "2025-01-08", "2025-01-14"),
        ("2025-12-24", XMAS, "2025-12-30", "2026-01-06"),
        ("2025-06-18", US, "2025-06-24", "2025-06-30"),  # Juneteenth is no business day
        ("2025-11-26", US, "2025-12-02", "2025-12-08"),  # nor is Thanksgiving
        ("2024-02-23", PLAIN, "2024-02-28", "2024-03-05"),  # over 29 February
        ("2025-02-28", PLAIN, "2025-03-05", "2025-03-11"),
        ("2025-01-04", PLAIN, "2025-01-08", "2025-01-14"),  # sent on a Saturday
    ],
)
def test_three_business_days_then_somebody_else_and_seven_then_one_reminder(sent, workdays, another, nudge):
    assert COLD.step("another").day(iso(sent), workdays) == iso(another)
    assert days([fact("outreach_sent", sent)], workdays=workdays) == {"nudge": nudge}


def test_people_one_is_close_to_get_ten_business_days():
    assert {r for r, cadence in cadences().items() if cadence.name == "gentle"} == {*WARM, "gentle"}
    assert days([fact("outreach_sent", "2025-01-03")], GENTLE) == {"nudge": "2025-01-17"}


def test_seven_business_days_after_the_reminder_it_is_let_go():
    events = [fact("outreach_sent", "2025-01-03"), fact("nudge_sent", "2025-01-14")]
    assert days(events) == {"close": "2025-01-23"}
    assert days(events, workdays=US) == {"close": "2025-01-24"}  # Martin Luther King Jr. Day


@pytest.mark.parametrize(
    ("until", "nudge"),
    [
        ("2025-01-10", "2025-01-22"),  # back on a Friday: the clock runs from Monday the 13th
        ("2025-01-12", "2025-01-22"),  # back on a Sunday: from Monday as well
        ("2025-01-13", "2025-01-23"),
        ("2024-12-30", "2025-01-14"),  # back before the letter was even sent
    ],
)
def test_the_clock_runs_again_from_the_first_business_day_after_their_return(until, nudge):
    events = [fact("outreach_sent", "2025-01-03"), fact("out_of_office", "2025-01-04", until=until)]
    assert days(events) == {"nudge": nudge}


def test_an_absence_without_an_end_changes_nothing():
    assert days([fact("outreach_sent", "2025-01-03"), fact("out_of_office", "2025-01-04")]) == {"nudge": "2025-01-14"}


def test_a_touch_elsewhere_starts_the_clock_again():
    events = [fact("outreach_sent", "2025-01-03"), fact("touched", "2025-01-10", by="me")]
    assert days(events) == {"nudge": "2025-01-21"}


@pytest.mark.parametrize("kind", ["closed", "bounced", "declined", "do_not_contact"])
def test_nothing_is_due_for_somebody_who_is_closed_or_not_to_be_contacted(kind):
    before = [fact("outreach_sent", "2025-01-03"), fact("meeting_held", "2025-01-08")]
    before.append(fact("promise_made", "2025-01-08", text="the article"))
    assert set(days(before)) == {"thank_you", "promise"}
    assert days([*before, fact(kind, "2025-01-09")]) == {}


def test_what_happened_to_nobody_yet_asks_for_nothing():
    assert days([]) == {}
    assert days([fact("noted", "2025-01-03")]) == {}


@pytest.mark.parametrize("met", ["2025-01-08", "2025-01-11", "2025-01-12", "2025-01-01"])
def test_thanks_are_due_on_the_day_of_the_meeting_also_on_a_sunday_or_holiday(met):
    assert days([fact("meeting_held", met)], workdays=US) == {"thank_you": met}


def test_another_wait_for_thanks_may_be_set():
    slower = parse("mine", 'like = "3b7"\n[thank_you]\nwait = 1\nunit = "business days"')
    assert days([fact("meeting_held", "2025-01-10")], slower) == {"thank_you": "2025-01-13"}


@pytest.mark.parametrize(
    ("meeting", "workdays", "eve"),
    [
        ("2025-01-09", PLAIN, "2025-01-08"),
        ("2025-01-13", PLAIN, "2025-01-10"),  # Monday: prepared on Friday
        ("2025-01-21", US, "2025-01-17"),  # the Tuesday after Martin Luther King Jr. Day
        ("2025-03-01", PLAIN, "2025-02-28"),
        ("2024-03-01", PLAIN, "2024-02-29"),
    ],
)
def test_one_prepares_and_confirms_on_the_business_day_before(meeting, workdays, eve):
    booked = fact("meeting_scheduled", "2024-01-03", start=f"{meeting}T15:00:00+00:00")
    assert days([booked], workdays=workdays, today=meeting) == {"prepare": eve, "confirm": eve}
    confirmed = [booked, fact("confirmation_sent", eve)]
    assert days(confirmed, workdays=workdays, today=meeting) == {"prepare": eve}


def test_after_the_day_of_the_meeting_one_is_asked_how_it_was():
    booked = [fact("meeting_scheduled", "2025-01-03", start="2025-01-09T15:00:00+00:00")]
    assert set(days(booked, today="2025-01-09")) == {"prepare", "confirm"}
    assert days(booked, today="2025-01-10") == {"debrief": "2025-01-09"}


def test_a_talk_without_a_date_asks_for_one():
    assert days([fact("meeting_scheduled", "2025-01-03")], today="2025-01-06") == {"set_date": "2025-01-03"}


@pytest.mark.parametrize(
    ("due_on", "expected"), [("2025-01-20", "2025-01-20"), ("2025-01-18", "2025-01-18"), ("", "2025-01-10")]
)
def test_a_promise_of_ours_is_due_on_its_day_or_after_a_week(due_on, expected):
    told = {"due": due_on} if due_on else {}
    made = [fact("outreach_sent", "2025-01-03"), fact("reply_received", "2025-01-03", "13:00")]
    made.append(fact("promise_made", "2025-01-03", "14:00", text="the article", **told))
    assert days(made)["promise"] == expected


@pytest.mark.parametrize(
    ("due_on", "expected"), [("2025-01-20", "2025-01-21"), ("2025-01-18", "2025-01-21"), ("", "2025-01-17")]
)
def test_a_promise_of_theirs_is_looked_after_on_a_business_day_or_after_two_weeks(due_on, expected):
    told = {"due": due_on} if due_on else {}
    made = [fact("outreach_sent", "2025-01-03"), fact("promise_made", "2025-01-03", text="a name", by="them", **told)]
    assert days(made, workdays=US)["promised"] == expected
    kept = [*made, fact("promise_kept", "2025-01-04", by="them")]
    assert "promised" not in days(kept)


def test_who_kept_a_promise_is_told_by_whose_it_was():
    made = [fact("promise_made", "2025-01-03", "14:00", text="a name", by="them")]
    made.append(fact("promise_made", "2025-01-04", text="the article"))
    kept = standing([*made, fact("promise_kept", "2025-01-05", by="me")])
    assert [promise.text for promise in kept.promises] == ["a name"]
    assert [p.text for p in standing([*made, fact("promise_kept", "2025-01-05")]).promises] == ["the article"]


def test_their_message_waits_from_the_day_it_came():
    events = [fact("outreach_sent", "2025-01-03"), fact("reply_received", "2025-01-04")]
    assert days(events) == {"answer": "2025-01-04"}
    assert days([*events, fact("touched", "2025-01-05", by="me")]) == {"keep_in_touch": "2025-05-05"}


def met(day, *more):
    return [fact("meeting_held", day), fact("thank_you_sent", day, "18:00"), *more]


@pytest.mark.parametrize(
    ("day", "asked", "unasked"),
    [
        ("2025-01-08", "2025-03-10", "2025-05-08"),  # 8 March is a Saturday
        ("2024-12-31", "2025-02-28", "2025-04-30"),
        ("2023-12-29", "2024-02-29", "2024-04-29"),
        ("2024-02-29", "2024-04-29", "2024-07-01"),  # 29 June is a Saturday
        ("2025-07-31", "2025-09-30", "2025-12-01"),
    ],
)
def test_a_sign_of_life_every_two_months_by_permission_and_else_every_four(day, asked, unasked):
    assert days(met(day, fact("follow_up_agreed", day, "13:00"))) == {"keep_in_touch": asked}
    assert days(met(day)) == {"keep_in_touch": unasked}


def test_they_may_name_the_months_themselves():
    assert days(met("2025-01-08", fact("follow_up_agreed", "2025-01-08", months=6))) == {"keep_in_touch": "2025-07-08"}


def test_the_months_count_from_the_last_contact_and_stop_after_two_silent_updates():
    agreed = met("2025-01-08", fact("follow_up_agreed", "2025-01-08"))
    once = [*agreed, fact("update_sent", "2025-03-10")]
    twice = [*once, fact("update_sent", "2025-05-12")]
    assert days(once) == {"keep_in_touch": "2025-05-12"}
    assert days(twice) == {}
    assert set(days([*twice, fact("update_sent", "2025-05-13")])) == set()
    answered = [*twice, fact("reply_received", "2025-05-13"), fact("touched", "2025-05-14", by="me")]
    assert days(answered) == {"keep_in_touch": "2025-07-14"}


def test_without_permission_signs_of_life_stay_four_months_apart_whatever_a_cadence_says():
    eager = parse("mine", 'like = "3b7"\n[keep_in_touch_unasked]\nwait = 1')
    assert days(met("2025-01-08"), eager) == {"keep_in_touch": "2025-05-08"}
    patient = parse("mine", 'like = "3b7"\n[keep_in_touch_unasked]\nwait = 6')
    assert days(met("2025-01-08"), patient) == {"keep_in_touch": "2025-07-08"}


def test_whoever_answered_without_a_talk_gets_a_sign_of_life_too():
    events = [fact("outreach_sent", "2025-01-03"), fact("introduction_received", "2025-01-06", introduced=["q"])]
    assert days(events) == {"keep_in_touch": "2025-05-06"}


def test_advice_that_was_written_down_asks_for_news_as_a_name_does():
    assert days(met("2025-01-08"), advised={"p"}) == {"update": "2025-01-22"}
    assert days(met("2025-01-08"), advised={"q"}) == {"keep_in_touch": "2025-05-08"}


def test_who_gave_a_name_hears_after_two_weeks_what_came_of_it():
    named = met("2025-01-08", fact("introduction_received", "2025-01-08", "13:00", introduced=["q"]))
    assert days(named) == {"update": "2025-01-22"}
    assert days([*named, fact("update_sent", "2025-01-22")]) == {"keep_in_touch": "2025-05-22"}
    skipped = [*named, fact("skipped", "2025-01-23", action="update")]
    assert days(skipped) == {"keep_in_touch": "2025-05-08"}


@pytest.mark.parametrize("on", ["2025-01-06", "2025-01-14", "2025-01-20"])
def test_what_is_skipped_stays_away_also_when_it_was_not_due_yet(on):
    sent = [fact("outreach_sent", "2025-01-03")]
    skipped = [*sent, fact("skipped", on, action="nudge")]
    assert days(skipped) == {}
    assert days([*sent, fact("skipped", on, action="answer")]) == {"nudge": "2025-01-14"}
    assert days([*skipped, fact("nudge_sent", "2025-01-21")]) == {"close": "2025-01-30"}


def test_who_was_asked_about_too_often_is_left_alone():
    sent = [fact("outreach_sent", "2025-01-03"), fact("skipped", "2025-01-14", action="ask")]
    assert days(sent) == days(sent, asked={}) == {}


@pytest.mark.parametrize(
    ("more", "kind"),
    [
        ([], "ask"),
        ([("noted", "2025-01-13")], "ask"),  # the day before
        ([("noted", "2025-01-14")], "nudge"),
        ([("noted", "2025-02-14")], "nudge"),
        ([("lead_found", "2025-01-15")], "nudge"),
        ([("out_of_office", "2025-01-15")], "nudge"),
    ],
)
@pytest.mark.parametrize("first", ["nudge", "close"])
def test_nobody_is_reminded_or_let_go_before_one_was_asked_about_them(more, kind, first):
    events = [fact("outreach_sent", "2025-01-03")]
    if first == "close":
        events = [fact("outreach_sent", "2024-12-03"), fact("nudge_sent", "2025-01-03")]
    told = [*events, *(fact(what, day) for what, day in more)]
    assert days(told, asked={}) == {kind.replace("nudge", first): "2025-01-14"}


@pytest.mark.parametrize(("asked", "kind"), [("2025-01-13", "ask"), ("2025-01-14", "nudge")])
def test_a_file_that_was_read_counts_as_asking(asked, kind):
    assert days([fact("outreach_sent", "2025-01-03")], asked={"p": iso(asked)}) == {kind: "2025-01-14"}
    assert days([fact("outreach_sent", "2025-01-03")], asked={"q": iso(asked)}) == {"ask": "2025-01-14"}


def test_a_pause_moves_the_day_from_which_one_is_asked_about_them():
    events = [fact("outreach_sent", "2025-01-03"), fact("snoozed", "2025-01-15", until="2025-01-22")]
    assert days(events, asked={}) == {"ask": "2025-01-22"}
    assert days([*events, fact("noted", "2025-01-22")], asked={}) == {"nudge": "2025-01-22"}


def test_a_second_message_of_the_day_waits_though_the_first_was_skipped():
    events = [fact("outreach_sent", "2025-01-03"), fact("reply_received", "2025-01-06", "09:00")]
    skipped = [*events, fact("skipped", "2025-01-06", "10:00", action="answer")]
    assert days(skipped) == {"keep_in_touch": "2025-05-06"}
    assert days([*skipped, fact("touched", "2025-01-06", "11:00", by="them")]) == {"answer": "2025-01-06"}


@pytest.mark.parametrize(
    ("until", "nudge"),
    [("2025-02-03", "2025-02-03"), ("2025-02-01", "2025-02-03"), ("2025-01-10", "2025-01-14")],
)
def test_a_pause_moves_what_is_due_to_the_business_day_after_it_and_nothing_before(until, nudge):
    assert days([fact("outreach_sent", "2025-01-03"), fact("snoozed", "2025-01-06", until=until)]) == {"nudge": nudge}


@pytest.mark.parametrize(
    ("zone", "at", "sent", "nudge"),
    [
        ("America/New_York", "23:30", "2025-03-07", "2025-03-18"),  # over the loss of an hour on 9 March
        ("America/New_York", "23:30", "2025-10-31", "2025-11-11"),  # over the gain of one on 2 November
        ("America/New_York", "00:30", "2025-03-07", "2025-03-18"),
        ("Asia/Kolkata", "00:15", "2025-01-03", "2025-01-14"),  # still the day before in UTC
        ("Asia/Kolkata", "23:45", "2025-01-03", "2025-01-14"),
        ("Pacific/Kiritimati", "00:30", "2025-01-03", "2025-01-14"),
    ],
)
def test_days_are_those_of_the_users_zone(zone, at, sent, nudge):
    zone = ZoneInfo(zone)
    assert days([fact("outreach_sent", sent, at, zone)], zone=zone) == {"nudge": nudge}
    assert days([fact("meeting_held", sent, at, zone)], zone=zone) == {"thank_you": sent}


# ---------------------------------------------------------------------- caps


def eager():
    """A cadence that no file can be: everything again and again, a day apart."""
    often = {
        after: tuple(replace(step, wait=1, unit="days", times=99) for step in steps)
        for after, steps in COLD.steps.items()
    }
    reminders = tuple(replace(COLD.step("nudge"), after="nudge", wait=1, times=99) for _ in range(2))
    return Cadence(name="eager", relationships=(), steps=often | {"nudge": (*reminders, *often["nudge"])})


def test_caps_hold_whatever_a_cadence_says():
    sent = [fact("outreach_sent", "2025-01-03")]
    assert days(sent, eager()) == {"nudge": "2025-01-06"}
    assert days([*sent, fact("nudge_sent", "2025-01-06")], eager()) == {"close": "2025-01-07"}
    silent = met("2025-01-08", fact("update_sent", "2025-02-08"), fact("update_sent", "2025-03-08"))
    assert days(silent, eager()) == {}
    assert set(CAPS) == {"nudge", "update", "keep_in_touch"}


# ---------------------------------------------------------------------- the end of the search


def test_when_the_search_ends_whom_one_met_hears_it_and_nothing_more_is_wanted_of_anybody():
    landed = {"landed": datetime(2025, 3, 1, 12, tzinfo=UTC)}  # a Saturday
    assert days(met("2025-01-08"), **landed) == {"landed": "2025-03-03"}
    assert days([*met("2025-01-08"), fact("update_sent", "2025-02-28")], **landed) == {"landed": "2025-03-03"}
    for told in ("update_sent", "landed"):
        assert days([*met("2025-01-08"), fact(told, "2025-03-04")], **landed) == {}
    assert days([fact("outreach_sent", "2025-01-03")], **landed) == {}
    theirs = fact("promise_made", "2025-01-08", "13:00", text="a name", by="them")
    assert days([fact("outreach_sent", "2025-01-03"), theirs], **landed) == {}


def test_when_the_search_ends_what_one_owes_stays():
    landed = {"landed": datetime(2025, 3, 1, 12, tzinfo=UTC)}
    owed = [fact("meeting_held", "2025-02-27"), fact("promise_made", "2025-02-27", "13:00", text="the article")]
    assert set(days(owed, **landed)) == {"thank_you", "promise", "landed"}
    assert set(days([fact("reply_received", "2025-02-27")], **landed)) == {"answer"}
    booked = [fact("meeting_scheduled", "2025-02-27", start="2025-06-05T15:00:00+00:00")]
    assert set(days(booked, **landed)) == {"prepare", "confirm"}


# ---------------------------------------------------------------------- the files


LIKE = 'for = ["friend"]\nlike = "3b7"\n'
NUDGE = '[nudge]\nwait = 3\nunit = "business days"\n'


def test_every_relationship_has_a_cadence_and_every_kind_a_step():
    assert set(cadences()) == {*RELATIONSHIPS, "gentle", "3b7"}
    assert all(COLD.step(kind) and GENTLE.step(kind) for kind in AFTER)
    assert set(AFTER) == set(KINDS) - {"ask", "sent", "write"}
    assert (COLD.step("another").at, GENTLE.step("another").at) == ("", "targets")


def test_an_own_cadence_says_only_what_is_different():
    mine = parse("mine", LIKE + NUDGE)
    assert (mine.name, mine.relationships, mine.step("nudge").wait) == ("mine", ("friend",), 3)
    assert mine.step("nudge").why == COLD.step("nudge").why
    assert mine.step("close") == COLD.step("close")
    assert parse("mine", 'like = "gentle"').step("nudge") == GENTLE.step("nudge")
    assert parse("mine", 'like = "gentle"').relationships == ()


def test_a_step_may_be_added_moved_or_left_out():
    silent = parse(
        "mine", LIKE + '[nudge]\ntimes = 0\n[rest]\ndue = "close"\nafter = "letter"\nwait = 2\nunit = "months"'
    )
    assert days([fact("outreach_sent", "2025-01-03")], silent) == {"close": "2025-03-03"}
    said = parse("mine", LIKE + '[nudge]\nwhy = "since {since}, {wait}"')
    day = Days(today=iso("2025-06-01"), workdays=PLAIN, asked=ASKED)
    (item,) = due(standing([fact("outreach_sent", "2025-01-03")]), said, day)
    assert item.reason == "since Fri 3 Jan 2025, 7 business days"


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ('like = "3b7"\nfor = ["friends"]', "for"),
        ('like = "3b7"\nfor = "friend"', "for"),
        ('like = "3b7"\nfor = 3', "for"),
        ('like = "3b7"\nfor = [3]', "for"),
        ('like = "3b8"', "like"),
        ("like = 3", "like"),
        ('like = "3b7"\ncountry = "Germany"', "country"),
        ('like = "3b7"\ncountry = 3', "country"),
        (LIKE + "[nudge]\nwait = 0", "nudge.wait"),
        (LIKE + "[nudge]\nwait = 401", "nudge.wait"),
        (LIKE + "[nudge]\nwait = -1", "nudge.wait"),
        (LIKE + "[nudge]\nwait = 2.0", "nudge.wait"),
        (LIKE + "[nudge]\nwait = true", "nudge.wait"),
        (LIKE + '[nudge]\nwait = "3"', "nudge.wait"),
        (LIKE + "[nudge]\nwait = [3]", "nudge.wait"),
        (LIKE + "[thank_you]\nwait = -1", "thank_you.wait"),
        (LIKE + "[confirm]\nwait = -31", "confirm.wait"),
        (LIKE + '[confirm]\nunit = "months"', "confirm.unit"),
        (LIKE + '[nudge]\nunit = "weeks"', "nudge.unit"),
        (LIKE + "[nudge]\ntimes = 2", "nudge.times"),
        (LIKE + "[keep_in_touch]\ntimes = 3", "keep_in_touch.times"),
        (LIKE + "[nudge]\nwhen = 4", "nudge.when"),
        (LIKE + '[nudge]\nafter = "meeting"', "nudge.after"),
        (LIKE + '[nudge]\nuntil = "doomsday"', "nudge.until"),
        (LIKE + '[nudge]\nat = "targets"', "nudge.at"),
        (LIKE + '[another]\nat = "work"', "another.at"),
        (LIKE + '[nudge]\nwhy = "since {sinec}"', "nudge.why"),
        (LIKE + '[nudge]\nwhy = "since {since.day}"', "nudge.why"),
        (LIKE + '[nudge]\nwhy = "since {"', "nudge.why"),
        (LIKE + "[nudge]\nwhy = 3.5", "nudge.why"),
        (LIKE + "[more]\nwait = 3", "more"),
        (LIKE + '[more]\ndue = "dancing"', "more"),
        (LIKE + '[more]\ndue = "nudge"\nwait = 3', "more.after"),
        (LIKE + "nudge = 3", "nudge"),
        (LIKE + "[[nudge]]\nwait = 3", "nudge"),
        (LIKE + "[nudge\nwait = 3", "line 3"),
        (LIKE + "[nudge]\nwait = \n", "line 4"),
    ],
)
def test_a_cadence_that_cannot_be_is_refused_with_its_line_or_key(text, key):
    with pytest.raises(InvalidTemplate) as refused:
        parse("mine", text)
    assert refused.value.where == key
    assert str(refused.value).startswith(f"cadence mine, {key}: ")


def test_what_is_not_said_is_as_in_3b7_unless_it_is_like_nothing():
    assert parse("mine", templates.read("cadences/3b7.toml")).steps == parse("mine", "").steps == COLD.steps
    assert parse("mine", 'like = ""').steps == {}


@pytest.mark.parametrize("name", ["aaa", "gentle", "zzz"])
def test_the_users_own_cadence_wins_whatever_it_is_called(tmp_path, name):
    (tmp_path / "cadences").mkdir()
    text = LIKE.replace('["friend"]', '["friend", "family", "classmate", "colleague"]') + NUDGE
    (tmp_path / f"cadences/{name}.toml").write_text(text, encoding="utf-8")
    assert cadences(tmp_path)["friend"].step("nudge").wait == cadences(tmp_path)[name].step("nudge").wait == 3
    assert cadences(tmp_path)["stranger"] == COLD


def test_a_relationship_that_an_own_cadence_leaves_out_keeps_the_packaged_one(tmp_path):
    (tmp_path / "cadences").mkdir()
    (tmp_path / "cadences/gentle.toml").write_text(LIKE + NUDGE, encoding="utf-8")
    assert cadences(tmp_path)["friend"].step("nudge").wait == 3
    assert cadences(tmp_path)["family"] == GENTLE


def test_a_cadence_may_follow_the_days_of_another_country():
    german = parse("mine", LIKE + 'country = "DE"\n')
    abroad = {"DE": Workdays(country_holidays("DE", [2025]))}
    sent = [fact("outreach_sent", "2025-04-10")]
    assert days(sent, workdays=US) == {"nudge": "2025-04-21"}  # Easter Monday is a business day in the US
    assert days(sent, german, US, abroad=abroad) == {"nudge": "2025-04-23"}  # Good Friday and Easter Monday are none
    talk = [fact("meeting_scheduled", "2025-04-10", start="2025-04-22T15:00:00+00:00")]
    assert days(talk, german, US, today="2025-04-14", abroad=abroad)["prepare"] == "2025-04-21"  # ours to prepare


def test_a_day_that_is_only_known_by_then_is_not_told_as_the_day():
    met = replace(fact("meeting_held", "2025-05-20"), precision="by")
    asked = Days(today=iso("2025-06-01"), workdays=PLAIN, asked=ASKED)
    reasons = [item.reason for item in due(standing([met]), COLD, asked) if item.kind == "thank_you"]
    assert reasons == ["you met on Tue 20 May 2025 or before: a quick thank-you within a day"]
