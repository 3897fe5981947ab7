from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import pytest

from quantengine.data.open import in_memory
from quantengine.graph.load import open_model
from quantengine.graph.model import FloatModel
from quantengine.observe import stages as staging
from quantengine.observe.calibrate import calibrate
from quantengine.observe.observed_model import observed_model
from quantengine.observe.stages import stages
from quantengine.observe.tap import Tap
from quantengine.observe.taps import model_taps
from quantengine.runtime import Session

NETWORK = """
<ir_version: 8, opset_import: ["" : 17]>
net (float[n, 2, 4, 4] x) => (float[n, 3, 4, 4] y)
<float[3, 2, 1, 1] w1 = {1, -1, 0.5, 2, -3, 0.25},
 float[3, 3, 1, 1] w2 = {1, 2, -1, 0.5, 2, 0.1, -1, 0.3, 1}>
{
  unseen = Conv(x, w1)
  a = Relu(unseen)
  size = Shape(a)
  b = Conv(a, w2)
  c = Relu(b)
  d = Add(c, unseen)
  y = Reshape(d, size)
}
"""
TAPS = (Tap("x", 1), Tap("a", 1), Tap("c", 1), Tap("d", 1), Tap("y", 1, keep_rows=True))
TENSOR_BYTES = 4 * 3 * 4 * 4


@pytest.fixture
def model(tmp_path: Path) -> FloatModel:
    path = tmp_path / "net.onnx"
    onnx.save(onnx.parser.parse_model(NETWORK), path)
    return open_model(path)


def test_every_tap_is_in_one_stage_and_what_is_read_later_is_carried(model: FloatModel) -> None:
    cut = stages(model, TAPS, TENSOR_BYTES)
    assert len(cut) > 1
    assert [tap for stage in cut for tap in stage.taps] == list(TAPS)
    made: set[str] = set()
    for stage in cut:
        assert set(stage.fed) <= made | {"x"}
        made |= set(stage.carried)
    assert cut[0].carried.keys() == {"a", "unseen"}
    assert cut[0].beside.keys() == {"unseen"}
    assert cut[1].carried["size"] == np.int64


def test_little_is_observed_in_one_stage(model: FloatModel) -> None:
    (stage,) = stages(model, TAPS)
    assert stage.taps == TAPS
    assert not stage.carried


def test_nodes_that_lead_to_no_tap_are_left_out(model: FloatModel) -> None:
    (stage,) = stages(model, [Tap("a")])
    assert [node.op_type for node in stage.nodes] == ["Conv", "Relu"]


def test_an_unknown_type_is_not_cut_at(model: FloatModel) -> None:
    for name in ("a", "size", "unseen"):
        types = {k: v for k, v in model.types.items() if k != name}
        cut = stages(replace(model, types=types), TAPS, TENSOR_BYTES)
        assert all(name not in stage.carried for stage in cut)


@pytest.mark.parametrize("quantized_inputs", [False, True])
def test_stages_find_what_the_whole_network_finds(
    model: FloatModel, monkeypatch: pytest.MonkeyPatch, quantized_inputs: bool
) -> None:
    data = in_memory({"x": np.random.default_rng(1).normal(size=(9, 2, 4, 4)).astype(np.float32)})
    whole = calibrate(model, data, TAPS, quantized_inputs=quantized_inputs)
    monkeypatch.setattr(staging.stages, "__defaults__", (TENSOR_BYTES,))
    assert len(stages(model, TAPS)) > 1
    staged = calibrate(model, data, TAPS, workers=2, quantized_inputs=quantized_inputs)
    assert list(staged.tensors) == list(whole.tensors)
    for name, stats in staged.tensors.items():
        other = whole.tensors[name]
        assert (stats.low, stats.high, stats.count) == (other.low, other.high, other.count)
        assert stats.mean == other.mean
        np.testing.assert_array_equal(stats.histogram.counts, other.histogram.counts)


def test_a_model_that_lies_about_a_shape_is_still_observed(model: FloatModel) -> None:
    types = dict(model.types)
    types["a"] = types["x"]
    lying = replace(model, types=types)
    values = np.ones((3, 2, 4, 4), np.float32)
    assert calibrate(lying, in_memory({"x": values}), TAPS).tensors["a"].count == 3 * 48


def test_mobilenetv2_is_cut_into_stages_that_end_as_the_whole(shared: Path) -> None:
    model = open_model(shared / "models/mobilenetv2.onnx")
    taps = model_taps(model)
    cut = stages(model, taps)
    assert len(cut) > 4
    feeds = {"input": np.random.default_rng(0).normal(size=(1, 3, 224, 224)).astype(np.float32)}
    (whole,) = stages(model, taps, 1 << 40)
    expected = Session(observed_model(model, whole)).run(feeds)
    values = dict(feeds)
    for stage in cut:
        session = Session(observed_model(model, stage))
        values |= session.run({port.name: values[port.name] for port in session.inputs})
    for name, array in expected.items():
        np.testing.assert_array_equal(values[name], array, err_msg=name)
