"""How fast the list of the day is over a long search, and how it grows: ratios measured in one run.

    python benchmarks/today.py

The limit is a fetchall of the same events into tuples. Every figure is the best of several tries,
ours and the limit in turn. The list may grow as the events do, or as the fetchall does on the same
machine in the same minute. Exits 1 when a bound is broken.
"""

import sqlite3
import sys
import tempfile
from pathlib import Path

from speed import best, filled

SIZES = ((50, 1_000), (500, 10_000), (5_000, 100_000))
BOUND = 5
"""So many times the fetchall the list may take at the largest size."""


def measured(folder: Path, people: int, events: int) -> tuple[float, float]:
    """Seconds of the list and of the fetchall."""
    path = folder / f"{events}.db"
    campaign, bare = filled(path, people, events), sqlite3.connect(path)
    assert len(campaign.today()) > people // 5
    found = best(campaign.today, lambda: bare.execute("SELECT * FROM events").fetchall(), 9)
    campaign.close()
    bare.close()
    return found


def main() -> int:
    print(f"{'people':>8} {'events':>8} {'today, ms':>10} {'fetchall, ms':>13} {'ratio':>6}")
    times = []
    with tempfile.TemporaryDirectory() as name:
        for people, events in SIZES:
            ours, limit = measured(Path(name), people, events)
            times.append((events, ours, limit))
            print(f"{people:8,} {events:8,} {ours * 1000:10.1f} {limit * 1000:13.1f} {ours / limit:6.1f}")
    (few, short, small), (most, long, large) = times[0], times[-1]
    growth, linear, ratio = long / short, large / small, long / large
    print(f"{ratio:.1f} times the fetchall (bound {BOUND}); {most // few} times the events take {growth:.0f} times")
    print(f"as long, and the fetchall {linear:.0f} times")
    return int(ratio > BOUND or growth > max(most / few, linear))


if __name__ == "__main__":
    sys.exit(main())
