"""The process around a command: its streams, its warnings, and Ctrl-C before and after the work."""

from __future__ import annotations

import os
import signal
import sys
import warnings
from collections.abc import Callable
from contextlib import suppress
from typing import TextIO

from quantengine.cli.exit_codes import Exit
from quantengine.cli.failure import failure, stopped
from quantengine.cli.stderr import tell
from quantengine.files import forget_named


def as_program(command: Callable[[], int]) -> int:
    """What `command` returns or exits with; whatever happens to the streams adds nothing to it.

    Ctrl-C is heard until there is an exit code, also while a failure is told; then only the end is
    left, which nothing interrupts.
    """
    try:
        code = _code(command)
        _be_deaf()
        return code
    except KeyboardInterrupt:
        _be_deaf()
        tell(stopped())
        return Exit.CANCELLED
    finally:
        _be_deaf()
        for stream in (sys.stdout, sys.stderr):
            settled(stream)


def _code(command: Callable[[], int]) -> int:
    try:
        _open_all()
        forget_named()
        signal.signal(signal.SIGINT, signal.default_int_handler)
        if not sys.warnoptions:
            warnings.simplefilter("ignore")  # of libraries, about code and not about what was given
        return command()
    except Exception as error:  # noqa: BLE001 - told as one sentence, with a code of its own
        sentence, code = failure(error)
        tell(sentence)
        return code


def _be_deaf() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def settled(stream: TextIO) -> OSError | None:
    """Writes out what waits; a stream that takes no more leads nowhere from then on.

    Else Python would try again as it ends, and end with a code of its own.
    """
    try:
        stream.flush()
    except OSError as error:
        with suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
        return error
    return None


def _open_all() -> None:
    """What was closed leads nowhere: else the next file that is opened would be written to."""
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest number that is free
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(number, "w" if number else "r", encoding="utf-8"))
