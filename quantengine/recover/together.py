"""Whether samples can run side by side along the first axis of a network's inputs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from quantengine.errors import DataError
from quantengine.graph.model import FloatModel
from quantengine.monitor import SILENT, Monitor
from quantengine.opening.reference import reference_session

Feeds = Mapping[str, NDArray[Any]]

_SAME = 1e-4
"""Of the largest value: kernels for several rows may add in another order."""


def shapes_of(feeds: Feeds) -> tuple[tuple[int, ...], ...]:
    """The shape of every input: only samples of the same shapes can run together."""
    return tuple(value.shape for value in feeds.values())


def joined(feeds: Sequence[Feeds]) -> dict[str, NDArray[Any]]:
    """Samples of one shape as one run."""
    return {name: np.concatenate([sample[name] for sample in feeds]) for name in feeds[0]}


def run_together(model: FloatModel, samples: Sequence[Feeds], *, monitor: Monitor = SILENT) -> bool:
    """Whether two of the samples give together what each gives alone.

    Tried, since a first axis without a fixed size may as well be time, and outputs may depend on
    the whole of it. False where no two have the same shapes.
    """
    pair = _pair(samples)
    if pair is None or not all(map(_is_open, _first_sizes(model, pair[0]))):
        return False
    session = reference_session(model)
    alone = [session.run(sample, monitor=monitor) for sample in pair]
    try:
        both = session.run(joined(pair), monitor=monitor)
    except DataError:
        return False
    return all(_same(both[name], [found[name] for found in alone]) for name in both)


def _pair(samples: Sequence[Feeds]) -> tuple[Feeds, Feeds] | None:
    first: dict[tuple[tuple[int, ...], ...], Feeds] = {}
    for sample in samples:
        other = first.setdefault(shapes_of(sample), sample)
        if other is not sample:
            return other, sample
    return None


def _first_sizes(model: FloatModel, sample: Feeds) -> list[int | str | None]:
    """The declared first dimension of every input; 0 where it has none."""
    shapes = [model.inputs[name].shape if name in model.inputs else () for name in sample]
    return [0 if not shape else shape[0] for shape in shapes]


def _is_open(size: int | str | None) -> bool:
    return not isinstance(size, int)


def _same(both: NDArray[Any], alone: Sequence[NDArray[Any]]) -> bool:
    if not both.ndim or both.dtype.kind not in "biuf":
        return False
    apart = np.concatenate(alone)
    if both.shape != apart.shape:
        return False
    if both.dtype.kind != "f":
        return bool(np.array_equal(both, apart))
    usual = apart[np.isfinite(apart)]
    allowed = _SAME * float(np.max(np.abs(usual), initial=0.0))
    return bool(np.allclose(both, apart, rtol=0.0, atol=allowed, equal_nan=True))
