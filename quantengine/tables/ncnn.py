"""The table of ncnn2int8: steps in one for the weights and the input of each layer."""

from __future__ import annotations

import math

import numpy as np
import onnx

from quantengine.formats.dtype import INT8
from quantengine.formats.encoding import Encoding
from quantengine.formats.granularity import PerAxis
from quantengine.graph.attributes import attribute
from quantengine.graph.model import FloatModel
from quantengine.graph.spelling import Spellings
from quantengine.graph.walk import first_made
from quantengine.record import Misread
from quantengine.sentence import Sentence
from quantengine.tables.entry import Given, GivenFloat, GivenGrid, Reading
from quantengine.tables.grid import half_width
from quantengine.tables.listing import Listing, about
from quantengine.tables.source import Source
from quantengine.tables.symmetric import widened
from quantengine.tables.table import Table, Written

_STEPS, _WEIGHT = INT8.half_steps, "_param_0"


def _write(listing: Listing, _: str) -> Written:
    weights, inputs, left = [], [], []
    for row in (row for row in listing.layers if row.weight is not None):
        weight = listing.weights.get(row.weight or "")
        node = next((n for n in listing.model.graph.node if n.name == row.name), None)
        x = None if node is None else listing.activations.get(node.input[0])
        if row.reason is not None:
            weights.append(f"#{row.name}{_WEIGHT}")
        elif weight is None or x is None or weight.dtype.bits != 8 or not _by_output(weight):
            left.append(row.name)
        else:
            scales = " ".join(f"{_STEPS / limit:.9g}" for limit in half_width(weight).ravel())
            weights.append(f"{row.name}{_WEIGHT} {scales}")
            inputs.append(f"{row.name} {_STEPS / float(half_width(x)):.9g}")
    told = Sentence(
        "ncnn takes 8 bits, a scale for each output channel and one input: {0} are left out."
    )
    text = "\n".join([*weights, *inputs, ""])
    return Written(text, (*about(told, left), *widened(listing)))


def _by_output(weight: Encoding) -> bool:
    return isinstance(weight.granularity, PerAxis)


def _recognises(source: Source) -> bool:
    return source.data is None and any(
        line.partition(" ")[0].endswith(_WEIGHT) for line in source.lines
    )


def _read(source: Source, model: FloatModel) -> Reading:
    """Raises Misread or PlanError where a line is none."""
    layers = _Layers(model)
    found: list[Given] = []
    for place, line in enumerate(source.lines, 1):
        words = line.split()
        name = words[0].removeprefix("#").removesuffix(_WEIGHT)
        node = layers.find(name)
        if line.startswith("#"):
            found.append(GivenFloat(name if node is None else node.name))
            continue
        scales = _scales(words, place)
        is_weight = words[0].endswith(_WEIGHT)
        tensor = words[0] if node is None else node.input[1 if is_weight else 0]
        if is_weight and node is not None:
            scales = _of_groups(model, node, scales)
        axis = None
        found.append(GivenGrid(str(tensor), INT8, scales, (0,) * len(scales), axis))
    return Reading(tuple(dict.fromkeys(found)))


class _Layers:
    """Nodes with a weight, by their name or that of what they make, as ncnn's converters do."""

    def __init__(self, model: FloatModel) -> None:
        nodes = [n for n in model.graph.node if len(n.input) > 1]
        self._nodes = {first_made(n): n for n in nodes} | {n.name: n for n in nodes}
        self._names = Spellings(self._nodes)

    def find(self, name: str) -> onnx.NodeProto | None:
        known = self._names.find(name)
        return None if known is None else self._nodes[known]


def _scales(words: list[str], place: int) -> tuple[float, ...]:
    """Widths of a step, of steps in one."""
    try:
        steps = [float(word) for word in words[1:]]
    except ValueError as error:
        raise Misread(f"line {place}: a name and numbers are needed") from error
    if not steps or not all(0 < each < math.inf for each in steps):
        raise Misread(f"line {place}: numbers above zero are needed")
    with np.errstate(over="ignore"):
        return tuple(float(np.float32(1 / each)) for each in steps)


def _of_groups(
    model: FloatModel, node: onnx.NodeProto, scales: tuple[float, ...]
) -> tuple[float, ...]:
    """One for each channel, where there is one for each group."""
    groups = attribute(node, "group", 1)
    weight = model.initializers.get(node.input[1])
    channels = 0 if weight is None or not weight.dims else weight.dims[0]
    if not 1 < groups == len(scales) < channels or channels % groups:
        return scales
    return tuple(scale for scale in scales for _ in range(channels // groups))


NCNN = Table("ncnn", "a table for ncnn2int8", _write, read=_read, recognises=_recognises)
