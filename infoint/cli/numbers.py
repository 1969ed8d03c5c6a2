"""What works: the funnel and its rates."""

import json
from math import isnan
from typing import Any

import click

from infoint.campaign import Campaign
from infoint.cli.output import as_json, heading, json_option, on_campaign, paragraph, table

_SEGMENTS = ("relationship", "template", "channel", "company", "industry", "role", "comfort")


@on_campaign("funnel")
@click.option("--by", type=click.Choice(_SEGMENTS), help="One funnel for each of these.")
@json_option
def funnel_(campaign: Campaign, by: str | None, json_: bool) -> None:
    """How many were written to, answered, met; with honest intervals."""
    show_funnel(campaign, by, json_=json_)


def show_funnel(campaign: Campaign, by: str | None = None, *, json_: bool = False) -> None:
    """The funnel and the response rate, as tables with their sentences."""
    from infoint.analysis.funnel import funnel
    from infoint.analysis.response_rate import response_rate

    approaches, now = campaign.approaches(), campaign.last_look()
    stages = funnel(approaches, by=by, now=now)
    rates = response_rate(approaches, by=by, now=now, holidays=sorted(campaign.workdays().holidays))
    if json_:
        frames = {"funnel": stages.frame, "response_rate": rates.frame}
        as_json({name: json.loads(frame.to_json(orient="records")) for name, frame in frames.items()})
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
    table(list(shown), cells, right=[name for name in columns if name not in ("stage", "note")])
