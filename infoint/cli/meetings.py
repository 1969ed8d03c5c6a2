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
    half_typed,
    has_terminal,
    heading,
    json_option,
    on_campaign,
    paragraph,
    said,
    tried,
    typed,
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
    if file:
        new = _handed_in(campaign, found, file, f"--from {file}", at)
    elif edit:
        new = _edited(campaign, found, at)
    elif told:
        new = campaign.debrief(found, Debrief(**_fitted(told)), at=at)
    elif has_terminal():
        new = _asked(campaign, found, at)
    else:
        raise click.UsageError("Nobody is here to ask: say --notes, --learnt, --introduced, or --from FILE.")
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


def _go_on(person: Person, how: str, at: str | None) -> str:
    """The command that goes on with a form."""
    return f"Go on with: infoint debrief {person.as_word} {how}" + (f' --at "{at}"' if at else "")


def _handed_in(campaign: Campaign, person: Person, file: Path, how: str, at: str | None) -> list[Person]:
    """Record a form; whatever is refused says where the text is."""
    try:
        return campaign.debrief_from(person, _text(file), source=file.name, at=at)
    except InfointError as error:
        error.hint = f"Your text is kept in {file}. {_go_on(person, how, at)}"
        raise


def _text(file: Path) -> str:
    from infoint.exchange.text import open_text

    found = open_text(file)
    text = file.read_text(found.encoding, errors="replace")
    if found.lost or "\0" in text:
        raise UnreadableForm(file.name, ["it is no text that can be read whole; save it as UTF-8"])
    return text


def _begun(file: Path, text: str) -> None:
    """A form beside the campaign, for its owner's eyes only."""
    file.touch(0o600)
    file.write_text(text, encoding="utf-8")


def _edited(campaign: Campaign, person: Person, at: str | None) -> list[Person]:
    """Record a form from the editor; it stays beside the campaign until then."""
    blank, form = campaign.debrief_form(person), form_of(campaign, person)
    if not form.exists():
        _begun(form, blank)
    try:
        click.edit(filename=str(form))
    finally:
        if is_blank := form.read_bytes().decode(errors="replace").splitlines() == blank.splitlines():
            form.unlink()
    if is_blank:
        paragraph("The form is as it was: nothing was recorded. Is it still open? Save it, and say this again.")
        raise click.exceptions.Exit(0)
    new = _handed_in(campaign, person, form, "--edit", at)
    form.unlink()
    return new


def _asked(campaign: Campaign, person: Person, at: str | None) -> list[Person]:
    """Record the answers to five questions; where that stops half way, what was typed waits as a form."""
    form, told, go_on = form_of(campaign, person), dict[str, Any](), _go_on(person, "--edit", at)
    if form.exists():
        raise InfointError(f"What you began to write about {person.name} is still in {form}.", go_on)
    try:
        _five_questions(person, told)
        return campaign.debrief(person, Debrief(**told), at=at)
    except (click.Abort, KeyboardInterrupt, InfointError) as error:
        told |= {} if isinstance(error, InfointError) else {"notes": half_typed()}
        if Debrief(**told) == Debrief():
            raise
        _begun(form, campaign.debrief_form(person, Debrief(**told)))
        why = error if isinstance(error, InfointError) else InfointError("Stopped: nothing was recorded.")
        why.hint = f"Your text is kept in {form}. {go_on}"
        raise why from None


def _five_questions(person: Person, told: dict[str, Any]) -> None:
    """Ask them, each answer kept in `told` as soon as it is there; Enter leaves one out."""
    name, about = person.first_name, person.industry or person.company or "their work"
    heading("Five questions, Enter leaves one out")
    click.secho("If you recorded anything, make sure they knew.", dim=True)

    def are_people(lines: list[str]) -> None:
        tried(map(named, lines))
        told["introductions"] = lines

    asked(f"What did {name} say about {about} that you want to keep?", lambda lines: told.update(learnt=lines))
    told["surprised"] = typed("What surprised you? ")
    told["still_interested"] = typed("Are you still interested? ")
    asked('Whom else did they name? Like "Ada Park, Orbit".', are_people)
    answers = {"y": True, "n": False, "": None}
    while (answer := typed("May you write again in a couple of months? [y/n] ").casefold()[:1]) not in answers:
        click.secho("y for yes, n for no, or Enter if you did not ask.", fg="yellow")
    told["permission"] = answers[answer]


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
