"""Meetings: prepare for one, and write down how it went."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from infoint.cli.output import as_json, command, has_terminal, heading, opened, paragraph, quoted, tried
from infoint.debrief import Debrief, named
from infoint.errors import InfointError
from infoint.people import Person


@click.command("prepare")
@click.argument("person")
@click.option("--minutes", type=click.IntRange(5, 120), help="How long you have.")
@click.option("--save", type=click.Path(path_type=Path, dir_okay=False), help="Save the sheet as Markdown.")
@click.pass_context
def prepare_(ctx: click.Context, person: str, minutes: int | None, save: Path | None) -> None:
    """Show the preparation sheet for your talk with somebody."""
    sheet = str(opened(ctx).prepare(person, minutes))
    if save is None:
        paragraph(sheet)
        return
    try:
        with save.open("x", encoding="utf-8") as file:
            file.write(sheet)
    except FileExistsError:
        raise click.ClickException(f"{save} is already there; it was left as it is.") from None
    click.secho(f"Saved {save}.", fg="green")


@click.command("debrief")
@click.argument("person")
@click.option("--notes", help="Anything you want to keep, as you type it.")
@click.option("--learnt", multiple=True, help="One thing you learnt; say it again for more.")
@click.option("--surprised", help="What surprised you.")
@click.option("--interested", help="Are you still interested?")
@click.option("--advice", help="What they advised.")
@click.option("--introduced", multiple=True, help='Whom they named: "Ada Park, Orbit".')
@click.option("--may-write-again/--no-permission", default=None, help="Whether you may write again.")
@click.option("--months", type=click.IntRange(1, 24), help="In how many months.")
@click.option("--promised", multiple=True, help="What you promised them.")
@click.option("--fit", multiple=True, help="role=4: how it fits you, 1 to 5 (company, industry, role).")
@click.option("--lead", help="An opening that came up.")
@click.option("--at", help='When you met: "yesterday 16:00".')
@click.pass_context
def debrief_(ctx: click.Context, /, person: str, at: str | None, **given: Any) -> None:
    """Write down how a talk went, at once afterwards."""
    campaign = opened(ctx)
    found = campaign.find(person)
    told = {name: value for name, value in given.items() if value is not None and value != ()}
    if not told:
        if not has_terminal():
            raise click.UsageError("Nobody is here to ask: say --notes, --learnt, --introduced ...")
        told = _ask(found.first_name)
    debrief = Debrief(
        notes=told.get("notes", ""),
        learnt=tuple(told.get("learnt", ())),
        surprised=told.get("surprised", ""),
        still_interested=told.get("interested", ""),
        advice=told.get("advice", ""),
        introductions=tuple(told.get("introduced", ())),
        permission=told.get("may_write_again"),
        months=told.get("months"),
        promises=tuple(told.get("promised", ())),
        fit=_fit(told.get("fit", ())),
        lead=told.get("lead", ""),
    )
    new = {person.id for person in campaign.debrief(found, debrief, at=at)}
    click.secho(f"Kept: your talk with {found.name}.", fg="green")
    for person_id in campaign.debriefs(found)[-1].introductions:
        other = campaign.find(person_id)
        here = "Added" if person_id in new else "Already here:"
        paragraph(f"{here} {other}, introduced by {found.name}.")
    click.echo("A quick thank-you while it is fresh:")
    command(f"infoint write {quoted(found.name)}")


def _ask(name: str) -> dict[str, Any]:
    """Five questions; Enter leaves one out."""
    heading("Five questions, Enter leaves one out")
    click.secho("If you recorded anything, make sure they knew.", dim=True)
    told: dict[str, Any] = {"learnt": _lines(f"What did {name} say that you want to keep?")}
    told["surprised"] = _line("What surprised you? ")
    told["interested"] = _line("Are you still interested? ")
    told["introduced"] = _lines('Whom did they name? Like "Ada Park, Orbit".', _check_named)
    answers = {"y": True, "n": False, "": None}
    while (answer := _line("May you write again in a couple of months? [y/n] ").casefold()[:1]) not in answers:
        click.secho("y for yes, n for no, or Enter if you did not ask.", fg="yellow")
    told["may_write_again"] = answers[answer]
    return told


def _line(question: str) -> str:
    return str(click.prompt(question, default="", show_default=False, prompt_suffix="")).strip()


def _lines(question: str, check: Callable[[str], object] | None = None) -> list[str]:
    click.echo(f"{question} One a line; Enter alone goes on.")
    found = []
    while line := _line("  "):
        try:
            if check:
                check(line)
        except InfointError as error:
            paragraph(str(error), indent="  ", fg="yellow")
        else:
            found.append(line)
    return found


def _check_named(line: str) -> None:
    """Refuse an address that is none while it can still be typed again."""
    other = named(line)
    tried([Person(name=other.name, email=other.email)])


def _fit(pairs: tuple[str, ...]) -> dict[str, int]:
    found = {}
    for pair in pairs:
        what, _, rating = pair.partition("=")
        if not rating.strip().isdigit():
            raise click.UsageError(f"--fit {pair!r}: say it like role=4.")
        found[what.strip()] = int(rating)
    return found


@click.command("insights")
@click.option("--about", help="A company, an industry, a role or a word.")
@click.option("--json", "json_", is_flag=True, help="As JSON.")
@click.pass_context
def insights_(ctx: click.Context, about: str | None, json_: bool) -> None:
    """What you have learnt so far, and who said it."""
    found = opened(ctx).insights(about)
    if json_:
        as_json([{"claim": i.claim, "person": i.person.name, "when": i.when} for i in found])
        return
    for insight in found:
        paragraph(f"· {insight.claim}")
        click.secho(f"  {insight.person}, {insight.when:%Y-%m-%d}", dim=True)
    if not found:
        paragraph("Nothing noted yet. After a talk: infoint debrief NAME")
