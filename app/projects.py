"""Project files in the window: save, open, the modified mark, autosave and recovery."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from shutil import rmtree
from typing import TYPE_CHECKING
from uuid import uuid4

from PySide6.QtCore import QLockFile, QObject, QStandardPaths, Signal

from quantengine.errors import ProjectError, QuantError
from quantengine.monitor import Monitor

from .document import Decided, Document, Snapshot
from .facts import DataSource
from .jobs import Job, JobRunner
from .settings import Settings
from .sources import sources
from .steps import Steps

if TYPE_CHECKING:
    from quantengine.graph.model import FloatModel
    from quantengine.observe.table import CalibrationTable
    from quantengine.project import Project

    from .outcome import Outcome

SUFFIX = ".qscope"
LOCK_SUFFIX = ".lock"
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
        """Whether what is open was decided in a session that did not save it."""
        self._folder = folder
        self._left: list[QLockFile] = []
        self._begin()
        self._document.leaving.connect(self._leave)
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
    def _is_decided(self) -> bool:
        return self._recovered or self._document.undo_stack.count() > 0

    def open(self, path: Path, model_path: Path | None = None) -> Job:
        """Opens a project; `model_path` says where its model went."""
        job = self._open(path, model_path)
        job.done.connect(lambda opened: self._remember(path, opened))
        return job

    def _open(self, path: Path, model_path: Path | None = None) -> Job:

        def call(monitor: Monitor) -> tuple[Project, FloatModel, Outcome] | Project:
            from quantengine.opening.open import open_model
            from quantengine.project import load_project
            from quantengine.work.work import Work

            from .outcome import work_out

            project = load_project(path)
            place = model_path or project.model_path
            if not place.exists():
                return project
            model = open_model(place, monitor=monitor)
            if model.digest != project.model_hash:
                raise ProjectError(
                    f"{place.name} is not the model that {path.name} was made with: its content "
                    "differs. Open the original model file."
                )
            decided = project.decided
            work = Work(model, decided.plan, None, project.table)
            outcome = work_out(work, decided.recipe, monitor=monitor)
            return project, model, outcome

        job = self._steps.start("model", self.tr("Opening {0}").format(path.name), call)
        job.done.connect(lambda opened: self._take(path, opened))
        return job

    def save(self, path: Path) -> Job | None:
        project = self._project()
        if project is None:
            return None
        saved = _Saved(self._document.decided, self._document.table)
        read = sources(self._document, with_project=False)

        def call(_monitor: Monitor) -> Path:
            from quantengine.outputs import check_outputs
            from quantengine.project import save_project

            check_outputs([path], read)
            save_project(project, path)
            return path

        def done(written: Path) -> None:
            self._saved, self._recovered = saved, False
            self._document.set_project(written)
            self._settings.add_recent(written)
            self.modified_changed.emit()

        job = self._steps.start("save", self.tr("Saving {0}").format(path.name), call)
        job.done.connect(done)
        return job

    def left_behind(self) -> tuple[Path, ...]:
        """Autosaves of windows that did not close, the newest first."""
        found = [path for path in self._folder.glob(f"*{SUFFIX}") if self._is_free(path)]
        return tuple(sorted(found, key=lambda path: path.stat().st_mtime, reverse=True))

    def tidy(self) -> None:
        """Removes what a kill left where there is nothing to recover."""
        locks = (lock.with_suffix(SUFFIX) for lock in self._folder.glob(f"*{LOCK_SUFFIX}"))
        halves = self._folder.glob(f".*{SUFFIX}.*")
        named = (each.with_name(each.name[1 : each.name.index(SUFFIX)] + SUFFIX) for each in halves)
        for path in {*locks, *named}:
            if not path.exists() and self._is_free(path):
                self.discard(path)

    def recover(self, path: Path) -> Job:
        """Opens an autosave as an unsaved project and removes it once it is open."""
        job = self._open(path)
        job.done.connect(lambda _opened: self._adopt(path))
        return job

    def discard(self, *paths: Path) -> None:
        """Removes autosaves, and what a kill in the middle of one left beside it."""
        for path in paths:
            for beside in path.parent.glob(f".{path.name}.*"):
                rmtree(beside, ignore_errors=True)
            path.unlink(missing_ok=True)
            path.with_suffix(LOCK_SUFFIX).unlink(missing_ok=True)

    def close(self) -> None:
        """Decisions that were not saved stay for the next start; call after the jobs ended."""
        self._keep()
        for lock in (*self._left, self._lock):
            lock.unlock()

    def _begin(self) -> None:
        """Every document has an autosave of its own."""
        self._autosave = self._folder / f"{uuid4().hex}{SUFFIX}"
        self._lock = _lock(self._autosave)

    def _leave(self) -> None:
        """Decisions nobody saved outlast the model they were for."""
        self._jobs.cancel("autosave")
        model = self._document.model
        if model is not None and self._keep():
            self._left.append(self._lock)
            self.kept.emit(self._autosave, model.path.name)
            self._begin()
        self._recovered = False

    def _keep(self) -> bool:
        """Whether there are decisions that were not saved, which are then in the autosave."""
        project = self._project()
        if project is None or not self._is_decided or not self.is_modified:
            self._autosave.unlink(missing_ok=True)
            return False
        from quantengine.project import save_project

        self._hold()
        with suppress(QuantError):  # a full disk must not keep the window open
            save_project(project, self._autosave)
        return True

    def _hold(self) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        if not self._lock.isLocked():
            self._lock.tryLock(0)

    def _is_free(self, path: Path) -> bool:
        return path != self._autosave and _is_orphan(path)

    def _remember(self, path: Path, opened: object) -> None:
        if isinstance(opened, tuple):
            self._settings.add_recent(path)

    def _adopt(self, path: Path) -> None:
        if self._document.model is None:
            return
        self._document.set_project(None)
        self._saved = _Saved()
        self._recovered = True
        self.discard(path)
        self._note_change()

    def _take(self, path: Path, opened: tuple[Project, FloatModel, Outcome] | Project) -> None:
        if not isinstance(opened, tuple):
            self.model_wanted.emit(path, opened.model_path)
            return
        project, model, outcome = opened
        document = self._document
        document.set_model(model, outcome)
        source = None
        if project.data_path is not None:
            source = DataSource(project.data_path, project.data_options)
        snapshots = tuple(
            Snapshot(name, kept.plan, kept.recipe) for name, kept in project.snapshots
        )
        decided = Decided(project.decided.plan, source, snapshots, project.decided.recipe)
        self._saved = _Saved(decided, project.table)
        if project.table is not None:
            document.set_table(project.table)
        document.restore(decided)
        document.set_outcome(outcome)
        document.set_project(path)
        self.modified_changed.emit()

    def _project(self) -> Project | None:
        from quantengine.data.options import DataOptions
        from quantengine.project import Project
        from quantengine.work.saved_plan import SavedPlan

        document = self._document
        if document.model is None:
            return None
        source = document.decided.source
        return Project(
            model_path=document.model.path,
            model_hash=document.model.digest,
            decided=SavedPlan(document.plan, document.decided.recipe),
            snapshots=tuple(
                (each.name, SavedPlan(each.plan, each.recipe)) for each in document.snapshots
            ),
            data_path=None if source is None else source.path,
            data_options=DataOptions() if source is None else source.options,
            table=document.table,
        )

    def _note_change(self) -> None:
        self.modified_changed.emit()
        if not self.is_modified:
            return
        project = self._project()
        if project is None:
            return
        self._hold()
        path = self._autosave

        def call(monitor: Monitor) -> None:
            from quantengine.project import save_project

            monitor.pause(_SETTLE_S)
            save_project(project, path)

        job = self._steps.start("autosave", self.tr("Autosave"), call)
        job.done.connect(lambda _: self.autosaved.emit())


def autosave_folder() -> Path:
    kind = QStandardPaths.StandardLocation.AppLocalDataLocation
    return Path(QStandardPaths.writableLocation(kind)) / "autosave"


def _lock(path: Path) -> QLockFile:
    """Held as long as the window lives; a dead owner's lock can be taken."""
    lock = QLockFile(str(path.with_suffix(LOCK_SUFFIX)))
    lock.setStaleLockTime(0)
    return lock


def _is_orphan(path: Path) -> bool:
    lock = _lock(path)
    free = lock.tryLock(0)
    if free:
        lock.unlock()
    return free
