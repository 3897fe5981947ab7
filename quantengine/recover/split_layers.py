"""Layers behind joined parts, one for each run of parts alike: what they give is summed."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from hashlib import sha256
from itertools import accumulate, pairwise

import numpy as np
import onnx
from onnx import helper, numpy_helper

from quantengine.graph.changed import with_constants
from quantengine.graph.lift import branch_of, put_in_branch
from quantengine.graph.model import FloatModel
from quantengine.graph.names import unique_name
from quantengine.graph.operators.registry import bias_input
from quantengine.graph.walk import names_in
from quantengine.graph.weighted import weight_axes
from quantengine.recover.even_parts import Joint

Run = tuple[int, int]
"""The first of some parts that follow each other, and the first behind them."""


def runs_alike(reaches: Sequence[float], apart: float) -> tuple[Run, ...]:
    """Parts beside each other whose reach differs by no more than `apart` times."""
    starts, known = list[int](), list[float]()
    for place, reach in enumerate(reaches):
        seen = [each for each in (*known, reach) if each > 0]
        if not starts or (seen and max(seen) > apart * min(seen)):
            starts.append(place)
            known = []
        known.append(reach)
    return tuple(pairwise([*starts, len(reaches)]))


def can_split(model: FloatModel, joint: Joint, named: Collection[str]) -> bool:
    """Whether each layer reads what was joined itself, and no plan speaks of it by name."""
    between = model.producers[joint.tensor]
    direct = between.name == joint.concat.name or between.input[0] == joint.concat.output[0]
    return direct and all(
        node.input[0] == joint.tensor
        and weight_axes(node, len(model.initializers[node.input[1]].dims)).groups == 1
        and not {node.name, node.input[1], node.output[0]} & {*named}
        for node in joint.layers
    )


def with_split_layers(model: FloatModel, joint: Joint, runs: Sequence[Run]) -> FloatModel:
    """W [a, b] + c as (V a + c) + U b: the same function, a range for each run of parts."""
    return _Splitter(model, joint, runs).run()


class _Splitter:
    def __init__(self, model: FloatModel, joint: Joint, runs: Sequence[Run]) -> None:
        self.model, self.joint, self.runs = model, joint, runs
        self.proto, self.types = onnx.ModelProto(), dict(model.types)
        self.proto.CopyFrom(model.proto)
        self.taken = {*names_in(self.proto.graph)}
        self.nodes: list[onnx.NodeProto] = []

    def run(self) -> FloatModel:
        graph, split = self.proto.graph, {node.name for node in self.joint.layers}
        inputs: list[str] = []
        for node in list(graph.node):
            if node.name not in split:
                self.nodes.append(node)
                continue
            inputs = inputs or [self._part(run, branch_of(node)) for run in self.runs]
            self._sum(node, inputs)
        read, kept = {*self.model.outputs, *self.model.captured}, list[onnx.NodeProto]()
        for node in reversed(self.nodes):
            if not read.isdisjoint(node.output):
                kept.append(node)
                read.update(node.input)
        del graph.node[:]
        graph.node.extend(reversed(kept))
        told = f"{self.model.digest} {self.joint.tensor} {self.runs}"
        digest = sha256(told.encode()).hexdigest()
        changed = replace(self.model, proto=self.proto, types=self.types, digest=digest)
        return with_constants(changed, {})

    def _part(self, run: Run, branch: tuple[str, str] | None) -> str:
        """The tensor of some parts, joined again and behind the Relu that the whole had."""
        joint, names = self.joint, self.joint.parts[slice(*run)]
        name = names[0]
        if len(names) > 1:
            name = self._add("Concat", names, run, branch, axis=joint.axis)
        between = self.model.producers[joint.tensor]
        if between.name != joint.concat.name:
            name = self._add(between.op_type, [name], run, branch)
        return name

    def _add(
        self,
        operator: str,
        inputs: Sequence[str],
        run: Run,
        branch: tuple[str, str] | None,
        **attributes: int,
    ) -> str:
        made, whole = self._name(self.joint.tensor, run), self.model.types[self.joint.tensor]
        shape = list(whole.shape or ())
        shape[self.joint.axis] = sum(self.joint.sizes[slice(*run)])
        self.types[made] = replace(whole, shape=tuple(shape))
        node = helper.make_node(operator, inputs, [made], name=made)
        node.attribute.extend(helper.make_attribute(*each) for each in attributes.items())
        put_in_branch(node, branch)
        self.nodes.append(node)
        return made

    def _sum(self, node: onnx.NodeProto, inputs: Sequence[str]) -> None:
        """A layer for each run, the first with the bias, and their sum under the old name."""
        weight, bias = self.model.weight(node.input[1]), bias_input(node)
        ends = [0, *accumulate(self.joint.sizes)]
        cuts = [ends[first] for first, _ in self.runs[1:]]
        axis = weight_axes(node, weight.ndim).reduction
        assert axis is not None
        total = ""
        for run, name, values in zip(self.runs, inputs, np.split(weight, cuts, axis), strict=True):
            layer, stored = onnx.NodeProto(), self._name(node.input[1], run)
            layer.CopyFrom(node)
            layer.name, layer.output[0] = (self._name(n, run) for n in (node.name, node.output[0]))
            layer.input[:] = [name, stored, *([bias] if bias and not total else [])]
            self.proto.graph.initializer.append(numpy_helper.from_array(values, stored))
            self.types[stored] = replace(self.model.types[node.input[1]], shape=values.shape)
            self.types[layer.output[0]] = self.model.types[node.output[0]]
            self.nodes.append(layer)
            if total:
                last = run == self.runs[-1]
                summed = node.output[0] if last else self._name(f"{node.output[0]}_sum", run)
                self.types[summed] = self.model.types[node.output[0]]
                both = [total, layer.output[0]]
                self.nodes.append(helper.make_node("Add", both, [summed], name=f"Add_{summed}"))
                put_in_branch(self.nodes[-1], branch_of(node))
            total = layer.output[0] if not total else self.nodes[-1].output[0]

    def _name(self, whole: str, run: Run) -> str:
        return unique_name(f"{whole}_part{self.runs.index(run) + 1}", self.taken)
