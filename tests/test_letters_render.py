"""Letters from templates."""

import re
from datetime import UTC, date, datetime
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infoint import templates
from infoint.errors import InvalidTemplate, MissingFact, UnknownTemplate
from infoint.events import Meeting, Standing
from infoint.letters.checks import checks
from infoint.letters.render import FACTS, Letter, checked, choose, facts, load, names, render
from infoint.people import RELATIONSHIPS, WARM, Person, Profile

NOW = datetime(2025, 3, 12, 10, tzinfo=UTC)
EARLIER = datetime(2025, 3, 3, 10, tzinfo=UTC)
ALWAYS = {"first_name": "Dana", "name": "Dana Ruiz", "my_name": "Robin Vega", "minutes": "20"}
SOMETIMES = {
    "company": "Orbit Labs", "role": "energy analyst", "industry": "clean energy", "school": "Alder University",
    "introducer": "Ada Park", "exploring": "energy and climate work", "background": "six years of teaching science",
    "skills": "teaching and working with data", "interests": "batteries and maps", "said": "Grids are short of people",
    "advice": "Read the grid code first", "promise": "the article on storage", "sent_on": "Monday 3 March",
    "subject_before": "Life at Orbit Labs", "met_on": "Friday 7 March", "news": "I met two people you named",
}  # fmt: skip


def test_every_fact_is_covered_here():
    assert set(ALWAYS) | set(SOMETIMES) | {"relationship"} == set(FACTS)


# ---------------------------------------------------------------------- every letter, whatever is known


def all_letters(name):
    """A letter for every relationship and every choice of the facts that its template speaks of."""
    source = templates.read(f"letters/en/{name}.j2")
    spoken = [fact for fact in SOMETIMES if re.search(rf"\b{fact}\b", re.sub(r"\{#.*?#\}", "", source))]
    relationships = RELATIONSHIPS if "relationship" in source else ("friend",)
    for relationship in relationships:
        for size in range(len(spoken) + 1):
            for chosen in combinations(spoken, size):
                known = dict.fromkeys(FACTS, "") | ALWAYS | {"relationship": relationship}
                yield known | {fact: SOMETIMES[fact] for fact in chosen}


def standing_for(name):
    return (
        Standing(stage="approached", awaiting_since=EARLIER, unanswered=1) if name.startswith("nudge/") else Standing()
    )


def as_letter(loaded, subject, body):
    told = {"subject": subject, "body": body, "channel": loaded.channel, "most_words": loaded.most_words}
    return Letter(person=Person(name="Dana Ruiz"), template=loaded.name, to="d@example.com", **told)


@pytest.mark.parametrize("name", names())
def test_no_letter_has_a_gap_or_breaks_a_rule_whatever_is_missing(name):
    loaded, written = load(name), 0
    for known in all_letters(name):
        if name == "outreach/introduced" and not known["introducer"]:
            with pytest.raises(MissingFact, match="who introduced them"):
                render(loaded, known)
            continue
        subject, body = render(loaded, known)
        found = checks(as_letter(loaded, subject, body), standing_for(name))
        assert found == (), (known, subject, body)
        gap = re.search(r"  |\n\n\n|^\s|\s$| \n|\n | [.,;:?!]|\.\.|,,|\"\"|\(\)|[{}%]", f"{body}")
        assert gap is None, (gap, known, body)
        assert subject == " ".join(subject.split()) != ""
        assert body.count("\n\n") >= 2
        if name.startswith("outreach/"):
            assert body.count("?") == 1
            assert len(body.split()) <= 100
            assert 3 <= len(subject.split()) <= 6
        written += 1
    assert written > 0


@pytest.mark.parametrize("name", names())
def test_every_letter_greets_the_person_and_is_signed(name):
    _, body = render(load(name), dict.fromkeys(FACTS, "") | ALWAYS | SOMETIMES | {"relationship": "friend"})
    assert re.match(r"(Hi|Hello) Dana,\n\n", body)
    assert body.endswith(",\nRobin Vega")


# ---------------------------------------------------------------------- which one


@pytest.mark.parametrize("relationship", RELATIONSHIPS)
def test_a_first_letter_goes_by_the_relationship(relationship):
    template, why = choose(Person(name="Dana", relationship=relationship), Standing())
    assert template == ("outreach/warm" if relationship in WARM else "outreach/cold")
    assert why.startswith("a first letter to ")
    assert why.endswith(relationship)
    assert choose(Person(name="Dana", relationship=relationship), Standing(), "Ada") == (
        "outreach/introduced",
        "a first letter to somebody Ada named",
    )


@pytest.mark.parametrize(("relationship", "words"), [("alum", "an alum"), ("friend", "a friend"), ("family", "family")])
def test_the_reason_is_good_english(relationship, words):
    assert choose(Person(name="Dana", relationship=relationship), Standing())[1] == f"a first letter to {words}"


@pytest.mark.parametrize(
    ("known", "template"),
    [
        ({"awaiting_since": EARLIER}, "nudge/gentle"),
        ({"answer_due": NOW}, "reply/day"),
        ({"stage": "replied"}, "reply/day"),  # answered, and no day is set
        ({"stage": "scheduled", "meeting": Meeting()}, "reply/day"),
        ({"met_at": EARLIER, "owes_thanks": True}, "thanks/note"),
        ({"met_at": EARLIER, "owes_thanks": True, "answer_due": NOW}, "thanks/note"),
        ({"met_at": EARLIER}, "update/keep-in-touch"),
        ({"met_at": EARLIER, "introductions": ("q",)}, "update/progress"),
        ({"met_at": EARLIER, "introductions": ("q",), "last_update": NOW}, "update/keep-in-touch"),
        ({"met_at": NOW, "introductions": ("q",), "last_update": EARLIER}, "update/progress"),
        ({"met_at": EARLIER, "awaiting_since": NOW}, "nudge/gentle"),
    ],
)
@pytest.mark.parametrize("relationship", ["friend", "stranger"])
def test_later_letters_go_by_the_standing(known, template, relationship):
    assert choose(Person(name="Dana", relationship=relationship), Standing(**known), "Ada")[0] == template
    assert template in names()


# ---------------------------------------------------------------------- facts


ME = Profile(name="Robin Vega", school="Alder  university", skills=("teaching", "data", "maps"))


@pytest.mark.parametrize(
    ("theirs", "shared"), [("ALDER University", "ALDER University"), ("Birch College", ""), ("", "")]
)
def test_only_a_school_both_went_to_is_spoken_of(theirs, shared):
    assert facts(Person(name="Dana", school=theirs), ME)["school"] == shared


def test_two_who_name_no_school_did_not_go_to_the_same():
    assert facts(Person(name="Dana"), Profile(name="Robin"))["school"] == ""


@pytest.mark.parametrize(
    ("skills", "line"), [((), ""), (("a",), "a"), (("a", "b"), "a and b"), (("a", "b", "c"), "a, b and c")]
)
def test_skills_are_told_as_people_list_things(skills, line):
    assert facts(Person(name="Dana"), Profile(name="Robin", skills=skills))["skills"] == line


@pytest.mark.parametrize("fact", ["said", "advice", "promise", "news"])
@pytest.mark.parametrize("told", ["Read more.", "Read more . ", "Read more", " Read\nmore."])
def test_a_full_stop_at_the_end_is_left_to_the_template(fact, told):
    assert facts(Person(name="Dana"), ME, **{fact: told})[fact] == "Read more"


def test_a_companys_own_full_stop_stays():
    assert facts(Person(name="Dana", company="Acme Inc."), ME)["company"] == "Acme Inc."


ODD = st.text(alphabet=st.sampled_from([*"ab {}%#<>\"'&\n\r\t\x00\x85\u2028\u2029\x1b\x9f.é"]), max_size=15)


@given(st.fixed_dictionaries(dict.fromkeys(("company", "role", "industry", "school"), ODD)), ODD, ODD)
def test_facts_are_one_line_of_text_without_control_characters(known, said, exploring):
    found = facts(Person(name="Dana", **known), Profile(name="Robin", exploring=exploring), said=said)
    assert set(found) == set(FACTS)
    for value in found.values():
        assert value == " ".join(value.split())
        assert value.isprintable()


@pytest.mark.parametrize(
    "odd",
    [
        "{{ 7 * 7 }}", "{% for x in range(10**9) %}x{% endfor %}", "{{ ''.__class__.__mro__ }}", "{# gone #}",
        "<script>alert(1)</script>", "Orbit\nBcc: eve@example.com", "Orbit\r\n\r\nDear all", "Orbit\x00\x85\u2028Labs",
        "{% endblock %}", "%s %(name)s {0}", "{{ config }}",
    ],
)  # fmt: skip
@pytest.mark.parametrize("name", names())
def test_what_stands_in_a_fact_is_never_evaluated_nor_breaks_the_subject(name, odd):
    person = Person(name="Dana Ruiz", company=odd, role=odd, industry=odd)
    told = dict.fromkeys(("introducer", "said", "advice", "promise", "news", "sent_on", "met_on"), odd)
    known = facts(person, Profile(name="Robin", exploring=odd), **told, subject_before=odd)
    subject, body = render(load(name), known)
    plain = " ".join(re.sub(r"[\x00-\x1f\x85\u2028]+", " ", odd).split())
    assert "\n" not in subject
    assert subject.isprintable()
    assert "49" not in subject + body
    if name != "reply/day":
        assert plain in body
    marked = dict.fromkeys(FACTS, "") | {fact: "X" if value else "" for fact, value in known.items()}
    assert len(body.splitlines()) == len(render(load(name), marked)[1].splitlines())


# ---------------------------------------------------------------------- templates that try to do more


def letter(body="Hi", subject="A short hello", head=""):
    return head + "{% block subject %}" + subject + "{% endblock %}\n{% block body %}\n" + body + "\n{% endblock %}"


@pytest.mark.parametrize(
    "body",
    [
        "{{ name.upper }}",
        "{{ name.upper() }}",
        "{{ ''.__class__ }}",
        "{{ name|upper }}",
        "{{ name['x'] }}",
        "{{ name[0] }}",
        "{{ range(10**9) }}",
        "{{ 10**10**10 }}",
        "{{ 'a' * 1000000000 }}",
        "{{ 1 + 1 }}",
        "{{ name ~ name }}",
        "{{ name if name else 'x' }}",
        "{{ name is defined }}",
        "{{ [1, 2] }}",
        "{{ (1, 2) }}",
        "{{ {'a': 1} }}",
        "{{ -1 }}",
        "{% for x in name %}{% endfor %}",
        "{% include 'x' %}",
        "{% import 'x' as x %}",
        "{% from 'x' import x %}",
        "{% macro x() %}{% endmacro %}",
        "{% call name() %}{% endcall %}",
        "{% filter upper %}x{% endfilter %}",
        "{% with x = 1 %}{% endwith %}",
        "{% set x = 1 %}",
        "{% set channel = name %}",
        "{% set channel = 'pigeon' %}",
        "{% set most_words = '9' %}",
        "{% set most_words = true %}",
        "{% set most_words = 1 + 1 %}",
        "{% set channel, most_words = 'email', 9 %}",
        "{% set channel %}email{% endset %}",
        "{% autoescape true %}{% endautoescape %}",
        "{{ self.subject() }}",
        "{{ salary }}",
        "{{ loop }}",
        "{% do name %}",
        "{% nothing %}",
    ],
)
def test_a_template_that_tries_to_do_more_is_refused_with_the_line(body):
    with pytest.raises(InvalidTemplate, match=r"^letter mine, line 4: "):
        checked("mine", letter("Hello\n" + body))


@pytest.mark.parametrize("body", ["{% if name %}", "{{ name"])
def test_a_template_that_is_left_open_is_refused_with_the_line_where_that_shows(body):
    with pytest.raises(InvalidTemplate, match=r"^letter mine, line 6: .*[^.]\.$"):
        checked("mine", letter("Hello\n\n" + body))


def test_a_template_cannot_build_on_another():
    with pytest.raises(InvalidTemplate, match=r"line 1: a extends cannot be used"):
        checked("mine", letter(head="{% extends 'x' %}"))


@pytest.mark.parametrize(
    "source",
    [
        "",
        "Hi {{ name }}",
        "{% block body %}Hi{% endblock %}",
        letter(head="{% block more %}{% endblock %}"),
        letter(head="{% block body %}{% endblock %}"),
        letter("{% block subject %}{% endblock %}"),
    ],
)
def test_a_letter_has_one_subject_and_one_body(source):
    with pytest.raises(InvalidTemplate, match="the two blocks subject and body"):
        checked("mine", source)


@pytest.mark.parametrize("body", ["{% if name < 3 %}{% endif %}", "{{ 3 in name }}"])
def test_what_goes_wrong_only_when_written_is_refused_as_well(body):
    with pytest.raises(InvalidTemplate, match="letter mine, block body: "):
        render(checked("mine", letter(body)), dict.fromkeys(FACTS, ""))


def test_the_constants_are_those_of_the_template_else_an_email_of_150_words():
    assert (checked("a", letter()).channel, checked("a", letter()).most_words) == ("email", 150)
    note = checked("b", letter(head='{% set channel = "linkedin-note" %}{% set most_words = 30 %}'))
    assert (note.channel, note.most_words) == ("linkedin-note", 30)


def test_raw_text_stays_text_and_is_found_by_the_checks():
    loaded = checked("mine", letter("{% raw %}{{ name }}{% endraw %}"))
    subject, body = render(loaded, dict.fromkeys(FACTS, "x"))
    assert body == "{{ name }}"
    (problem, *_) = checks(as_letter(loaded, subject, body), Standing())
    assert (problem.severity, problem.message) == ("error", "'{{' is left over")


def test_spaces_and_empty_lines_are_tidied():
    subject, body = render(
        checked("mine", letter("\n\n a   b \n\n\n\n c", "  A\n short  hello ")), dict.fromkeys(FACTS, "")
    )
    assert (subject, body) == ("A short hello", "a b\n\nc")


def test_the_users_own_letters_are_found_and_an_unknown_one_is_refused_with_those_there_are(tmp_path):
    (tmp_path / "letters/en/outreach").mkdir(parents=True)
    (tmp_path / "letters/en/outreach/mine.j2").write_text(letter(), encoding="utf-8")
    assert set(names(own=tmp_path)) == {*names(), "outreach/mine"}
    assert load("outreach/mine", own=tmp_path).name == "outreach/mine"
    for name in ("outreach/mine", "outreach/../outreach/warm", ""):
        with pytest.raises(UnknownTemplate, match="There is no letter called") as refused:
            load(name)
        assert "outreach/warm" in refused.value.hint


@pytest.mark.parametrize(
    ("to", "subject", "head"),
    [
        ("d@example.com", "Hello", "To: Dana Ruiz <d@example.com>\nSubject: Hello\n\nHi"),
        ("", "", "To: Dana Ruiz\n\nHi"),
    ],
)
def test_a_letter_is_shown_with_its_head(to, subject, head):
    person = Person(name="Dana Ruiz", connected_on=date(2020, 1, 1))
    shown = Letter(
        id="1", person=person, template="t", channel="email", to=to, subject=subject, body="Hi", most_words=100
    )
    assert str(shown) == head
