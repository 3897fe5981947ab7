"""Ends of a range that nothing behind a tensor tells apart: a GELU gives zero for all of them.

What alone reads a tensor is gathered, node by node, as long as it is a function of single values.
Where such a function is flat, values that differ may share a code: the range may end there, and its
steps become finer. How flat is flat enough: no value that is moved to the end changes the result by
more than 1/32 of a step does where the function is steepest: it is always to the same side, and
rounding is not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from quantengine.errors import QuantError
from quantengine.formats.encoding import Encoding
from quantengine.graph.model import FloatModel
from quantengine.runtime import Session

Doubles = NDArray[np.float64]
Ends = tuple[float, float]
_OF_ONE_VALUE = {
    *("Add", "Sub", "Mul", "Div", "Neg", "Pow", "Sqrt", "Abs", "Min", "Max", "Exp", "Identity"),
    *("Erf", "Gelu", "QuickGelu", "Tanh", "Sigmoid", "HardSigmoid", "HardSwish", "Swish", "Mish"),
    *("Softplus", "Softsign", "Elu", "Selu", "Celu", "Relu", "LeakyRelu", "Clip"),
}
_MOVES = {
    *(
        "Reshape",
        "Transpose",
        "Squeeze",
        "Unsqueeze",
        "Flatten",
        "Slice",
        "Gather",
        "Pad",
        "Dropout",
    ),
    *("MaxPool", "GlobalMaxPool", "DepthToSpace", "SpaceToDepth"),
}
"""What moves values, or takes the largest: the same before a range ends as behind it."""
_CODES = {"QuantizeLinear", "DequantizeLinear"}
_MOST_NODES, _POINTS, _SHARE, _KEPT, _WORTH = 16, 2049, 1 / 32, 1 / 8, 8
_MOST_CHANNELS = 1 << 16

_places: WeakKeyDictionary[FloatModel, dict[str, int]] = WeakKeyDictionary()


def ends_that_count(model: FloatModel, tensor: str, encoding: Encoding) -> Ends | None:
    """The ends of the codes of a tensor, infinite where values beyond are told apart from them.

    None where both are.
    """
    step = float(encoding.scale)
    ends = flat_ends(model, tensor, (float(encoding.low), float(encoding.high)), step)
    return None if ends == (-np.inf, np.inf) else ends


def flat_ends(model: FloatModel, tensor: str, ends: Ends, step: float) -> Ends:
    """`ends`, but infinite where what reads the tensor is not flat beyond one of them."""
    low, high = ends
    wide = high - low
    if not wide > 0:
        return -np.inf, np.inf
    first, last = told_apart(model, tensor, low - wide, high + wide, step, _KEPT)
    near = step + 3 * wide / (_POINTS - 1)
    return low if first >= low - near else -np.inf, high if last <= high + near else np.inf


def told_apart(
    model: FloatModel, tensor: str, low: float, high: float, step: float, share: float = _SHARE
) -> Ends:
    """The part of a range, cut into steps of that size, beyond which what reads it is flat.

    `share` of a step is what flat may differ.
    """
    if not (np.isfinite([low, high]).all() and low < high):
        return low, high
    x = np.linspace(low, high, _POINTS)
    for protos in functions(model, tensor):
        found = [_values(proto, x) for proto in protos]
        ends = [(0, _POINTS - 1) if y is None else _steep(x, y, share * step, step) for y in found]
        first, last = min(end[0] for end in ends), max(end[1] for end in ends)
        if first > 0 or last < _POINTS - 1:
            return min(float(x[first]), 0.0), max(float(x[last]), 0.0)
    return low, high


def _steep(x: Doubles, y: Doubles, most: float, step: float) -> tuple[int, int]:
    """The places between which a function is not flat; all of it where that saves few
    steps.

    `most` times the steepest slope is what values beyond may differ.
    """
    slope = float(np.abs(np.diff(y)).max(initial=0.0)) / float(x[1] - x[0])
    ends = _first(x, y, most * slope, step), _first(-x[::-1], y[::-1], most * slope, step)
    return ends[0], _POINTS - 1 - ends[1]


def _first(x: Doubles, y: Doubles, most: float, step: float) -> int:
    apart = np.maximum(np.maximum.accumulate(y) - y, y - np.minimum.accumulate(y))
    found = int(np.flatnonzero((apart <= most) & (x <= 0))[-1])
    return found if x[found] - x[0] > _WORTH * step else 0


def functions(model: FloatModel, tensor: str) -> Iterator[list[onnx.ModelProto]]:
    """What alone reads a tensor as functions of one value, each longer than the one before.

    Where a bias of each channel is added: two, of the smallest bias and of the largest.
    """
    if tensor in model.outputs or tensor in model.captured:
        return
    inside: dict[str, int] = {tensor: 0}
    nodes: list[onnx.NodeProto] = []
    while len(nodes) < _MOST_NODES:
        node = _next(model, inside, nodes)
        if node is None:
            return
        nodes.append(node)
        inside[node.output[0]] = len(inside)
        if _open(model, inside, nodes) == {node.output[0]}:
            made = (_function(model, inside, nodes, pick) for pick in (np.min, np.max))
            yield [*{proto.SerializeToString(): proto for proto in made}.values()]


def _next(
    model: FloatModel, inside: dict[str, int], nodes: list[onnx.NodeProto]
) -> onnx.NodeProto | None:
    """The first node not yet `inside` that reads nothing else but single numbers."""
    known = {node.output[0] for node in nodes}
    readers = {
        node.output[0]: node
        for name in inside
        for node in model.consumers.get(name, ())
        if len(node.output) == 1 and node.output[0] not in known
    }
    fit = [node for node in readers.values() if _is_of_one_value(model, node, inside)]
    places = _places.setdefault(model, {})
    if fit and not places:
        places |= {name: k for k, n in enumerate(model.graph.node) for name in n.output}
    return min(fit, key=lambda node: places[node.output[0]], default=None)


def _is_of_one_value(model: FloatModel, node: onnx.NodeProto, inside: dict[str, int]) -> bool:
    known = model.types.get(node.output[0])
    if node.op_type in _CODES:
        return node.input[0] in inside
    if known is None or known.element != TensorProto.FLOAT:
        return False
    if node.op_type in _MOVES:
        return node.input[0] in inside and not any(name in inside for name in node.input[1:])
    others = [name for name in node.input if name and name not in inside]
    most = _MOST_CHANNELS if node.op_type in ("Add", "Sub") else 1
    return node.op_type in _OF_ONE_VALUE and all(_is_small(model, n, most) for n in others)


def _is_small(model: FloatModel, name: str, most: int) -> bool:
    tensor = model.initializers.get(name)
    if tensor is None or tensor.data_type != TensorProto.FLOAT:
        return False
    return 1 <= int(np.prod(tensor.dims)) <= most


def _open(model: FloatModel, inside: dict[str, int], nodes: list[onnx.NodeProto]) -> set[str]:
    """Which of the tensors `inside` something else reads."""
    known = {node.output[0] for node in nodes}
    return {
        name
        for name in inside
        if name in model.outputs
        or name in model.captured
        or any(node.output[0] not in known for node in model.consumers.get(name, ()))
        or (name in known and not model.consumers.get(name))
    }


def _function(
    model: FloatModel,
    inside: dict[str, int],
    nodes: list[onnx.NodeProto],
    pick: Callable[[NDArray[Any]], Any],
) -> onnx.ModelProto:
    """With names that tell nothing of the place, so that equal functions are equal."""
    names = {name: f"t{place}" for name, place in inside.items()}
    numbers: dict[str, str] = {}
    copies = []
    for node in nodes:
        moves = node.op_type in _MOVES | _CODES
        read = node.input[:1] if moves else node.input
        for name in filter(None, read):
            if name not in names:
                numbers[name] = names[name] = f"c{len(numbers)}"
        copy = helper.make_node("Identity" if moves else node.op_type, [], [])
        if not moves:
            copy.domain = node.domain
            copy.attribute.extend(node.attribute)
        copy.input.extend(names.get(name, "") for name in read)
        copy.output.append(names[node.output[0]])
        copies.append(copy)
    constants = [
        numpy_helper.from_array(np.asarray(pick(model.weight(name)), np.float32), short)
        for name, short in numbers.items()
    ]
    ends = [
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, ["n"])]
        for name in ("t0", names[nodes[-1].output[0]])
    ]
    graph = helper.make_graph(copies, "function", ends[0], ends[1], constants)
    proto = helper.make_model(graph, ir_version=model.proto.ir_version)
    del proto.opset_import[:]
    proto.opset_import.extend(model.proto.opset_import)
    return proto


def _values(proto: onnx.ModelProto, x: Doubles) -> Doubles | None:
    """What a function gives; None where that is no number, or onnxruntime does not run it."""
    session = _session(proto.SerializeToString())
    if session is None:
        return None
    found = session.run({"t0": x.astype(np.float32)})
    y = np.asarray(next(iter(found.values())), np.float64).reshape(-1)
    return y if np.isfinite(y).all() and y.size == x.size else None


@lru_cache(maxsize=32)
def _session(stored: bytes) -> Session | None:
    proto = onnx.ModelProto.FromString(stored)
    try:
        return Session(proto, optimize=False, threads=1)
    except QuantError:
        return None
