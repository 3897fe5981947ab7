"""Small pictures that can be clicked, as many in a grid as there is room for."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QWidget

from ..text import in_line
from ..theme import Theme
from ..widgets.label import plain_tip

_BETWEEN, _INSIDE = 8, 4
_SEVERAL = 2
_PALE = 0.65


class Tile(QAbstractButton):
    """Drawn by `draw`; with a frame in the accent where it is what is selected."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self.chosen, self._pale = False, False
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        theme.changed.connect(self.update)

    def set_names(self, name: str, tip: str) -> None:
        self.setAccessibleName(in_line(name))
        self.setToolTip(plain_tip(tip))

    def choose(self, chosen: bool) -> None:
        if chosen != self.chosen:
            self.chosen = chosen
            self.update()

    def set_pale(self, pale: bool) -> None:
        """Of what became untrue, which stays readable."""
        if pale != self._pale:
            self._pale = pale
            self.update()

    def draw(self, painter: QPainter, room: QRect) -> None:
        raise NotImplementedError

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        colours = self.theme.colours
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.underMouse():
            hover = QColor(colours.raised)
            hover.setAlphaF(0.6)
            painter.setBrush(hover)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.drawRoundedRect(self.rect().adjusted(1, 1, -1, -1), 4, 4)
        if self.chosen or self.hasFocus():
            painter.setPen(QPen(QColor(colours.accent), 2 if self.chosen else 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(self.rect().adjusted(1, 1, -1, -1), 4, 4)
        if self.chosen and self.hasFocus():
            painter.setPen(QPen(QColor(colours.text), 1))
            painter.drawRoundedRect(self.rect().adjusted(3, 3, -3, -3), 3, 3)
        painter.setOpacity(_PALE if self._pale else 1.0)
        self.draw(painter, self.rect().adjusted(_INSIDE, _INSIDE, -_INSIDE, -_INSIDE))
        painter.end()


class TileGrid(QWidget):
    """Columns share the width, no more than all need; what is beyond the last line is hidden.

    No tile is wider than twice its least width: there are more columns then.
    """

    def __init__(self, least: QSize, tallest: int) -> None:
        """`least`: the size of a tile at least; it grows to `tallest` where there is room."""
        super().__init__()
        self._least, self._tallest, self._wished = least, tallest, 0
        self.tiles: tuple[Tile, ...] = ()
        self.setMinimumHeight(least.height())
        self.setMinimumWidth(least.width())

    @property
    def shown(self) -> int:
        """How many tiles have room."""
        columns, lines = self._fitting()
        return min(columns * lines, len(self.tiles))

    def set_tiles(self, tiles: Sequence[Tile], least: QSize | None = None, wished: int = 0) -> None:
        """`least`: another size of a tile at least, where these need it.

        They are as wide as `wished` where two of that width have room: more than one is seen.
        """
        self._least, self._wished = least or self._least, wished
        for tile in self.tiles:
            if tile not in tiles:
                tile.hide()
                tile.deleteLater()
        self.tiles = tuple(tiles)
        for tile in tiles:
            tile.setParent(self)
        self._arrange()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        super().resizeEvent(event)
        self._arrange()

    def _fitting(self) -> tuple[int, int]:
        room, least = self.width() + _BETWEEN, self._least.width()
        wished = max(least, self._wished)
        columns = room // (wished + _BETWEEN)
        if columns < _SEVERAL:
            columns = max(1, min(_SEVERAL, room // (least + _BETWEEN)))
        lines = max(1, (self.height() + _BETWEEN) // (self._least.height() + _BETWEEN))
        while (columns - 1) * lines >= len(self.tiles) and self._wide(columns - 1) <= self._widest:
            columns -= 1
        return columns, lines

    def _wide(self, columns: int) -> int:
        return (self.width() + _BETWEEN) // max(columns, 1) - _BETWEEN

    @property
    def _widest(self) -> int:
        return 2 * max(self._least.width(), self._wished)

    def _arrange(self) -> None:
        if not self.tiles:
            return
        columns, lines = self._fitting()
        lines = min(lines, -(-len(self.tiles) // columns))
        wide = min(self._wide(columns), self._widest)
        high = min((self.height() + _BETWEEN) // lines - _BETWEEN, self._tallest)
        for place, tile in enumerate(self.tiles):
            line, column = divmod(place, columns)
            tile.setVisible(line < lines)
            x, y = column * (wide + _BETWEEN), line * (high + _BETWEEN)
            tile.setGeometry(x, y, wide, high)
