"""Finding template and data files."""

import pytest

from infoint import templates
from infoint.errors import InvalidTemplate


@pytest.fixture
def own(tmp_path):
    """A campaign's own folder of templates, with a secret beside it."""
    folder = tmp_path / "templates"
    (folder / "letters/en/outreach").mkdir(parents=True)
    (folder / "letters/en/outreach/warm.j2").write_text("mine", encoding="utf-8")
    (folder / "letters/en/outreach/extra.j2").write_text("Zoë", encoding="utf-8")
    (tmp_path / "secret.toml").write_text("secret", encoding="utf-8")
    return folder


def test_the_users_own_file_wins_over_the_packaged_one(own):
    assert templates.read("letters/en/outreach/warm.j2", own) == "mine"
    assert templates.read("letters/en/outreach/warm.j2") != "mine"
    assert templates.read("letters/en/outreach/cold.j2", own) == templates.read("letters/en/outreach/cold.j2")


def test_names_are_those_of_both_folders_once(own):
    both, packaged = (templates.names("letters/en", ".j2", where) for where in (own, None))
    assert both == sorted([*packaged, "outreach/extra"])


@pytest.mark.parametrize("name", ["../secret.toml", "letters/../../secret.toml", "no/such.toml", "letters", ""])
def test_nothing_outside_the_folder_is_read(own, name):
    assert templates.find(name, own) is None
    with pytest.raises(InvalidTemplate, match="it does not exist"):
        templates.read(name, own)


def test_text_that_is_not_utf8_is_refused_with_the_byte(own):
    (own / "questions.toml").write_bytes(b"a = 'Zo\xeb'")
    with pytest.raises(InvalidTemplate, match=r"questions\.toml, byte 7: it is not UTF-8 text"):
        templates.read("questions.toml", own)


@pytest.mark.parametrize("name", ["questions.toml", "sheets/preparation.md.j2", "demo/season.toml"])
def test_the_packaged_files_are_found(name):
    assert templates.find(name).is_relative_to(templates.folder())
