"""A mailbox fills the campaign: everything once, in whatever order it is read, and only with a yes."""

import mailbox
import os
import random
from datetime import UTC, date, datetime, timedelta

import pytest
from mailboxes import ME, PLACES, at, invitation, mbox, message, report

from infoint import Person, Profile
from infoint.campaign import Campaign, rebuild
from infoint.errors import InvalidPerson
from infoint.sample import END, MAILBOX_OF, sample_campaign, sample_mailbox

DANA, LEE = "Dana Ruiz <dana@example.com>", "Lee Moss <lee@example.net>"
NOW = datetime(2025, 6, 1, 12, tzinfo=UTC)
ASK = "I'd love to hear how you got into energy. Could we talk for 20 minutes?"
FIRST = message(ME, DANA, "Life at Orbit", ASK, at(0), "first@example.org")
NUDGE = message(ME, DANA, "Re: Life at Orbit", "Just asking again.", at(7), "nudge@example.org", "first@example.org")
YES = message(DANA, ME, "Re: Life at Orbit", "I'd be happy to talk!", at(8), "yes@example.com", "nudge@example.org")
ANSWER = message(ME, DANA, "Re: Life at Orbit", "Great, Tuesday?", at(9), "answer@example.org", "yes@example.com")
LATER = message(DANA, ME, "Re: Life at Orbit", "Tuesday it is.", at(10), "later@example.com", "answer@example.org")
SEASON = [FIRST, NUDGE, YES, ANSWER, LATER]
PRIVATE = message(DANA, ME, "Dinner", "Shall we eat at six?", at(-3), "dinner@example.com")


@pytest.fixture
def campaign(tmp_path):
    with Campaign(tmp_path / "career.db", create=True, clock=lambda: NOW) as made:
        made.profile = Profile(name="Robin Vega", email=ME)
        made.add(Person(name="Dana Ruiz", email="dana@example.com", relationship="friend"))
        yield made


@pytest.fixture
def box(tmp_path):
    return lambda *messages, name="all.mbox": mbox(tmp_path / name, messages)


def told(proposals):
    return [(each.event.kind, each.confidence) for each in proposals]


def kinds(campaign, who="dana"):
    return [event.kind for event in campaign.history(who)]


@pytest.mark.parametrize("name", PLACES)
def test_the_season_with_somebody_is_read_from_every_shape_of_mailbox(campaign, tmp_path, name):
    proposals = campaign.sync(PLACES[name](tmp_path / name, [*SEASON, PRIVATE]))
    kinds_ = ["outreach_sent", "nudge_sent", "reply_received", "touched", "touched"]
    assert told(proposals) == [(kind, "sure") for kind in kinds_]
    assert proposals.sure == tuple(proposals)
    assert "Could we talk for 20 minutes" in proposals[0].why
    assert "happy to talk" in proposals[2].why
    assert campaign.history("dana") == []
    assert campaign.accept(proposals) == 5
    assert kinds(campaign) == kinds_
    assert campaign.standing("dana").replied_at == at(8)
    assert campaign.last_look() == NOW


def test_nothing_is_proposed_twice(campaign, box):
    path = box(*SEASON)
    campaign.accept(campaign.sync(path))
    before = campaign.history("dana")
    for again in (path, box(*SEASON, *SEASON, name="copy.mbox")):
        proposals = campaign.sync(again)
        assert not proposals
        campaign.accept(proposals)
    assert campaign.history("dana") == before


@pytest.mark.parametrize("seed", range(30))
def test_in_whatever_order_and_however_often_mailboxes_are_read_the_same_is_known(tmp_path, campaign, seed):
    chance = random.Random(seed)
    messages = [*SEASON, report("dana@example.com", about="answer@example.org", when=at(11))]
    parts = [messages] if seed == 0 else [chance.sample(messages, chance.randint(1, 4)) for _ in range(3)] + [messages]
    boxes = [mbox(tmp_path / f"{number}.mbox", part) for number, part in enumerate(parts)]
    for path in [*boxes, *chance.sample(boxes, len(boxes))]:
        campaign.accept(campaign.sync(path))
    events = [(event.kind, event.at) for event in campaign.history("dana")]
    assert events == [
        ("outreach_sent", at(0)),
        ("nudge_sent", at(7)),
        ("reply_received", at(8)),
        ("touched", at(9)),
        ("touched", at(10)),
        ("bounced", at(11)),
    ]


def test_what_was_refused_is_not_proposed_again(campaign, box):
    path = box(
        FIRST,
        message(DANA, ME, "Re: Life at Orbit", "I'm afraid I have to decline.", at(1), "no@x", "first@example.org"),
    )
    proposals = campaign.sync(path)
    assert told(proposals)[1:] == [("reply_received", "sure"), ("declined", "likely")]
    assert "have to decline" in proposals[2].why
    campaign.accept(proposals.sure, proposals.rest, of=proposals)
    assert kinds(campaign) == ["outreach_sent", "reply_received"]
    path.touch()
    assert not campaign.sync(path)
    assert not campaign.sync(box(NUDGE, name="all.mbox"))[1:]


def test_what_was_left_open_is_proposed_again(campaign, box):
    path = box(*SEASON)
    proposals = campaign.sync(path)
    campaign.accept(proposals[:1], of=proposals)
    assert told(campaign.sync(path)) == told(proposals)[1:]


@pytest.mark.parametrize(
    ("when", "refined"), [(date(2025, 3, 3), True), (at(0, 4), False), (date(2025, 3, 2), None), (at(-1), None)]
)
def test_the_mailbox_tells_the_hour_of_what_was_noted_rather_than_a_second_time(campaign, box, when, refined):
    noted = campaign.log("dana", "wrote", at=when, template="outreach/warm", note="by heart")
    proposals = campaign.sync(box(FIRST))
    if refined is None:
        assert told(proposals) == [("nudge_sent", "sure")]
        return
    assert len(proposals) == refined
    campaign.accept(proposals)
    (event,) = campaign.history("dana")
    assert (event.kind, event.template, event.note) == ("outreach_sent", "outreach/warm", "by heart")
    assert event.at == (at(0) if refined else noted.at)


def test_an_answer_that_was_noted_a_day_late_is_that_answer(campaign, box):
    campaign.log("dana", "wrote", at=at(7))
    campaign.log("dana", "answered", at=at(9))
    assert told(campaign.sync(box(NUDGE, YES))) == []


def test_a_status_of_a_tracker_becomes_a_moment(campaign, box, tmp_path):
    (tmp_path / "tracker.csv").write_text(
        "Name,Email,Status,Last contact\nDana Ruiz,dana@example.com,Replied,2025-03-20\n"
    )
    campaign.import_people(tmp_path / "tracker.csv")
    assert {event.precision for event in campaign.history("dana")} == {"by"}
    campaign.accept(campaign.sync(box(FIRST, YES)))
    assert [(e.kind, e.at, e.precision) for e in campaign.history("dana")] == [
        ("outreach_sent", at(0), "minute"),
        ("reply_received", at(8), "minute"),
    ]


def test_an_undone_reading_leaves_no_trace_and_can_be_read_again(campaign, box):
    path = box(*SEASON)
    proposals = campaign.sync(path)
    campaign.accept(proposals)
    campaign.undo()
    assert campaign.history("dana") == []
    assert told(campaign.sync(path)) == told(proposals)


def test_evidence_goes_with_the_person_and_comes_along_with_the_campaign(campaign, box, tmp_path):
    path = box(*SEASON)
    campaign.accept(campaign.sync(path))
    campaign.export_all(tmp_path / "archive")
    with rebuild(tmp_path / "archive", tmp_path / "other.db") as other:
        assert not other.sync(path)
    twin = campaign.add(Person(name="Dana R. Vega", email="dana@home.example"))
    campaign.merge((twin, "dana@example.com"))
    assert not campaign.sync(path)
    campaign.forget("dana@home.example")
    for file in tmp_path.glob("career.db*"):
        assert b"nudge@example.org" not in file.read_bytes()


def test_no_text_is_kept_unless_asked_for(campaign, box):
    path = box(FIRST, YES)
    campaign.accept(campaign.sync(path, keep_text=True))
    assert campaign.history("dana")[1].note == "I'd be happy to talk!"
    campaign.undo()
    campaign.accept(campaign.sync(path))
    assert [event.note for event in campaign.history("dana")] == ["", ""]


def test_a_mailbox_is_never_changed(campaign, box, tmp_path):
    path = box(*SEASON)
    before = path.read_bytes(), path.stat().st_mtime_ns, sorted(it.name for it in tmp_path.iterdir())
    campaign.accept(campaign.sync(path))
    after = path.read_bytes(), path.stat().st_mtime_ns, sorted(it.name for it in tmp_path.iterdir())
    assert after == before


def test_a_second_run_reads_only_what_is_new(campaign, box):
    path, seen = box(FIRST, YES), []

    def watch(messages, *_):
        for each in messages:
            seen.append(each)
            yield each

    campaign.accept(campaign.sync(path, progress=watch))
    assert len(seen) == 4
    seen.clear()
    campaign.accept(campaign.sync(path, progress=watch))
    assert seen == []
    mbox(path, [ANSWER])
    assert told(campaign.sync(path, progress=watch)) == [("touched", "sure")]
    assert len(seen) == 2
    seen.clear()
    campaign.add(Person(name="Kim Wu", email="kim@example.com"))
    campaign.sync(path, progress=watch)
    assert len(seen) == 6


@pytest.mark.parametrize("name", ["all.mbox", "Maildir", "messages"])
@pytest.mark.parametrize("seed", range(8))
def test_what_was_interrupted_goes_on_from_there(tmp_path, name, seed):
    chance, path = random.Random(seed), sample_mailbox(tmp_path / "sample.mbox")
    raw = [bytes(each) for each in mailbox.mbox(path)]
    raw = [each for each in raw if b"alex.kim1@" not in each]  # one name, two people: that is asked about
    place = mbox(tmp_path / name, raw) if name == "all.mbox" else PLACES[name](tmp_path / name, raw)
    came = {each: number for number, each in enumerate(raw, 1)}
    for file in place.rglob("*") if place.is_dir() else []:
        os.utime(file, (number := came.get(file.read_bytes(), 0) if file.is_file() else 0, number))
    known, seen = [], []

    def cut(left):
        def watch(items, *_):
            for each in items:
                seen.append(each)
                if not next(left, 0):
                    raise KeyboardInterrupt
                yield each

        return watch

    for limits in (None, [chance.randrange(400) for _ in range(6)] + [None]):
        with Campaign(":memory:", create=True, clock=lambda: END) as campaign:
            campaign.profile = Profile(name="Robin Vega", email=MAILBOX_OF)
            for limit in limits or [None]:
                left = iter(range(limit, -1, -1)) if limit is not None else iter(lambda: 1, 0)
                found = campaign.sync(place, progress=cut(left))
                assert found.is_cut == (limit is not None and limit < len(seen))
                campaign.accept(found)
                seen.clear()
            people = {person.email: campaign.history(person) for person in campaign.everybody()}
            known.append({who: [(event.kind, event.at) for event in events] for who, events in people.items()})
    assert known[0] == known[1]


def test_a_mailbox_that_was_written_anew_is_read_anew(campaign, box):
    path = box(FIRST)
    campaign.accept(campaign.sync(path))
    path.unlink()
    reply = message(DANA, ME, "Re: Life at Orbit", "Gladly.", at(8), "yes@example.com", "first@example.org")
    assert told(campaign.sync(box(reply, *[PRIVATE] * 5))) == [("reply_received", "sure")]


def test_a_file_that_comes_into_a_folder_with_an_old_date_is_not_missed(campaign, tmp_path):
    import os

    folder = PLACES["messages"](tmp_path / "messages", [FIRST])
    campaign.accept(campaign.sync(folder))
    (folder / "late.eml").write_bytes(YES)
    os.utime(folder / "late.eml", (1, 1))
    assert told(campaign.sync(folder)) == [("reply_received", "sure")]


def test_without_an_address_of_ones_own_nothing_can_be_told(campaign, box):
    campaign.profile = Profile(name="Robin Vega")
    with pytest.raises(InvalidPerson, match="own address"):
        campaign.sync(box(FIRST))
    campaign.write_from(ME)
    assert told(campaign.sync(box(FIRST))) == [("outreach_sent", "sure")]


AWAY = message(DANA, ME, "Automatic reply: Life at Orbit", "I will be back on 17 March.", at(0, 1), "away@x")
OTHER = message("Dana Ruiz <dr@home.example>", ME, "Re: Life at Orbit", "Gladly.", at(1), "other@x")
COLLEAGUE = message(
    "Sam <sam@example.com>", ME, "Re: Life at Orbit", "Dana asked me.", at(1), "sam@x", "first@example.org"
)
CROWD = ", ".join(f"p{number}@example.net" for number in range(20))
CASES = {
    "an absence": ([FIRST, AWAY], [("out_of_office", "sure")]),
    "an address that fails": ([FIRST, report("dana@example.com", when=at(0, 1))], [("bounced", "sure")]),
    "a report about somebody else": ([FIRST, report("kim@example.com", when=at(0, 1))], []),
    "a report before any letter": ([FIRST, report("dana@example.com", when=at(-9))], []),
    "a delay": ([FIRST, report("dana@example.com", "delayed", when=at(0, 1))], []),
    "an answer from another address": ([FIRST, OTHER], [("reply_received", "possible")]),
    "an answer by a colleague": ([FIRST, COLLEAGUE], [("reply_received", "sure")]),
    "a new thread of theirs": (
        [FIRST, message(DANA, ME, "Hello", "Are you well?", at(2), "n@x")],
        [("reply_received", "likely")],
    ),
    "an invitation": ([FIRST, invitation(DANA, ME, "REQUEST", at(2))], [("meeting_scheduled", "likely")]),
    "an acceptance": (
        [FIRST, YES, invitation(DANA, ME, "REPLY", at(9), answer="ACCEPTED")],
        [("reply_received", "sure"), ("meeting_scheduled", "sure")],
    ),
    "a cancellation": (
        [FIRST, invitation(DANA, ME, "REPLY", at(2), answer="ACCEPTED"), invitation(DANA, ME, "CANCEL", at(3))],
        [("meeting_scheduled", "sure"), ("meeting_cancelled", "sure")],
    ),
    "another hour": (
        [
            FIRST,
            invitation(DANA, ME, "REQUEST", at(2)),
            invitation(DANA, ME, "REQUEST", at(3), start="20250312T150000Z", id_="moved@x"),
        ],
        [("meeting_scheduled", "likely"), ("meeting_moved", "likely")],
    ),
    "thanks after a talk": (
        [
            FIRST,
            invitation(DANA, ME, "REPLY", at(2), answer="ACCEPTED"),
            message(ME, DANA, "Thank you", "Thank you for your time today!", at(8), "thanks@x"),
        ],
        [("meeting_scheduled", "sure"), ("thank_you_sent", "likely")],
    ),
    "an introduction": (
        [
            FIRST,
            message(DANA, f"{ME}, Kim <kim@example.com>", "Hello", "Let me introduce you to Kim!", at(1), "i@x"),
        ],
        [("reply_received", "likely"), ("introduction_received", "likely")],
    ),
    "a letter from a list": ([FIRST, b"List-Id: <a.b>\n" + message(DANA, ME, "News", "All news", at(1), "l@x")], []),
    "a copy by a list": ([FIRST, b"List-Id: <a.b>\n" + YES, YES], [("reply_received", "sure")]),
    "mail to a crowd": ([FIRST, message(ME, CROWD, "a", ASK, at(1), "c@x")], []),
}  # fmt: skip


@pytest.mark.parametrize("what", CASES)
def test_what_comes_after_a_letter_is_told_for_what_it_is(campaign, box, what):
    messages, expected = CASES[what]
    proposals = campaign.sync(box(*messages))
    assert told(proposals) == [("outreach_sent", "sure"), *expected]
    campaign.accept(proposals)
    assert not campaign.sync(box(*messages, name="again.mbox"))


def test_an_absence_an_invitation_and_a_bounce_carry_what_they_say(campaign, box):
    campaign.accept(campaign.sync(box(FIRST, AWAY, invitation(DANA, ME, "REQUEST", at(2)))))
    standing = campaign.standing("dana")
    assert campaign.history("dana")[1].details == {"until": "2025-03-17"}
    assert standing.meeting.start == datetime(2025, 3, 10, 15, tzinfo=UTC)
    assert (standing.meeting.minutes, standing.meeting.place) == (30, "Cafe")


def test_a_letter_that_infoint_wrote_is_known_by_its_id_and_is_then_sent(campaign, box):
    letter = campaign.write("dana")
    with campaign.handing_out(letter, "eml"):
        pass
    (kept,) = campaign.letters("dana")
    proposals = campaign.sync(
        box(message(ME, DANA, letter.subject, letter.body, NOW - timedelta(1), kept.message_id.strip("<>")))
    )
    campaign.accept(proposals)
    (event,) = campaign.history("dana")
    assert (event.kind, event.letter, event.template) == ("outreach_sent", kept.id, kept.template)
    assert campaign.letters("dana")[0].state == "sent"


def test_somebody_who_was_asked_but_is_not_in_the_campaign_is_offered_and_not_added(campaign, box):
    ask = message(ME, LEE, "Your path", ASK, at(1), "lee@x")
    reply = message(LEE, ME, "Re: Your path", "Sure!", at(2), "lee2@y", "lee@x")
    lunch = message(ME, "Sam <sam@example.net>", "Lunch", "Pizza today?", at(1), "sam@x")
    proposals = campaign.sync(box(ask, reply, lunch))
    assert [(p.person.name, p.event.kind, p.confirm) for p in proposals] == [
        ("Lee Moss", "outreach_sent", "lee@example.net"),
        ("Lee Moss", "reply_received", "lee@example.net"),
    ]
    assert proposals.sure == ()
    assert len(campaign.everybody()) == 1
    campaign.accept(proposals)
    assert campaign.find("lee").email == "lee@example.net"
    assert kinds(campaign, "lee") == ["outreach_sent", "reply_received"]


def test_a_stranger_who_was_refused_is_not_offered_again(campaign, box):
    path = box(message(ME, LEE, "Your path", ASK, at(1), "lee@x"))
    proposals = campaign.sync(path)
    campaign.accept((), proposals, of=proposals)
    assert not campaign.sync(box(message(ME, LEE, "Again", ASK, at(5), "lee3@x"), name="b.mbox"))
    assert len(campaign.everybody()) == 1


def test_an_address_of_somebody_known_by_name_is_learnt_with_a_yes(campaign, box):
    campaign.add(Person(name="Lee Moss", company="Orbit"))
    proposals = campaign.sync(box(message(ME, LEE, "Your path", ASK, at(1), "lee@x")))
    assert proposals.sure == ()
    assert proposals[0].person.company == "Orbit"
    campaign.accept(proposals)
    assert campaign.find("lee").email == "lee@example.net"
    again = message(ME, LEE, "Re: Your path", "And again", at(8), "lee3@x", "lee@x")
    assert told(campaign.sync(box(again, name="b.mbox")).sure) == [("nudge_sent", "sure")]


def test_since_leaves_out_what_is_older_and_only_keeps_to_a_table(campaign, box, tmp_path):
    asks = [message(ME, f"{n} Moss <{n}@example.net>", "Your path", ASK, at(d), f"{n}@x") for d, n in enumerate("abc")]
    path = box(*asks, message(ME, "Zoe <z@example.net>", "Hello", "How are you?", at(3), "z@x"))
    assert [p.person.name for p in campaign.sync(path, since=date(2025, 3, 4))] == ["b Moss", "c Moss"]
    (tmp_path / "tracker.csv").write_text("Name,Email,Company\nb Moss,b@example.net,Orbit\nZoe,z@example.net,Acme\n")
    proposals = campaign.sync(path, only=tmp_path / "tracker.csv")
    assert [(p.person.name, p.person.company, p.is_sure) for p in proposals] == [
        ("b Moss", "Orbit", True),
        ("Zoe", "Acme", True),
    ]
    campaign.accept(proposals)
    assert {person.name for person in campaign.everybody()} == {"Dana Ruiz", "b Moss", "Zoe"}


def test_what_has_no_date_or_one_to_come_is_told_and_left_out(campaign, box):
    undated = message(ME, DANA, "A", ASK, None, "a@x")
    coming = message(ME, DANA, "B", ASK, "Mon, 3 Mar 2031 09:00:00 +0000", "b@x")
    proposals = campaign.sync(box(undated, coming))
    assert not proposals
    assert [str(p) for p in proposals.problems] == [
        "all.mbox, message 1: “A” has no date",
        "all.mbox, message 2: “B” is dated 2031-03-03, which is still to come",
    ]


def test_thanks_for_a_talk_show_that_there_was_one(campaign, box):
    thanks = message(ME, DANA, "Thank you", "Thank you so much for your time yesterday!", at(12), "thanks@example.org")
    proposals = campaign.sync(box(*SEASON, thanks))
    assert told(proposals)[-2:] == [("meeting_held", "likely"), ("thank_you_sent", "likely")]
    assert proposals[-2].event.precision == "by"
    campaign.accept(proposals)
    assert campaign.standing("dana").stage == "met"
    assert not campaign.standing("dana").warnings
    assert not campaign.sync(box(*SEASON, thanks, name="again.mbox"))


def test_the_sample_s_mailbox_tells_its_season(tmp_path):
    season, path = sample_campaign(seed=7), sample_mailbox(tmp_path / "All mail.mbox", seed=7)
    with Campaign(":memory:", create=True, clock=lambda: END) as campaign:
        campaign.profile = Profile(name="Robin Vega", email=MAILBOX_OF, timezone="America/New_York")
        campaign.accept(campaign.sync(path))
        read, true = campaign.approaches(), season.approaches()
        people, there = ({p.id: p.email for p in each.everybody()} for each in (campaign, season))
    found = {people[row.person_id]: (row.sent_at, row.replied_at) for row in read.itertuples()}
    truth = {there[row.person_id]: (row.sent_at, row.replied_at) for row in true.itertuples()}
    assert len(truth) > 40
    assert {who: sent for who, (sent, _) in found.items()} == {who: sent.floor("s") for who, (sent, _) in truth.items()}


def test_a_letter_that_only_may_ask_is_shown_as_likely_and_so_is_what_hangs_on_it(campaign, box):
    first = message(ME, DANA, "Hello", "Would you have fifteen minutes for a call?", at(0), "may@example.org")
    reply = message(DANA, ME, "Re: Hello", "Thursday?", at(1), "thursday@example.com", "may@example.org")
    proposals = campaign.sync(box(first, reply))
    assert told(proposals) == [("outreach_sent", "likely"), ("reply_received", "likely")]
    assert "it may ask: “Would you have fifteen minutes for a call?”" in proposals[0].why


def test_a_report_of_where_a_letter_was_passed_on_counts_for_whom_it_was_written_to(campaign, box):
    proposals = campaign.sync(box(FIRST, report("u17@store.example.net", about="first@example.org", when=at(0, 1))))
    assert told(proposals) == [("outreach_sent", "sure"), ("bounced", "sure")]
    assert proposals[1].person.email == "dana@example.com"


def test_messages_of_one_moment_are_taken_in_one_order_whether_known_or_not(campaign, box):
    one, two = (message(DANA, ME, f"Hello {n}", "Are you well?", at(2), f"{n}@y") for n in "ZA")
    messages = FIRST, invitation(DANA, ME, "PUBLISH", at(2), id_="M@y"), one, two
    campaign.accept(campaign.sync(box(*messages)))
    assert not campaign.sync(box(*messages, name="again.mbox"))


def test_what_is_pasted_may_be_broken(campaign):
    broken = 'From: dana@example.com\nContent-Type: text/plain; charset="a\0b"\n\nI can\'t, sorry'
    campaign.log("dana", "wrote", at="2025-03-03")
    assert told(campaign.paste("dana", broken))


def test_to_a_friend_one_writes_to_often_only_a_clear_ask_is_one(campaign, box):
    often = [message(ME, LEE, f"Lunch {n}", "Pizza today?", at(n), f"{n}@x") for n in range(12)]
    vague = message(ME, LEE, "Hello", "You moved to Oslo for work. Could we talk about it some day?", at(13), "vague@x")
    assert told(campaign.sync(box(vague))) == [("outreach_sent", "sure")]
    assert not campaign.sync(box(*often, vague, name="often.mbox"))
    clear = message(ME, LEE, "Your path", ASK, at(14), "clear@x")
    assert ("outreach_sent", "sure") in told(campaign.sync(box(*often, clear, name="clear.mbox")))
