"""Meetings: write down how one went, and find again what was learnt."""

import re
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from infoint.campaign import Campaign
from infoint.cli.output import (
    as_json,
    asked,
    command,
    has_terminal,
    heading,
    json_option,
    on_campaign,
    paragraph,
    said,
    table,
    tried,
    wrapped,
)
from infoint.debrief import FIT_OF, Debrief, named, rated
from infoint.errors import InfointError, InvalidDetails, UnreadableForm
from infoint.people import Person


@on_campaign("debrief")
@click.argument("person")
@click.option("--edit", is_flag=True, help="Write into a form in your editor; also to change it later.")
@click.option("--from", "file", type=click.Path(path_type=Path, dir_okay=False), help="A form that is filled in.")
@click.option("--notes", help="Anything you want to keep, as you type it.")
@click.option("--learnt", multiple=True, help="One thing you learnt; say it again for more.")
@click.option("--surprised", help="What surprised you.")
@click.option("--interested", "still_interested", help="Are you still interested?")
@click.option("--advice", help="What they advised.")
@click.option("--introduced", "introductions", multiple=True, help='Whom they named: "Ada Park, Orbit".')
@click.option("--may-write-again/--no-permission", "permission", default=None, help="Whether you may write again.")
@click.option("--months", type=click.IntRange(1, 24), help="In how many months.")
@click.option("--promised", "promises", multiple=True, help='What you promised: "send the article by friday".')
@click.option("--they-promised", "promised", multiple=True, help="What they promised you.")
@click.option("--fit", "rated_", multiple=True, help='How it fits you, 1 to 5: "role=4 the hours" (company, industry).')
@click.option("--lead", help="An opening that came up.")
@click.option("--at", help='When you met: "yesterday 16:00".')
def debrief_(campaign: Campaign, person: str, *, at: str | None, edit: bool, file: Path | None, **given: Any) -> None:
    """Write down how a talk went, at once afterwards."""
    found, told = campaign.find(person), said(given)
    if (edit or file) and told:
        raise click.UsageError("A form holds all of it: --edit and --from take no other notes.")
    if edit or file:
        new = _handed_in(campaign, found, file, at)
    else:
        if not told and not has_terminal():
            raise click.UsageError("Nobody is here to ask: say --notes, --learnt, --introduced, or --from FILE.")
        new = campaign.debrief(found, Debrief(**(_fitted(told) if told else _ask(found))), at=at)
    click.secho(f"Kept: your talk with {found.name}.", fg="green")
    for other in map(campaign.find, campaign.debriefs(found)[-1].introductions):
        paragraph(f"{'Added' if other in new else 'Already here:'} {other}, introduced by {found.name}.")
    click.echo("A quick thank-you while it is fresh:")
    command(f"infoint write {found.as_word}")


def _fitted(told: dict[str, Any]) -> dict[str, Any]:
    fit, why, wrong = rated(told.pop("rated_", ()))
    if wrong:
        raise InvalidDetails("debrief", wrong[0], 'say it like "role=4 the hours": company, industry or role, 1 to 5')
    return told | {"fit": fit, "why": why}


def form_of(campaign: Campaign, person: Person) -> Path:
    """Where the form about a talk with somebody lies, beside the campaign, until it is recorded."""
    own, name = Path(campaign.path), re.findall(r"\w+", person.name)[:5]
    return own.with_name("-".join([own.stem, "debrief", *name, person.id[-4:]]) + ".md")


def _handed_in(campaign: Campaign, person: Person, file: Path | None, at: str | None) -> list[Person]:
    """Record a form: the one named, else one in the editor, which stays beside the campaign until it is recorded."""
    blank, form = campaign.debrief_form(person), file or form_of(campaign, person)
    if not file:
        if not form.exists():
            form.touch(0o600)
            form.write_text(blank, encoding="utf-8")
        click.edit(filename=str(form))
    try:
        text = _text(form)
        if not file and text == blank:
            form.unlink()
            paragraph("The form is as it was: nothing was recorded.")
            raise click.exceptions.Exit(0)
        new = campaign.debrief_from(person, text, source=form.name, at=at)
    except InfointError as error:
        again = f"--from {file}" if file else "--edit"
        error.hint = f"Your text is kept in {form}. Go on with: infoint debrief {person.as_word} {again}"
        raise
    if not file:
        form.unlink()
    return new


def _text(file: Path) -> str:
    from infoint.exchange.text import open_text

    found = open_text(file)
    text = file.read_text(found.encoding, errors="replace")
    if found.lost or "\0" in text:
        raise UnreadableForm(file.name, ["it is no text that can be read whole; save it as UTF-8"])
    return text


def _ask(person: Person) -> dict[str, Any]:
    """Five questions; Enter leaves one out."""
    name, about = person.first_name, person.industry or person.company or "their work"
    heading("Five questions, Enter leaves one out")
    click.secho("If you recorded anything, make sure they knew.", dim=True)
    told: dict[str, Any] = {
        "learnt": asked(f"What did {name} say about {about} that you want to keep?"),
        "surprised": _line("What surprised you? "),
        "still_interested": _line("Are you still interested? "),
        "introductions": asked(
            'Whom else did they name? Like "Ada Park, Orbit".', lambda lines: tried(map(named, lines))
        ),
    }
    answers = {"y": True, "n": False, "": None}
    while (answer := _line("May you write again in a couple of months? [y/n] ").casefold()[:1]) not in answers:
        click.secho("y for yes, n for no, or Enter if you did not ask.", fg="yellow")
    return told | {"permission": answers[answer]}


def _line(question: str) -> str:
    return str(click.prompt(question, default="", show_default=False, prompt_suffix="")).strip()


@on_campaign("insights")
@click.option("--about", help="A company, an industry, a role or a word.")
@click.option("--by", type=click.Choice(FIT_OF), default="company", help="What the claims are put together by.")
@json_option
def insights_(campaign: Campaign, about: str | None, by: str, json_: bool) -> None:
    """What you have learnt so far, who said it, and who says otherwise."""
    found = campaign.learnt(about)
    if json_:
        as_json(asdict(found) | {"enough": found.sentence()})
        return
    paragraph(found.page(by))
    if found.fit:
        heading("How it fits you, 1 to 5")
        rows = [(f.name, f.of, " ".join(map(str, f.ratings)), f.spread, len(f.ratings)) for f in found.fit]
        table(["name", "what", "ratings", "spread", "talks"], rows, right=["talks"], cut=["name"])


@on_campaign("search")
@click.argument("words", nargs=-1, required=True)
@click.option("--limit", default=10, show_default=True, type=click.IntRange(1, 1000))
@json_option
def search_(campaign: Campaign, words: tuple[str, ...], limit: int, json_: bool) -> None:
    """Find again what was said: infoint search batt* company:acme."""
    hits = campaign.search(" ".join(words), limit)
    if json_:
        as_json([{"person": h.person.name, "when": h.when, "what": h.what, "snippet": h.snippet} for h in hits])
        return
    for hit in hits:
        paragraph(f"{hit.person.name}, {hit.when}, {hit.what.replace('_', ' ')}", bold=True)
        snippet = wrapped(" ".join(hit.snippet.split()), "  ")
        click.echo(re.sub("«.*?»", lambda found: click.style(found[0], fg="yellow"), snippet, flags=re.DOTALL))
    if not hits:
        paragraph("Nothing is noted with these words. Try fewer, or the beginning of one: batt*")
