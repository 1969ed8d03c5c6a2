"""The question bank, and a plan of questions that fits the minutes of a talk."""

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from infoint import templates
from infoint.errors import InvalidTemplate
from infoint.people import Person

PHASES = ("small talk", "story", "insight", "advice", "close")
_SLOT = re.compile(r"\{([^}]*)\}")
_SLOTS = frozenset({"company", "industry", "role"})
_FRAME_MINUTES = 5.0
"""Opening, own story and the closing two: what every talk needs beside the questions (ours)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question of the bank. `core` marks the article's three, `protected` the closing two."""

    id: str
    text: str
    topic: str
    phase: str
    about: str
    minutes: float
    value: float
    generic: str = ""
    core: bool = False
    protected: bool = False

    def asked_of(self, person: Person | None) -> str:
        """The question with the person's company, industry and role put in, or its general form.

        >>> bank()[0].asked_of(None).count("{")
        0
        """
        facts = {key: getattr(person, key, "") for key in _SLOTS}
        if not all(facts[key] for key in _SLOT.findall(self.text)):
            return self.generic
        return _SLOT.sub(lambda slot: facts[slot[1]], self.text)


@dataclass(frozen=True, slots=True)
class QuestionPlan:
    """An ordered choice of questions for a talk of so many minutes."""

    questions: tuple[Question, ...]
    minutes: int

    @property
    def planned(self) -> float:
        """Minutes of the talk that the plan uses, opening and closing with them."""
        return _FRAME_MINUTES + sum(question.minutes for question in self.questions if not question.protected)


@cache
def bank(own: Path | None = None) -> tuple[Question, ...]:
    """All questions, in the order of the file; the user's own file wins.

    >>> [question.topic for question in bank() if question.protected]
    ['close', 'close']
    """
    try:
        data = tomllib.loads(templates.read("questions.toml", own))
        found = tuple(Question(**entry) for entry in data["question"])
    except (tomllib.TOMLDecodeError, TypeError, KeyError) as error:
        raise InvalidTemplate("questions.toml", "file", str(error)) from error
    for question in found:
        slots = set(_SLOT.findall(question.text))
        why = f"{question.phase!r} is no phase" if question.phase not in PHASES else ""
        if slots - _SLOTS or "{" in question.generic:
            why = "the {slots} are company, industry and role, in text only"
        if slots and not question.generic:
            why = "a question with a {slot} needs a generic form"
        if why:
            raise InvalidTemplate("questions.toml", question.id, why)
    return found


def plan(questions: Iterable[Question], minutes: int) -> QuestionPlan:
    """Choose the questions for a talk of `minutes`: about (minutes - 5) / 3, within their own minutes.

    The closing two are always kept, the article's three come first, then the most valuable; each
    topic but the core is used once. The order is that of the phases.

    >>> [len([q for q in plan(bank(), m).questions if not q.protected]) for m in (15, 20, 30)]
    [3, 5, 8]
    """
    questions = list(questions)
    count = max(0, round((minutes - _FRAME_MINUTES) / 3))
    chosen: list[Question] = []
    topics: set[str] = set()
    left = float(minutes) - _FRAME_MINUTES
    ranked = sorted((q for q in questions if not q.protected), key=lambda q: (not q.core, -q.value, q.minutes, q.id))
    for question in ranked:
        if len(chosen) >= count:
            break
        if question.minutes <= left and (question.core or question.topic not in topics):
            chosen.append(question)
            topics.add(question.topic)
            left -= question.minutes
    kept = [question for question in questions if question.protected or question in chosen]
    return QuestionPlan(tuple(sorted(kept, key=lambda q: PHASES.index(q.phase))), minutes)
