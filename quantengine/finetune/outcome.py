"""What fine-tuning gives back; needs no torch."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from quantengine.graph.model import FloatModel
    from quantengine.resolve.resolve import Resolution


@dataclass(frozen=True)
class Point:
    """One point of the curve: mean loss since the last one, and the held-out samples.

    `score` is the loss of the held-out samples, lower is better, `sqnr_db` that of the worst of
    their outputs; `agreement` is the share whose best class is the float model's, None without
    class scores. `loss` is nan at step 0. `total` is the last step of the run, `seconds_left` an
    estimate, None before the first step; it is no part of what makes two points equal.
    `follows_db`: the dB ranks, not the score; `own` is a person's metric, higher is better, which
    ranks where it is followed, else None. `freezes` is the step from which batch norms stay as
    they are, None where none is trained.
    """

    step: int
    loss: float
    score: float
    sqnr_db: float
    agreement: float | None = None
    total: int = 0
    follows_db: bool = False
    own: float | None = None
    freezes: int | None = None
    seconds_left: float | None = field(default=None, compare=False)

    @property
    def rank(self) -> float:
        """The score, or the negative dB or metric, infinity where there is none: lowest is best."""
        if self.own is not None:
            return math.inf if math.isnan(self.own) else -self.own
        if self.follows_db:
            return math.inf if math.isnan(self.sqnr_db) else -self.sqnr_db
        return self.score if math.isfinite(self.score) else math.inf

    def to_json(self) -> dict[str, Any]:
        """A JSON object with the same parts; null where there is no number."""
        parts = vars(self).items()
        return {k: None if v is None or not math.isfinite(v) else v for k, v in parts}


@dataclass(frozen=True, eq=False)
class FineTuned:
    """The trained model with the resolution to export it under, and how it came about.

    `before` and `after` are held-out points of the start and of the best state, which is kept.
    `memory_bytes` is the most the process, or the CUDA device, held so far; None: not known.
    `deltas` are those that scaled the gradients of ewgs last, by `quantizer_name`.
    """

    model: FloatModel
    resolution: Resolution
    before: Point
    after: Point
    points: tuple[Point, ...]
    seconds: float
    memory_bytes: int | None
    device: str
    notes: tuple[str, ...]
    deltas: Mapping[str, float] = field(default_factory=dict)

    @property
    def improved(self) -> bool:
        """Whether training found anything better than the start."""
        return self.after.step > 0

    def layer_deltas(self) -> dict[str, tuple[float | None, float | None]]:
        """Of the weights and the output of each layer; None where nothing was scaled."""
        return {
            name: (
                self._delta("weight", node.weights[0].tensor) if node.weights else None,
                self._delta("activation", node.output),
            )
            for name, node in self.resolution.flow.nodes.items()
        }

    def _delta(self, kind: str, tensor: str) -> float | None:
        return self.deltas.get(quantizer_name(kind, tensor))


def quantizer_name(kind: str, tensor: str) -> str:
    """`kind`: weight or activation."""
    return f"{kind}:{tensor}"
