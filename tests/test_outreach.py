"""Whom to write to next, and why. Today is Wednesday 12 March 2025."""

from datetime import UTC, date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infoint.cadence import cadences
from infoint.events import Event, standing
from infoint.outreach import Situation, next_people
from infoint.people import Person, Profile
from infoint.workdays import Workdays

TODAY = date(2025, 3, 12)
ME = Profile(name="Robin Vega", exploring="energy and climate work.")


def person(name, **known):
    return Person(id=name, name=name, **known)


def happened(*told):
    """Standings from ("Dana", "outreach_sent", "2025-03-03") and so on."""
    by_person = {}
    for number, (who, kind, day, *rest) in enumerate(told):
        at = datetime.combine(date.fromisoformat(day), time(12), UTC)
        details = rest[0] if rest else {}
        event = Event(id=f"e{number}", person_id=who, kind=kind, at=at, details=details)
        by_person.setdefault(who, []).append(event)
    return {who: standing(events) for who, events in by_person.items()}


def proposed(people, standings=None, *, me=ME, today=TODAY, limit=5):
    day = Situation(
        people=list(people),
        standings=standings or {},
        profile=me,
        today=today,
        workdays=Workdays(),
        cadences=cadences(),
    )
    return next_people(day, limit)


def names(*args, **kwargs):
    return [item.person.name for item in proposed(*args, **kwargs)]


def test_the_most_comfortable_come_first_then_fit_then_fresh_introductions():
    people = [
        person("stranger", relationship="stranger", industry="energy"),
        person("referral", relationship="referral", introduced_by="old"),
        person("fresh", relationship="referral", introduced_by="helper"),
        person("fitting", relationship="colleague", industry="Energy"),
        person("friend", relationship="friend"),
        person("easy", relationship="stranger", comfort=5, role="climate energy analyst"),
    ]
    standings = happened(("helper", "meeting_held", "2025-03-01"), ("old", "meeting_held", "2025-02-20"))
    assert names(people, standings, limit=9) == ["easy", "friend", "fitting", "fresh", "referral", "stranger"]


@pytest.mark.parametrize("known", [{"industry": "Climate"}, {"role": "climate lead"}, {"company": "Climate, Inc."}])
@pytest.mark.parametrize("exploring", ["energy and climate work.", "Climate/energy", "CLIMATE"])
def test_what_is_explored_is_found_in_industry_role_and_company(exploring, known):
    found = proposed([person("a"), person("b", **known)], me=Profile(name="Robin Vega", exploring=exploring))
    assert found[0].person.name == "b"
    assert found[0].reasons[-1] == "close to what you are exploring: climate"


def test_tags_are_a_fit_as_well_and_without_a_profile_nothing_is():
    people = [person("a"), person("b", tags=("Climate",))]
    assert names(people) == ["b", "a"]
    assert names(people, me=None) == ["a", "b"]


@pytest.mark.parametrize("small", ["and the for with", "", "of in to"])
def test_small_words_are_no_fit(small):
    people = [person("a"), person("b", industry="and the for with of in to")]
    assert names(people, me=Profile(name="R", exploring=small)) == ["a", "b"]


@pytest.mark.parametrize(
    ("who", "standings", "reasons"),
    [
        (person("d", relationship="friend"), {}, ("a friend, very easy for you to write to",)),
        (person("d", relationship="family"), {}, ("family, very easy for you to write to",)),
        (person("d", relationship="alum"), {}, ("an alum, you have something in common",)),
        (person("d", relationship="acquaintance"), {}, ("an acquaintance",)),
        (
            person("d", relationship="stranger", connected_on=date(2019, 4, 1)),
            {},
            ("a stranger", "linked with you since 2019"),
        ),
        (
            person("d", industry="energy", role="climate lead"),
            {},
            ("an acquaintance", "close to what you are exploring: climate, energy"),
        ),
        (
            person("d", relationship="referral", introduced_by="helper"),
            happened(("helper", "meeting_held", "2025-03-01")),
            ("a referral, you have something in common", "just introduced by helper"),
        ),
        (
            person("d", relationship="referral", introduced_by="helper"),
            happened(("helper", "meeting_held", "2025-02-25")),
            ("a referral, you have something in common", "introduced by helper"),
        ),
    ],
)
def test_the_reasons_are_plain_words(who, standings, reasons):
    found = proposed([who, person("helper", relationship="stranger")], standings)
    assert next(item.reasons for item in found if item.person == who) == reasons


# ---------------------------------------------------------------------- one person at a company at a time


def at_orbit(*told, others=(), today=TODAY):
    people = [
        person("first", company="Orbit", relationship="stranger"),
        person("second", company="Orbit, Inc.", relationship="stranger"),
        person("third", company="ORBIT", relationship="stranger"),
        *others,
    ]
    return names(people, happened(*told), today=today)


def test_only_one_person_at_a_company_is_proposed_and_anybody_without_one():
    assert at_orbit(others=[person("a"), person("b")]) == ["a", "b", "first"]


@pytest.mark.parametrize(
    ("sent", "today", "expected"),
    [
        ("2025-01-03", "2025-01-07", []),  # two business days later
        ("2025-01-03", "2025-01-08", ["second"]),  # three: somebody else there
        ("2025-03-12", "2025-03-12", []),
    ],
)
def test_after_three_business_days_of_silence_somebody_else_there_is_written_to(sent, today, expected):
    assert at_orbit(("first", "outreach_sent", sent), today=date.fromisoformat(today)) == expected


def test_it_is_said_who_was_silent():
    people = [person("first", company="Orbit"), person("second", company="Orbit")]
    found = proposed(people, happened(("first", "outreach_sent", "2025-03-03")))
    silent = "first had your letter on Mon 3 Mar 2025 without an answer yet, so somebody else at Orbit"
    assert found[0].reasons[-1] == silent


def test_while_a_second_letter_is_fresh_the_company_rests():
    told = [("first", "outreach_sent", "2025-03-03"), ("second", "outreach_sent", "2025-03-11")]
    assert at_orbit(*told) == []


def test_a_friend_at_the_company_is_given_the_time_a_friend_gets():
    people = [person("pal", company="Orbit", relationship="friend"), person("second", company="Orbit")]
    assert names(people, happened(("pal", "outreach_sent", "2025-02-03"))) == []


@pytest.mark.parametrize("kind", ["reply_received", "meeting_scheduled", "meeting_held"])
def test_once_somebody_there_helped_only_whom_they_name_is_written_to(kind):
    told = [("first", "outreach_sent", "2025-03-03"), ("first", kind, "2025-03-05")]
    assert at_orbit(*told) == []
    named = person("named", company="Orbit", relationship="referral", introduced_by="first")
    assert at_orbit(*told, others=[named]) == ["named"]


@pytest.mark.parametrize("kind", ["declined", "closed", "bounced"])
def test_when_nobody_there_helps_somebody_else_is_proposed(kind):
    assert at_orbit(("first", "outreach_sent", "2025-03-10"), ("first", kind, "2025-03-11")) == ["second"]


# ---------------------------------------------------------------------- who is no candidate


@pytest.mark.parametrize(
    ("kind", "details", "is_candidate"),
    [
        ("outreach_sent", {}, False),
        ("meeting_held", {}, False),
        ("closed", {}, False),
        ("do_not_contact", {}, False),
        ("noted", {}, True),
        ("snoozed", {"until": "2025-03-13"}, False),
        ("snoozed", {"until": "2025-03-12"}, True),
        ("skipped", {"action": "write"}, False),
        ("skipped", {"action": "nudge"}, True),
    ],
)
def test_only_whom_nothing_holds_back_is_proposed(kind, details, is_candidate):
    standings = happened(("dana", kind, "2025-03-10", details))
    assert names([person("dana")], standings) == (["dana"] if is_candidate else [])


@pytest.mark.parametrize("limit", [0, 1, 3])
def test_no_more_than_asked_for_are_proposed(limit):
    assert len(names([person(str(n)) for n in range(9)], limit=limit)) == limit


PEOPLE = st.lists(
    st.builds(
        dict,
        company=st.sampled_from(["", "Orbit", "Orbit Inc", "Acme"]),
        relationship=st.sampled_from(["friend", "stranger", "referral"]),
        industry=st.sampled_from(["", "energy"]),
        introduced_by=st.sampled_from(["", "0", "1"]),
    ),
    max_size=8,
).map(lambda entries: [person(str(n), **entry) for n, entry in enumerate(entries)])


@given(PEOPLE, st.sets(st.integers(0, 7)), st.sampled_from(["outreach_sent", "meeting_held", "declined"]))
def test_the_same_campaign_gives_the_same_people_each_once_and_one_a_company(people, written, kind):
    standings = happened(*((str(n), kind, "2025-03-11") for n in written if n < len(people)))
    found = proposed(people, standings, limit=99)
    assert found == proposed(list(people), dict(reversed(standings.items())), limit=99)
    assert not {item.person.id for item in found} & set(standings)
    companies = [item.person.company.removesuffix(" Inc") for item in found if item.person.company]
    assert len(companies) == len(set(companies))
    eases = [item.person.ease() for item in found]
    assert eases == sorted(eases, reverse=True)
    assert all(item.reasons for item in found)
