"""Statistics from a file beside data that was prepared otherwise."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from quantengine.cli.main import main
from tests.engine.onnx_text import text_model

RNG = np.random.default_rng(2)
GRAPH = """
g (float[n,3,8,8] image) => (float[n,4] y) {
  a = Conv <pads = [1, 1, 1, 1]> (image, w1)
  b = Relu (a)
  c = GlobalAveragePool (b)
  d = Flatten (c)
  y = MatMul (d, w2)
}
"""
WEIGHTS = {
    "w1": RNG.normal(size=(8, 3, 3, 3)).astype(np.float32),
    "w2": RNG.normal(size=(8, 4)).astype(np.float32),
}
Captured = pytest.CaptureFixture[str]


@pytest.fixture
def given(tmp_path: Path) -> list[str]:
    model = text_model(tmp_path / "m.onnx", GRAPH, WEIGHTS)
    pixels = RNG.integers(0, 256, (24, 3, 8, 8)).astype(np.uint8)
    np.savez(tmp_path / "x.npz", image=pixels)
    return [str(model.path), "--data", str(tmp_path / "x.npz")]


@pytest.mark.parametrize(
    ("preparation", "fits"),
    [
        (("--preset", "unit"), True),
        (("--input", "image:preset=unit"), True),
        (("--preset", "imagenet"), False),
        (("--input", "image:raw"), False),
    ],
)
def test_other_preprocessing_than_that_of_the_statistics_is_said(
    given: list[str], preparation: tuple[str, str], fits: bool, tmp_path: Path, capsys: Captured
) -> None:
    stats = str(tmp_path / "s.npz")
    assert main(["calibrate", *given, "--preset", "unit", "-o", stats]) == 0
    written = str(tmp_path / "q.onnx")
    capsys.readouterr()
    assert main(["quantize", *given, *preparation, "--stats", stats, "-o", written]) == 0
    said = "s.npz was made with other preprocessing" in capsys.readouterr().err
    assert said != fits


def test_statistics_that_are_not_there_are_not_called_unreadable(
    given: list[str], tmp_path: Path, capsys: Captured
) -> None:
    gone, written = str(tmp_path / "gone.npz"), str(tmp_path / "q.onnx")
    assert main(["quantize", *given, "--preset", "unit", "--stats", gone, "-o", written]) == 2
    assert "gone.npz does not exist: make it with" in capsys.readouterr().err
