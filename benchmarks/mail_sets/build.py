"""The made mail sets: raw messages and what is true of each, in two halves.

    python benchmarks/mail_sets/build.py open /tmp/sets
    python benchmarks/mail_sets/build.py kept /tmp/sets --bounces flufl_bounce-6.0.0.tar.gz

Written from knowledge of real mail and from the issue's list, before and without a look at the rules they will judge; all people,
firms and addresses are made up (example.com, .org, .net and their subdomains), no text is taken from anywhere. Develop against
`open` only; the files of `kept` are not to be read and are scored once, at the end. The two halves share the code here, which
puts headers, MIME and quotation around the texts, and nothing else: other people, texts, servers and mixes of cases. Numbers
below are for a half; everything is the same at each run (no clock, seeds fixed).

reports      30 in RFC 3464 form (or, 1, a read receipt), each text and status written by hand in the manner of a server:
             20 are failures; 5 (open) and 6 (kept) delays; the rest relayed, delivered, expanded, receipts, and one
             failure of a letter that was never ours. A third carry the letter, nearly a half its headers, 7 nothing;
             a quarter name it in In-Reply-To or References. Texts in English, German, French, Spanish, and in the kept
             half also Dutch, Swedish, Italian, Portuguese. Label failed: addresses of ours that failed for good.
automatic    30 by hand in eight languages: 18 with a return date in some form (in the subject alone, without a year,
             "next Monday"), the others receipts, people who left or are away for good; 22 (open) and 25 (kept) carry headers that
             say so or name the letter. Label back: the first day back, or the last day away where only that is given; also: days as right.
human        30 by hand: 16 would talk (yes), 14 are other things; many speak of leave, receipts and failed delivery.
later        more writers' automatic replies (64, a quarter without any header, four with no more than In-Reply-To) and replies by
             people (192), in eight languages; written after the rest had been scored, scored once (mail_quality.md).
declines     20 by hand, from "Pass" to an afternoon and a pot of tea; words: the words that say it.
invitations  15: requests, replies of each PARTSTAT, counters, cancellations; 5 or 7 with Windows names of zones.
threads      100 by seed from rows (letters, sender, ids, subject, label) that take turns through six programs' habits; see
             threads.py for the label. 76 answer a letter for sure, 7 possibly, 17 answer none (a list copy is a second message).
mailbox      1,000 threads (about 1,900 messages) by seed from 42 asks and 85 everyday templates: 5% asks, 35% other first
             letters to one person, 3% to several, 57% begun by others. mailbox.json: the asks.
bounces      the 117 sample messages of flufl.bounce 6.0.0, labelled by hand in bounces.toml (104 failed, 11 delayed, 2 no
             report); read from the source distribution, which is checked by its sha256 and stays where it is.

Known limits: one user, one sender address; quoted letters are short; threads and mailbox repeat their texts; no message is broken
on purpose (hostile mail has its own tests).
"""

import argparse
import hashlib
import io
import json
import sys
import tarfile
import tomllib
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parseaddr
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

from made_mailbox import made_mailbox
from post import (
    HERE,
    ME,
    NAME,
    Sample,
    encoded,
    fill,
    html,
    letter,
    load,
    mailbox,
    many,
    message,
    part,
    quoted,
    text_end,
)
from threads import threads

START = datetime(2026, 5, 4, 8, 0, tzinfo=UTC)


def reports(half: str) -> list[Sample]:
    """Delivery reports; the label's failed names the addresses of ours that failed for good."""
    data = load(half, "reports")
    return [_report(half, n, item, data) for n, item in enumerate(data["report"])]


def _report(half: str, n: int, item: dict[str, Any], data: dict[str, Any]) -> Sample:
    when = START + timedelta(hours=7 * n)
    to, ident = item["to"], f"<letter.{half}.{n}@example.org>"
    local, _, domain = to.partition("@")
    subject = data["subjects"][n % len(data["subjects"])]
    values = {
        "to": to,
        "local": local,
        "domain": domain,
        "id": ident,
        "subject": subject,
        "me": ME,
        "date": format_datetime(when),
    }
    ours = letter(
        to, subject, fill(data["letters"][n % len(data["letters"])], **values), ident, when, item.get("cc", "")
    )
    text = fill(item["text"], **values)
    cte = item.get("cte", "8bit")
    first = text_end(text, cte)
    if item.get("html"):
        first = many(
            "alternative", [first, part("text/html; charset=utf-8", html(text), "quoted-printable")], f"=_alt{n}"
        )
    kind = "disposition-notification" if item.get("mdn") else "delivery-status"
    status = ("\n".join([f"Content-Type: message/{kind}", "", fill(item["status"], **values).strip("\n"), ""])).encode()
    parts = [first, status.replace(b"\n", b"\r\n")]
    if item["original"] == "full":
        parts.append(b"Content-Type: message/rfc822\r\n\r\n" + ours)
    elif item["original"] == "headers":
        parts.append(b"Content-Type: text/rfc822-headers\r\n\r\n" + ours.partition(b"\r\n\r\n")[0] + b"\r\n")
    fields = [
        ("Return-Path", "" if item.get("mdn") else "<>"),
        ("Date", format_datetime(when + timedelta(minutes=3 + 50 * n))),
        ("From", mailbox(item["sender"])),
        ("To", ME),
        ("Subject", encoded(fill(item["subject"], **values))),
        ("Message-ID", f"<report.{half}.{n}@{parseaddr(item['sender'])[1].partition('@')[2] or 'mx.example.net'}>"),
    ]
    end = many("report", parts, f"{n}.{half}/mx.example.net", f" report-type={kind};")
    label = {"failed": item.get("failed", [to]), "letter": None if item.get("unwritten") else ident}
    letters = () if item.get("unwritten") else (ours,)
    return Sample(
        "reports", item["name"], message(fields, end, fill(item.get("headers", ""), **values)), label, letters
    )


def automatic(half: str) -> list[Sample]:
    """Automatic replies; the label's back is the return date or None, also lists dates as good."""
    found = []
    for n, item in enumerate(load(half, "automatic")["automatic"]):
        sent = datetime.fromisoformat(item["sent"])
        subject, ident = SUBJECTS[n % len(SUBJECTS)], f"<auto.letter.{half}.{n}@example.org>"
        ours = letter(item["sender"], subject, LETTER, ident, sent - timedelta(minutes=1 + n % 3))
        values = {"s": subject, "id": ident}
        fields = [
            ("Message-ID", f"<auto.{half}.{n}@{parseaddr(item['sender'])[1].partition('@')[2]}>"),
            ("Date", format_datetime(sent)),
            ("From", mailbox(item["sender"])),
            ("To", f"{NAME} <{ME}>"),
            ("Subject", encoded(fill(item["subject"], **values))),
        ]
        cte = ("8bit", "quoted-printable", "base64")[n % 3]
        raw = message(fields, text_end(item["text"], cte), fill(item.get("headers", ""), **values))
        label = {"lang": item["lang"], "back": item.get("back"), "also": item.get("also", []), "letter": ident}
        found.append(Sample("automatic", f"{item['lang']}-{n:02}", raw, label, (ours,)))
    return found


def replies(half: str, what: str) -> list[Sample]:
    """Replies by people: human (yes or other) and declines; the label's text is what they wrote themselves.

    Where the set says nothing of it, the habits of mail programs take turns: what they quote, and one in eight without ids.
    """
    found = []
    for n, item in enumerate(load(half, what)["reply"]):
        quote = item.get("quote", QUOTES[n % len(QUOTES)])
        ids = () if "quote" not in item and n % 8 == 5 else ("In-Reply-To", "References")
        when = START + timedelta(days=n // 3, hours=n % 9)
        subject, ident = SUBJECTS[n % len(SUBJECTS)], f"<{what}.letter.{half}.{n}@example.org>"
        ours = letter(item["sender"], subject, LETTER, ident, when)
        later = when + timedelta(hours=5 + 11 * (n % 5))
        who, address = parseaddr(item["sender"])
        prefix = {"outlook": "RE: ", "thunderbird": "AW: " if n % 2 else "Re: "}.get(quote, "Re: ")
        fields = [
            ("Message-ID", f"<{what}.{half}.{n}@{address.partition('@')[2]}>"),
            ("Date", format_datetime(later)),
            ("From", mailbox(item["sender"])),
            ("To", f"{NAME} <{ME}>"),
            ("Subject", encoded(fill(item.get("subject", prefix + "{s}"), s=subject))),
            *((name, ident) for name in ids),
            ("X-Auto-Response-Suppress", "DR, OOF" if quote == "outlook" and n % 2 else ""),
        ]
        raw = message(fields, quoted(item["text"], quote, LETTER, when, who, subject))
        label = {"answer": item.get("answer", "no"), "words": item.get("words"), "text": item["text"], "letter": ident}
        found.append(Sample(what, f"{half}-{n:02}", raw, label, (ours,)))
    return found


def later() -> list[Sample]:
    """What two more writers wrote, after the halves had been scored: automatic replies and replies by people."""
    made = {"automatic": automatic, "human": lambda half: replies(half, "human")}
    return [it for half, sets in LATER.items() for what in sets for it in made[what](half)]


def invitations(half: str) -> list[Sample]:
    """Calendar messages; the label's kind and start (UTC, or a day)."""
    data, found = load(half, "invitations"), []
    for n, item in enumerate(data["invitation"]):
        zone = item.get("zone_inline") or data["zones"].get(item.get("zone", ""), "")
        lines = ["BEGIN:VCALENDAR", f"METHOD:{item['method']}", f"PRODID:{item['prodid']}", "VERSION:2.0"]
        lines += zone.strip().split("\n") if zone else []
        lines += [
            "BEGIN:VEVENT",
            "DTSTAMP:20260501T080000Z",
            *item["event"].strip().split("\n"),
            "END:VEVENT",
            "END:VCALENDAR",
            "",
        ]
        calendar = part(
            f"text/calendar; charset=utf-8; method={item['method']}", "\n".join(lines), "base64" if n % 2 else "8bit"
        )
        words = text_end(item["text"])
        if item["place"] == "only":
            end = calendar
        elif item["place"] == "alternative":
            end = many("alternative", [words, calendar], f"cal{n}")
        else:
            named = b'Content-Disposition: attachment; filename="invite.ics"\r\n'
            end = many("mixed", [words, named + calendar], f"cal{n}")
        when = START + timedelta(hours=3 * n)
        fields = [
            ("Message-ID", f"<cal.{half}.{n}@{parseaddr(item['sender'])[1].partition('@')[2]}>"),
            ("Date", format_datetime(when)),
            ("From", mailbox(item["sender"])),
            ("To", f"{NAME} <{ME}>"),
            ("Subject", encoded(item["subject"])),
        ]
        label = {"kind": item["kind"], "method": item["method"], "starts": item["starts"]}
        found.append(Sample("invitations", f"{item['kind']}-{n:02}", message(fields, end), label))
    return found


LATER = {"later/one": ("automatic", "human"), "later/two": ("automatic", "human"), "later/three": ("human",)}
"""Sets by five more writers, of automatic replies and replies by people alone."""
QUOTES = ("gmail", "outlook", "apple", "thunderbird", "phone", "html", "none")
SUBJECTS = (
    "A quarter of an hour about your work?",
    "Your talk on open data",
    "How did you get into this field?",
    "Question from a reader",
    "Advice on a change of career",
    "Hello from Robin Ferrier",
    "Storage, tariffs and a question",
)
LETTER = """\
Hello,

I came across your work and am curious how you got there. I am not asking for a job: I am trying to learn what the days are like.
Would you have fifteen minutes for a call next week or the week after? I am out of office on Friday but free otherwise.

Best wishes
Robin Ferrier
"""


def singles(half: str) -> list[Sample]:
    """All sets of a half but the mailbox."""
    return [
        *reports(half),
        *automatic(half),
        *replies(half, "human"),
        *replies(half, "declines"),
        *invitations(half),
        *threads(half),
    ]


def bounces(sdist: Path) -> list[Sample]:
    """The sample messages of flufl.bounce, from its source distribution, with our labels; the archive is checked first."""
    labels = tomllib.loads((HERE / "bounces.toml").read_text("utf-8"))
    data = Path(sdist).read_bytes()
    if hashlib.sha256(data).hexdigest() != labels["sha256"]:
        raise SystemExit(f"{sdist} is not the {labels['sdist']} that was labelled: its sha256 differs")
    root = labels["sdist"].removesuffix(".tar.gz")
    with tarfile.open(fileobj=io.BytesIO(data)) as archive:
        return [
            Sample("bounces", name, archive.extractfile(f"{root}/{labels['folder']}/{name}.txt").read(), label)
            for name, label in labels["messages"].items()
        ]


def write(samples: list[Sample], folder: Path) -> None:
    """Each sample as NAME.eml with its letters as NAME.sent-1.eml and so on; the labels of a set in one labels.json."""
    labels: dict[str, dict[str, Any]] = {}
    for sample in samples:
        place = folder / sample.set
        place.mkdir(parents=True, exist_ok=True)
        (place / f"{sample.name}.eml").write_bytes(sample.raw)
        for n, sent in enumerate(sample.letters, 1):
            (place / f"{sample.name}.sent-{n}.eml").write_bytes(sent)
        labels.setdefault(sample.set, {})[sample.name] = sample.label
    for name, each in labels.items():
        (folder / name / "labels.json").write_text(json.dumps(each, indent=1, ensure_ascii=False), "utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("half", choices=("open", "kept"))
    parser.add_argument("folder", type=Path)
    parser.add_argument("--bounces", type=Path, help="the source distribution of flufl.bounce 6.0.0")
    options = parser.parse_args()
    samples = singles(options.half) + (bounces(options.bounces) if options.bounces else [])
    write(samples, options.folder / options.half)
    mbox, asks = made_mailbox(options.half)
    (options.folder / options.half / "mailbox.mbox").write_bytes(mbox)
    (options.folder / options.half / "mailbox.json").write_text(json.dumps(asks, indent=1, ensure_ascii=False), "utf-8")
    print(f"{len(samples)} messages in {options.folder / options.half}")


if __name__ == "__main__":
    main()
