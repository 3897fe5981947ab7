"""Asking for files, and opening whatever comes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog, QWidget

from quantengine.data.suffixes import DATA
from quantengine.errors import ProjectError

from .autosaves import SUFFIX
from .dropped import MODEL_SUFFIX, Dropped, dropped
from .facts import DataSource
from .judges import Judges
from .projects import Projects
from .sessions import Session
from .settings import Settings
from .steps import Steps
from .text import in_line
from .translation import said

_DATA = " ".join(f"*{suffix}" for suffix in DATA)


class Files(QObject):
    """The file dialogs remember their folder; `open_path` takes what was chosen from a list."""

    def __init__(
        self,
        window: QWidget,
        steps: Steps,
        projects: Projects,
        judges: Judges,
        settings: Settings,
    ) -> None:
        super().__init__(window)
        self._judges = judges
        self._projects = projects
        projects.model_wanted.connect(self.ask_moved_model)
        self._window = window
        self._steps = steps
        self._settings = settings

    def ask_model(self) -> None:
        kinds = self.tr("ONNX models (*.onnx);;All files (*)")
        path = self._ask("model", self.tr("Open model"), kinds)
        if path is not None:
            self._steps.open_model(path)

    def ask_project(self) -> None:
        kinds = self.tr("Quantscope projects (*{0})").format(SUFFIX)
        path = self._ask("project", self.tr("Open project"), kinds)
        if path is not None:
            self._projects.open(path)

    def save(self) -> None:
        project = self._steps.document.project
        if project is None:
            self.save_as()
        else:
            self._projects.save(project)

    def save_as(self) -> None:
        model = self._steps.document.model
        if model is None:
            return
        start = Path(self._settings.folder("project") or model.path.parent)
        kinds = self.tr("Quantscope projects (*{0})").format(SUFFIX)
        name = str(start / f"{model.path.stem}{SUFFIX}")
        chosen, _ = QFileDialog.getSaveFileName(self._window, self.tr("Save project"), name, kinds)
        if chosen:
            self._save_as(Path(chosen))

    def _save_as(self, chosen: Path) -> None:
        try:
            path = _project_path(chosen)
        except ProjectError as error:
            self._steps.refuse("save", said(error))
            return
        self._settings.set_folder("project", path.parent)
        self._projects.save(path)

    def ask_moved_model(self, project: Path, model: Path) -> None:
        """Asked once; the content decides whether it is the right one."""
        title = in_line(self.tr("{0} has moved: where is it?").format(model.name))
        kinds = self.tr("ONNX models (*.onnx);;All files (*)")
        path = self._ask("model", title, kinds)
        if path is not None:
            self._projects.open(project, path)

    def ask_data_folder(self) -> None:
        self._ask_folder(self.tr("Choose data"), self.take_data)

    def ask_data_file(self) -> None:
        self._ask_samples(self.tr("Choose data"), self.take_data)

    def ask_judge_folder(self) -> None:
        self._ask_folder(self.tr("Choose data to judge on"), self.take_judges)

    def ask_judge_file(self) -> None:
        self._ask_samples(self.tr("Choose data to judge on"), self.take_judges)

    def take_judges(self, path: Path) -> None:
        """Samples that are held out, prepared as those of calibration."""
        from quantengine.data.options import DataOptions

        self._judges.choose(DataSource(path, DataOptions()))

    def _ask_folder(self, title: str, take: Callable[[Path], None]) -> None:
        chosen = QFileDialog.getExistingDirectory(
            self._window, title, self._settings.folder("data")
        )
        if chosen:
            self._settings.set_folder("data", Path(chosen).parent)
            take(Path(chosen))

    def _ask_samples(self, title: str, take: Callable[[Path], None]) -> None:
        kinds = self.tr("Arrays, images, sounds and tables ({0});;All files (*)").format(_DATA)
        path = self._ask("data", title, kinds)
        if path is not None:
            take(path)

    def take_data(self, path: Path) -> None:
        from quantengine.data.options import DataOptions

        self._steps.choose_data(DataSource(path, DataOptions()))

    def dropped(self, paths: Sequence[Path]) -> Dropped:
        """What dropping these files does now."""
        model = self._steps.document.model
        return dropped(paths, None if model is None else model.path.name)

    def take(self, told: Dropped) -> None:
        """Does what was said to a person."""
        if told.project is not None:
            self._projects.open(told.project)
        elif told.model is not None:
            from quantengine.data.options import DataOptions

            data = None if told.data is None else DataSource(told.data, DataOptions())
            self._steps.open_model(told.model, data)
        elif told.data is not None:
            self.take_data(told.data)

    def open_path(self, path: Path) -> None:
        """A project, a model, or data for the model that is open."""
        if path.suffix.lower() == SUFFIX:
            self._projects.open(path)
            return
        if path.suffix.lower() == MODEL_SUFFIX or self._steps.document.model is None:
            self._steps.open_model(path)
        else:
            self.take_data(path)

    def open_session(self, session: Session) -> None:
        """A model comes with its data and what judged it; a project brings its own."""
        if session.path.suffix.lower() == SUFFIX or session.data is None:
            self.open_path(session.path)
        else:
            self._steps.open_model(session.path, session.data, session.judged_on)

    def _ask(self, kind: str, title: str, kinds: str) -> Path | None:
        folder = self._settings.folder(kind)
        chosen, _ = QFileDialog.getOpenFileName(self._window, title, folder, kinds)
        if not chosen:
            return None
        self._settings.set_folder(kind, Path(chosen).parent)
        return Path(chosen)


def _project_path(chosen: Path) -> Path:
    """With the ending of projects; a name with a dot in it keeps what follows the dot."""
    if chosen.suffix.lower() == SUFFIX:
        return chosen
    path = chosen.with_name(chosen.name + SUFFIX)
    if path.exists():
        raise ProjectError(f"{path} exists already: choose it itself, or another name.")
    return path
