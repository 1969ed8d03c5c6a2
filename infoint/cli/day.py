"""The day: what is due, what happened, what may wait."""

import warnings
from typing import TYPE_CHECKING, Any

import click

from infoint.cli.output import as_json, command, opened, paragraph
from infoint.events import KINDS, WORDS

if TYPE_CHECKING:
    from infoint.agenda import Action
    from infoint.campaign import Campaign


@click.command("today")
@click.option("--all", "everything", is_flag=True, help="The whole list, however long.")
@click.option("--json", "json_", is_flag=True, help="As JSON.")
@click.pass_context
def today_(ctx: click.Context, everything: bool, json_: bool) -> None:
    """What is due today, for whom and why."""
    campaign = opened(ctx)
    if json_:
        as_json(
            [
                {
                    "kind": action.kind,
                    "person": action.person.name,
                    "person_id": action.person.id,
                    "due": action.due.isoformat(),
                    "reason": action.reason,
                    "command": action.command,
                }
                for action in campaign.today()
            ]
        )
        return
    show_today(campaign, everything=everything)


def show_today(campaign: "Campaign", *, everything: bool = False) -> None:
    """The list of the day: what is due with reason and command, then the next seven days."""
    today = campaign.local_day()
    actions = campaign.today()
    now = [action for action in actions if action.due <= today]
    later = [action for action in actions if action.due > today]
    if not actions:
        paragraph("Nothing is due. A good moment to rest, or to add somebody: infoint add")
        return
    if now:
        click.secho(f"{today:%A} {today.day} {today:%B}: {_things(len(now))}", bold=True)
        for action in now if everything else now[:_MOST]:
            _line(action, overdue=action.due < today)
        if len(now) > _MOST and not everything:
            paragraph(f"… and {len(now) - _MOST} more, which can wait: infoint today --all", dim=True)
    else:
        paragraph("Nothing is due today. Enjoy it.")
    if later:
        click.secho("\nThe next seven days", bold=True)
        for action in later if everything else later[:_MOST]:
            paragraph(f"{action.due:%a} {action.due.day} {action.due:%b}  {action.title}", dim=True)


def _things(count: int) -> str:
    return "one thing" if count == 1 else f"{count} things, the first is enough"


_MOST = 12
_COLOURS = {"answer": "green", "thank_you": "green", "debrief": "green", "promise": "yellow", "nudge": "yellow"}


def _line(action: "Action", *, overdue: bool) -> None:
    since = f"  (since {action.due.day} {action.due:%b})" if overdue else ""
    click.echo(click.style("● ", fg=_COLOURS.get(action.kind, "cyan")) + click.style(action.title, bold=True) + since)
    paragraph(action.reason, indent="  ")
    command(action.command)


@click.command("log", epilog=f"What happened, in everyday words: {', '.join(WORDS)}. Or: {', '.join(KINDS)}.")
@click.argument("person")
@click.argument("kind")
@click.option("--at", help='When: "yesterday 16:00", 2025-03-14; now if not said.')
@click.option("--channel", help="email, linkedin, phone ...")
@click.option("--template", help="The letter that was used, for comparing letters.")
@click.option("--note", help="Anything worth keeping.")
@click.option("--start", help="scheduled, moved: when you meet.")
@click.option("--minutes", type=int, help="scheduled, met: how long.")
@click.option("--place", help="scheduled: where, or the link.")
@click.option("--until", help="away, later: until when.")
@click.option("--text", help="promised: what.")
@click.option("--due", help="promised: until when.")
@click.option("--by", type=click.Choice(["me", "them"]), help="called, promised: by whom.")
@click.option("--months", type=int, help="follow_up_agreed: how often.")
@click.option("--reason", help="no, closed, do_not_contact: why.")
@click.option("--introduced", multiple=True, help="introduced: whom (already in the campaign).")
@click.option("--about", help="introduction_thanked: whom they had introduced.")
@click.option("--what", help="lead, landed: what.")
@click.pass_context
def log_(ctx: click.Context, /, person: str, kind: str, **given: Any) -> None:
    """Note what happened: infoint log dana answered --at "yesterday 16:00"."""
    campaign = opened(ctx)
    told = {name: value for name, value in given.items() if value is not None and value != ()}
    _log(campaign, person, kind, **told)


def _log(campaign: "Campaign", who: str, kind: str, **told: Any) -> None:
    from infoint.cli.people import by_precision, meant
    from infoint.errors import OddOrder

    person = campaign.find(who)
    with warnings.catch_warnings(record=True) as odd:
        warnings.simplefilter("always", OddOrder)
        event = campaign.log(person, kind, **told)
    moment = meant(event, campaign.zone) or f", {by_precision(event, campaign.zone)}"
    paragraph(f"Noted: {person.name}, {event.kind.replace('_', ' ')}{moment}.", fg="green")
    if event.kind == "declined":
        paragraph("A no is an answer, too, and says nothing about you.", dim=True)
    for warning in odd:
        paragraph(f"Note: {warning.message}.", fg="yellow")
    coming = [action for action in campaign.today(ahead=400) if action.person.id == person.id]
    for action in coming[:2]:
        paragraph(f"Next: {action.title}, {action.due:%a} {action.due.day} {action.due:%b}", dim=True)
        command(action.command)


@click.command("snooze")
@click.argument("person")
@click.argument("until")
@click.option("--note")
@click.pass_context
def snooze_(ctx: click.Context, person: str, until: str, note: str | None) -> None:
    """Let somebody rest until a day: infoint snooze dana "next tuesday"."""
    _log(opened(ctx), person, "snoozed", until=until, note=note or "")


@click.command("skip")
@click.argument("person")
@click.argument("action")
@click.option("--reason", default="", help="Why, for yourself.")
@click.pass_context
def skip_(ctx: click.Context, person: str, action: str, reason: str) -> None:
    """Take one due thing off the list: infoint skip dana nudge --reason "met by chance"."""
    from infoint.agenda import ORDER

    if action not in ORDER:
        raise click.UsageError(f"{action!r} is nothing that can be due; there are {', '.join(ORDER)}.")
    _log(opened(ctx), person, "skipped", action=action, reason=reason)
