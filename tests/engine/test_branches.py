"""Layers inside the branches of an If: observed, quantized and compared like all others."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from numpy.typing import NDArray

from quantengine.analyze.file_coverage import clamped_shares
from quantengine.analyze.integer_view import integer_views
from quantengine.data.dataset import Dataset
from quantengine.data.open import in_memory
from quantengine.export.export import ExportReport, export_model
from quantengine.export.options import ExportOptions
from quantengine.export.rehearsal import rehearse
from quantengine.formats.metrics import Difference
from quantengine.graph.lift import branch_of
from quantengine.graph.load import open_model
from quantengine.graph.model import FloatModel
from quantengine.graph.sink import sunk
from quantengine.graph.walk import all_graphs
from quantengine.observe.calibrate import calibrate
from quantengine.observe.inputs import model_inputs
from quantengine.observe.observed_model import observed_model
from quantengine.observe.stages import stages
from quantengine.observe.taps import model_taps
from quantengine.plan import QuantPlan
from quantengine.recover.samples import recovery_samples
from quantengine.recover.walk import Treatment, Visit, walk
from quantengine.resolve.resolve import Resolution, resolve_plan
from quantengine.rewrite.encodings import Encodings
from quantengine.runtime import Session
from tests.engine.branch_networks import NESTED, sounds, two_rates
from tests.engine.onnx_text import text_model

Feeds = list[dict[str, NDArray[Any]]]

BOTH, WIDE = (16000, 8000), (16000,)


def _data(model: FloatModel, feeds: Feeds) -> Dataset:
    arrays = {
        name: np.stack([each[name].reshape(each[name].shape[1:]) for each in feeds])
        if model.inputs[name].shape
        else np.stack([each[name] for each in feeds])
        for name in feeds[0]
    }
    return in_memory(arrays, inputs=model_inputs(model))


def _resolved(model: FloatModel, feeds: Feeds) -> Resolution:
    table = calibrate(model, _data(model, feeds), model_taps(model), workers=1)
    return resolve_plan(model, QuantPlan(), table)


def _db(reference: Iterable[NDArray[Any]], candidate: Iterable[NDArray[Any]]) -> float:
    apart = Difference()
    for pair in zip(reference, candidate, strict=True):
        apart.add(*pair)
    return apart.sqnr_db


def _exported(model: FloatModel, feeds: Feeds, path: Path, form: str = "qdq") -> ExportReport:
    return export_model(model, _resolved(model, feeds), path, ExportOptions(form), probes=feeds)


def test_branches_are_laid_open_and_come_back_as_they_were(tmp_path: Path) -> None:
    model = two_rates(tmp_path / "m.onnx")
    inside = [node for node in model.graph.node if branch_of(node)]
    assert len(inside) == 10
    names = [name for node in model.graph.node for name in (node.name, *node.output)]
    assert len(names) == len(set(names))
    back, file = sunk(model.proto), onnx.load(tmp_path / "m.onnx")
    assert not any(branch_of(node) for graph in all_graphs(back.graph) for node in graph.node)
    assert [node.op_type for node in back.graph.node][-1:] == ["If"]
    sessions = Session(back), Session(tmp_path / "m.onnx")
    for feeds in sounds(2, BOTH):
        ours, theirs = (session.run(feeds)["y"] for session in sessions)
        np.testing.assert_array_equal(ours, theirs)
    assert len(file.graph.node) == 3


def test_values_of_a_branch_are_those_it_has_in_the_file(tmp_path: Path) -> None:
    """The bodies as networks of their own: they are read from the file, not from what we made."""
    model, feeds = two_rates(tmp_path / "m.onnx"), sounds(6, BOTH)
    table = calibrate(model, _data(model, feeds), model_taps(model), workers=1)
    inside = [(node.output[0], found[1]) for node in model.graph.node if (found := branch_of(node))]
    (choice,) = (n for n in onnx.load(tmp_path / "m.onnx").graph.node if n.op_type == "If")
    for taken, attribute in enumerate(choice.attribute):
        body = onnx.ModelProto()
        body.CopyFrom(onnx.load(tmp_path / "m.onnx"))
        del body.graph.node[:], body.graph.output[:], body.graph.input[1:]
        body.graph.node.extend(attribute.g.node)
        body.graph.output.extend([onnx.ValueInfoProto(name="h"), onnx.ValueInfoProto(name="c")])
        session = Session(body, optimize=False)
        found = [session.run({"x": each["x"]}) for each in feeds[taken::2]]
        for original in ("h", "c"):
            made = (name for name, branch in inside if branch == attribute.name)
            stats = table.tensors[next(n for n in made if n.split("/")[-1] == original)]
            values = np.stack([each[original] for each in found])
            assert stats.count == values.size
            assert stats.high == pytest.approx(values.max(), rel=1e-6)
            channels = stats.channels
            assert channels is not None and len(channels.high) == values.shape[2]


@pytest.mark.parametrize("form", ["qdq", "qoperator"])
def test_a_written_branch_computes_what_the_file_computes(tmp_path: Path, form: str) -> None:
    model, feeds = two_rates(tmp_path / "m.onnx"), sounds(8, BOTH)
    report = _exported(model, feeds, tmp_path / "q.onnx", form)
    told = clamped_shares(tmp_path / "q.onnx", feeds[:2])
    assert len(told) >= 3 and max(told.values()) < 0.05
    assert report.verification.nodes.nodes == 8
    file = onnx.load(tmp_path / "q.onnx")
    (choice,) = (node for node in file.graph.node if node.op_type == "If")
    integers = "QLinearConv" if form == "qoperator" else "QuantizeLinear"
    for attribute in choice.attribute:
        assert integers in [node.op_type for node in attribute.g.node]
    assert not {"Conv", "Gemm"} & {node.op_type for node in file.graph.node}
    sessions = Session(tmp_path / "q.onnx"), Session(tmp_path / "m.onnx")
    for rate in BOTH:
        given = [each for each in feeds if each["rate"] == rate]
        ours, theirs = ([s.run(each)["y"] for each in given] for s in sessions)
        assert _db(theirs, ours) > 30


def test_sums_are_told_of_samples_that_take_the_branch(tmp_path: Path) -> None:
    model, feeds = two_rates(tmp_path / "m.onnx"), sounds(6, BOTH)
    data = _data(model, feeds)
    views = integer_views(model, _resolved(model, feeds), data, limit=1)
    assert {view.layer.split("/")[1]: view.samples for view in views if "/" in view.layer} == {
        "then_branch": 1,
        "else_branch": 0,
    }


def test_a_branch_that_no_sample_took_stays_float(tmp_path: Path) -> None:
    model, feeds = two_rates(tmp_path / "m.onnx"), sounds(8, WIDE)
    resolution = _resolved(model, feeds)
    reasons = {
        str(resolution.flow.reasons[node.name])
        for node in model.graph.node
        if (branch_of(node) or ("", ""))[1] == "else_branch"
    }
    assert reasons == {"stands in a branch that no sample took"}
    _exported(model, feeds, tmp_path / "q.onnx")
    other = sounds(1, (8000,))[0]
    ours, theirs = (Session(tmp_path / name).run(other)["y"] for name in ("q.onnx", "m.onnx"))
    np.testing.assert_allclose(ours, theirs, rtol=1e-5, atol=1e-6)


def test_recovery_sees_a_layer_on_samples_that_take_its_branch(tmp_path: Path) -> None:
    model, feeds = two_rates(tmp_path / "m.onnx"), sounds(20, (16000, 8000, 8000, 8000))
    encodings = _resolved(model, feeds).encodings
    samples = recovery_samples(model, _data(model, feeds))
    positions: dict[str, int] = {}

    def note(visit: Visit, encodings: Encodings) -> Encodings:
        branch = branch_of(visit.layer.node)
        if branch is not None and visit.layer.node.op_type == "Gemm":
            positions[branch[1]] = visit.fit.reference.shape[1]
        return encodings

    walk(model, encodings, samples, Treatment(note))
    taken = [int(each["rate"].item()) for each in samples.fit]
    assert positions == {"then_branch": taken.count(16000), "else_branch": taken.count(8000)}


def test_branches_inside_branches(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    shapes = {"w1": (8, 16), "b": (8,), "w2": (8, 8), "w3": (8, 4)}
    weights = {name: rng.normal(0, 0.4, s).astype(np.float32) for name, s in shapes.items()}
    model = text_model(tmp_path / "m.onnx", NESTED, weights)
    ways = [(True, True), (True, False), (False, False)]
    feeds = [
        {
            "x": rng.normal(0, 1, (1, 16)).astype(np.float32),
            "outer": np.asarray(ways[place % 3][0]),
            "inner": np.asarray(ways[place % 3][1]),
        }
        for place in range(9)
    ]
    _exported(model, feeds, tmp_path / "q.onnx")
    ours, theirs = (
        [Session(tmp_path / name).run(each)["y"] for each in feeds] for name in ("q.onnx", "m.onnx")
    )
    assert _db(theirs, ours) > 30


def test_stages_do_not_cut_branches(tmp_path: Path) -> None:
    model, feeds = two_rates(tmp_path / "m.onnx"), sounds(1, BOTH)[0]
    for stage in stages(model, model_taps(model), stage_bytes=1):
        names = {node.name for node in stage.nodes}
        owners = {(branch_of(node) or (node.name,))[0] for node in stage.nodes}
        assert owners <= names
        if set(stage.fed) <= feeds.keys():
            Session(observed_model(model, stage)).run({name: feeds[name] for name in stage.fed})


SQUEEZED = """g (float[N,1,8] x) => (float[N,4] y) {
    place = Constant<value = int64 {1}>()
    sides = Shape(x)
    side = Gather(sides, place)
    one = Constant<value = int64 {1}>()
    alone = Equal(side, one)
    flat = If(alone)<
        then_branch = t () => (float[N,8] less) {
            axes = Constant<value = int64[1] {1}>()
            less = Squeeze(x, axes) },
        else_branch = e () => (float[N,1,8] same) { same = Identity(x) }>
    y = MatMul(flat, w) }"""


@pytest.mark.parametrize("side", [1, None])
def test_an_if_on_a_known_shape_is_inlined(tmp_path: Path, side: int | None) -> None:
    weight = np.random.default_rng(0).normal(0, 1, (8, 4)).astype(np.float32)
    graph = SQUEEZED if side else SQUEEZED.replace("float[N,1,8] x", "float[N,K,8] x")
    model = text_model(tmp_path / "m.onnx", graph, {"w": weight})
    kinds = [node.op_type for node in model.graph.node]
    assert ("If" in kinds) == (side is None)
    names = [rewrite.name for rewrite in model.origin.rewrites]
    assert ("If on a constant left out" in names) == (side is not None)
    feeds = {"x": np.random.default_rng(1).normal(0, 1, (3, 1, 8)).astype(np.float32)}
    ours, theirs = (Session(each).run(feeds)["y"] for each in (model.proto, model.path))
    np.testing.assert_array_equal(ours, theirs)


def test_what_opens_again_is_laid_open_again(tmp_path: Path) -> None:
    model, feeds = two_rates(tmp_path / "m.onnx"), sounds(4, BOTH)
    _exported(model, feeds, tmp_path / "q.onnx")
    again = open_model(tmp_path / "q.onnx")
    assert again.quantized is not None
    kinds = {node.op_type for node in again.graph.node if branch_of(node)}
    assert {"Conv", "QuantizeLinear", "DequantizeLinear"} <= kinds


def test_a_rehearsal_of_branches_has_the_size_of_the_file(tmp_path: Path) -> None:
    model, feeds = two_rates(tmp_path / "m.onnx"), sounds(6, BOTH)
    data = _data(model, feeds)
    table = calibrate(model, data, model_taps(model), workers=1)
    resolution = resolve_plan(model, QuantPlan(), table)
    found = rehearse(model, resolution, data, table=table, timed=False)
    report = export_model(model, resolution, tmp_path / "q.onnx", table=table)
    assert found.bytes_candidate == report.bytes_after
