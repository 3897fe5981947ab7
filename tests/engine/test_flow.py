from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from quantengine.graph.flow import integer_flow
from quantengine.graph.layers import model_layers
from quantengine.graph.load import open_model
from tests.engine.onnx_text import text_model

RNG = np.random.default_rng(7)


def weight(*shape: int) -> np.ndarray:
    return RNG.normal(size=shape).astype(np.float32)


RESIDUAL = """
residual (float[n,4,8,8] x) => (float[n,4,8,8] y) {
  a = Conv <pads: ints = [1,1,1,1]> (x, w1)
  b = Relu (a)
  c = Conv <pads: ints = [1,1,1,1]> (b, w2)
  d = Add (b, c)
  e = Relu (d)
  y = Conv <pads: ints = [1,1,1,1]> (e, w3)
}
"""


def residual(tmp_path: Path):
    weights = {f"w{i}": weight(4, 4, 3, 3) for i in (1, 2, 3)}
    return text_model(tmp_path / "residual.onnx", RESIDUAL, weights)


def test_codes_flow_through_a_residual_block(tmp_path: Path) -> None:
    flow = integer_flow(residual(tmp_path))
    assert {n.node.op_type for n in flow.nodes.values()} == {"Conv", "Add"}
    assert set(flow.points()) == {"x", "b", "c", "e", "y"}


def test_the_tensor_after_the_clamp_owns_the_range(tmp_path: Path) -> None:
    flow = integer_flow(residual(tmp_path))
    assert "a" not in flow.owners
    assert [n.output for n in flow.nodes.values() if n.node.output[0] == "a"] == ["b"]


def test_a_layer_kept_float_says_so_and_breaks_the_flow(tmp_path: Path) -> None:
    model = residual(tmp_path)
    second = next(n.name for n in model.graph.node if n.output[0] == "c")
    flow = integer_flow(model, {second})
    assert str(flow.reasons[second]) == "kept float by the plan"
    add = next(n.name for n in model.graph.node if n.op_type == "Add")
    assert "'c' is float" in str(flow.reasons[add])


def test_a_chain_of_moves_shares_the_encoding_of_its_source(tmp_path: Path) -> None:
    graph = """
    g (float[n,4,8,8] x) => (float[n,3] y) {
      a = Conv (x, w1)
      b = Relu (a)
      c = MaxPool <kernel_shape: ints = [6,6]> (b)
      d = Flatten (c)
      y = Gemm (d, w2)
    }
    """
    model = text_model(tmp_path / "m.onnx", graph, {"w1": weight(4, 4, 3, 3), "w2": weight(4, 3)})
    flow = integer_flow(model)
    assert flow.owners["c"] == flow.owners["d"] == "b"
    assert "y" not in flow.owners


def test_a_float_add_is_not_dragged_into_codes(tmp_path: Path) -> None:
    graph = """
    g (float[n,4] x) => (float[n,4] y) {
      a = LayerNormalization <axis: int = -1> (x, s)
      b = MatMul (a, w)
      c = Add (x, b)
      d = LayerNormalization <axis: int = -1> (c, s)
      y = MatMul (d, w)
    }
    """
    model = text_model(tmp_path / "m.onnx", graph, {"s": weight(4), "w": weight(4, 4)})
    flow = integer_flow(model)
    assert set(flow.points()) == {"a", "d"}
    add = next(n.name for n in model.graph.node if n.op_type == "Add")
    assert str(flow.reasons[add]) == "nothing after it asks for codes"


def test_a_computed_weight_keeps_a_convolution_float(tmp_path: Path) -> None:
    graph = """
    g (float[1,2,4,4] x, float[2,2,1,1] w) => (float[1,2,4,4] y) { y = Conv (x, w) }
    """
    flow = integer_flow(text_model(tmp_path / "m.onnx", graph, {}))
    assert not flow.nodes
    assert "not a constant" in str(next(iter(flow.reasons.values())))


def test_a_pad_that_fills_with_something_else_than_zero_is_a_border(tmp_path: Path) -> None:
    graph = """
    g (float[1,2,4,4] x) => (float[1,2,6,6] y) {
      a = Relu (x)
      b = Pad (a, pads, fill)
      y = Conv (b, w)
    }
    """
    weights = {
        "pads": np.array([0, 0, 1, 1, 0, 0, 1, 1]),
        "w": weight(2, 2, 1, 1),
        "fill": np.array(-1.0, np.float32),
    }
    flow = integer_flow(text_model(tmp_path / "m.onnx", graph, weights))
    assert flow.owners["b"] == "b"


@pytest.mark.parametrize("name", ["mobilenetv2", "resnet20_cifar10", "ultraface_rfb320"])
def test_every_convolution_and_gemm_of_a_real_network_is_quantized(shared: Path, name: str) -> None:
    model = open_model(shared / "models" / f"{name}.onnx")
    flow = integer_flow(model)
    core = [n for n in model.graph.node if n.op_type in ("Conv", "Gemm")]
    assert core
    assert all(node.name in flow.nodes for node in core)


def test_every_layer_has_a_decision(shared: Path) -> None:
    model = open_model(shared / "models" / "minilm_l6.onnx")
    flow = integer_flow(model)
    layers = model_layers(model, flow)
    assert len(layers) == len(model.graph.node)
    assert all(layer.quantized == (layer.name in flow.nodes) for layer in layers)
    assert sum(layer.operator == "MatMul" and layer.quantized for layer in layers) == 48
