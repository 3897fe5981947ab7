"""Each piece of a rewritten network on the inputs it has in the file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray

from quantengine.errors import DataError
from quantengine.graph.chance import drawn_tensors
from quantengine.graph.model import FloatModel
from quantengine.graph.names import unique_name
from quantengine.graph.walk import names_in
from quantengine.monitor import Monitor
from quantengine.opening.agreement import relative_error
from quantengine.runtime import Session, Tensors

Array = NDArray[Any]

_NUDGE = 0.1
"""What inputs are moved by to see what rounding does to a piece, as a share of the tolerance."""


@dataclass(frozen=True)
class Difference:
    """A tensor of the file that the rewritten network gives otherwise from equal inputs."""

    tensor: str
    error: float


def differences(
    original: onnx.ModelProto,
    model: FloatModel,
    feeds: Tensors,
    tolerance: float,
    *,
    monitor: Monitor,
) -> list[Difference]:
    """Tensors off by more than `tolerance`, and by more than rounding of their inputs moves them.

    `original` is the file, which is changed to give every tensor. In its order; every tensor is
    computed from what the file's own run gives the inputs of its node, so that no error is handed
    on; what draws random numbers is left out. Raises ModelError, DataError, Cancelled.
    """
    values = _file_values(original, feeds, monitor)
    found = {
        **dict(_stood_for(model, {**values, **feeds})),
        **dict(_stored(model, values)),
        **dict(_computed(model, {**values, **feeds}, tolerance, monitor)),
    }
    return [
        Difference(name, found[name])
        for name in values
        if name in found and not found[name] <= tolerance
    ]


def _file_values(proto: onnx.ModelProto, feeds: Tensors, monitor: Monitor) -> dict[str, Array]:
    """Every tensor that a node of the file's main graph makes; sequences and maps left out."""
    names = [name for node in proto.graph.node for name in node.output if name]
    known = {value.name for value in proto.graph.output}
    proto.graph.output.extend(onnx.ValueInfoProto(name=name) for name in names if name not in known)
    found = Session(proto, optimize=False).run(feeds, names, monitor=monitor)
    return {name: array for name, array in found.items() if _is_array(array)}


def _is_array(value: Any) -> bool:
    return isinstance(value, np.ndarray) and value.dtype.kind in "fiub"


def _stood_for(model: FloatModel, values: Mapping[str, Array]) -> Iterator[tuple[str, float]]:
    """Tensors whose place another one of the file takes now."""
    for rewrite in model.origin.rewrites:
        for tensor, source in rewrite.tensors:
            if tensor != source and tensor in values and source in values:
                yield tensor, relative_error(values[tensor], values[source])


def _stored(model: FloatModel, values: Mapping[str, Array]) -> Iterator[tuple[str, float]]:
    """Tensors that are constants now; those of a folded layer are judged by what it gives."""
    folded = {folding.weight for folding in model.foldings}
    for name, expected in values.items():
        constant = model.constant(name)
        if constant is not None and name not in folded:
            yield name, relative_error(expected, constant)


def _computed(
    model: FloatModel, values: Mapping[str, Array], tolerance: float, monitor: Monitor
) -> Iterator[tuple[str, float]]:
    """Tensors that nodes make, each from the file's values of what the node reads."""
    made, fed = _cut(model, values)
    drawn = drawn_tensors(model.proto)
    feeds = {name: _typed(model, name, values[name]) for name in fed}
    session = Session(_network(model, made, feeds), optimize=False)
    found = session.run(feeds, list(made.values()), monitor=monitor)
    again = session.run(feeds, list(made.values()), monitor=monitor)
    moved = _moved(session, feeds, found, _NUDGE * tolerance, monitor)
    for name, new in made.items():
        if name in drawn or relative_error(found[new], again[new]) > 0:
            continue  # other numbers in every run, which two runs may also share by chance
        error = relative_error(values[name], found[new])
        explained = np.isfinite(error) and error <= relative_error(found[new], moved[new])
        yield name, 0.0 if explained else error


def _moved(
    session: Session, feeds: Tensors, found: Tensors, share: float, monitor: Monitor
) -> Tensors:
    """The pieces on inputs moved by `share`; as they were found where they do not run on them."""
    try:
        nudged = {name: _nudged(array, share) for name, array in feeds.items()}
        return session.run(nudged, list(found), monitor=monitor)
    except DataError:
        return found


def _cut(model: FloatModel, values: Mapping[str, Array]) -> tuple[dict[str, str], list[str]]:
    """New names of the tensors that nodes make and the file has, and those that nodes read."""
    nodes = model.graph.node
    taken = names_in(model.graph) | values.keys()
    made = {
        name: unique_name(f"{name}_rewritten", taken)
        for node in nodes
        for name in node.output
        if name in values
    }
    read = {name for node in nodes for name in node.input} | model.captured
    stored = model.initializers.keys()
    return made, [name for name in values if name in read and name not in stored]


def _network(model: FloatModel, made: Mapping[str, str], feeds: Tensors) -> onnx.ModelProto:
    proto = onnx.ModelProto()
    proto.CopyFrom(model.proto)
    graph = proto.graph
    for node in graph.node:
        for place, name in enumerate(node.output):
            node.output[place] = made.get(name, name)
    del graph.input[:], graph.output[:], graph.value_info[:]
    graph.output.extend(onnx.ValueInfoProto(name=name) for name in made.values())
    for name, array in feeds.items():
        element = onnx.helper.np_dtype_to_tensor_dtype(array.dtype)
        graph.input.append(onnx.helper.make_tensor_value_info(name, element, array.shape))
    return proto


def _typed(model: FloatModel, name: str, array: Array) -> Array:
    """The file's value in the type it has now: half precision became float32."""
    kind = model.types.get(name)
    if kind is None or kind.element == onnx.TensorProto.UNDEFINED:
        return np.asarray(array, np.float32) if array.dtype == np.float16 else array
    return np.asarray(array, onnx.helper.tensor_dtype_to_np_dtype(kind.element))


def _nudged(array: Array, share: float) -> Array:
    if array.dtype.kind != "f":
        return array
    signs = np.random.default_rng(array.size).choice([-share, share], array.shape)
    with np.errstate(over="ignore", invalid="ignore"):
        return np.asarray(array * (1 + signs), array.dtype)
