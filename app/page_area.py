"""The row of tabs with their pages, and the sheets that lie over them."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from functools import partial
from importlib import import_module

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QMainWindow, QTabWidget, QWidget

from .context import Context
from .imports import PLOT_ITEM, Imports, panel
from .page import Page
from .pages import SHEETS, TABS, Part, Tab, parts
from .panels.view import View
from .part_box import PartBox
from .translation import said
from .widgets.label import Label
from .widgets.overlay import Overlay
from .widgets.torn_off import TornOff

_MIN_WIDTH = 400
"""No page may push the panels aside when it is first looked at."""


class PageArea(QTabWidget):
    """Builds a part when it is first looked at; a double click on a tab tears its page off."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self.imports = Imports()
        self._parts = {part.name: part for part in parts()}
        self._boxes: dict[str, PartBox] = {}
        self._views: dict[str, View] = {}
        self._sheets: dict[str, Overlay] = {}
        self._torn: dict[str, TornOff] = {}
        self.setDocumentMode(True)
        self.setMinimumWidth(_MIN_WIDTH)
        self.tabBar().setExpanding(False)
        for part in (self, self.tabBar()):
            part.setAccessibleName(self.tr("Pages"))
        self.tabBar().setToolTip(self.tr("Double-click a tab to tear it off"))
        self.tabBar().setElideMode(Qt.TextElideMode.ElideNone)
        self._before = Label(self.tr("as it was before"), self)
        self._before.setProperty("badge", True)
        self._before.hide()
        context.peek.changed.connect(self._mark_before)
        self._has_looked = False
        """Whether the first data of this model was looked at."""
        context.document.model_changed.connect(partial(setattr, self, "_has_looked", False))
        context.document.data_changed.connect(self._look_at_data)
        self.pages = {tab.name: self._make_page(tab) for tab in TABS}
        for tab in TABS:
            self.addTab(self.pages[tab.name], tab.shown)
        self.currentChanged.connect(self.fill)
        self.tabBarDoubleClicked.connect(self._tear_off)

    @property
    def names(self) -> tuple[str, ...]:
        """Of every part."""
        return tuple(self._parts)

    def names_of_tabs(self) -> list[str]:
        """Of the pages that are in the row, in its order."""
        return [name for name, page in self.pages.items() if self.indexOf(page) >= 0]

    def view(self, name: str) -> View:
        """The view of a part, made if it was not yet."""
        while self._make_more(name):
            pass
        return self._views[name]

    def show_view(self, name: str) -> View:
        """Brings a part to the front, wherever it lies."""
        made = self.view(name)
        if name not in self._boxes:
            self._sheet(name).open()
            return made
        for page_name, page in self.pages.items():
            if self._boxes[name] in page.boxes:
                self.show_page(page_name)
                page.bring(self._boxes[name])
        return made

    def show_page(self, name: str) -> None:
        """Brings a page to the front; what lies over the pages goes."""
        self.close_sheets()
        if name in self._torn:
            self._torn[name].raise_()
        else:
            self.setCurrentWidget(self.pages[name])

    @property
    def is_filling(self) -> bool:
        """Whether a part that is in sight has yet to be made or brought up to date."""
        return any(page.is_filling for page in self.pages.values())

    def close_sheets(self) -> bool:
        """Whether one was open."""
        opened = [sheet for sheet in self._sheets.values() if sheet.isVisible()]
        for sheet in opened:
            sheet.hide()
        return bool(opened)

    def fill(self) -> None:
        """Builds what is in sight; called once the window has something to show."""
        page = self.currentWidget()
        if isinstance(page, Page) and self._context.document.model is not None:
            page.look()

    def held(self) -> AbstractContextManager[None]:
        """Meanwhile the page in front lays nothing out: only the last of several sizes counts."""
        page = self.currentWidget()
        return page.held() if isinstance(page, Page) else nullcontext()

    def close_torn(self) -> None:
        for torn in tuple(self._torn.values()):
            torn.close()

    def _make_page(self, tab: Tab) -> Page:
        boxes = [self._make_box(part) for part in tab.parts]
        is_ready = self.imports.are_done
        return Page(boxes, self._make_more, lambda name: is_ready(panel(name)), self._make_ahead)

    def _make_more(self, name: str) -> bool:
        """Makes the next piece of a part; False once it is whole and lies in its place."""
        box = self._boxes.get(name)
        if name not in self._views:
            module = import_module(panel(name), __package__)
            made: View = getattr(module, self._parts[name].kind)(self._context)
            # What lies on a page is filled a turn later, so that nothing stalls.
            made.set_in_sight(box is None)
            self._views[name] = made
            return True
        if self._views[name].make_more():
            return True
        if box is None or box.view is not None:
            return False
        box.put(self._views[name])
        return True

    def _make_ahead(self) -> bool:
        if not self.imports.are_done(PLOT_ITEM):
            return False
        from .plots.plot_item import make_ahead

        return make_ahead()

    def _make_box(self, part: Part) -> PartBox:
        settings = self._context.settings
        box = PartBox(part, folded=settings.is_folded(part.name, otherwise=part.folded))
        box.refolded.connect(lambda: settings.set_folded(part.name, box.is_folded))
        self._boxes[part.name] = box
        return box

    def _sheet(self, name: str) -> Overlay:
        self.close_sheets()
        if name not in self._sheets:
            part = next(sheet for sheet in SHEETS if sheet.name == name)
            size = QSize(part.width or _MIN_WIDTH, part.height)
            self._sheets[name] = Overlay(self._ground(), part.shown, self._views[name], size)
        return self._sheets[name]

    def _look_at_data(self) -> None:
        """The first data of a model opens its sheet where it was guessed how it is."""
        document = self._context.document
        if document.dataset is None or self._has_looked:
            return
        self._has_looked = True
        if document.dataset.notes:
            self.show_view("data")
            for note in document.dataset.notes:  # the sheet says it, a notice would cover that
                self._context.steps.settled.emit(said(note))

    def _ground(self) -> QWidget:
        """What sheets lie over: the whole window below its header."""
        window = self.window()
        centre = window.centralWidget() if isinstance(window, QMainWindow) else None
        return window if centre is None else centre

    def _mark_before(self) -> None:
        """Says that what is seen is not what is decided now."""
        self._before.setVisible(self._context.peek.held)
        self._before.adjustSize()
        right = self.width() - self._before.width() - 12
        self._before.move(right, self.tabBar().height() + 8)
        self._before.raise_()

    def _tear_off(self, place: int) -> None:
        page = self.widget(place)
        if page is None:
            return
        name = next(known for known, widget in self.pages.items() if widget is page)
        title = self.tabText(place)
        self.removeTab(place)
        torn = TornOff(page, title, self.window())
        torn.closed.connect(lambda: self._take_back(name, title))
        self._torn[name] = torn
        torn.show()

    def _take_back(self, name: str, title: str) -> None:
        self._torn.pop(name)
        names = list(self.pages)
        before = [known for known in names[: names.index(name)] if known not in self._torn]
        page: QWidget = self.pages[name]
        self.insertTab(len(before), page, title)
        self.setCurrentWidget(page)
