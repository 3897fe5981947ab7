"""What went wrong, as one sentence and an exit code."""

from __future__ import annotations

import os
import traceback
from pathlib import Path

from quantengine.cli.exit_codes import Exit
from quantengine.errors import Cancelled, NothingToWrite, QuantError, Unverified

TRACEBACK = "QUANTENGINE_TRACEBACK"
"""Set to 1 in the environment: a fault of ours is printed with where it came from."""


def failure(error: Exception, checkpoint: Path | None = None) -> tuple[str, Exit]:
    """The sentence for a person, and the code; `checkpoint` is what a stopped run goes on from."""
    match error:
        case Cancelled():
            return _stopped(checkpoint), Exit.CANCELLED
        case NothingToWrite():
            return f"{error} --force writes the file all the same.", Exit.NOTHING_TO_WRITE
        case Unverified():
            return f"{error} --force writes the file all the same.", Exit.WRONG_INPUT
        case QuantError():
            return str(error), Exit.WRONG_INPUT
        case OSError():
            where = f"{error.filename}: " if error.filename else ""
            return f"{where}{error.strerror or error}.", Exit.WRONG_INPUT
        case MemoryError():
            advice = "free some, or use --memory and --workers."
            return f"there is not enough memory: {advice}", Exit.WRONG_INPUT
        case _:
            return _our_fault(error), Exit.OUR_FAULT


def trace_wanted() -> bool:
    return os.environ.get(TRACEBACK, "") not in ("", "0")


def _stopped(checkpoint: Path | None) -> str:
    if checkpoint is None or not checkpoint.exists():
        return "stopped; nothing was left half-done."
    return f"stopped; the same command goes on from {checkpoint}."


def _our_fault(error: Exception) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    place = f" at {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    what = f"{type(error).__name__}{f': {error}' if str(error) else ''}{place}"
    return (
        f"this is a fault of quantengine, not of what it was given ({what}): please report it to "
        f"its makers with what the same command prints under {TRACEBACK}=1."
    )
