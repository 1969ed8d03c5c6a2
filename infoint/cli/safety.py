"""Keeping it safe: backup, undo, forget."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from infoint.cli.output import confirmed, counted, opened, paragraph
from infoint.journal import Change

if TYPE_CHECKING:
    from infoint.campaign import Campaign


@click.command("backup")
@click.argument("target", required=False, type=click.Path(path_type=Path))
@click.pass_context
def backup_(ctx: click.Context, target: Path | None) -> None:
    """Copy the whole campaign into a new file."""
    campaign = opened(ctx)
    click.echo(f"Copied to {campaign.backup(target or _free_name(campaign))}")
    click.secho("Only you can read it. Keep a copy on another disk, too.", dim=True)


def _free_name(campaign: "Campaign") -> Path:
    """A name beside the campaign that bears the day and is not taken."""
    own = Path(campaign.path)
    stem, number = f"{own.stem}-{campaign.local_day()}", 1
    while (found := own.with_name(f"{stem}{'' if number == 1 else f'-{number}'}{own.suffix}")).exists():
        number += 1
    return found


@click.command("undo")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_context
def undo_(ctx: click.Context, yes: bool) -> None:
    """Take back everything the last command recorded, after showing it."""
    campaign = opened(ctx)
    change = campaign.last_change()
    when = change.at.astimezone(campaign.zone)
    paragraph(f"The last thing recorded, {when:%Y-%m-%d %H:%M} (infoint {change.what}):")
    for line in _told(change):
        paragraph(f"· {line}", indent="  ")
    confirmed("Take it back?", yes)
    campaign.undo()
    click.secho("Taken back, all of it.", fg="green")


def _told(change: Change) -> list[str]:
    lines = []
    facts = [text.replace("_", " ", text.partition(":")[0].count("_")) for text in change.events]
    for names, what in ((change.people, "added"), (facts, "noted"), (change.altered, "changed")):
        shown = [f"{what} {name}".strip() for name in names[:5]]
        more = [f"and {len(names) - 5} more"] if len(names) > 5 else []
        lines += shown + more
    if change.debriefs:
        lines.append("the notes of a meeting")
    return lines


@click.command("forget")
@click.argument("person")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_context
def forget_(ctx: click.Context, person: str, yes: bool) -> None:
    """Erase somebody for good: from every table, and from the file's bytes."""
    campaign = opened(ctx)
    found = campaign.find(person)
    facts = counted(len(campaign.history(found)), "fact", "facts")
    paragraph(f"{found} and everything noted of them ({facts}) will be erased. This cannot be undone.")
    confirmed("Erase them?", yes)
    mentions = campaign.forget(found)
    click.secho("Erased from this campaign.", fg="green")
    if mentions:
        paragraph("Their name still stands in what you noted about others; you decide what becomes of it:")
        for other, text in mentions:
            paragraph(f"· {other.name}: {text[:120]}", indent="  ")
    own = Path(campaign.path)
    copies = [path.name for path in sorted(own.parent.glob(f"{own.stem}[-.]*{own.suffix}")) if path != own]
    if copies:
        paragraph("Copies made earlier still hold them: " + ", ".join(copies), dim=True)
