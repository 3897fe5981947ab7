"""Another tool's file, read without trusting it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray

from quantengine.analyze.model_file import ModelFile
from quantengine.diff.coded import Coded, array_of, encoding_of
from quantengine.diff.plain import plain_form
from quantengine.diff.wiring import Wiring
from quantengine.formats.encoding import Encoding
from quantengine.formats.granularity import PER_TENSOR
from quantengine.graph.fold import fold_affine
from quantengine.graph.model import TensorType
from quantengine.graph.normalise import normalise
from quantengine.graph.read import read_model
from quantengine.graph.shapes import tensor_types
from quantengine.monitor import SILENT, Monitor
from quantengine.opening.open import open_model


@dataclass(frozen=True, eq=False)
class Seen:
    """How a value is read from the file while it runs: a tensor, and its grid where it is codes."""

    tensor: str
    encoding: Encoding | None = None

    def real(self, values: NDArray[Any]) -> NDArray[Any]:
        return values if self.encoding is None else self.encoding.dequantize(values)


@dataclass(frozen=True, eq=False)
class Other:
    """A file as it is (`file`, `raw`), and as float operators with pairs of Q and DQ (`proto`).

    `coded` holds the constants that are codes, by the name they have in `proto`; `left` names nodes
    on codes that have no plain form.
    """

    file: ModelFile
    raw: onnx.ModelProto = field(repr=False)
    proto: onnx.ModelProto = field(repr=False)
    types: Mapping[str, TensorType] = field(repr=False)
    coded: Mapping[str, Coded] = field(repr=False)
    left: tuple[str, ...] = ()
    form: str = "float"

    @cached_property
    def wiring(self) -> Wiring:
        return Wiring(self.proto, self.types)

    @cached_property
    def constants(self) -> Mapping[str, onnx.TensorProto]:
        return {tensor.name: tensor for tensor in self.proto.graph.initializer}

    def constant(self, name: str) -> NDArray[Any] | None:
        tensor = self.constants.get(name)
        return None if tensor is None else array_of(tensor)

    @cached_property
    def grids(self) -> Mapping[str, Encoding]:
        """By value: the grid of the first pair on it, where its scale is a constant."""
        found: dict[str, Encoding] = {}
        for value, nodes in self.wiring.quantizers.items():
            encoding = encoding_of(nodes[0], self.constants)
            if encoding is not None and value not in self.constants:
                found[value] = encoding
        return found

    @cached_property
    def dynamic(self) -> frozenset[str]:
        """Values whose range is found while running."""
        nodes = (n for n in self.proto.graph.node if n.op_type == "DynamicQuantizeLinear")
        return frozenset(self.wiring.value(node.input[0]) for node in nodes)

    @cached_property
    def backs(self) -> Mapping[str, Encoding]:
        """By value: the grid by which its first codes are read, where that is another one."""
        found: dict[str, Encoding] = {}
        for value, encoding in self.grids.items():
            reader = self._readers.get(self.wiring.quantizers[value][0].output[0])
            node = None if reader is None else self._dequantizers[reader]
            back = None if node is None else encoding_of(node, self.constants)
            if back is not None and not _same(encoding, back):
                found[value] = back
        return found

    @cached_property
    def _dequantizers(self) -> Mapping[str, onnx.NodeProto]:
        """By what they give."""
        nodes = (n for n in self.proto.graph.node if n.op_type == "DequantizeLinear")
        return {node.output[0]: node for node in nodes}

    @cached_property
    def _readers(self) -> Mapping[str, str]:
        """By codes: what the first DequantizeLinear of them gives."""
        found: dict[str, str] = {}
        for name, node in self._dequantizers.items():
            found.setdefault(node.input[0], name)
        return found

    def seen(self, value: str) -> Seen | None:
        """Where the file has a value, rounded where it is; None where the main graph has it not."""
        made = self._made
        for node in self.wiring.quantizers.get(value, ()):
            reader = self._readers.get(node.output[0])
            if reader in made:
                return Seen(str(reader))
            encoding = encoding_of(node, self.constants)
            if node.output[0] in made and encoding is not None:
                return Seen(node.output[0], encoding)
        names = (n for n in (value, *self.wiring.standing(value)) if n in made)
        return next((Seen(name) for name in names if self._is_float(name)), None)

    def _is_float(self, name: str) -> bool:
        kind = self.types.get(name)
        return kind is None or kind.shape is None or kind.is_float

    @cached_property
    def _made(self) -> frozenset[str]:
        graph = self.raw.graph
        names = [name for node in graph.node for name in node.output if name]
        return frozenset((*names, *(value.name for value in graph.input)))

    @property
    def summary(self) -> tuple[str, ...]:
        """The types of weights and of activations that it uses, each once."""
        kinds = [e.encoding.dtype.name for e in self.coded.values()]
        kinds += [e.dtype.name for e in self.grids.values()]
        return tuple(sorted(set(kinds)))


def read_other(path: Path, *, monitor: Monitor = SILENT) -> Other:
    """Opens a file as every other is opened; raises ModelError for what is no sound model."""
    file = ModelFile.open(path, monitor=monitor)
    model = open_model(path, compare=False)
    plain = plain_form(model.proto)
    normalise(plain.proto, path)
    types, _ = tensor_types(plain.proto)
    if fold_affine(plain.proto, types):
        types, _ = tensor_types(plain.proto)
    raw = read_model(path).proto
    return Other(
        file, raw, plain.proto, types, plain.coded, plain.left, _form(raw, bool(plain.coded))
    )


def _form(raw: onnx.ModelProto, coded: bool) -> str:
    """What kind of file it is, by its operators."""
    kinds = {node.op_type for node in raw.graph.node}
    halves = any(t.data_type == onnx.TensorProto.FLOAT16 for t in raw.graph.initializer)
    forms = {
        "qoperator": any(kind.startswith(("QLinear", "QGemm")) for kind in kinds),
        "dynamic": any("DynamicQuantize" in kind or "Integer" in kind for kind in kinds),
        "nbits": "MatMulNBits" in kinds,
        "qdq": "QuantizeLinear" in kinds or coded,
        "float16": halves,
    }
    return next((name for name, there in forms.items() if there), "float")


def weight_values(other: Other, name: str) -> NDArray[np.float64] | None:
    """A constant in float64."""
    values = other.constant(name)
    if values is None or values.dtype.kind not in "fiu":
        return None
    return values.astype(np.float64)


def is_whole(encoding: Encoding) -> bool:
    """Whether one scale holds for all of a tensor."""
    return encoding.granularity is PER_TENSOR or encoding.scale.ndim == 0


def _same(one: Encoding, other: Encoding) -> bool:
    return one.scale.shape == other.scale.shape and bool(
        np.array_equal(one.scale, other.scale) and np.array_equal(one.zero_point, other.zero_point)
    )
