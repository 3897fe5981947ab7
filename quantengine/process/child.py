"""A process that answers one message after the other, within a time, until it is ended."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections import deque
from collections.abc import Sequence
from pathlib import Path
from threading import Lock, Thread, Timer
from typing import BinaryIO

from quantengine.errors import QuantError
from quantengine.monitor import SILENT, Monitor
from quantengine.process.frame import Frame, read_frame, write_frame

_ROOT = Path(__file__).parents[2]
_MOST_SAID = 4096
_LAST_WORDS_S = 1.0
"""A process that answers no more is about to end, and its own end says why."""


class TooLate(QuantError):
    """No answer came within the time allowed; the process was ended."""


class Ended(QuantError):
    """The process ended without an answer; the sentence says how."""


class Child:
    """`python -m module arguments`, which calls `serve`; it is ended with all it started.

    It ends by itself where the process that started it is gone. What it prints is read and
    dropped but for its last lines.
    """

    def __init__(self, module: str, arguments: Sequence[str] = ()) -> None:
        self._lock, self._ending = Lock(), Lock()
        self._late = self._ended = False
        self._said: deque[str] = deque(maxlen=1)
        # Without -P the folder that is the current one would come before the standard library.
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", module, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": _paths()},
            start_new_session=True,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        self._listener = Thread(target=self._listen, daemon=True)
        self._listener.start()

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def ask(self, frame: Frame, *, limit_s: float, monitor: Monitor = SILENT) -> Frame:
        """The answer; for any thread, one at a time.

        Raises TooLate, Ended, Cancelled; after any of them the process is gone.
        """
        with self._lock:
            timer = Timer(limit_s, self._end_late)
            timer.daemon = True
            try:
                with monitor.stopping(self.end):
                    timer.start()
                    write_frame(self._stream(self._process.stdin), frame)
                    return read_frame(self._stream(self._process.stdout))
            except (OSError, EOFError, ValueError) as error:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    self._process.wait(_LAST_WORDS_S)
                self.end()
                monitor.check()
                if self._late:
                    raise TooLate("it did not answer within {0} seconds", f"{limit_s:g}") from error
                raise Ended(self._how()) from error
            finally:
                timer.cancel()

    def end(self) -> None:
        """Ends the process and all that it started, at once; for any thread, twice is once."""
        with self._ending:
            if not self._ended and hasattr(os, "killpg"):
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.killpg(self._process.pid, signal.SIGKILL)
            self._ended = True
            self._process.kill()
            self._process.wait()

    def close(self) -> None:
        """Ends the process and gives back what it took of this one."""
        self.end()
        self._listener.join()
        with contextlib.suppress(OSError):
            self._stream(self._process.stdin).close()
        self._stream(self._process.stdout).close()
        self._stream(self._process.stderr).close()

    def _end_late(self) -> None:
        self._late = True
        self.end()

    def _how(self) -> str:
        self._listener.join()
        said = "".join(self._said).strip().splitlines()
        last = f" (it last printed: {said[-1]})" if said else ""
        code = self._process.returncode
        how = f"with code {code}" if code >= 0 else f"by signal {-code}"
        return f"its process ended {how}{last}"

    def _listen(self) -> None:
        """So that prints never hold the process up; the last of them may say why it ended."""
        stream = self._process.stderr
        assert stream is not None
        while chunk := stream.read1(_MOST_SAID):  # type: ignore[attr-defined]
            before = "".join(self._said)
            self._said.append((before + chunk.decode(errors="replace"))[-_MOST_SAID:])

    @staticmethod
    def _stream(stream: object) -> BinaryIO:
        assert stream is not None
        return stream  # type: ignore[return-value]


def _paths() -> str:
    known = os.environ.get("PYTHONPATH")
    return str(_ROOT) if not known else os.pathsep.join((str(_ROOT), known))
