"""How to install what only a part of Quantscope needs."""

from __future__ import annotations

import re
import shlex
import sys
from importlib.metadata import PackageNotFoundError, requires

_OF_EXTRA = re.compile(r"""^(?P<what>[^;]+?)\s*;.*\bextra\s*==\s*['"](?P<extra>\w+)['"]""")


def install_command(extra: str, otherwise: str) -> str:
    """A line for a terminal that installs the packages of an extra, wherever this came from.

    `otherwise` is installed where the installed version does not say what it needs.
    """
    try:
        listed = requires("quantscope") or []
    except PackageNotFoundError:
        listed = []
    found = [match for line in listed if (match := _OF_EXTRA.match(line))]
    wanted = [match["what"] for match in found if match["extra"] == extra]
    return shlex.join([sys.executable, "-m", "pip", "install", *(wanted or [otherwise])])
