"""The float model, checked and normalised, with its wiring."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import numpy_helper

from quantengine.graph.origin import Origin
from quantengine.graph.walk import outer_reads

Dimension = int | str | None


@dataclass(frozen=True)
class TensorType:
    """Element type (an onnx.TensorProto value) and shape; a dynamic dimension is a name or None."""

    element: int
    shape: tuple[Dimension, ...] | None

    @property
    def is_float(self) -> bool:
        return self.element in (onnx.TensorProto.FLOAT, onnx.TensorProto.FLOAT16)


@dataclass(frozen=True, eq=False)
class Folding:
    """One node that became part of a layer beside it.

    `gamma`, `beta` [C]: standard deviation (signed) and mean of each channel of `output`, where a
    batch norm made it. `before`, `after` [C, 2]: low and high of each output channel's weights.
    """

    node: str
    op_type: str
    into: str
    weight: str
    output: str
    gamma: NDArray[np.float64] | None = field(repr=False)
    beta: NDArray[np.float64] | None = field(repr=False)
    before: NDArray[np.float32] = field(repr=False)
    after: NDArray[np.float32] = field(repr=False)


@dataclass(frozen=True, eq=False)
class FloatModel:
    """A model as `graph.load` leaves it.

    Every node has a unique name, weights are initializers, weights are float32, the opset is one
    the rewriter can extend. `proto` is never changed: rewriting starts from a copy.
    """

    proto: onnx.ModelProto
    path: Path
    digest: str
    file_bytes: int
    types: Mapping[str, TensorType] = field(repr=False)
    origin: Origin = field(repr=False)
    notes: tuple[str, ...] = ()
    quantized: str | None = None
    """Why the model is read-only (it holds quantized operators already), or None."""
    foldings: tuple[Folding, ...] = ()

    @property
    def graph(self) -> onnx.GraphProto:
        return self.proto.graph

    @cached_property
    def opset(self) -> int:
        return next(int(o.version) for o in self.proto.opset_import if o.domain in ("", "ai.onnx"))

    @cached_property
    def initializers(self) -> Mapping[str, onnx.TensorProto]:
        return {tensor.name: tensor for tensor in self.graph.initializer}

    @cached_property
    def inputs(self) -> Mapping[str, TensorType]:
        """What a person must feed: graph inputs without those an initializer already fills."""
        names = (value.name for value in self.graph.input)
        return {name: self.types[name] for name in names if name not in self.initializers}

    @cached_property
    def outputs(self) -> Mapping[str, TensorType]:
        return {value.name: self.types[value.name] for value in self.graph.output}

    @cached_property
    def producers(self) -> Mapping[str, onnx.NodeProto]:
        return {name: node for node in self.graph.node for name in node.output if name}

    @cached_property
    def consumers(self) -> Mapping[str, tuple[onnx.NodeProto, ...]]:
        """Nodes of the main graph that read a tensor; a node twice if it reads it twice."""
        found: dict[str, list[onnx.NodeProto]] = {}
        for node in self.graph.node:
            for name in node.input:
                if name:
                    found.setdefault(name, []).append(node)
        return {name: tuple(nodes) for name, nodes in found.items()}

    @cached_property
    def captured(self) -> frozenset[str]:
        """Tensors of the main graph that a subgraph reads or returns."""
        return frozenset(outer_reads(self.graph))

    def constant(self, name: str) -> NDArray[Any] | None:
        """The array of an initializer, or None if `name` is not one."""
        tensor = self.initializers.get(name)
        return None if tensor is None else numpy_helper.to_array(tensor)

    def weight(self, name: str) -> NDArray[Any]:
        """The array of an initializer that there is."""
        return numpy_helper.to_array(self.initializers[name])
