"""The command line: one module a command group, listed in `commands.py` and imported when it is used."""

from callwarden.cli.app import main

__all__ = ["main"]
