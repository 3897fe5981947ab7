"""What each target asks of a file, held to the file that is written."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import numpy_helper

from quantengine.analyze.simulate import Simulator
from quantengine.cli.main import main
from quantengine.data.open import in_memory
from quantengine.decisions import plan_taps
from quantengine.export.export import ExportReport, export_model
from quantengine.export.target_check import broken_rules
from quantengine.graph.model import FloatModel
from quantengine.observe.calibrate import calibrate
from quantengine.observe.table import CalibrationTable
from quantengine.resolve.placing import placements
from quantengine.resolve.resolve import Resolution, resolve_plan
from quantengine.runtime import Session
from quantengine.targets import TARGETS, plan_for
from tests.engine.onnx_text import text_model

RNG = np.random.default_rng(8)
SAMPLES = RNG.normal(size=(4, 3, 6, 6)).astype(np.float32)
GRAPH = """
g (float[1,3,6,6] x) => (float[1,4] y) {
  a = Conv <pads: ints = [1,1,1,1]> (x, w1, b1)
  b = Relu (a)
  c = Conv (x, w2, b2)
  d = Sigmoid (c)
  e = Pad (d, pads)
  f = Concat <axis: int = 1> (b, e)
  p = GlobalAveragePool (f)
  v = Flatten (p)
  t = Tanh (v)
  m = MatMul (t, w3)
  y = Softmax <axis: int = -1> (m)
}
"""
ASKING = [name for name, target in TARGETS.items() if target.is_asking]


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> FloatModel:
    weights = {
        "w1": RNG.normal(size=(4, 3, 3, 3)).astype(np.float32) * 3,
        "b1": RNG.normal(size=4).astype(np.float32),
        "w2": RNG.normal(size=(4, 3, 1, 1)).astype(np.float32),
        "b2": RNG.normal(size=4).astype(np.float32),
        "w3": RNG.normal(size=(8, 4)).astype(np.float32),
        "pads": np.array([0] * 8),
    }
    return text_model(tmp_path_factory.mktemp("targets") / "m.onnx", GRAPH, weights)


@pytest.fixture(scope="module")
def table(model: FloatModel) -> CalibrationTable:
    return calibrate(model, in_memory({"x": SAMPLES}), plan_taps(model, plan_for("neutron")))


def made(
    model: FloatModel, table: CalibrationTable, name: str, folder: Path
) -> tuple[Resolution, ExportReport, onnx.ModelProto]:
    resolution = resolve_plan(model, plan_for(name), table)
    path = folder / f"{name}.onnx"
    report = export_model(model, resolution, path, table=table, probes=[{"x": SAMPLES[:1]}])
    return resolution, report, onnx.load(path)


@pytest.mark.parametrize("name", ASKING)
def test_a_file_keeps_the_rules_of_its_target(
    model: FloatModel, table: CalibrationTable, tmp_path: Path, name: str
) -> None:
    resolution, report, proto = made(model, table, name, tmp_path)
    broken = [str(each) for each in broken_rules(proto, name)]
    if name == "neutron":  # a fixed scale meets a Concat, which asks for one of its own
        (apart,) = [note for note in resolution.notes if "stays apart" in note]
        assert "'d'" in apart
        assert "around 'Concat_f'" in broken.pop()
    assert not broken
    assert report.verification.reference_sqnr_db > 15


@pytest.mark.parametrize("name", ASKING)
def test_a_file_for_another_target_breaks_them(
    model: FloatModel, table: CalibrationTable, tmp_path: Path, name: str
) -> None:
    other = {"stm32n6": "qnn-htp", "stm32mp2": "onnxruntime-cpu", "vitisai-a16w8": "vitisai-a8w8"}
    _, _, proto = made(model, table, other.get(name, "stm32n6"), tmp_path)
    assert broken_rules(proto, name)


def parameters(proto: onnx.ModelProto, tensor: str) -> tuple[float, int]:
    constants = {t.name: numpy_helper.to_array(t) for t in proto.graph.initializer}
    node = next(
        n for n in proto.graph.node if n.op_type == "QuantizeLinear" and n.input[0] == tensor
    )
    return float(constants[node.input[1]]), int(constants[node.input[2]])


def test_outputs_of_operators_have_the_scales_that_hardware_has(
    model: FloatModel, table: CalibrationTable, tmp_path: Path
) -> None:
    _, _, proto = made(model, table, "qnn-htp", tmp_path)
    assert parameters(proto, "d") == (1 / 65536, 0)
    assert parameters(proto, "t") == (1 / 32768, 32768)
    _, _, proto = made(model, table, "neutron", tmp_path)
    assert parameters(proto, "d") == (1 / 256, -128)
    assert parameters(proto, "t") == (1 / 128, 0)
    assert parameters(proto, "y_float") == (1 / 256, -128)


def test_what_sharing_one_encoding_costs_is_said(
    model: FloatModel, table: CalibrationTable, tmp_path: Path
) -> None:
    resolution, _, proto = made(model, table, "vitisai-xint8", tmp_path)
    assert parameters(proto, "b") == parameters(proto, "f") == parameters(proto, "d")
    said = [note for note in resolution.notes if "asks for one encoding" in note]
    assert len(said) == 1
    assert "'d' keeps" in said[0]
    free = resolve_plan(model, replace(plan_for("stm32n6"), edges=resolution.plan.edges), table)
    assert not any("one encoding" in note for note in free.notes)


def test_every_attribute_of_a_convolution_is_written_out(
    model: FloatModel, table: CalibrationTable, tmp_path: Path
) -> None:
    _, _, proto = made(model, table, "vitisai-xint8", tmp_path)
    for node in proto.graph.node:
        if node.op_type == "Conv":
            told = {each.name for each in node.attribute}
            assert told == {"kernel_shape", "strides", "dilations", "group", "auto_pad", "pads"}


def test_every_rule_has_a_source() -> None:
    for target in TARGETS.values():
        assert all(rule.text and len(rule.source) > 3 for rule in target.rules)


def test_where_each_node_runs_and_what_would_suit_better(tmp_path: Path) -> None:
    graph = """
    g (float[n,3,6,6] x) => (float[n,4] y) {
      a = Conv (x, w)
      p = GlobalAveragePool (a)
      v = Flatten (p)
      e = Exp (v)
      y = Pow (e, two)
    }
    """
    weights = {"w": np.ones((4, 3, 3, 3), np.float32), "two": np.array(2, np.float32)}
    network = text_model(tmp_path / "m.onnx", graph, weights)
    found = {name: placements(network, plan_for(name)) for name in TARGETS}
    where = {
        name: [(each.operator, each.where) for each in each_of.nodes][-2:]
        for name, each_of in found.items()
    }
    assert where["onnxruntime-cpu"] == [("Exp", "float"), ("Pow", "float")]
    assert where["stm32n6"] == [("Exp", "falls"), ("Pow", "falls")]
    assert where["qnn-htp"] == [("Exp", "integers"), ("Pow", "integers")]
    assert str(found["qnn-htp"].nodes[-1].why) == "between codes, where qnn-htp has Pow"
    assert [str(each) for each in found["qnn-htp"].proposals] == ["--shape x=1,3,6,6"]
    assert [str(each) for each in found["stm32n6"].proposals] == ["--outputs a"]
    assert found["tensorrt"].proposals == ()


def test_the_command_line_says_where_each_node_runs(
    model: FloatModel, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["inspect", str(model.path), "--target", "stm32n6"]) == 0
    told = capsys.readouterr().out
    assert "falls to the CPU because Softmax has no integer form" in told
    assert "Better for stm32n6: --outputs m" in told
    assert main(["inspect", str(model.path), "--target", "neutron", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert {each["where"] for each in found["nodes"]} == {"integers"}
    assert found["rules"][0]["source"].startswith("docs.pytorch.org")


@pytest.mark.parametrize("name", ["qnn-htp", "qnn-htp-w8a8", "neutron"])
def test_masks_become_finite_and_hide_what_they_hid(tmp_path: Path, name: str) -> None:
    graph = """
    g (float[1,6,4] x, bool[1,1,6] seen) => (float[1,6,6] y) {
      s = MatMul (x, w)
      m = Where (seen, zero, least)
      a = Add (s, m)
      y = Softmax <axis: int = -1> (a)
    }
    """
    rng = np.random.default_rng(2)
    weights = {
        "w": rng.normal(size=(4, 6)).astype(np.float32),
        "zero": np.array(0, np.float32),
        "least": np.array(np.finfo(np.float32).min, np.float32),
    }
    network = text_model(tmp_path / "m.onnx", graph, weights)
    seen = rng.random((8, 1, 6)) < 0.7
    seen[:, 0, 0] = True
    data = in_memory({"x": rng.normal(size=(8, 6, 4)).astype(np.float32), "seen": seen})
    plan = plan_for(name)
    observed = calibrate(network, data, plan_taps(network, plan))
    path, feeds = tmp_path / "q.onnx", [data.load(k).feeds for k in range(8)]
    resolution = resolve_plan(network, plan, observed)
    report = export_model(network, resolution, path, table=observed, probes=feeds)
    assert not broken_rules(onnx.load(path), name)
    assert report.verification.reference_sqnr_db > (30 if name != "qnn-htp" else 40)
    simulated = Simulator(network).run(feeds[0], resolution.encodings)["y"]
    file, original = Session(path, optimize=False), Session(network.path)
    np.testing.assert_array_equal(simulated, file.run(feeds[0])["y"])
    for fed in feeds:
        found, expected = file.run(fed)["y"], original.run(fed)["y"]
        hidden = np.broadcast_to(~fed["seen"], found.shape)
        assert not expected[hidden].any()
        assert not found[hidden].any()
    ends = [float(e.low) for e in resolution.encodings.activations.values()]
    assert min(ends) > -100
