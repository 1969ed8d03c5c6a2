"""How the tests of the command line run it: as a user does, in a process, a home and a folder of its own."""

import os
import re
import select
import shutil
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile("infoint", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("infoint")  # how fast a machine is that has other work is nothing that a test of ours tells

ROOT = Path(__file__).parent.parent
DEMO = ROOT / "templates" / "demo"
PATIENCE = 60
collect_ignore = ["fuzz_run.py", *([] if find_spec("pyspark") else ["test_spark.py"])]  # the first: make fuzz
"""What the extra `spark` is needed for: `make test-spark`."""


@dataclass(frozen=True, slots=True)
class Done:
    """What a command printed, in UTF-8."""

    raw: bytes
    err: str

    @property
    def out(self):
        return self.raw.decode("utf-8")


@dataclass(slots=True)
class User:
    """Somebody at a computer: `user("log", "dana", "wrote")` types one command."""

    home: Path

    @property
    def campaign(self):
        return self.home / "infoint" / "career.db"

    def environment(self, **more):
        ours = ("PYTHON", "INFOINT_CAMPAIGN", "EDITOR", "VISUAL", "LC_", "LANG")
        kept = {key: value for key, value in os.environ.items() if not key.startswith(ours)}
        home = {"HOME": str(self.home), "USERPROFILE": str(self.home), "TZ": "Etc/UTC"}
        return kept | home | {"PYTHONPATH": str(ROOT)} | more

    def __call__(self, *words, code=0, **environment):
        """Run one command with nobody at the keyboard; a refusal is one clear line and at most one hint."""
        done = subprocess.run(
            [sys.executable, "-m", "infoint", *map(str, words)],
            env=self.environment(**environment),
            cwd=self.home,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=PATIENCE,
            check=False,
        )
        err = done.stderr.decode("utf-8")
        assert done.returncode == code, done.stdout.decode("utf-8", "replace") + err
        if code:
            assert 1 <= len(err.splitlines()) <= 2, err
            assert "Traceback" not in err
        else:
            assert not err
        return Done(done.stdout, err)

    def refused(self, *words, code=1, **environment):
        """Run a command that must be refused and change nothing; gives what was said."""
        before = self.dump(), self.files()
        done = self(*words, code=code, **environment)
        assert (self.dump(), self.files()) == before
        assert not done.raw or code == 2
        return done.err

    def dump(self):
        """Everything in the campaign as SQL, but the holidays it looked up and SQLite's own counters."""
        if not self.campaign.exists():
            return ""
        with closing(sqlite3.connect(self.campaign)) as connection:
            lines = connection.iterdump()
            return "\n".join(line for line in lines if not ("holidays" in line or '"sqlite_sequence"' in line))

    def files(self):
        """The names of all files, but those that SQLite keeps beside an open campaign."""
        return {path for path in self.home.rglob("*") if not path.name.endswith(("-wal", "-shm"))}

    def talk(self, *words, say, code=0):
        """Run a command at an 80x24 terminal; each `(wait for, then type)` of `say` in turn; gives the screen."""
        pytest.importorskip("pty", reason="a terminal of its own needs a POSIX system")
        import fcntl
        import pty
        import struct
        import termios

        ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        process = subprocess.Popen(
            [sys.executable, "-m", "infoint", *map(str, words)],
            env=self.environment(TERM="xterm", LC_ALL="C.UTF-8"),
            cwd=self.home,
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),  # noqa: PLW1509 - Ctrl-C comes from a terminal
        )
        os.close(theirs)
        try:
            screen = _converse(ours, say)
            assert process.wait(PATIENCE) == code, screen
        finally:
            process.kill()
            process.wait()
            os.close(ours)
        assert "Traceback" not in screen
        return screen


def _wait_for_keys(terminal, seconds):
    """A single key is only read once the program has changed the terminal's mode."""
    import termios

    for _ in range(int(seconds / 0.05)):
        time.sleep(0.05)
        if not termios.tcgetattr(terminal)[3] & termios.ICANON:
            return


def _converse(terminal, say):
    seen, read = b"", 0
    for wanted, typed in say:
        while wanted.encode() not in seen[read:]:
            more = _listen(terminal)
            assert more, f"waiting for {wanted!r}:\n{seen.decode('utf-8', 'replace')}"
            seen += more
        read = seen.index(wanted.encode(), read) + len(wanted.encode())
        _wait_for_keys(terminal, seconds=2 if len(typed) == 1 and typed.isprintable() else 0.05)
        os.write(terminal, typed.encode())
    while more := _listen(terminal):
        seen += more
    return re.sub(r"\x1b\[[\d;]*m", "", seen.decode("utf-8").replace("\r\n", "\n"))


def _listen(terminal):
    """What comes next from the program, or nothing when it has ended."""
    ready, _, _ = select.select([terminal], [], [], PATIENCE)
    try:
        return os.read(terminal, 1 << 16) if ready else b""
    except OSError:
        return b""


@pytest.fixture(scope="session")
def make_user():
    """Somebody whose home is a given folder."""
    return User


@pytest.fixture
def newcomer(tmp_path):
    """Somebody who has not begun yet."""
    return User(tmp_path)


@pytest.fixture(scope="session")
def demo_files():
    """The made-up export and the made-up spreadsheet of letters."""
    return DEMO


@pytest.fixture(scope="session")
def _begun(tmp_path_factory):
    user = User(tmp_path_factory.mktemp("begun"))
    user(
        *("start", "--name", "Nadia Brandt", "--exploring", "museum work", "--timezone", "Europe/Berlin"),
        *("--email", "nadia@example.com", "--person", "Leila Sand, family, leila@example.com"),
        *("--person", "Tom Okoye, classmate", "--person", "Zoë Łukasz 李 🌱 שרה, zoe@example.org"),
    )
    user("import", DEMO / "Connections.csv")
    return user.campaign


@pytest.fixture
def user(_begun, tmp_path):
    """Nadia, with three people of her own and the 67 of the made-up export."""
    user = User(tmp_path)
    user.campaign.parent.mkdir()
    shutil.copy(_begun, user.campaign)
    return user


def _missing(how):
    """Skip, but where everything must be installed fail."""
    (pytest.fail if os.environ.get("INFOINT_CI") else pytest.skip)(how)


@pytest.fixture(scope="session")
def browser():
    """Chromium, where it is installed."""
    try:
        from playwright.sync_api import sync_playwright
    except ModuleNotFoundError:
        _missing('pip install -e ".[dev]"')
    path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if path is None:
        _missing("apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()
