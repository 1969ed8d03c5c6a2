"""How fast the statistics are, as ratios in one run: python benchmarks/statistics.py [--events 10_000_000].

Each line runs in a process of its own, so that its peak memory is its own.
"""

import argparse
import resource
import subprocess
import sys
import time
import warnings
from pathlib import Path

sys.path[:] = [folder for folder in sys.path if Path(folder) != Path(__file__).parent]  # its name is Python's too

import numpy as np  # noqa: E402

STEPS = {
    "sent": ("outreach_sent", "nudge_sent"),
    "replied": ("reply_received", "declined", "meeting_scheduled", "meeting_moved", "meeting_held"),
    "declined": ("declined",),
    "bounced": ("bounced",),
    "scheduled": ("meeting_scheduled", "meeting_moved"),
    "met": ("meeting_held",),
    "thanked": ("thank_you_sent",),
    "introduced": ("introduction_received",),
    "agreed": ("follow_up_agreed",),
    "lead": ("lead_found",),
}
STAGES = ("sent", "replied", "scheduled", "met", "thanked", "introduced", "agreed", "lead")
BEFORE = {"replied": "sent", "scheduled": "replied", "met": "scheduled"}


def events(count: int, seed: int = 11):
    """Seasons as they come: 4% bounce, 45% are nudged, 40% answer, and so on to leads; rows in any order."""
    import pandas as pd

    rng = np.random.default_rng(seed)
    people = int(count / 3)
    start = np.datetime64("2024-01-01", "us") + rng.integers(0, 700 * 86400, people).astype("timedelta64[s]")

    def after(base, share, days):
        kept = np.flatnonzero(rng.random(len(base[0])) < share)
        later = (rng.exponential(days, len(kept)) * 86400 + 60).astype("int64").astype("timedelta64[s]")
        return base[0][kept], base[1][kept] + later

    sent = np.arange(people), start
    parts = {"outreach_sent": sent, "nudge_sent": after(sent, 0.45, 9), "bounced": after(sent, 0.04, 0.01)}
    parts["reply_received"] = reply = after(sent, 0.4, 3)
    parts["meeting_scheduled"] = scheduled = after(reply, 0.7, 2)
    parts["meeting_held"] = met = after(scheduled, 0.85, 6)
    parts |= {"thank_you_sent": after(met, 0.8, 1), "introduction_received": after(met, 0.5, 3)}
    parts |= {"follow_up_agreed": after(met, 0.4, 1), "lead_found": after(met, 0.15, 10), "noted": after(sent, 0.2, 3)}
    codes = np.repeat(np.arange(len(parts), dtype=np.int8), [len(part[0]) for part in parts.values()])
    order = rng.permutation(len(codes))
    kinds = pd.Categorical.from_codes(codes[order], list(parts)).astype(object)
    person, at = (np.concatenate([part[place] for part in parts.values()])[order] for place in (0, 1))
    return pd.DataFrame({"person_id": person, "kind": pd.Series(kinds, dtype="str"), "at": at})


def by_hand_polars(table):
    """The funnel as one would best write it for this table: first moments, then counts, one lazy query."""
    import polars as pl

    kind, at = pl.col("kind"), pl.col("at")
    end = table["at"].max()
    first = [pl.when(kind.is_in(list(kinds))).then(at).min().alias(name) for name, kinds in STEPS.items()]
    each = table.lazy().group_by("person_id").agg(first)
    each = each.filter(pl.col("sent").is_not_null() & (pl.col("bounced").is_null() | pl.col("replied").is_not_null()))
    fresh = {n: pl.col(n) > end - pl.duration(days=14) for n in ("sent", "replied", "scheduled", "met")}
    waiting = [
        (pl.col(b).is_not_null() & pl.col(s).is_null() & fresh[b] & pl.col("declined").is_null()).sum().alias(f"w {s}")
        for s, b in (BEFORE | dict.fromkeys(STAGES[4:], "met")).items()
    ]
    found = each.select(*(pl.col(stage).count() for stage in STAGES), *waiting).collect()
    return [found[stage][0] for stage in STAGES]


def by_hand_pandas(table):
    """The same in pandas: people and kinds as numbers once, then a first moment per step with numpy."""
    import pandas as pd

    person, people = pd.factorize(table["person_id"])
    kind, kinds = pd.factorize(table["kind"])
    at, end = table["at"].to_numpy().view("int64"), table["at"].max().value
    first = {}
    for name, wanted in STEPS.items():
        rows = np.flatnonzero(np.isin(kind, np.flatnonzero(np.isin(kinds, wanted))))
        first[name] = np.full(len(people), 2**62)
        np.minimum.at(first[name], person[rows], at[rows])
    there = {name: moments < 2**62 for name, moments in first.items()}
    kept = there["sent"] & (~there["bounced"] | there["replied"])
    for stage, before in (BEFORE | dict.fromkeys(STAGES[4:], "met")).items():
        fresh = first[before] > end - 14 * 86_400_000_000
        _ = int((kept & there[before] & ~there[stage] & fresh & ~there["declined"]).sum())
    return [int((kept & there[stage]).sum()) for stage in STAGES]


def one(name: str, path: str) -> None:
    """Run one line, and print its seconds (the best of two), its peak of memory, and the stages."""
    warnings.simplefilter("ignore")
    engine, _, who = name.partition(" ")
    from infoint.analysis.funnel import funnel

    if engine == "duckdb":
        import duckdb

        table = duckdb.connect().read_parquet(path)
    elif engine == "polars":
        import polars as pl

        table = pl.read_parquet(path)
    else:
        import pandas as pd

        table = pd.read_parquet(path)
    hand = {"polars": by_hand_polars, "pandas": by_hand_pandas}
    seconds = []
    for _ in range(2):
        start = time.perf_counter()
        found = hand[engine](table) if who == "hand" else funnel(table).frame.reached.tolist()
        seconds.append(time.perf_counter() - start)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(min(seconds), peak, ",".join(map(str, found)))


def funnels(count: int, folder: str) -> None:
    path = f"{folder}/events.parquet"
    events(count).to_parquet(path)
    print(f"\n## funnel of {count:,} events\n\n| engine | seconds | by hand | ratio | memory MB | by hand | ratio |")
    for engine in ("polars", "pandas", "duckdb"):
        found = {}
        for who in ("ours", "hand"):
            if engine == "duckdb" and who == "hand":
                continue
            line = [sys.executable, __file__, "--one", f"{engine} {who}", "--path", path]
            out = subprocess.run(line, capture_output=True, text=True, check=True).stdout.split()
            found[who] = float(out[0]), float(out[1]), out[2]
        if "hand" not in found:
            print(f"| {engine} | {found['ours'][0]:.2f} | | | {found['ours'][1]:.0f} | | |", flush=True)
            continue
        same = (
            "" if found["ours"][2] == found["hand"][2] else f" (not the same: {found['ours'][2]}, {found['hand'][2]})"
        )
        cells = [x for n in (0, 1) for x in (found["ours"][n], found["hand"][n], found["ours"][n] / found["hand"][n])]
        print(f"| {engine} | " + " | ".join(f"{cell:.2f}" for cell in cells) + f" |{same}", flush=True)


def rates() -> None:
    import pandas as pd
    from lifelines import MixtureCureFitter, WeibullFitter

    from infoint.analysis.response_rate import response_rate

    warnings.simplefilter("ignore")
    rng = np.random.default_rng(3)

    def letters(count: int):
        sent = np.datetime64("2025-03-01", "us") - rng.integers(0, 30 * 86400, count).astype("timedelta64[s]")
        came = sent + (rng.lognormal(0, 1.5, count) * 86400).astype("int64").astype("timedelta64[s]")
        came = np.where((rng.random(count) < 0.4) & (came < np.datetime64("2025-03-01")), came, np.datetime64("NaT"))
        return pd.DataFrame({"sent_at": sent, "replied_at": came})

    def best(function, times: int) -> float:
        found = []
        for _ in range(times):
            start = time.perf_counter()
            function()
            found.append(time.perf_counter() - start)
        return min(found) * 1000

    from infoint.analysis.counts import counts

    table = letters(200)
    now = np.datetime64("2025-03-01", "us")
    days = (np.where(table.replied_at.isna(), now, table.replied_at) - table.sent_at) / np.timedelta64(1, "D")
    made = counts(table, now="2025-03-01")
    options = {"now": "2025-03-01"}
    response_rate(table, **options)
    fit = best(lambda: response_rate(made), 10)
    whole = best(lambda: response_rate(table, **options), 5)
    cure = MixtureCureFitter(base_fitter=WeibullFitter())
    theirs = best(lambda: cure.fit(days.clip(1e-3), table.replied_at.notna()), 3)
    many = letters(200_000).assign(arm=np.repeat(np.arange(1000), 200))
    each = best(lambda: response_rate(many, by="arm", **options), 1) / 1000
    print("\n## response_rate, milliseconds\n")
    print(f"| n = 200, from counts | {fit:.1f} | limit 20 |\n| n = 200, from the table | {whole:.1f} | |")
    print(f"| lifelines MixtureCureFitter | {theirs:.1f} | {theirs / fit:.1f} times ours |")
    print(f"| 1,000 segments of 200 in one call, each | {each:.2f} | limit 3 |", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--events", type=int, default=10_000_000)
    parser.add_argument("--folder", default="/tmp")
    parser.add_argument("--one")
    parser.add_argument("--path")
    options = parser.parse_args()
    if options.one:
        one(options.one, options.path)
        return
    rates()
    funnels(options.events, options.folder)


if __name__ == "__main__":
    main()
