"""The user's own mailbox: what it tells of the campaign is proposed, and recorded only with a yes."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from infoint import moments
from infoint.campaign.facts import Facts
from infoint.campaign.people import People
from infoint.errors import InvalidPerson, Problem
from infoint.events import Event, in_order
from infoint.journal.writing import Writer
from infoint.matching import Known
from infoint.people import Person, address

if TYPE_CHECKING:
    from infoint.campaign.reading import Reading, Sources
    from infoint.correspondence import Evidence, Proposal
    from infoint.mail.boxes import Box, Item

Progress = Callable[[Iterator[Any], str, int], Iterable[Any]]
"""Given the messages of a mailbox, what is done with it and the `place` of its last one (0 if not known)."""
Password = str | Callable[[Any, str], str]
"""A password, or what gives it for a server and a user."""


@dataclass(frozen=True, slots=True)
class Proposals(Sequence["Proposal"]):
    """What a mailbox tells, person by person in the order it happened, and what was odd in it.

    `is_cut` says that the reading was interrupted: the next one goes on from there, as far as a mailbox can.
    """

    items: "tuple[Proposal, ...]"
    problems: tuple[Problem, ...] = ()
    marks: tuple[tuple[str, Any], ...] = ()
    mailboxes: tuple[str, ...] = ()
    is_cut: bool = False

    def __len__(self) -> int:
        return len(self.items)

    def __getitem__(self, index: Any) -> Any:
        return self.items[index]

    @property
    def sure(self) -> "tuple[Proposal, ...]":
        """Those that can be taken unseen."""
        return tuple(each for each in self.items if each.is_sure)

    @property
    def rest(self) -> "tuple[Proposal, ...]":
        """Those that want a look."""
        return tuple(each for each in self.items if not each.is_sure)


@dataclass(slots=True)
class _Way:
    """One going through a mailbox, and how far it came."""

    box: "Box"
    place: int | None = -1
    """None at the end, -1 at the beginning."""

    @property
    def name(self) -> str:
        """The mailbox's own name, without where it lies."""
        return Path(self.box.name).name

    def items(
        self, done: dict[str, Any], senders: frozenset[str], what: str, progress: Progress, until: int | None
    ) -> "Iterator[Item]":
        """What is behind the mark, up to a place."""
        for item in progress(self.box.items(done, senders), f"{self.name}: {what}", self.box.total):
            if until is not None and item.place > until:
                break
            yield item
            self.place = item.place
        self.place = until


def _full(name: str | Path) -> str:
    return str(name) if "://" in str(name) else str(Path(name).expanduser().resolve())


def _boxes(name: str | Path, since: date | None, password: Password) -> "list[Box]":
    if str(name).startswith(("imap://", "imaps://")):
        from infoint.mail.server import Imap

        return [Imap.of(str(name), password, since)]
    from infoint.mail.boxes import boxes

    return boxes(Path(name))


class Sync(People, Facts):
    """The mailboxes of a campaign."""

    @property
    def own_addresses(self) -> set[str]:
        """The addresses the user writes from: the profile's, and others they named."""
        profile = self.profile
        return {
            it.casefold() for it in (profile.email if profile else "", *(self._journal.setting("own mail") or ())) if it
        }

    def write_from(self, *addresses: str) -> None:
        """Remember further addresses of the user's own."""
        self._journal.keep("own mail", sorted({*(self._journal.setting("own mail") or ()), *map(address, addresses)}))

    @property
    def mailboxes(self) -> tuple[str, ...]:
        """Those that were read before."""
        return tuple(self._journal.setting("mailboxes") or ())

    def sync(
        self,
        *mailboxes: str | Path,
        since: date | None = None,
        only: str | Path | None = None,
        keep_text: bool = False,
        password: Password = "",
        progress: Progress = lambda items, _what, _total: items,
    ) -> Proposals:
        """Read mailboxes and propose what they tell; nothing is changed, there or here.

        A mailbox is an mbox, Google's Takeout as it comes, a Maildir, a folder of `.eml`, one message,
        or imaps://YOU@SERVER, with its `password`; without any, those that were read before are.
        Whom the user asked for a talk without their being in the campaign is proposed with `confirm`
        set. With `only`, a table of people, these alone are, whatever was written. What was read
        before is not read again, unless somebody new is looked for. An interrupt (Ctrl-C) ends the
        reading; what was read until then is proposed. No text is kept, unless `keep_text` says that
        of the answers.

        Raises
        ------
        InvalidPerson
            When the user's own address is not known.
        UnreadableFile, MailboxError
            When there is no mailbox, or it cannot be read.

        """
        if not self.own_addresses:
            hint = "your own address is needed, to know what you wrote: infoint edit me --email YOU@EXAMPLE.ORG"
            raise InvalidPerson("email", "", hint)
        from infoint.campaign.reading import Reading

        reading, names = Reading(self._sources(since, only, keep_text=keep_text)), mailboxes or self.mailboxes
        boxes = [box for name in names for box in _boxes(name, since, password)]
        try:
            ways, is_cut = self._read(reading, boxes, progress)
        finally:
            for box in boxes:
                box.close()
        ways = [] if since or only else [way for way in ways if way.place != -1]
        marks = [(f"mailbox {way.box.name}", mark) for way in ways if (mark := way.box.mark(way.place))]
        found = reading.proposals(self._in_order())
        return Proposals(found, tuple(reading.problems), tuple(marks), tuple(map(_full, names)), is_cut)

    def paste(self, person: Person | str, message: bytes | str, at: str | datetime | None = None) -> Proposals:
        """Propose what one message with somebody tells: with its headers, or only its words, which are then theirs.

        What is pasted without a date happened `at` that moment, or now.
        """
        from infoint.campaign.reading import Reading
        from infoint.mail.read import BROKEN, Address, mail

        person, now = self._person(person), self._clock()
        raw = message.encode() if isinstance(message, str) else message
        try:
            read = mail(raw.lstrip(b"\r\n"), "what you pasted")
        except BROKEN:
            read = mail(b"")
        if not (read.sender.email and (read.at or read.subject)):
            words = raw.decode("utf-8", "replace").strip()
            read = replace(mail(b"\n" + raw, "what you pasted"), sender=Address(person.name, person.email), body=words)
        when = moments.read(at, now, self.zone)[0] if isinstance(at, str) else at
        reading = Reading(self._sources(None, None, keep_text=False))
        reading.pasted(person, replace(read, at=when or read.at or now))
        return Proposals(reading.proposals(self._in_order()), tuple(reading.problems))

    def _read(self, reading: "Reading", boxes: "list[Box]", progress: Progress) -> tuple[list[_Way], bool]:
        """First what the user wrote, then what came in; gives how far each mailbox was read both times."""
        from infoint.mail.read import mails

        done = {box.name: self._journal.setting(f"mailbox {box.name}") or {} for box in boxes}
        who, me, is_cut, written, ways = reading.looked_for(), frozenset(self.own_addresses), False, [], []
        try:
            for box in boxes:
                start = done[box.name] if done[box.name].get("who") == who else {}
                written.append(way := _Way(box))
                reading.ours(mails(way.items(start, me, "what you wrote", progress, None), way.name, reading.is_ours))
        except KeyboardInterrupt:
            is_cut = True
        reading.settle()
        try:
            for way in written:
                before = done[way.box.name].get("at")
                same = before and done[way.box.name].get("for") == reading.looked_for(datetime.fromisoformat(before))
                start = done[way.box.name] if same else {}
                ways.append(came := _Way(way.box))
                items = came.items(start, frozenset(), "what came in", progress, way.place)
                reading.theirs(mails(items, way.name, reading.is_wanted))
        except KeyboardInterrupt:
            is_cut = True
        return ways, is_cut

    def _sources(self, since: date | None, only: str | Path | None, *, keep_text: bool) -> "Sources":
        from infoint.campaign.reading import Sources

        people, new = self._named_in(Path(only)) if only else (self._journal.people(), None)
        return Sources(
            me=self.own_addresses,
            people=people,
            aliases=self._journal.settings("aliases "),
            letters=self._journal.letters.all(),
            evidence=self._evidence(),
            now=self._clock(),
            zone=self.zone,
            since=datetime.combine(since, time(), self.zone) if since else None,
            only=new,
            passed_over=frozenset(self._journal.setting("passed over") or ()),
            keep_text=keep_text,
        )

    def _named_in(self, table: Path) -> tuple[list[Person], list[Person]]:
        """Who stands in a table of people: those that are known, and those that are not, as it has them."""
        from infoint.exchange import recognise
        from infoint.exchange.records import Record

        known, items = Known(self._journal.people()), recognise.read(table).items
        judged = [(*known.decide(it.person), it.person) for it in items if isinstance(it, Record)]
        new = [replace(person, id="") for verdict, _, person in judged if verdict == "new"]
        return list({found.id: found for _, found, _ in judged if found}.values()), new

    def _in_order(self) -> dict[str, list[Event]]:
        """Everybody's facts in the order they happened, without retracted ones."""
        by_person = defaultdict[str, list[Event]](list)
        for event in self._journal.events():
            by_person[event.person_id].append(event)
        return {person_id: in_order(events, self.zone) for person_id, events in by_person.items()}

    def accept(
        self, chosen: "Iterable[Proposal]", refused: "Iterable[Proposal]" = (), *, of: Proposals | None = None
    ) -> int:
        """Record proposals as one change, and of the `refused` that they are none; returns how many events were logged.

        Somebody new is added, an address that was confirmed is learnt, and a vaguer fact is
        retracted. Once all `of` a mailbox were decided, it counts as read.
        """
        of = chosen if isinstance(chosen, Proposals) else of
        chosen, refused, now = list(chosen), list(refused), self._clock()
        kept = {row.message_id + row.kind + row.person_id for row in self._evidence() if row.event_id}
        new: dict[str, Person] = {}
        with self._journal.change("sync", now) as writer:
            for each in chosen:
                person = each.person
                if not person.id and person.email not in new:
                    new[person.email] = writer.add_person(person)
                person = person if person.id else new[person.email]
                if each.message_id + each.event.kind + person.id in kept:
                    continue
                event = writer.add_event(replace(each.event, id="", person_id=person.id))
                if each.replaces:
                    writer.add_event(self._retraction(each.replaces, now))
                if event.letter:
                    writer.settle(event.letter, "sent")
                self._learn(writer, each, person)
                row = each.evidence
                writer.add_evidence(person.id, row.message_id, row.at.isoformat(), row.direction, row.kind, event.id)
            for each in (each for each in refused if each.person.id):
                row = each.evidence
                writer.add_evidence(row.person_id, row.message_id, row.at.isoformat(), row.direction, row.kind, "")
            if strangers := {each.confirm for each in refused if each.confirm}:
                writer.set("passed over", sorted({*(self._journal.setting("passed over") or ()), *strangers}))
            decided = {id(each) for each in (*chosen, *refused)}
            if of is not None and all(id(each) in decided for each in of):
                self._keep_marks(writer, of, now)
            if of is not None and of.mailboxes:
                writer.set("mailboxes", sorted({*self.mailboxes, *of.mailboxes}))
            writer.set("synced", now.isoformat())
        return len(chosen)

    def _keep_marks(self, writer: Writer, of: Proposals, now: datetime) -> None:
        """Remember how far each mailbox was read, and for whom."""
        from infoint.campaign.reading import Reading

        reading = Reading(self._sources(None, None, keep_text=False))
        told = {"at": now.isoformat(), "who": reading.looked_for(), "for": reading.looked_for(now)}
        for name, mark in of.marks:
            writer.set(name, mark | told)

    def _learn(self, writer: Writer, proposal: "Proposal", person: Person) -> None:
        """Keep an address of theirs that was confirmed."""
        if proposal.confirm and proposal.person.id:
            known = self._journal.person(person.id)
            if known and not known.email:
                writer.update_person(replace(known, email=proposal.confirm))
            elif known and proposal.confirm != known.email:
                aliases = self._journal.setting(f"aliases {person.id}") or []
                writer.set(f"aliases {person.id}", sorted({*aliases, proposal.confirm}))

    def _evidence(self) -> "list[Evidence]":
        from infoint.correspondence import Evidence

        return [
            Evidence(person_id=who, message_id=mail, at=at, direction=direction, kind=kind, event_id=event)
            for who, mail, at, direction, kind, event in self._journal.evidence()
        ]
