"""What large work leaves behind."""

from __future__ import annotations

import ctypes
import sys


def give_back() -> None:
    """Hands memory that was freed back to the system, which glibc would keep for later work."""
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
        if trim is not None:
            trim(0)
