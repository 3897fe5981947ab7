"""Constants that grow into far more than a file holds are refused before anything is made."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import numpy_helper, parser

from quantengine.errors import ModelError
from quantengine.graph.load import open_model
from quantengine.graph.model import TensorType

BIG = 2**31


def saved(folder: Path, body: str, **stored: object) -> Path:
    proto = parser.parse_model(
        '<ir_version: 8, opset_import: ["" : 17]> g (float[N,4] x) => (float[a,b] y) {' + body + "}"
    )
    for name, values in stored.items():
        proto.graph.initializer.append(numpy_helper.from_array(np.asarray(values), name))
    path = folder / "m.onnx"
    onnx.save(proto, path)
    return path


SUM = "s = ReduceSum<keepdims=0>(w) y = Add(x, s)"
SIDES = np.array([BIG], np.int64)
ONE, COLUMN = np.ones(1, np.float32), np.ones((2**14, 1), np.float32)


@pytest.mark.parametrize(
    ("body", "stored"),
    [
        (f"w = Tile(one, sides) {SUM}", {"one": ONE, "sides": SIDES}),
        (f"w = Expand(one, sides) {SUM}", {"one": ONE, "sides": SIDES}),
        (f"w = ConstantOfShape(sides) {SUM}", {"sides": SIDES}),
        (
            f"r = Range(none, many, step) w = Cast<to=1>(r) {SUM}",
            {"none": np.int64(0), "many": np.int64(2**28), "step": np.int64(1)},
        ),
        (f"w = MatMul(a, b) {SUM}", {"a": COLUMN, "b": COLUMN.T}),
        ("w = ConstantOfShape(sides) y = MatMul(x, w)", {"sides": np.array([4, 2**22])}),
        (f"w = RandomNormal<shape=[65536, 65536]>() {SUM}", {}),
        (
            "a = Expand(one, sides) "
            + " ".join(f"a{k} = Neg({'a' if k == 0 else f'a{k - 1}'})" for k in range(9))
            + "s = ReduceSum<keepdims=0>(a8) y = Add(x, s)",
            {"one": ONE, "sides": np.array([2**25])},
        ),
    ],
    ids=["tile", "expand", "constant", "range", "outer product", "weight", "random", "in all"],
)
def test_what_grows_is_refused(tmp_path: Path, body: str, stored: dict[str, object]) -> None:
    with pytest.raises(ModelError, match="constants grow to"):
        open_model(saved(tmp_path, body, **stored))


@pytest.mark.parametrize(
    "body",
    [
        "w = DequantizeLinear(codes, scale) y = MatMul(x, w)",
        "n = Shape(x) c = Mul(n, many) w = ConstantOfShape(c) s = ReduceSum<keepdims=0>(w) "
        "y = Add(x, s)",
        "m = ConstantOfShape(side) u = Trilu(m) s = ReduceSum<keepdims=0>(u) y = Add(x, s)",
    ],
    ids=["stored in fewer bits", "as inputs say", "a mask"],
)
def test_what_networks_make_is_not(tmp_path: Path, body: str) -> None:
    codes = np.ones((4, 2**20), np.int8)
    made = {"codes": codes, "scale": np.float32(1), "many": np.array([2**20]), "side": [4096, 4096]}
    path = saved(tmp_path, body, **made)
    assert open_model(path).path == path


def test_it_is_refused_before_anything_is_asked_of_it(tmp_path: Path) -> None:
    body = f"r = Range(none, many, step) w = Cast<to=1>(r) v = Hidden(w) {SUM}"
    stored = {"none": np.int64(0), "many": np.int64(2**33), "step": np.int64(1)}

    def ask(*_: object) -> dict[str, TensorType]:
        raise AssertionError("it would be made")

    path = saved(tmp_path, body, **stored)
    proto = onnx.load(path)
    proto.graph.node[2].domain = "of.others"
    proto.opset_import.append(onnx.helper.make_opsetid("of.others", 1))
    onnx.save(proto, path)
    with pytest.raises(ModelError, match="constants grow to"):
        open_model(path, ask=ask)
