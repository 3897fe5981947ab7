"""Hostile models and projects, opened one after another in one window.

    QT_QPA_PLATFORM=offscreen python -m bench.hostile.window [--count 1000] [--seed 1] [--limit 60]

One of the pages is shown with each, in turn. Ends with an error where that raised an exception that
nobody expected, held the window up for over 1 s, did not end, opened a file that the case does not
consist of, or where 50 MB more are held than after the first twenty: each time with one small sound
model open, and once a sound project was calibrated and shown on all pages, since views and compiled
loops are made when they are first needed and stay. What the window does by itself with what it
opened is a part.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import threading
import time
import traceback
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest.mock import patch

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QFileDialog

from app.main_window import MainWindow
from app.settings import Settings
from app.theme import LIGHT, Theme
from bench.hostile import sound
from bench.hostile.case import Case
from bench.hostile.fork import LONGEST_TIMES
from bench.hostile.models import MODEL, hostile_model
from bench.hostile.plans import hostile_project, sound_plans
from bench.hostile.sound import PROJECT
from quantengine.freed import give_back

STALL_S, MOST_MB, WARM = 1.0, 50.0, 20
_BEAT_MS = 20
_ONE_HEAP = "MALLOC_ARENA_MAX"
_MODEL_LANE = ("model",)
_SYSTEM = ("/usr", "/lib", "/etc", "/proc", "/sys", "/dev", sys.prefix, sys.base_prefix)


@dataclass
class Found:
    """What was wrong, by the seed of the case."""

    faults: list[str] = field(default_factory=list)
    ends: Counter[str] = field(default_factory=Counter)
    longest_s: float = 0.0
    slowest_s: float = 0.0

    def add(self, seed: int, kind: str, what: str) -> None:
        self.faults.append(f"{seed} {kind}: {what}")
        print(self.faults[-1][:2000], flush=True)


class Beat:
    """How long the window's own thread was away since it was asked last, while the process worked.

    Time that the machine gave to others does not count.
    """

    def __init__(self) -> None:
        self._last, self._worked, self._longest = time.monotonic(), time.process_time(), 0.0
        self._timer = QTimer()
        self._timer.setInterval(_BEAT_MS)
        self._timer.timeout.connect(self._note)
        self._timer.start()

    def _note(self) -> None:
        now, worked = time.monotonic(), time.process_time()
        away = min(now - self._last, worked - self._worked)
        self._longest, self._last, self._worked = max(self._longest, away), now, worked

    def longest(self) -> float:
        self._note()
        found, self._longest = self._longest, 0.0
        return found


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--limit", type=float, default=60.0)
    parser.add_argument("--minutes", type=float, default=float("inf"))
    asked = parser.parse_args()
    if _ONE_HEAP not in os.environ:  # from its start, as in a window, which imports no engine first
        os.environ[_ONE_HEAP] = "1"
        os.execv(sys.executable, [sys.executable, "-m", "bench.hostile.window", *sys.argv[1:]])
    found = Found()
    application = QApplication([])
    with tempfile.TemporaryDirectory(prefix="hostile") as name, _no_dialogs():
        folder = Path(name).resolve()
        window = _window(application, folder, found)
        opened = _Opened(folder)
        beat, begun, warm_mb = Beat(), time.monotonic(), 0.0
        watch = _Watch(found, beat, opened, asked.limit)
        for page in range(window.views.count()):
            _open(application, window, _WHOLE, folder / f"page{page}", watch, page)
        window.steps.calibrate()
        _settle(application, window, watch)
        count, held_mb = 0, 0.0
        for count, case in enumerate(_cases(asked.seed, asked.count), 1):
            if time.monotonic() - begun > 60 * asked.minutes:
                break
            page = count % window.views.count()
            if not _open(application, window, case, folder / f"case{count}", watch, page):
                break  # what follows would wait for what does not end
            if count in (WARM, asked.count) or count % 50 == 0:
                _open(application, window, _SOUND, folder / f"sound{count}", watch, 0)
                held_mb = _held_mb()
                warm_mb = warm_mb or held_mb
                print(f"{count} opened, {held_mb:.0f} MB, {dict(found.ends)}", flush=True)
        more = held_mb - warm_mb
        if count > WARM and more > MOST_MB:
            found.add(0, "all", f"{more:.0f} MB more are held than after {WARM}")
        window.jobs.cancel_all()
        took = time.monotonic() - begun
        print(
            f"{count} opened in {took:.0f} s: {dict(found.ends)}; longest stall "
            f"{found.longest_s:.2f} s, slowest {found.slowest_s:.1f} s, {more:+.0f} MB; "
            f"{len(found.faults)} faults"
        )
        sys.stdout.flush()
        os._exit(1 if found.faults else 0)


def _cases(seed: int, count: int) -> Iterator[Case]:
    for place in range(count):
        make = hostile_project if place % 3 == 2 else hostile_model
        yield make(seed + place)


def _window(application: QApplication, folder: Path, found: Found) -> MainWindow:
    settings = Settings.in_file(folder / "settings.ini")
    window = MainWindow(settings, Theme(application, LIGHT), folder / "autosave")

    def failed(_said: str, details: str) -> None:
        found.ends["refused"] += 1
        if details:
            found.add(_now.seed, _now.kind, details)

    window.steps.failed.connect(failed)
    sys.excepthook = lambda *error: found.add(
        _now.seed, _now.kind, "".join(traceback.format_exception(*error))
    )
    threading.excepthook = lambda told: found.add(_now.seed, _now.kind, repr(told.exc_value))
    window.show()
    window.views.imports.begin()
    return window


_SOUND = Case(0, "sound", {MODEL: sound.model()}, ("inspect", MODEL))
*_, _WHOLE = sound_plans()
_now = _SOUND


def _open(
    application: QApplication,
    window: MainWindow,
    case: Case,
    folder: Path,
    watch: _Watch,
    page: int,
) -> bool:
    """Whether what opens models and projects came to an end; a page is shown meanwhile."""
    found, beat = watch.found, watch.beat
    global _now  # noqa: PLW0603 - what hooks of the process are told by
    _now = case
    folder.mkdir()
    case.write(folder)
    os.chdir(folder)
    watch.opened.begin(folder, *_held_open(window))
    beat.longest()
    began = time.monotonic()
    if case.command[0] == PROJECT:
        window.projects.open(folder / PROJECT)
    else:
        window.steps.open_model(folder / MODEL)
    window.views.setCurrentIndex(page)
    _settle(application, window, watch)
    took, stall = time.monotonic() - began, beat.longest()
    left = [job.lane for job in window.jobs.jobs]
    if left:
        window.jobs.cancel_all()
        found.ends[f"cancelled {left}"] += 1
        if set(left) & set(_MODEL_LANE):
            found.add(case.seed, case.kind, f"no end within {watch.limit_s:g} s: {left}")
    found.longest_s, found.slowest_s = max(found.longest_s, stall), max(found.slowest_s, took)
    found.ends["opened" if window.document.model is not None else "nothing"] += 1
    if stall > STALL_S:
        found.add(case.seed, case.kind, f"the window stood for {stall:.1f} s")
    for path in watch.opened.end():
        found.add(case.seed, case.kind, f"opened {path}")
    return not set(left) & set(_MODEL_LANE)


def _held_open(window: MainWindow) -> tuple[Path, ...]:
    """Where what is open lies, which a refused case leaves open: pages go on reading its data."""
    document = window.document
    source, model = document.dataset_source, document.model
    found = [] if source is None else [source.path]
    return tuple(path.parent for path in [*found, *([] if model is None else [model.path])])


def _settle(application: QApplication, window: MainWindow, watch: _Watch) -> None:
    began, worked = time.monotonic(), time.process_time()
    while window.jobs.jobs and not watch.is_over(began, worked):
        application.processEvents()
        time.sleep(0.002)


@dataclass(frozen=True)
class _Watch:
    found: Found
    beat: Beat
    opened: _Opened
    limit_s: float

    def is_over(self, began: float, worked: float) -> bool:
        """By what this process works; a busy machine comes to an end later, as in a fork."""
        wall = time.monotonic() - began
        return time.process_time() - worked > self.limit_s or wall > LONGEST_TIMES * self.limit_s


class _Opened:
    """An audit hook: files that are opened although no case consists of them."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._paths = str(folder), set[str]()
        self._inside: tuple[str, ...] = ()
        self._known = (*_SYSTEM, str(Path(__file__).resolve().parents[2]))
        sys.addaudithook(self._hear)

    def begin(self, *inside: Path) -> None:
        self._inside = tuple(str(folder) for folder in inside if folder.is_absolute())

    def end(self) -> list[str]:
        self._inside, paths, self._paths = (), self._paths, set()
        return sorted(paths)

    def _hear(self, event: str, given: tuple[Any, ...]) -> None:
        if event == "open" and self._inside and isinstance(given[0], str):
            whole = os.path.abspath(given[0])  # noqa: PTH100 - a path as the system gets it
            own = (*self._inside, f"{self._folder}/autosave", f"{self._folder}/settings")
            if not whole.startswith((*own, *self._known, tempfile.gettempdir() + "/tmp")):
                self._paths.add(whole)


def _held_mb() -> float:
    give_back()
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def _no_dialogs() -> Any:
    return patch.object(QFileDialog, "getOpenFileName", lambda *_, **__: ("", ""))


if __name__ == "__main__":
    main()
