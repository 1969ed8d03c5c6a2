"""Before and behind you: your own calendar, and a look back at the week."""

from pathlib import Path
from typing import Any

import click

from infoint.campaign import Campaign
from infoint.cli.output import (
    as_json,
    command,
    counted,
    json_option,
    on_campaign,
    paragraph,
    refuse_another,
    write_over,
)


@on_campaign("calendar")
@click.argument("file", default="infoint.ics", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--no-sheets", is_flag=True, help="Without what you prepared, for a calendar that others read.")
@click.option("--force", is_flag=True, help="Write over a file that is not ours.")
def calendar_(campaign: Campaign, file: Path, no_sheets: bool, force: bool) -> None:
    """Write your talks and follow-ups as a calendar file, or renew it."""
    from infoint.exchange.icalendar import PRODID

    path = file.absolute()
    force = force or (path.is_file() and PRODID.encode() in path.read_bytes()[:200])
    refuse_another(path, force=force)
    content = campaign.calendar(sheets=not no_sheets)
    write_over(path, content, force=force)
    off = content.count(b"\nSTATUS:CANCELLED")
    talks, entries = content.count(b"\nBEGIN:VALARM"), content.count(b"\nBEGIN:VEVENT")
    told = f"{counted(talks, 'talk', 'talks')}, {counted(entries - talks - off, 'follow-up', 'follow-ups')}"
    paragraph(f"Written to {file}: {told}, {off} no longer due.", fg="green")
    paragraph(_IMPORT, dim=True)


_IMPORT = """\
Open it with your calendar, or import it there; after changes, write and import it again.
Outlook adds everything anew each time: keep it in a calendar of its own, and empty that one first.
An online calendar keeps what you import. Without your notes: --no-sheets."""


@on_campaign("week")
@json_option
def week_(campaign: Campaign, json_: bool) -> None:
    """Look back: what you did these seven days, who answered, what you learnt."""
    week = campaign.week()
    if not json_:
        paragraph(str(week))
        command("infoint today")
        return
    told: dict[str, Any] = {"start": week.start, "end": week.end}
    for name in ("done", "answered"):
        facts = [(e, {"person": p.name, "person_id": p.id}) for e, p in getattr(week, name)]
        told[name] = [{"what": e.kind, "day": e.day(campaign.zone)} | who for e, who in facts]
    as_json(told | {"learnt": [{"claim": i.claim, "person": i.person.name, "when": i.when} for i in week.learnt]})
