"""Whom you know: add, edit, import, look through, and whom to write to next."""

from dataclasses import asdict
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import click

from infoint.cli.output import as_json, counted, has_terminal, heading, opened, paragraph, quoted, table
from infoint.people import RELATIONSHIPS, WARM, Person, changed, fold

if TYPE_CHECKING:
    from collections.abc import Callable

    from infoint.campaign import Campaign
    from infoint.intake import ImportResult


def _person_options(command: "Callable[..., Any]") -> "Callable[..., Any]":
    """The fields of a person as options; --friend and its like are short for --relationship."""
    for name in reversed(RELATIONSHIPS):
        command = click.option(f"--{name}", "relationship", flag_value=name, help=f"Same as --relationship {name}.")(
            command
        )
    options = (
        click.option("--email"),
        click.option("--company"),
        click.option("--role"),
        click.option("--industry"),
        click.option("--relationship", type=click.Choice(RELATIONSHIPS), metavar="HOW"),
        click.option("--comfort", type=click.IntRange(1, 5), help="How easy to write to: 1 hard, 5 easy."),
        click.option("--url", help="Their LinkedIn profile."),
        click.option("--school"),
        click.option("--note"),
        click.option("--tag", "tags", multiple=True),
        click.option("--introduced-by", help="Who named them."),
        click.option("--connected/--not-connected", default=None, help="Linked on LinkedIn."),
    )
    for option in reversed(options):
        command = option(command)
    return command


@click.command("add")
@click.argument("name")
@_person_options
@click.pass_context
def add_(ctx: click.Context, /, name: str, **fields: Any) -> None:
    """Add somebody: infoint add "Dana Ruiz" --friend."""
    campaign = opened(ctx)
    person = campaign.add(Person(name=name, **_given(fields)))
    paragraph(f"Added {person}, {_known_as(person)}.", fg="green")
    click.secho(f"Write to them: infoint write {quoted(person.name)}", dim=True)


@click.command("edit")
@click.argument("person")
@click.option("--name")
@_person_options
@click.option("--exploring", help="me: what you are exploring.")
@click.option("--background", help="me: who you are, in a phrase.")
@click.option("--skills", help="me: what you would take along, with commas.")
@click.option("--employers", help="me: where you worked, with commas.")
@click.option("--interests", help="me: what draws you.")
@click.option("--goals", help="me: what you hope for.")
@click.option("--country", help="me: two letters, for holidays.")
@click.option("--timezone", help="me: like Europe/Berlin.")
@click.option("--weekly", type=int, help="me: new people a week, 1 to 10.")
@click.option("--minutes", type=int, help="me: the length of talk to ask for.")
@click.pass_context
def edit_(ctx: click.Context, /, person: str, **fields: Any) -> None:
    """Change somebody, or with "me" yourself: infoint edit dana --company Orbit."""
    campaign, given = opened(ctx), _given(fields)
    if not given:
        raise click.UsageError("Say what to change: infoint edit --help lists it.")
    if person == "me" and campaign.profile:
        campaign.profile = changed(campaign.profile, given)
        click.secho("Your profile is changed.", fg="green")
        if "country" in given:
            found = len(campaign.workdays().holidays) or "no"
            paragraph(f"{found} holidays are known for {campaign.profile.country}, last year to next.", dim=True)
        return
    before = campaign.find(person)
    after = campaign.update(before, **given)
    paragraph(f"Changed: {after}, {_known_as(after)}." if after != before else "Nothing was different.", fg="green")


def _given(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None and value != ()}


def _known_as(person: Person) -> str:
    return f"{person.relationship}, comfort {person.ease()} of 5"


@click.command("import")
@click.argument("file", type=click.Path())
@click.option("--dates", type=click.Choice(["dmy", "mdy"]), help="How 3/4/2025 is meant in this file.")
@click.option("--json", "json_", is_flag=True, help="As JSON.")
@click.pass_context
def import_(ctx: click.Context, file: str, dates: Any, json_: bool) -> None:
    """Take in LinkedIn's Connections.csv, or your own tracker (.csv, .xlsx)."""
    campaign = opened(ctx)
    result = campaign.import_people(file, dates=dates)
    if json_:
        as_json(asdict(result))
        return
    show_import(result)
    if result.added:
        click.secho("Who of them is easy for you to write to? infoint people --ask-comfort", dim=True)


def show_import(result: "ImportResult", most: int = 12) -> None:
    """What was imported, and what was skipped and why."""
    encoding = f", {result.encoding}" if result.encoding else ""
    paragraph(f"{result.source} ({result.format}{encoding})")
    events = f", {result.events} facts logged" if result.events else ""
    numbers = f"{result.added} added, {result.merged} merged, {result.unchanged} unchanged, {result.skipped} skipped"
    click.secho(numbers + events, fg="green")
    for problem in result.problems[:most]:
        paragraph(f"· {problem}", indent="  ", fg="yellow")
    if len(result.problems) > most:
        paragraph(f"  … and {len(result.problems) - most} more; --json lists all", fg="yellow")


@click.command("people")
@click.argument("query", required=False)
@click.option("--relationship", type=click.Choice(RELATIONSHIPS), metavar="HOW")
@click.option("--company")
@click.option("--stage", type=click.Choice(["new", "approached", "replied", "scheduled", "met"]))
@click.option("--tag")
@click.option("--ask-comfort", is_flag=True, help="Go through the likeliest: how easy to write to?")
@click.option("--json", "json_", is_flag=True, help="As JSON.")
@click.pass_context
def people_(
    ctx: click.Context,
    query: str | None,
    relationship: str | None,
    company: str | None,
    stage: str | None,
    tag: str | None,
    ask_comfort: bool,
    json_: bool,
) -> None:
    """List people, or with a name everything about one of them."""
    campaign = opened(ctx)
    company = campaign.labels().get(company, company) if company else None
    if ask_comfort:
        _ask_comfort(campaign)
        return
    if query and not json_:
        _show_one(campaign, campaign.find(query))
        return
    standings = campaign.standings()
    rows = []
    for person in [campaign.find(query)] if query else campaign.everybody():
        s = standings.get(person.id)
        reached = (s.stage if s else "") or "new"
        if relationship not in (None, person.relationship) or stage not in (None, reached):
            continue
        if (company and not _works_at(person, company)) or (tag and tag not in person.tags):
            continue
        rows.append((person, reached))
    if json_:
        as_json([asdict(person) | {"stage": reached} for person, reached in rows])
        return
    if not rows:
        paragraph('Nobody is here like that. Add somebody: infoint add "Name" --friend')
        return
    rows.sort(key=lambda row: (-row[0].ease(), row[0].name))
    table(
        ["name", "works at", "known as", "comfort", "stage"],
        [(p.name, p.company or p.role, p.relationship, p.ease(), reached) for p, reached in rows],
        right=["comfort"],
        cut=["name", "works at"],
    )
    click.secho(counted(len(rows), "person", "people"), dim=True)


def _works_at(person: Person, company: str) -> bool:
    from infoint.matching import same_company

    return same_company(company, person.company) or fold(company) in fold(person.company)


def _show_one(campaign: "Campaign", person: Person) -> None:
    s = campaign.standing(person)
    heading(str(person))
    click.echo(f"{_known_as(person)}{f', {person.email}' if person.email else ''}")
    for line in (person.url, person.note, ", ".join(person.tags)):
        if line:
            paragraph(line)
    for event in campaign.history(person):
        texts = [event.details.get(name) for name in ("text", "what", "reason", "place")]
        told = "; ".join(filter(None, [*texts, event.note]))
        what = f"{event.kind.replace('_', ' ')}{meant(event, campaign.zone)}"
        paragraph(f"{by_precision(event, campaign.zone)}  {what}{f': {told}' if told else ''}")
    for warning in s.warnings:
        paragraph(f"Note: {warning}.", fg="yellow")
    for action in campaign.today(ahead=366):
        if action.person.id == person.id:
            paragraph(f"{action.due}: {action.title}, {action.reason}", fg="cyan")
    click.secho(f"id {person.id}", dim=True)


def by_precision(event: Any, zone: Any) -> str:
    """The moment of an event as exactly as it is known."""
    if event.precision == "minute":
        return f"{event.at.astimezone(zone):%Y-%m-%d %H:%M}"
    return f"{event.day(zone)}{' or before' if event.precision == 'by' else ''}"


def meant(event: Any, zone: Any) -> str:
    """When a meeting begins, a pause ends or a promise is due, as it was understood; else nothing."""
    if start := event.details.get("start"):
        local = datetime.fromisoformat(start).astimezone(zone)
        return f" for {local:%a} {local.day} {local:%b %Y, %H:%M}"
    for name, word in (("until", "until"), ("due", "by")):
        if day := event.details.get(name):
            until = date.fromisoformat(day)
            return f" {word} {until:%a} {until.day} {until:%b %Y}"
    return ""


def _ask_comfort(campaign: "Campaign") -> None:
    """One key each, the likeliest first; 20 to 40 make a good start."""
    if not has_terminal():
        raise click.UsageError("Nobody is here to ask: use infoint edit NAME --comfort 1..5.")
    me = campaign.profile
    near = {fold(text) for text in ((me.school, *me.employers) if me else ()) if text}
    people = [p for p in campaign.everybody() if p.comfort is None and p.relationship not in WARM]
    people.sort(
        key=lambda p: (not near & {fold(p.school), fold(p.company)}, -p.ease(), str(p.connected_on or ""), p.name)
    )
    paragraph("How easy is it for you to write to them? 5 very easy … 1 hard; Enter skips, q stops.")
    kept = 0
    for number, person in enumerate(people, 1):
        click.echo(f"{number:>3}  {person}  ", nl=False)
        key = _key()
        click.secho(key, fg="green" if key.isdigit() else None)
        if key == "q":
            break
        if key.isdigit():
            campaign.update(person, comfort=int(key))
            kept += 1
    click.echo(f"{kept} kept. 20 to 40 make a good start; go on at any time. Then: infoint next")


def _key() -> str:
    """The next key that means something: 1 to 5, "-" for Enter or the space bar, "q" for the end."""
    meanings = {str(comfort): str(comfort) for comfort in range(1, 6)} | {"q": "q", "Q": "q"}
    meanings |= dict.fromkeys(("\r", "\n", " ", "-"), "-")
    while True:
        try:
            key = click.getchar()
        except EOFError:
            return "q"
        if key in meanings:
            return meanings[key]


@click.command("next")
@click.option("--limit", default=5, show_default=True, type=click.IntRange(1, 100))
@click.option("--json", "json_", is_flag=True, help="As JSON.")
@click.pass_context
def next_(ctx: click.Context, limit: int, json_: bool) -> None:
    """Whom to write to next, the most comfortable first, with reasons."""
    campaign = opened(ctx)
    suggestions = campaign.next_people(limit)
    if json_:
        as_json([asdict(item.person) | {"reasons": item.reasons} for item in suggestions])
        return
    for number, item in enumerate(suggestions, 1):
        click.secho(f"{number}. {item.person}", bold=True)
        paragraph("; ".join(item.reasons), indent="   ")
    if suggestions:
        click.secho(f"\ninfoint write {quoted(suggestions[0].person.name)}", dim=True)
    else:
        paragraph('Nobody is waiting to be written to. Add somebody: infoint add "Name" --friend')
