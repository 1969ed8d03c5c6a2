"""What to look at before a letter goes out."""

from datetime import UTC, date, datetime

import pytest

from infoint.errors import LetterStopped
from infoint.events import Promise, Standing
from infoint.letters.checks import checks, context_of, stop
from infoint.letters.kept import KeptLetter, text_hash
from infoint.letters.render import Letter
from infoint.matching import company_key
from infoint.people import Person, Profile

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
    ("template", "known", "severity", "message"),
    [
        ("outreach/warm", {"do_not_contact": "asked so"}, "error", "do not contact: asked so"),
        ("thanks/note", {"do_not_contact": "asked so"}, "error", "do not contact: asked so"),
        ("outreach/warm", {"awaiting_since": SENT, "unanswered": 1}, "warning", "they were already written to"),
        ("nudge/gentle", {"awaiting_since": SENT, "unanswered": 2}, "warning", "they were already reminded once"),
    ],
)
def test_who_must_not_get_it_stops_a_letter_and_who_had_enough_wants_a_yes(template, known, severity, message):
    problems = found(template=template, s=Standing(**known))
    assert [(p.severity, p.place, p.message) for p in problems] == [(severity, "to", message)]


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
    [
        "Bewerbung",
        "offene Stelle",
        "Praktikum",
        "job",
        "Jobs",
        "vacancy",
        "vacancies",
        "résumé",
        "resume",
        "CV",
        "referral",
        "hiring",
        "recruiter",
        "opening",
    ],
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


@pytest.mark.parametrize(
    "rest",
    [
        *("[Your Name]", "[Company]", "[their role]", "{first_name}", "<<Name>>", "with undefined", "Hey ,", "Dear,"),
        *("[Ihr Name]", "[Firma]", "Hallo ,", "Guten Tag ,"),
        *("your work at .", "your work as ,", 'your words "" stay', "at Orbit, , and", "from N/A"),
    ],
)
def test_every_kind_of_leftover_stops_the_letter(rest):
    assert told(f"{BODY}\n{rest}") == [("error", "text")]


@pytest.mark.parametrize(
    "words", ["[sic]", "a {curly}"[:2] + "remark", "1 < 2", "As a rule, I read.", "the 5,000 of us"]
)
def test_ordinary_signs_are_no_leftovers(words):
    assert found(f"{BODY}\n{words}") == ()


# ---------------------------------------------------------------------- whom it goes to

DANA = Person(id="d", name="Dana Ruiz", email="dana@example.com", company="Orbit Ltd", introduced_by="t")
TOM = Person(id="t", name="Tom Okoye", email="tom@example.com", company="Acme")
GRACE = Person(id="g", name="Grace", company="Target")
INES = Person(id="i", name="Ines Okafor", company="Tidewater Power")
SAND = Person(id="s", name="Leila Sand", company="Orbit", introduced_by="d")
ME = Profile(name="Robin Vega", email="robin@example.org", employers="Hill School", background="ten years of hiring")


def written(body=BODY, *, template="outreach/warm", person=DANA, to="dana@example.com", **more):
    more = {"channel": "email", "subject": "Life at Orbit", "most_words": 100, "sender": ME} | more
    return Letter(person=person, template=template, to=to, body=body, **more)


def among(letter, *left, s=None, **more):
    everybody = context_of([DANA, TOM, GRACE, INES, SAND], left, company_key, **more)
    return [(p.severity, p.message) for p in checks(letter, s or Standing(), everybody)]


def kept(person, body, state="sent", channel="email", at=SENT):
    return KeptLetter(
        id="1", person_id=person.id, template="outreach/warm", channel=channel, recipients="", subject="Life",
        body=body, body_hash=text_hash(body), message_id="<1@x>", way="eml", state=state, written_at=at, changed_at=at,
    )  # fmt: skip


def test_the_wrong_recipient_stops_the_letter():
    assert among(written(to="tom@example.com")) == [("error", "tom@example.com is not the address of Dana Ruiz")]
    own = Person(name="Dana Ruiz", email="robin@example.org")
    assert among(written(person=own, to=own.email, subject="Your work these days")) == [
        ("error", "robin@example.org is your own address")
    ]
    for greeting, name in (("Hi Tom", "Tom"), ("Guten Tag Tom Okoye", "Tom Okoye")):
        (problem,) = among(written(f"{greeting},\n\nMay I ask you?\n\nRobin"))
        assert problem == ("error", f"it greets {name}, and goes to Dana Ruiz")


@pytest.mark.parametrize(("greeting", "amiss"), [
    ("Hi Dana,", False), ("Hello Ms Ruiz,", False), ("Dear Dana Ruiz,", False), ("Hi there,", False),
    ("Dana,", False), ("Hi DANA!", False), ("Hi Danuta,", True), ("Dear Mr Smith,", True),
    ("Guten Tag Dana Ruiz,", False), ("Sehr geehrte Frau Ruiz,", False), ("Hallo zusammen,", False),
    ("Liebe Clara,", True), ("Guten Tag Herr Schmidt,", True),
])  # fmt: skip
def test_a_greeting_that_nobody_bears_wants_a_yes(greeting, amiss):
    messages = among(written(f"{greeting}\n\nMay I ask you?\n\nRobin"))
    assert [severity for severity, _ in messages] == (["warning"] if amiss else [])


@pytest.mark.parametrize(
    ("words", "named"),
    [
        ("You know Ines Okafor well.", ["Ines Okafor"]),
        ("Life at Tidewater Power.", ["Tidewater Power"]),
        ("Life\nat Tidewater\nPower.", ["Tidewater Power"]),
        ("As engineer at Target, you see a lot.", ["Target"]),
        *(
            (words, [])
            for words in ("Tom Okoye named you.", "Life at Acme.", "Life at Orbit.", "Leila Sand says hello.")
        ),
        *(
            (words, [])
            for words in ("Ines and Okafor.", "A target.", "with grace", "I see. Target dates matter.", "Targets move.")
        ),
        *((words, []) for words in ("I am Robin Vega of Hill School.", "Tidewater powers on.", "Tidewater Powerful.")),
        ("Ines Okafor of Tidewater Power, and Ines Okafor again", ["Ines Okafor", "Tidewater Power"]),
    ],
)
def test_somebody_elses_whole_name_wants_a_yes(words, named):
    assert among(written(f"{BODY}\n{words}")) == [("warning", f"it names {name}") for name in named]


# ---------------------------------------------------------------------- twice


@pytest.mark.parametrize("state", ["sent", "drafted", "unknown", "written"])
def test_a_second_copy_is_stopped_unless_the_first_never_left(state):
    problems = among(written(), kept(DANA, f"  {BODY.upper()}\n", state))
    assert [severity for severity, _ in problems] == ([] if state == "written" else ["error"])


@pytest.mark.parametrize(("state", "words"), [
    ("drafted", "it has been ready since Mon 3 Mar 2025 (eml)"),
    ("unknown", 'nobody can say from here: look for "Life" in your Drafts and Sent folders'),
])  # fmt: skip
def test_any_letter_is_stopped_while_nobody_knows_of_the_last(state, words):
    ((severity, message),) = among(written("Hi Dana,\n\nsomething else?"), kept(DANA, BODY, state))
    assert severity == "error"
    assert message.endswith(words)


def test_nearly_the_text_that_somebody_at_the_company_got_is_shown():
    theirs = kept(SAND, BODY.replace("Dana", "Leila"))
    long = BODY + "\nWhat I would so much like to know is how you found your way, and what surprised you on it."
    (problem,) = checks(written(), Standing(), context_of([DANA, SAND], [theirs], company_key))
    assert (problem.severity, problem.shown) == ("warning", theirs.body)
    assert str(problem).startswith("text: Leila Sand at Orbit got nearly this text on 2025-03-03.")
    assert among(written(long), theirs) == among(written(), kept(INES, BODY)) == []


def test_two_ways_on_one_day_want_a_yes():
    assert among(written(), kept(DANA, "Hello", channel="linkedin"), today=SENT.date()) == [
        ("warning", "they had a letter by linkedin today")
    ]
    assert among(written(), kept(DANA, "Hello", channel="linkedin"), today=date(2025, 3, 4)) == []


# ---------------------------------------------------------------------- pacing, promises, tone


def test_too_soon_and_too_many_want_a_yes():
    assert among(written(), room=0) == [
        ("warning", "you have written to as many new people this week as you set out to")
    ]
    assert among(written(template="thanks/note"), room=0) == []
    why = "one person at a company at a time: Leila Sand had your letter on Mon 3 Mar 2025"
    assert among(written(), resting={"orbit": why}) == [("warning", why)]
    due = {("nudge", "d"): date(2025, 3, 12)}
    assert among(written(template="nudge/gentle"), due=due) == [("warning", "it is due on 2025-03-12 only")]


@pytest.mark.parametrize(("body", "amiss"), [("Here is the paper on batteries.", False), ("All the best.", True)])
def test_a_promise_that_is_not_mentioned_wants_a_yes(body, amiss):
    promise = Promise(id="p", text="the paper on batteries", made=SENT.date(), due=None, by="me")
    theirs = Promise(id="q", text="a call with Ada", made=SENT.date(), due=None, by="them")
    messages = among(written(body, template="thanks/note"), s=Standing(promises=(promise, theirs)))
    assert messages == ([("warning", "you promised: the paper on batteries")] if amiss else [])


@pytest.mark.parametrize(
    ("words", "amiss"),
    [
        *(
            (words, True)
            for words in ("PLEASE HELP ME", "Soon!!", "Really?!", "https://bit.ly/x1", "see tinyurl.com/abc")
        ),
        *((words, False) for words in ("NASA and ESA", "Soon!", "UX UI", "https://example.com/bit.ly", "orbit.ly/x")),
    ],
)
def test_shouting_and_hidden_links_want_a_yes(words, amiss):
    messages = among(written(f"Hi Dana,\n\n{words}", template="update/progress"))
    assert [severity for severity, _ in messages] == (["warning"] if amiss else [])


def test_what_they_are_called_is_no_shouting():
    person = Person(name="DANA RUIZ", email="dana@example.com", company="NORD GLAS WERK")
    body = "Hi DANA,\n\nlife at NORD GLAS WERK?"
    assert among(written(body, person=person, subject="Life at NORD GLAS WERK")) == []


@pytest.mark.parametrize(
    ("words", "amiss"),
    [
        *(
            (words, False)
            for words in ("I left a teaching job.", "my job is fine", "in my last job", "ten years of hiring")
        ),
        *((words, True) for words in ("I look for a job", "looking for a teaching job", "Any openings", "a new job")),
    ],
)
def test_ones_own_past_is_no_asking_for_a_job(words, amiss):
    assert [severity for severity, _ in among(written(f"{BODY} {words}"))] == (["warning"] if amiss else [])


def test_only_errors_stop_a_letter():
    warned = written("Hi Dana,\n\nno question", problems=found("no question"))
    assert stop(warned) is None
    with pytest.raises(LetterStopped, match="The letter to Dana Ruiz stays here: the letter is empty"):
        stop(written("", problems=found("")))


def test_what_stops_the_letter_comes_first():
    problems = found("", subject="x", to="", s=Standing(do_not_contact="no", closed="no"))
    severities = [problem.severity for problem in problems]
    assert severities == sorted(severities)
    assert {"error", "warning"} == set(severities)
    assert all(problem.remedy for problem in problems)
