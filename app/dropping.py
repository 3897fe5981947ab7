"""Files that are dragged over the window: it tells what will happen, and does it when dropped."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QWidget

from .dropped import Dropped
from .files import Files
from .local_path import local_path
from .theme import Theme
from .widgets.drop_overlay import DropOverlay


class Dropping(QObject):
    """Watches `window`. What is refused is said over it as well, and stays where it was."""

    def __init__(self, window: QWidget, files: Files, theme: Theme) -> None:
        super().__init__(window)
        self._files = files
        self.overlay = DropOverlay(window, theme)
        self._told: Dropped | None = None
        window.setAcceptDrops(True)
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        match event.type():
            case QEvent.Type.DragEnter if isinstance(event, QDragEnterEvent):
                self._enter(event)
            case QEvent.Type.DragMove if isinstance(event, QDropEvent):
                event.setAccepted(self._told is not None and not self._told.refused)
            case QEvent.Type.DragLeave:
                self._end()
            case QEvent.Type.Drop if isinstance(event, QDropEvent):
                self._drop(event)
            case _:
                return super().eventFilter(watched, event)
        return True

    def _enter(self, event: QDragEnterEvent) -> None:
        """Taken even where it will be refused: else nothing tells when it leaves."""
        paths = _paths(event)
        if not paths:
            event.ignore()
            return
        self._told = self._files.dropped(paths)
        self.overlay.tell(self._told.text, refused=self._told.refused)
        event.acceptProposedAction()

    def _drop(self, event: QDropEvent) -> None:
        told = self._files.dropped(_paths(event))
        self._end()
        if told.refused:
            event.ignore()
            return
        event.acceptProposedAction()
        self._files.take(told)

    def _end(self) -> None:
        self._told = None
        self.overlay.hide()


def _paths(event: QDropEvent) -> list[Path]:
    return [local_path(url) for url in event.mimeData().urls() if url.isLocalFile()]
