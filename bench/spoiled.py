"""Files spoiled on purpose, and whole ones: run `python -m bench.spoiled [NAME ...]`.

onnxruntime quantizes networks of ../shared; each spoiled file has one fault at a layer that is
known. A line says whether `diff` names that layer among its first three with the right reason; of
whole files, whether it names none as broken.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import numpy_helper

from quantengine.data.dataset import Dataset
from quantengine.data.options import DataOptions
from quantengine.diff.compare import compare_files
from quantengine.diff.places import layer_values
from quantengine.graph.model import FloatModel
from quantengine.observe.inputs import open_model_data
from quantengine.opening.open import open_model

SHARED = Path(__file__).resolve().parents[2] / "shared"
SAMPLES, NAMED = 8, 3
TOKENS = {"input_ids": "calib_ids1", "attention_mask": "calib_mask1", "token_type_ids": "0"}
NETWORKS: dict[str, tuple[str, str, DataOptions]] = {
    "resnet20": ("resnet20_cifar10", "cifar10.npz", DataOptions(images="calib_images")),
    "mobilenetv2": ("mobilenetv2", "imagenet/calib", DataOptions(preset="tf")),
    "minilm": ("minilm_l6", "stsb_tokens.npz", DataOptions(mapping=TOKENS)),
}


class Spoiled:
    """A file whose constants may be changed; `layers` are its Conv, Gemm and MatMul on codes."""

    def __init__(self, path: Path) -> None:
        self.proto = onnx.load(path)
        self.constants = {t.name: t for t in self.proto.graph.initializer}
        self.makers = {n: node for node in self.proto.graph.node for n in node.output}

    def layers(self) -> list[onnx.NodeProto]:
        kinds = ("Conv", "Gemm", "MatMul")
        nodes = [n for n in self.proto.graph.node if n.op_type in kinds]
        return [n for n in nodes if self.weight(n) is not None]

    def weight(self, node: onnx.NodeProto) -> onnx.NodeProto | None:
        """The DequantizeLinear of its weight."""
        maker = self.makers.get(node.input[1])
        known = maker is not None and maker.op_type == "DequantizeLinear"
        return maker if known and maker.input[0] in self.constants else None

    def bias(self, node: onnx.NodeProto) -> onnx.NodeProto | None:
        return self.makers.get(node.input[2]) if len(node.input) > 2 else None

    def result(self, node: onnx.NodeProto) -> tuple[onnx.NodeProto, onnx.NodeProto]:
        """Q and DQ of what a layer gives, behind a float operator or two."""
        name = node.output[0]
        while True:
            readers = [n for n in self.proto.graph.node if name in n.input]
            first = next((n for n in readers if n.op_type == "QuantizeLinear"), None)
            if first is not None:
                back = next(n for n in self.proto.graph.node if first.output[0] in n.input)
                return first, back
            name = readers[0].output[0]

    def array(self, name: str) -> NDArray[Any]:
        return numpy_helper.to_array(self.constants[name])

    def change(self, node: onnx.NodeProto, place: int, values: Any) -> None:
        """Gives one node another constant of the same type."""
        old = self.array(node.input[place])
        made = np.asarray(values).astype(old.dtype).reshape(np.shape(values))
        name = f"spoiled{len(self.constants)}"
        self.constants[name] = numpy_helper.from_array(np.ascontiguousarray(made), name)
        self.proto.graph.initializer.append(self.constants[name])
        node.input[place] = name

    def scaled(self, pair: tuple[onnx.NodeProto, ...], factor: float) -> None:
        """A range times `factor`, its zero point where it was."""
        for node in pair:
            self.change(node, 1, self.array(node.input[1]) * factor)


Spoil = Callable[[Spoiled, onnx.NodeProto], None]


def narrow(file: Spoiled, node: onnx.NodeProto) -> None:
    file.scaled(file.result(node), 1 / 8)


def wide(file: Spoiled, node: onnx.NodeProto) -> None:
    file.scaled(file.result(node), 8)


def narrow_weight(file: Spoiled, node: onnx.NodeProto) -> None:
    """Its codes made anew on an eighth of the range."""
    weight = file.weight(node)
    codes = file.array(weight.input[0]).astype(np.int32)
    file.change(weight, 0, np.clip(codes * 8, -127, 127))
    file.change(weight, 1, file.array(weight.input[1]) / 8)


def wide_weight(file: Spoiled, node: onnx.NodeProto) -> None:
    weight = file.weight(node)
    codes = file.array(weight.input[0]).astype(np.float64)
    file.change(weight, 0, np.rint(codes / 8))
    file.change(weight, 1, file.array(weight.input[1]) * 8)


def axis(file: Spoiled, node: onnx.NodeProto) -> None:
    """The scales of a square weight lie along the axis that is summed up."""
    weight = file.weight(node)
    for attribute in weight.attribute:
        if attribute.name == "axis":
            attribute.i = 1 if node.op_type == "Conv" else 1 - attribute.i


def zero_point(file: Spoiled, node: onnx.NodeProto) -> None:
    """That of a weight is off by three."""
    weight = file.weight(node)
    file.change(weight, 2, file.array(weight.input[2]).astype(np.int32) + 3)


def cut(file: Spoiled, node: onnx.NodeProto) -> None:
    """The codes of a result are read with a zero point that is off by eight."""
    _, back = file.result(node)
    moved = file.array(back.input[2]).astype(np.int32)
    file.change(back, 2, moved + (8 if moved < 200 else -8))


def per_tensor(file: Spoiled, node: onnx.NodeProto) -> None:
    """One scale for all channels, one of which is made sixteen times as wide."""
    weight = file.weight(node)
    codes, scale = file.array(weight.input[0]).astype(np.float64), file.array(weight.input[1])
    at = 0 if node.op_type == "Conv" else 1
    shape = [-1 if k == at else 1 for k in range(codes.ndim)]
    values = codes * scale.reshape(shape)
    wide = float(np.max(np.abs(values))) / 127
    file.change(weight, 0, np.clip(np.rint(values / wide), -127, 127))
    file.change(weight, 1, np.array(wide))
    file.change(weight, 2, np.array(0))
    del weight.attribute[:]


def older(file: Spoiled, node: onnx.NodeProto) -> None:
    """Weights of another state: the codes of the same layer in another order."""
    weight = file.weight(node)
    codes = file.array(weight.input[0])
    mixed = np.random.default_rng(5).permutation(codes.ravel()).reshape(codes.shape)
    file.change(weight, 0, mixed)


def swapped(file: Spoiled, node: onnx.NodeProto) -> None:
    """The scales of two results change places."""
    here, there = file.result(node), file.result(_other(file, node))
    for place in (1, 2):
        one, other = file.array(here[0].input[place]), file.array(there[0].input[place])
        for pair, values in ((here, other), (there, one)):
            for each in pair:
                file.change(each, place, values)


def _other(file: Spoiled, node: onnx.NodeProto) -> onnx.NodeProto:
    """The layer whose result is most unlike."""
    own = float(file.array(file.result(node)[0].input[1]).ravel()[0])

    def apart(each: onnx.NodeProto) -> float:
        scale = float(file.array(file.result(each)[0].input[1]).ravel()[0])
        return abs(np.log(scale / own))

    return max(file.layers()[:-1], key=apart)


def bias_scale(file: Spoiled, node: onnx.NodeProto) -> None:
    bias = file.bias(node)
    file.change(bias, 1, file.array(bias.input[1]) * 16)


def bias_clipped(file: Spoiled, node: onnx.NodeProto) -> None:
    """Its scale is so small that the codes end."""
    bias = file.bias(node)
    factor, codes = 1e-7, file.array(bias.input[0]).astype(np.float64)
    file.change(bias, 0, np.clip(codes / factor, -(2**31), 2**31 - 1))
    file.change(bias, 1, file.array(bias.input[1]) * factor)


@dataclass(frozen=True)
class Case:
    network: str
    spoil: Spoil
    share: float
    """How far into the network the spoiled layer lies."""
    reason: str


CASES = (
    Case("resnet20", narrow, 0.3, "range too narrow"),
    Case("resnet20", wide, 0.5, "range too wide"),
    Case("resnet20", axis, 0.4, "wrong axis"),
    Case("resnet20", zero_point, 0.6, "a zero point that cuts"),
    Case("resnet20", cut, 0.2, "a zero point that cuts"),
    Case("resnet20", older, 0.7, "other weights"),
    Case("resnet20", swapped, 0.1, "scales swapped"),
    Case("resnet20", narrow_weight, 0.8, "range too narrow"),
    Case("resnet20", bias_scale, 0.5, "bias at the wrong scale"),
    Case("mobilenetv2", narrow, 0.6, "range too narrow"),
    Case("mobilenetv2", wide, 0.3, "range too wide"),
    Case("mobilenetv2", older, 0.5, "other weights"),
    Case("mobilenetv2", zero_point, 0.2, "a zero point that cuts"),
    Case("mobilenetv2", bias_clipped, 0.4, "bias clipped"),
    Case("mobilenetv2", wide_weight, 0.7, "range too wide"),
    Case("mobilenetv2", per_tensor, 0.03, "per tensor on uneven channels"),
    Case("minilm", narrow, 0.4, "range too narrow"),
    Case("minilm", older, 0.5, "other weights"),
    Case("minilm", axis, 0.3, "wrong axis"),
    Case("minilm", zero_point, 0.8, "a zero point that cuts"),
)


def main() -> None:
    """Prints a line a file and how many were right."""
    asked = sys.argv[1:] or list(NETWORKS)
    right = [line for name in asked for line in _of_network(name)]
    sys.stdout.write(f"{sum(right)} of {len(right)} right\n")


def _of_network(name: str) -> Iterator[bool]:
    file, data, options = NETWORKS[name]
    path = SHARED / "models" / f"{file}.onnx"
    model = open_model(path, compare=False)
    rows = open_model_data(model, SHARED / "data" / data, options).subset(range(SAMPLES))
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        made = folder / "whole.onnx"
        products = {"op_types_to_quantize": ["MatMul"]} if name == "minilm" else {}
        _quantized(path, made, rows, folder, per_channel=True, **products)
        for case in CASES:
            if case.network == name:
                yield _spoiled(case, model, made, rows)
        layers = len(layer_values(model))
        for whole in _whole(path, rows, folder):
            found = compare_files(model, whole, rows)
            first = found.first_bad
            said = "none broken" if first is None else str(first.text)
            left = len(found.unmatched)
            _tell(f"{name} {whole.stem}: {layers - left} of {layers} layers matched, {said}")
            yield first is None


def _spoiled(case: Case, model: FloatModel, whole: Path, rows: Dataset) -> bool:
    file = Spoiled(whole)
    layers = [n for n in file.layers() if case.spoil is not axis or _is_square(file, n)]
    if case.spoil in (bias_scale, bias_clipped):
        layers = [n for n in layers if file.bias(n) is not None]
    node = layers[int(case.share * (len(layers) - 1))]
    case.spoil(file, node)
    path = whole.with_name("spoiled.onnx")
    onnx.save(file.proto, path)
    begun = time.perf_counter()
    found = compare_files(model, path, rows)
    took = time.perf_counter() - begun
    named = [*found.bad, *found.suspected][:NAMED]
    places = [k for k, bad in enumerate(named, 1) if _is_at(file, node, bad.node)]
    right = any(named[k - 1].reason.value == case.reason for k in places)
    said = "; ".join(f"{bad.node} {bad.reason.value}" for bad in named)
    mark = "right" if right else "WRONG"
    _tell(f"{mark}: {case.network} {case.spoil.__name__} at {node.name}: {said} ({took:.1f} s)")
    return right


def _is_at(file: Spoiled, node: onnx.NodeProto, found: str | None) -> bool:
    """Whether a node is the spoiled one, or one behind it whose result its pair rounds."""
    names = {node.name}
    name = node.output[0]
    for each in file.proto.graph.node:
        if name in each.input and each.op_type not in ("QuantizeLinear", "DequantizeLinear"):
            names.add(each.name)
            name = each.output[0]
    return found in names


def _is_square(file: Spoiled, node: onnx.NodeProto) -> bool:
    shape = file.array(file.weight(node).input[0]).shape
    return shape[0] == shape[1] and bool(file.weight(node).attribute)


def _whole(path: Path, rows: Dataset, folder: Path) -> Iterator[Path]:
    from onnxruntime.quantization import CalibrationMethod, QuantFormat, quantize_dynamic

    yield folder / "whole.onnx"
    if path.stem.startswith("minilm"):
        made = folder / "dynamic.onnx"
        quantize_dynamic(path, made)
        yield made
        return
    for name, words in (
        ("qoperator", {"quant_format": QuantFormat.QOperator}),
        ("percentile", {"calibrate_method": CalibrationMethod.Percentile}),
    ):
        made = folder / f"{name}.onnx"
        _quantized(path, made, rows, folder, per_channel=True, **words)
        yield made
    made = folder / "dynamic.onnx"
    quantize_dynamic(path, made)
    yield made


def _quantized(path: Path, made: Path, rows: Dataset, folder: Path, **words: Any) -> None:
    from onnxruntime.quantization import CalibrationDataReader, QuantType, quantize_static
    from onnxruntime.quantization.shape_inference import quant_pre_process

    class Reader(CalibrationDataReader):  # type: ignore[misc]
        def __init__(self) -> None:
            self.left = iter(rows.load(k).feeds for k in range(len(rows)))

        def get_next(self) -> Any:
            return next(self.left, None)

    ready = folder / "ready.onnx"
    if not ready.exists():
        quant_pre_process(path, ready, skip_symbolic_shape=True)
    types = {"activation_type": QuantType.QUInt8, "weight_type": QuantType.QInt8}
    quantize_static(ready, made, Reader(), **types, **words)


def _tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    os.environ.setdefault("ORT_LOGGING_LEVEL", "3")
    main()
