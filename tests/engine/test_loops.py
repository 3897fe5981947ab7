"""Layers inside bodies of Loop and Scan: observed, quantized and checked like all others."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import numpy_helper

from quantengine.data.dataset import Dataset
from quantengine.data.open import in_memory
from quantengine.errors import ExportError
from quantengine.export import export as export_module
from quantengine.export.export import ExportOptions, ExportReport, export_model
from quantengine.graph.lift import branch_of
from quantengine.graph.load import open_model
from quantengine.graph.model import FloatModel
from quantengine.graph.walk import all_graphs
from quantengine.observe.calibrate import calibrate
from quantengine.observe.inputs import model_inputs
from quantengine.observe.taps import model_taps
from quantengine.plan import QuantPlan, TensorPlan
from quantengine.recover.samples import recovery_samples
from quantengine.recover.walk import Treatment, Visit, walk
from quantengine.resolve.resolve import Resolution, resolve_plan
from quantengine.rewrite.encodings import Encodings
from quantengine.runtime import Session
from tests.engine.loop_networks import NETWORKS, RESIDUAL, Feeds, repeating, samples
from tests.engine.onnx_text import text_model
from tests.engine.test_branches import _db

TRIPS = (3, 0, 2)
_REPEATING = ("Loop", "Scan")
_USUAL = QuantPlan()


def _data(model: FloatModel, feeds: Feeds) -> Dataset:
    arrays = {"x": np.concatenate([each["x"] for each in feeds])}
    arrays["trips"] = np.stack([each["trips"] for each in feeds])
    return in_memory(arrays, inputs=model_inputs(model))


def _resolved(model: FloatModel, feeds: Feeds, plan: QuantPlan = _USUAL) -> Resolution:
    table = calibrate(model, _data(model, feeds), model_taps(model), workers=1)
    return resolve_plan(model, plan, table)


def _exported(
    model: FloatModel, feeds: Feeds, path: Path, form: str = "qdq", plan: QuantPlan = _USUAL
) -> ExportReport:
    options = ExportOptions(form)
    return export_model(model, _resolved(model, feeds, plan), path, options, probes=feeds)


@pytest.mark.parametrize("form", ["qdq", "qoperator"])
@pytest.mark.parametrize("name", ["residual", "choosing", "nested", "cell"])
def test_a_written_body_computes_what_the_file_computes(
    tmp_path: Path, name: str, form: str
) -> None:
    model, feeds = repeating(tmp_path / "m.onnx", name), samples(name, TRIPS)
    report = _exported(model, feeds, tmp_path / "q.onnx", form)
    assert report.verification.nodes.nodes == NETWORKS[name].layers
    (owner,) = (n for n in onnx.load(tmp_path / "q.onnx").graph.node if n.op_type in _REPEATING)
    (body,) = (entry.g for entry in owner.attribute if entry.name == "body")
    assert "QuantizeLinear" in [node.op_type for node in body.node]
    stored = onnx.load(tmp_path / "q.onnx")
    kinds = {t.data_type for graph in all_graphs(stored.graph) for t in graph.initializer}
    assert onnx.TensorProto.INT8 in kinds
    sessions = Session(tmp_path / "q.onnx"), Session(tmp_path / "m.onnx")
    for output in (port.name for port in sessions[1].outputs):
        ours, theirs = ([s.run(each)[output] for each in feeds] for s in sessions)
        assert 27 < _db(theirs, ours) < 80


@pytest.mark.parametrize(("name", "inside"), [("residual", True), ("cell", False)])
def test_weights_are_dequantized_on_a_trip_only_to_fuse(
    tmp_path: Path, name: str, inside: bool
) -> None:
    model, feeds = repeating(tmp_path / "m.onnx", name), samples(name, TRIPS)
    _exported(model, feeds, tmp_path / "q.onnx")
    outer = onnx.load(tmp_path / "q.onnx").graph
    once = {n.input[0] for n in outer.node if n.op_type == "DequantizeLinear"}
    again = {
        node.input[0]
        for graph in list(all_graphs(outer))[1:]
        for node in graph.node
        if node.op_type == "DequantizeLinear"
    }
    weights = {f"{weight}_quantized" for weight in NETWORKS[name].weights}
    assert weights <= (again if inside else once)
    assert not weights & (once if inside else again)


def test_values_of_all_trips_are_observed(tmp_path: Path) -> None:
    """The file gives the same tensor of every trip itself, as an output of its Loop."""
    model, feeds = repeating(tmp_path / "m.onnx", "residual"), samples("residual", TRIPS)
    table = calibrate(model, _data(model, feeds), model_taps(model), workers=2)
    original = Session(tmp_path / "m.onnx")
    values = np.concatenate([original.run(each)["each"].reshape(-1, 6, 10) for each in feeds])
    stats = table.tensors["r"]
    assert stats.count == values.size
    assert stats.high == pytest.approx(values.max(), rel=1e-6)
    channels = stats.channels
    assert channels is not None
    np.testing.assert_allclose(channels.high, values.max(axis=(0, 2)), rtol=1e-6)


def test_a_wrong_scale_in_a_body_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model, feeds = repeating(tmp_path / "m.onnx", "cell"), samples("cell", TRIPS)
    plain = export_module.sunk

    def spoilt(proto: onnx.ModelProto) -> onnx.ModelProto:
        made = plain(proto)
        for tensor in (t for graph in all_graphs(made.graph) for t in graph.initializer):
            if tensor.name == "before_scale":
                wider = numpy_helper.to_array(tensor) * np.float32(1.2)
                tensor.CopyFrom(numpy_helper.from_array(wider, tensor.name))
        return made

    monkeypatch.setattr(export_module, "sunk", spoilt)
    with pytest.raises(ExportError, match=r"MatMul_r|'before'"):
        _exported(model, feeds, tmp_path / "q.onnx")


def test_a_body_that_changes_shapes_stays_float(tmp_path: Path) -> None:
    model, feeds = repeating(tmp_path / "m.onnx", "growing"), samples("growing", (1, 3))
    resolution = _resolved(model, feeds)
    assert not any(branch_of(node) for node in model.graph.node)
    (reason,) = resolution.flow.reasons.values()
    assert "may change shapes from trip to trip" in str(reason)
    _exported(model, feeds, tmp_path / "q.onnx")
    ours, theirs = (
        [Session(tmp_path / name).run(each)["y"] for each in feeds] for name in ("q.onnx", "m.onnx")
    )
    assert _db(theirs, ours) > 30


def test_what_a_loop_gives_has_the_shape_it_was_given(tmp_path: Path) -> None:
    graph = RESIDUAL.replace("y, each = Loop", "last, each = Loop")
    graph = graph.removesuffix("}") + "    y = Relu(last) }"
    weights = {"wide": np.ones((6, 4, 3)), "bias": np.ones(6), "narrow": np.ones((4, 6, 1))}
    floats = {name: values.astype(np.float32) for name, values in weights.items()}
    model = text_model(tmp_path / "m.onnx", graph, floats)
    assert model.types["last"].shape == ("N", 4, 10)


def test_a_body_that_no_sample_ran_stays_float(tmp_path: Path) -> None:
    model, feeds = repeating(tmp_path / "m.onnx", "residual"), samples("residual", (0,))
    reasons = _resolved(model, feeds).flow.reasons
    told = {str(reasons[node.name]) for node in model.graph.node if branch_of(node)}
    assert told == {"stands in a body that no sample ran"}


def test_ranges_of_a_body_are_found_while_running(tmp_path: Path) -> None:
    model, feeds = repeating(tmp_path / "m.onnx", "cell"), samples("cell", TRIPS)
    plan = QuantPlan(activations=TensorPlan("dynamic", symmetric=False))
    report = _exported(model, feeds, tmp_path / "q.onnx", plan=plan)
    assert report.verification.nodes.nodes == 2
    (scan,) = (n for n in onnx.load(tmp_path / "q.onnx").graph.node if n.op_type == "Scan")
    (body,) = (entry.g for entry in scan.attribute if entry.name == "body")
    assert [node.op_type for node in body.node].count("DynamicQuantizeLinear") == 2
    ours, theirs = (
        [Session(tmp_path / name).run(each)["h"] for each in feeds] for name in ("q.onnx", "m.onnx")
    )
    assert 27 < _db(theirs, ours) < 80


def test_layers_that_a_trip_may_not_run_multiply_floats(tmp_path: Path) -> None:
    model, feeds = repeating(tmp_path / "m.onnx", "choosing"), samples("choosing", TRIPS)
    plan = QuantPlan(activations=TensorPlan("dynamic", symmetric=False))
    notes = _resolved(model, feeds, plan).notes
    assert sum("stands in a body that repeats" in note for note in notes) == 2


def test_recovery_fits_to_the_inputs_of_all_trips(tmp_path: Path) -> None:
    model, feeds = repeating(tmp_path / "m.onnx", "choosing"), samples("choosing", TRIPS, 20)
    encodings = _resolved(model, feeds).encodings
    recovering = recovery_samples(model, _data(model, feeds))
    positions: dict[str, int] = {}

    def note(visit: Visit, encodings: Encodings) -> Encodings:
        positions[visit.layer.node.input[1]] = visit.fit.reference.shape[1]
        return encodings

    walk(model, encodings, recovering, Treatment(note))
    trips = sum(int(each["trips"].item()) for each in recovering.fit)
    assert positions == dict.fromkeys(("first", "second", "third"), trips)


@pytest.mark.parametrize("name", ["residual", "cell"])
def test_what_opens_again_is_laid_open_again(tmp_path: Path, name: str) -> None:
    model, feeds = repeating(tmp_path / "m.onnx", name), samples(name, TRIPS)
    _exported(model, feeds, tmp_path / "q.onnx")
    again = open_model(tmp_path / "q.onnx")
    kinds = {node.op_type for node in again.graph.node if branch_of(node)}
    assert again.quantized is not None
    assert {"QuantizeLinear", "DequantizeLinear"} <= kinds
