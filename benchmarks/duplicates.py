"""Who is taken for whom: automatic merges, questions and recall on a made-up set; and pairs among 30,000 names.

    python benchmarks/duplicates.py            # the set of seed 1, on which the matching was developed, with 2 to 24
    python benchmarks/duplicates.py --seed 101 # a set that nobody had looked at: of 101 to 120 each ran once, all held
    python benchmarks/duplicates.py --pairs    # names alike among 30,000, against rapidfuzz's full matrix

The set is made by `people_set.py`. Its three files are imported one after the other, then the sure pairs merged and
the others asked about, as `infoint merge` does; the answers are the truth. Exits 1 when an automatic merge is
wrong, fewer than 98% of the true pairs are found, or over 150 questions are asked or over half of them in vain.

The full matrix is computed for rows drawn by lot only, one thread on both sides; its time for all is in proportion.
Exits 1 when fewer than 99% of its pairs are found, or not in a twentieth of its time.
"""

import argparse
import csv
import random
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from datetime import UTC, datetime
from itertools import combinations
from pathlib import Path

from infoint.exchange.recognise import read
from infoint.exchange.records import Record
from infoint.intake import Intake
from infoint.journal.writing import new_ids
from infoint.matching import Known, united
from infoint.matching.duplicates import ALIKE, Pair, duplicates, similar
from infoint.people import Person

HERE = Path(__file__).parent
NOW = datetime(2025, 6, 30, 12, tzinfo=UTC)
MOST_QUESTIONS, LEAST_FOUND = 150, 0.98
PEOPLE, ROWS, TIMES_FASTER, LEAST_ALIKE = 30_000, 1_500, 20, 0.99
Row = tuple[str, int]


class Watched(Intake):
    """An intake that remembers which row became whom."""

    def __init__(self, file: Path, known: Known, became: dict[Row, str]) -> None:
        super().__init__(source=file.name, known=known, events=(), today=NOW.date())
        self.became = became

    def _new(self, record: Record) -> None:
        self.became[self.source, record.row] = record.person.id
        super()._new(record)

    def _same(self, found: Person, record: Record) -> None:
        self.became[self.source, record.row] = found.id
        super()._same(found, record)


def imported(folder: Path, files: list[str]) -> tuple[dict[str, Person], dict[Row, str]]:
    """Everybody in these files, by id, and who each row became."""
    became: dict[Row, str] = {}
    known, ids = Known(), new_ids(NOW)
    for name in files:
        Watched(folder / name, known, became).take(read(folder / name, ids=ids).items)
    return known.by_id, became


class Answers:
    """The people while they are merged, and who each row is by now."""

    def __init__(self, people: dict[str, Person], became: dict[Row, str]) -> None:
        self.people, self.became = people, became

    def merge(self, pair: Pair) -> None:
        """Make the two one."""
        kept, other = (self.people.get(person.id) for person in (pair.kept, pair.other))
        if kept and other:
            self.people[kept.id] = united(kept, other)
            del self.people[other.id]
            self.became = {row: kept.id if key == other.id else key for row, key in self.became.items()}

    def together(self) -> set[tuple[Row, Row]]:
        """The pairs of rows that are one person by now."""
        rows = defaultdict(list)
        for row, key in sorted(self.became.items()):
            rows[key].append(row)
        return {pair for alike in rows.values() for pair in combinations(alike, 2)}


def measured(folder: Path, *, verbose: bool) -> bool:
    with (folder / "truth.csv").open(encoding="utf-8", newline="") as file:
        truth = {(line["source"], int(line["row"])): line for line in csv.DictReader(file)}
    files = sorted({source for source, _ in truth})
    people, became = imported(folder, files)
    answers = Answers(people, {row: became[row] for row in truth})
    for pair in [pair for pair in duplicates(people.values()) if pair.sure]:
        answers.merge(pair)
    automatic = answers.together()
    true = {(a, b) for a, b in combinations(sorted(truth), 2) if truth[a]["person"] == truth[b]["person"]}
    who = {key: truth[row]["person"] for row, key in answers.became.items()}
    asked, vain = 0, list[Pair]()
    for pair in [pair for pair in duplicates(people.values()) if not pair.sure]:
        if {pair.kept.id, pair.other.id} <= people.keys():
            asked += 1
            answers.merge(pair) if who[pair.kept.id] == who[pair.other.id] else vain.append(pair)
    wrong, found = automatic - true, answers.together() & true
    print(f"{len(truth):,} rows in {', '.join(files)}; {len(true)} true pairs")
    print(f"automatic: {len(automatic & true)} right, {len(wrong)} wrong")
    print(f"asked: {asked} questions, {len(vain)} about different people")
    print(f"found: {len(found)} of {len(true)} pairs, {len(found) / len(true):.1%}")
    for a, b in [*wrong, *sorted(true - found)] if verbose else ():
        print("  WRONG" if (a, b) in wrong else "  missed", *(_shown(truth[row]) for row in (a, b)), sep="\n      ")
    for pair in vain if verbose else ():
        print(f"  in vain {pair.likely}: {pair.kept} {pair.kept.email} = {pair.other} {pair.other.email}")
    return not wrong and len(found) >= LEAST_FOUND * len(true) and asked <= MOST_QUESTIONS and len(vain) <= asked / 2


def _shown(line: dict[str, str]) -> str:
    return " | ".join(line[name] for name in ("source", "name", "company", "email", "url", "kind", "trap"))


def names_alike() -> bool:
    """Whether nearly all pairs that the full matrix finds are found, in a small part of its time."""
    import numpy as np
    from rapidfuzz import fuzz, process

    names, rng = made_up_names(), random.Random(2)
    rows = rng.sample(range(PEOPLE), ROWS)
    some = [names[row] for row in rows]
    ours, matrix = [], []
    for _ in range(3):
        started = time.perf_counter()
        found = similar(names, ALIKE)
        ours.append(time.perf_counter() - started)
        started = time.perf_counter()
        scores = process.cdist(some, names, scorer=fuzz.ratio, score_cutoff=ALIKE, dtype=np.uint8, workers=1)
        matrix.append((time.perf_counter() - started) * PEOPLE / ROWS)
    places = ((rows[one], int(other)) for one, other in np.argwhere(scores))
    alike = {(min(pair), max(pair)) for pair in places if pair[0] != pair[1]}
    share, times = len(alike & found) / len(alike), min(matrix) / min(ours)
    print(f"{PEOPLE:,} names, {len(found):,} pairs alike; of {len(alike)} of the matrix {share:.2%} are found")
    print(f"{min(ours):.2f} s, the full matrix {min(matrix):.1f} s (from {ROWS:,} rows): {times:.0f} times faster")
    return share >= LEAST_ALIKE and times >= TIMES_FASTER


def made_up_names() -> list[str]:
    """Names of syllables, some first names frequent, one in ten a mistyped name of another."""
    rng = random.Random(1)
    syllables = [first + vowel for first in "bdfgklmnprstvz" for vowel in "aeiou"] + ["er", "en", "son", "berg", "ing"]

    def words(number: int, longest: int) -> list[str]:
        return ["".join(rng.choices(syllables, k=rng.randint(2, longest))) for _ in range(number)]

    def mistyped(name: str) -> str:
        place, new = rng.randrange(len(name)), rng.choice(["", "e", "n", "s"])
        return name[:place] + rng.choice([new + name[place:], new + name[place + 1 :], name[place + 1 :] + name[place]])

    first, last = words(900, 3), words(9_000, 4)
    names = [
        f"{first[int(900 * rng.random() ** 2)]} {last[int(9_000 * rng.random() ** 1.5)]}"
        for _ in range(PEOPLE * 9 // 10)
    ]
    return names + [mistyped(name) for name in rng.sample(names, PEOPLE - len(names))]


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--pairs", action="store_true", help="names alike among 30,000")
    parser.add_argument("--verbose", action="store_true", help="show what went wrong, and what was asked in vain")
    given = parser.parse_args()
    if given.pairs:
        return int(not names_alike())
    with tempfile.TemporaryDirectory() as folder:
        made = [sys.executable, str(HERE / "people_set.py"), folder, "--seed", str(given.seed)]
        subprocess.run(made, check=True, stdout=subprocess.DEVNULL)
        return int(not measured(Path(folder), verbose=given.verbose))


if __name__ == "__main__":
    sys.exit(main())
