"""What large work leaves behind."""

from __future__ import annotations

import ctypes
import sys

_ARENA_MAX = -8
"""Of `mallopt`."""


def give_back() -> None:
    """Hands memory that was freed back to the system, which glibc would keep for later work."""
    _glibc("malloc_trim", 0)


def take_from_one_heap() -> None:
    """Threads that start from here on take memory from the heap of the main one.

    Of heaps of their own, which glibc gives them, `give_back` cannot hand back the end: up to 64 MB
    each, for as long as the program runs.
    """
    _glibc("mallopt", _ARENA_MAX, 1)


def _glibc(name: str, *numbers: int) -> None:
    if sys.platform == "linux":
        function = getattr(ctypes.CDLL(None), name, None)
        if function is not None:
            function(*numbers)
