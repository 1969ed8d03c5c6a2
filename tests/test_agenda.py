"""The today list. Unless told otherwise today is Wednesday 12 March 2025."""

import shlex
from dataclasses import replace
from datetime import UTC, date, datetime, time

import click
import pytest
from click.testing import CliRunner

from infoint.agenda import ORDER, Action, goal, outlook, released, to_ask, today_list
from infoint.cadence import AFTER, cadences
from infoint.campaign import Campaign
from infoint.cli import cli
from infoint.events import Event, kind_of, standing
from infoint.outreach import Situation
from infoint.people import Person, Profile
from infoint.workdays import Workdays, country_holidays

TODAY = date(2025, 3, 12)
US = Workdays(country_holidays("US", [2024, 2025, 2026]))


def person(name, **known):
    return Person(id=known.pop("id", name), name=name, **known)


def happened(*told):
    """Standings from ("Dana", "outreach_sent", "2025-03-03") and so on."""
    by_person = {}
    for number, (who, kind, day, *given) in enumerate(told):
        at = datetime.combine(date.fromisoformat(day), time(12, number), UTC)
        details = given[0] if given else {}
        event = Event(id=f"e{number}", person_id=who, kind=kind, at=at, details=details)
        by_person.setdefault(who, []).append(event)
    return {who: standing(events) for who, events in by_person.items()}


def situation(people, *told, today=TODAY, weekly=5, **more):
    """The day, as if the user had said today of everybody that nothing came (unless told otherwise)."""
    people = list(people)
    usual = {"asked": {person.id: today for person in people}, "cadences": cadences(), "workdays": US}
    me = Profile(name="Robin Vega", weekly=weekly)
    return Situation(people=people, standings=happened(*told), today=today, profile=me, **usual | more)


def listed(people, *told, ahead=7, **more):
    return today_list(situation(people, *told, **more), ahead)


def kinds(*args, **kwargs):
    return [action.kind for action in listed(*args, **kwargs)]


# ---------------------------------------------------------------------- what stands where


EVERYTHING = [
    ("a close", "outreach_sent", "2025-02-03"), ("a close", "nudge_sent", "2025-02-20"),
    ("b keep", "meeting_held", "2024-10-01"), ("b keep", "thank_you_sent", "2024-10-01"),
    ("c update", "meeting_held", "2025-02-20"), ("c update", "thank_you_sent", "2025-02-20"),
    ("c update", "introduction_received", "2025-02-20"),
    ("d nudge", "outreach_sent", "2025-02-20"),
    ("d unasked", "outreach_sent", "2025-02-21"),
    ("d promised", "meeting_held", "2025-02-20"), ("d promised", "thank_you_sent", "2025-02-20"),
    ("d promised", "promise_made", "2025-02-20", {"text": "a name", "by": "them"}),
    ("d target", "outreach_sent", "2025-03-06"),
    ("e date", "meeting_scheduled", "2025-03-10"),
    ("f prepare", "meeting_scheduled", "2025-03-10", {"start": "2025-03-13T15:00:00+00:00"}),
    ("g promise", "outreach_sent", "2025-03-10"), ("g promise", "reply_received", "2025-03-10"),
    ("g promise", "touched", "2025-03-10", {"by": "me"}),
    ("g promise", "promise_made", "2025-03-10", {"text": "the article", "due": "2025-03-12"}),
    ("h debrief", "meeting_scheduled", "2025-03-03", {"start": "2025-03-11T15:00:00+00:00"}),
    ("i thank", "meeting_held", "2025-03-11"),
    ("j answer", "reply_received", "2025-03-12"),
    ("k news", "meeting_held", "2025-03-03"), ("k news", "thank_you_sent", "2025-03-03"),
]  # fmt: skip


def everybody():
    names = dict.fromkeys(who for who, *_ in EVERYTHING)
    people = [person(name, introduced_by="l introducer" if name == "k news" else "") for name in names]
    people = [replace(one, company="Acme") if one.name == "d target" else one for one in people]
    people.append(person("m another", relationship="stranger", company="Acme"))
    return [*people, person("l introducer", relationship="stranger"), person("m new", relationship="friend")]


def test_what_people_wait_for_stands_above_what_we_would_like_of_them():
    asked = {one.id: TODAY for one in everybody() if one.id != "d unasked"}
    found = listed(everybody(), *EVERYTHING, weekly=10, targets={"acme": 5}, asked=asked)
    today = [action.kind for action in found if action.due <= TODAY]
    first = list(dict.fromkeys(kind for kind in today if kind != "write"))
    assert first == [kind for kind in ORDER if kind not in ("landed", "write")]
    assert set(today[today.index("another") :]) == {"another", "write"}  # new people come last
    letters = {action.kind: action.template for action in found if action.template}
    assert letters == {
        "confirm": "confirm/day-before",
        "news": "news/introducer",
        "keep_in_touch": "update/keep-in-touch",
    }


def test_when_the_search_has_ended_the_news_stands_below_what_one_owes():
    landed = datetime(2025, 3, 10, 12, tzinfo=UTC)
    found = listed(everybody(), *EVERYTHING, weekly=10, targets={"acme": 5}, landed=landed)
    kinds = [action.kind for action in found if action.due <= TODAY]
    assert list(dict.fromkeys(kinds)) == list(ORDER[: ORDER.index("landed") + 1])
    met = {who for who, kind, *_ in EVERYTHING if kind == "meeting_held"}
    assert {action.person.name for action in found if action.kind == "landed"} == met


def test_what_is_to_come_stands_below_by_day_and_not_beyond_the_days_asked_for():
    told = [
        ("a", "outreach_sent", "2025-03-10"),
        ("b", "outreach_sent", "2025-03-06"),
        ("c", "reply_received", "2025-03-01"),
    ]
    found = listed([person("a"), person("b"), person("c")], *told, weekly=1)
    assert [(a.kind, a.person.id, str(a.due)) for a in found] == [
        ("answer", "c", "2025-03-01"),
        ("ask", "b", "2025-03-17"),
        ("ask", "a", "2025-03-19"),
    ]
    assert kinds([person("a"), person("b"), person("c")], *told, weekly=1, ahead=5) == ["answer", "ask"]
    assert kinds([person("a"), person("b"), person("c")], *told, weekly=1, ahead=0) == ["answer"]


def test_the_order_does_not_depend_on_the_order_of_the_people():
    written_to = everybody()[:-2]
    assert listed(written_to, *EVERYTHING) == listed(written_to[::-1], *EVERYTHING)


# ---------------------------------------------------------------------- new people


@pytest.mark.parametrize(
    ("today", "written", "proposed"),
    [
        ("2025-03-12", [], 5),
        ("2025-03-12", ["2025-03-10", "2025-03-12"], 3),
        ("2025-03-12", ["2025-03-07", "2025-03-09"], 5),  # last week's do not count
        ("2025-03-12", ["2025-03-10"] * 7, 0),
        ("2025-03-15", [], 0),  # Saturday
        ("2025-03-16", [], 0),
        ("2025-05-26", [], 0),  # Memorial Day
        ("2025-05-27", ["2025-05-25"], 5),
    ],
)
def test_new_people_are_proposed_up_to_the_weeks_number_on_business_days(today, written, proposed):
    people = [person(f"p{n}") for n in range(20)]
    told = [(f"p{n}", "outreach_sent", day) for n, day in enumerate(written)]
    found = listed(people, *told, today=date.fromisoformat(today), ahead=0)
    assert [a.kind for a in found] == ["write"] * proposed
    assert all(a.due == date.fromisoformat(today) and a.reason for a in found)


@pytest.mark.parametrize("weekly", [1, 10])
def test_the_weeks_number_is_the_users(weekly):
    assert kinds([person(f"p{n}") for n in range(20)], weekly=weekly) == ["write"] * weekly


def test_a_reminder_is_no_new_person():
    told = [("p0", "outreach_sent", "2025-02-20"), ("p0", "nudge_sent", "2025-03-11")]
    assert kinds([person(f"p{n}") for n in range(9)], *told, ahead=0) == ["write"] * 5


# ---------------------------------------------------------------------- another way into a target company


def at_acme(*told, targets=None, relationship="stranger", **more):
    people = [person("first", company="Acme", relationship=relationship), person("friend", relationship="friend")]
    people.append(person("second", company="Acme Inc.", relationship="stranger"))
    found = listed(people, *told, targets={"acme": 3} if targets is None else targets, ahead=0, **more)
    return [(action.kind, action.person.name) for action in found if action.kind in ("another", "write")]


@pytest.mark.parametrize(
    ("sent", "relationship", "targets", "expected"),
    [
        ("2025-03-07", "stranger", None, [("another", "second"), ("write", "friend")]),  # three business days
        ("2025-03-10", "stranger", None, [("write", "friend")]),
        ("2025-03-07", "friend", None, [("another", "second"), ("write", "friend")]),
        ("2025-03-07", "friend", {}, [("write", "friend")]),  # nobody is put in a friend's place elsewhere
        ("2025-03-07", "stranger", {}, [("write", "friend"), ("write", "second")]),
    ],
)
def test_after_three_business_days_somebody_else_at_a_target_company_comes_first(sent, relationship, targets, expected):
    assert at_acme(("first", "outreach_sent", sent), relationship=relationship, targets=targets) == expected


@pytest.mark.parametrize("kind", ["reply_received", "meeting_scheduled", "meeting_held"])
def test_it_stops_at_a_helper_there(kind):
    assert at_acme(("first", "outreach_sent", "2025-03-03"), ("first", kind, "2025-03-04")) == [("write", "friend")]


def test_another_way_in_counts_for_the_weeks_number():
    told = [("first", "outreach_sent", "2025-03-03"), ("x", "outreach_sent", "2025-03-10")]
    assert at_acme(*told, weekly=2) == [("another", "second")]
    assert at_acme(*told, weekly=1) == []


# ---------------------------------------------------------------------- news to who introduced them


INTRODUCED = [person("helper"), person("q", introduced_by="helper"), person("r", introduced_by="helper")]
MET = [("helper", "outreach_sent", "2025-02-03"), ("helper", "reply_received", "2025-02-04")]
MET += [("helper", "touched", "2025-02-05", {"by": "me"})]
MET += [("q", "meeting_held", "2025-03-07"), ("q", "thank_you_sent", "2025-03-07")]
MET += [("r", "outreach_sent", "2025-03-07")]


def news(*more, people=INTRODUCED):
    return [action for action in listed(people, *MET, *more) if action.kind == "news"]


def test_whoever_introduced_somebody_hears_of_it_the_business_day_after():
    (told,) = news()
    assert (told.person.id, told.about.id, str(told.due)) == ("helper", "q", "2025-03-10")
    assert told.reason == "they introduced you to q, whom you met on Fri 7 Mar 2025"
    assert told.command == "infoint write helper --template news/introducer"


@pytest.mark.parametrize(
    ("fact", "left"),
    [
        (("helper", "introduction_thanked", "2025-03-10", {"about": "q"}), []),
        (("helper", "introduction_thanked", "2025-03-10", {"about": "r"}), ["q"]),
        (("helper", "introduction_thanked", "2025-03-10"), []),
        (("helper", "introduction_thanked", "2025-03-01"), ["q"]),  # before there was any news
        (("helper", "skipped", "2025-03-10", {"action": "news"}), []),
        (("helper", "skipped", "2025-03-01", {"action": "news"}), ["q"]),
        (("helper", "closed", "2025-03-10"), []),
        (("helper", "do_not_contact", "2025-03-10"), []),
        (("helper", "snoozed", "2025-03-10", {"until": "2025-05-01"}), []),
        (("helper", "snoozed", "2025-03-10", {"until": "2025-03-14"}), ["q"]),
        (("r", "meeting_held", "2025-03-10"), ["q", "r"]),
    ],
)
def test_the_news_is_told_once_and_only_to_who_may_be_written_to(fact, left):
    assert [action.about.id for action in news(fact)] == left


def test_an_introducer_who_is_not_here_any_more_hears_nothing():
    assert news(people=INTRODUCED[1:]) == []


# ---------------------------------------------------------------------- the words and the commands


def test_everything_that_can_be_due_has_a_place():
    assert set(AFTER) | {"ask", "write"} == set(ORDER)


NAMES = ["Dana", "Dana Ruiz", "O'Brien", "Siobhán O'Brien", 'Dana "D" Ruiz', "Cash $HOME", "Ray (Bob) Ray", "-x", "a;b"]


@pytest.mark.parametrize("kind", ORDER)
@pytest.mark.parametrize("name", NAMES)
def test_the_command_of_every_kind_is_a_real_one_for_whatever_name(kind, name):
    who = person(name, id="01JNAAAA")
    action = Action(kind, who, TODAY, "because", who if kind == "news" else None)
    program, command, *words = shlex.split(action.command)
    assert program == "infoint"
    found = cli.get_command(click.Context(cli), command)
    context = found.make_context(command, words)
    assert context.params["person"] in {name, "01JNAAAA"}
    if command == "log":
        assert kind_of(context.params["kind"])
    assert name in action.title


def test_a_command_that_is_followed_takes_its_action_off_the_list(tmp_path):
    file = str(tmp_path / "career.db")
    runner = CliRunner()

    def run(*words):
        result = runner.invoke(cli, ["--campaign", file, *words])
        assert result.exit_code == 0, (words, result.output, result.exception)

    with Campaign(file, create=True) as campaign:
        campaign.profile = Profile(name="Robin Vega")
        helper = campaign.add(Person(name="Ada Park"))
        campaign.log(campaign.add(Person(name="Dana Ruiz", introduced_by=helper.id)), "met", at="2025-03-03")
        campaign.log("Dana", "promised", text="the article", due="2025-03-04")
        before = {a.kind: a.command for a in campaign.today()}
    assert {"news", "promise", "thank_you"} <= set(before)
    run(*shlex.split(before["promise"])[1:])
    run(*shlex.split(before["news"])[1:], "--print", "--sent", "yes", "--yes")
    with Campaign(file) as campaign:
        assert not {"news", "promise"} & {a.kind for a in campaign.today()}


# ---------------------------------------------------------------------- what is next with one person


@pytest.mark.parametrize(
    ("told", "state", "day", "words"),
    [
        ([("outreach_sent", "2025-03-10")], "waiting", "2025-03-19", "no answer is noted since Mon 10 Mar 2025"),
        ([("outreach_sent", "2025-02-20")], "due", "2025-03-03", "one friendly reminder"),
        ([("outreach_sent", "2025-03-10"), ("declined", "2025-03-11")], "closed", "2025-03-11", "said no"),
        ([("do_not_contact", "2025-03-11", {"reason": "asked me"})], "closed", "2025-03-11", "asked me"),
        ([("snoozed", "2025-03-11", {"until": "2025-03-21"})], "waiting", "2025-03-21", "they rest until then"),
        (
            [("meeting_scheduled", "2025-03-10", {"start": "2025-03-21T15:00:00+00:00"})],
            "waiting",
            "2025-03-20",
            "you meet on Fri 21 Mar 2025",
        ),
        (
            [("outreach_sent", "2025-02-20"), ("skipped", "2025-03-11", {"action": "nudge"})],
            "closed",
            "2025-03-11",
            "you took this off the list: nudge",
        ),
        ([("skipped", "2025-03-11", {"action": "write"})], "closed", "2025-03-11", "you took this off the list: write"),
        ([], "due", "2025-03-12", "a first letter"),
    ],
)
def test_what_is_next_is_said_with_day_and_reason(told, state, day, words):
    dana = person("dana", relationship="stranger")
    found = outlook(situation([dana], *(("dana", *fact) for fact in told)), dana)
    assert (found.state, str(found.day)) == (state, day)
    assert words in found.reason


def test_who_is_not_proposed_yet_is_told_why():
    people = [person("a", company="Acme"), person("b", company="Acme"), person("c")]
    day = situation(people, ("a", "outreach_sent", "2025-03-11"), weekly=1)
    assert outlook(day, people[1]).reason == "one person at a company at a time: a had your letter on Tue 11 Mar 2025"
    assert "this week's number" in outlook(day, people[2]).reason
    saturday = situation(people, today=date(2025, 3, 15))
    assert outlook(saturday, people[0]).reason.startswith("new people come on business days")
    assert "a comes first at Acme" in outlook(saturday, people[1]).reason
    helped = situation(people, ("a", "meeting_held", "2025-03-03"))
    assert outlook(helped, people[1]).reason == "a at Acme helps: they can tell you whom else to ask"
    landed = situation(people, landed=datetime(2025, 3, 10, tzinfo=UTC))
    assert (outlook(landed, people[2]).state, outlook(landed, people[2]).reason) == ("closed", "your search has ended")


# ---------------------------------------------------------------------- the week


@pytest.mark.parametrize(
    ("written", "weekly", "words"),
    [
        (0, 5, "This week: nobody new yet, and one letter is a fine start."),
        (2, 5, "This week: 2 of 5 new people written to. Well begun; the rest whenever you like."),
        (5, 5, "This week: 5 of 5 new people written to. That is enough, well done."),
        (1, 1, "This week: 1 of 1 new people written to. That is enough, well done."),
        (7, 5, "This week: 7 of 7 new people written to. That is enough, well done."),
    ],
)
def test_the_weeks_number_encourages_and_never_scolds(written, weekly, words):
    told = [(f"p{n}", "outreach_sent", "2025-03-11") for n in range(written)]
    assert goal(situation([person(f"p{n}") for n in range(9)], *told, weekly=weekly)) == words


def test_what_one_may_forget_is_who_was_closed_this_week():
    told = [("a", "declined", "2025-03-11"), ("b", "closed", "2025-03-10", {"reason": "moved"})]
    told += [("c", "declined", "2025-03-07"), ("d", "declined", "2025-03-11"), ("d", "reply_received", "2025-03-12")]
    day = situation([person(name) for name in "abcde"], *told)
    assert [(one.name, why) for one, why in released(day)] == [("a", "said no"), ("b", "moved")]


# ---------------------------------------------------------------------- the check-in


def asked(*told, today="2025-03-12", **more):
    people = [person(name, relationship="stranger") for name in "abcdefg"]
    day = situation(people, *told, today=date.fromisoformat(today), asked={}, **more)
    return [one.name for one, _ in to_ask(day)]


def test_a_check_in_asks_about_the_five_newest_letters_without_an_answer():
    told = [(name, "outreach_sent", f"2025-03-0{day}") for day, name in enumerate("abcdefg", 1)]
    assert asked(*told) == ["g", "f", "e", "d", "c"]
    assert asked(*told, ("g", "reply_received", "2025-03-11"), ("f", "closed", "2025-03-11")) == [
        "e",
        "d",
        "c",
        "b",
        "a",
    ]


@pytest.mark.parametrize(
    ("fact", "today", "is_asked"),
    [
        (None, "2025-03-06", False),  # the day of the letter
        (None, "2025-03-07", True),
        (("noted", "2025-03-07"), "2025-03-11", False),  # two business days after one was asked
        (("noted", "2025-03-07"), "2025-03-12", True),
        (("noted", "2025-03-14"), "2025-03-17", True),  # the day of the reminder has come
        (("noted", "2025-03-17"), "2025-03-18", False),
        (("snoozed", "2025-03-07", {"until": "2025-03-20"}), "2025-03-19", False),
        (("snoozed", "2025-03-07", {"until": "2025-03-20"}), "2025-03-20", True),
        (("out_of_office", "2025-03-07", {"until": "2025-03-20"}), "2025-03-19", False),
    ],
)
def test_nobody_is_asked_about_day_after_day_nor_while_they_rest(fact, today, is_asked):
    told = [("a", "outreach_sent", "2025-03-06"), *([("a", *fact)] if fact else [])]
    assert asked(*told, today=today) == (["a"] if is_asked else [])


def test_one_who_was_never_written_to_is_not_closed_by_what_else_was_skipped():
    dana = person("dana", relationship="friend")
    for action, state in (("nudge", "due"), ("write", "closed")):
        day = situation([dana], ("dana", "skipped", "2025-03-10", {"action": action}))
        assert (outlook(day, dana).state, len(today_list(day))) == (state, int(state == "due"))
