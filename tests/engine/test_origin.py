from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import numpy_helper

from quantengine.errors import ModelError
from quantengine.graph.changed import with_constants
from quantengine.graph.load import open_model
from quantengine.opening.reference import reference_obstacle, reference_session
from tests.engine.onnx_text import text_model

GRAPH = "g (float[N, 2] x) => (float[N, 2] y) { a = Relu(x)  y = MatMul(a, w) }"
ROWS = np.asarray([[1, -2], [3, 4]], np.float32)
EYE = np.eye(2, dtype=np.float32)


def test_the_file_is_the_reference_whatever_became_of_the_model(tmp_path: Path) -> None:
    model = text_model(tmp_path / "m.onnx", GRAPH, {"w": EYE})
    changed = with_constants(model, {"w": 5 * EYE})
    found = reference_session(changed).run({"x": ROWS})["y"]
    np.testing.assert_array_equal(found, np.maximum(ROWS, 0))
    assert changed.origin is model.origin


def test_a_wrong_network_in_memory_does_not_become_the_reference(tmp_path: Path) -> None:
    model = text_model(tmp_path / "m.onnx", GRAPH, {"w": EYE})
    wrong = onnx.ModelProto()
    wrong.CopyFrom(model.proto)
    wrong.graph.node[0].op_type = "Neg"
    found = reference_session(replace(model, proto=wrong)).run({"x": ROWS})["y"]
    np.testing.assert_array_equal(found, np.maximum(ROWS, 0))


def test_the_session_of_a_file_is_loaded_once(tmp_path: Path) -> None:
    model = text_model(tmp_path / "m.onnx", GRAPH, {"w": EYE})
    assert reference_session(model) is reference_session(with_constants(model, {"w": 2 * EYE}))
    assert reference_session(model) is not reference_session(model, optimize=False)


def test_a_file_that_changed_since_is_not_compared_with(tmp_path: Path) -> None:
    path = tmp_path / "m.onnx"
    model = text_model(path, GRAPH, {"w": EYE})
    text_model(path, GRAPH, {"w": 2 * EYE})
    with pytest.raises(ModelError, match=r"m\.onnx has changed since it was opened"):
        reference_session(model)
    path.unlink()
    with pytest.raises(ModelError, match="cannot be read"):
        reference_session(model)


def test_external_data_belongs_to_the_file(tmp_path: Path) -> None:
    weight = np.arange(400, dtype=np.float32).reshape(20, 20)
    proto = onnx.parser.parse_model(
        '<ir_version: 8, opset_import: ["" : 17]>\n'
        "g (float[N, 20] x) => (float[N, 20] y) { y = MatMul(x, w) }"
    )
    proto.graph.initializer.append(numpy_helper.from_array(weight, "w"))
    path = tmp_path / "m.onnx"
    onnx.save_model(proto, path, save_as_external_data=True, location="w.bin", size_threshold=0)
    model = open_model(path)
    assert model.origin.files == (path, tmp_path / "w.bin")
    x = np.ones((1, 20), np.float32)
    np.testing.assert_allclose(reference_session(model).run({"x": x})["y"], x @ weight)
    again = open_model(path)
    (tmp_path / "w.bin").write_bytes((2 * weight).tobytes())
    with pytest.raises(ModelError, match="has changed"):
        reference_session(again)


def test_a_file_onnxruntime_cannot_load_is_told_apart(tmp_path: Path) -> None:
    text = "g (bfloat16[N, 2] x) => (bfloat16[N, 2] y) { a = Relu(x)  y = Mul(a, a) }"
    model = text_model(tmp_path / "b.onnx", text, {})
    assert "cannot load" in str(reference_obstacle(model))
    assert reference_obstacle(text_model(tmp_path / "m.onnx", GRAPH, {"w": EYE})) is None
