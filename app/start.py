"""From the command line's wishes to a window."""

from __future__ import annotations

import argparse

from PySide6.QtWidgets import QApplication

from app.document import DataSource
from app.main_window import MainWindow
from app.settings import Settings
from app.theme import Theme


def start(application: QApplication, wanted: argparse.Namespace) -> int:
    """Shows the window, then opens what was asked for; returns when it is closed."""
    application.setApplicationName("Quantscope")
    application.setOrganizationName("quantscope")
    settings = Settings()
    theme = Theme(application, settings.theme)
    window = MainWindow(settings, theme)
    window.show()
    _open(window, wanted)
    window.offer_recovery()
    code = application.exec()
    window.steps.jobs.shutdown()
    return code


def _open(window: MainWindow, wanted: argparse.Namespace) -> None:
    if wanted.demo:
        window.steps.open_demo()
    elif wanted.project is not None:
        window.projects.open(wanted.project.resolve())
    elif wanted.model is not None:
        data = None
        if wanted.data is not None:
            from quantengine.data.options import DataOptions

            data = DataSource(wanted.data.resolve(), DataOptions())
        window.steps.open_model(wanted.model.resolve(), data)
