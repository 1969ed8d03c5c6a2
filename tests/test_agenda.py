"""The today list. Unless told otherwise today is Wednesday 12 March 2025."""

import shlex
from datetime import UTC, date, datetime, time

import click
import pytest
from click.testing import CliRunner

from infoint.agenda import ORDER, Action, today_list
from infoint.cadence import cadences, due
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


def listed(people, *told, today=TODAY, weekly=5, ahead=7):
    me = Profile(name="Robin Vega", weekly=weekly)
    day = Situation(
        people=list(people), standings=happened(*told), profile=me, today=today, workdays=US, cadences=cadences()
    )
    return today_list(day, ahead)


def kinds(*args, **kwargs):
    return [action.kind for action in listed(*args, **kwargs)]


# ---------------------------------------------------------------------- what stands where


EVERYTHING = [
    ("a close", "outreach_sent", "2025-02-03"), ("a close", "nudge_sent", "2025-02-20"),
    ("b keep", "meeting_held", "2024-10-01"), ("b keep", "thank_you_sent", "2024-10-01"),
    ("c update", "meeting_held", "2025-02-20"), ("c update", "thank_you_sent", "2025-02-20"),
    ("c update", "introduction_received", "2025-02-20"),
    ("d nudge", "outreach_sent", "2025-02-20"),
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
    return [*people, person("l introducer", relationship="stranger"), person("m new", relationship="friend")]


def test_what_people_wait_for_stands_above_what_we_would_like_of_them():
    today = [action.kind for action in listed(everybody(), *EVERYTHING, weekly=10) if action.due <= TODAY]
    assert [kind for kind in today if kind != "write"] == list(ORDER[:-1])
    assert today.index("write") == len(ORDER) - 1  # new people come last


def test_what_is_to_come_stands_below_by_day_and_not_beyond_the_days_asked_for():
    told = [
        ("a", "outreach_sent", "2025-03-10"),
        ("b", "outreach_sent", "2025-03-06"),
        ("c", "reply_received", "2025-03-01"),
    ]
    found = listed([person("a"), person("b"), person("c")], *told, weekly=1)
    assert [(a.kind, a.person.id, str(a.due)) for a in found] == [
        ("answer", "c", "2025-03-01"),
        ("nudge", "b", "2025-03-17"),
        ("nudge", "a", "2025-03-19"),
    ]
    assert kinds([person("a"), person("b"), person("c")], *told, weekly=1, ahead=5) == ["answer", "nudge"]
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
    assert told.command == "infoint log helper introduction_thanked --about q"


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
    found = [item for s in happened(*EVERYTHING).values() for item in due(s, cadences()["stranger"], TODAY, US)]
    assert {item.kind for item in found} == set(ORDER) - {"news", "write"}


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
    for kind in ("news", "promise"):
        run(*shlex.split(before[kind])[1:])
    with Campaign(file) as campaign:
        assert not {"news", "promise"} & {a.kind for a in campaign.today()}
