"""Models with nothing to observe or to make integer: a sentence, and what can be done."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from quantengine.cli.main import main
from quantengine.graph.flow import integer_flow
from quantengine.graph.layers import model_layers
from tests.engine.onnx_text import text_model

MATHS = "g (float[n,4] x) => (float[n,4] y) { a = Sin(x) y = Exp(a) }"
COUNTS = "g (int64[n,4] x) => (int64[n,4] y) { y = Add(x,x) }"
PRODUCT = "g (float[n,4] x) => (float[n,4] y) { y = MatMul(x,w) }"
NOTHING = "nothing in it became integer"


@pytest.mark.parametrize("text", [MATHS, COUNTS, PRODUCT])
@pytest.mark.parametrize(
    ("command", "code", "said"),
    [
        ("quantize -o o.onnx", 3, NOTHING),
        ("quantize -o o.onnx --recover auto", 3, NOTHING),
        ("quantize -o o.onnx --activations float", 3, NOTHING),
        ("search --target-sqnr 30", 2, "has a choice of widths"),
        ("sweep --methods minmax,mse", 2, "has no ranges to choose"),
        ("sensitivity", 0, ""),
        ("analyze", 0, ""),
    ],
)
def test_every_command_says_what_to_do(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    text: str,
    command: str,
    code: int,
    said: str,
) -> None:
    path, data = tmp_path / "m.onnx", tmp_path / "x.npy"
    text_model(path, text, {"w": np.eye(4, dtype=np.float32)} if "w)" in text else {})
    np.save(data, np.ones((12, 4), np.int64 if text is COUNTS else np.float32))
    name, *options = command.replace("o.onnx", str(tmp_path / "o.onnx")).split()
    if text is PRODUCT:
        options += ["--keep-float", "*"]
    assert main([name, str(path), "--data", str(data), "-q", *options]) == code
    assert said in capsys.readouterr().err


def test_what_no_layer_can_use_is_counted_and_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    values = np.full((4, 5), 1e300)  # which float32 cannot hold
    text = "g (double[n,4] x) => (double[n,5] y) { y = MatMul(x,w) }"
    model = text_model(tmp_path / "double.onnx", text, {"w": values})
    (layer,) = model_layers(model, integer_flow(model))
    assert (layer.parameters, layer.bytes, layer.weights) == (20, 160, ())
    mask = np.triu(np.full((4, 4), -np.inf, np.float32), 1)
    text = "g (float[n,4] x) => (float[a,4] y) { a = Add(x,m) y = Softmax(a) }"
    notes = text_model(tmp_path / "mask.onnx", text, {"m": mask}).notes
    assert any("Constant 'm' has 6 of 16 values -inf, as masks have" in note for note in notes)
    text = "g (string[n,4] x) => (string[n,4] y) { y = Identity(x) }"
    text_model(tmp_path / "text.onnx", text, {})
    np.save(tmp_path / "x.npy", np.zeros((3, 4), np.float32))
    words = ["quantize", str(tmp_path / "text.onnx"), "--data", str(tmp_path / "x.npy")]
    assert main([*words, "-o", str(tmp_path / "o.onnx"), "-q", "--force"]) == 2
    assert "takes text, and only numbers can be fed" in capsys.readouterr().err
    text = "g (bfloat16[n,4] x) => (float[n,4] y) { y = Cast <to=1> (x) }"
    text_model(tmp_path / "text.onnx", text, {})
    assert main([*words, "-o", str(tmp_path / "o.onnx"), "-q", "--force"]) == 2
    assert "takes bfloat16, and no array can be fed as that" in capsys.readouterr().err


def test_what_can_hold_no_integer_is_refused_before_anything_runs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text_model(tmp_path / "m.onnx", MATHS, {})
    words = ["quantize", str(tmp_path / "m.onnx"), "-o", str(tmp_path / "o.onnx"), "-q"]
    assert main([*words, "--data", str(tmp_path / "nothing.npy")]) == 3
    assert NOTHING in capsys.readouterr().err
