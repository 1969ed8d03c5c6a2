"""The question bank, and the best plan of questions for the minutes of a talk."""

import re
import tomllib
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from functools import cache
from math import inf
from pathlib import Path

from infoint import templates
from infoint.errors import InvalidTemplate
from infoint.people import RELATIONSHIPS, Person, fold

PHASES = ("small talk", "story", "insight", "advice", "close")
# In the order they come up within a phase.
_TOPICS = "path daily trends insights company industry role advice resources assignments fit close"
TOPICS = tuple(_TOPICS.split())
# Of these topics every plan has a question, wherever both fit.
NEEDED = ("path", "advice")
# Opening, own story and the closing two: what every talk needs beside the questions (ours).
FRAME_MINUTES = 5
# What is left open is worth a quarter more, each good answer takes two fifths, a star adds ten (ours).
_OPEN, _TOLD, _STAR = 1.25, 0.6, 10
_SLOT = re.compile(r"\{([^}]*)\}")
SLOTS = ("company", "industry", "role")
_SENIORITY = {
    "leading": re.compile(r"\b(chief|c[eftio]o|(co-?)?founder|owner|(vice )?president|s?vp|director|head|partner)\b"),
    "starting": re.compile(r"\b(intern|trainee|apprentice|junior|graduate|student)\b"),
}
_TAGS: dict[str, Iterable[str]] = {"topic": TOPICS, "phase": PHASES, "about": ("person", *SLOTS)}
_TAGS |= {"seniority": ("", *_SENIORITY), "relationship": ("", *RELATIONSHIPS)}  # "" is everybody


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question of the bank; the closing two are `protected`.

    `seniority` and `relationship` name the people it is meant for ("alum, classmate"), if not for
    all. The meaning of the other fields stands in `templates/questions.toml`.

    Raises
    ------
    InvalidTemplate
        When a tag is none of those there are, the minutes are no halves, or a slot has no generic form.

    """

    id: str
    text: str
    topic: str
    phase: str
    about: str
    minutes: float
    value: float
    generic: str = ""
    seniority: str = ""
    relationship: str = ""
    protected: bool = False

    def __post_init__(self) -> None:
        slots, plain = set(_SLOT.findall(self.text)), _SLOT.sub("", self.text) + self.generic
        right = {
            f"{tag} is one of {', '.join(filter(None, known))}": {*getattr(self, tag).split(", ")} <= {*known}
            for tag, known in _TAGS.items()
        } | {
            "it needs words, and a value not below 0": self.text.strip() and self.value >= 0,
            "its minutes are halves, from 0.5 to 30": self.minutes * 2 in range(1, 61),
            "a {slot} is company, industry or role, in text only": {*SLOTS} >= slots and not {*"{}"} & {*plain},
            "a question with a {slot} needs a generic form": self.generic or not slots,
        }
        for rule, is_kept in right.items():
            if not is_kept:
                raise InvalidTemplate("questions.toml", self.id, rule)

    def asked_of(self, person: Person | None) -> str:
        """The question with the person's company, industry and role put in, or its general form.

        >>> bank()[0].asked_of(None).count("{")
        0
        """
        facts = {slot: getattr(person, slot, "") for slot in _SLOT.findall(self.text)}
        return self.text.format_map(facts) if all(facts.values()) else self.generic

    def suits(self, person: Person | None) -> bool:
        """Whether it is meant for somebody like them; their title tells who leads or is just starting.

        >>> asked = Question(id="q", text="Whom do you hire?", topic="role", phase="insight", about="role",
        ...                  minutes=3, value=8, seniority="leading")
        >>> asked.suits(Person(name="Dana", role="Head of Data")), asked.suits(Person(name="Ada"))
        (True, False)
        """
        known_as, title = (person.relationship, fold(person.role)) if person else ("", "")
        is_known_so = known_as in (self.relationship or known_as).split(", ")
        return is_known_so and (not self.seniority or bool(_SENIORITY[self.seniority].search(title)))


# The id of a question that was asked, what was answered ("" when nothing was), and by whom.
Answers = Iterable[tuple[str, str, Person]]


def records(answers: Answers) -> dict[str, list[str]]:
    """What came of every question that was asked, by id: a line each time, "" when it was not answered.

    >>> records([("like-most", "The people", Person(name="Ada")), ("like-most", "", Person(name="Tom"))])
    {'like-most': ['Ada: The people', '']}
    """
    found: dict[str, list[str]] = {}
    for key, text, person in answers:
        found.setdefault(key, []).append(f"{person.name}: {' '.join(text.split())}" if text.strip() else "")
    return found


@dataclass(frozen=True, slots=True)
class QuestionPlan:
    """An ordered choice of questions for a talk of so many minutes."""

    questions: tuple[Question, ...]
    minutes: int

    @property
    def planned(self) -> float:
        """Minutes of the talk that the plan uses, opening and closing with them."""
        return FRAME_MINUTES + sum(question.minutes for question in self.cuts)

    @property
    def cuts(self) -> tuple[Question, ...]:
        """All but the closing two, in the order they go when time gets short: the least valuable first.

        The best ones on their path and for advice go last, and both at once.
        """
        by_value = sorted((q for q in self.questions if not q.protected), key=lambda q: (q.value, -q.minutes, q.id))
        last = [next((q for q in reversed(by_value) if q.topic == topic), None) for topic in reversed(NEEDED)]
        return (*(q for q in by_value if q not in last), *(q for q in last if q))

    def cut_to(self, minutes: int) -> "QuestionPlan":
        """What is left of this plan when only so many minutes remain: the first of `cuts` go until it fits.

        >>> made = plan(bank(), 30)
        >>> set(made.cut_to(15).questions) < set(made.cut_to(20).questions) < set(made.questions)
        True
        """
        cuts, paired = self.cuts, {q.topic for q in self.cuts}.issuperset(NEEDED)
        lefts = [cuts[gone:] for gone in range(len(cuts) + 1) if not (paired and gone == len(cuts) - 1)]
        left = next(left for left in lefts if sum(q.minutes for q in left) <= max(0, minutes - FRAME_MINUTES))
        return QuestionPlan(tuple(q for q in self.questions if q.protected or q in left), min(minutes, self.minutes))


@cache
def bank(own: Path | None = None) -> tuple[Question, ...]:
    """All questions, in the order of the file; the user's own file wins.

    >>> [question.topic for question in bank() if question.protected]
    ['close', 'close']
    """
    try:
        return tuple(Question(**entry) for entry in tomllib.loads(templates.read("questions.toml", own))["question"])
    except (tomllib.TOMLDecodeError, TypeError, KeyError) as error:
        raise InvalidTemplate("questions.toml", "file", str(error)) from error


Ids = Collection[str]


def weighed(
    questions: Iterable[Question], person: Person | None, answers: Answers = (), left_open: Ids = (), starred: Ids = ()
) -> list[Question]:
    """The questions that suit a person, each with what it is worth now.

    The value rises for what was asked and not answered, and for what insights leave open or
    contradict (`left_open`: topics, "company", "industry", "role", or ids of questions); it falls
    with each answer that tells it of this person already. A star comes before
    anything else of the same length.

    >>> daily = [question for question in bank() if question.id == "last-working-day"]
    >>> ada, tom = Person(name="Ada", id="A", role="pilot"), Person(name="Tom", id="T", role="Pilot")
    >>> weighed(daily, tom, [("last-working-day", "Checklists, all day", ada)])[0].value < daily[0].value
    True
    """
    suited = {q.id: q for q in questions if q.suits(person)}
    asked = [(key, text.strip()) for key, text, by in answers if key in suited and tells(suited[key].about, by, person)]
    told = Counter(key for key, text in asked if text)
    opened = {*left_open, *(key for key, _ in asked if not told[key])}
    found = []
    for key, q in suited.items():
        more = _OPEN if {key, q.topic, q.about} & opened else 1
        worth = q.value * more * _TOLD ** told[key] + _STAR * (key in starred)
        found.append(q if worth == q.value else replace(q, value=worth))
    return found


def tells(about: str, by: Person, person: Person | None) -> bool:
    """Whether what somebody answers also tells it of `person`: the same one, company, industry or role."""
    one, other = ((who and fold(getattr(who, "id" if about == "person" else about))) for who in (by, person))
    return bool(one) and one == other


def plan(questions: Iterable[Question], minutes: int) -> QuestionPlan:
    """Choose the most valuable questions that fit a talk of `minutes` beside opening, own story and the closing two.

    One on their path and one for advice are among them wherever both fit; in a shorter talk the
    closing two stand alone. No choice within these rules is worth more, whatever the order of the
    questions given. The order is that of the phases.

    >>> [len([q for q in plan(bank(), m).questions if not q.protected]) for m in (4, 15, 20, 30)]
    [0, 3, 5, 8]
    """
    questions = list(questions)
    chosen = _best([q for q in questions if not q.protected], int(2 * (minutes - FRAME_MINUTES)))
    kept = [*chosen, *(q for q in questions if q.protected)]
    order = sorted(kept, key=lambda q: (PHASES.index(q.phase), q.protected, TOPICS.index(q.topic), -q.value, q.id))
    return QuestionPlan(tuple(order), minutes)


def _best(questions: list[Question], units: int) -> list[Question]:
    """Fill a knapsack of so many half minutes, exactly: needed topics first, then all others.

    For each number of half minutes, `some` holds the best value (with its questions, as bits) among
    choices that have one of the present topic, `any_` among all choices. Of a topic's questions of
    one length only as many of the best are looked at as fit: others could be exchanged for these.
    """
    ranked = sorted(questions, key=lambda q: (-q.value, q.id))
    any_: list[tuple[float, int]] = [(0.0, 0)] * max(1, units + 1)
    for topic in (*NEEDED, ""):
        group = [n for n, q in enumerate(ranked) if (q.topic if q.topic in NEEDED else "") == topic]
        some, seen = [(-inf, 0)] * len(any_), Counter[int]()
        for n in group:
            size, value, bit = int(ranked[n].minutes * 2), ranked[n].value, 1 << n
            seen[size] += size
            if seen[size] <= units:
                taken = [(worth + value, bits | bit) for worth, bits in any_[: len(any_) - size]]
                any_[size:] = map(max, any_[size:], taken)
                some[size:] = map(max, some[size:], taken)
        any_ = some if topic and group else any_
    worth, bits = any_[-1]
    return [q for n, q in enumerate(ranked) if worth > -inf and bits >> n & 1]
