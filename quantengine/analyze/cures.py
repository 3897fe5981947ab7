"""Which quantizers go when a layer is kept float: what "all but this layer" means."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from quantengine.analyze.parts import LayerParts, layer_parts
from quantengine.graph.model import FloatModel
from quantengine.resolve.resolve import Resolution


def curing_parts(model: FloatModel, resolution: Resolution) -> tuple[LayerParts, ...]:
    """The layers that own a quantizer, each with those that it takes along when kept float.

    Codes are asked for from behind: what a Concat gives is rounded for the layer that multiplies
    it. A quantizer that no layer alone takes along belongs to the layer that makes the tensor, or
    to those that read it.
    """
    parts = layer_parts(resolution.encodings)
    gone = {part.name: frozenset(_gone(model, resolution, part)) for part in parts}
    cured = frozenset[str]().union(*gone.values())
    return tuple(_with(part, gone, cured) for part in parts)


def _gone(model: FloatModel, resolution: Resolution, part: LayerParts) -> Iterator[str]:
    """The quantized tensors that carry no codes once the layer is float."""
    left = resolution.decisions.flow(model, also_float=frozenset({part.name})).owners
    return (name for name in resolution.encodings.activations if name not in left)


def _with(
    part: LayerParts, gone: Mapping[str, frozenset[str]], cured: frozenset[str]
) -> LayerParts:
    tensors = gone[part.name] | (part.tensors - cured)
    output = part.output if part.output in tensors else None
    return replace(part, tensors=tensors, inputs=tuple(tensors - {output}), output=output)
