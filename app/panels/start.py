"""The start page: open a model, a recent one, or the demo; drop a file anywhere."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from ..sessions import Session
from ..settings import Settings
from ..text import ELLIPSIS, in_line
from ..theme import Theme
from ..widgets.label import Label, plain_tip
from ..widgets.row import fill

_WIDTH = 560


class StartPage(QWidget):
    open_wanted = Signal()
    demo_wanted = Signal()
    session_chosen = Signal(object)

    def __init__(self, settings: Settings, theme: Theme) -> None:
        super().__init__()
        self._settings = settings
        self._theme = theme
        self.open_button = QPushButton(self.tr("Open model") + ELLIPSIS)
        self.open_button.setProperty("primary", True)
        self.open_button.clicked.connect(self.open_wanted)
        self.demo_button = QPushButton(self.tr("Open demo"))
        self.demo_button.setToolTip(self.tr("A small network with its data, calibrated at once."))
        self.demo_button.clicked.connect(self.demo_wanted)
        self.recent = QListWidget()
        self.recent.setAccessibleName(self.tr("Recent files"))
        self.recent.itemActivated.connect(self._open_item)
        self.recent.itemClicked.connect(self._open_item)
        self._heading = Label(self.tr("Recent"))
        self._heading.setProperty("heading", True)
        self._lay_out()
        theme.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Lists the recent files; those that are gone are grey."""
        self.recent.clear()
        for session in self._settings.sessions:
            path = session.path
            item = QListWidgetItem("\n".join(lines_of(session)))
            item.setData(Qt.ItemDataRole.UserRole, session)
            item.setToolTip(plain_tip(str(path)))
            item.setSizeHint(QSize(0, 44))
            if not path.exists():
                item.setFlags(Qt.ItemFlag.NoItemFlags)
                item.setToolTip(plain_tip(self.tr("{0} is no longer there.").format(path)))
            self.recent.addItem(item)
        some = self.recent.count() > 0
        self.recent.setVisible(some)
        self._heading.setVisible(some)

    def _open_item(self, item: QListWidgetItem) -> None:
        self.session_chosen.emit(item.data(Qt.ItemDataRole.UserRole))

    def _lay_out(self) -> None:
        title = Label("Quantscope")
        title.setProperty("title", True)
        what = Label(
            self.tr(
                "See what fewer bits do to every layer of a network, "
                "and leave with a quantized model that was checked by running it."
            )
        )
        what.setWordWrap(True)
        what.setProperty("dim", True)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        fill(buttons, self.open_button, self.demo_button, 1)
        hint = Label(self.tr("Or drop an .onnx model or a .qscope project anywhere."))
        hint.setProperty("dim", True)
        column = QWidget()
        column.setFixedWidth(_WIDTH)
        inner = QVBoxLayout(column)
        inner.setSpacing(12)
        inner.addStretch(2)
        for part in (title, what):
            inner.addWidget(part)
        inner.addSpacing(12)
        fill(inner, buttons, hint)
        inner.addSpacing(20)
        fill(inner, self._heading, (self.recent, 6), 1)
        whole = QHBoxLayout(self)
        fill(whole, 1, column, 1)


def lines_of(session: Session) -> tuple[str, str]:
    """What was open, and how good it was; where it lies while that is not known."""
    sources = [each for each in (session.data, session.judged_on) if each is not None]
    names = dict.fromkeys(in_line(each.path.name) for each in sources)
    first = " \N{MIDDLE DOT} ".join([in_line(session.path.name), *names])
    return first, session.verdict or in_line(str(session.path.parent))
