"""What to look at before a letter goes out."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from infoint.events import Standing

if TYPE_CHECKING:
    from infoint.letters.render import Letter

_JOB_ASK = re.compile(
    r"\b(job|jobs|vacanc(y|ies)|résumé|resume|cv|referral|hiring|recruit\w*|opening)\b", re.IGNORECASE
)
_LEFTOVER = re.compile(
    r"\{\{|\}\}|\{%|\[your |\[name\]|\b(?:at|as|in|Hi|Hello|Dear) (?:None|nan)\b|Dear ,|Hello ,|Hi ,"
)


@dataclass(frozen=True, slots=True)
class LetterProblem:
    """One thing to look at: an "error" stops the letter, a "warning" wants a yes."""

    severity: str
    place: str
    message: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.place}: {self.message}. {self.remedy}"


_error, _warning = partial(LetterProblem, "error"), partial(LetterProblem, "warning")


def checks(letter: "Letter", s: Standing) -> tuple[LetterProblem, ...]:
    """Everything that is amiss with a letter, errors first.

    Limits are those of the field: a first letter has at most 100 words (Dalton; SFU), asks one
    question and says no word of a job; a subject has 3 to 6 words (Boomerang).
    What the person themselves is called (a recruiter) is no word of a job.
    """
    found = [*_whom(letter, s), *_wording(letter)]
    return tuple(sorted(found, key=lambda problem: problem.severity != "error"))


def _whom(letter: "Letter", s: Standing) -> Iterator[LetterProblem]:
    """Whether this person should get this letter now."""
    if s.do_not_contact:
        yield _error("to", f"do not contact: {s.do_not_contact}", "Lift it first, with a reason.")
    if s.closed and letter.template != "reply/no":
        yield _warning("to", f"this was let go: {s.closed}", "Write only if something has changed.")
    if letter.template.startswith("outreach/") and s.awaiting_since:
        yield _error("to", "they were already written to", "Remind them once instead: nudge/gentle.")
    if letter.template.startswith("nudge/") and s.unanswered >= 2:
        yield _error("to", "they were already reminded once", "Let it go: silence is an answer.")
    if letter.channel == "email" and not letter.to:
        yield _warning("to", "no email address is known", "Add one: infoint edit NAME --email ADDRESS")


def _wording(letter: "Letter") -> Iterator[LetterProblem]:
    """Whether the text says what it should, and no more."""
    person, body = letter.person, letter.body
    said = f"{letter.subject}\n{body}"
    if leftover := _LEFTOVER.search(said):
        yield _error("text", f"{leftover.group()!r} is left over", "Fill it in or take it out.")
    if not body:
        yield _error("text", "the letter is empty", "Write something, or choose another template.")
    if (words := len(body.split())) > letter.most_words:
        yield _warning("text", f"{words} words, at most {letter.most_words} are read", "Shorten it.")
    if 0 < letter.most_characters < len(body):
        yield _warning("text", f"{len(body)} characters, LinkedIn takes {letter.most_characters}", "Shorten it.")
    if letter.channel == "email" and not 3 <= len(letter.subject.removeprefix("Re: ").split()) <= 6:
        yield _warning("subject", "a subject does best with 3 to 6 words", "Rephrase it.")
    if not letter.template.startswith("outreach/"):
        return
    if body.count("?") != 1:
        yield _warning("text", f"it asks {body.count('?')} questions", "Ask exactly one.")
    for theirs in filter(None, (person.role, person.company, person.industry)):
        said = said.replace(theirs, "")
    if ask := _JOB_ASK.search(said):
        yield _warning("text", f"{ask.group()!r} sounds like asking for a job", "Ask for advice.")
