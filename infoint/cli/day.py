"""The day: what is due, what happened, what may wait."""

import warnings
from datetime import date
from typing import Any

import click

from infoint.agenda import ANSWERS, ORDER, goal, released, to_ask, today_list
from infoint.campaign import Campaign
from infoint.cli.output import as_json, command, counted, has_terminal, json_option, key, on_campaign, paragraph, said
from infoint.errors import OddOrder
from infoint.events import KINDS, WORDS
from infoint.outreach import Situation
from infoint.people import Person

_COLOURS = {
    "answer": "green",
    "thank_you": "green",
    "debrief": "green",
    "promise": "yellow",
    "ask": "yellow",
    "nudge": "yellow",
}


@on_campaign("today")
@click.option("--all", "everything", is_flag=True, help="The whole list, however long.")
@click.option("--no-ask", is_flag=True, help="Do not ask first what came in.")
@json_option
def today_(campaign: Campaign, everything: bool, no_ask: bool, json_: bool) -> None:
    """What is due today, for whom and why; first, in a terminal, what came in."""
    day = campaign.situation()
    if json_:
        names = ("kind", "due", "reason", "command")
        actions = [(action, action.person) for action in today_list(day)]
        as_json(
            [{"person": p.name, "person_id": p.id} | {name: getattr(a, name) for name in names} for a, p in actions]
        )
        return
    if not no_ask and has_terminal() and (asked := to_ask(day)):
        _check_in(campaign, day, asked)
        day = campaign.situation()
    show_today(day, everything=everything)


def _check_in(campaign: Campaign, day: Situation, asked: list[tuple[Person, date]]) -> None:
    """Ask what came in from these people, one key each; what was answered is kept when one stops."""
    keys, answers = {answer[0]: answer for answer in ANSWERS}, dict[Person, str]()
    said = ", ".join(f"{letter} {answer}" for letter, answer in keys.items())
    paragraph(f"Did anything come in? {said}; Enter skips, q goes to the list.")
    try:
        for person, sent in asked:
            when = f"{sent:%A}" if (day.today - sent).days < 7 else f"{sent.day} {sent:%B}"
            click.echo(f"  {person.name}, written to on {when}: ", nl=False)
            pressed = key(f"{''.join(keys)}q")
            click.secho(keys.get(pressed, ""), fg="green")
            if pressed == "q":
                break
            if pressed in keys:
                answers[person] = keys[pressed]
    finally:
        campaign.check_in(answers)
    click.echo()


def show_today(day: Situation, *, everything: bool = False) -> None:
    """The list of the day: what is due with reason and command, the next seven days, and the week."""
    today, actions = day.today, today_list(day)
    now = [action for action in actions if action.due <= today]
    later = [action for action in actions if action.due > today]
    most = len(actions) if everything else 12
    if now:
        things = "one thing" if len(now) == 1 else f"{len(now)} things, the first is enough"
        click.secho(f"{today:%A} {today.day} {today:%B}: {things}", bold=True)
    else:
        rest = "Nothing is due. A good moment to rest, or to add somebody: infoint add"
        paragraph("Nothing is due today. Enjoy it." if later else rest)
    for action in now[:most]:
        since = f"  (since {action.due.day} {action.due:%b})" if action.due < today else ""
        dot = click.style("● ", fg=_COLOURS.get(action.kind, "cyan"))
        click.echo(dot + click.style(action.title, bold=True) + since)
        paragraph(action.reason, indent="  ")
        command(action.command)
    if len(now) > most:
        paragraph(f"… and {len(now) - most} more, which can wait: infoint today --all", dim=True)
    if later:
        click.secho("\nThe next seven days", bold=True)
    for action in later[:most]:
        paragraph(f"{action.due:%a} {action.due.day} {action.due:%b}  {action.title}", dim=True)
    paragraph(f"\n{goal(day)}", fg="green")
    if free := [f"{person.name} ({reason})" for person, reason in released(day)]:
        paragraph(f"Done with this week, and off your mind: {', '.join(free)}.", dim=True)


@on_campaign("landed")
@click.argument("what", default="")
@click.option("--back", is_flag=True, help="The search goes on after all.")
def landed_(campaign: Campaign, what: str, back: bool) -> None:
    """Your search has ended: infoint landed "planner at Acme"."""
    people = campaign.landed(what, back=back)
    ended = "Congratulations! From now on nobody is reminded any more."
    paragraph("The search goes on; the list is as it was." if back else ended, fg="green")
    if people:
        paragraph(f"{counted(len(people), 'person', 'people')} who met you would love to hear it: infoint today")


@on_campaign("target")
@click.argument("company", required=False)
@click.option("--motivation", type=click.IntRange(1, 5), default=3, help="How much you want to get in there.")
@click.option("--drop", is_flag=True, help="It is no target any more.")
def target_(campaign: Campaign, company: str | None, motivation: int, drop: bool) -> None:
    """A company you want to get into: infoint target Acme --motivation 5."""
    if company:
        campaign.target(company, None if drop else motivation)
    for name, level in sorted(campaign.targets.items(), key=lambda target: -target[1]):
        paragraph(f"{level}  {name}")


@on_campaign("cadence")
@click.argument("name")
@click.option("--person", help="Only for this person.")
@click.option("--tag", default="", help="Only for people with this tag.")
def cadence_(campaign: Campaign, name: str, person: str | None, tag: str) -> None:
    """How soon one is reminded: infoint cadence gentle --tag mentors ("usual" takes it back)."""
    campaign.follow(None if name == "usual" else name, person, tag=tag)
    paragraph(f"From now on for {person or tag or 'everybody'}: {name}.", fg="green")


@on_campaign("log", epilog=f"What happened, in everyday words: {', '.join(WORDS)}. Or: {', '.join(KINDS)}.")
@click.argument("person")
@click.argument("kind", required=False)
@click.option("--paste", is_flag=True, help="A message from the clipboard, or from the FILE (- is what is piped in).")
@click.option("--yes", is_flag=True, help="--paste: do not ask.")
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
def log_(campaign: Campaign, person: str, kind: str | None, paste: bool, yes: bool, **given: Any) -> None:
    """Note what happened: infoint log dana answered --at "yesterday 16:00".

    Or let a message tell it: infoint log dana --paste (copied), infoint log dana --paste mail.eml.
    """
    if paste:
        from infoint.cli.sync import pasted

        pasted(campaign, person, kind, given["at"], yes=yes)
        return
    if not kind:
        raise click.UsageError("KIND is missing: what happened, such as answered; or --paste the message.")
    _log(campaign, person, kind, **said(given))


def _log(campaign: Campaign, who: str, kind: str, **told: Any) -> None:
    from infoint.cli.people import by_precision, meant

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


@on_campaign("snooze")
@click.argument("person")
@click.argument("until")
@click.option("--note", default="")
def snooze_(campaign: Campaign, person: str, until: str, note: str) -> None:
    """Let somebody rest until a day: infoint snooze dana "next tuesday"."""
    _log(campaign, person, "snoozed", until=until, note=note)


@on_campaign("skip")
@click.argument("person")
@click.argument("action", type=click.Choice(ORDER), metavar="ACTION")
@click.option("--reason", default="", help="Why, for yourself.")
def skip_(campaign: Campaign, person: str, action: str, reason: str) -> None:
    """Take one due thing off the list: infoint skip dana nudge --reason "met by chance"."""
    _log(campaign, person, "skipped", action=action, reason=reason)
