"""Events folded person by person, with whole columns at once: the exact rules, for tables in memory."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import tzinfo
from typing import TYPE_CHECKING, Any

from infoint.analysis.clocks import DAY
from infoint.analysis.kinds import Kinds
from infoint.analysis.tables import hashable, in_order, plain

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    Array = NDArray[np.int64]

NEVER = 2**62
_MISSING = -(2**63)
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
    """Events as numbers: whose (`person`), what (`kind`), in which `order`, and which moment is `shown`; -1 is missing.

    A day without an hour begins at 0:00 for what we send and ends at 23:59 for what comes in.
    """

    frame: "pd.DataFrame"
    known: Kinds
    person: "Array"
    people: "pd.DataFrame"
    kind: "Array"
    kinds: list[Any]
    order: "Array"
    shown: "Array"
    vague: "NDArray[np.bool_]"

    @classmethod
    def of(cls, frame: "pd.DataFrame", known: Kinds, keys: Sequence[str], zone: tzinfo | None) -> "Coded":
        """The events of a frame in pandas; its moments are naive or in UTC."""
        import numpy as np
        import pandas as pd

        kind, kinds = pd.factorize(frame["kind"])
        person, people = _people(frame, keys)
        order = frame["at"].to_numpy(dtype="datetime64[us]").view("int64")
        made = cls(
            frame,
            known,
            person.astype(np.int32),
            people,
            kind.astype(np.min_scalar_type(-1 - len(kinds))),
            list(kinds),
            order,
            order,
            np.zeros(0, bool),
        )
        if "precision" in frame:
            made.vague = frame["precision"].isin(["day", "by"]).to_numpy(dtype=bool)
            made.shown = np.where(made.vague, _midnights(order // DAY, zone), order)
            late = made.vague & ~made.of_kind(*known.LETTERS)
            made.order = made.shown + np.where(late, DAY - 60_000_000, 0)
        return made

    def survey(self) -> tuple[dict[Any, int], bool, Any, "Coded"]:
        """How many events there are of each kind, whether anything is missing, and the newest moment."""
        import numpy as np

        found = np.bincount(self.kind[self.kind >= 0], minlength=len(self.kinds))
        bad = any((codes < 0).any() for codes in (self.person, self.kind)) or (self.order == _MISSING).any()
        return dict(zip(self.kinds, found.tolist(), strict=True)), bool(bad), plain(self.frame["at"].max()), self

    def of_kind(self, *kinds: str) -> "NDArray[np.bool_]":
        """Which events are of some of our kinds."""
        import numpy as np

        names = self.known.theirs(*kinds)
        found = np.zeros(len(self.kind), dtype=bool)
        for code in (code for code, name in enumerate(self.kinds) if name in names):
            found |= self.kind == code
        return found

    def rows(self, *kinds: str) -> "Array":
        """The events of some of our kinds."""
        return self.of_kind(*kinds).nonzero()[0]

    def since(self, rows: "Array", start: "Array") -> tuple["Array", "Array"]:
        """Those of the events that are not before their person's start; and when the earliest of them was."""
        best = self.earliest(rows)
        if (best < start).any():
            rows = rows[self.order[rows] >= start[self.person[rows]]]
            best = self.earliest(rows)
        return rows, best

    def earliest(self, rows: "Array") -> "Array":
        """When the earliest of these events was, for each person."""
        import numpy as np

        best = np.full(len(self.people), NEVER)
        np.minimum.at(best, self.person[rows], self.order[rows])
        return best

    def count(self, rows: "Array") -> "NDArray[np.int32]":
        """How many of these events each person has."""
        import numpy as np

        return np.bincount(self.person[rows], minlength=len(self.people)).astype(np.int32)

    def first(self, rows: "Array", best: "Array") -> "Array":
        """The event of these that is the earliest, for each person; -1 is none."""
        import numpy as np

        hits = rows[self.order[rows] == best[self.person[rows]]][::-1]
        found = np.full(len(best), -1)
        found[self.person[hits]] = hits
        return found

    def moments(self, rows: "Array", best: "Array", *, exact: bool = False) -> "pd.Series[Any]":
        """The earliest of these as moments; what is only known by some day is not `exact`."""
        import numpy as np
        import pandas as pd

        found = np.where(best == NEVER, _MISSING, best)
        if len(self.vague):
            first = self.first(rows, best)
            found = np.where(first < 0, _MISSING, self.shown[first])
            if exact:
                by = (self.frame["precision"] == "by").to_numpy(dtype=bool, na_value=False)
                found[(first >= 0) & by[first]] = _MISSING
        made = pd.Series(found.view("datetime64[us]"), copy=False)
        return made if getattr(self.frame["at"].dtype, "tz", None) is None else made.dt.tz_localize("UTC")

    def smallest(self, name: str) -> Any:
        """A segment that never changes: its only known value, and of several the smallest."""
        import numpy as np
        import pandas as pd

        codes, cells = pd.factorize(hashable(self.frame[name]))
        sort = sorted(range(len(cells)), key=lambda n: in_order(cells[n]))
        ranks = np.full(len(cells) + 1, len(cells))
        ranks[sort] = range(len(cells))
        best = np.full(len(self.people), len(cells))
        np.minimum.at(best, self.person, ranks[codes])
        return pd.Series(cells).reindex(np.array([*sort, -1])[best]).array


def fold(made: Coded, segments: Sequence[str]) -> "pd.DataFrame":
    """A row per season and person written to: what counts from the first letter on, a new start after a bounce."""
    import numpy as np
    import pandas as pd

    known, order, person, frame = made.known, made.order, made.person, made.frame
    letters = made.rows(*known.LETTERS)
    sent = made.earliest(letters)
    begun = np.where(sent == NEVER, -NEVER, sent)
    answers = made.rows(*known.ANSWERS)
    if "by" in frame:
        theirs = made.of_kind("touched") & (frame["by"] == "them").to_numpy(dtype=bool, na_value=False)
        answers = np.sort(np.r_[answers, theirs.nonzero()[0]])
    answers, answer = made.since(answers, begun)
    replied = answer < NEVER
    bounced, lost = made.since(made.rows("bounced"), begun)
    if len(bounced):
        bounced = bounced[order[bounced] <= answer[person[bounced]]]
        sent = _restarted(made, letters, bounced, sent, answer)
        bounced, lost = made.since(bounced, np.where(sent == NEVER, -NEVER, sent))
    data: dict[Any, Any] = {name: made.people[name].array for name in made.people}
    data |= {"sent_at": made.moments(letters, sent, exact=True)}
    data |= {"replied_at": made.moments(answers, answer, exact=True), "replied": replied}
    data |= {"bounced_at": made.moments(bounced, np.where(replied, NEVER, lost))}
    for name, kinds in STEPS.items():
        data[name] = made.moments(*made.since(made.rows(*kinds), begun))
    for name, kind in COUNTS.items():
        rows, first = made.since(made.rows(kind), begun)
        data[name] = made.count(rows) if name == "introductions" else first < NEVER
    nudges = made.rows("nudge_sent")
    nudges = nudges[order[nudges] > sent[person[nudges]]]
    data["nudges"] = made.count(nudges[order[nudges] <= answer[person[nudges]]])
    if any(name in frame for name in OF_LETTER):
        row = made.first(letters, sent)
        data |= {name: frame[name].reindex(row).array for name in OF_LETTER if name in frame}
    data |= {name: made.smallest(name) for name in segments if name in frame and name not in data}
    kept = (sent < NEVER) | replied | (lost < NEVER)
    whole = pd.DataFrame(data, copy=False)
    return whole if kept.all() else whole[kept].reset_index(drop=True)


def _restarted(made: Coded, letters: "Array", bounced: "Array", sent: "Array", answer: "Array") -> "Array":
    """The first letter, or the one after the last bounce that was followed by one before any answer."""
    import numpy as np

    hit = np.zeros(len(sent), dtype=bool)
    hit[made.person[bounced]] = True
    letters = letters[hit[made.person[letters]]]
    rows = np.r_[letters, bounced]
    is_bounce = np.arange(len(rows)) >= len(letters)
    sort = np.lexsort((is_bounce, made.order[rows], made.person[rows]))
    rows, is_bounce = rows[sort], is_bounce[sort]
    new = rows[1:][~is_bounce[1:] & is_bounce[:-1] & (made.person[rows][1:] == made.person[rows][:-1])]
    new = new[made.order[new] <= answer[made.person[new]]]
    sent = sent.copy()
    sent[made.person[new]] = made.order[new]  # in order: the last one stays
    return sent


def _people(frame: "pd.DataFrame", keys: Sequence[str]) -> tuple["Array", "pd.DataFrame"]:
    """A number for each season and person, and who they are."""
    import pandas as pd

    codes, cells = pd.factorize(frame[keys[-1]])
    if len(keys) == 1:
        return codes, pd.DataFrame({keys[0]: cells}, copy=False)
    more, seasons = pd.factorize(frame[keys[0]])
    both, pairs = pd.factorize((more + 1) * len(cells) + codes)
    both[codes < 0] = -1
    who = {keys[0]: pd.Series(seasons).reindex(pairs // max(len(cells), 1) - 1).array}
    return both, pd.DataFrame(who | {keys[1]: cells.take(pairs % max(len(cells), 1))})


def _midnights(days: "Array", zone: tzinfo | None) -> "Array":
    """When these days since 1970 begin; the day of an event is the same in every zone."""
    import numpy as np
    import pandas as pd

    starts, which = np.unique(days, return_inverse=True)
    walls = pd.Series((starts * DAY).view("datetime64[us]"))
    if zone is not None:
        walls = walls.dt.tz_localize(zone, ambiguous=True, nonexistent="shift_forward").dt.tz_convert("UTC")
    return walls.to_numpy(dtype="datetime64[us]").view("int64")[which]
