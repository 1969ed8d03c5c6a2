"""The one room that decides whether two records are the same person, two names the same company."""

import re
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Literal, TypeVar

from infoint.matching.names import agree, generation, has_another_family, is_the_same, may_stand_for, parts
from infoint.people import Person, fold

T = TypeVar("T", bound=Hashable)


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


def together(one: Person, other: Person) -> bool:
    """Whether two are at one company, as far as their companies or their addresses say so.

    >>> together(Person(name="A", company="Acme"), Person(name="B", email="b@acme.example.com"))
    True
    >>> together(Person(name="A", company="Acme"), Person(name="B", company="Acme Inc. - Berlin"))
    True
    """
    if one.company and other.company:
        firms = _firm(one.company), _firm(other.company)
        return firms[0] == firms[1] or _initials(firms[0]) == firms[1] or _initials(firms[1]) == firms[0]
    return _works_at(one.email, other.company) or _works_at(other.email, one.company)


@lru_cache(maxsize=1 << 16)
def _firm(company: str) -> str:
    """A company without what is said of its place or its group behind its name."""
    key = company_key(re.split(r"\s[-–—|]\s|\s\(", company)[0])
    return key.removesuffix(" group").removesuffix(" holding").removesuffix(" holdings") or key


def _initials(firm: str) -> str:
    """What a firm of three words or more may be called for short."""
    words = firm.split()
    return "".join(word[0] for word in words) if len(words) > 2 else ""


def workplaces(person: Person) -> set[str]:
    """Words by which those who may be at one company are found: its name, or the domain of their address.

    >>> workplaces(Person(name="A", company="Blue Union Ltd - Berlin"))
    {'blueunion'}
    >>> sorted(workplaces(Person(name="A", email="a@blueunion.com")))
    ['blueunion', 'com']
    """
    if person.company:
        return {*_squeezed(person.company), _initials(_firm(person.company))} - {""}
    words = fold(person.name).replace("-", " ").split()
    return {*_domain(person.email), *("".join(words[at:]) for at in range(2, len(words)))}


def _squeezed(company: str) -> list[str]:
    word = "".join(re.findall(r"[^\W_]+", _firm(company)))
    return [word] if word else []


def _domain(email: str) -> list[str]:
    return email.partition("@")[2].casefold().split(".") if email else []


def _works_at(email: str, company: str) -> bool:
    """Whether an address is at a company's own domain."""
    return bool(company and email) and bool({*_squeezed(company)} & {*_domain(email)})


def contradict(one: Person, other: Person) -> bool:
    """Whether what is known of two of one name cannot be true of one person.

    They have two profiles, two addresses at the company of one of them, or are junior and senior.
    """
    if _differ(one.url, other.url) or generation(one.name) != generation(other.name):
        return True
    domains = {person.email.partition("@")[2].casefold() for person in (one, other)}
    at_work = any(_works_at(one.email, company) for company in (one.company, other.company))
    return _differ(one.email, other.email) and len(domains) == 1 and at_work


def doubt(one: Person, other: Person) -> bool:
    """Whether two of one name at one company may well be two.

    Their roles have no word in common, an address is made of another family name, or they contradict.

    >>> doubt(Person(name="A", role="Chemist"), Person(name="A", role="Head of sales"))
    True
    """
    renamed = any(has_another_family(person.name, person.email) for person in (one, other))
    return contradict(one, other) or renamed or (bool(one.role and other.role) and not _one_role(one, other))


def _one_role(one: Person, other: Person) -> bool:
    words, others = (set(re.findall(r"\w+", fold(person.role))) for person in (one, other))
    return bool(words & others)


def is_usual(one: Person, other: Person, namesakes: Iterable[Person]) -> bool:
    """Whether two of one name at one company have so usual a name that their roles would have to agree, too.

    So it is when people at three other companies are called so (ours).
    """
    elsewhere = {company_key(person.company) for person in namesakes if not together(person, one)}
    return len(elsewhere - {""}) >= _USUAL and not _one_role(one, other)


_USUAL = 3


def _differ(one: str, other: str) -> bool:
    return bool(one and other) and one.casefold() != other.casefold()


Verdict = Literal["same", "perhaps", "new"]


class Known:
    """The people already known, for deciding about each one that comes in.

    The profile URL identifies; then the email address, unless it is under a name of somebody else;
    then the name with the company. That is sure only when nobody else may be meant: the verdict is
    "perhaps", and the caller decides when all have come in. So it is when a name is all that is
    known of one of two. Two people of one name with different URLs are two.
    """

    def __init__(self, people: Iterable[Person] = ()) -> None:
        self.by_id: dict[str, Person] = {}
        self._by_url: dict[str, Person] = {}
        self._by_email: dict[str, list[Person]] = {}
        self._by_name: dict[tuple[str, ...], list[Person]] = {}
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
            _put(self._by_email, person.email.casefold(), person)
        self._unnamed.append(person)

    def named(self, name: str) -> list[Person]:
        """Everybody known by that name."""
        for person in self._unnamed:  # whoever came in since the last look: most imports never look
            _put(self._by_name, parts(person.name), person)
        self._unnamed.clear()
        return self._by_name.get(parts(name), [])

    def decide(self, person: Person) -> tuple[Verdict, Person | None]:
        """Who of those known this is: the same, perhaps the same, or new.

        >>> known = Known([Person(id="1", name="Dana Ruiz", company="Orbit Inc")])
        >>> known.decide(Person(name="dana ruiz", company="Orbit"))[0]
        'perhaps'
        >>> known.decide(Person(name="Dana Ruiz"))[0], known.decide(Person(name="Dana Ruiz", company="Acme"))[0]
        ('perhaps', 'new')
        """
        if person.url and (found := self._by_url.get(person.url.casefold())):
            return "same", found
        for other in self._by_email.get(person.email.casefold(), ()) if person.email else ():
            if not _differ(other.url, person.url) and may_stand_for(other.name, person.name):
                return "same", other
        if person.url and self._all_have_urls:
            return "new", None  # two profiles are two people, whatever their names
        alike = self.alike(person)
        return ("perhaps", alike[0]) if alike else ("new", None)

    def alike(self, person: Person) -> list[Person]:
        """Those of that name at that company; else the only one of that name, when a name is all one knows of one."""
        namesakes = [other for other in self.named(person.name) if agree(other.name, person.name) == "equal"]
        if here := [other for other in namesakes if together(other, person)]:
            return here
        if is_bare(person) and (bare := [other for other in namesakes if is_bare(other)]):
            return bare[:1]
        is_only_one = len(namesakes) == 1 and is_the_same(namesakes[0].name, person.name)
        return namesakes if is_only_one and (is_bare(person) or is_bare(namesakes[0])) else []


def _put(index: dict[T, list[Person]], key: T, person: Person) -> None:
    alike = index.get(key)
    index[key] = [person] if alike is None else [*(p for p in alike if p.id != person.id), person]


def is_bare(person: Person) -> bool:
    """Whether a name is all that is known of somebody."""
    return not (person.company or person.url or person.email)


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
