"""What is shown of a recovery, each figure against a plain count on the file's own values."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from quantengine.analyze.mean_shifts import mean_shifts
from quantengine.analyze.turned import turned
from quantengine.graph.model import FloatModel
from quantengine.plan import QuantPlan
from quantengine.recover.auto import recover_plan
from quantengine.recover.seen import layers_seen
from tests.engine.small_network import chain, images, network

FOUR = QuantPlan().with_override("*", **{"weights.bits": 4})


def test_equalized_channels_are_shown_as_they_were_and_are(tmp_path: Path) -> None:
    model = chain(tmp_path, planted=True)
    plan = FOUR.with_override("*", **{"weights.granularity": "tensor"})
    found = recover_plan(model, plan, images(), steps=("equalize",))
    seen = {each.layer: each for each in layers_seen(model, found.model, found.resolution)}
    assert seen
    for name, each in seen.items():
        assert each.filled is not None and each.turned is None and each.shift is None
        weights = [_weight(side, name) for side in (model, found.model)]
        wide = [np.abs(w).reshape(len(w), -1).max(axis=1) for w in weights]
        assert each.filled == pytest.approx([float(w.mean() / w.max()) for w in wide])
    filled = [each.filled for each in seen.values() if each.filled is not None]
    assert any(after > 2 * before for before, after in filled)


def test_turned_weights_are_those_off_their_nearest_code(tmp_path: Path) -> None:
    model = network(tmp_path)
    found = recover_plan(model, FOUR, images(), steps=("round",))
    codes = found.resolution.encodings.codes
    assert codes
    for name in codes:
        encoding, values = found.resolution.encodings.weights[name], found.model.weight(name)
        told = turned(found.model, found.resolution, name)
        assert told is not None
        scale = encoding.scale.reshape(-1, *[1] * (values.ndim - 1))
        if name == "w3":
            scale = encoding.scale.reshape(1, -1)
        plain = np.clip(np.round(values / scale), encoding.qmin, encoding.qmax)
        np.testing.assert_array_equal(told.steps, codes[name] - plain)
        assert told.up == np.mean(told.steps == 1)
    seen = layers_seen(found.model, found.model, found.resolution)
    assert any(each.turned is not None and sum(each.turned) > 0 for each in seen)
    json.dumps([each.to_json() for each in seen], allow_nan=False)


def test_corrected_biases_bring_channel_means_back(tmp_path: Path) -> None:
    model = network(tmp_path)
    data = images()
    plan = QuantPlan().with_override("*", bits=3)
    found = recover_plan(model, plan, data, steps=("bias",))
    shifts = mean_shifts(found.model, found.resolution.encodings, data)
    assert {each.layer for each in shifts} == set(found.resolution.encodings.biases)
    first = shifts[0]
    assert first.before.shape == (4,)
    assert all(each.shares[1] < each.shares[0] for each in shifts)
    bare = recover_plan(model, plan, data, steps=("fold",))
    assert mean_shifts(bare.model, bare.resolution.encodings, data) == ()


def _weight(model: FloatModel, layer: str) -> np.ndarray:
    node = next(node for node in model.graph.node if node.name == layer)
    weight = model.weight(node.input[1])
    return weight.T if node.op_type == "Gemm" else weight
