"""What onnxruntime refuses is said so that a person knows what to do."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import numpy_helper, parser

from quantengine.errors import DataError, ModelError
from quantengine.refusals import refusal
from quantengine.runtime import Session

F = np.float32
FIXED = "g (float[1,3,8,8] x, float[n,2] z) => (float[1,3,8,8] y) { y = Relu(x) }"
TABLE = {"w": np.zeros((5, 3), F)}
KERNEL = {"w": np.zeros((4, 3, 3, 3), F)}
FOUR = {"s": np.array([0, 4]), "w": np.zeros((4, 5), F)}
IMAGE, PAIR = np.zeros((1, 3, 8, 8), F), np.zeros((1, 2), F)


def proto(text: str, **constants: np.ndarray) -> onnx.ModelProto:
    made = parser.parse_model(f'<ir_version: 8, opset_import: ["": 17, "my": 1]> {text}')
    stored = [numpy_helper.from_array(values, name) for name, values in constants.items()]
    made.graph.initializer.extend(stored)
    return made


@pytest.mark.parametrize(
    ("text", "constants", "feeds", "what", "now"),
    [
        (FIXED, {}, {"x": IMAGE[..., :6, :7], "z": PAIR}, "8x8 is what this network", "resize"),
        (FIXED, {}, {"x": IMAGE[0, 0], "z": PAIR}, "2 axes, but 4", "of that shape"),
        (FIXED, {}, {"x": IMAGE.astype(float), "z": PAIR}, "double, but float", "convert"),
        (FIXED, {}, {"x": IMAGE}, "nothing is fed to 'z'", "every input"),
        (FIXED, {}, {"x": IMAGE, "z": PAIR, "q": PAIR}, "has no input 'q'", "names it has"),
        (
            "g (float[n,m] x) => (float[n,5] y) { a = Reshape(x,s) y = MatMul(a,w) }",
            FOUR,
            {"x": np.zeros((2, 6), F)},
            "node Reshape cannot take what",
            "size and shape",
        ),
        (
            "g (int64[n] x) => (float[n,3] y) { y = Gather(w,x) }",
            TABLE,
            {"x": np.array([7])},
            "beyond its table",
            "vocabulary",
        ),
        (
            "g (float[n,c,h,w2] x) => (float[n,4,h,w2] y) { y = Conv(x,w) }",
            KERNEL,
            {"x": np.zeros((1, 2, 5, 5), F)},
            "kernel channels: 3",
            "size and shape",
        ),
        (
            "g (float[n] x, int64[2] k) => (float[a,b] y) { y = Expand(x,k) }",
            {},
            {"x": np.zeros(1, F), "k": np.array([1 << 40, 1])},
            "memory does not suffice (4,398,046,511,104 bytes",
            "smaller inputs",
        ),
    ],
)
def test_a_run(
    text: str,
    constants: dict[str, np.ndarray],
    feeds: dict[str, np.ndarray],
    what: str,
    now: str,
) -> None:
    session = Session(proto(text, **constants))
    with pytest.raises(DataError) as raised:
        session.run(feeds)
    said = str(raised.value)
    assert what in said and now in said
    assert "ONNXRuntimeError" not in said and "::" not in said and ".cc:" not in said


BATCHES_FIRST = """g (float[2,3,4] x, float[1,8,4] w, float[1,8,2] r) => (float[a,b,c,d] y) {
    y = LSTM<hidden_size=2, layout=1>(x, w, r) }"""
HALF_DET = "g (double[2,2] x) => (double y) { y = Det(x) }"


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"text": "g (float[n] x) => (float[n] y) { y = my.Foo(x) }"}, "operator my:Foo"),
        ({"text": "g (float[n] x) => (float[n] y) { y = Foo(x) }"}, "operator Foo"),
        ({"text": "g (bfloat16[n] x) => (bfloat16[n] y) { y = Sin(x) }"}, "Sin takes no bfloat16"),
        ({"ir_version": 99}, "IR version 99"),
        ({"opset": 99}, "opset 99 and it knows up to"),
        ({"text": BATCHES_FIRST}, "no recurrent layer with batches first"),
        ({"text": HALF_DET}, "no Det of opset 11 and later for the types of node ''"),
    ],
)
def test_a_load(change: dict[str, object], what: str) -> None:
    made = proto(str(change.get("text", "g (float[n] x) => (float[n] y) { y = Sin(x) }")))
    made.ir_version = int(change.get("ir_version", 8))
    made.opset_import[0].version = int(change.get("opset", 17))
    with pytest.raises(ModelError) as raised:
        Session(made)
    said = str(raised.value)
    assert what in said and "export" in said
    assert "::" not in said and ".cc:" not in said


def test_what_is_not_known_is_said_in_its_own_words() -> None:
    text = "[ONNXRuntimeError] : 1 : FAIL : /a/b.cc:12 int o::A::B(int) x was false. It broke."
    assert refusal(RuntimeError(text)) == "It broke"
    assert refusal(RuntimeError("")) == "RuntimeError"
    text = "Failed to construct locale with name:en_US.UTF-8:locale::facet::_S_create_c_locale"
    assert "needs the locale en_US.UTF-8, which" in refusal(RuntimeError(text))
    assert "memory" in refusal(MemoryError())


def test_a_constant_without_a_value_is_told_as_such(tmp_path: Path) -> None:
    onnx.save(
        proto("g (float[n] x) => (float[n] y, float z) { y = Relu(x) z = Constant() }"),
        tmp_path / "m.onnx",
    )
    with pytest.raises(ModelError, match="model: a Constant of the file holds no value: export"):
        Session(tmp_path / "m.onnx")
