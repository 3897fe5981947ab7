"""The tasks there are, and which of them outputs are for."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

from quantengine.errors import PlanError
from quantengine.verdict.tasks.classification import CLASSIFICATION
from quantengine.verdict.tasks.dense import DENSE
from quantengine.verdict.tasks.detection import DETECTION
from quantengine.verdict.tasks.embedding import EMBEDDING
from quantengine.verdict.tasks.generation import GENERATION
from quantengine.verdict.tasks.segmentation import SEGMENTATION
from quantengine.verdict.tasks.sequence import SEQUENCE
from quantengine.verdict.tasks.subject import Subject
from quantengine.verdict.tasks.task import Misfit, Reader, Registry, Taken, Task
from quantengine.verdict.tasks.text import TEXT

_ORDER = (GENERATION, DETECTION, TEXT, SEGMENTATION, EMBEDDING, SEQUENCE, CLASSIFICATION, DENSE)
"""What is more particular comes first: it is tried before what fits most outputs."""

TASKS: Registry = MappingProxyType({task.name: task for task in _ORDER})


def task_named(name: str) -> Task:
    """Raises PlanError for a name that is no task."""
    if name not in TASKS:
        raise PlanError("There is no task '{0}': choose {1}.", name, ", ".join(TASKS))
    return TASKS[name]


def taken(subject: Subject, name: str | None = None) -> Taken | None:
    """What the outputs are for: as `name` says, else guessed; None where no output is float.

    Raises PlanError where the outputs do not fit the task of that name.
    """
    subject = _steady(subject)
    if name is not None:
        try:
            return Taken(name, _reader(task_named(name), subject), True)
        except Misfit as misfit:
            raise PlanError(
                "The outputs do not fit the task {0}, which needs {1}: choose another --task, or "
                "leave it out to have it guessed.",
                name,
                misfit,
            ) from None
    if not subject.floats or not subject.runs:
        return None
    guesses = [(task, found) for task in _ORDER if (found := task.guess(subject)) is not None]
    certain = [entry for entry in guesses if entry[1].certain]
    for task, found in (*certain, *guesses):
        try:
            return Taken(task.name, _reader(task, subject), found.certain, found.why)
        except Misfit:
            continue
    return None


def _steady(subject: Subject) -> Subject:
    """Without outputs that hold no numbers, or as many axes in one sample as in another."""
    steady = (
        name
        for name in subject.outputs
        if len({v.ndim for v in subject.values(name)}) == 1
        and all(v.dtype.kind in "fiub" for v in subject.values(name))
    )
    return replace(subject, outputs=tuple(steady))


def _reader(task: Task, subject: Subject) -> Reader:
    """Raises Misfit for outputs of another task."""
    if not subject.outputs:
        raise Misfit("an output of numbers with as many axes in every sample")
    reader = task.reader(subject)
    if reader.output:
        reader.axes = len(subject.shape(reader.output))
    return reader
