from __future__ import annotations

import numpy as np
import pytest

from quantengine.errors import PlanError
from quantengine.formats.dtype import INT8
from quantengine.observe.block import Block
from quantengine.observe.collector import Collector
from quantengine.observe.replicates import group_of
from quantengine.observe.table import CalibrationTable, of_samples
from quantengine.observe.tap import Tap
from quantengine.ranges.choice import RangeSpec
from quantengine.ranges.registry import choose
from quantengine.ranges.settling import settling

TAP = Tap("t")
SPEC = RangeSpec(INT8, symmetric=False)


def table_of(samples: dict[str, np.ndarray]) -> CalibrationTable:
    collector = Collector([TAP])
    for name, values in samples.items():
        block = Block([TAP], [values.shape])
        block.fill([values])
        collector.observe(name, block)
    return of_samples("m", [(name, bytes(16)) for name in samples], collector.freeze())


@pytest.fixture
def samples() -> dict[str, np.ndarray]:
    draw = np.random.default_rng(5)
    return {f"{i:02}.png": draw.normal(size=500).astype(np.float32) for i in range(40)}


def test_the_last_stage_is_what_all_samples_choose(samples: dict[str, np.ndarray]) -> None:
    table = table_of(samples)
    found = settling(table, "t", SPEC, "mse")
    whole = choose(table.tensors["t"], SPEC, "mse")
    assert found.samples[-1] == 40 and list(found.samples) == sorted(set(found.samples))
    assert (found.low[-1], found.high[-1]) == (whole.low, whole.high)


def test_an_outlier_in_the_last_part_shows_as_change(samples: dict[str, np.ndarray]) -> None:
    calm = settling(table_of(samples), "t", SPEC, "minmax").last_change
    late = next(name for name in samples if group_of(name) == 3)
    samples[late][7] = 90.0
    found = settling(table_of(samples), "t", SPEC, "minmax")
    assert calm < 0.3 < found.last_change
    assert found.high[-1] == 90.0 > 10 * found.high[-2]


def test_one_part_alone_has_not_changed(samples: dict[str, np.ndarray]) -> None:
    one = {name: values for name, values in samples.items() if group_of(name) == 2}
    found = settling(table_of(one), "t", SPEC, "minmax")
    assert len(found.samples) == 1 and found.last_change == 0.0


def test_an_unknown_method_is_refused(samples: dict[str, np.ndarray]) -> None:
    with pytest.raises(PlanError, match="no range method 'magic'"):
        settling(table_of(samples), "t", SPEC, "magic")
