"""One line on stderr, whatever becomes of it."""

from __future__ import annotations

import sys
from contextlib import suppress

from quantengine.printable import printable, shortened

PROGRAM = "quantengine"


def tell(sentence: str) -> None:
    """Says what went wrong; a stream that takes nothing changes nothing else."""
    with suppress(OSError, ValueError):
        sys.stderr.write(f"{PROGRAM}: {shortened(printable(' '.join(sentence.split())))}\n")
        sys.stderr.flush()
