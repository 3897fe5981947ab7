"""Faults of the disk, one after the other: at each write, flush, rename and fsync of an action."""

from __future__ import annotations

import builtins
import errno
import io
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest

_WRITING = frozenset("wax+")
_CALLS = ("fsync", "replace", "rename", "mkdir")


@dataclass
class Disk:
    """Counts what is done to it; all from the `first` on fails, or that alone where it `heals`."""

    first: int | None = None
    heals: bool = False
    done: list[str] = field(default_factory=list)

    def touch(self, what: str) -> None:
        place = len(self.done)
        self.done.append(what)
        if self.first is None or place < self.first or (self.heals and place > self.first):
            return
        code = errno.EIO if self.heals else errno.ENOSPC
        raise OSError(code, os.strerror(code))


class _File:
    """A file whose writes and flushes touch the disk; closing it does once, since it flushes."""

    def __init__(self, file: Any, disk: Disk) -> None:
        self._file, self._disk = file, disk

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)

    def __enter__(self) -> _File:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def write(self, data: Any) -> Any:
        self._disk.touch("write")
        return self._file.write(data)

    def flush(self) -> None:
        self._disk.touch("flush")
        self._file.flush()

    def close(self) -> None:
        if self._file.closed:
            return
        try:
            self._disk.touch("close")
        finally:
            self._file.close()


@contextmanager
def disk(first: int | None = None, *, heals: bool = False) -> Iterator[Disk]:
    """Within this context every file that is opened for writing is on it."""
    found = Disk(first, heals)
    real = io.open

    def opened(file: Any, mode: str = "r", *args: Any, **kwargs: Any) -> Any:
        made = real(file, mode, *args, **kwargs)
        return _File(made, found) if _WRITING & set(mode) else made

    def touching(name: str) -> Callable[..., Any]:
        call = getattr(os, name)

        def touched(*args: Any, **kwargs: Any) -> Any:
            found.touch(name)
            return call(*args, **kwargs)

        return touched

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(io, "open", opened)
        patch.setattr(builtins, "open", opened)
        for name in _CALLS:
            patch.setattr(os, name, touching(name))
        yield found


def each_fault(act: Callable[[], object]) -> Iterator[tuple[Disk, Exception | None]]:
    """Once for every place and both ways: the disk it met, and what `act` raised."""
    with disk() as sound:
        act()
    for place in range(len(sound.done)):
        for heals in (False, True):
            with disk(place, heals=heals) as broken:
                try:
                    act()
                    raised = None
                except Exception as error:  # noqa: BLE001 - whatever it is, the test looks at it
                    raised = error
            yield broken, raised
