"""Nobody gets a letter twice: not after a kill, not from two programs at once, not from a changed list."""

import json
import subprocess
import sys
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest

import infoint
from infoint.campaign import Campaign
from infoint.errors import LetterStopped, MailboxError, NothingLeft
from infoint.people import Person, Profile

NOW = datetime(2025, 3, 14, 15, tzinfo=UTC)
ME = Profile(name="Robin Vega", email="robin@example.org", exploring="energy")

KILLS = """
import json, os, random, signal, sys, time
from pathlib import Path
import infoint
import infoint.cli.write, infoint.letters.render, rapidfuzz
from infoint.cli import main

folder, chance = Path(sys.argv[1]), random.Random(int(sys.argv[2]))
path, seen = folder / "career.db", {"nothing": 0, "unknown": 0, "drafted": 0, "sent": 0}
os.environ["INFOINT_CAMPAIGN"] = str(path)


def write(person, patience=None, steps=None):
    "What somebody types, in a process of its own that is killed after so long, or at so many lines of ours; both told."
    begun, (end, start), lines = time.monotonic(), os.pipe(), 0

    def traced(frame, event, _):
        nonlocal lines
        if not frame.f_code.co_filename.endswith(("campaign/letters.py", "cli/write.py", "journal/letters.py")):
            return None
        lines += event == "line"
        if lines == steps:
            os.kill(os.getpid(), signal.SIGKILL)
        return traced

    child = os.fork()
    if child == 0:
        if patience is None:
            sys.settrace(traced)
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        os.dup2(1, 2)
        try:
            main(["write", person.id, "--eml", str(folder / f"{person.id}.eml"), "--yes", "--sent", "yes"])
        finally:
            os.write(start, str(lines).encode())
            os._exit(0)
    if patience is not None and patience < 60:
        time.sleep(patience)
        os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    os.close(start)
    counted = int(os.read(end, 99) or 0)
    os.close(end)
    return time.monotonic() - begun, counted


def proposed():
    with infoint.open(path) as campaign:
        return [suggestion.person for suggestion in campaign.next_people(500)]


longest, _ = write(proposed()[0], 60)
_, lines = write(proposed()[0])
for number in range(100):
    person = proposed()[0]
    write(person, *((chance.uniform(0, longest), None) if number % 2 else (None, chance.randint(1, lines))))
    with infoint.open(path) as campaign:
        kept, left = campaign.letters(person), (folder / f"{person.id}.eml").exists()
        asked = {action.person.id for action in campaign.today() if action.kind == "sent"}
        again = person.id in {suggestion.person.id for suggestion in campaign.next_people(500)}
        logged = [event for event in campaign.history(person) if event.kind == "outreach_sent"]
        state = kept[-1].state if kept else "nothing"
        assert len(kept) <= 1, kept
        assert not left or state in ("unknown", "drafted", "sent"), state
        assert again == (state == "nothing"), (again, state)
        assert (person.id in asked) == (state in ("unknown", "drafted")), state
        assert bool(logged) == (state == "sent"), (logged, state)
        seen[state] += 1
        if state in ("unknown", "drafted"):
            try:
                with campaign.handing_out(campaign.write(person), "print"):
                    raise AssertionError("a second copy left")
            except infoint.InfointError as error:
                assert "may have a letter already" in str(error), error
print(json.dumps(seen))
"""


@pytest.fixture
def campaign(tmp_path):
    with Campaign(tmp_path / "career.db", create=True, clock=lambda: NOW) as made:
        made.profile = ME
        yield made


@pytest.mark.skipif(not hasattr(__import__("os"), "fork"), reason="a process is forked and killed: POSIX only")
def test_killed_at_any_step_nobody_is_proposed_a_second_time(tmp_path):
    with infoint.open(tmp_path / "career.db", create=True) as campaign:
        campaign.profile = ME
        for number in range(110):
            campaign.add(Person(name=f"Person {number:03}", email=f"p{number}@example.com", relationship="friend"))
    command = [sys.executable, "-c", KILLS, str(tmp_path), "7"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    seen = json.loads(done.stdout.splitlines()[-1])
    assert sum(seen.values()) == 100
    assert seen["nothing"], seen
    assert seen["sent"], seen
    assert seen["unknown"] + seen["drafted"], seen


@pytest.mark.parametrize(
    ("trouble", "state"),
    [
        (None, "drafted"),
        (MailboxError("refused", "hint"), "written"),
        (MailboxError("broke off", "hint", may_be_there=True), "unknown"),
        (OSError("no room"), "unknown"),
        (KeyboardInterrupt(), "unknown"),
    ],
)
def test_whatever_happens_on_the_way_out_the_row_tells_the_truth(campaign, trouble, state):
    dana = campaign.add(Person(name="Dana Ruiz", email="dana@example.com"))
    letter = campaign.write(dana)
    states = []
    with suppress(MailboxError, OSError, KeyboardInterrupt), campaign.handing_out(letter, "imap"):
        states += [kept.state for kept in campaign.letters()]
        if trouble:
            raise trouble
    assert states == ["unknown"]
    assert [kept.state for kept in campaign.letters(dana)] == [state]


def test_two_programs_at_once_let_one_copy_out(campaign):
    dana = campaign.add(Person(name="Dana Ruiz", email="dana@example.com"))
    with infoint.open(campaign.path) as other:
        mine, theirs = campaign.write(dana), other.write(dana)
        with campaign.handing_out(mine, "print"), pytest.raises(LetterStopped), other.handing_out(theirs, "print"):
            raise AssertionError
        campaign.went_out(dana)
        with pytest.raises(LetterStopped, match="they got just this text"), other.handing_out(theirs, "print"):
            raise AssertionError
    assert len(campaign.letters()) == 1


def test_a_yes_logs_what_went_out_by_its_use_and_only_once(campaign):
    dana = campaign.add(Person(name="Dana Ruiz", email="dana@example.com"))
    kinds = []
    for template in ("outreach/warm", "nudge/gentle", "thanks/note", "update/progress", "reply/day"):
        letter = campaign.write(dana, template)
        with campaign.handing_out(letter, "print"):
            pass
        event = campaign.went_out(dana)
        assert (event.letter, event.template, event.channel) == (letter.id, template, "email")
        kinds.append(event.kind)
        with pytest.raises(NothingLeft):
            campaign.went_out(dana)
    assert kinds == ["outreach_sent", "nudge_sent", "thank_you_sent", "update_sent", "touched"]


def test_a_letter_handed_out_on_an_earlier_day_is_logged_for_that_day(tmp_path):
    moment = [NOW]
    with Campaign(tmp_path / "career.db", create=True, clock=lambda: moment[0]) as campaign:
        campaign.profile = ME
        dana = campaign.add(Person(name="Dana Ruiz", email="dana@example.com"))
        with campaign.handing_out(campaign.write(dana), "print"):
            pass
        moment[0] = NOW + timedelta(days=3)
        event = campaign.went_out(dana)
    assert (event.day(), event.precision) == (NOW.date(), "day")


def test_a_changed_list_never_shifts_who_got_what(campaign, tmp_path):
    """mailmerge counts rows: a row put in front makes `--resume 3` write to somebody twice and leave somebody out."""
    names = ["Ada Park", "Bo Lind", "Cem Kaya", "Dee Moss"]

    def imported(order):
        rows = [f"{name},{name.split()[0].lower()}@example.com" for name in order]
        (tmp_path / "list.csv").write_text("\n".join(["Name,Email", *rows]) + "\n")
        campaign.import_people(tmp_path / "list.csv")

    imported(names)
    for name in names[:2]:
        with campaign.handing_out(campaign.write(name), "print"):
            pass
        campaign.went_out(name)
    imported(["Zoe Neu", *reversed(names)])
    assert {s.person.name for s in campaign.next_people(10)} == {"Zoe Neu", "Cem Kaya", "Dee Moss"}
    got = {kept.recipients for kept in campaign.letters()}
    assert got == {"ada@example.com", "bo@example.com"}


def test_who_is_put_off_comes_again_tomorrow(tmp_path):
    moment = [NOW]
    with Campaign(tmp_path / "career.db", create=True, clock=lambda: moment[0]) as campaign:
        campaign.profile = ME
        dana = campaign.add(Person(name="Dana Ruiz", email="dana@example.com"))
        assert [action.person.name for action in campaign.letters_due()] == ["Dana Ruiz"]
        campaign.put_off(dana)
        assert campaign.letters_due() == []
        moment[0] = NOW + timedelta(days=3)
        assert [action.person.name for action in campaign.letters_due()] == ["Dana Ruiz"]


def test_forget_tells_whose_letters_mention_somebody(campaign):
    dana = campaign.add(Person(name="Dana Ruiz", email="dana@example.com"))
    campaign.add(Person(name="Tom Okoye", email="tom@example.com", introduced_by=dana.id))
    with campaign.handing_out(campaign.write("tom"), "print"):
        pass
    ((other, text),) = campaign.forget(dana)
    assert (other.name, "Dana Ruiz" in text) == ("Tom Okoye", True)


def test_a_letter_is_not_asked_about_while_they_rest_nor_when_they_said_no(campaign):
    dana = campaign.add(Person(name="Dana Ruiz", email="dana@example.com"))
    with campaign.handing_out(campaign.write(dana), "eml"):
        pass
    assert [action.kind for action in campaign.today()] == ["sent"]
    for told in (
        {"kind": "snoozed", "until": "2025-04-01"},
        {"kind": "declined"},
        {"kind": "do_not_contact", "reason": "asked for it"},
    ):
        campaign.log(dana, **told)
        assert campaign.today() == []
        campaign.undo()
    assert [action.kind for action in campaign.today()] == ["sent"]


def test_news_by_letter_is_about_one_of_those_they_introduced_and_the_word_alone_about_all(campaign):
    helper = campaign.add(Person(name="Ines Okafor", email="ines@example.com"))
    for name, day in (("Paul Stone", "2025-03-04"), ("Quinn Lowe", "2025-03-05")):
        met = campaign.add(Person(name=name, introduced_by=helper.id))
        for kind in ("outreach_sent", "meeting_held", "thank_you_sent"):
            campaign.log(met, kind, at=day)
    letter = campaign.write(helper, "news/introducer")
    assert "Paul Stone" in letter.subject
    campaign.log(helper, "introduction_thanked", template=letter.template)
    assert [action.about.name for action in campaign.today() if action.kind == "news"] == ["Quinn Lowe"]
    campaign.undo()
    campaign.log(helper, "introduction_thanked")
    assert [action.kind for action in campaign.today() if action.kind == "news"] == []


HOSTILE = [
    "Dana\r\nBcc: eve@example.com",
    "=?utf-8?q?x=0D=0ABcc:_v@e.com?=",
    "Dana\u2028Bcc: eve@example.com",
    "eve@example.com, Dana",
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{ 7 * 7 }}",
    "{% for x in range(10**9) %}x{% endfor %}",
    "$(touch /tmp/x)",
    "; rm -rf ~",
    "--eml=x",
    "&bcc=eve@example.com",
    "%0D%0ABcc: eve@example.com",
    "\x1b]0;owned\x07",
    "Dana\x00Ruiz",
    "../../etc/passwd",
    "</div></details>",
]


@pytest.mark.parametrize("hostile", HOSTILE)
@pytest.mark.parametrize("field", ["name", "company", "role", "industry"])
def test_no_name_or_company_becomes_a_header_a_recipient_markup_or_code(campaign, hostile, field):
    person = Person(**({"name": "Dana Ruiz"} | {field: hostile}), email="dana@example.com")
    letter = campaign.write(campaign.add(person))
    raw = letter.eml()
    head = raw.partition(b"\r\n\r\n")[0].decode()
    headers = [line.partition(":")[0] for line in head.splitlines() if line[:1] not in " \t"]
    assert sorted(headers) == sorted(
        ["To", "From", "Subject", "Message-ID", "X-Unsent", "Content-Type", "Content-Transfer-Encoding", "MIME-Version"]
    )
    for window in ("gmail", "outlook", "program"):
        assert "bcc=" not in letter.link(window).casefold()
    card = letter._repr_html_()
    assert "<script" not in card
    assert "<img" not in card
    assert card.count("<div") == card.count("</div>")
    assert card.count("<details") == card.count("</details>")
    assert "49" not in letter.body
    assert not {"\x1b", "\x00", "\x07"} & set(f"{letter.subject}{letter.body}")
