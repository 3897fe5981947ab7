"""Labels are taken only where it is certain whose they are; else the reason is said."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from quantengine.analyze.model_file import ModelFile
from quantengine.data.dataset import Dataset, class_count
from quantengine.data.folder_labels import folder_classes
from quantengine.data.input import Input
from quantengine.data.open import DataOptions, open_data
from quantengine.errors import DataError
from quantengine.observe.inputs import open_model_data
from tests.engine.onnx_text import text_model

RGB = Input("x", np.dtype(np.float32), ("batch", 3, 8, 8))


def folder(root: Path, *names: str) -> Path:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (8, 8)).save(root / name)
    return root


def opened(path: Path, classes: int | None, labels: Path | None = None) -> Dataset:
    options = DataOptions(preset="raw", labels=None if labels is None else str(labels))
    return open_data(path, [RGB], options, classes=classes)


def of_folders(*folders: str, classes: int | None) -> dict[str, int] | str:
    """The class of each folder, or the sentence that says why there is none."""
    found = folder_classes([f"{name}/a.png" for name in folders], (), classes)
    return dict(zip(folders, found.values, strict=True)) if found.values else found.notes[0]


def test_some_of_the_classes_are_not_numbered() -> None:
    assert of_folders("a", "b", "c", classes=3) == {"a": 0, "b": 1, "c": 2}
    assert "3 of them, but the model tells 12 classes apart" in of_folders(*"abc", classes=12)
    assert "2 of them, but the model tells 2" not in str(of_folders("a", "b", classes=2))
    assert "does not say how many" in of_folders("a", "b", classes=None)


@pytest.mark.parametrize("classes", [12, None])
def test_a_number_is_the_class_itself(classes: int | None) -> None:
    names = [str(k) for k in range(12)]
    assert of_folders(*names, classes=classes) == {name: int(name) for name in names}
    assert of_folders("3", "11", "07", classes=classes) == {"3": 3, "11": 11, "07": 7}


def test_numbers_that_cannot_be_classes_are_none() -> None:
    ones = [str(k) for k in range(1, 13)]
    assert "reach 12, but the classes of the model are 0 to 11" in of_folders(*ones, classes=12)
    assert "the same number" in of_folders("1", "01", classes=12)


def test_an_order_that_numbers_make_unclear_is_none() -> None:
    unclear = [f"class{k}" for k in range(12)]
    assert "'class10' comes before 'class2'" in of_folders(*sorted(unclear), classes=12)
    clear = [f"class{k:02}" for k in range(12)]
    assert of_folders(*clear, classes=12) == {name: k for k, name in enumerate(clear)}
    assert of_folders("a-b", "a1", "n01440764", classes=3) == {"a-b": 0, "a1": 1, "n01440764": 2}


@pytest.mark.parametrize("top", ["", "images/", "imagenet/images/"])
def test_splits_are_no_classes(top: str) -> None:
    files = [f"{top}{part}/{name}/1.png" for part in ("train", "val") for name in ("cat", "dog")]
    assert folder_classes(files, (), 2).values == (0, 1, 0, 1)
    assert "9 classes apart" in folder_classes(files, (), 9).notes[0]
    plain = folder_classes([f"{top}train/a.png", f"{top}val/b.png", f"{top}test/c.png"], (), 3)
    assert plain.values == () and "test, train, val are no class" in plain.notes[0]
    mixed = folder_classes(["train/a.png", "val/a.png", "cat/a.png"], (), 3)
    assert mixed.values == () and "train, val are parts" in mixed.notes[0]
    vehicle = folder_classes(["boat/a.png", "car/a.png", "train/a.png"], (), 3)
    assert vehicle.values == (0, 1, 2), "one such name among others is a class"


def test_what_says_nothing_is_not_mentioned() -> None:
    for files in (["a.png", "b.png"], ["images/a.png", "images/b.png"], ["val/a.png"]):
        found = folder_classes(files, (), 2)
        assert (found.values, found.notes) == ((), ())
    assert "different depths" in folder_classes(["a.png", "cat/a.png", "d/a.png"], (), 2).notes[0]


def test_a_list_of_classes_numbers_folders_and_names(tmp_path: Path) -> None:
    folder(tmp_path / "set", "n02/a.png", "n01/b.png")
    (tmp_path / "class_names.txt").write_text("n03\nn02\nn01\n")
    data = opened(tmp_path / "set", 3)
    assert data.labels == (2, 1) and data.classes == ("n03", "n02", "n01")
    assert not opened(tmp_path / "set", 4).labelled, "a list of another length is of another model"
    (tmp_path / "l.csv").write_text("file,class\na.png,n03\n")
    assert opened(tmp_path / "set", 3, tmp_path / "l.csv").labels == (None, 0)
    (tmp_path / "l.csv").write_text("file,class\na.png,n09\n")
    with pytest.raises(DataError, match="line 2: class 'n09' is not in the list"):
        opened(tmp_path / "set", 3, tmp_path / "l.csv")


@pytest.mark.parametrize(
    "text",
    [
        "a 1.png 4\nb.png 2\n",
        "a 1.png\t4\nb.png\t2\n",
        "a 1.png,4\nb.png,2\n",
        "val/a 1.png 4\nval/b.png 2\n",
        "/home/someone/val/a 1.png 4\n\n/home/someone/val/b.png 2\n",
        "image,target\na 1.png,4\nb.png,2\n",
        "path;label;split\nsets/val/a 1.png;4;val\nsets/val/b.png;2;val\n",
        "Id,Class\na 1,4.0\nb,2.0\n",
        "index\tfile\tcategory\n0\ta 1.png\t4\n1\tb.png\t2\n",
        "Filename,class_name,label_index\n.\\a 1.png,cat,4\nb.png,dog,2\n",
    ],
)
def test_files_of_labels_as_people_have_them(tmp_path: Path, text: str) -> None:
    folder(tmp_path / "val", "a 1.png", "b.png")
    (tmp_path / "mine.txt").write_text(text)
    data = opened(tmp_path / "val", 5, tmp_path / "mine.txt")
    assert data.labels == (4, 2) and data.describe()["labels"] == "mine.txt"


def test_val_txt_is_found_beside_and_names_files_alone(tmp_path: Path) -> None:
    folder(tmp_path / "val", "ILSVRC2012_val_00000001.JPEG", "ILSVRC2012_val_00000002.JPEG")
    lines = [f"ILSVRC2012_val_0000000{k}.JPEG {k * 100}" for k in range(1, 8)]
    (tmp_path / "val.txt").write_text("\n".join(lines))
    assert opened(tmp_path / "val", 1000).labels == (100, 200)
    (tmp_path / "val.txt").write_text("what this folder holds\n")
    data = opened(tmp_path / "val", 1000)
    assert not data.labelled and any("val.txt needs" in note for note in data.notes)


def test_folders_can_be_given_their_number(tmp_path: Path) -> None:
    folder(tmp_path / "set", "n01/a.png", "n02/b.png")
    (tmp_path / "map.csv").write_text("wnid,label\nn01,217\nn02,3\n")
    assert opened(tmp_path / "set", 1000, tmp_path / "map.csv").labels == (217, 3)


def test_one_name_in_two_folders_is_not_told_apart_by_it(tmp_path: Path) -> None:
    folder(tmp_path / "set", "x/a.png", "y/a.png")
    (tmp_path / "l.csv").write_text("file,label\na.png,1\n")
    with pytest.raises(DataError, match="names none of the images"):
        opened(tmp_path / "set", 4, tmp_path / "l.csv")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("file,label\nother.png,1\n", "none of the images .*'other.png', an image is 'a.png'"),
        ("file,label\na.png,5\n", "reach 5 but the model tells 5 classes apart, 0 to 4"),
        ("file,label\na.png,1\nb.png,5\n", "count them from 0"),
        ("file,class\na.png,cat\nb.png,dog\n", "2 classes by name and the model tells 5 apart"),
    ],
)
def test_labels_that_fit_nothing_are_an_error_where_said_and_told_where_found(
    tmp_path: Path, text: str, words: str
) -> None:
    folder(tmp_path, "a.png", "b.png")
    (tmp_path / "labels.csv").write_text(text)
    with pytest.raises(DataError, match=words):
        opened(tmp_path, 5, tmp_path / "labels.csv")
    data = opened(tmp_path, 5)
    assert not data.labelled
    assert any("is not used" in note for note in data.notes)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("file,label\na.png,1\nb.png,dog\n", "line 3: label must be a number .* found 'dog'"),
        ("file,label\na.png,1\na.png,2\n", "lines 2 and 3 give 'a.png' the labels 1 and 2"),
        ("breed,picture\ncat,a.png\n", "needs a first line"),
        ('{"images": [' + 999 * "1, " + "1]}", r"found .{60}[.]{3}; what is right for other tasks"),
    ],
)
def test_files_that_contradict_themselves_are_refused(
    tmp_path: Path, text: str, words: str
) -> None:
    folder(tmp_path, "a.png", "b.png")
    (tmp_path / "mine.csv").write_text(text)
    with pytest.raises(DataError, match=words):
        opened(tmp_path, 5, tmp_path / "mine.csv")


def test_as_many_class_names_as_classes_are_numbered_in_order(tmp_path: Path) -> None:
    folder(tmp_path, "a.png", "b.png")
    (tmp_path / "mine.csv").write_text("file,class\na.png,dog\nb.png,cat\n")
    data = opened(tmp_path, 2, tmp_path / "mine.csv")
    assert data.labels == (1, 0) and data.classes == ("cat", "dog")


def archive(path: Path, labels: object, key: str = "labels", **more: object) -> Path:
    pixels = np.zeros((3, 8, 8, 3), np.uint8)
    arrays = {key: np.asarray(labels), **{k: np.asarray(v) for k, v in more.items()}}
    np.savez(path, images=pixels, **arrays)
    return path


def test_labels_in_an_archive_are_held_against_the_classes(tmp_path: Path) -> None:
    path = archive(tmp_path / "d.npz", [0, 5, 1])
    assert open_data(path, [RGB], classes=6).labels == (0, 5, 1)
    data = open_data(path, [RGB], classes=5)
    assert not data.labelled and any("they are not used" in note for note in data.notes)
    with pytest.raises(DataError, match="reach 5 but the model tells 5"):
        open_data(path, [RGB], DataOptions(images="images", labels="labels"), classes=5)
    path = archive(tmp_path / "t.npz", ["q", "p", "q"], class_names=["p", "q"])
    assert open_data(path, [RGB], classes=2).labels == (1, 0, 1)
    path = archive(tmp_path / "t.npz", ["q", "z", "q"], "truth", class_names=["p", "q"])
    with pytest.raises(DataError, match="text 'z' and class_names does not hold it"):
        open_data(path, [RGB], DataOptions(images="images", labels="truth"))


@pytest.mark.parametrize(
    ("shape", "count"),
    [(("n", 10), 10), ((1, 10, 1, 1), 10), (("n", "c"), None), ((1, 1), None), ((1, 9, 4), None)],
)
def test_the_shape_of_the_output_says_how_many(
    shape: tuple[int | str, ...], count: int | None
) -> None:
    assert class_count(shape) == count
    assert class_count(None) is None


def test_every_way_to_open_data_knows_the_classes_of_the_model(tmp_path: Path) -> None:
    graph = """few (float[n,3,8,8] x) => (float[n,3] y) {
        p = GlobalAveragePool(x)
        y = Flatten(p)
    }"""
    model = text_model(tmp_path / "m.onnx", graph, {})
    two, three = (folder(tmp_path / str(k), *(f"{c}/a.png" for c in "abc"[:k])) for k in (2, 3))

    def by_model(path: Path) -> Dataset:
        return open_model_data(model, path)

    def by_file(path: Path) -> Dataset:
        found = ModelFile.open(model.path)
        return open_data(path, found.inputs, classes=found.classes)

    for way in (by_model, by_file):
        assert not way(two).labelled
        assert way(three).labels == (0, 1, 2)
