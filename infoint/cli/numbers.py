"""What works: the funnel and its rates."""

from math import isnan
from typing import Any

import click

from infoint.cli.output import as_json, heading, opened, paragraph, table

_SEGMENTS = ("relationship", "template", "channel", "company", "industry", "role", "comfort")


@click.command("funnel")
@click.option("--by", type=click.Choice(_SEGMENTS), help="One funnel for each of these.")
@click.option("--json", "json_", is_flag=True, help="As JSON.")
@click.pass_context
def funnel_(ctx: click.Context, by: str | None, json_: bool) -> None:
    """How many were written to, answered, met; with honest intervals."""
    campaign = opened(ctx)
    show_funnel(campaign, by, json_=json_)


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
        import json as codec

        frames = {"funnel": stages.frame, "response_rate": rates.frame}
        as_json({name: codec.loads(frame.to_json(orient="records")) for name, frame in frames.items()})
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
