"""A channel much louder than others, which the layer behind it undoes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from quantengine.data.dataset import Dataset
from quantengine.data.open import in_memory
from quantengine.graph.model import FloatModel
from quantengine.observe.calibrate import calibrate
from quantengine.observe.taps import model_taps
from quantengine.recover.apart import far_apart
from quantengine.runtime import Session
from quantengine.targets import plan_for
from quantengine.work.export import ExportOptions, export_candidate
from quantengine.work.make import make
from quantengine.work.recipe import Recipe
from quantengine.work.work import Work
from tests.engine.onnx_text import text_model

LOUD = 50.0

CONV = """
g (float[n,4,8,8] x) => (float[n,5,8,8] y) {
  a = Conv <pads: ints = [1,1,1,1]> (x, w1, b1)
  b = ACT (a)
  c = Conv <pads: ints = [1,1,1,1], group: int = GROUPS> (b, w2, b2)
  d = Relu (c)
  e = Conv <pads: ints = [1,1,1,1]> (d, w3)
  f = Relu (e)
  y = Conv (f, w4)
}
"""
GEMM = """
g (float[n,4] x) => (float[n,5] y) {
  a = Gemm (x, w1, b1) b = Relu (a) c = Gemm (b, w2, b2) d = Relu (c) y = Gemm (d, w3)
}
"""
MATMUL = """
g (float[n,4] x) => (float[n,5] y) {
  m = MatMul (x, w1) a = Add (m, b1) b = Relu (a)
  k = MatMul (b, w2) c = Add (k, b2) d = Relu (c) y = MatMul (d, w3)
}
"""
TOKENS = MATMUL.replace("n,4]", "n,6,4]").replace("n,5]", "n,6,5]")
Network = Callable[[Path, float], FloatModel]


def conv(path: Path, times: float, act: str = "Relu", groups: int = 1) -> FloatModel:
    shapes = [(12, 4, 3, 3), (12, 12 // groups, 3, 3), (12, 12, 3, 3), (5, 12, 1, 1)]
    w1, w2, w3, w4 = (drawn(seed, *shape) for seed, shape in enumerate(shapes))
    into = (3,) if groups > 1 else (slice(None), 3)
    return planted(
        path,
        CONV.replace("ACT", act).replace("GROUPS", str(groups)),
        {"w1": w1, "w2": w2, "w3": w3, "w4": w4},
        ((3,), into),
        times,
    )


def depthwise(path: Path, times: float) -> FloatModel:
    return conv(path, times, groups=12)


def sigmoid(path: Path, times: float) -> FloatModel:
    """Nothing can be scaled through it: what is lost stays lost."""
    return conv(path, times, "Sigmoid")


def gemm(path: Path, times: float, graph: str = GEMM) -> FloatModel:
    shapes = [(4, 12), (12, 12), (12, 5)]
    weights = {f"w{k + 1}": drawn(k, *shape) for k, shape in enumerate(shapes)}
    return planted(path, graph, weights, ((slice(None), 3), (3,)), times)


def matmul(path: Path, times: float) -> FloatModel:
    return gemm(path, times, MATMUL)


def tokens(path: Path, times: float) -> FloatModel:
    """Rank 3, where a bias stays an Add of its own."""
    return gemm(path, times, TOKENS)


def planted(
    path: Path,
    graph: str,
    weights: dict[str, np.ndarray],
    places: tuple[tuple[int | slice, ...], tuple[int | slice, ...]],
    times: float,
) -> FloatModel:
    biases = {name: drawn(seed, 12) for seed, name in enumerate(("b1", "b2"), 7)}
    weights["w1"][places[0]] *= times
    biases["b1"][3] *= times
    weights["w2"][places[1]] /= times
    return text_model(path / "m.onnx", graph, {**weights, **biases})


def drawn(seed: int, *shape: int) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=shape).astype(np.float32)


def data(model: FloatModel, seed: int = 1, count: int = 40) -> Dataset:
    """Channels follow each other, as those of real networks do."""
    shape = model.types["x"].shape
    assert shape is not None
    sides = tuple(shape[1:-1] if len(shape) == 3 else shape[2:])
    draw = np.random.default_rng(seed)
    values = np.einsum("cd,nd...->nc...", drawn(20, 4, 2), draw.normal(size=(count, 2, *sides)))
    values = np.moveaxis(values, 1, -1) if len(shape) == 3 else values
    return in_memory({"x": (values + 0.1 * draw.normal(size=values.shape)).astype(np.float32)})


def written_db(model: FloatModel, steps: str) -> float:
    """Of the written file against the float file, on samples that nothing was fitted to."""
    path = model.path.with_name("q.onnx")
    work = Work(model, plan_for("onnxruntime-no-vnni"), data(model))
    export_candidate(make(work, Recipe((steps,) if steps else ())), path, ExportOptions())
    unseen = data(model, seed=2)
    feeds = {"x": np.concatenate([unseen.load(k).feeds["x"] for k in range(len(unseen))])}
    expected, found = (Session(file).run(feeds)["y"] for file in (model.path, path))
    return float(10 * np.log10(np.sum(expected**2) / np.sum((expected - found) ** 2)))


@pytest.mark.parametrize("network", [conv, depthwise, gemm, matmul, tokens])
def test_quick_evens_a_loud_channel_out_with_a_scale_for_each_channel_of_weights(
    tmp_path: Path, network: Network
) -> None:
    model = network(tmp_path, LOUD)
    assert written_db(model, "quick") > written_db(model, "") + 6


@pytest.mark.parametrize("network", [conv, depthwise, gemm, matmul, tokens])
@pytest.mark.parametrize("times", [1 / LOUD, 1.0, LOUD])
def test_loud_and_quiet_channels_are_told_from_usual_ones(
    tmp_path: Path, network: Network, times: float
) -> None:
    model = network(tmp_path, times)
    table = calibrate(model, data(model), model_taps(model), workers=1)
    assert far_apart(model, table) == (times != 1)


@pytest.mark.parametrize("network", [conv, sigmoid])
@pytest.mark.parametrize("step", ["round", "adaround"])
def test_what_makes_up_for_large_errors_is_still_the_layer_that_was_given(
    tmp_path: Path, network: Network, step: str
) -> None:
    model = network(tmp_path, LOUD)
    assert written_db(model, step) > written_db(model, "")


@pytest.mark.parametrize("times", [0.01, 1.0])
def test_inputs_of_a_weight_that_share_its_steps_are_told_too(tmp_path: Path, times: float) -> None:
    shapes = [(4, 40), (40, 12), (12, 5)]
    weights = {f"w{k + 1}": drawn(k, *shape) for k, shape in enumerate(shapes)}
    weights["w2"][1:] *= times
    biases = {"b1": drawn(7, 40), "b2": drawn(8, 12)}
    model = text_model(tmp_path / "m.onnx", GEMM, {**weights, **biases})
    table = calibrate(model, data(model), model_taps(model), workers=1)
    assert far_apart(model, table) == (times != 1)
