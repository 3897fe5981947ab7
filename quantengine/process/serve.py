"""The other side of the door: a child that answers what it is asked."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from queue import SimpleQueue
from threading import Thread
from typing import BinaryIO

from quantengine.process.frame import Frame, read_frame, write_frame

Answer = Callable[[Frame], Frame]


def serve(answer: Answer) -> None:
    """Answers one message after the other; ends with the process that asks.

    Whatever is printed meanwhile goes to the standard error; nobody answers a question there.
    """
    asked, answers = _apart()
    frames = SimpleQueue[Frame]()
    # A thread of its own: one that is busy would not see that nobody is left to answer.
    Thread(target=_read, args=(asked, frames), daemon=True).start()
    while True:
        write_frame(answers, answer(frames.get()))


def _apart() -> tuple[BinaryIO, BinaryIO]:
    """The two pipes, out of reach of what prints and reads."""
    asked, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    return asked, answers


def _read(asked: BinaryIO, frames: SimpleQueue[Frame]) -> None:
    try:
        while True:
            frames.put(read_frame(asked))
    except (EOFError, OSError):
        _end()


def _end() -> None:
    """Ends this process, and what it started where it leads a group of its own."""
    if hasattr(os, "killpg") and os.getpgid(0) == os.getpid():
        os.killpg(0, signal.SIGKILL)
    os._exit(0)
