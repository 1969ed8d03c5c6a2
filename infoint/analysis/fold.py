"""Events folded person by person, with whole columns at once: the exact rules, for tables in memory."""

from collections.abc import Iterable, Sequence
from datetime import tzinfo
from typing import TYPE_CHECKING, Any

from infoint.analysis.kinds import Kinds
from infoint.analysis.tables import hashable, in_order

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

_NEVER = 2**62
_DAY = 86_400_000_000
_STEPS = {
    "declined_at": ("declined",),
    "scheduled_at": ("meeting_scheduled", "meeting_moved"),
    "met_at": ("meeting_held",),
    "thanked_at": ("thank_you_sent",),
}
_COUNTS = {"introductions": "introduction_received", "follow_up_agreed": "follow_up_agreed", "lead": "lead_found"}


def fold(
    frame: "pd.DataFrame", known: Kinds, keys: Sequence[str], segments: Iterable[str], zone: tzinfo | None
) -> "pd.DataFrame":
    """A row per season and person written to; the columns are those of approaches."""
    return _Fold(frame, known, keys, zone).people(segments)


class _Fold:
    """Columns of events as numbers: whose (`person`), what (`kind`) and in which order (`order`).

    A day without an hour begins at 0:00 for what we send and ends at 23:59 for what comes in.
    """

    def __init__(self, frame: "pd.DataFrame", known: Kinds, keys: Sequence[str], zone: tzinfo | None) -> None:
        import numpy as np
        import pandas as pd

        self.frame, self.known, self.keys, self.zone = frame, known, list(keys), zone
        self.kind, self.kinds = pd.factorize(frame["kind"])
        self.person, count = _codes(frame, keys)
        self.count = count
        self.order = _microseconds(frame["at"], zone if "precision" in frame else None)
        self.vague = self.by = None
        if "precision" in frame:
            self.by = (frame["precision"] == "by").to_numpy(dtype=bool, na_value=False)
            self.vague = self.by | (frame["precision"] == "day").to_numpy(dtype=bool, na_value=False)
            start = _microseconds(frame["at"], None) // _DAY * _DAY  # the day of an event is the same in every zone
            late = np.where(self._is(*known.LETTERS), 0, _DAY - 60_000_000)
            self.order = np.where(self.vague, start + late, self.order)

    def _is(self, *kinds: str) -> "NDArray[np.bool_]":
        """Which rows are of some of our kinds."""
        import numpy as np

        names = set(self.known.theirs(*kinds))
        return np.array([name in names for name in self.kinds] + [False], dtype=bool)[self.kind]

    def rows(self, *kinds: str) -> "NDArray[np.int64]":
        """The rows of some of our kinds."""
        return self._is(*kinds).nonzero()[0]

    def earliest(self, rows: "NDArray[np.int64]") -> "NDArray[np.int64]":
        """When the earliest of these rows was, for each person."""
        import numpy as np

        best = np.full(self.count, _NEVER)
        np.minimum.at(best, self.person[rows], self.order[rows])
        return best

    def first(self, rows: "NDArray[np.int64]") -> "NDArray[np.int64]":
        """The earliest of these rows for each person; -1 is none."""
        import numpy as np

        best = self.earliest(rows)
        hits = rows[self.order[rows] == best[self.person[rows]]][::-1]
        found = np.full(self.count, -1)
        found[self.person[hits]] = hits
        return found

    def people(self, segments: Iterable[str]) -> "pd.DataFrame":
        """Fold: what counts from the first letter on, a new start after a bounce."""
        import numpy as np
        import pandas as pd

        letters = self.rows(*self.known.LETTERS)
        begun = self.earliest(letters)
        begun = np.where(begun == _NEVER, -_NEVER, begun)
        answers = self.rows(*self.known.ANSWERS)
        if "by" in self.frame:
            theirs = (self.frame["by"] == "them").to_numpy(dtype=bool, na_value=False)
            answers = np.sort(np.r_[answers, (self._is("touched") & theirs).nonzero()[0]])
        answer = self.first(self.since(answers, begun))
        replied = answer >= 0
        sent = self.first(letters)
        bounced = self.since(self.rows("bounced"), begun)
        if len(bounced):
            bounced = bounced[self.order[bounced] <= self._when(answer, _NEVER)[self.person[bounced]]]
            sent = self._restarted(letters, bounced, sent, self._when(answer, _NEVER))
        bounced = self.since(bounced, self._when(sent, -_NEVER))
        data: dict[str, Any] = {name: self.frame[name].to_numpy()[self._somebody()] for name in self.keys}
        data |= {"sent_at": self.moments(sent, exact=True), "replied_at": self.moments(answer, exact=True)}
        data |= {"replied": replied, "bounced_at": self.moments(np.where(replied, -1, self.first(bounced)))}
        for name, kinds in _STEPS.items():
            data[name] = self.moments(self.first(self.since(self.rows(*kinds), begun)))
        for name, kind in _COUNTS.items():
            number = np.bincount(self.person[self.since(self.rows(kind), begun)], minlength=self.count)
            data[name] = number if name == "introductions" else number > 0
        nudges = self.rows("nudge_sent")
        late = self.order[nudges] > self._when(answer, _NEVER)[self.person[nudges]]
        nudges = nudges[(self.order[nudges] > self._when(sent, -_NEVER)[self.person[nudges]]) & ~late]
        data["nudges"] = np.bincount(self.person[nudges], minlength=self.count)
        for name in ("template", "channel"):
            if name in self.frame:
                data[name] = _taken(self.frame[name], sent)
        data |= {name: self.smallest(name) for name in segments if name in self.frame}
        kept = (sent >= 0) | replied
        kept[self.person[bounced]] = True
        made = pd.DataFrame({name: pd.Series(cells).reset_index(drop=True) for name, cells in data.items()})
        return made[kept].reset_index(drop=True)

    def since(self, rows: "NDArray[np.int64]", start: "NDArray[np.int64]") -> "NDArray[np.int64]":
        """Those of the rows that are not before their person's start."""
        return rows[self.order[rows] >= start[self.person[rows]]]

    def _when(self, rows: "NDArray[np.int64]", otherwise: int) -> "NDArray[np.int64]":
        import numpy as np

        return np.where(rows >= 0, self.order[rows] if len(self.order) else 0, otherwise)

    def _restarted(self, letters: Any, bounced: Any, sent: Any, answer: Any) -> "NDArray[np.int64]":
        """The first letter, or the one after the last bounce that was followed by one before any answer."""
        import numpy as np

        hit = np.zeros(self.count, dtype=bool)
        hit[self.person[bounced]] = True
        letters = letters[hit[self.person[letters]]]
        rows = np.r_[letters, bounced]
        is_bounce = np.r_[np.zeros(len(letters), dtype=bool), np.ones(len(bounced), dtype=bool)]
        sort = np.lexsort((is_bounce, self.order[rows], self.person[rows]))
        rows, is_bounce = rows[sort], is_bounce[sort]
        new = ~is_bounce[1:] & is_bounce[:-1] & (self.person[rows][1:] == self.person[rows][:-1])
        new = rows[1:][new]
        new = new[self.order[new] <= answer[self.person[new]]]
        sent = sent.copy()
        sent[self.person[new]] = new  # in order: the last one stays
        return np.asarray(sent)

    def moments(self, rows: "NDArray[np.int64]", *, exact: bool = False) -> "pd.Series[Any]":
        """The moments of these rows; a day without an hour is its 0:00; what is known by a day is not `exact`."""
        import numpy as np

        there = rows >= 0
        if exact and self.by is not None and len(self.by):
            there = there & ~self.by[rows]
        found = _taken(self.frame["at"], np.where(there, rows, -1))
        if self.vague is not None and len(self.vague):
            days = _taken(self.frame["at"], np.where(there & self.vague[rows], rows, -1))
            if self.zone is not None:
                days = days.dt.tz_convert("UTC").dt.tz_localize(None).dt.normalize()
                days = days.dt.tz_localize(self.zone, ambiguous=True, nonexistent="shift_forward")
            found = (days.dt.normalize() if self.zone is None else days).fillna(found)
        return found

    def smallest(self, name: str) -> "pd.Series[Any]":
        """A segment that never changes: its only known value, and of several the smallest."""
        import numpy as np
        import pandas as pd

        codes, cells = pd.factorize(hashable(self.frame[name]))
        ranks = np.empty(len(cells) + 1, dtype=np.int64)
        ranks[sorted(range(len(cells)), key=lambda n: in_order(cells[n]))] = range(len(cells))
        ranks[-1] = _NEVER
        best = np.full(self.count, _NEVER)
        np.minimum.at(best, self.person, ranks[codes])
        back = np.argsort(ranks[:-1])
        rows = np.where(best == _NEVER, -1, back[np.minimum(best, len(cells) - 1)] if len(cells) else -1)
        return _taken(pd.Series(cells), rows)

    def _somebody(self) -> "NDArray[np.int64]":
        """A row of each person."""
        import numpy as np

        rows = np.empty(self.count, dtype=np.int64)
        rows[self.person] = np.arange(len(self.person))
        return rows


def _codes(frame: "pd.DataFrame", keys: Sequence[str]) -> tuple["NDArray[np.int64]", int]:
    """A number for each season and person."""
    import pandas as pd

    cells: Any
    codes, cells = pd.factorize(frame[keys[-1]])
    for name in keys[:-1]:
        more, _ = pd.factorize(frame[name])
        codes, cells = pd.factorize((more + 1) * len(cells) + codes)
    return codes, len(cells)


def _microseconds(moments: "pd.Series[Any]", zone: tzinfo | None) -> "NDArray[np.int64]":
    """Microseconds since 1970, by the wall clock of `zone` when it is given, else of instants."""
    if getattr(moments.dt, "tz", None) is not None:
        moments = moments.dt.tz_convert(zone or "UTC").dt.tz_localize(None)
    return moments.to_numpy(dtype="datetime64[us]").view("int64")


def _taken(column: "pd.Series[Any]", rows: "NDArray[np.int64]") -> "pd.Series[Any]":
    """The cells of these rows; -1 is a missing one."""
    import numpy as np

    if not len(column):
        return column.reindex(range(len(rows)))
    return column.iloc[np.maximum(rows, 0)].reset_index(drop=True).where(rows >= 0)
