"""The floats of a written network in half precision, but for nodes that need more."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from quantengine.graph.lift import branch_of
from quantengine.graph.names import unique_name
from quantengine.graph.operators.operator import DOMAINS
from quantengine.graph.opset import opset_version
from quantengine.graph.walk import names_in, subgraphs, without_dead
from quantengine.rewrite.nbits import OPERATOR

LARGEST = float(np.finfo(np.float16).max)
_TYPED = ("CastLike", "ConstantOfShape", "Constant", "EyeLike", "RandomNormal", "RandomUniform")
"""What gives a type of its own."""
_SCALED = ("QuantizeLinear", "DequantizeLinear", OPERATOR)
_HALF = "tensor(float16)"
_MOST_LOST = 1e-2


@dataclass(frozen=True, eq=False)
class HalfRest:
    """`nodes` compute in half precision; `kept` stay as they are for what their constants hold."""

    proto: onnx.ModelProto
    nodes: int
    kept: tuple[str, ...]


def half_rest(
    proto: onnx.ModelProto, elements: Mapping[str, int], kept: Collection[str] = ()
) -> HalfRest:
    """A copy whose floats are float16, inputs and outputs apart; `elements` are types by tensor.

    The nodes named in `kept` stay float32, as do those with bodies or in them, those of other
    domains, those that know no float16, and those with a constant that float16 cannot hold.
    """
    copy = onnx.ModelProto()
    copy.CopyFrom(proto)
    return _Writer(copy, elements, kept).run()


def half_places(node: onnx.NodeProto, opset: int) -> tuple[tuple[bool, ...], tuple[bool, ...]]:
    """Which inputs and outputs of a node may be float16; none of a node that must stay as it is."""
    never = (False,) * len(node.input), (False,) * len(node.output)
    if node.op_type == OPERATOR:
        return (True,) * len(node.input), (True,) * len(node.output)
    foreign = node.domain not in DOMAINS or node.op_type in _TYPED
    if foreign or branch_of(node) is not None or any(subgraphs(node)):
        return never
    try:
        schema = onnx.defs.get_schema(node.op_type, opset)
    except onnx.defs.SchemaError:
        return never
    types = {each.type_param_str: each.allowed_type_strs for each in schema.type_constraints}

    def allowed(ports: object, count: int) -> tuple[bool, ...]:
        known = list(ports)  # type: ignore[call-overload]
        words = [known[min(place, len(known) - 1)].type_str for place in range(count)]
        return tuple(_HALF in types.get(word, (word,)) for word in words)

    return allowed(schema.inputs, len(node.input)), allowed(schema.outputs, len(node.output))


class _Writer:
    def __init__(
        self, proto: onnx.ModelProto, elements: Mapping[str, int], kept: Collection[str]
    ) -> None:
        self.proto, self.graph = proto, proto.graph
        self.opset = opset_version(proto)
        self.elements, self.kept = elements, set(kept)
        self.constants = {tensor.name: tensor for tensor in self.graph.initializer}
        self.taken = names_in(self.graph)
        self.given = {value.name for value in self.graph.output}
        self.half: dict[str, str] = {}
        """Float tensor -> its name in half precision."""
        self.whole: set[str] = set()
        """Float tensors that are there in float32."""
        self.nodes: list[onnx.NodeProto] = []
        self.unfit: list[str] = []
        self.count = 0

    def run(self) -> HalfRest:
        self.whole |= {value.name for value in self.graph.input} | self.constants.keys()
        for node in self.graph.node:
            self._write(node)
        for name in sorted(self.given - self.whole):
            self._widen(name)
        nodes = without_dead(self.nodes, self.given)
        read = {name for node in nodes for name in node.input} | self.given
        read |= {name for node in nodes if any(subgraphs(node)) for name in self.constants}
        stored = [tensor for tensor in self.graph.initializer if tensor.name in read]
        del self.graph.node[:], self.graph.initializer[:], self.graph.value_info[:]
        self.graph.node.extend(nodes)
        self.graph.initializer.extend(stored)
        return HalfRest(self.proto, self.count, tuple(self.unfit))

    def _write(self, node: onnx.NodeProto) -> None:
        inputs, outputs = half_places(node, self.opset)
        floats = [name for name in (*node.input, *node.output) if self._is_float(name)]
        able = node.name not in self.kept and any((*inputs, *outputs)) and bool(floats)
        able = able and all(outputs[k] for k, n in enumerate(node.output) if self._is_float(n))
        if able and self._unfit(node, inputs):
            self.unfit.append(node.name)
            able = False
        copy = onnx.NodeProto()
        copy.CopyFrom(node)
        for place, name in enumerate(node.input):
            if self._is_float(name):
                narrow = able and inputs[place]
                copy.input[place] = self._narrow(name) if narrow else self._widen(name)
        for place, name in enumerate(node.output):
            if able and self._is_float(name):
                copy.output[place] = self.half[name] = unique_name(f"{name}_half", self.taken)
            else:
                self.whole.add(name)
        if able and node.op_type == "Cast":
            next(a for a in copy.attribute if a.name == "to").i = TensorProto.FLOAT16
        self.count += able
        self.nodes.append(copy)

    def _is_float(self, name: str) -> bool:
        return bool(name) and self.elements.get(name) == TensorProto.FLOAT

    def _unfit(self, node: onnx.NodeProto, inputs: tuple[bool, ...]) -> bool:
        """Whether float16 cannot hold a constant that a node reads."""
        names = [name for k, name in enumerate(node.input) if inputs[k] and self._is_float(name)]
        steps = node.op_type in _SCALED
        return any(_lost(self.constants[n], steps=steps) for n in names if n in self.constants)

    def _narrow(self, name: str) -> str:
        if name not in self.half:
            self.half[name] = unique_name(f"{name}_half", self.taken)
            if name in self.constants:
                values = numpy_helper.to_array(self.constants[name]).astype(np.float16)
                self.graph.initializer.append(numpy_helper.from_array(values, self.half[name]))
            else:
                self._cast(name, self.half[name], TensorProto.FLOAT16)
        return self.half[name]

    def _widen(self, name: str) -> str:
        if name not in self.whole:
            self.whole.add(name)
            self._cast(self.half[name], name, TensorProto.FLOAT)
        return name

    def _cast(self, source: str, target: str, element: int) -> None:
        name = unique_name(f"{target}_Cast", self.taken)
        self.nodes.append(helper.make_node("Cast", [source], [target], name, to=element))


def _lost(tensor: onnx.TensorProto, *, steps: bool) -> bool:
    """Whether values leave the range of float16 or vanish in it; each counts where it is a step."""
    values = numpy_helper.to_array(tensor)
    with np.errstate(over="ignore"):
        narrow = values.astype(np.float16).astype(np.float64)
    if np.any(np.isfinite(values) & ~np.isfinite(narrow)):
        return True
    known = np.where(np.isfinite(values), values, 0).astype(np.float64)
    lost = np.abs(np.where(np.isfinite(narrow), narrow, 0) - known)
    if steps:
        return bool(np.any(lost > _MOST_LOST * np.abs(known)))
    return bool(np.square(lost).sum() > _MOST_LOST**2 * np.square(known).sum())
