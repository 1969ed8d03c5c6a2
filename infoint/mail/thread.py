"""Which letter of ours a message answers: by ids first, then by address and subject, else only perhaps."""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from infoint.mail.read import Mail
from infoint.mail.words import listed, pattern
from infoint.people import fold

_PREFIX = re.compile(
    rf"^\s*(?:(?:{pattern('prefixes').pattern})\s*(?:\[\d+\]|\(\d+\))?\s*[:：]|\[[^\]]{{1,20}}\])\s*", re.IGNORECASE
)
_SUFFIX = re.compile(r"\s*\((?:fwd?|re)\)\s*$", re.IGNORECASE)
_SKEW = timedelta(hours=26)
"""By how much clocks and zones may be wrong for an answer to seem older than its letter (ours)."""
_SHARED = listed("shared_domains")
"""Domains that say nothing about for whom somebody works."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A message of ours to one person: what an answer is matched with."""

    id: str
    person: str
    at: datetime
    subject: str = ""
    name: str = ""
    addresses: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Match:
    """The message of ours that is answered; why it is taken to be that; whether nothing else is likely."""

    sent: Sent
    why: str
    sure: bool


class Threads:
    r"""What we have sent, for finding what an incoming message answers.

    >>> from datetime import UTC
    >>> from infoint.mail.read import mail
    >>> at = datetime(2025, 3, 3, tzinfo=UTC)
    >>> sent = Sent(id="1@example.org", person="p", at=at, addresses=frozenset({"dana@example.com"}))
    >>> raw = b"From: dana@example.com\nDate: 4 Mar 2025 10:00 +0000\nIn-Reply-To: <1@example.org>\n\nYes"
    >>> Threads([sent]).match(mail(raw)).why
    'it answers that very message'
    """

    def __init__(self, sent: Iterable[Sent]) -> None:
        self.by_id: dict[str, list[Sent]] = defaultdict(list)
        self.by_address: dict[str, list[Sent]] = defaultdict(list)
        self.by_subject: dict[str, list[Sent]] = defaultdict(list)
        for each in sorted(sent, key=lambda it: it.at):
            self.by_id[each.id].append(each)
            self.by_subject[subject_key(each.subject)].append(each)
            for address in each.addresses:
                self.by_address[address].append(each)
        self.domains = {address.rpartition("@")[2] for address in self.by_address} - _SHARED

    def match(self, mail: Mail) -> Match | None:
        """The message of ours that this one answers, or perhaps answers, or None."""
        if found := self._by_id(mail):
            return found
        key = subject_key(mail.subject)
        theirs = _before(mail, self.by_address.get(mail.sender.email, ()))
        if theirs and mail.at:
            same = [sent for sent in theirs if subject_key(sent.subject) == key and key]
            if same:
                return Match(same[-1], "it comes from their address, with your subject", sure=True)
            if quoted := self._quoted(mail, theirs):
                return Match(quoted, "it comes from their address and quotes you", sure=True)
            if mail.references or _is_prefixed(mail.subject):
                return Match(theirs[-1], "it comes from their address and answers something", sure=False)
        if not key or theirs:
            return None
        for sent in reversed(_before(mail, self.by_subject.get(key, ()))):
            if mail.sender.name and fold(mail.sender.name) == fold(sent.name):
                return Match(sent, f"{mail.sender.name} writes from {mail.sender.email}, with your subject", sure=False)
            if mail.sender.domain in {it.rpartition("@")[2] for it in sent.addresses} - _SHARED:
                return Match(sent, f"somebody else at {mail.sender.domain} writes, with your subject", sure=False)
        return None

    def _by_id(self, mail: Mail) -> Match | None:
        """By the nearest message of ours that it refers to; sure when the sender is they, or somebody near them."""
        for reference in mail.references:
            known = _before(mail, self.by_id.get(reference, ()))
            if not known:
                continue
            for sent in known:
                if mail.sender.email in sent.addresses:
                    return Match(sent, "it answers that very message", sure=True)
            for sent in known:
                if mail.sender.name and fold(mail.sender.name) == fold(sent.name):
                    return Match(sent, f"it answers that very message, from {mail.sender.email}", sure=True)
            for sent in known:
                if mail.sender.domain in {it.rpartition("@")[2] for it in sent.addresses} - _SHARED:
                    return Match(sent, f"{mail.sender.email} answers that very message in their place", sure=True)
            return Match(known[0], f"{mail.sender.email} answers that very message", sure=False)
        return None

    @staticmethod
    def _quoted(mail: Mail, theirs: list[Sent]) -> Sent | None:
        """The message of ours whose subject stands in what is quoted."""
        body = fold(mail.body[:20_000])
        keys = [(sent, subject_key(sent.subject)) for sent in reversed(theirs)]
        return next((sent for sent, key in keys if len(key) > 5 and key in body), None)


def subject_key(subject: str) -> str:
    """A subject without what mail programs put before it.

    >>> subject_key("AW: [EXT] Re: Life at  Orbit") == subject_key("life at orbit (fwd)")
    True
    """
    while (shorter := _SUFFIX.sub("", _PREFIX.sub("", subject))) != subject:
        subject = shorter
    return fold(subject)


def _is_prefixed(subject: str) -> bool:
    return bool(_PREFIX.match(subject))


def _before(mail: Mail, sent: Iterable[Sent]) -> list[Sent]:
    """Those that a message can be an answer to: what was sent before it."""
    return [each for each in sent if mail.at is None or each.at <= mail.at + _SKEW]
