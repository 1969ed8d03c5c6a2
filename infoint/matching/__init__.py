"""The one room that decides whether two records are the same person, two names the same company."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Literal

from infoint.people import Person, fold


@lru_cache(maxsize=1 << 16)
def company_key(company: str) -> str:
    """What remains of a company's name when legal forms, case and accents are set aside.

    >>> company_key("ACME GmbH") == company_key("Acme, Inc.") == company_key("acme")
    True
    >>> company_key("Acmeon") == company_key("Acme")
    False
    """
    if not company:
        return ""
    from cleanco import basename

    key = fold(company).replace(",", " ").strip(" .")
    return fold(basename(key)) or key


def same_company(one: str, other: str) -> bool:
    """Whether two names mean one company; an empty name means none.

    >>> same_company("Orbit", "")
    False
    """
    return bool(one and other) and company_key(one) == company_key(other)


Verdict = Literal["same", "perhaps", "new"]


class Known:
    """The people already known, for deciding about each one that comes in.

    The profile URL identifies; then the email address; then the name with the company. Two people
    of one name with different URLs are two. When only the name agrees, one side saying nothing
    more, the verdict is "perhaps": the caller merges it when it stays the only candidate.
    """

    def __init__(self, people: Iterable[Person] = ()) -> None:
        self.by_id: dict[str, Person] = {}
        self._by_url: dict[str, Person] = {}
        self._by_email: dict[str, Person] = {}
        self._by_name: dict[str, list[Person]] = {}
        self._unnamed: list[Person] = []
        self._all_have_urls = True
        for person in people:
            self.add(person)

    def add(self, person: Person) -> None:
        """Take in somebody, or a newer state of somebody."""
        self.by_id[person.id] = person
        if person.url:
            self._by_url[person.url.casefold()] = person
        else:
            self._all_have_urls = False
        if person.email:
            self._by_email[person.email.casefold()] = person
        self._unnamed.append(person)

    def named(self, name: str) -> list[Person]:
        """Everybody known by that name."""
        self._name()
        return self._by_name.get(fold(name), [])

    def _name(self) -> None:
        """Put whoever came in since the last look under their names: most imports never look."""
        for person in self._unnamed:
            key = fold(person.name)
            alike = self._by_name.get(key)
            self._by_name[key] = [person] if alike is None else [*(p for p in alike if p.id != person.id), person]
        self._unnamed.clear()

    def decide(self, person: Person) -> tuple[Verdict, Person | None]:
        """Who of those known this is: the same, perhaps the same, or new.

        >>> known = Known([Person(id="1", name="Dana Ruiz", company="Orbit Inc")])
        >>> known.decide(Person(name="dana ruiz", company="Orbit"))[0]
        'same'
        >>> known.decide(Person(name="Dana Ruiz"))[0], known.decide(Person(name="Dana Ruiz", company="Acme"))[0]
        ('perhaps', 'new')
        """
        if person.url and (found := self._by_url.get(person.url.casefold())):
            return "same", found
        found = self._by_email.get(person.email.casefold()) if person.email else None
        if found and not _differ(found.url, person.url):
            return "same", found
        if person.url and self._all_have_urls:
            return "new", None  # two profiles are two people, whatever their names
        if not (alike := self.named(person.name)):
            return "new", None
        namesakes = [other for other in alike if not _conflict(other, person)]
        for other in namesakes:
            if same_company(other.company, person.company):
                return "same", other
        if not person.company and not person.url and not person.email:
            bare = [other for other in namesakes if not other.company and not other.url and not other.email]
            if bare:
                return "same", bare[0]
        if len(namesakes) == len(alike) == 1:
            return "perhaps", namesakes[0]
        return "new", None


def _differ(one: str, other: str) -> bool:
    return bool(one and other) and one.casefold() != other.casefold()


def _conflict(one: Person, other: Person) -> bool:
    """Whether what both say cannot be true of one person."""
    companies = one.company and other.company and not same_company(one.company, other.company)
    return _differ(one.url, other.url) or _differ(one.email, other.email) or bool(companies)


def merged(kept: Person, other: Person) -> Person:
    """Fill what is empty in `kept` from `other`; nothing the user has is overwritten.

    >>> merged(Person(name="Dana Ruiz", relationship="friend"), Person(name="Dana Ruiz", company="Orbit")).company
    'Orbit'
    """
    filled = {
        name: getattr(other, name)
        for name in ("email", "company", "role", "industry", "introduced_by", "url", "school", "connected_on", "note")
        if not getattr(kept, name) and getattr(other, name)
    }
    if kept.comfort is None and other.comfort is not None:
        filled["comfort"] = other.comfort
    if other.connected and not kept.connected:
        filled["connected"] = True
    if kept.relationship == "acquaintance" != other.relationship:
        filled["relationship"] = other.relationship
    return replace(kept, **filled) if filled else kept


def united(kept: Person, other: Person) -> Person:
    """Everything that is known of two who are one person; where they differ, the other's stands in the note.

    >>> united(Person(name="Robert Smith", company="Acme"), Person(name="Bob Smith", company="Orbit")).note
    'Also: Bob Smith, Orbit'
    """
    names = ("name", "email", "company", "role", "industry", "url", "school")
    theirs = [getattr(other, name) for name in names if getattr(kept, name)]
    ours = {fold(getattr(kept, name)) for name in names}
    differ = ", ".join(value for value in theirs if value and fold(value) not in ours)
    both = merged(kept, other)
    notes = [kept.note, other.note if other.note != kept.note else "", f"Also: {differ}" if differ else ""]
    tags = tuple(dict.fromkeys((*kept.tags, *other.tags)))
    return replace(both, note="\n".join(filter(None, notes)), tags=tags)


def moved(kept: Person, other: Person) -> bool:
    """Whether what is newly known of somebody names another company.

    >>> moved(Person(name="Dana", company="Acme"), Person(name="Dana", company="Orbit"))
    True
    """
    return bool(kept.company and other.company) and not same_company(kept.company, other.company)


Directory = Sequence[tuple[str, str, str]]
"""Id, name and email of everybody."""


def meant(query: str, everybody: Directory) -> list[str]:
    """The ids of those whom an id, an email address, a name or the beginnings of its words mean; the best fits only.

    >>> meant("dan r", [("1", "Dana Ruiz", ""), ("2", "Dana Moss", "")])
    ['1']
    """
    wanted = fold(query)
    words = wanted.split()
    people = [(key, fold(name), email.casefold()) for key, name, email in everybody] if wanted else []
    exact = [key for key, name, email in people if wanted in {key.casefold(), email, name}]
    if exact:
        return exact
    alike = [(key, name.split()) for key, name, _ in people]
    alike = [(key, name) for key, name in alike if all(any(part.startswith(word) for part in name) for word in words)]
    return [key for key, name in alike if set(words) <= set(name)] or [key for key, _ in alike]


def nearest(query: str, everybody: Directory) -> list[str]:
    """The ids of the two names at most that look most like what was typed."""
    from rapidfuzz import fuzz, process

    names = {key: fold(name) for key, name, _ in everybody}
    found = process.extract(fold(query), names, scorer=fuzz.partial_ratio, limit=2, score_cutoff=70)
    return [key for _, _, key in found]
