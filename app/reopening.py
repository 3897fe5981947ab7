"""From a project file to what a document holds."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from quantengine.errors import DataError, ProjectError
from quantengine.monitor import Monitor

from .decided import Decided, Snapshot
from .document import Document
from .facts import DataSource, Made

if TYPE_CHECKING:
    from quantengine.project import Project
    from quantengine.work.kept import Kept
    from quantengine.work.work import Work

    from .outcome import Outcome


@dataclass(frozen=True, eq=False)
class Opened:
    """A project with what its plan means, and what had been made of it."""

    project: Project
    decided: Decided
    outcome: Outcome
    made: Made | None

    def put_into(self, document: Document) -> None:
        """What belongs to the model, which is open already."""
        if self.project.table is not None:
            document.set_table(self.project.table)
        if self.made is not None:
            document.keep_made(self.made)
        document.restore(self.decided)
        document.set_outcome(self.outcome)


def reopen(
    path: Path, model_path: Path | None, allowed: Collection[str], monitor: Monitor
) -> Opened | Project:
    """The project alone where its model is not found; `allowed` metrics may run.

    Raises QuantError.
    """
    from quantengine.opening.open import open_model
    from quantengine.project_file import load_project
    from quantengine.work.work import Work

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
    judge = project.judging.judge(allowed)
    work = Work(model, project.decided.plan, None, project.table, judge)
    return _worked_out(project, work, monitor)


def project_of(document: Document) -> Project | None:
    """What there is to save of a document."""
    from quantengine.data.options import DataOptions
    from quantengine.project import Project
    from quantengine.work.saved_plan import SavedPlan

    if document.model is None:
        return None
    source, recipe = document.decided.source, document.decided.recipe
    judged = document.decided.judged_on
    return Project(
        model_path=document.model.path,
        model_hash=document.model.digest,
        decided=SavedPlan(document.plan, recipe),
        snapshots=tuple(
            (each.name, SavedPlan(each.plan, each.recipe)) for each in document.snapshots
        ),
        data_path=None if source is None else source.path,
        data_options=DataOptions() if source is None else source.options,
        judged_path=None if judged is None else judged.path,
        judged_options=DataOptions() if judged is None else judged.options,
        table=document.table,
        judging=document.decided.judging,
        made=_kept(document.made_as(document.plan, recipe)),
        home=document.project,
    )


def _decided(project: Project) -> Decided:
    source = None
    if project.data_path is not None:
        source = DataSource(project.data_path, project.data_options)
    snapshots = tuple(Snapshot(name, kept.plan, kept.recipe) for name, kept in project.snapshots)
    decided = project.decided
    judged = None
    if project.judged_path is not None:
        judged = DataSource(project.judged_path, project.judged_options)
    return Decided(decided.plan, source, snapshots, decided.recipe, project.judging, judged)


def _worked_out(project: Project, work: Work, monitor: Monitor) -> Opened:
    from .outcome import made_outcome, work_out

    made, decided = _taken_up(project, work, monitor), _decided(project)
    if made is not None:
        outcome = made_outcome(work, decided.recipe, made.candidate)
    else:
        outcome = work_out(work, decided.recipe, monitor=monitor)
    return Opened(project, decided, outcome, made)


def _taken_up(project: Project, work: Work, monitor: Monitor) -> Made | None:
    from quantengine.work.kept import take_up

    if not isinstance(project.made, bytes):
        return None
    try:
        kept = take_up(project.made, work)
    except DataError as error:
        monitor.fault(f"What was recovered cannot be taken up ({error}): recover again.")
        return None
    return Made(project.decided.recipe, work.table, kept.candidate, kept.data)


def _kept(made: Made | None) -> Kept | None:
    from quantengine.work.kept import Kept, data_name

    if made is None:
        return None
    return Kept(made.candidate, made.data or data_name(made.candidate.work.dataset))
