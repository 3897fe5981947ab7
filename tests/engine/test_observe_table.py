from __future__ import annotations

import io
import json
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from quantengine.data.preprocessing import PRESETS
from quantengine.errors import DataError, QuantError
from quantengine.observe.arithmetic import Arithmetic, arithmetic, mixed
from quantengine.observe.collector import stats_of
from quantengine.observe.statistics import TensorStats
from quantengine.observe.table import CalibrationTable, merge, of_samples
from quantengine.observe.table_file import VERSION, read_table, write_table
from tests.engine.same_bits import bits


def named(name: str, values: np.ndarray, axis: int | None = None) -> TensorStats:
    return stats_of(values.astype(np.float32), name, axis)


def small_table(sample: str = "a.png", **changes: Any) -> CalibrationTable:
    norm = (np.array([1.0, 2.0]), np.array([0.0, -1.0]))
    tensors = [
        named("few", np.array([[0.0, 1.0, np.nan, -np.inf, 3e38]])),
        named("many", np.random.default_rng(11).normal(size=(1, 3, 40, 40)), 1),
        replace(named("nothing", np.zeros((0, 2))), batch_norm=norm),
    ]
    table = of_samples("f" * 64, [(sample, b"d" * 16)], tensors, {"mean": [0.5], "name": "unit"})
    return replace(table, **changes)


def test_a_saved_table_is_the_same_table(tmp_path: Path) -> None:
    table = small_table(quantized_inputs=True)
    write_table(table, tmp_path / "t.npz")
    loaded = read_table(tmp_path / "t.npz")
    assert bits(loaded) == bits(table)
    assert loaded.data_hash == table.data_hash
    assert [path.name for path in tmp_path.iterdir()] == ["t.npz"]


def test_the_file_needs_no_pickle(tmp_path: Path) -> None:
    write_table(small_table(), tmp_path / "t.npz")
    with np.load(tmp_path / "t.npz", allow_pickle=False) as archive:
        assert all(archive[key].dtype.kind in "iuf" for key in archive.files)


def test_the_data_hash_follows_the_data_alone() -> None:
    table = small_table()
    assert small_table().data_hash == table.data_hash
    for changes in (
        {"digests": (b"e" * 16,)},
        {"samples": ("b.png",)},
        {"preprocessing": {"mean": [0.4], "name": "unit"}},
    ):
        assert replace(table, **changes).data_hash != table.data_hash


def test_merged_samples_are_in_the_order_of_their_names() -> None:
    table = merge(small_table("b"), small_table("a"))
    assert table.samples == ("a", "b")
    assert bits(table) == bits(merge(small_table("a"), small_table("b")))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"model_hash": "0" * 64}, "different models"),
        ({"preprocessing": None}, "different preprocessing"),
        ({"quantized_inputs": True}, "quantized inputs"),
        ({"tensors": {}}, "same tensors"),
        ({"samples": ("a.png",)}, "'a.png' is in both"),
    ],
)
def test_tables_that_do_not_belong_together_are_refused(
    changes: dict[str, Any], words: str
) -> None:
    with pytest.raises(DataError, match=words):
        merge(small_table(), replace(small_table("other.png"), **changes))


def test_a_table_of_before_meets_one_that_names_the_input() -> None:
    tf, unit = (PRESETS[name].to_json() for name in ("tf", "unit"))
    old, new = small_table(preprocessing=tf), small_table("b.png", preprocessing={"x": tf})
    assert merge(old, new).samples == ("a.png", "b.png")
    with pytest.raises(DataError, match="different preprocessing"):
        merge(old, small_table("b.png", preprocessing={"x": unit}))


def test_samples_of_one_name_are_the_same_only_where_their_values_are() -> None:
    table, other = small_table(), small_table(digests=(b"e" * 16,))
    assert merge(table, other).samples == ("a.png", "a.png")
    with pytest.raises(DataError, match=r"'a\.png' is in both tables"):
        merge(table, table)


def test_an_unwritable_place_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(QuantError, match="cannot be written"):
        write_table(small_table(), tmp_path / "no such folder" / "t.npz")
    assert list(tmp_path.iterdir()) == []


def test_a_failed_write_keeps_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "t.npz"
    write_table(small_table(), path)
    before = path.read_bytes()
    with pytest.raises(TypeError):
        write_table(small_table(preprocessing={"mean": object()}), path)
    assert path.read_bytes() == before
    assert [found.name for found in tmp_path.iterdir()] == ["t.npz"]


def saved(tmp_path: Path) -> dict[str, np.ndarray]:
    write_table(small_table(), tmp_path / "t.npz")
    with np.load(tmp_path / "t.npz") as archive:
        return dict(archive)


def refused(tmp_path: Path, arrays: dict[str, np.ndarray]) -> str:
    np.savez(tmp_path / "bad.npz", **arrays)  # type: ignore[arg-type]
    with pytest.raises(DataError) as caught:
        read_table(tmp_path / "bad.npz")
    return str(caught.value)


def with_header(arrays: dict[str, np.ndarray], change: Any) -> dict[str, np.ndarray]:
    header = json.loads(arrays["header"].tobytes())
    change(header)
    return {**arrays, "header": np.frombuffer(json.dumps(header).encode(), np.uint8)}


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"\x93NUMPY", bytes(range(256)) * 9])
def test_files_that_are_no_table_are_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "t.npz").write_bytes(content)
    with pytest.raises(DataError, match=r"^t\.npz is not a calibration table"):
        read_table(tmp_path / "t.npz")


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    for path, why in ((tmp_path / "none.npz", "does not exist"), (tmp_path, "not a calibration")):
        with pytest.raises(DataError, match=why):
            read_table(path)


def test_a_file_of_an_older_version_tells_of_no_masks_and_no_machine(tmp_path: Path) -> None:
    def older(header: Any) -> None:
        header["version"] = 2
        del header["arithmetic"]
        for entry in header["tensors"]:
            del entry["mask_limit"]

    few = named("few", np.array([0.0, -1e9]))
    table = of_samples("f" * 64, [("a", b"d" * 16)], [replace(few, mask_limit=-5000.0)])
    write_table(table, tmp_path / "new.npz")
    assert bits(read_table(tmp_path / "new.npz")) == bits(table)
    with np.load(tmp_path / "new.npz") as archive:
        arrays = with_header(dict(archive), older)
    np.savez(tmp_path / "old.npz", **arrays)  # type: ignore[arg-type]
    loaded = read_table(tmp_path / "old.npz")
    assert bits(loaded.tensors["few"]) == bits(few)
    assert merge(loaded, replace(table, samples=("b",))).tensors["few"].mask_limit == -5000.0


def test_tables_of_unlike_machines_say_so_once_merged(tmp_path: Path) -> None:
    here, there = arithmetic(1), Arithmetic("x86_64 avx avx2 fma", 2, "1.31")
    parts = [
        of_samples(
            "f" * 64, [(name, b"d" * 16)], [named("few", np.array([1.0]))], arithmetic=(one,)
        )
        for name, one in (("a", here), ("b", there), ("c", here))
    ]
    alike = merge(parts[0], parts[2])
    assert (alike.arithmetic, mixed(alike.arithmetic)) == ((here,), None)
    write_table(merge(alike, parts[1]), tmp_path / "t.npz")
    loaded = read_table(tmp_path / "t.npz")
    assert loaded.arithmetic == tuple(sorted((here, there)))
    told = mixed(loaded.arithmetic)
    assert told is not None and "2 kinds of machine" in told and "2 threads a run" in told


def test_foreign_and_newer_files_are_told_apart(tmp_path: Path) -> None:
    arrays = saved(tmp_path)
    assert "damaged" in refused(tmp_path, {"images": np.zeros((2, 2))})
    newer = with_header(arrays, lambda h: h.update(version=VERSION + 1))
    assert "another version wrote it" in refused(tmp_path, newer)
    other = with_header(arrays, lambda h: h.update(format="something else"))
    assert "another kind" in refused(tmp_path, other)


def test_pickled_content_is_refused(tmp_path: Path) -> None:
    arrays = saved(tmp_path)
    assert refused(tmp_path, {**arrays, "keys": np.array([{}, []], object)})


@pytest.mark.parametrize(
    "change",
    [
        lambda h: h["tensors"][0].update(keys=10**15),
        lambda h: h["tensors"][0].update(keys=-1),
        lambda h: h["tensors"][1].update(channels=2),
        lambda h: h["tensors"][1].update(exact=True),
        lambda h: h["tensors"][0].update(exact=False),
        lambda h: h["tensors"][0].update(special=[1, 2]),
        lambda h: h["tensors"][0].update(shape="no"),
        lambda h: h["tensors"][0].pop("name"),
        lambda h: h["tensors"][1].update(name="few"),
        lambda h: h["tensors"].pop(),
        lambda h: h.update(samples=["z", "y"]),
        lambda h: h.update(digests=[]),
        lambda h: h.update(tensors=7),
        lambda h: h.update(preprocessing=[1]),
    ],
)
def test_headers_that_do_not_fit_are_refused(tmp_path: Path, change: Any) -> None:
    assert "damaged" in refused(tmp_path, with_header(saved(tmp_path), change))


@pytest.mark.parametrize("column", ["keys", "counts", "seen", "low", "sums", "sample_ranges"])
def test_columns_that_do_not_fit_are_refused(tmp_path: Path, column: str) -> None:
    arrays = saved(tmp_path)
    for wrong in (
        arrays[column][:-1],
        arrays[column].astype(np.complex64),
        arrays[column][None],
        np.float32(1),
    ):
        assert "damaged" in refused(tmp_path, {**arrays, column: np.asarray(wrong)})


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_no_damage_to_a_file_escapes_as_another_error(tmp_path: Path, data: st.DataObject) -> None:
    buffer = io.BytesIO()
    np.savez(buffer, **saved(tmp_path))  # type: ignore[arg-type]
    content = bytearray(buffer.getvalue())
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(content) - 1))
        content[place] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, 1)) * data.draw(st.integers(0, len(content)))
    (tmp_path / "bad.npz").write_bytes(content[: cut or None])
    try:
        read_table(tmp_path / "bad.npz")
    except DataError as error:
        assert "bad.npz" in str(error)


def test_a_bomb_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "bomb.npz", "w", zipfile.ZIP_DEFLATED) as archive:
        head = io.BytesIO()
        np.lib.format.write_array_header_1_0(
            head, {"descr": "<f8", "fortran_order": False, "shape": (10**13,)}
        )
        archive.writestr("keys.npy", head.getvalue() + bytes(10**6))
    with pytest.raises(DataError, match=r"bomb\.npz"):
        read_table(tmp_path / "bomb.npz")
