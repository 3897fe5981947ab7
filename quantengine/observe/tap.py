"""Which tensor to watch, and how."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Tap:
    """A tensor to observe: `channel_axis` for statistics along it, `keep_rows` for raw rows."""

    tensor: str
    channel_axis: int | None = None
    keep_rows: bool = False
