"""Companies: whom you know there."""

from typing import Any

import click

from infoint.campaign import Campaign
from infoint.cli.output import as_json, command, json_option, on_campaign, paragraph, table
from infoint.who import MIGHT_KNOW


@on_campaign("who")
@click.argument("company")
@json_option
def who_(campaign: Campaign, company: str, json_: bool) -> None:
    """Whom you know at a company, there now or before, and who introduced you."""
    found = campaign.who(company)
    if json_:
        as_json([{"person": c.person.name, "person_id": c.person.id, "how": c.how, "why": c.why} for c in found])
        return
    if all(contact.how == MIGHT_KNOW for contact in found):
        paragraph(f"Nobody at {company} yet. {'These might know somebody:' if found else ''}")
    rows: list[list[Any]] = [[c.person.name, c.person.role, c.person.relationship, c.why] for c in found]
    if rows:
        table(["name", "role", "known as", "how"], rows, cut=["role", "how"])
        command(f"infoint write {found[0].person.as_word}")
    else:
        command('infoint add "Name" --friend')
