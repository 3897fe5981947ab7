"""Which task outputs are taken for, and how each of its layouts is read."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

import numpy as np
import pytest

from quantengine.data.truth.pairs import pairs_of
from quantengine.errors import PlanError
from quantengine.graph.channel_moves import Channels
from quantengine.verdict import tasks
from quantengine.verdict.tasks.figure import task_figures
from quantengine.verdict.tasks.names import TASK_NAMES
from quantengine.verdict.tasks.registry import TASKS, taken
from quantengine.verdict.tasks.subject import Subject, Told
from quantengine.verdict.tasks.task import Shown
from quantengine.verdict.titles import title_of

random = np.random.default_rng(0)
IMAGE = {"images": np.zeros((1, 3, 64, 64), np.float32)}
TOKENS = {"ids": np.ones((1, 7), np.int64), "attention_mask": np.ones((1, 7), np.int64)}
ANCHORS = 300


def subject(outputs: dict, feeds: dict = IMAGE, told: Told | None = None) -> Subject:
    values = {name: np.asarray(v, getattr(v, "dtype", np.float32)) for name, v in outputs.items()}
    return Subject(tuple(values), [(feeds, values)], told or Told())


def raw(scores: np.ndarray, *, objectness: bool = False, scale: float = 64) -> np.ndarray:
    """`[A, 4 + C]`: boxes of the upper left quarter as middle and size, A of them in a row."""
    middle = np.linspace(0.1, 0.9, len(scores))[:, None] * [scale, scale]
    parts = [middle, np.full((len(scores), 2), 0.02 * scale)]
    if objectness:
        parts.append(np.full((len(scores), 1), 0.5))
    return np.concatenate([*parts, scores], axis=1).astype(np.float32)


def few(classes: int) -> np.ndarray:
    """Shares of which two anchors have a high one, of class 1."""
    scores = np.full((ANCHORS, classes), 0.01)
    scores[[40, 200], 1 % classes] = 0.9
    return scores


def listed() -> dict[str, np.ndarray]:
    boxes = np.array([[[1, 1, 9, 9], [20, 20, 40, 30], [0, 0, 0, 0]]], np.float32)
    return {"boxes": boxes, "scores": np.array([[0.9, 0.8, 0]]), "labels": np.array([[1, 1, 0]])}


SOFT = np.concatenate([1 - few(1), few(1)], axis=1)
CORNERS = np.sort(random.random((1, ANCHORS, 2, 2)), axis=2).reshape(1, ANCHORS, 4)
END = np.zeros((1, 300, 6))
END[0, :2] = [[4, 4, 20, 20, 0.9, 1], [30, 30, 60, 50, 0.8, 1]]
ROWS = np.array([[0, 4, 4, 20, 20, 1, 0.9], [0, 30, 30, 60, 50, 1, 0.8]])
DETECTORS = {
    "boxes along the last axis": {"output0": raw(few(10)).T[None]},
    "boxes along the second axis": {"output0": raw(few(10), objectness=True)[None]},
    "one class": {"output0": raw(few(1)).T[None]},
    "points behind the scores": {"det": np.hstack([raw(few(2)), raw(few(9))]).T[None]},
    "no suppression needed": {"output0": END},
    "rows with the image's number": {"output": ROWS},
    "an axis of one before the rows": {
        "detection_out": ROWS[None, None][..., [0, 5, 6, 1, 2, 3, 4]]
    },
    "scores with a background": {"scores": SOFT[None], "boxes": CORNERS},
    "logits": {"pred_boxes": CORNERS, "logits": np.log(few(5) / (1 - few(5)))[None]},
    "suppressed within the graph": listed(),
    "with their number": {
        **{f"detection_{k}": v for k, v in listed().items()},
        "num_detections": np.array([2], np.int32),
    },
}


@pytest.mark.parametrize("name", DETECTORS)
def test_every_layout_of_a_detector_is_read(name: str) -> None:
    outputs = DETECTORS[name]
    names = {"names": "{0: 'a', 1: 'b'}", "task": "pose"} if "det" in outputs else {}
    found = taken(subject(outputs, told=Told(metadata=names)))
    assert found is not None
    assert (found.task, found.certain) == ("detection", True), found.text
    boxes = found.reader.boxes(outputs, 0.3)
    assert len(boxes) == 2
    assert len(set(boxes.classes)) == 1
    assert np.all(boxes.corners[:, 2:] > boxes.corners[:, :2])


def test_a_detector_whose_scores_vanish_finds_nothing() -> None:
    outputs = {"output0": raw(few(10)).T[None]}
    gone = {"output0": outputs["output0"].copy()}
    gone["output0"][0, 4:] = 0
    reader = taken(subject(outputs)).reader
    f1, shift = (reader.measures[k] for k in (0, 3))
    marks = reader.record(Shown(outputs, gone, IMAGE)).candidate
    assert f1.alone(marks[f1.name]) == 0
    assert shift.alone(marks[shift.name]) == pytest.approx(0.9)
    same = reader.record(Shown(outputs, outputs, IMAGE)).candidate
    assert f1.alone(same[f1.name]) == 1
    nothing = reader.record(Shown(gone, gone, IMAGE)).candidate
    assert np.isnan(f1.alone(nothing[f1.name]))  # no object at all is no agreement
    assert reader.says(gone) == "no box above 0.3"
    assert reader.says(outputs) == "2 boxes of class 1, best 0.90"


def test_every_figure_of_a_task_has_a_title() -> None:
    paths = [f"{tasks.__name__}.{each.name}" for each in iter_modules(tasks.__path__)]
    kinds = [kind for path in paths for kind in vars(import_module(path)).values()]
    readers = [kind for kind in kinds if isinstance(getattr(kind, "measures", None), tuple)]
    measures = {measure.name for reader in readers for measure in reader.measures}
    assert measures >= {"top1", "f1_iou90", "cer"}
    assert [name for name in measures if title_of(name) == name.replace("_", " ")] == []


def grids(kind: str) -> tuple[dict[str, np.ndarray], Told]:
    """Logits over grids of 8 x 8 and 4 x 4 places of an image of 64; two anchors are of class 1."""
    outputs, parts = {}, ()
    for side in (8, 4):
        cells = np.full((3, side, side, 7), -6.0, np.float32)
        cells[..., :4] = random.normal(size=(3, side, side, 4))
        cells[1, 2, 3, [4, 6]] = 5
        flat = np.moveaxis(cells, 0, 2).reshape(1, side, side, 21)
        match kind:
            case "an axis of anchors":
                outputs[f"output{side}"] = cells[None]
            case "anchors in channels":
                outputs[f"head_{side}"] = np.moveaxis(flat, 3, 1)
            case "channels last":
                outputs[f"yolo_{side}"] = flat
            case "a row a place":
                outputs[f"head_{side}"] = cells[1].reshape(1, -1, 7)
            case "distances in bins":
                values = np.concatenate([np.zeros((side, side, 64)), cells[1, :, :, 5:]], axis=2)
                outputs[f"p{side}"] = np.moveaxis(values, 2, 0)[None]
                parts = (64, 2)
            case "scores apart":
                outputs[f"cls_{side}"] = cells[1, :, :, 5:].reshape(1, -1, 2)
                outputs[f"bbox_{side}"] = cells[1, :, :, :4].reshape(1, -1, 4)
                outputs[f"obj_{side}"] = cells[1, :, :, 4:5].reshape(1, -1, 1)
    return outputs, Told(channels={name: Channels(1, parts) for name in outputs if parts})


@pytest.mark.parametrize(
    "kind",
    [
        "an axis of anchors",
        "anchors in channels",
        "channels last",
        "a row a place",
        "distances in bins",
        "scores apart",
    ],
)
def test_heads_that_are_not_decoded_are_held_to_their_own_anchors(kind: str) -> None:
    outputs, told = grids(kind)
    found = taken(subject(outputs, told=told))
    assert found is not None
    assert (found.task, found.certain) == ("detection", True), found.text
    assert "raw heads" in found.text and "not decoded" in found.text
    assert found.reader.says(outputs).startswith("2 above 0.3, class 1 ")
    gone = {name: np.where(values > 4, -6, values) for name, values in outputs.items()}
    shown = (Shown(outputs, outputs, IMAGE), Shown(outputs, gone, IMAGE))
    same, lost = (found.reader.record(each).candidate for each in shown)
    f1, shift = found.reader.measures
    assert (f1.alone(same[f1.name]), shift.alone(same[shift.name])) == (1, 0)
    assert f1.alone(lost[f1.name]) == 0
    assert shift.alone(lost[shift.name]) > 0.9


def test_features_of_several_sizes_are_no_heads() -> None:
    features = {f"p{k}": np.abs(random.normal(size=(1, 96, k, k))) for k in (16, 8, 4)}
    found = taken(subject(features))
    assert found is None or found.task != "detection"


def shares(*shape: int, peak: int | None = None) -> np.ndarray:
    values = random.random(shape)
    if peak is not None:
        values[..., peak] += 3
    powers = np.exp(3 * values)
    return (powers / powers.sum(axis=-1, keepdims=True)).astype(np.float32)


UNIT = random.normal(size=(1, 128))
OTHERS = {
    "classification": {"logits": random.normal(size=(1, 10))},
    "embedding": {"last_hidden_state": random.normal(size=(1, 7, 32))},
    "text": {"y": np.concatenate([shares(1, 15, 37, peak=0), shares(1, 5, 37, peak=7)], axis=1)},
    "segmentation": {"y": np.moveaxis(shares(1, 64, 64, 5), 3, 1)},
    "dense": {"y": random.random((1, 3, 64, 64))},
    "sequence": {"logits": random.normal(size=(1, 7, 9))},
}


@pytest.mark.parametrize("task", OTHERS)
def test_other_tasks_are_told_apart(task: str) -> None:
    makers = {"y": "Softmax"} if task in ("text", "segmentation") else {}
    feeds = TOKENS if task in ("embedding", "sequence") else IMAGE
    found = taken(subject(OTHERS[task], feeds, Told(makers)))
    assert found is not None
    assert (found.task, found.certain) == (task, True), found.text
    assert f"Taken as {task}: " in found.text
    perfect = found.reader.record(Shown(OTHERS[task], OTHERS[task], feeds)).candidate
    for measure in found.reader.measures:
        if measure.name in perfect and measure.name != "neighbours10":
            assert measure.alone(perfect[measure.name]) == pytest.approx(measure.perfect)
    assert found.reader.says(OTHERS[task])


def test_what_looks_like_several_tasks_is_no_certain_one() -> None:
    vectors = {"y": UNIT / np.linalg.norm(UNIT)}
    assert taken(subject(vectors)).task == "embedding"
    unsure = taken(subject({"y": UNIT, "z": UNIT}))
    assert (unsure.task, unsure.certain) == ("classification", False)
    assert "not certain" in unsure.text
    assert taken(subject({"y": np.array([[3]])})) is None


@pytest.mark.parametrize("blank", [0, 4])
@pytest.mark.parametrize("time_first", [False, True])
def test_texts_are_read_without_repeats_and_blanks(blank: int, time_first: bool) -> None:
    letters = (blank, 1, 1, blank, 1, 2, blank, blank)
    scores = np.eye(5, dtype=np.float32)[list(letters)][None]
    other = np.eye(5, dtype=np.float32)[[*letters[:5], 3, *letters[6:]]][None]
    turn = (lambda v: np.moveaxis(v, 1, 0)) if time_first else (lambda v: v)
    told = Told({}, {}, {"character": "abcd"})
    reader = taken(subject({"y": turn(scores)}, told=told), "text").reader
    spelled = "aab" if blank == 0 else "bbc"
    assert reader.texts({"y": turn(scores)}) == [spelled]
    marks = reader.record(Shown({"y": turn(scores)}, {"y": turn(other)}, IMAGE)).candidate
    assert [m.alone(marks[m.name]) for m in reader.measures[:2]] == [0, pytest.approx(1 / 3)]


def test_a_rare_class_counts_like_any_in_the_mean_overlap() -> None:
    ours = np.zeros((1, 3, 64, 64), np.float32)
    ours[:, 0] = 1
    ours[:, 2, :2, :2] = 2
    theirs = ours.copy()
    theirs[:, 2] = 0
    reader = taken(subject({"y": ours}), "segmentation").reader
    marks = reader.record(Shown({"y": ours}, {"y": theirs}, IMAGE)).candidate
    pixels, overlap = (m.alone(marks[m.name]) for m in reader.measures[:2])
    assert pixels == pytest.approx(1 - 4 / 4096)
    assert overlap == pytest.approx((1 - 4 / 4096) / 2)


def test_outputs_of_another_shape_give_no_marks_and_no_error() -> None:
    for task, outputs in OTHERS.items():
        reader = taken(subject(outputs, TOKENS if task == "sequence" else IMAGE), task).reader
        name, values = next(iter(outputs.items()))
        other = {name: np.repeat(values, 2, axis=1)}
        reader.record(Shown(outputs, other, IMAGE))


def test_what_is_said_is_drawn_into_the_picture() -> None:
    picture = np.full((64, 64, 3), 100, np.uint8)
    outputs = {"output0": END}
    drawn = taken(subject(outputs)).reader.drawn(outputs, picture)
    changed = np.argwhere(np.any(drawn != 100, axis=2)) / len(drawn) * 64
    assert changed.min(axis=0).tolist() == [4, 4]
    assert changed.max(axis=0).tolist() == pytest.approx([50, 60], abs=1)
    for task in ("segmentation", "dense", "classification"):
        feeds, shown = OTHERS[task], picture
        drawn = taken(subject(feeds), task).reader.drawn(feeds, shown)
        assert drawn.dtype == np.uint8
        assert drawn.shape[2] == 3


def test_pairs_are_ranked_by_the_cosine_of_their_vectors() -> None:
    vectors = random.normal(size=(24, 1, 32)).astype(np.float32)
    reader = taken(subject({"embedding": vectors[0]})).reader
    units = vectors[:, 0] / np.linalg.norm(vectors[:, 0], axis=1, keepdims=True)
    cosines = np.sum(units[:12] * units[12:], axis=1).tolist()
    records = []
    for place, vector in enumerate(vectors):
        pairs = [(place + 12, cosines[place])] if place < 12 else []
        outputs, other = {"embedding": vector}, {"embedding": vector + np.float32(0.5)}
        records.append(reader.record(Shown(outputs, other, IMAGE, pairs_of(place, pairs))))
    found = task_figures(reader.measures, records)
    assert found["spearman"].reference == pytest.approx(1)
    assert found["spearman"].candidate < 1
    assert found["recall10"].candidate is None  # scores that differ are no relevance
    assert 0.3 < found["neighbours10"].candidate < 1


def test_the_names_that_are_offered_are_those_there_are() -> None:
    assert set(TASK_NAMES) == set(TASKS)


@pytest.mark.parametrize("last", [False, True])
def test_the_class_of_a_pixel_is_the_first_of_its_best_channels(last: bool) -> None:
    ours = np.round(shares(2, 64, 64, 5), 1)  # many ties
    reader = taken(subject({"y": ours if last else np.moveaxis(ours, 3, 1)}), "segmentation").reader
    assert reader.last == last
    found = reader.classes({"y": ours if last else np.moveaxis(ours, 3, 1)})
    np.testing.assert_array_equal(found, ours.argmax(-1))


@pytest.mark.parametrize("shape", [(1, 6, 0), (1, 2, 0), (1, 0, 8), (0, 4), (1, 8, 8, 0)])
def test_sides_that_vary_from_sample_to_sample_break_no_guess(shape: tuple[int, ...]) -> None:
    rng = np.random.default_rng(0)
    runs = [
        (
            {"x": np.zeros((1, 3, 8, 8), np.float32)},
            {
                "ctc_boxes": rng.uniform(size=[side or length for side in shape]),
                "scores": rng.uniform(size=(1, length, 3)),
            },
        )
        for length in (6, 7)
    ]
    found = taken(Subject(("ctc_boxes", "scores"), runs))
    assert found is None or found.reader.record(Shown(runs[1][1], runs[1][1], runs[1][0]))


@pytest.mark.parametrize("last", [0, 1, 4, 6, 20])
def test_no_shape_breaks_a_guess_or_a_reader(last: int) -> None:
    fronts = [(), (0,), (1,), (7,), (1, 0), (1, 1), (1, 8), (1, 1, 1), (1, 3, 5), (0, 2, 1, 1)]
    for shape in [(), *((*front, last) for front in fronts)]:
        values = random.uniform(size=shape).astype(np.float32)
        told = subject({"scores": values}, IMAGE if len(shape) % 2 else TOKENS)
        for name in (None, *TASKS):
            try:
                found = taken(told, name)
            except PlanError:  # these outputs are not for that task
                continue
            if found is not None:
                reader, outputs = found.reader, {"scores": values}
                record = reader.record(Shown(outputs, {"scores": values + 1}, told.runs[0][0]))
                task_figures(reader.measures, [record, record], intervals=True)
                reader.says(outputs)
