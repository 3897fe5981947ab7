"""A network, and files, whose names are made to be obeyed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
from onnx import numpy_helper, parser

PICTURE = '<img src="secret.png">'
NAMES = (
    PICTURE,
    "two\nlines\r",
    "[bold]markup[/bold]:smile:",
    "right\u202eto left\u2066\u200f",
    "\x1b]0;title\x07\x1b[31mred\x9b1m",
    "=HYPERLINK(A1)",
    "&amp;&lt;b&gt;",
    "x" * 10_000,
)
GRAPH = """
g (float[n,3,8,8] x) => (float[n,5] y) {
  t0 = Conv <pads: ints = [1,1,1,1]> (x, w0)
  t1 = Relu (t0)
  t2 = Conv <pads: ints = [1,1,1,1], group: int = 4> (t1, w1)
  t3 = Add (t1, t2)
  t4 = Conv (t3, w2)
  t5 = GlobalAveragePool (t4)
  t6 = Flatten (t5)
  y = Gemm (t6, w3)
}
"""
_SHAPES = ((4, 3, 3, 3), (4, 1, 3, 3), (4, 4, 1, 1), (4, 5))


def hostile_model(path: Path) -> Path:
    """Saves a small network under `path`; every node and tensor of it has a name of NAMES."""
    proto = parser.parse_model('<ir_version: 8, opset_import: ["" : 17]>\n' + GRAPH)
    rng = np.random.default_rng(5)
    for place, shape in enumerate(_SHAPES):
        values = rng.normal(size=shape).astype(np.float32)
        proto.graph.initializer.append(numpy_helper.from_array(values, f"w{place}"))
    for place, node in enumerate(proto.graph.node):
        node.name = f"{NAMES[place % len(NAMES)]}"
    for tensor in proto.graph.initializer:
        tensor.name = _renamed(tensor.name)
    for port in (*proto.graph.input, *proto.graph.output):
        port.name = _renamed(port.name)
    for node in proto.graph.node:
        node.input[:] = [_renamed(name) for name in node.input]
        node.output[:] = [_renamed(name) for name in node.output]
    onnx.save(proto, path)
    return path


def _renamed(name: str) -> str:
    place = {"x": 0, "y": 1}.get(name, int(name[1:]) if name[1:] else 0)
    return f"{NAMES[place % len(NAMES)]}{name}"
