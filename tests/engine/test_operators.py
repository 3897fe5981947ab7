"""What the table of operators says is what happens to a network with each."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import numpy as np
import onnx
import pytest

from quantengine.analyze.compare import compare
from quantengine.analyze.integer_view import integer_views
from quantengine.analyze.simulate import Simulator
from quantengine.cli.main import main
from quantengine.cli.operators import markdown
from quantengine.data.open import in_memory
from quantengine.errors import ModelError
from quantengine.formats.metrics import sqnr_db
from quantengine.graph.model import FloatModel
from quantengine.graph.operators.operator import Kind
from quantengine.graph.operators.registry import FAMILIES, OPERATORS
from quantengine.graph.reason import Why
from quantengine.observe.calibrate import calibrate
from quantengine.observe.taps import model_taps
from quantengine.plan import QuantPlan, TensorPlan
from quantengine.recover.samples import recovery_samples
from quantengine.recover.walk import Treatment, Visit, walk
from quantengine.resolve.resolve import Resolution, resolve_plan
from quantengine.rewrite.encodings import Encodings
from quantengine.rewrite.qdq import qdq_model
from quantengine.rewrite.qoperator import qoperator_form
from quantengine.runtime import Session
from quantengine.support import STAGES, SUPPORTED, support
from tests.engine.operator_networks import SHAPE, network_of

PAGE = Path(__file__).parents[2] / "docs" / "operators.md"
NEAR_DB = 20.0
JUMPS = ("Ceil", "Floor", "Round", "Sign", "And", "Or", "Not", "Equal", "Less", "Greater")
JUMPS += ("LessOrEqual", "GreaterOrEqual", "Where", "Div")
"""Their results differ by whole steps, or without bound, where what they read differs a little."""


@cache
def rows() -> dict[str, dict[str, str]]:
    return support()


def images(count: int = 4):
    values = np.random.default_rng(5).normal(0.3, 1, (count, *SHAPE[1:])).astype(np.float32)
    return in_memory({"x": values})


def nodes(model: FloatModel, name: str) -> list[onnx.NodeProto]:
    return [node for node in model.graph.node if node.op_type == name]


def resolved(model: FloatModel, activations: str = "uint8") -> Resolution:
    plan = QuantPlan(
        activations=TensorPlan(activations, symmetric=False),
        quantize_outputs=activations == "uint8",
    )
    return resolve_plan(model, plan, calibrate(model, images(), model_taps(model), workers=1))


def outputs_db(reference: dict[str, np.ndarray], found: dict[str, np.ndarray]) -> float:
    pairs = [(reference[name].astype(float), found[name]) for name in reference]
    signal = sum(float(np.sum(a**2)) for a, _ in pairs)
    return sqnr_db(signal, sum(float(np.sum((a - b) ** 2)) for a, b in pairs))


def feeds() -> dict[str, np.ndarray]:
    return {"x": np.random.default_rng(6).normal(0.3, 1, SHAPE).astype(np.float32)}


def is_near(model: FloatModel, proto: onnx.ModelProto) -> bool:
    """Whether onnxruntime gives nearly what it gives of the file."""
    reference = Session(onnx.load(model.path), optimize=False).run(feeds())
    return outputs_db(reference, Session(proto).run(feeds())) > NEAR_DB


def reads_pairs(proto: onnx.ModelProto, name: str) -> bool:
    """Whether a node reads floats made of codes."""
    floats = {n for q in proto.graph.node if q.op_type == "DequantizeLinear" for n in q.output}
    return any(node.name == name and floats & set(node.input) for node in proto.graph.node)


@pytest.mark.parametrize("name", rows())
def test_every_cell_is_supported_or_a_sentence(name: str) -> None:
    row = rows()[name]
    assert list(row) == list(STAGES)
    for cell in row.values():
        assert cell == SUPPORTED or (cell.endswith(".") and len(cell.split()) > 2)


def test_every_operator_that_is_known_or_trained_has_a_row() -> None:
    pytest.importorskip("torch")
    from quantengine.finetune.network import OPERATORS as TRAINED

    assert rows().keys() == {*OPERATORS, *TRAINED}
    assert len(OPERATORS) == sum(len(family.OPERATORS) for family in FAMILIES)


def test_the_page_is_the_one_that_the_command_makes(capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("torch")
    assert main(["operators", "--markdown"]) == 0
    assert capsys.readouterr().out == PAGE.read_text(encoding="utf-8")
    assert markdown() + "\n" == PAGE.read_text(encoding="utf-8")


def test_the_command_gives_the_table_to_programs_and_people(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["operators", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["operators"] == rows()
    assert main(["operators"]) == 0
    shown = capsys.readouterr().out
    for reason in {cell for row in rows().values() for cell in row.values()} - {SUPPORTED}:
        assert reason in shown


@pytest.mark.parametrize("name", rows())
def test_what_is_quantized_simulated_and_written_is_what_the_table_says(
    tmp_path: Path, name: str
) -> None:
    model, row = network_of(tmp_path, name), rows()[name]
    found = resolved(model)
    encodings, flow = found.encodings, found.flow
    node = nodes(model, name)[-1]
    reason = flow.reasons.get(node.name)
    clamped = reason is not None and reason.kind is Why.PART
    assert (node.name in flow.nodes or clamped) == (row["quantize"] == SUPPORTED)
    observed = {tap.tensor for tap in model_taps(model)}
    owners = {flow.owners.get(output, output) for output in node.output}
    assert bool(owners & observed) == (row["observe"] == SUPPORTED)
    proto = qdq_model(model, encodings)
    assert name in JUMPS or is_near(model, proto)
    simulated = Simulator(model).run(feeds(), encodings)
    written = Session(proto, optimize=False).run(feeds())
    for output, values in written.items():
        np.testing.assert_array_equal(simulated[output], values)
    if row["qdq"] == SUPPORTED:
        assert clamped or name == "Gather" or reads_pairs(proto, node.name)
    form = qoperator_form(proto)
    assert name in JUMPS or is_near(model, form.proto)
    if row["quantize"] == SUPPORTED:
        assert reads_pairs(form.proto, node.name) == (row["qoperator"] != SUPPORTED)
        assert form.kept_pairs.get(node.name, row["qoperator"][:-1]) == row["qoperator"][:-1]
    else:
        assert row["qoperator"] == row["dynamic"] == row["simulate"] == row["quantize"]


@pytest.mark.parametrize("name", OPERATORS)
def test_ranges_are_found_while_running_where_the_table_says(tmp_path: Path, name: str) -> None:
    model, row = network_of(tmp_path, name), rows()[name]
    found = resolved(model, "dynamic")
    node = nodes(model, name)[-1]
    assert (node.name in found.encodings.dynamic) == (row["dynamic"] == SUPPORTED)
    if OPERATORS[name].kind is Kind.CORE and row["dynamic"] != SUPPORTED:
        assert any(row["dynamic"] in note for note in found.notes)
    assert is_near(model, qdq_model(model, found.encodings))


@pytest.mark.parametrize("name", [n for n, op in OPERATORS.items() if op.kind is Kind.CORE])
def test_sums_are_shown_and_weights_rounded_where_the_table_says(tmp_path: Path, name: str) -> None:
    model, row = network_of(tmp_path, name), rows()[name]
    node = nodes(model, name)[-1]
    assert node.name in {layer.name for layer in compare(model, resolved(model), images(1)).layers}
    views = integer_views(model, resolved(model), images(1))
    assert (node.name in {view.layer for view in views}) == (row["sums"] == SUPPORTED)
    fitted: list[str] = []

    def treat(visit: Visit, encodings: Encodings) -> Encodings:
        fitted.append(visit.layer.node.name)
        return encodings

    samples = recovery_samples(model, images(8))
    walk(model, resolved(model).encodings, samples, Treatment(treat))
    assert (node.name in fitted) == (row["recover"] == SUPPORTED)


@pytest.mark.parametrize("name", rows())
def test_what_trains_is_what_the_table_says(tmp_path: Path, name: str) -> None:
    pytest.importorskip("torch")
    from quantengine.finetune.network import Network, check_against_runtime

    proto = network_of(tmp_path, name).proto
    if rows()[name]["train"] == SUPPORTED:
        check_against_runtime(Network(proto), proto, [feeds()])
    else:
        with pytest.raises(ModelError, match=name):
            Network(proto)
