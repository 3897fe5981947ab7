"""What the command line tells is what the file has, read with onnx and numpy alone."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from quantengine.analyze.report_layers import layer_reports, planned_reports
from quantengine.bundled import demo_data, demo_model
from quantengine.cli.main import main
from quantengine.data.open import in_memory
from quantengine.decisions import constant_plans
from quantengine.export.export import export_model
from quantengine.graph.model import FloatModel
from quantengine.observe.calibrate import calibrate
from quantengine.observe.taps import model_taps
from quantengine.opening.open import open_model
from quantengine.plan import QuantPlan
from quantengine.resolve.resolve import Resolution, resolve_plan
from quantengine.targets import TARGETS, plan_for
from tests.decoded import Decoded, decoded
from tests.engine.onnx_text import text_model

DEMO = (
    *("--data", str(demo_data()), "--images", "calib_images", "--preset", "imagenet"),
    *("--limit", "16"),
)
REAL = {
    "resnet20_cifar10": ("cifar10.npz", "--images", "eval_images", "--preset", "imagenet"),
    "minilm_l6": (
        *("stsb_tokens.npz", "--map", "input_ids=calib_ids1"),
        *("--map", "attention_mask=calib_mask1", "--map", "token_type_ids=0"),
    ),
}
MIXED = """agraph (float[N, 4] x) => (float[N, 6] m, float[N, 3] y) {
    m = MatMul(x, w)
    a = Add(x, c)
    b = Add(a, x)
    s = Mul(b, d)
    e = Mul(s, x)
    y = Gemm(e, v)
}"""

SAMPLES = {"x": np.random.default_rng(6).normal(size=(16, 4)).astype(np.float32)}


MAIN = [n for n in TARGETS if n.startswith("onnxruntime") or n == "tensorrt"]
"""One target for each way that weights and biases are written."""


def agrees(model: FloatModel, layers: list[dict[str, Any]], found: Decoded) -> None:
    """Compares every layer that is told with what the file has."""
    outputs = {layer["output"]: layer for layer in layers if layer["output_type"] != "float"}
    for name, activation in found.activations.items():
        if name in outputs:
            layer = outputs[name]
            assert layer["output_type"] == activation.dtype, name
            ends = (layer["low"], layer["high"])
            assert ends == pytest.approx((activation.low, activation.high), rel=1e-6), name
    readers = [layer for layer in layers if layer["weights"] is not None]
    assert {layer["weight"] for layer in readers} == set(found.constants)
    for layer in readers:
        constant, values = found.constants[layer["weight"]], model.constant(layer["weight"])
        assert values is not None
        assert layer["weights"] == constant.dtype, layer["name"]
        assert layer["granularity"] == constant.granularity, layer["name"]
        expected = constant.sqnr_db(values)
        assert layer["weight_sqnr_db"] == pytest.approx(expected, abs=1e-3), layer["name"]
        floats = layer["bytes_before"] - 4 * values.size
        assert layer["bytes_after"] == constant.bytes + floats, layer["name"]


def told(capsys: pytest.CaptureFixture[str], *argv: str) -> list[dict[str, Any]]:
    assert main(["quantize", *argv, "--json"]) == 0
    layers: list[dict[str, Any]] = json.loads(capsys.readouterr().out)["layers"]
    return layers


@pytest.mark.parametrize("target", MAIN)
@pytest.mark.parametrize("flags", [(), ("--weights", "4", "--granularity", "tensor")])
def test_the_demo(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, target: str, flags: tuple[str, ...]
) -> None:
    path = tmp_path / "q.onnx"
    argv = (str(demo_model()), "-o", str(path), "--target", target, *DEMO, *flags)
    agrees(open_model(demo_model()), told(capsys, *argv), decoded(path))


def test_codes_that_recovery_chose(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "q.onnx"
    flags = ("--weights", "4", "--recover", "round")
    layers = told(capsys, str(demo_model()), "-o", str(path), *DEMO, *flags)
    agrees(open_model(demo_model()), layers, decoded(path))


@pytest.mark.parametrize("target", MAIN)
@pytest.mark.parametrize("name", REAL)
def test_real_networks(
    shared: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path, name: str, target: str
) -> None:
    model, path = shared / "models" / f"{name}.onnx", tmp_path / "q.onnx"
    data, *rest = REAL[name]
    flags = ("--target", target, "--data", str(shared / "data" / data), "--limit", "4")
    layers = told(capsys, str(model), "-o", str(path), *flags, "--recover", "none", *rest)
    agrees(open_model(model), layers, decoded(path))


def mixed(folder: Path, plan: QuantPlan) -> tuple[FloatModel, Resolution, Decoded]:
    random = np.random.default_rng(5)
    shapes = {"w": (4, 6), "c": (4,), "d": (4,), "v": (4, 3)}
    weights = {name: random.normal(size=shape) for name, shape in shapes.items()}
    floats = {name: values.astype(np.float32) for name, values in weights.items()}
    model = text_model(folder / "m.onnx", MIXED, floats)
    data = in_memory(SAMPLES)
    table = calibrate(model, data, model_taps(model))
    resolution = resolve_plan(model, plan, table)
    path = folder / "q.onnx"
    export_model(model, resolution, path, table=table, probes=[data.load(0).feeds])
    return model, resolution, decoded(path)


@pytest.mark.parametrize("target", [*MAIN, "vitisai-xint8", "neutron"])
def test_constants_that_are_added_and_multiplied(tmp_path: Path, target: str) -> None:
    plan = plan_for(target)
    model, resolution, found = mixed(tmp_path, plan.with_override("c", **{"weights.bits": 4}))
    agrees(model, [layer.to_json() for layer in layer_reports(model, resolution)], found)
    plans = constant_plans(resolution.flow, resolution.decisions)
    integers = plan.activations.integer is not None
    assert integers or found.constants.keys().isdisjoint(("c", "d"))
    for name in ("c", "d") if integers else ():
        assert plans[name].dtype == found.constants[name].dtype == plan.activations.dtype
        assert str(plans[name].granularity) == found.constants[name].granularity == "tensor"
        assert plans[name].method == "minmax"
    planned = planned_reports(model, resolution.flow, resolution.decisions)
    for before, after in zip(planned, layer_reports(model, resolution), strict=True):
        assert (before.weights, before.granularity) == (after.weights, after.granularity)
        assert (before.bytes_after, before.output_type) == (after.bytes_after, after.output_type)
