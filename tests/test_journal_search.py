"""The search finds what was written down, follows the journal whole, and takes whatever is typed."""

import json
import warnings
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from infoint.campaign import Campaign
from infoint.debrief import Debrief
from infoint.errors import InfointError
from infoint.journal import Journal, search
from infoint.people import Person, Profile

AT = datetime(2025, 3, 3, 9, tzinfo=UTC)


def made(path=":memory:", step=timedelta(minutes=1)):
    moments = iter(AT + step * n for n in range(100_000))
    return Campaign(path, create=True, clock=lambda: next(moments))


@pytest.fixture(scope="module")
def season():
    campaign = made()
    campaign.add(Person(name="Dana Ruiz", company="Acme Robotics", role="Engineer", tags=("solar", "mentor")))
    campaign.add(Person(name="Zoë Müller", company="Orbit", note="knows everybody in Łódź"))
    campaign.log("dana", "note", note="The waiting line for batteries. Line of waiting people.")
    campaign.log("zoë", "note", note="the line is a waiting game; Café Société")
    campaign.log("dana", "promised", text="send the heat-pump article")
    campaign.debrief(
        "zoë",
        Debrief(
            notes="Battery supply is what they worry about.\n## Fit\n<script>alert(1)</script>",
            learnt=("Recruiting companies are slow",),
            answers={"path-to-here": "she walked through marketing"},
            surprised="no uniforms",
            advice="read annual reports",
            why={"role": "boring lunches"},
            fit={"role": 3},
            lead="opening in Lisbon",
            promises=("bring umbrellas",),
        ),
    )
    with campaign:
        yield campaign


def found(campaign, words):
    return [(hit.person.first_name, hit.what) for hit in campaign.search(words)]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("battery", {("Dana", "noted"), ("Zoë", "debrief")}),
        ("BATTERIES worried", {("Zoë", "debrief")}),
        ("recruits company slow", {("Zoë", "debrief")}),
        ("batt*", {("Dana", "noted"), ("Zoë", "debrief")}),
        ("cafe societe", {("Zoë", "noted")}),
        ("Cafe\u0301", {("Zoë", "noted")}),
        ("muller", {("Zoë", "person")}),
        ('"waiting line"', {("Dana", "noted")}),
        ('"waiting line', {("Dana", "noted")}),
        ("waiting line", {("Dana", "noted"), ("Zoë", "noted")}),
        ("waiting person:zoe", {("Zoë", "noted")}),
        ("waiting company:acme", {("Dana", "noted")}),
        ('waiting COMPANY:"acme robotics"', {("Dana", "noted")}),
        ("company:orbit", {("Zoë", "noted"), ("Zoë", "debrief"), ("Zoë", "person"), ("Zoë", "lead_found"),
                           ("Zoë", "promise_made")}),
        ("company:acme company:orbit", set()),
        ("umbrellas OR mentor", {("Zoë", "promise_made"), ("Dana", "person")}),
        ("OR umbrellas AND OR", {("Zoë", "promise_made")}),
        ("heat-pump", {("Dana", "promise_made")}),
        ("marketing", {("Zoë", "debrief")}),
        ("uniforms", {("Zoë", "debrief")}),
        ("annual", {("Zoë", "debrief")}),
        ("lunches", {("Zoë", "debrief")}),
        ("Lisbon", {("Zoë", "lead_found")}),
        ("engineer", {("Dana", "person")}),
        ("nothing of the kind", set()),
        ("", set()),
        ('"()*^-', set()),
        ("person:", set()),
    ],
)  # fmt: skip
def test_words_are_found_in_every_form_and_place(season, words, expected):
    hits = found(season, words)
    assert set(hits) == expected
    assert len(hits) == len(expected)


def test_a_hit_says_who_when_and_shows_the_words_marked(season):
    (hit,) = season.search('"waiting line"')
    assert (hit.person, hit.when, hit.what) == (season.find("dana"), AT.date(), "noted")
    assert hit.snippet == "The «waiting line» for batteries. Line of waiting people."


def test_the_best_come_first_and_notes_before_who_somebody_is():
    with made() as campaign:
        campaign.add(Person(name="Dana Ruiz", company="Acme", note="solar"))
        campaign.add(Person(name="Ada Park"))
        campaign.log(
            "ada", "note", note="a long walk, much rain, one word of solar, and the rest about bread and ducks"
        )
        campaign.log("ada", "note", note="solar, solar, solar")
        assert [hit.snippet[:10] for hit in campaign.search("solar")] == ["«solar», «", "a long wal", "Dana Ruiz,"]
        assert len(campaign.search("solar", limit=2)) == 2


ODD = '" OR AND NOT NEAR(a_b,2) col:x person: company:" a* * ^a -- text:a {text}:a a\0b battery \' 1=1 ;'
TYPED = st.one_of(
    st.text(max_size=40),
    st.text("\"*():^-+{}~ aORANDNEARperson:company:\0\ud800\u0301李🌱'\\;", max_size=40),
    st.lists(st.sampled_from(ODD.split(" ")), max_size=90).map(" ".join),
)


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(TYPED)
def test_nothing_that_is_typed_is_an_error(season, words):
    for hit in season.search(words):
        assert hit.person.name in {"Dana Ruiz", "Zoë Müller"}


@pytest.mark.parametrize(
    "words", ["battery " * 100_000, '"' * 1_000_000, "x" * 1_000_000, "person:" * 10_000, "a* OR " * 9_999]
)
def test_endless_searches_are_answered_as_well(season, words):
    assert isinstance(season.search(words), list)


@given(st.text(max_size=60))
def test_what_was_asked_quotes_every_word(words):
    typed, _ = search.asked(words)
    assert typed.count('"') % 2 == 0
    assert not set(typed.split('"')[::2]) - {"", " ", " *", " * ", " OR ", " * OR "}


# ---------------------------------------------------------------------- it follows the journal

STEPS = st.lists(
    st.one_of(
        st.tuples(
            st.sampled_from(["note", "edit", "debrief", "revise", "add"]), st.sampled_from(["red", "green", "blue"])
        ),
        st.tuples(st.sampled_from(["retract", "undo", "forget", "search"]), st.just("")),
    ),
    min_size=1,
    max_size=12,
)


def take(campaign, what, word, number):
    """Do one thing with somebody, as far as there is anybody."""
    everybody = campaign.everybody()
    person = everybody[number % len(everybody)] if everybody else None
    if what == "add" or person is None:
        campaign.add(Person(name=f"Person {number}", company=f"{word or 'plain'} house"))
    elif what == "note":
        campaign.log(person, "noted", note=f"{word} note {number}")
    elif what == "edit":
        campaign.update(person, note=f"{word} {number}")
    elif what in ("debrief", "revise"):
        told = Debrief(
            notes=f"{word} debrief", introductions=(f"Named {number}, {word} inc",), promises=(f"a {word} book",)
        )
        campaign.debrief(person, told, revises=what == "revise")
    elif what == "retract" and (events := campaign.history(person)):
        campaign.retract(events[-1])
    elif what == "undo":
        campaign.undo()
    elif what == "forget":
        campaign.forget(person)
    else:
        campaign.search("red OR green")


def everything(campaign):
    return sorted(
        (hit.person.id, hit.what, hit.snippet.replace("«", "").replace("»", ""))
        for hit in campaign.search("red OR green OR blue", limit=999)
    )


@settings(max_examples=80, deadline=None)
@given(steps=STEPS)
def test_after_anything_the_index_is_what_one_made_anew_would_be(steps):
    with made() as campaign, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for number, (what, word) in enumerate(steps):
            try:
                take(campaign, what, word, number)
            except InfointError:
                continue
            if number % 3:  # else several changes are caught up with at once
                kept = everything(campaign)
                search.drop(campaign._journal._connection.execute)
                assert everything(campaign) == kept


def test_an_index_that_another_process_made_stale_is_renewed(tmp_path):
    with made(tmp_path / "one.db") as one, made(tmp_path / "one.db") as other:
        one.add(Person(name="Dana Ruiz", note="solar"))
        assert len(one.search("solar")) == len(other.search("solar")) == 1
        other.log("dana", "note", note="solar roofs")
        assert len(one.search("solar")) == 2
        other.undo()
        one.log("dana", "note", note="wind")
        assert (len(other.search("solar")), len(other.search("wind"))) == (1, 1)


def test_what_a_search_wrote_down_is_not_a_change(tmp_path):
    with made(tmp_path / "one.db") as campaign:
        campaign.add(Person(name="Dana Ruiz"))
        campaign.search("dana")
        assert campaign.undo().what == "add"
        assert campaign.search("dana") == []


def test_after_a_forget_no_word_is_left_in_the_index_or_the_file(tmp_path):
    path = tmp_path / "one.db"
    with made(path) as campaign:
        campaign.profile = Profile(name="Robin Vega")
        for number in range(50):
            campaign.add(Person(name=f"Person {number}", note="plain"))
        campaign.add(Person(name="Zelda Quartzvik", note="zebrawood"))
        campaign.debrief("zelda", Debrief(notes="xylophone " * 300))
        assert campaign.search("xylophone")
        campaign.forget("zelda")
        held = b"".join(file.read_bytes() for file in tmp_path.iterdir()).lower()
        assert [word for word in (b"zelda", b"quartzvik", b"zebrawood", b"xylophon") if word in held] == []
        assert campaign.search("zelda OR xylophone") == []
        assert len(campaign.search("plain", limit=99)) == 50


def test_a_read_only_campaign_is_searched_and_left_as_it_was(tmp_path):
    path = tmp_path / "one.db"
    with made(path) as campaign:
        campaign.add(Person(name="Dana Ruiz", note="solar"))
    path.chmod(0o400)
    before = path.read_bytes()
    with Campaign(path) as campaign:
        assert [hit.person.name for hit in campaign.search("solar")] == ["Dana Ruiz"]
        assert [hit.person.name for hit in campaign.search("ruiz")] == ["Dana Ruiz"]
    assert path.read_bytes() == before


def test_on_a_full_disk_a_search_still_answers(tmp_path):
    with made(tmp_path / "one.db") as campaign:
        campaign.add(Person(name="Dana Ruiz", note="solar"))
        campaign._journal._connection.execute("PRAGMA max_page_count = 1")
        assert [hit.person.name for hit in campaign.search("solar")] == ["Dana Ruiz"]


def test_an_index_of_another_shape_is_made_anew(tmp_path):
    with closing(Journal(tmp_path / "one.db", create=True)) as journal:
        with journal.change("add", AT) as writer:
            writer.add_person(Person(name="Dana Ruiz"))
        assert journal.search("dana", 9)
        journal.keep("searched", [1, 1])
        assert journal.search("dana", 9)
        assert search.is_fresh(journal._connection.execute)


def test_claims_of_an_older_campaign_get_numbers(tmp_path):
    import sqlite3

    from infoint.journal import file

    path = tmp_path / "old.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute(f"PRAGMA application_id = {file.APPLICATION_ID}")
        connection.executescript(file.MIGRATIONS[0])
        connection.executescript(file.MIGRATIONS[1])
        connection.execute("PRAGMA user_version = 2")
        connection.execute("INSERT INTO changes (id, at, what) VALUES (1, ?, 'debrief')", (AT.isoformat(),))
        connection.execute("INSERT INTO people (id, change_id, name, relationship) VALUES ('p', 1, 'Dana', 'friend')")
        for id_, learnt in (("a", ["one", "two"]), ("b", []), ("c", ["three"])):
            row = (id_, AT.isoformat(), json.dumps({"learnt": learnt}))
            connection.execute("INSERT INTO debriefs VALUES (?, 1, 'p', ?, ?)", row)
    with Campaign(path, clock=lambda: AT + timedelta(days=1)) as campaign:
        assert {i.number: i.claim for i in campaign.insights()} == {1: "one", 2: "two", 3: "three"}
        campaign.debrief("dana", replace(Debrief(), learnt=("four agrees 3",)))
        assert max(i.number for i in campaign.insights()) == 4
