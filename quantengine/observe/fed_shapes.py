"""Shapes of tensors once the inputs are there."""

from __future__ import annotations

from collections.abc import Mapping
from math import prod
from typing import Any

from numpy.typing import NDArray

from quantengine.graph.model import Dimension, FloatModel

_FLOAT_BYTES = 4


class FedShapes:
    """What `feeds` tell about the tensors of a model, without running it."""

    def __init__(self, model: FloatModel, feeds: Mapping[str, NDArray[Any]]) -> None:
        self._types = model.types
        self._fed = {name: array.shape for name, array in feeds.items()}
        self._sizes = _sizes(model, self._fed)
        self._batch = max((a.shape[0] for a in feeds.values() if a.ndim > 1), default=1)
        self._largest = max((size for a in feeds.values() for size in a.shape), default=1)

    def shape(self, name: str) -> tuple[int, ...] | None:
        """None where a dimension is not known before the model runs."""
        if name in self._fed:
            return self._fed[name]
        dimensions = self._types[name].shape if name in self._types else None
        if dimensions is None:
            return None
        known = [d if isinstance(d, int) else self._sizes.get(d) for d in dimensions]
        found = tuple(d for d in known if d is not None)
        return found if len(found) == len(known) else None

    def bytes(self, name: str) -> int:
        """About what a tensor takes as float32.

        An unknown first dimension counts as the batch that is fed, another as the largest fed.
        """
        dimensions = (self._types[name].shape if name in self._types else None) or ()
        unknown = (self._batch, *[self._largest] * len(dimensions))
        sizes = (
            d if isinstance(d, int) else self._sizes.get(d, u)
            for d, u in zip(dimensions, unknown, strict=False)
        )
        return _FLOAT_BYTES * prod(max(size, 1) for size in sizes)


def _sizes(model: FloatModel, fed: Mapping[str, tuple[int, ...]]) -> dict[Dimension, int]:
    """Named dimensions of the inputs; not those whose name stands for two sizes."""
    found: dict[Dimension, set[int]] = {}
    for name, shape in fed.items():
        declared = model.inputs[name].shape if name in model.inputs else None
        for dimension, size in zip(declared or (), shape, strict=False):
            found.setdefault(dimension, set()).add(size)
    return {d: min(sizes) for d, sizes in found.items() if d is not None and len(sizes) == 1}
