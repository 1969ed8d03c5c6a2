"""Made-up seasons: the demonstration's, told day by day, and one drawn from a seed with a known truth."""

import random
import re
import tomllib
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from infoint import templates
from infoint.campaign import Campaign
from infoint.debrief import Debrief
from infoint.intake import ImportResult
from infoint.people import WARM, Profile

END = datetime(2025, 3, 14, 22, 0, tzinfo=UTC)
"""The end of the packaged seasons, that of the demonstration and that of the sample."""

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
_AFTERWARDS: tuple[tuple[str, float, dict[str, Any]], ...] = (
    ("introduction_received", 0.45, {}),
    ("follow_up_agreed", 0.5, {"months": 2}),
    ("lead_found", 0.15, {}),
)
"""What may come of a meeting, and how probably."""


def demonstrate(folder: Path, now: datetime) -> Iterator[tuple[Campaign, ImportResult]]:
    """Make the demonstration campaign in `folder`: two imports, then a season that ends `now`.

    Gives the campaign with the result of each import, and plays the season after the second.
    """
    export, letters = folder / "Connections.csv", folder / "letters.csv"
    weeks = (now.date() - END.date()).days // 7 * 7
    export.write_text(templates.read("demo/Connections.csv"), encoding="utf-8", newline="")
    letters.write_text(_moved(templates.read("demo/letters.csv"), weeks), encoding="utf-8", newline="")
    season = templates.read("demo/season.toml")
    campaign = Campaign(folder / "career.db", create=True, clock=lambda: now)
    campaign.profile = Profile(**tomllib.loads(season)["user"])
    yield campaign, campaign.import_people(export)
    yield campaign, campaign.import_people(letters)
    _play(campaign, tomllib.loads(_moved(season, (campaign.local_day() - END.date()).days)))


def _moved(text: str, days: int) -> str:
    """A text with its ISO dates moved."""
    return re.sub(r"\b\d{4}-\d\d-\d\d\b", lambda found: str(date.fromisoformat(found[0]) + timedelta(days)), text)


def _play(campaign: Campaign, season: dict[str, Any]) -> None:
    known = {person.name: person for person in campaign.everybody()}
    for entry in season["person"]:
        campaign.update(known[entry["name"]], **entry)
    for event in season["event"]:
        if "debrief" in event:
            campaign.debrief(event["person"], Debrief(**event["debrief"]), at=event["at"])
        else:
            campaign.log(**event)


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
    for person in campaign.everybody():
        weights = (6, 2, 8, 8, 10, 0, 20, 12)
        campaign.update(person, relationship=chance.choices(list(TRUTH), weights)[0])
    order = sorted(campaign.everybody(), key=lambda person: -person.ease() + chance.random() * 2)
    day = END.date() - timedelta(days=70)
    workdays = campaign.workdays(END.date())
    for number, person in enumerate(order[:52]):
        if number and not number % 5:
            day += timedelta(days=7)
        sent = datetime.combine(workdays.forward(day + timedelta(days=chance.randrange(5))), time(13), UTC)
        sent += timedelta(minutes=chance.randrange(8 * 60))
        for kind, at, details in _story(person.relationship, sent, chance):
            if at > END:
                break  # it has not happened yet, nor has anything later
            campaign.log(person.id, kind, at=at, **details)
    return campaign


def _story(relationship: str, sent: datetime, chance: random.Random) -> Iterator[tuple[str, datetime, dict[str, Any]]]:
    """What happens with one person of the sample, from the first letter on."""
    warm = relationship in WARM
    template = chance.choice(("outreach/warm", "outreach/story")) if warm else "outreach/cold"
    yield "outreach_sent", sent, {"channel": "email", "template": template}
    if chance.random() < 0.04:
        yield "bounced", sent + timedelta(minutes=2), {}
        return
    at = sent + timedelta(days=MEDIAN_DAYS * chance.lognormvariate(0, SIGMA))
    if chance.random() >= TRUTH[relationship]:
        yield "nudge_sent", sent + timedelta(days=14 if warm else 9), {"channel": "email", "template": "nudge/gentle"}
        return
    if chance.random() < 0.1:
        yield "declined", at, {"channel": "email"}
        return
    start = at + timedelta(days=chance.uniform(3, 12))
    yield "reply_received", at, {"channel": "email"}
    if chance.random() < 0.15:
        return
    booked = at + timedelta(hours=chance.uniform(1, 30))
    yield "meeting_scheduled", booked, {"start": start.replace(second=0, microsecond=0), "minutes": 20}
    yield "meeting_held", start, {}
    thanked = start + timedelta(hours=chance.uniform(1, 20)) if chance.random() < 0.85 else None
    for minutes, (kind, probability, details) in enumerate(_AFTERWARDS, 30):
        if chance.random() < probability:
            yield kind, start + timedelta(minutes=minutes), details
    if thanked:
        yield "thank_you_sent", thanked, {"template": "thanks/note"}
