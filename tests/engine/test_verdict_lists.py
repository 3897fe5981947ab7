"""Outputs whose length depends on values are compared row by row, each with its counterpart."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from quantengine.verdict.lists import found_again, paired
from quantengine.verdict.reading import Outputs, Reading, reading_of
from quantengine.verdict.record import Record
from quantengine.verdict.sums import NOISE
from quantengine.verdict.tasks.subject import Told
from quantengine.verdict.verdict import Verdict, verdict_of
from tests.engine.onnx_text import text_model

GRAPH = """
    found (float[N, 4] x, int64[N] ids) => (float[K, 4] rows, int64[1, K] places, int64[1, M] given)
    {
        y = MatMul(x, w)
        first = Slice(y, zero, one, one)
        over = Less(first, least)
        flat = Squeeze(over, one)
        rows = Compress<axis = 0>(y, flat)
        places = NonZero(flat)
        given = NonZero(ids)
    }
"""
WEIGHTS = {
    "w": np.eye(4, dtype=np.float32),
    "least": np.array([90], np.float32),
    "zero": np.array([0]),
    "one": np.array([1]),
}
FLOAT = np.array([[0, 0, 9, 9], [50, 50, 60, 60], [200, 10, 220, 40]], np.float32)


@pytest.fixture(scope="module")
def reading(tmp_path_factory: pytest.TempPathFactory) -> Reading:
    return reading_of(text_model(tmp_path_factory.mktemp("lists") / "m.onnx", GRAPH, WEIGHTS))


def verdict(reading: Reading, *pairs: tuple[NDArray[np.float32], NDArray[np.float32]]) -> Verdict:
    floats, given = np.zeros((1, 3), np.int64), {"x": FLOAT, "ids": np.zeros(3, np.int64)}

    def outputs(rows: NDArray[np.float32]) -> dict[str, NDArray[np.generic]]:
        far = np.abs(FLOAT[None] - rows[:, None]).sum(axis=2)
        return {"rows": rows, "places": far.argmin(axis=1)[None], "given": floats}

    reading = reading.learnt([(given, outputs(ours)) for ours, _ in pairs])
    records: list[Record] = [
        reading.record(place, outputs(ours), outputs(theirs), given)
        for place, (ours, theirs) in enumerate(pairs)
    ]
    return verdict_of(reading, records)


def test_what_picks_from_values_of_layers_gives_lists(reading: Reading) -> None:
    assert reading.told.lists == {"rows", "places"}


def test_a_row_that_is_missing_costs_no_more_than_itself(reading: Reading) -> None:
    found = verdict(reading, (FLOAT, FLOAT[[0, 2]] + 0.1))
    rows, places, _ = found.outputs
    lost = float(np.sum(np.square(FLOAT[1]))) + 8 * 0.1**2
    whole = float(np.sum(np.square(FLOAT)))
    assert rows.sqnr_db == pytest.approx(10 * math.log10(whole / lost), abs=1e-3)
    assert places.equal == pytest.approx(2 / 3)
    assert "list whose length or order depends" in str(found.doubt)
    assert "'rows'" in str(found.doubt)


def test_rows_in_another_order_are_the_same_where_lengths_are_seen_to_vary(
    reading: Reading,
) -> None:
    found = verdict(reading, (FLOAT, FLOAT[::-1]), (FLOAT[:2], FLOAT[:2]), (FLOAT[:0], FLOAT[:0]))
    assert found.outputs[0].sqnr_db == math.inf


def test_lists_that_are_lost_are_not_silent(reading: Reading) -> None:
    assert verdict(reading, (FLOAT, FLOAT[:0])).outputs[0].sqnr_db == pytest.approx(0)
    unknown = np.full((2, 4), np.nan, np.float32)
    assert verdict(reading, (FLOAT, unknown)).outputs[0].sqnr_db == -math.inf


def test_one_way_of_being_beside_each_other() -> None:
    lists = FLOAT.T, FLOAT[[2, 0]].T, 1
    ours, theirs = paired([lists]).side_by_side(*lists)
    assert np.array_equal(np.sort(ours, axis=1), np.sort(FLOAT.T, axis=1))
    assert np.count_nonzero((ours == theirs).all(axis=0)) == 2
    assert found_again(np.array([[1, 2, 2]]), np.array([[2, 3, 2, 2]]), 1) == 2


def test_what_tells_of_the_same_things_is_paired_once() -> None:
    boxes, scores, classes = FLOAT, np.array([0.9, 0.8, 0.1], np.float32), np.array([3, 3, 5])
    order = [2, 0, 1]
    swapped = {"boxes": boxes[order], "scores": scores, "classes": classes}
    right = {"boxes": boxes[order], "scores": scores[order], "classes": classes[order]}
    told = Told(lists=frozenset(right))
    runs: list[Outputs] = [
        {"boxes": boxes[:n], "scores": scores[:n], "classes": classes[:n]} for n in (3, 1)
    ]
    reading = Reading(tuple(right), told=told).learnt([({}, run) for run in runs])
    found = reading.record(0, runs[0], right, {})
    assert [each.equal for each in found.outputs] == [0, 0, 3]
    assert all(each.sums is None or each.sums[NOISE].sum() == 0 for each in found.outputs)
    _, of_scores, of_classes = reading.record(0, runs[0], swapped, {}).outputs
    assert of_scores.sums is not None
    assert of_scores.sums[NOISE].sum() == pytest.approx(0.8**2 + 0.1**2 + 0.7**2)
    assert of_classes.equal == 1


def test_lists_that_are_not_always_equally_long_are_paired_each_for_itself() -> None:
    rows, points = FLOAT, np.array([7, 8, 9], np.float32)
    runs: list[Outputs] = [{"rows": rows, "points": points}, {"rows": rows, "points": points[:1]}]
    runs.append({"rows": rows[:1], "points": points[:1]})
    reading = Reading(("rows", "points"), told=Told(lists=frozenset(runs[0])))
    turned = {"rows": rows[::-1], "points": points}
    outputs = reading.learnt([({}, run) for run in runs]).record(0, runs[0], turned, {}).outputs
    assert all(each.sums is not None and each.sums[NOISE].sum() == 0 for each in outputs)


RANKED = """
    queries (float[N, 6, 4] x) => (float[N, 3, 4] best, int64[N, 3] places, float[N, 4] mean)
    {
        y = MatMul(x, w)
        score = ReduceMax<axes = [2], keepdims = 0>(y)
        values, places = TopK(score, three)
        spread = Unsqueeze(places, last)
        every = Expand(spread, shape)
        best = GatherElements<axis = 1>(y, every)
        mean = ReduceMean<axes = [1], keepdims = 0>(y)
    }
"""


def test_what_is_put_in_order_is_a_list_of_as_many_as_are_kept(tmp_path: Path) -> None:
    constants = {
        "w": np.eye(4, dtype=np.float32),
        "three": np.array([3]),
        "last": np.array([-1]),
        "shape": np.array([1, 3, 4]),
    }
    reading = reading_of(text_model(tmp_path / "m.onnx", RANKED, constants))
    assert reading.told.ranked == {"best": {3}, "places": {3}}
    best, mean = FLOAT[None, :, [0, 1, 2, 3]], np.ones((1, 4), np.float32)
    ours = {"best": best[:, [2, 1, 0]], "places": np.array([[5, 2, 1]]), "mean": mean}
    theirs = {"best": best[:, [2, 0, 1]], "places": np.array([[5, 1, 2]]), "mean": mean}
    found = verdict_of(reading, [reading.record(0, ours, theirs, {"x": best})])
    assert found.outputs[0].sqnr_db == math.inf
    assert found.outputs[1].equal == 1
    assert "order depends on values" in str(found.doubt)


def test_another_shape_that_no_list_explains_is_a_fault(reading: Reading) -> None:
    ours = {"rows": FLOAT, "places": np.arange(3)[None], "given": np.zeros((1, 3), np.int64)}
    theirs = {**ours, "rows": FLOAT[:2, :3]}
    record = reading.record(0, ours, theirs, {"x": FLOAT})
    assert record.outputs[0].fault == "another shape"
