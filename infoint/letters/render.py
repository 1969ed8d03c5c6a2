"""Letters from templates: which one fits, what it says, and nothing that a template must not do."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, tzinfo
from functools import cache, partial
from pathlib import Path
from typing import Any

from jinja2 import StrictUndefined, Template, TemplateError, TemplateSyntaxError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from infoint import templates
from infoint.errors import InvalidTemplate, MissingFact, UnknownTemplate
from infoint.events import Standing
from infoint.letters.checks import Context, LetterProblem, checks
from infoint.people import WARM, Person, Profile, fold

FACTS = (
    *("first_name", "name", "relationship", "company", "role", "industry", "school", "introducer", "exploring"),
    *("background", "skills", "interests", "my_name", "minutes", "said", "advice", "promise", "sent_on"),
    *("subject_before", "met_on", "news"),
)
"""What a letter may speak of: every fact is text, empty when it is not known."""
_CLAUSES = frozenset({"said", "advice", "promise", "news", "background", "skills", "interests", "exploring"})
"""Facts that stand inside a sentence of a template, which sets its own full stop."""
_ALLOWED = (
    *(nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Const, nodes.If, nodes.And, nodes.Or),
    *(nodes.Not, nodes.Compare, nodes.Operand, nodes.Assign, nodes.Block),
)
_CHANNELS = ("email", "linkedin", "linkedin-note", "phone")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029]+")


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
        return _card().render(letter=self)

    def __str__(self) -> str:
        to = f"To: {self.person.name} <{self.to}>" if self.to else f"To: {self.person.name}"
        subject = [f"Subject: {self.subject}"] if self.subject else []
        return "\n".join([to, *subject, "", self.body])


@cache
def _card() -> Template:
    settings: dict[str, Any] = {"undefined": StrictUndefined, "trim_blocks": True, "lstrip_blocks": True}
    environment = ImmutableSandboxedEnvironment(autoescape=True, **settings)
    return environment.from_string(templates.read("sheets/letter.html.j2"))


def choose(person: Person, s: Standing, introducer: str = "") -> tuple[str, str]:
    """The template for this person now, and why, in plain words.

    >>> choose(Person(name="Dana", relationship="friend"), Standing())
    ('outreach/warm', 'a first letter to a friend')
    """
    if s.owes_thanks:
        return "thanks/note", "you met and have not thanked them yet"
    if s.answer_due:
        return "reply/day", "their message waits for you"
    if s.awaiting_since:
        return "nudge/gentle", "your first letter is still unanswered"
    if s.met_at:
        if s.introductions and (s.last_update is None or s.last_update < s.met_at):
            return "update/progress", "they gave you a name: tell them what came of it"
        return "update/keep-in-touch", "you have met: a sign of life"
    if s.meeting or (s.is_open and s.stage in ("replied", "scheduled")):
        return "reply/day", "a talk is agreed"
    if introducer:
        return "outreach/introduced", f"a first letter to somebody {introducer} named"
    warm = person.relationship in WARM
    return ("outreach/warm" if warm else "outreach/cold"), f"a first letter to {person.known_as}"


def facts(person: Person, me: Profile, **known: str) -> dict[str, str]:
    """Every fact a letter may speak of, as single-line text; what is not known is empty."""
    theirs = ("first_name", "name", "relationship", "company", "role", "industry")
    found = {name: getattr(person, name) for name in theirs}
    found |= {name: getattr(me, name) for name in ("exploring", "background", "interests")}
    found |= {"my_name": me.name, "minutes": str(me.minutes), "skills": _list(me.skills)} | known
    if fold(person.school) == fold(me.school):
        found["school"] = person.school
    lines = {name: " ".join(_CONTROL.sub(" ", told).split()) if (told := found.get(name)) else "" for name in FACTS}
    return {name: line.rstrip(". ") if name in _CLAUSES else line for name, line in lines.items()}


def _list(items: tuple[str, ...]) -> str:
    return items[0] if len(items) == 1 else ", ".join(items[:-1]) + " and " + items[-1] if items else ""


@dataclass(frozen=True, slots=True)
class Loaded:
    """A template that was checked: its constants and its compiled blocks."""

    name: str
    channel: str
    most_words: int
    compiled: Template

    def block(self, name: str, known: Mapping[str, str]) -> str:
        """One block with the facts put in."""
        try:
            return "".join(self.compiled.blocks[name](self.compiled.new_context(dict(known), shared=True)))
        except (TemplateError, TypeError) as error:
            raise InvalidTemplate(f"letter {self.name}", f"block {name}", str(error)) from error


def names(language: str = "en", own: Path | None = None) -> list[str]:
    """The letters there are in a language, packaged and the user's own.

    >>> "outreach/warm" in names()
    True
    """
    return templates.names(f"letters/{language}", ".j2", own)


def load(name: str, language: str = "en", own: Path | None = None) -> Loaded:
    """Find a letter's template and check it; only the listed part of the language passes."""
    file = f"letters/{language}/{name}.j2"
    if ".." in name or templates.find(file, own) is None:
        raise UnknownTemplate(name, names(language, own))
    return checked(name, templates.read(file, own))


@cache
def checked(name: str, source: str) -> Loaded:
    """Check the text of a template and compile it.

    >>> checked("mine", "{% block subject %}{{ name.upper() }}{% endblock %}")
    Traceback (most recent call last):
    ...
    infoint.errors.InvalidTemplate: letter mine, line 1: a call cannot be used in a letter.
    """
    refused = partial(InvalidTemplate, f"letter {name}")
    environment = ImmutableSandboxedEnvironment(undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.finalize = lambda value: value if value != "" else "[missing]"  # an empty slot is found by the checks
    try:
        tree = environment.parse(source)
    except TemplateSyntaxError as error:
        raise refused(f"line {error.lineno}", str(error.message).rstrip(".")) from error
    constants: dict[str, Any] = {"channel": "email", "most_words": 150}
    for node in tree.find_all(nodes.Node):
        where = f"line {next((n.lineno for n in (node, *node.find_all(nodes.Node)) if n.lineno), 1)}"
        if not isinstance(node, _ALLOWED):
            raise refused(where, f"a {type(node).__name__.lower()} cannot be used in a letter")
        if isinstance(node, nodes.Name) and node.ctx == "load" and node.name not in FACTS:
            raise refused(where, f"{node.name!r} is no fact; there are {', '.join(FACTS)}")
        if isinstance(node, nodes.Assign):
            key, value = getattr(node.target, "name", ""), getattr(node.node, "value", None)
            if key not in constants or type(value) is not type(constants[key]):
                raise refused(where, "only channel and most_words are set, to constants")
            if key == "channel" and value not in _CHANNELS:
                raise refused(where, "channel is one of " + ", ".join(_CHANNELS))
            constants[key] = value
    if sorted(node.name for node in tree.find_all(nodes.Block)) != ["body", "subject"]:
        raise refused("blocks", "a letter has the two blocks subject and body")
    return Loaded(name, constants["channel"], constants["most_words"], environment.from_string(source))


def render(loaded: Loaded, known: Mapping[str, str]) -> tuple[str, str]:
    """Subject (one line) and body of a letter, without doubled spaces or empty paragraphs."""
    if loaded.name == "outreach/introduced" and not known["introducer"]:
        raise MissingFact(loaded.name, "who introduced them", "infoint edit NAME --introduced-by NAME")
    subject = " ".join(loaded.block("subject", known).split())
    lines = [" ".join(line.split()) for line in loaded.block("body", known).strip().splitlines()]
    body = re.sub(r"\n{3,}", "\n\n", "\n".join(lines))
    return subject, body


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
    context: Context | None = None,
    references: tuple[str, ...] = (),
    **known: str,
) -> Letter:
    """Write the letter that fits a person now, or from the `template` named (`why`), and check it.

    `known` are further facts: `introducer`, the name of who introduced them, `said` and `advice` of the last talk.
    """
    chosen, why = (template, why) if template is not None else choose(person, s, known.get("introducer", ""))
    loaded = load(chosen, me.language, own)
    known["promise"] = next((promise.text for promise in s.promises if promise.by == "me"), "")
    known |= {"sent_on": _spoken(s.last_sent, zone), "met_on": _spoken(s.met_at, zone)}
    subject, body = render(loaded, facts(person, me, **known))
    written = Letter(
        id=id_,
        person=person,
        template=chosen,
        channel=loaded.channel,
        to=person.email if loaded.channel == "email" else "",
        subject=subject,
        body=body,
        most_words=loaded.most_words,
        why=why,
        sender=me,
        references=references if subject.startswith("Re: ") else (),
    )
    return replace(written, problems=checks(written, s, context or Context()))


def _spoken(moment: datetime | None, zone: tzinfo) -> str:
    """A day as one says it in a letter."""
    if moment is None:
        return ""
    local = moment.astimezone(zone)
    return f"{local:%A} {local.day} {local:%B}"
