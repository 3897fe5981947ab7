"""One hostile case, and what came of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

Content = bytes | Callable[[Path], None]
"""What a file holds, or what makes it under a path: a pipe, a link, a file with holes."""

LONGEST_SENTENCE = 1500
LONGEST_STOP_S = 0.5
LONGEST_S, LONGEST_S_PER_100_MB = 5.0, 2.0
MOST_BYTES, MOST_TIMES_THE_FILES = 2**30, 3


@dataclass(frozen=True)
class Case:
    """Files, by their path inside the case's own folder, and one command there.

    It is one of `quantengine`, or of a `program` that ends as those do.
    """

    seed: int
    kind: str
    files: Mapping[str, Content]
    command: tuple[str, ...]
    program: Callable[[Sequence[str]], int] | None = None

    def write(self, folder: Path) -> int:
        """Writes the files under `folder`; gives their size in bytes."""
        for name, content in self.files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if isinstance(content, bytes):
                path.write_bytes(content)
            else:
                content(path)
        return sum(p.stat().st_size for p in folder.rglob("*") if p.is_file())


_NO_MEMORY = "memory"

Generator = Callable[[int], Case]
"""The case of a seed: the same one whenever it is asked for."""


@dataclass(frozen=True)
class Outcome:
    """How a case ended: exit code, or the signal (-9) that ended it; None: it had to be ended."""

    code: int | None
    seconds: float
    """Of the processor, not of the clock: other work on the machine does not count."""
    peak_bytes: int
    file_bytes: int
    said: str
    place: str = ""
    """Where in our code an exception came from that nobody expected."""
    noted: tuple[str, ...] = field(default=())
    """What went beyond the case's folder: writes, processes, sockets, objects unpickled."""

    stopped_s: float | None = None
    """How long it went on after it was asked to stop; None: it was not."""
    on_data: bool = False
    """It ran on a person's own data, which nothing limits: it must stop when it is asked to."""

    @property
    def fault(self) -> str:
        """What must not be, "" where all is well."""
        refused = self.code in (2, 3)
        if self.code is None or (self.stopped_s is not None and not self.on_data):
            return "no end"
        if self.stopped_s is not None and self.stopped_s > LONGEST_STOP_S:
            return "stops late"
        if self.code < 0:
            return "crash"
        if self.place or self.code not in (0, 1, 2, 3, 130):
            return "traceback"
        if self.noted:
            return "escaped"
        if refused and not self.said:
            return "silent"
        if refused and len(self.said) > LONGEST_SENTENCE:
            return "wordy"
        in_want = self.on_data and _NO_MEMORY in self.said  # of what this machine does not have
        if not refused or in_want:
            return ""
        if self.seconds > LONGEST_S + LONGEST_S_PER_100_MB * self.file_bytes / 1e8:
            return "slow"
        if self.peak_bytes > MOST_BYTES + MOST_TIMES_THE_FILES * self.file_bytes:
            return "fat"
        return ""
