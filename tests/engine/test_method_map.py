"""Methods against tensors, and one scale against many: each figure as a whole plan gives it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from quantengine.analyze.granularity import compare_granularities
from quantengine.analyze.method import under_method
from quantengine.analyze.method_map import ACTIVATIONS, WEIGHTS, MethodRow, method_map
from quantengine.analyze.scale_pairs import scale_pairs
from quantengine.observe.calibrate import calibrate
from quantengine.observe.taps import model_taps
from quantengine.plan import QuantPlan
from quantengine.ranges.registry import METHODS
from quantengine.resolve.memo import Memo
from quantengine.resolve.resolve import resolve_plan
from tests.engine.small_network import images, network


def test_every_column_is_what_a_plan_of_that_method_alone_gives(tmp_path: Path) -> None:
    model = network(tmp_path)
    table = calibrate(model, images(), model_taps(model), workers=1)
    plan = QuantPlan().with_override("*", bits=4).with_override("Conv_a", method="mae")
    memo: Memo = {}
    found = method_map(model, resolve_plan(model, plan, table), table, memo=memo)
    assert {row.role for row in found.rows} == {ACTIVATIONS, WEIGHTS}
    for name in ("minmax", "mae", "hqq", "kl"):
        part = "both" if METHODS[name].for_weights else "activations"
        alone = resolve_plan(model, under_method(plan, name, (), part), table)
        place = found.methods.index(name)
        for row in found.rows:
            if row.role == WEIGHTS and not METHODS[name].for_weights:
                assert row.db[place] is None
            else:
                assert row.db[place] == pytest.approx(alone.sqnr_db[row.tensor], abs=1e-9)
    assert all(row.db[found.methods.index("pixels")] is None for row in found.rows)
    used = {row.tensor: row.used for row in found.rows}
    assert (used["x"], used["b"], used["w1"], used["w2"]) == ("mse", "mae", "mae", "mse")
    sums = found.sums(ACTIVATIONS)
    assert sum(each.best for each in sums) == len(found.of(ACTIVATIONS))
    assert min(each.worst_behind_db for each in sums) >= 0
    json.dumps(found.to_json(), allow_nan=False)
    again = method_map(model, resolve_plan(model, plan, table), table, memo=memo)
    assert again == found


def test_the_best_of_a_row_is_never_one_without_a_figure() -> None:
    names = tuple(METHODS)
    row = MethodRow("a", "a", WEIGHTS, "int8", names[1], (None, 30.0, float("nan"), 30.0, 12.0))
    assert row.best == 1
    assert row.behind == (None, 0.0, None, 0.0, 18.0)
    assert replace(row, used=names[3]).best == 3
    assert replace(row, db=(None, float("nan"))).best is None


def test_scales_of_all_weights_are_those_of_two_plans(tmp_path: Path) -> None:
    model = network(tmp_path)
    data = images()
    table = calibrate(model, data, model_taps(model), workers=1)
    plan = QuantPlan()
    pairs = scale_pairs(model, resolve_plan(model, plan, table))
    told = {row.weight: row for row in compare_granularities(model, plan, table, data).weights}
    assert {pair.weight for pair in pairs} == set(told)
    for pair in pairs:
        one, many = told[pair.weight].tensor.weight_db, told[pair.weight].channel.weight_db
        assert (pair.tensor_db, pair.channel_db) == pytest.approx((one, many), abs=1e-9)
        assert pair.used_db == (one if str(pair.used) == "tensor" else many)
    assert list(pairs) == sorted(pairs, key=lambda pair: -pair.gain_db)
