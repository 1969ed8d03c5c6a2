"""The store keeps what it acknowledged, takes back whole changes, and forgets for good."""

import random
import signal
import sqlite3
import subprocess
import sys
import time
import warnings
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from infoint.campaign import Campaign
from infoint.debrief import Debrief
from infoint.errors import CampaignBusy, CampaignError, NothingToUndo, OddOrder
from infoint.events import Event
from infoint.journal import Journal
from infoint.journal.writing import new_id, new_ids
from infoint.people import Person, Profile

ROOT = Path(__file__).parent.parent
AT = datetime(2025, 3, 3, 9, tzinfo=UTC)
TABLES = ("people", "events", "settings", "debriefs", "changes", "before", "holidays")
posix = pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL and fork are there on POSIX systems only")

WORKER = """
import sys
from datetime import UTC, datetime
from infoint.events import Event
from infoint.journal import Journal
from infoint.people import Person

AT = datetime(2025, 3, 3, 9, tzinfo=UTC)

def log(path, times):
    journal = Journal(path, create=True)
    with journal.change("add", AT) as writer:
        person = writer.add_person(Person(name="Dana Ruiz"))
    print(person.id, flush=True)
    for number in range(times):
        with journal.change("log", AT) as writer:
            event = writer.add_event(Event(person_id=person.id, kind="noted", at=AT, note=f"number {number}"))
        print(event.id, flush=True)
    journal.close()

print("ready", flush=True)
for line in sys.stdin:
    path, times = line.rstrip("\\n").rsplit(" ", 1)
    log(path, int(times))
    print("done", flush=True)
"""


@contextmanager
def worker():
    """Another process that logs into the file it is told, printing every id once it is kept."""
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen([sys.executable, "-c", WORKER], cwd=ROOT, text=True, **pipes) as process:
        try:
            yield process
        finally:
            process.kill()


def tell(process, path, times):
    process.stdin.write(f"{path} {times}\n")
    process.stdin.flush()


def until_done(process):
    """The ids it printed; when it broke, what it said."""
    ids = []
    for line in process.stdout:
        if line == "done\n":
            return ids
        ids.append(line.strip())
    pytest.fail(process.stderr.read())


def dump(journal):
    rows = journal._connection.execute
    return {table: sorted(rows(f"SELECT * FROM {table}").fetchall(), key=repr) for table in TABLES}


def ids_in(path):
    with closing(Journal(path)) as journal:
        assert journal._connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        return {person.id for person in journal.people()} | {event.id for event in journal.events()}


def bytes_of(path):
    return b"".join(file.read_bytes() for file in path.parent.glob(f"{path.name}*"))


@pytest.fixture
def journal(tmp_path):
    with closing(Journal(tmp_path / "career.db", create=True)) as journal:
        yield journal


# ---------------------------------------------------------------------- kills and crowds


@posix
def test_a_process_killed_at_50_random_moments_loses_nothing_it_acknowledged(tmp_path):
    chance = random.Random(7)
    path, kept, told = tmp_path / "career.db", set(), []
    for number in range(50):
        with worker() as process:
            tell(process, path, 1_000_000)
            if number < 20:  # somewhere from the start of Python to the first hundred events
                time.sleep(chance.uniform(0, 0.4))
                head = ""
            else:
                head = "".join(process.stdout.readline() for _ in range(chance.randint(1, 60)))
                time.sleep(chance.uniform(0, 0.005))
            process.send_signal(signal.SIGKILL)
            lines = (head + process.stdout.read()).split("\n")[:-1]
        acknowledged = {line for line in lines if line != "ready"}
        told.append(len(acknowledged))
        kept |= acknowledged
        if path.exists() and path.stat().st_size:
            assert kept <= ids_in(path), f"lost by kill {number}"
    assert ids_in(path) >= kept
    assert min(told) == 0, "no kill came before the first fact"
    assert sum(count > 1 for count in told) >= 25, "too few kills came while logging"


def test_two_processes_logging_1000_facts_each_at_once_lose_none(tmp_path):
    path = tmp_path / "career.db"
    with worker() as one, worker() as two:
        for process in (one, two):
            assert process.stdout.readline() == "ready\n"
        for process in (one, two):
            tell(process, path, 1000)
        first, second = until_done(one), until_done(two)
        _, said = one.communicate()
        assert (one.returncode, said) == (0, "")
    assert len({*first, *second}) == 2002
    assert ids_in(path) == {*first, *second}


def test_two_processes_making_the_same_new_campaign_at_once_both_work(tmp_path):
    with worker() as one, worker() as two:
        for process in (one, two):
            assert process.stdout.readline() == "ready\n"
        for number in range(40):
            path = tmp_path / f"new-{number}" / "career.db"
            for process in (one, two):
                tell(process, path, 1)
            told = {*until_done(one), *until_done(two)}
            assert ids_in(path) == told


# ---------------------------------------------------------------------- undo

WORDS = st.text("abc é'\"\n", max_size=8)
STEPS = st.one_of(
    st.tuples(st.just("add"), WORDS),
    st.tuples(st.just("update"), WORDS),
    st.tuples(st.just("log"), st.sampled_from(["outreach_sent", "reply_received", "meeting_held", "noted"])),
    st.tuples(st.just("profile"), WORDS),
    st.tuples(st.just("batch"), st.integers(1, 4)),
    st.tuples(st.just("debrief"), WORDS),
    st.tuples(st.just("retract"), st.none()),
    st.tuples(st.just("setting"), st.one_of(st.none(), WORDS)),
)


def take(campaign, step, number):
    """Do one thing, to somebody who differs from step to step."""
    what, value = step
    everybody = campaign.everybody()
    person = everybody[number % len(everybody)]
    match what:
        case "add":
            campaign.add(Person(name=f"Person {number}", note=value))
        case "update":
            campaign.update(person, note=value, company=f"Company {number}", tags=("a", value))
        case "log":
            campaign.log(person, value, note=f"note {number}")
        case "profile":
            campaign.profile = Profile(name=f"Robin {number}", goals=value)
        case "debrief":
            campaign.debrief(person, Debrief(notes=value, introductions=(f"Named {number}, Orbit",), permission=True))
        case "retract":
            for event in campaign.history(person)[:1]:
                campaign.retract(event)
        case "setting":
            with campaign._journal.change("setting", AT) as writer:
                writer.set("colour", value)
        case "batch":  # as an import does: new people, known ones merged, facts of both
            with campaign._journal.change("import", AT) as writer:
                for count in range(value):
                    added = writer.add_person(Person(name=f"Import {number} {count}"))
                    writer.update_person(replace(person, industry=f"industry {count}"))
                    writer.update_person(replace(added, school="Yale"))
                    writer.add_event(Event(person_id=added.id, kind="outreach_sent", at=AT))
                    writer.add_event(Event(person_id=person.id, kind="noted", at=AT))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(steps=st.lists(STEPS, min_size=1, max_size=8), data=st.data())
def test_undo_takes_back_whole_changes_newest_first(steps, data):
    moments = (AT + timedelta(minutes=count) for count in range(10_000))
    with Campaign(":memory:", create=True, clock=lambda: next(moments)) as campaign, warnings.catch_warnings():
        warnings.simplefilter("ignore", OddOrder)
        campaign.add(Person(name="Dana Ruiz", relationship="friend"))
        states = [dump(campaign._journal)]
        for number, step in enumerate(steps):
            take(campaign, step, number)
            if (state := dump(campaign._journal)) != states[-1]:
                states.append(state)
        for state in reversed(states[data.draw(st.integers(0, len(states) - 1)) : -1]):
            campaign.undo()
            assert dump(campaign._journal) == state


def test_a_change_that_raised_leaves_nothing(journal):
    before = dump(journal)
    with suppress(ZeroDivisionError), journal.change("import", AT) as writer:
        person = writer.add_person(Person(name="Dana Ruiz"))
        writer.add_event(Event(person_id=person.id, kind="noted", at=AT))
        writer.set("colour", "red")
        assert len(journal.people()) == 1
        raise ZeroDivisionError
    assert dump(journal) == before
    with journal.change("add", AT) as writer:
        writer.add_person(Person(name="Dana Ruiz"))
    assert len(journal.people()) == 1


def test_a_change_that_recorded_nothing_leaves_no_trace(journal):
    before = dump(journal)
    with journal.change("import", AT):
        pass
    assert dump(journal) == before
    with pytest.raises(NothingToUndo):
        journal.last_change()


def test_undo_takes_back_only_the_change_that_was_shown(journal):
    with journal.change("add", AT) as writer:
        writer.add_person(Person(name="Dana Ruiz"))
    shown = journal.last_change()
    with journal.change("add", AT) as writer:
        writer.add_person(Person(name="Ada Park"))
    with pytest.raises(NothingToUndo, match="Something newer"):
        journal.undo(shown)
    assert len(journal.people()) == 2


# ---------------------------------------------------------------------- forget

NAME, EMAIL = "Zelda Quartzvik", "zelda.quartzvik@example.com"
NOTES = ("zebra-note-person", "zebra-note-event", "zebra-note-debrief", "zebra-note-edited", "zebra-undone")


def crowd(path):
    """A campaign of sixty people; Zelda stands in every table of it, and in what others' rows were before."""
    campaign = Campaign(path, create=True, clock=lambda: AT)
    campaign.profile = Profile(name="Robin Vega")
    zelda = campaign.add(Person(name=NAME, email=EMAIL, relationship="friend", note=NOTES[0] * 300))
    for number in range(60):
        person = campaign.add(
            Person(name=f"Person {number}", introduced_by=zelda.id if number % 3 else "", note="n" * 200)
        )
        campaign.log(person, "noted", note=f"plain {number} " * 20)
        campaign.log(zelda, "noted", note=f"{NOTES[1]} {number} " * 20)
    campaign.update("person 1", company="Orbit")
    campaign.update(zelda, note=NOTES[3] * 100)
    campaign.log(zelda, "noted", note=NOTES[4])
    campaign.undo()
    campaign.log("person 2", "introduced", introduced=["person 3", NAME])
    campaign.log("person 2", "introduction_thanked", about=NAME)
    campaign.debrief("person 5", Debrief(notes="kept", introductions=(NAME, "Person 6")))
    campaign.debrief(zelda, Debrief(notes=NOTES[2] * 50))
    return campaign, zelda


@pytest.fixture
def crowded(tmp_path):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", OddOrder)
        campaign, zelda = crowd(tmp_path / "career.db")
    with campaign:
        yield campaign, zelda, tmp_path / "career.db"


def traces(zelda):
    return [word.encode() for word in (NAME, "Zelda", EMAIL, zelda.id, *NOTES)]


def test_whoever_is_forgotten_is_gone_from_every_table_and_every_byte(crowded):
    campaign, zelda, path = crowded
    held = bytes_of(path)
    assert all(trace in held for trace in traces(zelda)), "the test would show nothing"
    others = [(p.name, p.note, p.company) for p in campaign.everybody() if p.id != zelda.id]
    facts = [(e.id, e.kind, e.note) for e in campaign._journal.events() if e.person_id != zelda.id]
    with Campaign(path) as beside:  # somebody has it open, so the log stays
        assert beside.everybody()
        assert campaign.forget(NAME) == []
        text = repr(dump(campaign._journal)).encode()
        held = bytes_of(path)
        assert [trace for trace in traces(zelda) if trace in text or trace in held] == []
        assert [(p.name, p.note, p.company) for p in beside.everybody()] == others
    assert sorted((e.id, e.kind, e.note) for e in campaign._journal.events()) == sorted(facts)
    assert [debrief.notes for debrief in campaign.debriefs("person 5")] == ["kept"]
    assert campaign.debriefs("person 5")[0].introductions == (campaign.find("person 6").id,)
    assert zelda.id not in {person.introduced_by for person in campaign.everybody()}


def test_letters_search_and_copies_of_every_age_are_reached_also_of_who_was_merged(crowded, tmp_path):
    campaign, zelda, path = crowded
    twin = campaign.add(Person(name="Zelda Q.", email="zq@example.org"))
    assert campaign.search("zebra")
    campaign.backup(tmp_path / "early.db")
    with closing(sqlite3.connect(tmp_path / "early.db")) as old:
        old.executescript("DROP TABLE letters; PRAGMA user_version = 4")
    (tmp_path / "early.db").rename(tmp_path / "career.schema-4.1.db")
    campaign.merge((zelda, twin))
    campaign.backup(tmp_path / "late.db")
    campaign.forget(zelda)
    for held in (path, tmp_path / "career.schema-4.1.db", tmp_path / "late.db"):
        marks = [*traces(zelda), twin.id.encode(), b"Zelda Q", b"zq@example.org"]
        assert [mark for mark in marks if mark in bytes_of(held)] == []
    with Campaign(tmp_path / "late.db") as copy:
        assert len(copy.everybody()) == 60


def test_nothing_up_to_a_forget_can_be_undone_and_what_follows_can(crowded):
    campaign, _, _ = crowded
    campaign.forget(NAME)
    state = dump(campaign._journal)
    campaign.update("person 1", company="Comet")
    campaign.undo()
    assert dump(campaign._journal) == state
    with pytest.raises(NothingToUndo, match="for good"):
        campaign.undo()


def test_the_notes_of_others_that_name_somebody_forgotten_are_told(crowded):
    campaign, _, _ = crowded
    campaign.log("person 7", "noted", note=f"Met {NAME} at the fair")
    assert [(person.name, text) for person, text in campaign.forget(NAME)] == [("Person 7", f"Met {NAME} at the fair")]


READER = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN")
print(connection.execute("SELECT count(*) FROM people").fetchone()[0], flush=True)
sys.stdin.read()
"""


def test_nothing_is_forgotten_while_another_program_reads_and_all_of_it_afterwards(crowded):
    campaign, zelda, path = crowded
    state = dump(campaign._journal)
    campaign._journal._connection.execute("PRAGMA busy_timeout = 100")
    arguments = [sys.executable, "-c", READER, str(path)]
    with subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as reader:
        assert reader.stdout.readline() == "61\n"
        with pytest.raises(CampaignBusy, match="in use by another program; nothing was recorded"):
            campaign.forget(zelda)
        assert dump(campaign._journal) == state
        reader.communicate()
    campaign.forget(zelda)
    assert [trace for trace in traces(zelda) if trace in bytes_of(path)] == []


def test_a_reader_who_comes_between_is_told_of_and_the_bytes_go_with_it(crowded):
    campaign, zelda, path = crowded
    connection = campaign._journal._connection
    connection.execute("PRAGMA busy_timeout = 100")
    with closing(sqlite3.connect(path, isolation_level=None)) as reader:

        def come_between(statement):
            if statement.startswith("DELETE FROM people") and not reader.in_transaction:
                reader.execute("BEGIN")
                reader.execute("SELECT count(*) FROM people").fetchone()

        connection.set_trace_callback(come_between)
        with pytest.raises(CampaignError, match="They are erased, but their old bytes are still in"):
            campaign.forget(zelda)
        connection.set_trace_callback(None)
    assert NAME not in repr(dump(campaign._journal))
    campaign.close()
    assert [trace for trace in traces(zelda) if trace in bytes_of(path)] == []


# ---------------------------------------------------------------------- ids


def test_100000_ids_of_one_moment_differ_and_have_26_crockford_letters():
    ids = {new_id(AT) for _ in range(100_000)}
    assert len(ids) == 100_000
    assert {len(id_) for id_ in ids} == {26}
    assert set("".join(ids)) == set("0123456789ABCDEFGHJKMNPQRSTVWXYZ")


@given(st.lists(st.integers(0, 2**41), min_size=2, max_size=20, unique=True))
def test_ids_sort_as_their_moments_do(milliseconds):
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    ids = [new_id(epoch + timedelta(milliseconds=count)) for count in milliseconds]
    in_order = [id_ for _, id_ in sorted(zip(milliseconds, ids, strict=True))]
    assert sorted(ids) == in_order


def test_ids_taken_together_sort_in_the_order_they_were_taken():
    ids = list(islice(new_ids(AT), 5000))
    assert ids == sorted(set(ids))
