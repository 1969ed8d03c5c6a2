"""Whom you know: add, edit, import, look through, and whom to write to next."""

import sys
from dataclasses import asdict
from datetime import date, datetime, tzinfo
from functools import reduce
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from infoint.cadence import show
from infoint.campaign import Campaign, rebuild
from infoint.cli.output import (
    as_json,
    bar,
    campaign_path,
    counted,
    has_terminal,
    heading,
    json_option,
    key,
    on_campaign,
    opened,
    paragraph,
    said,
    save_problems,
    table,
)
from infoint.errors import InfointError
from infoint.events import Event
from infoint.journal.archive import is_archive
from infoint.people import RELATIONSHIPS, WARM, Person, changed, fold

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from infoint.intake import ImportResult


_FIELDS = (
    click.option("--email"),
    click.option("--company"),
    click.option("--role"),
    click.option("--industry"),
    click.option("--relationship", type=click.Choice(RELATIONSHIPS), metavar="HOW"),
    click.option("--comfort", type=click.IntRange(1, 5), help="How easy to write to: 1 hard, 5 easy."),
    click.option("--url", help="Their LinkedIn profile."),
    click.option("--school"),
    click.option("--note"),
    click.option("--timezone", help="Where they live: like Europe/Berlin."),
    click.option("--tag", "tags", multiple=True),
    click.option("--introduced-by", help="Who named them."),
    click.option("--connected/--not-connected", default=None, help="Linked on LinkedIn."),
    *(click.option(f"--{how}", "relationship", flag_value=how, help=f"--relationship {how}.") for how in RELATIONSHIPS),
)


def _person_options(command: "Callable[..., Any]") -> "Callable[..., Any]":
    """The fields of a person as options; --friend and its like are short for --relationship."""
    return reduce(lambda made, option: option(made), reversed(_FIELDS), command)


@on_campaign("add")
@click.argument("name")
@_person_options
def add_(campaign: Campaign, name: str, **fields: Any) -> None:
    """Add somebody: infoint add "Dana Ruiz" --friend."""
    person = campaign.add(Person(name=name, **said(fields)))
    paragraph(f"Added {person}, {_known_as(person)}.", fg="green")
    click.secho(f"Write to them: infoint write {person.as_word}", dim=True)


@on_campaign("edit")
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
@click.option("--language", help="me: of your letters: en, de, or one of your own.")
@click.option("--weekly", type=int, help="me: new people a week, 1 to 10.")
@click.option("--minutes", type=int, help="me: the length of talk to ask for.")
def edit_(campaign: Campaign, person: str, **fields: Any) -> None:
    """Change somebody, or with "me" yourself: infoint edit dana --company Orbit."""
    given = said(fields)
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


def _known_as(person: Person) -> str:
    return f"{person.relationship}, comfort {person.ease()} of 5"


@click.command("import")
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--dates", type=click.Choice(["dmy", "mdy"]), help="How 3/4/2025 is meant in these files.")
@click.option("--map", "maps", multiple=True, metavar="TITLE=FIELD", help='As in "Date contacted=sent_at".')
@click.option("--dry-run", is_flag=True, help="Only say what would change.")
@click.option("--problems", type=click.Path(path_type=Path, dir_okay=False), help="Write what was left out into a CSV.")
@json_option
@click.pass_context
def import_(
    ctx: click.Context,
    files: tuple[Path, ...],
    dates: Any,
    maps: tuple[str, ...],
    dry_run: bool,
    problems: Path | None,
    json_: bool,
) -> None:
    """Take in LinkedIn's export, an address book (Google, Outlook, vCard) or your own tracker.

    A tracker may be .csv, .tsv, .xlsx or .ods; LinkedIn's .zip may stay as it is. What a file is, is
    seen from what stands in it. The columns of a tracker are shown for your yes in a terminal, and
    kept for the next time. Importing it again changes nothing. A folder that infoint export --all
    wrote becomes a campaign again.
    """
    if len(files) == 1 and is_archive(files[0]):
        with rebuild(files[0], campaign_path(ctx)) as campaign:
            click.secho(f"The campaign is in {campaign.path}, as it was.", fg="green")
        return
    campaign = opened(ctx)
    told = dict(_split(text) for text in maps)
    results = [
        campaign.import_people(
            file,
            columns=told or (_columns(campaign, file) if has_terminal() and not json_ else {}),
            dates=dates,
            dry_run=dry_run,
            progress=_with_progress,
        )
        for file in files
    ]
    if problems:
        save_problems(problems, [problem for result in results for problem in result.problems])
    if json_:
        as_json([asdict(result) for result in results] if len(results) > 1 else asdict(results[0]))
        return
    for result in results:
        show_import(result)
    if beside := sum(problem.message.endswith("(infoint merge)") for result in results for problem in result.problems):
        paragraph(f"{counted(beside, 'person', 'people')} may be here twice now: infoint merge asks, a key each.")
    if dry_run:
        click.echo("This is what would change. Nothing has been.")
    elif any(result.added for result in results):
        click.secho("Who of them is easy for you to write to? infoint people --ask-comfort", dim=True)


_MANY = 100_000
"""From so many rows on keeping them takes seconds."""


def _split(text: str) -> tuple[str, str]:
    title, equals, field = text.rpartition("=")
    if not equals:
        raise click.UsageError(f'{text!r} is not TITLE=FIELD, as in --map "Date contacted=sent_at".')
    return title.strip(), field.strip()


def _columns(campaign: Campaign, file: Path) -> dict[str, str]:
    """What the columns of the user's own table mean: shown for a yes, changed line by line."""
    from infoint.exchange.cells import key as plain
    from infoint.exchange.columns import told

    columns = {column.title: column for column in campaign.columns(file)}
    means = {title: column.field or column.perhaps for title, column in columns.items()}
    while columns:
        paragraph(f"What {file.name} tells, by its columns:")
        rows = [
            (c.title, c.example, means[c.title] or "left out", c.why or (c.perhaps and "what may stand in it"))
            for c in columns.values()
        ]
        table(["column", "such as", "is taken for", "by"], rows, cut=["column", "such as"])
        paragraph("Enter if that is so, or change one: Date contacted=sent_at (nothing after the = leaves it out).")
        if not (line := click.prompt(">", default="", show_default=False, prompt_suffix=" ").strip()):
            return means
        try:
            said = told(file, dict([_split(line)]))
        except (click.UsageError, InfointError) as error:
            paragraph(f"{error} {getattr(error, 'hint', '')}", fg="yellow")
        else:
            means = {
                title: said.get(plain(title), "" if field in said.values() else field) for title, field in means.items()
            }
    return {}


def _with_progress(items: "Iterator[Any]", size: int) -> "Iterator[Any]":
    """The rows, with a bar."""
    yield from bar(items, "", size, "rows read")
    if size > _MANY and sys.stderr.isatty():
        click.secho(f"All {size:,} rows are read. Now they are kept ...", dim=True, err=True)


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


@on_campaign("people")
@click.argument("query", required=False)
@click.option("--relationship", type=click.Choice(RELATIONSHIPS), metavar="HOW")
@click.option("--company")
@click.option("--stage", type=click.Choice(["new", "approached", "replied", "scheduled", "met"]))
@click.option("--tag")
@click.option("--ask-comfort", is_flag=True, help="Go through the likeliest: how easy to write to?")
@json_option
def people_(campaign: Campaign, query: str | None, ask_comfort: bool, json_: bool, **only: Any) -> None:
    """List people, or with a name everything about one of them."""
    if only["company"]:
        only["company"] = campaign.labels().get(only["company"], only["company"])
    if ask_comfort:
        _ask_comfort(campaign)
        return
    if query and not json_:
        _show_one(campaign, campaign.find(query))
        return
    stages = {key: s.stage for key, s in campaign.standings().items() if s.stage}
    rows = [(p, stages.get(p.id, "new")) for p in ([campaign.find(query)] if query else campaign.everybody())]
    found = [row for row in rows if _fits(*row, **only)]
    if json_:
        as_json([asdict(person) | {"stage": stage} for person, stage in found])
        return
    if not found:
        paragraph('Nobody is here like that. Add somebody: infoint add "Name" --friend')
        return
    found.sort(key=lambda row: (-row[0].ease(), row[0].name))
    cells = [(p.name, p.company or p.role, p.relationship, p.ease(), stage) for p, stage in found]
    table(["name", "works at", "known as", "comfort", "stage"], cells, right=["comfort"], cut=["name", "works at"])
    click.secho(counted(len(cells), "person", "people"), dim=True)


def _fits(person: Person, reached: str, *, relationship: Any, company: str | None, stage: Any, tag: Any) -> bool:
    from infoint.matching import same_company

    works_there = same_company(company or "", person.company) or fold(company or "") in fold(person.company)
    is_known_so = relationship in (None, person.relationship) and (not tag or tag in person.tags)
    return is_known_so and stage in (None, reached) and works_there


def _show_one(campaign: Campaign, person: Person) -> None:
    from infoint.templates import sheet

    heading(str(person))
    known = {
        "person": person,
        "known_as": _known_as(person),
        "s": campaign.standing(person),
        "everybody": {other.id: other for other in campaign.everybody()},
        "happened": [(event, _told(event, campaign.zone)) for event in campaign.history(person)],
        "debriefs": campaign.debriefs(person),
        "said": [insight for insight in campaign.insights() if insight.person.id == person.id],
        "asked": {question.id: question.asked_of(person) for question in campaign.questions()},
        "coming": [action for action in campaign.today(ahead=366) if action.person.id == person.id],
        "ahead": campaign.outlook(person),
        "show": show,
    }
    paragraph(sheet("person.md").render(**known))


def _told(event: Event, zone: tzinfo) -> str:
    return f"{by_precision(event, zone)}  {event.kind.replace('_', ' ')}{meant(event, zone)}"


def by_precision(event: Event, zone: tzinfo) -> str:
    """The moment of an event as exactly as it is known."""
    if event.precision == "minute":
        return f"{event.at.astimezone(zone):%Y-%m-%d %H:%M}"
    return f"{event.day(zone)}{' or before' if event.precision == 'by' else ''}"


def meant(event: Event, zone: tzinfo) -> str:
    """When a meeting begins, a pause ends or a promise is due, as it was understood; else nothing."""
    if start := event.details.get("start"):
        local = datetime.fromisoformat(start).astimezone(zone)
        return f" {'to' if event.kind == 'meeting_moved' else 'for'} {show(local)}, {local:%H:%M}"
    for name, word in (("until", "until"), ("due", "by")):
        if day := event.details.get(name):
            return f" {word} {show(date.fromisoformat(day))}"
    return ""


def _ask_comfort(campaign: Campaign) -> None:
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
        pressed = key("12345q")
        click.secho(pressed, fg="green" if pressed.isdigit() else None)
        if pressed == "q":
            break
        if pressed.isdigit():
            campaign.update(person, comfort=int(pressed))
            kept += 1
    click.echo(f"{kept} kept. 20 to 40 make a good start; go on at any time. Then: infoint next")


@on_campaign("next")
@click.option("--limit", default=5, show_default=True, type=click.IntRange(1, 100))
@json_option
def next_(campaign: Campaign, limit: int, json_: bool) -> None:
    """Whom to write to next, the most comfortable first, with reasons."""
    suggestions = campaign.next_people(limit)
    if json_:
        as_json([asdict(item.person) | {"reasons": item.reasons} for item in suggestions])
        return
    for number, item in enumerate(suggestions, 1):
        click.secho(f"{number}. {item.person}", bold=True)
        paragraph("; ".join(item.reasons), indent="   ")
    if suggestions:
        click.secho(f"\ninfoint write {suggestions[0].person.as_word}", dim=True)
    else:
        paragraph('Nobody is waiting to be written to. Add somebody: infoint add "Name" --friend')
