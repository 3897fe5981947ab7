"""One step of recovery, as a value."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from quantengine.sentence import Sentence

if TYPE_CHECKING:
    from quantengine.graph.model import FloatModel
    from quantengine.observe.table import CalibrationTable
    from quantengine.plan import QuantPlan
    from quantengine.recover.state import State


def _nothing(_: State) -> Sentence | None:
    return None


@dataclass(frozen=True)
class Step:
    """One way to mend what rounding broke; it never judges what it did.

    `apply` gives the state after it, with a sentence; `obstacle` says why there is nothing to do
    here, `spared` why `auto` does not try. `quick` and `auto` tell which words stand for it too.
    """

    text: str
    apply: Callable[[State], State]
    quick: bool = False
    auto: bool = False
    obstacle: Callable[[State], Sentence | None] = _nothing
    spared: Callable[[State], Sentence | None] = _nothing
    opened: Callable[[State], bool] = lambda _: False
    """Whether it was done when the model was opened."""
    by_layer: bool = False
    """Whether `name:PATTERN` limits it to some layers, or tensors."""
    places: Callable[[State], Sequence[str]] | None = None
    """Where it may do something, each for itself: left alone where nothing is worth it there."""
    worth_db: float = 0.0
    """What a slice of the outputs must gain by it, and lose without one of its places."""
    rewrites: bool = False
    """Whether it gives another float network of the same function: judged by what follows it."""
    biases: bool = False
    """Whether it makes up for what rounding shifts."""
    shifts: bool = False
    """Whether what it gains drowns in shifts, until a step with `biases` makes up for them."""
    alone: Callable[[FloatModel, QuantPlan, CalibrationTable], bool] = lambda *_: False
    """Whether what it may do depends on which samples run together."""
    many: bool = False
    """Whether it is worth twice as many samples."""
