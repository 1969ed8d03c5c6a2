"""A plan of questions against a general solver: as good to the last bit, and quicker; and the sheet.

    python benchmarks/questions.py

The plan is chosen from 500 made-up questions; the limit is what `scipy.optimize.milp` needs for the
same choice, once its matrices stand. The sheet is `campaign.prepare` on 2,000 people, its limit a
bare fetchall of the rows it needs. Every figure is the best of several tries, in turn. Exits 1 when
a value differs or a ratio is above its bound.
"""

import random
import sqlite3
import sys
import tempfile
from pathlib import Path

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from speed import NOW, best, filled

from infoint.debrief import Debrief
from infoint.questions import FRAME_MINUTES, NEEDED, TOPICS, Question, QuestionPlan, plan

LENGTHS = (15, 20, 30, 60)
DEBRIEFS = 40


def made_up(number: int, seed: int) -> list[Question]:
    """So many questions of any topic, of 1.5 to 5 minutes, worth up to 10."""
    chance = random.Random(seed)
    return [
        Question(
            id=f"q{n}",
            text="What?",
            topic=chance.choice(TOPICS),
            phase="insight",
            about="person",
            minutes=chance.randrange(3, 11) / 2,
            value=round(chance.uniform(1, 10), 3),
        )
        for n in range(number)
    ]


def solved(questions: list[Question], minutes: int):
    """The same choice as a mixed-integer programme, to be run as often as one likes."""
    value = np.array([-q.value for q in questions])
    length = np.array([[q.minutes for q in questions]])
    needed = np.array([[q.topic == topic for q in questions] for topic in NEEDED], dtype=float)
    limits = [LinearConstraint(length, ub=minutes - FRAME_MINUTES), LinearConstraint(needed, lb=1)]
    whole, bounds = np.ones(len(questions)), Bounds(0, 1)
    return lambda: milp(value, integrality=whole, bounds=bounds, constraints=limits, options={"mip_rel_gap": 0})


def worth(made: QuestionPlan) -> float:
    return sum(question.value for question in made.questions)


def planning(minutes: int) -> tuple[float, float, bool]:
    """Seconds of both, and whether both found the same value in each of ten banks."""
    banks = [made_up(500, seed) for seed in range(10)]
    programmes = [solved(bank, minutes) for bank in banks]
    same = all(abs(worth(plan(bank, minutes)) + run().fun) < 1e-6 for bank, run in zip(banks, programmes, strict=True))
    ours, limit = best(lambda: [plan(bank, minutes) for bank in banks], lambda: [run() for run in programmes], 5)
    return ours / len(banks), limit / len(banks), same


def preparing(folder: Path) -> tuple[float, float]:
    """The sheet for somebody by name, and a bare fetchall of everything it is made of."""
    path = folder / "campaign.db"
    campaign = filled(path, 2_000, 10_000)
    people = campaign.everybody()
    with campaign._journal.change("debrief", NOW) as writer:  # noqa: SLF001 - filling quickly is no user's job
        for person in people[:DEBRIEFS]:
            writer.add_debrief(person.id, Debrief(learnt=("Hiring is slow",), notes="A good talk. " * 20), NOW)
    bare = sqlite3.connect(path)
    person = people[7]
    assert campaign.prepare(person.name).person == person

    def fetch() -> list[object]:
        rows = bare.execute("SELECT id, name, email FROM people").fetchall()
        rows += bare.execute("SELECT * FROM people WHERE id = ?", (person.id,)).fetchall()
        rows += bare.execute("SELECT * FROM events WHERE person_id = ?", (person.id,)).fetchall()
        rows += bare.execute("SELECT person_id, at, content FROM debriefs").fetchall()
        rows += bare.execute("SELECT * FROM settings").fetchall()
        return rows

    return best(lambda: str(campaign.prepare(person.name)), fetch, 100)


def main() -> int:
    bad = 0
    print(f"{'ours':44} {'limit':24} {'ms':>8} {'ms':>8} {'ratio':>6} {'bound':>6}")
    row = "{:44} {:24} {:8.2f} {:8.2f} {:6.2f} {:6}"
    for minutes in LENGTHS:
        one, other, same = planning(minutes)
        bad += one >= other or not same
        told = f"plan of {minutes} minutes from 500 questions"
        print(
            row.format(told, "scipy.optimize.milp", one * 1000, other * 1000, one / other, 1), "" if same else "DIFFERS"
        )
    with tempfile.TemporaryDirectory() as name:
        one, other = preparing(Path(name))
    bad += one / other > 5
    told = f"str(prepare()), 2,000 people, {DEBRIEFS} debriefs"
    print(row.format(told, "fetchall of what it needs", one * 1000, other * 1000, one / other, 5))
    return int(bad > 0)


if __name__ == "__main__":
    sys.exit(main())
