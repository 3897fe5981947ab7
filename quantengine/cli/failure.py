"""What went wrong, as one sentence and an exit code."""

from __future__ import annotations

import errno
import os
import tempfile
import traceback
from pathlib import Path

from quantengine.cli.exit_codes import Exit
from quantengine.errors import Cancelled, NothingToWrite, QuantError, Unverified
from quantengine.files import named
from quantengine.printable import shortened


def failure(error: Exception, checkpoint: Path | None = None) -> tuple[str, Exit]:
    """The sentence for a person, and the code; `checkpoint` is what a stopped run goes on from."""
    match error:
        case Cancelled():
            return stopped(checkpoint), Exit.CANCELLED
        case NothingToWrite():
            return f"{error} --force writes the file all the same.", Exit.NOTHING_TO_WRITE
        case Unverified():
            return f"{error} --force writes the file all the same.", Exit.WRONG_INPUT
        case QuantError():
            return str(error), Exit.WRONG_INPUT
        case MemoryError() | OSError(errno=errno.ENOMEM):
            advice = "free some, or use --memory and --workers."
            return f"there is not enough memory: {advice}", Exit.WRONG_INPUT
        case OSError():
            where = f"{error.filename}: " if error.filename else ""
            return f"{where}{error.strerror or error}.", Exit.WRONG_INPUT
        case _ if _follows_ctrl_c(error):
            return stopped(checkpoint), Exit.CANCELLED
        case _:
            return _our_fault(error), Exit.OUR_FAULT


def _follows_ctrl_c(error: BaseException) -> bool:
    """Whether it was raised while a Ctrl-C was on its way up: argparse restores what it had not
    set yet.
    """
    cause: BaseException | None = error
    while cause is not None and not isinstance(cause, KeyboardInterrupt):
        cause = cause.__context__
    return cause is not None


def stopped(checkpoint: Path | None = None) -> str:
    """What there is once a command was stopped, before its work, within it or as it answered."""
    if checkpoint is not None and checkpoint.exists():
        return f"stopped; the same command goes on from {checkpoint}."
    whole = ", ".join(map(str, named()))
    if not whole:
        return "stopped; nothing was left half-done."
    return f"stopped; what was written before is whole: {whole}."


def _our_fault(error: Exception) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    place = f" at {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    what = f"{type(error).__name__}{f': {error}' if str(error) else ''}{place}"
    return f"internal error: {shortened(what)}, please report{_with_log(error)}"


def _with_log(error: Exception) -> str:
    """Writes where it came from into a file of its own."""
    try:
        number, name = tempfile.mkstemp(".log", "quantengine-")
        with os.fdopen(number, "w", encoding="utf-8", errors="backslashreplace") as file:
            file.writelines(traceback.format_exception(error))
    except OSError:
        return "."
    return f" with {name}, which says where it came from."
