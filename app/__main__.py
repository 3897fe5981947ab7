"""The `quantscope` command."""

from __future__ import annotations

import sys
from collections.abc import Sequence

_TEXT = """\
The window of Quantscope does not exist yet; the terminal does everything it can do today.
Run `quantengine demo` to quantize the bundled demo model, or `quantengine --help`.
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Says that there is no window yet, whatever the flags."""
    del argv
    sys.stdout.write(_TEXT)
    return 0


if __name__ == "__main__":
    sys.exit(main())
