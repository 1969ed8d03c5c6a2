"""The made threads: letters of ours, what comes back in the habits of six mail programs, and which letter it answers."""

import random
import unicodedata
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

from post import ME, NAME, Sample, encoded, letter, load, message, quoted

START = datetime(2026, 3, 2, 7, 30, tzinfo=UTC)
LETTER = "Dear {name},\n\nI came across your work and would like to understand how you got there.\nWould you have fifteen minutes for a call?\n\nRobin Ferrier\n"
NUDGE = "Dear {name},\n\njust in case my note got buried: would a short call be possible?\n\nRobin\n"


@dataclass(frozen=True)
class Program:
    """The habits of a mail program: prefix of a reply, form of its ids, quotation, headers of its own."""

    prefix: str
    ident: str
    quote: str
    headers: str


PROGRAMS = {
    "gmail": Program("Re: ", "<CA+{t}=w@mail.{house}>", "gmail", ""),
    "outlook": Program(
        "RE: ",
        "<{T}@EX01.{house}>",
        "outlook",
        "Thread-Topic: {topic}\nThread-Index: AdfG{t}==\nX-Mailer: Microsoft Outlook 16.0",
    ),
    "apple": Program("Re: ", "<{T}-4F2A-9C01@{house}>", "apple", "X-Mailer: Apple Mail (2.3774.600.62)"),
    "thunderbird": Program("Re: ", "<{t}-7b1e-11ef@{house}>", "thunderbird", "User-Agent: Mozilla Thunderbird"),
    "webmail": Program("Aw: ", "<trinity-{t}-1778@3c-app-{house}>", "gmail", "X-Priority: 3\nImportance: normal"),
    "phone": Program("Re: ", "<{T}.phone@{house}>", "phone", "X-Mailer: iPhone Mail (21F90)"),
}


@dataclass(frozen=True)
class Person:
    """Somebody made up."""

    first: str
    last: str
    house: str

    @property
    def name(self) -> str:
        """First and last name."""
        return f"{self.first} {self.last}"

    @property
    def local(self) -> str:
        """The part of the address before the @."""
        plain = unicodedata.normalize("NFKD", f"{self.first}.{self.last}".lower().replace("ø", "o").replace(" ", ""))
        return "".join(each for each in plain if each.isascii() and each != "'")

    def sender(self, kind: str) -> str:
        """What stands in From: the known address, a private one with the same name, or a bare private one."""
        if kind == "bare":
            return f"{self.local.split('.')[0]}77@post.example.net"
        address = f"{self.local.replace('.', '')}@home.example.net" if kind == "alias" else f"{self.local}@{self.house}"
        return f"{encoded(self.name)} <{address}>"


def threads(half: str) -> list[Sample]:
    """One sample for each incoming message; samples of one thread share their letters and the number in their name.

    The label: answers (Message-ID of a letter or None), person (address written to, or None), also (letters as right),
    possible (the evidence allows no more than showing it), touch (from a person written to, but no answer), spec and program.
    """
    data, rng = load(half, "threads"), random.Random(half)
    known: set[str] = set()  # nobody is written to in two threads, so that all threads may lie in one mailbox
    specs = [spec.split() for count, spec in data["rows"] for _ in range(count)]
    rng.shuffle(specs)
    return [sample for n, spec in enumerate(specs) for sample in _thread(half, n, spec, data, rng, known)]


def _people(letters: str, data: dict[str, Any], rng: random.Random, known: set[str]) -> list[Person]:
    """The person written to, a second one, and a colleague of the first."""
    houses = rng.sample(data["houses"], 2)
    if letters == "company":
        houses[1] = houses[0]
    while True:
        names = zip(rng.sample(data["firsts"], 3), rng.sample(data["lasts"], 3), strict=True)
        people = [Person(*name, house) for name, house in zip(names, [*houses, houses[0]], strict=True)]
        if not known & {each.name for each in people}:
            known |= {each.name for each in people[: 2 if letters in {"company", "twins"} else 1]}
            return people


def _thread(
    half: str, n: int, spec: list[str], data: dict[str, Any], rng: random.Random, known: set[str]
) -> list[Sample]:
    letters, sender, ids, _, answer = spec
    people = _people(letters, data, rng, known)
    when = START + timedelta(days=n // 2, hours=rng.randrange(8), minutes=rng.randrange(60))
    topics = rng.sample(data["subjects"], 2)
    if letters == "twins":
        topics[1] = topics[0]
    planned = [f"<thread.{half}.{n}.{each}@example.org>" for each in (1, 2)]
    written = [each.replace("@", ".real@") for each in planned] if ids == "learnt" else planned
    sent = [letter(people[0].sender("self"), topics[0], LETTER.replace("{name}", people[0].name), written[0], when)]
    second = when + timedelta(days=8 if letters == "nudge" else 0, minutes=9)
    if letters == "nudge":
        extra = f"In-Reply-To: {written[0]}\nReferences: {written[0]}"
        sent.append(
            letter(
                people[0].sender("self"),
                "Re: " + topics[0],
                NUDGE.replace("{name}", people[0].name),
                written[1],
                second,
                extra=extra,
            )
        )
    elif letters != "one":
        sent.append(
            letter(people[1].sender("self"), topics[1], LETTER.replace("{name}", people[1].name), written[1], second)
        )
    addressee = people[1 if sender == "second" else 0].name
    last = 1 if letters == "nudge" or answer.startswith("second") or sender == "second" else 0
    who = people[{"second": 1, "colleague": 2, "stranger": 2}.get(sender, 0)]
    if sender == "stranger":
        who = Person(who.first, who.last, "elsewhere.example.net")
    program = list(PROGRAMS)[n % 6]
    back = {
        "answered": written[last],
        "first": written[0],
        "topic": topics[last if letters != "nudge" else 0],
        "name": addressee,
    }
    at = second + timedelta(days=rng.randrange(1, 12), hours=rng.randrange(10))
    habits = PROGRAMS[program]
    if program == "outlook":
        habits = replace(habits, prefix=rng.choice(data["outlook"]))
    if sender == "early":
        at = when - timedelta(days=rng.randrange(2, 30))
    raws = _incoming(who, spec, habits, back, at, data, rng)
    label = _label(answer, written, people, letters)
    label |= {"spec": " ".join(spec), "program": program, "planned": planned[: len(sent)]}
    return [Sample("threads", f"{n:03}-{k}", raw, label, tuple(sent)) for k, raw in enumerate(raws, 1)]


def _label(answer: str, written: list[str], people: list[Person], letters: str) -> dict[str, Any]:
    which = {"first": 0, "second": 1, "nudge": 1}.get(answer.rstrip("?"))
    if which is None:
        return {"answers": None, "person": None, "also": [], "possible": False, "touch": answer == "touch"}
    person = people[0 if letters == "nudge" else which]
    also = [written[0]] if letters == "nudge" else []
    return {
        "answers": written[which],
        "person": f"{person.local}@{person.house}",
        "also": also,
        "possible": answer.endswith("?"),
        "touch": False,
    }


def _incoming(
    who: Person,
    spec: list[str],
    program: Program,
    back: dict[str, str],
    at: datetime,
    data: dict[str, Any],
    rng: random.Random,
) -> list[bytes]:
    letters, sender, ids, subject, _ = spec
    token = f"{rng.getrandbits(44):x}"
    topic = back["topic"]
    title = {
        "re": program.prefix + topic,
        "same": topic,
        "ext": f"[EXTERNAL] {program.prefix}{topic}",
        "fwd": f"{program.prefix}{'WG: ' if program.prefix == 'Aw: ' else 'Fwd: '}{topic}",
        "double": f"{program.prefix}Re: SV: {topic}",
        "cut": program.prefix + topic[:22].rstrip(),
        "changed": rng.choice(data["changed"]),
        "empty": "",
        "other": rng.choice(data["other"]),
    }[subject]
    foreign = subject == "other" or sender in {"stranger", "early"}
    bank = "other_texts" if foreign else "colleague_texts" if sender == "colleague" else "texts"
    text = rng.choice(data[bank])
    # only a real answer repeats the letter
    unquoted = ids == "foreign" or (ids == "none" and subject in {"other", "changed", "empty"})
    quote = "none" if unquoted or foreign else rng.choice([program.quote, program.quote, "none", "thunderbird"])
    if sender == "colleague" and subject == "fwd":
        quote = "outlook"
    asked = NUDGE if letters == "nudge" else LETTER
    end = quoted(text, quote, asked.replace("{name}", back["name"]), at - timedelta(days=2), who.name, topic)
    strange = f"<{token}.unknown@{who.house}>"
    chain = {
        "full": (back["answered"], f"{back['first']} {back['answered']}" if letters == "nudge" else back["answered"]),
        "learnt": (back["answered"], back["answered"]),
        "irt": (back["answered"], ""),
        "refs": ("", back["answered"]),
        "none": ("", ""),
        "foreign": (strange, strange),
        "replaced": (strange, strange),
        "chain": (strange, f"{back['answered']} {strange}"),
    }[ids]
    fields = [
        ("Message-ID", program.ident.replace("{t}", token).replace("{T}", token.upper()).replace("{house}", who.house)),
        ("Date", format_datetime(at)),
        ("From", who.sender(sender)),
        ("To", "news@lists.example.org" if sender == "list" else f"{NAME} <{ME}>"),
        ("Subject", encoded(title)),
        ("In-Reply-To", chain[0]),
        ("References", chain[1]),
    ]
    headers = program.headers.replace("{t}", token).replace(
        "{topic}", encoded(topic) if not unquoted else encoded(title)
    )
    in_list = "List-Id: <news.lists.example.org>\nList-Post: <mailto:news@lists.example.org>\nPrecedence: list"
    if sender == "list":
        return [message(fields, end, f"{headers}\n{in_list}".strip())]
    direct = message(fields, end, headers)
    if sender != "both":
        return [direct]
    copied = [(name, encoded(f"[News] {title}") if name == "Subject" else value) for name, value in fields]
    return [direct, message(copied, end, f"{headers}\n{in_list}".strip())]
