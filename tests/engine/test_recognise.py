"""Activations in small steps are put together, and what only looks like one is left alone."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from quantengine.opening.open import open_model
from quantengine.runtime import Session
from tests.engine.onnx_text import text_model

GRAPH = "g (float[N,3,6,6] x) => (float[N,4,4,4] y) {{ a = Conv(x, w) {} }}"
RNG = np.random.default_rng(0)
CONSTANTS = {
    "w": RNG.normal(0, 0.8, (4, 3, 3, 3)).astype(np.float32),
    "zero": np.float32(0), "three": np.float32(3), "six": np.float32(6), "four": np.float32(4),
    "sixth": np.float32(1 / 6), "one": np.ones(1, np.float32), "deep": np.zeros((1, 1), np.float32),
    "less": np.float32(-1),
}  # fmt: skip
FORMS = {
    "m = Max(a, zero) y = Min(m, six)": {"Clip": 1},
    "m = Min(six, a) y = Max(zero, m)": {"Clip": 1},
    "y = Max(a, zero)": {"Relu": 1},
    "m = Max(less, a) y = Min(m, one)": {"Clip": 1},
    "p = Add(a, three) q = Clip(p, zero, six) d = Div(q, six) y = Mul(a, d)": {"HardSwish": 1},
    "p = Add(three, a) q = Clip(p, zero, six) d = Mul(sixth, q) y = Mul(d, a)": {"HardSwish": 1},
    "p = Add(a, three) q = Max(p, zero) r = Min(q, six) m = Mul(a, r) y = Div(m, six)": {
        "HardSwish": 1
    },
    "p = Add(a, three) q = Clip(p, zero, six) y = Div(q, six)": {"HardSigmoid": 1},
    "h = HardSigmoid<alpha=0.16666667, beta=0.5>(a) y = Mul(h, a)": {"HardSwish": 1},
}
OTHERS = {
    "y = Max(a, one)": {"Max": 1},
    "y = Max(a, a)": {"Max": 1},
    "b = Neg(a) y = Max(b, deep)": {"Neg": 1, "Max": 1},
    "p = Add(a, three) q = Clip(p, zero, six) d = Div(six, q) y = Mul(a, d)": {
        "Add": 1, "Clip": 1, "Div": 1, "Mul": 1,
    },
    "p = Add(a, four) q = Clip(p, zero, six) d = Div(q, six) y = Mul(a, d)": {
        "Add": 1, "Clip": 1, "Div": 1, "Mul": 1,
    },
    "p = Add(a, three) q = Clip(p, zero, six) d = Div(q, six) s = Neg(a) y = Mul(s, d)": {
        "HardSigmoid": 1, "Neg": 1, "Mul": 1,
    },
    "h = HardSigmoid(a) y = Mul(h, a)": {"HardSigmoid": 1, "Mul": 1},
}  # fmt: skip


def _opened(path: Path, body: str, opset: int) -> Counter[str]:
    words = body.replace("(", " ").replace(")", " ").replace(",", " ").split()
    used = {name: value for name, value in CONSTANTS.items() if name in (*words, "w")}
    text_model(path, GRAPH.format(body), used, opset)
    model = open_model(path)  # refuses what computes something else than the file
    feeds = {"x": RNG.normal(size=(2, 3, 6, 6)).astype(np.float32)}
    given, found = (Session(each).run(feeds)["y"] for each in (path, model.proto))
    np.testing.assert_allclose(found, given, rtol=1e-5, atol=1e-6)
    return Counter(node.op_type for node in model.graph.node)


@pytest.mark.parametrize("body", FORMS)
def test_an_activation_in_small_steps_is_one_operator(tmp_path: Path, body: str) -> None:
    assert _opened(tmp_path / "m.onnx", body, 17) == {"Conv": 1, **FORMS[body]}


@pytest.mark.parametrize("body", OTHERS)
def test_what_only_looks_like_an_activation_is_left(tmp_path: Path, body: str) -> None:
    assert _opened(tmp_path / "m.onnx", body, 17) == {"Conv": 1, **OTHERS[body]}


def test_an_opset_without_hard_swish_keeps_the_product(tmp_path: Path) -> None:
    body = "p = Add(a, three) q = Clip(p, zero, six) d = Div(q, six) y = Mul(a, d)"
    found = _opened(tmp_path / "m.onnx", body, 13)
    assert found == {"Conv": 1, "HardSigmoid": 1, "Mul": 1}


def test_a_step_that_others_read_stays(tmp_path: Path) -> None:
    graph = GRAPH.replace("float[N,4,4,4] y", "float[N,4,4,4] y, float[N,4,4,4] q")
    body = "p = Add(a, three) q = Clip(p, zero, six) d = Div(q, six) y = Mul(a, d)"
    used = {name: CONSTANTS[name] for name in ("w", "zero", "three", "six")}
    text_model(tmp_path / "m.onnx", graph.format(body), used)
    kinds = [node.op_type for node in open_model(tmp_path / "m.onnx").graph.node]
    assert kinds == ["Conv", "Add", "Clip", "Div", "Mul"]
