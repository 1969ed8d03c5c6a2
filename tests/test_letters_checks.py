"""What to look at before a letter goes out."""

from datetime import UTC, datetime

import pytest

from infoint.events import Standing
from infoint.letters.checks import checks
from infoint.letters.render import Letter
from infoint.people import Person

SENT = datetime(2025, 3, 3, tzinfo=UTC)
BODY = "Hi Dana,\n\nMay I ask you for advice?\n\nRobin"


def found(body=BODY, *, template="outreach/warm", channel="email", to="d@example.com", subject="Life at Orbit",
          most_words=100, most_characters=0, s=None, theirs=()):  # fmt: skip
    person = Person(name="Dana Ruiz", **dict(zip(("role", "company", "industry"), theirs, strict=False)))
    letter = Letter(
        person=person, template=template, channel=channel, to=to, subject=subject, body=body, most_words=most_words,
        most_characters=most_characters,
    )  # fmt: skip
    return checks(letter, s or Standing())


def told(*args, **kwargs):
    return [(problem.severity, problem.place) for problem in found(*args, **kwargs)]


def test_a_good_letter_has_nothing_amiss():
    assert found() == ()


@pytest.mark.parametrize(
    "rest", ["{{ name }}", "{% if %}", "[your name]", "[name]", "at None.", "as nan", "Hello None", "Hi ,", "Dear ,"]
)
def test_a_slot_that_was_not_filled_stops_the_letter(rest):
    assert told(f"{BODY}\n{rest}") == [("error", "text")]
    assert ("error", "text") in told(subject=f"Two words {rest}")


@pytest.mark.parametrize("words", ["None of us knew.", "Nancy says so.", "All or None."])
def test_an_ordinary_word_is_no_empty_slot(words):
    assert found(f"{BODY}\n{words}") == ()


@pytest.mark.parametrize(
    ("template", "known", "message"),
    [
        ("outreach/warm", {"do_not_contact": "asked so"}, "do not contact: asked so"),
        ("thanks/note", {"do_not_contact": "asked so"}, "do not contact: asked so"),
        ("outreach/warm", {"awaiting_since": SENT, "unanswered": 1}, "they were already written to"),
        ("nudge/gentle", {"awaiting_since": SENT, "unanswered": 2}, "they were already reminded once"),
    ],
)
def test_a_letter_that_should_not_be_sent_is_stopped(template, known, message):
    problems = found(template=template, s=Standing(**known))
    assert [(p.severity, p.place, p.message) for p in problems] == [("error", "to", message)]


def test_a_friendly_answer_to_a_no_is_in_order():
    assert found(template="reply/no", s=Standing(closed="said no")) == ()


@pytest.mark.parametrize(("characters", "most", "amiss"), [(200, 200, False), (201, 200, True), (900, 0, False)])
def test_an_invitation_keeps_to_its_characters(characters, most, amiss):
    problems = found("?".rjust(characters, "x"), channel="linkedin-note", most_characters=most)
    assert [p.message for p in problems] == ([f"{characters} characters, LinkedIn takes {most}"] if amiss else [])


@pytest.mark.parametrize("template", ["outreach/warm", "update/progress"])
def test_who_said_no_or_was_let_go_is_written_to_only_with_a_yes(template):
    (problem,) = found(template=template, s=Standing(closed="said no"))
    assert str(problem) == "to: this was let go: said no. Write only if something has changed."
    assert problem.severity == "warning"


def test_a_first_reminder_is_in_order():
    assert found(template="nudge/gentle", s=Standing(awaiting_since=SENT, unanswered=1)) == ()


def test_an_empty_letter_is_stopped():
    assert ("error", "text") in told("")


@pytest.mark.parametrize(("words", "amiss"), [(100, False), (101, True)])
def test_a_letter_keeps_to_its_words(words, amiss):
    body = "Why? " + "word " * (words - 1)
    assert told(body) == ([("warning", "text")] if amiss else [])


@pytest.mark.parametrize(
    ("subject", "amiss"),
    [
        ("Hello", True),
        ("Two words", True),
        ("Life at Orbit", False),
        ("Re: Life at Orbit", False),
        ("One two three four five six", False),
        ("Re: One two three four five six", False),
        ("One two three four five six seven", True),
        ("", True),
    ],
)
def test_a_subject_has_three_to_six_words_where_there_is_one(subject, amiss):
    assert told(subject=subject) == ([("warning", "subject")] if amiss else [])
    assert told(subject=subject, channel="linkedin") == []


@pytest.mark.parametrize(("channel", "amiss"), [("email", True), ("linkedin", False), ("phone", False)])
def test_an_email_wants_an_address(channel, amiss):
    assert told(to="", channel=channel) == ([("warning", "to")] if amiss else [])


@pytest.mark.parametrize(
    ("template", "questions", "amiss"),
    [("outreach/warm", 0, True), ("outreach/warm", 1, False), ("outreach/warm", 2, True), ("thanks/note", 0, False)],
)
def test_a_first_letter_asks_exactly_one_question(template, questions, amiss):
    assert told("Hello there " + "why? " * questions, template=template) == ([("warning", "text")] if amiss else [])


@pytest.mark.parametrize(
    "word",
    ["job", "Jobs", "vacancy", "vacancies", "résumé", "resume", "CV", "referral", "hiring", "recruiter", "opening"],
)
def test_a_first_letter_says_no_word_of_a_job(word):
    (problem,) = found(f"{BODY} {word}")
    assert (problem.severity, problem.message) == ("warning", f"{word!r} sounds like asking for a job")
    assert found(f"{BODY} {word}", template="update/progress") == ()


@pytest.mark.parametrize(
    ("theirs", "words", "amiss"),
    [
        (("Recruiting lead", "Opening Doors"), "what you see as Recruiting lead at Opening Doors", False),
        (("Recruiting lead", ""), "what you see as Recruiting lead, and a job", True),
        (("", ""), "what you see in a job", True),
        (("Jobs", "Orbit"), "your job at Orbit", True),
    ],
)
def test_their_own_role_and_company_are_no_asking_for_a_job(theirs, words, amiss):
    assert told(f"{BODY} {words}", theirs=theirs) == ([("warning", "text")] if amiss else [])


def test_what_stops_the_letter_comes_first():
    problems = found("", subject="x", to="", s=Standing(do_not_contact="no", closed="no"))
    severities = [problem.severity for problem in problems]
    assert severities == sorted(severities)
    assert {"error", "warning"} == set(severities)
    assert all(problem.remedy for problem in problems)
