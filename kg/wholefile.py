"""Files that are written whole or not at all: beside their place, then renamed into it."""

from __future__ import annotations

import os
import secrets
from pathlib import Path


def write(path: Path, data: bytes, *, durable: bool = False) -> None:
    """Write a file; whoever reads it finds the old content or the new one, and a failure leaves nothing behind.

    Args:
        path: The file, in a folder that exists.
        data: All of it.
        durable: Return only when it is on the disk.

    Raises:
        OSError: It cannot be written.
    """
    part = path.with_name(f".{path.name[:100]}.{secrets.token_hex(4)}.part")
    try:
        with part.open("xb") as file:
            file.write(data)
            if durable:
                file.flush()
                os.fsync(file.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
