"""Which tensor to watch, and how."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Tap:
    """A tensor to observe: `channel_axis` for statistics along it, `keep_rows` for raw rows.

    `mask_limit`: from which value down its values are mask constants; None where it holds none.
    """

    tensor: str
    channel_axis: int | None = None
    keep_rows: bool = False
    mask_limit: float | None = None
