"""What is written down after a meeting."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infoint.debrief import FIT_OF, Debrief, form, named, rated, read
from infoint.errors import InvalidDetails, InvalidPerson
from infoint.people import Person

TEXT = st.text(max_size=20)
LINES = st.lists(TEXT, max_size=3).map(tuple)


@given(
    st.builds(
        Debrief,
        notes=TEXT,
        learnt=LINES,
        surprised=TEXT,
        still_interested=TEXT,
        advice=TEXT,
        fit=st.dictionaries(st.sampled_from(FIT_OF), st.integers(1, 5)),
        introductions=LINES,
        permission=st.none() | st.booleans(),
        months=st.none() | st.integers(1, 24),
        promises=LINES,
        lead=TEXT,
    )
)
def test_what_is_kept_is_read_back_as_it_was(debrief):
    assert Debrief.from_json(debrief.to_json()) == debrief


def test_a_no_to_writing_again_is_not_the_same_as_nothing_said():
    assert Debrief.from_json(Debrief(permission=False).to_json()).permission is False
    assert Debrief.from_json(Debrief().to_json()).permission is None


@pytest.mark.parametrize(
    ("given_", "field"),
    [
        ({"fit": {"food": 3}}, "fit of food"),
        ({"fit": {"role": 0}}, "fit of role"),
        ({"fit": {"company": 6}}, "fit of company"),
        ({"months": 0}, "months"),
        ({"months": 25}, "months"),
    ],
)
def test_what_cannot_be_is_refused_with_the_field(given_, field):
    with pytest.raises(InvalidDetails) as refused:
        Debrief(**given_)
    assert refused.value.field == field


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Ada Park", ("Ada Park", "", "")),
        ("Ada Park, ada@example.com", ("Ada Park", "ada@example.com", "")),
        ("Ada Park, Orbit", ("Ada Park", "", "Orbit")),
        ("Ada Park at Orbit", ("Ada Park", "", "Orbit")),
        ("Ada Park <ADA@example.com>, Orbit", ("Ada Park", "ada@example.com", "Orbit")),
        ("Ada Park, Orbit, ada@example.com", ("Ada Park", "ada@example.com", "Orbit")),
        ("Ada Park (ada@example.com)", ("Ada Park", "ada@example.com", "")),
        ("ada@example.com, Ada Park", ("Ada Park", "ada@example.com", "")),
        ("ada@example.com", ("ada@example.com", "ada@example.com", "")),
    ],
)
def test_a_line_of_introductions_is_read_in_any_order(line, expected):
    person = named(line)
    assert (person.name, person.email, person.company) == expected
    assert person.relationship == "referral"


@pytest.mark.parametrize("line", ["", " , ", "()"])
def test_a_line_that_names_nobody_is_refused(line):
    with pytest.raises(InvalidPerson):
        named(line)


# ---------------------------------------------------------------------- agrees, contradicts


@pytest.mark.parametrize(
    ("line", "claim", "links"),
    [
        ("Hiring is slow", "Hiring is slow", []),
        ("Hiring is slow agrees 12", "Hiring is slow", [("agrees", 12)]),
        ("Hiring is slow, Agrees with #12.", "Hiring is slow", [("agrees", 12)]),
        ("Hiring is slow (contradicts 7)", "Hiring is slow", [("contradicts", 7)]),
        ("It depends agrees 3 contradicts 4", "It depends", [("agrees", 3), ("contradicts", 4)]),
        ("agrees 12", "agrees 12", [("agrees", 12)]),
        ("Everybody disagrees 12", "Everybody disagrees 12", []),
        ("She agrees 12 times a day", "She agrees 12 times a day", []),
        ("Who agrees", "Who agrees", []),
    ],
)
def test_only_the_words_at_a_lines_end_refer_to_another_claim(line, claim, links):
    debrief = Debrief(learnt=(line,))
    assert debrief.learnt == (claim,)
    assert debrief.linked(claim) == links
    assert Debrief.from_json(debrief.to_json()) == debrief


# ---------------------------------------------------------------------- the form

DANA = Person(name="Dana Ruiz", id="01JDANA", company="Orbit")
HOSTILE = (
    "## Notes|# What I learnt|\\\\## Fit|# Debrief: Dana (X1)|>> hint|- x|### head [id]|<script>|---|{{ d }}|{% x %}"
)
WORD = st.text(st.characters(codec="utf-8", exclude_characters="\n\r"), max_size=15)
LINE = WORD | st.sampled_from(HOSTILE.split("|"))
FREE = st.lists(LINE, max_size=5).map("\n".join)
ONE = st.from_regex(r"[a-zé(]{1,6}( [a-z0-9.,*#>)]{1,6}){0,3}", fullmatch=True).filter(lambda text: "@" not in text)
ONES = st.lists(ONE, max_size=3).map(tuple)
NAMES = ONES.filter(lambda lines: all(any(map(str.isalnum, line)) for line in lines))  # who names nobody is refused
KEYS = st.sampled_from(["path-to-here", "like-most", "My own question?"])
FIT = st.dictionaries(st.sampled_from(FIT_OF), st.tuples(st.integers(1, 5), ONE | st.just("")))
AGAIN = st.tuples(st.none(), st.none()) | st.tuples(st.booleans(), st.none() | st.integers(1, 24))
QUESTIONS = [("path-to-here", "How did you get (to) here: really? [yes]"), ("like-most", "What do you like?")]


def kept(text):
    return text.strip("\n") if text.strip() else ""


@settings(deadline=None)
@given(FREE, FREE, FREE, FREE, FREE, ONES, NAMES, ONES, ONES, st.dictionaries(KEYS, FREE), FIT, AGAIN)
def test_what_the_form_is_made_of_is_read_back_from_it(
    notes, surprised, interested, advice, lead, learnt, introductions, promises, promised, answers, fit, again
):
    debrief = Debrief(
        notes=kept(notes),
        surprised=kept(surprised),
        still_interested=kept(interested),
        advice=kept(advice),
        lead=kept(lead),
        learnt=(*learnt, "known agrees 12 contradicts 3", "agrees 7"),
        introductions=introductions,
        promises=promises,
        promised=promised,
        answers={key: text for key, free in answers.items() if (text := kept(free))},
        fit={name: rating for name, (rating, _) in fit.items()},
        why={name: why for name, (_, why) in fit.items() if why},
        permission=again[0],
        months=again[1],
    )
    found = read(form(DANA, debrief, QUESTIONS, said=["12 Hiring is slow (Ada)"]))
    assert found.problems == ()
    assert found.debrief == debrief
    assert found.person_id == DANA.id


@given(
    st.text(max_size=300) | st.lists(LINE | st.sampled_from(["## Fit", "- role: 9", "# Answers", "x"])).map("\n".join)
)
def test_any_text_is_read_and_what_is_no_part_of_the_form_is_a_note(text):
    found = read(text)
    assert isinstance(found.problems, tuple)
    if "#" not in text and ">>" not in text:
        assert found.debrief == Debrief(notes=kept(text.removeprefix("\ufeff").replace("\r\n", "\n")))


def test_the_form_asks_about_recording_and_is_empty_until_filled_in():
    blank = form(DANA, Debrief(), QUESTIONS)
    assert "Before you" in blank or "record anything" in blank
    assert read(blank).debrief == Debrief()


def test_a_form_is_read_forgivingly():
    text = """\ufeffjust talk\r
# WHAT I LEARNED:\r
* one\r
  2) two?\r
• three agrees 1\r
—\r
###### Fit (as ever)\r
Role 4/5 - long hours\r
company = 5\r
## My own heading\r
"""
    found = read(text.replace("## My own heading\r\n", "## may i write again?\r\nY - in a couple of months.\r\n"))
    assert found.problems == ()
    assert found.debrief.notes == "just talk"
    assert found.debrief.learnt == ("one", "two?", "three")
    assert (found.debrief.fit, found.debrief.why) == ({"role": 4, "company": 5}, {"role": "long hours"})
    assert (found.debrief.permission, found.debrief.months) == (True, 2)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("## Fit\n- role: 9", 'line 2 ("role: 9"): company, industry or role'),
        ("## Fit\n\nshoes: 3", 'line 3 ("shoes: 3"): company, industry or role'),
        ("## Fit\nrole: lovely", 'line 2 ("role: lovely"): company'),
        ("## May I write again\nperhaps", 'line 2 ("perhaps"): yes or no'),
        ("## May I write again\nyes, in 99 months", 'line 2 ("yes, in 99 months"): yes or no'),
        ("## Whom they named\n- Ada, ada@nowhere", 'line 2 ("Ada, ada@nowhere"): email cannot be'),
        ("## Whom they named\n- ,", 'line 2 (","): name cannot be'),
        ("## Answers\nshe walked", 'line 2 ("she walked"): under which question?'),
    ],
)
def test_what_cannot_be_read_is_told_with_its_line_and_the_rest_is_read(text, problem):
    found = read(f"{text}\n## What surprised me\nthe size")
    assert len(found.problems) == 1
    assert found.problems[0].startswith(problem)
    assert found.debrief.surprised == "the size"


def test_endless_lines_are_read_in_no_time():
    for line in (
        "x" * 1_000_000,
        " " * 1_000_000,
        "- agrees " * 100_000,
        "role: " * 100_000,
        f"role{' ' * 500_000}: x",
        "#" * 1_000_000,
        "y " * 500_000,
    ):
        for part in ("Notes", "What I learnt", "Fit", "May I write again", "What I promised", "Answers"):
            assert len(read(f"## {part}\n{line}").problems) <= 1


def test_ratings_are_read_one_a_line():
    assert rated(["ROLE: 2"]) == ({"role": 2}, {}, [])
    assert rated(["role: 4", "company, 3"])[2] == ["company, 3"]
