"""From the command line's wishes to a window."""

from __future__ import annotations

import argparse
import os
import sys
import traceback
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType

from PySide6.QtCore import QTimer, QTranslator
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication

from quantengine.bundled import FOLDER
from quantengine.errors import QuantError
from quantengine.files import remove_begun

from .autosaves import SUFFIX
from .facts import DataSource
from .garbage import Garbage
from .jobs import Job
from .main_window import MainWindow
from .settings import Settings
from .shots import Shots
from .theme import Theme
from .translation import said, translate


def start(application: QApplication, wanted: argparse.Namespace) -> int:
    """Shows the window, then opens what was asked for; returns when it is closed."""
    application.setApplicationName("Quantscope")
    application.setOrganizationName("quantscope")
    application.setDesktopFileName("quantscope")
    application.setWindowIcon(QIcon(str(FOLDER / "icons" / "quantscope.svg")))
    if wanted.screenshots is None:
        return _run(application, wanted, None)
    sentence = _why_no_pictures(wanted)
    if sentence is not None:
        print(sentence, file=sys.stderr)
        return 2
    with TemporaryDirectory() as folder:
        for language in wanted.languages:
            code = _run(application, wanted, Path(folder), language)
            for translator in application.findChildren(QTranslator):
                application.removeTranslator(translator)
            if code:
                return code
    return 0


def _run(
    application: QApplication, wanted: argparse.Namespace, aside: Path | None, language: str = ""
) -> int:
    """`aside` keeps what a run for pictures remembers away from the person's own settings."""
    settings = Settings() if aside is None else Settings.in_file(aside / "settings.ini")
    translate(application, language or settings.language)
    theme = Theme(application, settings.theme)
    window = MainWindow(settings, theme, aside)
    sys.excepthook = partial(_tell, window)
    window.show()
    if wanted.screenshots is not None:
        mark = f"-{language}" if len(wanted.languages) > 1 else ""
        shots = Shots(wanted.sizes, wanted.themes, mark)
        _picture_when_ready(application, window, wanted.screenshots, shots)
    if _open(window, wanted) is None and wanted.screenshots is not None:
        QTimer.singleShot(0, window.close)
    else:
        QTimer.singleShot(0, window.views.imports.begin)
    window.offer_recovery()
    garbage = Garbage()
    garbage.begin()
    code = application.exec()
    garbage.end()
    window.views.imports.stop()
    if not window.jobs.shutdown() and aside is None:
        settings.sync()
        remove_begun()
        os._exit(code)  # Python would wait for what hears of no cancel
    return code


def _tell(
    window: MainWindow, kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    """What goes wrong behind a menu or a key is told in the window, like all else."""
    if isinstance(error, Exception):
        window.steps.report(error, "".join(traceback.format_exception(kind, error, trace)))
    if not isinstance(error, QuantError):
        sys.__excepthook__(kind, error, trace)


def _open(window: MainWindow, wanted: argparse.Namespace) -> Job | None:
    """Starts to open what is wanted; None where that is nothing."""
    if wanted.demo:
        return window.steps.open_demo()
    if wanted.project is not None:
        return window.projects.open(wanted.project.absolute())
    if wanted.model is None:
        return None
    if wanted.model.suffix.lower() == SUFFIX:
        return window.projects.open(wanted.model.absolute())
    data, judged_on = _source(wanted.data), _source(wanted.judge_on)
    calibrate = data is not None and wanted.screenshots is not None
    return window.steps.open_model(
        wanted.model.absolute(), data, judged_on, then_calibrate=calibrate
    )


def _source(path: Path | None) -> DataSource | None:
    from quantengine.data.options import DataOptions

    return None if path is None else DataSource(path.absolute(), DataOptions())


def _picture_when_ready(
    application: QApplication, window: MainWindow, folder: Path, shots: Shots
) -> None:
    """Takes the pictures once there are figures to show, then leaves; fails on any error."""
    from .screenshots import save_start_page, take_screenshots

    save_start_page(window, folder, shots.mark)

    def look() -> None:
        outcome = window.document.outcome
        if outcome is None or outcome.resolution is None:
            return
        window.document.outcome_changed.disconnect(look)
        QTimer.singleShot(0, shoot)

    def shoot() -> None:
        take_screenshots(window, folder, shots)
        window.close()

    window.document.outcome_changed.connect(look)
    window.steps.failed.connect(lambda sentence, _: _give_up(application, sentence))


def _give_up(application: QApplication, sentence: str) -> None:
    print(sentence, file=sys.stderr)
    application.exit(2)


def _why_no_pictures(wanted: argparse.Namespace) -> str | None:
    """A sentence where the pictures would lie among the images of the data."""
    from quantengine.outputs import Sources, check_outputs

    if wanted.data is None or not wanted.screenshots.is_dir():
        return None
    try:
        check_outputs([wanted.screenshots / "start.png"], Sources(data=wanted.data))
    except QuantError as error:
        return said(error)
    return None
