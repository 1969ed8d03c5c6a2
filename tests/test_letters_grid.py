"""Every letter there is, in every language, with every choice of what is known: none has a gap or breaks a rule."""

import re
from itertools import combinations

import pytest

from infoint import templates
from infoint.errors import MissingFact
from infoint.events import Standing
from infoint.letters.checks import checks
from infoint.letters.render import FACTS, Letter, load, names, render, words
from infoint.people import RELATIONSHIPS, WARM, Person

LANGUAGES = ("en", "de")
WAYS = ("", "-linkedin", "-note", "-premium", "-phone")
FIRST = [f"outreach/{letter}{way}" for letter in ("warm", "cold", "introduced") for way in WAYS]
LATER = {
    *("nudge/gentle", "reply/day", "reply/no", "confirm/day-before", "thanks/note", "news/introducer"),
    *("update/progress", "update/keep-in-touch", "update/landed", "outreach/story"),
}
ALL = [(language, name) for language in LANGUAGES for name in names(language)]
ALWAYS = {"first_name": "Dana", "name": "Dana Ruiz", "my_name": "Robin Vega", "my_first_name": "Robin", "minutes": "20"}
GAP = re.compile(r"  |\n\n\n|^\s|\s$| \n|\n | [.,;:?!]|[.,;:?!]{2}|([.,;:])[^\s\w“\"\d]|\"\"|„“|\(\)|[{}%]|\bNone\b|  ")
GREETING = {"en": r"(Hi|Hello) Dana\b", "de": r"(Hallo Dana|Guten Tag Dana Ruiz)\b"}
OF_THEM = {"en": r"(?i)\b(you|your|we)\b", "de": r"\b(Du|Dich|Dir|Dein\w*|Sie|Ihnen|Ihr\w*|[Ww]ir|[Uu]ns\w*)\b"}
JOB = {
    "en": r"\b(jobs?|vacanc\w+|résumé|resume|cv|referral|hiring|recruit\w*|opening|apply|position)\b",
    "de": r"\b(jobs?|stellen?\w*|bewerb\w*|lebenslauf|cv|vakanz\w*|einstell\w*|empfehl\w*|praktik\w*)\b",
}
DIRECTIONS = {"en": "\n\nIf it's a bad moment", "de": "\n\nWenn es gerade schlecht passt"}


def source(language, name):
    return re.sub(r"\{#.*?#\}", "", templates.read(f"letters/{language}/{name}.j2"))


def known(relationship, told=()):
    """The facts of somebody, with those `told` beside what is always known."""
    close = {"close": "yes" if relationship in WARM else ""}
    signed = {"signature": "Robin" if relationship in {"friend", "family"} else "Robin Vega"}
    return dict.fromkeys(FACTS, "") | ALWAYS | close | signed | {"relationship": relationship} | dict(told)


def every_choice(language, name):
    """The facts for every relationship the letter tells apart, with every choice of those that it speaks of."""
    text, example = source(language, name), words(language)["example"]
    spoken = [fact for fact in example if re.search(rf"\b{fact}\b", text)]
    relationships = RELATIONSHIPS if "relationship" in text else ("friend", "classmate", "stranger")
    for relationship in relationships:
        for size in range(len(spoken) + 1):
            for chosen in combinations(spoken, size):
                yield known(relationship, {fact: example[fact] for fact in chosen})


def said_aloud(language, body):
    """What is said to them: a phone script without its directions."""
    return body.split(DIRECTIONS[language])[0]


def written(loaded, subject, body, to="d@example.com"):
    told = {"subject": subject, "body": body, "channel": loaded.channel, "most_words": loaded.most_words}
    return Letter(person=Person(name="Dana Ruiz"), template=loaded.name, to=to, **told)


def test_the_grid_is_whole_and_the_same_in_every_language():
    for language in LANGUAGES:
        assert set(names(language)) == {*FIRST, *LATER}


def test_every_fact_has_an_example_in_every_language():
    derived = {"relationship", "close", "signature"}
    for language in LANGUAGES:
        assert set(ALWAYS) | set(words(language)["example"]) | derived == set(FACTS)


@pytest.mark.parametrize(("language", "name"), ALL)
def test_a_letter_has_its_channel_its_limit_and_a_line_about_its_use(language, name):
    loaded = load(name, language)
    way = name.rpartition("-")[2]
    expected = {"linkedin": "linkedin", "note": "linkedin-note", "premium": "linkedin-note", "phone": "phone"}
    assert loaded.channel == expected.get(way, "email")
    assert loaded.most_characters == {"note": 200, "premium": 300}.get(way, 0)
    assert len(loaded.use.split()) >= 3
    assert len(loaded.use) <= 33
    assert loaded.most_words <= 100


@pytest.mark.parametrize(("language", "name"), ALL)
def test_no_letter_has_a_gap_or_breaks_a_rule_whatever_is_missing(language, name):
    loaded, count = load(name, language), 0
    s = Standing(unanswered=1) if name.startswith("nudge/") else Standing()
    for facts in every_choice(language, name):
        if name.startswith("outreach/introduced") and not facts["introducer"]:
            with pytest.raises(MissingFact, match="who introduced them"):
                render(loaded, facts)
            continue
        count += 1
        subject, body = render(loaded, facts)
        assert checks(written(loaded, subject, body), s) == (), (subject, body)
        assert GAP.search(body) is None, (GAP.search(body), body)
        assert re.match(GREETING[language], body), body
        assert bool(subject) == (loaded.channel == "email")
        assert subject == " ".join(subject.split())
        assert not loaded.most_characters or len(body) <= loaded.most_characters
        if loaded.channel == "email":
            assert body.endswith(f"\n{facts['signature']}") or (language == "de" and body.endswith("\nRobin Vega"))
            assert body.count("\n\n") >= 2
        if name.startswith("outreach/"):
            keeps_the_rules_of_a_first_letter(language, body)
    assert count > 0


def keeps_the_rules_of_a_first_letter(language, body):
    said = said_aloud(language, body)
    assert said.count("?") == 1, body
    assert len(body.split()) <= 100, (len(body.split()), body)
    assert not re.search(JOB[language], body, re.IGNORECASE), body
    sentences = re.findall(r"[^.?!]+[.?!]", said)
    about_them = [one for one in sentences if re.search(OF_THEM[language], one)]
    assert sum(len(one.split()) for one in about_them) > sum(len(one.split()) for one in sentences) / 2, body


@pytest.mark.parametrize("relationship", RELATIONSHIPS)
@pytest.mark.parametrize("name", names("de"))
def test_german_says_du_to_the_close_and_sie_to_all_others(name, relationship):
    """But for the letters that are only for the one or the other, when they are chosen for somebody else."""
    told = words("de")["example"]
    subject, body = render(load(name, "de"), known(relationship, told | {"subject_before": ""}))
    text = f"{subject}\n{said_aloud('de', body)}"
    close = relationship in WARM
    if "warm" in name or "story" in name:
        close = True
    elif "cold" in name:
        close = False
    du, sie = re.findall(r"\b(?:Du|Dich|Dir|Dein\w*)\b", text), re.findall(r"\b(?:Sie|Ihnen|Ihr\w*)\b", text)
    assert bool(du) == close, text
    assert bool(sie) != close, text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", [name for name in FIRST if "introduced" not in name])
def test_a_first_letter_begins_with_what_connects(language, name):
    """Of the closeness the letter is for, each relationship has an opening of its own."""
    whom = WARM if "warm" in name else {"alum", "acquaintance", "stranger"}
    openings = {re.split(r"\n\n|(?<=[^.?!])[.?!] ", render(load(name, language), known(who))[1])[1] for who in whom}
    assert len(openings) == len(whom) or name.endswith(("-note", "-premium"))
    bodies = {render(load(name, language), known(who))[1] for who in whom}
    assert len(bodies) == len(whom)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", [name for name in FIRST if name.endswith(("-note", "-premium"))])
@pytest.mark.parametrize("length", [1, 20, 60, 120])
def test_an_invitation_keeps_to_its_characters_however_long_the_facts_are(language, name, length):
    loaded, long = (
        load(name, language),
        dict.fromkeys(("company", "role", "industry", "school", "exploring"), "x" * length),
    )
    _, body = render(loaded, known("classmate", long | {"introducer": "Ada Park"}))
    assert len(body) <= loaded.most_characters
    assert GAP.search(body) is None, body
    assert length > 20 or "x" * length in body


def test_an_invitation_leaves_out_only_what_it_must():
    told = {
        "company": "Orbit Labs",
        "exploring": "the supply chains of grid batteries and what they need to grow up fast",
    }
    _, body = render(load("outreach/warm-note"), known("friend", told))
    assert "Orbit Labs" in body
    assert "supply chains" not in body


def test_every_letter_tells_what_it_was_given():
    """What the later letters are for stands in them: what was said, promised, agreed, proposed, whom they named."""
    for name, told in {
        "thanks/note": ("said", "advice", "promise", "met_on"),
        "reply/day": ("times",),
        "confirm/day-before": ("meeting_on", "place"),
        "news/introducer": ("about", "news"),
        "update/progress": ("advice", "news"),
        "update/landed": ("landed", "advice"),
    }.items():
        for language in LANGUAGES:
            example = words(language)["example"]
            body = render(load(name, language), known("friend", example))[1]
            assert [fact for fact in told if example[fact] not in body] == []
