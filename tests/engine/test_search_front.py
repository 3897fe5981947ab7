from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from quantengine.analyze.compare import compare
from quantengine.analyze.gauge import Gauge
from quantengine.errors import Cancelled, PlanError, QuantError
from quantengine.export.export import export_model
from quantengine.graph.model import FloatModel
from quantengine.monitor import Monitor
from quantengine.observe.calibrate import calibrate
from quantengine.observe.table import CalibrationTable
from quantengine.observe.taps import model_taps
from quantengine.plan import QuantPlan
from quantengine.resolve.resolve import resolve_plan
from quantengine.runtime import Session
from quantengine.search.budget import Budget
from quantengine.search.front import Front, FrontPoint
from quantengine.targets import TARGETS, Widths, plan_for
from quantengine.work import search as searching
from quantengine.work.search import search_widths
from quantengine.work.work import Work
from tests.engine.detector_head import CURE, head, head_data
from tests.engine.small_network import chain, images, network


def observed(model: FloatModel) -> CalibrationTable:
    return calibrate(model, images(), model_taps(model), workers=1)


def found(
    model: FloatModel,
    budget: Budget,
    plan: QuantPlan | None = None,
    widths: Widths | None = None,
) -> Front:
    return search_widths(
        Work(model, plan or QuantPlan(), images(), observed(model)), budget, widths=widths
    )


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> FloatModel:
    return network(tmp_path_factory.mktemp("model"))


@pytest.fixture(scope="module")
def front(model: FloatModel) -> Front:
    return found(model, Budget(target_sqnr_db=45))


def weight_bits(model: FloatModel, plan: QuantPlan) -> dict[str, int]:
    encodings = resolve_plan(model, plan, observed(model)).encodings
    return {
        weight.tensor: encodings.weights[weight.tensor].dtype.bits
        for node in encodings.flow.nodes.values()
        for weight in node.weights
        if weight.tensor in encodings.weights
    }


def test_the_front_is_monotone_and_smaller_than_float(front: Front) -> None:
    assert len(front.points) > 4
    for small, large in zip(front.points, front.points[1:], strict=False):
        assert (small.bytes, small.bit_operations) < (large.bytes, large.bit_operations)
        assert small.measured_db < large.measured_db
    assert front.points[-1].bytes < front.float_bytes
    assert front.points[-1].bit_operations < front.float_bit_operations


def test_a_search_that_was_stopped_goes_on_where_it_was_to_any_limit(
    model: FloatModel, front: Front, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    work, path = Work(model, QuantPlan(), images(), observed(model)), tmp_path / "search.json"
    measured: list[str] = []
    monkeypatch.setattr(searching, "measure_noise", noted(searching.measure_noise, measured))
    monkeypatch.setattr(Gauge, "judge", noted(Gauge.judge, measured, stops_at=5))
    with pytest.raises(Cancelled):
        search_widths(work, Budget(target_sqnr_db=45), checkpoint=path)
    assert search_widths(work, Budget(target_sqnr_db=45), checkpoint=path) == front
    before = len(measured)
    assert measured.count("measure_noise") == 1
    again = search_widths(work, Budget(max_bytes=front.chosen.bytes), checkpoint=path)
    assert again.chosen.bytes <= front.chosen.bytes
    assert len(measured) - before <= 2
    with pytest.raises(QuantError, match="belongs to another"):
        search_widths(work, Budget(target_sqnr_db=45), limit=2, checkpoint=path)


def noted(function: Any, names: list[str], stops_at: int = 0) -> Any:
    def called(*given: Any, **options: Any) -> Any:
        names.append(function.__name__)
        if len(names) == stops_at:
            raise Cancelled
        return function(*given, **options)

    return called


def test_the_chosen_point_is_the_smallest_that_reaches_the_target(front: Front) -> None:
    assert front.chosen.measured_db >= 45
    smaller = front.points[: front.points.index(front.chosen)]
    assert smaller
    assert all(point.measured_db < 45 for point in smaller)


def test_a_point_is_an_ordinary_plan(model: FloatModel, front: Front, tmp_path: Path) -> None:
    plan = QuantPlan.from_text(json.dumps(front.chosen.plan.to_json()))
    assert plan == front.chosen.plan
    table = observed(model)
    resolution = resolve_plan(model, plan, table)
    again = compare(model, resolution, images())
    assert again.output.sqnr_db == pytest.approx(front.chosen.measured_db, abs=0.01)
    assert again.bytes_after == front.chosen.bytes
    assert again.bytes_before == front.float_bytes
    feeds = [images().load(0).feeds]
    report = export_model(model, resolution, tmp_path / "out.onnx", table=table, probes=feeds)
    assert Session(report.path).run(feeds[0]).keys() == model.outputs.keys()


def test_small_errors_add_up_as_predicted(front: Front) -> None:
    good = [point for point in front.points if point.measured_db > 25]
    assert good
    assert all(abs(point.predicted_db - point.measured_db) < 6 for point in good)


def test_the_same_search_gives_the_same_front(model: FloatModel, front: Front) -> None:
    assert found(model, Budget(target_sqnr_db=45)) == front


def test_a_size_is_kept_and_used(model: FloatModel, front: Front) -> None:
    small, large = front.points[0].bytes, front.float_bytes
    limit = (2 * small + large) // 3
    chosen = found(model, Budget(max_bytes=limit)).chosen
    assert small < chosen.bytes <= limit
    assert chosen.measured_db > front.points[0].measured_db
    assert found(model, Budget(max_bytes=small)).chosen.bytes == small


def test_a_drop_without_labels_is_counted_in_agreement(model: FloatModel) -> None:
    result = found(model, Budget(max_drop=0))
    assert result.chosen.agreement == 1
    assert result.chosen.drop == 0


def test_a_drop_with_labels_is_counted_in_accuracy(model: FloatModel) -> None:
    data = images(8)
    session = Session(model.proto)
    labels = tuple(int(session.run(data.load(i).feeds)["y"].argmax()) for i in range(len(data)))
    labelled = replace(data, labels=labels)
    result = search_widths(Work(model, QuantPlan(), labelled, observed(model)), Budget(max_drop=0))
    assert result.chosen.drop == 0
    wrong = replace(data, labels=tuple((label + 1) % 5 for label in labels))
    result = search_widths(Work(model, QuantPlan(), wrong, observed(model)), Budget(max_drop=0))
    assert all(point.drop is not None and point.drop <= 0 for point in result.points)


def test_a_planted_layer_gets_more_bits_than_the_others(tmp_path: Path) -> None:
    plan = QuantPlan().with_override("*", **{"weights.granularity": "tensor"})
    model = chain(tmp_path, planted=True)
    bits = weight_bits(model, found(model, Budget(target_sqnr_db=12), plan).chosen.plan)
    others = [bits[name] for name in ("w1", "w4")]
    assert bits.get("w2", 32) > max(others)


def test_an_impossible_target_says_what_is_reachable(model: FloatModel) -> None:
    integers = Widths((4, 8), (8,), keep_float=False)
    with pytest.raises(PlanError, match=r"reaches at most [\d.]+ dB .* not 90 dB") as error:
        found(model, Budget(target_sqnr_db=90), widths=integers)
    assert str(error.value).count(". ") == 0
    best = found(model, Budget(target_sqnr_db=1), widths=integers).points[-1]
    assert f"{best.measured_db:.1f} dB" in str(error.value)


def test_an_impossible_size_says_what_is_reachable(model: FloatModel, front: Front) -> None:
    with pytest.raises(PlanError, match=f"at least {front.points[0].bytes} bytes"):
        found(model, Budget(max_bytes=10))


@pytest.mark.parametrize("target", ["onnxruntime-cpu", "onnxruntime-weights", "tensorrt"])
def test_only_legal_widths_appear(model: FloatModel, target: str) -> None:
    legal = TARGETS[target].widths
    result = found(model, Budget(target_sqnr_db=20), plan_for(target))
    assert len(result.points) > 1
    for point in result.points:
        encodings = resolve_plan(model, point.plan, observed(model)).encodings
        assert {e.dtype.bits for e in encodings.weights.values()} <= set(legal.weights) | {8}
        assert {e.dtype.bits for e in encodings.activations.values()} <= set(legal.activations)
        if not legal.float_tensors:
            assert set(encodings.activations) == set(encodings.flow.points())


def test_what_the_person_decided_stays(model: FloatModel) -> None:
    first, last = model.producers["a"].name, model.producers["y"].name
    plan = QuantPlan().with_override(first, **{"weights.bits": 6}).with_float(last)
    result = found(model, Budget(target_sqnr_db=20), plan)
    for point in result.points:
        bits = weight_bits(model, point.plan)
        assert bits["w1"] == 6
        assert "w3" not in bits


def test_nothing_to_choose_is_refused(model: FloatModel) -> None:
    with pytest.raises(PlanError, match="has a choice of widths"):
        found(model, Budget(target_sqnr_db=20), QuantPlan().with_float("*"))
    with pytest.raises(PlanError, match="dynamic"):
        plan = QuantPlan().with_override("*", **{"activations.dtype": "dynamic"})
        found(model, Budget(target_sqnr_db=20), plan)


@pytest.mark.parametrize("limits", [{}, {"max_bytes": 9, "max_drop": 1.0}, {"max_drop": -1.0}])
def test_a_search_has_one_limit(limits: dict[str, float]) -> None:
    with pytest.raises(PlanError):
        Budget(**limits)  # type: ignore[arg-type]


def test_it_can_be_stopped(model: FloatModel) -> None:
    monitor, table = Monitor(), observed(model)
    monitor.cancel()
    with pytest.raises(Cancelled):
        search_widths(
            Work(model, QuantPlan(), images(), table), Budget(target_sqnr_db=9), monitor=monitor
        )


def test_points_are_chosen_by_what_was_measured() -> None:
    points = [
        FrontPoint(QuantPlan(), size, size, 99.0, measured, None, drop)
        for size, measured, drop in ((1, 5.0, 9.0), (2, 15.0, 3.0), (3, 25.0, 1.0))
    ]
    assert Budget(target_sqnr_db=15).best(points) is points[1]
    assert Budget(max_bytes=2).best(points) is points[1]
    assert Budget(max_drop=1.5).best(points) is points[2]
    assert Budget(target_sqnr_db=26).best(points) is None


def test_bits_that_the_target_does_not_need_are_taken_back(tmp_path: Path) -> None:
    model = chain(tmp_path, planted=False)
    first = found(model, Budget(target_sqnr_db=20))
    for point in first.points[1:5:2]:
        again = found(model, Budget(target_sqnr_db=point.measured_db - 0.01))
        assert again.chosen.bytes <= point.bytes


@pytest.mark.parametrize("last", ["Conv", "MatMul"])
def test_a_float_layer_takes_along_the_codes_that_were_for_it_alone(
    tmp_path: Path, last: str
) -> None:
    """Where activations have one width, that of the layer behind a Concat is what cures it."""
    work = Work(head(tmp_path, last, 3), plan_for("tensorrt"), head_data(last, 3))
    chosen = search_widths(work, Budget(target_sqnr_db=25)).chosen
    assert chosen.plan.keep_float == (CURE[last],)
    assert chosen.predicted_db == pytest.approx(chosen.measured_db, abs=3)
