"""Whether samples can run side by side along the first axis of a network's inputs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from quantengine.data.input import Feeds, first_alike, shapes_of, side_by_side
from quantengine.errors import DataError
from quantengine.graph.model import FloatModel
from quantengine.monitor import SILENT, Monitor
from quantengine.observe.inputs import model_inputs
from quantengine.opening.reference import reference_session

_SAME = 1e-4
"""Of the largest value: kernels for several rows may add in another order."""


def joined(feeds: Sequence[Feeds]) -> dict[str, NDArray[Any]]:
    """Samples of one shape as one run."""
    return {name: side_by_side([sample[name] for sample in feeds]) for name in feeds[0]}


def run_together(model: FloatModel, samples: Sequence[Feeds], *, monitor: Monitor = SILENT) -> bool:
    """Whether two of the samples give together what each gives alone.

    Tried, since a first axis without a fixed size may as well be time, and outputs may depend on
    the whole of it. False where no two have the same shapes.
    """
    places = first_alike((place, shapes_of(feeds)) for place, feeds in enumerate(samples))
    if places is None or not all(one.is_open for one in model_inputs(model)):
        return False
    pair = [samples[place] for place in places]
    session = reference_session(model)
    alone = [session.run(sample, monitor=monitor) for sample in pair]
    try:
        both = session.run(joined(pair), monitor=monitor)
    except DataError:
        return False
    return all(_same(both[name], [found[name] for found in alone]) for name in both)


def _same(both: NDArray[Any], alone: Sequence[NDArray[Any]]) -> bool:
    if not both.ndim or both.dtype.kind not in "biuf":
        return False
    apart = side_by_side(alone)
    if both.shape != apart.shape:
        return False
    if both.dtype.kind != "f":
        return bool(np.array_equal(both, apart))
    usual = apart[np.isfinite(apart)]
    allowed = _SAME * float(np.max(np.abs(usual), initial=0.0))
    return bool(np.allclose(both, apart, rtol=0.0, atol=allowed, equal_nan=True))
