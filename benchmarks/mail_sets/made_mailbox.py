"""One made mailbox a half: a year of everyday mail in which one thread in twenty is an ask for a talk or for advice."""

import random
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parseaddr
from typing import Any

from post import ME, NAME, encoded, load, message, page_end, quoted, text_end
from threads import Person

START = datetime(2025, 6, 2, 6, 0, tzinfo=UTC)
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
HEADERS = {
    "bulk": "List-Unsubscribe: <https://example.com/u/{n}>\nPrecedence: bulk",
    "list": "List-Id: <{tag}.lists.example.org>\nList-Post: <mailto:{tag}@lists.example.org>\nPrecedence: list",
}
ASKS, SENT, MANY = 0.05, 0.35, 0.03  # shares of the threads; all others are begun by somebody else


def made_mailbox(half: str, seed: int = 8, size: int = 1000) -> tuple[bytes, list[dict[str, str]]]:
    """The mbox and, for each ask in it, its Message-ID, the person it went to, its day and its subject."""
    rng = random.Random(f"{half} {seed}")
    asks, daily = load(half, "asks"), load(half, "everyday")
    order = [each for _ in range(size // len(asks["asks"]) + 1) for each in rng.sample(asks["asks"], len(asks["asks"]))]
    kinds = ["ask"] * round(size * ASKS) + ["sent"] * round(size * SENT) + ["many"] * round(size * MANY)
    kinds += ["got"] * (size - len(kinds))
    rng.shuffle(kinds)
    post: list[tuple[datetime, bytes]] = []
    found = []
    for n, kind in enumerate(kinds):
        at = START + timedelta(minutes=rng.randrange(525_600))
        words = _words(asks, daily, rng)
        person = Person(rng.choice(daily["firsts"]), rng.choice(daily["lasts"]), rng.choice(daily["houses"]))
        words["first"] = person.first
        ident = _ident(half, n, 0, ME)
        if kind == "ask":
            item = ["ask", *order.pop()]
            found.append(
                {
                    "id": ident,
                    "to": f"{person.local}@{person.house}",
                    "date": f"{at:%Y-%m-%d}",
                    "subject": _fill(item[1], words),
                }
            )
        else:
            item = rng.choice(daily[kind])
        post += _thread(half, n, kind, item, person, at, words, daily, rng)
    post.sort(key=lambda each: each[0])
    return b"".join(_mbox(at, raw) for at, raw in post), found


def _words(asks: dict[str, Any], daily: dict[str, Any], rng: random.Random) -> dict[str, str]:
    return {
        "topic": rng.choice(asks["topics"]),
        "firm": rng.choice(daily["houses"]).split(".")[0].title(),
        "person": f"{rng.choice(daily['firsts'])} {rng.choice(daily['lasts'])}",
        "item": rng.choice(daily["items"]),
        "town": rng.choice(daily["towns"]),
        "day": rng.choice(DAYS),
        "n": str(rng.randrange(11, 9800)),
    }


def _fill(text: str, words: dict[str, str]) -> str:
    for name, value in words.items():
        text = text.replace("{" + name + "}", value)
    return text


def _thread(
    half: str,
    n: int,
    kind: str,
    item: list[str],
    person: Person,
    at: datetime,
    words: dict[str, str],
    daily: dict[str, Any],
    rng: random.Random,
) -> list[tuple[datetime, bytes]]:
    """The first message and up to three answers, by turns; an ask may be nudged in its own thread."""
    mine = kind != "got"
    sort, subject, text = item[0], _fill(item[-2], words), _fill(item[-1], words)
    them = (item[1] if kind == "got" and item[1] else "") or person.sender("self")
    others = ""
    if kind == "many":
        more = [Person(rng.choice(daily["firsts"]), rng.choice(daily["lasts"]), person.house) for _ in range(2)]
        others = ", ".join(each.sender("self") for each in more)
    extra = _fill(HEADERS.get(sort, ""), words | {"tag": subject[1:].split("]")[0]})
    me = f"{NAME} <{ME}>"
    to = f"<{subject[1:].split(']')[0]}@lists.example.org>" if sort == "list" else me
    ids = [_ident(half, n, 0, me if mine else them)]
    ends = (
        text_end(text),
        text_end(text, "quoted-printable"),
        text_end(text, "base64"),
        page_end(text, f"=_{n}.{at:%d%H}"),
    )
    body = rng.choice(ends)
    head = [("From", me if mine else them), ("To", them if mine else to), ("Cc", others), ("Subject", encoded(subject))]
    found = [(at, _message(ids[0], at, head, [], body, extra))]
    first_at, by = at, me if mine else f"{parseaddr(them)[0] or 'they'} <{parseaddr(them)[1]}>"
    turns = 0 if sort in {"bulk", "list"} else rng.choice((0, 1, 1, 2, 3) if mine else (0, 1, 1, 2))
    if kind == "ask" and not turns:
        nudge = (
            f"Dear {person.first},\n\njust coming back to my note below. Would a short call still be possible?\n\nRobin"
        )
        found.append(_answer(_ident(half, n, 1, me), at + timedelta(days=9), (me, them), subject, ids, nudge))
    for turn in range(1, turns + 1):
        at += timedelta(minutes=rng.randrange(20, 6000))
        pair = (me, them) if mine == (turn % 2 == 0) else (them, me)
        ident = _ident(half, n, turn, pair[0])
        told = (text, by, first_at)
        found.append(_answer(ident, at, pair, subject, ids, _fill(rng.choice(daily["answers"]), words), told))
        ids.append(ident)
    return found


def _answer(
    ident: str,
    at: datetime,
    pair: tuple[str, str],
    subject: str,
    ids: list[str],
    text: str,
    told: tuple[str, str, datetime] | None = None,
) -> tuple[datetime, bytes]:
    head = [("From", pair[0]), ("To", pair[1]), ("Subject", encoded(f"Re: {subject}"))]
    asked, by, when = told or ("", "", at)
    style = ("gmail", "outlook", "none", "apple")[(len(ids) + len(asked)) % 4] if told else "none"
    end = quoted(text, style, asked, when, parseaddr(pair[0])[0], subject, by)
    return at, _message(ident, at, head, ids, end, "")


def _ident(half: str, n: int, turn: int, sender: str) -> str:
    return f"<{half}.{n}.{turn}@{parseaddr(sender)[1].partition('@')[2]}>"


def _message(ident: str, at: datetime, head: list[tuple[str, str]], ids: list[str], end: bytes, extra: str) -> bytes:
    fields = [("Message-ID", ident), ("Date", format_datetime(at)), *head]
    fields += [("In-Reply-To", ids[-1]), ("References", " ".join(ids))] if ids else []
    return message(fields, end, extra)


def _mbox(at: datetime, raw: bytes) -> bytes:
    """The message as it stands in an mbox: a From line, line ends of one sign, From in the body escaped."""
    lines = raw.replace(b"\r\n", b"\n").split(b"\n")
    lines = [b">" + line if line.lstrip(b">").startswith(b"From ") else line for line in lines]
    return f"From - {at:%a %b %d %H:%M:%S %Y}\n".encode() + b"\n".join(lines).rstrip(b"\n") + b"\n\n"
