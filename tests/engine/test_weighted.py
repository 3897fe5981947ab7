"""Axes, groups and channels of a weight are those that onnxruntime computes with."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import pytest

from quantengine.analyze.parts import channel_axis
from quantengine.graph.flow import integer_flow
from quantengine.graph.weighted import (
    blocks,
    channel_ranges,
    input_channels,
    input_factor,
    output_channels,
    output_factor,
    sum_over_inputs,
)
from quantengine.recover.product import product_of
from tests.engine.onnx_text import text_model

# operator, attributes, shape of x, shape of the weight, axis of the channels of x and of y
LAYERS = {
    "conv": ("Conv", {}, (2, 6, 7, 7), (4, 6, 3, 3), 1, 1),
    "conv line": ("Conv", {"strides": [2]}, (2, 6, 9), (4, 6, 3), 1, 1),
    "grouped": ("Conv", {"group": 3}, (2, 6, 7, 7), (9, 2, 3, 3), 1, 1),
    "depthwise": ("Conv", {"group": 6}, (2, 6, 7, 7), (6, 1, 3, 3), 1, 1),
    "transposed": ("ConvTranspose", {}, (2, 6, 4, 4), (6, 5, 3, 3), 1, 1),
    "transposed grouped": ("ConvTranspose", {"group": 2}, (2, 6, 4, 4), (6, 5, 2, 2), 1, 1),
    "gemm": ("Gemm", {}, (3, 6), (6, 5), 1, 1),
    "gemm transB": ("Gemm", {"transB": 1}, (3, 6), (5, 6), 1, 1),
    "matmul": ("MatMul", {}, (2, 3, 6), (6, 5), -1, -1),
}


def layer(name: str) -> tuple[onnx.NodeProto, np.ndarray, np.ndarray]:
    operator, attributes, x_shape, w_shape, *_ = LAYERS[name]
    rng = np.random.default_rng(7)
    node = onnx.helper.make_node(operator, ["x", "w"], ["y"], **attributes)
    return node, *(rng.normal(size=s).astype(np.float32) for s in (x_shape, w_shape))


def along(values: np.ndarray, axis: int, rank: int) -> np.ndarray:
    shape = [1] * rank
    shape[axis] = -1
    return values.reshape(shape)


@pytest.mark.parametrize("name", LAYERS)
def test_factors_scale_the_channels_that_they_name(run_node, name: str) -> None:
    operator, attributes, *_, x_axis, y_axis = LAYERS[name]
    node, x, w = layer(name)
    y = run_node(operator, [x, w], **attributes)
    inputs, outputs = input_channels(node, w), output_channels(node, w)
    assert (inputs, outputs) == (x.shape[x_axis], y.shape[y_axis])
    into, out = np.linspace(0.5, 2, inputs), np.linspace(-1, 3, outputs)
    scaled = w * output_factor(node, w, out) * input_factor(node, w, into)
    found = run_node(operator, [x, scaled.astype(np.float32)], **attributes)
    moved = (x * along(into, x_axis, x.ndim)).astype(np.float32)
    expected = run_node(operator, [moved, w], **attributes) * along(out, y_axis, y.ndim)
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("name", LAYERS)
def test_each_output_channel_has_its_own_weights(run_node, name: str) -> None:
    operator, attributes, *_, y_axis = LAYERS[name]
    node, x, w = layer(name)
    groups, rows, *_ = split_shape = blocks(node, w).shape
    assert np.prod(split_shape) == w.size
    last = groups * rows - 1
    factor = np.ones(groups * rows)
    factor[last] = 0
    changed = (w * output_factor(node, w, factor)).astype(np.float32)
    assert np.flatnonzero((channel_ranges(node, changed) == 0).all(axis=1)).tolist() == [last]
    assert sum_over_inputs(node, np.abs(changed))[last] == 0
    y = np.moveaxis(run_node(operator, [x, changed], **attributes), y_axis, 0)
    assert [bool(channel.any()) for channel in y] == [True] * last + [False]


@pytest.mark.parametrize("name", [n for n in LAYERS if n[:5] != "trans"])
def test_rows_times_columns_are_what_the_layer_gives(run_node, name: str) -> None:
    operator, attributes, *_, y_axis = LAYERS[name]
    node, x, w = layer(name)
    product = product_of(node, w.shape)
    assert product is not None
    assert np.array_equal(product.weight(product.rows(w)), w)
    columns = product.columns(x, 10**6, 0)
    y = columns @ product.rows(w).swapaxes(1, 2)
    expected = np.moveaxis(run_node(operator, [x, w], **attributes), y_axis, 0)
    found = y.transpose(0, 2, 1).reshape(expected.shape[0], -1)
    np.testing.assert_allclose(found, expected.reshape(found.shape), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("name", ["transposed", "transposed grouped"])
def test_what_scatters_its_data_is_no_product_of_columns(name: str) -> None:
    node, _, w = layer(name)
    assert product_of(node, w.shape) is None


def test_a_constant_that_is_the_data_of_a_layer_has_one_scale(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    shapes = {"c": (2, 3, 5, 5), "w": (4, 3, 3, 3), "m": (4, 6)}
    constants = {name: rng.normal(size=s).astype(np.float32) for name, s in shapes.items()}
    graph = """g (float[6,5] x) => (float[2,4,3,3] y, float[4,5] z) {
      y = Conv (c, w)  z = MatMul (m, x) }"""
    flow = integer_flow(text_model(tmp_path / "m.onnx", graph, constants))
    axes = {w.tensor: w.axis for node in flow.nodes.values() for w in node.weights}
    assert axes == {"c": None, "w": 0, "m": None}


def test_channels_of_a_line_are_those_of_its_kernel(tmp_path: Path) -> None:
    w = np.ones((4, 3, 3), np.float32)
    graph = "g (float[1,3,9] x) => (float[1,4,7] y) { y = Conv (x, w) }"
    model = text_model(tmp_path / "m.onnx", graph, {"w": w})
    assert channel_axis(model, "y") == 1
