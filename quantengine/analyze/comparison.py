"""What comparing a plan with the float network found."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Literal

from quantengine.analyze.metrics import Errors, Metrics, as_json
from quantengine.verdict.verdict import Verdict

Role = Literal["weight", "input", "activation", "output"]


@dataclass(frozen=True)
class ChannelErrors:
    """Of each output channel with all of the layer quantized; nan dB where it never differs from 0.

    `mean_db` is the mean error-to-signal ratio of the living channels (each held at 1) in dB: a
    channel that drowns the others cannot hide what happens to them, as it does in an SQNR.
    """

    local_db: tuple[float, ...]
    accumulated_db: tuple[float, ...]
    dead: tuple[int, ...]
    mean_db: float


@dataclass(frozen=True)
class LayerComparison:
    """A layer's output under a plan.

    Local: only this layer's quantizers work, on float inputs. Accumulated: all before it too.
    `clipped_bias` counts bias values that int32 cuts off, `raised` channels whose weight scale
    grew so that they fit.
    """

    name: str
    operator: str
    output: str
    local: Errors
    accumulated: Errors
    channels: ChannelErrors
    bytes_before: int
    bytes_after: int
    clipped_bias: int
    raised: int


@dataclass(frozen=True)
class TensorComparison:
    """One tensor under a plan; figures that its role does not have are None.

    Local: its own rounding alone. Accumulated: with everything before it quantized too.
    Shares lie in 0..1: values beyond the range, codes that no value takes. `empty_channels`
    counts output channels of a weight that are all zero.
    """

    name: str
    role: Role
    layer: str | None
    dtype: str | None
    local: Metrics | None
    accumulated: Errors | None
    clipped_share: float | None
    unused_share: float | None
    empty_channels: int
    outside_share: float | None = None


@dataclass(frozen=True)
class Comparison:
    """Every layer and tensor of a model under a plan, in order of execution."""

    model: str
    samples: int
    layers: tuple[LayerComparison, ...]
    tensors: tuple[TensorComparison, ...]
    output: Verdict
    bytes_before: int
    bytes_after: int
    notes: tuple[str, ...] = ()

    @property
    def ranked(self) -> tuple[LayerComparison, ...]:
        """The layers, worst local error first, each channel counting alike."""
        return tuple(sorted(self.layers, key=lambda row: _known(row.channels.mean_db)))

    def layer(self, name: str) -> LayerComparison:
        return next(row for row in self.layers if row.name == name)

    def tensor(self, name: str) -> TensorComparison:
        return next(row for row in self.tensors if row.name == name)

    def to_json(self) -> dict[str, Any]:
        """A JSON object with the same parts; null where no finite number says it."""
        return dict(as_json(self))

    def to_rows(self) -> list[dict[str, Any]]:
        """A flat row a layer, for tables and CSV."""
        return [_row(layer) for layer in self.layers]


def _row(layer: LayerComparison) -> dict[str, Any]:
    row: dict[str, Any] = {
        "layer": layer.name,
        "operator": layer.operator,
        "output": layer.output,
        "channel_mean_db": layer.channels.mean_db,
    }
    for scope in ("local", "accumulated"):
        errors: Errors = getattr(layer, scope)
        for part in ("weights", "activations", "both"):
            row[f"{scope}_{part}_db"] = getattr(errors, part).sqnr_db
        row[f"{scope}_cosine"] = errors.both.cosine
        row[f"{scope}_max_error"] = errors.both.max_error
    row["dead_channels"] = len(layer.channels.dead)
    for name in ("bytes_before", "bytes_after", "clipped_bias", "raised"):
        row[name] = getattr(layer, name)
    return row


def _known(value: float) -> float:
    return math.inf if math.isnan(value) else value
