"""The command line: a file for each part of the user's day. Parse, call, print; no rule of the domain."""

import gc
import os
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from infoint import __version__
from infoint.errors import InfointError

_SECTIONS = {
    "Begin": {"begin": "demo start where"},
    "Whom you know": {"people": "add edit import people next", "companies": "who", "merge": "merge"},
    "Day by day": {"day": "today log snooze skip cadence target landed", "sync": "sync", "calendar": "calendar week"},
    "Letters": {"write": "write", "templates": "letters"},
    "Talks": {"prepare": "prepare reflect questions", "meetings": "debrief search insights"},
    "What works": {"numbers": "funnel experiment", "report": "report"},
    "Keeping it safe": {"safety": "backup restore undo forget", "export": "export"},
}
"""The commands by part of the day, and the room where each is."""
_HOME = {name: room for rooms in _SECTIONS.values() for room, names in rooms.items() for name in names.split()}


class Commands(click.Group):
    """The commands by name; each room is loaded only when one of its commands runs."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every command, in the order of a season."""
        return list(_HOME)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Find a command in its room."""
        room = _HOME.get(cmd_name)
        return vars(import_module(f"infoint.cli.{room}"))[f"{cmd_name}_"] if room else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The commands under the part of the day they belong to, each with its whole sentence."""
        for title, rooms in _SECTIONS.items():
            commands = [(f"{name:<10}", self.get_command(ctx, name)) for name in " ".join(rooms.values()).split()]
            with formatter.section(title):
                formatter.write_dl([(name, found.get_short_help_str(200)) for name, found in commands if found])

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        """Find a command, or say which one may be meant."""
        if args[0] not in _HOME and not args[0].startswith("-"):
            from difflib import get_close_matches

            near = get_close_matches(args[0], _HOME, 1)
            hint = f" Did you mean {near[0]}?" if near else " infoint --help lists the commands."
            ctx.fail(f"There is no command {args[0]!r}.{hint}")
        return super().resolve_command(ctx, args)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 80})
@click.option("--campaign", type=click.Path(path_type=Path), help="The campaign's file.", metavar="FILE")
@click.version_option(__version__, prog_name="infoint")
@click.pass_context
def cli(ctx: click.Context, campaign: Path | None) -> None:
    """Your companion for informational interviews.

    New here? Look at a made-up season with: infoint demo

    Then begin your own with: infoint start
    """
    ctx.obj = campaign


def main(args: list[str] | None = None) -> None:
    """Run one command: exit 0 done, 1 refused with one clear line, 2 wrong usage."""
    if args is None:
        gc.disable()  # one command, then the end: looking for rings of garbage would cost it a tenth of its time
    _speak_utf8()
    words = [_as_utf8(word) for word in (sys.argv[1:] if args is None else args)]
    try:
        code = cli.main(words, prog_name="infoint", standalone_mode=False)
        sys.exit(code if isinstance(code, int) else 0)
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        sys.exit(2)
    except click.UsageError as error:
        command = error.ctx.command_path if error.ctx else "infoint"
        _refuse(error.format_message(), f"How it is used: {command} --help")
        sys.exit(2)
    except click.ClickException as error:
        _refuse(error.format_message())
        sys.exit(1)
    except (click.Abort, KeyboardInterrupt):
        click.echo("\nStopped. Nothing more was recorded.", err=True)
        sys.exit(1)
    except InfointError as error:
        _refuse(str(error), error.hint)
        sys.exit(error.exit_code)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except OSError as error:
        what = f"{error.filename} cannot be used" if error.filename else "Writing failed"
        _refuse(f"{what}: {error.strerror or error}.")
        sys.exit(1)


def _refuse(message: str, hint: str = "") -> None:
    """One clear line and at most a second one with what to do; wrapped only for a terminal."""
    from infoint.cli.output import wrapped

    for text, style in ((message, {"fg": "red"}), (hint, {"dim": True})):
        line = " ".join(text.split())
        if line:
            click.secho(wrapped(line) if sys.stderr.isatty() else line, err=True, **style)


def _speak_utf8() -> None:
    """A file or a pipe gets UTF-8 on every system; a terminal what it can show."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            if stream.isatty():
                stream.reconfigure(errors="replace")
            else:
                stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def _as_utf8(word: str) -> str:
    """A word typed under a locale that is not UTF-8, with its letters put right."""
    if word.isascii() or not any("\ud800" <= letter <= "\udfff" for letter in word):
        return word
    return os.fsencode(word).decode("utf-8", errors="replace")
