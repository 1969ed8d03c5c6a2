"""Whom one knows at a company: there now, there before, and by whom one may get there."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from infoint.events import MOVED, Event
from infoint.matching import same_company
from infoint.people import Person

NOW, BEFORE, MIGHT_KNOW = "there now", "there before", "might know somebody"
_MOST = 5


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody for a company: how (there now, there before, might know somebody), and by whom one gets to them."""

    person: Person
    how: str
    path: tuple[Person, ...] = ()

    @property
    def why(self) -> str:
        """How, in words.

        >>> Contact(Person(name="Kim"), NOW, (Person(name="Dana"),)).why
        'there now, introduced by Dana'
        """
        by = ", who was introduced by ".join(person.name for person in self.path)
        return f"{self.how}, introduced by {by}" if by else self.how


def who(company: str, people: Iterable[Person], events: Iterable[Event]) -> list[Contact]:
    """Everybody at a company, or who was there, the nearest first; of nobody, those who might know somebody.

    Companies are compared as names (`matching.same_company`), never by a part. Who is there now
    comes before who was, the easiest to write to first. `events` tell who moved.

    >>> dana = Person(id="1", name="Dana", company="Acme GmbH", relationship="friend")
    >>> [contact.how for contact in who("Acme", [dana], [])], who("Acmeon", [], [])
    (['there now'], [])
    """
    known = {person.id: person for person in people}
    past = {event.person_id for event in events if same_company(_left(event.note), company)}
    found = [Contact(p, NOW, _path(p, known)) for p in known.values() if same_company(p.company, company)]
    here = {contact.person.id for contact in found}
    found += [Contact(known[key], BEFORE, _path(known[key], known)) for key in past - here if key in known]
    if not found:
        helpers = {person.introduced_by for person in known.values() if person.introduced_by}
        ranked = sorted(known.values(), key=lambda p: (p.id not in helpers, -p.ease(), p.name))
        return [Contact(person, MIGHT_KNOW) for person in ranked[:_MOST]]
    return sorted(found, key=lambda c: (c.how != NOW, len(c.path), -c.person.ease(), c.person.name, c.person.id))


@cache
def _moves() -> re.Pattern[str]:
    return re.compile(re.escape(MOVED).replace(r"\{\}", "(.+)"))


def _left(note: str) -> str:
    """The company that a note says somebody left, or ""."""
    told = _moves().fullmatch(note)
    return told[1] if told else ""


def _path(person: Person, known: Mapping[str, Person]) -> tuple[Person, ...]:
    """By whom one came to somebody: the introducer, theirs, and so on."""
    path: list[Person] = []
    introducer = known.get(person.introduced_by)
    while introducer and introducer not in path:
        path.append(introducer)
        introducer = known.get(introducer.introduced_by)
    return tuple(path)
