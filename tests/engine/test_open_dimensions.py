"""Dimensions a file leaves open in its own way, batches it fixes, and sides of length zero."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from quantengine.analyze.model_file import ModelFile
from quantengine.data.dataset import samples
from quantengine.data.input import Input
from quantengine.data.open import DataOptions, open_data
from quantengine.errors import DataError
from quantengine.graph.load import open_model
from quantengine.graph.model import FloatModel
from quantengine.monitor import Monitor
from quantengine.observe.calibrate import calibrate
from quantengine.observe.inputs import model_inputs, open_model_data
from quantengine.observe.memory import TABLE_BYTES
from quantengine.observe.tap import Tap
from quantengine.observe.taps import model_taps
from tests.engine.onnx_text import text_model

F32 = np.dtype(np.float32)
ROWS = np.random.default_rng(0).normal(size=(40, 8)).astype(np.float32)


def written(path: Path, batch: int | str, middle: int | str | None = None) -> Path:
    """y = [relu(x @ w); two rows], its batch as given, `middle` stored for the tensor before."""
    weights = {"w": np.eye(8, dtype=np.float32), "two": np.ones((2, 8), np.float32)}
    value = helper.make_tensor_value_info
    graph = helper.make_graph(
        [
            helper.make_node("MatMul", ["x", "w"], ["t"], name="m"),
            helper.make_node("Relu", ["t"], ["r"], name="relu"),
            helper.make_node("Concat", ["r", "two"], ["c"], axis=0, name="join"),
            helper.make_node("Identity", ["r"], ["y"], name="out"),
        ],
        "g",
        [value("x", TensorProto.FLOAT, [batch, 8])],
        [value("y", TensorProto.FLOAT, [batch, 8]), value("c", TensorProto.FLOAT, ["rows", 8])],
        [numpy_helper.from_array(array, name) for name, array in weights.items()],
        value_info=[] if middle is None else [value("t", TensorProto.FLOAT, [middle, 8])],
    )
    opset = helper.make_opsetid("", 17)
    onnx.save(helper.make_model(graph, opset_imports=[opset], ir_version=8), path)
    return path


@pytest.mark.parametrize(("batch", "middle"), [(-1, None), (-1, -1), (-2, -1), ("n", -1)])
def test_a_negative_dimension_is_an_open_one(
    tmp_path: Path, batch: int | str, middle: int | None
) -> None:
    model = open_model(written(tmp_path / "m.onnx", batch, middle))
    shapes = {name: kind.shape for name, kind in model.types.items()}
    assert not [
        s for s in shapes.values() for side in s or () if isinstance(side, int) and side < 0
    ]
    assert shapes["c"] is not None
    assert not isinstance(shapes["c"][0], int), "two rows more than an open batch are no number"
    assert not isinstance(ModelFile.open(model.path).inputs[0].shape[0], int)  # type: ignore[index]
    np.savez(tmp_path / "x.npz", x=ROWS)
    data = open_model_data(model, tmp_path / "x.npz")
    assert len(data) == 40
    table = calibrate(model, data, model_taps(model))
    assert table.tensors["x"].high == ROWS.max()


def test_a_dimension_of_zero_is_told_as_what_it_is(tmp_path: Path) -> None:
    model = open_model(written(tmp_path / "m.onnx", 0))
    np.savez(tmp_path / "x.npz", x=ROWS)
    data = open_model_data(model, tmp_path / "x.npz")
    with pytest.raises(DataError, match=r"'x' \[0,8\].* length 0 there.*export the model"):
        data.load(0)
    empty = Input("past", F32, (1, 2, 0, 4))
    np.savez(tmp_path / "past.npz", past=np.zeros((3, 2, 0, 4), np.float32))
    assert open_data(tmp_path / "past.npz", [empty]).load(0).feeds["past"].shape == (1, 2, 0, 4)


@pytest.mark.parametrize("stored", [(1, 8), (8,)])
def test_a_folder_of_single_rows_fills_a_fixed_batch(
    tmp_path: Path, stored: tuple[int, ...]
) -> None:
    for index, row in enumerate(ROWS[:9]):
        np.savez(tmp_path / f"{index}.npz", x=row.reshape(stored))
    data = open_data(tmp_path, [Input("x", F32, (4, 8))])
    found = [sample.feeds["x"] for _, sample in samples(data)]
    assert np.array_equal(np.concatenate(found), ROWS[:8])
    assert any("no batch is filled: 1 row." in note for note in data.notes)
    with pytest.raises(DataError, match="batches of 16 and the data has 9 of the 16 rows"):
        open_data(tmp_path, [Input("x", F32, (16, 8))])


def test_files_of_whole_batches_stay_as_they_are(tmp_path: Path) -> None:
    np.savez(tmp_path / "0.npz", x=ROWS[:4])
    np.savez(tmp_path / "1.npz", x=ROWS[4:5])
    data = open_data(tmp_path, [Input("x", F32, (4, 8))])
    assert len(data) == 2 and np.array_equal(data.load(0).feeds["x"], ROWS[:4])
    with pytest.raises(DataError, match=r"1\.npz: found shape \[1,8\]"):
        data.load(1)


def test_an_open_batch_follows_a_fixed_one(tmp_path: Path) -> None:
    specs = [
        Input("x", F32, (2, 8)),
        Input("scale", F32, ("n", 1)),
        Input("offset", F32, (None, 3)),
    ]
    np.savez(tmp_path / "x.npz", x=ROWS, scale=np.arange(40, dtype=np.float32)[:, None])
    data = open_data(tmp_path / "x.npz", specs, DataOptions(mapping={"offset": 5}))
    feeds = data.load(3).feeds
    assert list(feeds) == ["x", "scale", "offset"]
    assert np.array_equal(feeds["x"], ROWS[6:8]) and feeds["scale"].ravel().tolist() == [6, 7]
    assert feeds["offset"].shape == (2, 3) and np.all(feeds["offset"] == 5)


def open_batch(tmp_path: Path) -> FloatModel:
    return open_model(written(tmp_path / "m.onnx", -1))


RESIZED = """g (float[n,3,h,v] x) => (float[n,4,p,q] y) {
    given = Shape(x)
    size = Slice(given, two, four)
    a = Conv<pads=[1,1,1,1], strides=[4,4]>(x, w0)
    first = Shape(a)
    head = Slice(first, zero, two)
    to = Concat<axis=0>(head, size)
    up = Resize<mode="nearest">(a, , , to)
    y = Conv(up, w1) }"""


class _Heard(Monitor):
    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []

    def say(self, text: str) -> None:
        self.said.append(text)


def test_memory_is_told_by_shapes_as_they_run(tmp_path: Path) -> None:
    """Inference knows no side of `up`; the largest of the samples is 768 wide."""
    rng = np.random.default_rng(0)
    shapes = {"w0": (4, 3, 3, 3), "w1": (4, 4, 1, 1)}
    weights: dict[str, Any] = {n: rng.normal(size=s).astype(F32) for n, s in shapes.items()}
    weights |= {name: np.array([k]) for name, k in (("zero", 0), ("two", 2), ("four", 4))}
    model = text_model(tmp_path / "m.onnx", RESIZED, weights)
    for place, width in enumerate((512, 768)):
        np.savez(tmp_path / f"{place}.npz", x=rng.normal(size=(1, 3, 256, width)).astype(F32))
    data = open_data(tmp_path, model_inputs(model))
    heard = _Heard()
    calibrate(model, data, [Tap("up", 1)], workers=1, monitor=heard)
    copied_and_made = 2 * 4 * 4 * 256 * 768
    bytes_needed = TABLE_BYTES + copied_and_made
    assert f"takes about {bytes_needed / 1e6:.0f} MB" in heard.said[0]


def test_a_pass_of_inputs_alone_goes_with_the_next(tmp_path: Path) -> None:
    model = open_batch(tmp_path)
    np.savez(tmp_path / "x.npz", x=ROWS)
    data = open_data(tmp_path / "x.npz", model_inputs(model))
    taps = [Tap("x", -1), Tap("t", -1), Tap("r", -1)]
    whole = calibrate(model, data, taps)
    passes = calibrate(model, data, taps, memory_bytes=1)
    for name, stats in whole.tensors.items():
        assert (stats.low, stats.mean) == (passes.tensors[name].low, passes.tensors[name].mean)
