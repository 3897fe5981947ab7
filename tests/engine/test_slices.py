"""Outputs are judged slice by slice: what differs in kind is never pooled."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from quantengine.analyze.sensitivity import sensitivity
from quantengine.cli.main import main
from quantengine.errors import PlanError
from quantengine.graph.channel_moves import Channels
from quantengine.graph.channels import channels_of
from quantengine.observe.calibrate import calibrate
from quantengine.observe.taps import model_taps
from quantengine.plan import QuantPlan
from quantengine.recover.auto import recover_plan
from quantengine.resolve.resolve import resolve_plan
from quantengine.search.budget import Budget
from quantengine.verdict.judge import Judge
from quantengine.verdict.reading import Reading
from quantengine.verdict.tasks.subject import Told
from quantengine.verdict.verdict import Verdict, verdict_of
from quantengine.work.search import search_widths
from quantengine.work.work import Work
from tests.engine.detector_head import CURE, HEADS, head, head_data, head_files
from tests.engine.onnx_text import text_model

SCORES_OF = "channels 4..13 of y"
Captured = pytest.CaptureFixture[str]


@pytest.mark.parametrize(("last", "rank"), HEADS)
def test_scores_that_vanish_beside_boxes_are_seen_by_every_command(
    last: str, rank: int, tmp_path: Path, capsys: Captured
) -> None:
    files = head_files(tmp_path, last, rank)
    given = [*files, "--recover", "none"]
    out = tmp_path / "q.onnx"

    def said(*words: str) -> dict:
        assert main([*words, "--json"]) == 0
        return json.loads(capsys.readouterr().out)

    quality = said("quantize", *given, "-o", str(out))["quality"]
    assert quality["sqnr_db"] > 35
    worsts = [
        quality["worst"],
        said("evaluate", files[0], str(out), *files[1:])["worst"],
        said("analyze", *given)["output"]["worst"],
        said("sensitivity", *given)["everything"]["worst"],
        said("sweep", *given, "--bits", "8")["points"][0]["effect"]["worst"],
    ]
    for worst in worsts:
        assert worst["slice"] == SCORES_OF
        assert worst["db"] < 3
        assert worst["lost"] == "it has become constant"
    assert main(["quantize", *given, "-o", str(out)]) == 0
    assert f"'{SCORES_OF}' with " in capsys.readouterr().out


@pytest.mark.parametrize(("last", "rank"), HEADS)
def test_search_and_recovery_follow_the_worst_slice(last: str, rank: int, tmp_path: Path) -> None:
    model, data = head(tmp_path, last, rank), head_data(last, rank)
    table = calibrate(model, data, model_taps(model))
    front = search_widths(Work(model, QuantPlan(), data, table), Budget(28.0), limit=None)
    assert front.chosen.measured_db >= 28
    steps = recover_plan(model, QuantPlan(), data, table, steps=["round"]).steps
    assert all(step.before_db < 3 for step in steps)
    pooled = recover_plan(
        model, QuantPlan(), data, table, steps=["round"], judge=Judge("pooled")
    ).steps
    assert all(step.before_db > 30 for step in pooled)


@pytest.mark.parametrize(("last", "rank"), HEADS)
def test_the_layer_that_cures_is_first(last: str, rank: int, tmp_path: Path) -> None:
    model, data = head(tmp_path, last, rank), head_data(last, rank)
    table = calibrate(model, data, model_taps(model))
    resolution = resolve_plan(model, QuantPlan(), table)
    found = sensitivity(model, resolution, data)
    cure = CURE[last]
    assert found.best is not None
    assert (found.best.name, found.ranked[0].name) == (cure, cure)
    assert found.best.gain_db > 25
    kept = resolve_plan(model, QuantPlan().with_float(cure), table)
    really = sensitivity(model, kept, data).everything.worst_db
    assert found.best.without.worst_db == pytest.approx(really, abs=0.5)
    boxes = sensitivity(model, resolution, data, judge=Judge("channels 0..3 of y"))
    assert boxes.everything.judged_db > 30
    with pytest.raises(
        PlanError, match=r"no figure, output or slice 'z'.*worst, pooled, task, y, channels"
    ):
        sensitivity(model, resolution, data, judge=Judge("z"))


W = {
    "w14": np.zeros((14, 3, 1), np.float32),
    "w255": np.zeros((255, 3, 1, 1), np.float32),
    "m": np.zeros((5, 7), np.float32),
    "wide": np.array([0, 3, 85, -1]),
    "flat": np.array([0, -1, 85]),
}
MAKES = {
    "a convolution of one axis": (
        "g (float[n,3,20] x) => (float[n,14,20] y) { y = Conv (x, w14) }",
        Channels(1),
    ),
    "a product": ("g (float[n,20,5] x) => (float[n,20,7] y) { y = MatMul (x, m) }", Channels(2)),
    "a product turned round": (
        """g (float[n,20,5] x) => (float[n,7,20] y) {
          a = MatMul (x, m)
          y = Transpose <perm: ints = [0,2,1]> (a)
        }""",
        Channels(1),
    ),
    "channels shared out by anchors": (
        """g (float[1,3,4,4] x) => (float[1,48,85] y) {
          a = Conv (x, w255)
          b = Reshape (a, wide)
          c = Transpose <perm: ints = [0,1,3,2]> (b)
          y = Reshape (c, flat)
        }""",
        Channels(2),
    ),
    "places joined behind channels": (
        """g (float[n,3,20] x) => (float[n,14,40] y) {
          a = Conv (x, w14)
          b = Sigmoid (a)
          y = Concat <axis: int = 2> (a, b)
        }""",
        Channels(1),
    ),
    "parts joined, cut and squeezed": (
        """g (float[n,3,20] x) => (float[n,18,20] y) {
          a = Conv (x, w14)
          b = Conv (x, w14)
          c = Concat <axis: int = 1> (a, b)
          d = Sigmoid (c)
          y = Slice (d, two, twenty, one)
        }""",
        Channels(1, (12, 6)),
    ),
}


@pytest.mark.parametrize("kind", MAKES)
def test_the_graph_tells_where_channels_lie(kind: str, tmp_path: Path) -> None:
    text, expected = MAKES[kind]
    numbers = {"two": np.array([2]), "twenty": np.array([20]), "one": np.array([1])}
    used = {name: value for name, value in {**W, **numbers}.items() if f" {name}" in text}
    model = text_model(tmp_path / "m.onnx", text, used)
    assert channels_of(model, "y") == expected


def read(expected: np.ndarray, found: np.ndarray, axis: int = 1, parts: tuple = ()) -> Verdict:
    """Of one output whose channels lie along an axis."""
    reading = Reading(("y",), told=Told(channels={"y": Channels(axis, parts)}))
    reading = reading.learnt([({}, {"y": expected})])
    return verdict_of(reading, [reading.record(0, {"y": expected}, {"y": found}, {})])


RNG = np.random.default_rng(5)
PIXELS = RNG.uniform(0, 640, (1, 2, 500)).astype(np.float32)
SHARES = RNG.uniform(0, 1, (1, 3, 500)).astype(np.float32)
BOTH = np.concatenate([PIXELS, SHARES], axis=1)


def test_channels_of_other_size_are_slices_of_their_own() -> None:
    verdict = read(BOTH, BOTH + np.float32(0.3))
    names = [each.name for each in verdict.outputs[0].slices]
    assert names == ["channels 0..1 of y", "channels 2..4 of y"]
    assert verdict.sqnr_db > 50
    assert verdict.worst_db < 5
    assert read(BOTH, BOTH, parts=(1, 4)).outputs[0].slices[1].name == "channels 1..4 of y"
    classes = RNG.normal(size=(64, 10)).astype(np.float32)
    assert len(read(classes, classes).outputs[0].slices) == 1


def test_single_channels_that_stand_out_of_an_embedding_are_no_kind_of_their_own() -> None:
    levels = np.ones((40, 1), np.float32)
    levels[20] = 50
    hidden = RNG.normal(size=(1, 40, 200)).astype(np.float32) * levels
    assert len(read(hidden, hidden).outputs[0].slices) == 1
    score = RNG.normal(size=(1, 15, 200)).astype(np.float32)
    score[:, 4] /= 1000
    assert [(s.first, s.last) for s in read(score, score).outputs[0].slices] == [
        (0, 3),
        (4, 4),
        (5, 14),
    ]


def test_an_offset_does_not_flatter() -> None:
    values = RNG.normal(size=(1, 4, 500)).astype(np.float32)
    noise = 0.3 * RNG.normal(size=values.shape).astype(np.float32)
    near, far = (read(values + o, values + o + noise) for o in (np.float32(0), np.float32(320)))
    assert far.sqnr_db > near.sqnr_db + 40
    assert far.worst_db == pytest.approx(near.worst_db, abs=0.1)


def test_a_slice_without_a_signal_is_shown_and_not_judged() -> None:
    still = np.full((1, 2, 500), 0.25, np.float32)
    values = np.concatenate([PIXELS, still], axis=1)
    found = np.concatenate([PIXELS, 0 * still], axis=1)
    verdict = read(values, found, parts=(2, 2))
    slices = verdict.outputs[0].slices
    assert [each.judged for each in slices] == [True, False]
    assert verdict.worst_db == np.inf
    faint = np.concatenate([PIXELS, 1e-3 * SHARES[:, :2]], axis=1)
    assert not read(faint, faint, parts=(2, 2)).outputs[0].slices[1].judged


def test_what_a_slice_lost_is_said() -> None:
    signed = RNG.normal(size=(1, 3, 500)).astype(np.float32)
    lost = {
        "it has become constant": (SHARES, 0 * SHARES),
        "it has lost its sign": (signed, np.maximum(signed, 0)),
        "it has 7 codes left": (SHARES[:, :1], np.round(SHARES[:, :1] * 8) / 8),
    }
    for text, (expected, found) in lost.items():
        assert read(expected, found).outputs[0].slices[0].lost == text
    turned = read(SHARES, SHARES[:, ::-1].copy() + np.float32(1e-3)).outputs[0].slices[0].lost
    assert turned is not None
    assert turned.startswith("its best channel stays in ")
    assert read(SHARES, SHARES + np.float32(1e-3)).outputs[0].slices[0].lost is None
