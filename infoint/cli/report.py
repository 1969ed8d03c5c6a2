"""The page of a season: for oneself, or for somebody who helps."""

from pathlib import Path

import click

from infoint.campaign import Campaign
from infoint.cli.output import command, confirmed, on_campaign, paragraph, refuse_another, write_over
from infoint.report import TICKS, report


@on_campaign("report")
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option("--for-coach", is_flag=True, help="For somebody who helps you: labels instead of names.")
@click.option("--with", "ticked", multiple=True, metavar="WHAT", help=f"For the coach also: {','.join(TICKS)}.")
@click.option("--force", is_flag=True, help="Write over a file that is already there.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def report_(
    campaign: Campaign, file: Path | None, for_coach: bool, ticked: tuple[str, ...], force: bool, yes: bool
) -> None:
    """Write your season as one page to read, print or take to a coach."""
    wanted = [word.strip() for words in ticked for word in words.split(",") if word.strip()]
    if odd := [word for word in wanted if word not in TICKS]:
        raise click.UsageError(f"{odd[0]!r} cannot be ticked; there are {', '.join(TICKS)}.")
    if wanted and not for_coach:
        raise click.UsageError("Your own page has everything in it: --with goes with --for-coach.")
    kind = "-for-coach" if for_coach else ""
    path = (file or Path(f"infoint-report{kind}-{campaign.local_day()}.html")).absolute()
    refuse_another(path, force=force)
    page = report(campaign, for_coach=for_coach, ticked=wanted)
    paragraph("In this page:")
    for line in page.contents:
        paragraph(f"· {line}", indent="  ")
    if for_coach:
        paragraph(_TEXTS if {"letters", "debriefs"} & set(wanted) else _PRIVATE)
        confirmed("Write this page?", yes)
        campaign.labels(page.people)
    write_over(path, page.html.encode(), force=force)
    paragraph(f"Written to {path.name}, which only you can read. To look at it:", fg="green")
    command(path.as_uri())
    if page.note:
        paragraph(page.note, fg="yellow")


_PRIVATE = "Not in it: names but yours, addresses, and anything that you or others wrote."
_TEXTS = "In texts, each name this campaign knows becomes its label. Read them first: what is left may tell who it is."
