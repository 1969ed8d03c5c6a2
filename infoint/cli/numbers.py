"""What works: the funnel and its rates."""

import json
from collections.abc import Iterable, Iterator
from math import isnan
from typing import Any

import click

from infoint.campaign import Campaign
from infoint.cli.output import as_json, command, confirmed, heading, json_option, on_campaign, paragraph, table

_SEGMENTS = ("relationship", "template", "channel", "company", "industry", "role", "comfort", "week")
_RANGE = {"90% interval": "interval"}
_STAGE = {"stage": "stage", "people": "reached", "of those before": "rate"} | _RANGE | {"still waiting": "waiting"}
_RATE = {"answered": "replied", "too fresh": "waiting", "rate": "rate"} | _RANGE
_REMINDER = {"letter": "letter", "sent": "sent", "answered": "answered", "of the silent": "rate"} | _RANGE
_REMINDED = (
    "A reminder goes to people who are still silent, so its share is of them; the last column is of everybody you "
    "wrote to. Reminders of the last days may still be answered."
)


@on_campaign("funnel")
@click.option("--by", type=click.Choice(_SEGMENTS), help="One funnel for each of these; week: of the first letter.")
@click.option("--compare", is_flag=True, help="The two letters of your experiment instead.")
@json_option
def funnel_(campaign: Campaign, by: str | None, compare: bool, json_: bool) -> None:
    """How many were written to, answered, met; what reminders brought; with honest intervals."""
    if compare and by:
        raise click.UsageError("--compare shows two letters; it cannot be split with --by.")
    if compare:
        _show_comparison(campaign.comparison(), json_=json_)
    else:
        show_funnel(campaign, by, json_=json_)


def _show_comparison(found: Any, *, json_: bool) -> None:
    if json_:
        names = ("decided", "difference", "low", "high", "pairs", "waiting", "planned")
        as_json(_records(arms=found.frame) | {name: getattr(found, name) for name in names})
        return
    heading("Letter against letter")
    if len(found.frame):
        _table(found.frame.to_dict("records"), {"letter": "arm", "old enough": "n"} | _RATE)
    paragraph(found.sentence())


def _records(**frames: Any) -> dict[str, Any]:
    """Each frame as a list of its rows, nothing where a number is missing."""
    return {name: json.loads(frame.to_json(orient="records")) for name, frame in frames.items()}


@on_campaign("experiment")
@click.argument("first")
@click.argument("second")
@click.option("--per-arm", default=30, show_default=True, help="How many of each are to be sent.")
@click.option("--yes", is_flag=True, help="Do not ask whether to end the one that runs.")
def experiment_(campaign: Campaign, first: str, second: str, per_arm: int, yes: bool) -> None:
    """Compare two first letters: infoint write deals them at random."""
    from infoint.analysis.compare import plan_comparison

    running = campaign.running_experiment()
    if running:
        confirmed(f"{running.first} against {running.second} runs now. End it, and begin this one?", yes)
    made = campaign.experiment(first, second, per_arm)
    click.secho(f"From now on, infoint write deals {made.first} or {made.second}.", fg="green")
    paragraph(plan_comparison(0.2, 0.2, per_arm).sentence())
    paragraph("Write to people as ever and send what is dealt: that keeps the comparison fair. How it stands:")
    command("infoint funnel --compare")


def show_funnel(campaign: Campaign, by: str | None = None, *, json_: bool = False) -> None:
    """The funnel, what reminders brought and the response rate, as tables with their sentences."""
    from infoint.analysis.funnel import funnel
    from infoint.analysis.response_rate import response_rate

    approaches, now = campaign.approaches(), campaign.last_look()
    stages = funnel(approaches, by=by, now=now)
    among = None if by == "week" else by  # one week's letters say too little about a rate
    rates = response_rate(approaches, by=among, now=now, holidays=sorted(campaign.workdays().holidays))
    if json_:
        as_json(_records(funnel=stages.frame, follow_ups=stages.steps, response_rate=rates.frame))
        return
    if not len(approaches):
        paragraph("Nobody has been written to yet. Whom first? infoint next")
        return
    heading("Your season so far" + (f", by {by}" if by else ""))
    _table(_stages(stages.frame, by), _STAGE)
    paragraph(stages.sentence())
    if len(stages.steps) > 1 and not by:
        heading("What a reminder brings")
        _table(_reminders(stages.steps), _REMINDER | {"of all so far": "so_far"})
        paragraph(_REMINDED)
    heading("How many answer within two weeks")
    segment = {among: among} if among else {}
    _table(rates.frame.to_dict("records"), segment | {"letters": "n"} | _RATE)
    paragraph(rates.sentence())
    for problem in dict.fromkeys((*stages.problems, *rates.problems)):
        paragraph(f"Note: {problem}", dim=True)


def _stages(frame: Any, by: str | None) -> Iterator[dict[str, Any]]:
    """The stages that could be reached so far; those of a segment below its name."""
    for row in frame.to_dict("records"):
        begins = row["stage"] == "approached"
        if by and begins:
            yield row | {"stage": row[by], "reached": "", "waiting": ""}
        if begins or not isnan(row["rate"]):
            yield row | {"stage": f"· {row['stage']}" if by else row["stage"], "waiting": row["waiting"] or ""}


def _reminders(steps: Any) -> Iterator[dict[str, Any]]:
    """Each letter with its share of those still silent, and the share of all who had answered by then."""
    for row in steps.to_dict("records"):
        name = f"reminder {row['step']}" if row["step"] else "letter"
        ends = f"{row['cumulative_low']:.0%} to {row['cumulative_high']:.0%}"
        yield row | {"letter": name, "so_far": f"{row['cumulative']:.0%} ({ends})"}


def _table(rows: Iterable[dict[Any, Any]], columns: dict[str, str]) -> None:
    """A result's rows under headings of its own; the ends of the interval share one column."""
    cells = []
    for row in rows:
        rate = "too early" if row.get("note") else "" if isnan(row["rate"]) else f"{row['rate']:.0%}"
        ends = "" if isnan(row["low"]) else f"{row['low']:.0%} to {row['high']:.0%}"
        told = row | {"rate": rate, "interval": ends}
        cells.append(["not known" if told[name] is None else told[name] for name in columns.values()])
    table(list(columns), cells, right=[name for name in columns if name not in ("stage", "letter", *_SEGMENTS)])
