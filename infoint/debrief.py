"""What is written down after a meeting, and the form in which a user writes it.

The form is Markdown. `form` writes it, `read` reads it back; both are pure, and what one writes the
other reads. Its wording is that of `sheets/debrief.md.j2`; a part is known by its heading.
"""

import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from infoint import templates
from infoint.errors import InfointError, InvalidDetails
from infoint.people import Person, address, fold

FIT_OF = ("company", "industry", "role")
_LINK = re.compile(r"[\s(,;]*\b(agrees|contradicts)(?: with)? #?([0-9]{1,6})\)?\.?$", re.IGNORECASE)
_HEADING = re.compile(r" {0,3}#{1,6}\s+([^(:?]*)")
_TITLE = re.compile(r"\s*# Debrief: .*\((\w+)\)\s*")
_BULLET = re.compile(r"^(?:[-*+•‣◦▪–—·]|\d{1,3}[.)])(?:\s+|$)")
_FIT = re.compile(r"([^\W\d]+) ?[:=]? ?([0-9]{1,9})?(?: ?/ ?5)?(?:(?: ?[,;:–—-] ?| )(.*))?")
_AGAIN = re.compile(r"(y|yes|n|no)(?:\W+(?:in )?(?:([0-9]{1,9})|(a couple)(?: of)?|(a)) months?)?\W*")
_RATED = 'company, industry or role, and 1 to 5, like "role: 4, the hours"'
_WHEN = 'yes or no, and when, like "yes, in 2 months"'
_HEADINGS = {
    "notes": "notes",
    "learnt": "what i learnt|what i learned|learnt|learned|insights",
    "surprised": "what surprised me|surprised",
    "still_interested": "am i still interested|still interested",
    "advice": "what they advised|advice",
    "answers": "answers",
    "fit": "how it fits me|fit",
    "introductions": "whom they named|introductions",
    "permission": "may i write again|permission",
    "promises": "what i promised|promises",
    "promised": "what they promised",
    "lead": "an opening|lead",
}
TEXTS = ("notes", "surprised", "still_interested", "advice", "lead")
_PARTS = {words: part for part, headings in _HEADINGS.items() for words in headings.split("|")}
"""The headings of the form, and the field that each of them fills."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Debrief:
    """Notes of one meeting; every field may stay empty.

    `notes` stay as typed; `learnt` holds one claim a line, a "?" at its end marks what is still open.
    The words `agrees 12` or `contradicts 12` at a line's end go to `links`, by claim; `numbers` are
    those that the campaign gave the claims. `surprised` and `still_interested` answer Yale's and
    Santa Clara's two questions for the write-up, `answers` those of the plan, by the question's id
    ("" for one that was asked in vain).
    `fit` rates company, industry and role from 1 to 5, `why` says why. `introductions` are the people
    they named ("Ada Park, ada@example.com", or "Ada Park, Orbit"), `permission` whether the user may
    write again, in `months` (the article: a couple), `advice` what they advised, `promises` what the
    user promised, `promised` what they did ("send the article by friday"), `lead` an opening.

    >>> Debrief(learnt=["Hiring is slow (agrees 12)"]).links
    {'Hiring is slow': 'agrees 12'}
    >>> Debrief(fit={"role": 6})
    Traceback (most recent call last):
    ...
    infoint.errors.InvalidDetails: debrief cannot take 'fit of role': a number from 1 to 5.
    """

    notes: str = ""
    learnt: tuple[str, ...] = ()
    surprised: str = ""
    still_interested: str = ""
    advice: str = ""
    answers: Mapping[str, str] = field(default_factory=dict)
    fit: Mapping[str, int] = field(default_factory=dict)
    why: Mapping[str, str] = field(default_factory=dict)
    introductions: tuple[str, ...] = ()
    permission: bool | None = None
    months: int | None = None
    promises: tuple[str, ...] = ()
    promised: tuple[str, ...] = ()
    lead: str = ""
    links: Mapping[str, str] = field(default_factory=dict)
    numbers: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        for name in ("learnt", "introductions", "promises", "promised", "numbers"):
            object.__setattr__(self, name, tuple(getattr(self, name)))
        split = [_split(line) for line in self.learnt]
        object.__setattr__(self, "learnt", tuple(claim for claim, _ in split))
        object.__setattr__(self, "links", {**self.links, **{claim: link for claim, link in split if link}})
        for name, rating in self.fit.items():
            if name not in FIT_OF:
                raise InvalidDetails("debrief", f"fit of {name}", "fit is rated for " + ", ".join(FIT_OF))
            if rating not in {1, 2, 3, 4, 5}:
                raise InvalidDetails("debrief", f"fit of {name}", "a number from 1 to 5")
        if self.months is not None and not 1 <= self.months <= 24:
            raise InvalidDetails("debrief", "months", "a number from 1 to 24")

    def linked(self, claim: str) -> list[tuple[str, int]]:
        """What a claim agrees with and contradicts: the word, and the number of the other one."""
        words = self.links.get(claim, "").split()
        return [(word, int(number)) for word, number in zip(words[::2], words[1::2], strict=True)]

    def joined(self, more: "Debrief") -> "Debrief":
        """Both together, `more` behind; of two that cannot both be, the later one.

        >>> Debrief(learnt=["a"], permission=False).joined(Debrief(learnt=["b"], permission=True)).learnt
        ('a', 'b')
        """
        return Debrief(**{name: _both(old, getattr(more, name)) for name, old in asdict(self).items()})

    @property
    def quote(self) -> str:
        """What a thank-you may quote: the first claim, best one of their own words; no question, no "Not so".

        >>> Debrief(learnt=("Who decides?", "So it is agrees 1", "Hiring is slow")).quote
        'Hiring is slow'
        """
        claims = [claim for claim in self.learnt if not claim.endswith("?") and not claim.startswith("Not so:")]
        return min(claims, key=self.links.__contains__, default="")

    def to_json(self) -> str:
        """The debrief as the journal keeps it; empty fields are left out."""
        kept = {name: value for name, value in asdict(self).items() if value not in ("", (), {}, None)}
        return json.dumps(kept, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> "Debrief":
        """Read back what `to_json` wrote.

        >>> Debrief.from_json(Debrief(notes="Good talk", learnt=("Hiring is slow",)).to_json()).learnt
        ('Hiring is slow',)
        """
        return cls(**json.loads(text))


def _both(old: Any, new: Any) -> Any:
    if isinstance(old, str):
        return "\n".join(filter(None, (old, new)))
    if isinstance(old, dict):
        return {**old, **new}
    return (*old, *new) if isinstance(old, tuple) else old if new is None else new


def _split(line: str) -> tuple[str, str]:
    """A claim, and what it agrees with or contradicts; without a claim of its own it is called by that."""
    links = list[str]()
    while found := _LINK.search(line[-60:]):
        links.insert(0, f"{found[1].lower()} {int(found[2])}")
        line = line[: len(line) - len(found[0])]
    return line or " ".join(links), " ".join(links)


def named(text: str) -> Person:
    """Read one line of introductions: a name, then an address or a company, in any order.

    >>> ada = named("Ada Park <ada@example.com>, Orbit")
    >>> (ada.name, ada.email, ada.company, ada.relationship)
    ('Ada Park', 'ada@example.com', 'Orbit', 'referral')
    >>> named("Ada Park at Orbit").company
    'Orbit'
    """
    bracketed = re.sub(r"[<(]\s*(\S+@\S+?)\s*[>)]", r",\1,", text)
    parts = [part.strip(" ()<>") for part in bracketed.split(",")]
    email = next((part for part in parts if "@" in part), "")
    name, company, *_ = [*(part for part in parts if part and "@" not in part), "", ""]
    if not company and " at " in name:
        name, company = (part.strip() for part in name.split(" at ", 1))
    return Person(name=name or email, email=email.casefold(), company=company, relationship="referral")


@dataclass(frozen=True, slots=True)
class Form:
    """A form that was read: the debrief, whose it is (an id, or ""), and what could not be read, with its line."""

    debrief: Debrief
    person_id: str
    problems: tuple[str, ...]


def form(person: Person, debrief: Debrief, questions: Iterable[tuple[str, str]] = (), said: Iterable[str] = ()) -> str:
    """The form to fill in after a talk with somebody, with what is known already.

    `questions` are those of the plan (id and text), `said` what others claimed, with its number.

    >>> print(form(Person(name="Dana Ruiz", id="D1"), Debrief(notes="Good talk")).splitlines()[0])
    # Debrief: Dana Ruiz (D1)
    """
    asked = {key: key for key in debrief.answers} | dict(questions)
    known = {"d": debrief, "questions": asked, "said": said, "fit_of": FIT_OF, "guard": _guarded}
    return templates.sheet("debrief.md").render(person=person, **known)


def read(text: str) -> Form:
    r"""Read a form back, forgivingly: parts in any order or left out, headings of any level, any bullet.

    What stands under no heading of the form is a note; so is a heading that the form does not have.

    >>> found = read("# What I learned\n* Hiring is slow agrees 12\n# May I write again\nperhaps")
    >>> found.debrief.learnt, found.debrief.links, found.problems[0][:18]
    (('Hiring is slow',), {'Hiring is slow': 'agrees 12'}, 'line 4 ("perhaps")')
    """
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").split("\n")
    title = _TITLE.fullmatch(lines[0][:500])
    part, parts = "", defaultdict[str, list[tuple[int, str]]](list)
    for number, line in enumerate(lines, 1):
        if (found := _part(line)) or (title and (number == 1 or (not part and line.startswith(">>")))):
            part = found or part
        else:
            parts[part or "notes"].append((number, line))
    reader = _Reader(parts)
    told: dict[str, Any] = {name: _text(parts[name]) for name in TEXTS}
    told |= {name: reader.items(name) for name in ("learnt", "promises", "promised")}
    told |= {"introductions": reader.items("introductions", _no_person), "answers": reader.answers()}
    fit, why, _ = rated(reader.items("fit", lambda line: _RATED if rated([line])[2] else ""))
    for line in reader.items("permission", lambda line: "" if _again(line) else _WHEN):
        told |= _again(line)
    return Form(Debrief(**told, fit=fit, why=why), title[1] if title else "", tuple(reader.problems))


def _part(line: str) -> str:
    """The part that a heading of the form begins, or ""."""
    heading = _HEADING.match(line[:80])
    return _PARTS.get(fold(heading[1]), "") if heading else ""


def _is_mark(line: str, part: str) -> bool:
    """Whether a line, its backslashes apart, would be read as a heading of the form."""
    line = line.lstrip("\\")
    return bool(_part(line) or (part == "answers" and _HEADING.match(line[:80])))


def _guarded(text: str, part: str = "") -> str:
    """The text with a backslash before each line that would be read as a heading of the form."""
    return "\n".join("\\" * _is_mark(line, part) + line for line in text.split("\n"))


def _text(lines: Iterable[tuple[int, str]], part: str = "") -> str:
    """The lines as they were typed, without that backslash."""
    text = "\n".join(line.removeprefix("\\") if _is_mark(line, part) else line for _, line in lines)
    return text.strip("\n") if text.strip() else ""


def rated(lines: Iterable[str]) -> tuple[dict[str, int], dict[str, str], list[str]]:
    """Ratings and reasons from lines such as "role: 4, the hours", and the lines that cannot be read.

    >>> rated(["role: 4, the hours", "company=9", "industry:"])
    ({'role': 4}, {'role': 'the hours'}, ['company=9'])
    """
    fit, why, wrong = dict[str, int](), dict[str, str](), list[str]()
    for line in lines:
        told = _FIT.fullmatch(" ".join(line.split()))
        if told is None or told[1].casefold() not in FIT_OF or not 1 <= int(told[2] or 1) <= 5:
            wrong.append(line)
        elif told[2]:
            fit[told[1].casefold()] = int(told[2])
            why |= {told[1].casefold(): told[3]} if told[3] else {}
        elif told[3]:
            wrong.append(line)
    return fit, why, wrong


class _Reader:
    """Reads the lines of each part, and notes what it cannot read."""

    def __init__(self, parts: Mapping[str, list[tuple[int, str]]]) -> None:
        self.parts, self.problems = parts, list[str]()

    def _wrong(self, number: int, line: str, expected: object) -> None:
        self.problems.append(f'line {number} ("{line if len(line) <= 40 else line[:39] + "…"}"): {expected}')

    def items(self, part: str, check: Callable[[str], str] = lambda _: "") -> list[str]:
        """The lines of a list; what is wrong with one is what `check` says."""
        lines = [(number, _BULLET.sub("", line.strip(), count=1)) for number, line in self.parts[part]]
        for number, line in lines:
            if line and (expected := check(line)):
                self._wrong(number, line, expected)
        return [line for _, line in lines if line]

    def answers(self) -> dict[str, str]:
        """What stands under the heading of each question; "?" alone is no answer."""
        found, key = defaultdict[str, list[tuple[int, str]]](list), ""
        for number, line in self.parts["answers"]:
            if heading := _HEADING.match(line[:80]):
                bracketed = re.search(r"\[([\w-]+)\]\s*$", line[-80:])
                key = bracketed[1] if bracketed else line[heading.start(1) :].strip()
            elif key:
                found[key].append((number, line))
            elif line.strip():
                self._wrong(number, line, "under which question? Its heading begins with ###")
        told = {key: _text(lines, "answers") for key, lines in found.items()}
        return {key: "" if text.strip() == "?" else text for key, text in told.items() if text}


def _no_person(line: str) -> str:
    try:
        address(named(line).email or "nobody@example.com")
    except InfointError as error:
        return str(error)
    return ""


def _again(line: str) -> dict[str, Any]:
    """Whether one may write again, and in how many months; nothing where that cannot be read."""
    told = _AGAIN.fullmatch(fold(line))
    months = told and (2 if told[3] else 1 if told[4] else int(told[2] or 0))
    return {"permission": told[1][0] == "y", "months": months or None} if told and months in range(25) else {}
