from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from quantengine.analyze.introduced import introduced
from quantengine.graph.model import FloatModel
from tests.engine.onnx_text import text_model

GRAPH = """
g (float[n,4] x) => (float[n,4] y) {
  a = MatMul (x, w)
  r = Relu (a)
  t = Transpose <perm = [0, 1]> (r)
  b = MatMul (t, w)
  c = MatMul (r, w)
  s = Add (b, c)
  y = MatMul (s, w)
}
"""


@pytest.fixture
def named(tmp_path: Path) -> dict[str, str]:
    """Name of the node that makes a tensor."""
    return {n.output[0]: n.name for n in model(tmp_path).graph.node}


def model(folder: Path) -> FloatModel:
    return text_model(folder / "m.onnx", GRAPH, {"w": np.eye(4, dtype=np.float32)})


def test_a_drop_is_against_the_worst_that_feeds_a_layer(
    tmp_path: Path, named: dict[str, str]
) -> None:
    levels = {"a": 40.0, "b": 30.0, "c": 38.0, "s": 31.0, "y": 25.0}
    found = introduced(model(tmp_path), {named[t]: level for t, level in levels.items()})
    drops = {"b": -10.0, "c": -2.0, "y": -6.0}
    assert found == {named[tensor]: drop for tensor, drop in drops.items()}


@pytest.mark.parametrize("first", [math.inf, math.nan])
def test_what_is_fed_exactly_or_by_no_number_drops_nothing(
    tmp_path: Path, named: dict[str, str], first: float
) -> None:
    levels = {"a": first, "b": 30.0, "y": math.nan}
    assert introduced(model(tmp_path), {named[t]: level for t, level in levels.items()}) == {}
