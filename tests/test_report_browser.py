"""The page in a real browser: it opens from disk, says nothing to anybody, and is there for everybody."""

import warnings
from datetime import UTC, datetime

import pytest

from infoint.campaign import Campaign
from infoint.debrief import Debrief
from infoint.errors import OddOrder
from infoint.people import Person, Profile
from infoint.report import TICKS, report
from infoint.sample import demonstrate

NOW = datetime(2025, 3, 14, 15, tzinfo=UTC)
EVIL = "<script>alert(1)</script>"
SIZES = {"A4": (210, 297), "Letter": (215.9, 279.4)}
MARGIN = 15
MM = 96 / 25.4


def crowded():
    """As much as page one can hold: a person with an evil name, and of everything more than is shown."""
    with Campaign(":memory:", create=True, clock=lambda: NOW) as campaign, warnings.catch_warnings():
        warnings.simplefilter("ignore", OddOrder)
        campaign.profile = Profile(name="Robin Vega", exploring="energy, climate and " * 6, weekly=10)
        kinds = ("wrote", "nudged", "answered", "met", "thanked", "introduced", "updated", "kept", "no")
        for number in range(24):
            name = EVIL if not number else f"Person {number}"
            person = campaign.add(Person(name=name, company=f"Works {number}", relationship="acquaintance"))
            campaign.log(person, "wrote", at=f"2025-02-{1 + number:02}")
            for kind in kinds if number % 3 == 0 else ("answered",) if number % 3 == 1 else ():
                campaign.log(person, kind, at="2025-03-10")
            if number % 3 == 0:
                campaign.debrief(person, Debrief(notes=f"{EVIL} " * 20, introductions=(f"Named {number}",)))
        return [report(campaign, for_coach=flag, ticked=TICKS if flag else ()).html for flag in (False, True)]


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """Every kind of page, as files."""
    folder = tmp_path_factory.mktemp("pages")
    demo = [campaign for campaign, _ in demonstrate(folder, NOW)][-1]
    with demo, Campaign(":memory:", create=True) as empty:
        made = {
            "own": report(demo).html,
            "ticked": report(demo, for_coach=True, ticked=TICKS).html,
            "empty": report(empty).html,
            "empty-coach": report(empty, for_coach=True).html,
        }
    made["crowded"], made["crowded-coach"] = crowded()
    for name, html in made.items():
        (folder / f"{name}.html").write_text(html, encoding="utf-8")
    return {name: folder / f"{name}.html" for name in made}


NAMES = ("own", "ticked", "empty", "empty-coach", "crowded", "crowded-coach")
FULL = tuple(name for name in NAMES if "empty" not in name)


@pytest.fixture
def opened(browser, pages):
    """Open a page of ours from disk; whatever it asks for, says or pops up fails the test."""
    told, contexts = [], []

    def open_(name, **options):
        context = browser.new_context(**options)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: told.append(message.text))
        page.on("pageerror", lambda error: told.append(str(error)))
        page.on("dialog", lambda dialog: told.append(dialog.message))
        page.on("request", lambda request: told.append(request.url) if request.url != pages[name].as_uri() else None)
        page.goto(pages[name].as_uri())
        return page

    yield open_
    for context in contexts:
        context.close()
    assert told == []


@pytest.mark.parametrize("name", FULL)
def test_it_opens_from_disk_and_every_picture_is_there(opened, name):
    page = opened(name, viewport={"width": 1100, "height": 900})
    pictures = page.locator("figure svg[role=img]")
    refused = page.get_by_text("too many for a curve").count()
    assert pictures.count() == 6 - refused
    for picture in pictures.all():
        box = picture.bounding_box()
        assert box["width"] > 500
        assert box["height"] > 60
        assert len(picture.get_attribute("aria-label")) > 40
        assert picture.locator("path, text").count() > 1


def test_a_script_in_a_name_is_text_on_the_page(opened):
    assert EVIL in opened("crowded").inner_text("body")
    assert EVIL not in opened("crowded-coach").inner_text("body").split("Written down after talks")[0]
    assert opened("crowded").locator("script").count() == 0


def test_the_page_would_not_run_a_script_if_there_were_one(browser, pages, tmp_path):
    bad = tmp_path / "bad.html"
    html = pages["own"].read_text(encoding="utf-8")
    extra = "<script>document.title = 'ran'</script><img src='https://example.com/x.png'>"
    bad.write_text(html.replace("</body>", f"{extra}</body>"), encoding="utf-8")
    page = browser.new_page()
    said = []
    page.on("console", lambda message: said.append(message.text))
    page.goto(bad.as_uri())
    assert page.title() != "ran"
    assert len([text for text in said if "Content Security Policy" in text]) == 2
    page.close()


@pytest.mark.parametrize(
    ("name", "scheme"),
    [*((name, "light") for name in ("own", "crowded-coach", "empty")), *((name, "dark") for name in FULL)],
)
def test_axe_finds_nothing_to_mend(opened, name, scheme):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason='pip install -e ".[dev]"').Axe()
    page = opened(name, color_scheme=scheme, viewport={"width": 390 if scheme == "dark" else 1100, "height": 900})
    rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    found = axe.run(page, options={"runOnly": rules, "resultTypes": ["violations"]}).response
    assert [(rule["id"], rule["nodes"][0]["html"]) for rule in found["violations"]] == []
    assert len(found["passes"]) > 10, "axe looked at something"


@pytest.mark.parametrize(("name", "width"), [*((name, 390) for name in NAMES), ("own", 320), ("crowded-coach", 320)])
def test_a_phone_need_not_scroll_sideways(opened, name, width):
    page = opened(name, viewport={"width": width, "height": 844}, is_mobile=True, device_scale_factor=2)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    wide = page.evaluate(
        "w => [...document.querySelectorAll('body *:not(svg *)')].filter(e => e.getBoundingClientRect().right > w + 1)"
        ".map(e => e.outerHTML.slice(0, 80))",
        width,
    )
    assert wide == []


def luminance(page, selector, what):
    colour = page.evaluate(f"getComputedStyle(document.querySelector('{selector}')).{what}")
    red, green, blue = (int(part) for part in colour[colour.index("(") + 1 : -1].split(",")[:3])
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_in_the_dark_the_page_and_its_pictures_are_dark(opened):
    for scheme, is_dark in (("light", False), ("dark", True)):
        page = opened("ticked", color_scheme=scheme)
        for background in ("body", "section"):
            assert (luminance(page, background, "backgroundColor") < 60) is is_dark
        for text, what in (("body", "color"), ("figure svg text", "fill")):
            assert (luminance(page, text, what) > 150) is is_dark


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", ["ticked", "crowded-coach", "empty-coach"])
def test_page_one_for_the_coach_is_one_sheet_of_paper(opened, name, size):
    width, height = ((side - 2 * MARGIN) * MM for side in SIZES[size])
    page = opened(name, viewport={"width": int(width), "height": int(height)})
    page.emulate_media(media="print")
    end = page.locator(".question").bounding_box()
    assert end["y"] + end["height"] <= height
    assert page.evaluate("document.documentElement.scrollWidth") <= int(width)
    after = page.locator(".turn")
    if name != "empty-coach":
        assert after.first.evaluate("e => getComputedStyle(e).breakBefore") == "page"


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", ["own", "crowded-coach"])
def test_it_prints_on_both_papers_without_cutting_a_picture(opened, name, size):
    page = opened(name)
    sheets = page.pdf(format=size, print_background=True).count(b"/Type /Page\n")
    assert 4 <= sheets <= 12
    page.emulate_media(media="print")
    _, height = SIZES[size]
    for figure in page.locator("figure").all():
        assert figure.bounding_box()["height"] < (height - 2 * MARGIN) * MM
        assert figure.evaluate("e => getComputedStyle(e).breakInside") == "avoid"
