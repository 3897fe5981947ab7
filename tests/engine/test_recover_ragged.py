"""Recovery where samples have different shapes, no batch axis, or more than one sample in each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import numpy as np
import pytest

from quantengine.analyze.simulate import Simulator
from quantengine.graph.model import FloatModel
from quantengine.observe.calibrate import calibrate
from quantengine.observe.taps import model_taps
from quantengine.plan import QuantPlan
from quantengine.recover.auto import recover_plan
from quantengine.recover.samples import first_samples, recovery_samples
from quantengine.recover.walk import Treatment, Visit, walk
from quantengine.resolve.resolve import resolve_plan
from quantengine.rewrite.encodings import Encodings
from quantengine.runtime import Session
from tests.engine.judged import held_db, judged
from tests.engine.onnx_text import text_model
from tests.engine.test_observe_ragged import Feeds, Given, given_samples

SIZES = (5, 9, 9, 12, 5, 9)
PLAN = QuantPlan()


def weights(**shapes: tuple[int, ...]) -> dict[str, np.ndarray]:
    draw = np.random.default_rng(3)
    return {name: draw.normal(size=s).astype(np.float32) for name, s in shapes.items()}


def ragged(make: Callable[[np.random.Generator, int], Feeds], count: int = 30) -> Given:
    draw = np.random.default_rng(9)
    made = [make(draw, SIZES[place % len(SIZES)]) for place in range(count)]
    return given_samples([(f"s{place:02}", feeds) for place, feeds in enumerate(made)])


def normal(draw: np.random.Generator, *shape: int) -> np.ndarray:
    return draw.normal(size=shape).astype(np.float32)


CHOSEN = "a size that values decide"
GRAPHS = MappingProxyType(
    {
        "time is the first axis": (
            """g (float[t,8] x) => (float[b,4] y) {
              a = MatMul (x, w1)
              b = Relu (a)
              c = ReduceMean <axes: ints = [0], keepdims: int = 1> (b)
              y = MatMul (c, w2)
            }""",
            lambda draw, size: {"x": normal(draw, size, 8)},
        ),
        "time is the first axis, and mixed": (
            """g (float[t,8] x) => (float[t,4] y) {
              a = MatMul (x, w1)
              b = Relu (a)
              c = ReduceMax <axes: ints = [0], keepdims: int = 1> (b)
              d = Sub (b, c)
              y = MatMul (d, w2)
            }""",
            lambda draw, size: {"x": normal(draw, size, 8)},
        ),
        "a scalar beside": (
            """g (float[n,t,8] x, float s) => (float[n,t,4] y) {
              a = Mul (x, s)
              b = MatMul (a, w1)
              c = Relu (b)
              y = MatMul (c, w2)
            }""",
            lambda draw, size: {"x": normal(draw, 1, size, 8), "s": normal(draw)},
        ),
        "a fixed batch": (
            """g (float[4,t,8] x) => (float[4,t,4] y) {
              a = MatMul (x, w1)
              b = Relu (a)
              y = MatMul (b, w2)
            }""",
            lambda draw, size: {"x": normal(draw, 4, size, 8)},
        ),
        CHOSEN: (
            """g (float[n,t,8] x) => (float[k,4] y) {
              a = MatMul (x, w1)
              b = Relu (a)
              c = Reshape (b, rows)
              m = ReduceMean <axes: ints = [1], keepdims: int = 0> (c)
              e = Greater (m, half)
              d = Compress <axis: int = 0> (c, e)
              y = MatMul (d, w2)
            }""",
            lambda draw, size: {"x": normal(draw, 1, size, 8)},
        ),
    }
)
BATCH = """
g (float[n,t,8] x, float[n,1,8] z) => (float[n,t,4] y) {
  s = Add (x, z)
  a = MatMul (s, w1)
  b = Relu (a)
  y = MatMul (b, w2)
}
"""


def opened(tmp_path: Path, graph: str) -> FloatModel:
    constants = weights(w1=(8, 16), w2=(16, 4))
    extra = {"rows": np.array([-1, 16]), "half": np.float32(1.1)}
    used = {name: value for name, value in extra.items() if f", {name})" in graph}
    return text_model(tmp_path / "net.onnx", graph, {**constants, **used})


def one_by_one_db(model: FloatModel, encodings: Encodings, data: Given) -> float:
    session, simulator = Session(model.proto), Simulator(model)
    held = [data.feeds(index) for index in recovery_samples(model, data).held_out]
    return judged(*((session.run(f), simulator.run(f, encodings)) for f in held)).worst_db


@pytest.mark.parametrize("kind", [kind for kind in GRAPHS if kind != CHOSEN])
def test_samples_that_do_not_run_together_are_judged_one_by_one(tmp_path: Path, kind: str) -> None:
    graph, make = GRAPHS[kind]
    model, data = opened(tmp_path, graph), ragged(make)
    samples = recovery_samples(model, data)
    assert not samples.together
    assert [chunk["x"].shape for chunk in samples.held] == [
        data.feeds(index)["x"].shape for index in samples.held_out
    ]
    assert next(iter(first_samples(samples)))["x"].shape == data.feeds(0)["x"].shape
    encodings = resolve_plan(model, PLAN, calibrate(model, data, model_taps(model))).encodings
    found = held_db(model, samples, encodings)
    expected = one_by_one_db(model, encodings, data)
    assert found == pytest.approx(expected, abs=1e-3, nan_ok=True)


@pytest.mark.parametrize("kind", GRAPHS)
def test_every_kind_is_recovered(tmp_path: Path, kind: str) -> None:
    graph, make = GRAPHS[kind]
    steps = ["smooth", "ranges", "bias", "round", "tune"]
    found = recover_plan(opened(tmp_path, graph), PLAN, ragged(make), steps=steps)
    assert [report.step for report in found.steps] == steps


def test_samples_of_one_shape_run_together_where_that_changes_nothing(tmp_path: Path) -> None:
    model = opened(tmp_path, BATCH)
    data = ragged(lambda draw, size: {"x": normal(draw, 1, size, 8), "z": normal(draw, 1, 1, 8)})
    samples = recovery_samples(model, data)
    assert samples.together
    assert sorted(chunk["x"].shape for chunk in samples.held) == [(1, 12, 8), (2, 5, 8), (3, 9, 8)]
    encodings = resolve_plan(model, PLAN, calibrate(model, data, model_taps(model))).encodings
    found = held_db(model, samples, encodings)
    assert found == pytest.approx(one_by_one_db(model, encodings, data), abs=1e-3)
    assert all(len(chunk["x"]) == 1 for chunk in first_samples(samples))


def test_ranges_found_while_running_are_those_of_one_sample(tmp_path: Path) -> None:
    model = opened(tmp_path, BATCH)
    data = ragged(lambda draw, size: {"x": normal(draw, 1, size, 8), "z": normal(draw, 1, 1, 8)})
    plan = replace(PLAN, activations=replace(PLAN.activations, dtype="dynamic"))
    assert plan.finds_ranges
    assert not PLAN.finds_ranges
    assert PLAN.with_override("x", dtype="dynamic").finds_ranges
    encodings = resolve_plan(model, plan, calibrate(model, data, model_taps(model))).encodings
    expected = one_by_one_db(model, encodings, data)
    together = held_db(model, recovery_samples(model, data), encodings)
    assert together != pytest.approx(expected, abs=1e-3)
    apart = recovery_samples(model, data, alone=plan.finds_ranges)
    assert held_db(model, apart, encodings) == pytest.approx(expected, abs=1e-3)


def test_positions_of_long_and_short_samples_are_drawn_alike(tmp_path: Path) -> None:
    graph = "g (float[n,1,t] x) => (float[n,2,u] y) { y = Conv (x, w) }"
    model = text_model(tmp_path / "conv.onnx", graph, weights(w=(2, 1, 3)))

    def marked(place: int) -> Feeds:
        return {"x": np.full((1, 1, 802 if place == 3 else 12), place + 1, np.float32)}

    data = given_samples([(f"s{place:02}", marked(place)) for place in range(20)])
    encodings = resolve_plan(model, PLAN, calibrate(model, data, model_taps(model))).encodings
    seen: list[Visit] = []

    def treat(visit: Visit, encodings: Encodings) -> Encodings:
        seen.append(visit)
        return encodings

    walk(model, encodings, recovery_samples(model, data), Treatment(treat, drawn=190))
    values = seen[0].fit.reference[0, :, 0]
    assert 0.8 < np.mean(values == 4) < 0.9
