"""The campaign's file: what is no campaign stays as it is, an older one is brought up to date, a full disk is told."""

import hashlib
import os
import random
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from infoint import errors
from infoint.campaign import Campaign
from infoint.errors import InfointError
from infoint.events import Event
from infoint.journal import Journal, file
from infoint.journal.writing import Writer
from infoint.people import Person, Profile

ROOT = Path(__file__).parent.parent
AT = datetime(2025, 3, 3, 9, tzinfo=UTC)
posix = pytest.mark.skipif(sys.platform == "win32", reason="modes, SIGKILL and fork are there on POSIX systems only")


def made(path, people=30):
    """A settled campaign with people and facts: no log beside it."""
    with Campaign(path, create=True, clock=lambda: AT) as campaign:
        campaign.profile = Profile(name="Robin Vega")
        campaign.add(Person(name="Dana Ruiz", relationship="friend"))
        with campaign._journal.change("import", AT) as writer:
            for number in range(people):
                person = writer.add_person(Person(name=f"Person {number}", note="n" * 300))
                writer.add_event(Event(person_id=person.id, kind="noted", at=AT, note="e" * 300))
    return path


def seen(path):
    """The file's bytes, and what lies beside it."""
    digest = hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "no file"
    return digest, sorted(other.name for other in path.parent.iterdir())


def used(path):
    with Campaign(path, clock=lambda: AT) as campaign:
        campaign.log("dana", "wrote")


def checked(error):
    """One clear line and what to do next."""
    assert isinstance(error, InfointError)
    assert error.hint
    assert "\n" not in f"{error}{error.hint}"
    return error


def as_user(path, *words):
    command = [sys.executable, "-m", "infoint", "--campaign", str(path), *words]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)


def permitted(what, *command):
    """Run a command of the system's administrator, or skip with the reason."""
    if shutil.which(command[0]) is None:
        pytest.skip(f"{what} needs {command[0]}: apt-get install mount e2fsprogs")
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"{what} is not permitted here: {done.stderr.strip()}")


# ---------------------------------------------------------------------- what is no usable campaign


def text(path):
    path.write_text("Dear diary,\n" * 50)


def short_text(path):
    path.write_text("Dear diary")


def other_sqlite(path):
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE people (name TEXT)")


def empty(path):
    path.touch()


def folder(path):
    path.mkdir()


def pipe(path):
    if not hasattr(os, "mkfifo"):
        pytest.skip("this system has no named pipes")
    os.mkfifo(path)


def altered(path, pragma):
    made(path)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute(pragma)


def newer(path):
    altered(path, f"PRAGMA user_version = {len(file.MIGRATIONS) + 1}")


def other_tables(path):
    other_sqlite(path)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute(f"PRAGMA application_id = {file.APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {len(file.MIGRATIONS)}")


def overwritten(path):
    content = bytearray(made(path).read_bytes())
    middle = len(content) // 2 // 4096 * 4096
    content[middle - 8192 : middle + 8192] = b"\xff" * 16384
    path.write_bytes(content)


def zeroed(path):
    content = bytearray(made(path).read_bytes())
    content[4096:] = bytes(len(content) - 4096)
    path.write_bytes(content)


def misplaced_pages(path):
    content = made(path).read_bytes()
    pages = [content[start : start + 4096] for start in range(0, len(content), 4096)]
    path.write_bytes(b"".join([pages[0], *reversed(pages[1:])]))


def truncated(path):
    os.truncate(made(path), path.stat().st_size // 2)


def truncated_oddly(path):
    os.truncate(made(path), path.stat().st_size - 1000)


def header_lost(path):
    content = made(path).read_bytes()
    path.write_bytes(bytes(100) + content[100:])


REFUSED = [
    (text, errors.NotACampaign),
    (short_text, errors.NotACampaign),
    (other_sqlite, errors.NotACampaign),
    (empty, errors.NotACampaign),
    (folder, errors.NotACampaign),
    (pipe, errors.NotACampaign),
    (header_lost, errors.NotACampaign),
    (newer, errors.NewerCampaign),
    (other_tables, errors.DamagedCampaign),
    (overwritten, errors.DamagedCampaign),
    (zeroed, errors.DamagedCampaign),
    (misplaced_pages, errors.DamagedCampaign),
    (truncated, errors.DamagedCampaign),
    (truncated_oddly, errors.DamagedCampaign),
]


@pytest.mark.parametrize(("make", "expected"), REFUSED, ids=lambda value: value.__name__)
def test_what_is_no_sound_campaign_is_refused_with_one_line_and_stays_as_it_was(tmp_path, make, expected):
    path = tmp_path / "career.db"
    make(path)
    before = seen(path)
    with pytest.raises(expected) as caught:
        used(path)
    checked(caught.value)
    assert seen(path) == before
    said = as_user(path, "log", "dana", "wrote")
    assert (said.returncode, said.stdout) == (1, "")
    assert said.stderr.splitlines() == [str(caught.value), caught.value.hint]
    assert seen(path) == before


@pytest.mark.parametrize("make", [text, short_text, other_sqlite, folder, newer, other_tables, truncated])
def test_a_new_campaign_is_never_begun_over_something_else(tmp_path, make):
    path = tmp_path / "career.db"
    make(path)
    before = seen(path)
    with pytest.raises(InfointError) as caught, Campaign(path, create=True) as campaign:
        campaign.add(Person(name="Ada Park"))
    checked(caught.value)
    assert seen(path) == before


def refusal(path):
    try:
        with Campaign(path, clock=lambda: AT) as campaign:
            campaign.standings()
            campaign.log("person 3", "noted")
    except errors.CampaignError as error:
        return error
    except errors.UnknownPerson:  # the bytes of a name may differ, and nothing can know
        return None


def test_bytes_overwritten_anywhere_give_our_errors_only(tmp_path):
    original, path = made(tmp_path / "original.db").read_bytes(), tmp_path / "career.db"
    chance, refused = random.Random(7), 0
    for _ in range(150):
        content = bytearray(original)
        for _ in range(chance.randint(1, 3)):
            start, length = chance.randrange(len(content)), chance.choice([1, 8, 100, 5000])
            content[start : start + length] = chance.randbytes(len(content[start : start + length]))
        path.write_bytes(content)
        if (error := refusal(path)) is not None:
            checked(error)
            refused += 1
            assert path.read_bytes() == content
        assert not list(tmp_path.glob("career.db-*"))
    assert refused > 50


def test_a_missing_campaign_is_told_and_not_made(tmp_path):
    with pytest.raises(errors.CampaignMissing) as caught:
        used(tmp_path / "career.db")
    checked(caught.value)
    assert list(tmp_path.iterdir()) == []


# ---------------------------------------------------------------------- read-only


@contextmanager
def mode_bits(path):
    path.chmod(0o400)
    yield
    path.chmod(0o600)


@contextmanager
def immutable_file(path):
    permitted("chattr +i", "chattr", "+i", str(path))
    try:
        yield
    finally:
        subprocess.run(["chattr", "-i", str(path)], check=True)


@contextmanager
def immutable_folder(path):
    with immutable_file(path.parent):
        yield


@contextmanager
def read_only_mount(path):
    permitted("mount --bind", "mount", "--bind", str(path.parent), str(path.parent))
    try:
        permitted("mount -o remount,ro", "mount", "-o", "remount,bind,ro", str(path.parent))
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(path.parent)], check=True)


READ_ONLY = pytest.mark.parametrize("protect", [mode_bits, immutable_file, immutable_folder, read_only_mount])
WRITES = {
    "log": lambda campaign: campaign.log("dana", "wrote"),
    "add": lambda campaign: campaign.add(Person(name="Ada Park")),
    "profile": lambda campaign: setattr(campaign, "profile", Profile(name="Robin")),
    "undo": lambda campaign: campaign.undo(),
    "forget": lambda campaign: campaign.forget("dana"),
}


@pytest.fixture
def path(tmp_path):
    """A campaign in a folder of its own."""
    return made(tmp_path / "own" / "career.db")


@posix
@READ_ONLY
def test_a_read_only_campaign_can_be_read_and_every_write_is_refused(path, protect):
    before = seen(path)
    with protect(path):
        with Campaign(path, clock=lambda: AT) as campaign:
            assert len(campaign.everybody()) == len(campaign.people()) == 31
            assert campaign.today()
            for write in WRITES.values():
                with pytest.raises(errors.ReadOnlyCampaign) as caught:
                    write(campaign)
                checked(caught.value)
        assert seen(path) == before
        said = as_user(path, "log", "dana", "wrote")
        assert said.returncode == 1
        assert said.stderr.splitlines() == [str(caught.value), caught.value.hint]
        for command in ("today", "people"):
            assert as_user(path, command).returncode == 0
        assert seen(path) == before


@posix
@pytest.mark.parametrize("link", [False, True], ids=["itself", "through a link"])
@READ_ONLY
def test_a_read_only_campaign_shows_what_still_stands_in_its_log(path, protect, link, tmp_path):
    with Campaign(path) as campaign:
        campaign.add(Person(name="Ada Park"))
        copy = tmp_path / "copy" / "career.db"
        shutil.copytree(path.parent, copy.parent)  # as a kill would leave it: log and index beside the file
    assert copy.with_name("career.db-wal").stat().st_size
    before = seen(copy)
    (shown := tmp_path / "shown.db").symlink_to(copy)
    with protect(copy):
        with Campaign(shown if link else copy) as campaign:
            assert campaign.find("ada")
        assert seen(copy) == before


# ---------------------------------------------------------------------- a full disk


def test_a_change_that_finds_no_more_pages_is_refused_whole(path):
    before = seen(path)
    with Campaign(path, clock=lambda: AT) as campaign:
        campaign._journal._connection.execute("PRAGMA max_page_count = 1")  # SQLite takes it as: no more than now
        for write in (
            lambda: campaign.update("dana", note="n" * 9000),
            lambda: campaign.log("dana", "noted", note="n" * 9000),
        ):
            with pytest.raises(errors.DiskFull) as caught:
                write()
            checked(caught.value)
        assert (len(campaign.everybody()), campaign.find("dana").note) == (31, "")
    assert seen(path) == before


def test_reading_goes_on_when_there_is_no_room_to_keep_the_holidays(path):
    before = seen(path)
    days = {AT.date() + timedelta(days=count): "Day off" for count in range(1000)}
    with Campaign(path, clock=lambda: AT) as campaign:
        campaign._journal._connection.execute("PRAGMA max_page_count = 1")
        campaign._journal.keep_holidays("US", days, {"years": [], "weekend": None})
        assert campaign._journal.holidays("US") == {}
    assert seen(path) == before


@contextmanager
def full_disk(path, leave):
    """A disk of 1 MB with the campaign on it and only so many bytes left."""
    permitted("mount -t tmpfs", "mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(path.parent))
    try:
        made(path)
        free = os.statvfs(path.parent)
        with (path.parent / "fill").open("wb") as fill:
            fill.write(bytes(max(0, free.f_bavail * free.f_frsize - leave)))
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(path.parent)], check=True)


@posix
@pytest.mark.parametrize("leave", [0, 4096, 32768, 36864, 40960])
def test_on_a_full_disk_everything_that_writes_is_refused_and_nothing_is_harmed(tmp_path, leave):
    path = tmp_path / "disk" / "career.db"
    path.parent.mkdir()
    with full_disk(path, leave):
        before = seen(path)
        for write in (*WRITES.values(), lambda campaign: campaign.backup(path.with_name("copy.db"))):
            with pytest.raises(errors.DiskFull) as caught, Campaign(path, clock=lambda: AT) as campaign:
                write(campaign)
            checked(caught.value)
            assert seen(path)[0] == before[0]
        said = as_user(path, "log", "dana", "wrote")
        assert (said.returncode, len(said.stderr.splitlines())) == (1, 2)
        assert "No room left" in said.stderr
        assert seen(path)[0] == before[0]
        (path.parent / "fill").unlink()
        used(path)
        assert seen(path)[1] == ["career.db"]


# ---------------------------------------------------------------------- an older schema


def older(path):
    """A campaign as the first schema had it, with people and facts."""
    path.parent.mkdir(exist_ok=True)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute(f"PRAGMA application_id = {file.APPLICATION_ID}")
        connection.executescript(file.MIGRATIONS[0])
        connection.execute("PRAGMA user_version = 1")
        connection.execute("INSERT INTO changes (id, at, what) VALUES (1, ?, 'import')", (AT.isoformat(),))
        writer = Writer(connection, 1, AT)
        for number in range(50):
            person = writer.add_person(Person(name=f"Person {number}", note="n" * 300))
            writer.add_event(Event(person_id=person.id, kind="noted", at=AT, note=f"fact {number}"))
    return path


FIRST = """id, change_id, name, email, company, role, industry, relationship, comfort, connected, introduced_by, url,
           school, tags, connected_on, note"""
"""The columns that people had in the first schema."""


def rows(path):
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        people = connection.execute(f"SELECT {FIRST} FROM people").fetchall()
        return version, people, connection.execute("SELECT * FROM events").fetchall()


def test_an_older_campaign_is_copied_as_it_was_and_then_brought_up_to_date(tmp_path):
    path = older(tmp_path / "career.db")
    before = rows(path)
    (tmp_path / "career.schema-1.1.db").write_text("in the way")
    with closing(Journal(path)) as journal:
        assert {person.name for person in journal.people()} == {f"Person {number}" for number in range(50)}
        assert {person.timezone for person in journal.people()} == {""}
        assert journal.debriefs() == []
    assert rows(path) == (len(file.MIGRATIONS), *before[1:])
    copy = tmp_path / "career.schema-1.2.db"
    assert rows(copy) == before
    assert (tmp_path / "career.schema-1.1.db").read_text() == "in the way"
    if sys.platform != "win32":
        assert copy.stat().st_mode & 0o777 == 0o600
    used_again = seen(path)
    Journal(path).close()
    assert seen(path) == used_again


def test_two_processes_at_once_bring_an_older_campaign_up_to_date_once(tmp_path):
    for number in range(5):
        path = older(tmp_path / str(number) / "career.db")
        before = rows(path)
        command = [sys.executable, "-c", f"from infoint.journal import Journal; Journal({str(path)!r}).close()"]
        both = [subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True) for _ in range(2)]
        assert [(process.communicate()[1], process.returncode) for process in both] == [("", 0), ("", 0)]
        assert rows(path) == (len(file.MIGRATIONS), *before[1:])
        assert seen(path)[1] == ["career.db", "career.schema-1.1.db"]
        assert rows(path.with_name("career.schema-1.1.db")) == before


@posix
@READ_ONLY
def test_an_older_campaign_that_is_read_only_is_refused_and_untouched(tmp_path, protect):
    path = older(tmp_path / "own" / "career.db")
    before = seen(path)
    with protect(path):
        with pytest.raises(errors.ReadOnlyCampaign) as caught:
            Campaign(path)
        checked(caught.value)
        assert seen(path) == before


def test_an_older_campaign_that_is_damaged_is_refused_and_not_copied(tmp_path):
    path = older(tmp_path / "career.db")
    os.truncate(path, path.stat().st_size // 2)
    before = seen(path)
    with pytest.raises(errors.DamagedCampaign):
        Campaign(path)
    assert seen(path) == before


# ---------------------------------------------------------------------- killed at every statement

KILLER = """
import os, shutil, signal, sys
from datetime import UTC, datetime
from pathlib import Path
from infoint.journal import Journal

AT = datetime(2025, 3, 3, 9, tzinfo=UTC)
what, original, folder = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])

def act(path):
    journal = Journal(path, create=True)
    if what == "undo":
        journal.undo(journal.last_change())
    if what == "forget":
        journal.forget(next(person.id for person in journal.people() if person.name == "Dana Ruiz"), AT)
    journal.close()

def die_at(moment):
    passed = 0
    def count(frame, event, function):
        nonlocal passed
        name = getattr(function, "__name__", "") if event in ("c_call", "c_return") else ""
        if name in ("execute", "backup", "open", "close"):
            passed += 1
            if passed == moment:
                os.kill(os.getpid(), signal.SIGKILL)
    sys.setprofile(count)

for moment in range(1, 1000):
    path = folder / str(moment) / "career.db"
    path.parent.mkdir(parents=True)
    if original.exists():
        shutil.copy(original, path)
    child = os.fork()
    if child == 0:
        die_at(moment)
        act(path)
        os._exit(0)
    if os.waitpid(child, 0)[1] == 0:
        break
"""


def killed_everywhere(what, original, folder):
    """Copies of the campaign, each left by a kill at another statement; the last was left in peace."""
    command = [sys.executable, "-c", KILLER, what, str(original), str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    paths = [path / "career.db" for path in sorted(folder.iterdir(), key=lambda path: int(path.name))]
    assert len(paths) > 15
    return paths


@posix
def test_an_upgrade_killed_at_any_statement_leaves_the_campaign_whole(tmp_path):
    original = older(tmp_path / "career.db")
    before = rows(original)
    for path in killed_everywhere("upgrade", original, tmp_path / "killed"):
        Journal(path).close()
        assert rows(path) == (len(file.MIGRATIONS), *before[1:])
        assert before in [rows(copy) for copy in path.parent.glob("career.schema-1.*.db") if copy.stat().st_size]


@posix
def test_a_making_killed_at_any_statement_can_be_begun_again(tmp_path):
    for path in killed_everywhere("make", tmp_path / "none.db", tmp_path / "killed"):
        with Campaign(path, create=True, clock=lambda: AT) as campaign:
            campaign.add(Person(name="Dana Ruiz"))
        used(path)
        assert rows(path)[0] == len(file.MIGRATIONS)
        assert path.stat().st_mode & 0o777 == 0o600
        assert path.read_bytes()[18:20] == b"\2\2", "it keeps a write-ahead log"


def test_a_campaign_of_which_a_kill_left_only_the_first_page_is_begun(tmp_path):
    path = tmp_path / "career.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute(f"PRAGMA application_id = {file.APPLICATION_ID}")
    with Campaign(path, clock=lambda: AT) as campaign:
        campaign.add(Person(name="Dana Ruiz"))
    used(path)
    assert [other.name for other in tmp_path.iterdir()] == ["career.db"]


@posix
@pytest.mark.parametrize("what", ["undo", "forget"])
def test_what_is_killed_at_any_statement_happened_whole_or_not_at_all(path, tmp_path, what):
    with Campaign(path, clock=lambda: AT) as campaign:
        campaign.log("dana", "wrote")
        campaign.update("dana", company="Orbit")
    before, after = rows(path), rows(killed_everywhere(what, path, tmp_path / "killed")[-1])
    assert before != after
    found = [rows(killed) for killed in (tmp_path / "killed").glob("*/career.db")]
    assert all(state in (before, after) for state in found)
    assert before in found


# ---------------------------------------------------------------------- who may read it


@posix
@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
def test_only_the_owner_may_read_a_campaign_its_log_its_copies_and_its_folder(tmp_path, umask):
    path, old = tmp_path / "new" / "career.db", os.umask(umask)
    try:
        with Campaign(path, create=True) as campaign:
            campaign.add(Person(name="Dana Ruiz"))
            campaign.backup(path.with_name("copy.db"))
            modes = {other.name: other.stat().st_mode & 0o777 for other in path.parent.iterdir()}
    finally:
        os.umask(old)
    assert modes == dict.fromkeys(["career.db", "career.db-wal", "career.db-shm", "copy.db"], 0o600)
    assert path.parent.stat().st_mode & 0o777 == 0o700


@posix
def test_a_campaign_made_through_a_dangling_link_is_private_too(tmp_path):
    (tmp_path / "link.db").symlink_to(tmp_path / "career.db")
    Campaign(tmp_path / "link.db", create=True).close()
    assert (tmp_path / "career.db").stat().st_mode & 0o777 == 0o600


@posix
def test_the_mode_of_a_folder_that_was_there_is_left_alone(tmp_path):
    (tmp_path / "own").mkdir(mode=0o755)
    made(tmp_path / "own" / "career.db")
    assert (tmp_path / "own").stat().st_mode & 0o777 == 0o755


def test_a_backup_holds_everything_and_never_replaces_a_file(path):
    copy = path.with_name("copy.db")
    with Campaign(path) as campaign:
        assert campaign.backup(copy) == copy
        before = seen(copy)
        campaign.log("dana", "noted")
        for target in (copy, path, path.parent):
            with pytest.raises(errors.CampaignExists) as caught:
                campaign.backup(target)
            checked(caught.value)
        with pytest.raises(errors.CampaignError) as caught:
            campaign.backup(path.parent / "nowhere" / "copy.db")
        checked(caught.value)
        assert campaign.everybody() == Campaign(copy).everybody()
    assert seen(copy)[0] == before[0]
