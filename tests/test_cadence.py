"""What is due when, for one person."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infoint.cadence import Wait, cadences, due, parse
from infoint.errors import InvalidTemplate
from infoint.events import DETAILS, KINDS, REQUIRED, Event, standing
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


def days(events, cadence=COLD, workdays=PLAIN, today="2025-06-01", zone=UTC):
    """What is due, by kind."""
    found = due(standing(events, zone), cadence, iso(today), workdays, zone)
    return {item.kind: item.day.isoformat() for item in found}


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
    assert COLD.waits["another"].after(iso(sent), workdays) == iso(another)
    assert days([fact("outreach_sent", sent)], workdays=workdays) == {"nudge": nudge}


def test_people_one_is_close_to_get_ten_business_days():
    assert {r for r, cadence in cadences().items() if cadence.name == "gentle"} == WARM
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
    slower = parse("mine", TOML.replace("[thank_you]\nwait = 3\n", "[thank_you]\nwait = 1\n"))
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
    assert days([fact("meeting_scheduled", "2025-01-03")], today="2025-01-06") == {"set_date": "2025-01-06"}


@pytest.mark.parametrize(
    ("due_on", "expected"), [("2025-01-20", "2025-01-20"), ("2025-01-18", "2025-01-18"), ("", "2025-01-10")]
)
def test_a_promise_of_ours_is_due_on_its_day_or_after_a_week(due_on, expected):
    told = {"due": due_on} if due_on else {}
    made = [fact("outreach_sent", "2025-01-03"), fact("reply_received", "2025-01-03", "13:00")]
    made.append(fact("promise_made", "2025-01-03", "14:00", text="the article", **told))
    assert days(made)["promise"] == expected
    theirs = [*made[:2], fact("promise_made", "2025-01-03", "14:00", text="a name", by="them", **told)]
    assert "promise" not in days(theirs)


def test_their_message_waits_from_the_day_it_came():
    events = [fact("outreach_sent", "2025-01-03"), fact("reply_received", "2025-01-04")]
    assert days(events) == {"answer": "2025-01-04"}
    assert days([*events, fact("touched", "2025-01-05", by="me")]) == {}


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
    answered = [*twice, fact("reply_received", "2025-05-13"), fact("touched", "2025-05-14", by="me")]
    assert days(answered) == {"keep_in_touch": "2025-07-14"}


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


def test_a_second_message_of_the_day_waits_though_the_first_was_skipped():
    events = [fact("outreach_sent", "2025-01-03"), fact("reply_received", "2025-01-06", "09:00")]
    skipped = [*events, fact("skipped", "2025-01-06", "10:00", action="answer")]
    assert days(skipped) == {}
    assert days([*skipped, fact("touched", "2025-01-06", "11:00", by="them")]) == {"answer": "2025-01-06"}


@pytest.mark.parametrize(("until", "nudge"), [("2025-02-01", "2025-02-01"), ("2025-01-10", "2025-01-14")])
def test_a_pause_moves_what_is_due_to_its_end_and_nothing_forward(until, nudge):
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


EXAMPLES = {
    "me|them": st.sampled_from(["me", "them"]), "day": st.sampled_from(["2025-01-20", "2025-03-03"]),
    "text": st.sampled_from(["nudge", "close"]), "moment": st.just("2025-02-20T15:00:00+00:00"),
    "number": st.integers(1, 3), "people": st.just(["q"]), "person": st.just("q"), "event": st.just("e1"),
}  # fmt: skip


@st.composite
def histories(draw):
    """Anything that may happen with one person, more often letters, in any order."""
    events = []
    kinds = st.sampled_from([*KINDS, *["outreach_sent", "nudge_sent"] * 8])
    for number, kind in enumerate(draw(st.lists(kinds, max_size=10))):
        details = {
            name: draw(EXAMPLES[what])
            for name, what in DETAILS[kind].items()
            if name in REQUIRED.get(kind, ()) or draw(st.booleans())
        }
        at = datetime(2025, 1, 1, 12, tzinfo=UTC) + timedelta(days=draw(st.integers(0, 60)), minutes=number)
        events.append(Event(id=f"e{number}", person_id="p", kind=kind, at=at, details=details))
    return events


def unanswered_of(events):
    """Our letters since their last sign of life, counted anew and plainly."""
    gone = {event.details["event"] for event in events if event.kind == "retracted"}
    signs = {"reply_received", "declined", "bounced", "meeting_scheduled", "meeting_moved", "meeting_cancelled"}
    signs |= {"meeting_held", "introduction_received"}
    count = 0
    for event in sorted(events, key=lambda event: event.at):
        if event.id in gone:
            continue
        if event.kind in signs or (event.details.get("by") == "them" and event.kind == "touched"):
            count = 0
        count += event.kind in {"outreach_sent", "nudge_sent"}
    return count


@settings(max_examples=400)
@given(histories(), st.sampled_from([COLD, GENTLE]), st.dates(iso("2025-01-01"), iso("2025-12-31")))
def test_no_history_leads_to_a_second_unanswered_reminder_nor_to_anything_for_whom_is_closed(events, cadence, today):
    s = standing(events)
    found = due(s, cadence, today, US)
    kinds = [item.kind for item in found]
    if unanswered_of(events) >= 2:
        assert "nudge" not in kinds
    if not s.is_open:
        assert kinds == []
    assert not set(kinds) & set(s.skipped)
    assert all(item.reason for item in found)
    assert kinds.count("nudge") + kinds.count("close") <= 1
    assert all(item.day >= s.paused_until for item in found if s.paused_until)


STEPS = ("nudge", "close", "thank_you", "update", "keep_in_touch", "keep_in_touch_unasked")
TOML = 'for = ["friend"]\n' + "".join(f'[{step}]\nwait = 3\nunit = "business days"\n' for step in STEPS)


def test_every_relationship_has_a_cadence():
    assert set(cadences()) == set(RELATIONSHIPS)
    assert parse("mine", TOML).waits["nudge"] == Wait(3, "business days")


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ('["friend"]', '["friends"]', "for"),
        ('["friend"]', '"friend"', "for"),
        ('["friend"]', "3", "for"),
        ('["friend"]', "[3]", "for"),
        ("[nudge]\nwait = 3\n", "[nudge]\nwait = 0\n", "nudge.wait"),
        ("[nudge]\nwait = 3\n", "[nudge]\nwait = 401\n", "nudge.wait"),
        ("[nudge]\nwait = 3\n", "[nudge]\nwait = 2.5\n", "nudge.wait"),
        ("[nudge]\nwait = 3\n", "[nudge]\nwait = true\n", "nudge.wait"),
        ("[nudge]\nwait = 3\n", '[nudge]\nwait = "3"\n', "nudge.wait"),
        ("[nudge]\nwait = 3\n", "[nudge]\n", "nudge.wait"),
        ("[nudge]\nwait = 3\n", "[nudge]\nwait = 3\nwhen = 4\n", "nudge.when"),
        ("[thank_you]\nwait = 3\n", "[thank_you]\nwait = -1\n", "thank_you.wait"),
        ('[nudge]\nwait = 3\nunit = "business days"', '[nudge]\nwait = 3\nunit = "weeks"', "nudge.unit"),
        ('[nudge]\nwait = 3\nunit = "business days"', "[nudge]\nwait = 3", "nudge.unit"),
        ("[update]", "[updates]", "updates"),
        ("for =", "update_every = 3\nfor =", "update_every"),
        *((f'[{step}]\nwait = 3\nunit = "business days"\n', "", step) for step in STEPS),
        ("[nudge]", "[nudge", "syntax"),
    ],
)
def test_a_cadence_that_cannot_be_is_refused_with_the_key(old, new, key):
    assert old in TOML
    with pytest.raises(InvalidTemplate) as refused:
        parse("mine", TOML.replace(old, new, 1))
    assert refused.value.where == key
    assert str(refused.value).startswith(f"cadence mine, {key}: ")


@pytest.mark.parametrize("name", ["aaa", "gentle", "zzz"])
def test_the_users_own_cadence_wins_whatever_it_is_called(tmp_path, name):
    (tmp_path / "cadences").mkdir()
    relationships = '["friend", "family", "classmate", "colleague"]'
    (tmp_path / f"cadences/{name}.toml").write_text(TOML.replace('["friend"]', relationships), encoding="utf-8")
    assert cadences(tmp_path)["friend"].waits["nudge"].wait == 3
    assert cadences(tmp_path)["stranger"] == COLD


def test_a_relationship_without_a_cadence_is_refused(tmp_path):
    (tmp_path / "cadences").mkdir()
    (tmp_path / "cadences/gentle.toml").write_text(TOML, encoding="utf-8")
    with pytest.raises(InvalidTemplate, match="no cadence is for family"):
        cadences(tmp_path)
