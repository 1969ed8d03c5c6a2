"""The same person twice: making two one, or telling them apart."""

import click

from infoint.campaign import Campaign
from infoint.cli.output import as_json, confirmed, counted, has_terminal, json_option, on_campaign, paragraph


@on_campaign("merge")
@click.argument("kept", required=False)
@click.argument("other", required=False)
@click.option("--sure", is_flag=True, help="Merge the sure pairs, and ask nothing about the others.")
@click.option("--yes", is_flag=True, help="Do not ask before merging.")
@json_option
def merge_(campaign: Campaign, kept: str | None, other: str | None, sure: bool, yes: bool, json_: bool) -> None:
    """Find those who are here twice: the sure ones are merged, you are asked about the others.

    With two names, make these two one: infoint merge "Dana Ruiz" "D. Ruiz".
    """
    if kept and other:
        one, two = campaign.find(kept), campaign.find(other)
        confirmed(f"{two} becomes one with {one}. Everything of both is kept.", yes)
        paragraph(f"One person now: {campaign.merge((one, two))[0]}. To take it back: infoint undo", fg="green")
        return
    if kept:
        raise click.UsageError("Name two people, or nobody.")
    pairs = campaign.duplicates()
    if json_:
        names = ("sure", "likely", "why")
        as_json([{"kept": p.kept.id, "other": p.other.id} | {n: getattr(p, n) for n in names} for p in pairs])
        return
    _merge_sure(campaign, yes)
    if not sure:
        _ask(campaign)


def _merge_sure(campaign: Campaign, yes: bool) -> None:
    certain = [pair for pair in campaign.duplicates() if pair.sure]
    if not certain:
        return
    for pair in certain[:10]:
        paragraph(f"· {pair.kept} = {pair.other}: {pair.why}")
    if len(certain) > 10:
        paragraph(f"… and {len(certain) - 10} more; infoint merge --json lists them all", dim=True)
    confirmed(f"Merge {counted(len(certain), 'pair', 'pairs')}? Everything of both is kept.", yes)
    campaign.merge(*((pair.kept, pair.other) for pair in certain))
    paragraph(f"{counted(len(certain), 'pair', 'pairs')} merged. To take it back: infoint undo", fg="green")


def _ask(campaign: Campaign) -> None:
    unsure = [pair for pair in campaign.duplicates() if not pair.sure]
    if not unsure:
        paragraph("Nobody else looks like being here twice.")
        return
    if not has_terminal():
        paragraph(
            f"{counted(len(unsure), 'pair', 'pairs')} may be one person: infoint merge in a terminal asks about them."
        )
        return
    paragraph(
        f"{counted(len(unsure), 'pair', 'pairs')} may be one person. y one person, n two people, Enter later, q stops."
    )
    gone: set[str] = set()
    for number, pair in enumerate(unsure, 1):
        if {pair.kept.id, pair.other.id} & gone:
            continue
        paragraph(f"{number:>3}  {pair.kept}  =  {pair.other} ?")
        click.secho(f"     {pair.why}  ", dim=True, nl=False)
        key = click.getchar().casefold()
        click.echo(key.strip())
        if key == "q":
            return
        if key == "y":
            campaign.merge((pair.kept, pair.other))
            gone.add(pair.other.id)
        elif key == "n":
            campaign.tell_apart(pair.kept, pair.other)
