"""A folder on a disk that can be bad, and what an act in it comes to, in a fork of this process."""

from __future__ import annotations

import ctypes
import errno
import json
import os
import resource
import select
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from bench.hostile.acts import OLD, Act

LIBRARY = "disk.so"
_WRITES, _READS = 1, 2
_BLOCK, _STEPS, _NAMES = 4096, 40, 24
_ROOM = "size=256m,nr_inodes=10000"
_LIMIT_S = 120.0
_CALLS, _BYTES, _BLOCKS, _FREE_NAMES = "calls", "bytes", "blocks", "names"
_SHORT = (_BLOCKS, _FREE_NAMES)


@dataclass(frozen=True)
class Way:
    """What is short or fails: from a place on, or where it does not last, there alone."""

    name: str
    what: str
    error: int = 0
    lasts: bool = True
    calls: int = _WRITES


WAYS = (
    Way("broken", _CALLS, errno.EIO, lasts=False),
    Way("full", _CALLS, errno.ENOSPC),
    Way("quota", _CALLS, errno.EDQUOT),
    Way("read", _CALLS, errno.EIO, lasts=False, calls=_READS),
    Way("limit", _BYTES),
    Way("blocks", _BLOCKS),
    Way("names", _FREE_NAMES),
)


@dataclass(frozen=True)
class Bad:
    """One disk: `place` is the number of a call, of bytes, of blocks or names that are free."""

    way: Way
    place: int


@dataclass(frozen=True)
class End:
    """How an act ended: None where it did not; the names that are as they were, what is half."""

    code: int | None
    said: str
    calls: int
    met: str
    old: tuple[str, ...]
    half: tuple[str, ...]


class Disk:
    """A folder of its own, mounted where this may, and the program's own while it is used."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()
        self._home, self.is_mounted = Path.cwd(), self._mount(_ROOM)

    @contextmanager
    def used(self) -> Iterator[None]:
        os.chdir(self.folder)
        Path("tmp").mkdir()
        try:
            yield
        finally:
            os.chdir(self._home)
            if self.is_mounted:
                subprocess.run(["umount", str(self.folder)], check=True)

    def places(self, act: Act, way: Way) -> Sequence[int]:
        """Where the disk can be bad for an act that was done on it."""
        sizes = [Path(name).stat().st_size for name in act.reads]
        match way.what:
            case "calls":
                end = self.ended(act, Bad(way, -1))
                if act.then is not None:
                    self.ended(act.then(end.code))
                return range(end.calls) if way.calls == _WRITES else _spread(end.calls - 1)
            case "bytes":
                return _spread(max(sizes)) if sizes else ()
            case _ if not self.is_mounted:
                return ()
            case "blocks":
                return _spread(sum(sizes) // _BLOCK + 2 * len(sizes) + _STEPS // 2)
            case _:
                return range(_NAMES)

    def ended(self, act: Act, bad: Bad | None = None) -> End:
        """Does it once over the old files, in a fork."""
        act.lay_old()
        read, write = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(read)
            self._live(act, bad, write)
        os.close(write)
        code, told = _awaited(child, read)
        if bad is not None and bad.way.what in _SHORT:
            self._mount(f"remount,{_ROOM}")
        said, _, met = told.rpartition("\0")
        calls, name = json.loads(met) if said or met else (0, "")
        old = [name for name in act.reads if _is_old(Path(name))]
        return End(code, said, calls, name, tuple(old), tuple(act.half()))

    def _shorten(self, bad: Bad) -> None:
        found = os.statvfs(self.folder)
        if bad.way.what == _BLOCKS:
            room = f"size={(found.f_blocks - found.f_bfree + bad.place) * found.f_frsize}"
        else:
            room = f"nr_inodes={found.f_files - found.f_ffree + bad.place}"
        if not self._mount(f"remount,{room}"):
            raise OSError(f"{self.folder} cannot be mounted with {room}")

    def _mount(self, options: str) -> bool:
        command = ["mount", "-t", "tmpfs", "-o", options, "none", str(self.folder)]
        with suppress(OSError):
            return subprocess.run(command, capture_output=True, check=False).returncode == 0
        return False

    def _live(self, act: Act, bad: Bad | None, told: int) -> NoReturn:
        code, library = 99, ctypes.CDLL(None)
        library.disk_met.restype = ctypes.c_char_p
        try:
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
            os.dup2(told, 2)
            sys.stdout, sys.stderr = (
                os.fdopen(number, "w", encoding="utf-8", closefd=False) for number in (1, 2)
            )
            os.environ["TMPDIR"], tempfile.tempdir = str(self.folder / "tmp"), None
            code = act.run(lambda: self._go_bad(library, bad))
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 2
        finally:
            sys.stderr.flush()
            met = (library.disk_disarm(), (library.disk_met() or b"").decode())
            os.write(2, b"\0" + json.dumps(met).encode())
            os._exit(code)

    def _go_bad(self, library: ctypes.CDLL, bad: Bad | None) -> None:
        if bad is None:
            return
        if bad.way.what == _CALLS:
            way, below = bad.way, os.fsencode(self.folder)
            library.disk_arm(below, way.calls, ctypes.c_long(bad.place), way.error, way.lasts)
        elif bad.way.what == _BYTES:
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (bad.place, bad.place))
        elif bad.way.what in _SHORT:
            self._shorten(bad)


def _spread(most: int) -> Sequence[int]:
    return range(0, most + 1, max(most // _STEPS, 1))


def _is_old(path: Path) -> bool:
    return path.exists() and path.read_bytes() == OLD


def _awaited(child: int, read: int) -> tuple[int | None, str]:
    """Its exit code and what it said; it is ended where it comes to no end."""
    said, until, ends = b"", time.monotonic() + _LIMIT_S, os.pidfd_open(child)
    late = False
    try:
        while not late:
            ready, _, _ = select.select([read, ends], [], [], max(until - time.monotonic(), 0))
            if read in ready:
                said += (more := os.read(read, 2**16))
                if not more:
                    break
            elif ends in ready:
                break
            late = not ready
        if late:
            os.kill(child, signal.SIGKILL)
        status = os.waitpid(child, 0)[1]
    finally:
        os.close(read)
        os.close(ends)
    code = None if late else os.waitstatus_to_exitcode(status)
    return code, said.decode(errors="replace")
