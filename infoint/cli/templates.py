"""The letters there are: look at them, make one your own, check it."""

from pathlib import Path

import click

from infoint import templates
from infoint.campaign import Campaign
from infoint.cli.output import as_json, command, json_option, opened, paragraph, save, table
from infoint.errors import InfointError


@click.group("letters", invoke_without_command=True)
@json_option
@click.pass_context
def letters_(ctx: click.Context, json_: bool) -> None:
    """List the letters there are. Copy one to make it your own; check what you have made."""
    from infoint.letters.render import load, names

    if ctx.invoked_subcommand:
        return
    campaign = opened(ctx)
    language, own = _language(campaign), campaign.own_templates
    found = [load(name, language, own) for name in names(language, own)]
    if json_:
        keys = ("name", "use", "channel", "most_words", "most_characters")
        as_json([{key: getattr(letter, key) for key in keys} for letter in found])
        return
    limits = [f"{n} characters" if (n := it.most_characters) else f"{it.most_words} words" for it in found]
    rows = [(it.name, most, it.use or it.channel) for it, most in zip(found, limits, strict=True)]
    table(["letter", "at most", "what for"], rows)
    paragraph("Another than the one that fits: infoint write NAME --template LETTER", dim=True)
    paragraph("To make one your own: infoint letters copy LETTER", dim=True)


@letters_.command("copy")
@click.argument("letter")
@click.option("--as", "name", default="", help="Under a name of its own, like outreach/mine.")
@click.pass_context
def copy_(ctx: click.Context, letter: str, name: str) -> None:
    """Copy a letter into your own folder beside the campaign, to change it there."""
    from infoint.letters.source import NAME, file_of

    if not NAME.fullmatch(name or letter):
        raise click.BadParameter(f"{name!r} cannot be the name of a letter; outreach/mine can.")
    campaign = opened(ctx)
    file = file_of(letter, _language(campaign), campaign.own_templates)
    path = Path(campaign.path).parent / "templates" / file.replace(f"{letter}.j2", f"{name or letter}.j2")
    path.parent.mkdir(parents=True, exist_ok=True)
    save(path, templates.read(file, campaign.own_templates).encode(), " Change its words, then look it over:")
    command(f'infoint letters check "{path}"')


@letters_.command("check")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
def check_(file: Path) -> None:
    """Check a letter of yours, line by line: what is not allowed, and how it reads when little is known."""
    from infoint.letters.lint import lint

    *own, _, language, use, _ = ("", "", "", "", *file.resolve().parts)
    problems = lint(f"{use}/{file.stem}", templates.text_of(file), language, Path(*own))
    for problem in problems:
        paragraph(f"{file}, {problem}", fg="red" if problem.severity == "error" else "yellow")
    if any(problem.severity == "error" for problem in problems):
        raise InfointError(f"{file} cannot be used as it is.")
    if not problems:
        paragraph(f"{file} is in order.", fg="green")


def _language(campaign: Campaign) -> str:
    profile = campaign.profile
    return profile.language if profile else "en"
