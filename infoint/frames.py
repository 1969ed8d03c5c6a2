"""The campaign's records as tables, for notebooks and the statistics."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import tzinfo
from typing import TYPE_CHECKING

from infoint.events import Event, Standing, in_order
from infoint.people import Person

if TYPE_CHECKING:
    import pandas as pd

_SEGMENTS = ("relationship", "comfort", "company", "industry", "role", "introduced_by")
_FACTS = ("event_id", "person_id", "kind", "at", "precision", "channel", "template", "by", "note")


def people_frame(people: Iterable[Person], standings: Mapping[str, Standing]) -> "pd.DataFrame":
    """Everybody, a row each: their fields, comfort as it counts, and the stage they reached."""
    import pandas as pd

    rows = []
    for person in people:
        s = standings.get(person.id)
        rows.append(asdict(person) | {"comfort": person.ease(), "stage": s.stage if s else ""})
    columns = [*Person.__dataclass_fields__, "stage"]
    return pd.DataFrame(rows, columns=columns).rename(columns={"id": "person_id"})


def events_frame(events: Iterable[Event], people: Iterable[Person], zone: tzinfo) -> "pd.DataFrame":
    """Every fact that stands, a row each, with the person's segments; `at` in the user's zone."""
    import pandas as pd

    segments = {
        person.id: tuple(person.ease() if name == "comfort" else getattr(person, name) for name in _SEGMENTS)
        for person in people
    }
    rows = [
        (
            *(event.id, event.person_id, event.kind, event.at, event.precision, event.channel, event.template),
            *(event.details.get("by", ""), event.note),
            *segments[event.person_id],
        )
        for event in in_order(events, zone)
    ]
    table = pd.DataFrame(rows, columns=[*_FACTS, *_SEGMENTS])
    table["at"] = pd.to_datetime(table["at"], utc=True).dt.tz_convert(zone)
    return table
