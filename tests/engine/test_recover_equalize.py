from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from quantengine.data.open import in_memory
from quantengine.graph.model import FloatModel
from quantengine.observe.calibrate import calibrate
from quantengine.observe.table import CalibrationTable
from quantengine.observe.taps import model_taps
from quantengine.recover.equalize import equalize
from quantengine.runtime import Session
from tests.engine.onnx_text import text_model

RNG = np.random.default_rng(3)
X = RNG.normal(size=(24, 4, 8, 8)).astype(np.float32)

PLAIN = """
g (float[n,4,8,8] x) => (float[n,3,6,6] y) {
  a = Conv <pads: ints = [1,1,1,1]> (x, w1, b1)
  b = OPERATOR (a)
  y = Conv (b, w2)
}
"""

CLIPPED = """
g (float[n,4,8,8] x) => (float[n,3,8,8] y) {
  a = Conv (x, w1, b1)
  b = Clip (a, zero, six)
  c = Conv <pads: ints = [1,1,1,1], group: int = 6> (b, dw, b1)
  d = Clip (c, zero, six)
  y = Conv (d, w2)
}
"""

RESIDUAL = """
g (float[n,4,8,8] x) => (float[n,3] y) {
  a = Conv <pads: ints = [1,1,1,1]> (x, w1, b1)
  b = Relu (a)
  c = Conv <pads: ints = [1,1,1,1]> (b, w2, b2)
  d = Add (b, c)
  e = Relu (d)
  f = GlobalAveragePool (e)
  g = Flatten (f)
  y = Gemm (g, w3)
}
"""

SHARED = """
g (float[n,4,8,8] x) => (float[n,6,8,8] b, float[n,3,6,6] y) {
  a = Conv <pads: ints = [1,1,1,1]> (x, w1, b1)
  b = Relu (a)
  y = Conv (b, w2)
}
"""


def weight(*shape: int, spread: bool = False) -> np.ndarray:
    values = RNG.normal(size=shape)
    if spread:
        values *= 10.0 ** RNG.uniform(-2, 1, (shape[0], *[1] * (len(shape) - 1)))
    return values.astype(np.float32)


def run(model: FloatModel, x: np.ndarray = X) -> np.ndarray:
    return Session(model.proto, threads=1).run({"x": x})["y"]


def table_of(model: FloatModel) -> CalibrationTable:
    return calibrate(model, in_memory({"x": X}), model_taps(model), workers=1)


def imbalance(weights: np.ndarray) -> float:
    largest = np.abs(weights.reshape(len(weights), -1)).max(axis=1)
    return float(largest.max() / largest.min())


@pytest.mark.parametrize("operator", ["Relu", "Identity", "LeakyRelu <alpha: float = 0.1>"])
def test_the_function_stays_and_ranges_even_out(tmp_path: Path, operator: str) -> None:
    name, _, attributes = operator.partition(" ")
    graph = PLAIN.replace("OPERATOR (a)", f"{name} {attributes} (a)")
    weights = {"w1": weight(6, 4, 3, 3, spread=True), "b1": weight(6), "w2": weight(3, 6, 3, 3)}
    model = text_model(tmp_path / "m.onnx", graph, weights)
    found = equalize(model)
    first = next(n for n in found.model.graph.node if n.op_type == "Conv").input[1]
    assert found.scaled == 6
    assert imbalance(found.model.constant(first)) < imbalance(weights["w1"]) / 4
    assert np.abs(run(found.model) - run(model)).max() < 1e-4 * np.abs(run(model)).max()
    assert found.model.digest != model.digest


def clipped(tmp_path: Path, scale: float | np.ndarray) -> FloatModel:
    weights = {
        "w1": (weight(6, 4, 1, 1) * scale).astype(np.float32),
        "b1": np.linspace(0.1, 0.5, 6).astype(np.float32),
        "dw": weight(6, 1, 3, 3, spread=True) / 10,
        "w2": weight(3, 6, 1, 1),
        "zero": np.array(0, np.float32),
        "six": np.array(6, np.float32),
    }
    return text_model(tmp_path / "m.onnx", CLIPPED, weights)


def test_a_chain_through_a_depthwise_layer_and_clips_stays_the_same(tmp_path: Path) -> None:
    model = clipped(tmp_path, 0.05)
    found = equalize(model, table_of(model))
    assert found.scaled == 12
    assert not found.left_alone
    other = np.random.default_rng(4).normal(size=X.shape).astype(np.float32)
    assert np.abs(run(found.model, other) - run(model, other)).max() < 1e-4


def test_channels_that_reach_the_clip_are_left_alone_and_counted(tmp_path: Path) -> None:
    model = clipped(tmp_path, np.array([3, 3, 3, 0.05, 0.05, 0.05])[:, None, None, None])
    found = equalize(model, table_of(model))
    assert found.left_alone >= 3
    assert f"{found.left_alone} that reach a Clip" in found.text
    assert np.abs(run(found.model) - run(model)).max() < 1e-4


def test_with_less_headroom_more_is_scaled_and_what_was_seen_stays_the_same(
    tmp_path: Path,
) -> None:
    model = clipped(tmp_path, 0.4)
    table = table_of(model)
    usual, near = (equalize(model, table, headroom=headroom) for headroom in (4.0, 1.0))
    assert near.left_alone < usual.left_alone
    assert near.scaled > usual.scaled
    assert np.abs(run(near.model) - run(model)).max() < 1e-4


def test_a_clip_without_statistics_is_not_crossed(tmp_path: Path) -> None:
    model = clipped(tmp_path, 0.05)
    found = equalize(model)
    assert found.model is model
    assert found.left_alone == 12


def test_a_residual_sum_scales_all_its_layers_together(tmp_path: Path) -> None:
    weights = {
        "w1": weight(6, 4, 3, 3, spread=True),
        "b1": weight(6),
        "w2": weight(6, 6, 3, 3),
        "b2": weight(6),
        "w3": weight(6, 3),
    }
    model = text_model(tmp_path / "m.onnx", RESIDUAL, weights)
    found = equalize(model)
    assert found.scaled == 6
    assert np.abs(run(found.model) - run(model)).max() < 1e-4 * np.abs(run(model)).max()


def test_a_tensor_that_leaves_the_network_is_refused_with_a_reason(tmp_path: Path) -> None:
    weights = {"w1": weight(6, 4, 3, 3), "b1": weight(6), "w2": weight(3, 6, 3, 3)}
    model = text_model(tmp_path / "m.onnx", SHARED, weights)
    found = equalize(model)
    assert found.model is model
    assert "output of the network" in found.refused[0]
    assert found.refused[0] in found.text


MIXED = """
g (float[n,4,12] x) => (float[n,12,5] y) { a = Conv (x, w1, b1) b = Relu (a) y = MatMul (b, w2) }
"""
POOLED = """
g (float[n,6,4] x) => (float[n,6,5] y) {
  a = MatMul (x, w1)
  b = OPERATOR (a)
  y = MatMul (b, w2)
}
"""


def test_layers_that_take_another_axis_for_channels_are_not_scaled_together(
    tmp_path: Path,
) -> None:
    weights = {"w1": weight(12, 4, 1, spread=True), "b1": weight(12), "w2": weight(12, 5)}
    model = text_model(tmp_path / "m.onnx", MIXED, weights)
    found = equalize(model)
    assert found.model is model
    assert "their channels do not match" in found.text


@pytest.mark.parametrize("operator", ["Relu", "MaxPool <kernel_shape: ints = [1]>"])
def test_tokens_are_scaled_along_their_last_axis_alone(tmp_path: Path, operator: str) -> None:
    name, _, attributes = operator.partition(" ")
    graph = POOLED.replace("OPERATOR (a)", f"{name} {attributes} (a)")
    weights = {"w1": weight(4, 12) * np.geomspace(0.01, 9, 12, dtype="f4"), "w2": weight(12, 5)}
    model = text_model(tmp_path / "m.onnx", graph, weights)
    found = equalize(model)
    assert (found.scaled > 0) == (operator == "Relu")
    x = RNG.normal(size=(3, 6, 4)).astype(np.float32)
    assert np.abs(run(found.model, x) - run(model, x)).max() < 1e-4 * np.abs(run(model, x)).max()
