"""A made-up set of 2,000 people in three sources with 600 true duplicates, to measure who is taken for whom.

python benchmarks/people_set.py DIR            # the set of seed 1: LinkedIn, phone, Google contacts
python benchmarks/people_set.py DIR --seed 2   # the set of seed 2: LinkedIn, phone, a tracker kept by hand

Who: written from what users' files look like, by somebody who had not seen how people are matched; the seeds 1 and 2
are public. How: every person of a made-up world gets a name from one of twelve languages, one of about 330 firms, a
role, a work and a private address and a profile. 1,520 people have one row, 420 have two and 60 have three: 420 + 3 *
60 = 600 pairs of rows of one person. `truth.csv` has a line for each row that is a person: file, row (the line of a
.csv, the card of a .vcf), name, company, url and email as written there, who it is, and how the row was altered.

Sources, as people have them: LinkedIn with its preamble, an email in 3% of rows, some closed accounts (only a date;
not in the truth); a phone's vCards, four in ten without a firm; Google's new header or a tracker with a title row. Of
two-row people 45% are in LinkedIn and the phone, 30% in LinkedIn and the third file, 15% in phone and third file, 10%
twice in one file.

Shares among the second rows of people (KINDS): alike but for capitals 15%, company otherwise 13% ("Acme", "ACME
GmbH", "Acme - Berlin"), nickname 10%, initials 8% ("R. Miller", "Robert M."), accents lost 8%, titles 7%, order 6%
("Park, Ada"), double surname 6%, typo 6%, transliteration 5%, moved to another firm 6%, married name with the same
email 4%, no company at all 3%, company only in the address 2%, company inside the name 1%. Whatever the kind, a third
also write the company otherwise; work and private addresses are drawn anew for each row. People with three rows have
the milder kinds only. No pair is left without a trace: both rows show the firm, an address or the profile, or else a
full name that nobody else has (moved, no company).

Traps, 190 people who are not each other: 48 with one of twelve common names at different firms, 28 with one name at
one firm (two profiles, or two work addresses in one file, other roles; four of them have a second row that shows
their role), 20 fathers and sons at one firm (Jr., Sr.), 24 siblings and couples at one firm (Paul and Paula), 24 in
families with one email address, 30 behind an info@ address, 16 of one name at Acme and at Acmeon. 20 of the 48 have a
second row at the same firm.
"""

import argparse
import csv
import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import combinations
from pathlib import Path

from people_rows import (
    KINDS,
    LANGUAGES,
    LINKEDIN,
    MILD,
    NAMES,
    NICK,
    PHONE,
    ROLES,
    SPELLINGS,
    Alter,
    Person,
    Row,
    accents,
    bare,
    capitals,
    company_in_name,
    company_otherwise,
    entries,
    firms,
    initials,
    married,
    mistyped,
    nickname,
    one_surname,
    plain,
    transliterated,
    work_address,
)

ONE_EMAIL = {LINKEDIN, "tracker.csv"}


class World:
    """The people and their rows, drawn from one seed."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self.third = "google.csv" if seed % 2 else "tracker.csv"
        self.firms = firms(self.rng)
        self.people: list[Person] = []
        self.rows: list[Row] = []
        self.traps()
        ordinary = self.ordinary(2_000 - len(self.people))
        self.repeat(ordinary)

    def person(self, first: str, last: str, **known: str) -> Person:
        """Somebody new, with what is `known` of them."""
        rng, number = self.rng, len(self.people) + 1
        there = {person.company for person in self.people if (person.first, person.last) == (first, last)}
        company = known.pop("company", "") or rng.choice(self.firms)
        while known.get("trap") == "common name" and company in there:
            company = rng.choice(self.firms)  # as the page above says: at different firms
        before = rng.choice([firm for firm in self.firms if firm != company])
        role = rng.choice(ROLES)
        host = rng.choice(["example.org", "example.com"])
        own = f"{plain(first)}{rng.choice(['.', '', '_'])}{plain(last)}{rng.randrange(60, 100)}.{number}@{host}"
        facts = {"role": role, "private": own, "work": work_address(first, last, company, rng), **known}
        tel = f"+1 555 {number:04d} {rng.randrange(100):02d}"
        self.people.append(Person(number, first, last, company, before, tel=tel, **facts))
        return self.people[-1]

    def add(
        self,
        person: Person,
        source: str,
        *,
        sure: bool = True,
        alter: Alter | None = None,
        **shown: str | tuple[str, ...],
    ) -> None:
        """A row of a person; `sure` rows show the company, others as often as such files do."""
        rng = self.rng
        chances = {LINKEDIN: (0.0, 0.03), PHONE: (0.35, 0.35)}.get(source, (0.55, 0.3))
        emails = tuple(
            email for email, chance in zip((person.work, person.private), chances, strict=True) if rng.random() < chance
        )
        has_firm = sure or source != PHONE or rng.random() < 0.6
        role = person.role if source == LINKEDIN or rng.random() < 0.3 else ""
        shows_url = source == LINKEDIN or (source == "tracker.csv" and rng.random() < 0.25)
        row = Row(source, person.number, person.first, person.last, person.company if has_firm else "", role, emails,
                  person.url if shows_url else "", person.tel if source != "tracker.csv" else "")  # fmt: skip
        if alter:
            if rng.random() < 0.35:
                row = company_otherwise(row, person, rng)
            row = replace(alter(row, person, rng), kind=alter.__name__)
        self.rows.append(replace(row, **shown))  # type: ignore[arg-type]

    def any_source(self) -> str:
        """The one file in which most people stand."""
        return self.rng.choices([LINKEDIN, PHONE, self.third], [62, 20, 18])[0]

    def two_sources(self) -> list[str]:
        """The files of somebody's first and second row."""
        both = [
            (LINKEDIN, PHONE),
            (LINKEDIN, self.third),
            (PHONE, self.third),
            (PHONE, PHONE),
            (self.third, self.third),
        ]
        return self.rng.sample(chosen := self.rng.choices(both, [45, 30, 15, 7, 3])[0], len(chosen))

    def traps(self) -> None:
        """People who are easily taken for each other."""
        rng, common = self.rng, [name.split() for name in entries("common")]
        for first, last in common * 4:
            person = self.person(first, last, trap="common name")
            self.add(person, self.any_source())
            if person.number % 12 < 5:  # 20 of 48 have a second row at the same firm
                self.add(person, rng.choice([PHONE, self.third]), alter=rng.choice([capitals, company_otherwise]))
        for turn in range(14):
            first, last = common[turn % len(common)]
            self.one_name_one_firm(first, last, twice_linkedin=turn < 8, again=turn < 4)
        self.families()
        for turn, pair in enumerate(NAMES["firms_alike"].split()):
            for firm, source in zip(pair.split("/"), (LINKEDIN, rng.choice([PHONE, self.third])), strict=True):
                self.add(self.person(*common[turn], company=firm, trap="firms alike"), source)

    def one_name_one_firm(self, first: str, last: str, *, twice_linkedin: bool, again: bool) -> None:
        """Two people of one name at one firm, whom one file shows to be two."""
        firm, source = self.rng.choice(self.firms), LINKEDIN if twice_linkedin else self.rng.choice([PHONE, self.third])
        for turn, role in enumerate(self.rng.sample(ROLES, 2)):
            work = f"{plain(first)}.{plain(last)}{turn + 1 if turn else ''}@{plain(firm)}.example.com"
            person = self.person(first, last, company=firm, role=role, work=work, trap="one name, one firm")
            self.add(person, source, role=role, emails=() if twice_linkedin else (work,))
            if again and not turn:
                self.add(person, PHONE, role=role, emails=(person.private,), kind="role tells")

    def families(self) -> None:
        """Fathers and sons, siblings, couples with one address, and colleagues behind info@."""
        rng = self.rng
        lasts = rng.sample(LANGUAGES["English"][1] + LANGUAGES["German"][1], 34)
        for turn in range(10):
            first, firm = rng.choice(["John", "Peter", "Henry", "Walter", "George"]), f"{lasts[turn]} & Sons"
            young, old = rng.choice([(" Jr.", ""), ("", " Sr."), (" jr", "")])
            for ending, source in zip((young, old), rng.sample([LINKEDIN, PHONE, self.third], 2), strict=True):
                self.add(self.person(first, lasts[turn] + ending, company=firm, trap="father and son"), source)
        for turn, pair in enumerate(NAMES["names_alike"].split()):
            firm = rng.choice(self.firms)
            for first, source in zip(pair.split("/"), rng.sample([LINKEDIN, PHONE, self.third], 2), strict=True):
                self.add(self.person(first, lasts[10 + turn], company=firm, trap="names alike"), source)
        for turn in range(12):
            home = f"family.{plain(lasts[22 + turn])}{turn}@example.org"
            for first in rng.sample(LANGUAGES["English"][0], 2):
                someone = self.person(first, lasts[22 + turn], private=home, trap="family address")
                self.add(someone, rng.choice([PHONE, self.third]), sure=False, emails=(home,))
        for firm in rng.sample(self.firms, 10):
            info = f"{rng.choice(['info', 'office', 'hello'])}@{plain(firm)}.example.com"
            for first in rng.sample(LANGUAGES["English"][0], 3):
                someone = self.person(first, rng.choice(LANGUAGES["English"][1]), company=firm, work=info, trap="info@")
                self.add(someone, rng.choice([PHONE, self.third]), emails=(info,))

    def ordinary(self, count: int) -> list[Person]:
        """People with a full name that nobody else has."""
        rng, made = self.rng, []
        taken = {plain(person.first + person.last) for person in self.people}
        weights = [9, 4, 4, 2, 2, 2, 2, 2, 2, 1, 1, 1]
        while len(made) < count:
            firsts, lasts = rng.choices(list(LANGUAGES.values()), weights)[0]
            first, (last, birth) = rng.choice(firsts), rng.sample(lasts, 2)
            if rng.random() < (0.5 if "Núñez" in lasts else 0.06):
                last += (" " if "Núñez" in lasts else "-") + rng.choice([other for other in lasts if other != last])
            if plain(first + last) not in taken:
                taken.add(plain(first + last))
                made.append(self.person(first, last, birth=birth))
        return made

    def repeat(self, ordinary: list[Person]) -> None:
        """Rows of ordinary people: 60 in all three sources, 396 twice (24 more among the traps), the others once."""
        self.crowd = Counter((p.company, p.first[0], p.last[0]) for p in self.people)
        waiting = self.rng.sample(ordinary, len(ordinary))
        wanted = [kind for kind, percent in KINDS.items() for _ in range(round(3.96 * percent))]
        for kind in (wanted + [capitals] * 396)[:396]:
            person = next(person for person in waiting if self.fits(kind, person))
            waiting.remove(person)
            self.twice(person, kind)
        for person in waiting[:60]:
            self.add(person, LINKEDIN)
            for source in (PHONE, self.third):
                self.add(person, source, alter=self.rng.choice([kind for kind in MILD if self.fits(kind, person)]))
        for person in waiting[60:]:
            self.add(person, self.any_source(), sure=False)

    def fits(self, kind: Alter, person: Person) -> bool:
        """Whether somebody's name can be altered so."""
        alone = self.crowd[person.company, person.first[0], person.last[0]] == 1
        tests: dict[Alter, bool] = {
            transliterated: person.first in SPELLINGS, nickname: person.first in NICK, initials: alone,
            one_surname: " " in person.last or ("-" in person.last and not person.last.startswith(("Al-", "El-"))),
            mistyped: len(person.last) > 3,
            accents: bare(person.first + person.last) != person.first + person.last,
        }  # fmt: skip
        return tests.get(kind, True)

    def twice(self, person: Person, kind: Alter) -> None:
        """A plain row and an altered one."""
        one, other = self.two_sources()
        while kind is company_in_name and other == LINKEDIN:
            one, other = self.two_sources()
        if kind is married:
            self.add(person, one, emails=(person.private,))
        else:
            self.add(person, one)
        self.add(person, other, alter=kind)

    def told(self, row: Row, at: int) -> dict[str, str]:
        """A line of the truth."""
        emails = row.emails[: 1 if row.source in ONE_EMAIL else 2]
        shown = {"name": row.name, "company": row.company, "url": row.url, "email": " ".join(emails)}
        known = {"person": str(row.person), "kind": row.kind, "trap": self.people[row.person - 1].trap}
        return {"source": row.source, "row": str(at), **shown, **known}


def cards(rows: Iterable[Row]) -> str:
    def safe(text: str) -> str:
        return text.replace("\\", "\\\\").replace(",", "\\,").replace(";", "\\;")

    def card(row: Row) -> Iterator[str]:
        yield from ("BEGIN:VCARD", "VERSION:3.0")
        yield f"N:;{safe(row.whole)};;;" if row.whole else f"N:{safe(row.last)};{safe(row.first)};;;"
        yield f"FN:{safe(row.name)}"
        yield from (f"{label}:{safe(value)}" for label, value in (("ORG", row.company), ("TITLE", row.role)) if value)
        yield from (f"item{number}.EMAIL;TYPE=INTERNET:{email}" for number, email in enumerate(row.emails, 1))
        yield from (f"TEL;TYPE=CELL:{row.tel}", "END:VCARD")

    return "".join(line + "\r\n" for row in rows for line in card(row))


def linkedin(rows: list[Row], rng: random.Random) -> list[list[str]]:
    def day() -> str:
        return f"{rng.randrange(1, 29)} {rng.choice(['Jan', 'Mar', 'May', 'Jul', 'Oct'])} {rng.randrange(2012, 2026)}"

    note = "When exporting your connection data, you may notice that some of the email addresses are missing."
    return [
        ["Notes:"],
        [note],
        [],
        ["First Name", "Last Name", "URL", "Email Address", "Company", "Position", "Connected On"],
        *([r.first, r.last, r.url, "".join(r.emails[:1]), r.company, r.role, day()] for r in rows),
        *([*[""] * 6, day()] for _ in range(25)),
    ]


def google(rows: list[Row]) -> list[list[str]]:
    head = (
        "First Name,Middle Name,Last Name,Nickname,Organization Name,Organization Title,Birthday,Notes,Labels,"
        "E-mail 1 - Label,E-mail 1 - Value,E-mail 2 - Label,E-mail 2 - Value,Phone 1 - Label,Phone 1 - Value"
    )

    def line(row: Row) -> list[str]:
        first, last = (row.whole, "") if row.whole else (row.first, row.last)
        one, other = (*row.emails, "", "")[:2]
        known = [first, "", last, "", row.company, row.role, "", "", "* myContacts ::: Work"]
        return [*known, "* Work", one, "Other", other, "Mobile", row.tel]

    return [head.split(","), *map(line, rows)]


def tracker(rows: list[Row], rng: random.Random) -> list[list[str]]:
    day = {"": "", "Not started": "", "Contacted": "2026-03-02", "Replied": "2026-03-09", "Met": "2026-04-01"}
    table = [["My networking tracker"], [], ["Name", "Company", "Title", "Email", "LinkedIn", "Status", "Last contact"]]
    for row in rows:
        status = rng.choice(list(day))
        table.append([row.name, row.company, row.role, "".join(row.emails[:1]), row.url, status, day[status]])
    return table


def write(world: World, folder: Path) -> list[dict[str, str]]:
    """The three files and their truth; gives the lines of the truth."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = defaultdict(list)
    for row in world.rng.sample(world.rows, len(world.rows)):
        rows[row.source].append(row)
    third = google(rows["google.csv"]) if world.third == "google.csv" else tracker(rows["tracker.csv"], world.rng)
    for name, table in ((LINKEDIN, linkedin(rows[LINKEDIN], world.rng)), (world.third, third)):
        with (folder / name).open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(table)
    (folder / PHONE).write_text(cards(rows[PHONE]), encoding="utf-8", newline="")
    above = {LINKEDIN: 4, "tracker.csv": 3, "google.csv": 1}
    truth = [world.told(row, at) for name in rows for at, row in enumerate(rows[name], 1 + above.get(name, 0))]
    with (folder / "truth.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(truth[0]))
        writer.writeheader()
        writer.writerows(truth)
    return truth


def true_pairs(truth: Iterable[dict[str, str]]) -> set[frozenset[tuple[str, str]]]:
    """Every two rows, as (source, row), that are one person."""
    of_person = defaultdict(list)
    for line in truth:
        of_person[line["person"]].append((line["source"], line["row"]))
    return {frozenset(pair) for rows in of_person.values() for pair in combinations(rows, 2)}


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument(
        "--seed", type=int, default=1, help="1 and 2 are the public ones; odd: Google contacts, even: a tracker"
    )
    given = parser.parse_args()
    truth = write(World(given.seed), given.folder)
    people, pairs = len({line["person"] for line in truth}), len(true_pairs(truth))
    print(f"{people:,} people in {len(truth):,} rows, {pairs} true duplicates")
    print(f"rows: {dict(Counter(line['source'] for line in truth))}")
    print(f"second rows: {dict(Counter(line['kind'] for line in truth if line['kind'] != 'first row').most_common())}")
    print(f"rows in traps: {dict(Counter(line['trap'] for line in truth if line['trap']))}")


if __name__ == "__main__":
    main()
