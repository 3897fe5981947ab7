from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from quantengine.analyze.gauge import Gauge
from quantengine.analyze.width import at_width
from quantengine.errors import Cancelled, DataError, PlanError, QuantError
from quantengine.metric.metric import Metric
from quantengine.plan import QuantPlan
from quantengine.ranges.registry import METHODS
from quantengine.verdict.judge import Judge
from quantengine.verdict.verdict import Verdict
from quantengine.work.sweep import SETTINGS, sweep_bits, sweep_methods
from quantengine.work.work import Work, observed
from tests.engine.small_network import images, network


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Work:
    return observed(Work(network(tmp_path_factory.mktemp("model")), QuantPlan(), images()))


def test_more_bits_are_better_and_the_best_is_the_widest(work: Work) -> None:
    found = sweep_bits(work, bits=(3, 5, 8))
    values = [point.effect.sqnr_db for point in found.points if point.effect is not None]
    assert values == sorted(values)
    assert values[2] > values[0] + 20
    assert found.best is found.points[2]
    assert found.samples == len(images())
    assert sweep_bits(replace(work, table=None), bits=(8,)).best == found.best
    with pytest.raises(DataError, match="judged on data"):
        sweep_bits(replace(work, dataset=None), bits=(8,))


@pytest.mark.parametrize("judge", [Judge(), Judge(follows="task", task="dense")])
def test_a_sweep_that_was_stopped_goes_on_where_it_was(
    work: Work, judge: Judge, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    work, path, bits = replace(work, judge=judge), tmp_path / "sweep.json", (2, 5, 8)
    whole = sweep_bits(work, bits=bits)
    tried: list[int] = []
    plain = Gauge.judge

    def counted(gauge: Gauge, *given: Any, **options: Any) -> Verdict:
        tried.append(1)
        if len(tried) == 3:
            raise Cancelled
        return plain(gauge, *given, **options)

    monkeypatch.setattr(Gauge, "judge", counted)
    with pytest.raises(Cancelled):
        sweep_bits(work, bits=bits, checkpoint=path)
    found = sweep_bits(work, bits=bits, checkpoint=path)
    assert len(tried) == 4
    assert found == whole
    assert found.best == whole.best
    assert sweep_bits(work, bits=bits, checkpoint=path) == whole
    assert len(tried) == 4
    with pytest.raises(QuantError, match="belongs to another"):
        sweep_bits(work, bits=bits, limit=2, checkpoint=path)
    path.write_text(path.read_text()[:-9])
    with pytest.raises(QuantError, match="cannot be read"):
        sweep_bits(work, bits=bits, checkpoint=path)


def test_a_refused_method_stays_refused_and_a_function_cannot_be_told_again(
    work: Work, tmp_path: Path
) -> None:
    path, methods = tmp_path / "sweep.json", ("minmax", "batchnorm")
    found = sweep_methods(work, methods=methods, checkpoint=path)
    assert sweep_methods(work, methods=methods, checkpoint=path) == found

    def one(outputs: object, sample: object) -> float:
        return 1.0

    own = replace(work, judge=Judge(metric=Metric(one)))
    with pytest.raises(PlanError, match="told again"):
        sweep_methods(own, methods=methods, checkpoint=path)


def test_weights_alone_leave_activations_as_the_plan_says(work: Work) -> None:
    found = sweep_bits(work, bits=(4,), part="weights")
    plan = found.points[0].plan
    assert plan.weights.dtype == "int4"
    assert plan.activations == QuantPlan().activations


def test_a_width_that_the_plan_overrides_is_swept_too(work: Work) -> None:
    layer = work.model.producers["c"].name
    plain = sweep_bits(work, bits=(3,)).points[0]
    wide = QuantPlan().with_override("*", bits=16).with_override("w1", dtype="int16")
    found = sweep_bits(replace(work, plan=wide), bits=(3,)).points[0]
    assert found.effect == plain.effect
    kept = wide.with_override(layer, **{"activations.dtype": "float", "method": "minmax"})
    assert at_width(kept, 3).overrides[-1] == kept.overrides[-1]


def test_a_part_is_swept_where_an_override_is_about_both() -> None:
    plan = QuantPlan().with_override("a", bits=16).with_override("b", **{"activations.bits": 6})
    first, second = at_width(plan, 3, "weights").overrides
    assert dict(first.settings) == {"weights.bits": 3, "activations.bits": 16}
    assert dict(second.settings) == {"activations.bits": 6}


def test_one_layer_alone_hurts_less_than_all(work: Work) -> None:
    layer = work.model.producers["c"].name
    alone = sweep_bits(work, bits=(3,), layer=layer).points[0]
    every = sweep_bits(work, bits=(3,)).points[0]
    assert alone.effect is not None and every.effect is not None
    assert every.effect.sqnr_db < alone.effect.sqnr_db < math.inf


def test_a_layer_that_stays_float_cannot_be_swept(work: Work) -> None:
    layer = work.model.producers["c"].name
    plan = QuantPlan().with_float(layer)
    with pytest.raises(PlanError, match="kept float by the plan"):
        sweep_bits(replace(work, plan=plan), bits=(3,), layer=layer)
    with pytest.raises(PlanError, match="no layer"):
        sweep_bits(work, bits=(3,), layer="nowhere")


def test_all_methods_stand_side_by_side_and_the_best_wins(work: Work) -> None:
    found = sweep_methods(work)
    tried = {point.method for point in found.points}
    assert tried == set(METHODS)
    assert sum(point.method == "lp" for point in found.points) == len(SETTINGS["lp"])
    refused = {point.method: point.refused for point in found.points if point.refused}
    assert "batchnorm" in refused and "mse" not in refused
    assert found.best is not None and found.best.effect is not None
    assert found.best.effect.sqnr_db == max(
        point.effect.sqnr_db for point in found.points if point.effect is not None
    )
    assert found.best.plan.activations.method == found.best.method


def test_statistics_of_quantized_inference_are_one_more_choice(work: Work) -> None:
    found = sweep_methods(work, methods=["minmax"], quantized_inference=True)
    assert [point.quantized_inputs for point in found.points] == [False, True]
    assert found.points[0].effect != found.points[1].effect


def test_methods_of_weights_are_only_those_that_make_sense(work: Work) -> None:
    found = sweep_methods(work, part="weights", settings=False)
    assert {point.method for point in found.points} == {
        name for name, method in METHODS.items() if method.for_weights
    }
    assert all(point.refused is None for point in found.points)


def test_an_unknown_method_is_an_error(work: Work) -> None:
    with pytest.raises(PlanError, match="no range method 'best'"):
        sweep_methods(work, methods=["best"])


def test_results_are_json_with_plans_that_can_be_read(work: Work) -> None:
    found = sweep_bits(work, bits=(4, 8))
    data = json.loads(json.dumps(found.to_json(), allow_nan=False))
    assert data["best"] == "8 bits"
    assert QuantPlan.from_json(data["points"][0]["plan"]) == found.points[0].plan
    assert [row["bits"] for row in found.to_rows()] == [4, 8]
