"""The page tells the season: all of it to the user, and to a coach nothing that was not ticked."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape
from itertools import count
from unittest import mock

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

import infoint
from infoint import templates
from infoint.campaign import Campaign
from infoint.debrief import Debrief
from infoint.people import Person, Profile
from infoint.report import NO_PICTURES, TICKS, _View, report

NOW = datetime(2025, 3, 14, 15, tzinfo=UTC)


@pytest.fixture
def _pictures():
    pytest.importorskip("vl_convert", reason='pip install "infoint[charts]"')


drawn = pytest.mark.usefixtures("_pictures")


@pytest.fixture(autouse=True)
def _plain(request, monkeypatch):
    """Pictures take long: only the tests marked with `drawn` look at them."""
    if "_pictures" not in request.fixturenames:
        monkeypatch.setattr("infoint.report._can_draw", lambda: False)


@pytest.fixture(scope="module")
def sample():
    with infoint.sample_campaign(seed=7) as campaign:
        yield campaign


def begun(profile=None):
    ticks = count()
    campaign = Campaign(":memory:", create=True, clock=lambda: NOW + timedelta(milliseconds=next(ticks)))
    campaign.profile = profile or Profile(name="Robin Vega", exploring="energy")
    return campaign


FIELDS = ("name", "email", "company", "role", "industry", "url", "school", "note")


def secret_campaign(word):
    """Two people, one of them introduced by the other, with a word of its own in every text there is."""
    campaign, people = begun(), []
    for number, relationship in enumerate(("alum", "stranger")):
        texts = {name: f"{word(name, number)}" for name in FIELDS} | {"email": f"{word('mail', number)}@example.com"}
        person = Person(relationship=relationship, tags=(word("tag", number),), **texts)
        people.append(campaign.add(person))
    one, other = people
    campaign.update(other, introduced_by=one.id)
    days = iter(range(1, 14))
    for kind, told in {
        "outreach_sent": {"channel": word("channel"), "template": f"outreach/{word('template').lower()}"},
        "reply_received": {},
        "meeting_scheduled": {"start": "2025-03-10 16:00", "place": word("place")},
        "promise_made": {"text": word("promise"), "by": "me", "due": "2025-03-12"},
        "out_of_office": {"until": "2025-03-09"},
        "lead_found": {"what": word("lead")},
        "skipped": {"action": "news", "reason": word("reason")},
    }.items():
        campaign.log(one, kind, at=f"2025-03-{next(days):02} 10:00", note=word(f"note-{kind}"), **told)
    campaign.log(other, "wrote", at="2025-03-05", channel="email", template="outreach/warm")
    texts = {name: word(name) for name in ("notes", "surprised", "still_interested", "advice", "lead")}
    lists = {name: (word(name),) for name in ("learnt", "promises")}
    campaign.debrief(one, Debrief(introductions=(f"{word('named')}, {word('works')}",), **texts, **lists))
    return campaign


def plain(html):
    return unescape(re.sub(r"<[^>]+>", " ", html[html.index("<body") :]))


@drawn
def test_no_word_of_anybody_is_on_the_page_for_a_coach():
    words = []

    def word(*what):
        words.append("".join(re.findall(r"[a-z]+", "q".join(map(str, what)))).title() + f"Zx{len(words)}")
        return words[-1]

    with secret_campaign(word) as campaign:
        own, coach = (unescape(report(campaign, for_coach=flag).html) for flag in (False, True))
        seen = {w for w in words if w.casefold() in coach.casefold()}
        assert len(words) > 35
        assert seen == set()
        assert [p.id for p in campaign.everybody() if p.id in coach] == []
        assert [w for w in ("Robin Vega", "Alum 1", "Stranger 1", "Company 2") if w not in coach] == []
        for person in campaign.everybody():
            assert person.name in own


WORDS = st.lists(st.from_regex(r"Q[bcdfgjkvwxz]{4,7}", fullmatch=True), min_size=7, max_size=7, unique=True)
FORMS = ("{0}", "ask {0}'s team", "{0}, {1}", "({0}) or x@{1}.example", "dr. {0}?")
SAID = st.lists(st.sampled_from(FORMS), min_size=5, max_size=5)


@given(WORDS, SAID, st.sampled_from(["Ruiz", "de Zv", "O’Xq-Yr"]), st.booleans())
@settings(max_examples=15, deadline=None, phases=[Phase.generate])
def test_names_and_companies_stay_away_also_from_ticked_texts(words, said, surname, loud):
    ada, bo, cy, eve, one, two, three = words
    named = [f"{ada} {surname}", bo, cy, one, two]
    texts = [line.format(name, name.split()[0]) for line, name in zip(said, named, strict=True)]
    texts = [text.upper() for text in texts] if loud else texts
    with begun(Profile(name="Robin Vega", exploring=texts[3], background=texts[4])) as campaign:
        first = campaign.add(Person(name=f"{ada} {surname}", company=one, email=f"{ada}@{one}.example"))
        campaign.add(Person(name=f"Dr. {bo}", company=two, role=f"Chief at {two}", relationship="friend"))
        campaign.add(
            Person(name=f"{cy} {surname}", company=f"{three} Ltd", relationship="alum", introduced_by=first.id)
        )
        learnt, promises = tuple(texts[:3]), (texts[0],)
        campaign.debrief(first, Debrief(notes="\n".join(texts), learnt=learnt, promises=promises, introductions=(eve,)))
        with mock.patch.object(_View, "findings", return_value=({}, [])):
            html = report(campaign, for_coach=True, ticked=("letters", "debriefs")).html
    assert "Written down after talks" in html
    assert "The letters" in html
    assert [word for word in [*words, surname, ".example"] if word.casefold() in html.casefold()] == []


def test_what_is_ticked_is_on_the_page_and_told_before():
    with secret_campaign(lambda *what: "".join(re.findall(r"\w+", "x".join(map(str, what)))).title()) as campaign:
        campaign.add(Person(name="Ada Park", company="Orbit Ltd", relationship="friend"))
        pages = {tick: report(campaign, for_coach=True, ticked=[tick]) for tick in ("letters", "debriefs")}
        bare = report(campaign, for_coach=True)
    assert "Hi Friend 1," in pages["letters"].html
    assert "the text of 2 letters" in pages["letters"].contents
    assert "Surprised" in pages["debriefs"].html
    assert "what you wrote down after 1 talk" in pages["debriefs"].contents
    assert not any("text of" in line or "wrote down" in line for line in bare.contents)
    assert "Surprised" not in bare.html + pages["letters"].html
    assert "Hi Friend" not in bare.html + pages["debriefs"].html


def test_companies_stand_there_by_name_only_when_ticked():
    with begun() as campaign:
        campaign.add(Person(name="Ada Park", company="Orbit Ltd", relationship="friend"))
        campaign.log("ada", "wrote", at="2025-03-10")
        assert "Orbit" not in report(campaign, for_coach=True).html
        html = report(campaign, for_coach=True, ticked=("companies",)).html
        assert "Orbit Ltd" in html
        assert "Company 1" not in html
        assert "Ada" not in html


def test_nothing_is_recorded_until_the_labels_are_kept_and_then_they_stay():
    with infoint.sample_campaign(seed=7) as campaign:
        state = list(campaign._journal._connection.iterdump())
        page = report(campaign, for_coach=True)
        assert list(campaign._journal._connection.iterdump()) == state
        labels = campaign.labels(page.people)
        assert report(campaign, for_coach=True).html == page.html
        campaign.forget(campaign.find("Friend 1"))
        campaign.update("Friend 2", relationship="colleague")
        for name in ("Aaron Early", "Zoe Late"):
            campaign.add(Person(name=name, relationship="friend", comfort=5))
        again = report(campaign, for_coach=True)
        after = campaign.labels(again.people)
        moved = {label for label, key in labels.items() if after[label] != key}
        assert moved <= {label for label in labels if not after[label]}
        assert "Friend 1" in moved
        assert not re.search(r"\bFriend 1\b", plain(again.html))


def test_every_label_on_the_page_finds_its_person(sample):
    page = report(sample, for_coach=True)
    labels = sample.labels(page.people)
    shown = set(re.findall(r"\b(?:Friend|Alum|Acquaintance|Classmate|Colleague|Family|Stranger) \d+", plain(page.html)))
    assert len(shown) > 15
    for label in shown:
        assert sample.find(label).id == labels[label]
    known = sample.find(min(shown))
    assert f"{known.name} ({min(shown)})" in report(sample).html, "the user's own page shows the label, too"


@drawn
def test_a_person_called_script_stays_text():
    with begun() as campaign:
        evil = "<script>alert(1)</script>"
        campaign.add(Person(name=evil, company='"><img src=x onerror=alert(2)>', relationship="friend"))
        campaign.add(Person(name="Bo Li", relationship="friend", introduced_by=evil))
        campaign.log(evil, "wrote", at="2025-03-03")
        campaign.debrief(evil, Debrief(notes="<b>bold</b>", introductions=("Ada Park",)), at="2025-03-12")
        for page in (report(campaign), report(campaign, for_coach=True, ticked=TICKS)):
            assert "<script" not in page.html
            assert "<img" not in page.html
            assert "<b>" not in page.html
        assert "&lt;script&gt;" in report(campaign).html


@drawn
@pytest.mark.parametrize("for_coach", [False, True])
def test_the_page_needs_nothing_from_outside(sample, for_coach):
    html = report(sample, for_coach=for_coach).html
    assert html.count("<svg") == 7
    assert not re.search(r"<(script|link|img|iframe|object|embed|base|a)\b|@import|\son\w+=", html)
    assert set(re.findall(r"https?://[^\s\"'<]+", html)) == {"http://www.w3.org/2000/svg"}
    assert set(re.findall(r"url\(([^)]*)\)", html)) <= {f"#{id_}" for id_ in re.findall(r' id="([^"]+)"', html)}
    ids = re.findall(r' id="([^"]+)"', html)
    assert len(ids) == len(set(ids))
    assert re.findall(r"<html[^>]*>", html) == ['<html lang="en">']


@drawn
def test_the_pictures_take_the_colours_of_the_page(sample):
    from infoint.charts import COLOURS

    html = report(sample).html
    pictures = "".join(re.findall(r"<svg.*?</svg>", html, re.DOTALL))
    assert not any(colour in pictures for colour in COLOURS.values())
    for name in COLOURS:
        assert html.count(f"--{name}:") == 2, "a colour for the light and one for the dark"


def test_without_the_pictures_the_sentences_stay_and_one_line_says_what_brings_them(sample):
    page = report(sample)
    assert page.note == NO_PICTURES
    assert page.html.count("infoint[charts]") == 1
    assert "<svg" not in page.html
    assert "26 answered (49%, probably 38% to 60%)" in page.html


@pytest.mark.parametrize("profile", [None, Profile(name="Robin Vega")])
@pytest.mark.parametrize("for_coach", [False, True])
def test_a_campaign_that_has_not_begun_gives_a_friendly_page(profile, for_coach):
    with Campaign(":memory:", create=True) as campaign:
        if profile:
            campaign.profile = profile
        page = report(campaign, for_coach=for_coach, ticked=TICKS if for_coach else ())
        text = " ".join(plain(page.html).split())
    assert ("easiest person to write to" in text) or ("every season begins like this" in text)
    assert "0 people" in page.contents[1 if for_coach else 0]


def test_people_without_any_letter_are_proposed_and_no_number_is_shown():
    with begun() as campaign:
        campaign.add(Person(name="Ada Park", relationship="friend"))
        own, coach = report(campaign), report(campaign, for_coach=True)
    assert "Write to Ada Park" in own.html
    assert "Write to Friend 1" in coach.html
    assert "warm letter, not sent yet" in coach.html
    assert "<svg" not in own.html + coach.html
    assert "At a glance" not in own.html + coach.html


def seen(campaign, for_coach=True):
    return _View(campaign, for_coach, (), NOW.date())


def test_page_one_says_what_was_done_what_not_and_who_waits():
    with begun() as campaign:
        for name in ("Ada Park", "Bo Li", "Cy Wu", "Di Fox"):
            campaign.add(Person(name=name, relationship="friend"))
        campaign.log("ada", "wrote", at="2025-02-03 09:00")
        campaign.log("bo", "wrote", at="2025-03-10 09:00", template="outreach/warm")
        campaign.log("cy", "wrote", at="2025-03-03 09:00", template="outreach/bo-li")
        campaign.log("cy", "answered", at="2025-03-11 09:00")
        page = seen(campaign).page()
        assert page["done"] == {"outreach_sent": ["Friend 3", "Friend 2"], "reply_received": ["Friend 3"]}
        assert [who for who, *_ in page["owed"]] == ["Friend 3"]
        assert [title for title, why, _ in page["due"]] == ["See whether Friend 1 has answered", "Write to Friend 4"]
        assert {why for _, why, _ in page["due"]} == {""}
        assert [(who, again) for who, _, _, again in page["awaited"]] == [("Friend 1", False), ("Friend 2", False)]
        assert [letter["who"] for letter in page["letters"]] == ["Friend 4", "Friend 2", "Friend 3"]
        assert [letter["what"] for letter in page["letters"]] == [
            "warm letter, not sent yet",
            "warm letter, sent 10 March, no answer yet",
            "letter of your own, sent 3 March, answered",
        ]
        own = seen(campaign, for_coach=False).page()
        assert own["owed"] == []
        due = ["Answer Cy Wu", "See whether Ada Park has answered", "Write to Di Fox"]
        assert [title for title, *_ in own["due"]] == due
        assert all(why for _, why, _ in own["due"])


@pytest.mark.parametrize(
    ("facts", "question"),
    [
        ([], "easiest person to write to"),
        ([("wrote", "2025-03-12")], "friendly word"),
        ([("wrote", "2025-02-03")], "next letter a little easier"),
        ([("wrote", "2025-03-03"), ("answered", "2025-03-04")], "made you most curious"),
        ([("wrote", "2025-03-03"), ("met", "2025-03-10")], "surprised you in the talk with Friend 1"),
        ([("wrote", "2025-01-03"), ("met", "2025-01-10")], "next letter a little easier"),
    ],
)
def test_the_one_question_comes_from_the_season(facts, question):
    with begun() as campaign:
        campaign.add(Person(name="Ada Park", relationship="friend"))
        for kind, at in facts:
            campaign.log("ada", kind, at=at)
        assert question in seen(campaign).question()


def test_a_talk_that_is_near_is_what_the_question_is_about():
    with begun() as campaign:
        campaign.add(Person(name="Ada Park", relationship="friend"))
        campaign.log("ada", "wrote", at="2025-03-03")
        campaign.log("ada", "scheduled", at="2025-03-04", start="2025-03-18 15:00")
        assert seen(campaign).question().startswith("On 18 March there is a talk with Friend 1")


def test_a_day_of_another_year_says_so():
    with begun() as campaign:
        campaign.add(Person(name="Ada Park", relationship="friend"))
        campaign.log("ada", "wrote", at="2024-12-09")
        assert "9 December 2024" in report(campaign).html


def test_the_users_own_template_wins(tmp_path):
    own = tmp_path / "templates" / "report"
    own.mkdir(parents=True)
    (own / "page.html.j2").write_text("Hello {{ me }}", encoding="utf-8")
    with infoint.open(tmp_path / "career.db", create=True) as campaign:
        campaign.profile = Profile(name="<Robin>")
        assert report(campaign).html == "Hello &lt;Robin&gt;"


@pytest.mark.parametrize(("second", "shown"), [("outreach/story", True), ("outreach/orbit-secret", False)])
def test_an_experiment_is_on_the_page_and_a_letter_of_the_users_own_is_not_named_to_a_coach(tmp_path, second, shown):
    own = tmp_path / "templates" / "letters" / "en" / "outreach"
    own.mkdir(parents=True)
    (own / "orbit-secret.j2").write_bytes(templates.find("letters/en/outreach/warm.j2").read_bytes())
    clock = count()
    with Campaign(tmp_path / "career.db", create=True, clock=lambda: NOW + timedelta(seconds=next(clock))) as campaign:
        campaign.profile = Profile(name="Robin Vega")
        campaign.experiment("outreach/warm", second, per_arm=20, seed=4)
        for name in ("Ada Park", "Bo Lind"):
            friend = campaign.add(Person(name=name, relationship="friend"))
            sent = campaign.write(friend)
            campaign.log(friend, "outreach_sent", at="2025-01-07", channel="email", template=sent.template)
        pages = [report(campaign, for_coach=for_coach).html for for_coach in (False, True)]
    assert ["Letter against letter" in page for page in pages] == [True, shown]
    assert "1 of 20 pairs is old enough" in pages[0]
    assert "orbit-secret" not in pages[1]
