"""Which samples train together."""

from __future__ import annotations

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from quantengine.finetune.batches import Samples, stacks
from quantengine.finetune.network import Network
from tests.engine.onnx_text import text_model
from tests.engine.test_observe_ragged import given_samples

ROWS = "g (float[n,8] x) => (float[n,3] y) { a = MatMul (x, w)  y = Relu (a) }"
TIME = """
g (float[t,8] x) => (float[t,3] y) {
  a = MatMul (x, w)
  b = ReduceMax <axes: ints = [0], keepdims: int = 1> (a)
  y = Sub (a, b)
}
"""


@pytest.mark.parametrize(
    ("graph", "sizes", "together"),
    [
        (ROWS, [1, 1, 1, 1], True),
        (ROWS, [1, 2, 3, 4], False),
        (TIME, [5, 5, 5, 5], False),
        (TIME, [5, 6, 7, 7], False),
        (TIME, [5, 6, 6, 7], False),
    ],
)
def test_samples_train_together_only_where_that_changes_nothing(tmp_path, graph, sizes, together):
    draw = np.random.default_rng(1)
    weight = draw.normal(size=(8, 3)).astype(np.float32)
    model = text_model(tmp_path / "m.onnx", graph, {"w": weight})
    feeds = [{"x": draw.normal(size=(size, 8)).astype(np.float32)} for size in sizes]
    data = given_samples([(f"s{place}", one) for place, one in enumerate(feeds)])
    samples = Samples(data, 0.25, 0, judges=[0])
    assert stacks(model, Network(model), samples) == together
