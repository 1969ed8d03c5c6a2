"""The laws of the list: they hold for random people and histories, in many zones and calendars, on odd days."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infoint.agenda import outlook, to_ask, today_list
from infoint.cadence import cadences, parse
from infoint.events import DETAILS, KINDS, REQUIRED, Event, in_order, standing
from infoint.outreach import Situation
from infoint.people import RELATIONSHIPS, Person, Profile
from infoint.workdays import Workdays, country_holidays

ZONES = [
    *("UTC", "America/New_York", "America/St_Johns", "Asia/Kolkata", "Australia/Adelaide"),
    *("Europe/Berlin", "Pacific/Kiritimati"),
]
YEARS = [2023, 2024, 2025, 2026]
CALENDARS = [
    Workdays(),
    Workdays(country_holidays("US", YEARS)),
    Workdays(country_holidays("DE", YEARS)),
    Workdays(country_holidays("IL", YEARS), (4, 5)),
]
ODD_DAYS = [
    *("2024-02-29", "2024-03-01", "2024-03-10", "2024-03-11", "2024-03-31", "2024-04-07", "2024-10-06"),
    *("2024-11-03", "2024-12-31", "2025-01-01", "2025-02-28", "2025-03-09", "2025-03-30", "2025-10-26"),
]
NAMES = ["Ada", "Ben", "Cleo", "Dana", "Eve"]
FOLLOWED = parse("abroad", 'like = "3b7"\ncountry = "DE"')
WANTED = {"nudge", "ask", "close", "update", "keep_in_touch", "news", "promised", "landed", "another", "write"}
HEARD = {"reply_received", "declined", "meeting_scheduled", "meeting_moved", "meeting_cancelled", "meeting_held"}
HEARD |= {"introduction_received"}
LETTERS = {"outreach_sent", "nudge_sent"}


@st.composite
def facts(draw, person, today, zone, number, kinds=KINDS):
    """Anything that may have happened with somebody in the last months, as exactly as it may be known."""
    often = ("outreach_sent", "nudge_sent", "meeting_held", "meeting_scheduled", "snoozed", "out_of_office")
    kind = draw(st.sampled_from([*kinds, *[kind for kind in often if kind in kinds] * 3]))
    day = today - timedelta(days=draw(st.sampled_from([*range(40), *range(40, 400, 9)])))
    precision = draw(st.sampled_from(["minute", "minute", "day", "by"]))
    hour = time(draw(st.integers(0, 23)), draw(st.sampled_from([0, 30, 59])))
    at = datetime.combine(day, hour, zone).astimezone(UTC)
    at = at if precision == "minute" else datetime.combine(day, time(12), UTC)
    ahead = st.integers(-30, 30).map(lambda days: (today + timedelta(days=days)).isoformat())
    values = {
        "me|them": st.sampled_from(["me", "them"]),
        "day": st.one_of(ahead, ahead, st.just((today + timedelta(days=(5 - today.weekday()) % 7)).isoformat())),
        "moment": ahead.map(lambda text: datetime.fromisoformat(f"{text}T15:00").replace(tzinfo=zone).isoformat()),
        "number": st.integers(1, 3),
        "text": st.sampled_from(
            ["nudge", "close", "write", "ask", "keep_in_touch", "thank_you", "debrief", "set_date"]
        ),
        "people": st.lists(st.sampled_from(NAMES), max_size=1),
        "person": st.sampled_from(NAMES),
        "event": st.integers(0, 30).map(lambda n: f"e{n}"),
    }
    details = {
        name: draw(values[what])
        for name, what in DETAILS[kind].items()
        if name in REQUIRED[kind] or draw(st.booleans())
    }
    return Event(id=f"e{number}", person_id=person, kind=kind, at=at, precision=precision, details=details)


@st.composite
def lives(draw):
    """People, what happened with them, and a day: everything a list is made of."""
    today = draw(
        st.one_of(st.sampled_from(ODD_DAYS).map(date.fromisoformat), st.dates(date(2024, 1, 1), date(2025, 12, 31)))
    )
    zone = ZoneInfo(draw(st.sampled_from(ZONES)))
    known = st.fixed_dictionaries(
        {
            "relationship": st.sampled_from(RELATIONSHIPS),
            "company": st.sampled_from(["", "Orbit", "Orbit Inc", "Acme"]),
            "introduced_by": st.sampled_from(["", *NAMES]),
            "tags": st.sampled_from([(), ("abroad",)]),
        }
    )
    people = [Person(id=name, name=name, **draw(known)) for name in NAMES[: draw(st.sampled_from([1, 1, 2, 3, 5]))]]
    who = st.sampled_from([person.id for person in people])
    events = [draw(facts(draw(who), today, zone, number)) for number in range(draw(st.integers(0, 14)))]
    more = {
        "workdays": draw(st.sampled_from(CALENDARS)),
        "targets": draw(st.sampled_from([{}, {"orbit": 3}])),
        "landed": draw(st.sampled_from([None, None, None, datetime.combine(today, time(0), zone)])),
        "asked": draw(st.sampled_from([{}, dict.fromkeys(NAMES, today), dict.fromkeys(NAMES, date.max)])),
        "profile": Profile(name="Robin Vega", weekly=draw(st.sampled_from([1, 5]))),
    }
    return people, events, today, zone, more


def seen(people, events, today, zone, more):
    """The day as it looks after these events."""
    mine = {person.id: [event for event in events if event.person_id == person.id] for person in people}
    return Situation(
        people=people,
        standings={key: standing(told, zone) for key, told in mine.items() if told},
        today=today,
        zone=zone,
        cadences=cadences() | {"abroad": FOLLOWED},
        chosen={"#abroad": "abroad"},
        abroad={"DE": CALENDARS[2]},
        **more,
    )


def of(person, events, zone):
    return in_order([event for event in events if event.person_id == person.id], zone)


def unanswered(told):
    """Our letters since their last sign of life, counted anew and plainly."""
    count = 0
    for event in told:
        heard = event.kind in HEARD or event.kind == "bounced"
        if heard or (event.kind == "touched" and event.details.get("by") == "them"):
            count = 0
        count += event.kind in LETTERS
    return count


def is_closed(told):
    """Whether somebody said no, was let go or asked for silence, and nothing undid it, told anew and plainly."""
    closed = silenced = False
    for event in told:
        theirs = event.kind == "touched" and event.details.get("by") == "them"
        if event.kind in LETTERS or event.kind in HEARD or theirs:
            closed = False
        closed = closed or event.kind in {"closed", "bounced", "declined"}
        silenced = event.kind == "do_not_contact" or (silenced and event.kind != "do_not_contact_lifted")
    return closed or silenced


many = settings(max_examples=120)


@many
@given(lives())
def test_there_is_never_a_second_unanswered_nudge(life):
    _, events, _, zone, _ = life
    for action in today_list(seen(*life), ahead=400):
        assert action.kind != "nudge" or unanswered(of(action.person, events, zone)) < 2


@many
@given(lives())
def test_there_is_never_anything_for_somebody_who_is_closed_or_not_to_be_contacted(life):
    people, events, _, zone, _ = life
    closed = {person.id for person in people if is_closed(of(person, events, zone))}
    day = seen(*life)
    assert not closed & {action.person.id for action in today_list(day, ahead=400)}
    assert not closed & {person.id for person, _ in to_ask(day)}
    assert {outlook(day, person).state for person in people if person.id in closed} <= {"closed"}


@many
@given(lives())
def test_messages_to_people_we_wait_for_fall_on_a_business_day_of_the_user_or_of_them(life):
    day = seen(*life)
    for action in today_list(day, ahead=400):
        abroad = "abroad" in action.person.tags and action.kind not in ("write", "another")
        workdays = CALENDARS[2] if abroad else day.workdays
        if action.kind in WANTED:
            assert workdays.is_workday(action.due), action


@many
@given(lives())
def test_a_talk_is_prepared_and_confirmed_on_a_business_day_before_it(life):
    day = seen(*life)
    for action in today_list(day, ahead=400):
        if action.kind in ("prepare", "confirm"):
            talk = day.of(day.standings[action.person.id].meeting.start)
            between = [action.due + timedelta(days=n) for n in range(1, (talk - action.due).days)]
            assert action.due < talk
            assert day.workdays.is_workday(action.due)
            assert not any(map(day.workdays.is_workday, between))


@many
@given(lives())
def test_a_thank_you_is_due_the_day_of_the_meeting_whatever_day(life):
    day = seen(*life)
    for action in today_list(day, ahead=400):
        if action.kind == "thank_you":
            s = day.standings[action.person.id]
            met = [event for event in of(action.person, life[1], life[3]) if event.kind == "meeting_held"]
            assert action.due == max(met[-1].day(life[3]), s.paused_until or date.min)


@many
@given(lives(), st.data())
def test_logging_about_one_person_takes_nothing_of_anybody_else_away_unless_the_reason_names_the_rule(life, data):
    people, events, today, zone, more = life
    other = data.draw(st.sampled_from(people))
    kinds = [kind for kind in KINDS if kind != "retracted"]
    fact = data.draw(facts(other.id, today, zone, 99, kinds))
    before, day = seen(*life), seen(people, [*events, fact], today, zone, more)
    left = {(a.person.id, a.kind.replace("another", "write"), a.about) for a in today_list(day, ahead=30)}
    for action in today_list(before, ahead=30):
        key = (action.person.id, action.kind.replace("another", "write"), action.about)
        if action.person.id == other.id or key in left:
            continue
        assert key[1] == "write"
        reason = outlook(day, action.person).reason
        rules = (f"{other.name} at ", "one person at a company at a time", "this week's number")
        assert any(rule in reason for rule in rules), (action, fact, reason)


@many
@given(lives(), st.randoms())
def test_the_list_depends_on_events_and_day_alone_not_on_the_order_of_entry(life, chance):
    people, events, today, zone, more = life
    if chance.random() < 0.5:  # a whole month was noted on one day, without hours
        noon = datetime.combine(today - timedelta(days=20), time(12), UTC)
        events = [replace(event, at=noon, precision="day") for event in events]
    entered = list(events)
    chance.shuffle(entered)
    new = {event.id: f"n{number:02}" for number, event in enumerate(entered)}
    again = []
    for event in entered:
        told = {
            name: new.get(value, value) if name in ("event", "promise") else value
            for name, value in event.details.items()
        }
        again.append(
            Event(
                **{name: getattr(event, name) for name in ("person_id", "kind", "at", "precision")},
                id=new[event.id],
                details=told,
            )
        )
    assert today_list(seen(people, again, today, zone, more), 400) == today_list(
        seen(people, events, today, zone, more), 400
    )


@many
@given(lives())
def test_every_approached_person_is_due_or_waits_for_a_stated_day_or_is_closed_for_a_stated_reason(life):
    day = seen(*life)
    due = {a.person.id for a in today_list(day, ahead=0)}
    for person in day.people:
        found = outlook(day, person)
        assert found.reason
        s = day.standings.get(person.id)
        if s and s.stage:
            assert found.state in ("due", "waiting", "closed")
            may_rest = not s.is_open or day.landed or s.skipped or s.silent_updates >= 2
            assert found.state != "closed" or may_rest, (person, found)
            assert found.state == "closed" or (found.day <= day.today) == (found.state == "due")
        assert (found.state == "due") == (person.id in due), (person, found)


@many
@given(lives())
def test_a_nudge_is_proposed_only_for_whom_one_was_asked_about_since_its_day_came(life):
    _, events, _, zone, more = life
    for action in today_list(seen(*life), ahead=400):
        if action.kind in ("nudge", "close"):
            told = [event.moment(zone).astimezone(zone).date() for event in of(action.person, events, zone)]
            assert max([*told, more["asked"].get(action.person.id, date.min)]) >= action.due


@many
@given(lives())
def test_a_check_in_asks_about_five_letters_at_most_newest_first_and_not_about_todays(life):
    day = seen(*life)
    asked = to_ask(day)
    assert len(asked) <= 5
    assert [sent for _, sent in asked] == sorted((sent for _, sent in asked), reverse=True)
    assert all(sent < day.today and day.told(day.standings[person.id]) < day.today for person, sent in asked)
    due = {a.person.id for a in today_list(day, ahead=0) if a.kind == "ask"}
    assert due <= {person.id for person, _ in asked}


@pytest.mark.parametrize("zone", ZONES)
def test_an_hour_before_midnight_is_still_that_day(zone):
    for text in ODD_DAYS:
        sent = datetime.combine(date.fromisoformat(text), time(23, 0), ZoneInfo(zone)).astimezone(UTC)
        s = standing([Event(id="e", person_id="Ada", kind="meeting_held", at=sent)], ZoneInfo(zone))
        more = {"workdays": CALENDARS[0]}
        day = seen([Person(id="Ada", name="Ada")], [], date.fromisoformat(text), ZoneInfo(zone), more)
        day.standings["Ada"] = s
        assert [str(item.day) for item in day.due(day.people[0], day.today)] == [text]
