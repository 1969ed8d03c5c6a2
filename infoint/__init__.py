"""A companion for informational interviews: whom to write to, how to prepare, what works.

>>> import infoint
>>> campaign = infoint.open(":memory:", create=True)
>>> campaign.profile = infoint.Profile(name="Robin Vega", exploring="energy")
>>> dana = campaign.add(infoint.Person(name="Dana Ruiz", relationship="friend"))
>>> campaign.write(dana).template
'outreach/warm'

Everything is loaded when it is first used, so that importing this is quick.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from infoint import charts
    from infoint.analysis.approaches import approaches
    from infoint.analysis.compare import compare, plan_comparison
    from infoint.analysis.counts import counts
    from infoint.analysis.forecast import forecast
    from infoint.analysis.funnel import funnel
    from infoint.analysis.introductions import introductions
    from infoint.analysis.reply_curve import reply_curve, stop_waiting
    from infoint.analysis.response_rate import response_rate
    from infoint.campaign import Campaign
    from infoint.campaign import open_campaign as open  # noqa: A004 - infoint.open is the name others rely on
    from infoint.debrief import Debrief
    from infoint.errors import InfointError, OddOrder, Problem
    from infoint.events import Event, Standing
    from infoint.people import Person, Profile
    from infoint.sample import sample_campaign

__version__ = "0.1.0"

_HOME = {
    "Campaign": "infoint.campaign",
    "Debrief": "infoint.debrief",
    "Event": "infoint.events",
    "InfointError": "infoint.errors",
    "OddOrder": "infoint.errors",
    "Person": "infoint.people",
    "Problem": "infoint.errors",
    "Profile": "infoint.people",
    "Standing": "infoint.events",
    "approaches": "infoint.analysis.approaches",
    "compare": "infoint.analysis.compare",
    "counts": "infoint.analysis.counts",
    "forecast": "infoint.analysis.forecast",
    "funnel": "infoint.analysis.funnel",
    "introductions": "infoint.analysis.introductions",
    "open": "infoint.campaign",
    "plan_comparison": "infoint.analysis.compare",
    "reply_curve": "infoint.analysis.reply_curve",
    "response_rate": "infoint.analysis.response_rate",
    "sample_campaign": "infoint.sample",
    "stop_waiting": "infoint.analysis.reply_curve",
}

__all__ = [
    "Campaign",
    "Debrief",
    "Event",
    "InfointError",
    "OddOrder",
    "Person",
    "Problem",
    "Profile",
    "Standing",
    "approaches",
    "charts",
    "compare",
    "counts",
    "forecast",
    "funnel",
    "introductions",
    "open",
    "plan_comparison",
    "reply_curve",
    "response_rate",
    "sample_campaign",
    "stop_waiting",
]


def __getattr__(name: str) -> Any:
    if name == "charts":
        return import_module("infoint.charts")
    home = _HOME.get(name)
    if home is None:
        raise AttributeError(f"module 'infoint' has no attribute {name!r}")
    return getattr(import_module(home), "open_campaign" if name == "open" else name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
