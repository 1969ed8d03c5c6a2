"""Meetings: write down how one went, and what they have taught."""

from typing import Any

import click

from infoint.campaign import Campaign
from infoint.cli.output import (
    as_json,
    asked,
    command,
    has_terminal,
    heading,
    json_option,
    on_campaign,
    paragraph,
    said,
    tried,
)
from infoint.debrief import Debrief, named


def _fit(_ctx: object, _option: object, pairs: tuple[str, ...]) -> dict[str, int] | None:
    found = {}
    for pair in pairs:
        what, _, rating = pair.partition("=")
        if not rating.strip().isdigit():
            raise click.BadParameter(f"{pair!r}: say it like role=4.")
        found[what.strip()] = int(rating)
    return found or None


@on_campaign("debrief")
@click.argument("person")
@click.option("--notes", help="Anything you want to keep, as you type it.")
@click.option("--learnt", multiple=True, help="One thing you learnt; say it again for more.")
@click.option("--surprised", help="What surprised you.")
@click.option("--interested", "still_interested", help="Are you still interested?")
@click.option("--advice", help="What they advised.")
@click.option("--introduced", "introductions", multiple=True, help='Whom they named: "Ada Park, Orbit".')
@click.option("--may-write-again/--no-permission", "permission", default=None, help="Whether you may write again.")
@click.option("--months", type=click.IntRange(1, 24), help="In how many months.")
@click.option("--promised", "promises", multiple=True, help="What you promised them.")
@click.option("--fit", multiple=True, callback=_fit, help="role=4: how it fits you, 1 to 5 (company, industry, role).")
@click.option("--lead", help="An opening that came up.")
@click.option("--at", help='When you met: "yesterday 16:00".')
def debrief_(campaign: Campaign, person: str, at: str | None, **given: Any) -> None:
    """Write down how a talk went, at once afterwards."""
    found, told = campaign.find(person), said(given)
    if not told:
        if not has_terminal():
            raise click.UsageError("Nobody is here to ask: say --notes, --learnt, --introduced ...")
        told = _ask(found.first_name)
    new = {added.id for added in campaign.debrief(found, Debrief(**told), at=at)}
    click.secho(f"Kept: your talk with {found.name}.", fg="green")
    for other in map(campaign.find, campaign.debriefs(found)[-1].introductions):
        paragraph(f"{'Added' if other.id in new else 'Already here:'} {other}, introduced by {found.name}.")
    click.echo("A quick thank-you while it is fresh:")
    command(f"infoint write {found.as_word}")


def _ask(name: str) -> dict[str, Any]:
    """Five questions; Enter leaves one out."""
    heading("Five questions, Enter leaves one out")
    click.secho("If you recorded anything, make sure they knew.", dim=True)
    told: dict[str, Any] = {
        "learnt": asked(f"What did {name} say that you want to keep?"),
        "surprised": _line("What surprised you? "),
        "still_interested": _line("Are you still interested? "),
        "introductions": asked('Whom did they name? Like "Ada Park, Orbit".', lambda lines: tried(map(named, lines))),
    }
    answers = {"y": True, "n": False, "": None}
    while (answer := _line("May you write again in a couple of months? [y/n] ").casefold()[:1]) not in answers:
        click.secho("y for yes, n for no, or Enter if you did not ask.", fg="yellow")
    return told | {"permission": answers[answer]}


def _line(question: str) -> str:
    return str(click.prompt(question, default="", show_default=False, prompt_suffix="")).strip()


@on_campaign("insights")
@click.option("--about", help="A company, an industry, a role or a word.")
@json_option
def insights_(campaign: Campaign, about: str | None, json_: bool) -> None:
    """What you have learnt so far, and who said it."""
    found = campaign.insights(about)
    if json_:
        as_json([{"claim": i.claim, "person": i.person.name, "when": i.when} for i in found])
        return
    for insight in found:
        paragraph(f"· {insight.claim}")
        click.secho(f"  {insight.person}, {insight.when:%Y-%m-%d}", dim=True)
    if not found:
        paragraph("Nothing noted yet. After a talk: infoint debrief NAME")
