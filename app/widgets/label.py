"""Text that is shown as it is: no name in it is obeyed as a tag, a mark or a line of its own."""

from __future__ import annotations

import re

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import Qt as Text
from PySide6.QtWidgets import QLabel, QWidget

from ..text import shown
from ..translation import tr

_BREAK = "\N{ZERO WIDTH SPACE}"
_LONG_PART = re.compile(r"[^\s\u200b]{24}(?=[^\s\u200b])")
_MOST_LINES = 30
_MOST_ROOM = QSize(400, 16_777_215)


class Label(QLabel):
    """The only label there is; what cannot be shown of a text is marked, what is too long cut.

    No text makes the window wider than `_MOST_ROOM`: long words break where lines do.
    """

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setText(text)

    def setText(self, text: str) -> None:  # noqa: N802
        self._shown = shown(text)
        super().setText(_LONG_PART.sub(rf"\g<0>{_BREAK}", self._shown))

    def text(self) -> str:
        return self._shown

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        return super().minimumSizeHint().boundedTo(_MOST_ROOM)


def plain_tip(text: str) -> str:
    """A tooltip: Qt obeys tags in tooltips and has no switch against it.

    Of what is longer than the screen is high the first lines, and how many more there are.
    """
    lines = text.split("\n")
    if len(lines) > _MOST_LINES:
        rest = tr("and {0} more").format(len(lines) - _MOST_LINES)
        text = "\n".join((*lines[:_MOST_LINES], rest))
    plain = shown(text)
    return Text.convertFromPlainText(plain) if Text.mightBeRichText(plain) else plain
