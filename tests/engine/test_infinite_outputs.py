"""Outputs that are infinite in one network and not in the other."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest

from quantengine.cli.main import main
from quantengine.verdict.figures import Judgement, common_figure
from tests.engine.judged import judged
from tests.engine.onnx_text import text_model

RNG = np.random.default_rng(8)
ROWS = RNG.normal(size=(40, 16)).astype(np.float32)
WEIGHTS = {
    "w1": RNG.normal(size=(32, 16)).astype(np.float32),
    "w2": RNG.normal(size=(6, 32)).astype(np.float32),
}
LOGARITHM = """
g (float[n,16] x) => (float[n,6] y) {
  a = Gemm <transB: int = 1> (x, w1)
  b = Relu (a)
  c = Gemm <transB: int = 1> (b, w2)
  d = Relu (c)
  y = Log (d)
}
"""


def test_infinity_in_one_of_both_networks_ranks_nothing_and_is_counted() -> None:
    inf = np.inf
    reference = np.array([[0.5, -inf, 1.0], [-inf, 2.0, 3.0]], np.float32)
    alike = judged(({"y": reference}, {"y": reference + np.float32(0.01)}))
    unlike = judged(({"y": reference}, {"y": np.nan_to_num(reference, neginf=-9)}))
    assert alike.missing is None
    assert alike.sqnr_db > 30
    assert unlike.sqnr_db == -inf
    assert unlike.missing == "in 2 places of output 'y' just one of both networks gives infinity"
    assert common_figure([unlike]) is None
    assert common_figure([unlike, alike]) == "judged_db"


def test_endless_outputs_are_not_called_zero() -> None:
    endless, zero = {"y": np.full((1, 3), np.inf)}, {"y": np.zeros((1, 3))}
    found = judged((endless, endless))
    assert found.missing == "the float outputs are zero or infinite on these samples"
    assert judged((zero, zero)).missing == "the float outputs are zero on these samples"


def test_a_step_that_leaves_the_outputs_without_a_figure_is_not_kept() -> None:
    lost, known = Judgement(-math.inf), Judgement(20.0)
    assert not lost.no_worse_than(lost)
    assert not lost.no_worse_than(known)
    assert known.no_worse_than(lost)
    assert not lost.known


def test_no_setting_is_the_best_where_all_are_infinitely_off(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The logarithm of what is cut off at zero: a value beside zero is infinitely far from it."""
    model = text_model(tmp_path / "m.onnx", LOGARITHM, WEIGHTS)
    np.savez(tmp_path / "x.npz", x=ROWS)
    given = [str(model.path), "--data", str(tmp_path / "x.npz")]
    assert main(["sweep", *given, "--bits", "3,4"]) == 0
    said = capsys.readouterr().out
    assert "Best" not in said
    assert "just one of both networks gives infinity" in said
    assert main(["sensitivity", *given, "--json"]) == 0
    layers = json.loads(capsys.readouterr().out)["layers"]
    assert [layer["gain_db"] for layer in layers if layer["quantized"]] == [None, None]
    written = str(tmp_path / "q.onnx")
    assert main(["quantize", *given, "-o", written, "--weights", "int4"]) == 0
    assert "infinite in just one of both in " in capsys.readouterr().out
    assert main(["evaluate", given[0], written, *given[1:]]) == 0
    assert "The SQNR is -inf: in " in capsys.readouterr().out
