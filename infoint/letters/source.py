"""The text of a letter's template: only a listed part of Jinja, checked before anything is done with it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import StrictUndefined, Template, TemplateError, TemplateSyntaxError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from infoint import templates
from infoint.errors import InvalidTemplate, UnknownTemplate

FACTS = (
    *("first_name", "name", "relationship", "close", "company", "role", "industry", "school", "introducer", "about"),
    *("my_name", "my_first_name", "signature", "minutes", "sent_on", "subject_before", "meeting_on", "met_on"),
    *("exploring", "background", "skills", "interests"),
    *("times", "place", "said", "advice", "promise", "news", "landed"),
)
"""What a letter may speak of: every fact is text, empty when it is not known.

`close` is "yes" for friends, family, classmates and colleagues, `about` the name of somebody they introduced, `times`
two or three proposals for a talk, `landed` what the search has led to. The `signature` is the first name for
friends and family.
"""
CLAUSES = FACTS[FACTS.index("exploring") :]
"""Facts that stand inside a sentence of a template, which sets its own full stop."""
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]+")
"""What no letter needs: control characters, what turns the direction of text, halves of letters."""
_ALLOWED = (
    *(nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Const, nodes.If, nodes.And, nodes.Or),
    *(nodes.Not, nodes.Compare, nodes.Operand, nodes.Assign, nodes.Block),
)
_CHANNELS = ("email", "linkedin", "linkedin-note", "phone")
_CONSTANTS: dict[str, Any] = {"channel": "email", "most_words": 150, "most_characters": 0, "use": ""}
_LONGEST, _DEEPEST = 10_000, 40
_FREE_NOTE = 200  # characters of a LinkedIn invitation without premium
MISSING = "[missing]"
"""What stands in an empty slot of a template: the checks find it and stop the letter."""
_JINJA = ImmutableSandboxedEnvironment(undefined=StrictUndefined, finalize=lambda fact: fact if fact != "" else MISSING)
_NOTHING = nodes.Template([])
NAME = re.compile(r"\w[\w. -]*(/\w[\w. -]*)*")
"""What a letter may be called: folders and a name, none of which leads out of the templates."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """A template that was checked: its constants and its compiled blocks."""

    name: str
    channel: str
    most_words: int
    most_characters: int
    use: str
    compiled: Template

    def block(self, name: str, known: Mapping[str, str]) -> str:
        """One block with the facts put in, without control characters."""
        try:
            text = "".join(self.compiled.blocks[name](self.compiled.new_context(dict(known), shared=True)))
        except (TemplateError, TypeError, NameError) as error:
            raise InvalidTemplate(f"letter {self.name}", f"block {name}", str(error)) from error
        return CONTROL.sub(" ", text)


def names(language: str = "en", own: Path | None = None) -> list[str]:
    """The letters there are in a language, packaged and the user's own.

    >>> "outreach/warm" in names()
    True
    """
    return templates.names(f"letters/{language}", ".j2", own)


def file_of(name: str, language: str = "en", own: Path | None = None) -> str:
    """The file of a letter, below the templates."""
    file = f"letters/{language}/{name}.j2"
    if not NAME.fullmatch(name) or templates.find(file, own) is None:
        raise UnknownTemplate(name, names(language, own) or [f"no letters in {language!r} yet"])
    return file


def load(name: str, language: str = "en", own: Path | None = None) -> Loaded:
    """Find a letter's template and check it; only the listed part of the language passes."""
    return checked(name, templates.read(file_of(name, language, own), own))


@lru_cache(maxsize=500)
def checked(name: str, source: str) -> Loaded:
    """Check the text of a template and compile it.

    >>> checked("mine", "{% block subject %}{{ name.upper() }}{% endblock %}")
    Traceback (most recent call last):
    ...
    infoint.errors.InvalidTemplate: letter mine, line 1: a letter can have no call.
    """
    tree, constants, refused = parsed(source)
    for line, why in refused:
        raise InvalidTemplate(f"letter {name}", f"line {line}", why)
    return Loaded(name=name, compiled=_JINJA.from_string(tree), **constants)


def parsed(source: str) -> tuple[nodes.Template, dict[str, Any], list[tuple[int, str]]]:
    """The tree of a template, the constants it sets, and what is refused in it, with the lines; nothing of it is run.

    >>> parsed("{% include 'x' %}")[2]
    [(1, 'a letter can have no include'), (1, 'a letter has the two blocks subject and body')]
    """
    if len(source) > _LONGEST:
        return _NOTHING, {}, [(1, f"a letter has at most {_LONGEST:,} characters, with all its conditions")]
    try:
        tree = _JINJA.parse(source)
    except TemplateSyntaxError as error:
        return _NOTHING, {}, [(error.lineno, str(error.message).rstrip("."))]
    except (RecursionError, ValueError):
        return _NOTHING, {}, [(1, "it is nested too deeply, or has a number that is too long")]
    waiting: list[tuple[nodes.Node, int, int]] = [(tree, 0, 1)]
    constants, blocks, refused = dict(_CONSTANTS), list[str](), list[tuple[int, str]]()
    while waiting:
        node, depth, line = waiting.pop()
        parts = [*node.iter_child_nodes()]
        line = next((part.lineno for part in (node, *parts) if part.lineno), line)
        if why := "it is nested too deeply" if depth > _DEEPEST else _refusal(node):
            refused.append((line, why))
            continue
        if isinstance(node, nodes.Assign):
            constants[vars(node.target)["name"]] = vars(node.node)["value"]
        blocks += [node.name] if isinstance(node, nodes.Block) else []
        waiting += [(part, depth + 1, line) for part in reversed(parts)]
    if constants["channel"] == "linkedin-note":
        constants["most_characters"] = constants["most_characters"] or _FREE_NOTE
    if sorted(blocks) != ["body", "subject"]:
        refused.append((1, "a letter has the two blocks subject and body"))
    return tree, constants, refused


def _refusal(node: nodes.Node) -> str:
    """Why one part of a template is refused; "" when it is not."""
    if not isinstance(node, _ALLOWED):
        return f"a letter can have no {type(node).__name__.lower()}"
    if isinstance(node, nodes.Name) and node.ctx == "load" and node.name not in FACTS:
        from difflib import get_close_matches

        near = get_close_matches(node.name, FACTS, 1)
        hint = f"is {near[0]!r} meant?" if near else "docs/letters.md lists what a letter may speak of"
        return f"{node.name!r} is no fact; {hint}"
    if isinstance(node, nodes.Assign):
        key, value = getattr(node.target, "name", ""), getattr(node.node, "value", None)
        if type(value) is not type(_CONSTANTS.get(key, ...)):
            return f"only {', '.join(_CONSTANTS)} are set, to constants"
        if key == "channel" and value not in _CHANNELS:
            return "channel is one of " + ", ".join(_CHANNELS)
    return ""
