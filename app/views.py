"""The tabs in the middle. A new one is a file in `panels` and a line here."""

from __future__ import annotations

from functools import partial
from importlib import import_module

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication, Qt
from PySide6.QtWidgets import QGraphicsView, QMenu, QTabWidget, QToolButton, QWidget

from .context import Context
from .panels.view import View
from .plots.checked_place import CheckedPlace
from .sources import check_place
from .widgets.label import Label
from .widgets.row import vertical
from .widgets.torn_off import TornOff

VIEWS = (
    ("data", "DataView", QT_TRANSLATE_NOOP("views", "Data")),
    ("distribution", "DistributionView", QT_TRANSLATE_NOOP("views", "Distribution")),
    ("channels", "ChannelsView", QT_TRANSLATE_NOOP("views", "Channels")),
    ("methods", "MethodsView", QT_TRANSLATE_NOOP("views", "Methods")),
    ("network", "NetworkView", QT_TRANSLATE_NOOP("views", "Network")),
    ("samples", "SamplesView", QT_TRANSLATE_NOOP("views", "Samples")),
    ("integer", "IntegerPanel", QT_TRANSLATE_NOOP("views", "Integer")),
    ("graph", "GraphView", QT_TRANSLATE_NOOP("views", "Graph")),
    ("results", "ResultsView", QT_TRANSLATE_NOOP("views", "Results")),
    ("recover", "RecoverView", QT_TRANSLATE_NOOP("views", "Recover")),
    ("search", "SearchView", QT_TRANSLATE_NOOP("views", "Search")),
    ("finetune", "FinetuneView", QT_TRANSLATE_NOOP("views", "Fine-tune")),
    ("compare", "CompareView", QT_TRANSLATE_NOOP("views", "Compare")),
    ("export", "ExportView", QT_TRANSLATE_NOOP("views", "Export")),
)
"""Module in `app.panels`, the View in it, and title."""
_MIN_WIDTH = 480
"""No tab may push the docks aside when it is first looked at."""


def _titles() -> list[tuple[str, str]]:
    return [(name, QCoreApplication.translate("views", str(title))) for name, _, title in VIEWS]


class ViewArea(QTabWidget):
    """Builds a view when it is first looked at; a double click on its tab tears it off."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self._holders: dict[str, QWidget] = {}
        self._made: dict[str, View] = {}
        self._torn: dict[str, TornOff] = {}
        self.setDocumentMode(True)
        self.setMinimumWidth(_MIN_WIDTH)
        self.tabBar().setExpanding(False)
        self.tabBar().setToolTip(self.tr("Double-click a tab to tear it off"))
        self.tabBar().setElideMode(Qt.TextElideMode.ElideNone)
        self.setCornerWidget(self._make_list(), Qt.Corner.TopRightCorner)
        self._before = Label(self.tr("as it was before"), self)
        self._before.setProperty("badge", True)
        self._before.hide()
        context.peek.changed.connect(self._mark_before)
        for name, title in _titles():
            holder = QWidget()
            holder.setObjectName(name)
            vertical(holder, 0, 0, 0, 0)
            self._holders[name] = holder
            self.addTab(holder, title)
        self.setCurrentWidget(self._holders["distribution"])
        self.currentChanged.connect(self._fill_current)
        self.tabBarDoubleClicked.connect(self._tear_off)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self._holders)

    def view(self, name: str) -> View:
        """The view of a tab, made if it was not yet."""
        if name not in self._made:
            kind = next(kind for module, kind, _ in VIEWS if module == name)
            panel = import_module(f".panels.{name}", __package__)
            made: View = getattr(panel, kind)(self._context)
            self._made[name] = made
            for part in made.findChildren(QGraphicsView):
                if isinstance(part, CheckedPlace):
                    part.check = partial(check_place, self._context.document)
            layout = self._holders[name].layout()
            assert layout is not None
            layout.addWidget(made)
        return self._made[name]

    def show_view(self, name: str) -> View:
        """Brings a view to the front, wherever it is."""
        made = self.view(name)
        if name in self._torn:
            self._torn[name].raise_()
        else:
            self.setCurrentWidget(self._holders[name])
        return made

    def fill(self) -> None:
        """Builds the view in front; called once the window has something to show."""
        self._fill_current(self.currentIndex())

    def close_torn(self) -> None:
        for torn in tuple(self._torn.values()):
            torn.close()

    def _make_list(self) -> QToolButton:
        """Every view by name, also those that the bar has no room for."""
        button = QToolButton()
        button.setAutoRaise(True)
        button.setText("\N{BLACK DOWN-POINTING SMALL TRIANGLE}")
        button.setToolTip(self.tr("All views"))
        button.setAccessibleName(self.tr("All views"))
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(button)
        for name, title in _titles():
            menu.addAction(title, partial(self.show_view, name))
        button.setMenu(menu)
        return button

    def _mark_before(self) -> None:
        """Says that what is seen is not what is decided now."""
        self._before.setVisible(self._context.peek.held)
        self._before.adjustSize()
        right = self.width() - self._before.width() - 12
        self._before.move(right, self.tabBar().height() + 8)
        self._before.raise_()

    def _fill_current(self, place: int) -> None:
        holder = self.widget(place)
        if holder is not None and self._context.document.model is not None:
            self.view(holder.objectName())

    def _tear_off(self, place: int) -> None:
        holder = self.widget(place)
        if holder is None:
            return
        title, name = self.tabText(place), holder.objectName()
        self.view(name)
        self.removeTab(place)
        torn = TornOff(holder, title, self.window())
        torn.closed.connect(lambda: self._take_back(name, title))
        self._torn[name] = torn
        torn.show()

    def _take_back(self, name: str, title: str) -> None:
        self._torn.pop(name)
        names = [known for known, _, _ in VIEWS]
        before = [n for n in names[: names.index(name)] if n not in self._torn]
        self.insertTab(len(before), self._holders[name], title)
        self.setCurrentWidget(self._holders[name])
