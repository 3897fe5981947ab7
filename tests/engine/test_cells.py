"""LSTM, GRU and RNN with weights stored as codes, compared with the file that was given."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import onnx
import pytest
from numpy.typing import NDArray
from onnx import helper, numpy_helper

from quantengine.analyze.compare import compare
from quantengine.export.export import ExportOptions, export_model
from quantengine.formats.metrics import Difference
from quantengine.observe.taps import model_taps
from quantengine.opening.open import open_model
from quantengine.plan import QuantPlan
from quantengine.resolve.resolve import resolve_plan
from quantengine.runtime import Session
from tests.engine.onnx_text import text_model

STEPS, BATCH, INPUTS, HIDDEN = 7, 2, 12, 16
GATES = {"LSTM": 4, "GRU": 3, "RNN": 1}
RNG = np.random.default_rng(0)


def _of(dtype: str) -> QuantPlan:
    return replace(QuantPlan(), activations=replace(QuantPlan().activations, dtype=dtype))


def _normal(*shape: int, deviation: float = 0.3) -> NDArray[np.float32]:
    return RNG.normal(0, deviation, shape).astype(np.float32)


@dataclass(frozen=True)
class Cell:
    """A cell with its own weights; `optional` inputs by name."""

    operator: str = "LSTM"
    direction: str = "forward"
    optional: tuple[str, ...] = ("B",)
    reset: int | None = None
    outputs: tuple[str, ...] = ("Y", "Y_h")

    def save(self, path: Path) -> Path:
        directions, gates = 1 + (self.direction == "bidirectional"), GATES[self.operator]
        constants = {
            "W": _normal(directions, gates * HIDDEN, INPUTS),
            "R": _normal(directions, gates * HIDDEN, HIDDEN),
            "B": _normal(directions, 2 * gates * HIDDEN),
            "lengths": np.array([STEPS, STEPS - 3], np.int32),
            "h0": _normal(directions, BATCH, HIDDEN),
            "c0": _normal(directions, BATCH, HIDDEN),
            "P": _normal(directions, 3 * HIDDEN),
        }
        places = ("B", "lengths", "h0", "c0", "P")[: 5 if self.operator == "LSTM" else 3]
        inputs = ["x", "W", "R", *(name if name in self.optional else "" for name in places)]
        reset = {} if self.reset is None else {"linear_before_reset": self.reset}
        words = {"hidden_size": HIDDEN, "direction": self.direction, **reset}
        node = helper.make_node(self.operator, inputs, self.outputs, "cell", **words)
        value = helper.make_tensor_value_info
        shape = [STEPS, BATCH, INPUTS]
        given = [value(name, 1, None) for name in self.outputs if name]
        for port, rank in zip(given, (4 if self.outputs[0] else 3, 3, 3), strict=False):
            port.CopyFrom(value(port.name, 1, [f"{port.name}{i}" for i in range(rank)]))
        stored = [numpy_helper.from_array(v, k) for k, v in constants.items() if k in inputs]
        graph = helper.make_graph([node], "g", [value("x", 1, shape)], given, stored)
        imports = [helper.make_opsetid("", 17)]
        onnx.save(helper.make_model(graph, opset_imports=imports, ir_version=8), path)
        return path


CELLS = {
    "plain": Cell(),
    "both ways, without bias": Cell(direction="bidirectional", optional=()),
    "all that is optional": Cell(
        direction="reverse",
        optional=("B", "lengths", "h0", "c0", "P"),
        outputs=("Y", "Y_h", "Y_c"),
    ),
    "the last state alone": Cell(outputs=("", "Y_h")),
    "GRU": Cell("GRU", "bidirectional", ("B", "h0"), reset=1),
    "RNN": Cell("RNN", "reverse", ("lengths",), outputs=("", "Y_h")),
}


def _worst_db(first: Path, second: Path, x: NDArray[np.float32]) -> float:
    ours, theirs = (Session(path).run({"x": x}) for path in (first, second))
    found = []
    for name, values in ours.items():
        apart = Difference()
        apart.add(values, theirs[name])
        found.append(apart.sqnr_db)
    return min(found)


@pytest.mark.parametrize("name", CELLS)
def test_weights_of_cells_are_stored_as_codes_along_their_gates(tmp_path: Path, name: str) -> None:
    path = CELLS[name].save(tmp_path / "m.onnx")
    model, x = open_model(path), _normal(STEPS, BATCH, INPUTS, deviation=1)
    found = resolve_plan(model, _of("float"))
    assert found.encodings.weights["W"].scale.shape == (model.initializers["W"].dims[1],)
    written = tmp_path / "q.onnx"
    report = export_model(model, found, written, probes=[{"x": x}])
    assert report.integers.weights == 2
    assert report.bytes_after < 0.9 * report.bytes_before
    assert _worst_db(path, written, x) > 38
    assert {tap.tensor for tap in model_taps(model)} >= {"x", *filter(None, model.outputs)}


@pytest.mark.parametrize("name", [name for name, cell in CELLS.items() if cell.operator == "LSTM"])
def test_an_lstm_quantizes_while_running_where_the_plan_says_so(tmp_path: Path, name: str) -> None:
    path = CELLS[name].save(tmp_path / "m.onnx")
    model, x = open_model(path), _normal(STEPS, BATCH, INPUTS, deviation=1)
    found = resolve_plan(model, _of("dynamic"))
    assert found.encodings.dynamic == {"cell"}
    written = tmp_path / "q.onnx"
    report = export_model(model, found, written, ExportOptions("qoperator"), probes=[{"x": x}])
    assert report.integers.nodes == 1
    assert report.integers.weights == 2
    assert onnx.load(written).graph.node[0].op_type == "DynamicQuantizeLSTM"
    assert _worst_db(path, written, x) > 30


@pytest.mark.parametrize(
    ("cell", "plan", "reason"),
    [
        (Cell("GRU"), _of("dynamic"), "GRU has no dynamic form"),
        (Cell(), _of("dynamic").with_override("W", **{"weights.symmetric": False}), "symmetric"),
        (Cell(), _of("dynamic").with_override("W", **{"weights.dtype": "float"}), "float weights"),
        (Cell(), _of("dynamic").with_override("W", **{"weights.dtype": "uint8"}), "one type"),
        (Cell(), _of("dynamic").with_override("W", **{"weights.bits": 16}), "16 bits"),
    ],
)
def test_what_cannot_be_quantized_while_running_says_so_and_keeps_its_weights(
    tmp_path: Path, cell: Cell, plan: QuantPlan, reason: str
) -> None:
    path = cell.save(tmp_path / "m.onnx")
    model, x = open_model(path), _normal(STEPS, BATCH, INPUTS, deviation=1)
    found = resolve_plan(model, plan)
    assert not found.encodings.dynamic
    assert any("cell multiplies floats" in note and reason in note for note in found.notes)
    export_model(model, found, tmp_path / "q.onnx", probes=[{"x": x}])
    assert _worst_db(path, tmp_path / "q.onnx", x) > 30


IN_A_BRANCH = """g (float[2,7,12] x, bool[1] c) => (float[2,4] y) {
  r = If(c)<then_branch = t () => (float[1,7,16] t1) { , t1 = LSTM<hidden_size=16>(x, W, R) },
            else_branch = e () => (float[1,7,16] e1) {
              , q = LSTM<hidden_size=16, direction="reverse">(x, W, R) e1 = Tanh(q) }>
  s = Squeeze(r, zero) g = Gather(s, rows) y = MatMul(g, w) }"""


@pytest.mark.parametrize("activations", ["float", "dynamic"])
def test_cells_in_branches_share_their_weights(tmp_path: Path, activations: str) -> None:
    constants = {
        "W": _normal(1, 64, 12), "R": _normal(1, 64, 16), "w": _normal(16, 4),
        "zero": np.array([0]), "rows": np.array([0, 5]),
    }  # fmt: skip
    model = text_model(tmp_path / "m.onnx", IN_A_BRANCH, constants)
    found = resolve_plan(model, _of(activations))
    probes = [
        {"x": _normal(2, 7, 12, deviation=1), "c": np.array([taken])} for taken in (True, False)
    ]
    export_model(model, found, tmp_path / "q.onnx", probes=probes)
    written = onnx.load(tmp_path / "q.onnx")
    codes = [t for t in written.graph.initializer if t.data_type == t.INT8 and len(t.dims) == 3]
    assert len(codes) == 2
    ours, theirs = (Session(tmp_path / name) for name in ("m.onnx", "q.onnx"))
    apart = Difference()
    for feeds in probes:
        apart.add(ours.run(feeds)["y"], theirs.run(feeds)["y"])
    assert apart.sqnr_db > 25


def test_the_error_of_a_cell_is_told_beside_that_of_layers(tmp_path: Path) -> None:
    model = open_model(Cell(outputs=("", "Y_h")).save(tmp_path / "m.onnx"))
    found = resolve_plan(model, _of("float"))
    (row,) = compare(model, found, [{"x": _normal(STEPS, BATCH, INPUTS)}]).layers
    assert row.operator == "LSTM"
    assert 38 < row.local.both.sqnr_db < 60


def test_weights_that_are_computed_keep_the_cell_float(tmp_path: Path) -> None:
    graph = """g (float[7,2,12] x, float[1,64,12] W) => (float[1,2,16] h) {
        , h = LSTM<hidden_size=16>(x, W, R) }"""
    model = text_model(tmp_path / "m.onnx", graph, {"R": _normal(1, 64, 16)})
    (reason,) = resolve_plan(model, _of("float")).flow.reasons.values()
    assert "computed while running" in str(reason)
