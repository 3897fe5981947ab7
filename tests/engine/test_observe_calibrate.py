from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest

from quantengine.data.dataset import Dataset
from quantengine.data.open import in_memory
from quantengine.errors import Cancelled, DataError, ModelError
from quantengine.graph.load import open_model
from quantengine.graph.model import FloatModel
from quantengine.monitor import Monitor
from quantengine.observe.calibrate import calibrate
from quantengine.observe.memory import split_taps
from quantengine.observe.statistics import TensorStats
from quantengine.observe.table import CalibrationTable, merge
from quantengine.observe.tap import Tap
from quantengine.runtime import Session
from tests.engine.onnx_text import text_model

CONV = """
<ir_version: 8, opset_import: ["" : 17]>
net (float[n, 2, h, w] x) => (float[n, 3, h, w] y)
<float[3, 2, 1, 1] weight = {1, -1, 0.5, 2, -3, 0.25}>
{
  c = Conv(x, weight)
  r = Relu(c)
  y = Mul(r, r)
}
"""
TAPS = (Tap("x", 1), Tap("r", 1), Tap("y", 1, keep_rows=True))


class Heard(Monitor):
    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self.steps: list[int] = []

    def say(self, text: str) -> None:
        self.said.append(text)

    def progress(self, done: int, total: int | None, text: str) -> None:  # noqa: ARG002
        self.steps.append(done)


@dataclass(frozen=True, eq=False, kw_only=True)
class Ragged(Dataset):
    """Samples of different sizes; some may fail to load."""

    arrays: tuple[np.ndarray, ...]
    bad: frozenset[int] = frozenset()
    before: Callable[[int], object] = field(default=id)

    def feeds(self, index: int) -> dict[str, np.ndarray]:
        self.before(index)
        if index in self.bad:
            raise DataError("it is damaged")
        return {"x": self.arrays[index]}

    def digest(self, index: int) -> bytes:
        return self.names[index].encode().ljust(16)


def ragged(
    sizes: list[int], first: int = 0, bad: frozenset[int] = frozenset(), **more: Any
) -> Ragged:
    draw = [np.random.default_rng(first + place) for place in range(len(sizes))]
    arrays = [
        r.normal(size=(1, 2, s, 5)).astype(np.float32) for r, s in zip(draw, sizes, strict=True)
    ]
    names = tuple(f"s{first + place:03}" for place in range(len(sizes)))
    return Ragged(names=names, description={}, arrays=tuple(arrays), bad=bad, **more)


@pytest.fixture
def model(tmp_path: Path) -> FloatModel:
    path = tmp_path / "net.onnx"
    onnx.save(onnx.parser.parse_model(CONV), path)
    return open_model(path)


def assert_same(a: CalibrationTable, b: CalibrationTable) -> None:
    """To the last bit."""
    assert (a.samples, a.digests, a.data_hash) == (b.samples, b.digests, b.data_hash)
    assert a.model_hash == b.model_hash
    assert list(a.tensors) == list(b.tensors)
    for name, stats in a.tensors.items():
        assert _bits(stats) == _bits(b.tensors[name]), name


def _bits(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        return value.dtype, value.shape, value.tobytes()
    if isinstance(value, tuple):
        return tuple(map(_bits, value))
    if hasattr(value, "__dataclass_fields__"):
        return {name: _bits(getattr(value, name)) for name in value.__dataclass_fields__}
    return value


def test_tensors_are_those_the_model_computes(model: FloatModel) -> None:
    data = ragged([4] * 6)
    table = calibrate(model, data, TAPS, workers=2)
    arrays = np.concatenate(data.arrays)
    outputs = Session(model.proto).run({"x": arrays})["y"]
    stats = table.tensors["y"]
    assert (stats.low, stats.high) == (outputs.min(), outputs.max())
    assert stats.count == outputs.size
    assert stats.shape == (1, 3, 4, 5)
    assert stats.sample_high.tolist() == outputs.max((1, 2, 3)).tolist()
    assert stats.channels is not None
    np.testing.assert_allclose(stats.channels.mean, outputs.mean((0, 2, 3)), rtol=1e-5)
    assert table.tensors["x"].low == arrays.min()
    assert stats.kept is not None
    assert stats.kept.shape == (6, 5)
    assert table.tensors["r"].kept is None


@pytest.mark.parametrize("sizes", [[3] * 17, [3, 9, 9, 2, 5, 5, 5, 1, 30, 3, 3]])
def test_any_number_of_workers_gives_the_same_bits(model: FloatModel, sizes: list[int]) -> None:
    one = calibrate(model, ragged(sizes), TAPS, workers=1)
    for workers in (2, 5):
        assert_same(calibrate(model, ragged(sizes), TAPS, workers=workers), one)


def test_shards_merge_to_one_run_over_everything(model: FloatModel) -> None:
    sizes = [3, 9, 9, 2, 5, 5, 4, 6]
    whole = calibrate(model, ragged(sizes), TAPS)
    a = calibrate(model, ragged(sizes[:3]), TAPS)
    b = calibrate(model, ragged(sizes[3:6], 3), TAPS)
    c = calibrate(model, ragged(sizes[6:], 6), TAPS)
    assert_same(merge(merge(a, b), c), whole)
    assert_same(merge(c, merge(b, a)), whole)


def test_a_small_budget_gives_the_same_table_in_several_passes(model: FloatModel) -> None:
    heard = Heard()
    taps = TAPS[1:]
    whole = calibrate(model, ragged([40] * 5), taps, workers=1)
    split = calibrate(model, ragged([40] * 5), taps, workers=1, memory_bytes=200_000, monitor=heard)
    assert_same(split, whole)
    assert any("2 passes" in text for text in heard.said)
    assert any("less is not possible" in text for text in heard.said)
    assert any("MB" in text for text in heard.said)


def test_taps_are_split_in_order_and_a_giant_stands_alone() -> None:
    taps = [Tap(name) for name in "abcde"]
    groups = split_taps(taps, [4, 5, 20, 3, 3], 10)
    assert [[tap.tensor for tap in group] for group in groups] == [["a", "b"], ["c"], ["d", "e"]]


def test_progress_counts_every_sample(model: FloatModel) -> None:
    heard = Heard()
    calibrate(model, ragged([2] * 7), TAPS, workers=3, monitor=heard)
    assert heard.steps == list(range(8))


def test_a_bad_sample_is_named_and_left_out(model: FloatModel) -> None:
    heard = Heard()
    table = calibrate(model, ragged([3] * 4, bad=frozenset({1})), TAPS, monitor=heard)
    assert table.samples == ("s000", "s002", "s003")
    assert any("s001: it is damaged" in text for text in heard.said)
    rest = ragged([3] * 4).subset([0, 2, 3])
    assert_same(table, calibrate(model, rest, TAPS))


def test_too_many_bad_samples_stop_the_run(model: FloatModel) -> None:
    with pytest.raises(DataError, match=r"2 of 4 samples .* more than 5 %.*it is damaged"):
        calibrate(model, ragged([3] * 4, bad=frozenset({1, 3})), TAPS)
    with pytest.raises(DataError, match="no sample could be used"):
        calibrate(model, ragged([3], bad=frozenset({0})), TAPS)


def test_a_sample_the_model_cannot_run_is_named(model: FloatModel) -> None:
    data = in_memory({"x": np.zeros((3, 5, 4, 4), np.float32)})
    with pytest.raises(DataError, match=r"^x\[000000\]: onnxruntime"):
        calibrate(model, data, TAPS, workers=1)


def test_another_failure_comes_out_as_it_is(model: FloatModel) -> None:
    def fail(index: int) -> None:
        if index == 2:
            raise ZeroDivisionError("inside a worker")

    with pytest.raises(ZeroDivisionError, match="inside a worker"):
        calibrate(model, ragged([3] * 5, before=fail), TAPS, workers=2)


@pytest.mark.parametrize("workers", [1, 2])
def test_cancel_stops_and_leaves_no_thread(model: FloatModel, workers: int) -> None:
    monitor = Monitor()
    loaded: list[int] = []

    def cancel(index: int) -> None:
        loaded.append(index)
        if len(loaded) == 4:
            monitor.cancel()

    before = threading.active_count()
    with pytest.raises(Cancelled):
        calibrate(model, ragged([3] * 90, before=cancel), TAPS, workers=workers, monitor=monitor)
    assert threading.active_count() == before
    assert len(loaded) < 90


CHOSEN = """
<ir_version: 8, opset_import: ["" : 17]>
chosen (float[n, k] x) => (float[m] y)
<int64[1] flat = {-1}, float zero = {0}>
{
  f = Reshape(x, flat)
  positive = Greater(f, zero)
  y = Compress<axis = 0>(f, positive)
}
"""


@pytest.mark.parametrize("workers", [1, 3])
def test_shapes_that_depend_on_values_are_followed(tmp_path: Path, workers: int) -> None:
    path = tmp_path / "chosen.onnx"
    onnx.save(onnx.parser.parse_model(CHOSEN), path)
    values = np.random.default_rng(2).normal(size=(12, 31)).astype(np.float32)
    values[7] = -1
    stats = calibrate(
        open_model(path), in_memory({"x": values}), [Tap("y")], workers=workers
    ).tensors["y"]
    assert stats.count == (values > 0).sum()
    assert stats.high == values.max()
    assert np.isnan(stats.sample_high[7])


LOOP = """
<ir_version: 8, opset_import: ["" : 17]>
endless (float[n, k] x) => (float[n, k] y)
{
  turns = Constant<value_int = 4000000000>()
  go = Constant<value_int = 1>()
  more = Cast<to = 9>(go)
  y = Loop(turns, more, x) <body = body (int64 i, bool c, float[n, k] a)
    => (bool d, float[n, k] b) {
      d = Identity(c)
      b = Sin(a)
  }>
}
"""


def test_cancel_ends_a_running_model(tmp_path: Path) -> None:
    path = tmp_path / "endless.onnx"
    onnx.save(onnx.parser.parse_model(LOOP), path)
    endless = open_model(path)
    monitor = Monitor()
    timer = threading.Timer(0.05, monitor.cancel)
    timer.start()
    with pytest.raises(Cancelled):
        calibrate(
            endless, in_memory({"x": np.ones((1, 3), np.float32)}), [Tap("y")], monitor=monitor
        )


def test_quantized_inputs_are_seen_by_the_next_layer(model: FloatModel) -> None:
    data = ragged([6] * 3)
    plain = calibrate(model, data, TAPS)
    table = calibrate(model, data, TAPS, quantized_inputs=True)
    assert table.quantized_inputs
    assert not plain.quantized_inputs
    assert _bits(table.tensors["x"]) == _bits(plain.tensors["x"])
    for place, array in enumerate(data.arrays):
        seen = np.maximum(np.einsum("oi,nihw->nohw", WEIGHT, own_quantizer(array)), 0)
        assert table.tensors["r"].sample_high[place] == pytest.approx(seen.max(), rel=1e-5)
        assert plain.tensors["r"].sample_high[place] != pytest.approx(seen.max(), rel=1e-5)


WEIGHT = np.array([[1, -1], [0.5, 2], [-3, 0.25]], np.float32)


def own_quantizer(values: np.ndarray) -> np.ndarray:
    """uint8 quantization with the range of the array itself, zero included."""
    low, high = min(values.min(), 0), max(values.max(), 0)
    scale = np.float32((high - low) / 255)
    zero = np.rint(-low / scale)
    return (np.clip(np.rint(values / scale) + zero, 0, 255) - zero) * scale


@pytest.mark.parametrize(
    ("taps", "error", "words"),
    [
        ([], DataError, "no tensor to observe"),
        ([Tap("nowhere")], ModelError, "computes no tensor 'nowhere'"),
        ([Tap("r"), Tap("r")], DataError, "'r' is there 2 times"),
    ],
)
def test_taps_that_make_no_sense_are_refused(
    model: FloatModel, taps: list[Tap], error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        calibrate(model, ragged([3]), taps)


def test_data_without_samples_is_refused(model: FloatModel) -> None:
    with pytest.raises(DataError, match="no sample"):
        calibrate(model, ragged([]), TAPS)


def test_nan_activations_are_counted_and_left_out(tmp_path: Path) -> None:
    root = text_model(
        tmp_path / "m.onnx", "g (float[n,8] x) => (float[n,8] y) { y = Sqrt (x) }", {}
    )
    arrays = np.ones((3, 8), np.float32)
    arrays[1, 0] = -1
    data = in_memory({"x": arrays})
    stats: Mapping[str, TensorStats] = calibrate(root, data, [Tap("y", 1)]).tensors
    assert stats["y"].nan_count == 1
    assert (stats["y"].low, stats["y"].high, stats["y"].count) == (1.0, 1.0, 23)


@pytest.mark.parametrize("sizes", [[3], [3, 9, 9, 4]])
@pytest.mark.parametrize("workers", [1, 2])
def test_what_was_seen_so_far_is_shown_on_the_way(
    model: FloatModel, monkeypatch: pytest.MonkeyPatch, workers: int, sizes: list[int]
) -> None:
    monkeypatch.setattr("quantengine.observe.crew._SHOW_EVERY_S", 0.0)
    shown: list[CalibrationTable] = []
    data = ragged((sizes * 60)[:60])
    for _ in range(50):  # a pass may end before its workers were asked
        table = calibrate(model, data, TAPS, workers=workers, show=shown.append)
        assert_same(table, calibrate(model, data, TAPS))
        if shown:
            break
    assert shown
    assert [len(part.samples) for part in shown] == sorted({len(p.samples) for p in shown})
    for part in shown:
        seen = data.subset([data.names.index(name) for name in part.samples])
        assert_same(part, calibrate(model, seen, TAPS))


def test_a_pause_ends_with_the_call_to_cancel() -> None:
    monitor = Monitor()
    monitor.pause(0.0)
    threading.Timer(0.02, monitor.cancel).start()
    with pytest.raises(Cancelled):
        monitor.pause(60.0)
