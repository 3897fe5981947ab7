"""Small networks with layers inside the branches of an If."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from quantengine.graph.model import FloatModel
from tests.engine.onnx_text import text_model

TWO_RATES = """g (float[N,1,32] x, int64 rate) => (float[N,3] y) {
    wide = Constant<value = int64 {16000}>()
    taken = Equal(rate, wide)
    y = If(taken)<
        then_branch = t () => (float[N,3] given) {
            a = Conv<kernel_shape=[4], strides=[4]>(x, wide_w)
            h = Relu(a)
            c = Conv<kernel_shape=[1]>(h, shared)
            p = ReduceMean<axes=[2], keepdims=0>(c)
            given = Gemm<transB=1>(p, out_w, out_b) },
        else_branch = e () => (float[N,3] given) {
            a = Conv<kernel_shape=[8], strides=[8]>(x, narrow_w)
            h = Relu(a)
            c = Conv<kernel_shape=[1]>(h, shared)
            p = ReduceMean<axes=[2], keepdims=0>(c)
            given = Gemm<transB=1>(p, out_w, out_b) }> }"""

NESTED = """g (float[N,16] x, bool outer, bool inner) => (float[N,4] y) {
    a = Gemm<transB=1>(x, w1, b)
    y = If(outer)<
        then_branch = t () => (float[N,4] given) {
            r = Relu(a)
            s = If(inner)<
                then_branch = tt () => (float[N,8] deep) { deep = MatMul(r, w2) },
                else_branch = te () => (float[N,8] same) { same = Identity(r) }>
            given = MatMul(s, w3) },
        else_branch = e () => (float[N,4] other) { other = MatMul(a, w3) }> }"""


def two_rates(path: Path) -> FloatModel:
    rng = np.random.default_rng(0)
    weights = {
        "wide_w": rng.normal(0, 0.5, (8, 1, 4)),
        "narrow_w": rng.normal(0, 0.5, (8, 1, 8)),
        "shared": rng.normal(0, 0.4, (6, 8, 1)),
        "out_w": rng.normal(0, 0.5, (3, 6)),
        "out_b": rng.normal(0, 0.5, 3),
    }
    return text_model(path, TWO_RATES, {k: v.astype(np.float32) for k, v in weights.items()})


def sounds(count: int, rates: tuple[int, ...]) -> list[dict[str, NDArray[Any]]]:
    """Feeds of `two_rates`, whose rates take turns."""
    rng = np.random.default_rng(1)
    return [
        {
            "x": rng.normal(0, 1, (1, 1, 32)).astype(np.float32),
            "rate": np.asarray(rates[index % len(rates)], np.int64),
        }
        for index in range(count)
    ]
