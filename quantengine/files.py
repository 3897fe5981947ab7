"""Files that are either whole or not there."""

from __future__ import annotations

import errno
import glob
import os
import re
import shutil
import stat
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Lock
from typing import BinaryIO

from quantengine.errors import QuantError
from quantengine.monitor import SILENT, Monitor
from quantengine.sentence import Sentence

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

_MOST_OF_NAME = 40
_MARK, _RANDOM = ".writing", re.compile(r"[a-z0-9_]{8}")
_NAMING = Lock()
"""Held while files get their names, so that what was cancelled before gives none."""
_BEGUN: set[Path] = set()
"""Hidden folders that are being written."""
_NAMED: dict[Path, None] = {}
"""Files that were given their names, in order."""
GONE = Sentence("it does not exist")


def no_file(path: Path) -> str | None:
    """Why nothing can be read there, which is asked before it is opened: a pipe would wait.

    None for an ordinary file.
    """
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        return GONE
    except (OSError, ValueError) as error:
        return getattr(error, "strerror", None) or str(error)
    if stat.S_ISDIR(mode):
        return Sentence("it is a folder")
    return None if stat.S_ISREG(mode) else Sentence("it is a device or a pipe, no ordinary file")


def ordinary(path: Path) -> Path:
    """The same path; raises OSError for a folder, a pipe or a device."""
    why = no_file(path)
    if why not in (None, GONE):
        raise OSError(errno.EINVAL, why)
    return path


@contextmanager
def whole_file(path: Path, *, monitor: Monitor = SILENT) -> Iterator[Path]:
    """Gives a path beside `path` to write to; when the context ends well it becomes `path`.

    On any failure `path` is as it was and nothing is left beside it. Raises QuantError where the
    folder cannot be written, the disk is full or `path` is no file; a link stays, its target is
    written.
    """
    with whole_folder_of(path) as folder:
        beside = folder / path.name
        yield beside
        settle((beside, path), monitor=monitor)


@contextmanager
def whole_folder_of(path: Path) -> Iterator[Path]:
    """Gives a folder beside `path`, removed at the end, as is what an ended program left there."""
    place = place_of(path)
    start = f".{place.name[:_MOST_OF_NAME]}."
    with _writable(path):
        remove_left(place.parent, start)
        folder, mark = _own_folder(place.parent, start)
    _BEGUN.add(folder)
    try:
        with _writable(path):
            yield folder
    finally:
        with suppress(OSError):
            mark.close()
        with suppress(OSError):
            _remove(folder)
        _BEGUN.discard(folder)


def remove_begun() -> None:
    """Removes what is half written, for a program that ends without waiting for what writes it."""
    for folder in tuple(_BEGUN):
        with suppress(OSError):
            _remove(folder)


def forget_named() -> None:
    """From here on `named` tells of what comes."""
    _NAMED.clear()


def named() -> tuple[Path, ...]:
    """The files that got their names since `forget_named`, and are still there: all whole."""
    return tuple(path for path in tuple(_NAMED) if path.exists())


def remove_left(folder: Path, start: str) -> None:
    """Removes what programs that were ended left beside: none of those that still write."""
    for beside in folder.glob(f"{glob.escape(start)}*"):
        if _RANDOM.fullmatch(beside.name.removeprefix(start)):
            with suppress(OSError):
                _remove_unheld(beside)


def _own_folder(parent: Path, start: str) -> tuple[Path, BinaryIO]:
    """A new folder, and the mark in it that is held while it, and the process, lasts.

    Another program may take it for left before it is held: then there is the next.
    """
    while True:
        folder = Path(tempfile.mkdtemp(prefix=start, dir=parent))
        try:
            mark = (folder / _MARK).open("wb")
        except FileNotFoundError:
            continue
        except OSError:
            folder.rmdir()
            raise
        if _hold(mark) and os.fstat(mark.fileno()).st_nlink:
            return folder, mark
        mark.close()


def _hold(mark: BinaryIO) -> bool:
    """Whether nobody else holds it; some disks know no locks."""
    try:
        if fcntl is not None:
            fcntl.flock(mark, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        return error.errno not in (errno.EAGAIN, errno.EACCES)
    return True


def _remove_unheld(folder: Path) -> None:
    """Removes one of ours, which nobody holds: one without a mark is empty, or it is not ours."""
    try:
        mark = (folder / _MARK).open("rb+")
    except FileNotFoundError:
        folder.rmdir()
        return
    with mark:
        if fcntl is None:  # there nobody can remove what is open
            mark.close()
            (folder / _MARK).unlink()
        elif not _hold(mark):
            return
        _remove(folder)


def _remove(folder: Path) -> None:
    """The mark last, so that what is left of a folder half removed is still known as ours."""
    for each in folder.iterdir():
        if each.name != _MARK:
            shutil.rmtree(each) if each.is_dir() and not each.is_symlink() else each.unlink()
    (folder / _MARK).unlink(missing_ok=True)
    folder.rmdir()


@contextmanager
def native(path: Path, beside: Callable[[], Sequence[Path]] = tuple) -> Iterator[str]:
    """A name of the file for libraries that know UTF-8 alone.

    Where its own is none, the file and those `beside` it or below are copied elsewhere meanwhile.
    """
    try:
        str(path).encode()
    except UnicodeEncodeError:
        with tempfile.TemporaryDirectory() as folder:
            for file in beside():
                copy = Path(folder) / file.relative_to(path.parent)
                copy.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(file, copy)
            yield shutil.copyfile(path, str(Path(folder) / "model.onnx"))
    else:
        yield str(path)


def settle(*made: tuple[Path, Path], monitor: Monitor = SILENT) -> None:
    """Gives finished files their final names, (beside, path), each two on one disk.

    Raises Cancelled before the first has its name, where `monitor` was cancelled: what is begun
    after that has its own there, and keeps it.
    """
    placed = [(beside, place_of(path), path) for beside, path in made]
    for beside, _, path in placed:
        with _writable(path), beside.open("rb+") as file:
            os.fsync(file.fileno())
    with _NAMING:
        monitor.check()
        for beside, place, path in placed:
            with _writable(path):
                beside.replace(place)
            _NAMED[path] = None
    for folder, path in {place.parent: path for _, place, path in placed}.items():
        try:
            _sync_folder(folder)
        except OSError as error:
            monitor.say(
                f"{path} is written, but the system does not promise that its name outlasts a "
                f"power cut in the next seconds ({error.strerror or error})."
            )


def place_of(path: Path) -> Path:
    """Where a file of this name is written: the target of a link, else `path` without links.

    Raises QuantError where something else than a file is there.
    """
    try:
        with _writable(path):
            place = path.resolve()
            mode = _mode(path)
    except (RuntimeError, ValueError) as error:
        raise QuantError(
            "{0} is no place for a file ({1}): choose another.", path, error
        ) from error
    if mode is not None and stat.S_ISDIR(mode):
        raise QuantError("{0} is a folder: give the output a file name.", path)
    if mode is not None and not stat.S_ISREG(mode):
        raise QuantError("{0} is a device or a pipe, no file: give the output a file name.", path)
    return place


def _mode(path: Path) -> int | None:
    """What is there; None for nothing."""
    try:
        return path.stat().st_mode
    except FileNotFoundError:
        return None


def _sync_folder(folder: Path) -> None:
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _writable(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        reason = error.strerror or str(error)
        raise QuantError(
            "{0} cannot be written: {1}. Free some space or choose another place.", path, reason
        ) from error
