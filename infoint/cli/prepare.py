"""Before a talk: the sheet, what you can say of yourself, and what to ask."""

import tomllib
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from infoint import templates
from infoint.campaign import Campaign
from infoint.cli.output import WIDTH, as_json, has_terminal, json_option, on_campaign, paragraph, save, typed
from infoint.preparation import PreparationSheet
from infoint.questions import TOPICS

_FOUND, _STEPS = ("company", "industry", "role", "fit"), ("story", "skills", "interests", "goals", "unsure")


@on_campaign("prepare")
@click.argument("person")
@click.option("--minutes", type=click.IntRange(5, 120), help="How long you have.")
@click.option("--found", type=(click.Choice(_FOUND), str), multiple=True, help="Keep a finding; an empty one clears.")
@click.option("--save", "file", type=click.Path(path_type=Path, dir_okay=False), help="As a page (.html) or Markdown.")
def prepare_(campaign: Campaign, person: str, minutes: int | None, found: Any, file: Path | None) -> None:
    """Show the preparation sheet for your talk with somebody."""
    for what, text in found:
        campaign.research(person, **{what: text})
    sheet = campaign.prepare(person, minutes)
    if file:
        save(file, (sheet.page() if file.suffix.casefold() in (".html", ".htm") else str(sheet)).encode())
    else:
        show_sheet(sheet)


def show_sheet(sheet: PreparationSheet) -> None:
    """The sheet as a terminal shows it best; Markdown for a file or a pipe."""
    if not has_terminal():
        paragraph(str(sheet))
        return
    from rich.console import Console
    from rich.markdown import Markdown

    Console(width=min(WIDTH, Console().width)).print(Markdown(str(sheet).replace("- [ ]", "- ☐")))


@on_campaign("reflect")
@click.argument("step", type=click.Choice(_STEPS), required=False)
@click.argument("text", required=False)
@click.option("--for", "person", help="Somebody you will meet: also ask how you could fit there.")
def reflect_(campaign: Campaign, step: str | None, text: str | None, person: str | None) -> None:
    """Think about yourself once, a bit at a time; every sheet has it then."""
    if text and step:
        _keep(campaign, step, text, person)
    kept = {name: value for name, value in campaign.reflection.items() if value}
    for name, value in kept.items():
        said = "; ".join(": ".join(filter(None, pair)) for pair in value.items()) if name == "skills" else value
        aloud = f" (about {round(len(said.split()) * 0.4)} seconds aloud)" if name == "story" else ""
        paragraph(f"{name.capitalize()}: {said}{aloud}")
    if text or not has_terminal():
        return
    asking = {step} if step else {*_STEPS} - {name for name in kept if name != "skills" or any(kept[name].values())}
    if person and not campaign.find(person).company:
        paragraph(f"Where {campaign.find(person).name} works is not noted yet, so how you could fit there waits.")
    elif person and not campaign.research(person)["fit"]:
        asking.add("fit")
    paragraph("A bit at a time: Enter alone leaves a question for another day. Each answer is kept at once.", dim=True)
    for asked in tomllib.loads(templates.read("sheets/reflect.toml", campaign.own_templates))["step"]:
        if asked["keeps"] in asking:
            paragraph(f"\n{asked['asks']}")
            if line := typed("> "):
                _keep(campaign, asked["keeps"], line, person)


def _keep(campaign: Campaign, name: str, text: str, person: str | None) -> None:
    skill, _, example = text.partition(":")
    if name == "fit":
        campaign.research(person or "", fit=text)
    else:
        campaign.reflection = {name: {skill.strip(): example.strip()} if name == "skills" else text}


@on_campaign("questions")
@click.argument("action", type=click.Choice(["list", "add", "star", "unstar"]), default="list")
@click.argument("text", required=False)
@click.option("--topic", type=click.Choice(TOPICS), help="Only these; of your own: what it is about.")
@click.option("--minutes", type=float, default=3, help="How long your own takes.")
@json_option
def questions_(campaign: Campaign, action: str, text: str, topic: str | None, minutes: float, json_: bool) -> None:
    """Look through what to ask; add your own, star what you like: infoint questions star like-most."""
    if action != "list" and not text:
        raise click.UsageError('Say which: infoint questions add "What ...?" --topic advice, or star like-most')
    if action == "add":
        text = campaign.add_question(text, topic or "insights", minutes=minutes).id
    elif action != "list":
        campaign.star(text, on=action == "star")
    records, starred = campaign.records(), campaign.starred()
    found = [q for q in campaign.questions() if (q.id == text if text else topic in (None, q.topic))]
    if json_:
        as_json([asdict(q) | {"starred": q.id in starred, "answers": records.get(q.id, [])} for q in found])
        return
    for q in found:
        told = records.get(q.id, [])
        paragraph(f"{'★' if q.id in starred else '·'} {q.text}")
        often = f"asked {len(told)}×, answered {len(told) - told.count('')}×"
        lines = [f"{q.id}: {q.topic}, {q.minutes:g} minutes, {often}", *filter(None, told)]
        paragraph("\n".join(lines), "  ", dim=True)
