"""Whom the user knows: adding, changing, importing, forgetting."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal

from infoint.campaign.core import Core, zone_of
from infoint.errors import InvalidPerson
from infoint.events import MOVED, Event
from infoint.matching import Known, contradict, moved, united
from infoint.people import Person, address, changed

if TYPE_CHECKING:
    from infoint.exchange.records import Column
    from infoint.intake import ImportResult
    from infoint.matching.duplicates import Pair
    from infoint.who import Contact


class People(Core):
    """The people of a campaign."""

    def add(self, person: Person) -> Person:
        """Add somebody; returned with their id.

        Raises
        ------
        InvalidPerson
            When the same person is there already, or the address is none.

        """
        person = self._tidy(person)
        verdict, found = Known(self._journal.people()).decide(person)
        told_apart = found is not None and (contradict(found, person) or bool(found.email and person.email))
        if verdict == "same" or (verdict == "perhaps" and not told_apart):
            apart = "infoint edit changes them, a company or email tells another of that name apart"
            raise InvalidPerson("name", person.name, f"{found} is already here: {apart}")
        with self._journal.change("add", self._clock()) as writer:
            return writer.add_person(person)

    def update(self, person: Person | str, **changes: Any) -> Person:
        """Change fields of somebody, who is returned as they are then; a change of company is noted."""
        before = self._person(person)
        after = self._tidy(changed(before, changes))
        if after != before:
            now = self._clock()
            with self._journal.change("edit", now) as writer:
                writer.update_person(after)
                if moved(before, after):
                    note = MOVED.format(before.company, after.company)
                    writer.add_event(Event(person_id=after.id, kind="noted", at=now, note=note))
        return after

    def _tidy(self, person: Person) -> Person:
        changes: dict[str, Any] = {"name": " ".join(person.name.split())}
        if person.email:
            changes["email"] = address(person.email)
        zone_of(person.timezone or "UTC")
        if person.introduced_by and self._journal.person(person.introduced_by) is None:
            changes["introduced_by"] = self.find(person.introduced_by).id
        return replace(person, **changes)

    def columns(self, path: str | Path) -> "list[Column]":
        """What the columns of a table of the user's own are taken for; none where nothing is to be said.

        That is so for a file of another kind, and for a header whose columns were told before.
        """
        from infoint.exchange.recognise import read

        tables = [table for table in read(Path(path), told=self._told({})).tables if table.format.name == "tracker"]
        return [column for table in tables if not self._told({})(table.header) for column in table.shown({})]

    def _told(self, columns: Mapping[str, str]) -> "Callable[[Sequence[str]], dict[str, str]]":
        """What is known of the titles in a header: what is told now, else what was told of such a header before."""
        from infoint.exchange.cells import key

        kept: dict[str, dict[str, str]] = self._journal.settings("columns ")

        def told(header: Sequence[str]) -> dict[str, str]:
            titles = [key(title) for title in header]
            now = {title: field for title, field in columns.items() if title in titles}
            return kept.get(" | ".join(titles), {}) | now

        return told

    def import_people(
        self,
        path: str | Path,
        *,
        columns: Mapping[str, str] = MappingProxyType({}),
        dates: Literal["dmy", "mdy"] | None = None,
        dry_run: bool = False,
        progress: Callable[[Iterator[Any], int], Iterable[Any]] = lambda items, _: items,
    ) -> "ImportResult":
        """Take in a file of people: an export, an address book, a tracker; its format is recognised.

        Rows that cannot be used are told in the result and stop nothing. The same file again
        changes nothing; a fact that is told more exactly takes the vaguer one's place. All of it is
        one change: `undo` takes it back whole. A `dry_run` only tells what would change. Every row
        passes through `progress`, which is told how many there are (0: not known). `columns` says what
        titles of a table of the user's own mean, as in {"Date contacted": "sent_at"} ("": nothing); it
        is kept for the next file with such a header.

        Raises
        ------
        UnreadableFile, UnrecognisedFile
            When the file gives no person at all; nothing was changed.

        """
        from infoint.exchange.cells import key
        from infoint.exchange.columns import check_titles, told
        from infoint.exchange.recognise import read
        from infoint.intake import Intake

        now, me = self._clock(), self.profile
        meant = self._told(told(Path(path), columns))
        reading = read(Path(path), dates=dates, ids=self._journal.ids(now), me=me.name if me else "", told=meant)
        check_titles(Path(path), reading.tables, columns)
        intake = Intake(
            source=Path(path).name,
            known=Known(self._journal.people()),
            events=self._journal.events(),
            today=now.astimezone(self.zone).date(),
        )
        intake.take(progress(reading.items, reading.size))
        if not dry_run:
            with self._journal.change("import", now) as writer:
                for header in (table.header for table in reading.tables if columns):
                    if meant(header) != self._told({})(header):
                        writer.set("columns " + " | ".join(map(key, header)), meant(header))
                writer.add_people(intake.added.values())
                for person in intake.updated.values():
                    writer.update_person(person)
                for event in (*intake.logged, *(self._retraction(event, now) for event in intake.refined)):
                    writer.add_event(event)
        return intake.result(reading.format, reading.encoding)

    @staticmethod
    def _retraction(event: Event, now: datetime) -> Event:
        return Event(person_id=event.person_id, kind="retracted", at=now, details={"event": event.id})

    def duplicates(self) -> "list[Pair]":
        """Who may be one person with whom: the sure pairs first, then the likeliest; who was told apart is left out."""
        from infoint.matching.duplicates import duplicates

        apart = {tuple(pair) for pair in self._journal.setting("told apart") or ()}
        return [pair for pair in duplicates(self.everybody()) if (pair.kept.id, pair.other.id) not in apart]

    def merge(self, *pairs: tuple[Person | str, Person | str]) -> list[Person]:
        """Make the two of each pair one, as one change; returned as they are then. `undo` makes them two again."""
        done: list[Person] = []
        now: dict[str, str] = {}
        with self._journal.change("merge", self._clock()) as writer:
            for one, other in pairs:
                first, second = (
                    self._person(now.get(p.id, p.id) if isinstance(p, Person) else p) for p in (one, other)
                )
                if first.id != second.id:
                    writer.merge(united(first, second), second.id)
                    theirs = {
                        it for key in (first.id, second.id) for it in self._journal.setting(f"aliases {key}") or ()
                    }
                    if theirs := theirs | {second.email} - {"", first.email}:
                        writer.set(f"aliases {first.id}", sorted(theirs))
                    now = {key: first.id if value == second.id else value for key, value in now.items()}
                    now[second.id] = first.id
                    done.append(self._person(first.id))
        return done

    def tell_apart(self, one: Person | str, other: Person | str) -> None:
        """Keep two of one name two: they are not proposed for a merge again."""
        pair = sorted((self._person(one).id, self._person(other).id))
        with self._journal.change("merge", self._clock()) as writer:
            writer.set("told apart", [*(self._journal.setting("told apart") or ()), pair])

    def who(self, company: str) -> "list[Contact]":
        """Whom you know at a company, the nearest first: there now, there before, or who might know somebody."""
        from infoint.who import who

        return who(company, self.everybody(), self._journal.events())

    def forget(self, person: Person | str) -> list[tuple[Person | None, str]]:
        """Erase somebody for good, also from the copies that were made.

        Returns whose notes still mention their name (None: the user's own findings), for `unname`.
        """
        person = self._person(person)
        self._journal.forget(person.id, self._clock())
        by_id = {other.id: other for other in self._journal.people()}
        return [(by_id.get(key), text) for key, text in self._journal.mentions(person.name, person.id)]

    def unname(self, name: str) -> None:
        """Put "somebody" in the place of a name in all notes, letters and findings; it cannot be undone."""
        self._journal.unname(name)
