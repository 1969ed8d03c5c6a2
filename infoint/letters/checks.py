"""What to look at before a letter goes out."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from infoint.events import Standing

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


def checks(
    template: str,
    channel: str,
    to: str,
    subject: str,
    body: str,
    most_words: int,
    s: Standing,
    theirs: Iterable[str] = (),
) -> tuple[LetterProblem, ...]:
    """Everything that is amiss with a letter, errors first.

    Limits are those of the field: a first letter has at most 100 words (Dalton; SFU), asks one
    question and says no word of a job; a subject has 3 to 6 words (Boomerang).
    `theirs` are the person's own role, company and the like: a recruiter may be called one.

    >>> checks("outreach/warm", "email", "d@example.com", "A question from Robin", "May I ask you?", 100, Standing())
    ()
    """
    found = []
    first = template.startswith("outreach/")
    if s.do_not_contact:
        found.append(
            LetterProblem("error", "to", f"do not contact: {s.do_not_contact}", "Lift it first, with a reason.")
        )
    if leftover := _LEFTOVER.search(f"{subject}\n{body}"):
        found.append(LetterProblem("error", "text", f"{leftover.group()!r} is left over", "Fill it in or take it out."))
    if not body:
        found.append(
            LetterProblem("error", "text", "the letter is empty", "Write something, or choose another template.")
        )
    if s.closed:
        found.append(
            LetterProblem("warning", "to", f"this was let go: {s.closed}", "Write only if something has changed.")
        )
    if first and s.awaiting_since:
        found.append(
            LetterProblem("error", "to", "they were already written to", "Remind them once instead: nudge/gentle.")
        )
    if not first and template.startswith("nudge/") and s.unanswered >= 2:
        found.append(
            LetterProblem("error", "to", "they were already reminded once", "Let it go: silence is an answer.")
        )
    words = len(body.split())
    if words > most_words:
        found.append(LetterProblem("warning", "text", f"{words} words, at most {most_words} are read", "Shorten it."))
    if channel == "email" and not 3 <= len(subject.removeprefix("Re: ").split()) <= 6:
        found.append(LetterProblem("warning", "subject", "a subject does best with 3 to 6 words", "Rephrase it."))
    if channel == "email" and not to:
        found.append(
            LetterProblem("warning", "to", "no email address is known", "Add one: infoint edit NAME --email ADDRESS")
        )
    if first and body.count("?") != 1:
        found.append(LetterProblem("warning", "text", f"it asks {body.count('?')} questions", "Ask exactly one."))
    said = f"{subject}\n{body}"
    for words_of_theirs in filter(None, theirs):
        said = said.replace(words_of_theirs, "")
    if first and (ask := _JOB_ASK.search(said)):
        found.append(
            LetterProblem("warning", "text", f"{ask.group()!r} sounds like asking for a job", "Ask for advice.")
        )
    return tuple(sorted(found, key=lambda problem: problem.severity != "error"))
