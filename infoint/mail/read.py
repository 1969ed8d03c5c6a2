"""One message: its headers as bytes for a quick look, and what is parsed of it when it is wanted."""

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.message import Message
from email.utils import parseaddr, parsedate_to_datetime
from functools import cached_property
from hashlib import sha256
from html.parser import HTMLParser
from typing import NamedTuple

from infoint.errors import Problem
from infoint.mail.boxes import Item
from infoint.mail.words import LANGUAGES, listed, pattern

_UNREAD = listed("unread")
_ID = re.compile(r"<([^<>\s]{1,300})>")
_OPENING = 3000
"""How much of a letter is looked at for what it asks (ours)."""
_ODD = timedelta(days=2)
"""A date that is further than this from that of its arrival is not believed (ours)."""


class Address(NamedTuple):
    """A name and an address, in lower case."""

    name: str
    email: str

    @property
    def domain(self) -> str:
        """What stands behind the @."""
        return self.email.rpartition("@")[2]


class Head:
    """The headers of a message as bytes, for a quick look."""

    __slots__ = ("low", "raw")

    def __init__(self, raw: bytes) -> None:
        self.raw = b"\n" + raw
        self.low = self.raw.lower()

    def field(self, name: bytes) -> bytes:
        """The first field of a name, which is given in lower case, with all its lines."""
        mark = b"\n" + name + b":"
        if (found := self.low.find(mark)) < 0:
            return b""
        start = found + len(mark)
        end = self.raw.find(b"\n", start)
        while end >= 0 and self.raw[end + 1 : end + 2] in (b" ", b"\t"):
            end = self.raw.find(b"\n", end + 1)
        return self.raw[start : end if end >= 0 else None].strip()

    @property
    def sender(self) -> bytes:
        """The whole From line, in lower case."""
        return self.field(b"from").lower()

    @property
    def sender_name(self) -> str:
        """The name of who wrote it, as far as it can be read."""
        return parseaddr(_decoded(self.field(b"from")))[0]

    @property
    def references(self) -> set[str]:
        """The ids of all messages it refers to."""
        lines = self.field(b"in-reply-to") + b" " + self.field(b"references")
        return set(_ID.findall(lines.decode("latin-1"))) if lines != b" " else set()

    @property
    def is_report(self) -> bool:
        """Whether its form is that of a delivery report."""
        low = self.low
        return b"multipart/report" in low or b"\nx-failed-recipients:" in low or self.field(b"return-path") == b"<>"


@dataclass(frozen=True, kw_only=True)
class Mail:
    """One message, as far as it is of any use here.

    `id` is its Message-ID, or a fingerprint where it has none. `at` is when it was sent, or when it
    came in where that date cannot be; None when neither is known. `references` are the ids of the
    messages before it, the nearest first.
    """

    id: str
    at: datetime | None
    sender: Address
    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    subject: str = ""
    references: tuple[str, ...] = ()
    body: str = ""
    source: str = ""
    message: Message = field(default_factory=Message, repr=False, compare=False)

    @cached_property
    def text(self) -> str:
        """What was written newly: the body without what it quotes, and without a signature."""
        return own_text(self.body)

    @cached_property
    def opening(self) -> str:
        """Its first words without what it quotes: what a look at the user's own letters needs."""
        text = _BEFORE_QUOTE.split(self.body[:_OPENING].replace("\r\n", "\n"), maxsplit=1)[0]
        return "\n".join(line for line in text.splitlines() if not line.startswith(">"))

    @property
    def quotes(self) -> bool:
        """Whether it brings what it answers with it, as most people's mail programs make it do."""
        return bool(_BEFORE_QUOTE.search(self.body) or "\n>" in f"\n{self.body}")

    def header(self, name: str) -> str:
        """The value of a header without its parameters, in lower case; "" where there is none."""
        return str(self.message.get(name, "")).partition(";")[0].strip().casefold()

    @property
    def everybody(self) -> tuple[Address, ...]:
        """All whom it names as recipients."""
        return self.to + self.cc


Wanted = Callable[[Head], bool]
BROKEN = (ValueError, LookupError, RecursionError, TypeError, AttributeError)
"""What the libraries may answer to a message that is broken."""


def mails(items: Iterable[Item], source: str = "", wanted: Wanted = lambda _: True) -> Iterator[Mail | Problem]:
    """Every message whose headers are wanted; spam, trash, chats and drafts are left out.

    What cannot be read is told as a Problem.
    """
    for number, item in enumerate(items, 1):
        head = Head(item.raw[: _end_of_head(item.raw)])
        if left_out(head) or not wanted(head):
            continue
        if not (raw := item.whole() if item.whole else item.raw):
            continue  # it was there a moment ago
        try:
            yield mail(raw, f"{source}, message {number}")
        except BROKEN as error:
            yield Problem(source, number, f"this message cannot be read ({type(error).__name__})", skipped=True)


def mail(raw: bytes, source: str = "") -> Mail:
    r"""Read one message of bytes.

    >>> letter = mail(b"From: Dana <D@Example.com>\nSubject: =?utf-8?q?Z=C3=BCrich?=\n\nYes!\n\n> would you?\n")
    >>> letter.sender.email, letter.subject, letter.text, letter.at
    ('d@example.com', 'Zürich', 'Yes!', None)
    """
    from imap_tools import MailMessage

    found = MailMessage.from_bytes(raw)
    message = found.obj
    to, cc = (
        tuple(Address(it.name, it.email.casefold()) for it in them if it.email)
        for them in (found.to_values, found.cc_values)
    )
    sender = found.from_values
    told = Address(sender.name, sender.email.casefold()) if sender else Address("", "")
    ids = _ID.findall(str(message.get("Message-ID", "")))
    body = found.text or plain(found.html)
    parts = str(message.get("Date", "")), told.email, found.subject, body[:200]
    answered = _ID.findall(str(message.get("In-Reply-To", "")))
    before = _ID.findall(" ".join(map(str, message.get_all("References", []))))
    return Mail(
        id=ids[0] if ids else sha256("\n".join(parts).encode("utf-8", "replace")).hexdigest()[:32],
        at=_moment(message),
        sender=told,
        to=to,
        cc=cc,
        subject=" ".join(found.subject.split()),
        references=tuple(dict.fromkeys((*answered, *reversed(before)))),
        body=body.replace("\0", ""),
        source=source,
        message=message,
    )


def own_text(body: str) -> str:
    r"""What somebody wrote newly in a reply, in any of the languages that are known.

    >>> own_text("Gern!\n\nAm 3. März 2025 um 10:00 schrieb Robin Vega <robin@example.org>:\n> Hast du Zeit?")
    'Gern!'
    """
    from mailparser_reply import EmailReplyParser

    body = _BEFORE_QUOTE.split(body.replace("\r\n", "\n"), maxsplit=1)[0] or body
    lines = [line[:1000] for line in body[:20_000].splitlines() if not line.startswith(">")]
    return (EmailReplyParser(languages=LANGUAGES).parse_reply("\n".join(lines)) or "").strip()


_BEFORE_QUOTE = pattern("before_quote")


def left_out(head: Head) -> bool:
    """Whether its mailbox says that a message is spam, trash, a chat or a draft."""
    if status := head.field(b"x-mozilla-status"):
        with suppress(ValueError):
            return bool(int(status, 16) & 8)  # Thunderbird's mark of what was deleted
    labels = head.field(b"x-gmail-labels")
    return bool(labels) and bool(set(_decoded(labels).casefold().replace("\n", "").split(",")) & _UNREAD)


def _decoded(value: bytes) -> str:
    from email.header import decode_header

    from imap_tools.utils import decode_value

    text = re.sub(r"\s*\n\s+", " ", value.decode("utf-8", "replace"))
    return "".join(decode_value(*part) for part in decode_header(text)) if "=?" in text else text


def _moment(message: Message) -> datetime | None:
    """When it was sent; when it came in, where the first is missing or cannot be."""
    arrived = _date(str(message.get("Received", "")).rpartition(";")[2])
    sent = _date(str(message.get("Date", "")))
    return arrived if arrived and (sent is None or abs(sent - arrived) > _ODD) else sent


def _date(text: str) -> datetime | None:
    try:
        at = parsedate_to_datetime(" ".join(text.split()))
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


def _end_of_head(raw: bytes) -> int:
    ends = [place for mark in (b"\n\n", b"\n\r\n") if (place := raw.find(mark)) >= 0]
    return min(ends, default=len(raw))


# ---------------------------------------------------------------------- HTML


def plain(html: str) -> str:
    r"""The words of a page, without what it quotes.

    >>> plain("<style>p {}</style><p>Gladly.<br>Dana</p><blockquote>Would you?</blockquote>")
    'Gladly.\nDana'
    """
    page = _Page()
    with suppress(AssertionError):
        page.feed(html)
    return re.sub(r"\n{3,}", "\n\n", re.sub(r"[ \t]*\n[ \t]*", "\n", "".join(page.words))).strip()


class _Page(HTMLParser):
    """Collects the words of a page; what stands inside a quotation or a style is passed over."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.inside = 0

    def handle_starttag(self, tag: str, _: object) -> None:
        self.inside += tag in ("style", "script", "blockquote", "title")
        if tag in ("br", "p", "div", "tr", "li"):
            self.words.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self.inside = max(0, self.inside - (tag in ("style", "script", "blockquote", "title")))
        if tag == "p":
            self.words.append("\n")

    def handle_data(self, data: str) -> None:
        if not self.inside:
            self.words.append(re.sub(r"\s+", " ", data))
