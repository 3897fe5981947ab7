"""Who ruined the result, by how much, and how it is said."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from quantengine.analyze.blame import blame, uncorrected
from quantengine.analyze.culprits import Culprits, Gains
from quantengine.analyze.gauge import Gauge
from quantengine.analyze.probes import probe_samples
from quantengine.analyze.report_layers import layer_reports
from quantengine.analyze.sensitivity import sensitivity
from quantengine.errors import Cancelled
from quantengine.graph.model import FloatModel
from quantengine.monitor import SILENT, Monitor
from quantengine.observe.calibrate import calibrate
from quantengine.observe.taps import model_taps
from quantengine.plan import QuantPlan
from quantengine.resolve.resolve import Resolution, resolve_plan
from quantengine.verdict.reference import Reference
from quantengine.work.make import make
from quantengine.work.recipe import Recipe
from quantengine.work.work import Work
from tests.engine.small_network import chain, images

PER_TENSOR = QuantPlan().with_override("*", **{"weights.granularity": "tensor"})


def planted(folder: Path) -> tuple[FloatModel, Resolution, str]:
    """A network whose layer `c` is ruined by one range for all of its channels."""
    model = chain(folder, planted=True)
    table = calibrate(model, images(), model_taps(model), workers=1)
    return model, resolve_plan(model, PER_TENSOR, table), str(model.producers["c"].name)


def gauge(model: FloatModel) -> Gauge:
    return Gauge(Reference.of(model, list(probe_samples(images(), None, SILENT, ""))))


def test_suspects_come_first_and_what_was_known_is_not_asked_again(tmp_path: Path) -> None:
    model, resolution, bad = planted(tmp_path)
    seen: list[Gains] = []
    found = blame(model, resolution, gauge(model), {bad: -20.0}, watch=seen.append)
    assert list(seen[0].layers) == [bad]
    assert len(seen) == found.quantized == len(found.layers)
    whole = sensitivity(model, resolution, images(), limit=None)
    assert found.layers == {r.name: r.gain_db for r in whole.layers if r.quantized}
    again: list[Gains] = []
    rest = {name: gain for name, gain in found.layers.items() if name != bad}
    assert blame(
        model, resolution, gauge(model), {}, known=rest, watch=again.append
    ).layers == pytest.approx(found.layers)
    assert len(again) == 1


def test_the_planted_layer_is_named_with_its_bytes(tmp_path: Path) -> None:
    model, resolution, bad = planted(tmp_path)
    gains = sensitivity(model, resolution, images()).gains
    found = Culprits.of(gains, layer_reports(model, resolution))
    assert found.names[0] == bad
    report = next(each for each in layer_reports(model, resolution) if each.name == bad)
    assert found.layers[0].bytes == report.bytes_before - report.bytes_after > 0
    said = found.said(lambda name: f"<{name}>")
    assert said.startswith(f"<{bad}> costs {found.layers[0].gain:.1f} dB")
    assert "(16 samples)" in said or "samples)" in said


def test_corrected_biases_do_not_turn_the_sign(tmp_path: Path) -> None:
    model, _, bad = planted(tmp_path)
    candidate = make(Work(model, PER_TENSOR, images()), Recipe(("bias",)))
    encodings = candidate.resolution.encodings
    assert uncorrected(encodings) is not encodings
    found = sensitivity(candidate.model, candidate.resolution, images())
    assert found.uncorrected and found.layer(bad).gain_db > 0
    assert "before biases are corrected" in Culprits.of(found.gains).said()


def test_stopping_keeps_what_was_found(tmp_path: Path) -> None:
    model, resolution, _ = planted(tmp_path)
    monitor, seen = Monitor(), list[Gains]()

    def first(found: Gains) -> None:
        seen.append(found)
        monitor.cancel()

    with pytest.raises(Cancelled):
        blame(model, resolution, gauge(model), {}, watch=first, monitor=monitor)
    assert len(seen) == 1


@pytest.mark.parametrize(
    ("figure", "layers", "said"),
    [
        ("judged_db", {"a": 3.44, "b": 1.1, "c": 0.2}, "a costs 3.4 dB, b 1.1 dB of the output"),
        ("judged_db", {"a": 0.3, "b": -0.1}, "No layer stands out: a costs most, 0.3 dB"),
        ("judged_db", {"a": -0.3}, "Keeping any one layer float gains nothing"),
        ("judged_db", {"a": math.nan}, "No layer can be ranked"),
        ("judged_db", {"a": math.inf, "b": 2.0}, "With a float it is equal to the float model"),
        ("equal", {"a": 0.02}, "a costs 2 points of the output"),
        ("own", {"a": 0.02}, "a costs 0.02 of the metric (8 samples)"),
        (None, {}, "No layer can be ranked: no output is float"),
    ],
)
def test_what_is_said(figure: str | None, layers: dict[str, float], said: str) -> None:
    missing = "no output is float" if figure is None else None
    gains = Gains(figure, layers, 8, 3, missing=missing)  # type: ignore[arg-type]
    assert Culprits.of(gains).said().startswith(said)


def test_three_are_named_at_most() -> None:
    gains = Gains("judged_db", dict(zip("abcde", np.linspace(3, 2, 5), strict=True)), 8, 5)
    assert Culprits.of(gains).names == ("a", "b", "c")
