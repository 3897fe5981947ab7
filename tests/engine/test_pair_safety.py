"""Weights for CPUs without VNNI hold in pairs whatever the zero point, on every CPU."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from quantengine.data.open import in_memory
from quantengine.formats.integer_conv import weight_matrix
from quantengine.formats.saturation import saturable_pairs
from quantengine.observe.calibrate import calibrate
from quantengine.observe.taps import model_taps
from quantengine.plan import QuantPlan
from quantengine.recover.auto import recover_plan
from quantengine.resolve.resolve import resolve_plan
from quantengine.targets import plan_for
from tests.engine.onnx_text import text_model

GRAPH = """
g (float[n,6,5,5] x) => (float[n,4] y) {
  a = Conv <pads: ints = [1,1,1,1]> (x, conv, big)
  b = Conv <pads: ints = [1,1,1,1], group: int = 5> (a, depthwise)
  c = Conv <group: int = 5> (b, grouped)
  d = GlobalAveragePool (c)
  e = Flatten (d)
  f = Gemm <transB: int = 1> (e, turned)
  h = Gemm (f, straight)
  y = MatMul (h, matmul)
}
"""
SHAPES = {
    "conv": (5, 6, 3, 3),
    "depthwise": (5, 1, 3, 3),
    "grouped": (10, 1, 1, 1),
    "turned": (7, 10),
    "straight": (7, 7),
    "matmul": (7, 4),
}
GROUPS = {"conv": 1, "depthwise": 5, "grouped": 5}


def spread(kind: str, shape: tuple[int, ...], rng: np.random.Generator) -> np.ndarray:
    match kind:
        case "leaning":
            values = rng.uniform(0, 0.2, shape)
        case "leaning down":
            values = -rng.uniform(0.1, 0.2, shape)
        case "constant":
            values = np.full(shape, 0.3)
        case "two-sided":
            values = rng.choice([-1.0, 1.0], shape)
        case _:
            values = rng.normal(size=shape)
    return values.astype(np.float32)


def saturable(name: str, codes: np.ndarray) -> int:
    if name == "depthwise":
        return 0
    if name in GROUPS:
        return saturable_pairs(weight_matrix(codes, GROUPS[name], channels_last=True))
    return saturable_pairs(codes.T if name == "turned" else codes)


@pytest.mark.parametrize("kind", ["normal", "leaning", "leaning down", "constant", "two-sided"])
@pytest.mark.parametrize("symmetric", [True, False])
@pytest.mark.parametrize("by", ["channel", "tensor"])
@pytest.mark.parametrize("bias", [0.0, 1e7])
def test_no_code_saturates_in_pairs(
    tmp_path: Path, kind: str, symmetric: bool, by: str, bias: float
) -> None:
    rng = np.random.default_rng(1)
    weights = {name: spread(kind, shape, rng) for name, shape in SHAPES.items()}
    weights["big"] = np.full(5, bias, np.float32)  # a large bias raises the scale by itself
    model = text_model(tmp_path / "m.onnx", GRAPH, weights)
    data = in_memory({"x": rng.normal(size=(6, 6, 5, 5)).astype(np.float32)})
    table = calibrate(model, data, model_taps(model))
    settings = {"weights.symmetric": symmetric, "weights.granularity": by}
    plan = plan_for("onnxruntime-no-vnni").with_override("*", **settings)
    safe, free = (
        resolve_plan(model, p, table).encodings.weights
        for p in (plan, QuantPlan().with_override("*", **settings))
    )
    for name, values in weights.items():
        if name != "big":
            codes = safe[name].quantize(values)
            assert saturable(name, codes) == 0
            lost = np.abs(safe[name].dequantize(codes) - values)
            step = safe[name].scale.max() if name == "conv" else 2.1 * free[name].scale.max()
            assert lost.max() <= step
    if kind == "leaning" and not symmetric and not bias:
        assert saturable("turned", free["turned"].quantize(weights["turned"])) > 0


@pytest.mark.parametrize("steps", [("asymmetric", "round"), ("adaround",)])
def test_recovered_codes_hold_too(tmp_path: Path, steps: tuple[str, ...]) -> None:
    rng = np.random.default_rng(2)
    weights = {name: spread("leaning", shape, rng) for name, shape in SHAPES.items()}
    weights["big"] = np.zeros(5, np.float32)
    model = text_model(tmp_path / "m.onnx", GRAPH, weights)
    data = in_memory({"x": rng.normal(size=(16, 6, 5, 5)).astype(np.float32)})
    plan = plan_for("onnxruntime-no-vnni").with_override("*", **{"weights.symmetric": False})
    table = calibrate(model, data, model_taps(model))
    encodings = recover_plan(model, plan, data, table, steps=steps).resolution.encodings
    for name in SHAPES:
        codes = encodings.codes.get(name)
        if codes is None:
            codes = encodings.weights[name].quantize(weights[name])
        assert saturable(name, codes) == 0
