"""Letters: render one, look at it, take it along."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from infoint.campaign import Campaign
from infoint.cli.output import WIDTH, as_json, command, json_option, on_campaign, paragraph, save
from infoint.errors import InfointError

if TYPE_CHECKING:
    from infoint.letters.render import Letter


@on_campaign("write")
@click.argument("person")
@click.option("--template", help="Another letter than the one that fits: infoint letters lists them.")
@click.option("--mailto", is_flag=True, help="Print a link that opens your mail program.")
@click.option("--eml", type=click.Path(path_type=Path, dir_okay=False), help="Save a draft that mail programs open.")
@json_option
def write_(campaign: Campaign, person: str, template: str | None, mailto: bool, eml: Path | None, json_: bool) -> None:
    """Write the letter that fits somebody now. Nothing is sent."""
    letter = campaign.write(person, template)
    if json_:
        names = ("template", "channel", "to", "subject", "body", "why")
        problems = [{"severity": p.severity, "place": p.place, "message": p.message} for p in letter.problems]
        as_json({"person": letter.person.name} | {n: getattr(letter, n) for n in names} | {"problems": problems})
        return
    if mailto:
        click.echo(letter.mailto())
        return
    if eml and not letter.to:
        raise InfointError("A draft needs an address.", f"infoint edit {letter.person.as_word} --email ADDRESS")
    if eml:
        save(eml, letter.eml(), " Open it, read it once more, send it yourself.")
    else:
        show_letter(letter)
    click.secho("\nWhen it has gone out, say so:", dim=True)
    command(logged(letter))


_WORDS = {"nudge": "nudged", "thanks": "thanked", "update": "updated", "reply": "called --by me"}
_WORDS |= {"confirm": "confirmed", "news": "introduction_thanked"}


def logged(letter: "Letter") -> str:
    """The command that notes that a letter went out."""
    word = _WORDS.get(letter.template.split("/")[0], "wrote")
    return f"infoint log {letter.person.as_word} {word} --template {letter.template}"


def show_letter(letter: "Letter") -> None:
    """The letter in full, why this one, and what to look at."""
    paragraph(f"{letter.template}: {letter.why}.", dim=True)
    click.secho("─" * (WIDTH - 4), dim=True)
    paragraph(str(letter))
    click.secho("─" * (WIDTH - 4), dim=True)
    for problem in letter.problems:
        told, infoint, words = str(problem).partition(": infoint ")
        paragraph(told + infoint[:1], fg="red" if problem.severity == "error" else "yellow")
        if words:
            command(f"infoint {words.replace('NAME', letter.person.as_word)}")
