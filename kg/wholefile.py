"""Atomic writes of files: written beside their place, then renamed."""

from __future__ import annotations

import os
import secrets
from pathlib import Path


def write(path: Path, data: bytes, *, durable: bool = False) -> None:
    """Write a file atomically.

    Readers find the old content or the new one, and a failure leaves no file behind.

    Args:
        path: The file, in an existing folder.
        data: The content.
        durable: Whether to return only when the file is on disk.

    Raises:
        OSError: The file cannot be written.
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
