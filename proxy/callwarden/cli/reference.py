"""The command line as a page of documentation, made from what the commands say of themselves."""

from __future__ import annotations

from collections.abc import Iterator

import click

from callwarden.cli.app import app

_HEAD = """# The command line

Made by `scripts/cli-reference` from the commands themselves. Exit codes are those of
[architecture](../architecture.md#exit-codes); errors are one or two lines on standard error.
"""


def page() -> str:
    """Markdown: a section a command, its help as `--help` prints it 100 columns wide."""
    return "\n".join([_HEAD, *(_section(name, text) for name, text in _helps(app, "callwarden", None))])


def _helps(command: click.Command, name: str, parent: click.Context | None) -> Iterator[tuple[str, str]]:
    context = click.Context(
        command,
        info_name=name,
        parent=parent,
        terminal_width=100,
        max_content_width=100,
        color=False,
        help_option_names=app.context_settings["help_option_names"],
    )
    yield context.command_path, command.get_help(context)
    if isinstance(command, click.Group):
        for inner in command.list_commands(context):
            if found := command.get_command(context, inner):
                yield from _helps(found, inner, context)


def _section(name: str, text: str) -> str:
    level = "#" * min(name.count(" ") + 2, 4)
    return f"{level} {name}\n\n```text\n{text.strip()}\n```\n"
