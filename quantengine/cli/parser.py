"""An argument parser whose complaints are one sentence."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any, NoReturn

from quantengine.cli.exit_codes import Exit
from quantengine.cli.stderr import tell
from quantengine.printable import shortened


class Parser(argparse.ArgumentParser):
    """Full option names only; errors as `quantengine: ...` with exit code 2."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("allow_abbrev", False)
        options.setdefault("formatter_class", argparse.RawDescriptionHelpFormatter)
        super().__init__(**options)
        self._mixes = False

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        """Flags may stand before an argument that may be missing: else it is taken for missing."""
        last = any(each.nargs == argparse.OPTIONAL for each in self._get_positional_actions())
        if not last or self._mixes:
            return super().parse_known_args(args, namespace)
        self._mixes = True
        try:
            return self.parse_known_intermixed_args(args, namespace)
        finally:
            self._mixes = False

    def error(self, message: str) -> NoReturn:
        tell(f"{shortened(message)}; see `{self.prog} --help`.")
        sys.exit(Exit.WRONG_INPUT)


def add_output_flags(parser: argparse.ArgumentParser, *, json_file: bool = False) -> None:
    """`--json` and `--quiet`, which every command has; `json_file`: to a file as well."""
    group = parser.add_argument_group("output")
    if json_file:
        group.add_argument(
            "--json",
            nargs="?",
            const=True,
            default=False,
            type=_json_path,
            metavar="FILE",
            help="one JSON object on stdout, no table; with FILE into that, and the table too",
        )
    else:
        text = "one JSON object on stdout, no table"
        group.add_argument("--json", action="store_true", help=text)
    group.add_argument("-q", "--quiet", action="store_true", help="no progress and no notices")


def file_name(text: str) -> Path:
    """A path; nothing at all would be this folder."""
    if not text.strip():
        raise argparse.ArgumentTypeError("a name is needed, not nothing")
    return Path(text)


def _json_path(text: str) -> Path:
    """Only a name that says so is a file: `--json MODEL` is a flag before something else."""
    if not text.lower().endswith(".json"):
        raise argparse.ArgumentTypeError(
            f"'{text}' is no name of a .json file: write --json last to have it on stdout"
        )
    return Path(text)
