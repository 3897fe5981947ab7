"""Project files in the window: save, open, the modified mark, autosave and recovery."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from quantengine.errors import QuantError
from quantengine.monitor import Monitor

from .autosaves import Autosaves
from .decided import Decided
from .document import Document
from .jobs import Job, JobRunner
from .reopening import Opened, project_of, reopen
from .settings import Settings
from .sources import check_read, sources
from .steps import Steps

if TYPE_CHECKING:
    from quantengine.observe.table import CalibrationTable
    from quantengine.project import Project

_SETTLE_S = 0.2
"""What an edit shows comes first; then it is written."""


@dataclass(frozen=True, eq=False)
class _Saved:
    """What a project file holds, to compare with what is open."""

    decided: Decided | None = None
    table: CalibrationTable | None = None


class Projects(QObject):
    """Every decision is written beside a moment later, so that a kill loses the last at most."""

    modified_changed = Signal()
    model_wanted = Signal(object, object)
    """The model of a project is not where it was: (project path, model path)."""
    autosaved = Signal()
    kept = Signal(object, str)
    """Decisions nobody saved were left for another model: where they are, and of which model."""

    def __init__(self, steps: Steps, jobs: JobRunner, settings: Settings, folder: Path) -> None:
        super().__init__(steps)
        self._steps = steps
        self._jobs = jobs
        self._settings = settings
        self._document: Document = steps.document
        self._saved = _Saved()
        self._recovered = False
        self.autosaves = Autosaves(folder)
        self._document.may_leave = self._leave
        self._document.edited.connect(self._note_change)
        for changed in (self._document.decided_changed, self._document.table_changed):
            changed.connect(self._note_change)

    @property
    def is_modified(self) -> bool:
        document = self._document
        if document.model is None:
            return False
        same = self._saved.decided == document.decided and self._saved.table is document.table
        return not same and (document.table is not None or self._is_decided)

    @property
    def is_recovered(self) -> bool:
        """Whether what is open was decided in a session that did not save it, nor did this one."""
        return self._recovered and self.is_modified

    @property
    def _is_decided(self) -> bool:
        document = self._document
        lasts = self._recovered or document.project is not None or bool(document.snapshots)
        return lasts or document.undo_stack.count() > 0

    def open(self, path: Path, model_path: Path | None = None) -> Job:
        """Opens a project, or what was kept of one; `model_path` says where its model went."""
        if self.autosaves.owns(path):
            return self.recover(path, model_path)
        return self._open(path, model_path, self._settle)

    def recover(self, path: Path, model_path: Path | None = None) -> Job:
        """Opens an autosave as what it is: not saved, under the name it had."""
        return self._open(path, model_path, self._adopt)

    def _open(
        self, path: Path, model_path: Path | None, then: Callable[[Path, Opened], None]
    ) -> Job:
        text = self.tr("Opening {0}").format(path.name)
        allowed = self._document.allowed
        job = self._steps.start("model", text, lambda m: reopen(path, model_path, allowed, m))
        job.done.connect(lambda opened: self._take(path, opened, then))
        return job

    def save(self, path: Path) -> Job | None:
        document = self._document
        found, model = project_of(document), document.model
        if found is None:
            return None
        project = replace(found, home=None)
        saved = _Saved(document.decided, document.table)
        read = sources(document, with_project=False)

        def call(_monitor: Monitor) -> Path:
            from quantengine.project_file import save_project

            check_read(path, read)
            save_project(project, path)
            return path

        def done(written: Path) -> None:
            self._settings.add_recent(written)
            if document.model is model:
                self._saved, self._recovered = saved, False
                document.set_project(written)
                self._note_change()

        job = self._steps.start("save", self.tr("Saving {0}").format(path.name), call)
        job.done.connect(done)
        return job

    def close(self) -> None:
        """Decisions that were not saved stay for the next start; call after the jobs ended."""
        with suppress(QuantError):  # a full disk must not keep the window open
            self._keep()
        self.autosaves.close()

    def _leave(self) -> bool:
        """Decisions nobody saved outlast the model they were for; False where they cannot."""
        self._jobs.cancel("autosave")
        model = self._document.model
        try:
            kept = self._keep()
        except QuantError as error:
            self._steps.report(error, "")
            return False
        if kept and model is not None:
            self.kept.emit(self.autosaves.leave(), model.path.name)
        self._saved, self._recovered = _Saved(), False
        return True

    def _keep(self) -> bool:
        """Whether there are decisions that were not saved, which are then in the autosave."""
        project, autosaves = project_of(self._document), self.autosaves
        if project is None or not self._is_decided or not self.is_modified:
            autosaves.drop()
            return False
        from quantengine.project_file import save_project

        autosaves.hold()
        autosaves.write(lambda: save_project(project, autosaves.path))
        return True

    def _settle(self, path: Path, _opened: Opened) -> None:
        self._settings.add_recent(path)
        self._document.set_project(path)
        self._note_change()

    def _adopt(self, path: Path, opened: Opened) -> None:
        self._saved, self._recovered = _Saved(), True
        self.autosaves.take_up(path)
        self._document.set_project(opened.project.home)
        self._note_change()

    def _take(
        self, path: Path, opened: Opened | Project, then: Callable[[Path, Opened], None]
    ) -> None:
        if not isinstance(opened, Opened):
            self.model_wanted.emit(path, opened.model_path)
            return
        if not self._document.set_model(opened.outcome.work.model, opened.outcome):
            return
        self._saved = _Saved(opened.decided, opened.project.table)
        opened.put_into(self._document)
        then(path, opened)

    def _note_change(self) -> None:
        self.modified_changed.emit()
        project = project_of(self._document)
        if project is None or not self.is_modified:
            self._jobs.cancel("autosave")
            self.autosaves.drop()
            return
        self.autosaves.hold()
        path = self.autosaves.path

        def call(monitor: Monitor) -> None:
            from quantengine.project_file import save_project

            def save() -> None:
                monitor.check()
                save_project(project, path)

            monitor.pause(_SETTLE_S)
            self.autosaves.write(save)

        job = self._steps.start("autosave", self.tr("Autosave"), call)
        job.done.connect(lambda _: self.autosaved.emit())
