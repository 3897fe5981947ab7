"""The plot every view draws on: follows the theme, zooms, fits, and gives its picture and data."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pyqtgraph as pg
from PySide6.QtCore import QBuffer, QByteArray, QEvent, QIODevice, QPointF, QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QGuiApplication,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QShortcut,
    QWheelEvent,
)
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QFileDialog, QMenu, QScrollArea, QWidget

from ..plots.checked_place import CheckedPlace
from ..plots.plot_item import plot_item
from ..theme import Theme, tabular


class Canvas(CheckedPlace, pg.PlotWidget):
    """Wheel zooms along x (or the axis under the mouse), drag pans, double click fits.

    `table` gives the data as rows of text for the clipboard, the first row the headings.
    """

    fitted = Signal()
    pointed = Signal(object)
    """The point under the mouse in data coordinates, None once it left."""

    def __init__(self, theme: Theme, *, x: str, y: str, name: str) -> None:
        super().__init__(background=None, plotItem=plot_item())
        self._theme = theme
        self.table: Callable[[], list[tuple[object, ...]]] = list
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.hideButtons()
        self._titles = {"bottom": x, "left": y}
        self.getViewBox().setMouseEnabled(x=True, y=False)
        self.getPlotItem().getViewBox().setDefaultPadding(0.02)
        self.scene().sigMouseMoved.connect(self._point)
        theme.changed.connect(self._follow_theme)
        self._follow_theme()

    def sizeHint(self) -> QSize:  # noqa: N802
        """No higher than it has to be, where that is said: a card gives all that is asked for."""
        hint, least = super().sizeHint(), self.minimumHeight()
        return QSize(hint.width(), least) if least else hint

    def set_title(self, axis: str, text: str) -> None:
        self._titles[axis] = text
        self._label(axis)

    def fit(self) -> None:
        """Shows everything; a view may listen to `fitted` to choose its own limits."""
        self.getViewBox().autoRange()
        self.fitted.emit()

    def picture(self) -> QByteArray:
        """The plot as SVG."""
        data = QByteArray()
        buffer = QBuffer(data)
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        generator = QSvgGenerator()
        generator.setOutputDevice(buffer)
        generator.setSize(QSize(self.width(), self.height()))
        generator.setViewBox(QRect(0, 0, self.width(), self.height()))
        painter = QPainter(generator)
        painter.fillRect(self.rect(), QColor(self._theme.colours.base))
        self.render(painter)
        painter.end()
        buffer.close()
        return data

    def save(self, path: Path) -> None:
        """Writes PNG or SVG after the name's ending; raises QuantError where it cannot."""
        from quantengine.files import whole_file

        self.check(path)
        with whole_file(path) as beside:
            if path.suffix.lower() == ".svg":
                beside.write_bytes(bytes(self.picture().data()))
            else:
                self.grab().save(str(beside), "PNG")

    def call_on_arrows(self, step: Callable[[int], object]) -> None:
        """The left and the right arrow key call `step` with -1 and 1."""
        for key, by in (("Left", -1), ("Right", 1)):
            shortcut = QShortcut(QKeySequence(key), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(partial(step, by))

    def copy_data(self) -> None:
        lines = ("\t".join(str(cell) for cell in row) for row in self.table())
        QGuiApplication.clipboard().setText("\n".join(lines))

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: N802
        menu = QMenu(self)
        menu.addAction(
            self.tr("Copy picture"), lambda: QGuiApplication.clipboard().setPixmap(self.grab())
        )
        menu.addAction(self.tr("Copy data"), self.copy_data)
        menu.addAction(self.tr("Save picture as PNG or SVG"), self._ask_save)
        menu.addSeparator()
        menu.addAction(self.tr("Fit"), self.fit)
        menu.exec(event.globalPos())
        menu.deleteLater()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        self.fit()
        event.accept()

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        """On a page that scrolls the wheel zooms only where the plot was clicked."""
        if not self.hasFocus() and _scrolls(self):
            event.ignore()
        else:
            super().wheelEvent(event)

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802
        super().leaveEvent(event)
        self.pointed.emit(None)

    def _ask_save(self) -> None:
        chosen, _ = QFileDialog.getSaveFileName(
            self, self.tr("Save picture"), "plot.png", "PNG (*.png);;SVG (*.svg)"
        )
        if chosen:
            self.save(Path(chosen))

    def _point(self, position: QPointF) -> None:
        box = self.getViewBox()
        inside = box.sceneBoundingRect().contains(position)
        self.pointed.emit(box.mapSceneToView(position) if inside else None)

    def _follow_theme(self) -> None:
        colours = self._theme.colours
        self.setBackground(colours.base)
        for axis in self._titles:
            item = self.getAxis(axis)
            item.setPen(colours.border)
            item.setTextPen(colours.dim)
            item.setTickFont(tabular(self.font()))
            item.setStyle(tickLength=4, tickTextOffset=4)
            # Without ranges no prefix is found; the switch alone still scales the ticks once.
            item.setSIPrefixEnableRanges(())
            item.enableAutoSIPrefix(False)
            self._label(axis)

    def _label(self, axis: str) -> None:
        size = f"{max(self.font().pointSize(), 8)}pt"
        self.getAxis(axis).setLabel(
            self._titles[axis], color=self._theme.colours.dim, **{"font-size": size}
        )


def _scrolls(widget: QWidget) -> bool:
    """Whether it lies on something that has more than can be seen."""
    above = widget.parentWidget()
    while above is not None:
        if isinstance(above, QScrollArea) and above.verticalScrollBar().maximum() > 0:
            return True
        above = above.parentWidget()
    return False
