"""The user's own mailbox: what it tells is shown, and recorded only with a yes."""

import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from infoint import moments
from infoint.campaign import Campaign
from infoint.cli.output import (
    as_json,
    bar,
    command,
    confirmed,
    counted,
    has_terminal,
    heading,
    json_option,
    key,
    on_campaign,
    paragraph,
    save_problems,
    typed,
)
from infoint.errors import InfointError

if TYPE_CHECKING:
    from infoint.campaign.sync import Proposals
    from infoint.correspondence import Proposal

_WORDS = {
    "outreach_sent": "you wrote first",
    "nudge_sent": "a reminder",
    "reply_received": "they answered",
    "declined": "they said no",
    "out_of_office": "their mailbox answered",
    "bounced": "your letter came back",
    "meeting_scheduled": "a talk was set",
    "meeting_moved": "the talk was moved",
    "meeting_cancelled": "the talk was called off",
    "meeting_held": "you had talked by then",
    "thank_you_sent": "you thanked them",
    "introduction_received": "they introduced somebody",
}
_SURE = {"sure": "", "likely": " (likely)", "possible": " (perhaps)"}
_WHERE = """Name your mailbox. Thunderbird: its profile's folder Mail or ImapMail. Apple Mail: Mailbox > Export Mailbox.
Gmail: takeout.google.com, only Mail; the .zip as it comes. Or read it on its server: imaps://YOU@imap.example.com"""


@on_campaign("sync")
@click.argument("mailboxes", nargs=-1)
@click.option("--since", help="Only what is newer: 2025-01-01.")
@click.option("--only", type=click.Path(path_type=Path), help="Only the people of this table; the mailbox says when.")
@click.option("--me", "own", multiple=True, metavar="ADDRESS", help="Another address you write from. Remembered.")
@click.option("--keep-text", is_flag=True, help="Keep the answers' own words as notes.")
@click.option("--sure", is_flag=True, help="Take what is sure, ask nothing.")
@click.option("--yes", is_flag=True, help="Take what is sure or likely, new people as well, ask nothing.")
@click.option("--dry-run", is_flag=True, help="Only show.")
@click.option("--problems", type=click.Path(path_type=Path, dir_okay=False), help="Write what was left out into a CSV.")
@json_option
def sync_(
    campaign: Campaign,
    mailboxes: tuple[str, ...],
    since: str | None,
    own: tuple[str, ...],
    sure: bool,
    yes: bool,
    dry_run: bool,
    problems: Path | None,
    json_: bool,
    **how: Any,
) -> None:
    """Read your own mailbox, where it lies, and see what happened: whom you wrote to, who answered, when.

    An mbox, Google's Takeout, a Maildir, a folder of .eml, or imaps://YOU@SERVER. Nothing is changed
    there and no mail is kept; nothing is recorded without your yes. Without a mailbox those of the last
    time are read, from where they had been read to.
    """
    from infoint.cli.write import password_of

    if own:
        campaign.write_from(*own)
    if not campaign.own_addresses and has_terminal():
        campaign.write_from(typed("Which address do you write from? "))
    if not (mailboxes or campaign.mailboxes):
        raise click.UsageError(_WHERE)
    start = moments.read(since, datetime.now(UTC), campaign.zone)[0].date() if since else None
    found = campaign.sync(*mailboxes, since=start, password=password_of, progress=_shown, **how)
    if problems:
        save_problems(problems, found.problems)
    if json_:
        as_json([_as_json(each) for each in found])
        return
    if found.is_cut:
        paragraph("Stopped. This is what was read so far; the next time goes on from there.", fg="yellow")
    if found.problems and not problems:
        many = counted(len(found.problems), "message", "messages")
        paragraph(f"{many} could not be used (--problems FILE lists them), such as: {found.problems[0]}", dim=True)
    if not found:
        paragraph("Nothing new. What there is to know of your people is known.", fg="green")
    decide(campaign, found, sure=sure, yes=yes, look_only=dry_run)


def _shown(items: Iterator[Any], what: str, total: int) -> Iterable[Any]:
    return bar(items, what, total, "messages", lambda item: item.place)


def _as_json(each: "Proposal") -> dict[str, Any]:
    names = ("message_id", "why", "confidence", "confirm")
    event = {name: getattr(each.event, name) for name in ("kind", "at", "precision", "details", "note")}
    person = {"id": each.person.id, "name": each.person.name, "email": each.person.email}
    return {"person": person, "event": event} | {name: getattr(each, name) for name in names}


def decide(campaign: Campaign, found: "Proposals", *, sure: bool, yes: bool, look_only: bool = False) -> None:
    """New people first, then what is sure, then the rest with one key each; what got a yes is recorded."""
    if look_only or not (sure or yes or has_terminal()):
        _show(campaign, found)
        if found and not look_only:
            paragraph("Nothing was recorded: in a terminal you are asked; elsewhere --sure or --yes takes them.")
        return
    chosen = [each for each in found if each.is_sure or (yes and each.confidence != "possible")]
    refused: list[Proposal] = []
    if sure or yes:
        _show(campaign, chosen)
    else:
        chosen, refused = _asked(campaign, found)
    number, people = campaign.accept(chosen, refused, of=found), {each.person for each in chosen}
    if number:
        told = f"{counted(number, 'fact', 'facts')} about {counted(len(people), 'person', 'people')}"
        paragraph(f"Recorded: {told}. To take it back: infoint undo", fg="green")
        command("infoint today")
        command("infoint funnel")
    if (sure or yes) and (left := len(found) - len(chosen)):
        paragraph(
            f"Left for a look: {counted(left, 'thing', 'things')}. In a terminal you are asked, one key each"
            + ("." if yes else "; --yes also takes what is likely, and adds whom you wrote to.")
        )


Told = tuple[list["Proposal"], list["Proposal"]]


def _asked(campaign: Campaign, found: "Proposals") -> Told:
    """What the user says yes and no to."""
    chosen: list[Proposal] = []
    ok, refused = _known(campaign, found)
    certain = [each for each in ok if each.confidence == "sure"]
    if certain:
        heading(f"{counted(len(certain), 'thing is', 'things are')} sure")
        _show(campaign, certain)
        paragraph("Take them together? y yes, o one by one, Enter later")
        if (pressed := key("yo")) == "-":
            return chosen, refused
        chosen += certain if pressed == "y" else []
    taken = {id(each) for each in chosen}
    rest = [each for each in ok if id(each) not in taken]
    if rest:
        heading("What wants a look")
        paragraph("y yes, n no (it is not asked again), Enter later, q stops here.", dim=True)
    for number, each in enumerate(rest, 1):
        click.secho(f"{number:>3} of {len(rest)}  {each.person.name}", bold=True)
        paragraph(_line(campaign, each), indent="     ")
        if (pressed := key("ynq")) == "q":
            break
        if pressed in "yn":
            (chosen if pressed == "y" else refused).append(each)
    return chosen, refused


def _known(campaign: Campaign, found: "Proposals") -> Told:
    """First who is meant: an address that may be somebody's, and who is new; gives what goes on and what does not."""
    ok = [each for each in found if not each.confirm]
    refused: list[Proposal] = []
    new: list[list[Proposal]] = []
    asked: dict[str, list[Proposal]] = {}
    for each in found:
        if each.confirm:
            asked.setdefault(each.confirm, []).append(each)
    for theirs in asked.values():
        person = theirs[0].person
        if not person.id:
            new.append(theirs)
            continue
        paragraph(f"Is {theirs[0].confirm} also {person}? y yes, n no, Enter later")
        if (pressed := key("yn")) in "yn":
            (ok if pressed == "y" else refused).extend(theirs)
    if new:
        heading(f"{counted(len(new), 'person', 'people')} you asked for a talk, who are not here yet")
        for number, theirs in enumerate(new, 1):
            person, first = theirs[0].person, theirs[0]
            click.secho(f"{number:>3}  {person.name} <{person.email}>, {first.event.day(campaign.zone)}", bold=True)
            paragraph(first.why, indent="     ")
        chosen = _ticked(len(new))
        for number, theirs in enumerate(new, 1):
            if chosen is not None:
                (ok if number in chosen else refused).extend(theirs)
    return ok, refused


def _ticked(many: int) -> set[int] | None:
    """Which numbers the user means; None is later."""
    paragraph("Who of them belongs to your search? all, none, or numbers: 1-3,7. The others are not asked about again.")
    while True:
        text = typed("Enter is later: ").casefold()
        if text in ("all", "none", ""):
            return {"all": set(range(1, many + 1)), "none": set()}.get(text)
        try:
            ends = [part.partition("-") for part in text.replace(" ", "").split(",") if part]
            return {n for first, _, last in ends for n in range(int(first), int(last or first) + 1) if 1 <= n <= many}
        except ValueError:
            paragraph(f"{text!r} are no numbers.", fg="yellow")


def _show(campaign: Campaign, several: Iterable["Proposal"], most: int = 12) -> None:
    """What happened, person by person."""
    people = [list(theirs) for _, theirs in groupby(several, key=lambda each: each.person)]
    for theirs in people[:most]:
        new = f" (new: {theirs[0].confirm})" if theirs[0].confirm else ""
        click.secho(f"{theirs[0].person.name}{new}", bold=True)
        for each in theirs:
            paragraph(_line(campaign, each), indent="  ")
    if len(people) > most:
        paragraph(f"… and {counted(len(people) - most, 'other person', 'other people')}; --json lists all", dim=True)


def _line(campaign: Campaign, each: "Proposal") -> str:
    from infoint.cli.people import by_precision, meant

    event = each.event
    mine = event.details.get("by") == "me"
    what = _WORDS.get(event.kind) or ("you wrote to them" if mine else "they wrote")
    what = "they are away" if "until" in event.details else what
    before = each.replaces.kind.replace("_", " ") if each.replaces and event.kind != each.replaces.kind else ""
    what += meant(event, campaign.zone) + _SURE[each.confidence] + (f", not {before}" if before else "")
    return f"{by_precision(event, campaign.zone)}  {what}: {each.why}"


def pasted(campaign: Campaign, who: str, file: str | None, at: str | None, *, yes: bool) -> None:
    """One message with somebody, from a file, a pipe or the clipboard."""
    person = campaign.find(who)
    message = _clipboard() if file is None else sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    if not message.strip():
        raise InfointError("There is nothing to read.", "Copy the message first, or name a file: --paste mail.eml")
    found = campaign.paste(person, message, at)
    if not found:
        told = "It tells nothing that is not noted already, or no first letter to them is known yet."
        paragraph(f"{told} infoint log {person.as_word} wrote --at DAY notes one.", fg="yellow")
        return
    _show(campaign, found)
    confirmed("Note this?", yes)
    number = campaign.accept(found)
    paragraph(f"Noted: {counted(number, 'fact', 'facts')} about {person.name}.", fg="green")


def _clipboard() -> bytes:
    import pyperclip

    try:
        return str(pyperclip.paste()).encode()
    except pyperclip.PyperclipException:
        if not has_terminal():
            raise InfointError("There is no clipboard here.", "Name a file, or pipe it in: --paste -") from None
        paragraph("There is no clipboard here. Paste the message, then Ctrl-D on a line of its own (Windows: Ctrl-Z):")
        return sys.stdin.buffer.read()
