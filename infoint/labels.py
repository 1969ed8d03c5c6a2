"""Labels: what people and companies are called on a page for others, and texts in which nobody is named."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from unicodedata import normalize

from infoint.matching import company_key
from infoint.people import TITLES, Person, fold

_WORD = re.compile(r"[^\W_]+")
_DIRECT = re.compile(
    r"\S+@\S+|(?:https?://|www\.)\S+|\S+\.\w{2,}/\S+"
    r"|\+\d[\d ()./-]{6,}\d|\(?\b\d{3}\)?[ .-]\d{3}[ .-]\d{4}\b|\b0\d{2,}[\d ()/-]{4,}\d"
)


def labelled(kept: Mapping[str, str], people: Iterable[Person]) -> dict[str, str]:
    """The labels `kept` (each with the id or the company that bears it), and one for whoever has none yet.

    A label once given stays, also when the relationship changes; no number is given twice.

    >>> labelled({"Alum 1": ""}, [Person(name="Dana Ruiz", id="D", company="Orbit", relationship="alum")])
    {'Alum 1': '', 'Alum 2': 'D', 'Company 1': 'orbit'}
    """
    found, known = dict(kept), set(kept.values())
    given = Counter(label.rpartition(" ")[0] for label in found)
    for person in people:
        for kind, key in ((person.relationship.capitalize(), person.id), ("Company", company_key(person.company))):
            if key and key not in known:
                given[kind] += 1
                found[f"{kind} {given[kind]}"] = key
                known.add(key)
    return found


def without(kept: Mapping[str, str], people: Iterable[Person]) -> dict[str, str]:
    """The labels when only these `people` are left: one of nobody, or of a company nobody is at, stays taken.

    >>> without({"Alum 1": "D", "Company 1": "orbit"}, [])
    {'Alum 1': '', 'Company 1': ''}
    """
    there = {key for person in people for key in (person.id, company_key(person.company))}
    return {label: key if key in there else "" for label, key in kept.items()}


class Veil:
    """Puts labels in the place of the names of people and companies, as far as they are known.

    Also takes out addresses, links and telephone numbers. A single word is taken for a name only
    when it has a capital letter, or stands in a text about that very person.

    >>> dana = Person(name="Dana Ruiz", id="D", company="Orbit Ltd")
    >>> Veil([dana], {"D": "Alum 3", "orbit": "Company 5"})("dana ruiz left ORBIT: Dana's new mail is d@example.com")
    "Alum 3 left Company 5: Alum 3's new mail is (address)"
    """

    def __init__(self, people: Iterable[Person], labels: Mapping[str, str], me: str = "") -> None:
        """Labels are by id and by company; whoever has none is "somebody"; `me` keeps the name."""
        self._names: dict[str, str] = {me: me}
        self._parts: dict[str, str] = {}
        for person in people:
            label = labels.get(person.id, "somebody")
            self._names[person.name] = label if self._names.get(person.name, label) == label else "somebody"
            for part in self._parted(person):
                self._parts[part] = label if self._parts.get(part, label) == label else "somebody"
            if key := company_key(person.company):
                self._names |= dict.fromkeys((person.company, key), labels.get(key, "a company"))
        self._caseless = [name for name in self._names if name.upper() == name.lower() and not name.isascii()]
        self._known: dict[str, list[tuple[list[str], str]]] = {}
        for name, label in sorted([*self._parts.items(), *self._names.items()], key=lambda known: -len(known[0])):
            if words := _WORD.findall(fold(name)):
                self._known.setdefault(words[0], []).append((words, label))

    @staticmethod
    def _parted(person: Person) -> list[str]:
        return [word for word in _WORD.findall(fold(person.name)) if len(word) > 1 and word not in TITLES]

    def __call__(self, text: str, about: Person | None = None, label: str = "") -> str:
        """The text without names; that of the person it is `about`, in any part and case, becomes `label`."""
        text = _DIRECT.sub("(address)", normalize("NFC", text))
        for name in self._caseless:
            text = text.replace(name, self._names[name])
        own = dict.fromkeys(self._parted(about), label) if about else {}
        if about and (key := company_key(about.company)) in self._names:
            own[key] = self._names[key]
        found = list(_WORD.finditer(text))
        words, parts, at, end = [fold(word[0]) for word in found], list[str](), 0, 0
        while at < len(found):
            several = [(k, v) for k, v in self._known.get(words[at], ()) if words[at : at + len(k)] == k]
            known, said = several[0] if several else ([], "")
            if len(known) <= 1 and words[at] in own:
                known, said = [words[at]], own[words[at]]
            elif len(known) == 1 and found[at][0][0].islower():
                known = []
            if known:
                parts += [text[end : found[at].start()], said]
                end = found[at + len(known) - 1].end()
            at += len(known) or 1
        return re.sub(r"\b(\w+ \d+|somebody)(?:[ -]\1)+\b", r"\1", "".join([*parts, text[end:]]))
