"""What to look at before a letter goes out."""

import re
import tomllib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, tzinfo
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from infoint import templates
from infoint.errors import LetterStopped
from infoint.events import Standing
from infoint.letters.kept import KeptLetter, text_hash
from infoint.people import Person, fold

if TYPE_CHECKING:
    from infoint.letters.render import Letter

_WORD = re.compile(r"\w+")
_MUCH_ALIKE = 85


@cache
def _pattern(name: str) -> re.Pattern[str]:
    return re.compile("|".join(tomllib.loads(templates.read("checks.toml"))[name]))


@dataclass(frozen=True, slots=True)
class LetterProblem:
    """One thing to look at: an "error" stops the letter, a "warning" wants a yes.

    `shown` is the other text, where it is about one.
    """

    severity: str
    place: str
    message: str
    remedy: str
    shown: str = ""

    def __str__(self) -> str:
        return f"{self.place}: {self.message}. {self.remedy}"


_error, _warning = partial(LetterProblem, "error"), partial(LetterProblem, "warning")


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What a letter is checked against, beside its own words: everybody, and every letter that left.

    `names` are the whole names of people and companies by their first word, `people` everybody by
    id, `left` the letters that left by whom they went to, `at_company` those people by company.
    `resting` says of a company's key why nobody else there should be written to yet, `due` of a letter's use
    and a person's id on which later day it is due, `room` how many new people there still are this week.
    """

    names: Mapping[str, Sequence[str]] = field(default_factory=dict)
    people: Mapping[str, Person] = field(default_factory=dict)
    named_by: Mapping[str, Sequence[Person]] = field(default_factory=dict)
    left: Mapping[str, Sequence[KeptLetter]] = field(default_factory=dict)
    at_company: Mapping[str, Sequence[Person]] = field(default_factory=dict)
    resting: Mapping[str, str] = field(default_factory=dict)
    due: Mapping[tuple[str, str], date] = field(default_factory=dict)
    room: int = 99
    today: date = date.min
    zone: tzinfo = UTC
    key: Callable[[str], str] = fold

    def around(self, person: Person) -> set[str]:
        """Who and where may be named to somebody: themselves, who introduced them, whom they introduced."""
        introducer = self.people.get(person.introduced_by)
        near = [person, *([introducer] if introducer else ()), *self.named_by.get(person.id, ())]
        return {name for other in near for name in (other.name, other.company) if name}


def context_of(
    people: Iterable[Person], left: Iterable[KeptLetter], key: Callable[[str], str] = fold, **more: Any
) -> Context:
    """Put together what letters to these people are checked against; `key` tells companies apart.

    >>> context_of([Person(name="Grace Moss", company="Target")], []).names["Grace"]
    ['Grace Moss']
    """
    by_id = {person.id: person for person in people}
    names, named_by, letters, at_company = (defaultdict[str, list[Any]](list) for _ in range(4))
    known = {name for person in by_id.values() for name in (person.name, person.company)}
    for name in sorted(known, key=len, reverse=True):
        if first := _WORD.match(name):
            names[first[0]].append(name)
    for person in by_id.values():
        named_by[person.introduced_by].append(person)
    for letter in left:
        if letter.state != "written":
            letters[letter.person_id].append(letter)
    for person_id in letters:
        if company := by_id[person_id].company:
            at_company[key(company)].append(by_id[person_id])
    found: dict[str, Any] = {"names": dict(names), "named_by": dict(named_by), "at_company": dict(at_company)}
    return Context(people=by_id, left=dict(letters), key=key, **found, **more)


def checks(letter: "Letter", s: Standing, context: Context = Context()) -> tuple[LetterProblem, ...]:
    """Everything that is amiss with a letter, errors first.

    Limits are those of the field: a first letter has at most 100 words (Dalton; SFU), asks one
    question and says no word of a job; a subject has 3 to 6 words (Boomerang); a LinkedIn note 200
    characters, 300 with premium (the platform). What the person themselves is called (a recruiter)
    is no word of a job, nor is the user's own past (a teaching job).
    """
    plain = _without(f"{letter.subject}\n{letter.body}", _facts(letter))
    found = [*_whom(letter, s, context), *_again(letter, context), *_wording(letter, plain)]
    found += _names(letter, s, context)
    if due := context.due.get((letter.template.partition("/")[0], letter.person.id)):
        found.append(_warning("to", f"it is due on {due} only", "Give them time."))
    if letter.template.startswith("outreach/"):
        found += [*_asking(letter, plain), *_pacing(letter, s, context)]
    return tuple(sorted(found, key=lambda problem: problem.severity != "error"))


def stop(letter: "Letter") -> None:
    """Refuse a letter with an error among its problems.

    Raises
    ------
    LetterStopped
        With the first error, and what to do about it.

    """
    for problem in letter.problems:
        if problem.severity == "error":
            raise LetterStopped(
                letter.person.name, problem.message, problem.remedy.replace("NAME", letter.person.as_word)
            )


def _whom(letter: "Letter", s: Standing, context: Context) -> Iterator[LetterProblem]:
    """Whether this person should get this letter now."""
    person = letter.person
    if s.do_not_contact:
        yield _error("to", f"do not contact: {s.do_not_contact}", "Lift it first, with a reason.")
    if s.closed and letter.template != "reply/no":
        yield _warning("to", f"this was let go: {s.closed}", "Write only if something has changed.")
    if letter.template.startswith("outreach/") and s.awaiting_since:
        yield _warning("to", "they were already written to", "Remind them once instead: nudge/gentle.")
    if letter.template.startswith("nudge/") and s.unanswered >= 2:
        yield _warning("to", "they were already reminded once", "Let it go: silence is an answer.")
    if letter.channel == "email" and not letter.to:
        yield _warning("to", "no email address is known", "Add one: infoint edit NAME --email ADDRESS")
    if letter.to and person.email and letter.to.casefold() != person.email.casefold():
        yield _error("to", f"{letter.to} is not the address of {person.name}", "Write it anew.")
    if letter.to and letter.sender and letter.to.casefold() == letter.sender.email.casefold():
        yield _error("to", f"{letter.to} is your own address", "Correct it: infoint edit NAME --email ADDRESS")
    greeted = found[1].strip() if (found := _pattern("greeting").match(letter.body)) else ""
    if (
        greeted
        and not greeted[0].islower()
        and not set(fold(greeted).split()) & {*fold(person.name).split(), fold(person.first_name)}
    ):
        known = any(greeted in (other.first_name, other.name) for other in context.people.values())
        problem = _error if known else _warning
        yield problem("to", f"it greets {greeted}, and goes to {person.name}", "Greet the one you write to.")


def _again(letter: "Letter", context: Context) -> Iterator[LetterProblem]:
    """Whether they, or somebody beside them, have this text already."""
    own = context.left.get(letter.person.id, ())
    fingerprint = text_hash(letter.body) if own else ""
    for earlier in own:
        if earlier.waits:
            remedy = "Say whether it went out, yes, later or no: infoint write NAME --sent yes"
            yield _error("to", f"they may have a letter already: {earlier.told(context.zone)}", remedy)
        elif earlier.body_hash == fingerprint:
            yield _error("text", f"they got just this text on {_day(earlier, context)}", "Say something new.")
        elif earlier.channel != letter.channel and earlier.changed_at.astimezone(context.zone).date() == context.today:
            yield _warning("to", f"they had a letter by {earlier.channel} today", "One way a day is enough.")
    if not (letter.person.company and context.at_company):
        return
    for other in context.at_company.get(context.key(letter.person.company), ()):
        for earlier in context.left.get(other.id, ()) if other.id != letter.person.id else ():
            if _alike(letter.body, earlier.body) >= _MUCH_ALIKE:
                told = f"{other.name} at {other.company} got nearly this text on {_day(earlier, context)}"
                yield _warning("text", told, "They may compare: find other words.", earlier.body)


def _day(letter: KeptLetter, context: Context) -> str:
    return f"{letter.changed_at.astimezone(context.zone):%Y-%m-%d}"


def _alike(one: str, other: str) -> float:
    from rapidfuzz import fuzz

    return fuzz.ratio(one, other, score_cutoff=_MUCH_ALIKE)


def _wording(letter: "Letter", plain: str) -> Iterator[LetterProblem]:
    """Whether the text is whole, and of a good length and tone; `plain` is without their facts and the user's."""
    body, said = letter.body, f"{letter.subject}\n{letter.body}"
    if leftover := _pattern("leftover").search(said):
        yield _error("text", f"{leftover.group().strip()!r} is left over", "Fill it in or take it out.")
    if not body.strip():
        yield _error("text", "the letter is empty", "Write something, or choose another template.")
    if (words := len(body.split())) > letter.most_words:
        yield _warning("text", f"{words} words, at most {letter.most_words} are read", "Shorten it.")
    if 0 < letter.most_characters < len(body):
        yield _warning("text", f"{len(body)} characters, LinkedIn takes {letter.most_characters}", "Shorten it.")
    if letter.channel == "email" and not 3 <= len(letter.subject.removeprefix("Re: ").split()) <= 6:
        yield _warning("subject", "a subject does best with 3 to 6 words", "Rephrase it.")
    if "/" in said and (short := _pattern("shortener").search(said)):
        yield _warning("text", f"{short.group()[:-1]} hides where its link leads", "Give the link itself.")
    if shout := _pattern("shout").search(plain):
        yield _warning("text", f"{shout.group()!r} sounds like shouting", "Say it quietly.")


def _asking(letter: "Letter", plain: str) -> Iterator[LetterProblem]:
    """Whether a first letter asks for what people give gladly."""
    if letter.body.count("?") != 1 and letter.channel != "phone":
        yield _warning("text", f"it asks {letter.body.count('?')} questions", "Ask exactly one.")
    if _pattern("job_word").search(plain.casefold()) and (ask := _pattern("job_ask").search(plain)):
        yield _warning("text", f"{ask.group()!r} sounds like asking for a job", "Ask for advice.")


def _facts(letter: "Letter") -> list[str]:
    """What they and the user are called and do: it stands in the letter because it is so."""
    person, me = letter.person, letter.sender
    mine = [me.name, me.background, me.interests, me.exploring, me.school, *me.skills, *me.employers] if me else []
    return [person.name, person.role, person.company, person.industry, person.school, *mine]


def _without(text: str, facts: Iterable[str]) -> str:
    for fact in sorted(filter(None, facts), key=len, reverse=True):
        text = text.replace(fact.rstrip(". "), "·")
    return text


def _names(letter: "Letter", s: Standing, context: Context) -> Iterator[LetterProblem]:
    """Whether somebody else's name slipped in, or a promise was left out."""
    me = letter.sender
    own = {*context.around(letter.person), *filter(None, [me.name, me.school, *me.employers] if me else ())}
    parts = (" ".join(part.split("\n")) for part in (letter.subject, *letter.body.split("\n\n")))
    said = _without("\n\n".join(parts), own)
    for first in sorted(context.names.keys() & set(_WORD.findall(said))):
        for name in (name for name in context.names[first] if name in said):
            before = (
                r"(?<!\w)" if " " in name else r"(?<=[^.!?:\n] )"
            )  # where a sentence begins, Target may be the word
            is_whole = re.search(f"{before}{re.escape(name)}(?!\\w)", said)
            if is_whole and context.key(name) not in map(context.key, own):
                yield _warning("text", f"it names {name}", f"Is it meant for {letter.person.name}?")
                said = said.replace(name, "·")
    if letter.template.startswith(("thanks/", "update/", "news/")):
        from rapidfuzz import fuzz

        for promise in s.promises:
            if promise.by == "me" and fuzz.partial_ratio(fold(promise.text), fold(letter.body)) < _MUCH_ALIKE:
                yield _warning("text", f"you promised: {promise.text}", "Say how it stands.")


def _pacing(letter: "Letter", s: Standing, context: Context) -> Iterator[LetterProblem]:
    """Whether it is too soon: one person at a time at a company, and so many new people a week."""
    company = letter.person.company
    rests = context.resting.get(context.key(company), "") if company and context.resting else ""
    if rests and not s.awaiting_since:
        yield _warning("to", rests, "Give them a few days first.")
    if context.room < 1 and not s.first_sent:
        yield _warning("to", "you have written to as many new people this week as you set out to", "Rest, or go on.")
