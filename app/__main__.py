"""The `quantscope` command: opens the window."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import warnings
from collections.abc import Sequence
from pathlib import Path

from quantengine.freed import take_from_one_heap

from .screen import has_screen, lacking, obstacle
from .shots import add_shot_flags


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit code 0 after the window was closed, 2 where it could not be opened."""
    parser = _parser()
    wanted = parser.parse_args(arguments)
    if wanted.desktop is not None:
        return _change_desktop(wanted.desktop)
    if wanted.screenshots is not None and wanted.model is not None and wanted.data is None:
        parser.error("--screenshots of a model shows what its data did to it: add --data")
    if wanted.judge_on is not None and wanted.data is None:
        parser.error("--judge-on is prepared as the data of calibration is: add --data")
    if wanted.screenshots is not None and not has_screen():
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    missing = obstacle()
    if missing is not None:
        print(missing, file=sys.stderr)
        return 2
    try:
        from PySide6.QtWidgets import QApplication
    except ImportError as error:
        print(lacking(error), file=sys.stderr)
        return 2
    from .start import start

    if not sys.warnoptions:
        warnings.simplefilter("ignore")  # of libraries, about code and not about what was given
    take_from_one_heap()  # before anything starts a thread
    application = QApplication.instance() or QApplication(sys.argv[:1])
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    assert isinstance(application, QApplication)
    return start(application, wanted)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="quantscope", description="Inspect and quantize an ONNX model in a window."
    )
    parser.add_argument(
        "model", nargs="?", type=Path, help="the model (.onnx) or project (.qscope) to open"
    )
    parser.add_argument("--data", type=Path, metavar="FOLDER", help="a folder or file of samples")
    parser.add_argument(
        "--judge-on", type=Path, metavar="FOLDER", help="samples held out to judge, as --data"
    )
    parser.add_argument("--project", type=Path, metavar="FILE", help="a saved project (.qscope)")
    parser.add_argument("--demo", action="store_true", help="open the bundled network and data")
    parser.add_argument(
        "--screenshots", type=Path, metavar="DIR", help="save a picture of every view and leave"
    )
    add_shot_flags(parser)
    add_desktop_flags(parser)
    return parser


def add_desktop_flags(parser: argparse.ArgumentParser) -> None:
    either = parser.add_mutually_exclusive_group()
    for flag, text in (
        ("install", "add menu entry, icon and file types for this user (Linux), and leave"),
        ("uninstall", "remove what --install-desktop wrote, and leave"),
    ):
        either.add_argument(
            f"--{flag}-desktop", dest="desktop", action="store_const", const=flag, help=text
        )


def _change_desktop(wanted: str) -> int:
    """Needs no screen."""
    from quantengine.errors import QuantError
    from quantengine.printable import printable

    from .desktop import install_desktop, uninstall_desktop

    try:
        said = install_desktop() if wanted == "install" else uninstall_desktop()
    except QuantError as error:
        print(printable(str(error)), file=sys.stderr)
        return 2
    print("\n".join(map(printable, said)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
