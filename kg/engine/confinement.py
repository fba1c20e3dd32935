"""Confinement of a query worker before it reads the first query: files, sockets, memory."""

from __future__ import annotations

import contextlib
import ctypes
import os
import platform
import resource
import socket
import struct
import sys
from dataclasses import dataclass
from errno import EACCES
from pathlib import Path
from types import MappingProxyType
from typing import Final

from kg.engine.framing import Channel
from kg.errors import UsageError

_OWN_FILE: Final = 3
"""0, 1 and 2 lead nowhere; this one to the engine."""
_FILES: Final = 1 << 16

_NO_NEW_PRIVILEGES: Final = 38
_SET_SECCOMP: Final = 22
_FILTER: Final = 2
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
"""The system calls of Landlock: the same numbers on every processor."""
_ASK_VERSION: Final = 1
_PATH_BENEATH: Final = 1
_READ_FILE: Final = 1 << 2
_ACCESS: Final = MappingProxyType({1: (1 << 13) - 1, 2: 1 << 13, 3: 1 << 14, 5: 1 << 15})
"""What Landlock forbids, by the version that began to know it: all that can be done to files."""

_LOAD, _EQUAL, _AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_ALLOW: Final = 0x7FFF0000
_REFUSE: Final = 0x00050000 | EACCES
_SECOND_SET: Final = 0x40000000
"""From this number on the system calls of x86-64 stand a second time."""


@dataclass(frozen=True, slots=True)
class _Processor:
    """How the system names a kind of processor, and the numbers of the calls that no worker makes.

    Sockets of every kind, other programs, other processes' memory and files, and the ring that does any of these by
    another way.
    """

    name: int
    calls: tuple[int, ...]


_ON_EVERY: Final = (425, 438)
_PROCESSORS: Final = MappingProxyType(
    {
        "x86_64": _Processor(0xC000003E, (41, 42, 49, 50, 53, 57, 58, 59, 101, 310, 311, 322, *_ON_EVERY)),
        "aarch64": _Processor(0xC00000B7, (198, 199, 200, 201, 203, 221, 117, 270, 271, 281, *_ON_EVERY)),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenSnapshot:
    """A folder that workers may read in, and its files that are open already."""

    folder: Path
    numbers: frozenset[int]
    unopened: int
    """How many of its tables the engine will open when it needs them."""

    @classmethod
    def look(cls, folder: Path) -> OpenSnapshot:
        """Return what this process has open of a snapshot."""
        inside = f"{folder}{os.sep}"
        found = {}
        for link in Path("/proc/self/fd").iterdir():
            with contextlib.suppress(OSError):  # the listing itself
                found[int(link.name)] = str(link.readlink())
        numbers = frozenset(number for number, path in found.items() if path.startswith(inside))
        tables = sum(path.suffix == ".sst" for path in folder.iterdir())
        opened = sum(found[number].endswith(".sst") for number in numbers)
        return cls(folder=folder, numbers=numbers, unopened=tables - opened)


def can_read_one_folder_only() -> bool:
    """Return whether this system can keep a process to one folder and off the network."""
    return sys.platform.startswith("linux") and platform.machine() in _PROCESSORS and _landlock_version() > 0


def demand_one_folder_only() -> None:
    """Raise UsageError where a worker could not be confined to its snapshot.

    Raises:
        UsageError: The system has no Landlock, or its processor is unknown here.
    """
    if not can_read_one_folder_only():
        raise UsageError(
            "--image disk: query workers read the store's files, and only Linux with Landlock (kernel 5.13 or newer, "
            "on x86-64 or ARM) can keep them to these; use --image memory"
        )


def confine(end: socket.socket, memory: int, snapshot: OpenSnapshot | None = None) -> Channel:
    """Give up all that a query has no need of.

    All allowed file numbers are taken, so no file, pipe or socket can be opened. That needs no privilege and no kernel
    feature, and it also stops the engine's own HTTP client.

    A worker over a snapshot opens the rest of the snapshot's tables later. It has one free number for each such table.
    Landlock only lets it read in that folder, and a filter of system calls refuses every socket.

    Args:
        end: The socket to the engine.
        memory: Bytes that the process may take beyond what it has now.
        snapshot: What the graph is read from; None if it is in memory.

    Returns:
        The channel to the engine, the only way out.

    Raises:
        OSError: It cannot be confined; then it must not read any query.
    """
    nowhere, size = os.open(os.devnull, os.O_RDWR), _address_space()  # which later could not be read
    if snapshot is not None:
        _read_only_in(snapshot.folder)
    own = end.detach()
    if snapshot is None and own != _OWN_FILE:
        own = os.dup2(own, _OWN_FILE)
    last = _lead_nowhere(nowhere, {own} if snapshot is None else {own, *snapshot.numbers})
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if size:
        resource.setrlimit(resource.RLIMIT_AS, (size + memory, size + memory))
    numbers = last + 1 + (0 if snapshot is None else snapshot.unopened)
    resource.setrlimit(resource.RLIMIT_NOFILE, (numbers, numbers))
    if snapshot is not None:
        _refuse_sockets()
    return Channel(socket.socket(fileno=own))


def _lead_nowhere(nowhere: int, kept: set[int]) -> int:
    """Point all file numbers but the kept ones to the null device, and close all higher ones.

    Args:
        nowhere: An open file that takes everything and gives nothing.
        kept: The numbers that stay what they are.

    Returns:
        The last number that is open.
    """
    last = max(2, *kept)
    for number in range(last + 1):
        if number not in kept:
            os.dup2(nowhere, number)
    os.closerange(last + 1, _FILES)
    return last


def _address_space() -> int:
    """Bytes of address space in use now; 0 if the system does not say, and then there is no limit."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[0])
    except (OSError, ValueError):
        return 0
    return pages * resource.getpagesize()


def _landlock_version() -> int:
    """Return which version of Landlock the system has; 0 or less where it has none."""
    return _system_call(_CREATE_RULESET, None, 0, _ASK_VERSION)


def _read_only_in(folder: Path) -> None:
    """Forbid this thread every access to files but reading in a folder.

    Raises:
        OSError: The system cannot do that.
    """
    version = _landlock_version()
    handled = sum(access for since, access in _ACCESS.items() if version >= since)
    rules = _checked(_system_call(_CREATE_RULESET, struct.pack("=Q", handled), 8, 0), "Landlock")
    place = os.open(folder, os.O_PATH | os.O_CLOEXEC)
    try:
        rule = struct.pack("=Qi", _READ_FILE, place)
        _checked(_system_call(_ADD_RULE, rules, _PATH_BENEATH, rule, 0), "Landlock")
        _give_up_privileges()
        _checked(_system_call(_RESTRICT_SELF, rules, 0), "Landlock")
    finally:
        os.close(place)
        os.close(rules)


def _refuse_sockets() -> None:
    """Forbid this thread every socket and every other program.

    Raises:
        OSError: The system cannot do that.
    """
    processor = _PROCESSORS[platform.machine()]
    count = len(processor.calls)
    steps = [
        (_LOAD, 0, 0, 4),  # which processor's numbers the call is made with
        (_EQUAL, 0, count + 3, processor.name),
        (_LOAD, 0, 0, 0),  # the number of the call
        (_AT_LEAST, count + 1, 0, _SECOND_SET),
        *((_EQUAL, count - at, 0, call) for at, call in enumerate(processor.calls)),
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, _REFUSE),
    ]
    program = ctypes.create_string_buffer(b"".join(struct.pack("=HBBI", *step) for step in steps))
    about = struct.pack("@HP", len(steps), ctypes.addressof(program))
    _give_up_privileges()
    _checked(ctypes.CDLL(None, use_errno=True).prctl(_SET_SECCOMP, _FILTER, about, 0, 0), "seccomp")


def _give_up_privileges() -> None:
    """Give up the right to gain privileges, which the system demands of an ordinary user."""
    _checked(ctypes.CDLL(None, use_errno=True).prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0), "no_new_privs")


def _system_call(number: int, *values: int | bytes | None) -> int:
    done: int = ctypes.CDLL(None, use_errno=True).syscall(number, *values)
    return done


def _checked(result: int, what: str) -> int:
    if result < 0:
        error = ctypes.get_errno()
        raise OSError(error, f"{what}: {os.strerror(error)}")
    return result
