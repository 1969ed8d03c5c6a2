"""How fast a search is: `campaign.search` against the bare FTS5 query on the same 10,000 notes of 300 words.

    python benchmarks/search.py

Both give the best 20 with a marked snippet, from files on disk. Each figure is the best of several
tries, ours and the limit in turn. Exits 1 when a ratio is above its bound.
"""

import random
import sqlite3
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path

from speed import NOW, best

import infoint
from infoint.debrief import Debrief
from infoint.people import Person

NOTES, WORDS, PEOPLE, BOUND, TRIES = 10_000, 300, 2_000, 1.5, 100
QUERIES = {
    "a rare word": ("w4321", '"w4321"'),
    "two words": ("w12 w40", '"w12" "w40"'),
    "a word of every note": ("battery", '"battery"'),
    "a phrase": ('"waiting line"', '"waiting line"'),
    "a beginning": ("batt*", '"batt" *'),
}


def texts() -> list[str]:
    """Notes whose words are as rare as those of a language: the rank-th word once in rank."""
    chance, words = random.Random(1), [f"w{n}" for n in range(1, 20_001)]
    weights = [1 / n for n in range(1, 20_001)]
    found = [chance.choices(words, weights, k=WORDS - 2) for _ in range(NOTES)]
    return [
        " ".join([*words, "battery", "supply"] if n % 50 else [*words, "waiting", "line"])
        for n, words in enumerate(found)
    ]


def ours(path: Path, notes: list[str]) -> infoint.Campaign:
    campaign = infoint.Campaign(path, create=True, clock=lambda: NOW)
    with campaign._journal.change("log", NOW) as writer:  # noqa: SLF001 - filling quickly is no user's job
        ids = [writer.add_person(Person(name=f"Person {n}", company=f"Company {n % 300}")).id for n in range(PEOPLE)]
        for number, text in enumerate(notes):
            held = NOW - timedelta(minutes=number)
            writer.add_debrief(ids[number % PEOPLE], Debrief(notes=text), held)
    return campaign


def bare(path: Path, notes: list[str]) -> sqlite3.Connection:
    connection = sqlite3.connect(path)
    tokenize = "tokenize = 'porter unicode61 remove_diacritics 2'"
    connection.execute(f"CREATE VIRTUAL TABLE notes USING fts5 (person UNINDEXED, at UNINDEXED, text, {tokenize})")
    rows = ((f"Person {n % PEOPLE}", NOW.isoformat(), text) for n, text in enumerate(notes))
    with connection:
        connection.executemany("INSERT INTO notes VALUES (?, ?, ?)", rows)
    return connection


def main() -> int:
    bad = 0
    with tempfile.TemporaryDirectory() as folder:
        notes = texts()
        campaign, limit = ours(Path(folder) / "ours.db", notes), bare(Path(folder) / "bare.db", notes)
        sql = """SELECT person, at, snippet(notes, 2, '«', '»', '…', 24) FROM notes
                 WHERE notes MATCH ? ORDER BY rank LIMIT 20"""
        start = time.perf_counter()
        campaign.search("battery")
        print(f"the first search, which makes the index: {time.perf_counter() - start:.1f} s")
        print(f"{'10,000 notes of 300 words':28} {'ms':>8} {'bare ms':>8} {'ratio':>6} {'bound':>6}")
        for name, (typed, query) in QUERIES.items():
            hits = len(limit.execute(sql, (query,)).fetchall())
            assert len(campaign.search(typed)) == hits > 0
            one, other = best(
                lambda typed=typed: campaign.search(typed),
                lambda query=query: limit.execute(sql, (query,)).fetchall(),
                TRIES,
            )
            bad += one / other > BOUND
            print(f"{name:28} {one * 1000:8.2f} {other * 1000:8.2f} {one / other:6.2f} {BOUND:6}")
        campaign.log("person 7", "noted", note="one more")
        start = time.perf_counter()
        assert campaign.search("one more", limit=1)[0].person.name == "Person 7"
        print(f"the first search after a new note: {(time.perf_counter() - start) * 1000:.0f} ms")
        campaign.close()
        limit.close()
    return int(bad > 0)


if __name__ == "__main__":
    sys.exit(main())
