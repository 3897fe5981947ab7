"""Outputs whose length depends on values are compared row by row, each with its counterpart."""

from __future__ import annotations

import math

import numpy as np
import pytest
from numpy.typing import NDArray

from quantengine.verdict.lists import found_again, side_by_side
from quantengine.verdict.reading import Reading, reading_of
from quantengine.verdict.record import Record
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
        return {"rows": rows, "places": np.arange(len(rows))[None], "given": floats}

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
    assert "list whose length depends" in str(found.doubt)
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
    ours, theirs = side_by_side(FLOAT.T, FLOAT[[2, 0]].T, 1)
    assert np.array_equal(np.sort(ours, axis=1), np.sort(FLOAT.T, axis=1))
    assert np.count_nonzero((ours == theirs).all(axis=0)) == 2
    assert found_again(np.array([[1, 2, 2]]), np.array([[2, 3, 2, 2]]), 1) == 2


def test_another_shape_that_no_list_explains_is_a_fault(reading: Reading) -> None:
    ours = {"rows": FLOAT, "places": np.arange(3)[None], "given": np.zeros((1, 3), np.int64)}
    theirs = {**ours, "rows": FLOAT[:2, :3]}
    record = reading.record(0, ours, theirs, {"x": FLOAT})
    assert record.outputs[0].fault == "another shape"
