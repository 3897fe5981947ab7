"""What rounding alone does to a float network: an independent statement, from scales alone.

Every quantized tensor gets noise spread evenly over one step of its scale, which is what rounding
to nearest looks like, and weights are cut off where their range ends; the float network runs on it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import helper

from quantengine.formats.encoding import Encoding
from quantengine.formats.granularity import PerAxis, PerBlock
from quantengine.graph.model import FloatModel
from quantengine.resolve.resolve import Resolution
from quantengine.runtime import Session

Array = NDArray[Any]
_DRAWS = 16


def explained_noise(
    model: FloatModel, resolution: Resolution, feeds: Mapping[str, Array], seed: int = 0
) -> dict[str, float]:
    """Root mean square of the change of each float output: the largest of several draws."""
    values = float_values(model, feeds)
    steps = {**_activation_steps(resolution, values), **_weight_steps(model, resolution)}
    session = Session(_noisy(model, resolution, steps), optimize=False, threads=1)
    rng, power = np.random.default_rng(seed), dict[str, list[float]]()
    outputs = [name for name, kind in model.outputs.items() if kind.is_float]
    for _ in range(_DRAWS):
        noise = {f"{n}/noise": _uniform(rng, s) + cut for n, (s, cut) in steps.items()}
        drawn = session.run({**noise, **feeds})
        for name, value in zip(model.outputs, drawn.values(), strict=True):
            if name in outputs:
                power.setdefault(name, []).append(np.mean((value - values[name]) ** 2))
    return {name: float(np.sqrt(np.max(found))) for name, found in power.items()}


def float_values(model: FloatModel, feeds: Mapping[str, Array]) -> dict[str, Array]:
    """Every tensor of the float network, by name."""
    proto = onnx.ModelProto()
    proto.CopyFrom(model.proto)
    del proto.graph.output[:]
    names = dict.fromkeys(name for node in proto.graph.node for name in node.output if name)
    proto.graph.output.extend(onnx.ValueInfoProto(name=name) for name in names)
    constants = {name: model.constant(name) for name in model.initializers}
    return {**constants, **feeds, **Session(proto, optimize=False, threads=1).run(feeds)}


def _uniform(rng: np.random.Generator, step: Array) -> Array:
    return rng.uniform(-step / 2, step / 2).astype(np.float32)


def _activation_steps(
    resolution: Resolution, values: Mapping[str, Array]
) -> dict[str, tuple[Array, Array]]:
    steps = {name: float(e.scale) for name, e in resolution.encodings.activations.items()}
    for layer in resolution.encodings.dynamic:
        for name in resolution.flow.nodes[layer].node.input[:2]:
            if name not in resolution.encodings.weights:
                low, high = min(values[name].min(), 0), max(values[name].max(), 0)
                steps.setdefault(name, float(high - low) / 255)
    return {n: (np.full(values[n].shape, s), np.float32(0)) for n, s in steps.items()}


def _weight_steps(model: FloatModel, resolution: Resolution) -> dict[str, tuple[Array, Array]]:
    found = {}
    for name, encoding in resolution.encodings.weights.items():
        weight = model.constant(name)
        assert weight is not None
        low, high, step = (
            _everywhere(np.asarray(part, np.float64), encoding, weight.shape)
            for part in (encoding.low, encoding.high, encoding.scale)
        )
        cut = (np.clip(weight, low, high) - weight).astype(np.float32)
        found[name] = np.where(cut == 0, step, 0), cut
    return found


def _everywhere(parameter: Array, encoding: Encoding, shape: tuple[int, ...]) -> Array:
    match encoding.granularity:
        case PerAxis(axis):
            parameter = parameter.reshape([-1 if i == axis else 1 for i in range(len(shape))])
        case PerBlock(axis, size):
            parameter = np.repeat(parameter, size, axis).take(np.arange(shape[axis]), axis)
    return np.broadcast_to(parameter, shape)


def _noisy(
    model: FloatModel, resolution: Resolution, steps: Mapping[str, object]
) -> onnx.ModelProto:
    """The network with an input `NAME/noise` added to each tensor of `steps` behind its maker."""
    proto = onnx.ModelProto()
    proto.CopyFrom(model.proto)
    made = [name for name in (*model.initializers, *model.inputs) if name in steps]
    nodes = [_added(name) for name in made]
    for node in model.graph.node:
        copy = onnx.NodeProto()
        copy.CopyFrom(node)
        integer = resolution.flow.nodes.get(node.name)
        coded = set() if integer is None else {weight.tensor for weight in integer.weights}
        for place, name in enumerate(node.input):
            if name in steps and (name not in model.initializers or name in coded):
                copy.input[place] = f"{name}/noisy"
        nodes += [copy, *(_added(name) for name in node.output if name in steps)]
    outputs = [value.name for value in proto.graph.output]
    del proto.graph.node[:], proto.graph.value_info[:]
    proto.graph.node.extend(nodes)
    proto.graph.input.extend(helper.make_tensor_value_info(f"{n}/noise", 1, None) for n in steps)
    for place, name in enumerate(outputs):
        if name in steps:
            proto.graph.output[place].name = f"{name}/noisy"
    return proto


def _added(name: str) -> onnx.NodeProto:
    return helper.make_node("Add", [name, f"{name}/noise"], [f"{name}/noisy"])
