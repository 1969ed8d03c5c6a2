"""What a message is: delivery report, automatic reply, list mail, invitation, or what a human wrote; in that order.

The order matters: half of all delivery reports also say that they are automatic (280 of 606 real ones).
"""

import logging
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from email.message import Message
from typing import Any, Literal

from infoint.mail.automatic import ANSWERS, AUTOMATIC_SUBJECTS, LISTS, automatic, back, reads_automatic, subject
from infoint.mail.read import Mail
from infoint.mail.words import pattern, sentence

Kind = Literal["bounce", "report", "automatic", "list", "invitation", "human"]
_NAMES = """bounce_senders bounce_subjects bounce_text delayed no yes another_time"""
_WORDS = {name: pattern(name) for name in _NAMES.split()}
_ADDRESS = re.compile(r"[\w.+%=&'-]+@[\w-]+(?:\.[\w-]+)+")
_QUOTED_ID = re.compile(r"^>? ?message-id:\s*<([^<>\s]{1,300})>", re.IGNORECASE | re.MULTILINE)
_KNOWN_ACTIONS = ("delayed", "delivered", "relayed", "expanded")
"""What RFC 3464 has beside "failed"; what some servers write instead ("failure", "error") is a failure too."""
_BOUNCE_LOG = logging.getLogger("flufl.bounce")


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk:
    """A talk as an invitation has it; `answer` is what was answered to ours (accepted, declined, tentative)."""

    method: str
    answer: str = ""
    start: datetime | None = None
    minutes: int | None = None
    place: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a message was found to be.

    A "bounce" could not be delivered, a "report" tells of a delay or a delivery. `failed` are the
    addresses that a report names, `about` the ids of the messages it is about. `until` is when an
    absence ends; that a reply is automatic may be told `by_words` alone, by no header and no subject.
    A human `says` "no" or "yes" as far as `phrase` shows it: nothing more is known.
    """

    kind: Kind
    phrase: str = ""
    failed: tuple[str, ...] = ()
    about: tuple[str, ...] = ()
    until: date | None = None
    by_words: bool = False
    says: Literal["", "no", "yes"] = ""
    talk: Talk | None = None


def classify(mail: Mail) -> Found:
    r"""Tell what a message is.

    >>> from infoint.mail.read import mail
    >>> classify(mail(b"Subject: Automatische Antwort: Kaffee?\n\nIch bin im Urlaub.\n")).kind
    'automatic'
    >>> classify(mail(b"Subject: Re: Coffee?\n\nUnfortunately I can't help with this.\n")).says
    'no'
    """
    talk = _talk(mail.message)
    if found := _report(mail):
        return found
    if (why := automatic(mail)) and not (talk and why == "auto-generated"):
        return Found(kind="automatic", phrase=why, until=back(mail))
    if not talk and (why := reads_automatic(mail)):
        return Found(kind="automatic", phrase=why, until=back(mail), by_words=not subject(mail.subject))
    if any(name in mail.message for name in LISTS) or mail.header("Precedence") in ("list", "bulk", "junk"):
        return _human(mail, "list")
    if talk:
        return Found(kind="invitation", phrase=f"{talk.method} {talk.answer}".strip(), talk=talk)
    return _human(mail, "human")


def _human(mail: Mail, kind: Kind) -> Found:
    no, yes = (_WORDS[name].search(mail.text[:3000]) for name in ("no", "yes"))
    taken_back = no and yes and no.end() <= yes.start() and not re.search("[.!?]", mail.text[no.end() : yes.start()])
    if no and not taken_back and not _WORDS["another_time"].search(mail.text[:3000]):
        return Found(kind=kind, says="no", phrase=sentence(mail.text, no))
    return Found(kind=kind, says="yes", phrase=sentence(mail.text, yes)) if yes and not no else Found(kind=kind)


# ---------------------------------------------------------------------- reports


def _report(mail: Mail) -> Found | None:
    """A report of the mail system, by its parts (RFC 3464), by the many forms that flufl.bounce knows, or by words."""
    told = list(_statuses(mail.message))
    about = tuple(dict.fromkeys((*_quoted_ids(mail), *mail.references)))
    failed = tuple(dict.fromkeys(address for action, address in told if action not in _KNOWN_ACTIONS))
    if failed:
        return Found(kind="bounce", failed=failed, about=about, phrase="Action: failed")
    if told:
        return Found(kind="report", failed=tuple(a for _, a in told), about=about, phrase=f"Action: {told[0][0]}")
    null = mail.header("Return-Path") == "<>" or "<>" in str(mail.message.get("From", ""))
    daemon = bool(
        _WORDS["bounce_senders"].search(mail.sender.email) or _WORDS["bounce_senders"].search(mail.sender.name)
    )
    named = _ADDRESS.findall(str(mail.message.get("X-Failed-Recipients", "")))
    subject = bool(_WORDS["bounce_subjects"].search(mail.subject)) and not (
        ANSWERS.match(mail.subject) or mail.references  # then somebody answers
    )
    marks = (null, daemon, bool(named), subject, mail.message.get_content_type() == "multipart/report")
    if not any(marks) or AUTOMATIC_SUBJECTS.search(mail.subject):
        return None
    words = _WORDS["bounce_text"].search(mail.body[:20_000])
    if mail.message.get_param("report-type") == "disposition-notification" and not (daemon and words):
        return None
    temporary, permanent = _failures(mail.message)
    if (
        permanent
        or named
        or (words and (daemon or (subject and _ADDRESS.search(mail.body))) and not temporary and not _delayed(mail))
    ):
        found = tuple(named) or permanent or tuple(_ADDRESS.findall(mail.body[:20_000].casefold())[:20])
        failed = tuple(dict.fromkeys(address.casefold() for address in found))
        return Found(kind="bounce", failed=failed, about=about, phrase=sentence(mail.body, words) if words else "")
    return Found(kind="report", failed=temporary, about=about) if temporary or _delayed(mail) else None


def _delayed(mail: Mail) -> bool:
    return bool(_WORDS["delayed"].search(f"{mail.subject}\n{mail.body[:5000]}"))


def _statuses(message: Message) -> Iterator[tuple[str, str]]:
    """Action and address of every recipient that a report in the form of RFC 3464 names."""
    for part in message.walk():
        if part.get_content_type() in ("message/delivery-status", "message/global-delivery-status"):
            blocks = part.get_payload()
            for block in blocks if isinstance(blocks, list) else ():
                if isinstance(block, Message) and (
                    action := str(block.get("Action", "")).split("(")[0].strip().casefold()
                ):
                    told = f"{block.get('Original-Recipient', '')} {block.get('Final-Recipient', '')}"
                    yield from ((action, address.casefold()) for address in _ADDRESS.findall(told))


def _failures(message: Message) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Who could not be reached for now, and who for good, as flufl.bounce sees it."""
    from flufl.bounce import all_failures

    if not _BOUNCE_LOG.handlers:  # it logs its own failures: with nobody listening they are not for the user's screen
        _BOUNCE_LOG.addHandler(logging.NullHandler())
    with suppress(Exception):  # whatever a broken report does to it, the words are still looked at
        temporary, permanent = all_failures(message)
        return tuple(_text(it) for it in temporary), tuple(_text(it) for it in permanent)
    return (), ()


def _text(address: bytes | str) -> str:
    return (address.decode("utf-8", "replace") if isinstance(address, bytes) else address).casefold()


def _quoted_ids(mail: Mail) -> Iterator[str]:
    """The ids of the messages that a report brings back."""
    for part in mail.message.walk():
        if part.get_content_type() in ("text/rfc822-headers", "text/rfc822", "message/rfc822-headers"):
            payload = part.get_payload(decode=True)
            yield from _QUOTED_ID.findall(payload.decode("latin-1") if isinstance(payload, bytes) else "")
        elif part is not mail.message and "Message-ID" in part:
            yield from re.findall(r"<([^<>\s]+)>", str(part["Message-ID"]))
    yield from _QUOTED_ID.findall(mail.body)


# ---------------------------------------------------------------------- invitations


def _talk(message: Message) -> Talk | None:
    """The talk of the first calendar part that asks, answers, moves or cancels."""
    for part in message.walk():
        if part.get_content_type() in ("text/calendar", "application/ics"):
            with suppress(Exception):  # a calendar that cannot be read is none
                if talk := _from_calendar(part):
                    return talk
    return None


def _from_calendar(part: Message) -> Talk | None:
    from icalendar import Calendar

    payload = part.get_payload(decode=True)
    calendar: Any = Calendar.from_ical(payload if isinstance(payload, bytes) else str(payload).encode())
    method = str(calendar.get("METHOD") or part.get_param("method") or "").upper()
    event = next(iter(calendar.walk("VEVENT")), None)
    if event is None or method not in ("REQUEST", "REPLY", "COUNTER", "CANCEL"):
        return None
    attendee = event.get("ATTENDEE", [])
    attendees = attendee if isinstance(attendee, list) else [attendee]
    answers = [str(it.params.get("PARTSTAT", "")).casefold() for it in attendees]
    talk = Talk(method=method.casefold(), place=str(event.get("LOCATION", ""))[:200])
    talk = replace(talk, answer=next(filter(None, answers), "")) if method == "REPLY" else talk
    start = event["DTSTART"].dt if "DTSTART" in event else None
    if not isinstance(start, datetime) or start.tzinfo is None:
        return talk
    end = event["DTEND"].dt if "DTEND" in event else start + event["DURATION"].dt if "DURATION" in event else None
    minutes = int((end - start).total_seconds() // 60) if isinstance(end, datetime) else None
    return replace(talk, start=start.astimezone(UTC), minutes=minutes if minutes and 1 <= minutes <= 1000 else None)
