"""Keeping it safe: backup, restore, undo, forget."""

from pathlib import Path

import click

from infoint.campaign import Campaign, restore
from infoint.cli.meetings import form_of
from infoint.cli.output import campaign_path, confirmed, counted, free, has_terminal, on_campaign, paragraph
from infoint.journal import Change


@on_campaign("backup")
@click.argument("target", required=False, type=click.Path(path_type=Path))
def backup_(campaign: Campaign, target: Path | None) -> None:
    """Copy the whole campaign into a new file."""
    own = Path(campaign.path)
    target = target or free(own.with_stem(f"{own.stem}-{campaign.local_day()}"))
    click.echo(f"Copied to {campaign.backup(target)}")
    click.secho("Only you can read it. Keep a copy on another disk, too.", dim=True)


@click.command("restore")
@click.argument("copy", type=click.Path(path_type=Path))
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_context
def restore_(ctx: click.Context, copy: Path, yes: bool) -> None:
    """Put a copy that infoint backup made in the place of your campaign; that one is kept beside it."""
    own = campaign_path(ctx)
    kept = free(own.with_stem(f"{own.stem}-before-restore"))
    if own.exists():
        confirmed(f"{copy} takes the place of {own}, which is kept as {kept.name}.", yes)
    restore(copy, own, kept)
    click.secho(f"{own} is what {copy} was.", fg="green")


@on_campaign("undo")
@click.option("--yes", is_flag=True, help="Do not ask.")
def undo_(campaign: Campaign, yes: bool) -> None:
    """Take back everything the last command recorded, after showing it."""
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


@on_campaign("forget")
@click.argument("person")
@click.option("--yes", is_flag=True, help="Do not ask.")
def forget_(campaign: Campaign, person: str, yes: bool) -> None:
    """Erase somebody for good: from every table, and from the file's bytes."""
    found = campaign.find(person)
    facts = counted(len(campaign.history(found)), "fact", "facts")
    paragraph(f"{found} and everything noted of them ({facts}) will be erased. This cannot be undone.")
    confirmed("Erase them?", yes)
    mentions = campaign.forget(found)
    copies = campaign.copies()
    here = [path.name for path in copies if path.exists()]
    click.secho(f"Erased from this campaign{' and from its copies: ' if here else '.'}{', '.join(here)}", fg="green")
    if mentions:
        paragraph("Their name still stands in other notes of yours; you decide what becomes of it:")
        for other, text in mentions:
            paragraph(f"· {other.name if other else 'Your own findings'}: {text[:120]}", indent="  ")
        if has_terminal() and click.confirm('Put "somebody" in its place in all of these? This cannot be undone'):
            campaign.unname(found.name)
    if (form := form_of(campaign, found)).exists():
        paragraph(f"A form about them that you began is still there: {form}", dim=True)
    if away := [str(path) for path in copies if not path.exists()]:
        paragraph(f"A copy that was made at {', '.join(away)} is not there now: it may still hold them.", dim=True)
