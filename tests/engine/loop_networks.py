"""Small networks with layers inside bodies that run many times."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from quantengine.graph.model import FloatModel
from tests.engine.onnx_text import text_model

Feeds = list[dict[str, NDArray[Any]]]

RESIDUAL = """g (float[N,4,10] x, int64 trips) => (float[N,4,10] y, float[K,N,6,10] each) {
    yes = Constant<value = bool {1}>()
    y, each = Loop<body = b (int64 i, bool go, float[N,4,10] u)
                        => (bool on, float[N,4,10] v, float[N,6,10] e) {
        on = Identity(go)
        c = Conv<kernel_shape=[3], pads=[1,1]>(u, wide, bias)
        r = Relu(c)
        d = Conv<kernel_shape=[1]>(r, narrow)
        v = Add(u, d)
        e = Identity(r) }>(trips, yes, x) }"""

CHOOSING = """g (float[N,8] x, int64 trips) => (float[N,8] y) {
    yes = Constant<value = bool {1}>()
    none = Constant<value = int64 {0}>()
    two = Constant<value = int64 {2}>()
    y = Loop<body = b (int64 i, bool go, float[N,8] u) => (bool on, float[N,8] v) {
        on = Identity(go)
        odd = Mod(i, two)
        even = Equal(odd, none)
        r = If(even)<
            then_branch = t () => (float[N,8] a) { m = MatMul(u, first)  a = Tanh(m) },
            else_branch = e () => (float[N,8] a) { m = MatMul(u, second)  a = Tanh(m) }>
        v = MatMul(r, third) }>(trips, yes, x) }"""

CELL = """g (float[B,T,2,8] x, int64 trips) => (float[N,16] h, float[T,N,16] states) {
    first = Constant<value = int64[1] {0}>()
    steps = Squeeze(x, first)
    h, states = Scan<num_scan_inputs=1,
                     body = b (float[N,16] before, float[N,8] step) => (float[N,16] after,
                                                                        float[N,16] state) {
        a = MatMul(step, first_w)
        r = MatMul(before, again_w)
        s = Add(a, r)
        after = Tanh(s)
        state = Identity(after) }>(begin, steps) }"""

NESTED = """g (float[N,8] x, int64 trips) => (float[N,8] y) {
    yes = Constant<value = bool {1}>()
    y = Loop<body = b (int64 i, bool go, float[N,8] u) => (bool on, float[N,8] v) {
        on = Identity(go)
        z = MatMul(u, first)
        v = Loop<body = c (int64 j, bool again, float[N,8] w) => (bool more, float[N,8] t) {
            more = Identity(again)
            m = MatMul(w, second)
            t = Tanh(m) }>(i, yes, z) }>(trips, yes, x) }"""

GROWING = """g (float[1,1,8] x, int64 trips) => (float[1,K,8] y) {
    yes = Constant<value = bool {1}>()
    some = MatMul(x, w)
    y = Loop<body = b (int64 i, bool go, float[1,K,8] u) => (bool on, float[1,J,8] v) {
        on = Identity(go)
        a = MatMul(u, w)
        v = Concat<axis=1>(u, a) }>(trips, yes, some) }"""


@dataclass(frozen=True)
class Repeating:
    """A network, the shapes of its weights and of its input, and what its body holds."""

    graph: str
    weights: dict[str, tuple[int, ...]]
    shape: tuple[int, ...]
    layers: int


NETWORKS = {
    "residual": Repeating(
        RESIDUAL, {"wide": (6, 4, 3), "bias": (6,), "narrow": (4, 6, 1)}, (1, 4, 10), 2
    ),
    "choosing": Repeating(CHOOSING, dict.fromkeys(("first", "second", "third"), (8, 8)), (1, 8), 3),
    "nested": Repeating(NESTED, dict.fromkeys(("first", "second"), (8, 8)), (1, 8), 2),
    "cell": Repeating(CELL, {"first_w": (8, 16), "again_w": (16, 16)}, (1, 5, 2, 8), 2),
    "growing": Repeating(GROWING, {"w": (8, 8)}, (1, 1, 8), 0),
}


def repeating(path: Path, name: str) -> FloatModel:
    rng = np.random.default_rng(0)
    made = NETWORKS[name]
    weights = {key: rng.normal(0, 0.3, s).astype(np.float32) for key, s in made.weights.items()}
    if name == "cell":
        weights["begin"] = np.zeros((2, 16), np.float32)
    return text_model(path, made.graph, weights)


def samples(name: str, trips: tuple[int, ...], count: int = 9) -> Feeds:
    """Feeds of a network, whose numbers of trips take turns."""
    rng = np.random.default_rng(1)
    return [
        {
            "x": rng.normal(0, 1, NETWORKS[name].shape).astype(np.float32),
            "trips": np.asarray(trips[place % len(trips)], np.int64),
        }
        for place in range(count)
    ]
