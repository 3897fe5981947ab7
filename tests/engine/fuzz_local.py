"""Networks cut where codes are handed on, so that every piece runs on the same inputs."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import onnx
from onnx import helper, numpy_helper

from quantengine.formats.encoding import Encoding
from quantengine.graph.model import FloatModel
from quantengine.resolve.resolve import Resolution
from quantengine.runtime import Session
from tests.engine.rounding_noise import _everywhere, _weight_steps

Array = Any
DRAWS = 24


@dataclass(frozen=True, eq=False)
class Handed:
    """What one tensor of a file hands on: its codes as reals, the step between two of them."""

    real: Array
    step: float
    low: float
    high: float
    dynamic: bool

    @classmethod
    def of_codes(cls, codes: Array, encoding: Encoding) -> Handed:
        step, zero = float(encoding.scale), int(encoding.zero_point)
        real = ((codes.astype(np.int64) - zero) * step).astype(np.float32)
        return cls(real, step, float(encoding.low), float(encoding.high), False)

    @classmethod
    def while_running(cls, codes: Array, scale: Array, zero: Array) -> Handed:
        real = ((codes.astype(np.int64) - int(zero)) * float(scale)).astype(np.float32)
        return cls(real, float(scale), -np.inf, np.inf, True)


def run_cut(
    proto: onnx.ModelProto,
    fed: Mapping[str, Array],
    outputs: Sequence[str],
    feeds: Mapping[str, Array],
    raw: Container[tuple[str, str]] = (),
) -> dict[str, Array]:
    """`outputs` of a graph whose nodes read `fed` in place of what it makes of these names.

    `raw` holds pairs of what a node makes and what it reads as the graph makes it all the same.
    """
    cut = onnx.ModelProto()
    cut.CopyFrom(proto)
    for node in cut.graph.node:
        for place, name in enumerate(node.input):
            if name in fed and (node.output[0], name) not in raw:
                node.input[place] = f"{name}/fed"
    made = {name for node in cut.graph.node for name in node.output}
    new = {f"{name}/fed": np.asarray(v) for name, v in fed.items()}
    session = _loaded(cut, new, [name for name in dict.fromkeys(outputs) if name in made])
    given = {name: feeds[name] for name in outputs if name in feeds}
    return {**given, **session.run({**feeds, **new})}


def _loaded(proto: onnx.ModelProto, new: Mapping[str, Array], wanted: Sequence[str]) -> Session:
    """`proto` with inputs for the `new` values, in place."""
    graph = proto.graph
    for name, values in new.items():
        kind = helper.np_dtype_to_tensor_dtype(values.dtype)
        graph.input.append(helper.make_tensor_value_info(name, kind, None))
    del graph.output[:], graph.value_info[:]
    graph.output.extend(onnx.ValueInfoProto(name=name) for name in wanted)
    return Session(proto, optimize=False, threads=1)


class Noise:
    """The opened network on handed tensors, with what rounding may do added wherever it may.

    Steps come from scales alone.
    """

    def __init__(
        self,
        model: FloatModel,
        resolution: Resolution,
        handed: Mapping[str, Handed],
        values: Mapping[str, Array],
        raw: Container[tuple[str, str]],
    ) -> None:
        self.model, self.resolution, self.handed, self.values = model, resolution, handed, values
        self.raw = raw
        self.steps: dict[str, Array] = {}
        self.cuts: dict[str, Array] = {}
        self.nodes: list[onnx.NodeProto] = []
        self.weights = _weight_steps(model, resolution)
        self.proto = onnx.ModelProto()
        self.proto.CopyFrom(model.proto)
        for node in model.graph.node:
            copy = onnx.NodeProto()
            copy.CopyFrom(node)
            for place, name in enumerate(node.input):
                if name:
                    copy.input[place] = self._source(node, place, name)
            if blunt(resolution, node):
                rounded = copy.input[0], self._block_step(node)
                copy.input[0] = self._noisy(*rounded, node.input[0], mark="/rounded")
            self.nodes.append(copy)
        del self.proto.graph.node[:]
        self.proto.graph.node.extend(self.nodes)

    def draws(self, outputs: Sequence[str], feeds: Mapping[str, Array]) -> list[dict[str, Array]]:
        rng = np.random.default_rng(0)
        fed = {f"{name}/fed": np.asarray(h.real) for name, h in self.handed.items()}
        made = {name for node in self.nodes for name in node.output}
        wanted = [name for name in dict.fromkeys(outputs) if name in made]
        kept = {name: feeds[name] for name in outputs if name in feeds}
        zeros = {n: np.zeros(s.shape, np.float32) for n, s in self.steps.items()}
        proto = onnx.ModelProto()
        proto.CopyFrom(self.proto)
        session = _loaded(proto, {**fed, **zeros}, wanted)
        found = []
        for _ in range(DRAWS):
            drawn = {n: rng.uniform(-s / 2, s / 2) + self.cuts[n] for n, s in self.steps.items()}
            noise = {n: np.asarray(v, np.float32) for n, v in drawn.items()}
            found.append({**kept, **session.run({**feeds, **fed, **noise})})
        return found

    def on_grid(self) -> onnx.ModelProto:
        """The opened network, each weight rounded to the nearest step of its scale."""
        proto = onnx.ModelProto()
        proto.CopyFrom(self.model.proto)
        for tensor in proto.graph.initializer:
            encoding = self.resolution.encodings.weights.get(tensor.name)
            if encoding is not None:
                values = numpy_helper.to_array(tensor)
                step, zero = (
                    _everywhere(np.asarray(part, np.float64), encoding, values.shape)
                    for part in (encoding.scale, encoding.zero_point)
                )
                codes = np.clip(np.rint(values / step) + zero, encoding.qmin, encoding.qmax)
                rounded = ((codes - zero) * step).astype(np.float32)
                tensor.CopyFrom(numpy_helper.from_array(rounded, tensor.name))
        return proto

    def _source(self, node: onnx.NodeProto, place: int, name: str) -> str:
        integer = self.resolution.flow.nodes.get(node.name)
        coded = set() if integer is None else {weight.tensor for weight in integer.weights}
        if name in coded and name in self.weights:
            step, cut = self.weights[name]
            return self._noisy(name, step, name, cut)
        if integer is not None and name == integer.bias and place == 2:
            return self._noisy(name, self._bias_step(node), name, mark=f"/of_{node.name}")
        dynamic = node.name in self.resolution.encodings.dynamic and place < 2
        known = self.handed.get(name)
        encoding = self.resolution.encodings.of(name)
        source = name
        if known is not None and (node.output[0], name) not in self.raw:
            source = f"{name}/fed"
        elif known is None and encoding is not None:
            source = self._noisy(name, float(encoding.scale), name)
        found = known is not None and known.dynamic
        if dynamic and not found and name not in self.resolution.encodings.weights:
            step = float(np.ptp([0, *self.values[name].ravel()])) / 255
            source = self._noisy(source, step, name, mark="/while_running")
        return source

    def _noisy(
        self, name: str, step: Array, tensor: str, cut: Array = 0, mark: str = "/noisy"
    ) -> str:
        """`name` plus noise, in the shape of `tensor`."""
        output = f"{name}{mark}"
        noise = f"{output}/noise"
        if noise not in self.steps:
            self.steps[noise] = np.broadcast_to(step, np.shape(self.values[tensor]))
            self.cuts[noise] = cut
            self.nodes.append(helper.make_node("Add", [name, noise], [output]))
        return output

    def _bias_step(self, node: onnx.NodeProto) -> Array:
        x = self.resolution.encodings.of(node.input[0])
        w = self.resolution.encodings.weights.get(node.input[1])
        return 0.0 if x is None or w is None else float(x.scale) * float(np.max(w.scale))

    def _block_step(self, node: onnx.NodeProto) -> Array:
        """onnxruntime rounds rows of such a factor to 8 bits: of blocks, here of whole rows."""
        values = np.abs(self.values[node.input[0]])
        turned = any(a.name == "transA" and a.i for a in node.attribute)
        return np.max(values, axis=0 if turned else -1, keepdims=True) / 127


def blunt(resolution: Resolution, node: onnx.NodeProto) -> bool:
    """Whether onnxruntime multiplies as MatMulNBits, its first factor rounded to 8 bits."""
    encodings = resolution.encodings
    if node.op_type not in ("MatMul", "Gemm") or node.name in encodings.dynamic:
        return False
    x, weight = encodings.of(node.input[0]), encodings.weights.get(node.input[1])
    return weight is not None and (x is None or x.dtype.bits > 8 or weight.dtype.bits < 8)
