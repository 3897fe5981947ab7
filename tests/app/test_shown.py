"""What the window shows is what the exported file has, read with onnx and numpy alone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app import subject as subjects
from app.document import DataSource
from app.edits import for_target
from app.main_window import MainWindow
from app.network import PROBES
from app.outcome import work_out
from app.panels.channels import ChannelsView
from app.panels.distribution import DistributionView
from app.panels.export import ExportView
from app.text import ELLIPSIS, decibel, number, parse, size
from quantengine.bundled import demo_data, demo_model
from quantengine.cli.main import main
from quantengine.data.open import in_memory
from quantengine.data.options import DataOptions
from quantengine.export.export import export_model
from quantengine.formats.granularity import PER_TENSOR
from quantengine.observe.calibrate import calibrate
from quantengine.observe.taps import model_taps
from quantengine.plan import QuantPlan
from quantengine.targets import plan_for
from quantengine.work.work import Work
from tests.app.conftest import DEMO_SAMPLES, WAIT_MS, settled
from tests.app.header import verdict
from tests.decoded import Decoded, decoded
from tests.engine.test_shown import SAMPLES, mixed

SHARED = Path(__file__).resolve().parents[3] / "shared"
MOBILENET, IMAGES = SHARED / "models" / "mobilenetv2.onnx", SHARED / "data" / "imagenet" / "calib"
REAL = {
    "resnet20_cifar10": (
        "cifar10.npz",
        DataOptions(images="eval_images", preset="imagenet", limit=4),
    ),
    "minilm_l6": (
        "stsb_tokens.npz",
        DataOptions(
            limit=4,
            mapping={
                "input_ids": "calib_ids1",
                "attention_mask": "calib_mask1",
                "token_type_ids": 0,
            },
        ),
    ),
}
LAYER, CHANNEL = "block1.expand.conv", 43
WEIGHT = f"{LAYER}.weight"

INTEGER = ["onnxruntime-cpu", "onnxruntime-no-vnni", "tensorrt"]
"""Targets whose activations are codes; the engine's test knows all."""


def planned(qtbot: QtBot, window: MainWindow, plan: QuantPlan) -> None:
    document = window.document
    document.edit("plan", plan=plan)
    settled(qtbot, window)


def written(window: MainWindow, folder: Path) -> Decoded:
    outcome, path = window.document.outcome, folder / "written.onnx"
    probes = [window.document.dataset.load(0).feeds]
    export_model(outcome.model, outcome.resolution, path, table=outcome.table, probes=probes)
    return decoded(path)


def cells(window: MainWindow) -> dict[str, dict[str, str]]:
    """The text of the layer table, by layer and column."""
    table = window.layers.table
    table.fold_all(False)
    names = [column.name for column in table.columns]
    return {
        table.layer_at(row).name: {
            name: table.data(table.index(row, place), Qt.ItemDataRole.DisplayRole)
            for place, name in enumerate(names)
        }
        for row in table.layer_places()
    }


@pytest.mark.parametrize("target", INTEGER)
def test_the_layer_table(qtbot: QtBot, demo: MainWindow, tmp_path: Path, target: str) -> None:
    planned(qtbot, demo, for_target(demo.document.plan, target))
    found, shown = written(demo, tmp_path), cells(demo)
    model, total = demo.document.outcome.model, 0
    for name, constant in found.constants.items():
        row = shown[name.removesuffix(".weight")]
        values = model.constant(name)
        assert row["weight_type"] == constant.dtype
        assert row["granularity"] == f"per {constant.granularity}"
        assert row["weight_sqnr"] == decibel(constant.sqnr_db(values))
        layer = name.removesuffix(".weight")
        biases = (f"{layer}_bias", f"{layer}.bias")
        bias = next(model.initializers[name] for name in biases if name in model.initializers)
        stored = constant.bytes + 4 * bias.dims[0]
        assert row["bytes"] == size(stored)
        total += stored
    for name, activation in found.activations.items():
        for row in (row for row in demo.document.outcome.rows if row.output == name):
            texts = shown[row.name]
            assert texts["output_type"] == activation.dtype
            assert texts["low"] == number(activation.low)
            assert texts["high"] == number(activation.high)
    floats = sum(layer.bytes_after for layer in demo.document.outcome.reports if layer.minor)
    assert f"\N{RIGHTWARDS ARROW} {size(total + floats)}" in verdict(demo)


@pytest.mark.skipif(not MOBILENET.exists(), reason="needs ../shared")
@pytest.mark.usefixtures("plan_alone")
@pytest.mark.parametrize("name", REAL)
def test_real_networks_over_every_target(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, name: str
) -> None:
    data, options = REAL[name]
    source = DataSource(SHARED / "data" / data, options)
    window.steps.open_model(SHARED / "models" / f"{name}.onnx", source, then_calibrate=True)
    qtbot.waitUntil(lambda: window.document.table is not None, timeout=WAIT_MS)
    for target in INTEGER:
        planned(qtbot, window, for_target(window.document.plan, target))
        found = written(window, tmp_path)
        agrees(window, found)
        pages_agree(qtbot, window, found)


def agrees(window: MainWindow, found: Decoded) -> None:
    """Compares every row of the table, and what Tune says of one layer."""
    shown, outcome = cells(window), window.document.outcome
    readers = [layer for layer in outcome.reports if layer.weights is not None]
    assert {layer.weight for layer in readers} == set(found.constants)
    for layer in readers:
        row, constant = shown[layer.name], found.constants[layer.weight]
        values = outcome.model.constant(layer.weight)
        assert row["weight_type"] == constant.dtype
        assert row["granularity"] == f"per {constant.granularity}"
        assert row["weight_sqnr"] == decibel(constant.sqnr_db(values)), layer.name
        assert row["bytes"] == size(constant.bytes + layer.bytes_before - values.nbytes)
    coded = [layer for layer in outcome.rows if layer.output in found.activations]
    for layer in coded:
        row, activation = shown[layer.name], found.activations[layer.output]
        assert row["output_type"] == activation.dtype
        assert (row["low"], row["high"]) == (number(activation.low), number(activation.high))
    weight, activation = found.constants[readers[0].weight], found.activations[coded[0].output]
    window.document.select(readers[0].name)
    form = window.tune.weight
    assert f"int{form.bits.value}" == weight.dtype
    assert form.granularity.currentText() == f"per {weight.granularity}"
    window.document.select(coded[0].name)
    form = window.tune.output
    assert activation.dtype.endswith(f"int{form.bits.value}")
    ends = form.low.placeholderText(), form.high.placeholderText()
    assert ends == (number(activation.low), number(activation.high))


def pages_agree(qtbot: QtBot, window: MainWindow, found: Decoded) -> None:
    """Compares what Channels says of a weight, and Distribution of an activation."""
    outcome = window.document.outcome
    layer = next(r for r in reversed(outcome.reports) if r.weight in found.constants)
    constant, values = found.constants[layer.weight], outcome.model.constant(layer.weight)
    if constant.granularity == "channel":
        expected = constant.channel_db(values, constant.axis)[1]
        window.document.select(layer.name, tensor=layer.weight)
        view = window.views.show_view("channels")
        qtbot.waitUntil(
            lambda: view.shown is not None and view.shown.tensor == layer.weight, timeout=WAIT_MS
        )
        view.select_at(1)
        told = f"{decibel(expected)} dB with its own"
        qtbot.waitUntil(lambda: told in view.hover.text(), timeout=WAIT_MS)
    name = next(row.output for row in outcome.rows if row.output in found.activations)
    window.document.select(
        next(row.name for row in outcome.rows if row.output == name), tensor=name
    )
    view = window.views.show_view("distribution")
    qtbot.waitUntil(
        lambda: view.subject is not None and view.subject.place.tensor == name, timeout=WAIT_MS
    )
    ends = found.activations[name].low, found.activations[name].high
    assert (view.foot.low.value, view.foot.high.value) == pytest.approx(ends, rel=1e-5, abs=1e-6)


@pytest.mark.usefixtures("plan_alone")
@pytest.mark.parametrize("target", INTEGER)
def test_the_channels(qtbot: QtBot, demo: MainWindow, tmp_path: Path, target: str) -> None:
    planned(qtbot, demo, for_target(demo.document.plan, target))
    constant = written(demo, tmp_path).constants[WEIGHT]
    expected = constant.channel_db(demo.document.outcome.model.constant(WEIGHT), 0)[CHANNEL]
    demo.document.select(LAYER, tensor=WEIGHT)
    view = demo.views.show_view("channels")
    assert isinstance(view, ChannelsView)
    qtbot.waitUntil(lambda: view.shown is not None and view.shown.tensor == WEIGHT, timeout=WAIT_MS)
    view.select_at(CHANNEL)
    told = f"{decibel(expected)} dB with its own"
    qtbot.waitUntil(lambda: told in view.hover.text(), timeout=WAIT_MS)


@pytest.mark.usefixtures("plan_alone")
@pytest.mark.parametrize("target", INTEGER)
def test_the_distribution_and_what_is_dragged(
    qtbot: QtBot, demo: MainWindow, tmp_path: Path, target: str
) -> None:
    plan = for_target(demo.document.plan, target)
    planned(qtbot, demo, plan.with_override(WEIGHT, **{"weights.granularity": "tensor"}))
    demo.document.select(LAYER, tensor=WEIGHT)
    view = demo.views.show_view("distribution")
    assert isinstance(view, DistributionView)
    qtbot.waitUntil(
        lambda: view.subject is not None and view.subject.place.tensor == WEIGHT, timeout=WAIT_MS
    )
    view.range.moved.emit(-1.0, 1.0)
    dragged = view.foot.readout.value("codes")
    view.range.settled.emit(-1.0, 1.0)
    settled(qtbot, demo)
    constant = written(demo, tmp_path).constants[WEIGHT]
    scale = float(constant.scale)
    assert (view.foot.low.value, view.foot.high.value) == (-1.0, 1.0)
    assert dragged == view.foot.readout.value("codes")
    ends = [parse(end) for end in dragged.split(ELLIPSIS)]
    assert ends == pytest.approx([-127 * scale, 127 * scale], rel=1e-4)
    exact = constant.sqnr_db(demo.document.outcome.model.constant(WEIGHT))
    assert view.foot.level.text() == f"{decibel(exact)} dB"


@pytest.mark.parametrize("target", INTEGER)
def test_a_constant_that_is_added_or_multiplied(tmp_path: Path, target: str) -> None:
    model, resolution, found = mixed(tmp_path, plan_for(target))
    table = calibrate(model, in_memory(SAMPLES), model_taps(model))
    outcome = work_out(Work(model, resolution.plan, None, table))
    for layer in outcome.rows:
        if layer.weight in ("c", "d"):
            seen = subjects.subject(
                outcome, layer.name, subjects.Place(subjects.WEIGHT, layer.weight), None
            )
            assert seen.plan.dtype == layer.weights == found.constants[layer.weight].dtype
            assert seen.plan.granularity == PER_TENSOR and not seen.is_free


@pytest.mark.parametrize("corrects", [True, False])
def test_the_window_and_the_command_line_write_one_file(
    qtbot: QtBot, demo: MainWindow, tmp_path: Path, corrects: bool
) -> None:
    view = demo.views.show_view("export")
    assert isinstance(view, ExportView) and view.form.mending.isChecked()
    if not corrects:
        view.form.mending.click()
    view.path.setText(str(tmp_path / "window.onnx"))
    with qtbot.waitSignal(view.export().finished, timeout=WAIT_MS):
        pass
    assert ("bias" in view.result.notes.text()) == corrects
    qtbot.waitUntil(lambda: not demo.network.is_stale, timeout=WAIT_MS)
    said = "biases corrected" if corrects else "the plan alone"
    assert said in verdict(demo)
    argv = [str(demo_model()), "--data", str(demo_data()), "--images", "calib_images"]
    argv += ["--preset", "imagenet", "--target", "onnxruntime-cpu", "--limit", str(DEMO_SAMPLES)]
    argv += [] if corrects else ["--recover", "none"]
    assert main(["quantize", *argv, "-o", str(tmp_path / "line.onnx")]) == 0
    assert (tmp_path / "window.onnx").read_bytes() == (tmp_path / "line.onnx").read_bytes()
    judged = tmp_path / "analyze.json"
    assert main(["analyze", *argv, "--probes", str(PROBES), "--json", str(judged)]) == 0
    told = json.loads(judged.read_text())["output"]["sqnr_db"]
    assert told == pytest.approx(demo.network.measured.found.sqnr_db, abs=1e-9)


@pytest.mark.skipif(not MOBILENET.exists(), reason="needs ../shared")
def test_mobilenetv2_is_written_alike(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    source = DataSource(IMAGES, DataOptions(preset="tf", limit=12))
    document = window.document
    window.steps.open_model(MOBILENET, source, then_calibrate=True)
    qtbot.waitUntil(lambda: document.table is not None, timeout=WAIT_MS)
    view = window.views.show_view("export")
    assert isinstance(view, ExportView)
    qtbot.waitUntil(lambda: document.candidate is not None, timeout=2 * WAIT_MS)
    view.path.setText(str(tmp_path / "window.onnx"))
    with qtbot.waitSignal(view.export().finished, timeout=2 * WAIT_MS):
        pass
    argv = [str(MOBILENET), "--data", str(IMAGES), "--preset", "tf", "--limit", "12"]
    argv += ["--target", "onnxruntime-cpu", "-o", str(tmp_path / "line.onnx")]
    assert main(["quantize", *argv]) == 0
    assert (tmp_path / "window.onnx").read_bytes() == (tmp_path / "line.onnx").read_bytes()
