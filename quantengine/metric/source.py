"""Where a metric lies: its file and its name in it."""

from __future__ import annotations

import hashlib
from pathlib import Path

from quantengine.errors import MetricError
from quantengine.files import ordinary

NAME = "metric"


def file_of(source: str) -> Path:
    """The file that `FILE.py` or `FILE.py:NAME` names."""
    return parted(source)[0]


def parted(source: str) -> tuple[Path, str]:
    """The file and the name in it; a file of the whole name comes first."""
    whole = Path(source)
    file, colon, name = source.rpartition(":")
    if whole.is_file() or not colon or not name.isidentifier() or len(file) < 2:
        return whole.absolute(), NAME
    return Path(file).absolute(), name


def digest_of(path: Path) -> str:
    """SHA-256 of the file. Raises MetricError where it cannot be read."""
    try:
        return hashlib.sha256(ordinary(path).read_bytes()).hexdigest()
    except OSError as error:
        raise MetricError(
            "The metric {0} cannot be read ({1}): give FILE.py or FILE.py:NAME.",
            path,
            error.strerror,
        ) from error
