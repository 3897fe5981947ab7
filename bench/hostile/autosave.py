"""Decisions in the window that nobody saves, and the next window, which has to find them."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from bench.hostile import sound
from bench.hostile.acts import Act

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from app.main_window import MainWindow

_FOLDER, _LIMIT_S, _LAYERS = Path("autosave"), 60.0, ("Conv_c", "Gemm_y")
_WRONG = 70


def _window() -> tuple[QApplication, MainWindow]:
    from PySide6.QtWidgets import QApplication

    from app.main_window import MainWindow
    from app.settings import Settings
    from app.theme import LIGHT, Theme

    application = QApplication([])
    settings = Settings.in_file(Path("settings.ini"))
    settings.looks_by_itself = False
    return application, MainWindow(settings, Theme(application, LIGHT), _FOLDER)


def _decide(bad_from: int, begin: Callable[[], None]) -> int:
    """Keeps one layer float, then another; from the decision `bad_from` on the disk may be bad."""
    application, window = _window()
    raised, told = list[str](), list[str]()
    sys.excepthook = lambda *error: raised.append(repr(error[1]))

    def failed(said: str, details: str) -> None:
        told.append(said)
        raised.extend([details] if details else [])

    def settle() -> None:
        until = time.monotonic() + _LIMIT_S
        application.processEvents()
        while window.jobs.jobs and time.monotonic() < until:
            application.processEvents()
            time.sleep(0.002)

    window.steps.failed.connect(failed)
    window.steps.open_model(Path(sound.MODEL))
    settle()
    for place, layer in enumerate(_LAYERS):
        if place == bad_from:
            begin()
        plan = window.document.plan.with_float(layer)
        window.document.edit("keep float", plan=plan)
        settle()
    window.close()
    window.close()  # what was recovered is asked about once
    sys.stderr.write("\n".join(["Traceback", *raised] if raised else told))
    return _WRONG if raised else 2 if told else 0


def _look(least: int, begin: Callable[[], None]) -> int:
    """Whether one file tells of at least so many decisions, and nothing is left once it is gone.

    That is what a window that starts looks at before it offers it.
    """
    from app.autosaves import Autosaves
    from quantengine.project_file import load_project

    begin()
    autosaves = Autosaves(_FOLDER)
    autosaves.tidy()
    left = autosaves.left_behind()
    counts = [len(load_project(path).decided.plan.keep_float) for path in left]
    for path in left:
        autosaves.discard(path)
    beside = sorted(path.name for path in _FOLDER.iterdir()) if _FOLDER.exists() else []
    if len(left) > 1 or max(counts, default=0) < least or beside:
        sys.stderr.write(f"found {counts} of at least {least} decisions, left {beside}")
        return _WRONG
    return 0


def _next_start(before: int, code: int | None) -> Act:
    """`before` decisions were kept on a sound disk."""
    return Act("next start", partial(_look, len(_LAYERS) if code == 0 else before), {})


ACTS = tuple(
    Act(name, partial(_decide, before), {}, partial(_next_start, before))
    for before, name in enumerate(("first autosave", "autosave"))
)
