"""What is amiss with a letter's template, line by line: for those who write their own."""

import re
from dataclasses import replace
from pathlib import Path

from infoint.events import Standing
from infoint.letters.checks import LetterProblem
from infoint.letters.render import facts, filled, render, words
from infoint.letters.source import FACTS, MISSING, checked, parsed
from infoint.people import Person, Profile

_DANA = Person(name="Dana Ruiz", email="dana@example.com", relationship="friend")
_ME = Profile(name="Robin Vega")


def lint(name: str, source: str, language: str = "en", own: Path | None = None) -> list[LetterProblem]:
    r"""Everything a template is refused for; when nothing, what is amiss with its letters, the first line first.

    They are written with every fact known and with none, and once without each fact that the template speaks of.

    >>> body = "{% block body %}\nHi {{ first_name }}, how is {{ company }}?\n{% endblock %}"
    >>> print(*lint("thanks/mine", "{% block subject %}A short hello{% endblock %}\n" + body), sep="\n")
    line 3: a hole is left where company is not known. Put it between {% if company %} and {% endif %}.
    """
    if refused := parsed(source)[2]:
        return [LetterProblem("error", f"line {line}", why, "See docs/letters.md.") for line, why in refused]
    loaded, example = checked(name, source), words(language, own)["example"]
    found: dict[tuple[str, str], LetterProblem] = {}  # by place and remedy: each thing is told once
    needed = {"introducer": "Ada Park"} if name.startswith("outreach/introduced") else {}
    least, most = facts(_DANA, _ME, own, **needed), facts(_DANA, _ME, own, **example)
    for problem in [one for known in (least, most) for one in filled(loaded, _DANA, _ME, Standing(), known).problems]:
        place = _line(source, rf"block\s+{'subject' if problem.place == 'subject' else 'body'}")
        if MISSING not in problem.message:
            found[place, problem.remedy] = replace(problem, place=place)
    for fact in (fact for fact in FACTS if not least[fact] and fact in source):
        if MISSING in "".join(render(loaded, most | {fact: ""})):
            told, remedy = f"a hole is left where {fact} is not known", f"{{% if {fact} %}} and {{% endif %}}"
            place = _line(source, rf"{{{{[-+]?\s*{fact}\b")
            found[place, remedy] = LetterProblem("warning", place, told, f"Put it between {remedy}.")
    return sorted(found.values(), key=lambda problem: int(problem.place.split()[1]))


def _line(source: str, pattern: str) -> str:
    found = re.search(pattern, source)
    return f"line {source.count(chr(10), 0, found.start()) + 1 if found else 1}"
