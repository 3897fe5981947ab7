"""Arrays: .npy, .npz, folders of .npz, ONNX test data, memory; and files that lie."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Literal

import numpy as np
import onnx
import pytest
from onnx import numpy_helper

from quantengine.data.array_file import ArrayArchive, npy_rows, read_archive
from quantengine.data.dataset import samples
from quantengine.data.file_rows import FileRows
from quantengine.data.input import Input
from quantengine.data.open import DataOptions, in_memory, open_data
from quantengine.errors import DataError

F32, I64 = np.dtype(np.float32), np.dtype(np.int64)
VECTOR = Input("x", F32, ("batch", 4))
IMAGE = Input("x", F32, ("batch", 3, 8, 8))
TOKENS = [
    Input("ids", I64, ("batch", "seq")),
    Input("mask", I64, ("batch", "seq")),
    Input("types", I64, ("batch", "seq")),
]


def header_of(shape: tuple[int, ...], descr: str = "<f4") -> bytes:
    stream = io.BytesIO()
    text = {"descr": descr, "fortran_order": False, "shape": shape}
    np.lib.format.write_array_header_1_0(stream, text)
    return stream.getvalue()


def test_npy_rows_pass_as_they_are(tmp_path: Path) -> None:
    values = np.arange(12, dtype=np.float64).reshape(3, 4)
    np.save(tmp_path / "v.npy", values)
    data = open_data(tmp_path / "v.npy", [VECTOR])
    assert data.names == ("v[000000]", "v[000001]", "v[000002]")
    feed = data.load(2).feeds["x"]
    assert feed.dtype == F32 and np.array_equal(feed, values[2:])
    assert data.describe()["mapping"] == {"x": "v"}


@pytest.mark.parametrize("order", ["C", "F"])
def test_npy_is_read_a_row_at_a_time(tmp_path: Path, order: Literal["C", "F"]) -> None:
    values = np.arange(120, dtype=np.float32).reshape(3, 4, 10)
    np.save(tmp_path / "v.npy", np.asarray(values, order=order))
    rows = npy_rows(tmp_path / "v.npy")
    assert isinstance(rows, FileRows) == (order == "C")
    assert np.array_equal(rows[2], values[2]) and np.array_equal(np.asarray(rows), values)
    if isinstance(rows, FileRows):
        assert rows.along(1).shape == (4, 3, 10)
        assert np.array_equal(rows.along(2)[7], values[..., 7])


def test_a_file_that_shrinks_while_it_is_open_is_a_sentence(tmp_path: Path) -> None:
    np.save(tmp_path / "v.npy", np.zeros((3, 4), np.float64))
    data = open_data(tmp_path / "v.npy", [VECTOR])
    os.truncate(tmp_path / "v.npy", 200)
    assert data.load(0)
    with pytest.raises(DataError, match="cut off while it was read"):
        data.load(2)


def test_names_stay_sorted_beyond_a_million() -> None:
    data = in_memory({"x": np.zeros((1_000_001, 1), np.uint8)})
    assert data.names[9] == "x[0000009]" and data.names[-1] == "x[1000000]"


@pytest.mark.parametrize("shape", [(2, 8, 8, 3), (2, 3, 8, 8)])
def test_uint8_images_are_preprocessed_in_either_layout(
    tmp_path: Path, shape: tuple[int, ...]
) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, shape, np.uint8)
    np.savez(tmp_path / "d.npz", pictures=pixels)
    data = open_data(tmp_path / "d.npz", [IMAGE], DataOptions(preset="unit"))
    first = pixels if shape[1] == 3 else pixels.transpose(0, 3, 1, 2)
    np.testing.assert_allclose(data.load(1).feeds["x"], first[1:] / 255, atol=1e-7)


def test_grey_images_without_a_channel_axis(tmp_path: Path) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (5, 8, 8), np.uint8)
    spec = Input("x", F32, ("batch", 1, 8, 8))
    np.savez(tmp_path / "d.npz", digits=pixels, scaled=pixels.astype(np.float32))
    for key in ("digits", "scaled"):
        data = open_data(tmp_path / "d.npz", [spec], DataOptions(images=key, preset="raw"))
        assert np.array_equal(data.load(3).feeds["x"], pixels[3][None, None])
        assert not any("luma" in note for note in data.notes)


def test_several_inputs_are_mapped_and_constants_take_their_shape(tmp_path: Path) -> None:
    ids, mask = np.arange(10, dtype=np.int32).reshape(2, 5), np.ones((2, 5), np.uint8)
    np.savez(tmp_path / "t.npz", a=ids, b=mask, c=mask)
    options = DataOptions(mapping={"ids": "a", "mask": "b", "types": 0})
    data = open_data(tmp_path / "t.npz", TOKENS, options)
    feeds = data.load(1).feeds
    assert list(feeds) == ["ids", "mask", "types"]
    assert all(feed.dtype == I64 and feed.shape == (1, 5) for feed in feeds.values())
    assert feeds["ids"].tolist() == [[5, 6, 7, 8, 9]] and not feeds["types"].any()
    assert data.describe()["mapping"] == {"ids": "a", "mask": "b", "types": 0}


def test_equal_names_need_no_mapping(tmp_path: Path) -> None:
    arrays = {name: np.ones((2, 5), np.int64) for name in ("ids", "mask", "types", "extra")}
    np.savez(tmp_path / "t.npz", **arrays)
    data = open_data(tmp_path / "t.npz", TOKENS)
    assert data.describe()["mapping"] == {"ids": "ids", "mask": "mask", "types": "types"}


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (DataOptions(), "map ids=KEY"),
        (DataOptions(mapping={"ids": "a", "mask": "zz", "types": 0}), "holds no array 'zz'"),
        (DataOptions(mapping={"ids": 0, "mask": 0, "types": 0}), "every input is a constant"),
        (DataOptions(mapping={"ids": "a", "mask": "short", "types": 0}), "different numbers"),
        (
            DataOptions(images="a", mapping={"ids": "a", "mask": "a", "types": 0}),
            "one too many",
        ),
    ],
)
def test_incomplete_mappings_are_refused(tmp_path: Path, options: DataOptions, words: str) -> None:
    np.savez(tmp_path / "t.npz", a=np.ones((3, 5), np.int32), short=np.ones((2, 5), np.int32))
    with pytest.raises(DataError, match=words):
        open_data(tmp_path / "t.npz", TOKENS, options)


def test_the_only_fitting_array_is_used_and_two_are_refused(tmp_path: Path) -> None:
    np.savez(tmp_path / "one.npz", v=np.ones((3, 4)), other=np.ones((3, 7)))
    data = open_data(tmp_path / "one.npz", [VECTOR])
    assert data.names[0] == "v[000000]" and "only one that fits" in data.notes[0]
    np.savez(tmp_path / "two.npz", v=np.ones((3, 4)), w=np.ones((3, 4)))
    with pytest.raises(DataError, match=r"v \[3,4\] float64, w .* more than one .* map x=KEY"):
        open_data(tmp_path / "two.npz", [VECTOR])


@pytest.mark.parametrize(
    ("values", "spec", "words"),
    [
        (np.ones((2, 5)), VECTOR, r"v\[000000\]: found shape \[5\] where input 'x' \[batch,4\]"),
        (np.ones((2, 8, 8, 3)), IMAGE, "channels are last, transpose"),
        (np.ones((2, 5)), TOKENS[0], "takes int64 but the data holds float64"),
        (np.full((2, 4), 1e6), Input("x", np.dtype(np.float16), (None, 4)), "too small"),
        (np.full((2, 4), 300), Input("x", np.dtype(np.int8), (None, 4)), "too small"),
        (np.array([["a"] * 4]), VECTOR, "takes float32 but the data holds <U1"),
        (np.ones((2, 4), np.complex64), VECTOR, "complex64"),
    ],
)
def test_values_that_do_not_fit_are_refused(
    tmp_path: Path, values: np.ndarray, spec: Input, words: str
) -> None:
    np.save(tmp_path / "v.npy", values)
    with pytest.raises(DataError, match=words):
        open_data(tmp_path / "v.npy", [spec]).load(0)


def test_a_fixed_batch_takes_that_many_rows(tmp_path: Path) -> None:
    np.save(tmp_path / "v.npy", np.arange(28, dtype=np.float32).reshape(7, 4))
    for batch, shapes in ((1, [(1, 4)] * 7), (3, [(3, 4)] * 2)):
        data = open_data(tmp_path / "v.npy", [Input("x", F32, (batch, 4))])
        assert [sample.feeds["x"].shape for _, sample in samples(data)] == shapes
    assert data.load(1).feeds["x"][0, 0] == 12


def test_arrays_that_hold_whole_inputs_keep_their_batch(tmp_path: Path) -> None:
    np.save(tmp_path / "v.npy", np.ones((5, 3, 4), np.float32))
    data = open_data(tmp_path / "v.npy", [Input("x", F32, (3, 4))])
    assert len(data) == 5 and data.load(0).feeds["x"].shape == (3, 4)


def test_pickles_are_refused_unread(tmp_path: Path) -> None:
    objects = np.array([{"a": 1}], dtype=object)
    np.save(tmp_path / "p.npy", objects, allow_pickle=True)
    np.savez(tmp_path / "p.npz", x=objects)
    for name in ("p.npy", "p.npz"):
        with pytest.raises(DataError, match="pickled"):
            open_data(tmp_path / name, [VECTOR])
    with pytest.raises(DataError, match="pickled"):
        read_archive(tmp_path / "p.npz")


@pytest.mark.parametrize("suffix", [".npy", ".npz"])
@pytest.mark.parametrize("content", [b"", b"\x93NUMPY", b"PK\x03\x04 and then not", b"\x80\x04."])
def test_files_that_are_no_arrays_are_refused(tmp_path: Path, suffix: str, content: bytes) -> None:
    path = tmp_path / f"bad{suffix}"
    path.write_bytes(content)
    with pytest.raises(DataError, match="bad"):
        open_data(path, [VECTOR])


@pytest.mark.parametrize("shape", [(1 << 40, 4), (1 << 62, 1 << 62), (-1, 4), (2, 4)])
def test_claimed_shapes_are_not_believed(tmp_path: Path, shape: tuple[int, ...]) -> None:
    lie = header_of(shape) + bytes(8)
    (tmp_path / "lie.npy").write_bytes(lie)
    with zipfile.ZipFile(tmp_path / "lie.npz", "w") as archive:
        archive.writestr("x.npy", lie)
    for name in ("lie.npy", "lie.npz"):
        with pytest.raises(DataError, match="claims shape"):
            open_data(tmp_path / name, [VECTOR])


def test_truncated_and_damaged_archives_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "d.npz"
    values = np.random.default_rng(0).normal(size=(64, 4))
    np.savez_compressed(path, x=values)
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(DataError, match=r"d\.npz"):
        open_data(path, [VECTOR])
    middle = len(whole) // 2
    path.write_bytes(whole[:middle] + bytes(64) + whole[middle + 64 :])
    with pytest.raises(DataError, match=r"d\.npz"):
        list(samples(open_data(path, [VECTOR])))


@pytest.mark.parametrize("text", ["{'descr': (", "{'descr': '<f4'}", "[" * 300, "\\xff"])
def test_damaged_array_headers_are_refused(tmp_path: Path, text: str) -> None:
    body = text.encode() + b"\n"
    content = b"\x93NUMPY\x01\x00" + len(body).to_bytes(2, "little") + body
    (tmp_path / "bad.npy").write_bytes(content)
    with pytest.raises(DataError, match=r"bad\.npy"):
        open_data(tmp_path / "bad.npy", [VECTOR])


def test_arrays_without_rows_are_refused(tmp_path: Path) -> None:
    np.save(tmp_path / "v.npy", np.ones((0, 4), np.float32))
    np.savez(tmp_path / "v.npz", x=np.ones((0, 4), np.float32))
    for name in ("v.npy", "v.npz"):
        with pytest.raises(DataError, match="no rows"):
            open_data(tmp_path / name, [VECTOR])
    np.save(tmp_path / "scalar.npy", np.float32(1))
    with pytest.raises(DataError, match="rows"):
        open_data(tmp_path / "scalar.npy", [VECTOR])


def test_archives_are_read_once_by_many_threads(tmp_path: Path) -> None:
    values = np.random.default_rng(0).normal(size=(64, 4)).astype(np.float32)
    np.savez(tmp_path / "d.npz", x=values, unused=np.ones(3))
    archive = ArrayArchive(tmp_path / "d.npz")
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: id(archive.read("x")), range(16)))
    assert len(set(found)) == 1
    data = open_data(tmp_path / "d.npz", [VECTOR])
    with ThreadPoolExecutor(4) as pool:
        rows = list(pool.map(lambda k: data.load(k).feeds["x"], range(64)))
    assert np.array_equal(np.concatenate(rows), values)


def test_a_folder_of_npz_is_a_sample_a_file(tmp_path: Path) -> None:
    for index, length in enumerate((5, 3)):
        ids = np.full((1, length), index, np.int32)
        np.savez(tmp_path / f"{index}.npz", ids=ids, mask=ids[0])
    data = open_data(tmp_path, TOKENS, DataOptions(mapping={"types": 7}))
    assert data.names == ("0.npz", "1.npz")
    feeds = data.load(1).feeds
    assert {name: feed.tolist() for name, feed in feeds.items()} == {
        "ids": [[1, 1, 1]],
        "mask": [[1, 1, 1]],
        "types": [[7, 7, 7]],
    }
    assert data.digest(0) != data.digest(1)


@pytest.mark.parametrize("count", [3, 1])
def test_the_only_npz_of_a_folder_may_hold_all_images(tmp_path: Path, count: int) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (count, 8, 8, 3), np.uint8)
    np.savez(tmp_path / "all.npz", x=pixels, y=np.arange(count))
    labels = "y" if count > 1 else None
    data = open_data(tmp_path, [IMAGE], DataOptions(preset="unit", labels=labels))
    assert len(data.names) == count
    last = data.load(count - 1)
    np.testing.assert_allclose(last.feeds["x"][0], pixels[-1].transpose(2, 0, 1) / 255, rtol=1e-6)
    assert last.label == (count - 1 if labels else None)


def test_uint8_images_in_a_folder_of_npz_are_preprocessed(tmp_path: Path) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (1, 8, 8, 3), np.uint8)
    np.savez(tmp_path / "a.npz", x=pixels)
    np.savez(tmp_path / "b.npz", x=pixels[0])
    data = open_data(tmp_path, [IMAGE], DataOptions(preset="unit"))
    for _, sample in samples(data):
        expected = pixels.transpose(0, 3, 1, 2) / 255
        np.testing.assert_allclose(sample.feeds["x"], expected, atol=1e-7)


def test_bad_files_in_a_folder_of_npz_are_named(tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", other=np.ones((1, 4)), more=np.ones((1, 3)))
    np.savez(tmp_path / "b.npz", x=np.ones((1, 4)))
    (tmp_path / "c.npz").write_bytes(b"broken")
    np.savez(tmp_path / "d.npz", x=np.ones((2, 4)))
    data = open_data(tmp_path, [Input("x", F32, (1, 4))], DataOptions(mapping={"x": "other"}))
    for index, words in (
        (1, r"b\.npz: it holds no array 'other'"),
        (2, r"c\.npz: .*cannot be read"),
    ):
        with pytest.raises(DataError, match=words):
            data.load(index)
    (tmp_path / "a.npz").unlink()
    data = open_data(tmp_path, [Input("x", F32, (1, 4))])
    with pytest.raises(DataError, match=r"d\.npz: found shape \[2,4\]"):
        data.load(2)


def write_set(folder: Path, *arrays: np.ndarray) -> Path:
    folder.mkdir(parents=True)
    for index, array in enumerate(arrays):
        tensor = numpy_helper.from_array(array)
        (folder / f"input_{index}.pb").write_bytes(tensor.SerializeToString())
    return folder


def test_onnx_test_data_feeds_inputs_in_order(tmp_path: Path) -> None:
    values = np.arange(8, dtype=np.float32).reshape(2, 4)
    ids = np.array([[1, 2]])
    inputs = [VECTOR, TOKENS[0]]
    one = write_set(tmp_path / "test_data_set_0", values, ids)
    write_set(tmp_path / "test_data_set_1", values + 1, ids)
    (tmp_path / "model.onnx").write_bytes(b"")
    both, single = open_data(tmp_path, inputs), open_data(one, inputs)
    assert both.names == ("test_data_set_0", "test_data_set_1")
    assert single.names == ("test_data_set_0",)
    assert np.array_equal(both.load(1).feeds["x"], values + 1)
    assert np.array_equal(single.load(0).feeds["ids"], ids)
    assert single.digest(0) == both.digest(0) != both.digest(1)


def damaged(kind: str) -> bytes:
    tensor = numpy_helper.from_array(np.ones((1, 4), np.float32))
    if kind == "external":
        tensor.ClearField("raw_data")
        tensor.data_location = onnx.TensorProto.EXTERNAL
        tensor.external_data.add(key="location", value="../secret")
    if kind == "short":
        tensor.raw_data = tensor.raw_data[:-4]
    content: bytes = tensor.SerializeToString()
    return b"\xff\xff random" if kind == "random" else content


@pytest.mark.parametrize(
    ("kind", "words"),
    [("external", "points to another file"), ("short", "damaged"), ("random", "not an ONNX")],
)
def test_damaged_onnx_test_data_is_refused(tmp_path: Path, kind: str, words: str) -> None:
    folder = write_set(tmp_path / "test_data_set_0", np.ones((1, 4), np.float32))
    (folder / "input_0.pb").write_bytes(damaged(kind))
    with pytest.raises(DataError, match=rf"test_data_set_0: input_0\.pb .*{words}"):
        open_data(folder, [VECTOR]).load(0)


def test_missing_onnx_test_inputs_are_named(tmp_path: Path) -> None:
    folder = write_set(tmp_path / "test_data_set_0", np.ones((1, 4), np.float32))
    data = open_data(folder, [VECTOR, TOKENS[0]])
    for ask in (data.load, data.digest):
        with pytest.raises(DataError, match=r"input_1\.pb"):
            ask(0)
    with pytest.raises(DataError, match="no mapping"):
        open_data(folder, [VECTOR], DataOptions(mapping={"x": "a"}))


def test_memory_feeds_pass_unchanged_and_uint8_stays(tmp_path: Path) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (3, 8, 8, 3), np.uint8)
    data = in_memory({"x": pixels}, labels=[2, 1, 0])
    assert np.array_equal(data.load(1).feeds["x"], pixels[1:2])
    assert data.load(0).label == 2 and not data.preprocessing
    checked = in_memory({"x": [[1, 2, 3, 4]]}, inputs=[VECTOR])
    assert checked.load(0).feeds["x"].dtype == F32


@pytest.mark.parametrize(
    ("feeds", "labels"),
    [
        ({}, None),
        ({"x": np.ones(())}, None),
        ({"x": np.ones((0, 4))}, None),
        ({"x": np.ones((2, 4)), "y": np.ones((3, 4))}, None),
        ({"x": np.ones((2, 4))}, [1]),
    ],
)
def test_unusable_memory_is_refused(feeds: dict[str, Any], labels: list[int] | None) -> None:
    with pytest.raises(DataError):
        in_memory(feeds, labels)


def test_memory_must_hold_every_input() -> None:
    with pytest.raises(DataError, match="no array for input 'x'"):
        in_memory({"y": np.ones((2, 4))}, inputs=[VECTOR])


def test_digests_see_values_types_and_constants(tmp_path: Path) -> None:
    ones = np.ones((2, 4), np.float32)
    assert in_memory({"x": ones}).digest(0) == in_memory({"x": ones}).digest(1)
    assert in_memory({"x": ones}).digest(0) != in_memory({"x": ones * 2}).digest(0)
    assert in_memory({"x": ones}).digest(0) != in_memory({"x": ones.view(np.int32)}).digest(0)
    np.savez(tmp_path / "t.npz", ids=np.ones((1, 5), np.int64))
    digests = {
        open_data(
            tmp_path / "t.npz", TOKENS[:2], DataOptions(mapping={"ids": "ids", "mask": value})
        ).digest(0)
        for value in (0, 1)
    }
    assert len(digests) == 2


def test_opening_arrays_does_not_import_pillow() -> None:
    code = (
        "import sys, numpy as np, quantengine.data.open as o;"
        "o.in_memory({'x': np.ones((2, 3))}).load(0);"
        "sys.exit('PIL' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
