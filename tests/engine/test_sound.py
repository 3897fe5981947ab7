"""Models whose nodes contradict themselves, or that cost more than their size, at load."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from threading import Event

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper, parser

from quantengine.analyze import report_layers
from quantengine.cli.interrupt import Abandoned, run_interruptible
from quantengine.errors import ModelError
from quantengine.graph.flow import integer_flow
from quantengine.graph.load import open_model as load_model
from quantengine.graph.shapes import tensor_types
from quantengine.monitor import Monitor
from quantengine.opening.open import open_model
from quantengine.opening.weight import is_light
from quantengine.plan import QuantPlan
from quantengine.work.work import Work
from tests.engine.onnx_text import text_model


def normal(*shape: int) -> np.ndarray:
    return np.random.default_rng(0).normal(size=shape).astype(np.float32)


@pytest.mark.parametrize(
    ("body", "shape", "words"),
    [
        ("y = Conv(x, w)", (4, 3), "has 2 axes"),
        ("y = Conv(x, w)", (4, 2, 1, 1), "takes 2 channels"),
        ("y = Conv<group = 3>(x, w)", (4, 1, 1, 1), "no 3 equal groups"),
        ("y = Conv<strides = [1,0]>(x, w)", (4, 3, 1, 1), "strides"),
        ("y = Conv<kernel_shape = [2,2]>(x, w)", (4, 3, 1, 1), "kernel_shape"),
        ("y = ConvTranspose(x, w)", (4, 3, 1, 1), "takes 4 channels"),
        ("y = MatMul(x, w)", (5, 3), "no product"),
        ("y = MatMul(x, w)", (), "single number"),
        ("f = Flatten(x) y = Gemm(f, w)", (5,), "two matrices"),
        ("s = Squeeze(x, zero) y, h = LSTM<hidden_size=3>(s, w, w)", (12,), "three axes"),
    ],
)
def test_layers_that_cannot_be_run_are_refused(
    tmp_path: Path, body: str, shape: tuple[int, ...], words: str
) -> None:
    text = f"g (float[1,3,4,4] x) => (float[a,b] y) {{ {body} }}"
    with pytest.raises(ModelError, match=words) as caught:
        text_model(tmp_path / "m.onnx", text, {"w": normal(*shape), "zero": np.array([0])})
    assert "\n" not in str(caught.value)


def test_what_inference_stumbles_over_is_no_fault_of_ours(tmp_path: Path) -> None:
    text = "g (float[1,16,1] x) => (float[a,b,c,d] y) { y = STFT (x, step, w) }"
    weights = {"step": np.zeros(0, np.int64), "w": normal(4)}
    assert any("inferred" in note for note in text_model(tmp_path / "m.onnx", text, weights).notes)


def test_weights_that_an_older_file_names_as_inputs_too_are_those_of_the_file(
    tmp_path: Path,
) -> None:
    text = """<ir_version: 3, opset_import: ["": 9]>
    g (float[1,30] x, float[40,30] w) => (float[a,b] y) { y = MatMul(x, w) }"""
    proto = parser.parse_model(text)
    proto.graph.initializer.append(numpy_helper.from_array(normal(40, 30), "w"))
    onnx.save(proto, tmp_path / "m.onnx")
    with pytest.raises(ModelError, match="not a valid ONNX model: onnxruntime"):
        open_model(tmp_path / "m.onnx")
    proto.graph.initializer[0].CopyFrom(numpy_helper.from_array(normal(30, 40), "w"))
    del proto.graph.input[1]
    proto.graph.input.append(helper.make_tensor_value_info("w", TensorProto.FLOAT, [30, 40]))
    onnx.save(proto, tmp_path / "m.onnx")
    assert list(open_model(tmp_path / "m.onnx").inputs) == ["x"]


def test_an_attribute_of_a_function_that_is_not_there_is_refused(tmp_path: Path) -> None:
    text = """<ir_version: 8, opset_import: ["": 17]>
    g (float[1,3,4,4] x) => (float[a,b,c,d] y) { y = MaxPool<kernel_shape=[2,2]>(x) }"""
    proto = parser.parse_model(text)
    proto.graph.node[0].attribute[0].ref_attr_name = "kernel"
    (tmp_path / "m.onnx").write_bytes(proto.SerializeToString())
    with pytest.raises(ModelError, match="takes an attribute of a function"):
        open_model(tmp_path / "m.onnx")


def test_a_wrong_word_about_an_inner_tensor_refuses_nothing(tmp_path: Path) -> None:
    text = """<ir_version: 8, opset_import: ["": 17]>
    g (float[1,3,4,4] x, float[4,3,1,1] w) => (float[1,4,4,4] y) { a = Relu(x) y = Conv(a, w) }"""
    proto = parser.parse_model(text)
    proto.graph.value_info.append(
        helper.make_tensor_value_info("a", TensorProto.FLOAT, [1, 9, 4, 4])
    )
    onnx.save(proto, tmp_path / "m.onnx")
    assert [node.op_type for node in load_model(tmp_path / "m.onnx").graph.node] == ["Relu", "Conv"]


def test_a_layer_with_an_empty_weight_stays_float(tmp_path: Path) -> None:
    text = "g (float[N,3,4,4] x) => (float[a,b,c,d] y) { [c] y = Conv(x, w) }"
    model = text_model(tmp_path / "m.onnx", text, {"w": np.zeros((0, 3, 1, 1), np.float32)})
    assert "no numbers" in str(integer_flow(model).reasons["c"])


@pytest.mark.parametrize("word", ["Relu", "Reshape"])
def test_a_chain_is_walked_once_however_long(tmp_path: Path, word: str) -> None:
    short, long = (calls_of_a_chain(tmp_path, word, count) for count in (100, 800))
    assert long < 10 * short


def calls_of_a_chain(folder: Path, word: str, count: int) -> int:
    """How many functions of Python finding the flow takes, after a first time that fills caches."""
    made = "Relu({})" if word == "Relu" else "Reshape({}, four)"
    body = [f"t{i} = {made.format(f't{i - 1}' if i else 'x')}" for i in range(count)]
    text = f"g (float[N,4] x) => (float[N,4] y) {{ {' '.join(body)} y = MatMul(t{count - 1}, w) }}"
    model = text_model(folder / "m.onnx", text, {"w": normal(4, 4), "four": np.array([-1, 4])})
    integer_flow(model)
    events: Counter[str] = Counter()
    sys.setprofile(lambda _frame, event, _of: events.update((event,)))
    try:
        flow = integer_flow(model)
    finally:
        sys.setprofile(None)
    assert "MatMul_y" in flow.nodes
    return events["call"] + events["c_call"]


@pytest.mark.parametrize("deep", [40, 0])
def test_functions_that_grow_without_end_are_refused(tmp_path: Path, deep: int) -> None:
    opsets = [helper.make_opsetid("", 17), helper.make_opsetid("mine", 1)]
    functions = []
    for place in range(max(deep, 1)):
        call, domain = (
            ("Relu", "") if place == 0 and deep else (f"f{place - 1 if deep else 0}", "mine")
        )
        nodes = [helper.make_node(call, [a], [b], domain=domain) for a, b in ("ab", "bc")]
        functions.append(helper.make_function("mine", f"f{place}", ["a"], ["c"], nodes, opsets))
    fed = helper.make_tensor_value_info("x", TensorProto.FLOAT, [1])
    given = helper.make_tensor_value_info("y", TensorProto.FLOAT, [1])
    last = helper.make_node(functions[-1].name, ["x"], ["y"], domain="mine")
    graph = helper.make_graph([last], "g", [fed], [given])
    proto = helper.make_model(graph, opset_imports=opsets, functions=functions, ir_version=8)
    onnx.save(proto, tmp_path / "m.onnx")
    with pytest.raises(ModelError, match="without end"):
        load_model(tmp_path / "m.onnx")


GROWING = [
    "r = Range(none, many, one) y = Cast<to=1>(r)",
    " ".join(
        ["t0 = Concat<axis=0>(shape, shape)"]
        + [f"t{i} = Concat<axis=0>(t{i - 1}, t{i - 1})" for i in range(1, 40)]
        + ["y = Reshape(x, t39)"]
    ),
]


@pytest.mark.parametrize("body", GROWING)
def test_inference_writes_out_no_more_than_shapes_need(body: str) -> None:
    text = f"""<ir_version: 8, opset_import: ["": 17]>
    g (float[N,4] x) => (float y) <int64 none = {{0}}, int64 many = {{4000000000}},
        int64 one = {{1}}, int64[2] shape = {{-1, 4}}> {{ {body} }}"""
    assert "y" in tensor_types(parser.parse_model(text))[0]  # written out, it would not end


@pytest.mark.parametrize(
    ("body", "light"),
    [
        ("y = Relu(x)", True),
        ("s = Shape(x) r = Reshape(x, s) y = Relu(r)", True),
        ("s = NonZero(x) y = Cast<to=1>(s)", False),
        ("c = ConstantOfShape(much) y = ReduceSum<keepdims=0>(c)", False),
    ],
)
def test_what_is_light_is_known_beforehand(body: str, light: bool) -> None:
    text = f"""<ir_version: 8, opset_import: ["": 17]>
    g (float[N,4] x) => (float[a,b] y) <int64[1] much = {{4000000000}}> {{ {body} }}"""
    assert is_light(parser.parse_model(text)) is light


def test_work_that_does_not_stop_is_left_behind() -> None:
    monitor, release = Monitor(), Event()

    def work() -> None:
        monitor.cancel()
        release.wait()

    try:
        with pytest.raises(Abandoned):
            run_interruptible(work, monitor)
    finally:
        release.set()


def test_what_thousands_of_layers_share_is_looked_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = " ".join(f"y{place} = MatMul(x, w)" for place in range(20))
    outputs = ", ".join(f"float[N,3] y{place}" for place in range(20))
    model = text_model(
        tmp_path / "m.onnx", f"g (float[N,4] x) => ({outputs}) {{ {body} }}", {"w": normal(4, 3)}
    )
    asked, known = [], report_layers.granularity_of
    monkeypatch.setattr(
        report_layers, "granularity_of", lambda *args: asked.append(1) or known(*args)
    )
    work = Work(model, QuantPlan())
    found = report_layers.planned_reports(model, work.flow, work.decisions)
    assert (len(found), len(asked)) == (20, 1)
