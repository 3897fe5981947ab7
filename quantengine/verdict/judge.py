"""Which figure of a verdict is followed, by whatever ranks, searches, recovers or stops."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from functools import wraps
from typing import TYPE_CHECKING, ParamSpec, TypeVar

if TYPE_CHECKING:
    from quantengine.metric.metric import Metric

P = ParamSpec("P")
T = TypeVar("T")

WORST, POOLED, TASK, METRIC = "worst", "pooled", "task", "metric"


@dataclass(frozen=True)
class Judge:
    """`follows`: the worst slice, all floats pooled, the figure of the task where it is certain
    what the outputs are for (else the worst slice) or one of them by its name, the first figure of
    a person's `metric` or one by its name, or an output or slice by its name; "": the metric, else
    the worst slice.

    `task` says what the outputs are for; None: it is guessed.
    """

    follows: str = ""
    task: str | None = None
    metric: Metric | None = None

    def __post_init__(self) -> None:
        usual = WORST if self.metric is None else METRIC
        object.__setattr__(self, "follows", self.follows or usual)

    @property
    def by_outputs(self) -> Judge:
        """What the outputs alone tell: the metric is not asked."""
        follows = WORST if self.follows == METRIC else self.follows
        return replace(self, follows=follows, metric=None)

    def held(self) -> AbstractContextManager[None]:
        """The process of a metric goes where the last of these contexts ends."""
        return nullcontext() if self.metric is None else self.metric.held()


BY_WORST = Judge()


def holding(function: Callable[P, T]) -> Callable[P, T]:
    """Ends the process of the metric of an argument `judge` behind the call, however it ends."""

    @wraps(function)
    def held(*args: P.args, **kwargs: P.kwargs) -> T:
        judge = kwargs.get("judge")
        with judge.held() if isinstance(judge, Judge) else nullcontext():
            return function(*args, **kwargs)

    return held
