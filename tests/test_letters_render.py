"""Letters from templates."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infoint.errors import InvalidTemplate, UnknownTemplate
from infoint.events import Meeting, Standing
from infoint.letters.render import FACTS, Letter, _told, checked, choose, facts, letter, names, render, words
from infoint.people import RELATIONSHIPS, WARM, Person, Profile

NOW = datetime(2025, 3, 12, 10, tzinfo=UTC)
EARLIER = datetime(2025, 3, 3, 10, tzinfo=UTC)
LATER = datetime(2025, 3, 14, 15, 30, tzinfo=UTC)


def as_letter(loaded, subject, body):
    told = {"subject": subject, "body": body, "channel": loaded.channel, "most_words": loaded.most_words}
    return Letter(person=Person(name="Dana Ruiz"), template=loaded.name, to="d@example.com", **told)


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
        ({"stage": "replied", "closed": "said no"}, "reply/no"),
        ({"stage": "replied", "closed": "moved away"}, None),
        ({"stage": "scheduled", "meeting": Meeting(start=LATER)}, "confirm/day-before"),
        ({"stage": "scheduled", "meeting": Meeting(start=EARLIER)}, "thanks/note"),  # it was to be, and is over
        ({"met_at": EARLIER, "meeting": Meeting(start=LATER)}, "confirm/day-before"),
    ],
)
@pytest.mark.parametrize("relationship", ["friend", "stranger"])
def test_later_letters_go_by_the_standing(known, template, relationship):
    person = Person(name="Dana", relationship=relationship)
    assert choose(person, Standing(**known), "Ada", now=NOW)[0] == (template or "outreach/introduced")
    assert template is None or template in names()


def test_who_named_somebody_hears_of_it_and_all_hear_of_the_end():
    met, dana = Standing(met_at=EARLIER, introductions=("q",)), Person(name="Dana")
    assert choose(dana, met, about="Tom Okoye") == (
        "news/introducer",
        "you have met Tom Okoye, whom they named: tell them",
    )
    assert choose(dana, met, about="Tom Okoye", landed="a job at Orbit")[0] == "update/landed"
    assert choose(dana, Standing(), about="Tom Okoye", landed="a job at Orbit")[0] == "outreach/cold"


def test_who_gave_advice_hears_once_what_came_of_it():
    dana, advice = Person(name="Dana"), "Sit in on a hearing"
    assert choose(dana, Standing(met_at=EARLIER), advice=advice)[0] == "update/progress"
    assert choose(dana, Standing(met_at=EARLIER, last_update=NOW), advice=advice)[0] == "update/keep-in-touch"


# ---------------------------------------------------------------------- by which channel


URL = "https://www.linkedin.com/in/dana-madeup"
MAIL, LINKED, KNOWN = {"email": "dana@example.com"}, {"connected": True}, {"url": URL}


@pytest.mark.parametrize(
    ("known", "channel", "added"),
    [
        ({}, "email", ""),
        (MAIL, "email", ""),
        (MAIL | LINKED | KNOWN, "email", ""),
        (LINKED | KNOWN, "linkedin", "-linkedin"),
        (KNOWN, "linkedin-note", "-note"),
    ],
)
@pytest.mark.parametrize("relationship", RELATIONSHIPS)
def test_a_first_letter_goes_by_the_channel_that_is_open(known, channel, added, relationship):
    person = Person(name="Dana Ruiz", relationship=relationship, **known)
    for introducer, base in (("", "warm" if relationship in WARM else "cold"), ("Ada Park", "introduced")):
        written = letter(person, ME, Standing(), introducer=introducer)
        assert (written.template, written.channel) == (f"outreach/{base}{added}", channel)
        assert (written.to, bool(written.subject)) == (known.get("email", ""), channel == "email")
        assert ("since no email address is known" in written.why) == bool(added)
        assert [p.place for p in written.problems] == ([] if known else ["to"])


def test_a_letter_with_no_text_of_its_own_for_linkedin_goes_there_without_a_subject():
    dana = Person(name="Dana Ruiz", connected=True)
    written = letter(dana, ME, Standing(met_at=EARLIER, owes_thanks=True))
    assert (written.template, written.channel, written.subject, written.to) == ("thanks/note", "linkedin", "", "")
    assert written.why == (
        "you met and have not thanked them yet; as a LinkedIn message, since no email address is known"
    )
    assert letter(dana, ME, Standing(), template="outreach/story").channel == "linkedin"
    assert letter(Person(name="Dana", url=URL), ME, Standing(), template="outreach/story").channel == "email"
    nudge = letter(Person(name="Dana", url=URL), ME, Standing(awaiting_since=EARLIER, unanswered=1))
    assert (nudge.template, nudge.channel, nudge.why) == (
        "nudge/gentle",
        "email",
        "your first letter is still unanswered",
    )


def test_the_user_may_take_another_channel():
    dana = Person(name="Dana Ruiz", email="dana@example.com", relationship="friend")
    written = letter(dana, ME, Standing(), template="outreach/warm-phone")
    assert (written.channel, written.to, written.why) == ("phone", "", "you chose it")


# ---------------------------------------------------------------------- languages


@pytest.mark.parametrize(
    ("language", "country", "day", "moment"),
    [
        ("en", "GB", "Monday 3 March", "Friday 14 March at 16:30"),
        ("en", "US", "Monday, March 3", "Friday, March 14 at 4:30 PM"),
        ("de", "US", "Montag, den 3. März", "Freitag, den 14. März um 16:30"),
        ("fr", "GB", "Monday 3 March", "Friday 14 March at 16:30"),  # no such folder: as in English
    ],
)
def test_days_are_said_as_one_says_them(language, country, day, moment):
    said = words(language, country=country)
    told = _told(Standing(met_at=EARLIER, meeting=Meeting(start=LATER)), said, ZoneInfo("Europe/Berlin"))
    assert (told["met_on"], told["sent_on"]) == (day, "")
    assert told["meeting_on"].startswith(moment)


def test_a_letter_is_in_the_language_of_the_profile():
    me = Profile(name="Robin Vega", language="de", skills=("Unterrichten", "Daten"))
    dana = Person(name="Dana Ruiz", email="dana@example.com", relationship="stranger")
    written = letter(dana, me, Standing())
    assert written.body.startswith("Guten Tag Dana Ruiz,\n\nIhre Arbeit")
    assert "Unterrichten und Daten" in written.body
    assert written.problems == ()
    with pytest.raises(UnknownTemplate, match="no letter called 'outreach/cold'"):
        letter(dana, Profile(name="Robin Vega", language="fr"), Standing())


WORDS = 'days = "a b c d e f g"\nmonths = "1 2 3 4 5 6 7 8 9 10 11 12"\nday = "$weekday"\nmoment = "$clock"\nand = "y"'


def test_a_language_is_a_folder_of_the_users_own(tmp_path):
    folder = tmp_path / "letters" / "es" / "outreach"
    folder.mkdir(parents=True)
    (folder / "cold.j2").write_text(template_text("Hola, {{ skills }} {{ sent_on }}"), encoding="utf-8")
    (folder.parent / "words.toml").write_text(WORDS, encoding="utf-8")
    me = Profile(name="Robin", language="es", skills=("a", "b"))
    assert letter(Person(name="Dana"), me, Standing(last_sent=EARLIER), own=tmp_path).body == "Hola, a y b a"


@pytest.mark.parametrize(
    "text",
    [
        "days =",
        WORDS.replace("g", ""),
        WORDS.replace("12", ""),
        WORDS.replace("and", "und"),
        WORDS + "\ndays = 7",
        WORDS + "\nexample = 7",
        "days = 7",
    ],
)
def test_a_language_whose_words_cannot_be_used_is_refused(tmp_path, text):
    (tmp_path / "letters" / "es").mkdir(parents=True)
    (tmp_path / "letters" / "es" / "words.toml").write_text(text, encoding="utf-8")
    with pytest.raises(InvalidTemplate, match=r"letters/es/words.toml, words: "):
        words("es", tmp_path)


def test_a_format_in_the_words_of_somebody_else_does_nothing(tmp_path):
    (tmp_path / "letters" / "es").mkdir(parents=True)
    evil = WORDS.replace("$weekday", "$weekday {day.__class__} {0:>999999999} %(x)s $nothing ${day")
    (tmp_path / "letters" / "es" / "words.toml").write_text(evil, encoding="utf-8")
    told = _told(Standing(met_at=EARLIER), words("es", tmp_path), UTC)
    assert told["met_on"] == "a {day.__class__} {0:>999999999} %(x)s $nothing ${day"


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


# ---------------------------------------------------------------------- what is written


def template_text(body="Hi", subject="A short hello", head=""):
    return head + "{% block subject %}" + subject + "{% endblock %}\n{% block body %}\n" + body + "\n{% endblock %}"


def test_spaces_and_empty_lines_are_tidied():
    subject, body = render(
        checked("mine", template_text("\n\n a   b \n\n\n\n c", "  A\n short  hello ")), dict.fromkeys(FACTS, "")
    )
    assert (subject, body) == ("A short hello", "a b\n\nc")


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


@pytest.mark.parametrize(("said", "bare"), [("The grid is short of people", False), ("", True)])
def test_a_thank_you_that_names_nothing_they_said_wants_a_yes(said, bare):
    dana = Person(name="Dana Ruiz", email="dana@example.com", relationship="friend")
    written = letter(dana, ME, Standing(met_at=EARLIER, owes_thanks=True), said=said)
    assert ["names nothing they said" in problem.message for problem in written.problems] == [True] * bare
