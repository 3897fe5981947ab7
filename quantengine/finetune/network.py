"""An ONNX graph as a differentiable network."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import numpy_helper

from quantengine.errors import ModelError
from quantengine.finetune.operators import ELEMENTWISE, Trainable, attributes_of
from quantengine.finetune.operators_resize import RESIZES
from quantengine.finetune.operators_shape import SHAPES
from quantengine.finetune.operators_window import WINDOWS
from quantengine.finetune.places import DOMAIN
from quantengine.finetune.pytorch import Tensor, torch
from quantengine.graph.bodies import is_entrance
from quantengine.runtime import Session, Tensors

OPERATORS: Mapping[str, Trainable] = {**ELEMENTWISE, **SHAPES, **RESIZES, **WINDOWS}

AGREES = 1e-4
"""How far the network may be from onnxruntime, as a share of the output's largest value."""

Marker = Callable[[str, Any], Any]
"""What a marker does: (label, value) -> value."""


@dataclass(frozen=True, eq=False)
class _Step:
    node: onnx.NodeProto
    call: Trainable
    attributes: Mapping[str, Any]
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]


class Network:
    """Runs a graph on torch tensors; integers stay on the CPU, floats live on `device`.

    `markers` says what the nodes of `places` do, by op_type; `layers` replaces single nodes by a
    function of (attributes, *inputs). Raises ModelError naming every operator it does not know,
    and a node of which more outputs are read than there is a trainable form of.
    """

    def __init__(
        self,
        proto: onnx.ModelProto,
        *,
        device: str = "cpu",
        markers: Mapping[str, Marker] | None = None,
        layers: Mapping[str, Trainable] | None = None,
    ) -> None:
        self.device = device
        self._markers, self._layers = markers or {}, layers or {}
        refuse_untrainable(proto)
        self.outputs = tuple(value.name for value in proto.graph.output)
        self.constants = {t.name: self.tensor(_array(t)) for t in proto.graph.initializer}
        self._steps = tuple(self._step(node) for node in proto.graph.node)
        self._needed = lru_cache(maxsize=64)(self._find_needed)

    def tensor(self, array: NDArray[Any]) -> Any:
        """An array as a tensor where it belongs."""
        value = torch.from_numpy(np.array(array, order="C"))
        return value.to(self.device) if value.is_floating_point() else value

    def run(self, feeds: Mapping[str, Any], outputs: Iterable[str] | None = None) -> dict[str, Any]:
        """Tensors by name: the graph's outputs, or any others asked for."""
        wanted = self.outputs if outputs is None else tuple(outputs)
        values: dict[str, Any] = {**self.constants, **feeds}
        for step, finished in self._needed(wanted):
            given = [values[name] if name else None for name in step.inputs]
            found = step.call(step.attributes, *given)
            several = found if isinstance(found, tuple) else (found,)
            values.update(zip(step.outputs, map(self._placed, several), strict=False))
            for name in finished:
                del values[name]
        return {name: values[name] for name in wanted}

    def _placed(self, value: Tensor) -> Any:
        """Floats made of integers, such as masks, join the others on the device."""
        return value.to(self.device) if value.is_floating_point() else value

    def _step(self, node: onnx.NodeProto) -> _Step:
        attributes = attributes_of(node)
        if node.domain == DOMAIN:
            call = _marked(self._markers[node.op_type])
        else:
            call = self._layers.get(node.name) or OPERATORS[node.op_type]
        if node.op_type == "Split":
            attributes["outputs"] = len(node.output)
        return _Step(node, call, attributes, tuple(node.input), tuple(node.output))

    def _find_needed(self, outputs: tuple[str, ...]) -> list[tuple[_Step, tuple[str, ...]]]:
        """The steps that lead to `outputs`, each with the values no later step reads."""
        wanted = set(outputs)
        steps: list[tuple[_Step, tuple[str, ...]]] = []
        for step in reversed(self._steps):
            if wanted.isdisjoint(step.outputs):
                continue
            finished = {name for name in step.inputs if name and name not in wanted}
            wanted.update(finished)
            steps.append((step, tuple(finished - self.constants.keys())))
        return steps[::-1]


def _marked(marker: Marker) -> Trainable:
    return lambda attributes, value: marker(attributes["label"], value)


def _array(tensor: onnx.TensorProto) -> NDArray[Any]:
    array = numpy_helper.to_array(tensor)
    return array.astype(np.float32) if array.dtype in (np.float16, np.float64) else array


def refuse_untrainable(proto: onnx.ModelProto) -> None:
    """Raises ModelError naming what has no trainable form."""
    _refuse_unknown(proto)
    _refuse_further_outputs(proto)


def _refuse_unknown(proto: onnx.ModelProto) -> None:
    unknown = Counter(
        f"{node.domain}.{node.op_type}" if node.domain not in ("", "ai.onnx") else node.op_type
        for node in proto.graph.node
        if node.domain != DOMAIN
        and not is_entrance(node)
        and (node.domain not in ("", "ai.onnx") or node.op_type not in OPERATORS)
    )
    if unknown:
        names = ", ".join(f"{name} ({count})" for name, count in sorted(unknown.items()))
        raise ModelError(
            "This model cannot be fine-tuned: there is no trainable form of {0}; quantize it "
            "without fine-tuning.",
            names,
        )


def _refuse_further_outputs(proto: onnx.ModelProto) -> None:
    read = {name for node in proto.graph.node for name in node.input if name}
    read.update(value.name for value in proto.graph.output)
    for node in proto.graph.node:
        if node.op_type != "Split" and not read.isdisjoint(node.output[1:]):
            raise ModelError(
                "This model cannot be fine-tuned: more than the first output of {0} '{1}' is "
                "read, and only that one has a trainable form; quantize it without fine-tuning.",
                node.op_type,
                node.name,
            )


def check_against_runtime(
    network: Network, proto: onnx.ModelProto, probes: Sequence[Tensors]
) -> float:
    """The largest difference from onnxruntime as a share of an output's largest value.

    Raises ModelError where it is above `AGREES`.
    """
    session = Session(proto, optimize=False)
    worst = 0.0
    for probe in probes:
        expected = session.run(probe, list(network.outputs))
        feeds = {name: network.tensor(array) for name, array in probe.items()}
        with torch.no_grad():
            found = network.run(feeds)
        for name, value in expected.items():
            if value.dtype.kind != "f" or not value.size:
                continue
            worst = max(worst, _apart(found[name].cpu().numpy(), value))
    if not worst <= AGREES:
        raise ModelError(
            "This model cannot be fine-tuned: its trainable form differs from onnxruntime by {0} "
            "of the output; quantize it without fine-tuning and report this model.",
            f"{worst:.1e}",
        )
    return worst


def _apart(found: NDArray[Any], expected: NDArray[Any]) -> float:
    """The largest difference as a share of the largest value; infinite where only one is finite."""
    finite = np.isfinite(expected)
    if not np.array_equal(np.isfinite(found), finite):
        return float("inf")
    error = np.abs(found[finite] - expected[finite]).max(initial=0.0)
    return float(error / max(float(np.abs(expected[finite]).max(initial=0.0)), 1e-30))
