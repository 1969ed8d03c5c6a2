"""The pages tell the truth: commands exist, outputs are real, links lead somewhere, nothing public is left out.

In a ```console block every `$ infoint ...` is run, page by page, on a fresh demonstration of Friday
14 March 2025, and what it prints has to be what the page shows; a line `...` stands for any lines
left out. When a sentence of the library has changed on purpose, renew what the pages show (and
read it again) with

    python tests/test_docs.py
"""

import doctest
import os
import re
import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest import mock

import click
import pytest
from click.testing import CliRunner

import infoint
from infoint.campaign import Campaign
from infoint.cli import cli
from infoint.sample import demonstrate, sample_mailbox

ROOT = Path(__file__).parent.parent
DOCS = sorted((ROOT / "docs").glob("*.md"))
PAGES = [ROOT / "README.md", *DOCS]
NOW = datetime(2025, 3, 14, 15, 0, tzinfo=UTC)

_BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_INLINE = re.compile(r"`infoint( [^`]+)?`")
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")


def text_of(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def commands(page: Path) -> list[str]:
    """Every infoint command line that a page shows, in blocks and inside sentences."""
    text = text_of(page)
    lines = [
        line.strip() for name, block in _BLOCK.findall(text) if name in ("sh", "console") for line in block.splitlines()
    ]
    shown = [line.removeprefix("$ ") for line in lines if line.startswith(("$ infoint ", "infoint "))]
    prose = _BLOCK.sub("", text)
    return shown + [f"infoint{found}" for found in _INLINE.findall(" ".join(prose.split())) if found]


def words_of(line: str) -> list[str]:
    return shlex.split(line, comments=True)[1:]


def parsed(words: list[str]) -> str:
    """The command that these words call; click refuses what does not exist."""
    if words[:1] == ["--campaign"]:
        words = words[2:]
    if words in (["--help"], ["-h"], ["--version"]):
        return words[0]
    command = cli.get_command(click.Context(cli), words[0])
    assert command is not None, f"there is no command {words[0]}"
    if words[1:] not in ([], ["--help"]):
        command.make_context(words[0], words[1:])
    return words[0]


CALLS = list(dict.fromkeys(line for page in PAGES for line in commands(page)))


@pytest.mark.parametrize("line", CALLS)
def test_every_command_that_a_page_shows_exists_with_its_options(line):
    assert parsed(words_of(line))


@pytest.mark.parametrize(
    "line", ["infoint wirte dana", "infoint write dana --tempalte x", "infoint people --stage gone"]
)
def test_a_command_that_does_not_exist_would_be_found(line):
    with pytest.raises((AssertionError, click.UsageError)):
        parsed(words_of(line))


def test_every_command_is_told_on_some_page():
    told = {parsed(words_of(line)) for page in DOCS for line in commands(page)}
    assert set(cli.list_commands(click.Context(cli))) - told == set()


def test_every_public_name_is_told_on_the_page_about_python():
    page = text_of(ROOT / "docs" / "python.md")
    assert [name for name in infoint.__all__ if not re.search(rf"\binfoint\.{name}\b", page)] == []


def test_every_public_method_of_a_campaign_is_told_on_the_page_about_python():
    page = text_of(ROOT / "docs" / "python.md")
    assert [name for name in vars(Campaign) if name[0] != "_" and not re.search(rf"\.{name}\b", page)] == []


@pytest.mark.parametrize("page", [*PAGES, *sorted((ROOT / "notebooks").glob("*.ipynb"))], ids=lambda page: page.name)
def test_no_page_has_a_dead_link(page):
    dead = []
    for link in _LINK.findall(text_of(page)):
        path, _, anchor = link.partition("#")
        if "://" in link or link.startswith("mailto:"):
            continue
        target = (page.parent / path).resolve() if path else page
        if not target.exists() or (anchor and anchor not in anchors(target)):
            dead.append(link)
    assert dead == []


def anchors(page: Path) -> set[str]:
    """What the headings of a page are called in links, as GitHub makes them."""
    titles = re.findall(r"^#+ (.+)$", text_of(page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.casefold()).strip().replace(" ", "-") for title in titles}


@pytest.mark.parametrize("page", DOCS, ids=lambda page: page.name)
def test_every_page_has_one_title_and_lines_that_fit_a_screen(page):
    prose = _BLOCK.sub("", text_of(page))
    assert len(re.findall(r"^# ", prose, re.MULTILINE)) == 1
    assert [line for line in prose.splitlines() if len(line) > 132 and not line.startswith("|")] == []


@cache
def mail_of_the_sample() -> bytes:
    with TemporaryDirectory() as folder:
        return sample_mailbox(Path(folder) / "mbox").read_bytes()


@contextmanager
def at_the_desk() -> Iterator[Path]:
    """A new demonstration on a fixed day, in the folder we are in, with the clock standing still."""
    before = Path.cwd()
    clock = mock.patch.dict(Campaign.__init__.__kwdefaults__, clock=lambda: NOW)
    with TemporaryDirectory() as folder, clock:
        for campaign, _ in demonstrate(Path(folder), NOW):
            last = campaign
        last.close()
        (Path(folder) / "All mail.mbox").write_bytes(mail_of_the_sample())
        os.chdir(folder)
        try:
            yield Path(folder)
        finally:
            os.chdir(before)


def printed(line: str) -> str:
    """What a command prints on the demonstration, without blanks at the ends of lines."""
    result = CliRunner(env={"INFOINT_CAMPAIGN": "career.db"}).invoke(cli, words_of(line), catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return "\n".join(text.rstrip() for text in result.output.strip("\n").splitlines())


def told(block: str) -> list[tuple[str, str]]:
    """The commands of a console block, each with what the page says that it prints."""
    parts = re.split(r"^\$ (.+)\n", block, flags=re.MULTILINE)
    return [(line, shown.strip("\n")) for line, shown in zip(parts[1::2], parts[2::2], strict=True)]


def fits(shown: str, real: str) -> bool:
    pattern = "".join(r"(?:.*\n)*?" if line.strip() == "..." else re.escape(line) + "\n" for line in shown.split("\n"))
    return re.fullmatch(pattern, real + "\n") is not None


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_what_a_page_shows_is_what_the_commands_print(page):
    with at_the_desk():
        for name, block in _BLOCK.findall(text_of(page)):
            for line, shown in told(block) if name == "console" else ():
                real = printed(line)
                assert fits(shown, real), f"{line}\n--- shown\n{shown}\n--- printed\n{real}"


@pytest.mark.parametrize(("shown", "fit"), [("a\n...", True), ("...\nc", True), ("a\n...\nb", False), ("a\nb", False)])
def test_left_out_lines_may_be_any_but_the_others_must_be_there(shown, fit):
    assert fits(shown, "a\nb\nc") is fit


def test_the_python_that_the_pages_show_works():
    for page in PAGES:
        names, finder = {"infoint": infoint}, doctest.DocTestParser()
        source = "\n".join(block for name, block in _BLOCK.findall(text_of(page)) if name == "python")
        runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE)
        with at_the_desk():
            runner.run(finder.get_doctest(source, names, page.name, str(page), 0))
        assert runner.summarize(verbose=False).failed == 0


def renewed(block: str) -> str:
    """The block with what its commands print now; a piece between two `...` keeps its first line and its length."""
    parts = []
    for line, shown in told(block):
        real, kept = printed(line).split("\n"), []
        for number, piece in enumerate(re.split(r"^ *\.\.\.\n?", shown, flags=re.MULTILINE)):
            lines = piece.removesuffix("\n").split("\n") if piece else []
            start = real.index(lines[0]) if number and lines else 0
            kept.append("\n".join(real[start : start + len(lines)] if "..." in shown else real))
        parts.append(f"$ {line}\n" + "\n...\n".join(kept).strip("\n") + "\n")
    return "\n".join(parts)


if __name__ == "__main__":
    for page in PAGES:
        with at_the_desk():
            page_text = _BLOCK.sub(
                lambda found: f"```console\n{renewed(found[2])}```" if found[1] == "console" else found[0],
                text_of(page),
            )
        page.write_text(page_text, encoding="utf-8")
