from __future__ import annotations

import json
import math
import shlex
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from quantengine.analyze.parts import LayerParts
from quantengine.analyze.quality import Quality
from quantengine.analyze.rescue import Rescue, find_rescue
from quantengine.cli.main import main
from quantengine.cli.results import is_ruined, quality_text, ruin_text
from quantengine.data.open import in_memory
from quantengine.errors import Cancelled
from quantengine.graph.model import FloatModel
from quantengine.monitor import Monitor
from quantengine.observe.calibrate import calibrate
from quantengine.observe.table import CalibrationTable
from quantengine.observe.taps import model_taps
from quantengine.plan import QuantPlan
from quantengine.recover.bias import correct_bias
from quantengine.recover.samples import recovery_samples
from quantengine.resolve.resolve import Resolution, resolve_plan, with_encodings
from quantengine.verdict.output import OutputVerdict
from quantengine.verdict.tasks.figure import TaskFigure
from quantengine.verdict.tasks.verdict import TaskVerdict
from quantengine.verdict.verdict import Verdict
from tests.engine.onnx_text import text_model
from tests.engine.recurrent import step, step_arrays, steps
from tests.engine.small_network import images, network

Captured = pytest.CaptureFixture[str]
Ready = tuple[FloatModel, Resolution, CalibrationTable]
DEPTH = 24


def ready(model: FloatModel, data, plan: QuantPlan | None = None) -> Ready:
    table = calibrate(model, data, model_taps(model))
    return model, resolve_plan(model, plan or QuantPlan(), table), table


def joined(folder: Path) -> Ready:
    return ready(step(folder, looped=False), steps())


def deep(folder: Path, *, bits: int) -> tuple[FloatModel, QuantPlan]:
    """A chain of products of which the one in the middle gets few bits."""
    rng = np.random.default_rng(5)
    lines = [f"t{i + 1} = MatMul (t{i}, w{i})" for i in range(DEPTH)]
    graph = "g (float[n,32] t0) => (float[n,32] t{}) {{\n  {}\n}}".format(DEPTH, "\n  ".join(lines))
    weights = {f"w{i}": np.linalg.qr(rng.normal(size=(32, 32)))[0] for i in range(DEPTH)}
    model = text_model(
        folder / "m.onnx", graph, {name: w.astype(np.float32) for name, w in weights.items()}
    )
    middle = model.graph.node[DEPTH // 2].name
    return model, QuantPlan().with_override(middle, **{"weights.bits": bits})


def test_the_part_that_shares_too_wide_a_range_is_found(tmp_path: Path) -> None:
    model, resolution, table = joined(tmp_path)
    found = find_rescue(model, resolution, table, steps())
    assert found is not None
    assert found.layers == ("Slice_h0",)
    assert found.before_db < 20
    assert found.after_db > 40
    assert (found.bytes, found.samples) == (0, 8)


def test_one_layer_of_few_bits_among_many_is_found(tmp_path: Path) -> None:
    model, plan = deep(tmp_path, bits=2)
    data = in_memory({"t0": np.random.default_rng(6).normal(size=(20, 32)).astype(np.float32)})
    model, resolution, table = ready(model, data, plan)
    found = find_rescue(model, resolution, table, data)
    assert found is not None
    assert found.layers == (f"MatMul_t{DEPTH // 2 + 1}",)
    assert found.after_db >= found.before_db + 10
    assert 0 < found.bytes < 32 * 32 * 4


def test_corrected_biases_hide_no_layer(tmp_path: Path) -> None:
    rng = np.random.default_rng(7)
    lines = [f"t{i + 1} = Gemm (t{i}, w{i}, b{i})" for i in range(DEPTH)]
    graph = "g (float[n,32] t0) => (float[n,32] t{}) {{\n  {}\n}}".format(DEPTH, "\n  ".join(lines))
    weights = {f"w{i}": np.linalg.qr(rng.normal(size=(32, 32)))[0] for i in range(DEPTH)}
    biases = {f"b{i}": np.zeros(32) for i in range(DEPTH)}
    typed = {name: each.astype(np.float32) for name, each in (weights | biases).items()}
    model = text_model(tmp_path / "m.onnx", graph, typed)
    middle = f"Gemm_t{DEPTH // 2 + 1}"
    plan = QuantPlan().with_override(middle, **{"weights.bits": 2})
    values = rng.normal(size=(20, 32)) + 4 * rng.normal(size=32)
    data = in_memory({"t0": values.astype(np.float32)})
    model, resolution, table = ready(model, data, plan)
    samples = recovery_samples(model, data)
    corrected = correct_bias(model, resolution.encodings, samples).encodings
    assert corrected.biases
    found = find_rescue(model, with_encodings(model, resolution, table, corrected), table, data)
    assert found is not None
    assert found.layers == (middle,)


def test_what_all_layers_share_is_no_ones_fault(tmp_path: Path) -> None:
    model, _ = deep(tmp_path, bits=2)
    data = in_memory({"t0": np.random.default_rng(6).normal(size=(20, 32)).astype(np.float32)})
    plan = QuantPlan()
    coarse = replace(plan, weights=replace(plan.weights, dtype="int3"))
    model, resolution, table = ready(model, data, coarse)
    assert find_rescue(model, resolution, table, data) is None


@pytest.mark.parametrize(("loudest", "count"), [(0.4, 0), (0.9, 1)])
def test_no_layer_is_sought_where_most_of_the_noise_is_everyones(
    loudest: float, count: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model, plan = deep(tmp_path, bits=2)
    data = in_memory({"t0": np.random.default_rng(6).normal(size=(20, 32)).astype(np.float32)})
    model, resolution, table = ready(model, data, plan)
    middle, found = model.graph.node[DEPTH // 2].name, list[LayerParts]()

    def alone(_: object, group: list[LayerParts]) -> float:
        others = (1 - loudest) / (DEPTH - 1)
        return sum(loudest if part.name == middle else others for part in group)

    def may_gain(_: object, culprits: list[LayerParts]) -> bool:
        found.extend(culprits)
        return False

    monkeypatch.setattr("quantengine.analyze.rescue._Search._alone", alone)
    monkeypatch.setattr("quantengine.analyze.rescue._Search._may_gain", may_gain)
    assert find_rescue(model, resolution, table, data) is None
    assert [part.name for part in found] == [middle] * count


def test_a_layer_with_most_of_the_weights_is_not_proposed(tmp_path: Path) -> None:
    model = network(tmp_path)
    plan = QuantPlan().with_override("Conv_a", **{"weights.bits": 2})
    assert find_rescue(*ready(model, images(), plan), images()) is None


def test_a_good_result_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model = network(tmp_path)
    monkeypatch.setattr("quantengine.analyze.rescue._Search.run", lambda _: pytest.fail("searched"))
    assert find_rescue(*ready(model, images()), images()) is None


def test_the_work_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from quantengine.analyze.gauge import Gauge

    runs: list[int] = []
    plain = Gauge.judge

    def counted(self, *arguments, **options):
        runs.append(1)
        return plain(self, *arguments, **options)

    monkeypatch.setattr(Gauge, "judge", counted)
    test_what_all_layers_share_is_no_ones_fault(tmp_path)
    assert 0 < len(runs) < 2 * DEPTH


def test_it_can_be_stopped(tmp_path: Path) -> None:
    monitor = Monitor()
    monitor.cancel()
    model, resolution, table = joined(tmp_path)
    with pytest.raises(Cancelled):
        find_rescue(model, resolution, table, steps(), monitor=monitor)


@pytest.mark.parametrize("steps_taken", ["none", "ranges,bias"])
def test_the_note_names_a_flag_that_helps(
    steps_taken: str, tmp_path: Path, capsys: Captured
) -> None:
    more = ["--recover", steps_taken]
    model = step(tmp_path, looped=False)
    np.savez(tmp_path / "x.npz", **step_arrays())
    words = [str(model.path), "--data", str(tmp_path / "x.npz"), "-o", str(tmp_path / "o.onnx")]
    assert main(["quantize", *words, *more, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["quality"]["sqnr_db"] < 20
    assert found["rescue"]["layers"] == ["Slice_h0"]
    note = found["notes"][0]
    flag = shlex.split(note[note.index("--keep-float") : note.index(" lifts")])
    assert main(["quantize", *words, *more, *flag, "--json"]) == 0
    mended = json.loads(capsys.readouterr().out)
    assert mended["quality"]["sqnr_db"] > 40
    assert mended["rescue"] is None


def test_the_part_that_shares_too_wide_a_range_is_led_around_by_default(
    tmp_path: Path, capsys: Captured
) -> None:
    model = step(tmp_path, looped=False)
    np.savez(tmp_path / "x.npz", **step_arrays())
    words = [str(model.path), "--data", str(tmp_path / "x.npz"), "-o", str(tmp_path / "o.onnx")]
    assert main(["quantize", *words, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["recovery"][0]["step"] == "mend"
    assert found["quality"]["sqnr_db"] > 40


def quality(decibels: float) -> Quality:
    found = (OutputVerdict("y", decibels),)
    return Quality(8, False, Verdict(decibels, 1.0, 0.0, outputs=found, samples=8))


def test_ruin_is_said_first_and_what_is_poor_last(
    tmp_path: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = step(tmp_path, looped=False)
    np.savez(tmp_path / "x.npz", **step_arrays())
    words = [str(model.path), "--data", str(tmp_path / "x.npz"), "-o", str(tmp_path / "o.onnx")]
    words += ["--recover", "bias"]
    assert main(["quantize", *words]) == 0
    assert "--keep-float" in capsys.readouterr().out.splitlines()[-1]
    monkeypatch.setattr("quantengine.verdict.ruin.RUINED_DB", 19.0)
    assert main(["quantize", *words]) == 0
    assert "--keep-float" in capsys.readouterr().out.splitlines()[0]


def judged(name: str, share: float, interval: tuple[float, float], **more: bool) -> Quality:
    reference = 0.0 if more.get("lower_is_better") else 1.0
    figure = TaskFigure(reference, share, "share", 32, interval, **more)
    task = TaskVerdict(name, True, "what_stays", {"what_stays": figure})
    return replace(quality(30.0), verdict=replace(quality(30.0).verdict, task=task))


def test_what_the_outputs_are_for_tells_of_ruin_where_decibels_do_not() -> None:
    surely = judged("classification", 0.7, (0.6, 0.79))
    assert "ruined (as classification: what stays 70.00 %" in (ruin_text(surely, None) or "")
    assert quality_text(surely).endswith("30.0 dB against the float model, what stays 70.00 %.")
    perhaps = judged("classification", 0.8, (0.65, 0.9))
    assert not is_ruined(perhaps) and "what stays 80.00 %" in quality_text(perhaps)
    little = judged("classification", 0.95, (0.85, 1.0))
    assert not is_ruined(little) and "what stays" not in quality_text(little)
    assert is_ruined(judged("text", 0.3, (0.21, 0.4), lower_is_better=True))
    assert not is_ruined(judged("text", 0.05, (0.02, 0.3), lower_is_better=True))
    assert not is_ruined(judged("generation", 0.3, (0.2, 0.4)))


def test_labels_alone_tell_of_ruin() -> None:
    labels = OutputVerdict("label", math.nan, equal=0.6, is_float=False)
    for samples, ruined in ((64, True), (16, False)):
        found = Verdict(math.nan, math.nan, 0.0, outputs=(labels,), samples=samples, equal=0.6)
        assert (ruin_text(Quality(64, False, found), None) is not None) == ruined


def test_words_of_ruin() -> None:
    assert ruin_text(quality(12.0), None) is None
    assert ruin_text(quality(float("nan")), None) is None
    assert not is_ruined(quality(float("nan")))
    assert "is ruined" in (ruin_text(quality(9.9), None) or "")
    assert "is ruined" in (ruin_text(quality(-float("inf")), None) or "")
    known = ruin_text(quality(9.9), None) or ""
    assert "not by few small layers" in known
    assert "--recover auto" in known
    assert "small layers" not in (ruin_text(quality(9.9), None, searched=False) or "")
    assert "--recover" not in (ruin_text(quality(9.9), None, recovered=True) or "")
    two = ruin_text(quality(12.0), Rescue(("a", "b c"), 12.0, 30.0, 2048, 8)) or ""
    assert "2 layers ruin the result: --keep-float a --keep-float 'b c' lift" in two
