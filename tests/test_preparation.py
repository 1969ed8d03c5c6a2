"""The preparation sheet: as Markdown, as a page, as a card."""

import html
import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from infoint.debrief import Debrief
from infoint.events import Event, Meeting, Promise, Standing
from infoint.people import Person, Profile
from infoint.preparation import PreparationSheet
from infoint.questions import bank, weighed

START = datetime(2025, 3, 13, 22, 30, tzinfo=UTC)
DANA = Person(name="Dana Ruiz", company="Orbit", role="engineer", industry="energy", relationship="classmate")
ME = Profile(
    name="Robin Vega", background="six years of teaching", skills="teaching, data", interests="maps", goals="a change",
    exploring="energy", story="I taught physics for six years.", examples={"teaching": "a lab from nothing"},
)  # fmt: skip
SET = Standing(stage="scheduled", meeting=Meeting(start=START, minutes=30, place="Café Nord"))
FOUND = {"company": ("They forecast tides",), "industry": ("Grids",), "role": ("Long nights",), "fit": ("I explain",)}
EVIL = (
    "<script>alert(1)</script> [x](javascript:alert(1)) ![y](http://example.com/p.png) <img src=x onerror=alert(1)> `"
)


def sheet(person=DANA, me=ME, s=SET, zone=UTC, **known):
    return PreparationSheet(person=person, me=me, standing=s, bank=weighed(bank(), person), zone=zone, **known)


def lines(made):
    return str(made).splitlines()


def part(made, title):
    """The lines under one title."""
    return str(made).partition(f"## {title}")[2].partition("\n## ")[0].splitlines()[1:]


@pytest.mark.parametrize(
    ("mine", "theirs", "when"),
    [
        ("America/New_York", "", "Thu 13 Mar 2025, 18:30 (America/New_York)"),
        ("Asia/Kolkata", "", "Fri 14 Mar 2025, 04:00 (Asia/Kolkata)"),
        ("America/New_York", "America/Toronto", "Thu 13 Mar 2025, 18:30 (America/New_York)"),
        (
            "America/New_York",
            "Europe/Berlin",
            "Thu 13 Mar 2025, 18:30 (America/New_York); for them Thu 13 Mar 2025, 23:30 (Europe/Berlin)",
        ),
        (
            "America/New_York",
            "Asia/Tokyo",
            "Thu 13 Mar 2025, 18:30 (America/New_York); for them Fri 14 Mar 2025, 07:30 (Asia/Tokyo)",
        ),
    ],
)
def test_the_hour_is_told_in_the_users_zone_and_in_theirs_where_it_is_another(mine, theirs, when):
    made = sheet(person=Person(name="Dana", timezone=theirs), zone=ZoneInfo(mine), minutes=30)
    assert made.when == when
    assert f"{when}, 30 minutes, Café Nord." in lines(made)


@pytest.mark.parametrize("s", [Standing(), Standing(meeting=Meeting())])
def test_a_meeting_without_a_date_says_so(s):
    assert sheet(s=s).when == "No date is noted yet"


def test_the_sheet_holds_what_is_known_and_what_was_said_before():
    events = [Event(person_id="d", kind="noted", at=START, note="Likes\nmaps")]
    promises = tuple(
        Promise(id="", text=text, made=START.date(), due=None, by=by)
        for text, by in (("a book", "me"), ("a name", "them"))
    )
    made = sheet(
        s=Standing(meeting=SET.meeting, promises=promises, first_sent=START),
        events=events,
        debriefs=[
            Debrief(learnt=("Grids are short",), advice="Read more", surprised="The size", notes="Long", lead="One")
        ],
        introducer="Ada",
        found=FOUND,
    )
    for line in (
        "# Before you meet Dana Ruiz",
        "- engineer at Orbit",
        "- How you know them: Ada introduced you",
        "- You first wrote on Thu 13 Mar 2025",
        "- Thu 13 Mar 2025: Likes maps",
        "- They said: Grids are short",
        "- They advised: Read more",
        "- It surprised you: The size",
        "- You wrote: Long",
        "- An opening: One",
        "- You promised: a book",
        "- They promised: a name",
        "- Company: They forecast tides",
        "- Industry: Grids",
        "- Role: Long nights",
        "I taught physics for six years.",
        "- teaching: a lab from nothing",
        "- data",
        "- What draws you: maps",
        "- Goals: a change",
        "- You are exploring: energy",
        "- How you could fit Orbit: I explain",
        "- No asking for a job, nor for a referral to one.",
        "- End on time: say it when two minutes are left.",
    ):
        assert line in lines(made)
    assert "tonight" not in str(made)


def test_what_the_user_is_unsure_of_is_fine_and_the_sheet_says_so():
    assert "- What you are not sure of: which side of it. That is fine: say so." in lines(
        sheet(me=Profile(name="Robin", unsure="which side of it"))
    )
    assert "- Not knowing exactly what you want is fine: say so, and say what draws you." in lines(sheet())


def test_what_was_not_looked_up_is_a_box_to_tick_and_a_finding_takes_its_place():
    assert [line[:5] for line in part(sheet(), "Research") if line] == ["- [ ]"] * 3
    assert [
        line for line in part(sheet(found={"role": ("Long", "Loud")}), "Research") if "[ ]" not in line and line
    ] == [
        "- Role: Long",
        "- Role: Loud",
    ]


@pytest.mark.parametrize("me", [ME, None, Profile(name="Robin Vega")])
@pytest.mark.parametrize("person", [DANA, Person(name="Dana Ruiz"), Person(name="{{ 7 * 7 }}", company="{% if %}")])
@pytest.mark.parametrize("s", [SET, Standing(), Standing(meeting=Meeting())])
@pytest.mark.parametrize("minutes", [5, 15, 20, 60])
def test_a_sheet_has_no_gap_whatever_is_missing(me, person, s, minutes):
    made = sheet(person=person, me=me, s=s, minutes=minutes)
    text = str(made)
    assert 1 <= text.count("- [ ]", 0, text.index("## When")) <= 3
    for gap in ("None", "\n\n\n", "- \n", "- [ ] \n", "()", " ,", "49", ": \n"):
        assert gap not in text
    assert len(made.questions) == len(made.plan.questions) >= 2
    for number, question in enumerate(made.questions, 1):
        assert f"{number}. {question}" in text


@pytest.mark.parametrize(
    ("known", "first"),
    [
        ({"s": Standing(meeting=Meeting())}, "Note when you meet"),
        ({"me": Profile(name="R", background="x")}, "Your story in 60 seconds"),
        ({"person": Person(name="Dana", role="engineer", industry="energy")}, "Where they work"),
        ({"found": FOUND | {"company": ()}}, "Ten minutes on what Orbit does"),
        ({"me": Profile(name="R", story="x", skills="data")}, "One small example for a skill"),
        ({"found": FOUND | {"fit": ()}}, "One sentence on how you could fit Orbit"),
        ({"person": Person(name="Dana", company="Orbit", industry="energy")}, "What they do there"),
        ({"found": FOUND | {"role": ()}}, "What they do all day"),
        ({"s": Standing(meeting=Meeting(start=START))}, "Where you meet"),
        ({"person": Person(name="Dana", company="Orbit", role="engineer")}, "Their industry"),
        ({"found": FOUND | {"industry": ()}}, "One thing that moves energy"),
        ({"first": True}, "A rehearsal with a friend"),
    ],
)
def test_what_is_missing_stands_at_the_top_the_most_helpful_first(known, first):
    made = sheet(**({"found": FOUND} | known))
    top = str(made).partition("## When and where")[0]
    assert "**Still worth doing tonight**" in top
    assert re.search(r"- \[ \] (.*)", top)[1].startswith(first)
    assert "tonight" not in str(sheet(found=FOUND))


def test_a_rehearsal_is_offered_while_no_talk_was_held_yet():
    assert part(sheet(first=True), "Your first talk?")
    assert "Rehearse" not in str(sheet())


def test_if_they_begin_to_interview_you_there_is_a_question_that_hands_it_back():
    (told,) = filter(None, part(sheet(), "If they begin to interview you"))
    assert "60 seconds" in told
    assert "?" in told


def test_the_sheet_says_which_questions_go_when_time_gets_short():
    made = sheet(minutes=30)
    told = {}
    for line in part(made, "Questions (30 minutes)"):
        if found := re.match(r"(\d+)\. .*?(?:\*\(leave out at (\d+) minutes\)\*)?$", line):
            told[int(found[1])] = int(found[2] or 0)
    for minutes in (20, 15, 10):
        left = made.plan.cut_to(minutes).questions
        gone = {n for n, question in enumerate(made.plan.questions, 1) if question not in left}
        assert gone == {n for n, at in told.items() if at >= minutes}
    assert len({n for n, at in told.items() if at == 0}) == 2


def test_each_question_shows_its_record():
    made = sheet(records={"path-to-here": ["Ada: By chance", "", "Tom: By ferry"]})
    assert "   - Asked 3×, answered 2×; Ada: By chance; Tom: By ferry" in lines(made)


EVERYWHERE = {
    "person": Person(name=EVIL, company=EVIL, role=EVIL, industry=EVIL, url=EVIL, note=EVIL, school=EVIL),
    "me": Profile(
        name=EVIL, story=EVIL, skills=(EVIL,), examples={EVIL: EVIL}, interests=EVIL, goals=EVIL, unsure=EVIL
    ),
    "s": Standing(meeting=Meeting(start=START, place=EVIL)),
    "events": [Event(person_id="d", kind="noted", at=START, note=EVIL)],
    "debriefs": [Debrief(learnt=(EVIL,), advice=EVIL, notes=EVIL)],
    "found": dict.fromkeys(FOUND, (EVIL,)),
    "introducer": EVIL,
    "records": {"path-to-here": [EVIL]},
}


@pytest.mark.parametrize("whole", [True, False])
def test_no_script_link_or_picture_of_what_somebody_wrote_lives_on_a_page(whole):
    page = sheet(**EVERYWHERE).page(whole=whole)
    for alive in ("<script", "<img", "<a ", "onerror=alert(1)>"):
        assert alive not in page
    assert html.escape("<script>alert(1)</script> [x](javascript:alert(1))") in page
    assert (
        len(
            re.findall(
                r"<(?!/?(?:html|head|meta|title|style|body|div|h1|h2|p|ul|ol|li|em|strong|code|br)\b|!DOCTYPE)", page
            )
        )
        == 0
    )


@pytest.mark.parametrize("start", ["# x", "- x", "1. x", "> x", "+ x", "~~~", "==="])
def test_what_somebody_wrote_makes_no_heading_list_or_block_of_its_own(start):
    page = sheet(found={"company": (start,)}, me=Profile(name="R", story=start)).page()
    assert f"<li>Company: {html.escape(start)}</li>" in page
    assert f"<p>{html.escape(start)}</p>" in page


def test_the_page_is_whole_and_loads_nothing_and_the_card_is_only_its_inside():
    page, card = sheet().page(), sheet()._repr_html_()
    assert page.startswith("<!DOCTYPE html>")
    assert not re.search(r"(?:src=|href=|url\(|@import|https?:)", page)
    assert card.strip().startswith("<style>")
    assert "<html" not in card
    for text in ("Before you meet Dana Ruiz", "How did you get to where you are today?", 'class="todo"'):
        assert text in page
        assert text in card


def crowded():
    """A sheet of 20 minutes with long texts of every kind and more of each than the page shows."""
    words = " ".join(["things of some length"] * 12)
    story = " ".join(["word"] * 150)
    skills = {f"skill number {n}": words for n in range(6)}
    events = [Event(person_id="d", kind="noted", at=START, note=f"{n} {words}") for n in range(9)]
    answers = {question.id: words for question in bank()}
    debriefs = [Debrief(learnt=(words,) * 9, advice=words, surprised=words, still_interested=words, notes=words,
                        lead=words, answers=answers)]  # fmt: skip
    promises = tuple(Promise(id="", text=words, made=START.date(), due=None, by="me") for _ in range(5))
    person = Person(
        name="Maximiliane Brandt-Okonkwo", company="Northern Offshore Wind Operations", role="Head of Grid Planning",
        industry="renewable energy", relationship="alum", timezone="Asia/Tokyo", school="Alder University",
        note=words, url="https://www.linkedin.com/in/maximiliane-brandt-okonkwo-madeup",
    )  # fmt: skip
    return sheet(
        person=person,
        me=Profile(name="R", story=story, skills=tuple(skills), examples=skills, interests=words, goals=words,
                   exploring=words, unsure=words),
        s=Standing(meeting=Meeting(start=START, minutes=20, place="a café with a long name by the river"),
                   promises=promises, first_sent=START),
        events=events, debriefs=debriefs, introducer="Ada Park", first=True, minutes=20,
        named=["Kenji Mori"] * 20, found=dict.fromkeys(FOUND, (words,) * 5),
        records={question.id: [f"Ada Park: {words}"] * 4 for question in bank()},
    )  # fmt: skip


@pytest.mark.parametrize("size", ["A4", "Letter"])
@pytest.mark.parametrize("make", [sheet, crowded])
def test_twenty_minutes_are_one_side_of_paper(browser, size, make, tmp_path):
    file = tmp_path / "sheet.html"
    file.write_text(make().page(), encoding="utf-8")
    page = browser.new_page()
    page.goto(file.as_uri())
    pdf = page.pdf(format=size, print_background=True, prefer_css_page_size=False)
    (tmp_path / "sheet.pdf").write_bytes(pdf)
    page.close()
    assert pdf.count(b"/Type /Page\n") == 1


def test_the_page_shows_the_newest_and_the_beginning_of_what_is_long():
    events = [Event(person_id="d", kind="noted", at=START, note=f"Note {n} " + "long " * 60) for n in range(9)]
    made = sheet(events=events)
    assert str(made).count("long ") > 9 * 50
    assert [n for n in range(9) if f"Note {n} " in made.page()] == [7, 8]
    assert "long …" in made.page()
