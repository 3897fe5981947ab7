from __future__ import annotations

import numpy as np
import pytest

from quantengine.observe.block import Block
from quantengine.observe.collector import Collector
from quantengine.observe.convergence import (
    extremes,
    growth,
    replicates,
    stages,
)
from quantengine.observe.replicates import group_of
from quantengine.observe.table import CalibrationTable, of_samples
from quantengine.observe.tap import Tap

TAP = Tap("t")


def table_of(samples: dict[str, np.ndarray]) -> CalibrationTable:
    collector = Collector([TAP])
    for name, values in samples.items():
        block = Block([TAP], [values.shape])
        block.fill([values])
        collector.observe(name, block)
    digests = [(name, bytes(16)) for name in samples]
    return of_samples("m", digests, collector.freeze())


@pytest.fixture(scope="module")
def table() -> CalibrationTable:
    draw = np.random.default_rng(5)
    samples = {f"{i:02}.png": draw.normal(size=500) for i in range(40)}
    samples["17.png"][3] = 40.0
    samples["31.png"][9] = -30.0
    samples["05.png"][:] = np.nan
    return table_of(samples)


def test_extremes_name_the_samples_that_made_them(table: CalibrationTable) -> None:
    found = extremes(table, "t")
    assert (found.low, found.high) == (-30.0, 40.0)
    assert (found.low_sample, found.high_sample) == ("31.png", "17.png")


def test_a_tensor_without_values_blames_nobody() -> None:
    found = extremes(table_of({"a": np.array([np.nan])}), "t")
    assert (found.low_sample, found.high_sample) == (None, None)
    assert np.isnan(found.low)


def test_ranges_grow_with_the_samples(table: CalibrationTable) -> None:
    found = growth(table, "t")
    assert found.high[16] < 40.0 == found.high[17] == found.high[-1]
    assert found.low[30] > -30.0 == found.low[31]
    assert np.all(np.diff(found.high) >= 0)


def test_stages_grow_to_the_whole(table: CalibrationTable) -> None:
    found = stages(table, "t")
    counts = [count for count, _ in found]
    assert counts == sorted(counts)
    assert counts[-1] == 40
    assert found[-1][1] is table.tensors["t"]
    assert [stats.count for _, stats in found] == sorted(stats.count for _, stats in found)


def test_each_replicate_is_what_its_samples_alone_give(table: CalibrationTable) -> None:
    draw = np.random.default_rng(5)
    samples = {f"{i:02}.png": draw.normal(size=500) for i in range(40)}
    samples["17.png"][3] = 40.0
    samples["31.png"][9] = -30.0
    samples["05.png"][:] = np.nan
    found = replicates(table, "t")
    assert sum(count for count, _ in found) == 40
    for group, (count, part) in enumerate(found):
        own = {name: values for name, values in samples.items() if group_of(name) == group}
        alone = table_of(own).tensors["t"]
        assert count == len(own)
        assert (part.low, part.high, part.count) == (alone.low, alone.high, alone.count)
        assert part.distribution.left.tolist() == alone.distribution.left.tolist()
        assert part.mean == pytest.approx(alone.mean, abs=1e-3)
        assert part.variance == pytest.approx(alone.variance, rel=1e-3)
