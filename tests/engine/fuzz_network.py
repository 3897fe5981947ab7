"""Random small networks, node after node: each is run alone before it stays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from quantengine.errors import QuantError
from quantengine.runtime import Session

Array = Any
LARGEST = 3000
"""Values of one tensor."""
_KINDS = {"f": TensorProto.FLOAT, "i": TensorProto.INT64, "b": TensorProto.BOOL}


@dataclass
class Draft:
    """A network being built; `values` holds every float tensor that nodes may read."""

    random: Random
    opset: int
    feeds: dict[str, Array] = field(default_factory=dict)
    values: dict[str, Array] = field(default_factory=dict)
    constants: dict[str, Array] = field(default_factory=dict)
    nodes: list[onnx.NodeProto] = field(default_factory=list)
    inputs: dict[str, list[int | str]] = field(default_factory=dict)

    def chance(self, share: float) -> bool:
        return self.random.random() < share

    def normal(self, *shape: int, mean: float = 0.0) -> Array:
        """Float32 values whose products with as many of size one stay of size one."""
        drawn = np.random.default_rng(self.random.randrange(2**32)).normal(mean, 1, shape)
        return drawn.astype(np.float32)

    def feed(self, shape: Sequence[int], *, open_batch: bool) -> None:
        name = f"x{len(self.feeds)}"
        self.feeds[name] = self.values[name] = self.normal(*shape, mean=0.2)
        self.inputs[name] = ["N" if open_batch and not i else d for i, d in enumerate(shape)]

    def pick(self, low: int = 0, high: int = 9) -> str | None:
        """A tensor of a rank from `low` to `high`, the youngest more often."""
        fit = [name for name, v in self.values.items() if low <= v.ndim <= high]
        recent = fit[-2:] if self.chance(0.7) else fit
        return self.random.choice(recent) if recent else None

    def weight(self, *shape: int, fan_in: int = 1) -> Array | str:
        """New values, or now and then a weight of that shape that another node reads too."""
        alike = [name for name, v in self.constants.items() if v.shape == shape and v.size > 1]
        if alike and self.chance(0.4):
            return self.random.choice(alike)
        return (self.normal(*shape) / max(1, fan_in) ** 0.5).astype(np.float32)

    def add(
        self,
        op_type: str,
        inputs: Sequence[str | Array],
        attributes: Mapping[str, Any] | None = None,
        outputs: int = 1,
    ) -> list[str]:
        """Names of what the node gives; none where it does not run or gives too much."""
        found: dict[str, Array] = {}
        names = [self._named(value, found) for value in inputs]
        made = [f"t{len(self.nodes)}_{place}" for place in range(outputs)]
        title = f"{op_type}_{len(self.nodes)}" if self.chance(0.8) else ""
        node = helper.make_node(op_type, names, made, name=title, **(attributes or {}))
        results = self._run(node, found)
        if results is None:
            return []
        self.constants |= found
        self.nodes.append(node)
        self.values |= results
        return made

    def _named(self, value: str | Array, found: dict[str, Array]) -> str:
        if isinstance(value, str):
            return value
        name = f"c{len(self.constants) + len(found)}"
        found[name] = np.asarray(value)
        return name

    def _run(self, node: onnx.NodeProto, new: Mapping[str, Array]) -> dict[str, Array] | None:
        known = {**self.values, **self.constants, **new}
        data = {name: known[name] for name in node.input if name in self.values}
        fixed = {name: known[name] for name in node.input if name and name not in data}
        try:
            proto = model([node], data, fixed, node.output, self.opset)
            results = Session(proto, optimize=False, threads=1).run(data)
        except QuantError:
            return None
        usable = (
            v.dtype == np.float32 and 0 < v.size <= LARGEST and np.all(np.abs(v) < 1e4)
            for v in results.values()
        )
        return results if all(usable) else None

    def outputs(self) -> list[str]:
        """What nothing reads, and now and then what something does."""
        read = {name for node in self.nodes for name in node.input}
        made = [name for node in self.nodes for name in node.output]
        return [name for name in made if name not in read or self.chance(0.1)]

    def save(self, path: Path) -> None:
        """The file, its constants in one of the ways in which exporters write them."""
        graph = {name: self.values[name] for name in self.inputs}
        proto = model(self.nodes, graph, self.constants, self.outputs(), self.opset)
        for value in proto.graph.output:
            sides = [None] * self.values[value.name].ndim
            value.CopyFrom(helper.make_tensor_value_info(value.name, TensorProto.FLOAT, sides))
        for value in proto.graph.input:
            value.type.CopyFrom(
                helper.make_tensor_type_proto(TensorProto.FLOAT, self.inputs[value.name])
            )
        way = self.random.choice(["initializer", "initializer", "input", "node", "identity"])
        _hide(proto, way, self.random)
        onnx.save(proto, path)


def model(
    nodes: Sequence[onnx.NodeProto],
    inputs: Mapping[str, Array],
    constants: Mapping[str, Array],
    outputs: Sequence[str],
    opset: int,
) -> onnx.ModelProto:
    """Nodes with the inputs and constants that they read; outputs without shapes."""
    graph = helper.make_graph(
        list(nodes),
        "g",
        [
            helper.make_tensor_value_info(name, _KINDS[v.dtype.kind], v.shape)
            for name, v in inputs.items()
        ],
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in outputs],
        [numpy_helper.from_array(np.asarray(v), name) for name, v in constants.items()],
    )
    version = 8 if opset < 21 else 10
    return helper.make_model(
        graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=version
    )


def _hide(proto: onnx.ModelProto, way: str, random: Random) -> None:
    """Constants as inputs of the graph too, as Constant nodes, or behind an Identity."""
    graph = proto.graph
    if way == "initializer":
        return
    before = []
    for tensor in list(graph.initializer):
        if way == "input":
            graph.input.append(
                helper.make_tensor_value_info(tensor.name, tensor.data_type, tensor.dims)
            )
        elif random.random() < 0.5:
            name = tensor.name
            if way == "identity":
                tensor.name = f"{name}_stored"
                before.append(helper.make_node("Identity", [tensor.name], [name]))
            else:
                before.append(helper.make_node("Constant", [], [name], value=tensor))
                graph.initializer.remove(tensor)
    nodes = [*before, *graph.node]
    del graph.node[:]
    graph.node.extend(nodes)
