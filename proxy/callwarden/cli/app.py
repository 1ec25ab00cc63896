"""The command `callwarden`: a group that imports a command when it is used, and errors that read as sentences.

What goes wrong is one or two lines on standard error: what, whose fault, what to do. A traceback is shown only to
somebody who asked for it with CALLWARDEN_DEBUG=1.
"""

from __future__ import annotations

import os
import sys
import traceback
from importlib import import_module
from typing import NoReturn

import click

from callwarden import __version__
from callwarden.cli.commands import COMMANDS
from callwarden.errors import CallwardenError

FAULT = 70  # sysexits.h EX_SOFTWARE
USAGE = 2
INTERRUPTED = 130  # 128 + SIGINT, as shells report it
READER_GONE = 141  # 128 + SIGPIPE


class Lazy(click.Group):
    """A group whose commands live in modules of their own, imported by name when they are called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name].target.partition(":")
        command = getattr(import_module(module), name)
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, entry.help) for name, entry in COMMANDS.items()])


@click.group(cls=Lazy, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, message="callwarden %(version)s")
def app() -> None:
    """The policy-enforcing tool-call proxy for autonomous agents.

    Every shell, file and network call is decided by Rego before it happens, and one log tells the whole story.
    """


def main() -> NoReturn:
    """The entry point. Ends the process with the exit code that docs/architecture.md lists."""
    sys.exit(status(sys.argv[1:]))


def status(arguments: list[str]) -> int:
    """Runs one command line and says how it ended."""
    try:
        ended = app.main(args=arguments, prog_name="callwarden", standalone_mode=False)
        return ended if isinstance(ended, int) else 0
    except click.ClickException as error:
        error.show()
        return USAGE
    except (click.Abort, KeyboardInterrupt):
        return INTERRUPTED
    except SystemExit:
        return READER_GONE  # what click does about a pipe that nobody reads any more, as after `| head`
    except CallwardenError as error:
        return _report(str(error), error.help, error.exit_code)
    except Exception as error:
        hint = "this is a fault of callwarden's own; CALLWARDEN_DEBUG=1 shows where"
        return _report(f"{type(error).__name__}: {error}", hint, FAULT)


def _report(what: str, help: str, code: int) -> int:
    if os.environ.get("CALLWARDEN_DEBUG"):
        traceback.print_exc()
    click.echo(f"callwarden: {what}", err=True)
    if help:
        click.echo(f"  {help}", err=True)
    return code
