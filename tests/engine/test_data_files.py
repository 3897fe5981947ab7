"""Arrays in files of their own: .npy, and numbers alone."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from quantengine.data.contents import data_files, joins_data
from quantengine.data.dataset import Dataset, samples
from quantengine.data.input import Input
from quantengine.data.open import DataOptions, open_data
from quantengine.errors import DataError

FLOAT = np.dtype(np.float32)
X = Input("x", FLOAT, ("batch", 3, 8, 8))
IDS, MASK = (Input(name, np.dtype(np.int64), ("batch", "time")) for name in ("ids", "mask"))
VALUES = np.random.default_rng(0).normal(size=(5, 3, 8, 8)).astype(np.float32)


def saved(folder: Path, arrays: dict[str, np.ndarray]) -> Path:
    for name, array in arrays.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        if name.endswith(".npy"):
            np.save(folder / name, array)
        else:
            array.tofile(folder / name)
    return folder


def fed(data: Dataset) -> np.ndarray:
    return np.concatenate([data.load(place).feeds["x"] for place in range(len(data))])


@pytest.mark.parametrize("batch", [True, False])
def test_each_file_is_a_sample(tmp_path: Path, batch: bool) -> None:
    rows = {f"{k}.npy": VALUES[k : k + 1] if batch else VALUES[k] for k in range(5)}
    data = open_data(saved(tmp_path, rows), [X])
    assert data.names == tuple(sorted(rows))
    assert np.array_equal(fed(data), VALUES)
    assert len({data.digest(place) for place in range(5)}) == 5


def test_files_of_many_rows_are_as_many_samples(tmp_path: Path) -> None:
    saved(tmp_path, {"a.npy": VALUES[:2], "b.npy": VALUES[2:]})
    data = open_data(tmp_path, [X])
    assert data.names == ("a.npy[0]", "a.npy[1]", "b.npy[0]", "b.npy[1]", "b.npy[2]")
    assert np.array_equal(fed(data), VALUES)
    fixed = open_data(tmp_path, [Input("x", FLOAT, (2, 3, 8, 8))])
    assert (len(fixed), fixed.load(1).feeds["x"].shape) == (2, (2, 3, 8, 8))


def test_sub_folders_named_by_number_are_classes(tmp_path: Path) -> None:
    data = open_data(saved(tmp_path, {f"{k % 2}/{k}.npy": VALUES[k] for k in range(4)}), [X])
    assert data.labels == (0, 0, 1, 1)


def test_pixels_are_prepared_as_those_of_pictures(tmp_path: Path) -> None:
    saved(tmp_path, {f"{k}.npy": np.full((8, 8, 3), 51 * k, np.uint8) for k in range(3)})
    data = open_data(tmp_path, [X], DataOptions(preset="unit"))
    assert [data.load(place).feeds["x"].max() for place in range(3)] == pytest.approx([0, 0.2, 0.4])


def test_several_inputs_have_a_folder_each(tmp_path: Path) -> None:
    for name, number in (("ids", 7), ("mask", 1)):
        saved(tmp_path, {f"{name}/{k}.npy": np.full((1, 4 + k), number) for k in range(3)})
    data = open_data(tmp_path, [IDS, MASK])
    sample = data.load(2).feeds
    assert data.names == ("0.npy", "1.npy", "2.npy")
    assert {name: (a.shape, a[0, 0]) for name, a in sample.items()} == {
        "ids": ((1, 6), 7),
        "mask": ((1, 6), 1),
    }
    swapped = open_data(tmp_path, [IDS], DataOptions(mapping={"ids": "mask"}))
    assert swapped.load(0).feeds["ids"][0, 0] == 1
    (tmp_path / "mask" / "1.npy").unlink()
    with pytest.raises(DataError, match=r"only one of them holds '1\.npy'"):
        open_data(tmp_path, [IDS, MASK])


def test_an_npz_that_was_unpacked_is_one(tmp_path: Path) -> None:
    rows = np.arange(12).reshape(4, 3)
    saved(tmp_path, {"ids.npy": rows, "mask.npy": rows * 0, "labels.npy": np.arange(4)})
    data = open_data(tmp_path, [IDS, MASK])
    assert data.labels == (0, 1, 2, 3)
    assert data.load(3).feeds["ids"].tolist() == [[9, 10, 11]]
    (tmp_path / "mask.npy").unlink()
    with pytest.raises(DataError, match=r"into a folder of its name \('ids', 'mask'\)"):
        open_data(tmp_path, [IDS, MASK])


def test_bad_files_are_named_and_left_out(tmp_path: Path) -> None:
    saved(tmp_path, {f"{k:02}.npy": VALUES[k % 5] for k in range(40)})
    data = open_data(tmp_path, [X])
    (tmp_path / "07.npy").write_bytes((tmp_path / "07.npy").read_bytes()[:-40])
    np.save(tmp_path / "09.npy", VALUES[0] * np.nan)
    assert len(list(samples(data))) == 38
    with pytest.raises(DataError, match="cut off"):
        data.load(7)
    with pytest.raises(DataError, match="192 NaN of 192 values"):
        data.load(9)


@pytest.mark.parametrize("suffix", ["raw", "bin"])
def test_numbers_alone_are_read_as_the_input_takes_them(tmp_path: Path, suffix: str) -> None:
    saved(tmp_path, {f"{k}.{suffix}": VALUES[k] for k in range(3)})
    data = open_data(tmp_path, [Input("x", FLOAT, (1, 3, 8, 8))])
    assert np.array_equal(fed(data), VALUES[:3])
    assert any("read as float32 [3,8,8] (guessed" in note for note in data.notes)
    saved(tmp_path, {f"one/all.{suffix}": VALUES})
    whole = open_data(tmp_path / f"one/all.{suffix}", [Input("x", FLOAT, (1, 3, 8, 8))])
    assert np.array_equal(fed(whole), VALUES)
    assert whole.description["stored"] == "float32:3x8x8"


def test_what_is_stored_can_be_said(tmp_path: Path) -> None:
    pixels = np.random.default_rng(1).integers(0, 256, (2, 8, 8, 3), np.uint8)
    saved(tmp_path, {f"{k}.raw": pixels[k] for k in range(2)})
    options = DataOptions(stored="uint8:8x8x3", preset="raw")
    data = open_data(tmp_path, [X], options)
    assert np.array_equal(fed(data), np.moveaxis(pixels, 3, 1))
    assert DataOptions.from_json(options.to_json()) == options


@pytest.mark.parametrize(
    ("stored", "spec", "said"),
    [
        (None, Input("x", FLOAT, ("batch", 3, "h", "w")), "leaves it open: say stored"),
        ("float32:3x9x9", X, "holds 768 bytes where float32 .3,9,9. takes 972"),
        ("uint8:3x8x8", X, "holds 768 bytes where uint8 .3,8,8. takes 192"),
        ("float:3", X, "no type and shape of a raw file: write float32:3x224x224"),
        ("float32:3x0", X, "every side of the shape must be at least 1"),
    ],
)
def test_what_raw_files_cannot_be_is_said(
    tmp_path: Path, stored: str | None, spec: Input, said: str
) -> None:
    saved(tmp_path, {"a.raw": VALUES[0]})
    with pytest.raises(DataError, match=said):
        open_data(tmp_path, [spec], DataOptions(stored=stored))


def test_nothing_is_written_over_what_is_read(tmp_path: Path) -> None:
    saved(tmp_path, {"a.npy": VALUES[0], "b.npy": VALUES[1]})
    assert {path.name for path in data_files(tmp_path)} == {"a.npy", "b.npy"}
    assert joins_data(tmp_path, tmp_path / "c.npy") and not joins_data(tmp_path, tmp_path / "c.csv")


def test_a_folder_of_more_files_than_memory_holds_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved(tmp_path, {f"{place}/{place}.npy": VALUES[place] for place in range(3)})
    assert len(open_data(tmp_path, [X])) == 3
    monkeypatch.setattr("quantengine.data.contents.MOST_FILES", 2)
    with pytest.raises(DataError, match="holds over 2 files"):
        open_data(tmp_path, [X])
