"""The letters there are."""

import click

from infoint.campaign import Campaign
from infoint.cli.output import as_json, json_option, on_campaign, table


@on_campaign("letters")
@json_option
def letters_(campaign: Campaign, json_: bool) -> None:
    """List the letters there are."""
    from infoint.letters.render import load, names

    profile = campaign.profile
    language = profile.language if profile else "en"
    found = [load(name, language, campaign.own_templates) for name in names(language, campaign.own_templates)]
    if json_:
        as_json([{"name": item.name, "channel": item.channel, "most_words": item.most_words} for item in found])
        return
    rows = [(item.name, item.channel, item.most_words) for item in found]
    table(["letter", "channel", "words at most"], rows, right=["words at most"])
    click.secho("Another than the one that fits: infoint write NAME --template LETTER", dim=True)
