"""How fast the statistics are, as ratios in one run: python benchmarks/tables.py [--events 10_000_000].

Each line runs in a process of its own, so that its peak memory is its own: what the call adds, at its highest, to the
table and the libraries that are there before it.
"""

import argparse
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
BEFORE = {"replied": "sent", "scheduled": "replied", "met": "scheduled"} | dict.fromkeys(STAGES[4:], "met")
OPEN = 14 * 86_400_000_000


def events(count: int, seed: int = 11):
    """Seasons as they come: 4% bounce, 45% are nudged, 40% answer, and so on to leads; rows in any order."""
    import pandas as pd

    rng = np.random.default_rng(seed)
    people = int(count / 2.9)
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
    person, at = (np.concatenate([part[place] for part in parts.values()]) for place in (0, 1))
    order = rng.permutation(np.flatnonzero(at < np.datetime64("2025-12-01")))  # what is not yet is not there
    kinds = pd.Categorical.from_codes(codes[order], list(parts)).astype(object)
    return pd.DataFrame({"person_id": person[order], "kind": pd.Series(kinds, dtype="str"), "at": at[order]})


def by_hand_polars(table):
    """The funnel as one would best write it for this table: first moments, then counts; new starts after a bounce."""
    import polars as pl

    kind, at, person = pl.col("kind"), pl.col("at"), "person_id"
    sent, replied, bounced, last = (pl.col(name) for name in ("sent", "replied", "bounced", "last"))
    rows = table.lazy().select(person, "at", kind.cast(pl.Categorical))
    is_letter, is_nudge = kind.is_in(list(STEPS["sent"])), kind == "nudge_sent"
    first = [pl.when(kind.is_in(list(kinds))).then(at).min().alias(name) for name, kinds in STEPS.items()]
    nudges = [is_nudge.sum().alias("nudges"), pl.when(is_nudge).then(at).min().alias("nudge")]
    each = rows.group_by(person).agg(*first, *nudges, pl.when(is_letter).then(at).max().alias("last"))
    answered = pl.when(pl.col("nudge") > replied).then(0).otherwise("nudges").alias("nudges")
    end, again = table["at"].max(), (last > bounced).fill_null(value=False)

    def tallied(each):
        there = {name: pl.col(name).is_not_null() for name in STEPS}
        lost = there["bounced"] & ~there["replied"]
        fresh = {n: pl.col(n) > end - pl.duration(microseconds=OPEN) for n in BEFORE.values()}
        waiting = [
            (~lost & there[b] & ~there[s] & fresh[b] & ~there["declined"]).sum().alias(f"waiting {s}")
            for s, b in BEFORE.items()
        ]
        steps = [(~lost & (pl.col("nudges") >= n)).sum().alias(f"step {n}") for n in range(10)]
        steps += [(there["replied"] & (pl.col("nudges") == n)).sum().alias(f"answered {n}") for n in range(10)]
        reached = [(there[stage] & ~lost).sum().alias(stage) for stage in STAGES]
        return each.select(*reached, *waiting, *steps, lost.sum().alias("lost"))

    plain, odd = pl.collect_all([tallied(each.filter(~again).with_columns(answered)), each.filter(again)])
    until = replied.fill_null(end).first()
    new = at.filter(is_letter & (at > bounced) & (at <= until)).min()
    more = (is_nudge & (at > pl.coalesce(new, sent.first())) & (at <= until)).sum()
    later = (
        rows.filter(is_letter).join(odd.lazy(), on=person).group_by(person).agg(new.alias("new"), more.alias("more"))
    )
    new = pl.col("new")
    odd = odd.lazy().join(later, on=person)
    odd = odd.with_columns(sent=pl.coalesce(new, sent), bounced=pl.when(new.is_null()).then(bounced), nudges="more")
    found = pl.concat([plain, tallied(odd).collect()]).sum().row(0)
    return list(found)


def by_hand_pandas(table):
    """The same in pandas: people and kinds as numbers once, then a first moment per step with numpy."""
    import pandas as pd

    person, people = pd.factorize(table["person_id"])
    kind, kinds = pd.factorize(table["kind"])
    at, end, kind = table["at"].to_numpy().view("int64"), table["at"].max().value // 1000, kind.astype(np.int8)
    never, of = 2**62, {}

    def first(rows):
        moments = np.full(len(people), never)
        np.minimum.at(moments, person[rows], at[rows])
        return moments

    for name, wanted in (STEPS | {"nudge": ("nudge_sent",)}).items():
        of[name] = np.flatnonzero(np.isin(kinds, wanted)[kind])
    moments = {name: first(of[name]) for name in STEPS}
    hit = moments["bounced"] < np.minimum(never, moments["replied"])  # a new start after a bounce
    letters = of["sent"][hit[person[of["sent"]]]]
    letters = letters[(at[letters] > moments["bounced"][person[letters]])]
    letters = letters[at[letters] <= moments["replied"][person[letters]]]
    new = first(letters)
    moments["sent"] = np.where(new < never, new, moments["sent"])
    moments["bounced"][new < never] = never
    there = {name: cells < never for name, cells in moments.items()}
    lost = there["bounced"] & ~there["replied"]
    nudges = of["nudge"][at[of["nudge"]] <= moments["replied"][person[of["nudge"]]]]
    nudges = nudges[at[nudges] > moments["sent"][person[nudges]]]
    nudges = np.bincount(person[nudges], minlength=len(people))
    found = [int((~lost & there[stage]).sum()) for stage in STAGES]
    for stage, before in BEFORE.items():
        fresh = moments[before] > end - OPEN
        found.append(int((~lost & there[before] & ~there[stage] & fresh & ~there["declined"]).sum()))
    found += np.bincount(nudges[~lost], minlength=10)[::-1].cumsum()[::-1][:10].tolist()
    found += np.bincount(nudges[there["replied"]], minlength=10)[:10].tolist()
    return [*found, int(lost.sum())]


def by_us(table):
    """Ours, in the same order."""
    from infoint.analysis.funnel import funnel

    found = funnel(table)
    steps = [[*found.steps[name], *[0] * (10 - len(found.steps))] for name in ("sent", "answered")]
    lost = next((str(p).split()[1].replace(",", "") for p in found.problems if "bounced" in str(p)), 0)
    return [*found.frame.reached, *found.frame.waiting[1:], *steps[0], *steps[1], int(lost)]


def one(name: str, path: str) -> None:
    """Run one line, and print its seconds, the memory it takes at its highest, and what was counted."""
    warnings.simplefilter("ignore")
    engine, _, who = name.partition(" ")
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
    run = hand[engine] if who == "hand" else by_us
    run(table.limit(1000) if engine == "duckdb" else table.head(1000))  # what is imported is not measured
    Path("/proc/self/clear_refs").write_text("5")  # the highest from here on: reading the file took more
    before, start = memory("VmRSS"), time.perf_counter()
    found = run(table)
    print(time.perf_counter() - start, memory("VmHWM") - before, ",".join(map(str, found)))


def memory(name: str) -> float:
    """A size of this process in megabytes, as Linux has it."""
    return int(Path("/proc/self/status").read_text().split(f"{name}:")[1].split()[0]) / 1024


def funnels(count: int, folder: str) -> None:
    path = f"{folder}/events.parquet"
    events(count).to_parquet(path)
    print(f"\n## funnel of {count:,} events\n\n| engine | seconds | by hand | ratio | memory MB | by hand | ratio |")
    for engine in ("polars", "pandas", "duckdb"):
        found = {}
        for who in ("ours", "hand") * 3:  # in turns, the best of each: others use the machine too
            if engine == "duckdb" and who == "hand":
                continue
            line = [sys.executable, __file__, "--one", f"{engine} {who}", "--path", path]
            out = subprocess.run(line, capture_output=True, text=True, check=True).stdout.split()
            best = found.get(who, (float("inf"), 0.0, ""))
            found[who] = min(best[0], float(out[0])), max(best[1], float(out[1])), out[2]
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
    fit = best(lambda: response_rate(made), 30)
    whole = best(lambda: response_rate(table, **options), 30)
    cure = MixtureCureFitter(base_fitter=WeibullFitter())
    theirs = best(lambda: cure.fit(days.clip(1e-3), table.replied_at.notna()), 3)
    many = letters(200_000).assign(arm=np.repeat(np.arange(1000), 200))
    each = best(lambda: response_rate(many, by="arm", **options), 1) / 1000
    print("\n## response_rate, milliseconds\n")
    print(f"| n = 200, from counts | {fit:.1f} | limit 20 |\n| n = 200, from the table | {whole:.1f} | limit 20 |")
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
