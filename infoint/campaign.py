"""The campaign: one person's search, kept in one file.

Each method reads the journal, calls one pure function and appends what follows. This is the only
room of the library that reads the clock.
"""

import warnings
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, replace
from datetime import UTC, date, datetime, tzinfo
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Self

from infoint.cadence import Cadence, cadences
from infoint.errors import (
    AmbiguousPerson,
    InTheFuture,
    InvalidDetails,
    InvalidExperiment,
    InvalidPerson,
    OddOrder,
    UnknownPerson,
)
from infoint.events import Event, Standing, checked_details, in_order, kind_of, standing
from infoint.experiment import Deal, Experiment
from infoint.journal import Change, Journal, Writer
from infoint.matching import Known, meant, merged, nearest
from infoint.outreach import Situation, Suggestion, next_people
from infoint.people import Person, Profile, changed
from infoint.workdays import Workdays, country_holidays, weekend_of

if TYPE_CHECKING:
    import pandas as pd

    from infoint.agenda import Action
    from infoint.analysis.results import Comparison
    from infoint.debrief import Debrief
    from infoint.insights import Insight
    from infoint.intake import ImportResult
    from infoint.letters.render import Letter
    from infoint.preparation import PreparationSheet

_LOOKS = ("log", "import", "debrief")


def _now() -> datetime:
    return datetime.now(UTC)


class Campaign:
    """One person's search: people, what happened, what is due, and what was learnt.

    Use `infoint.open` to get one. `clock` gives the present moment (UTC); all else follows from
    what was recorded.

    >>> with Campaign(":memory:", create=True) as campaign:
    ...     dana = campaign.add(Person(name="Dana Ruiz", relationship="friend"))
    ...     _ = campaign.log("dana", "wrote", at="2025-03-03")
    ...     campaign.standing("dana").stage
    'approached'
    """

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

    # ------------------------------------------------------------------ the user

    @property
    def profile(self) -> Profile | None:
        """Who the user is; None until it was told."""
        kept = self._journal.setting("profile")
        return Profile(**kept) if kept else None

    @profile.setter
    def profile(self, profile: Profile) -> None:
        _zone(profile.timezone)
        with self._journal.change("profile", self._clock()) as writer:
            writer.set("profile", asdict(profile))

    @property
    def zone(self) -> tzinfo:
        """The user's time zone."""
        profile = self.profile
        return _zone(profile.timezone) if profile else UTC

    @property
    def own_templates(self) -> Path | None:
        """The user's own `templates` folder beside the campaign, when there is one."""
        folder = Path(self.path).parent / "templates"
        return folder if self.path != ":memory:" and folder.is_dir() else None

    def local_day(self) -> date:
        """The present day in the user's zone."""
        return self._clock().astimezone(self.zone).date()

    def last_look(self) -> datetime | None:
        """When the user last told or showed the campaign what came in."""
        return self._journal.last_change_at(_LOOKS)

    # ------------------------------------------------------------------ people

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
            changes["email"] = _address(person.email)
        if person.introduced_by and self._journal.person(person.introduced_by) is None:
            changes["introduced_by"] = self.find(person.introduced_by).id
        return replace(person, **changes)

    def find(self, query: str) -> Person:
        """The one person that an id, an email address, a name or a part of it means.

        Raises
        ------
        UnknownPerson
            When nobody fits; the nearest names are in the hint.
        AmbiguousPerson
            When several do.

        """
        everybody = self._journal.directory()
        ids = meant(query, everybody)
        found = [person for key in ids[:5] if (person := self._journal.person(key))]
        if len(found) == 1:
            return found[0]
        if found:
            shown = [f"{p}{f' {p.email}' if p.email else ''} [{p.id}]" for p in found]
            raise AmbiguousPerson(query, [*shown, *ids[5:]])
        near = [self._journal.person(key) for key in nearest(query, everybody)]
        raise UnknownPerson(query, [person.name for person in near if person])

    def _person(self, person: Person | str) -> Person:
        if isinstance(person, str):
            return self.find(person)
        found = self._journal.person(person.id) if person.id else None
        return found if found is not None else self.find(person.name)

    def everybody(self) -> list[Person]:
        """All people, as records, in the order they were added."""
        return self._journal.people()

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
        self._journal.forget(person.id, self._clock())
        by_id = {other.id: other for other in self._journal.people()}
        return [(by_id[key], text) for key, text in self._journal.mentions(person.name, person.id) if key in by_id]

    # ------------------------------------------------------------------ what happened

    def log(
        self,
        person: Person | str,
        kind: str,
        *,
        at: datetime | date | str | None = None,
        channel: str = "",
        template: str = "",
        note: str = "",
        **details: Any,
    ) -> Event:
        """Record one fact about somebody, now or `at` an earlier moment.

        `at` may be a moment (a naive one is the user's own clock), a day, or what people type
        ("yesterday 16:00"). Everyday words do for kinds. A fact in an odd order is kept and warned
        about.

        Raises
        ------
        UnknownKind, InTheFuture, InvalidDetails, UnreadableMoment
            When it cannot be recorded as told; nothing was.

        """
        person = self._person(person)
        event = self._event(person, kind, at, details)
        event = replace(event, channel=channel, template=template, note=note)
        before = self.standing(person).warnings
        with self._journal.change("log", self._clock()) as writer:
            event = writer.add_event(event)
        for warning in self.standing(person).warnings:
            if warning not in before:
                warnings.warn(f"{person.name}: {warning}; it is kept as told", OddOrder, stacklevel=2)
        return event

    def _event(self, person: Person, kind: str, at: Any, details: Mapping[str, Any]) -> Event:
        now = self._clock()
        moment, found = self._moment(at, now)
        here = now.astimezone(self.zone)
        if found == "minute" and moment > now:
            raise InTheFuture(f"{moment.astimezone(self.zone):%Y-%m-%d %H:%M}", f"{here:%Y-%m-%d %H:%M}")
        if found == "day" and moment.date() > here.date():
            raise InTheFuture(moment.date(), f"{here:%Y-%m-%d %H:%M}")
        kind = kind_of(kind)
        kept = checked_details(kind, {name: self._detail(name, value, now) for name, value in details.items()})
        event = Event(person_id=person.id, kind=kind, at=moment, precision=found, details=kept)
        if kept.get("until", "9999") < event.day(self.zone).isoformat():
            raise InvalidDetails(kind, "until", f"a day after {event.day(self.zone)} is needed")
        return event

    def _moment(self, at: Any, now: datetime, prefer: Literal["past", "future"] = "past") -> tuple[datetime, str]:
        from infoint import moments

        if isinstance(at, str):
            return moments.read(at, now, self.zone, prefer)
        if at is None or isinstance(at, datetime):
            at = at or now
            return (at if at.tzinfo else at.replace(tzinfo=self.zone)).astimezone(UTC), "minute"
        return moments.day(at), "day"

    def _detail(self, name: str, value: Any, now: datetime) -> Any:
        """Read the moments and people among an event's details as people type them."""
        if name == "start" and value:
            return self._moment(value, now, "future")[0]
        if name in ("until", "due") and isinstance(value, str):
            return self._moment(value, now, "future")[0].date()
        if name == "introduced":
            return [self._person(value_).id for value_ in ([value] if isinstance(value, str | Person) else value)]
        if name == "about" and value:
            return self._person(value).id
        return value

    def retract(self, event: Event) -> Event:
        """Take back one fact by a later one; the history keeps both."""
        now = self._clock()
        retracted = Event(person_id=event.person_id, kind="retracted", at=now, details={"event": event.id})
        with self._journal.change("retract", now) as writer:
            return writer.add_event(retracted)

    def last_change(self) -> Change:
        """What `undo` would take back."""
        return self._journal.last_change()

    def undo(self) -> Change:
        """Take back everything the newest command recorded."""
        change = self._journal.last_change()
        self._journal.undo(change)
        return change

    def history(self, person: Person | str) -> list[Event]:
        """One person's facts in the order they happened, retracted ones left out."""
        return in_order(self._journal.events(self._person(person).id), self.zone)

    def standing(self, person: Person | str) -> Standing:
        """What one person's facts add up to."""
        return standing(self._journal.events(self._person(person).id), self.zone)

    def standings(self) -> dict[str, Standing]:
        """Where things stand with everybody something happened with, by id."""
        by_person: dict[str, list[Event]] = defaultdict(list)
        for event in self._journal.bare_events():
            by_person[event.person_id].append(event)
        zone = self.zone
        return {person_id: standing(events, zone) for person_id, events in by_person.items()}

    # ------------------------------------------------------------------ what to do

    @cached_property
    def _cadences(self) -> dict[str, Cadence]:
        return cadences(self.own_templates)

    def workdays(self, today: date | None = None) -> Workdays:
        """The business days of the user's country, for the year before `today` to the year after."""
        today = today or self.local_day()
        country = profile.country if (profile := self.profile) else "US"
        years = {today.year - 1, today.year, today.year + 1}
        known = self._journal.setting(f"holidays {country}") or {"years": []}
        days = self._journal.holidays(country)
        if not years <= set(known["years"]):
            days |= country_holidays(country, years)
            known = {"years": sorted(years | set(known["years"])), "weekend": weekend_of(country)}
            self._journal.keep_holidays(country, days, known)
        return Workdays(days, known["weekend"])

    def _situation(self, today: date | None) -> Situation:
        today = today or self.local_day()
        return Situation(
            people=self._journal.people(),
            standings=self.standings(),
            today=today,
            workdays=self.workdays(today),
            cadences=self._cadences,
            profile=self.profile,
            zone=self.zone,
        )

    def next_people(self, limit: int = 5, *, today: date | None = None) -> list[Suggestion]:
        """Whom to write to next, best first, with reasons."""
        return next_people(self._situation(today), limit)

    def today(self, *, today: date | None = None, ahead: int = 7) -> "list[Action]":
        """What is overdue, due, and due within the days `ahead`; overdue first."""
        from infoint.agenda import today_list

        return today_list(self._situation(today), ahead)

    def write(self, person: Person | str, template: str | None = None) -> "Letter":
        """Render the letter that fits somebody now, or the one named; no letter is stored or sent.

        While an experiment runs, the first letter is the one it deals; which, is kept.
        """
        from infoint.letters import render

        person, me = self._person(person), self.profile
        if me is None:
            raise InvalidPerson("profile", "", "your own name is needed first: infoint start")
        last, s, introducer = (
            next(reversed(self.debriefs(person)), None),
            self.standing(person),
            self._introducer(person),
        )
        dealt = self._dealt(person, render.choose(person, s, introducer)[0]) if template is None else None
        return render.letter(
            person,
            me,
            s,
            id_=next(self._journal.ids(self._clock())),
            template=dealt.template if dealt else template,
            why="the letter that your experiment dealt" if dealt else "you chose it",
            own=self.own_templates,
            zone=self.zone,
            introducer=introducer,
            said=last.learnt[0] if last and last.learnt else "",
            advice=last.advice if last else "",
        )

    def experiment(self, first: str, second: str, per_arm: int = 30, *, seed: int | None = None) -> Experiment:
        """Compare two first letters: from now on `write` deals one of them, at random inside strata of closeness.

        It ends when `per_arm` of each were sent; `comparison` reads it. A new one takes its place.

        Raises
        ------
        InvalidExperiment, UnknownTemplate, TableError
            When these letters, or so many, cannot be compared.

        """
        from secrets import randbits

        from infoint.analysis.boundaries import boundary
        from infoint.letters import render

        profile = self.profile
        made = Experiment(first, second, per_arm, randbits(32) if seed is None else seed)
        boundary(per_arm)
        for name in (first, second):
            render.load(name, profile.language if profile else "en", self.own_templates)
        with self._journal.change("experiment", self._clock()) as writer:
            writer.set("experiment", asdict(made))
        return made

    def running_experiment(self) -> Experiment | None:
        """The experiment that deals the first letters, if any."""
        kept = self._journal.setting("experiment")
        return Experiment(**kept) if kept else None

    def _deals(self, experiment: Experiment) -> dict[str, Deal]:
        kept = self._journal.settings("dealt ").items()
        return {person_id: deal for person_id, it in kept if (deal := Deal(**it)).seed == experiment.seed}

    def _dealt(self, person: Person, usual: str) -> Deal | None:
        """The letter that is dealt to somebody by the experiment, if they take part."""
        experiment = self.running_experiment()
        if experiment is None or not experiment.takes(usual):
            return None
        deals = self._deals(experiment)
        if person.id in deals:
            return deals[person.id]
        if sum(bool(s.stage) for key, s in self.standings().items() if key in deals) >= 2 * experiment.per_arm:
            return None
        deal = experiment.deal(person, deals.values())
        if not self._journal.read_only:
            self._journal.keep(f"dealt {person.id}", asdict(deal))
        return deal

    def comparison(self) -> "Comparison":
        """What the experiment shows so far, as of the last look; each letter counts as the one that was dealt."""
        from infoint.analysis.compare import compare

        experiment = self.running_experiment()
        if experiment is None:
            raise InvalidExperiment("no letters are being dealt yet")
        deals, sent = self._deals(experiment), self.approaches()
        sent = sent[sent["person_id"].isin(deals)]
        dealt = [deals[person_id] for person_id in sent["person_id"]]
        sent = sent.assign(template=[deal.template for deal in dealt], stratum=[deal.stratum for deal in dealt])
        return compare(
            sent, "template", "stratum", experiment.per_arm, now=self.last_look(), holidays=self.workdays().holidays
        )

    def _introducer(self, person: Person) -> str:
        """The name of whoever introduced somebody, or ""."""
        found = self._journal.person(person.introduced_by) if person.introduced_by else None
        return found.name if found else ""

    def prepare(self, person: Person | str, minutes: int | None = None) -> "PreparationSheet":
        """The sheet for the next talk with somebody; `str()` of it is Markdown."""
        from infoint import preparation, questions

        person = self._person(person)
        return preparation.prepare(
            person,
            self.profile,
            self.standing(person),
            self.history(person),
            self.debriefs(person),
            questions.bank(self.own_templates),
            introducer=self._introducer(person),
            minutes=minutes,
            zone=self.zone,
        )

    # ------------------------------------------------------------------ what was learnt

    def debrief(
        self, person: Person | str, debrief: "Debrief", *, at: datetime | date | str | None = None
    ) -> list[Person]:
        """Record a meeting: notes, what was promised, who was named; returns the people added.

        The meeting is logged as held (`at`, else the time it was set for, else now) unless it was
        before. Whoever was named and is not here yet is added, introduced by this person.
        """
        person, now = self._person(person), self._clock()
        s = self.standing(person)
        start = s.meeting.start if s.meeting else None
        when = at or (start if start and start <= now else None)
        held = self._event(person, "meeting_held", when, {}) if at or s.meeting or not s.met_at else None
        with self._journal.change("debrief", now) as writer:
            ids, added = self._take_in(writer, person, debrief.introductions)
            facts: list[tuple[str, dict[str, Any]]] = [("promise_made", {"text": text}) for text in debrief.promises]
            facts += [("introduction_received", {"introduced": ids})] if ids else []
            facts += [("follow_up_agreed", {"months": debrief.months})] if debrief.permission else []
            facts += [("lead_found", {"what": debrief.lead})] if debrief.lead else []
            if held:
                writer.add_event(held)
            for kind, details in facts:
                kept = checked_details(kind, details)
                writer.add_event(Event(person_id=person.id, kind=kind, at=now, details=kept))
            met = held.at if held else s.met_at or now
            writer.add_debrief(person.id, replace(debrief, introductions=tuple(ids)), met)
        return added

    def _take_in(self, writer: Writer, introducer: Person, lines: Iterable[str]) -> tuple[list[str], list[Person]]:
        """The ids of those who were named, and who of them is new here."""
        from infoint.debrief import named

        known, ids, added = Known(self._journal.people()), [], []
        for line in lines:
            person = replace(named(line), introduced_by=introducer.id)
            _, found = known.decide(person)
            if found is None:
                found = writer.add_person(self._tidy(person))
                known.add(found)
                added.append(found)
            elif found.id != introducer.id and (better := merged(found, person)) is not found:
                writer.update_person(better)
            ids.append(found.id)
        return ids, added

    def debriefs(self, person: Person | str) -> "list[Debrief]":
        """What was written down after each meeting with somebody, oldest first."""
        return [debrief for _, _, debrief in self._journal.debriefs(self._person(person).id)]

    def insights(self, about: str | None = None) -> "list[Insight]":
        """What has been learnt, newest first; `about` a company, an industry, a role or a word."""
        from infoint.insights import insights

        people = {person.id: person for person in self._journal.people()}
        return insights(self._journal.debriefs(), people, about)

    # ------------------------------------------------------------------ tables

    def people(self) -> "pd.DataFrame":
        """Everybody as a table: a row each, with stage and comfort."""
        from infoint import frames

        return frames.people_frame(self._journal.people(), self.standings())

    def events(self) -> "pd.DataFrame":
        """Every fact as a table, with the person's segments; `at` in the user's zone, retracted ones left out."""
        from infoint import frames

        return frames.events_frame(self._journal.events(), self._journal.people(), self.zone)

    def approaches(self) -> "pd.DataFrame":
        """One row a person written to; what the statistics read."""
        from infoint.analysis.approaches import approaches

        return approaches(self.events()).frame

    def backup(self, target: str | Path) -> Path:
        """Copy the whole campaign into a new file; never over another."""
        self._journal.backup(Path(target))
        return Path(target)


def _zone(name: str) -> tzinfo:
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    if name == "UTC":
        return UTC
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise InvalidPerson("timezone", name, "a name like Europe/Berlin is needed") from error


def _address(text: str) -> str:
    from email_validator import EmailNotValidError, validate_email

    try:
        return validate_email(text.strip(), check_deliverability=False, test_environment=True).normalized.casefold()
    except EmailNotValidError as error:
        raise InvalidPerson("email", text, str(error).rstrip(".")) from error


def open_campaign(path: str | Path | None = None, *, create: bool = False) -> Campaign:
    """Open a campaign's file; without a path the default one; ":memory:" keeps nothing.

    Raises
    ------
    CampaignError
        When there is none (and `create` is not given), or the file cannot be used.

    """
    return Campaign(default_path() if path is None else path, create=create)


def default_path() -> Path:
    """Where a campaign lies unless told otherwise: `$INFOINT_CAMPAIGN`, else `infoint/career.db` at home."""
    import os

    told = os.environ.get("INFOINT_CAMPAIGN")
    return Path(told).expanduser() if told else Path.home() / "infoint" / "career.db"
