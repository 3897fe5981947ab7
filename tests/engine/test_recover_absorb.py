from __future__ import annotations

from pathlib import Path

import numpy as np

from quantengine.data.open import in_memory
from quantengine.graph.model import FloatModel
from quantengine.observe.calibrate import calibrate
from quantengine.observe.taps import model_taps
from quantengine.recover.absorb import absorb_high_bias
from quantengine.runtime import Session
from tests.engine.onnx_text import text_model

RNG = np.random.default_rng(5)
X = RNG.normal(size=(24, 4, 6, 6)).astype(np.float32)

GRAPH = """
g (float[n,4,6,6] x) => (float[n,3,side,side] y) {
  a = Conv (x, w1)
  b = BatchNormalization (a, gamma, beta, mean, var)
  c = Relu (b)
  y = Conv <pads: ints = [PAD,PAD,PAD,PAD]> (c, w2)
}
"""


def model_with(tmp_path: Path, beta: np.ndarray, pad: int = 0) -> FloatModel:
    w1 = RNG.normal(size=(5, 4, 1, 1)).astype(np.float32)
    weights = {
        "w1": w1,
        "w2": RNG.normal(size=(3, 5, 3, 3)).astype(np.float32),
        "gamma": np.full(5, 0.5, np.float32),
        "beta": beta.astype(np.float32),
        "mean": np.zeros(5, np.float32),
        "var": (w1**2).sum(axis=(1, 2, 3)).astype(np.float32),
    }
    return text_model(tmp_path / "m.onnx", GRAPH.replace("PAD", str(pad)), weights)


def run(model: FloatModel) -> np.ndarray:
    return Session(model.proto, threads=1).run({"x": X})["y"]


def test_a_high_bias_moves_on_and_the_function_stays(tmp_path: Path) -> None:
    model = model_with(tmp_path, np.array([9.0, 8.0, 0.0, -1.0, 1.0]))
    table = calibrate(model, in_memory({"x": X}), model_taps(model), workers=1)
    found = absorb_high_bias(model, table)
    assert found.absorbed == 2
    bias = next(node for node in found.model.graph.node if node.op_type == "Conv").input[2]
    assert found.model.constant(bias)[0] < 3
    assert found.model.foldings[0].beta[0] < 3
    assert np.abs(run(found.model) - run(model)).max() < 1e-4


def test_a_channel_seen_below_its_constant_part_is_held_within_what_was_seen(
    tmp_path: Path,
) -> None:
    model = model_with(tmp_path, np.array([1.6, 9.0, 0.0, 0.0, 0.0]))
    table = calibrate(model, in_memory({"x": X}), model_taps(model), workers=1)
    assert np.abs(run(absorb_high_bias(model, table).model) - run(model)).max() < 1e-4
    assert np.abs(run(absorb_high_bias(model).model) - run(model)).max() > 1e-4


def test_a_padded_layer_and_one_without_batch_norm_are_refused(tmp_path: Path) -> None:
    padded = absorb_high_bias(model_with(tmp_path, np.full(5, 9.0), pad=1))
    assert not padded.absorbed
    assert "padded" in padded.text
    graph = """
    g (float[n,4,6,6] x) => (float[n,2,6,6] y) { a = Conv (x, w) b = Relu (a) y = Conv (b, v) }
    """
    weights = {"w": np.ones((2, 4, 1, 1), np.float32), "v": np.ones((2, 2, 1, 1), np.float32)}
    plain = absorb_high_bias(text_model(tmp_path / "p.onnx", graph, weights))
    assert not plain.absorbed
    assert "no batch norm" in plain.text
