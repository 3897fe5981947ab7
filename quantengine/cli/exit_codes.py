"""What the number a command ends with says; docs/files.md has the same table."""

from __future__ import annotations

from enum import IntEnum


class Exit(IntEnum):
    """Every exit code of `quantengine`."""

    DONE = 0
    GATE_FAILED = 1
    WRONG_INPUT = 2
    NOTHING_TO_WRITE = 3
    OUR_FAULT = 70
    CANCELLED = 130
