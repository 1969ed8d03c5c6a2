"""One reading of mailboxes: first what the user wrote, then what came of it; of each message only the facts stay."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta, tzinfo
from functools import cached_property
from hashlib import sha256

from infoint.correspondence import Evidence, Message, Proposal, proposals
from infoint.errors import Problem
from infoint.events import Event
from infoint.letters.kept import KeptLetter
from infoint.mail.asking import CLEAR, ENOUGH, Asking, asking, says
from infoint.mail.classify import Found, classify
from infoint.mail.read import Address, Head, Mail
from infoint.mail.thread import Match, Sent, Threads, subject_key
from infoint.matching import Known
from infoint.people import Person, fold

_CROWD = 10
"""A message of ours to more people than these is no letter to anybody (ours)."""
_LETTER = 2
"""A first letter to somebody unknown goes to no more people than these (ours)."""
_OFTEN = 10
"""Whom the user writes to more often is asked for a talk only where a letter does so clearly (ours)."""
_SENDERS = 20_000
"""So many From lines are remembered, with what they were found to be."""
_SOON = timedelta(days=1)
_ADDRESS = re.compile(rb"[\w.+%=&'-]+@[\w.-]+")
_OF_MAIL_SYSTEMS = re.compile(rb"daemon|postmaster|delivery|microsoftexchange|<>", re.IGNORECASE)


@dataclass(slots=True)
class Sources:
    """What the campaign knows when a reading begins."""

    me: set[str]
    people: Sequence[Person]
    aliases: dict[str, list[str]]
    letters: Sequence[KeptLetter]
    evidence: Sequence[Evidence]
    now: datetime
    zone: tzinfo = UTC
    since: datetime | None = None
    only: Sequence[Person] | None = None
    passed_over: frozenset[str] = frozenset()
    keep_text: bool = False


@dataclass(slots=True)
class _Somebody:
    """A person, or one who may become one, with their addresses and the messages with them."""

    person: Person
    addresses: set[str]
    unconfirmed: set[str] = field(default_factory=set)
    messages: list[Message] = field(default_factory=list)
    subjects: defaultdict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    """At which places ours are, by their subjects."""

    @property
    def key(self) -> str:
        """The id, or for somebody new the address."""
        return self.person.id or self.person.email


@dataclass(slots=True)
class _Waiting:
    """An address that was written to, and how much one of the letters asks for a talk."""

    name: str
    weight: float = -9.0
    messages: list[tuple[Message, str]] = field(default_factory=list)


class Reading:
    """Takes messages and gives proposals."""

    def __init__(self, told: Sources) -> None:
        self.told, self.problems = told, list[Problem]()
        self.known = Known([*told.people, *(told.only or ())])
        self.everybody: dict[str, _Somebody] = {}
        self.by_address: dict[str, _Somebody] = {}
        self.sent: list[Sent] = []
        self._waiting: dict[str, _Waiting] = {}
        self._seen: set[str] = set()
        self._from: dict[bytes, str] = {}
        self._by_person = letters = defaultdict[str, list[KeptLetter]](list)
        for letter in told.letters:
            letters[letter.person_id].append(letter)
        for person in told.people:
            addresses = {person.email, *told.aliases.get(person.id, ())}
            addresses |= {it.recipients for it in letters[person.id] if it.channel == "email"}
            self._take(person, {it.casefold() for it in addresses if "@" in it})
        for person in told.only or ():
            if person.email and person.email not in self.by_address:
                self._take(person, {person.email})
        self.letters = {it.message_id.strip("<>"): it for it in told.letters if it.message_id}
        ours = [(row.message_id, row.person_id, row.at) for row in told.evidence if row.direction == "out"]
        ours += [(it.message_id.strip("<>"), it.person_id, it.written_at) for it in told.letters if it.message_id]
        for message_id, person_id, at in ours:
            if who := self.everybody.get(person_id):
                self.sent.append(self._as_sent(who, message_id, at, ""))

    def _take(self, person: Person, addresses: set[str], unconfirmed: str = "") -> _Somebody:
        person = person if person.id or person.email else replace(person, email=unconfirmed)
        who = _Somebody(person, addresses, {unconfirmed} - {""})
        who = self.everybody.setdefault(who.key, who)
        who.addresses |= addresses
        who.unconfirmed |= {unconfirmed} - {""}
        self.by_address |= dict.fromkeys(addresses, who)
        return who

    @staticmethod
    def _as_sent(who: _Somebody, message_id: str, at: datetime, subject: str) -> Sent:
        about = {"name": who.person.name, "addresses": frozenset(who.addresses)}
        return Sent(id=message_id, person=who.key, at=at, subject=subject, **about)  # type: ignore[arg-type]

    def looked_for(self, before: datetime | None = None) -> str:
        """A mark of whom this reading looks for: what was read with the same one need not be read again.

        With `before` it is also of the letters until then, which later ones have not added to.
        """
        who = {*self.told.me, *self.by_address, *(fold(it.name) for it in self.told.people if not it.email)}
        ids = {row.message_id for row in self.told.evidence if before and row.direction == "out" and row.at < before}
        return sha256("\n".join(sorted(who) + sorted(ids)).encode()).hexdigest()

    # ------------------------------------------------------------------ ours

    def is_ours(self, head: Head) -> bool:
        """Whether the user wrote it."""
        return any(it.decode("latin-1") in self.told.me for it in _ADDRESS.findall(head.sender))

    def ours(self, mails: Iterable[Mail | Problem]) -> None:
        """Take what the user wrote; to whom no letter is known, it waits for one, whatever the order they come in."""
        for mail in self._usable(mails):
            others = [it for it in mail.everybody if it.email not in self.told.me]
            if not 1 <= len(others) <= _CROWD or mail.at is None:
                continue
            known = {other.email: self._whom(other) for other in others}
            is_first = not mail.references
            told = asking(mail) if is_first or any(known.values()) else Asking(-9.0, "")
            message = Message(
                id=mail.id,
                at=mail.at,
                ours=True,
                asks=told.asks or ("your table names them" if self.told.only is not None else ""),
                hint="" if told.asks else told.phrase,
                thanks=says("thanks", mail),
                thread=not is_first,
            )
            for other in others:
                if who := known[other.email]:
                    confirm = other.email if other.email in who.unconfirmed else ""
                    self._wrote(who, replace(message, confirm=confirm), mail.subject)
                elif self.told.only is None and other.email not in self.told.passed_over:
                    waiting = self._waiting.setdefault(other.email, _Waiting(other.name))
                    waiting.messages.append((message, mail.subject))
                    if is_first and len(others) <= _LETTER:
                        waiting.weight = max(waiting.weight, told.weight)

    def _wrote(self, who: _Somebody, message: Message, subject: str) -> None:
        sent = self._as_sent(who, message.id, message.at, subject)
        self.sent.append(sent)
        who.subjects[subject_key(subject)].append(len(who.messages))
        who.messages.append(replace(message, letter=self._letter(sent)))

    def _letter(self, sent: Sent) -> KeptLetter | None:
        """The row that a message left from: by its id, or as some programs give it another, by its subject and time."""
        if sent.id in self.letters:
            return self.letters[sent.id]
        alike = (it for it in self._by_person.get(sent.person, ()) if it.subject == sent.subject)
        near = (it for it in alike if it.written_at - _SOON <= sent.at <= it.written_at + 7 * _SOON)
        return next((it for it in near if it.waits), None)

    def _whom(self, other: Address) -> _Somebody | None:
        """Who that address is: known, or perhaps known by name."""
        if who := self.by_address.get(other.email):
            return who
        if not other.name or other.email in self.told.passed_over:
            return None
        name = " ".join(other.name.split())
        found = self.known.decide(Person(name=name, email=other.email))[1]
        if not found:  # a name alone is asked about
            found = next(iter(namesakes), None) if len(namesakes := self.known.named(name)) == 1 else None
        return self._take(found, {other.email}, other.email) if found else None

    def settle(self) -> None:
        """Between ours and theirs: take in whom the user asked for a talk, and see what is of one thread."""
        for email, waiting in self._waiting.items():
            if waiting.weight >= (CLEAR if len(waiting.messages) > _OFTEN else ENOUGH):
                name = " ".join(waiting.name.split()) or email.partition("@")[0]
                who = self._take(Person(name=name, email=email), {email}, email)
                for message, subject in waiting.messages:
                    self._wrote(who, replace(message, confirm=email), subject)
        self._waiting.clear()
        for who in self.everybody.values():
            for places in who.subjects.values():
                for place in places if len(places) > 1 else ():
                    who.messages[place] = replace(who.messages[place], thread=True)

    # ------------------------------------------------------------------ theirs

    @cached_property
    def _threads(self) -> Threads:
        return Threads(self.sent)

    @cached_property
    def _names(self) -> set[str]:
        return {fold(sent.name) for sent in self.sent}

    def is_wanted(self, head: Head) -> bool:
        """Whether it may be from somebody who was written to, or about a letter to them."""
        sender = head.sender
        if (known := self._from.get(sender)) is None:
            if len(self._from) > _SENDERS:
                self._from.clear()
            self._from[sender] = known = self._is_known(head, sender)
        if known == "me":
            return False
        return bool(known) or head.is_report or bool(head.references & self._threads.by_id.keys())

    def _is_known(self, head: Head, sender: bytes) -> str:
        """Whether the user wrote it, or somebody who may be one of those they wrote to, or a mail system."""
        written = {it.decode("latin-1") for it in _ADDRESS.findall(sender)}
        if written & self.told.me:
            return "me"
        if written & self.by_address.keys() or _OF_MAIL_SYSTEMS.search(sender):
            return "yes"
        domains = {it.rpartition("@")[2] for it in written}
        named = fold(head.sender_name) in self._names if self._names else False
        return "yes" if named or domains & self._threads.domains else ""

    def theirs(self, mails: Iterable[Mail | Problem]) -> None:
        """Take what came in."""
        for mail in self._usable(mails):
            found = classify(mail)
            if found.kind == "report":
                continue
            if found.kind == "bounce":
                self._bounced(mail, found)
                continue
            match, who = self._threads.match(mail), self.by_address.get(mail.sender.email)
            if found.kind == "list" and not match:
                continue
            if match:
                who = self.everybody.get(match.sent.person, who)
            if who:
                self._came(mail, found, match, who)

    def pasted(self, person: Person, mail: Mail) -> None:
        """Take one message that the user says is between them and that person, whatever address it is from."""
        who = self.everybody[person.id]
        if mail.sender.email in self.told.me:
            self.ours([mail])
            self.settle()
            return
        if mail.sender.email and mail.sender.email not in who.addresses:
            who.unconfirmed.add(mail.sender.email)
        found = classify(mail)
        if found.kind == "bounce":
            self._bounced(mail, found)
        elif found.kind != "report":
            self._came(mail, found, None, who)

    def _came(self, mail: Mail, found: Found, match: Match | None, who: _Somebody) -> None:
        others = [it for it in mail.everybody if it.email not in self.told.me | who.addresses]
        people = [self.by_address[it.email].person.id for it in others if it.email in self.by_address]
        who.messages.append(
            Message(
                id=mail.id,
                at=mail.at or self.told.now,
                ours=False,
                found=found,
                why=match.why if match else "they wrote to you",
                answers=match is not None,
                sure=match.sure if match else True,
                introduces=says("introduction", mail) if others else "",
                introduced=tuple(filter(None, people)),
                confirm=mail.sender.email if mail.sender.email in who.unconfirmed else "",
                text=mail.text if self.told.keep_text and found.kind == "human" else "",
            )
        )

    def _bounced(self, mail: Mail, found: Found) -> None:
        """A delivery report counts only for an address that was written to, or a message of ours that comes back."""
        about = {sent.person for ref in found.about for sent in self._threads.by_id.get(ref, ())}
        elsewhere = len(about) == 1 and not any(it in self.by_address for it in found.failed)  # it was passed on
        at = mail.at or self.told.now
        for who in self.everybody.values():
            failed = sorted({*found.failed} & who.addresses)
            written = any(it.person == who.key and it.at <= at + _SOON for it in self.sent)
            if written and (failed or (elsewhere and who.key in about)):
                report = Found(kind="bounce", failed=tuple(failed or sorted(who.addresses)), phrase=found.phrase)
                why = f"the mail system could not deliver to {', '.join(report.failed)}"
                confirm = next((it for it in failed if it in who.unconfirmed), "")
                who.messages.append(Message(id=mail.id, at=at, ours=False, found=report, why=why, confirm=confirm))

    def _usable(self, mails: Iterable[Mail | Problem]) -> Iterator[Mail]:
        """Each message once; what has no date, or one that is still to come, is told."""
        for mail in mails:
            if isinstance(mail, Problem):
                self.problems.append(mail)
            elif mail.at is None or mail.at > self.told.now + _SOON:
                what = "has no date" if mail.at is None else f"is dated {mail.at:%Y-%m-%d}, which is still to come"
                self.problems.append(Problem(mail.source, None, f"“{mail.subject[:60]}” {what}", skipped=True))
            elif (key := mail.id + mail.sender.email) not in self._seen and mail.at >= (self.told.since or mail.at):
                self._seen.add(key)
                yield mail

    # ------------------------------------------------------------------ what follows

    def proposals(self, events: dict[str, list[Event]]) -> tuple[Proposal, ...]:
        """What all of it adds up to, person by person."""
        rows = defaultdict[str, list[Evidence]](list)
        for row in self.told.evidence:
            rows[row.person_id].append(row)
        found: list[Proposal] = []
        for who in self.everybody.values():
            if who.messages:
                key, zone = who.person.id, self.told.zone
                found += proposals(who.person, who.messages, events.get(key, []), rows[key], zone)
        return tuple(found)
