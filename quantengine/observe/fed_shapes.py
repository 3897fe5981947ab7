"""Shapes of tensors once the inputs are there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from numpy.typing import NDArray

from quantengine.data.dataset import Dataset
from quantengine.errors import DataError
from quantengine.graph.lift import repeated
from quantengine.graph.model import Dimension, FloatModel
from quantengine.graph.shapes import fed_types

_LOOKED_AT = 4


def largest_feeds(dataset: Dataset) -> Mapping[str, NDArray[Any]]:
    """The largest of a few samples that can be read; bad ones are told when their turn comes.

    Raises DataError where there is none.
    """
    spread = range(0, len(dataset), max(1, len(dataset) // _LOOKED_AT))[:_LOOKED_AT]
    problem: DataError | None = None
    found: list[Mapping[str, NDArray[Any]]] = []
    for index in (*spread, *range(len(dataset))):
        if len(found) == len(spread):
            break
        try:
            found.append(dataset.load(index).feeds)
        except DataError as error:
            problem = problem or error
    if not found:
        raise DataError("no sample could be used: {0}", problem)
    return max(found, key=lambda feeds: sum(array.nbytes for array in feeds.values()))


class FedShapes:
    """What `feeds` tell about the tensors of a model, without running it.

    `inferred`: also by inference of all shapes anew, which takes about as long as a run of a small
    network.
    """

    def __init__(
        self, model: FloatModel, feeds: Mapping[str, NDArray[Any]], *, inferred: bool = False
    ) -> None:
        self._fed = {name: array.shape for name, array in feeds.items()}
        self._types = fed_types(model.proto, self._fed) if inferred else model.types
        self._sizes = _sizes(model, self._fed)
        again = repeated(model.graph.node)
        self._repeated = {t for n in model.graph.node if n.name in again for t in n.output}

    def shape(self, name: str) -> tuple[int, ...] | None:
        """None where a dimension is not known before the model runs."""
        if name in self._fed:
            return self._fed[name]
        dimensions = self._types[name].shape if name in self._types else None
        if dimensions is None or name in self._repeated:
            return None
        known = [d if isinstance(d, int) else self._sizes.get(d) for d in dimensions]
        found = tuple(d for d in known if d is not None)
        return found if len(found) == len(known) else None


def _sizes(model: FloatModel, fed: Mapping[str, tuple[int, ...]]) -> dict[Dimension, int]:
    """Named dimensions of the inputs; not those whose name stands for two sizes."""
    found: dict[Dimension, set[int]] = {}
    for name, shape in fed.items():
        declared = model.inputs[name].shape if name in model.inputs else None
        for dimension, size in zip(declared or (), shape, strict=False):
            found.setdefault(dimension, set()).add(size)
    return {d: min(sizes) for d, sizes in found.items() if d is not None and len(sizes) == 1}
