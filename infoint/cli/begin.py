"""The first minutes: a demonstration, one's own campaign, and where it lies."""

from importlib.resources import files
from pathlib import Path

import click

from infoint.campaign import Campaign, default_path
from infoint.cli.output import (
    asked,
    campaign_path,
    command,
    counted,
    free,
    has_terminal,
    heading,
    opened,
    paragraph,
    tried,
)
from infoint.errors import CampaignExists
from infoint.people import RELATIONSHIP_WORDS, RELATIONSHIPS, Person, Profile

LINKEDIN = (
    "On LinkedIn: Me > Settings & Privacy > Data privacy > Get a copy of your data > tick Connections"
    " > Request archive. The mail with the link comes within minutes to a day. Then: infoint import Connections.csv"
)


@click.command("demo")
@click.option("--folder", type=click.Path(path_type=Path), help="A new folder for it.")
def demo_(folder: Path | None) -> None:
    """Show a whole made-up season, in a new folder of its own."""
    from datetime import UTC, datetime

    from infoint.cli.day import show_today
    from infoint.cli.numbers import show_funnel
    from infoint.cli.people import show_import
    from infoint.cli.prepare import show_sheet
    from infoint.cli.write import show_letter
    from infoint.sample import demonstrate

    folder = folder or free(Path("infoint-demo"))
    try:
        folder.mkdir(parents=True)
    except FileExistsError:
        raise CampaignExists(folder) from None
    now = datetime.now(UTC)
    paragraph("A demonstration: Robin Vega, a science teacher, looks at energy and climate work.", bold=True)
    paragraph(f"Nobody in it exists. It lies in {folder} and you may delete it at any time.")
    steps = list(demonstrate(folder, now))
    for _, result in steps:
        heading(f"infoint import {result.source}")
        show_import(result)
    with steps[-1][0] as campaign:
        heading("infoint today")
        show_today(campaign.situation())
        for suggestion in campaign.next_people(1):
            heading(f"infoint write {suggestion.person.as_word}")
            show_letter(campaign.write(suggestion.person))
        heading("infoint prepare Dana")
        show_sheet(campaign.prepare("Dana Ruiz"))
        heading("infoint funnel")
        show_funnel(campaign)
    file = str(folder / "career.db")
    typed = f'"{file}"' if " " in file else file
    heading("Now your own")
    for line, what in (
        ("infoint start", "two questions, three people, the first letter"),
        ("infoint import Connections.csv", "everybody you know on LinkedIn"),
        ("infoint today", "what is due, and why"),
        (f"infoint --campaign {typed} people", "look around in this demonstration"),
    ):
        click.echo(f"  {line}\n      {what}")


@click.command("start")
@click.option("--name", default="", help="Your name, for the foot of your letters.")
@click.option("--exploring", help='What you are exploring; "not sure" is fine.')
@click.option("--person", "people", multiple=True, help='Somebody you would happily ring: "Dana Ruiz, classmate".')
@click.option("--email", default="", help="Your own address.")
@click.option("--country", default="", help="Two letters, for holidays; else from the time zone.")
@click.option("--timezone", default="", help="Like Europe/Berlin; else this computer's.")
def start_(name: str, exploring: str | None, people: tuple[str, ...], email: str, country: str, timezone: str) -> None:
    """Begin your own campaign: two questions, three people, and the first letter."""
    path = campaign_path(click.get_current_context())
    if path.exists():
        raise CampaignExists(path, "Go on with: infoint today. To begin another: infoint --campaign FILE start")
    asking = has_terminal()
    if not name:
        if not asking:
            raise click.UsageError('Nobody is here to ask: say --name "Your Name" (and --exploring, --person).')
        paragraph("Two questions, then three people. Nothing leaves this computer.")
        name = click.prompt("Your name")
    if exploring is None:
        exploring = click.prompt('What are you exploring? ("not sure" is fine)', default="not sure") if asking else ""
    zone = timezone or _own_zone()
    profile = Profile(
        name=name,
        email=email,
        exploring="" if exploring.strip().casefold() in {"not sure", "no idea", "?", "-"} else exploring.strip(),
        country=country or _country_of(zone),
        timezone=zone,
    )
    tried(map(_somebody, people), profile)
    if asking and not people:
        kinds = f"{', '.join(RELATIONSHIPS[:5])}; a friend, if you say nothing"
        question = f"Name three people you would happily ring. A comma adds how you know them ({kinds})."
        people = tuple(asked(question, lambda lines: tried(map(_somebody, lines)), most=3))
    with Campaign(path, create=True) as campaign:
        campaign.profile = profile
        for text in people:
            campaign.add(_somebody(text))
        _first_letter(campaign)


def _somebody(text: str) -> Person:
    """Read "Dana Ruiz, classmate, dana@example.com": whoever one would happily ring is a friend unless told."""
    name, *rest = [part.strip() for part in text.split(",")]
    said = " ".join(part.casefold() for part in rest if "@" not in part).strip()
    return Person(
        name=name,
        email=" ".join(part for part in rest if "@" in part),
        relationship=RELATIONSHIP_WORDS.get(said.replace("-", " "), said) or "friend",
    )


def _first_letter(campaign: Campaign) -> None:
    from infoint.cli.write import logged, show_letter

    click.secho(f"\nYour campaign is in {campaign.path}", fg="green")
    if profile := campaign.profile:
        where = f"Business days and holidays follow {profile.country}, hours {profile.timezone}"
        paragraph(f"{where} (change: infoint edit me --country XX).", dim=True)
    if suggestions := campaign.next_people(1):
        letter = campaign.write(suggestions[0].person)
        heading(f"Your first letter, to {letter.person.name}")
        show_letter(letter)
        click.echo("Change what you like. When it has gone out, say so:")
        command(logged(letter))
    else:
        paragraph('Add the first person: infoint add "Dana Ruiz" --friend')
    heading("Then, when you like")
    paragraph(LINKEDIN)


def _own_zone() -> str:
    from tzlocal import get_localzone_name

    try:
        return get_localzone_name() or "UTC"
    except Exception:  # noqa: BLE001 - whatever is odd about this computer's clock, UTC will do
        return "UTC"


def _country_of(zone: str) -> str:
    """The country of a time zone, by the table that comes with the zones; US when it is of none."""
    for line in (files("tzdata") / "zoneinfo" / "zone.tab").read_text(encoding="utf-8").splitlines():
        cells = line.split("\t")
        if not line.startswith("#") and len(cells) > 2 and cells[2] == zone:
            return cells[0]
    return "US"


@click.command("where")
@click.pass_context
def where_(ctx: click.Context) -> None:
    """Show where your campaign lies, and what is in it."""
    path = campaign_path(ctx)
    click.echo(path)
    if not path.exists():
        paragraph("Nothing is there yet. Begin with: infoint start", dim=True)
        return
    campaign = opened(ctx)
    people, look = len(campaign.everybody()), campaign.last_look()
    click.echo(f"{counted(people, 'person', 'people')}, {path.stat().st_size / 1024:,.0f} kB, only on this computer")
    if look:
        click.echo(f"Last look: {look.astimezone(campaign.zone):%Y-%m-%d %H:%M}")
    if path != default_path():
        click.secho(f"(The default would be {default_path()})", dim=True)
