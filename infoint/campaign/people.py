"""Whom the user knows: adding, changing, importing, forgetting."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from infoint.campaign.core import Core, zone_of
from infoint.errors import InvalidPerson
from infoint.labels import without
from infoint.matching import Known
from infoint.people import Person, address, changed

if TYPE_CHECKING:
    from infoint.intake import ImportResult


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
        if verdict != "new" and found is not None:
            apart = "infoint edit changes them, a company or email tells another of that name apart"
            raise InvalidPerson("name", person.name, f"{found} is already here: {apart}")
        with self._journal.change("add", self._clock()) as writer:
            return writer.add_person(person)

    def update(self, person: Person | str, **changes: Any) -> Person:
        """Change fields of somebody, who is returned as they are then."""
        before = self._person(person)
        after = self._tidy(changed(before, changes))
        if after != before:
            with self._journal.change("edit", self._clock()) as writer:
                writer.update_person(after)
        return after

    def _tidy(self, person: Person) -> Person:
        changes: dict[str, Any] = {"name": " ".join(person.name.split())}
        if person.email:
            changes["email"] = address(person.email)
        zone_of(person.timezone or "UTC")
        if person.introduced_by and self._journal.person(person.introduced_by) is None:
            changes["introduced_by"] = self.find(person.introduced_by).id
        return replace(person, **changes)

    def import_people(self, path: str | Path, *, dates: Literal["dmy", "mdy"] | None = None) -> "ImportResult":
        """Take in a file of people: LinkedIn's export or a tracker; its format is recognised.

        Rows that cannot be used are told in the result and stop nothing. The same file again
        changes nothing. All of it is one change: `undo` takes it back whole.

        Raises
        ------
        UnreadableFile, UnrecognisedFile
            When the file gives no person at all; nothing was changed.

        """
        from infoint.exchange.recognise import read
        from infoint.intake import Intake, facts_of

        now = self._clock()
        reading = read(Path(path), dates=dates, ids=self._journal.ids(now))
        intake = Intake(
            source=Path(path).name,
            known=Known(self._journal.people()),
            events=facts_of(self._journal.events()),
            today=now.astimezone(self.zone).date(),
        )
        intake.take(reading.items)
        with self._journal.change("import", now) as writer:
            writer.add_people(intake.added.values())
            for person in intake.updated.values():
                writer.update_person(person)
            for event in intake.logged:
                writer.add_event(event)
        return intake.result(reading.format, reading.encoding)

    def forget(self, person: Person | str) -> list[tuple[Person, str]]:
        """Erase somebody for good; returns the notes of others that still mention their name."""
        person = self._person(person)
        labels = without(self.labels(), person, self._journal.people())
        self._journal.forget(person.id, self._clock(), labels)
        by_id = {other.id: other for other in self._journal.people()}
        return [(by_id[key], text) for key, text in self._journal.mentions(person.name, person.id) if key in by_id]
