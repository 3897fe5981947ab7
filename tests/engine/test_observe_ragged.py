"""Samples of different shapes, one after the other through memory that is used again."""

from __future__ import annotations

import weakref
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, reduce
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quantengine.data.dataset import Dataset
from quantengine.errors import DataError
from quantengine.graph.model import FloatModel
from quantengine.observe import extents, watcher
from quantengine.observe import stages as staging
from quantengine.observe.beside import beside_arrays
from quantengine.observe.calibrate import calibrate
from quantengine.observe.observed_model import observed_model
from quantengine.observe.stages import stages
from quantengine.observe.station import Station
from quantengine.observe.table import CalibrationTable, merge
from quantengine.observe.tap import Tap
from quantengine.runtime import Session
from tests.engine.onnx_text import text_model
from tests.engine.test_observe_calibrate import assert_same

Feeds = dict[str, np.ndarray]

GATED = """
g (float[n, 3, s] x, int64[r] shape) => (float[n, 2, t] y, float chosen, float turned) {
  first = Conv <strides: ints = [2]> (x, w0)
  a = Relu (first)
  gate = ReduceMax <axes: ints = [1, 2]> (a)
  whole = Reshape (x, shape)
  turned = Add (whole, one)
  second = Conv (a, w1)
  b = Relu (second)
  gated = Mul (b, gate)
  y = Conv (gated, w2)
  flat = Reshape (b, line)
  above = Greater (flat, one)
  kept = Compress <axis: int = 0> (flat, above)
  chosen = Mul (kept, kept)
}
"""
"""`gate` is carried past memory that is used again, `chosen` has a size that values decide,
`turned` a rank that an input decides."""

TAPS = (
    *(Tap(name, 1) for name in ("x", "a", "b", "gated", "y")),
    Tap("gate"),
    Tap("turned", -1),
    Tap("kept", -1),
    Tap("chosen", keep_rows=True),
)
KINDS: tuple[tuple[int, tuple[int, ...]], ...] = ((8, (-1,)), (8, (4, -1)), (13, (1, 3, -1)))
STAGE_BYTES = 1000


@dataclass(frozen=True, eq=False, kw_only=True)
class Given(Dataset):
    """Samples whose feeds are there already."""

    samples: tuple[Feeds, ...]

    def feeds(self, index: int) -> Feeds:
        return self.samples[index]

    def digest(self, index: int) -> bytes:
        return self.names[index].encode().ljust(16)


def given_samples(samples: Sequence[tuple[str, Feeds]]) -> Given:
    names, feeds = zip(*samples, strict=True)
    return Given(names=names, description={}, samples=feeds)


def sample(place: int, kind: int) -> tuple[str, Feeds]:
    width, shape = KINDS[kind]
    draw = np.random.default_rng(10 * place + kind)
    x = draw.normal(0, 1 + 3 * kind, (1, 3, width)).astype(np.float32)
    if kind == 1:
        x = x.repeat(4, axis=2)
    return f"s{place}", {"x": x, "shape": np.array(shape, np.int64)}


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FloatModel]:
    """Cut into stages of a thousand bytes."""
    draw = np.random.default_rng(7)
    shapes = {"w0": (4, 3, 2), "w1": (4, 4, 1), "w2": (2, 4, 1)}
    weights = {name: draw.normal(size=s).astype(np.float32) for name, s in shapes.items()}
    weights |= {"one": np.float32(1), "line": np.array([-1])}  # type: ignore[dict-item]
    model = text_model(tmp_path_factory.mktemp("ragged") / "gated.onnx", GATED, weights)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(staging.stages, "__defaults__", (STAGE_BYTES,))
        assert len(stages(model, TAPS)) > 2
        yield model


@pytest.fixture(scope="module")
def alone(network: FloatModel):  # type: ignore[no-untyped-def]
    """The table of one sample by itself."""

    @cache
    def table(place: int, kind: int, quantized_inputs: bool) -> CalibrationTable:
        data = given_samples([sample(place, kind)])
        return calibrate(network, data, TAPS, quantized_inputs=quantized_inputs)

    return table


@settings(max_examples=40, deadline=None, derandomize=True)
@given(
    kinds=st.lists(st.sampled_from(range(len(KINDS))), min_size=2, max_size=8),
    workers=st.integers(1, 3),
    memory_bytes=st.sampled_from([None, 900_000, 2_000_000]),
    quantized_inputs=st.booleans(),
)
def test_any_mix_of_shapes_gives_what_samples_give_one_by_one(  # type: ignore[no-untyped-def]
    network, alone, kinds, workers, memory_bytes, quantized_inputs
) -> None:
    data = given_samples([sample(place, kind) for place, kind in enumerate(kinds)])
    found = calibrate(
        network,
        data,
        TAPS,
        workers=workers,
        memory_bytes=memory_bytes,
        quantized_inputs=quantized_inputs,
    )
    singles = [alone(place, kind, quantized_inputs) for place, kind in enumerate(kinds)]
    assert_same(found, reduce(merge, singles))


def test_statistics_are_those_of_the_tensors(network: FloatModel) -> None:
    pairs = [sample(place, kind) for place, kind in enumerate((0, 0, 1, 0, 2, 1, 0, 0))]
    (uncut,) = stages(network, TAPS, 1 << 40)
    whole = Session(observed_model(network, uncut))
    table = calibrate(network, given_samples(pairs), TAPS, workers=1)
    truth = [{**feeds, **whole.run(feeds)} for _, feeds in pairs]
    for name, stats in table.tensors.items():
        assert stats.count == sum(found[name].size for found in truth)
        high = [found[name].max(initial=-np.inf) for found in truth]
        seen = np.nan_to_num(stats.sample_high, nan=-np.inf)
        np.testing.assert_allclose(seen, high, rtol=1e-5, err_msg=name)


SHARED_NAME = "g (float[n, 2] x, float[n, 2] z) => (float[n, 2] y) { y = Add (x, z) }"


def test_one_name_for_two_sizes_repeats_no_value(tmp_path: Path) -> None:
    model = text_model(tmp_path / "shared.onnx", SHARED_NAME, {})
    feeds = {"x": np.ones((1, 2), np.float32), "z": np.ones((5, 2), np.float32)}
    table = calibrate(model, given_samples([("s", feeds)]), [Tap("x"), Tap("z"), Tap("y")])
    assert {name: stats.count for name, stats in table.tensors.items()} == {
        "x": 2,
        "z": 10,
        "y": 10,
    }


OPEN = """
g (float[n, 3, h, w] x) => (float[n, 4, a, b] y) {
  first = Conv <strides: ints = [2, 2], pads: ints = [1, 1, 1, 1]> (x, w0)
  skip = Relu (first)
  inner = Conv <pads: ints = [1, 1, 1, 1]> (skip, w1)
  same = Conv <pads: ints = [1, 1, 1, 1]> (inner, w1)
  sum = Add (same, first)
  y = Sigmoid (sum)
}
"""


def test_large_samples_are_written_in_place_whatever_their_shapes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the statistics of a plain run: which memory a tensor lies in changes no bit."""
    draw = np.random.default_rng(3)
    weights = {f"w{k}": draw.normal(size=(4, 3 + k, 3, 3)).astype(np.float32) for k in (0, 1)}
    model = text_model(tmp_path / "open.onnx", OPEN, weights)
    sides = ((9, 12), (16, 5), (9, 12), (7, 7), (21, 18))
    photos = [draw.normal(size=(1, 3, *side)).astype(np.float32) for side in sides]
    data = given_samples([(f"s{k}", {"x": photo}) for k, photo in enumerate(photos)])
    taps = [Tap(name, 1) for name in ("x", "skip", "same", "y")]
    monkeypatch.setattr(staging.stages, "__defaults__", (STAGE_BYTES,))
    copied: list[bool] = []
    plain = Station._copied
    monkeypatch.setattr(Station, "_copied", lambda *a: (copied.append(True), plain(*a))[1])
    expected = calibrate(model, data, taps, workers=1)
    assert copied
    copied.clear()
    monkeypatch.setattr(extents, "_LARGE", 1)
    monkeypatch.setattr(watcher, "_LARGE", 1)
    assert_same(calibrate(model, data, taps, workers=2), expected)
    assert not copied


def test_what_is_never_alive_together_shares_memory() -> None:
    def carried(name: str, size: int) -> tuple[str, tuple[int, ...], np.dtype[np.float32]]:
        return name, (size,), np.dtype(np.float32)

    later = [{"a", "b"}, {"a", "c"}, {"d"}, set()]
    made = [carried("a", 8), carried("b", 4)], [carried("c", 6)], [carried("d", 5)], []
    arrays = {name: array for each in beside_arrays(made, later) for name, array in each.items()}
    assert {name: array.size for name, array in arrays.items()} == {"a": 8, "b": 4, "c": 6, "d": 5}
    pairs = {(a, b) for a in arrays for b in arrays if a < b}
    shared = {(a, b) for a, b in pairs if np.shares_memory(arrays[a], arrays[b])}
    assert shared == set()
    again = beside_arrays([made[0], [], [], [carried("e", 3)]], [{"a"}, {"a"}, set(), set()])
    assert np.shares_memory(again[3]["e"], again[0]["b"])


def test_a_binding_holds_on_to_nothing_that_was_fed(tmp_path: Path) -> None:
    graph = "g (float[n] x) => (float[n] y) { y = Relu (x) }"
    session = Session(text_model(tmp_path / "relu.onnx", graph, {}).proto)
    room = np.zeros(3, np.float32)
    binding = session.bind({"y": room})
    fed = np.array([-1, 2, 3], np.float32)
    held = weakref.ref(fed)
    binding.run({"x": fed})
    assert room.tolist() == [0, 2, 3]
    del fed
    assert held() is None


WRITERS = {
    "Relu": "y = Relu (x)",
    "Identity": "y = Identity (x)",
    "Reshape": "shape = Constant <value_ints: ints = [-1]> ()  y = Reshape (x, shape)",
    "Compress": "b = Cast <to: int = 9> (x)  y = Compress <axis: int = 0> (x, b)",
    "If": """
      b = Cast <to: int = 9> (x)
      yes = Constant <value: tensor = bool {1}> ()
      y = If (yes) <
        then_branch = a () => (float p) { p = Compress <axis: int = 0> (x, b) },
        else_branch = e () => (float q) { q = Relu (x) }>
    """,
    "Loop": """
      turns = Constant <value_int: int = 1> ()
      go = Constant <value: tensor = bool {1}> ()
      y = Loop (turns, go, x) <body = l (int64 i, bool c, float[n] a) => (bool d, float[m] e) {
        d = Identity (c)
        e = Concat <axis: int = 0> (a, a)
      }>
    """,
}


@pytest.mark.parametrize("written", WRITERS)
@pytest.mark.parametrize("size", [1, 2, 3, 4, 5, 7, 8])
def test_memory_of_another_shape_is_refused_by_the_runtime(
    tmp_path: Path, written: str, size: int
) -> None:
    """What observing relies on when it learns shapes from one sample and uses them for the next."""
    graph = f"g (float[n] x) => (float[m] y) {{ {WRITERS[written]} }}"
    session = Session(text_model(tmp_path / "writer.onnx", graph, {}).proto)
    feeds = {"x": np.array([1, 0, 3, 4], np.float32)}
    expected = session.run(feeds)["y"]
    room = np.full(16, -7, np.float32)
    binding = session.bind({"y": room[:size]})
    if expected.shape == (size,):
        binding.run(feeds)
        np.testing.assert_array_equal(room[:size], expected)
    else:
        with pytest.raises(DataError):
            binding.run(feeds)
