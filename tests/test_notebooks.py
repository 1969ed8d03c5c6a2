"""The notebooks are stories: half prose, small cells, outputs kept, and true of the reader's own campaign as well.

That their outputs are still what the cells give is checked by `pytest --nbval --nbval-sanitize-with
notebooks/sanitize.cfg notebooks`. When a sentence of the library has changed on purpose, run every
notebook anew and keep what it gives (then read it: the prose has to fit still) with

    python tests/test_notebooks.py [NOTEBOOK ...]
"""

import os
import re
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).parent.parent / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
PICTURE = re.compile("altair-viz-[0-9a-f]{32}")

nbformat = pytest.importorskip("nbformat", reason="pip install -e .[dev]")


def read(path: Path) -> Any:
    return nbformat.read(path, as_version=4)


def code(book: Any) -> list[Any]:
    return [cell for cell in book.cells if cell.cell_type == "code"]


def executed(path: Path, folder: Path) -> Any:
    """The notebook as a fresh kernel gives it, with nothing in it that differs from run to run."""
    from nbclient import NotebookClient

    book = read(path)
    where = {"metadata": {"path": str(folder)}}
    NotebookClient(
        book, timeout=300, kernel_name="python3", record_timing=False, coalesce_streams=True, resources=where
    ).execute()
    book.metadata.language_info = {"name": "python"}
    for number, output in enumerate(output for cell in code(book) for output in cell.outputs):
        if "text/html" in output.get("data", {}):
            output.data["text/html"] = PICTURE.sub(f"altair-viz-{number:032x}", output.data["text/html"])
    return book


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.stem)
def notebook(request):
    return request.param


def test_notebooks_are_numbered_from_one_without_a_gap():
    assert [path.name[:3] for path in NOTEBOOKS] == [f"{number:02}-" for number in range(1, len(NOTEBOOKS) + 1)]


def test_the_title_is_a_numbered_question(notebook):
    title = read(notebook).cells[0].source.splitlines()[0]
    assert title.startswith(f"# {int(notebook.name[:2])}. ")
    assert title.endswith("?")


def test_prose_is_at_least_two_fifths_of_what_there_is_to_read(notebook):
    book = read(notebook)
    prose = sum(len(cell.source) for cell in book.cells if cell.cell_type == "markdown")
    assert prose >= 0.4 * (prose + sum(len(cell.source) for cell in code(book)))


def test_no_cell_has_more_than_five_lines(notebook):
    assert [cell.source for cell in code(read(notebook)) if len(cell.source.splitlines()) > 5] == []


def test_claims_are_checked_by_asserts(notebook):
    cells = code(read(notebook))
    assert sum("assert " in cell.source for cell in cells) >= len(cells) / 2


def test_outputs_are_kept_and_none_is_an_error_or_a_warning(notebook):
    cells = code(read(notebook))
    outputs = [output for cell in cells for output in cell.outputs]
    assert all(cell.outputs for cell in cells if "print(" in cell.source)
    assert len(outputs) >= 5
    assert [output for output in outputs if output.output_type == "error" or output.get("name") == "stderr"] == []


def test_nothing_in_it_differs_from_run_to_run(notebook):
    text, book = notebook.read_text(encoding="utf-8"), read(notebook)
    assert [cell.metadata for cell in book.cells if cell.metadata] == []
    assert [word for word in ("date.today", "datetime.now", "time.time", "random", " at 0x") if word in text] == []


def test_it_holds_no_logic_of_its_own(notebook):
    source = "\n".join(cell.source for cell in code(read(notebook)))
    assert [word for word in ("def ", "class ", "while ", "lambda ") if word in source] == []


def test_it_is_small_and_runs_on_any_python3_kernel(notebook):
    assert notebook.stat().st_size < 100_000
    assert read(notebook).metadata == {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }


ON_A_CAMPAIGN = [path for path in NOTEBOOKS if "INFOINT_CAMPAIGN" in path.read_text(encoding="utf-8")]


@pytest.fixture(params=["the demonstration", "one person only"])
def own(request, tmp_path, monkeypatch):
    """A reader's campaign of their own, which the notebooks are told of."""
    import infoint
    from infoint.sample import demonstrate

    folder = tmp_path / "own"
    folder.mkdir()
    if request.param == "the demonstration":
        *_, (campaign, _) = demonstrate(folder, datetime(2025, 3, 14, 15, tzinfo=UTC))
    else:
        campaign = infoint.open(folder / "career.db", create=True)
        campaign.profile = infoint.Profile(name="Kit Moreno")
        campaign.add(infoint.Person(name="Ines Okafor", relationship="friend"))
    campaign.close()
    monkeypatch.setenv("INFOINT_CAMPAIGN", str(folder / "career.db"))
    return request.param, folder


def kept(folder: Path) -> dict[str, bytes]:
    """What lies in a folder."""
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_the_first_notebook_reads_the_readers_own_campaign_and_leaves_it_as_it_was(own, tmp_path, monkeypatch):
    kind, folder = own
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(FOLDER.parent), os.environ.get("PYTHONPATH", "")]))
    before = kept(folder)

    book = executed(NOTEBOOKS[0], tmp_path)

    assert kept(folder) == before
    shown = str([cell.outputs for cell in code(book)])
    assert ("Dana Ruiz" if kind == "the demonstration" else "Ines Okafor") in shown


@pytest.mark.parametrize("path", ON_A_CAMPAIGN[1:], ids=lambda path: path.stem)
def test_the_later_ones_hold_on_the_readers_own_campaign_and_leave_it_as_it_was(path, own, capsys):
    """Without a kernel, which takes seconds to start."""
    _, folder = own
    before, space = kept(folder), dict[str, Any]()

    for cell in code(read(path)):
        exec(cell.source, space)
    space["campaign"].close()

    assert kept(folder) == before
    shown = capsys.readouterr().out
    assert shown
    assert [name for name in ("Robin", "Hyun-woo Seo") if name in shown] == []


def test_only_copies_of_the_readers_campaign_are_read_in_a_place_that_is_swept_away():
    assert [path.name[:2] for path in ON_A_CAMPAIGN] == ["01", "03", "04", "05", "06"]
    for path in ON_A_CAMPAIGN:
        first = code(read(path))[0].source
        assert ".backup(" in first
        assert "TemporaryDirectory(" in first


if __name__ == "__main__":
    for path in [Path(name) for name in sys.argv[1:]] or NOTEBOOKS:
        nbformat.write(executed(path, FOLDER), path)
