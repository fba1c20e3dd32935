"""The ``kg`` command: one module for each command, imported only when it runs.

Exit codes: 0 done (``kg validate``: conforms), 1 violations, 2 wrong usage, 3 input or engine failure.

stdout is data, stderr is messages.
"""

from __future__ import annotations

import importlib
import logging
import os
import sys
from types import MappingProxyType
from typing import NoReturn

import click

from kg.cli import talk
from kg.errors import KgError
from kg.version import __version__

_log = logging.getLogger(__name__)

COMMANDS = MappingProxyType(
    {
        "read": "Print the text of articles (JSON Lines).",
        "extract": "Turn articles into records (JSON Lines).",
        "build": "Put articles or records into a store.",
        "link": "Link statements of different articles.",
        "watch": "Follow feeds and keep a store up to date.",
        "validate": "Check a graph against the shapes.",
        "serve": "Serve the graph: SPARQL and pages.",
        "mcp": "Serve the graph to language models.",
        "query": "Run a SPARQL query on a store.",
        "corrections": "Manage corrections: list, export, import, apply.",
        "load": "Load RDF files into a store.",
        "withdraw": "Withdraw a document version.",
        "dump": "Write a store as RDF.",
        "export": "Write a store in other formats.",
        "alert": "Manage standing queries: report new, changed, withdrawn rows.",
        "store": "Check a store: kg store check.",
        "evaluate": "Score an extractor on gold.",
        "config": "Print every setting and its origin.",
        "schema": "Print the JSON Schema of records.",
    }
)


class _Commands(click.Group):
    """Lists the commands with their one-line help without importing any of them."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"kg.cli.{cmd_name}")
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="kg")
@click.option("-v", "--verbose", is_flag=True, help="Print more messages (stderr).")
def kg(verbose: bool) -> None:
    """Read news about diplomacy into a graph of facts and claims. A claim never becomes a fact.

    Exit codes: 0 done or conforms, 1 violations, 2 wrong usage, 3 input or engine failure.
    """
    from kg import config

    for note in config.unknown_variables():
        talk.say(f"kg: note: {note}")
    logging.basicConfig(level=logging.INFO if verbose else logging.WARNING, format="%(name)s: %(message)s")


def main() -> None:
    """Run the command line. An expected error is one line on stderr and an exit code, without a traceback."""
    try:
        # Outside of standalone mode click returns the code of its Exit instead of exiting.
        code = kg.main(prog_name="kg", standalone_mode=False)
        if sys.stdout is not None:
            sys.stdout.flush()  # here, while an error can still be reported
        sys.exit(code)
    except click.Abort:
        _end(130, "stopped")
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except KgError as error:
        _end(error.exit_code, error)
    except BrokenPipeError:
        # The reader of stdout (for example head) has closed it: no error, and no reader for a message.
        _end(0)
    except OSError as error:
        where = f"{error.filename!r}" if error.filename is not None else "stdout or another file"
        _end(3, f"{where}: {error.strerror or error}")
    except MemoryError:
        _end(3, "there is not enough memory for this")
    except Exception as error:  # noqa: BLE001  # every error becomes one line for the user
        _log.info("the traceback", exc_info=error)
        what = f"{type(error).__name__}: {error}".strip(": ")
        _end(3, f"this failed, and should not have ({what}); kg -v shows where: please report it")


def _end(code: int, words: object = None) -> NoReturn:
    """Print an error message and exit. Unwritten stdout is dropped silently."""
    if words is not None:
        talk.say(f"kg: {words}")
    try:
        if sys.stdout is not None:
            sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(code)
