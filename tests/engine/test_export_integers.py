from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, parser

from quantengine.cli.main import main
from quantengine.errors import NothingToWrite
from quantengine.export.export import export_model
from quantengine.export.integers import integers_in
from quantengine.export.options import ExportOptions
from quantengine.graph.flow import integer_flow
from quantengine.graph.layers import model_layers
from quantengine.graph.model import FloatModel
from quantengine.observe.calibrate import calibrate
from quantengine.observe.taps import model_taps
from quantengine.plan import QuantPlan
from quantengine.resolve.resolve import Resolution, resolve_plan
from quantengine.runtime import Session
from tests.engine.onnx_text import text_model
from tests.engine.small_network import images, network

NO_PRODUCT = """
g (float[n,8] x) => (float[n,8] y) {
  a = Sigmoid (x)
  m = ReduceMean <axes = [1]> (a)
  y = Sub (a, m)
}
"""
TINY = "g (float[n,2] x) => (float[n,2] y) { y = MatMul (x, w) }"
Captured = pytest.CaptureFixture[str]


def no_product(folder: Path) -> tuple[FloatModel, Path]:
    data = folder / "x.npy"
    np.save(data, np.random.default_rng(0).normal(size=(12, 8)).astype(np.float32))
    return text_model(folder / "m.onnx", NO_PRODUCT, {}), data


def quantize(folder: Path, *more: str) -> int:
    model, data = no_product(folder)
    words = [str(model.path), "--data", str(data), "-o", str(folder / "out.onnx")]
    return main(["quantize", *words, *more])


def test_nothing_integer_is_not_written_and_says_why(tmp_path: Path, capsys: Captured) -> None:
    assert quantize(tmp_path) == 3
    said = capsys.readouterr().err.splitlines()[-1]
    assert "1 Sigmoid, 1 ReduceMean, 1 Sub: nothing after it asks for codes" in said
    assert said.endswith("--force writes the file all the same.")
    assert not (tmp_path / "out.onnx").exists()


def test_force_writes_it_and_says_so(tmp_path: Path, capsys: Captured) -> None:
    assert quantize(tmp_path, "--force", "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["integer_nodes"], found["integer_weights"]) == (0, 0)
    assert any("Nothing in the file is an integer" in note for note in found["notes"])
    assert (tmp_path / "out.onnx").exists()


def test_layers_that_the_plan_leaves_float_are_counted(tmp_path: Path) -> None:
    model = network(tmp_path)
    plan = QuantPlan()
    plan = replace(
        plan,
        weights=replace(plan.weights, dtype="float"),
        activations=replace(plan.activations, dtype="float"),
    )
    with pytest.raises(NothingToWrite, match="the plan leaves all"):
        export_model(model, resolve_plan(model, plan), tmp_path / "out.onnx")
    kept = resolve_plan(model, QuantPlan().with_float("*"))
    with pytest.raises(NothingToWrite, match="kept float by the plan"):
        export_model(model, kept, tmp_path / "out.onnx")


def resolved(folder: Path, activations: str) -> tuple[FloatModel, Resolution]:
    model = network(folder)
    plan = QuantPlan()
    plan = replace(plan, activations=replace(plan.activations, dtype=activations))
    table = calibrate(model, images(), model_taps(model))
    return model, resolve_plan(model, plan, table)


def test_numbers_in_double_are_no_shapes(tmp_path: Path) -> None:
    text = "g (double[n,2] x) => (double[n,2] y) { y = MatMul (x, w) }"
    model = text_model(tmp_path / "m.onnx", text, {"w": np.eye(2) * 1e300})
    (layer,) = model_layers(model, integer_flow(model))
    assert not layer.minor
    with pytest.raises(NothingToWrite, match="1 MatMul: computes in double: only float32"):
        export_model(model, resolve_plan(model, QuantPlan()), tmp_path / "out.onnx")


def test_what_is_float_in_a_quantized_file_is_not_called_quantized(tmp_path: Path) -> None:
    text = """g (float[n,2] x) => (float[n,2] y) {
      c = QuantizeLinear (x, s, z)  d = DequantizeLinear (c, s, z)  a = MatMul (d, w)  y = Exp (a)
    }"""
    values = {"w": np.eye(2, dtype=np.float32), "s": np.float32(0.1), "z": np.uint8(3)}
    model = text_model(tmp_path / "m.onnx", text, values)
    said = [
        str(layer.reason and layer.reason.text)
        for layer in model_layers(model, integer_flow(model))
    ]
    assert said == [*["quantized already"] * 3, "float in this file"]


@pytest.mark.parametrize("form", ["qdq", "qoperator"])
@pytest.mark.parametrize(
    ("activations", "on_codes"), [("uint8", True), ("dynamic", True), ("float", False)]
)
def test_every_form_counts_its_weights(
    activations: str, on_codes: bool, form: str, tmp_path: Path
) -> None:
    model, resolution = resolved(tmp_path, activations)
    report = export_model(model, resolution, tmp_path / "out.onnx", ExportOptions(form))
    assert report.integers.weights == 3
    assert (report.integers.nodes > 0) is on_codes


def test_a_file_that_grew_is_remarked(tmp_path: Path) -> None:
    model = text_model(tmp_path / "m.onnx", TINY, {"w": np.eye(2, dtype=np.float32)})
    plan = replace(QuantPlan(), activations=replace(QuantPlan().activations, dtype="float"))
    report = export_model(model, resolve_plan(model, plan), tmp_path / "out.onnx")
    assert report.bytes_after > report.bytes_before
    assert any("The file grew" in note for note in report.notes)


def test_a_pair_around_float_operators_is_no_integer() -> None:
    proto = parser.parse_model(
        '<ir_version: 8, opset_import: ["" : 17]> '
        "g (float[n,8] x, float s, uint8 z) => (float[n,8] y) {\n"
        "  a = Sigmoid (x)\n  q = QuantizeLinear (a, s, z)\n  y = DequantizeLinear (q, s, z)\n}"
    )
    assert integers_in(proto).none
    shift = helper.make_tensor("shift", TensorProto.INT64, [1], [3])
    proto.graph.initializer.append(shift)
    assert integers_in(proto).none


def test_a_table_of_rows_counts_as_a_weight() -> None:
    proto = parser.parse_model(
        '<ir_version: 8, opset_import: ["" : 17]> '
        "g (int64[n] x, float s, uint8 z) => (float[n,4] y) {\n"
        "  q = Gather (w, x)\n  y = DequantizeLinear (q, s, z)\n}"
    )
    proto.graph.initializer.append(
        helper.make_tensor("w", TensorProto.UINT8, [3, 4], bytes(12), raw=True)
    )
    assert integers_in(proto).weights == 1


def classifier(folder: Path) -> Path:
    """As other tools export it: labels, and a sequence of maps from class to probability."""
    linear = helper.make_node(
        "LinearClassifier",
        ["x"],
        ["label", "scores"],
        domain="ai.onnx.ml",
        classlabels_ints=[0, 1, 2],
        coefficients=[1.0, 0, 0, 1, -1, 1],
        intercepts=[0.0, 0, 0],
        post_transform="SOFTMAX",
    )
    named = helper.make_node(
        "ZipMap", ["scores"], ["chances"], domain="ai.onnx.ml", classlabels_int64s=[0, 1, 2]
    )
    inputs = [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["n", 2])]
    chances = helper.make_value_info(
        "chances",
        helper.make_sequence_type_proto(
            helper.make_map_type_proto(
                TensorProto.INT64, helper.make_tensor_type_proto(TensorProto.FLOAT, [])
            )
        ),
    )
    outputs = [helper.make_tensor_value_info("label", TensorProto.INT64, ["n"]), chances]
    opsets = [helper.make_opsetid("", 17), helper.make_opsetid("ai.onnx.ml", 3)]
    graph = helper.make_graph([linear, named], "g", inputs, outputs)
    path = folder / "classifier.onnx"
    onnx.save(helper.make_model(graph, opset_imports=opsets, ir_version=8), path)
    return path


def test_what_holds_no_tensor_to_observe_is_nothing_to_write(
    tmp_path: Path, capsys: Captured
) -> None:
    np.save(tmp_path / "x.npy", np.random.default_rng(0).normal(size=(12, 2)).astype(np.float32))
    path, out = classifier(tmp_path), tmp_path / "out.onnx"
    words = ["quantize", str(path), "--data", str(tmp_path / "x.npy"), "-o", str(out)]
    for more in ([], ["--recover", "auto"]):
        assert main([*words, *more]) == 3
        assert "1 LinearClassifier: it has no integer form" in capsys.readouterr().err
    assert main([*words, "--force", "--json"]) == 0
    quality = json.loads(capsys.readouterr().out)["quality"]
    assert [output["name"] for output in quality["outputs"]] == ["label", "chances"]
    assert quality["outputs"][0]["equal"] == 1


def test_maps_and_sequences_come_as_arrays(tmp_path: Path) -> None:
    rows = np.array([[1, 0], [0, 5], [-5, 0]], np.float32)
    found = Session(classifier(tmp_path)).run({"x": rows})
    assert found["chances"].shape == (3, 3)
    assert np.allclose(found["chances"].sum(axis=1), 1)
    assert np.array_equal(found["chances"].argmax(axis=1), found["label"])
