"""An Einsum that is a product of matrices is read as one, and computes the same."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from quantengine.graph.flow import integer_flow
from quantengine.runtime import Session
from tests.engine.onnx_text import text_model

RNG = np.random.default_rng(0)
PRODUCTS = {
    "...ij,jk->...ik": ((2, 5, 4, 6), (6, 3)),
    "btd,df->btf": ((2, 5, 6), (6, 3)),
    "btd,fd->bft": ((2, 5, 6), (3, 6)),
    "bthd,hde->bte": ((2, 5, 3, 4), (3, 4, 6)),
    "bhtd,hde->bte": ((2, 3, 5, 4), (3, 4, 6)),
    "btd,hde->bhte": ((2, 5, 6), (3, 6, 4)),
    "bthd,hde->bthe": ((2, 5, 3, 4), (3, 4, 6)),
    "bd,d->b": ((5, 6), (6,)),
    "b t d , d f -> b t f": ((2, 5, 6), (6, 3)),
}
COMPUTED = {
    "bqhd,bkhd->bhqk": ((2, 4, 3, 6), (2, 5, 3, 6)),
    "bhqk,bkhd->bqhd": ((2, 3, 4, 5), (2, 5, 3, 6)),
}
LEFT = {
    "bij,bj->bi": ((2, 4, 6), (2, 6)),
    "bij,jk->bi": ((2, 4, 6), (6, 3)),
    "bii,ij->bj": ((2, 4, 4), (4, 3)),
    "bij,ij->bij": ((2, 4, 6), (4, 6)),
    "btd,df->btf": ((2, 5, 6), (1, 3)),
}
Sides = tuple[int, ...]


def values(shape: Sides) -> np.ndarray:
    return RNG.normal(size=shape).astype(np.float32)


def typed(shape: Sides, name: str) -> str:
    return f"float[{','.join(map(str, shape))}] {name}"


def result(path: Path, feeds: dict[str, np.ndarray]) -> np.ndarray:
    (found,) = Session(path).run(feeds).values()
    return found


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize("equation", PRODUCTS)
def test_a_product_with_a_weight_is_a_layer(tmp_path: Path, equation: str, turned: bool) -> None:
    if turned and "..." in equation:
        pytest.skip("the further axes of a right factor stay as they are")
    left, right = PRODUCTS[equation]
    x, w = ("w", "x") if turned else ("x", "w")
    if turned:
        sides, out = equation.split("->")
        equation = ",".join(sides.split(",")[::-1]) + "->" + out
    graph = f'g ({typed(left, "x")}) => (float y) {{ y = Einsum<equation="{equation}">({x}, {w}) }}'
    model = text_model(tmp_path / "m.onnx", graph, {"w": values(right)})
    assert {node.op_type for node in model.graph.node} <= {"Transpose", "Reshape", "MatMul"}
    assert sum(len(n.weights) for n in integer_flow(model).nodes.values()) == 1
    feeds = {"x": values(left)}
    again = Session(model.proto).run(feeds)["y"]
    np.testing.assert_allclose(again, result(tmp_path / "m.onnx", feeds), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("equation", COMPUTED)
def test_a_product_of_two_results_is_a_matmul(tmp_path: Path, equation: str) -> None:
    left, right = COMPUTED[equation]
    graph = (
        f"g ({typed(left, 'x')}, {typed(right, 'z')}) => (float y) "
        f'{{ y = Einsum<equation="{equation}">(x, z) }}'
    )
    model = text_model(tmp_path / "m.onnx", graph, {})
    assert {node.op_type for node in model.graph.node} <= {"Transpose", "MatMul"}
    feeds = {"x": values(left), "z": values(right)}
    again = Session(model.proto).run(feeds)["y"]
    np.testing.assert_allclose(again, result(tmp_path / "m.onnx", feeds), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("equation", LEFT)
def test_letters_that_say_more_stay(tmp_path: Path, equation: str) -> None:
    left, right = LEFT[equation]
    graph = f'g ({typed(left, "x")}) => (float y) {{ y = Einsum<equation="{equation}">(x, w) }}'
    model = text_model(tmp_path / "m.onnx", graph, {"w": values(right)})
    assert [node.op_type for node in model.graph.node] == ["Einsum"]
