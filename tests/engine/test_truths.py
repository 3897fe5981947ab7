"""What is right for detectors, masks, texts and pairs: read, placed, and counted."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import parser
from PIL import Image

from quantengine.cli.main import main
from quantengine.data.preprocessing import Preprocessing
from quantengine.data.truth.boxes import Images, read_boxes
from quantengine.data.truth.masks import read_masks
from quantengine.data.truth.pairs import read_pairs
from quantengine.data.truth.texts import read_texts
from quantengine.errors import DataError
from quantengine.monitor import SILENT, Monitor
from quantengine.verdict.tasks.average_precision import MAP50, MAP50_95, box_marks
from quantengine.verdict.tasks.boxes import Boxes
from quantengine.verdict.tasks.likeness import likeness
from quantengine.verdict.tasks.ranks import spearman

NAMES = ("a.png", "sub/b.png")
COCO = {
    "images": [{"id": 7, "file_name": "a.png", "width": 200, "height": 100}],
    "categories": [{"id": 5, "name": "late"}, {"id": 3, "name": "early"}],
    "annotations": [
        {"image_id": 7, "category_id": 5, "bbox": [20, 10, 40, 20]},
        {"image_id": 7, "category_id": 3, "bbox": [900, 10, 40, 20]},
    ],
}


def boxes(*rows: tuple[float, ...]) -> Boxes:
    """Of rows x1 y1 x2 y2 score class."""
    table = np.array(rows, np.float64).reshape(-1, 6)
    return Boxes(table[:, :4], table[:, 4], table[:, 5].astype(np.int64))


def images(prepared: Preprocessing, *sizes: tuple[int, int]) -> Images:
    from dataclasses import replace

    placed = [prepared.placement(*size) for size in sizes]
    whole = [
        replace(each, scale=(each.scale[0] * wide, each.scale[1] * high))
        for each, (wide, high) in zip(placed, sizes, strict=True)
    ]
    return Images(NAMES[: len(sizes)], whole)


def test_boxes_of_a_json_lie_where_the_network_sees_them(tmp_path: Path) -> None:
    path = tmp_path / "right.json"
    path.write_text(json.dumps(COCO))
    faults: list[str] = []
    told = Monitor()
    told.fault = faults.append  # type: ignore[method-assign]
    found = read_boxes(path, images(Preprocessing(resize=50, crop=50), (200, 100)), told)
    (right,) = found.values()
    # half as large, and the 25 pixels at the left are cut off: 10..30 becomes 0..5
    np.testing.assert_allclose(right.corners, [[0, 5, 5, 15]])
    assert (right.classes.tolist(), right.numbers.tolist()) == ([1], [5])
    assert "outside their image are left out: 1, the first in a.png" in faults[0]


def test_boxes_of_text_files_are_shares(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "a.txt").write_text("2 0.5 0.5 0.2 0.4\n")
    (tmp_path / "sub" / "b.txt").write_text("")
    sized = images(Preprocessing(resize=(100, 50)), (40, 20), (30, 30))
    found = read_boxes(tmp_path, sized, SILENT)
    np.testing.assert_allclose(found["a.png"].corners, [[40, 15, 60, 35]])
    assert len(found["sub/b.png"].corners) == 0
    for wrong in ("2 0.5", "nan 0.5 0.5 0.2 0.4", "inf 0.5 0.5 0.2 0.4"):
        (tmp_path / "a.txt").write_text(f"{wrong}\n")
        with pytest.raises(DataError, match=r"a.txt line 1: expected class x y width height"):
            read_boxes(tmp_path, sized, SILENT)


def test_boxes_that_are_no_numbers_are_left_out(tmp_path: Path) -> None:
    nowhere = {"image_id": 7, "category_id": 5, "bbox": [math.nan, 10, 40, 20]}
    path = tmp_path / "right.json"
    path.write_text(json.dumps(COCO | {"annotations": [*COCO["annotations"], nowhere]}))
    told, faults = Monitor(), list[str]()
    told.fault = faults.append  # type: ignore[method-assign]
    sized = images(Preprocessing(resize=50, crop=50), (200, 100))
    (right,) = read_boxes(path, sized, told).values()
    assert len(right.corners) == 1 and "left out: 2," in faults[0]
    flat = COCO | {"images": [each | {"width": 0} for each in COCO["images"]]}
    path.write_text(json.dumps(flat))
    with pytest.raises(DataError, match=r"right.json is no COCO JSON of boxes"):
        read_boxes(path, sized, SILENT)


def test_average_precision_is_that_of_coco() -> None:
    right = boxes((0, 0, 10, 10, 1, 0), (20, 20, 40, 40, 1, 0), (60, 60, 80, 80, 1, 1))
    found = boxes(
        (0, 0, 10, 10, 0.9, 0),
        (50, 0, 60, 10, 0.8, 0),
        (20, 20, 40, 46, 0.7, 0),
        (60, 60, 80, 80, 0.3, 1),
    )
    marks = box_marks(found, right, np.zeros(3, np.bool_))
    # class 0: 51 recalls at precision 1, 50 at 2/3; the overlap of the second is 0.77
    first = (51 + 50 * 2 / 3) / 101
    assert MAP50.alone(marks) == pytest.approx((first + 1) / 2)
    strict = (51 / 101 + 1) / 2
    expected = (6 * (first + 1) / 2 + 4 * strict) / 10
    assert MAP50_95.alone(marks) == pytest.approx(expected)
    twice = MAP50.of([marks, box_marks(boxes(), boxes(), np.zeros(0, np.bool_))])
    assert twice(np.array([2.0, 0])) == pytest.approx(MAP50.alone(marks))
    crowd = box_marks(found, right, np.array([False, True, False]))
    assert MAP50.alone(crowd) == 1  # what lies in a crowd is neither right nor wrong


def test_masks_are_cut_like_their_images(tmp_path: Path) -> None:
    values = np.zeros((20, 40), np.uint8)
    values[:, 20:] = 3
    values[0] = 255
    Image.fromarray(values).save(tmp_path / "a.png")
    found = read_masks(tmp_path, NAMES, Preprocessing(resize=10, crop=10))["a.png"].classes
    assert found.shape == (10, 10)
    assert (found[5, 4], found[5, 5]) == (0, 3)
    assert set(np.unique(found)) == {0, 3}
    wide = read_masks(tmp_path, NAMES, Preprocessing(resize=(20, 20), fill=0))["a.png"].classes
    assert np.all(wide[:5] == -1) and np.all(wide[15:] == -1)
    assert (wide[10, 9], wide[10, 10]) == (0, 3)
    Image.fromarray(np.where(values == 3, 255, 0).astype(np.uint8)).save(tmp_path / "a.png")
    assert set(np.unique(read_masks(tmp_path, NAMES, None)["a.png"].classes)) == {0, 1}
    Image.new("RGB", (4, 4)).save(tmp_path / "a.png")
    with pytest.raises(DataError, match="a mask needs one number a pixel"):
        read_masks(tmp_path, NAMES, None)


def test_texts_and_pairs_are_found_by_name_number_or_order(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text('filename,text\na.png,"hello, you"\n')
    assert read_texts(path, NAMES)["a.png"].text == "hello, you"
    path.write_text("one\ntwo\n")
    assert [each.text for each in read_texts(path, NAMES).values()] == ["one", "two"]
    path.write_text("one\n")
    with pytest.raises(DataError, match="1 text for 2 samples"):
        read_texts(path, NAMES)
    path.write_text("first,second,score\n0,1,2.5\n")
    assert read_pairs(path, NAMES)["a.png"].scores.tolist() == [2.5]
    path.write_text("0,1,high\n")
    with pytest.raises(DataError, match="must be a number, found 'high'"):
        read_pairs(path, NAMES)


def test_ranks_count_as_often_as_they_say() -> None:
    a, b = np.array([1.0, 2, 2, 4, 5]), np.array([2.0, 1, 3, 3, 9])
    weights = np.array([1.0, 2, 0, 1, 3])
    repeated = [np.repeat(v, weights.astype(int)) for v in (a, b)]
    expected = spearman(*repeated, np.ones(7))
    assert spearman(a, b, weights) == pytest.approx(expected)
    ranks = [[np.sum(v < x) + np.sum(v == x) / 2 for x in v] for v in repeated]
    assert expected == pytest.approx(np.corrcoef(*ranks)[0, 1])


def test_labels_are_those_of_the_task(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    graph = "g (float[1,3,8,8] x) => (float[1,3,8,8] y) { y = Softmax <axis: int = 1> (x) }"
    model, data = tmp_path / "m.onnx", tmp_path / "x.npy"
    onnx.save(parser.parse_model(f'<ir_version: 8, opset_import: ["" : 17]>\n{graph}'), model)
    values = np.random.default_rng(0).random((3, 3, 8, 8), np.float32)
    np.save(data, values)
    masks = tmp_path / "masks"
    masks.mkdir()
    for place in range(2):
        right = values[place].argmax(axis=0).astype(np.uint8)
        right[0, 0] = (right[0, 0] + 1) % 3
        Image.fromarray(right).save(masks / f"{place}.png")
    words = ["evaluate", str(model), str(model), "--data", str(data), "--json"]
    assert main([*words, "--labels", str(masks)]) == 0
    found = json.loads(capsys.readouterr().out)["figures"]
    assert found["pixel_agreement"]["n"] == 3
    right = found["pixel_accuracy"]
    assert (right["reference"], right["candidate"], right["n"]) == (63 / 64, 63 / 64, 2)
    assert 0.9 < found["mean_iou_labels"]["candidate"] < 1
    (tmp_path / "l.csv").write_text("0,1\n")
    assert main([*words, "--labels", str(tmp_path / "l.csv")]) == 2
    sentence = "l.csv are labels of another task: segmentation takes a folder of mask images"
    assert sentence in capsys.readouterr().err
    drawn = np.random.default_rng(1).integers(0, 255, (8, 8, 3)).astype(np.uint8)
    for place in range(2):
        Image.fromarray(drawn).save(masks / f"{place}.png")
    assert main([*words, "--labels", str(masks), "--task", "dense"]) == 0
    found = json.loads(capsys.readouterr().out)["figures"]
    powers = np.exp(values[:2].astype(np.float64))
    given = powers / powers.sum(axis=1, keepdims=True)
    errors = np.square(given - np.moveaxis(drawn / 255, 2, 0)).mean(axis=(1, 2, 3))
    assert found["psnr_labels"]["candidate"] == pytest.approx(np.mean(-10 * np.log10(errors)))
    assert found["ssim_labels"]["n"] == found["psnr_labels"]["n"] == 2
    Image.new("RGB", (9, 8)).save(masks / "1.png")
    assert main([*words, "--labels", str(masks), "--task", "dense"]) == 2
    assert "a picture of 9x8 pixels, 'y' gives 8x8" in capsys.readouterr().err


def test_steps_are_held_to_their_classes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    graph = "g (float[1,4,3] x) => (float[1,4,3] tags) { tags = Softmax <axis: int = 2> (x) }"
    model, data, labels = tmp_path / "m.onnx", tmp_path / "x.npy", tmp_path / "l.csv"
    onnx.save(parser.parse_model(f'<ir_version: 8, opset_import: ["" : 17]>\n{graph}'), model)
    values = np.zeros((2, 4, 3), np.float32)
    values[0, range(4), [0, 1, 2, 1]] = values[1, :, 2] = 1
    np.save(data, values)
    words = ["evaluate", str(model), str(model), "--data", str(data), "--labels", str(labels)]
    labels.write_text("0,0 1 2 2\n1,2 -1 2 0\n")
    assert main([*words, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["task"] == "sequence"
    assert found["figures"]["step_accuracy"]["candidate"] == pytest.approx(5 / 7)
    labels.write_text("1,2 -1 2 0\n")
    assert main(words) == 0
    assert "step accuracy (n = 1)" in capsys.readouterr().out
    labels.write_text("0,0 1 2\n1,2 2 2 0\n")
    assert main(words) == 2
    assert "A label has 3 steps, the output 4" in capsys.readouterr().err
    labels.write_text("0,up\n")
    assert main(words) == 2
    assert "l.csv has 'up' for x[000000]" in capsys.readouterr().err


def test_pictures_are_alike_as_an_eye_sees_it() -> None:
    drawn = np.random.default_rng(0).random((1, 12, 12))
    assert likeness(drawn, drawn) == pytest.approx(1)
    assert likeness(drawn, 1 - drawn) < 0 < likeness(drawn, 0.9 * drawn) < 1
    ours, theirs = drawn[:, :7, :7], drawn[:, 5:, 5:]  # one window
    means, spreads = [[f(v) for v in (ours, theirs)] for f in (np.mean, lambda v: v.var(ddof=1))]
    both = np.cov(ours.ravel(), theirs.ravel())[0, 1]
    expected = (2 * means[0] * means[1] + 1e-4) * (2 * both + 9e-4)
    expected /= (means[0] ** 2 + means[1] ** 2 + 1e-4) * (sum(spreads) + 9e-4)
    assert likeness(ours, theirs) == pytest.approx(expected)
