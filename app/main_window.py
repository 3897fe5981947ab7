"""The window: the header above, panels beside the pages, the strip below."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import (
    QMainWindow,
    QStackedWidget,
    QWidget,
)

from .actions import Actions
from .ahead import Ahead
from .answers import Answers
from .autosaves import autosave_folder
from .beside import Beside
from .closing import Closing
from .commands import make_commands
from .context import Context
from .document import Document
from .dropping import Dropping
from .expected import Expected
from .facts import DataSource
from .field_keys import FieldKeys
from .files import Files
from .findable import findable, keys_of
from .findings import Findings
from .frame import Frame
from .jobs import JobRunner
from .judges import Judges
from .keys import keys_of_views
from .metric_offer import MetricOffer
from .mnemonics import Mnemonics
from .network import Network
from .page_area import PageArea
from .panels.header import Header
from .panels.layers import LayersPanel
from .panels.start import StartPage
from .panels.strip import Strip
from .peek import Peek
from .projects import Projects
from .sessions import Sessions
from .settings import Settings
from .steps import Steps
from .tab_order import put_in_order
from .text import in_line
from .theme import Theme
from .treatments import Treatments
from .widgets.hold_key import HoldKey
from .widgets.notice import NoticeBar
from .widgets.palette import Palette
from .widgets.row import vertical
from .widgets.sheet import Sheet
from .widgets.shortcuts import shortcuts

if TYPE_CHECKING:
    from .panels.tune import TunePanel
    from .panels.view import View

_LAYER_MENU = ["keep_float", "quantize", "bits_4", "bits_8", "bits_16", "best_method"]
_LAYER_MENU += ["best_output", "correct_bias", "reset"]


class MainWindow(QMainWindow):
    def __init__(self, settings: Settings, theme: Theme, autosaves: Path | None = None) -> None:
        super().__init__()
        self.setWindowTitle("Quantscope")
        self.resize(1280, 800)
        self.settings = settings
        self.theme = theme
        self.document = Document(self)
        self.document.allow(settings.metrics)
        self.jobs = JobRunner(self)
        self.steps = Steps(self.document, self.jobs, settings)
        self.judges = Judges(self.steps)
        self.projects = Projects(self.steps, self.jobs, settings, autosaves or autosave_folder())
        self.files = Files(self, self.steps, self.projects, self.judges, settings)
        self.dropping = Dropping(self, self.files, theme)
        self.actions_ = Actions(theme, self)
        self.network = Network(self.steps)
        self.findings = Findings(self.steps, self.network, settings)
        folder = (autosaves or autosave_folder()).parent / "training"
        self.treatments = Treatments(self.steps, folder)
        self.peek = Peek(self.document)
        self.context = Context(
            self.document,
            self.steps,
            self.jobs,
            self.network,
            self.treatments,
            theme,
            settings,
            self.peek,
            self.judges,
            self.findings,
            Answers(self.steps, self.network, self.findings),
            Expected(self.document, self.jobs, self.treatments),
            self.files,
            Beside(self.document),
            self.show_view,
        )
        make_commands(self.actions_, self.context, self)
        self.sessions = Sessions(self.context)
        self._make_parts()
        self.addActions(list(self.actions_))
        self._connect()
        if self.restoreGeometry(settings.layout("geometry")):
            self._keep_on_screen()
        self._refresh()

    @property
    def tune(self) -> TunePanel:
        return self._ahead.tune

    def show_tune(self) -> None:
        self.frame.show_side(self.frame.tune)

    def show_view(self, name: str) -> View:
        """Brings any part forward, wherever it lies."""
        return self.views.show_view(name)

    def show_page(self, name: str) -> None:
        self.views.show_page(name)

    def next_pane(self) -> None:
        self.frame.next_pane()

    def focus_filter(self) -> None:
        self.frame.show_side(self.frame.layers)
        self.layers.focus_filter()

    def cancel_work(self) -> None:
        """Closes what lies over the window, or else stops the work in progress."""
        for sheet in (self.palette_, self.sheet):
            if sheet.isVisible():
                sheet.hide()
                return
        if self.views.close_sheets() or self.frame.close_over():
            return
        self.strip.cancel_shown()

    def choose_theme(self, choice: str) -> None:
        self.settings.theme = choice
        self.theme.choose(choice)

    def choose_language(self, code: str) -> None:
        self.settings.language = code
        self.notice.show_note(self.tr("The language changes with the next start."))

    def open_palette(self) -> None:
        self.palette_.open(findable(self.actions_, self.document, self))

    def open_shortcuts(self) -> None:
        known = [
            (keys_of(action), self.actions_.named(action))
            for action in self.actions_
            if not action.shortcut().isEmpty()
        ]
        self.sheet.present(shortcuts([*known, *keys_of_views()]))

    def open_about(self) -> None:
        from .widgets.about import about

        self.sheet.present(about())

    def _make_parts(self) -> None:
        self.start_page = StartPage(self.settings, self.theme)
        centre = QWidget()
        self.notice = NoticeBar(self.theme, centre)
        self.header = Header(self.context, self.actions_)
        self.setMenuWidget(self.header)
        self.strip = Strip(self.context)
        self.closing = Closing(self.notice, self.strip, self.projects, self.close)
        self.metric_offer = MetricOffer(self.notice, self.document, self.header.verdict.judge)
        self.layers = LayersPanel(self.context)
        self.views = PageArea(self.context)
        self.pages = QStackedWidget()
        self.pages.addWidget(self.start_page)
        self.frame = Frame(self.layers, self.views)
        self.pages.addWidget(self.frame)
        vertical(centre, 0, 0, 0, 0, spacing=0).addWidget(self.pages, 1)
        self.setCentralWidget(centre)
        self.palette_ = Palette(self)
        self.sheet = Sheet(self, self.tr("Help"))
        self.layers.view.addActions([self.actions_[name] for name in _LAYER_MENU])
        self.layers.view.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        self.statusBar().setSizeGripEnabled(False)
        self.statusBar().addPermanentWidget(self.strip, 1)
        self.field_keys = FieldKeys(self, self.actions_)
        self.mnemonics = Mnemonics(self, self.views.names_of_tabs)

    def _connect(self) -> None:
        self.theme.set_limits(self.settings.limits_db)
        self.theme.limits_changed.connect(
            lambda: setattr(self.settings, "limits_db", self.theme.limits_db)
        )
        self.layers.opened.connect(partial(self.show_view, "distribution"))
        self._before_key = HoldKey(Qt.Key.Key_Space, self, self.layers.view)
        self._before_key.pressed.connect(self.peek.hold)
        self._before_key.released.connect(self.peek.release)
        self.steps.failed.connect(self.notice.show_error)
        self.steps.resizable.connect(self._offer_to_resize)
        self.steps.settled.connect(self.notice.withdraw)
        self.steps.noted.connect(self.notice.show_note)
        self.start_page.open_wanted.connect(self.files.ask_model)
        self.start_page.demo_wanted.connect(self.steps.open_demo)
        self.start_page.session_chosen.connect(self.files.open_session)
        document = self.document
        for changed in (document.model_changed, document.data_changed, document.table_changed):
            changed.connect(self._refresh)
        document.selection_changed.connect(self.actions_.refresh)
        self.projects.modified_changed.connect(self._name_window)
        self.projects.kept.connect(self._offer_kept)
        document.project_changed.connect(self._name_window)
        self._ahead = Ahead(self.context, self.views.imports, self.frame.tune)
        self._has_sides = False
        document.model_changed.connect(self._show_sides)
        document.model_changed.connect(self._begin_anew)
        document.outcome_changed.connect(self._select_something)

    def _select_something(self) -> None:
        """The worst layer is the first that a person wants to see."""
        outcome = self.document.outcome
        if outcome is None or outcome.resolution is None or self.document.selection.layers:
            return
        known = [row for row in outcome.rows if row.sqnr_db is not None]
        if known:
            self.document.select(min(known, key=lambda row: row.sqnr_db or 0.0).name)

    def _begin_anew(self) -> None:
        """The keyboard is on no button that a person did not come to."""
        chosen = self.focusWidget()
        if chosen is not None:
            chosen.clearFocus()

    def _show_sides(self) -> None:
        """Once the window has its size, they are as wide as they were."""
        self._ahead.put()
        if not self._has_sides:
            self._has_sides = True
            self.frame.restore(self.settings.layout("sides"))

    def _keep_on_screen(self) -> None:
        """A size from a larger screen does not reach beyond this one."""
        room = self.screen().availableGeometry()
        self.resize(self.size().boundedTo(room.size()))
        if not room.contains(self.geometry()):
            self.move(room.topLeft())

    def _refresh(self) -> None:
        model = self.document.model
        self.actions_.refresh()
        self.pages.setCurrentWidget(self.start_page if model is None else self.frame)
        if model is not None:
            self.views.fill()
        self._name_window()

    def _name_window(self) -> None:
        model, project = self.document.model, self.document.project
        name = "" if model is None else (project or model.path).name
        title = in_line(name).replace("[*]", "[*][*]")
        self.setWindowTitle(f"{title}[*] - Quantscope" if name else "Quantscope")
        self.setWindowModified(self.projects.is_modified)

    def offer_recovery(self) -> None:
        """Offers what a window left behind that did not close, or closed with work unsaved."""
        self.projects.autosaves.tidy()
        left = self.projects.autosaves.left_behind()
        if left:
            self.notice.show_offer(
                self.tr("The decisions of the last session were not saved."),
                {
                    self.tr("Recover"): lambda: self.projects.recover(left[0]),
                    self.tr("Discard"): lambda: self._discard(left[0]),
                },
            )

    def _discard(self, path: Path) -> None:
        """One at a time: each may hold hours of work."""
        self.projects.autosaves.discard(path)
        self.offer_recovery()

    def _offer_to_resize(self, text: str, source: DataSource) -> None:
        resize = partial(self.steps.choose_data, source)
        self.notice.show_offer(text, {self.tr("Resize"): resize})

    def _offer_kept(self, path: Path, model: str) -> None:
        text = self.tr("What was decided for {0} was not saved; it is kept.")
        go_back = partial(self.projects.recover, path)
        self.notice.show_offer(text.format(model), {self.tr("Go back to it"): go_back})

    def focusNextPrevChild(self, onward: bool) -> bool:  # noqa: N802
        """From the header down and to the right, also to what was made after all else."""
        head, frame = self.header, self.frame
        order = (*head.chain.in_order(), head.verdict, head.flag, self.notice, *frame.in_order())
        put_in_order(self, order)
        return super().focusNextPrevChild(onward)

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802
        """Work that took a while is not thrown away by one click; a second close is obeyed."""
        if self.closing.asks():
            event.ignore()
            return
        self.settings.set_layout("geometry", self.saveGeometry())
        self.settings.set_layout("sides", self.frame.state())
        self.views.close_torn()
        self.hide()  # what writes is waited for, one long step of it too
        self.jobs.shutdown()
        self.projects.close()
        event.accept()
