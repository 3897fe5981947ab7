"""Where on a sample the output of a layer goes wrong: value and error place by place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray

from quantengine.analyze.simulate import Simulator, tapped
from quantengine.formats.metrics import Difference
from quantengine.graph.model import FloatModel
from quantengine.monitor import SILENT, Monitor
from quantengine.rewrite.encodings import Encodings
from quantengine.runtime import Session, Tensors

_LEAST_RANK = 3
"""A batch, and two axes that make a picture."""

Places = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class ErrorMap:
    """float64 `[height, width]`: root mean squares over what lies at a place of the last two axes.

    `values` are those of the float network, `errors` the difference of the quantized one, with all
    before the layer quantized too; `channel_errors` `[channels]` are the same over all places.
    """

    values: Places
    errors: Places
    channel_errors: Places
    sqnr_db: float

    @property
    def worst_place(self) -> tuple[int, int]:
        """Row and column of the largest error."""
        row, column = np.unravel_index(int(self.errors.argmax()), self.errors.shape)
        return int(row), int(column)

    @property
    def worst_channel(self) -> int | None:
        """None where there is but one, or none differs."""
        several = self.channel_errors.size > 1 and self.channel_errors.any()
        return int(self.channel_errors.argmax()) if several else None


def error_map(
    reference: FloatModel,
    model: FloatModel,
    encodings: Encodings,
    output: str,
    feeds: Tensors,
    *,
    channel: int | None = None,
    simulator: Simulator | None = None,
    monitor: Monitor = SILENT,
) -> ErrorMap | None:
    """Of the tensor `output` on one sample, of one `channel` of it, or of all.

    None where it has no two axes behind that of the batch, or nothing was computed, as in a branch
    that is not taken. Raises Cancelled.
    """
    proto = onnx.ModelProto()
    proto.CopyFrom(reference.proto)
    session = Session(tapped(proto, [output]), optimize=False)
    expected = session.run(feeds, [output], monitor=monitor)[output]
    runner = simulator or Simulator(model)
    _, found = runner.watched(feeds, encodings, [output], monitor=monitor)
    return _mapped(expected, found[output], channel)


def _mapped(expected: NDArray[Any], found: NDArray[Any], channel: int | None) -> ErrorMap | None:
    if expected.ndim < _LEAST_RANK or not expected.size or expected.shape != found.shape:
        return None
    values, rounded = _layers(expected), _layers(found)
    channels = _rms(_wrong(values, rounded), (1, 2))
    if channel is not None and 0 <= channel < len(values):
        values, rounded = values[channel : channel + 1], rounded[channel : channel + 1]
    level = Difference()
    level.add(values, rounded)
    shown = np.where(np.isfinite(values), values, 0.0)
    return ErrorMap(_rms(shown, 0), _rms(_wrong(values, rounded), 0), channels, level.sqnr_db)


def _layers(values: NDArray[Any]) -> NDArray[np.float64]:
    """`[channels, height, width]` of the first of the batch."""
    first: Places = values[0].reshape(-1, *values.shape[-2:]).astype(np.float64)
    return first


def _wrong(values: Places, rounded: Places) -> Places:
    """The difference; where only one is a finite number it is as large as the largest value."""
    known, computed = np.isfinite(values), np.isfinite(rounded)
    both = known & computed
    wrong = np.subtract(values, rounded, out=np.zeros_like(values), where=both)
    wrong[known != computed] = np.abs(values[known]).max(initial=1.0)
    return wrong


def _rms(values: NDArray[np.float64], axes: int | tuple[int, ...]) -> Places:
    squares: Places = np.mean(values**2, axis=axes)
    return np.sqrt(squares)
