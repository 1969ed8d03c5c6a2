"""What works: the funnel and its rates."""

import json
from math import isnan
from typing import Any

import click

from infoint.campaign import Campaign
from infoint.cli.output import as_json, command, confirmed, heading, json_option, on_campaign, paragraph, table

_SEGMENTS = ("relationship", "template", "channel", "company", "industry", "role", "comfort")


@on_campaign("funnel")
@click.option("--by", type=click.Choice(_SEGMENTS), help="One funnel for each of these.")
@click.option("--compare", is_flag=True, help="The two letters of your experiment instead.")
@json_option
def funnel_(campaign: Campaign, by: str | None, compare: bool, json_: bool) -> None:
    """How many were written to, answered, met; with honest intervals."""
    if compare and by:
        raise click.UsageError("--compare shows two letters; it cannot be split with --by.")
    if compare:
        _show_comparison(campaign.comparison(), json_=json_)
    else:
        show_funnel(campaign, by, json_=json_)


def _show_comparison(found: Any, *, json_: bool) -> None:
    if json_:
        names = ("decided", "difference", "low", "high", "pairs", "waiting", "planned")
        as_json({"arms": _records(found.frame)} | {name: getattr(found, name) for name in names})
        return
    heading("Letter against letter")
    if len(found.frame):
        columns = {"letter": "arm", "old enough": "n", "answered": "replied", "too fresh": "waiting"}
        _table(found.frame, None, columns | {"rate": "rate", "90% interval": "interval"})
    paragraph(found.sentence())


def _records(frame: Any) -> Any:
    return json.loads(frame.to_json(orient="records"))


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
    """The funnel and the response rate, as tables with their sentences."""
    from infoint.analysis.funnel import funnel
    from infoint.analysis.response_rate import response_rate

    approaches, now = campaign.approaches(), campaign.last_look()
    stages = funnel(approaches, by=by, now=now)
    rates = response_rate(approaches, by=by, now=now, holidays=sorted(campaign.workdays().holidays))
    if json_:
        as_json({"funnel": _records(stages.frame), "response_rate": _records(rates.frame)})
        return
    if not len(approaches):
        paragraph("Nobody has been written to yet. Whom first? infoint next")
        return
    heading("Your season so far" + (f", by {by}" if by else ""))
    waiting = [number or "" for number in stages.frame["waiting"]]
    columns = {"stage": "stage", "people": "reached", "of those before": "rate"}
    columns |= {"90% interval": "interval", "still waiting": "waiting"}
    _table(stages.frame.assign(waiting=waiting), by, columns)
    paragraph(stages.sentence())
    heading("How many answer within two weeks")
    columns = {"letters": "n", "answered": "replied", "too fresh": "waiting"}
    columns |= {"rate": "rate", "90% interval": "interval", "note": "note"}
    _table(rates.frame, by, columns)
    paragraph(rates.sentence())
    for problem in dict.fromkeys((*stages.problems, *rates.problems)):
        paragraph(f"Note: {problem}", dim=True)


def _table(frame: Any, by: str | None, columns: dict[str, str]) -> None:
    """A result's frame under headings of its own; the ends of the interval share one column."""
    shown = ({by: by} if by else {}) | columns
    rows = [
        {
            **row,
            "rate": "" if isnan(row["rate"]) else f"{row['rate']:.0%}",
            "interval": "" if isnan(row["low"]) else f"{row['low']:.0%} to {row['high']:.0%}",
        }
        for row in frame.to_dict("records")
    ]
    cells = [[row[name] for name in shown.values()] for row in rows]
    table(list(shown), cells, right=[name for name in columns if name not in ("stage", "note", "letter")])
