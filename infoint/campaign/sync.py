"""The user's own mailbox: what it tells of the campaign is proposed, and recorded only with a yes."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from infoint.campaign.facts import Facts
from infoint.campaign.people import People
from infoint.errors import InvalidPerson, Problem
from infoint.events import Event, in_order
from infoint.journal.writing import Writer
from infoint.matching import Known
from infoint.people import Person, address

if TYPE_CHECKING:
    from infoint.campaign.reading import Sources
    from infoint.correspondence import Evidence, Proposal
    from infoint.mail.read import Head, Mail

Progress = Callable[[Iterator[Any]], Iterable[Any]]


@dataclass(frozen=True, slots=True)
class Proposals(Sequence["Proposal"]):
    """What a mailbox tells, person by person in the order it happened, and what was odd in it."""

    items: "tuple[Proposal, ...]"
    problems: tuple[Problem, ...] = ()
    marks: tuple[tuple[str, Any], ...] = ()

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

    def sync(
        self,
        *mailboxes: str | Path,
        since: date | None = None,
        only: str | Path | None = None,
        keep_text: bool = False,
        progress: Progress = iter,
    ) -> Proposals:
        """Read mailboxes on this machine and propose what they tell; nothing is changed, there or here.

        A mailbox is an mbox, Google's Takeout as it comes, a Maildir, a folder of `.eml`, or one
        message. Whom the user asked for a talk without their being in the campaign is proposed with
        `confirm` set. With `only`, a table of people, these alone are, whatever was written. What
        was read before is not read again, unless somebody new is looked for. No text is kept,
        unless `keep_text` says that of the answers.

        Raises
        ------
        InvalidPerson
            When the user's own address is not known.
        UnreadableFile
            When there is no mailbox.

        """
        if not self.own_addresses:
            hint = "your own address is needed, to know what you wrote: infoint edit me --email YOU@EXAMPLE.ORG"
            raise InvalidPerson("email", "", hint)
        from infoint.campaign.reading import Reading

        reading = Reading(self._sources(since, only, keep_text=keep_text))
        boxes = [_Box.of(Path(path)) for path in mailboxes]
        done = {box.name: self._journal.setting(f"mailbox {box.name}") or {} for box in boxes}
        who = reading.looked_for()
        for box in boxes:
            start = box.start(done[box.name], done[box.name].get("who") == who)
            reading.ours(box.mails(reading.is_ours, *start, progress))
        for box in boxes:
            before = done[box.name].get("at")
            same = before and done[box.name].get("for") == reading.looked_for(datetime.fromisoformat(before))
            reading.theirs(box.mails(reading.is_wanted, *box.start(done[box.name], bool(same)), progress))
        found = reading.proposals(self._in_order())
        marks = () if since or only else tuple((f"mailbox {box.name}", box.mark) for box in boxes)
        return Proposals(found, tuple(reading.problems), marks)

    def _sources(self, since: date | None, only: str | Path | None, *, keep_text: bool) -> "Sources":
        from infoint.campaign.reading import Sources

        people = self._journal.people()
        return Sources(
            me=self.own_addresses,
            people=people,
            aliases=self._journal.settings("aliases "),
            letters=self._journal.letters.all(),
            evidence=self._evidence(),
            now=self._clock(),
            zone=self.zone,
            since=datetime.combine(since, time(), self.zone) if since else None,
            only=self._named_in(Path(only)) if only else None,
            passed_over=frozenset(self._journal.setting("passed over") or ()),
            keep_text=keep_text,
        )

    def _named_in(self, table: Path) -> list[Person]:
        """Who stands in a table of people, as it has them."""
        from infoint.exchange import recognise
        from infoint.exchange.records import Record

        known, items = Known(self._journal.people()), recognise.read(table).items
        named = [it.person for it in items if isinstance(it, Record)]
        return [replace(person, id="") for person in named if known.decide(person)[0] == "new"]

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


@dataclass(slots=True)
class _Box:
    """A mailbox on this machine, and how far it was read."""

    path: Path
    mark: dict[str, Any]

    @classmethod
    def of(cls, path: Path) -> "_Box":
        path = path.expanduser().resolve()
        if not path.is_file():
            times = [it.stat().st_mtime for it in path.rglob("*") if it.is_file()]
            return cls(path, {"newest": max(times, default=0), "files": len(times)})
        return cls(path, {"size": path.stat().st_size, "head": _head(path, path.stat().st_size)})

    @property
    def name(self) -> str:
        return str(self.path)

    def start(self, done: dict[str, Any], same: bool) -> tuple[int, float]:
        """From which byte, or which moment of a file, to read on; from the beginning unless `same` was looked for."""
        if not same or set(done) < set(self.mark):
            return 0, 0
        if "newest" in self.mark:
            old = sum(it.stat().st_mtime <= done.get("newest", 0) for it in self.path.rglob("*") if it.is_file())
            return 0, done["newest"] + 1e-6 if old == done.get("files") else 0
        return (done["size"] if done["head"] == _head(self.path, done["size"]) else 0), 0

    def mails(
        self, wanted: "Callable[[Head], bool]", start: int, since: float, progress: Progress
    ) -> "Iterator[Mail | Problem]":
        """The messages that are wanted from there on."""
        from infoint.mail import read

        if not start or start < self.mark.get("size", 0):
            yield from read.mails(self.path, wanted, start=start, since=since, progress=progress)


def _head(path: Path, size: int) -> str:
    """A fingerprint of the first bytes of a file that had this size."""
    with path.open("rb") as file:
        return sha256(file.read(min(size, 4096))).hexdigest() if path.stat().st_size >= size else ""
