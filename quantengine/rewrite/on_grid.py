"""A float model whose weights are what their codes mean."""

from __future__ import annotations

from quantengine.graph.changed import with_constants
from quantengine.graph.model import FloatModel
from quantengine.rewrite.encodings import Encodings


def on_grid(model: FloatModel, encodings: Encodings) -> FloatModel:
    """`model` with each quantized weight at codes times scale, where only its layers read it.

    Rounding such a weight to its grid changes nothing: what quantizes the model again need only
    find the same scales.
    """
    found = {
        name: encodings.weight_of(name, model.weight(name))
        for name in encodings.weights
        if not _shared_with_float(model, encodings, name)
    }
    return with_constants(model, found)


def _shared_with_float(model: FloatModel, encodings: Encodings, weight: str) -> bool:
    for node in model.consumers.get(weight, ()):
        integer = encodings.flow.nodes.get(node.name)
        if integer is None or all(read.tensor != weight for read in integer.weights):
            return True
    return False
