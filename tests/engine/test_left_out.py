"""Names that a file leaves out."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import parser

from quantengine.errors import ModelError
from quantengine.graph.load import open_model
from quantengine.graph.read import read_model
from quantengine.graph.walk import all_graphs
from quantengine.runtime import Session


@pytest.mark.parametrize(
    "body",
    [
        "y = Min(x, NONE)",
        "y = Sum(NONE, x)",
        "y = Concat<axis=0>(x, NONE)",
        "NONE, b = Split<axis=0>(x, two) y = Relu(b)",
        "y, NONE = If(c) <then_branch = t () => (float[4] o, float[4] p)"
        " { o = Relu(x) p = Abs(x) }, else_branch = e () => (float[4] q, float[4] r)"
        " { q = Abs(x) r = Neg(x) }>",
        "y = If(c) <then_branch = t () => (float[4] o) { o = Max(x, NONE) },"
        " else_branch = e () => (float[4] q) { q = Abs(x) }>",
    ],
)
def test_names_left_out_where_onnxruntime_would_end_the_process(tmp_path: Path, body: str) -> None:
    text = """<ir_version: 8, opset_import: ["": 17]> g (float[4] x, bool c) => (float[a] y)
    <int64[2] two = {2, 2}> { BODY }"""
    data = parser.parse_model(text.replace("BODY", body)).SerializeToString()
    path = tmp_path / "m.onnx"
    path.write_bytes(_without(onnx.load_from_string(data), "NONE").SerializeToString())
    with pytest.raises(ModelError, match="leaves the name"):
        open_model(path)


def _without(proto: onnx.ModelProto, name: str) -> onnx.ModelProto:
    for graph in all_graphs(proto.graph):
        for node in graph.node:
            for names in (node.input, node.output):
                names[:] = ["" if each == name else each for each in names]
    return proto


def test_names_that_may_be_left_out(tmp_path: Path) -> None:
    text = """<ir_version: 8, opset_import: ["": 17]> g (float[4] x) => (float[4] y) <float m = {6}>
    { y = Clip(x, NONE, m) }"""
    path = tmp_path / "m.onnx"
    onnx.save(_without(parser.parse_model(text), "NONE"), path)
    assert len(open_model(path).graph.node) == 1


def test_a_split_that_says_it_has_fewer_outputs(tmp_path: Path) -> None:
    text = """<ir_version: 8, opset_import: ["": 18]> g (float[4] x) => (float[a] y)
    { y, z = Split<axis=0, num_outputs=1>(x) }"""
    path = tmp_path / "m.onnx"
    onnx.save(parser.parse_model(text), path)
    with pytest.raises(ModelError, match="has 2 outputs and says 1"):
        open_model(path)


@pytest.mark.parametrize(
    ("drawing", "is_drawn"),
    [
        ("RandomNormalLike <scale: float = 0.0> (x)", False),
        ("RandomNormal <shape: ints = [4], scale: float = -1.0> ()", False),
        ("RandomNormal <shape: ints = [4], scale: float = 0.5> ()", True),
        ("RandomUniformLike <low: float = 2.0> (x)", False),
        ("RandomUniform <shape: ints = [4], low: float = 1.0, high: float = 1.0> ()", True),
    ],
)
def test_distributions_that_are_none_end_no_process(
    tmp_path: Path, drawing: str, is_drawn: bool
) -> None:
    path = tmp_path / "m.onnx"
    text = """<ir_version: 8, opset_import: ["": 17]> g (float[4] x) => (float[4] y) { BODY }"""
    onnx.save(parser.parse_model(text.replace("BODY", f"r = {drawing} y = Add(x, r)")), path)
    if is_drawn:
        read_model(path)
        Session(path).run({"x": np.zeros(4, np.float32)})
    else:
        with pytest.raises(ModelError, match="no numbers can be drawn"):
            read_model(path)
