"""Made-up seasons: the demonstration's, told day by day, and one drawn from a seed with a known truth."""

import random
import re
import tomllib
from collections import Counter, deque
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime, time, timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from infoint import templates
from infoint.campaign import Campaign
from infoint.debrief import Debrief
from infoint.intake import ImportResult
from infoint.letters.render import Letter
from infoint.people import WARM, Person, Profile, fold

if TYPE_CHECKING:
    import pandas as pd

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
            campaign.debrief(event["person"], Debrief(**event["debrief"]), at=event.get("at"))
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
    namesakes: Counter[str] = Counter()
    for person in campaign.everybody():
        weights = (6, 2, 8, 8, 10, 0, 20, 12)
        own = re.sub("[^a-z]+", ".", fold(person.name)).strip(".") or "hello"
        email, namesakes[own] = f"{own}{namesakes[own] or ''}@example.com", namesakes[own] + 1
        campaign.update(person, relationship=chance.choices(list(TRUTH), weights)[0], email=email)
    order = sorted(campaign.everybody(), key=lambda person: -person.ease() + chance.random() * 2)
    workdays = campaign.workdays(END.date())

    def morning(day: date) -> datetime:
        return datetime.combine(workdays.forward(day), time(13), UTC) + timedelta(minutes=chance.randrange(8 * 60))

    campaign.experiment("outreach/warm", "outreach/story", per_arm=20, seed=seed)
    start, named = END.date() - timedelta(days=70), iter(order[48:])
    weeks = [start + timedelta(days=7 * (number // 5) + chance.randrange(5)) for number in range(48)]
    letters = deque((person, morning(day)) for person, day in zip(order, weeks, strict=False))
    while letters:
        person, sent = letters.popleft()
        letter = campaign.write(person)
        for kind, at, details in _story(letter, sent, chance):
            if at > END:
                break  # it has not happened yet, nor has anything later
            if kind == "introduction_received":
                other = campaign.update(next(named), relationship="referral", introduced_by=person.id)
                details["introduced"] = other
                letters.append((other, morning(at.date() + timedelta(days=chance.randint(2, 5)))))
            campaign.log(person.id, kind, at=at, **details)
    return campaign


def _story(letter: Letter, sent: datetime, chance: random.Random) -> Iterator[tuple[str, datetime, dict[str, Any]]]:
    """What happens with one person of the sample, from the first letter on."""
    relationship = letter.person.relationship
    yield "outreach_sent", sent, {"channel": "email", "template": letter.template}
    if chance.random() < 0.04:
        yield "bounced", sent + timedelta(minutes=2), {}
        return
    at = sent + timedelta(days=MEDIAN_DAYS * chance.lognormvariate(0, SIGMA))
    if chance.random() >= TRUTH[relationship]:
        wait = timedelta(days=14 if relationship in WARM else 9)
        yield "nudge_sent", sent + wait, {"channel": "email", "template": "nudge/gentle"}
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
            yield kind, start + timedelta(minutes=minutes), dict(details)
    if thanked:
        yield "thank_you_sent", thanked, {"template": "thanks/note"}


MAILBOX_OF = "robin.vega@example.org"
"""The address of the user of the sample."""
_ROBIN = f"Robin Vega <{MAILBOX_OF}>"
_SAID = {
    "reply_received": "Hi Robin,\n\nGladly, I remember how that felt. What about a call next week?\n\n{first}",
    "declined": "Hi Robin,\n\nUnfortunately I can't take this on this spring. I wish you luck!\n\n{first}",
    "bounced": "Your message could not be delivered: the address {email} does not exist.",
    "introduction_received": "Hi Robin,\n\nGood to talk! In copy is {other}: let me introduce you two.\n\n{first}",
    "newsletter": "Ten ideas for your garden, and what grows in the shade.",
}
"""What people of the sample write."""


def sample_mailbox(path: str | Path, seed: int = 7) -> Path:
    """Write an mbox: the season of `sample_campaign` as Robin's mail program would hold it, with a newsletter a week.

    >>> with TemporaryDirectory() as folder:
    ...     sample_mailbox(Path(folder) / "All mail.mbox").stat().st_size > 50_000
    True
    """
    import mailbox

    campaign, path = sample_campaign(seed), Path(path)
    post = [post for person in campaign.everybody() for post in _correspondence(campaign, person)]
    for week in range(10):
        at = END - timedelta(weeks=week)
        post.append((at, _mail("garden@example.net", _ROBIN, "Garden news", "newsletter", at, List_Id="<garden>")))
    with closing(mailbox.mbox(path)) as box:
        for _, message in sorted(post, key=lambda each: each[0]):
            box.add(message)
    return path


def _correspondence(campaign: Campaign, person: Person) -> Iterator[tuple[datetime, EmailMessage]]:
    """What was written with one person, as mail."""
    them, before, subject = str(Address(person.name, addr_spec=person.email)), "", ""
    everybody = {other.id: other for other in campaign.everybody()}
    for event in campaign.history(person):
        sender, to, more = them, _ROBIN, {"In_Reply_To": before, "References": before}
        if event.template:
            letter = campaign.write(person, event.template)
            subject, text, sender, to = letter.subject or subject, letter.body, _ROBIN, them
        elif event.kind in _SAID:
            other = next((everybody[each] for each in event.details.get("introduced", ()) if each in everybody), person)
            text = _SAID[event.kind].format(first=person.first_name, email=person.email, other=other.name)
            if event.kind == "introduction_received":
                more["Cc"] = str(Address(other.name, addr_spec=other.email))
            elif event.kind == "bounced":
                sender, more["X_Failed_Recipients"] = "mailer-daemon@example.org", person.email
        else:
            continue
        answers = {name: value for name, value in more.items() if value}
        message = _mail(sender, to, f"Re: {subject}" if before else subject, text, event.at, **answers)
        before = message["Message-ID"]
        yield event.at, message


def _mail(sender: str, to: str, subject: str, text: str, at: datetime, **headers: str) -> EmailMessage:
    message = EmailMessage(policy=SMTP.clone(max_line_length=998))
    message["From"], message["To"], message["Subject"] = sender, to, subject
    message["Date"], message["Message-ID"] = at, f"<{at:%Y%m%d%H%M%S%f}.{sender.rpartition('<')[2].strip('>')}>"
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(_SAID.get(text, text))
    return message


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
