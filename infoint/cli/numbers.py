"""What works: the funnel and its rates."""

from math import isnan
from typing import Any

import click

from infoint.cli.output import as_json, command, confirmed, heading, opened, paragraph, table

_SEGMENTS = ("relationship", "template", "channel", "company", "industry", "role", "comfort")


@click.command("funnel")
@click.option("--by", type=click.Choice(_SEGMENTS), help="One funnel for each of these.")
@click.option("--compare", is_flag=True, help="The two letters of your experiment instead.")
@click.option("--json", "json_", is_flag=True, help="As JSON.")
@click.pass_context
def funnel_(ctx: click.Context, by: str | None, compare: bool, json_: bool) -> None:
    """How many were written to, answered, met; with honest intervals."""
    if compare and by:
        raise click.UsageError("--compare shows two letters; it cannot be split with --by.")
    campaign = opened(ctx)
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
    rows = [
        (r["arm"], r["n"], r["replied"], r["waiting"], _percent(r["rate"]), _interval(r["low"], r["high"]))
        for r in found.frame.to_dict("records")
    ]
    columns = ["letter", "old enough", "answered", "too fresh", "rate", "90% interval"]
    if rows:
        table(columns, rows, right=columns[1:])
    paragraph(found.sentence())


def _records(frame: Any) -> Any:
    import json as codec

    return codec.loads(frame.to_json(orient="records"))


@click.command("experiment")
@click.argument("first")
@click.argument("second")
@click.option("--per-arm", default=30, show_default=True, help="How many of each are to be sent.")
@click.option("--yes", is_flag=True, help="Do not ask whether to end the one that runs.")
@click.pass_context
def experiment_(ctx: click.Context, first: str, second: str, per_arm: int, yes: bool) -> None:
    """Compare two first letters: infoint write deals them at random."""
    from infoint.analysis.compare import plan_comparison

    campaign = opened(ctx)
    running = campaign.running_experiment()
    if running:
        confirmed(f"{running.first} against {running.second} runs now. End it, and begin this one?", yes)
    made = campaign.experiment(first, second, per_arm)
    click.secho(f"From now on, infoint write deals {made.first} or {made.second}.", fg="green")
    paragraph(plan_comparison(0.2, 0.2, per_arm).sentence())
    paragraph("Write to people as ever and send what is dealt: that keeps the comparison fair. How it stands:")
    command("infoint funnel --compare")


def show_funnel(campaign: Any, by: str | None = None, *, json_: bool = False) -> None:
    """The funnel and the response rate, as tables with their sentences."""
    from infoint.analysis.funnel import funnel
    from infoint.analysis.response_rate import response_rate

    approaches = campaign.approaches()
    now = campaign.last_look()
    days = sorted(campaign.workdays().holidays)
    stages = funnel(approaches, by=by, now=now)
    rates = response_rate(approaches, by=by, now=now, holidays=days)
    if json_:
        as_json({"funnel": _records(stages.frame), "response_rate": _records(rates.frame)})
        return
    if not len(approaches):
        paragraph("Nobody has been written to yet. Whom first? infoint next")
        return
    heading("Your season so far" + (f", by {by}" if by else ""))
    rows = [
        [
            *([row[by]] if by else []),
            row["stage"],
            row["reached"],
            _percent(row["rate"]),
            "" if isnan(row["rate"]) else _interval(row["low"], row["high"]),
            row["waiting"] or "",
        ]
        for row in stages.frame.to_dict("records")
    ]
    columns = [*([by] if by else []), "stage", "people", "of those before", "90% interval", "still waiting"]
    table(columns, rows, right=columns[-4:])
    paragraph(stages.sentence())
    heading("How many answer within two weeks")
    rows = [
        [
            *([row[by]] if by else []),
            row["n"],
            row["replied"],
            row["waiting"],
            _percent(row["rate"]),
            _interval(row["low"], row["high"]),
            row["note"],
        ]
        for row in rates.frame.to_dict("records")
    ]
    columns = [*([by] if by else []), "letters", "answered", "too fresh", "rate", "90% interval", "note"]
    table(columns, rows, right=columns[-6:-1])
    paragraph(rates.sentence())
    for problem in dict.fromkeys((*stages.problems, *rates.problems)):
        paragraph(f"Note: {problem}", dim=True)


def _percent(value: float) -> str:
    return "" if isnan(value) else f"{value:.0%}"


def _interval(low: float, high: float) -> str:
    return f"{low:.0%} to {high:.0%}"
