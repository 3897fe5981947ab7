"""Files of onnxruntime's own quantizer, whole and spoiled, beside the float network."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import helper, numpy_helper
from onnxruntime import GraphOptimizationLevel, InferenceSession, SessionOptions
from onnxruntime.quantization import (
    CalibrationDataReader,
    CalibrationMethod,
    QuantFormat,
    QuantType,
    quantize_dynamic,
    quantize_static,
)
from onnxruntime.transformers.float16 import convert_float_to_float16

from quantengine.cli.main import main
from quantengine.data.dataset import Dataset
from quantengine.data.open import in_memory
from quantengine.diff.coded import encoding_of
from quantengine.diff.compare import compare_files
from quantengine.diff.difference import Difference, LayerDifference
from quantengine.diff.joined import join
from quantengine.diff.places import layer_values, unmatched
from quantengine.diff.reading import read_other
from quantengine.diff.stored import stored_weight
from quantengine.diff.taken import take_over
from quantengine.errors import DataError, ModelError
from quantengine.formats.granularity import PerAxis
from quantengine.graph.load import open_model
from quantengine.graph.model import FloatModel
from quantengine.runtime import Session
from tests.engine.onnx_text import text_model

Array = np.ndarray[Any, Any]

GRAPH = """
g (float[n,3,8,8] x) => (float[n,5] y) {
  a = Conv <pads: ints = [1,1,1,1]> (x, w1, b1)
  b = Relu (a)
  c = Conv <pads: ints = [1,1,1,1], group: int = 8> (b, w2, b2)
  d = Relu (c)
  e = Conv (d, w3, b3)
  f = Add (b, e)
  h = GlobalAveragePool (f)
  i = Flatten (h)
  y = Gemm (i, w4, b4)
}
"""
NORMED = """
g (float[n,3,8,8] x) => (float[n,8,8,8] y) {
  a = Conv <pads: ints = [1,1,1,1]> (x, w1, b1)
  n = BatchNormalization (a, s, t, m, v)
  b = Relu (n)
  y = Conv (b, w3, b3)
}
"""
ROWS = np.random.default_rng(2).normal(size=(6, 3, 8, 8)).astype(np.float32)
TYPES: Mapping[str, Any] = {"activation_type": QuantType.QUInt8, "weight_type": QuantType.QInt8}

ISLAND = "it computes in floats between rounded values, which cost more than they save."


class Reader(CalibrationDataReader):  # type: ignore[misc]
    def __init__(self) -> None:
        self.rows = iter(ROWS[:, None])

    def get_next(self) -> dict[str, Array] | None:
        row = next(self.rows, None)
        return None if row is None else {"x": row}


def weights() -> dict[str, Array]:
    rng = np.random.default_rng(3)
    shapes = {"w1": (8, 3, 3, 3), "w2": (8, 1, 3, 3), "w3": (8, 8, 1, 1), "w4": (8, 5)}
    found = {name: rng.normal(size=shape).astype(np.float32) for name, shape in shapes.items()}
    sizes = {"b1": 8, "b2": 8, "b3": 8, "b4": 5}
    return found | {n: rng.normal(size=size).astype(np.float32) for n, size in sizes.items()}


def normed(folder: Path) -> FloatModel:
    rng = np.random.default_rng(4)
    extra = {n: rng.uniform(0.5, 2, 8).astype(np.float32) for n in ("s", "t", "m", "v")}
    kept = {n: v for n, v in weights().items() if n in ("w1", "b1", "w3", "b3")}
    return text_model(folder / "normed.onnx", NORMED, kept | extra)


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> FloatModel:
    return text_model(tmp_path_factory.mktemp("diff") / "float.onnx", GRAPH, weights())


@pytest.fixture(scope="module")
def data() -> Dataset:
    return in_memory({"x": ROWS})


@pytest.fixture(scope="module")
def whole(model: FloatModel) -> Path:
    """A QDQ file with a scale for each channel."""
    return static(model.path, per_channel=True)


def static(source: Path, name: str = "qdq", **words: Any) -> Path:
    path = source.with_name(f"{name}.onnx")
    quantize_static(source, path, Reader(), **{**TYPES, **words})
    return path


def compared(model: FloatModel, path: Path, data: Dataset) -> Difference:
    return compare_files(model, path, data)


def assert_whole(model: FloatModel, found: Difference) -> None:
    assert not found.unmatched
    assert found.first_bad is None, found.first_bad
    tensors = {row.tensor for row in found.layers}
    assert {*layer_values(model).values()} - {"i"} <= tensors  # codes are flattened in some forms
    made = [row for row in found.layers if row.weights is not None]
    layers = {row.layer for row in found.layers if row.operator in ("Conv", "Gemm")}
    assert {row.layer for row in made} == layers
    assert all(row.local_db > 20 and row.weights.db > 25 for row in made if row.weights)


@pytest.mark.parametrize(
    "words",
    [
        {"per_channel": True},
        {"per_channel": False},
        {"quant_format": QuantFormat.QOperator},
        {"quant_format": QuantFormat.QOperator, "per_channel": True},
        {"calibrate_method": CalibrationMethod.Percentile, "per_channel": True},
        {"activation_type": QuantType.QInt8, "extra_options": {"ActivationSymmetric": True}},
    ],
    ids=["channel", "tensor", "qoperator", "qoperator-channel", "percentile", "symmetric"],
)
def test_whole_files_match_and_do_not_break(
    model: FloatModel, data: Dataset, words: dict[str, Any]
) -> None:
    assert_whole(model, compared(model, static(model.path, "form", **words), data))


def test_a_dynamic_file_is_read_with_its_integers(model: FloatModel, data: Dataset) -> None:
    path = model.path.with_name("dynamic.onnx")
    quantize_dynamic(model.path, path, weight_type=QuantType.QUInt8)
    found = compared(model, path, data)
    assert found.form == "dynamic"
    assert_whole(model, found)


def test_excluded_layers_are_told_as_floats(model: FloatModel, data: Dataset) -> None:
    name = next(node.name for node in model.graph.node if node.output[0] == "e")
    named = model.path.with_name("named.onnx")
    onnx.save(model.proto, named)
    found = compared(model, static(named, "some", nodes_to_exclude=[name]), data)
    row = row_of(found, "e")
    assert row.weights is not None
    assert row.weights.dtype == "float"
    assert row_of(found, "d").weights is not None


def island(model: FloatModel, tensor: str, bits: int) -> Path:
    """The layer that makes a value left float, what it reads rounded once more, to few bits."""
    name = next(node.name for node in model.graph.node if node.output[0] == tensor)
    named = model.path.with_name("named.onnx")
    onnx.save(model.proto, named)
    path = static(named, "island", nodes_to_exclude=[name], per_channel=True)
    proto = onnx.load(path)
    graph, ends = proto.graph, {t.name: t for t in proto.graph.initializer}
    place = next(at for at, node in enumerate(graph.node) if node.output[0] == tensor)
    reader = graph.node[place]
    source = reader.input[0].removesuffix("_DequantizeLinear_Output")
    steps = 255 // (2**bits - 1)
    wide = numpy_helper.to_array(ends[f"{source}_scale"]) * np.float32(steps)
    zero = numpy_helper.to_array(ends[f"{source}_zero_point"]) // steps
    kind = onnx.TensorProto.UINT4 if bits == 4 else onnx.TensorProto.UINT8
    graph.initializer.append(numpy_helper.from_array(np.float32(wide), "wide"))
    graph.initializer.append(helper.make_tensor("zero", kind, [], [int(zero)]))
    pair = ("QuantizeLinear", reader.input[0], "few"), ("DequantizeLinear", "few", "back")
    for at, (operator, value, made) in enumerate(pair):
        graph.node.insert(place + at, helper.make_node(operator, [value, "wide", "zero"], [made]))
    graph.node[place + 2].input[0] = "back"
    proto.opset_import[0].version, proto.ir_version = 21, 10
    onnx.save(proto, path)
    return path


def test_a_float_layer_between_coarse_roundings_is_an_island(
    model: FloatModel, data: Dataset, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert compared(model, island(model, "e", bits=8), data).first_bad is None
    path = island(model, "e", bits=4)
    np.save(tmp_path / "x.npy", ROWS)
    argv = ["diff", str(model.path), str(path), "--data", str(tmp_path / "x.npy"), "-q"]
    assert main(argv) == 0
    layer = next(node.name for node in model.graph.node if node.output[0] == "e")
    assert f"It breaks first at {layer}: {ISLAND}" in " ".join(capsys.readouterr().out.split())
    assert main([*argv, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)["first_bad"]
    assert (told["tensor"], told["reason"]) == ("e", "unquantized island")
    assert told["text"] == f"{layer}: {ISLAND}"


def test_a_second_float_file_is_equal(model: FloatModel, data: Dataset) -> None:
    path, options = model.path.with_name("optimized.onnx"), SessionOptions()
    options.graph_optimization_level = GraphOptimizationLevel.ORT_ENABLE_EXTENDED
    options.optimized_model_filepath = str(path)
    InferenceSession(model.path, options, providers=["CPUExecutionProvider"])
    assert any(node.op_type == "FusedConv" for node in onnx.load(path).graph.node)
    found = compared(model, path, data)
    assert found.form == "float"
    assert not found.unmatched
    assert found.first_bad is None
    assert all(row.accumulated_db > 80 for row in found.layers)


def test_half_precision_is_a_float_file(model: FloatModel, data: Dataset) -> None:
    path = model.path.with_name("half.onnx")
    onnx.save(convert_float_to_float16(onnx.load(model.path)), path)
    found = compared(model, path, data)
    assert found.form == "float16"
    assert not found.unmatched
    assert found.first_bad is None
    assert all(50 < row.accumulated_db < 90 for row in found.layers)


def test_batch_norms_that_stand_apart_in_the_file(tmp_path: Path, data: Dataset) -> None:
    model = normed(tmp_path)
    assert model.foldings
    for form in QuantFormat:
        path = static(model.path, form.name, per_channel=True, quant_format=form)
        found = compared(model, path, data)
        assert not found.unmatched
        assert found.first_bad is None
        weight = row_of(found, "b").weights
        assert weight is not None
        assert weight.db > 25


def row_of(found: Difference, tensor: str) -> LayerDifference:
    return next(row for row in found.layers if row.tensor == tensor)


def test_figures_are_those_of_the_files_themselves(
    model: FloatModel, data: Dataset, whole: Path
) -> None:
    """SQNR at the output, and a weight's, worked out by onnxruntime and numpy alone."""
    found = compared(model, whole, data)
    runs = [[Session(p).run({"x": r[None]})["y"] for r in ROWS] for p in (model.path, whole)]
    expected, theirs = (np.concatenate(each).astype(np.float64) for each in runs)
    db = 10 * np.log10(np.sum(expected**2) / np.sum((expected - theirs) ** 2))
    assert found.output.sqnr_db == pytest.approx(db, abs=1e-6)
    assert row_of(found, "y").accumulated_db == pytest.approx(db, abs=0.5)
    stored = {t.name: numpy_helper.to_array(t) for t in onnx.load(whole).graph.initializer}
    values, codes = weights()["w3"], stored["w3_quantized"].astype(np.float64)
    apart = values - codes * stored["w3_scale"].reshape(-1, 1, 1, 1)
    weight = row_of(found, "e").weights
    assert weight is not None
    assert weight.db == pytest.approx(10 * np.log10(np.sum(values**2) / np.sum(apart**2)), abs=1e-4)
    assert (weight.dtype, weight.granularity) == ("int8", "channel")
    grid = row_of(found, "f").range
    assert grid is not None
    zero, scale = int(stored["f_zero_point"]), float(stored["f_scale"])
    assert (grid.low, grid.high) == pytest.approx((-zero * scale, (255 - zero) * scale))


def renamed(path: Path) -> Path:
    """The file with new names for all that is no input or output, nodes without one."""
    proto = onnx.load(path)
    kept = {v.name for v in (*proto.graph.input, *proto.graph.output)}
    names: dict[str, str] = {}

    def new(name: str) -> str:
        return name if name in kept or not name else names.setdefault(name, f"t{len(names)}")

    for node in proto.graph.node:
        node.name = ""
        node.input[:] = [new(name) for name in node.input]
        node.output[:] = [new(name) for name in node.output]
    for tensor in proto.graph.initializer:
        tensor.name = new(tensor.name)
    del proto.graph.value_info[:]
    other = path.with_name(f"renamed_{path.name}")
    onnx.save(proto, other)
    return other


@pytest.mark.parametrize("form", list(QuantFormat))
def test_other_names_are_found_by_structure(
    model: FloatModel, data: Dataset, form: QuantFormat
) -> None:
    path = renamed(static(model.path, form.name, quant_format=form, per_channel=True))
    found = compared(model, path, data)
    assert_whole(model, found)
    assert {row.how for row in found.layers if row.tensor not in "xy"} == {"structure"}


def rounding_while_it_runs(path: Path) -> Path:
    """The file with float weights and a QuantizeLinear behind each, as training tools write it."""
    proto = onnx.load(path)
    tensors = {tensor.name: tensor for tensor in proto.graph.initializer}
    nodes: list[onnx.NodeProto] = []
    for node in proto.graph.node:
        codes = tensors.get(node.input[0])
        if node.op_type == "DequantizeLinear" and codes is not None and codes.dims:
            words = {a.name: helper.get_attribute_value(a) for a in node.attribute}
            made = encoding_of(node, tensors)
            if made is not None:
                values = replace(made, granularity=PerAxis(words["axis"])).dequantize
                real = numpy_helper.from_array(values(numpy_helper.to_array(codes)), "")
                proto.graph.initializer.remove(codes)
                real.name = f"{codes.name}_real"
                proto.graph.initializer.append(real)
                inputs = [real.name, *node.input[1:]]
                nodes.append(helper.make_node("QuantizeLinear", inputs, [codes.name], **words))
        nodes.append(node)
    del proto.graph.node[:]
    proto.graph.node.extend(nodes)
    other = path.with_name(f"training_{path.name}")
    onnx.save(proto, other)
    return other


def test_float_weights_with_a_pair_behind_are_codes(model: FloatModel, data: Dataset) -> None:
    stored = static(model.path, "stored", per_channel=True)
    training = rounding_while_it_runs(stored)
    rounds = [n for n in onnx.load(training).graph.node if n.op_type == "QuantizeLinear"]
    assert sum("_real" in n.input[0] for n in rounds) == 4
    ours, theirs = (compared(model, path, data) for path in (training, stored))
    assert_whole(model, ours)
    assert [row.weights for row in ours.layers] == [row.weights for row in theirs.layers]
    whole, taken = (take_over(join(model, read_other(p), data)).plan for p in (stored, training))
    assert taken == whole
    opened = open_model(training)
    found = stored_weight(opened, next(n.name for n in opened.graph.node if n.op_type == "Conv"))
    assert found is not None
    assert np.allclose(found[0], model.weight("w1"), atol=0.05)


Change = Callable[[dict[str, onnx.TensorProto], onnx.ModelProto], None]


def spoiled(path: Path, change: Change) -> Path:
    proto = onnx.load(path)
    change({tensor.name: tensor for tensor in proto.graph.initializer}, proto)
    other = path.with_name("spoiled.onnx")
    onnx.save(proto, other)
    return other


def put(tensor: onnx.TensorProto, values: Any) -> None:
    kind = numpy_helper.to_array(tensor).dtype
    made = np.asarray(values).astype(kind)
    tensor.CopyFrom(numpy_helper.from_array(made, tensor.name))


def scaled(name: str, factor: float) -> Change:
    def change(found: dict[str, onnx.TensorProto], _: onnx.ModelProto) -> None:
        put(found[name], numpy_helper.to_array(found[name]) * factor)

    return change


def axis(found: dict[str, onnx.TensorProto], proto: onnx.ModelProto) -> None:
    node = next(n for n in proto.graph.node if n.input[0] == "w3_quantized")
    del node.attribute[:]
    node.attribute.append(helper.make_attribute("axis", 1))
    put(found["w3_scale"], numpy_helper.to_array(found["w3_scale"]) * np.geomspace(0.2, 5, 8))


def zero_point(found: dict[str, onnx.TensorProto], _: onnx.ModelProto) -> None:
    put(found["w3_zero_point"], np.full(8, 9))


def older(found: dict[str, onnx.TensorProto], _: onnx.ModelProto) -> None:
    put(found["w3_quantized"], numpy_helper.to_array(found["w3_quantized"])[::-1])


def cut(found: dict[str, onnx.TensorProto], proto: onnx.ModelProto) -> None:
    """The zero point that codes are read with is another one."""
    node = next(n for n in proto.graph.node if n.output[0] == "f_DequantizeLinear_Output")
    moved = numpy_helper.from_array(np.array(60, np.uint8), "moved")
    proto.graph.initializer.append(moved)
    node.input[2] = "moved"


@pytest.mark.parametrize(
    ("tensor", "reason", "change"),
    [
        ("f", "range too narrow", scaled("f_scale", 1 / 8)),
        ("f", "range too wide", scaled("f_scale", 24)),
        ("e", "bias at the wrong scale", scaled("b3_quantized_scale", 64)),
        ("e", "a zero point that cuts", zero_point),
        ("e", "other weights", older),
        ("f", "a zero point that cuts", cut),
    ],
)
def test_what_was_spoiled_is_named_first(
    model: FloatModel, data: Dataset, whole: Path, tensor: str, reason: str, change: Change
) -> None:
    found = compared(model, spoiled(whole, change), data)
    first = found.first_bad
    assert first is not None
    assert (first.tensor, first.reason.value) == (tensor, reason)
    assert first.layer == row_of(found, tensor).layer
    assert first.db < 20
    assert found.to_json()["first_bad"]["reason"] == reason


def test_the_command_says_where_it_breaks(
    model: FloatModel, whole: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    np.save(tmp_path / "x.npy", ROWS)
    path = spoiled(whole, scaled("f_scale", 1 / 8))
    argv = ["diff", str(model.path), str(path), "--data", str(tmp_path / "x.npy"), "-q"]
    page = tmp_path / "page.html"
    assert main([*argv, "--csv", str(tmp_path / "rows.csv"), "--html", str(page)]) == 0
    assert "the range of &#x27;f&#x27; is too narrow" in page.read_text(encoding="utf-8")
    out = capsys.readouterr().out
    assert "It breaks first at" in out
    assert "the range of 'f' is too narrow" in out
    assert "local_db" in (tmp_path / "rows.csv").read_text(encoding="utf-8")
    assert main([*argv, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)["first_bad"]
    assert set(told) == {"layer", "node", "tensor", "reason", "db", "text"}
    assert (told["tensor"], told["reason"]) == ("f", "range too narrow")


def test_networks_without_a_common_output_are_refused(model: FloatModel, data: Dataset) -> None:
    ports = "float[n,3,8,8] p, float[n,3,8,8] q"
    graph = f"g (float[n,3,8,8] x) => ({ports}) {{ p = Relu(x) q = Abs(x) }}"
    other = text_model(model.path.with_name("another.onnx"), graph, {})
    with pytest.raises(ModelError, match="share no output"):
        compared(model, other.path, data)


def test_a_file_that_takes_more_is_refused(model: FloatModel, data: Dataset) -> None:
    ports = "float[n,3,8,8] x, float[n,5] z"
    graph = f"g ({ports}) => (float[n,5] y) {{ m = Flatten(x) p = MatMul(m, w) y = Add(p, z) }}"
    weight = np.ones((192, 5), np.float32)
    other = text_model(model.path.with_name("more.onnx"), graph, {"w": weight})
    with pytest.raises(DataError, match="has 2 inputs and the float network 1"):
        compared(model, other.path, data)


def padded(model: FloatModel) -> Path:
    """Other names, and padding apart."""
    graph = """
    g (float[n,3,8,8] x) => (float[n,5] y) {
      p = Pad (x, sides)
      q = Conv (p, w1, b1)
      r = Relu (q)
      s = Pad (r, sides)
      t = Conv <group: int = 8> (s, w2, b2)
      u = Relu (t)
      v = Conv (u, w3, b3)
      w = Add (v, r)
      h1 = GlobalAveragePool (w)
      i1 = Flatten (h1)
      y = Gemm (i1, w4, b4)
    }
    """
    sides = np.array([0, 0, 1, 1, 0, 0, 1, 1], np.int64)
    path = model.path.with_name("padded.onnx")
    return text_model(path, graph, weights() | {"sides": sides}).path


def test_what_the_wiring_does_not_tell_is_found_by_values(model: FloatModel, data: Dataset) -> None:
    blind = join(model, read_other(padded(model)))
    assert unmatched(model, blind.other, blind.matching)
    found = compared(model, static(padded(model), "apart", per_channel=True), data)
    assert not found.unmatched
    assert found.first_bad is None
    assert {"b": "r", "d": "u", "e": "v"}.items() <= {
        r.tensor: r.other for r in found.layers
    }.items()
    assert "values" in {row.how for row in found.layers}
    assert all(row.accumulated_db > 20 and row.local_db > 20 for row in found.layers)


def test_values_in_another_order_of_axes_are_found(model: FloatModel, data: Dataset) -> None:
    graph = """
    g (float[n,3,8,8] x) => (float[n,5] y) {
      p = Pad (x, sides)
      q = Conv (p, w1, b1)
      turned = Transpose <perm: ints = [0,2,3,1]> (q)
      r1 = Relu (turned)
      r = Transpose <perm: ints = [0,3,1,2]> (r1)
      s = Pad (r, sides)
      t = Conv <group: int = 8> (s, w2, b2)
      u = Relu (t)
      v = Conv (u, w3, b3)
      w = Add (v, r)
      h1 = GlobalAveragePool (w)
      i1 = Flatten (h1)
      y = Gemm (i1, w4, b4)
    }
    """
    sides = np.array([0, 0, 1, 1, 0, 0, 1, 1], np.int64)
    values = weights() | {"sides": sides}
    other = text_model(model.path.with_name("turned.onnx"), graph, values)
    found = compared(model, other.path, data)
    assert not found.unmatched
    assert all(row.accumulated_db > 90 for row in found.layers)


def test_a_range_before_a_batch_norm_that_stands_apart_is_named(
    tmp_path: Path, data: Dataset
) -> None:
    model = normed(tmp_path)
    whole = static(model.path, "apart", per_channel=True)
    found = compared(model, spoiled(whole, scaled("a_scale", 1 / 8)), data)
    first = found.first_bad
    assert first is not None
    assert (first.tensor, first.reason.value) == ("b", "range too narrow")
    assert "'a'" in str(first.text)
