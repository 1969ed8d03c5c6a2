"""The rows of people_set.py: who somebody is, what a source says about them, and how another source says it."""

import random
import tomllib
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import combinations
from pathlib import Path
from typing import Any

NAMES: dict[str, Any] = tomllib.loads(Path(__file__).with_name("people_names.toml").read_text(encoding="utf-8"))
LANGUAGES = {each["name"]: (each["first"].split(), each["last"].split()) for each in NAMES["languages"]}
NICK = {name: others.split(",") for name, _, others in (entry.partition(":") for entry in NAMES["nicknames"].split())}
SPELLINGS = {
    name: others.split(",") for name, _, others in (entry.partition(":") for entry in NAMES["spellings"].split())
}


def entries(key: str) -> list[str]:
    """Entries of several words, which stand between semicolons."""
    return [entry.strip() for entry in NAMES[key].split(";")]


LEGAL, ROLES = entries("legal_forms"), entries("roles")
GERMAN_WAY = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ø": "oe", "Ø": "Oe", "å": "aa", "Å": "Aa"}
)
BARE = str.maketrans({"ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "ß": "ss", "ı": "i", "æ": "ae", "Æ": "Ae", "đ": "d"})
LINKEDIN, PHONE = "Connections.csv", "phone.vcf"


@dataclass(frozen=True)
class Person:
    """Somebody of the made-up world, as they are."""

    number: int
    first: str
    last: str
    company: str
    before: str
    role: str
    private: str
    tel: str
    birth: str = ""
    work: str = ""
    trap: str = ""

    @property
    def url(self) -> str:
        """Their LinkedIn profile."""
        return f"https://www.linkedin.com/in/{plain(self.first)}-{plain(self.last)}-{self.number * 7919 % 99991:05x}"


@dataclass(frozen=True)
class Row:
    """What one source says about a person; `whole` where the name stands in one field."""

    source: str
    person: int
    first: str
    last: str
    company: str = ""
    role: str = ""
    emails: tuple[str, ...] = ()
    url: str = ""
    tel: str = ""
    whole: str = ""
    kind: str = "first row"

    @property
    def name(self) -> str:
        """The name as it reads in the file."""
        return self.whole or f"{self.first} {self.last}".strip()


def bare(text: str) -> str:
    letters = unicodedata.normalize("NFKD", text.translate(BARE))
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def plain(text: str) -> str:
    return "".join(letter for letter in bare(text).lower() if letter.isalnum())


def work_address(first: str, last: str, company: str, rng: random.Random) -> str:
    first, last, firm = plain(first), plain(last), plain(company)
    return rng.choice([f"{first}.{last}", f"{first[:1]}{last}", f"{first[:1]}.{last}"]) + f"@{firm}.example.com"


def firms(rng: random.Random) -> list[str]:
    heads, tails, trades = (NAMES[key].split() for key in ("firm_heads", "firm_tails", "trades"))
    names = rng.sample([head + tail for head in heads for tail in tails], 300)
    names = [name if rng.random() < 0.6 else f"{name} {rng.choice(trades)}" for name in names]
    return names + [
        f"{one} {other} {rng.choice(trades)}" for one, other in combinations(NAMES["firm_words"].split(), 2)
    ]


def otherwise(company: str, rng: random.Random) -> str:
    """The company as somebody else would write it."""
    legal = rng.choice(LEGAL)
    forms = [
        f"{company} {legal}",
        f"{company.upper()} {legal}",
        f"{company}, {legal}",
        company.upper(),
        company.lower(),
    ]
    if len(company.split()) == 3:
        forms.append("".join(word[0] for word in company.split()))
    return rng.choice([*forms, f"{company} - Berlin", f"{company} Group"])


def typo(word: str, rng: random.Random) -> str:
    at = rng.randrange(1, len(word) - 1)
    return rng.choice(
        [
            word[:at] + word[at + 1 :],
            word[:at] + word[at] + word[at:],
            word[: at - 1] + word[at] + word[at - 1].lower() + word[at + 1 :] if at > 1 else word + word[-1],
        ]
    )


def capitals(row: Row, _: Person, rng: random.Random) -> Row:
    write = rng.choice([str, str, str.upper, str.lower])
    return replace(row, first=write(row.first), last=write(row.last))


def company_otherwise(row: Row, person: Person, rng: random.Random) -> Row:
    return replace(row, company=otherwise(person.company, rng))


def nickname(row: Row, person: Person, rng: random.Random) -> Row:
    nick = rng.choice(NICK[person.first])
    return replace(row, first=f"{person.first} ({nick})" if rng.random() < 0.15 else nick)


def initials(row: Row, person: Person, rng: random.Random) -> Row:
    middle = f"{person.first} {rng.choice('ABCDEFGHJKLMPRST')}."
    return rng.choice(
        [replace(row, first=f"{person.first[0]}."), replace(row, first=middle), replace(row, last=f"{person.last[0]}.")]
    )


def accents(row: Row, _: Person, rng: random.Random) -> Row:
    write: Callable[[str], str] = rng.choice([bare, bare, lambda text: bare(text.translate(GERMAN_WAY))])
    return replace(row, first=write(row.first), last=write(row.last))


def titles(row: Row, _: Person, rng: random.Random) -> Row:
    after = [replace(row, last=f"{row.last}{title}") for title in (", MBA", ", PhD", " MBA, PMP", " 🚀", ", Ph.D.")]
    return rng.choice([*after, *(replace(row, first=f"{title} {row.first}") for title in ("Dr.", "Prof. Dr.", "Dr"))])


def order(row: Row, _: Person, rng: random.Random) -> Row:
    comma = replace(row, whole=f"{row.last}, {row.first}")
    return comma if row.source != LINKEDIN and rng.random() < 0.7 else replace(row, first=row.last, last=row.first)


def one_surname(row: Row, person: Person, rng: random.Random) -> Row:
    one, _, other = person.last.replace("-", " ").partition(" ")
    return replace(row, last=rng.choice([one, one, f"{one} {other}" if "-" in person.last else f"{one}-{other}"]))


def mistyped(row: Row, person: Person, rng: random.Random) -> Row:
    if rng.random() < 0.7 or len(person.first) < 5:
        return replace(row, last=typo(person.last, rng))
    return replace(row, first=typo(person.first, rng))


def transliterated(row: Row, person: Person, rng: random.Random) -> Row:
    return replace(row, first=rng.choice(SPELLINGS[person.first]))


def moved(row: Row, person: Person, rng: random.Random) -> Row:
    emails = (work_address(person.first, person.last, person.before, rng),) if person.work in row.emails else row.emails
    return replace(row, company=person.before, emails=emails, role=row.role if rng.random() < 0.5 else "")


def married(row: Row, person: Person, _: random.Random) -> Row:
    return replace(row, last=person.birth, emails=(person.private,))


def no_company(row: Row, person: Person, _: random.Random) -> Row:
    return replace(row, company="", role="", emails=tuple(email for email in row.emails if email != person.work))


def company_in_address(row: Row, person: Person, _: random.Random) -> Row:
    return replace(row, company="", emails=(person.work,))


def company_in_name(row: Row, person: Person, rng: random.Random) -> Row:
    form = rng.choice(["{} ({})", "{} {}", "{} - {}"])
    return replace(row, company="", whole=form.format(row.name, person.company))


Alter = Callable[[Row, Person, random.Random], Row]
KINDS: dict[Alter, int] = {  # percent of second rows; those that fit fewest people are handed out first
    married: 4, transliterated: 5, one_surname: 6, accents: 8, nickname: 10, initials: 8, moved: 6, no_company: 3,
    mistyped: 6, order: 6, titles: 7, company_in_address: 2, company_in_name: 1, company_otherwise: 13, capitals: 15,
}  # fmt: skip
MILD: tuple[Alter, ...] = (capitals, company_otherwise, nickname, initials, accents, titles, order, one_surname)
