"""What every part of a campaign stands on: its journal, its clock, its user, and where things stand."""

from collections.abc import Callable, Iterable
from dataclasses import asdict
from datetime import UTC, date, datetime, tzinfo
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Self

from infoint.cadence import Cadence, cadences
from infoint.errors import AmbiguousPerson, InvalidPerson, UnknownPerson
from infoint.events import Event, Standing, in_order, standing
from infoint.journal import Journal
from infoint.labels import labelled
from infoint.matching import company_key, meant, nearest
from infoint.outreach import Situation
from infoint.people import Person, Profile, fold
from infoint.workdays import Workdays, country_holidays, weekend_of

if TYPE_CHECKING:
    from infoint.debrief import Debrief

_SHOWN = ("import", "sync")
_LOOKS = ("log", "debrief", "today", *_SHOWN)


def _now() -> datetime:
    return datetime.now(UTC)


class Core:
    """The journal and the clock, and what is read from them alone."""

    def __init__(self, path: str | Path, *, create: bool = False, clock: Callable[[], datetime] = _now) -> None:
        self._journal = Journal(path, create=create)
        self._clock = clock
        self.path = self._journal.path

    def close(self) -> None:
        """Let go of the file."""
        self._journal.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<Campaign {self.path}>"

    @property
    def profile(self) -> Profile | None:
        """Who the user is; None until it was told."""
        kept = self._journal.setting("profile")
        return Profile(**kept) if kept else None

    @profile.setter
    def profile(self, profile: Profile) -> None:
        zone_of(profile.timezone)
        with self._journal.change("profile", self._clock()) as writer:
            writer.set("profile", asdict(profile))

    @property
    def zone(self) -> tzinfo:
        """The user's time zone."""
        profile = self.profile
        return zone_of(profile.timezone) if profile else UTC

    @property
    def own_templates(self) -> Path | None:
        """The user's own `templates` folder beside the campaign, when there is one."""
        return self._own_folder if self.path != ":memory:" and self._own_folder.is_dir() else None

    @cached_property
    def _own_folder(self) -> Path:
        return Path(self.path).parent / "templates"

    def local_day(self) -> date:
        """The present day in the user's zone."""
        return self._clock().astimezone(self.zone).date()

    def last_look(self) -> datetime | None:
        """When the user last told or showed the campaign what came in."""
        return self._journal.last_change_at(_LOOKS)

    def find(self, query: str) -> Person:
        """The one person that an id, an email address, a label, a name or a part of it means.

        Raises
        ------
        UnknownPerson
            When nobody fits; the nearest names are in the hint.
        AmbiguousPerson
            When several do.

        """
        label = " ".join(query.split()).capitalize()
        is_label = label[-1:].isdigit() and label in self.labels()
        ids = [self.labels()[label]] if is_label else meant(query, self._journal.directory(fold(query).split()))
        found = [person for key in ids[:5] if (person := self._journal.person(key))]
        if len(found) == 1:
            return found[0]
        if found:
            shown = [f"{p}{f' {p.email}' if p.email else ''} [{p.id}]" for p in found]
            raise AmbiguousPerson(query, [*shown, *ids[5:]])
        near = [self._journal.person(key) for key in nearest(query, self._journal.directory())]
        raise UnknownPerson(query, [person.name for person in near if person])

    def _person(self, person: Person | str) -> Person:
        if isinstance(person, str):
            return self.find(person)
        found = self._journal.person(person.id) if person.id else None
        return found if found is not None else self.find(person.name)

    def everybody(self) -> list[Person]:
        """All people, as records, in the order they were added."""
        return self._journal.people()

    def standing(self, person: Person | str) -> Standing:
        """What one person's facts add up to."""
        return standing(self._journal.events(self._person(person).id), self.zone)

    def standings(self) -> dict[str, Standing]:
        """Where things stand with everybody something happened with, by id."""
        zone = self.zone
        return {events[0].person_id: standing(events, zone) for events in self._journal.bare_events()}

    def history(self, person: Person | str) -> list[Event]:
        """One person's facts in the order they happened, retracted ones left out."""
        return in_order(self._journal.events(self._person(person).id), self.zone)

    def workdays(self, today: date | None = None, country: str = "") -> Workdays:
        """The business days of the user's country, or another, for the year before `today` to the year after."""
        today = today or self.local_day()
        country = country or (profile.country if (profile := self.profile) else "US")
        years = {today.year - 1, today.year, today.year + 1}
        known = self._journal.setting(f"holidays {country}") or {"years": []}
        days = self._journal.holidays(country)
        if not years <= set(known["years"]):
            days |= country_holidays(country, years)
            known = {"years": sorted(years | set(known["years"])), "weekend": weekend_of(country)}
            self._journal.keep_holidays(country, days, known)
        return Workdays(days, known["weekend"])

    @cached_property
    def _cadences(self) -> dict[str, Cadence]:
        return cadences(self.own_templates)

    @property
    def targets(self) -> dict[str, int]:
        """The companies the user wants to get into, each with the motivation for it, 1 to 5."""
        return self._journal.setting("targets") or {}

    def situation(self, today: date | None = None) -> Situation:
        """A day as it looks: what `infoint.agenda` and `infoint.outreach` read, all at once."""
        today, zone, landed = today or self.local_day(), self.zone, self._journal.setting("landed")
        waiting = self._journal.letters.waiting()
        return Situation(
            people=self._journal.people(),
            standings=self.standings(),
            today=today,
            workdays=self.workdays(today),
            abroad={c.country: self.workdays(today, c.country) for c in self._cadences.values() if c.country},
            cadences=self._cadences,
            chosen=self._journal.settings("cadence "),
            targets={company_key(company): motivation for company, motivation in self.targets.items()},
            asked={key: at.astimezone(zone).date() for key, at in self._journal.shown_at(_SHOWN).items()},
            advised={key for key, _, debrief in self._journal.debriefs() if debrief.advice},
            landed=datetime.fromisoformat(landed["at"]) if landed else None,
            profile=self.profile,
            zone=zone,
            letters={kept.person_id: (kept.written_at.astimezone(zone).date(), kept.told(zone)) for kept in waiting},
        )

    def _introducer(self, person: Person) -> str:
        """The name of whoever introduced somebody, or ""."""
        found = self._journal.person(person.introduced_by) if person.introduced_by else None
        return found.name if found else ""

    def debriefs(self, person: Person | str) -> "list[Debrief]":
        """What was written down after each meeting with somebody, oldest first."""
        return [debrief for _, _, debrief in self._journal.debriefs(self._person(person).id)]

    def labels(self, people: Iterable[Person] = ()) -> dict[str, str]:
        """What people and companies are called on a page for others ("Alum 3"), each label with its id or company.

        Each of `people`, and their company, gets a label if there is none yet; it is never changed.
        """
        kept = self._journal.setting("labels") or {}
        if (found := labelled(kept, people)) != kept:
            self._journal.keep("labels", found)
        return found


def zone_of(name: str) -> tzinfo:
    """The zone of an IANA name; InvalidPerson when there is none such."""
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    if name == "UTC":
        return UTC
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise InvalidPerson("timezone", name, "a name like Europe/Berlin is needed") from error
