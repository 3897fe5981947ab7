"""The window: toolbar as the way of work, docks around the views, the strip below."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QKeySequence
from PySide6.QtWidgets import (
    QDockWidget,
    QFileDialog,
    QMainWindow,
    QSizePolicy,
    QStackedWidget,
    QToolBar,
    QVBoxLayout,
    QWidget,
)

from app.actions import Actions, Command
from app.document import DataSource, Document
from app.jobs import JobRunner
from app.panels.layers import LayersPanel
from app.panels.start import StartPage
from app.panels.strip import Strip
from app.settings import Settings
from app.steps import Steps
from app.theme import Theme
from app.widgets.notice import NoticeBar


class MainWindow(QMainWindow):
    def __init__(self, settings: Settings, theme: Theme) -> None:
        super().__init__()
        self.setWindowTitle("Quantscope")
        self.setAcceptDrops(True)
        self.resize(1280, 800)
        self.settings = settings
        self.theme = theme
        self.document = Document(self)
        self.jobs = JobRunner(self)
        self.steps = Steps(self.document, self.jobs, settings)
        self.actions_ = Actions(theme, self)
        self._make_commands()
        self._make_parts()
        self._make_toolbar()
        self._connect()
        self._restore_layout()
        self._refresh()

    def _make_commands(self) -> None:
        tr, add = self.tr, self.actions_.add
        dots = "\N{HORIZONTAL ELLIPSIS}"
        keys = QKeySequence.StandardKey
        add(
            Command(
                "open",
                tr("Model") + dots,
                self.ask_model,
                "box",
                keys.Open,
                tr("Open an ONNX model"),
            )
        )
        add(
            Command(
                "data_folder",
                tr("Folder") + dots,
                self.ask_data_folder,
                "folder-open",
                missing=self._no_model,
            )
        )
        add(
            Command(
                "data_file",
                tr("File") + dots,
                self.ask_data_file,
                "file-box",
                missing=self._no_model,
            )
        )
        add(
            Command(
                "calibrate",
                tr("Calibrate"),
                self.steps.calibrate,
                "activity",
                "Ctrl+R",
                tr("Run the model on the data and collect statistics of every tensor"),
                self._cannot_calibrate,
            )
        )
        add(
            Command(
                "cancel", tr("Cancel work"), lambda: self.strip.cancel_shown(), "square", "Escape"
            )
        )
        add(Command("demo", tr("Open demo"), self.steps.open_demo))
        add(
            Command(
                "filter",
                tr("Filter layers"),
                lambda: self.layers.focus_filter(),
                "search",
                keys.Find,
                missing=self._no_model,
            )
        )
        add(Command("quit", tr("Quit"), self.close, "", keys.Quit))
        for name, icon, key, make in (
            ("undo", "undo-2", keys.Undo, self.document.undo_stack.createUndoAction),
            ("redo", "redo-2", keys.Redo, self.document.undo_stack.createRedoAction),
        ):
            action = make(self)
            action.setObjectName(name)
            action.setShortcut(key)
            self.actions_.adopt(name, action, icon)

    def _no_model(self) -> str | None:
        return self.tr("Open a model first") if self.document.model is None else None

    def _cannot_calibrate(self) -> str | None:
        if self.document.model is None:
            return self.tr("Open a model first")
        if self.document.dataset is None:
            return self.tr("Choose data first: a folder of images or a file of arrays")
        return None

    def _make_parts(self) -> None:
        self.start_page = StartPage(self.settings, self.theme)
        self.notice = NoticeBar(self.theme)
        self.strip = Strip(self.document, self.jobs, self.theme)
        self.layers = LayersPanel(self.document, self.theme)
        self.views = QWidget()
        self.pages = QStackedWidget()
        self.pages.addWidget(self.start_page)
        self.pages.addWidget(self.views)
        centre = QWidget()
        column = QVBoxLayout(centre)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.notice)
        column.addWidget(self.pages, 1)
        self.setCentralWidget(centre)
        self.docks = {
            "layers": self._dock(
                "layers", self.tr("Layers"), self.layers, Qt.DockWidgetArea.LeftDockWidgetArea
            )
        }
        self.statusBar().setSizeGripEnabled(False)
        self.statusBar().addPermanentWidget(self.strip, 1)

    def _dock(self, name: str, title: str, widget: QWidget, area: Qt.DockWidgetArea) -> QDockWidget:
        dock = QDockWidget(title, self)
        dock.setObjectName(f"dock-{name}")
        dock.setWidget(widget)
        self.addDockWidget(area, dock)
        dock.hide()
        return dock

    def _make_toolbar(self) -> None:
        bar = QToolBar(self.tr("Way of work"))
        bar.setObjectName("toolbar")
        bar.setMovable(False)
        bar.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        for name in ("open", "data_folder", "data_file", "calibrate"):
            bar.addAction(self.actions_[name])
        gap = QWidget()
        gap.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        bar.addWidget(gap)
        for name in ("undo", "redo"):
            bar.addAction(self.actions_[name])
            bar.widgetForAction(self.actions_[name]).setToolButtonStyle(
                Qt.ToolButtonStyle.ToolButtonIconOnly
            )
        self.addToolBar(bar)
        self.addActions(list(self.actions_))

    def _connect(self) -> None:
        self.steps.failed.connect(self.notice.show_error)
        self.steps.noted.connect(self.notice.show_note)
        self.start_page.open_wanted.connect(self.ask_model)
        self.start_page.demo_wanted.connect(self.steps.open_demo)
        self.start_page.path_chosen.connect(self.open_path)
        for changed in (
            self.document.model_changed,
            self.document.data_changed,
            self.document.table_changed,
        ):
            changed.connect(self._refresh)

    def _refresh(self) -> None:
        model = self.document.model
        self.actions_.refresh()
        self.pages.setCurrentWidget(self.start_page if model is None else self.views)
        for dock in self.docks.values():
            dock.setVisible(model is not None)
        self.statusBar().setVisible(True)
        self.setWindowTitle("Quantscope" if model is None else f"{model.path.name}[*] - Quantscope")

    def ask_model(self) -> None:
        folder = self.settings.folder("model")
        chosen, _ = QFileDialog.getOpenFileName(
            self, self.tr("Open model"), folder, self.tr("ONNX models (*.onnx);;All files (*)")
        )
        if chosen:
            self.settings.set_folder("model", Path(chosen).parent)
            self.open_path(Path(chosen))

    def ask_data_folder(self) -> None:
        folder = self.settings.folder("data")
        chosen = QFileDialog.getExistingDirectory(self, self.tr("Choose data"), folder)
        if chosen:
            self._take_data(Path(chosen))

    def ask_data_file(self) -> None:
        folder = self.settings.folder("data")
        chosen, _ = QFileDialog.getOpenFileName(
            self,
            self.tr("Choose data"),
            folder,
            self.tr(
                "Arrays and images (*.npz *.npy *.png *.jpg *.jpeg *.bmp *.webp);;All files (*)"
            ),
        )
        if chosen:
            self._take_data(Path(chosen))

    def _take_data(self, path: Path) -> None:
        from quantengine.data.options import DataOptions

        self.settings.set_folder("data", path.parent)
        self.steps.choose_data(DataSource(path, DataOptions()))

    def open_path(self, path: Path) -> None:
        """Opens whatever a person dropped or chose: a model, or data for the model that is open."""
        if path.suffix.lower() == ".onnx" or self.document.model is None:
            self.steps.open_model(path)
        else:
            self._take_data(path)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802
        local = [url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()]
        if local:
            event.acceptProposedAction()
            self.open_path(Path(local[0]))

    def _restore_layout(self) -> None:
        self.restoreGeometry(self.settings.layout("geometry"))
        self.restoreState(self.settings.layout("state"))

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802
        self.settings.set_layout("geometry", self.saveGeometry())
        self.settings.set_layout("state", self.saveState())
        self.jobs.shutdown()
        event.accept()
