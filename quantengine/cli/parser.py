"""An argument parser whose complaints are one sentence."""

from __future__ import annotations

import argparse
import sys
from typing import Any, NoReturn

from quantengine.cli.table import printable

PROGRAM = "quantengine"
USER_ERROR = 2


class Parser(argparse.ArgumentParser):
    """Full option names only; errors as `quantengine: ...` with exit code 2."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("allow_abbrev", False)
        options.setdefault("formatter_class", argparse.RawDescriptionHelpFormatter)
        super().__init__(**options)

    def error(self, message: str) -> NoReturn:
        sys.stderr.write(f"{PROGRAM}: {printable(message)}; see `{self.prog} --help`.\n")
        sys.exit(USER_ERROR)


def add_output_flags(parser: argparse.ArgumentParser) -> None:
    """`--json` and `--quiet`, which every command has."""
    group = parser.add_argument_group("output")
    group.add_argument("--json", action="store_true", help="one JSON object on stdout, no table")
    group.add_argument("-q", "--quiet", action="store_true", help="no progress and no notices")
