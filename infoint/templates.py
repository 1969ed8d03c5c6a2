"""The one room that finds template and data files, packaged or the user's own.

A wheel carries `templates/` inside the package; in a checkout it lies beside it. The user's own
folder, `templates/` beside the campaign, wins over both.
"""

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from infoint.errors import InvalidTemplate, TemplateError

if TYPE_CHECKING:
    from jinja2 import Template

_PACKAGED = Path(__file__).parent / "templates"
_CHECKOUT = Path(__file__).parent.parent / "templates"
_LARGEST = 1_000_000


@cache
def folder() -> Path:
    """The folder of the packaged templates and data.

    >>> (folder() / "questions.toml").is_file()
    True
    """
    for candidate in (_PACKAGED, _CHECKOUT):
        if (candidate / "questions.toml").is_file():
            return candidate
    raise TemplateError(
        "infoint's templates are not installed.", "Install it again: pip install --force-reinstall infoint"
    )


def find(name: str, own: Path | None = None) -> Path | None:
    """Where the file `name` (with `/` between folders) lies, or None; `own` is searched first."""
    return (_inside(own, name) if own else None) or _packaged(name)


def _inside(base: Path, name: str) -> Path | None:
    path = base.joinpath(*name.split("/"))
    return path if path.is_file() and path.resolve().is_relative_to(base.resolve()) else None


@cache
def _packaged(name: str) -> Path | None:
    return _inside(folder(), name)


def read(name: str, own: Path | None = None) -> str:
    """The text of a template or data file.

    >>> read("no/such.toml")
    Traceback (most recent call last):
    ...
    infoint.errors.InvalidTemplate: no/such.toml, file: it does not exist.
    """
    path = find(name, own)
    if path is None:
        raise InvalidTemplate(name, "file", "it does not exist")
    return _packaged_text(path) if path == _packaged(name) else text_of(path)


def text_of(path: Path) -> str:
    """The text of a file; what is no text, or far too much of it, is refused."""
    if path.stat().st_size > _LARGEST:
        raise InvalidTemplate(str(path), "size", f"it has more than {_LARGEST:,} bytes")
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise InvalidTemplate(str(path), f"byte {error.start}", "it is not UTF-8 text") from error


_packaged_text = cache(text_of)


def names(under: str, suffix: str, own: Path | None = None) -> list[str]:
    """The files with this suffix below the folder `under`, by name without the suffix, sorted.

    >>> "outreach/warm" in names("letters/en", ".j2")
    True
    """
    found = set()
    for base in (own, folder()):
        if base is not None and (root := base.joinpath(*under.split("/"))).is_dir():
            found |= {path.relative_to(root).as_posix()[: -len(suffix)] for path in root.rglob(f"*{suffix}")}
    return sorted(found)


@cache
def sheet(name: str) -> "Template":
    """The packaged sheet of that name, ready to be filled; only in what ends in "html" is everything escaped.

    >>> sheet("letter.html").environment.autoescape
    True
    """
    from jinja2 import Environment, StrictUndefined

    settings: dict[str, Any] = {"undefined": StrictUndefined, "trim_blocks": True, "lstrip_blocks": True}
    environment = Environment(autoescape=name.endswith("html"), **settings)  # no sandbox: these are all our own
    return environment.from_string(read(f"sheets/{name}.j2"))
