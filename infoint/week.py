"""The week, looking back: what was done, who answered, what was learnt."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta, tzinfo

from infoint import templates
from infoint.events import Event, in_order
from infoint.insights import Insight
from infoint.people import Person

_DONE = (
    "outreach_sent nudge_sent touched confirmation_sent meeting_held thank_you_sent introduction_thanked update_sent"
)
_ANSWERED = "reply_received touched meeting_scheduled introduction_received follow_up_agreed lead_found declined"


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """Seven days: what the user did and what came back, each with its person, and what was learnt.

    `str()` is Markdown, in the words of `sheets/week.md.j2`.
    """

    start: date
    end: date
    done: tuple[tuple[Event, Person], ...]
    answered: tuple[tuple[Event, Person], ...]
    learnt: tuple[Insight, ...]

    def __str__(self) -> str:
        from jinja2 import Template

        template = Template(templates.read("sheets/week.md.j2"), trim_blocks=True, lstrip_blocks=True)
        return str(template.render(week=self))


def week(
    events: Iterable[Event], people: Mapping[str, Person], insights: Iterable[Insight], end: date, zone: tzinfo
) -> Week:
    """Look back on the seven days up to `end`; what is only known to be earlier than a day is no part of them."""
    start = end - timedelta(days=6)
    facts = [e for e in in_order(events, zone) if start <= e.day(zone) <= end and e.precision != "by"]
    theirs = [e for e in facts if e.kind in _ANSWERED.split() and e.details.get("by") != "me"]
    ours = [e for e in facts if e.kind in [*_DONE.split(), "promise_kept"] and e.details.get("by") != "them"]
    return Week(
        start=start,
        end=end,
        done=tuple((e, people[e.person_id]) for e in ours),
        answered=tuple((e, people[e.person_id]) for e in theirs),
        learnt=tuple(insight for insight in insights if start <= insight.when.astimezone(zone).date() <= end),
    )
