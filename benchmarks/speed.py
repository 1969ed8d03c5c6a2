"""How fast the first room of everything is: ratios to a bare limit, each measured in one run.

    python benchmarks/speed.py

Every figure is the best of several tries, ours and the limit in turn, so that both meet the same
machine. Exits 1 when a ratio is above its bound.
"""

import csv
import dataclasses
import gc
import os
import random
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import infoint
from infoint.events import Event
from infoint.people import Person

EMAILS = 40
_IMPORTS = 7
NOW = datetime(2025, 3, 14, 15, tzinfo=UTC)


def best(ours: Callable[[], object], limit: Callable[[], object], tries: int) -> tuple[float, float]:
    """Seconds of the fastest run of both, run in turn."""
    found: list[list[float]] = [[], []]
    for _ in range(tries):
        for times, run in zip(found, (ours, limit), strict=True):
            gc.collect()
            start = time.perf_counter()
            run()
            times.append(time.perf_counter() - start)
    return min(found[0]), min(found[1])


def python(*arguments: str) -> Callable[[], object]:
    """A whole process of this Python; what it loads is compiled once and kept, as pip does it on installing."""
    slow = ("PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED")
    env = {key: value for key, value in os.environ.items() if key not in slow}
    env["PYTHONPYCACHEPREFIX"] = str(Path(tempfile.gettempdir()) / "infoint-compiled")
    return lambda: subprocess.run([sys.executable, *arguments], check=True, capture_output=True, env=env)


def start_up() -> tuple[float, float]:
    return best(python("-c", "import infoint"), python("-c", "pass"), 15)


def filled(path: Path, people: int, events: int) -> infoint.Campaign:
    """A campaign of so many made-up people and events."""
    chance = random.Random(1)
    campaign = infoint.Campaign(path, create=True, clock=lambda: NOW)
    campaign.profile = infoint.Profile(name="Robin Vega", exploring="energy", timezone="America/New_York")
    kinds = ["outreach_sent", "nudge_sent", "reply_received", "meeting_held", "thank_you_sent"]
    with campaign._journal.change("log", NOW) as writer:  # noqa: SLF001 - filling quickly is no user's job
        companies = [f"Company {n}" for n in range(people // 5)]
        relationships = ["friend", "classmate", "alum", "acquaintance", "stranger"]
        ids = [
            writer.add_person(
                Person(name=f"Person {n}", company=chance.choice(companies), relationship=chance.choice(relationships))
            ).id
            for n in range(people)
        ]
        for number in range(events):
            at = NOW - timedelta(days=chance.uniform(0, 200))
            person = ids[chance.randrange(people * 4 // 5)]
            writer.add_event(Event(person_id=person, kind=kinds[number % 5], at=at, channel="email"))
    return campaign


def today_command(folder: Path) -> tuple[float, float]:
    path = folder / "today.db"
    filled(path, 2_000, 10_000).close()
    command = python("-m", "infoint", "--campaign", str(path), "today")
    command()
    return best(command, python("-c", "import sqlite3"), 9)


def today_call(folder: Path) -> tuple[float, float]:
    path = folder / "call.db"
    campaign = filled(path, 2_000, 10_000)
    bare = sqlite3.connect(path)

    def fetch() -> list[tuple[object, ...]]:
        people = bare.execute("SELECT * FROM people").fetchall()
        return people + bare.execute("SELECT * FROM events").fetchall()

    return best(campaign.today, fetch, 15)


def export(folder: Path, rows: int = 30_000) -> Path:
    """A made-up export in LinkedIn's present shape."""
    path = folder / "Connections.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write('Notes:\n"When exporting your connection data, some addresses may be missing."\n\n')
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["First Name", "Last Name", "URL", "Email Address", "Company", "Position", "Connected On"])
        for n in range(rows):
            day = datetime(2012, 1, 1, tzinfo=UTC) + timedelta(days=n % 4000)
            email = f"p{n}@example.com" if n % EMAILS == 0 else ""
            url = f"https://www.linkedin.com/in/person-{n}"
            work = f"Company {n % 3000}", "Analyst"
            writer.writerow((f"First{n % 700}", f"Last{n % 9000}", url, email, *work, f"{day:%d %b %Y}"))
    return path


def import_file(folder: Path) -> tuple[float, float]:
    """The import into an empty campaign, and the rows of the file bare into a table of the same columns."""
    path, number = export(folder), iter(range(1000))
    names = ", ".join(field.name for field in dataclasses.fields(Person))
    empty: list[tuple[infoint.Campaign, sqlite3.Connection]] = []
    for _ in range(_IMPORTS):
        bare = sqlite3.connect(folder / f"bare{next(number)}.db")
        bare.executescript(f"PRAGMA journal_mode = WAL; CREATE TABLE people ({names}, change_id)")
        empty.append((infoint.open(folder / f"ours{next(number)}.db", create=True), bare))
    ours, limits = (iter(files) for files in zip(*empty, strict=True))

    def limit() -> None:
        with path.open(encoding="utf-8", newline="") as file, next(limits) as bare:
            rows = (
                (
                    f"{r[0]} {r[1]}",
                    r[2],
                    r[3],
                    r[4],
                    r[5],
                    "",
                    "acquaintance",
                    None,
                    1,
                    "",
                    r[2],
                    "",
                    "",
                    r[6],
                    "",
                    "",
                    1,
                )
                for r in csv.reader(file)
                if len(r) == 7
            )
            bare.executemany(f"INSERT INTO people VALUES ({', '.join('?' * 17)})", rows)

    found = best(lambda: next(ours).import_people(path), limit, _IMPORTS)
    campaign, bare = empty[0]
    assert len(campaign.everybody()) == 30_000
    assert bare.execute("SELECT count(*) FROM people").fetchone()[0] == 30_001  # the header with them
    assert campaign.find("first599 last8999").name == "First599 Last8999"
    return found


def main() -> int:
    bad = 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        season = "2,000 people, 10,000 events"
        rows = [
            ("import infoint", "python -c pass", 4, start_up),
            (f"infoint today, {season}", "python -c 'import sqlite3'", 12, lambda: today_command(folder)),
            ("30,000-row export to searchable people", "csv.reader and executemany", 4, lambda: import_file(folder)),
            (f"campaign.today(), {season}", "fetchall of their rows", 5, lambda: today_call(folder)),
        ]
        print(f"{'ours':46} {'limit':28} {'ms':>8} {'ms':>8} {'ratio':>6} {'bound':>6}")
        for ours, limit, bound, run in rows:
            one, other = run()
            bad += one / other > bound
            print(f"{ours:46} {limit:28} {one * 1000:8.1f} {other * 1000:8.1f} {one / other:6.1f} {bound:6}")
    return int(bad > 0)


if __name__ == "__main__":
    sys.exit(main())
