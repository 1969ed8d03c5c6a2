"""`infoint report` writes one private file, never over another, and for a coach only after a yes."""

import os
import re
import sys

import pytest

BLOCKED = """import importlib.util as u
found = u.find_spec
u.find_spec = lambda name, *more: None if name == "vl_convert" else found(name, *more)
"""


@pytest.fixture
def busy(user, make_user, tmp_path_factory):
    """Nadia has written to Tom and to Leila; Leila has answered. The extra `charts`, slow to load, is not installed."""
    without = tmp_path_factory.mktemp("without")
    (without / "sitecustomize.py").write_text(BLOCKED)

    class Plain(make_user):
        def environment(self, **more):
            ours = make_user.environment(self, **more)
            return ours | {"PYTHONPATH": f"{without}{os.pathsep}{ours['PYTHONPATH']}"}

    busy = Plain(user.home)
    busy("log", "tom", "wrote", "--template", "outreach/warm")
    busy("log", "leila", "wrote", "--note", "met her cousin")
    busy("log", "leila", "answered")
    return busy


def made(user):
    return [path for path in user.home.iterdir() if path.suffix == ".html"]


def test_the_users_own_page_is_written_at_once_and_only_they_can_read_it(busy):
    done = busy("report")
    (page,) = made(busy)
    assert re.fullmatch(r"infoint-report-\d{4}-\d\d-\d\d\.html", page.name)
    assert page.as_uri() in done.out
    assert "for your own eyes" in done.out
    assert "Tom Okoye" in page.read_text(encoding="utf-8")
    if sys.platform != "win32":
        assert page.stat().st_mode & 0o777 == 0o600
    assert not [path for path in busy.home.iterdir() if path.name.startswith(".infoint")]


def test_a_page_is_never_written_over_another_unless_told(busy):
    page = busy.home / "season.html"
    page.write_text("mine")
    assert "already there" in busy.refused("report", page)
    assert "--force" in busy.refused("report", page)
    assert page.read_text() == "mine"
    busy("report", page, "--force")
    assert page.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")


def test_a_folder_that_is_not_there_is_told(busy):
    assert "There is no folder" in busy.refused("report", "nowhere/page.html")


def test_for_a_coach_nothing_is_written_nor_recorded_without_a_yes(busy):
    assert "--yes" in busy.refused("report", "--for-coach", code=2)
    before = busy.dump()
    screen = busy.talk("report", "--for-coach", say=[("Write this page?", "n\r")], code=1)
    assert "people as labels" in screen
    assert "Not in it: names but yours" in screen
    assert made(busy) == []
    assert busy.dump() == before


def test_for_a_coach_the_page_has_labels_which_find_the_people(busy):
    done = busy("report", "--for-coach", "--yes")
    (page,) = made(busy)
    html = page.read_text(encoding="utf-8")
    assert page.name.startswith("infoint-report-for-coach-")
    assert "Nadia Brandt" in html
    for secret in ("Tom", "Okoye", "Leila", "example.com", "cousin"):
        assert secret not in html
    assert "Classmate 1" in html
    assert "Tom Okoye" in busy("people", "Classmate 1").out
    assert "Tom Okoye" in busy("people", "classmate 1").out
    assert "· your name" in done.out
    state = busy.dump()
    busy("report", "--for-coach", "--yes", "--force")
    assert busy.dump() == state


def test_what_is_ticked_is_told_and_may_be_said_in_one_word_or_several(busy):
    together = busy("report", "a.html", "--for-coach", "--yes", "--with", "letters,debriefs").out
    apart = busy("report", "b.html", "--for-coach", "--yes", "--with", "letters", "--with", "debriefs").out
    assert together.replace("a.html", "b.html") == apart
    assert "the text of 3 letters" in apart
    assert "Read them first" in " ".join(apart.split())
    assert (busy.home / "a.html").read_bytes() == (busy.home / "b.html").read_bytes()


def test_a_company_is_found_by_its_label(busy):
    busy("report", "--for-coach", "--yes", "--with", "companies")
    out = busy("people", "--company", "Company 1").out
    assert re.search(r"^1 person|^\d+ people", out, re.MULTILINE)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--for-coach", "--with", "names"), "cannot be ticked"),
        (("--with", "letters"), "goes with --for-coach"),
    ],
)
def test_what_cannot_be_ticked_is_told(busy, words, said):
    assert said in busy.refused("report", *words, code=2)


def test_without_the_pictures_the_page_is_written_and_one_line_says_what_brings_them(busy):
    assert busy("report").out.count('pip install "infoint[charts]"') == 1
    (page,) = made(busy)
    assert "<svg" not in page.read_text(encoding="utf-8")


def test_with_them_there_are_pictures_and_no_note(busy, make_user):
    pytest.importorskip("vl_convert", reason='pip install "infoint[charts]"')
    assert "pip install" not in make_user(busy.home)("report").out
    (page,) = made(busy)
    assert page.read_text(encoding="utf-8").count("<svg") > 3


def test_a_campaign_without_letters_gives_a_page_too(user):
    user("report")
    (page,) = made(user)
    assert "every season begins like this" in " ".join(page.read_text(encoding="utf-8").split())
