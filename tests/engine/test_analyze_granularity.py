from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest

from quantengine.analyze.granularity import Granularities, compare_granularities
from quantengine.data.open import in_memory
from quantengine.graph.model import FloatModel
from quantengine.observe.calibrate import calibrate
from quantengine.observe.taps import model_taps
from quantengine.plan import QuantPlan
from tests.engine.onnx_text import text_model
from tests.engine.small_network import chain, images

GRAPH = """
g (float[n,2,6,6] x) => (float[n,4,6,6] y) { y = Conv (x, w, b) }
"""


def one_layer(folder: Path, weight: np.ndarray, bias: np.ndarray | None = None) -> FloatModel:
    values = np.zeros(len(weight), np.float32) if bias is None else bias.astype(np.float32)
    graph = GRAPH.replace("float[n,4,6,6]", f"float[n,{len(weight)},6,6]")
    return text_model(folder / "one.onnx", graph, {"w": weight.astype("f"), "b": values})


def both(model: FloatModel) -> Granularities:
    shape = (4, *[side if isinstance(side, int) else 1 for side in model.inputs["x"].shape[1:]])
    data = in_memory({"x": np.random.default_rng(1).normal(size=shape).astype("f")})
    table = calibrate(model, data, model_taps(model), workers=1)
    plan = QuantPlan().with_override("*", **{"weights.method": "minmax"})
    return compare_granularities(model, plan, table, data)


def test_channels_of_unlike_ranges_gain_most(tmp_path: Path) -> None:
    bad = {row.weight: row for row in both(chain(tmp_path, planted=True)).weights}
    good = {row.weight: row for row in both(chain(tmp_path, planted=False)).weights}
    small = np.subtract(bad["w2"].channel.weight_channels_db, bad["w2"].tensor.weight_channels_db)
    assert np.median(small) > 30
    assert np.median(small) > np.median(
        np.subtract(good["w2"].channel.weight_channels_db, good["w2"].tensor.weight_channels_db)
    )
    assert bad["w2"].high[0] > 100 * max(bad["w2"].high[1:])


def test_the_weight_error_is_that_of_its_definition(tmp_path: Path) -> None:
    model = chain(tmp_path, planted=False)
    row = both(model).weights[0]
    values = model.constant("w1")
    assert values is not None
    assert row.low == tuple(float(w.min()) for w in values)
    assert row.channel.weight_db > row.tensor.weight_db
    assert row.gain_db == row.channel.output_db - row.tensor.output_db
    assert len(row.channel.output_channels_db) == len(values)


@pytest.mark.parametrize(
    ("weight", "words"),
    [
        (np.random.default_rng(0).normal(size=(1, 2, 1, 1)), "single output channel"),
        (np.array([[1, 0.3], [-1, 0.4], [1, 0.21], [1, 0.7]]), "nearly equal ranges"),
        (np.array([[1, 0.37], [0, 0], [0, 0], [0, 0]]), "all zero"),
        (np.array([[1, -1], [1, 1], [-1, 1], [1, 1]]), "as good as exact"),
    ],
)
def test_a_sentence_says_why_channels_are_not_better(
    tmp_path: Path, weight: np.ndarray, words: str
) -> None:
    model = one_layer(tmp_path, weight.reshape(len(weight), 2, 1, 1))
    (row,) = both(model).weights
    assert row.reason is not None and words in row.reason
    assert row.gain_db < 1


def test_a_bias_too_large_for_small_scales_is_the_reason(tmp_path: Path) -> None:
    rng = np.random.default_rng(3)
    weight = rng.normal(size=(4, 2, 1, 1)) * np.array([1, 1e-9, 1e-9, 1e-9]).reshape(-1, 1, 1, 1)
    model = one_layer(tmp_path, weight, np.array([0, 50, 50, 50]))
    (row,) = both(model).weights
    assert row.channel.raised == 3
    assert row.reason is not None and "3 had to be raised" in row.reason


def test_where_channels_pay_off_there_is_no_excuse(tmp_path: Path) -> None:
    rng = np.random.default_rng(3)
    weight = rng.normal(size=(4, 2, 1, 1)) * np.array([1, 0.5, 0.3, 0.2]).reshape(-1, 1, 1, 1)
    (row,) = both(one_layer(tmp_path, weight)).weights
    assert row.gain_db >= 1
    assert row.reason is None


def test_results_are_json_and_rows(tmp_path: Path) -> None:
    found = both(chain(tmp_path, planted=False))
    data = json.loads(json.dumps(found.to_json(), allow_nan=False))
    assert len(data["weights"]) == len(found.to_rows()) == 4
    assert found.samples == len(images())
    assert all(math.isfinite(row["gain_db"]) for row in found.to_rows())
