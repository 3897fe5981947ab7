from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import TensorProto

from quantengine.analyze.report_layers import layer_reports
from quantengine.bundled import demo_model
from quantengine.data.open import in_memory
from quantengine.export.export import export_model
from quantengine.export.options import ExportOptions
from quantengine.graph.load import open_model
from quantengine.graph.model import TensorType
from quantengine.graph.states import looped_states
from quantengine.observe.calibrate import calibrate
from quantengine.observe.taps import model_taps
from quantengine.plan import QuantPlan
from quantengine.resolve.resolve import Resolution, resolve_plan
from quantengine.runtime import Session
from tests.engine.onnx_text import text_model
from tests.engine.recurrent import step, steps

N, IMAGE = ("n", 16), ("n", 3, 8, 8)
HIDDEN, CELL = (1, "n", 64), (1, "n", 32)


def found(inputs: dict[str, Any], outputs: dict[str, Any], element: int = 1) -> dict[str, str]:
    def typed(shapes: dict[str, Any]) -> dict[str, TensorType]:
        return {name: TensorType(element, shape) for name, shape in shapes.items()}

    graph = SimpleNamespace(node=[])
    model = SimpleNamespace(inputs=typed(inputs), outputs=typed(outputs), graph=graph, consumers={})
    return looped_states(model)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("given", "made"),
    [
        ("st", "st_out"),
        ("stateIn", "stateOut"),
        ("state", "stateN"),
        ("h", "hn"),
        ("h0", "hn"),
        ("h_0", "h_0_out"),
        ("initial_h", "Y_h"),
        ("hidden", "new_hidden"),
        ("past_x", "present_x"),
        ("prev_frame", "next_frame"),
        ("past_key_values.0.key", "present.0.key"),
        ("r1i", "r1o"),
        ("conv_cache_in", "conv_cache_out"),
        ("h", "45"),
        ("memory", "output_2"),
    ],
)
def test_a_state_is_known_by_its_names(given: str, made: str) -> None:
    assert found({"x": N, given: HIDDEN}, {"y": N, made: HIDDEN}) == {given: made}


def test_several_states_keep_apart() -> None:
    inputs = {"x": N, "h": HIDDEN, "c": HIDDEN, "c_1": CELL, "c_2": CELL}
    outputs = {"y": N, "c_2_out": CELL, "c_1_out": CELL, "hn": HIDDEN, "cn": HIDDEN}
    pairs = {"h": "hn", "c": "cn", "c_1": "c_1_out", "c_2": "c_2_out"}
    assert found(inputs, outputs) == pairs


def test_nameless_outputs_are_paired_in_order_where_as_many_are_left() -> None:
    inputs = {"x": N, "h": HIDDEN, "c": HIDDEN}
    assert found(inputs, {"y": N, "45": HIDDEN, "46": HIDDEN}) == {"h": "45", "c": "46"}
    assert found(inputs, {"y": N, "45": HIDDEN}) == {}


def test_a_step_may_give_its_state_alone() -> None:
    assert found({"x": N, "h": HIDDEN}, {"h_out": HIDDEN}) == {"h": "h_out"}


@pytest.mark.parametrize(
    ("inputs", "outputs"),
    [
        ({"input": IMAGE}, {"output": IMAGE}),
        ({"image": IMAGE}, {"image_out": IMAGE}),
        ({"image": IMAGE, "mask": IMAGE}, {"image_out": IMAGE, "mask_out": IMAGE}),
        ({"image": IMAGE, "prompt": N}, {"image_out": IMAGE, "score": N}),
        ({"sample": ("n", 4, 8, 8), "timestep": ()}, {"out_sample": ("n", 4, 8, 8)}),
        ({"x1": N, "x2": N}, {"y1": N, "y2": N}),
        ({"audio": N, "lengths": ("n",)}, {"audio_out": N, "out_lengths": ("n",)}),
        ({"x": HIDDEN, "x_mask": N}, {"x_out": HIDDEN, "score": N}),
        ({"points": HIDDEN, "colours": N}, {"points_out": HIDDEN, "score": N}),
        ({"cell_image": IMAGE, "meta": N}, {"cell_image_out": IMAGE, "score": N}),
        ({"hidden_states": HIDDEN, "attention_mask": N}, {"output": HIDDEN}),
        ({"target": HIDDEN, "memory": HIDDEN}, {"output": HIDDEN}),
        ({"x": N, "hidden_states": HIDDEN}, {"last_hidden_state": HIDDEN}),
        ({"x": N, "st": HIDDEN}, {"y": N, "st_out": CELL}),
        ({"x": N, "st": HIDDEN}, {"y": N}),
    ],
)
def test_what_may_be_something_else_is_no_state(inputs, outputs) -> None:
    assert found(inputs, outputs) == {}


CELL_TEXT = """
g (float[n,16] a, float[n,8,2] b) => (float[n,8] d, float[n,8,2] e) {
  old = Slice (b, one, two, two)
  cell = Squeeze (old, two)
  gates = MatMul (a, w)
  i, f = Split <axis = 1, num_outputs = 2> (gates)
  keep = Sigmoid (f)
  new = Tanh (i)
  kept = Mul (cell, keep)
  sum = Add (kept, new)
  d = Tanh (sum)
  d3 = Unsqueeze (d, two)
  sum3 = Unsqueeze (sum, two)
  e = Concat <axis = 2> (d3, sum3)
}
"""
CELL_WEIGHTS = {"w": np.ones((16, 16), np.float32), "one": np.array([1]), "two": np.array([2])}


def test_a_cell_tells_its_state_whatever_the_names(tmp_path: Path) -> None:
    cell = text_model(tmp_path / "m.onnx", CELL_TEXT, CELL_WEIGHTS, opset=18)
    assert looped_states(cell) == {"b": "e"}
    masked = CELL_TEXT.replace("sum = Add (kept, new)", "sum = Mul (kept, new)")
    scaled = text_model(tmp_path / "m.onnx", masked, CELL_WEIGHTS, opset=18)
    assert looped_states(scaled) == {}


@pytest.mark.parametrize(
    ("first", "last", "pairs"),
    [("b", "Identity (last)", {"b": "e"}), ("zero", "Add (last, b)", {})],
)
def test_what_an_operator_begins_with_is_its_state(
    first: str, last: str, pairs: dict[str, str], tmp_path: Path
) -> None:
    graph = f"""
    g (float[1,1,4] a, float[1,1,6] b) => (float[1,1,1,6] d, float[1,1,6] e) {{
      d, last = GRU <hidden_size = 6> (a, w, r, , , {first})
      e = {last}
    }}
    """
    weights = {"w": np.ones((1, 18, 4), np.float32), "r": np.ones((1, 18, 6), np.float32)}
    if first == "zero":
        weights["zero"] = np.zeros((1, 1, 6), np.float32)
    assert looped_states(text_model(tmp_path / "m.onnx", graph, weights)) == pairs


def test_integers_are_no_state() -> None:
    inputs, outputs = {"x": N, "st": HIDDEN}, {"y": N, "st_out": HIDDEN}
    assert found(inputs, outputs, TensorProto.INT64) == {}


def test_the_demo_has_no_state() -> None:
    assert looped_states(open_model(demo_model())) == {}


def test_the_real_models_have_no_state(shared: Path) -> None:
    for path in (shared / "models").glob("*.onnx"):
        assert looped_states(open_model(path)) == {}, path.name


def resolved(folder: Path, plan: QuantPlan, *, looped: bool = True) -> Resolution:
    model = step(folder, looped=looped)
    return resolve_plan(model, plan, calibrate(model, steps(), model_taps(model)))


def state_notes(resolution: Resolution) -> list[str]:
    return [note for note in resolution.notes if "looks like a state" in note]


def test_a_state_stays_float_and_says_so(tmp_path: Path) -> None:
    found = resolved(tmp_path, QuantPlan())
    assert found.encodings.of("st") is None
    assert found.encodings.of("h") is None
    assert found.encodings.of("x") is not None
    (note,) = state_notes(found)
    assert "fed back from 'st_out'" in note
    assert "--set 'st:activations.bits=8'" in note
    model = step(tmp_path, looped=True)
    layers = {layer.name: layer for layer in layer_reports(model, found)}
    recurrent, feeding = layers["MatMul_hu"], layers["MatMul_xw"]
    assert (recurrent.weights, recurrent.activations) == ("int8", None)
    assert str(recurrent.float_input) == "'st' is a state, fed back from 'st_out'"
    assert recurrent.to_json()["float_input"] == str(recurrent.float_input)
    assert (feeding.activations, feeding.float_input) == ("uint8", None)


@pytest.mark.parametrize(
    "settings", [{"bits": 8}, {"activations.dtype": "uint16"}, {"low": -150.0, "high": 150.0}]
)
def test_a_plan_that_gives_the_state_a_width_has_it(settings, tmp_path: Path) -> None:
    found = resolved(tmp_path, QuantPlan().with_override("s*", **settings))
    assert found.encodings.of("st") is not None
    assert not state_notes(found)


def test_a_state_in_half_precision_stays_float(tmp_path: Path) -> None:
    text = """
    g (float16[n,8] x, float16[n,16] hin) => (float16[n,4] y, float16[n,16] hout) {
      hu = MatMul (hin, u)
      xw = MatMul (x, w)
      a = Add (hu, xw)
      hout = Tanh (a)
      y = MatMul (hout, o)
    }
    """
    rng = np.random.default_rng(0)
    sizes = {"u": (16, 16), "w": (8, 16), "o": (16, 4)}
    weights = {name: rng.normal(size=size).astype(np.float16) for name, size in sizes.items()}
    model = text_model(tmp_path / "m.onnx", text, weights)
    rows = {"x": rng.normal(size=(20, 8)), "hin": rng.normal(size=(20, 16))}
    data = in_memory({name: values.astype(np.float16) for name, values in rows.items()})
    table = calibrate(model, data, model_taps(model))
    kept = resolve_plan(model, QuantPlan(), table)
    assert kept.encodings.of("hin_float32") is None
    assert kept.encodings.of("x_float32") is not None
    (note,) = state_notes(kept)
    assert "fed back from 'hout'" in note
    asked = QuantPlan().with_override("hin_float32", bits=16)
    assert resolve_plan(model, asked, table).encodings.of("hin_float32") is not None


def test_a_method_alone_makes_no_state_integer(tmp_path: Path) -> None:
    found = resolved(tmp_path, QuantPlan().with_override("*", method="minmax"))
    assert found.encodings.of("st") is None


def test_without_an_output_it_comes_back_from_it_is_an_input(tmp_path: Path) -> None:
    found = resolved(tmp_path, QuantPlan(), looped=False)
    assert found.encodings.of("st") is not None
    assert not state_notes(found)


@pytest.mark.parametrize("form", ["qdq", "qoperator"])
def test_the_file_takes_the_state_as_it_is(form, tmp_path: Path) -> None:
    model, data = step(tmp_path, looped=True), steps()
    found = resolve_plan(model, QuantPlan(), calibrate(model, data, model_taps(model)))
    path = tmp_path / "out.onnx"
    export_model(model, found, path, ExportOptions(form), probes=[data.load(0).feeds])
    feeds = data.load(1).feeds
    ours, theirs = (Session(x).run(feeds) for x in (model.path, path))
    assert np.array_equal(ours["st_out"][..., 0], theirs["st_out"][..., 0])
    readers = [node.op_type for node in onnx.load(path).graph.node if "st" in node.input]
    assert readers == ["Slice", "Slice"]
