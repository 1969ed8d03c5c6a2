"""Draw every picture of docs/pictures anew: python docs/pictures/renew.py.

Each is drawn three times: on the whole made-up season, on its first ten rows and on one row. A
test compares the files with what is drawn now.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd

import infoint
from infoint import charts

HERE = Path(__file__).parent
SIZES = {"sample": None, "ten-rows": 10, "one-row": 1}


def pictures() -> Iterator[tuple[str, Any]]:
    """Each picture with the name of its file."""
    campaign = infoint.sample_campaign(seed=7)
    now, letters, events = campaign.last_look(), campaign.approaches(), campaign.events()
    people = campaign.people()
    chained = people["introduced_by"].ne("") | people["person_id"].isin(people["introduced_by"])
    people = pd.concat([people[chained], people[~chained]])  # whoever belongs to a chain stands first
    dealt = letters[letters["template"].isin(["outreach/warm", "outreach/story"])]
    for size, rows in SIZES.items():
        some, two, who = letters.head(rows or 10**6), dealt.head(rows or 10**6), people.head(rows or 10**6)
        curve, stop = infoint.reply_curve(some, now=now), infoint.stop_waiting(some, now=now)
        known = who.assign(introduced_by=who["introduced_by"].where(who["introduced_by"].isin(who["person_id"])))
        yield f"funnel-{size}", charts.funnel(infoint.funnel(some, now=now))
        rates = infoint.response_rate(some, by="relationship", now=now)
        yield f"response-rates-{size}", charts.response_rates(rates)
        yield f"reply-curve-{size}", charts.reply_curve(curve, stop)
        yield f"season-{size}", charts.season(some, now)
        comparison = infoint.compare(two, "template", planned=20, now=now)
        yield f"comparison-{size}", charts.comparison(comparison)
        told = events[events["person_id"].isin(known["person_id"])]
        yield f"introductions-{size}", charts.introductions(infoint.introductions(known, told))
        yield f"forecast-{size}", charts.forecast(infoint.forecast(some, 10, now=now))


if __name__ == "__main__":
    for name, picture in pictures():
        (HERE / f"{name}.svg").write_text(charts.svg(picture) + "\n", encoding="utf-8", newline="\n")
