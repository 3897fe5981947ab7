"""What onnxruntime fused is read as the layers that rules know, and computes the same."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import onnx
import pytest
from numpy.typing import NDArray
from onnx import numpy_helper

from quantengine.graph.flow import integer_flow
from quantengine.graph.model import FloatModel
from quantengine.opening.open import open_model
from quantengine.runtime import Session

RNG = np.random.default_rng(0)


def _f(*shape: int) -> NDArray[np.float32]:
    return RNG.normal(0, 0.4, shape).astype(np.float32)


IMAGE, ROWS = "float[N,3,6,6] x", "float[N,6,32] x"
CONSTANTS = {
    "w": _f(3, 3, 3, 3), "b": _f(3), "m": _f(32, 8), "t": _f(8, 32), "c": _f(8),
    "qkv": _f(32, 96), "qb": _f(96), "narrow": _f(32, 80), "nb": _f(80),
}  # fmt: skip
FORMS = {
    'y = FusedConv<activation="Relu">(x, w, b)': (IMAGE, ("Conv", "Relu")),
    'y = FusedConv<activation="Clip", activation_params=[0.0, 6.0]>(x, w)': (
        IMAGE,
        ("Conv", "Clip"),
    ),
    'z = Sigmoid(x) y = FusedConv<activation="LeakyRelu", activation_params=[0.2], '
    "pads=[1,1,1,1]>(x, w, b, z)": (IMAGE, ("Sigmoid", "Conv", "Add", "LeakyRelu")),
    'r = Flatten<axis=2>(x) s = Reshape(r, rows) y = FusedGemm<activation="HardSigmoid", '
    "activation_alpha=0.3, activation_beta=0.4, transB=1>(s, t, c)": (
        ROWS,
        ("Flatten", "Reshape", "Gemm", "HardSigmoid"),
    ),
    "y = FusedMatMul<alpha=0.5, transB=1>(x, t)": (ROWS, ("MatMul",)),
    "y = TransposeMatMul<alpha=2.0>(x, m)": (ROWS, ("MatMul",)),
    "y = Attention<num_heads=4>(x, qkv, qb, mask)": (
        f"{ROWS}, int32[N,6] mask",
        ("MatMul", "Add", "Split", "MultiHeadAttention"),
    ),
    "y = Attention<num_heads=4, unidirectional=1, qkv_hidden_sizes=[32,32,16]>(x, narrow, nb)": (
        ROWS,
        ("MatMul", "Add", "Split", "MultiHeadAttention"),
    ),
}
LEFT = {
    "y = FusedMatMul<transA=1>(x, wide)": ROWS,
    "y = FusedMatMul(x, x2)": f"{ROWS}, float[32,8] x2",
    "y = Attention<num_heads=4>(x, qkv, qb, mask)": f"{ROWS}, int32[N] mask",
}


def _save(path: Path, body: str, inputs: str) -> Path:
    fused = ("FusedConv", "FusedGemm", "FusedMatMul", "TransposeMatMul", "Attention")
    for name in fused:
        body = body.replace(f" {name}", f" com.microsoft.{name}")
    text = f"""<ir_version: 8, opset_import: ["" : 17, "com.microsoft" : 1]>
        g ({inputs}) => (float y) {{ {body} }}"""
    proto = onnx.parser.parse_model(text)
    proto.graph.output[0].type.tensor_type.shape.dim.extend(
        onnx.TensorShapeProto.Dimension(dim_param=f"d{i}") for i in range(_rank(body))
    )
    words = body.replace("(", " ").replace(")", " ").replace(",", " ").split()
    constants = {**CONSTANTS, "rows": np.array([-1, 32]), "wide": _f(6, 4)}
    proto.graph.initializer.extend(
        numpy_helper.from_array(values, name) for name, values in constants.items() if name in words
    )
    onnx.save(proto, path)
    return path


def _rank(body: str) -> int:
    return 4 if "Conv" in body else 2 if "Gemm" in body else 3


def _feeds(model: FloatModel) -> dict[str, NDArray]:
    shapes = {"x": (4, 3, 6, 6) if len(model.inputs["x"].shape or ()) == 4 else (4, 6, 32)}
    mask = np.ones((4, 6), np.int32)
    mask[1, 4:] = 0
    known = {"x": RNG.normal(size=shapes["x"]).astype(np.float32), "mask": mask}
    return {name: known[name] for name in model.inputs}


@pytest.mark.parametrize("body", FORMS)
def test_a_fused_layer_is_written_out(tmp_path: Path, body: str) -> None:
    inputs, kinds = FORMS[body]
    model = open_model(_save(tmp_path / "m.onnx", body, inputs))
    assert tuple(node.op_type for node in model.graph.node) == kinds
    assert any(node.weights for node in integer_flow(model).nodes.values())
    feeds = _feeds(model)
    given, found = (Session(each).run(feeds)["y"] for each in (model.path, model.proto))
    np.testing.assert_allclose(found, given, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("body", LEFT)
def test_what_has_no_plain_form_is_left(tmp_path: Path, body: str) -> None:
    model = open_model(_save(tmp_path / "m.onnx", body, LEFT[body]), compare=False)
    (kind,) = Counter(node.domain for node in model.graph.node)
    assert kind == "com.microsoft"
