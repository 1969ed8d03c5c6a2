"""Made-up seasons: the demonstration's, told day by day, and one drawn from a seed with a known truth."""

import random
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from infoint import templates
from infoint.campaign import Campaign
from infoint.debrief import Debrief
from infoint.intake import ImportResult
from infoint.people import WARM, Profile

if TYPE_CHECKING:
    import pandas as pd

ANCHOR = date(2025, 3, 14)
"""The day at which the packaged spreadsheet of letters ends."""
END = datetime(2025, 3, 14, 22, 0, tzinfo=UTC)

TRUTH = {
    "friend": 0.75,
    "family": 0.75,
    "classmate": 0.6,
    "colleague": 0.6,
    "alum": 0.45,
    "referral": 0.5,
    "acquaintance": 0.35,
    "stranger": 0.2,
}
"""The probability that a first letter of the sample is ever answered, by relationship (made up)."""
MEDIAN_DAYS, SIGMA = 1.2, 1.2
"""The log-normal delay of the sample's answers: its median in days, its spread (made up)."""


def demonstrate(folder: Path, now: datetime) -> Iterator[tuple[Campaign, ImportResult]]:
    """Make the demonstration campaign in `folder`: two imports, then a season that ends `now`.

    Gives the campaign with the result of each import, and plays the season after the second.
    """
    export, letters = folder / "Connections.csv", folder / "letters.csv"
    export.write_text(templates.read("demo/Connections.csv"), encoding="utf-8", newline="")
    letters.write_text(_moved(templates.read("demo/letters.csv"), now.date()), encoding="utf-8", newline="")
    season = tomllib.loads(templates.read("demo/season.toml"))
    campaign = Campaign(folder / "career.db", create=True, clock=lambda: now)
    campaign.profile = Profile(**season["user"])
    yield campaign, campaign.import_people(export)
    yield campaign, campaign.import_people(letters)
    _play(campaign, season, now)


def _moved(text: str, today: date) -> str:
    """The ISO dates of a text moved by whole weeks, so that its season ends within the last one."""
    weeks = timedelta(days=(today - ANCHOR).days // 7 * 7)
    return re.sub(r"\b\d{4}-\d\d-\d\d\b", lambda found: str(date.fromisoformat(found[0]) + weeks), text)


def _play(campaign: Campaign, season: dict[str, Any], now: datetime) -> None:
    for entry in season["person"]:
        known = [person for person in campaign.everybody() if person.name == entry["name"]]
        if known:
            campaign.update(known[0], **{key: value for key, value in entry.items() if key != "name"})
    zone, today = campaign.zone, now.astimezone(campaign.zone).date()
    for entry in season["event"]:
        at = datetime.combine(today - timedelta(days=entry["days_ago"]), time.fromisoformat(entry["at"]), zone)
        at = min(at, now)
        details = _details(entry.get("details", {}), today, zone)
        told = {key: entry[key] for key in ("channel", "template", "note") if key in entry}
        if entry["what"] == "met":
            learnt = (entry["said"],) if entry.get("said") else ()
            notes = Debrief(notes=told.get("note", ""), learnt=learnt, advice=entry.get("advice", ""))
            campaign.debrief(entry["person"], notes, at=at)
        elif entry["what"] == "introduced":
            campaign.debrief(entry["person"], Debrief(introductions=_named(details.pop("introduced"), season)))
        else:
            campaign.log(entry["person"], entry["what"], at=at, **told, **details)


def _details(told: dict[str, Any], today: date, zone: Any) -> dict[str, Any]:
    """Days counted from today, turned into dates."""
    details = dict(told)
    if "start_in_days" in details:
        day = today + timedelta(days=details.pop("start_in_days"))
        details["start"] = datetime.combine(day, time.fromisoformat(details.pop("start_at")), zone)
    for key in ("until", "due"):
        if f"{key}_in_days" in details:
            details[key] = today + timedelta(days=details.pop(f"{key}_in_days"))
    return details


def _named(names: list[str], season: dict[str, Any]) -> tuple[str, ...]:
    companies = {entry["name"]: entry.get("company", "") for entry in season["person"]}
    return tuple(f"{name}, {companies.get(name, '')}".rstrip(", ") for name in names)


def sample_campaign(seed: int = 7) -> Campaign:
    """A made-up campaign in memory, drawn from a seed; `TRUTH` says what it was drawn from.

    It ends on 14 March 2025, whatever day it is. Nobody in it exists.

    >>> campaign = sample_campaign(seed=7)
    >>> len(campaign.approaches()) > 40
    True
    """
    campaign = Campaign(":memory:", create=True, clock=lambda: END)
    campaign.profile = Profile(
        name="Robin Vega",
        exploring="energy and climate work",
        background="six years of teaching science",
        skills=("teaching", "data"),
        timezone="America/New_York",
    )
    with TemporaryDirectory() as folder:
        export = Path(folder) / "Connections.csv"
        export.write_text(templates.read("demo/Connections.csv"), encoding="utf-8", newline="")
        campaign.import_people(export)
    chance = random.Random(seed)  # noqa: S311 - a sample is drawn from a public seed, not a secret
    people = campaign.everybody()
    kinds = list(TRUTH)
    for person in people:
        weights = (6, 2, 8, 8, 10, 0, 20, 12)
        campaign.update(person, relationship=chance.choices(kinds, weights)[0])
    order = sorted(campaign.everybody(), key=lambda person: -person.ease() + chance.random() * 2)
    day = END.date() - timedelta(days=70)
    workdays = campaign.workdays(END.date())
    campaign.experiment("outreach/warm", "outreach/story", per_arm=20, seed=seed)
    unknown = [person.id for person in order[48:]]
    for number, person in enumerate(order[:48]):
        if number and not number % 5:
            day += timedelta(days=7)
        sent = workdays.forward(day + timedelta(days=chance.randrange(5)))
        _Story(campaign, person.id, chance, unknown).tell(_hour(sent, chance))
    return campaign


def _hour(day: date, chance: random.Random) -> datetime:
    return datetime.combine(day, time(13), UTC) + timedelta(minutes=chance.randrange(8 * 60))


@dataclass(slots=True)
class _Story:
    """What happens with one person of the sample, from the first letter on."""

    campaign: Campaign
    person_id: str
    chance: random.Random
    unknown: list[str]
    """Whom the user would never have written to, but for an introduction."""

    def log(self, kind: str, at: datetime, **details: Any) -> bool:
        """Record it if it lies before the sample's end; nothing later has happened yet."""
        if at > END:
            return False
        self.campaign.log(self.person_id, kind, at=at, **details)
        return True

    def tell(self, sent: datetime) -> None:
        letter = self.campaign.write(self.person_id)
        relationship = letter.person.relationship
        if not self.log("outreach_sent", sent, channel="email", template=letter.template):
            return
        if self.chance.random() < 0.04:
            self.log("bounced", sent + timedelta(minutes=2))
            return
        delay = timedelta(days=MEDIAN_DAYS * self.chance.lognormvariate(0, SIGMA))
        if self.chance.random() < TRUTH[relationship]:
            self.answered(sent + delay)
        else:
            wait = timedelta(days=14 if relationship in WARM else 9)
            self.log("nudge_sent", sent + wait, channel="email", template="nudge/gentle")

    def answered(self, at: datetime) -> None:
        if self.chance.random() < 0.1:
            self.log("declined", at, channel="email")
            return
        start = at + timedelta(days=self.chance.uniform(3, 12))
        if not self.log("reply_received", at, channel="email") or self.chance.random() < 0.15:
            return
        booked = at + timedelta(hours=self.chance.uniform(1, 30))
        if self.log("meeting_scheduled", booked, start=start.replace(second=0, microsecond=0), minutes=20):
            self.met(start)

    def met(self, at: datetime) -> None:
        if not self.log("meeting_held", at):
            return
        if self.chance.random() < 0.85:
            self.log("thank_you_sent", at + timedelta(hours=self.chance.uniform(1, 20)), template="thanks/note")
        if self.chance.random() < 0.45 and self.unknown:
            self.introduced(self.unknown.pop(0), at + timedelta(minutes=30))
        if self.chance.random() < 0.5:
            self.log("follow_up_agreed", at + timedelta(minutes=31), months=2)
        if self.chance.random() < 0.15:
            self.log("lead_found", at + timedelta(minutes=32))

    def introduced(self, other: str, at: datetime) -> None:
        """They name another, who gets a letter some days later."""
        if self.log("introduction_received", at, introduced=[other]):
            self.campaign.update(other, relationship="referral", introduced_by=self.person_id)
            soon = self.campaign.workdays(END.date()).forward(at.date() + timedelta(days=self.chance.randint(2, 5)))
            _Story(self.campaign, other, self.chance, self.unknown).tell(_hour(soon, self.chance))


def sample_seasons(seasons: int = 200, letters: int = 30, seed: int = 7) -> "pd.DataFrame":
    """Made-up events of many seasons, as a career office has them: `season_id`, `cohort`, and the columns of events.

    Letters of one season are alike: its rate is `TRUTH`'s moved on the logit by a normal of sd 1.

    >>> events = sample_seasons(seasons=3, letters=10)
    >>> events["season_id"].nunique(), int((events["kind"] == "outreach_sent").sum())
    (3, 30)
    """
    import numpy as np
    import pandas as pd

    chance, number = np.random.default_rng(seed), seasons * letters
    season = np.repeat(np.arange(seasons), letters)
    closeness = chance.choice(list(TRUTH), number)
    rate = np.array([TRUTH[name] for name in closeness])
    odds = rate / (1 - rate) * np.exp(chance.normal(0, 1, seasons))[season]
    begun = np.datetime64("2024-09-02", "m") + (season % 4 * 28).astype("timedelta64[D]")
    sent = begun + chance.integers(0, 70, number).astype("timedelta64[D]")
    sent = np.busday_offset(sent.astype("datetime64[D]"), 0, roll="forward").astype("datetime64[m]") + np.timedelta64(
        840
    )
    delay = chance.lognormal(np.log(MEDIAN_DAYS), SIGMA, number) * 1440
    came = np.where(chance.random(number) < odds / (1 + odds), delay, np.nan)
    met = np.where(chance.random(number) < 0.7, came + chance.uniform(3, 12, number) * 1440, np.nan)
    end, parts = np.datetime64("2025-01-31T18:00", "m"), []
    for kind, after in {"outreach_sent": np.zeros(number), "reply_received": came, "meeting_held": met}.items():
        at = sent + np.nan_to_num(after).astype("timedelta64[m]")
        kept = ~np.isnan(after) & (at <= end)
        part = pd.DataFrame({"season_id": season, "person_id": np.arange(number), "kind": kind, "at": at})
        parts.append(part.assign(relationship=closeness, cohort=[f"intake {n % 4 + 1}" for n in season])[kept])
    events: pd.DataFrame = pd.concat(parts).sort_values(["at", "person_id"], ignore_index=True)
    events["at"] = events["at"].astype("datetime64[us]")
    return events
