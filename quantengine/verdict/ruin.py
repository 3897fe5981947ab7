"""What makes a result so bad that nothing about its file matters more."""

from __future__ import annotations

import math

from quantengine.counted import counted
from quantengine.sentence import Sentence
from quantengine.verdict.output import OutputVerdict
from quantengine.verdict.tasks.figure import TaskFigure
from quantengine.verdict.tasks.generation import GENERATION
from quantengine.verdict.tasks.measure import SHARE
from quantengine.verdict.verdict import Verdict

RUINED_DB = 10.0
MOST_LOST, TOLD_LOST = 0.2, 0.1
"""The share of what the float network says that ruins a result, once surely lost; that is told."""
_SIGMAS = 1.96
_FEWEST = 8


def ruin_of(found: Verdict) -> Sentence | None:
    """The figure that says so, None where none does.

    The dB of the worst slice; the figure of a task that is certain, beside the float network, where
    all of its interval is that bad; numbers of classes, where no output has dB. What a network that
    generates says parts from the float one at some word by nature, and is not judged here.
    """
    if found.worst_db < RUINED_DB:
        return Sentence("{0} dB against the float model", f"{found.worst_db:.1f}")
    task = found.task
    figure = None if task is None or task.name == GENERATION.name else task.followed
    if task is not None and figure is not None and _lost(figure) > MOST_LOST:
        return Sentence(
            "as {0}: {1} {2} beside the float model, {3}",
            task.name,
            task.follows.replace("_", " "),
            _share(figure.candidate or 0.0),
            counted(figure.n, "sample"),
        )
    return _of_integers(found) if math.isnan(found.worst_db) else None


def lost_of_task(found: Verdict) -> str | None:
    """The figure of a task that is certain, where enough is lost on these samples to be told."""
    task = found.task
    figure = None if task is None else task.followed
    if task is None or figure is None or figure.candidate is None or not _is_share(figure):
        return None
    if not abs(_perfect(figure) - figure.candidate) > TOLD_LOST:
        return None
    return f"{task.follows.replace('_', ' ')} {_share(figure.candidate)}"


def _lost(figure: TaskFigure) -> float:
    """The share that is surely lost, of figures that need no label; 0 of others."""
    if not _is_share(figure) or figure.interval is None:
        return 0.0
    return min(abs(_perfect(figure) - end) for end in figure.interval)


def _is_share(figure: TaskFigure) -> bool:
    """Whether it tells which share of what the float network says stays."""
    return figure.unit == SHARE and figure.reference == _perfect(figure)


def _perfect(figure: TaskFigure) -> float:
    return 0.0 if figure.lower_is_better else 1.0


def _of_integers(found: Verdict) -> Sentence | None:
    def surely(output: OutputVerdict) -> float:
        """The share of unequal ones less what so few samples may owe to chance."""
        lost = 1 - (1.0 if output.equal is None else output.equal)
        return lost - _SIGMAS * math.sqrt(lost * (1 - lost) / max(found.samples, 1))

    worst = max(found.outputs, key=surely, default=None)
    if worst is None or found.samples < _FEWEST or not surely(worst) > MOST_LOST:
        return None
    return Sentence("{0} of '{1}' equal", _share(worst.equal or 0.0), worst.name)


def _share(value: float) -> str:
    return f"{100 * value:.2f} %"
