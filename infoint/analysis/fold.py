"""Events folded person by person, with whole columns at once: the exact rules, for tables in memory."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import tzinfo
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from infoint.analysis.clocks import DAY
from infoint.analysis.kinds import Kinds
from infoint.analysis.tables import hashable

if TYPE_CHECKING:
    import pandas as pd

Array = NDArray[np.int64]
NEVER = 2**62
_MISSING = np.int64(-(2**63))
_LAST_MINUTE = DAY - 60_000_000
STEPS = {
    "declined_at": ("declined",),
    "scheduled_at": ("meeting_scheduled", "meeting_moved"),
    "met_at": ("meeting_held",),
    "thanked_at": ("thank_you_sent",),
}
COUNTS = {"introductions": "introduction_received", "follow_up_agreed": "follow_up_agreed", "lead": "lead_found"}
OF_LETTER = ("template", "channel")


@dataclass(slots=True)
class Coded:
    """Events as numbers: whose (`person`), what (`kind`), in which `order`; and which `moment` is shown.

    A day without an hour begins at 0:00 for what we send and ends at 23:59 for what comes in.
    """

    frame: "pd.DataFrame"
    known: Kinds
    person: Array
    people: "pd.DataFrame"
    kind: Array
    kinds: list[Any]
    order: Array
    moment: Array

    @classmethod
    def of(cls, frame: "pd.DataFrame", known: Kinds, keys: Sequence[str], zone: tzinfo | None) -> "Coded":
        """The events of a frame in pandas."""
        kind = frame["kind"].astype("category").array
        person, people = _people(frame, keys)
        at = frame["at"].to_numpy(dtype="datetime64[us]").view("int64")
        made = cls(frame, known, person.astype(np.int32), people, kind.codes, list(kind.categories), at, at)
        if "precision" in frame:
            vague = frame["precision"].isin(["day", "by"]).to_numpy(dtype=bool)
            made.moment = np.where(vague, _midnights(at // DAY, zone), at)
            made.order = made.moment + np.where(vague & ~made.of_kind(*known.LETTERS), _LAST_MINUTE, 0)
        return made

    def of_kind(self, *kinds: str) -> NDArray[np.bool_]:
        """Which events are of some of our kinds."""
        names = self.known.theirs(*kinds)
        found = np.zeros(len(self.kind), dtype=bool)
        for code in (code for code, name in enumerate(self.kinds) if name in names):
            found |= self.kind == code
        return found

    def rows(self, *kinds: str, since: Array | None = None) -> Array:
        """The events of some of our kinds, not before their person's start."""
        rows = self.of_kind(*kinds).nonzero()[0]
        return rows if since is None else rows[self.order[rows] >= since[self.person[rows]]]

    def earliest(self, rows: Array) -> Array:
        """When the earliest of these events was, for each person."""
        best = np.full(len(self.people), NEVER)
        np.minimum.at(best, self.person[rows], self.order[rows])
        return best

    def latest(self, rows: Array) -> Array:
        """When the latest of these events was, for each person."""
        best = np.full(len(self.people), -NEVER)
        np.maximum.at(best, self.person[rows], self.order[rows])
        return best

    def count(self, rows: Array) -> NDArray[np.int32]:
        """How many of these events each person has."""
        return np.bincount(self.person[rows], minlength=len(self.people)).astype(np.int32)

    def first(self, rows: Array, best: Array) -> Array:
        """The event of these that is the earliest, for each person; -1 is none."""
        hits = rows[self.order[rows] == best[self.person[rows]]][::-1]
        found = np.full(len(best), -1)
        found[self.person[hits]] = hits
        return found

    def moments(self, rows: Array, best: Array, *, exact: bool = False) -> "pd.Series[Any]":
        """The earliest of these as moments; what is only known by some day is not `exact`."""
        import pandas as pd

        found = np.where(best == NEVER, _MISSING, best)
        if "precision" in self.frame:
            first = self.first(rows, best)
            found = np.where(first < 0, _MISSING, self.moment[first])
            if exact:
                by = (self.frame["precision"] == "by").to_numpy(dtype=bool, na_value=False)
                found[(first >= 0) & by[first]] = _MISSING
        made = pd.Series(found.view("datetime64[us]"), copy=False)
        return made if getattr(self.frame["at"].dtype, "tz", None) is None else made.dt.tz_localize("UTC")

    def smallest(self, name: str) -> Any:
        """A segment that never changes: its only known value, and of several the smallest."""
        import pandas as pd

        codes, cells = pd.factorize(hashable(self.frame[name]), sort=True)
        best = np.full(len(self.people), len(cells))
        np.minimum.at(best, self.person, np.where(codes < 0, len(cells), codes))
        return pd.Series(cells).reindex(best).array


def fold(made: Coded, segments: Sequence[str]) -> "pd.DataFrame":
    """A row per season and person written to: what counts from the first letter on, a new start after a bounce."""
    import pandas as pd

    known, order, person, frame = made.known, made.order, made.person, made.frame
    letters = made.rows(*known.LETTERS)
    sent = made.earliest(letters)
    begun: Any = np.where(sent == NEVER, -NEVER, sent)
    if not (order < begun[person]).any():
        begun = None
    answers = made.rows(*known.ANSWERS, since=begun)
    if "by" in frame:
        touched = made.rows("touched", since=begun)
        theirs = (frame["by"] == "them").to_numpy(dtype=bool, na_value=False)
        answers = np.sort(np.r_[answers, touched[theirs[touched]]])
    answer = made.earliest(answers)
    bounced = made.rows("bounced", since=begun)
    bounced = bounced[order[bounced] <= answer[person[bounced]]]
    sent = _restarted(made, letters, bounced, sent, answer)
    replied, lost = answer < NEVER, made.earliest(bounced[order[bounced] >= sent[person[bounced]]])
    data: dict[Any, Any] = {name: made.people[name].array for name in made.people}
    data |= {"sent_at": made.moments(letters, sent, exact=True)}
    data |= {"replied_at": made.moments(answers, answer, exact=True), "replied": replied}
    data |= {"bounced_at": made.moments(bounced, np.where(replied, NEVER, lost))}
    for name, kinds in STEPS.items():
        rows = made.rows(*kinds, since=begun)
        data[name] = made.moments(rows, made.earliest(rows))
    for name, kind in COUNTS.items():
        number = made.count(made.rows(kind, since=begun))
        data[name] = number if name == "introductions" else number > 0
    nudges = made.rows("nudge_sent")
    nudges = nudges[(order[nudges] > sent[person[nudges]]) & (order[nudges] <= answer[person[nudges]])]
    data["nudges"] = made.count(nudges)
    for name in (name for name in OF_LETTER if name in segments):
        data[name] = frame[name].reset_index(drop=True).reindex(made.first(letters, sent)).array
    data |= {name: made.smallest(name) for name in segments if name not in data}
    kept = (sent < NEVER) | replied | (lost < NEVER)
    made_of = pd.DataFrame(data, copy=False)
    return made_of if kept.all() else made_of[kept].reset_index(drop=True)


def _restarted(made: Coded, letters: Array, bounced: Array, sent: Array, answer: Array) -> Array:
    """The first letter, or that after the last bounce which was followed by one before any answer."""
    order, person = made.order, made.person
    hit = np.zeros(len(sent), dtype=bool)
    hit[person[bounced]] = True
    letters = letters[hit[person[letters]]]
    last = made.latest(letters[order[letters] <= answer[person[letters]]])
    bounce = made.latest(bounced[order[bounced] < last[person[bounced]]])
    return np.where(hit, made.earliest(letters[order[letters] > bounce[person[letters]]]), sent)


def _people(frame: "pd.DataFrame", keys: Sequence[str]) -> tuple[Array, "pd.DataFrame"]:
    """A number for each season and person, and who they are."""
    import pandas as pd

    if len(keys) == 1:
        person, people = pd.factorize(frame[keys[0]])
        return person, pd.DataFrame({keys[0]: people})
    groups = frame.groupby(list(keys), sort=False, dropna=False)
    return np.asarray(groups.ngroup(), dtype=np.int64), groups.size().index.to_frame(index=False)


def _midnights(days: Array, zone: tzinfo | None) -> Array:
    """When these days since 1970 begin; the day of an event is the same in every zone."""
    import pandas as pd

    starts, which = np.unique(days, return_inverse=True)
    walls = pd.Series((starts * DAY).view("datetime64[us]"))
    if zone is not None:
        walls = walls.dt.tz_localize(zone, ambiguous=True, nonexistent="shift_forward").dt.tz_convert("UTC")
    return walls.to_numpy(dtype="datetime64[us]").view("int64")[which]
