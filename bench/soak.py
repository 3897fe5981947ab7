"""Random actions on the whole window, with a seed: all commands, pages, edits, sizes and themes.

    python bench/soak.py [ACTIONS [SEED]]

Ends with an error where an action raised one, a thread or a window was left behind, or the document
is not what a replay of its undo stack makes. The window shows the bundled demo.
"""

from __future__ import annotations

import gc
import os
import sys
import tempfile
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from unittest.mock import patch

from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QApplication, QFileDialog, QMenu, QWidget
from ui_watch import resident_mb, rest, settle, until

from app.autosaves import SUFFIX
from app.decided import Snapshot
from app.main_window import MainWindow
from app.settings import Settings
from app.theme import DARK, LIGHT, Theme
from quantengine.analyze.report_layers import layer_reports
from quantengine.bundled import demo_model
from quantengine.work.make import make
from quantengine.work.recipe import Recipe

_NEVER = {"quit"}
_EDITS = ("keep_float", "quantize", "bits_4", "bits_8", "bits_16", "reset")
_SIZES = ((1024, 700), (1280, 800), (1440, 900), (2560, 1440), (700, 600))
_QUIET_S = 0.02


class Person:
    """One who does anything at any time; `done` tells what."""

    def __init__(self, window: MainWindow, folder: Path, seed: int) -> None:
        self.window, self.folder, self.random = window, folder, Random(seed)
        self.done: list[str] = []

    def act(self) -> None:
        acts: list[Callable[[], str]] = [self.command, self.command, self.command, self.page]
        acts += [self.part, self.select, self.edit, self.edit, self.undo, self.redo, self.resize]
        acts += [self.look, self.snapshot, self.shut, self.work, self.wait]
        act = self.random.choice(acts)
        self.done.append(f"{act.__name__} {act()}")
        rest(_QUIET_S)

    def command(self) -> str:
        actions = sorted(self.window.actions_, key=lambda each: each.objectName())
        action = self.random.choice([a for a in actions if a.objectName() not in _NEVER])
        action.trigger()  # what is not enabled does nothing
        return action.objectName() or action.text()

    def page(self) -> str:
        name = self.random.choice(list(self.window.views.pages))
        self.window.show_page(name)
        return name

    def part(self) -> str:
        name = self.random.choice(self.window.views.names)
        if self.window.document.model is not None:
            self.window.show_view(name)
        return name

    def select(self) -> str:
        rows = self._rows
        chosen = self.random.sample(rows, min(len(rows), self.random.choice((1, 1, 2, 5))))
        self.window.document.select(*chosen)
        return ", ".join(chosen)

    def edit(self) -> str:
        """One of the layer commands on what is selected."""
        name = self.random.choice(
            ["keep_float", "quantize", "bits_4", "bits_8", "bits_16", "reset"]
        )
        if self.window.actions_[name].isEnabled():
            self.window.actions_[name].trigger()
        return name

    def undo(self) -> str:
        self.window.document.undo_stack.undo()
        return ""

    def redo(self) -> str:
        self.window.document.undo_stack.redo()
        return ""

    def resize(self) -> str:
        size = self.random.choice(_SIZES)
        self.window.resize(*size)
        return str(size)

    def look(self) -> str:
        choice = self.random.choice([DARK, LIGHT])
        self.window.choose_theme(choice)
        return choice

    def snapshot(self) -> str:
        document = self.window.document
        if document.model is not None:
            kept = Snapshot(f"s{len(self.done)}", document.plan, document.decided.recipe)
            document.keep_snapshots((*document.snapshots, kept)[-3:])
        return ""

    def shut(self) -> str:
        self.window.cancel_work()
        return ""

    def work(self) -> str:
        """What takes seconds; the next actions may come while it runs, or stop it."""
        window = self.window
        if window.document.outcome is None or window.document.outcome.resolution is None:
            return ""
        steps = self.random.choice([("bias",), ("quick",), ("round",), ("equalize", "bias")])
        works: dict[str, Callable[[], object]] = {
            "recover": lambda: window.context.treatments.start(Recipe(steps)),
            "rank": window.network.rank,
            "compare": window.network.compare,
            "calibrate": window.steps.calibrate,
            "search": lambda: window.show_view("search").search(),
            "export": self._export,
        }
        name = self.random.choice(list(works))
        works[name]()
        return name

    def _export(self) -> None:
        view = self.window.show_view("export")
        view.path.setText(str(self.folder / "soak.int8.onnx"))
        view.export()

    def wait(self) -> str:
        rest(self.random.choice((0.2, 1.0)))
        return ""

    @property
    def _rows(self) -> list[str]:
        outcome = self.window.document.outcome
        return [] if outcome is None else [row.name for row in outcome.rows]


def main() -> None:
    actions, seed = (int(word) for word in (*sys.argv[1:], "300", "0")[:2])
    application = QApplication([])
    errors: list[str] = []
    sys.excepthook = lambda *error: errors.append("".join(traceback.format_exception(*error)))
    threading.excepthook = lambda told: errors.append(f"{told.thread}: {told.exc_value!r}")
    with tempfile.TemporaryDirectory() as place, _no_dialogs(Path(place)):
        begun, threads = time.monotonic(), set(threading.enumerate())
        window = _window(application, Path(place), errors)
        person = Person(window, Path(place), seed)
        for count in range(1, actions + 1):
            try:
                person.act()
            except Exception:  # noqa: BLE001 - told with the actions that led to it
                errors.append(traceback.format_exc())
            if errors:
                break
            if count % 50 == 0:
                widgets = len(QApplication.allWidgets())
                taken = time.monotonic() - begun
                told = f"{count} actions, {taken:.0f} s, {widgets} widgets, {resident_mb():.0f} MB"
                print(told, flush=True)
        sys.excepthook = sys.__excepthook__
        if not errors:
            errors += _not_as_decided(window)
        _close(application, window)
        left = [t.name for t in threading.enumerate() if t not in threads]
        errors += [f"threads left: {left}"] if left else []
        shown = [type(w).__name__ for w in QApplication.topLevelWidgets() if w.isVisible()]
        errors += [f"windows left: {shown}"] if shown else []
    print(
        "\n".join([*errors, *(f"  {each}" for each in person.done[-12:])] if errors else ["well"])
    )
    sys.stdout.flush()
    os._exit(1 if errors else 0)


def _window(application: QApplication, folder: Path, errors: list[str]) -> MainWindow:
    settings = Settings.in_file(folder / "settings.ini")
    window = MainWindow(settings, Theme(application, LIGHT), folder / "autosave")
    window.steps.failed.connect(lambda _said, details: details and errors.append(details))
    window.show()
    window.views.imports.begin()
    window.steps.open_demo()
    until(lambda: window.document.model is not None)
    return window


def _not_as_decided(window: MainWindow) -> list[str]:
    """What a replay of the undo stack, and the plan made anew, say otherwise."""
    document, stack = window.document, window.document.undo_stack
    before, place = document.decided, stack.index()
    stack.setIndex(0)
    stack.setIndex(place)
    if document.decided != before:
        return [f"a replay of {place} steps makes another document"]
    window.settings.looks_by_itself = False
    settle(window)
    work, shown = document.work, document.outcome
    if work is None or shown is None or shown.resolution is None or document.outcome_is_stale:
        return []
    recipe = document.decided.recipe
    made = document.candidate is not None or recipe is None or not recipe.steps
    again = make(work, recipe if made else Recipe())
    pairs = ((again.model, again.resolution), (shown.model, shown.resolution))
    rows = [[each.to_json() for each in layer_reports(*pair)] for pair in pairs]
    return [] if rows[0] == rows[1] else ["what is shown is not what the plan makes"]


def _close(application: QApplication, window: MainWindow) -> None:
    window.views.imports.stop()
    window.jobs.cancel_all()
    window.close()
    window.close()
    window.jobs.shutdown()
    window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    application.processEvents()
    gc.collect()


@contextmanager
def _no_dialogs(folder: Path) -> Iterator[None]:
    """Files are chosen at once: the demo, a project that was saved before, or none."""

    def opened(_parent: QWidget, _title: str, _start: str = "", kinds: str = "") -> tuple[str, str]:
        if SUFFIX in kinds:
            return str(next(iter(folder.glob(f"*{SUFFIX}")), "")), ""
        return (str(demo_model()) if "onnx" in kinds else ""), ""

    def saved(_parent: QWidget, _title: str, start: str = "", _kinds: str = "") -> tuple[str, str]:
        return str(folder / Path(start).name), ""

    with (
        patch.object(QFileDialog, "getOpenFileName", opened),
        patch.object(QFileDialog, "getSaveFileName", saved),
        patch.object(QFileDialog, "getExistingDirectory", lambda *_: ""),
        patch.object(QDesktopServices, "openUrl", lambda *_: True),
        patch.object(QMenu, "exec", lambda *_: None),
    ):
        yield


if __name__ == "__main__":
    main()
