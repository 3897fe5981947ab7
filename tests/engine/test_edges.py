"""Files that take bytes, give codes, have one shape or end earlier, beside the float file."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import pytest

from quantengine.analyze.evaluate import evaluate
from quantengine.data.open import in_memory
from quantengine.data.preprocessing import PRESETS, Preprocessing
from quantengine.errors import ExportError, PlanError
from quantengine.export.export import ExportReport, export_model
from quantengine.export.options import ExportOptions
from quantengine.graph.model import FloatModel
from quantengine.observe.calibrate import calibrate
from quantengine.observe.table import CalibrationTable
from quantengine.observe.taps import model_taps
from quantengine.plan import Edges, FixedShape, QuantPlan
from quantengine.resolve.resolve import resolve_plan
from quantengine.rewrite.edge_session import ENTRY, NO_EDGES, told_edges
from quantengine.runtime import Session
from quantengine.targets import plan_for
from quantengine.work.make import refuse_other_shapes
from quantengine.work.work import Work
from tests.engine.onnx_text import text_model

RNG = np.random.default_rng(5)
PIXELS = RNG.integers(0, 256, (8, 1, 3, 8, 8), np.uint8)
PLAN = plan_for("onnxruntime-no-vnni")

GRAPH = """
g (float[1,3,h,w] x) => (float[1,a,5] y) {
  a = Conv <pads: ints = [1,1,1,1]> (x, w1, b1)
  b = Relu (a)
  c = Conv <pads: ints = [1,1,1,1]> (b, w2, b2)
  sides = Shape (c)
  batch = Gather (sides, first)
  batch1 = Unsqueeze (batch, axis)
  wanted = Concat <axis: int = 0> (batch1, five, rest)
  r = Reshape (c, wanted)
  t = Transpose <perm: ints = [0, 2, 1]> (r)
  y = Exp (t)
}
"""


def opened(tmp_path: Path, prepared: Preprocessing) -> tuple[FloatModel, CalibrationTable]:
    rng = np.random.default_rng(3)
    weights = {
        "w1": rng.normal(size=(4, 3, 3, 3), scale=0.2).astype(np.float32),
        "b1": rng.normal(size=4).astype(np.float32),
        "w2": rng.normal(size=(5, 4, 3, 3), scale=0.1).astype(np.float32),
        "b2": rng.normal(size=5).astype(np.float32),
        "first": np.array(0),
        "axis": np.array([0]),
        "five": np.array([5]),
        "rest": np.array([-1]),
    }
    model = text_model(tmp_path / "m.onnx", GRAPH, weights)
    data = in_memory({"x": np.stack([feeds(prepared, k)["x"][0] for k in range(len(PIXELS))])})
    table = calibrate(model, data, model_taps(model))
    return model, replace(table, preprocessing={"x": prepared.to_json()})


def feeds(prepared: Preprocessing, place: int) -> dict[str, np.ndarray]:
    image = np.moveaxis(PIXELS[place, 0], 0, -1)
    return {"x": prepared.apply(np.ascontiguousarray(image))[np.newaxis]}


def written(
    folder: Path,
    found: tuple[FloatModel, CalibrationTable],
    edges: Edges,
    prepared: Preprocessing,
    form: str = "qdq",
    plan: QuantPlan = PLAN,
) -> ExportReport:
    model, table = found
    resolution = resolve_plan(model, plan.with_edges(edges), table)
    probes = [feeds(prepared, k) for k in range(3)]
    path, options = folder / "out.onnx", ExportOptions(form)
    return export_model(model, resolution, path, options, table=table, probes=probes)


@pytest.mark.parametrize("form", ["qdq", "qoperator"])
@pytest.mark.parametrize("io", ["uint8", "int8"])
def test_the_bytes_of_an_image_are_fed_as_they_are(tmp_path: Path, io: str, form: str) -> None:
    prepared = PRESETS["unit"]
    found = opened(tmp_path, prepared)
    report = written(tmp_path, found, Edges(io, outputs=("c",)), prepared, form)
    assert report.verification.reference_sqnr_db > 30
    assert report.edges is not None
    (taken,), (given,) = report.edges.inputs, report.edges.outputs
    assert taken.raw
    assert taken.scale == pytest.approx(1 / 255)
    assert "the bytes of the image" in str(report.notes)
    session = Session(report.path)
    assert [(p.name, p.dtype) for p in session.inputs] == [("x", f"tensor({io})")]
    assert [(p.name, p.dtype) for p in session.outputs] == [("c", f"tensor({io})")]
    shift = 128 if io == "int8" else 0
    fed = (PIXELS[0].astype(np.int16) - shift).astype(io)
    codes = session.run({"x": fed})["c"].astype(np.float32)
    original = onnx.load(found[0].path)
    original.graph.output.append(onnx.ValueInfoProto(name="c"))
    expected = Session(original).run(feeds(prepared, 0))["c"]
    assert np.abs((codes - given.zero_point) * given.scale - expected).max() < 3 * given.scale
    kinds = [node.op_type for node in onnx.load(report.path).graph.node]
    assert "Exp" not in kinds
    assert kinds.count("QuantizeLinear") == {"uint8qdq": 2, "int8qdq": 4, "uint8qoperator": 0}.get(
        io + form, 2
    )


def test_what_a_byte_cannot_be_is_said(tmp_path: Path) -> None:
    prepared = PRESETS["imagenet"]
    report = written(tmp_path, opened(tmp_path, prepared), Edges("uint8"), prepared)
    assert "std differs from channel to channel" in str(report.notes)
    assert report.edges is not None
    assert not report.edges.inputs[0].raw
    assert report.verification.reference_sqnr_db > 20


def test_symmetric_plans_take_signed_codes_of_their_own(tmp_path: Path) -> None:
    prepared, plan = PRESETS["unit"], plan_for("tensorrt")
    report = written(tmp_path, opened(tmp_path, prepared), Edges("int8"), prepared, plan=plan)
    assert report.edges is not None
    assert [(p.zero_point, p.raw) for p in report.edges.inputs] == [(0, False)]
    assert "no zero points" in str(report.notes)


def test_a_file_that_ends_earlier_is_judged_with_the_rest_behind_it(tmp_path: Path) -> None:
    prepared = PRESETS["unit"]
    found = opened(tmp_path, prepared)
    report = written(tmp_path, found, Edges("uint8", outputs=("c",)), prepared)
    data = in_memory({"x": np.stack([feeds(prepared, k)["x"][0] for k in range(4)])})
    judged = evaluate(found[0].path, report.path, data)
    assert judged.verdict.worst is not None
    assert judged.verdict.worst.output == "y"
    assert judged.verdict.sqnr_db == pytest.approx(report.verification.reference_sqnr_db, abs=1)


def test_what_the_end_does_not_tell_is_asked_for(tmp_path: Path) -> None:
    model, table = opened(tmp_path, PRESETS["unit"])
    for names, why in ((("b",), None), (("batch",), "also needs 'c'"), (("no",), "no node gives")):
        plan = PLAN.with_edges(Edges(outputs=names))
        if why is None:
            found = resolve_plan(model, plan, table)
            assert str(found.flow.reasons[model.producers["c"].name]).startswith("lies behind")
            continue
        with pytest.raises(PlanError, match=why):
            resolve_plan(model, plan, table)


def test_a_shape_is_fixed_and_what_follows_is_constant(tmp_path: Path) -> None:
    prepared = PRESETS["unit"]
    found = opened(tmp_path, prepared)
    edges = Edges(shapes=(FixedShape("x", (1, 3, 8, 8)),))
    report = written(tmp_path, found, edges, prepared)
    graph = onnx.load(report.path).graph
    assert not {"Shape", "Gather", "Concat"} & {node.op_type for node in graph.node}
    sides = [side.dim_value for side in graph.output[0].type.tensor_type.shape.dim]
    assert sides == [1, 64, 5]
    assert report.verification.reference_sqnr_db > 20
    usual = written(tmp_path, found, Edges(), prepared)
    assert report.verification.reference_sqnr_db == usual.verification.reference_sqnr_db
    wrong = Edges(shapes=(FixedShape("x", (1, 4, 8, 8)),))
    with pytest.raises(ExportError, match="does not fit"):
        written(tmp_path, found, wrong, prepared)
    data = in_memory({"x": np.zeros((2, 3, 8, 9), np.float32)})
    with pytest.raises(PlanError, match=r"\[1,3,8,9\]: prepare the data so"):
        refuse_other_shapes(Work(found[0], PLAN.with_edges(edges), data))


def test_metadata_that_the_graph_does_not_bear_out_is_not_believed(tmp_path: Path) -> None:
    prepared = PRESETS["unit"]
    report = written(tmp_path, opened(tmp_path, prepared), Edges("uint8"), prepared)
    proto = onnx.load(report.path)
    assert told_edges(proto) != NO_EDGES
    entry = next(p for p in proto.metadata_props if p.key == ENTRY)
    good = json.loads(entry.value)
    port = good["inputs"][0]
    for bad in ({"scale": 0.0}, {"zero_point": 2**40}, {"type": "float"}, {"name": "y"}):
        entry.value = json.dumps({**good, "inputs": [{**port, **bad}]})
        assert told_edges(proto) == NO_EDGES
    entry.value = "["
    assert told_edges(proto) == NO_EDGES


def test_edges_are_part_of_a_saved_plan() -> None:
    edges = Edges("int8", (FixedShape("x", (1, 3)),), ("a", "b"))
    plan = PLAN.with_edges(edges)
    assert plan.quantize_outputs
    assert QuantPlan.from_json(json.loads(json.dumps(plan.to_json()))) == plan
    assert plan.with_edges(Edges()) == PLAN
    assert "edges" not in PLAN.to_json()
    with pytest.raises(PlanError, match="named twice"):
        Edges(outputs=("a", "a"))
