"""How fast a whole mailbox is read, and in how much memory: infoint against a header-only pass of the standard library.

    python benchmarks/mail_speed.py [--messages 100000]

The mbox holds a few years of post: messages of 1 to 20 kB, every 500th with an attachment of 1 MB; six in ten are
newsletters and lists, three from 400 correspondents, one in ten is the user's own, half of these answers. Sixty people
of the campaign were written to and answered. The limit is `mailbox.mbox` with `email.parser.BytesHeaderParser`: each
message's From, To, Date, Subject and ids, in the same file. Ours is all of `campaign.sync`: the proposals are made.
Both run twice, in turn, each in a process of its own, and the best counts; memory is the peak of the whole
process. Then 100 messages are added, and what a second run reads is counted. Exits 1 when a bound is
broken.
"""

import argparse
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

START, NOW, ME = datetime(2023, 1, 2, 6, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC), "robin@example.org"
PEOPLE, CORRESPONDENTS, ADDED = 60, 400, 100
RATIO, PEAK = 1.5, 150
ASK = "I am exploring your field. Could we talk for 20 minutes about how you came to it?"
DAILY = tomllib.loads((Path(__file__).parent / "mail_sets/open/everyday.toml").read_text(encoding="utf-8"))
SENT, GOT = ([item[-1] for item in DAILY[name]] for name in ("sent", "got"))


def message(n: int, at: datetime, sender: str, to: str, subject: str, text: str, more: str = "") -> bytes:
    """A message with the headers that a mail server leaves, as a part of an mbox."""
    date = format_datetime(at)
    head = f"From {n}@xxx {at:%a %b %d %H:%M:%S} +0000 {at:%Y}\nX-GM-THRID: {n}\nX-Gmail-Labels: Inbox\n"
    head += f"Delivered-To: {to}\n"
    head += "".join(
        f"Received: from mx{i}.example.net by mx{i + 1}.example.org\n        with ESMTPS id a{n}; {date}\n"
        for i in range(3)
    )
    head += f"DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=example.net;\n        b={'Ab3x' * 80}\n"
    head += f"Message-ID: <{n}@example.net>\nDate: {date}\nFrom: {sender}\nTo: {to}\nSubject: {subject}\n{more}"
    return f"{head}MIME-Version: 1.0\n{text}\n\n".encode()


def body(chance: random.Random, texts: list[str], said: str = "") -> str:
    """1 to 20 kB: an everyday letter, and below it what it quotes."""
    size, text = int(1000 * 20 ** chance.random()), (said or chance.choice(texts)) + "\n\nOn Monday Robin wrote:"
    while len(text) < size:
        text += "\n> " + chance.choice(texts).replace("\n", "\n> ")
    return f"Content-Type: text/plain; charset=utf-8\n\n{text}"


def attached(chance: random.Random) -> str:
    """Words, and a picture of 1 MB."""
    lines = f"{chance.randbytes(57).hex()[:76]}\n" * 13_600
    kind = "Content-Type: image/jpeg\nContent-Transfer-Encoding: base64\n\n"
    parts = f"--part\n{body(chance, GOT)}\n--part\n{kind}{lines}\n--part--"
    return f'Content-Type: multipart/mixed; boundary="part"\n\n{parts}'


def post(count: int, first: int = 0) -> Iterator[bytes]:
    """The messages, in the order of their days."""
    chance = random.Random(first + 8)
    for n in range(first, first + count):
        at, kind = START + timedelta(minutes=10 * n), chance.random()
        who = f"Friend {chance.randrange(CORRESPONDENTS)}"
        address = f"{who.lower().replace(' ', '')}@mail.example.com"
        person = chance.randrange(PEOPLE)
        if n % 500 == 499:
            yield message(n, at, f"{who} <{address}>", ME, "The pictures", attached(chance))
        elif n % 307 == 0:
            yield message(
                n, at, ME, f"Person {person} <p{person}@firm{person}.example.com>", "Your work", body(chance, SENT, ASK)
            )
        elif n % 307 == 150:
            yield message(
                *(n, at, f"Person {person} <p{person}@firm{person}.example.com>", ME, "Re: Your work"),
                *(body(chance, GOT, "I'd be happy to talk."), f"In-Reply-To: <{n - 150}@example.net>\n"),
            )
        elif kind < 0.6:
            letter = f"News {n % 90} <news{n % 90}@shop.example.net>"
            listed = f"List-Id: <n{n % 90}.example.net>\n"
            yield message(n, at, letter, ME, "This week's news", body(chance, GOT), listed)
        elif kind < 0.9:
            yield message(n, at, f"{who} <{address}>", ME, "Monday", body(chance, GOT))
        else:
            more = f"In-Reply-To: <{n - 1}@example.net>\n" if kind < 0.95 else ""
            yield message(n, at, ME, f"{who} <{address}>", "Re: Monday", body(chance, SENT), more)


def limit(path: Path) -> dict[str, Any]:
    """The standard library alone."""
    import mailbox
    from email.parser import BytesHeaderParser

    began, count = time.perf_counter(), 0
    parser = BytesHeaderParser()
    for found in mailbox.mbox(path, factory=parser.parse, create=False):
        _ = [found[name] for name in ("From", "To", "Date", "Subject", "Message-ID", "In-Reply-To", "References")]
        count += 1
    return {"seconds": time.perf_counter() - began, "peak": _held(), "read": count}


def ours(path: Path, *, take: bool = False) -> dict[str, Any]:
    """All of a sync with a campaign that lies beside the mailbox; what is sure is taken."""
    import infoint.campaign.reading
    import infoint.mail.boxes  # noqa: F401
    from infoint.campaign import Campaign

    count = 0

    def progress(items: Any, _what: str, _total: int) -> Any:
        nonlocal count
        for item in items:
            count += 1
            yield item

    with Campaign(path.with_suffix(".db"), clock=lambda: NOW) as campaign:
        began = time.perf_counter()
        found = campaign.sync(path, progress=progress)
        told = {"seconds": time.perf_counter() - began, "peak": _held(), "read": count, "found": len(found)}
        if take:
            campaign.accept(found)
    return told


def _held() -> float:
    """The most memory that this process has held, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def alone(what: str, path: Path, *more: str) -> dict[str, Any]:
    """One of them in a process of its own."""
    run = subprocess.run(
        [sys.executable, __file__, "--alone", what, str(path), *more], capture_output=True, text=True, check=False
    )
    if run.returncode:
        sys.exit(run.stderr)
    return dict(json.loads(run.stdout))


def campaign_at(path: Path) -> None:
    """A campaign that knows the sixty."""
    from infoint.campaign import Campaign
    from infoint.people import Person, Profile

    with Campaign(path, create=True, clock=lambda: NOW) as campaign:
        campaign.profile = Profile(name="Robin", email=ME)
        for n in range(PEOPLE):
            campaign.add(Person(name=f"Person {n}", email=f"p{n}@firm{n}.example.com"))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--messages", type=int, default=100_000)
    parser.add_argument("--alone", nargs=2, metavar=("WHAT", "FILE"), help=argparse.SUPPRESS)
    parser.add_argument("--take", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.alone:
        what, path = given.alone[0], Path(given.alone[1])
        print(json.dumps(limit(path) if what == "limit" else ours(path, take=given.take)))
        return 0
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "All mail.mbox"
        with path.open("wb") as file:
            file.writelines(post(given.messages))
        campaign_at(path.with_suffix(".db"))
        print(f"{given.messages:,} messages, {path.stat().st_size / 1e6:,.0f} MB", flush=True)
        tries = [(alone("limit", path), alone("ours", path)) for _ in range(2)]
        bare, full = (min(them, key=lambda it: it["seconds"]) for them in zip(*tries, strict=True))
        peak = max(own["peak"] for _, own in tries)
        ratio = full["seconds"] / bare["seconds"]
        print(f"headers alone   {bare['seconds']:7.1f} s   {bare['peak']:5.0f} MB   {bare['read']:,} messages")
        print(f"infoint sync    {full['seconds']:7.1f} s   {peak:5.0f} MB   {full['found']:,} proposals")
        print(f"ratio           {ratio:7.2f}     at most {RATIO};   memory at most {PEAK} MB")
        alone("ours", path, "--take")
        with path.open("ab") as file:
            file.writelines(post(ADDED, given.messages))
        again = alone("ours", path)
        print(f"{ADDED} more      {again['seconds']:7.2f} s             {again['read']:,} read, each looked at twice")
    return int(ratio > RATIO or peak > PEAK or again["read"] > 2 * ADDED)


if __name__ == "__main__":
    sys.exit(main())
