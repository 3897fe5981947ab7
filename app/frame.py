"""Layers, pages and Tune side by side; what a narrow window has no room for lies over the pages."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QByteArray, QRect, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSplitter, QToolButton, QWidget

from .page_area import PageArea
from .widgets.room import Room
from .widgets.side import Side

_LEAST = QSize(560, 320)
NARROW, NARROWEST = 1200, 900
"""Widths in pixels below which Tune, and below which Layers too, lie over the pages."""


class Frame(QWidget):
    def __init__(self, layers: QWidget, pages: PageArea) -> None:
        super().__init__()
        self._pages = pages
        self.layers = Side(self.tr("Layers"), least=280, usual=340, on_left=True)
        self.tune = Side(self.tr("Tune"), least=240, usual=260, on_left=False)
        self.layers.put(layers)
        self._splitter = QSplitter(self)
        self._splitter.setObjectName("frame")
        self._splitter.setChildrenCollapsible(False)
        self._splitter.setHandleWidth(1)
        self._rooms = {side: Room(side.minimumWidth()) for side in (self.layers, self.tune)}
        for part in (self._rooms[self.layers], pages, self._rooms[self.tune]):
            self._splitter.addWidget(part)
        self._splitter.setStretchFactor(1, 1)
        for side, room in self._rooms.items():
            side.setParent(self)
            room.placed.connect(partial(self._lay_beside, side))
        self._below = {self.layers: NARROWEST, self.tune: NARROW}
        self._over: set[Side] = set()
        self._buttons = {side: self._button(side) for side in self._below}
        left, right = Qt.Corner.TopLeftCorner, Qt.Corner.TopRightCorner
        pages.setCornerWidget(self._buttons[self.layers], left)
        pages.setCornerWidget(self._buttons[self.tune], right)
        self.setMinimumSize(_LEAST)
        self.arrange()

    def show_side(self, side: Side) -> None:
        """Brings a panel forward, wherever it lies."""
        if side in self._over:
            self._close_over()
            side.lie_over(self, self._pages.tabBar().height() + 1)
            self._buttons[side].setChecked(True)
        side.show()
        side.take_focus()

    def in_order(self) -> tuple[QWidget, ...]:
        """From left to right, a page from its tab down."""
        boxes = (box for page in self._pages.pages.values() for box in page.boxes)
        left, right = self._buttons[self.layers], self._buttons[self.tune]
        return (self.layers, left, self._pages.tabBar(), *boxes, right, self.tune)

    def next_pane(self) -> None:
        """The keyboard goes on to the next of Layers, pages and Tune that are to be seen."""
        panes = [pane for pane in (self.layers, self._pages, self.tune) if pane.isVisible()]
        now = self.window().focusWidget()
        holding = (k for k, pane in enumerate(panes) if now is not None and pane.isAncestorOf(now))
        pane = panes[(next(holding, -1) + 1) % len(panes)]
        if isinstance(pane, Side):
            pane.take_focus()
        else:
            self._pages.tabBar().setFocus(Qt.FocusReason.TabFocusReason)

    def close_over(self) -> bool:
        """Whether a panel lay open over the pages."""
        opened = any(side.isVisible() for side in self._over)
        self._close_over()
        return opened

    def arrange(self) -> None:
        """Both panels as wide as they are at first."""
        layers = 0 if self.layers in self._over else self.layers.usual
        tune = 0 if self.tune in self._over else self.tune.usual
        sizes = [size for size in (layers, max(self.width() - layers - tune, 1), tune) if size]
        self._splitter.setSizes(sizes)

    def state(self) -> QByteArray:
        return self._splitter.saveState() if not self._over else QByteArray()

    def restore(self, state: QByteArray) -> None:
        if self._over or not self._splitter.restoreState(state):
            self.arrange()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        super().resizeEvent(event)
        with self._pages.held():
            self._splitter.setGeometry(self.rect())
            for side, width in self._below.items():
                if (self.width() < width) != (side in self._over):
                    self._move(side, over=self.width() < width)
                elif side in self._over and side.isVisible():
                    side.lie_over(self, self._pages.tabBar().height() + 1)

    def _move(self, side: Side, *, over: bool) -> None:
        """Only its room comes and goes: a panel with another parent would be styled anew."""
        side.set_over(over)
        side.setVisible(not over)
        self._buttons[side].setVisible(over)
        (self._over.add if over else self._over.discard)(side)
        self._rooms[side].setVisible(not over)
        self._splitter.refresh()  # handles take their room now: later all is laid out again
        self.arrange()

    def _lay_beside(self, side: Side, place: QRect) -> None:
        if side not in self._over:
            side.setGeometry(place.translated(self._splitter.pos()))

    def _close_over(self) -> None:
        for side in self._over:
            side.hide()
            self._buttons[side].setChecked(False)

    def _button(self, side: Side) -> QToolButton:
        button = QToolButton()
        button.setText(side.title)
        button.setCheckable(True)
        button.setProperty("corner", True)
        button.clicked.connect(partial(self._toggle, side))
        button.hide()
        return button

    def _toggle(self, side: Side, shown: bool) -> None:
        if shown:
            self.show_side(side)
        else:
            self._close_over()
