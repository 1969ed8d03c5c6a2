"""What all commands share: opening the campaign, asking, and printing at 80 columns."""

import json
import sys
import textwrap
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from infoint.campaign import Campaign, default_path

if TYPE_CHECKING:
    from rich.console import Console

WIDTH = 80


def campaign_path(ctx: click.Context) -> Path:
    """The file named with --campaign, else the default."""
    named = ctx.find_root().obj
    return named if isinstance(named, Path) else default_path()


def opened(ctx: click.Context) -> Campaign:
    """The user's campaign, closed again when the command ends."""
    campaign = Campaign(campaign_path(ctx))
    ctx.call_on_close(campaign.close)
    return campaign


def has_terminal() -> bool:
    """Whether somebody is there to answer."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def confirmed(question: str, yes: bool) -> None:
    """Go on only with an explicit yes: asked in a terminal, given with --yes elsewhere."""
    if yes:
        return
    if not has_terminal():
        raise click.UsageError("Nobody is here to say yes: add --yes if you mean it.")
    if not click.confirm(question):
        raise click.Abort


def heading(text: str) -> None:
    click.echo()
    click.secho(text, bold=True, fg="cyan")
    click.secho("─" * min(len(text), WIDTH), fg="cyan")


def paragraph(text: str, indent: str = "", **style: Any) -> None:
    for line in text.splitlines() or [""]:
        wrapped = textwrap.wrap(
            line, WIDTH - 1, initial_indent=indent, subsequent_indent=indent, break_on_hyphens=False
        )
        click.secho("\n".join(wrapped), **style)


def console() -> "Console":
    from rich.console import Console

    width = min(WIDTH, Console().width) if sys.stdout.isatty() else WIDTH
    return Console(width=width, highlight=False, markup=False, emoji=False)


def table(columns: Sequence[str], rows: Iterable[Sequence[object]], right: Iterable[str] = ()) -> None:
    """Print a plain table that fits 80 columns; texts are shown as they are, never as markup."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    grid = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for column in columns:
        grid.add_column(column, justify="right" if column in right else "left", overflow="fold")
    for row in rows:
        grid.add_row(*(Text(str(cell)) for cell in row))
    console().print(grid)


def as_json(value: object) -> None:
    click.echo(json.dumps(value, ensure_ascii=False, indent=2, default=str))


def quoted(name: str) -> str:
    """A name as one types it on the command line."""
    return f'"{name}"' if " " in name else name
