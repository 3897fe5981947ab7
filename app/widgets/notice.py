"""A quiet bar for what went wrong or is worth knowing."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFrame, QPushButton, QToolButton, QWidget

from ..theme import Theme
from ..widgets.label import Label
from ..widgets.row import fill, horizontal

NOTE_MS = 10_000
_SIDE, _MOST_WIDTH = 12, 760


class NoticeBar(QFrame):
    """Shows the newest sentence until it is closed or replaced; never steals the focus.

    It lies over the upper edge of `place` and moves nothing there.
    """

    def __init__(self, theme: Theme, place: QWidget | None = None) -> None:
        super().__init__(place)
        self._theme = theme
        self._details = ""
        self._is_error = False
        self._icon = Label()
        self.text = Label()
        self.text.setWordWrap(True)
        self._copy = QPushButton(self.tr("Copy details"))
        self._copy.clicked.connect(self._copy_details)
        self._close = QToolButton()
        self._close.setAutoRaise(True)
        self._close.setToolTip(self.tr("Close"))
        self._close.setAccessibleName(self.tr("Close this message"))
        self._close.clicked.connect(self.hide)
        self._fade = QTimer(self)
        self._fade.setSingleShot(True)
        self._fade.timeout.connect(self.hide)
        self._offers: list[QPushButton] = []
        self._line = line = horizontal(self, 12, 8, 8, 8, spacing=8)
        fill(line, self._icon, (self.text, 1), self._copy, self._close)
        theme.changed.connect(self._tint)
        self._tint()
        self.hide()
        if place is not None:
            place.installEventFilter(self)

    def show_error(self, sentence: str, details: str = "") -> None:
        self._show(sentence, details or sentence, is_error=True)

    def withdraw(self, sentence: str) -> None:
        """An error leaves with its cause."""
        if self.text.text() == sentence:
            self.hide()

    def show_note(self, sentence: str) -> None:
        """A note never covers an error or an offer that is still shown."""
        if not (self.isVisible() and (self._is_error or self._offers)):
            self._show(sentence, "", is_error=False)
            self._fade.start(NOTE_MS)

    def show_offer(self, sentence: str, offers: dict[str, Callable[[], object]]) -> None:
        """A sentence with buttons; any of them closes the bar."""
        self._show(sentence, "", is_error=False)
        for text, run in offers.items():
            button = QPushButton(text)
            button.clicked.connect(lambda _checked, run=run: self._choose(run))
            self._line.insertWidget(2 + len(self._offers), button)
            self._offers.append(button)

    def offers(self) -> dict[str, QPushButton]:
        """The buttons shown now, by their text."""
        return {button.text(): button for button in self._offers}

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        if event.type() == QEvent.Type.Resize:
            self._settle()
        return super().eventFilter(watched, event)

    def _settle(self) -> None:
        place = self.parentWidget()
        if place is None:
            return
        width = min(place.width() - 2 * _SIDE, _MOST_WIDTH)
        height = max(self.heightForWidth(width), self.sizeHint().height())
        self.setGeometry((place.width() - width) // 2, _SIDE, width, height)
        self.raise_()

    def _choose(self, run: Callable[[], object]) -> None:
        self.hide()
        run()

    def _show(self, sentence: str, details: str, *, is_error: bool) -> None:
        self._fade.stop()
        for button in self._offers:
            button.deleteLater()
        self._offers = []
        self._details, self._is_error = details, is_error
        self.text.setText(sentence)
        self.text.setAccessibleName(sentence)
        self._copy.setVisible(bool(details))
        self._tint()
        self.show()
        self._settle()

    def _copy_details(self) -> None:
        QGuiApplication.clipboard().setText(self._details)

    def _tint(self) -> None:
        colours = self._theme.colours
        mark = colours.clip if self._is_error else colours.accent
        name = "triangle-alert" if self._is_error else "info"
        self._icon.setPixmap(self._theme.icon(name, mark).pixmap(16))
        self._close.setIcon(self._theme.icon("x"))
        self.setStyleSheet(
            f"NoticeBar {{ background: {colours.base}; border: 1px solid {colours.border};"
            f" border-left: 4px solid {mark}; border-radius: 4px; }}"
        )
