"""Sandbox for other people's shapes: a child process with limits of time and memory.

A pattern such as ``(a+)+$`` or a query with a cross product can keep an engine busy for years, and no inspection
reveals it. Our own shapes run in the caller's process.
"""

from __future__ import annotations

import multiprocessing
import resource
import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING

from pyoxigraph import Quad, RdfFormat, Triple, parse, serialize

from kg import lifeline, nquads
from kg.errors import InputError, KgError

if TYPE_CHECKING:
    from kg.validate.report import ValidationReport

_MIB = 1 << 20
# Errors of an engine that was not made for these shapes.
_BREAKDOWNS = (ArithmeticError, AssertionError, AttributeError, LookupError, RuntimeError, TypeError, ValueError)


@dataclass(frozen=True, slots=True, kw_only=True)
class SandboxLimits:
    """Limits: ``seconds`` of wall-clock time, ``mebibytes`` of address space."""

    seconds: float = 300
    mebibytes: int = 8192


def validate(quads: Iterable[Quad], shapes: Iterable[Triple], engine: str, limits: SandboxLimits) -> ValidationReport:
    """Validate as :func:`kg.validate.validate` does, in a child process.

    Args:
        quads: The graph.
        shapes: The triples of the shapes.
        engine: The name of the engine.
        limits: The limits of the child process.

    Raises:
        InputError: A limit is reached or the child fails. The engine's own errors are possible too.
    """
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    data = serialize(quads, format=RdfFormat.N_QUADS) or b""
    rules = serialize(shapes, format=RdfFormat.N_TRIPLES) or b""
    child = context.Process(target=_child, args=(there, data, rules, engine, limits.mebibytes), daemon=True)
    child.start()
    there.close()
    try:
        answer = _answer(here, limits)
        if answer is None:
            child.join()
            raise InputError(_why(child.exitcode, limits))
        if isinstance(answer, KgError):
            raise answer
        return answer
    finally:
        child.kill()
        child.join()
        here.close()


def _answer(here: Connection, limits: SandboxLimits) -> ValidationReport | KgError | None:
    """Return the child's result; None if it ended without one. Raises InputError on a timeout."""
    try:
        if not here.poll(limits.seconds):
            raise InputError(
                f"the shapes were stopped after {limits.seconds:g} seconds: a sh:pattern or a query of theirs takes "
                "too long on this data; make it simpler, or give more time with --time-limit"
            )
        answer: ValidationReport | KgError | None = here.recv()
    except EOFError:
        return None
    return answer


def _why(exit_code: int | None, limits: SandboxLimits) -> str:
    """Return the reason for the child's end. Without memory, native code aborts the process."""
    if exit_code == 1:
        return "the engine broke down on these shapes, as said above; --engine pyshacl may do better"
    return (
        f"the shapes were stopped: they need more than {limits.mebibytes} MiB of memory on this data; "
        "make their queries simpler, or give more with --memory-limit"
    )


def _child(there: Connection, data: bytes, rules: bytes, engine: str, mebibytes: int) -> None:
    from kg import validate as stage

    lifeline.watch_parent()
    warnings.simplefilter("ignore")  # odd shapes and values are in the report already
    resource.setrlimit(resource.RLIMIT_AS, (mebibytes * _MIB, mebibytes * _MIB))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        shapes = [quad.triple for quad in parse(rules, format=RdfFormat.N_TRIPLES)]
        there.send(stage.validate(nquads.read(data), shapes, engine))
    except KgError as error:
        there.send(error)
    except MemoryError:
        there.send(None)
    except RecursionError:
        there.send(InputError("the shapes cannot be used: they are nested too deep, or come back to themselves"))
    except _BREAKDOWNS as error:
        what = f"{type(error).__name__} {error}".strip()
        there.send(InputError(f"the engine broke down on these shapes ({what}); try --engine pyshacl"))
