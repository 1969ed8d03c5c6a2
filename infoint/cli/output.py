"""What all commands share: opening the campaign, asking, and printing at 80 columns."""

import json
import re
import sys
import textwrap
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from functools import wraps
from itertools import count
from pathlib import Path
from typing import Any

import click

from infoint.campaign import Campaign, default_path
from infoint.errors import CampaignExists, InfointError, Problem
from infoint.people import Person, Profile

WIDTH = 80
_ORDERS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")

json_option = click.option("--json", "json_", is_flag=True, help="As JSON.")
"""Of every command that prints a table."""


def campaign_path(ctx: click.Context) -> Path:
    """The file named with --campaign, else the default."""
    named = ctx.find_root().obj
    return named if isinstance(named, Path) else default_path()


def opened(ctx: click.Context) -> Campaign:
    """The user's campaign, closed again when the command ends."""
    campaign = Campaign(campaign_path(ctx))
    ctx.call_on_close(campaign.close)
    return campaign


def on_campaign(name: str, **settings: Any) -> Callable[[Callable[..., None]], click.Command]:
    """A command on the user's campaign, which it is given, open, before its arguments and options."""

    def made(function: Callable[..., None]) -> click.Command:
        @wraps(function)
        def run(**given: Any) -> None:
            function(opened(click.get_current_context()), **given)

        return click.command(name, click.Command, **settings)(run)

    return made


def said(options: dict[str, Any]) -> dict[str, Any]:
    """The options that were given."""
    return {name: value for name, value in options.items() if value is not None and value != ()}


def free(path: Path) -> Path:
    """The path itself, or with the first number behind its name that is not taken."""
    numbered = (path.with_stem(f"{path.stem}-{number}") if number > 1 else path for number in count(1))
    return next(candidate for candidate in numbered if not candidate.exists())


def save(path: Path, content: bytes, then: str = "") -> None:
    """Write a new file, readable by its owner only; nothing is ever overwritten."""
    try:
        path.touch(0o600, exist_ok=False)
        path.write_bytes(content)
    except FileExistsError:
        raise CampaignExists(path) from None
    click.secho(f"Saved {path}.{then}", fg="green")


def refuse_another(path: Path, *, force: bool) -> None:
    """Refuse before anything is made: there is no such folder, or something is there and not to be written over."""
    if not path.parent.is_dir():
        raise click.ClickException(f"There is no folder {path.parent}.")
    if path.exists() and not force:
        there = CampaignExists(path)
        there.hint = "Choose another name, or write over it with --force."
        raise there


def write_over(path: Path, content: bytes, *, force: bool) -> None:
    """Write the whole file or nothing, readable by its owner only."""
    from tempfile import NamedTemporaryFile

    with NamedTemporaryFile("wb", dir=path.parent, prefix=".infoint-", delete=False) as file:
        file.write(content)
    try:
        refuse_another(path, force=force)
        Path(file.name).replace(path)
    finally:
        Path(file.name).unlink(missing_ok=True)


def tried(people: Iterable[Person], profile: Profile | None = None) -> None:
    """Refuse, in a campaign that is thrown away, what the user's own would refuse."""
    with Campaign(":memory:", create=True) as trial:
        if profile:
            trial.profile = profile
        for person in people:
            trial.add(person)


def typed(prompt: str) -> str:
    """A line, edited with the arrow keys where the system has readline; the end of all input stops as Ctrl-C does."""
    with suppress(ImportError):
        import readline  # noqa: F401 - input() uses it once it is there
    try:
        return input(prompt).strip()
    except EOFError:
        raise click.Abort from None


def half_typed() -> str:
    """What stood on the line when it was stopped."""
    readline = sys.modules.get("readline")
    return str(readline.get_line_buffer()).strip() if readline else ""


def asked(question: str, check: Callable[[list[str]], object] = bool, most: int = 99) -> list[str]:
    """What is typed, one a line, until Enter alone; what `check` refuses is told and asked again."""
    paragraph(f"{question} One a line; Enter alone goes on.")
    lines: list[str] = []
    while len(lines) < most and (line := typed(f"  {len(lines) + 1}: ")):
        try:
            check([*lines, line])
        except InfointError as error:
            paragraph(str(error), indent="  ", fg="yellow")
        else:
            lines.append(line)
    return lines


def bar(
    items: Iterable[Any], what: str, total: int, unit: str, place: Callable[[Any], int] | None = None
) -> Iterator[Any]:
    """The items, with a bar on the terminal: how many there were, and how far along the last one is of the total."""
    if not sys.stderr.isatty():
        yield from items
        return
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    number = f"{{task.fields[number]:,}} {unit}"
    columns = (TextColumn("{task.description}", markup=False), BarColumn(24), TextColumn(number), TimeRemainingColumn())
    with Progress(*columns, transient=True) as shown:
        task, count = shown.add_task(what, total=total or None, number=0), 0
        for count, item in enumerate(items, 1):
            yield item
            if count % 500 == 0:
                shown.update(task, completed=place(item) if place else count, number=count)
        shown.update(task, completed=total or count, total=total or count, number=count, refresh=True)


def save_problems(path: Path, problems: Iterable[Problem]) -> None:
    """Write what was left out, and why, into a CSV."""
    import pandas as pd

    from infoint.exchange.tables import as_csv

    rows = [(p.source, p.row or "", p.skipped, p.message) for p in problems]
    save(path, as_csv(pd.DataFrame(rows, columns=["file", "row", "skipped", "why"])))


def has_terminal() -> bool:
    """Whether somebody is there to answer."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def key(letters: str) -> str:
    """The next key that is one of these, or "-" for Enter or the space bar; the end of all input is "q"."""
    while True:
        try:
            pressed = click.getchar().lower()
        except EOFError:
            return "q"
        if pressed in {*letters, "\r", "\n", " ", "-"}:
            return pressed.strip() or "-"


def confirmed(question: str, yes: bool) -> None:
    """Go on only with an explicit yes: asked in a terminal, given with --yes elsewhere."""
    if yes:
        return
    if not has_terminal():
        raise click.UsageError("Nobody is here to say yes: add --yes if you mean it.")
    if not click.confirm(question):
        click.echo("Nothing was changed.")
        raise click.exceptions.Exit(1)


def heading(text: str) -> None:
    """A line that begins a part of what is shown."""
    click.echo()
    click.secho(text, bold=True, fg="cyan")
    click.secho("─" * min(len(text), WIDTH), fg="cyan")


def wrapped(line: str, indent: str = "") -> str:
    """One line broken into several of at most 79 characters, without what a terminal would take for an order."""
    lines = textwrap.wrap(
        _ORDERS.sub("", line), WIDTH - 1, initial_indent=indent, subsequent_indent=indent, break_on_hyphens=False
    )
    return "\n".join(lines)


def paragraph(text: str, indent: str = "", **style: Any) -> None:
    """Print text, wrapped at 80 columns."""
    for line in text.splitlines() or [""]:
        click.secho(wrapped(line, indent), **style)


def command(text: str) -> None:
    """A command to copy: on a line of its own, never broken."""
    click.secho(f"  {text}", dim=True)


def counted(number: int, one: str, several: str) -> str:
    """A number with its noun.

    >>> counted(1, "person", "people"), counted(0, "person", "people")
    ('1 person', '0 people')
    """
    return f"{number} {one if number == 1 else several}"


def table(
    columns: Sequence[str], rows: Iterable[Sequence[object]], right: Sequence[str] = (), cut: Sequence[str] = ()
) -> None:
    """Print a plain table that fits 80 columns; texts are shown as they are, never as markup.

    The columns `cut` are shortened rather than folded, so that a row stays one line.
    """
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    grid = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for column in columns:
        whole = bool(cut) and column not in cut
        grid.add_column(column, justify="right" if column in right else "left", overflow="fold", no_wrap=whole)
    for row in rows:
        cells = zip(columns, (" ".join(str(cell).split()) for cell in row), strict=True)
        grid.add_row(*(Text(c, overflow="ellipsis", no_wrap=True) if name in cut else Text(c) for name, c in cells))
    width = min(WIDTH, Console().width) if sys.stdout.isatty() else WIDTH
    Console(width=width, highlight=False, markup=False, emoji=False).print(grid)


def as_json(value: object) -> None:
    """Print a value for programs to read."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2, default=str))
