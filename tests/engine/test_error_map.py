"""The error of a layer place by place is that of the network as it is simulated."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from quantengine.analyze.error_map import _mapped, error_map
from quantengine.analyze.simulate import Simulator
from quantengine.observe.calibrate import calibrate
from quantengine.observe.inputs import open_model_data
from quantengine.observe.taps import model_taps
from quantengine.plan import QuantPlan
from quantengine.resolve.resolve import resolve_plan
from tests.engine.small_network import network


def test_a_map_is_the_difference_of_both_networks(tmp_path: Path) -> None:
    values = np.random.default_rng(5).normal(size=(12, 3, 8, 8)).astype(np.float32)
    np.save(tmp_path / "x.npy", values)
    model = network(tmp_path)
    table = calibrate(model, open_model_data(model, tmp_path / "x.npy"), model_taps(model))
    encodings = resolve_plan(model, QuantPlan(), table).encodings
    (name,) = model.inputs
    feeds = {name: values[:1]}
    output = next(n.output for n in encodings.flow.nodes.values() if len(n.weights))
    found = error_map(model, model, encodings, output, feeds)
    assert found is not None
    want = Simulator(model).watched(feeds, encodings, [output])[1][output]
    assert found.errors.shape == want.shape[-2:] and found.errors.max() > 0
    assert found.channel_errors.shape == (want.shape[1],)
    one = error_map(model, model, encodings, output, feeds, channel=found.worst_channel)
    assert one is not None and one.errors.max() >= found.errors.max()


def test_what_has_no_places_has_no_map() -> None:
    flat = np.ones((1, 4), np.float32)
    assert _mapped(flat, flat, None) is None
    assert _mapped(np.ones((0, 2, 2)), np.ones((0, 2, 2)), None) is None
    assert _mapped(np.ones((1, 2, 2)), np.ones((1, 2, 3)), None) is None


def test_figures_are_root_mean_squares_over_channels() -> None:
    expected = np.zeros((1, 2, 2, 3), np.float32)
    found = expected.copy()
    found[0, 1, 1, 2] = 2.0
    mapped = _mapped(expected, found, None)
    assert mapped is not None and mapped.worst_place == (1, 2) and mapped.worst_channel == 1
    assert mapped.errors[1, 2] == pytest.approx(np.sqrt(2.0))
    alone = _mapped(expected, found, 0)
    assert alone is not None and alone.errors.max() == 0
    tokens = _mapped(np.ones((1, 5, 4)), np.ones((1, 5, 4)), None)
    assert tokens is not None and tokens.values.shape == (5, 4) and tokens.worst_channel is None


def test_what_became_no_number_is_no_small_error() -> None:
    expected = np.full((1, 2, 2, 3), 4.0, np.float32)
    expected[0, 0, 0, 0] = -np.inf  # as masks have
    found = expected.copy()
    assert _mapped(expected, found, 0).errors.max() == 0
    found[0, 1, 1, 2] = np.nan
    mapped = _mapped(expected, found, 1)
    assert mapped.worst_place == (1, 2) and mapped.errors.max() == 4 and mapped.worst_channel == 1
    assert math.isnan(mapped.sqnr_db) and _mapped(expected, found, 0).sqnr_db > 100
