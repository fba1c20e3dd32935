"""The ``kg`` command: one module a command, each imported only when it is run.

Exit codes: 0 done (``kg validate``: conforms), 1 violations, 2 wrong usage, 3 input or engine failure.
stdout is data, stderr is talk.
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
        "read": "What is read of files of articles (JSON Lines).",
        "extract": "Articles to records (JSON Lines).",
        "build": "Articles or records into a store.",
        "link": "Find what statements of different articles do to each other.",
        "watch": "Feeds into a store, as they change.",
        "validate": "Check a graph against the shapes.",
        "serve": "Serve the graph: SPARQL and pages.",
        "mcp": "Serve the graph to language models.",
        "query": "Ask a store a SPARQL query.",
        "corrections": "What people corrected: list, export, import, apply.",
        "load": "RDF files into a store.",
        "withdraw": "Take a document version back.",
        "dump": "A store as RDF text.",
        "export": "A store in formats of others.",
        "alert": "Standing queries: what is new, changed, withdrawn.",
        "store": "Look after a store: kg store check.",
        "evaluate": "An extractor's figures on gold.",
        "config": "Show every setting and where it was set.",
        "schema": "The JSON Schema of records.",
    }
)


class _Commands(click.Group):
    """Knows the commands' names and one-line help without importing any of them."""

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
@click.option("-v", "--verbose", is_flag=True, help="Say more about what is done (stderr).")
def kg(verbose: bool) -> None:
    """Read news about diplomacy into a graph of facts and claims, and never make a fact of a claim.

    Exit codes: 0 done or conforms, 1 violations, 2 wrong usage, 3 input or engine failure.
    """
    from kg import config

    for note in config.unknown_variables():
        talk.say(f"kg: note: {note}")
    logging.basicConfig(level=logging.INFO if verbose else logging.WARNING, format="%(name)s: %(message)s")


def main() -> None:
    """Run the command line: an error raised on purpose is one line on stderr and its exit code, no traceback."""
    try:
        # Not standalone, click gives back the code of its Exit instead of leaving.
        code = kg.main(prog_name="kg", standalone_mode=False)
        if sys.stdout is not None:
            sys.stdout.flush()  # here, where an error of it can still be said
        sys.exit(code)
    except click.Abort:
        _end(130, "stopped")
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except KgError as error:
        _end(error.exit_code, error)
    except BrokenPipeError:
        # The reader of our stdout (head, say) has gone: nothing is wrong, and nothing can be said to it.
        _end(0)
    except OSError as error:
        where = f"{error.filename!r}" if error.filename is not None else "stdout or another file"
        _end(3, f"{where}: {error.strerror or error}")
    except MemoryError:
        _end(3, "there is not enough memory for this")
    except Exception as error:  # noqa: BLE001  # whatever it is, a user is told in a line
        _log.info("the traceback", exc_info=error)
        what = f"{type(error).__name__}: {error}".strip(": ")
        _end(3, f"this failed, and should not have ({what}); kg -v shows where: please report it")


def _end(code: int, words: object = None) -> NoReturn:
    """Say what is wrong and leave. What stdout still holds and cannot take is dropped without another word."""
    if words is not None:
        talk.say(f"kg: {words}")
    try:
        if sys.stdout is not None:
            sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(code)
