"""What has been learnt so far: one claim, who said it, who says so too, and who contradicts."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from statistics import mean

from infoint import templates
from infoint.debrief import FIT_OF, Debrief
from infoint.people import Person, fold

Debriefs = Iterable[tuple[str, datetime, Debrief]]


@dataclass(frozen=True, slots=True)
class Insight:
    """One claim, who said it and when.

    `number` is what `agrees 12` in a later debrief refers to; it never changes. `voices` are all who
    say so, the first one first, `against` those who say otherwise. A claim that ends in "?" is a
    question: whoever asked it is no voice, whoever agrees with it answers it. `is_news` marks the
    first claim that says so.
    """

    claim: str
    person: Person
    when: datetime
    number: int = 0
    voices: tuple[Person, ...] = ()
    against: tuple[Person, ...] = ()
    first: int = 0
    is_news: bool = False

    @property
    def is_question(self) -> bool:
        """Whether it asks, and claims nothing."""
        return self.claim.endswith("?")

    @property
    def circles(self) -> tuple[tuple[Person, ...], ...]:
        """The voices put together where one introduced the other: only circles are independent of each other."""
        circles: list[tuple[Person, ...]] = []
        for voice in self.voices:
            near = [c for c in circles if any(voice.introduced_by == p.id or p.introduced_by == voice.id for p in c)]
            circles = [c for c in circles if c not in near] + [(*(p for c in near for p in c), voice)]
        return tuple(circles)


@dataclass(frozen=True, slots=True)
class Fit:
    """How a company, an industry or a role fits the user: a rating from 1 to 5 for each talk, the oldest first."""

    of: str
    name: str
    ratings: tuple[int, ...]
    why: tuple[str, ...]

    @property
    def spread(self) -> str:
        """The lowest and the highest rating."""
        low, high = min(self.ratings), max(self.ratings)
        return str(low) if low == high else f"{low} to {high}"


@dataclass(frozen=True, slots=True)
class Talk:
    """What one talk added: claims that were new, and such as had been made before; questions are none."""

    person: Person
    when: datetime
    new: int
    known: int


@dataclass(frozen=True, slots=True)
class Learnt:
    """All that has been learnt, newest first; `str()` is Markdown, in the words of `sheets/insights.md.j2`."""

    insights: tuple[Insight, ...]
    talks: tuple[Talk, ...]
    fit: tuple[Fit, ...]

    @property
    def open(self) -> list[Insight]:
        """Claims that people disagree about, and questions that nobody has answered."""
        firsts = [i for i in self.insights if i.number == i.first]
        return [i for i in firsts if i.against or (i.is_question and not i.voices)]

    def by(self, what: str) -> dict[str, list[Insight]]:
        """The claims by `company`, `industry` or `role` of who said them; "" where it is not known."""
        claims = sorted(self.insights, key=lambda i: (not getattr(i.person, what), getattr(i.person, what)))
        return {name: list(found) for name, found in groupby(claims, lambda i: str(getattr(i.person, what)))}

    def sentence(self) -> str:
        """Whether the newest talks still bring anything new; three against those before (ours)."""
        if len(self.talks) < 6:
            talks = "1 talk" if len(self.talks) == 1 else f"{len(self.talks)} talks"
            return f"{talks} so far: too few to say whether you have heard most of it."
        last, before = (mean(talk.new for talk in talks) for talks in (self.talks[-3:], self.talks[:-3]))
        told = f"The last three talks brought {last:.1f} new claims each, those before {before:.1f}"
        if not before:
            return "Your talks have brought no claims yet: a line each under What I learnt makes them count."
        if last <= before / 2:
            return f"{told}: you may know enough about this by now. Somebody who sees it from elsewhere would tell."
        return f"{told}: there still seems to be something new in each."

    def page(self, by: str = "company") -> str:
        """All of it as Markdown, the claims by `company`, `industry` or `role`."""
        return templates.sheet("insights.md").render(learnt=self, groups=self.by(by))

    def __str__(self) -> str:
        return self.page()

    def _repr_markdown_(self) -> str:
        return str(self).replace("<", "&lt;").replace("[", "\\[")


def learnt(debriefs: Debriefs, people: Mapping[str, Person], about: str | None = None) -> Learnt:
    """Add up what all debriefs have taught; `about` keeps what speaks of a company, an industry, a role or a word.

    A claim speaks of something when its own words, or the company, industry or role of who said
    it, contain it.
    """
    wanted, told = fold(about or ""), sorted((row for row in debriefs if row[0] in people), key=lambda row: row[1])
    found = [i for i in _insights(told, people) if wanted in fold(f"{i.claim} {i.person.work} {i.person.industry}")]
    said: dict[tuple[str, datetime], list[Insight]] = {(key, when): [] for key, when, _ in told}
    for insight in found:
        said[insight.person.id, insight.when].append(insight)
    talks = [
        Talk(people[key], when, new := sum(i.is_news for i in claims), sum(not i.is_question for i in claims) - new)
        for (key, when), claims in said.items()
        if claims or not about
    ]
    return Learnt(tuple(sorted(found, key=lambda i: i.when, reverse=True)), tuple(talks), _fit(told, people, wanted))


def _insights(debriefs: Debriefs, people: Mapping[str, Person]) -> Iterator[Insight]:
    """Every claim, the oldest first, with all who say so and all who say otherwise."""
    told = [
        (claim, people[key], when, number, debrief.linked(claim))
        for key, when, debrief in debriefs
        for claim, number in zip(debrief.learnt, debrief.numbers, strict=True)
    ]
    first = _firsts([(number, links) for _, _, _, number, links in told])
    voices, against = defaultdict[int, dict[str, Person]](dict), defaultdict[int, set[int]](set)
    news = set[int]()
    for claim, who, _, number, links in told:
        if not claim.endswith("?"):
            news |= set() if voices[first[number]] else {number}
            voices[first[number]].setdefault(who.id, who)
        for other in [first[n] for word, n in links if word == "contradicts" and n in first]:
            against[first[number]].add(other)
            against[other].add(first[number])
    for claim, who, when, number, _ in told:
        one = first[number]
        others = {p.id: p for n in sorted(against[one]) for p in voices[n].values()}
        say, deny = tuple(voices[one].values()), tuple(others.values())
        yield Insight(claim, who, when, number, say, deny, one, number in news)


def _firsts(told: list[tuple[int, list[tuple[str, int]]]]) -> dict[int, int]:
    """For the number of each claim the lowest one of those that say the same."""
    first = {number: number for number, _ in told}
    for number, links in told:
        same = {first[number], *(first[n] for word, n in links if word == "agrees" and n in first)}
        if len(same) > 1:
            first |= {key: min(same) for key, one in first.items() if one in same}
    return first


def _fit(debriefs: Debriefs, people: Mapping[str, Person], wanted: str) -> tuple[Fit, ...]:
    """The ratings of each company, industry and role that is wanted, those with the best first."""
    rated = defaultdict[tuple[str, str], list[tuple[int, str]]](list)
    for key, _, debrief in debriefs:
        for of, rating in debrief.fit.items():
            rated[of, getattr(people[key], of) or "not noted"].append((rating, debrief.why.get(of, "")))
    fit = [
        Fit(of, name, tuple(rating for rating, _ in ratings), tuple(why for _, why in ratings if why))
        for (of, name), ratings in rated.items()
        if wanted in fold(name)
    ]
    return tuple(sorted(fit, key=lambda row: (FIT_OF.index(row.of), -mean(row.ratings), row.name)))
