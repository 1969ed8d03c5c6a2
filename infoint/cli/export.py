"""Taking it along: people, events and the funnel as files, and the whole campaign."""

from pathlib import Path

import click

from infoint.campaign import Campaign
from infoint.campaign.keeping import Form
from infoint.cli.output import confirmed, on_campaign, paragraph, save, table

_FORMS: dict[str, Form] = {".vcf": ".vcf", ".csv": ".csv", ".xlsx": ".xlsx"}


@on_campaign("export")
@click.argument("target", metavar="FILE", type=click.Path(path_type=Path))
@click.option("--all", "everything", is_flag=True, help="The whole campaign, as a folder of plain files.")
@click.option("--anonymous", is_flag=True, help="A table for a study: no names, companies, texts or dates.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def export_(campaign: Campaign, target: Path, everything: bool, anonymous: bool, yes: bool) -> None:
    """Write your people (.vcf, .csv) or people, events and funnel (.xlsx) into a file.

    With --all the whole campaign, as plain files in a folder: infoint import makes a campaign of it
    again. The calendar has a command of its own: infoint calendar.
    """
    if everything and anonymous:
        raise click.UsageError("--all has every name in it: it cannot be anonymous.")
    if everything:
        campaign.export_all(target)
        click.secho(f"Everything is in {target}.", fg="green")
        paragraph("To have it back: infoint --campaign NEW.db import that folder. Keep it to yourself.", dim=True)
        return
    if anonymous:
        from infoint.exchange.tables import ANONYMOUS

        paragraph("The table holds these columns and nothing else:")
        table(["column", "what it says"], list(ANONYMOUS.items()))
        confirmed("Write it?", yes)
    form: Form | None = "anonymous" if anonymous else _FORMS.get(target.suffix.lower())
    if form is None:
        raise click.UsageError(f"Name a file that ends in {', '.join(_FORMS)}, or a folder with --all.")
    save(target, campaign.export(form))
