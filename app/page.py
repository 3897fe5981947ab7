"""A page: its parts in lines, one under another, in a scroll area of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QSize, Qt, QTimer
from PySide6.QtGui import QPalette, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QScrollArea, QWidget

from .pages import Lies
from .panels.view import View
from .part_box import PartBox

_BETWEEN, _SIDE = 8, 8
_WAIT_MS = 20
Line = list[PartBox]
Place = tuple[PartBox, QRect]


class Page(QScrollArea):
    """Makes what comes in sight, a piece of a part each turn, so that nothing stalls."""

    def __init__(
        self,
        boxes: Sequence[PartBox],
        make_more: Callable[[str], bool],
        is_ready: Callable[[str], bool],
        make_ahead: Callable[[], bool],
    ) -> None:
        """`make_more`: of a part, True while it made a piece; `make_ahead`: of what parts share."""
        super().__init__()
        self.boxes = tuple(boxes)
        self._make_more, self._is_ready, self._make_ahead = make_more, is_ready, make_ahead
        self.setWidgetResizable(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._content = content = QWidget()
        content.setBackgroundRole(QPalette.ColorRole.Base)
        content.setAutoFillBackground(True)
        for box in self.boxes:
            box.setParent(content)
            box.refolded.connect(self.arrange)
        self.setWidget(content)
        content.installEventFilter(self)
        self._turn = QTimer(self)
        self._turn.setSingleShot(True)
        self._turn.timeout.connect(self._look)
        self._late: dict[PartBox, QSize] = {}
        """Sizes that parts out of sight have yet to take."""
        self._is_held = self._is_drawn = False
        self.verticalScrollBar().valueChanged.connect(self._scrolled)

    @property
    def is_filling(self) -> bool:
        """Whether it is about to look for what came in sight."""
        return self._turn.isActive()

    def look(self) -> None:
        """What came in sight is made and brought up to date, soon."""
        self._is_drawn = False
        self._turn.start(0)

    def bring(self, box: PartBox) -> None:
        """Unfolds a part and scrolls to it."""
        box.unfold()
        self.arrange()
        self.verticalScrollBar().setValue(max(box.y() - _BETWEEN, 0) if box.y() > _BETWEEN else 0)
        self._mark_seen()

    def arrange(self) -> None:
        """Parts that have room beside each other share a line; the rest of the height is shared."""
        seen = self.viewport().size()
        width = seen.width() - 2 * _SIDE
        if all(_is_card(box) for box in self.boxes):
            places = list(_cards(self.boxes, width))
        else:
            places = list(_placed(self.boxes, width, seen.height()))
        foot = max(place.y() + place.height() for _, place in places)
        self._late = {box: place.size() for box, place in places}
        for box, place in places:
            box.move(place.topLeft())
        self._content.resize(seen.width(), max(foot, seen.height()))
        self._scrolled()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        super().resizeEvent(event)
        if not self._is_held:
            self.arrange()

    @contextmanager
    def held(self) -> Iterator[None]:
        """Sizes it has meanwhile are passed over, but for the last."""
        before, self._is_held = self.size(), True
        try:
            yield
        finally:
            self._is_held = False
        if self.size() != before:
            self.arrange()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        super().showEvent(event)
        self.arrange()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """A part whose least height changed is given it."""
        if event.type() == QEvent.Type.LayoutRequest:
            self.arrange()
        return super().eventFilter(watched, event)

    def _scrolled(self) -> None:
        """What is out of sight takes its size in a turn of its own: a window is resized at once."""
        for box, size in tuple(self._late.items()):
            if self._shows(QRect(box.pos(), size.expandedTo(box.size()))):
                self._give_size(box)
        self.look()

    def _give_size(self, box: PartBox) -> None:
        size = self._late.pop(box, box.size())
        box.resize(size)

    def _look(self) -> None:
        if not self.isVisible():
            return
        if not self._is_drawn:  # what the turn before made is laid out and painted first
            self._is_drawn = True
            self._turn.start(0)
        elif self._refresh_seen() or self._make_seen() or self._give_late():
            self.look()

    def _refresh_seen(self) -> bool:
        """Whether a part that came in sight was brought up to date: one, so that nothing stalls."""
        return any(view.set_in_sight(self._sees(box)) for box, view in self._views())

    def _make_seen(self) -> bool:
        """Whether a piece of a part in sight was made."""
        for box in self.boxes:
            if box.view is None and self._sees(box):
                if not self._is_ready(box.part.name):
                    self._turn.start(_WAIT_MS)
                    return False
                if not self._make_ahead() and self._make_more(box.part.name) and box.view:
                    self.arrange()
                return True
        return False

    def _give_late(self) -> bool:
        """Whether a part out of sight took its size."""
        late = next((box for box, size in self._late.items() if box.size() != size), None)
        if late is not None:
            self._give_size(late)
        return late is not None

    def _mark_seen(self) -> None:
        for box, view in self._views():
            view.set_in_sight(self._sees(box))

    def _views(self) -> Iterator[tuple[PartBox, View]]:
        return ((box, box.view) for box in self.boxes if box.view is not None)

    def _sees(self, box: PartBox) -> bool:
        return not box.is_folded and self._shows(box.geometry())

    def _shows(self, place: QRect) -> bool:
        top = self.verticalScrollBar().value()
        return QRect(QPoint(0, top), self.viewport().size()).intersects(place)


def _is_card(box: PartBox) -> bool:
    return box.part.lies is Lies.CARD and box.part.width is not None


def _cards(boxes: Sequence[PartBox], room: int) -> Iterator[Place]:
    """Each under the column that is least high so far."""
    least = max(box.part.width or 1 for box in boxes)
    count = max(1, min(len(boxes), (room + _BETWEEN) // (least + _BETWEEN)))
    wide = (room - _BETWEEN * (count - 1)) // count
    feet = [0] * count
    for box in boxes:
        column = feet.index(min(feet))
        high = box.least_height(wide)
        yield box, QRect(_SIDE + column * (wide + _BETWEEN), feet[column], wide, high)
        feet[column] += high + _BETWEEN


def _placed(boxes: Sequence[PartBox], width: int, height: int) -> Iterator[Place]:
    """In lines, one under another."""
    lines = _lines(boxes, width)
    y = 0
    for line, high in zip(lines, _heights(lines, width, height), strict=True):
        x = _SIDE
        for box, wide in zip(line, _widths(line, width), strict=True):
            yield box, QRect(x, y, wide, high)
            x += wide + _BETWEEN
        y += high + _BETWEEN


def _lines(boxes: Sequence[PartBox], width: int) -> list[Line]:
    lines: list[Line] = []
    used = width
    for box in boxes:
        used += box.least_width + _BETWEEN
        if used > width:
            lines.append([])
            used = box.least_width
        lines[-1].append(box)
    return lines


def _heights(lines: Sequence[Line], width: int, room: int) -> list[int]:
    """The least, and what is left to those that are the whole and to sections that are open.

    A card is as high as what it holds.
    """
    least = [max(map(PartBox.least_height, line, _widths(line, width))) for line in lines]
    spare = room - sum(least) - _BETWEEN * (len(lines) - 1)
    growing = [any(map(_grows, line)) for line in lines]
    if spare <= 0 or not any(growing):
        return least
    more = spare // sum(growing)
    return [height + more * grows for height, grows in zip(least, growing, strict=True)]


def _grows(box: PartBox) -> bool:
    return box.part.lies is not Lies.CARD and not box.is_folded


def _widths(line: Line, room: int) -> list[int]:
    """In proportion to the least ones."""
    total, left = sum(box.least_width for box in line), room - _BETWEEN * (len(line) - 1)
    return [left * box.least_width // total for box in line]
