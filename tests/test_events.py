"""Events and what they add up to."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infoint.errors import InvalidDetails, UnknownKind
from infoint.events import (
    DETAILS,
    KINDS,
    MOVED,
    REQUIRED,
    STAGES,
    WORDS,
    Event,
    checked_details,
    in_order,
    kind_of,
    standing,
)

START = datetime(2025, 3, 3, 9, tzinfo=UTC)
EXAMPLES = {
    "me|them": "them", "day": "2025-03-20", "text": "a line", "moment": "2025-03-20T15:00:00+00:00",
    "number": 3, "people": ["q"], "person": "q", "event": "e0",
}  # fmt: skip
KIND = st.sampled_from([kind for kind in KINDS if kind != "retracted"])


def details_of(kind, *, whole=True):
    wanted = DETAILS[kind] if whole else REQUIRED.get(kind, ())
    return {name: EXAMPLES[DETAILS[kind][name]] for name in wanted}


def event(kind, days=0, *, number=None, **details):
    """One fact, so many days after the start; its id is `e` and the number, or the kind."""
    id_ = kind if number is None else f"e{number}"
    details = details or details_of(kind, whole=False)
    return Event(id=id_, person_id="p", kind=kind, at=START + timedelta(days=days), details=details)


def story(*kinds):
    """One fact a day, in this order."""
    return [event(kind, day, number=day) for day, kind in enumerate(kinds)]


def moment(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("word", "kind"), [*WORDS.items(), ("Meeting-Held", "meeting_held"), ("do not contact", "do_not_contact")]
)
def test_a_kind_may_be_said_in_everyday_words(word, kind):
    assert kind_of(f" {word} ") == kind


@pytest.mark.parametrize(
    ("word", "nearest"), [("anwsered", "answered"), ("meting_held", "meeting_held"), ("xyzzy", "")]
)
def test_an_unknown_kind_is_refused_with_the_nearest_one(word, nearest):
    with pytest.raises(UnknownKind) as refused:
        kind_of(word)
    assert refused.value.nearest == nearest


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("whole", [True, False])
def test_every_kind_with_its_details_is_folded(kind, whole):
    stored = checked_details(kind, details_of(kind, whole=whole))
    s = standing([Event(id="x", person_id="p", kind=kind, at=START, details=stored)])
    assert s.person_id == ("" if kind == "retracted" else "p")


@pytest.mark.parametrize("kind", KINDS)
def test_details_that_are_stored_are_stored_so_again(kind):
    stored = checked_details(kind, details_of(kind))
    assert checked_details(kind, stored) == stored


@pytest.mark.parametrize(
    ("kind", "given_", "stored"),
    [
        ("follow_up_agreed", {"months": "3"}, {"months": 3}),
        ("follow_up_agreed", {"months": 3.0}, {"months": 3}),
        ("snoozed", {"until": date(2025, 3, 20)}, {"until": "2025-03-20"}),
        ("snoozed", {"until": datetime(2025, 3, 20, 9, tzinfo=UTC)}, {"until": "2025-03-20"}),
        ("meeting_scheduled", {"start": "2025-03-20T15:00+02:00"}, {"start": "2025-03-20T13:00:00+00:00"}),
        ("meeting_scheduled", {"place": "", "minutes": None}, {}),
        ("introduction_received", {"introduced": ("q", "r")}, {"introduced": ["q", "r"]}),
    ],
)
def test_details_are_stored_as_plain_values_and_empty_ones_not_at_all(kind, given_, stored):
    assert checked_details(kind, given_) == stored


@pytest.mark.parametrize(
    ("kind", "field", "value", "expected"),
    [
        ("meeting_scheduled", "start", datetime(2025, 3, 20, 15), "with its zone"),  # noqa: DTZ001 - naive on purpose
        ("meeting_scheduled", "start", "2025-03-20T15:00", "with its zone"),
        ("meeting_moved", "start", "soon", "with its zone"),
        ("meeting_moved", "start", 7, "with its zone"),
        ("meeting_scheduled", "start", datetime.min.replace(tzinfo=timezone(timedelta(hours=9))), "with its zone"),
        ("follow_up_agreed", "months", 0, "from 1 to 1000"),
        ("follow_up_agreed", "months", 1001, "from 1 to 1000"),
        ("follow_up_agreed", "months", 2.5, "a whole number"),
        ("follow_up_agreed", "months", True, "a whole number"),
        ("follow_up_agreed", "months", float("inf"), "a whole number"),
        ("meeting_held", "minutes", "an hour", "a whole number"),
        ("snoozed", "until", "20/3", "2025-03-14"),
        ("out_of_office", "until", 20250320, "2025-03-14"),
        ("touched", "by", "you", "me or them"),
        ("touched", "by", ["me"], "me or them"),
        ("introduction_received", "introduced", "Ada", "a list of people"),
        ("introduction_received", "introduced", 3, "a list of people"),
        ("thank_you_sent", "colour", "red", "no details"),
        ("snoozed", "colour", "red", "its details are until"),
        *((kind, name, None, "it is needed") for kind, names in REQUIRED.items() for name in names),
    ],
)
def test_odd_details_are_refused_with_the_name_of_the_field(kind, field, value, expected):
    with pytest.raises(InvalidDetails, match=expected) as refused:
        checked_details(kind, {field: value})
    assert (refused.value.kind, refused.value.field) == (kind, field)


HISTORIES = st.lists(
    st.tuples(KIND, st.integers(0, 6), st.sampled_from(["minute", "day", "by"])), max_size=12
).map(
    lambda told: [
        Event(
            id=f"e{n:02}", person_id="p", kind=kind, at=START + timedelta(days=day, hours=n % 3),
            precision=precision, details=details_of(kind, whole=bool(n % 2)),
        )
        for n, (kind, day, precision) in enumerate(told)
    ]
)  # fmt: skip


@given(HISTORIES, st.data())
def test_the_order_of_entry_does_not_matter(events, data):
    shuffled = data.draw(st.permutations(events))
    assert standing(shuffled) == standing(events)
    assert in_order(shuffled) == in_order(events)


@given(HISTORIES, st.data())
def test_what_is_retracted_is_as_if_it_had_never_been(events, data):
    gone = data.draw(st.sets(st.sampled_from([e.id for e in events]))) if events else set()
    retractions = [
        Event(id=f"r{id_}", person_id="p", kind="retracted", at=START + timedelta(days=9), details={"event": id_})
        for id_ in gone
    ]
    left = [e for e in events if e.id not in gone]
    assert standing([*retractions, *events]) == standing(left)


@given(HISTORIES, KIND)
def test_a_stage_once_reached_is_never_lost(events, kind):
    reached = ["", *STAGES]
    later = Event(id="z", person_id="p", kind=kind, at=START + timedelta(days=30), details=details_of(kind))
    assert reached.index(standing([*events, later]).stage) >= reached.index(standing(events).stage)


def test_a_letter_comes_before_what_else_happened_on_a_day_without_an_hour():
    sent = Event(id="2", person_id="p", kind="outreach_sent", at=START, precision="day")
    answered = Event(id="1", person_id="p", kind="reply_received", at=START, precision="day")
    evening = Event(id="3", person_id="p", kind="outreach_sent", at=moment("2025-03-03T22:00"))
    morning = Event(id="4", person_id="p", kind="reply_received", at=moment("2025-03-03T06:00"))
    for letter, answer in ((sent, answered), (evening, answered), (sent, morning)):
        s = standing([answer, letter])
        assert (s.warnings, s.unanswered, s.stage) == ((), 0, "replied")


@pytest.mark.parametrize("zone", ["UTC", "Pacific/Kiritimati", "Etc/GMT+12", "Asia/Kolkata", "America/New_York"])
@pytest.mark.parametrize("kind", ["outreach_sent", "meeting_held", "thank_you_sent", "update_sent"])
@pytest.mark.parametrize("day", ["2025-03-09", "2024-02-29", "2024-12-31"])  # the first: New York loses an hour
def test_a_day_without_an_hour_is_that_day_in_every_zone(zone, kind, day):
    zone = ZoneInfo(zone)
    told = Event(id="1", person_id="p", kind=kind, at=moment(f"{day}T12:00"), precision="day")
    assert told.day(zone) == date.fromisoformat(day)
    assert standing([told], zone).last_contact.astimezone(zone).date() == date.fromisoformat(day)


def test_a_moment_is_the_day_it_is_where_the_user_is():
    late = Event(person_id="p", kind="noted", at=moment("2025-03-03T20:00"))
    assert late.day(ZoneInfo("Asia/Kolkata")) == date(2025, 3, 4)
    assert late.day(ZoneInfo("America/New_York")) == date(2025, 3, 3)


@pytest.mark.parametrize(
    ("kinds", "stage", "warning"),
    [
        (("thank_you_sent", "meeting_held"), "met", "a thank-you is logged before any meeting"),
        (("reply_received", "outreach_sent"), "replied", "a reply is logged before any letter"),
        (("nudge_sent",), "approached", "a nudge is logged before any first letter"),
        (("outreach_sent", "meeting_moved"), "scheduled", "a meeting is moved that was never scheduled"),
        (("outreach_sent", "meeting_cancelled"), "approached", "a meeting is cancelled that was never scheduled"),
        (("outreach_sent", "promise_kept"), "approached", "a promise is kept that was never made"),
    ],
)
def test_an_odd_order_is_kept_and_told(kinds, stage, warning):
    s = standing(story(*kinds))
    assert (s.stage, s.warnings) == (stage, (warning,))


@pytest.mark.parametrize(
    "kinds",
    [
        ("outreach_sent", "nudge_sent", "reply_received", "meeting_scheduled", "meeting_moved"),
        ("meeting_scheduled", "confirmation_sent", "meeting_held", "thank_you_sent", "update_sent"),
        ("meeting_held", "thank_you_sent", "meeting_held", "thank_you_sent"),
        ("outreach_sent", "promise_made", "promise_kept", "declined"),
    ],
)
def test_an_ordinary_season_warns_of_nothing(kinds):
    assert standing(story(*kinds)).warnings == ()


@pytest.mark.parametrize(
    ("kinds", "unanswered", "waiting"),
    [
        (("outreach_sent",), 1, True),
        (("outreach_sent", "nudge_sent"), 2, True),
        (("outreach_sent", "nudge_sent", "reply_received"), 0, False),
        (("outreach_sent", "reply_received", "outreach_sent"), 1, True),
        (("outreach_sent", "out_of_office"), 1, True),
        (("outreach_sent", "bounced"), 0, False),
        (("outreach_sent", "declined"), 0, False),
        (("outreach_sent", "closed"), 1, False),
        (("outreach_sent", "do_not_contact"), 1, False),
        (("outreach_sent", "noted"), 1, True),
    ],
)
def test_messages_are_counted_as_unanswered_until_a_sign_of_life(kinds, unanswered, waiting):
    s = standing(story(*kinds))
    assert (s.unanswered, s.nudges_sent, s.awaiting_since is not None) == (unanswered, max(0, unanswered - 1), waiting)


def test_a_call_of_theirs_is_an_answer_and_one_of_ours_starts_the_clock_again():
    sent = event("outreach_sent", 0)
    theirs = standing([sent, event("touched", 2, by="them")])
    assert (theirs.stage, theirs.awaiting_since, theirs.answer_due) == ("replied", None, START + timedelta(days=2))
    ours = standing([sent, event("touched", 2, by="me")])
    assert (ours.stage, ours.awaiting_since, ours.unanswered) == ("approached", START + timedelta(days=2), 1)


@pytest.mark.parametrize(
    ("kinds", "closed", "open_"),
    [
        (("outreach_sent", "closed"), "closed", False),
        (("outreach_sent", "bounced"), "the address does not work", False),
        (("outreach_sent", "declined"), "said no", False),
        (("outreach_sent", "closed", "reply_received"), "", True),
        (("outreach_sent", "closed", "outreach_sent"), "", True),
        (("outreach_sent", "closed", "noted"), "closed", False),
    ],
)
def test_who_is_closed_opens_again_when_somebody_writes(kinds, closed, open_):
    s = standing(story(*kinds))
    assert (s.closed, s.is_open) == (closed, open_)


def test_the_reason_for_closing_is_kept():
    assert standing([event("outreach_sent"), event("closed", 1, reason="moved away")]).closed == "moved away"


@pytest.mark.parametrize("sign", ["reply_received", "outreach_sent", "meeting_held", "closed"])
def test_do_not_contact_is_lifted_only_by_saying_so(sign):
    asked = story("outreach_sent", "do_not_contact", sign)
    assert standing(asked).do_not_contact == "asked not to be contacted"
    assert not standing(asked).is_open
    assert standing([*asked, event("do_not_contact_lifted", 9)]).do_not_contact == ""


@pytest.mark.parametrize(
    ("kind", "paused"), [("noted", True), ("out_of_office", True), ("reply_received", False), ("nudge_sent", False)]
)
def test_a_pause_ends_when_somebody_writes(kind, paused):
    s = standing([event("outreach_sent"), event("snoozed", 1, until="2025-04-01"), event(kind, 2)])
    assert s.paused_until == (date(2025, 4, 1) if paused else None)


def test_an_absence_is_known_until_they_are_back_or_somebody_writes():
    away = [event("outreach_sent"), event("out_of_office", 1, until="2025-03-20")]
    assert standing(away).away_until == date(2025, 3, 20)
    assert standing([*away, event("reply_received", 2)]).away_until is None
    assert standing([*away, event("nudge_sent", 2)]).away_until is None


@pytest.mark.parametrize(
    ("kind", "left"),
    [
        ("noted", {"nudge", "keep_in_touch", "promise"}),
        ("snoozed", {"nudge", "keep_in_touch", "promise"}),
        ("update_sent", {"nudge", "promise"}),
        ("promise_made", {"nudge", "keep_in_touch"}),
        ("reply_received", set()),
        ("outreach_sent", set()),
    ],
)
def test_what_was_skipped_stays_so_until_something_new_happens(kind, left):
    skips = [event("skipped", 1, number=name, action=name) for name in ("nudge", "keep_in_touch", "promise")]
    assert set(standing([*skips, event(kind, 2)]).skipped) == left


def test_a_meeting_keeps_its_place_when_it_is_moved_and_goes_when_it_is_held():
    booked = event("meeting_scheduled", 1, start="2025-03-20T15:00:00+00:00", minutes=20, place="Café")
    moved = event("meeting_moved", 2, start="2025-03-21T15:00:00+00:00")
    meeting = standing([booked, event("confirmation_sent", 1), moved]).meeting
    assert (meeting.start, meeting.minutes, meeting.place) == (moment("2025-03-21T15:00"), 20, "Café")
    assert not standing([booked, event("confirmation_sent", 1), moved]).confirmed
    assert standing([booked, moved, event("meeting_held", 5)]).meeting is None
    cancelled = standing([booked, event("meeting_cancelled", 3)])
    assert (cancelled.meeting, cancelled.answer_due) == (None, START + timedelta(days=3))


@pytest.mark.parametrize(
    ("kinds", "owed"),
    [
        (("meeting_held",), True),
        (("meeting_held", "thank_you_sent"), False),
        (("thank_you_sent", "meeting_held"), False),
        (("meeting_held", "thank_you_sent", "meeting_held"), True),
    ],
)
def test_thanks_are_owed_once_for_each_meeting(kinds, owed):
    assert standing(story(*kinds)).owes_thanks == owed


@pytest.mark.parametrize(("kept", "left"), [("a", ["b"]), ("b", ["a"]), ("", ["b"])])
def test_a_promise_is_open_until_it_is_kept_the_oldest_first(kept, left):
    made = [
        event("promise_made", 0, number="a", text="send the article"),
        event("promise_made", 1, number="b", text="x"),
    ]
    made = [Event(id=e.id[1:], person_id="p", kind=e.kind, at=e.at, details=e.details) for e in made]
    s = standing([*made, event("promise_kept", 2, promise=kept)])
    assert [promise.id for promise in s.promises] == left


@pytest.mark.parametrize(("about", "told"), [("q", {"q"}), ("", {""})])
def test_the_introducer_was_told_of_one_person_or_of_all_so_far(about, told):
    s = standing([event("introduction_thanked", 3, about=about)])
    assert s.news_told == dict.fromkeys(told, START + timedelta(days=3))


def test_updates_are_silent_until_they_answer():
    silent = story("meeting_held", "update_sent", "update_sent")
    assert standing(silent).silent_updates == 2
    assert standing([*silent, event("reply_received", 9)]).silent_updates == 0


def test_nobody_has_a_standing_without_events():
    s = standing([])
    assert (s.stage, s.person_id, s.is_open, s.unanswered) == ("", "", True, 0)


@pytest.mark.parametrize("kind", ["outreach_sent", "nudge_sent", "reply_received", "update_sent", "thank_you_sent"])
def test_a_change_of_company_is_kept_in_mind_until_the_next_contact(kind):
    moved = replace(event("noted"), note=MOVED.format("Acme", "Orbit"))
    assert standing([moved]).moved == "moved from Acme to Orbit in March"
    assert standing([moved, event(kind, 1)]).moved == ""
    assert standing([event(kind, -1), moved]).moved == "moved from Acme to Orbit in March"
    assert standing([replace(moved, note="asked about Acme")]).moved == ""
