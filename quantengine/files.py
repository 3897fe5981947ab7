"""Files that are either whole or not there."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from quantengine.errors import QuantError


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """Gives a path beside `path` to write to; when the context ends well it becomes `path`.

    On any failure `path` is as it was and nothing is left beside it. Raises QuantError where the
    folder cannot be written or the disk is full.
    """
    with whole_folder_of(path) as folder:
        beside = folder / path.name
        yield beside
        with _writable(path):
            _settle(beside, path)


@contextmanager
def whole_folder_of(path: Path) -> Iterator[Path]:
    """Gives an empty folder beside `path`, on the same disk, that is removed at the end."""
    with _writable(path):
        folder = tempfile.TemporaryDirectory(
            prefix=f".{path.name}.", dir=path.parent, ignore_cleanup_errors=True
        )
    with _writable(path), folder as name:
        yield Path(name)


def settle(beside: Path, path: Path) -> None:
    """Gives a finished file its final name; both are on one disk."""
    with _writable(path):
        _settle(beside, path)


def _settle(beside: Path, path: Path) -> None:
    with beside.open("rb+") as file:
        os.fsync(file.fileno())
    beside.replace(path)
    if os.name == "posix":
        descriptor = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


@contextmanager
def _writable(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        reason = error.strerror or str(error)
        raise QuantError(
            f"{path} cannot be written: {reason}. Free some space or choose another place."
        ) from error
