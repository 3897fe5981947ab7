"""How much memory a process may take."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

_STACKS_BYTES = 2**23
"""What the system sets aside for each thread, used or not."""
_DATA = 5
"""Where a process reads how many pages of memory it has of its own."""


def limit_memory(most_bytes: int) -> None:
    """No more than so much on top of what this process has; where the system can limit it.

    What asks for more gets a MemoryError, or ends.
    """
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource

        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[_DATA])
        held = pages * resource.getpagesize() + (os.cpu_count() or 1) * _STACKS_BYTES
        resource.setrlimit(resource.RLIMIT_DATA, (held + most_bytes,) * 2)
