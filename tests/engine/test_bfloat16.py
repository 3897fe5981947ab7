"""Networks in bfloat16, which onnxruntime runs on no CPU, are computed in float32 and say so."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper

from quantengine.cli.main import main
from quantengine.opening.open import open_model
from quantengine.runtime import Session

BFLOAT16 = TensorProto.BFLOAT16


def rounded(values: np.ndarray) -> np.ndarray:
    """To the 8 bits of bfloat16, half away from zero: its pattern is the upper half."""
    bits = values.astype(np.float32).view(np.uint32)
    return ((bits + 0x8000) & 0xFFFF0000).view(np.float32)


def stored(name: str, values: np.ndarray) -> onnx.TensorProto:
    upper = (rounded(values).view(np.uint32) >> 16).astype(np.uint16)
    return helper.make_tensor(name, BFLOAT16, values.shape, upper.tobytes(), raw=True)


def test_what_is_computed_in_bfloat16_is_widened_and_said_not_to_be_confirmed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    draw = np.random.default_rng(0)
    first, second = draw.normal(0, 0.2, (16, 32)), draw.normal(0, 0.2, (32, 8))
    nodes = [
        helper.make_node("Cast", ["x"], ["xb"], to=BFLOAT16),
        helper.make_node("MatMul", ["xb", "a"], ["h"]),
        helper.make_node("Relu", ["h"], ["r"]),
        helper.make_node("MatMul", ["r", "b"], ["yb"]),
        helper.make_node("Cast", ["yb"], ["y"], to=TensorProto.FLOAT),
    ]
    ports = [
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, ["n", width])]
        for name, width in (("x", 16), ("y", 8))
    ]
    graph = helper.make_graph(nodes, "g", *ports, [stored("a", first), stored("b", second)])
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    path, out = tmp_path / "m.onnx", tmp_path / "q.onnx"
    onnx.save(made, path)
    x = draw.normal(size=(40, 16)).astype(np.float32)
    np.save(tmp_path / "x.npy", x)
    right = np.maximum(x @ rounded(first), 0) @ rounded(second)
    found = Session(open_model(path).proto).run({"x": x})["y"]
    assert np.abs(found - right).max() < 1e-4 * np.abs(right).max()
    assert main(["quantize", str(path), "--data", str(tmp_path / "x.npy"), "-o", str(out)]) == 0
    said = capsys.readouterr().err
    assert "in half precision and computed in float32" in said
    assert "cannot be run as it is" in said and "which nothing has confirmed" in said
    assert main(["evaluate", str(path), str(out), "--data", str(tmp_path / "x.npy")]) == 0
    assert "run, timed and compared is its form in float32" in capsys.readouterr().err
    error = Session(out).run({"x": x})["y"] - right
    assert np.square(error).sum() < 1e-3 * np.square(right).sum()
