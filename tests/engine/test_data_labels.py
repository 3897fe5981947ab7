"""Labels: from labels.csv, from sub-folders, from an array."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from quantengine.data.dataset import Dataset
from quantengine.data.input import Input
from quantengine.data.open import DataOptions, open_data
from quantengine.errors import DataError

RGB = Input("x", np.dtype(np.float32), ("batch", 3, 8, 8))


def folder(root: Path, *names: str) -> Path:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (8, 8)).save(root / name)
    return root


def opened(path: Path, labels: str | None = None, classes: int | None = None) -> Dataset:
    return open_data(path, [RGB], DataOptions(preset="raw", labels=labels), classes=classes)


def test_a_csv_in_the_folder_or_its_parent_names_files_relative_to_itself(tmp_path: Path) -> None:
    folder(tmp_path, "eval/a.png", "eval/b.png")
    (tmp_path / "labels.csv").write_text(
        "\ufefffilename,label_index,class_name\neval/a.png,2,cat\n./eval/b.png,0,dog\n"
    )
    inner, outer = opened(tmp_path / "eval"), opened(tmp_path)
    for data in (inner, outer):
        assert data.labels == (2, 0) and data.labelled
        assert data.classes == ("dog", "1", "cat")
        assert data.describe()["labels"] == "labels.csv"
        assert data.load(0).label == 2
    assert inner.subset([1]).load(0).label == 0


def test_images_the_csv_leaves_out_have_no_label(tmp_path: Path) -> None:
    folder(tmp_path, "a.png", "b.png")
    (tmp_path / "labels.csv").write_text("filename,label_index\nb.png,1\n")
    data = opened(tmp_path)
    assert data.labels == (None, 1)
    assert any("1 of 2 samples have none" in note for note in data.notes)


def test_a_csv_about_other_files_is_said_and_not_used(tmp_path: Path) -> None:
    folder(tmp_path, "set/cat/a.png", "set/dog/b.png")
    (tmp_path / "labels.csv").write_text("filename,label_index\nother.png,1\n")
    data = opened(tmp_path / "set", classes=2)
    assert data.labels == (0, 1) and data.classes == ("cat", "dog")
    assert any("labels.csv names none" in note for note in data.notes)
    assert any("sub-folder names" in note for note in data.notes)


def test_a_csv_may_be_named(tmp_path: Path) -> None:
    folder(tmp_path / "set", "a.png")
    (tmp_path / "truth.csv").write_text("filename,label_index\nset/a.png,5\n")
    assert opened(tmp_path / "set", labels=str(tmp_path / "truth.csv")).labels == (5,)
    assert not opened(tmp_path / "set").labelled


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"filename,label_index\na.png,cat\n", "line 2: label_index"),
        (b"filename,label_index\na.png,-1\n", "found '-1'"),
        (b"filename,label_index\na.png,99999999999\n", "from 0 to"),
        (b"filename,label_index\na.png\n", "line 2"),
        (b"a.png,cat\n", "columns filename,label_index"),
        (b"", "columns filename,label_index, .*found nothing"),
        (b"\xff\xfe\x00\x01", "cannot be read as csv text"),
    ],
)
def test_malformed_csv_is_refused(tmp_path: Path, content: bytes, words: str) -> None:
    folder(tmp_path, "a.png")
    (tmp_path / "labels.csv").write_bytes(content)
    with pytest.raises(DataError, match=words):
        opened(tmp_path)


@pytest.mark.parametrize(
    "names", [("cat/a.png", "b.png"), ("cat/a.png", "cat/b.png"), ("cat/x/a.png", "dog/b.png")]
)
def test_sub_folders_are_classes_only_where_every_image_is_in_one(
    tmp_path: Path, names: tuple[str, ...]
) -> None:
    assert not opened(folder(tmp_path, *names), classes=2).labelled


def archive(path: Path, **arrays: object) -> Path:
    pixels = np.zeros((3, 8, 8, 3), np.uint8)
    np.savez(path, a_images=pixels, **{k: np.asarray(v) for k, v in arrays.items()})
    return path


def test_array_labels_by_key_or_by_name(tmp_path: Path) -> None:
    path = archive(
        tmp_path / "d.npz", a_labels=[2, 0, 1], truth=[1, 1, 1], class_names=["p", "q", "r"]
    )
    guessed, said = opened(path), opened(path, labels="truth")
    assert guessed.labels == (2, 0, 1) and guessed.classes == ("p", "q", "r")
    assert any("'a_labels' (guessed" in note for note in guessed.notes)
    assert said.labels == (1, 1, 1) and not any("guessed from its name" in n for n in said.notes)


@pytest.mark.parametrize(
    ("key", "labels", "words"),
    [
        ("absent", [0, 1, 2], "holds no labels 'absent'"),
        ("y", [0, 1], "must be 3 integers"),
        ("y", [0.0, 1.0, 2.0], "must be 3 integers"),
        ("y", [0, 1, -2], "must lie in"),
        ("y", [[0, 1], [1, 0], [0, 1]], "must be 3 integers"),
    ],
)
def test_unusable_array_labels_are_refused(
    tmp_path: Path, key: str, labels: list[object], words: str
) -> None:
    path = archive(tmp_path / "d.npz", y=labels)
    with pytest.raises(DataError, match=words):
        open_data(path, [RGB], DataOptions(preset="raw", images="a_images", labels=key))
