"""Letters from templates: which one fits, by which channel, and what it says."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, tzinfo
from functools import cache
from pathlib import Path
from string import Template
from typing import Any

from infoint import templates
from infoint.errors import InvalidTemplate, MissingFact
from infoint.events import Standing
from infoint.letters.checks import Context, LetterProblem, checks
from infoint.letters.source import CLAUSES, CONTROL, FACTS, Loaded, checked, load, names
from infoint.people import WARM, Person, Profile, fold

__all__ = ["FACTS", "Letter", "checked", "choose", "facts", "letter", "load", "names", "render", "way", "words"]

_SPARED = ("interests", "skills", "background", "exploring", "industry", "role", "school", "company")
"""What a letter that is too long for its channel goes without, the least needed first."""
_WAYS = {
    "linkedin": ("-linkedin", "; as a LinkedIn message, since no email address is known"),
    "linkedin-note": ("-note", "; as an invitation on LinkedIn, since no email address is known"),
}
"""What is added to a letter's name where there is another text for that channel, and to the reason."""
_BARE = LetterProblem(
    "warning", "text", "it names nothing they said", "Add one thing, or note the talk first: infoint debrief NAME"
)
_LONGEST_FACT, _UNKNOWN = 1000, dict.fromkeys(FACTS, "")


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Letter:
    """One message to one person: rendered, checked, and stored nowhere yet.

    `why` says in plain words why this template was taken; `problems` what to look at before it
    goes out. `references` are the Message-IDs of the thread that it goes on with, oldest first.
    """

    id: str = ""
    person: Person
    template: str
    channel: str
    to: str
    subject: str
    body: str
    most_words: int
    most_characters: int = 0
    why: str = ""
    sender: Profile | None = None
    references: tuple[str, ...] = ()
    problems: tuple[LetterProblem, ...] = ()

    @property
    def message_id(self) -> str:
        """The Message-ID it bears as a mail, always of the sender's own domain."""
        from infoint.letters.drafts import message_id

        return message_id(self.id, self.sender)

    def link(self, window: str) -> str:
        """A link that opens the letter to write on: in "gmail", "outlook" or the mail "program"."""
        from infoint.letters.drafts import compose_link

        return compose_link(window, self.to, self.subject, self.body)

    def mailto(self) -> str:
        """A mailto: link (RFC 6068) that opens the letter in the mail program."""
        return self.link("program")

    def eml(self, *, unsent: bool = True) -> bytes:
        """The letter as the bytes of an RFC 5322 draft; `unsent` lets mail programs open the file to edit."""
        from infoint.letters.drafts import eml

        to, said = (self.to, self.person.name), (self.subject, self.body)
        return eml(*to, *said, self.sender, self.message_id, self.references, unsent=unsent)

    def __repr__(self) -> str:
        return f"<Letter to {self.person.name}: {self.template}>"

    def _repr_html_(self) -> str:
        return templates.sheet("letter.html").render(letter=self)

    def __str__(self) -> str:
        to = f"To: {self.person.name} <{self.to}>" if self.to else f"To: {self.person.name}"
        subject = [f"Subject: {self.subject}"] if self.subject else []
        return "\n".join([to, *subject, "", self.body])


def choose(
    person: Person,
    s: Standing,
    introducer: str = "",
    *,
    about: str = "",
    advice: str = "",
    landed: str = "",
    now: datetime | None = None,
) -> tuple[str, str]:
    """The letter for this person now, and why, in plain words.

    `about` is the name of somebody they introduced, whom the user has met and they have not heard of yet; `advice`
    what they advised, `landed` what the search has led to. Without `now` a talk that is agreed is taken to be still to
    come.

    >>> choose(Person(name="Dana", relationship="friend"), Standing())
    ('outreach/warm', 'a first letter to a friend')
    """
    start = s.meeting.start if s.meeting else None
    over = bool(start and now and start <= now)
    helped = (s.introductions or advice) and (s.last_update is None or (s.met_at and s.last_update < s.met_at))
    agreed = s.meeting or (s.is_open and s.stage in ("replied", "scheduled"))
    rules = (
        (s.owes_thanks or over, "thanks/note", "you met and have not thanked them yet"),
        (s.closed == "said no", "reply/no", "they said no: a friendly answer keeps the door open"),
        (s.answer_due, "reply/day", "their message waits for you"),
        (s.awaiting_since, "nudge/gentle", "your first letter is still unanswered"),
        (start, "confirm/day-before", "a talk is agreed: a line the day before"),
        (s.met_at and landed, "update/landed", "your search has ended, and they were part of it"),
        (s.met_at and about, "news/introducer", f"you have met {about}, whom they named: tell them"),
        (s.met_at and helped, "update/progress", "they gave you advice or a name: tell them what came of it"),
        (s.met_at, "update/keep-in-touch", "you have met: a sign of life"),
        (agreed, "reply/day", "a talk is agreed"),
        (introducer, "outreach/introduced", f"a first letter to somebody {introducer} named"),
        (person.relationship in WARM, "outreach/warm", f"a first letter to {person.known_as}"),
    )
    found = ((template, why) for holds, template, why in rules if holds)
    return next(found, ("outreach/cold", f"a first letter to {person.known_as}"))


def way(person: Person) -> str:
    """The channel that is open to this person.

    >>> way(Person(name="Dana", connected=True)), way(Person(name="Dana"))
    ('linkedin', 'email')
    """
    known = "linkedin" if person.connected else "linkedin-note" if person.url else "email"
    return "email" if person.email else known


def facts(person: Person, me: Profile, own: Path | None = None, **known: str) -> dict[str, str]:
    """Every fact a letter may speak of, as single-line text; what is not known is empty."""
    mine, near = Person(name=me.name).first_name, person.relationship in {"friend", "family"}
    theirs = ("first_name", "name", "relationship", "company", "role", "industry")
    found = {name: getattr(person, name) for name in theirs}
    found |= {name: getattr(me, name) for name in ("exploring", "background", "interests")}
    found |= {"my_name": me.name, "my_first_name": mine, "signature": mine if near else me.name}
    found |= {"minutes": str(me.minutes), "close": "yes" if person.relationship in WARM else ""}
    found |= {"skills": _list(me.skills, words(me.language, own)["and"])}
    found |= {"school": person.school if fold(person.school) == fold(me.school) else ""} | known
    known = {name: _line(told)[:_LONGEST_FACT] for name, told in found.items() if told}
    return _UNKNOWN | known | {name: known[name].rstrip(". ") for name in known.keys() & set(CLAUSES)}


def _line(text: str) -> str:
    return " ".join((text if text.isprintable() else CONTROL.sub(" ", text)).split())


def _list(items: tuple[str, ...], last: str) -> str:
    return items[0] if len(items) == 1 else ", ".join(items[:-1]) + f" {last} " + items[-1] if items else ""


@cache
def words(language: str, own: Path | None = None, country: str = "") -> dict[str, Any]:
    """How a language says days, moments and lists, and its example: `words.toml` in its folder, else in English.

    What a `country` says otherwise stands in a table of its name.

    >>> words("de")["months"][2], words("en")["day"], words("en", country="US")["day"]
    ('März', '$weekday $day $month', '$weekday, $month $day')
    """
    file = f"letters/{language}/words.toml"
    if not templates.find(file, own):
        return words("en", country=country)
    try:
        found = {"example": {}} | tomllib.loads(templates.read(file, own))
        found |= found.get(country, {})
        found |= {key: str(found[key]) for key in ("day", "moment", "and")}
        found["example"] = {fact: str(text) for fact, text in found["example"].items() if fact in FACTS}
        for key, size in (("days", 7), ("months", 12)):
            found[key] = [word for _, word in zip(range(size), found[key].split(), strict=True)]
    except (ValueError, LookupError, AttributeError) as error:
        raise InvalidTemplate(file, "words", f"days, months, a day, a moment and `and` are needed ({error})") from error
    return found


def render(loaded: Loaded, known: Mapping[str, str]) -> tuple[str, str]:
    """Subject (one line) and body of a letter, without doubled spaces or empty paragraphs.

    A letter with more words or characters than it may have leaves out the one fact that it needs least, or if that is
    not enough, several; when nothing helps it stays whole.
    """
    if loaded.name.startswith("outreach/introduced") and not known["introducer"]:
        raise MissingFact(loaded.name, "who introduced them", "infoint edit NAME --introduced-by NAME")
    whole = _tidy(loaded, known)
    if _fits(loaded, whole[1]):
        return whole
    spared = [fact for fact in _SPARED if known[fact]]
    fewer = [[fact] for fact in spared] + [spared[:number] for number in range(2, len(spared) + 1)]
    shorter = (_tidy(loaded, {**known, **dict.fromkeys(gone, "")}) for gone in fewer)
    return next((written for written in shorter if _fits(loaded, written[1])), whole)


def _fits(loaded: Loaded, body: str) -> bool:
    return len(body.split()) <= loaded.most_words and len(body) <= (loaded.most_characters or len(body))


def _tidy(loaded: Loaded, known: Mapping[str, str]) -> tuple[str, str]:
    subject = " ".join(loaded.block("subject", known).split())
    lines = [" ".join(line.split()) for line in loaded.block("body", known).strip().splitlines()]
    return subject, re.sub(r"\n{3,}", "\n\n", "\n".join(lines))


def letter(
    person: Person,
    me: Profile,
    s: Standing,
    *,
    id_: str = "",
    template: str | None = None,
    why: str = "you chose it",
    own: Path | None = None,
    zone: tzinfo = UTC,
    now: datetime | None = None,
    context: Context | None = None,
    references: tuple[str, ...] = (),
    **known: str,
) -> Letter:
    """Write the letter that fits a person now, or from the `template` named (`why`), and check it.

    `known` are further facts: `introducer`, the name of who introduced them, `said` and `advice` of the last talk.
    An email to somebody without an address who is linked with the user becomes a LinkedIn message.
    """
    if template is None:
        told = {name: known.get(name, "") for name in ("introducer", "about", "advice", "landed")}
        template, why = choose(person, s, **told, now=now)
        added, because = _WAYS.get(way(person), ("", ""))
        variant = f"letters/{me.language}/{template}{added}.j2"
        template += added if added and templates.find(variant, own) else ""
        why += because if template.endswith(added) or way(person) == "linkedin" else ""
    known = facts(person, me, own, **(_told(s, words(me.language, own, me.country), zone) | known))
    more = {"id": id_, "why": why, "references": references}
    made = filled(load(template, me.language, own), person, me, s, known, context, **more)
    is_bare = template.startswith("thanks/") and not known["said"]
    return replace(made, problems=(*made.problems, _BARE)) if is_bare else made


def filled(
    loaded: Loaded,
    person: Person,
    me: Profile,
    s: Standing,
    known: Mapping[str, str],
    context: Context | None = None,
    **more: Any,
) -> Letter:
    """A template with the facts put in, and checked; `more` are fields of the letter."""
    subject, body = render(loaded, known)
    linked = loaded.channel == "email" and way(person) == "linkedin"
    channel = "linkedin" if linked else loaded.channel
    more |= {"to": person.email, "subject": subject} if channel == "email" else {"to": "", "subject": ""}
    more |= {"most_words": loaded.most_words, "most_characters": loaded.most_characters}
    more |= {} if subject.startswith("Re: ") else {"references": ()}
    written = Letter(person=person, template=loaded.name, channel=channel, body=body, sender=me, **more)
    problems = checks(written, s, context or Context())
    return replace(written, problems=problems) if problems else written


def _told(s: Standing, said: Mapping[str, Any], zone: tzinfo) -> dict[str, str]:
    """What a standing tells a letter: days as one says them, the talk that is agreed, the promise that is open."""
    promise = next((promise.text for promise in s.promises if promise.by == "me"), "")
    found = {"promise": promise, "sent_on": _spoken(s.last_sent, said, zone), "met_on": _spoken(s.met_at, said, zone)}
    if s.meeting:
        found |= {"meeting_on": _spoken(s.meeting.start, said, zone, "moment"), "place": s.meeting.place}
        found |= {"minutes": str(s.meeting.minutes)} if s.meeting.minutes else {}
    return found


def _spoken(moment: datetime | None, said: Mapping[str, Any], zone: tzinfo, how: str = "day") -> str:
    """A day, or a "moment" with its hour, as one says it in a letter of that language."""
    if moment is None:
        return ""
    local = moment.astimezone(zone)
    told = {"weekday": said["days"][local.weekday()], "month": said["months"][local.month - 1], "day": local.day}
    told |= {"clock": f"{local:%H:%M}", "clock12": f"{local.hour % 12 or 12}:{local:%M %p}"}
    return Template(said[how]).safe_substitute(told)
