from __future__ import annotations

from pathlib import Path

import pytest

from quantengine.analyze.compare import compare
from quantengine.analyze.gauge import Gauge
from quantengine.analyze.probes import probe_samples
from quantengine.bundled import demo_data, demo_model
from quantengine.data.options import DataOptions
from quantengine.errors import Cancelled, DataError
from quantengine.graph.load import open_model
from quantengine.monitor import Monitor
from quantengine.observe.calibrate import calibrate
from quantengine.observe.inputs import open_model_data
from quantengine.observe.taps import model_taps
from quantengine.plan import QuantPlan
from quantengine.resolve.resolve import resolve_plan
from quantengine.verdict.reference import Reference


def test_gauge_says_what_the_comparison_says(tmp_path: Path) -> None:
    model = open_model(demo_model())
    options = DataOptions(images="calib_images", labels="calib_labels", preset="imagenet", limit=6)
    data = open_model_data(model, demo_data(), options)
    table = calibrate(model, data, model_taps(model))
    samples = list(probe_samples(data, 4, Monitor(), ""))
    gauge = Gauge(Reference.of(model, samples))
    for bits in (8, 4):
        plan = QuantPlan().with_override("block2.*", bits=bits)
        resolution = resolve_plan(model, plan, table)
        found = gauge.judge(model, resolution.encodings)
        expected = compare(model, resolution, data, limit=4).output
        assert found.sqnr_db == pytest.approx(expected.sqnr_db, abs=1e-3)
        assert found.agreement == expected.agreement
        assert found.accuracy == expected.accuracy
    stopped = Monitor()
    stopped.cancel()
    with pytest.raises(Cancelled):
        gauge.judge(model, resolution.encodings, monitor=stopped)


def test_no_samples_are_refused() -> None:
    with pytest.raises(DataError, match="no sample"):
        list(probe_samples([], 4, Monitor(), ""))
