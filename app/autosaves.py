"""Files beside that keep what nobody saved: one for each document, locked while it is open."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from shutil import rmtree
from threading import Lock
from uuid import uuid4

from PySide6.QtCore import QLockFile, QStandardPaths

SUFFIX = ".qscope"
LOCK_SUFFIX = ".lock"


def autosave_folder() -> Path:
    kind = QStandardPaths.StandardLocation.AppLocalDataLocation
    return Path(QStandardPaths.writableLocation(kind)) / "autosave"


class Autosaves:
    """The file of the open document, those left for other models, and those of dead windows."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._left: list[QLockFile] = []
        self._writing = Lock()
        self.begin()

    def begin(self) -> None:
        """Every document has a file of its own."""
        self.path = self._folder / f"{uuid4().hex}{SUFFIX}"
        self._lock = _lock(self.path)

    def leave(self) -> Path:
        """The file stays for the next start, and is ours until then."""
        left = self.path
        self._left.append(self._lock)
        self.begin()
        return left

    def take_up(self, path: Path) -> None:
        """What a dead window left, or this one, is the file of the open document from now on."""
        self.drop()
        _tidy_beside(path)
        own = [lock for lock in self._left if lock.fileName() == str(_lock_path(path))]
        self._left = [lock for lock in self._left if lock not in own]
        self.path, self._lock = path, own[0] if own else _lock(path)
        self.hold()

    def write(self, save: Callable[[], None]) -> None:
        """One at a time, from any thread."""
        with self._writing:
            save()

    def hold(self) -> None:
        with suppress(OSError):  # writing will say so
            self._folder.mkdir(parents=True, exist_ok=True)
        if not self._lock.isLocked():
            self._lock.tryLock(0)

    def drop(self) -> None:
        """Nothing of the open document is unsaved."""
        with self._writing:
            self.path.unlink(missing_ok=True)
        self._lock.unlock()

    def owns(self, path: Path) -> bool:
        return path.parent == self._folder

    def left_behind(self) -> tuple[Path, ...]:
        """Files of windows that did not close, the newest first."""
        found = [path for path in self._folder.glob(f"*{SUFFIX}") if self._is_free(path)]
        return tuple(sorted(found, key=lambda path: path.stat().st_mtime, reverse=True))

    def tidy(self) -> None:
        """Removes what a kill left where there is nothing to recover."""
        locks = (lock.with_suffix(SUFFIX) for lock in self._folder.glob(f"*{LOCK_SUFFIX}"))
        halves = self._folder.glob(f".*{SUFFIX}.*")
        named = (each.with_name(each.name[1 : each.name.index(SUFFIX)] + SUFFIX) for each in halves)
        for path in {*locks, *named}:
            if not self._is_free(path):
                continue
            _tidy_beside(path)
            _lock_path(path).unlink(missing_ok=True)

    def discard(self, path: Path) -> None:
        """Removes a file, and what a kill in the middle of writing it left beside it."""
        _tidy_beside(path)
        path.unlink(missing_ok=True)
        _lock_path(path).unlink(missing_ok=True)

    def close(self) -> None:
        for lock in (*self._left, self._lock):
            lock.unlock()

    def _is_free(self, path: Path) -> bool:
        if path == self.path:
            return False
        lock = _lock(path)
        free = lock.tryLock(0)
        if free:
            lock.unlock()
        return free


def _tidy_beside(path: Path) -> None:
    for beside in path.parent.glob(f".{path.name}.*"):
        rmtree(beside, ignore_errors=True)


def _lock_path(path: Path) -> Path:
    return path.with_suffix(LOCK_SUFFIX)


def _lock(path: Path) -> QLockFile:
    """Held as long as the window lives; a dead owner's lock can be taken."""
    lock = QLockFile(str(_lock_path(path)))
    lock.setStaleLockTime(0)
    return lock
