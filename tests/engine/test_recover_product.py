from __future__ import annotations

import numpy as np
import pytest
from onnx import helper

from quantengine.recover.product import ColumnMeans, Product, mean_squares, product_of
from quantengine.recover.samples import Samples
from tests.engine.conftest import _run_node

RNG = np.random.default_rng(11)
EVERYTHING = 10**6


def product(op: str, shape: tuple[int, ...], **attributes: object) -> Product:
    found = product_of(helper.make_node(op, ["x", "w"], ["y"], **attributes), shape)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("group", "attributes"),
    [
        (1, {}),
        (1, {"pads": [0, 0, 1, 1], "strides": [2, 2]}),
        (4, {"pads": [1, 1, 1, 1]}),
        (2, {"dilations": [2, 1], "pads": [1, 0, 2, 1]}),
        (1, {"auto_pad": "SAME_UPPER", "strides": [2, 2]}),
        (1, {"auto_pad": "SAME_LOWER", "strides": [2, 1]}),
    ],
)
def test_rows_times_columns_is_the_convolution(group: int, attributes: dict[str, object]) -> None:
    x = RNG.normal(size=(3, 4, 8, 7)).astype(np.float32)
    w = RNG.normal(size=(8, 4 // group, 3, 2)).astype(np.float32)
    layer = product("Conv", w.shape, group=group, **attributes)
    found = layer.columns(x, EVERYTHING, 0) @ layer.rows(w).swapaxes(1, 2)
    expected = _run_node("Conv", [x, w], group=group, **attributes)
    by_channel = expected.transpose(0, 2, 3, 1).reshape(-1, 8)
    assert np.allclose(found.transpose(1, 0, 2).reshape(-1, 8), by_channel, atol=1e-4)
    assert np.array_equal(layer.weight(layer.rows(w)), w)


@pytest.mark.parametrize("op", ["MatMul", "Gemm"])
def test_rows_times_columns_is_the_product(op: str) -> None:
    x = RNG.normal(size=(5, 6)).astype(np.float32)
    w = RNG.normal(size=(6, 3)).astype(np.float32)
    layer = product(op, w.shape)
    assert np.allclose(layer.columns(x, EVERYTHING, 0)[0] @ layer.rows(w)[0].T, x @ w, atol=1e-5)
    assert np.array_equal(layer.weight(layer.rows(w)), w)


def test_positions_are_drawn_the_same_for_the_same_seed() -> None:
    x = RNG.normal(size=(2, 4, 8, 8)).astype(np.float32)
    layer = product("Conv", (8, 4, 3, 3))
    assert layer.columns(x, 10, 5).shape == (1, 10, 36)
    assert np.array_equal(layer.columns(x, 10, 5), layer.columns(x, 10, 5))
    assert not np.array_equal(layer.columns(x, 10, 5), layer.columns(x, 10, 6))


def test_other_operators_have_no_product() -> None:
    node = helper.make_node("ConvTranspose", ["x", "w"], ["y"])
    assert product_of(node, (2, 3, 3, 3)) is None


@pytest.mark.parametrize(
    ("group", "attributes"),
    [
        (1, {}),
        (2, {"pads": [1, 1, 1, 1]}),
        (1, {"pads": [2, 0, 1, 1], "strides": [2, 1]}),
        (1, {"pads": [2, 2, 2, 2], "dilations": [2, 2]}),
        (4, {"strides": [3, 2]}),
        (1, {"auto_pad": "SAME_UPPER", "strides": [2, 2]}),
    ],
)
def test_the_mean_of_all_columns_is_theirs(group: int, attributes: dict[str, object]) -> None:
    conv = product("Conv", (4, 4 // group, 3, 3), group=group, **attributes)
    shapes = ((3, 4, 9, 8), (2, 4, 9, 8), (1, 4, 6, 11))
    inputs = [RNG.normal(size=shape).astype(np.float32) for shape in shapes]
    columns = np.concatenate([conv.columns(x, EVERYTHING, 0) for x in inputs], axis=1)
    found = ColumnMeans(conv)
    for x in inputs:
        found.add(x)
    np.testing.assert_allclose(found.mean, columns.mean(axis=1, dtype=np.float64), atol=1e-5)


@pytest.mark.parametrize(("results", "inputs"), [(40, 6), (6, 40), (8, 8)])
def test_the_mean_squares_are_those_of_the_results(results: int, inputs: int) -> None:
    rows, columns = RNG.normal(size=(3, results, inputs)), RNG.normal(size=(3, 20, inputs))
    bias = RNG.normal(size=(3, results))
    made = columns @ rows.swapaxes(1, 2) + bias[:, None]
    found = mean_squares(*(each.astype(np.float32) for each in (rows, bias, columns)))
    np.testing.assert_allclose(found, np.square(made).mean(axis=(0, 2)), rtol=1e-4)


def test_means_are_of_fewer_runs_where_each_has_a_shape_of_its_own() -> None:
    alike = tuple({"x": np.zeros((k + 1, 3, 8), np.float32)} for k in range(80))
    varying = tuple({"x": np.zeros((1, 3, k + 1), np.float32)} for k in range(80))
    assert Samples(alike, alike[:20]).for_means.fit is alike
    fewer = Samples(varying, varying[:20]).for_means
    widths = [run["x"].shape[2] for run in fewer.fit]
    assert (len(widths), widths[0], widths[-1], len(fewer.held)) == (32, 1, 80, 8)
