"""Networks that run step by step: outputs feed inputs, samples are sequences."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime as ort
import pytest
from PIL import Image

from quantengine.analyze.compare import compare
from quantengine.analyze.evaluate import evaluate
from quantengine.analyze.model_file import ModelFile
from quantengine.analyze.sensitivity import sensitivity
from quantengine.cli.main import main
from quantengine.data.dataset import Dataset
from quantengine.data.options import DataOptions
from quantengine.data.truth.open import open_truth
from quantengine.errors import DataError
from quantengine.formats.metrics import Difference
from quantengine.graph.model import FloatModel
from quantengine.graph.states import guessed_loops
from quantengine.observe.calibrate import calibrate
from quantengine.observe.inputs import open_model_data
from quantengine.observe.taps import model_taps
from quantengine.plan import QuantPlan
from quantengine.recover.samples import held_reference, recovery_samples
from quantengine.resolve.resolve import resolve_plan
from quantengine.search.budget import Budget
from quantengine.verdict.judge import Judge
from quantengine.verdict.tasks.edits import edits
from quantengine.work.search import search_widths
from quantengine.work.work import Work
from tests.engine.onnx_text import text_model
from tests.engine.streaming import STATE, WIDE, WORDS, cell, decoder
from tests.engine.test_data_sounds import sound

CELL = {"state": "stateN"}
DECODER = {"token": "logits", "cache": "present"}
Feeds = Mapping[str, np.ndarray]


@pytest.fixture
def heard(tmp_path: Path) -> Path:
    rng = np.random.default_rng(1)
    np.savez(tmp_path / "heard.npz", x=rng.normal(size=(3, 12, WIDE)).astype(np.float32))
    return tmp_path / "heard.npz"


@pytest.fixture
def told(tmp_path: Path) -> Path:
    rng = np.random.default_rng(1)
    tokens = rng.integers(0, WORDS, (4, 9))
    np.savez(
        tmp_path / "told.npz", token=tokens, told=rng.normal(size=(4, 5, STATE)).astype(np.float32)
    )
    return tmp_path / "told.npz"


def stream(model: Path, x: np.ndarray, states: np.ndarray | None = None) -> dict[str, np.ndarray]:
    """Our own loop over the steps of a sequence; `states` are what each step begins with."""
    session = ort.InferenceSession(str(model))
    state = np.zeros((1, STATE), np.float32)
    found = []
    for k, step in enumerate(x):
        begun = state if states is None else states[k]
        y, state = session.run(["y", "stateN"], {"x": step[None], "state": begun})
        found.append((y, state))
    return {name: np.stack([each[k] for each in found]) for k, name in enumerate(("y", "stateN"))}


def decoded(model: Path, first: int, told: np.ndarray, steps: int) -> list[int]:
    """Our own greedy decoding."""
    session = ort.InferenceSession(str(model))
    token, cache = np.array([[first]]), np.zeros((1, 0, STATE), np.float32)
    found = []
    for _ in range(steps):
        feeds = {"token": token, "cache": cache, "told": told[None]}
        scores, cache = session.run(["logits", "present"], feeds)
        token = scores[:, -1:].argmax(axis=-1)
        found.append(int(token.item()))
    return found


def opened(model: FloatModel, path: Path, loops: Mapping[str, str], **said: object) -> Dataset:
    return open_model_data(model, path, DataOptions(loops=loops, **said))


def written(model: FloatModel, data: Path, loops: Mapping[str, str], *said: str) -> Path:
    target = data.with_suffix(".onnx")
    flags = [f"--loop={name}={made}" for name, made in loops.items()]
    command = ["quantize", str(model.path), "--data", str(data), "-o", str(target), *flags, *said]
    assert main(command) == 0
    return target


@pytest.mark.parametrize("together", [False, True])
def test_a_fixed_batch_takes_sequences_side_by_side(
    tmp_path: Path, heard: Path, together: bool
) -> None:
    x = np.load(heard)["x"]
    if together:
        np.savez(heard, x=np.stack([x[:2], x[1:]]).swapaxes(1, 2))
    two = open_model_data(cell(tmp_path, 2), heard, DataOptions(loops=CELL)).judged
    assert len(two) == (2 if together else 1)
    assert any("every 2 sequences go side by side" in note for note in two.notes) != together
    given = two.load(0).steps
    alone = ort.InferenceSession(str(cell(tmp_path).path))
    for row in (0, 1):
        state = np.zeros((1, STATE), np.float32)
        for step, feeds in enumerate(given):
            assert np.array_equal(feeds["x"][row], x[row, step])
            assert np.allclose(feeds["state"][row], state[0], atol=1e-5)
            state = alone.run(["stateN"], {"x": x[row : row + 1, step], "state": state})[0]
    assert len(given) == 12


def test_fewer_sequences_than_a_batch_are_refused(tmp_path: Path, heard: Path) -> None:
    with pytest.raises(DataError, match="takes batches of 4 and the data has 3 sequences"):
        open_model_data(cell(tmp_path, 4), heard, DataOptions(loops=CELL))


def test_states_that_occur_are_what_statistics_see(tmp_path: Path, heard: Path) -> None:
    model = cell(tmp_path)
    data = opened(model, heard, CELL)
    assert len(data) == 36
    assert len(data.judged) == 3
    x = np.load(heard)["x"]
    own = [stream(model.path, each)["stateN"] for each in x]
    table = calibrate(model, data, model_taps(model))
    seen = table.tensors["stateN"]
    assert (seen.low, seen.high) == (np.min(own), np.max(own))
    np.testing.assert_array_equal(data.load(1).feeds["state"], own[0][0])


@pytest.mark.parametrize("forced", [False, True])
def test_a_stream_is_judged_on_its_own_states(tmp_path: Path, heard: Path, *, forced: bool) -> None:
    model = cell(tmp_path)
    target = written(model, heard, CELL, "--weights", "int4", "--recover", "none")
    reference = ModelFile.open(model.path)
    options = DataOptions(loops=CELL, teacher_forced=forced)
    found = evaluate(reference, target, reference.samples(heard, options)).verdict
    ours, theirs = [], []
    for x in np.load(heard)["x"]:
        ours.append(stream(model.path, x))
        begun = np.concatenate([np.zeros((1, 1, STATE), np.float32), ours[-1]["stateN"][:-1]])
        theirs.append(stream(target, x, begun if forced else None))
    for output in found.outputs:
        expected, other = (np.stack([e[output.name] for e in each]) for each in (ours, theirs))
        apart = Difference()
        apart.add(expected, other)
        assert output.sqnr_db == pytest.approx(apart.sqnr_db, abs=1e-6)
    assert found.samples == 3


def test_plan_layers_and_file_agree_on_a_stream(tmp_path: Path, heard: Path) -> None:
    model = cell(tmp_path)
    data = opened(model, heard, CELL)
    resolution = resolve_plan(model, QuantPlan(), calibrate(model, data, model_taps(model)))
    whole = compare(model, resolution, data).output
    layers = sensitivity(model, resolution, data)
    assert layers.everything.judged_db == pytest.approx(whole.judged_db, abs=1e-6)
    assert layers.samples == 3
    assert all(row.alone.judged_db > whole.judged_db for row in layers.layers if row.quantized)


def test_a_decoder_feeds_on_its_own_tokens(tmp_path: Path, told: Path) -> None:
    model = decoder(tmp_path)
    target = written(model, told, DECODER, "--weights", "int2", "--recover", "none")
    stored = np.load(told)
    pairs = [
        [decoded(path, first[0], each, 9) for path in (model.path, target)]
        for first, each in zip(stored["token"], stored["told"], strict=True)
    ]
    before = [next((k for k in range(9) if ours[k] != theirs[k]), 9) for ours, theirs in pairs]
    assert min(before) < 9
    labels = tmp_path / "right.txt"
    labels.write_text("".join(" ".join(map(str, ours)) + "\n" for ours, _ in pairs), "utf-8")
    reference = ModelFile.open(model.path)
    data = reference.samples(told, DataOptions(loops=DECODER))
    truths = open_truth(labels, "generation", data.judged, told)
    found = evaluate(reference, target, data, truths=truths).verdict
    assert found.task is not None
    assert found.task.name == "generation"
    assert found.figures["tokens_before_difference"].candidate == sum(before) / 36
    assert found.figures["first_difference"].candidate == np.mean(before)
    assert found.figures["token_error"].reference == 0
    wrong = sum(edits(ours, theirs) for ours, theirs in pairs)
    assert found.figures["token_error"].candidate == pytest.approx(wrong / 36)


def test_recovery_is_judged_by_whole_sequences_it_did_not_see(tmp_path: Path, told: Path) -> None:
    model = decoder(tmp_path)
    data = opened(model, told, DECODER)
    samples = recovery_samples(model, data)
    held = {sample.name for sample in samples.sequences}
    assert held == {"token[000003]"}
    assert {data.names[place].rpartition(" step ")[0] for place in samples.held_out} == held
    judged = held_reference(model, samples, judge=Judge("first_difference")).itself
    assert judged.task is not None
    assert judged.task.figures["first_difference"].candidate == 9


def test_tokens_of_the_data_feed_a_decoder_that_is_forced(tmp_path: Path, told: Path) -> None:
    data = opened(decoder(tmp_path), told, DECODER, teacher_forced=True)
    steps = data.judged.load(1).steps
    assert [int(step["token"].item()) for step in steps] == np.load(told)["token"][1].tolist()
    assert [step["cache"].shape[1] for step in steps] == list(range(9))


def test_sequences_are_rows_files_or_the_pieces_of_a_sound(tmp_path: Path) -> None:
    model = cell(tmp_path)
    x = np.random.default_rng(0).normal(size=(5, WIDE)).astype(np.float32)
    folders = {name: tmp_path / name for name in ("rows", "archives", "singles", "sounds")}
    for folder in folders.values():
        folder.mkdir()
    np.save(folders["rows"] / "a.npy", x)
    np.savez(folders["archives"] / "a.npz", x=x)
    np.savez(folders["archives"] / "b.npz", x=x[:2, None])
    for k, row in enumerate(x):
        np.save(folders["singles"] / f"{k}.npy", row)
    sound(folders["sounds"] / "a.wav", 0.5 * np.sin(np.arange(5 * WIDE + 3)))
    for name, steps in (("rows", [5]), ("archives", [5, 2]), ("singles", [5]), ("sounds", [5])):
        data = opened(model, folders[name], CELL).judged
        assert [len(data.load(k).steps) for k in range(len(data))] == steps, name
        assert data.load(0).steps[4]["x"].shape == (1, WIDE)
    whole = opened(model, folders["rows"] / "a.npy", CELL)
    assert [len(whole.judged), len(whole)] == [1, 5]


def test_steps_are_cut_along_the_side_that_is_open(tmp_path: Path) -> None:
    graph = """g (float[n,t,3] x, float[n,3] state) => (float[n,t,3] y, float[n,3] stateN) {
        y = Add (x, state) stateN = ReduceMax <axes = [1], keepdims = 0> (y) }"""
    model = text_model(tmp_path / "m.onnx", graph, {})
    x = np.arange(2 * 7 * 3, dtype=np.float32).reshape(2, 7, 3)
    np.save(tmp_path / "x.npy", x)
    data = opened(model, tmp_path / "x.npy", CELL, frames=2).judged
    steps = data.load(1).steps
    np.testing.assert_array_equal([each["x"] for each in steps], x[1, :6].reshape(3, 1, 2, 3))
    np.testing.assert_array_equal(steps[1]["state"], x[1, 1:2])


def test_pictures_of_a_folder_are_steps(tmp_path: Path) -> None:
    graph = """g (float[1,3,4,4] x, float[1,3,4,4] state) => (float[1,3,4,4] stateN) {
        stateN = Add (x, state) }"""
    model = text_model(tmp_path / "m.onnx", graph, {})
    for name in ("a/0.png", "a/1.png", "b/0.png"):
        (tmp_path / "seen" / name).parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (4, 4), (51, 0, 0)).save(tmp_path / "seen" / name)
    data = opened(model, tmp_path / "seen", CELL, preset="unit").judged
    assert [(name, len(data.load(k).steps)) for k, name in enumerate(data.names)] == [
        ("a", 2),
        ("b", 1),
    ]
    np.testing.assert_allclose(data.load(0).steps[1]["state"][0, :, 0, 0], [0.2, 0, 0])


def test_a_state_that_the_data_gives_is_where_a_sequence_begins(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    x, state = rng.normal(size=(2, 4, WIDE)), rng.uniform(-1, 1, (2, STATE))
    np.savez(tmp_path / "begun.npz", x=x.astype(np.float32), state=state.astype(np.float32))
    data = opened(cell(tmp_path), tmp_path / "begun.npz", CELL).judged
    np.testing.assert_array_equal(data.load(1).steps[0]["state"], state[1:].astype(np.float32))
    assert not np.array_equal(data.load(1).steps[1]["state"], data.load(1).steps[0]["state"])


def test_loops_that_cannot_be_are_named(tmp_path: Path, heard: Path, told: Path) -> None:
    model = cell(tmp_path)
    for loops, words in (
        ({"st": "stateN"}, "has no input 'st', it has x, state"),
        ({"state": "new"}, "has no output 'new', it has y, stateN"),
        ({"state": "y"}, r"float32 \[1,2\], cannot feed input 'state' \[1,24\] of float32"),
    ):
        with pytest.raises(DataError, match=words):
            opened(model, heard, loops)
    shown = np.ones((2, 3, 5, STATE), np.float32)
    np.savez(tmp_path / "uneven.npz", token=np.ones((2, 4), int), told=shown)
    np.savez(tmp_path / "wide.npz", x=np.ones((2, 4, WIDE)), state=np.ones((2, STATE + 1)))
    with pytest.raises(DataError, match=r"^x\[000000\]: found shape \[25\] where input 'state'"):
        opened(model, tmp_path / "wide.npz", CELL)
    with pytest.raises(DataError, match="different numbers of steps: 'token' 4, 'told' 3"):
        opened(decoder(tmp_path), tmp_path / "uneven.npz", DECODER)


def test_states_are_guessed_and_the_flag_is_said(
    tmp_path: Path, heard: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    model = cell(tmp_path)
    assert guessed_loops(model) == CELL
    assert guessed_loops(decoder(tmp_path)) == {}
    assert main(["calibrate", str(model.path), "--data", str(heard), "-o", "s.qstats"]) == 2
    assert "with --loop state=stateN samples are sequences" in capsys.readouterr().err
    assert main(["evaluate", *(2 * [str(model.path)]), "--data", str(heard)]) == 2
    assert "with --loop state=stateN samples are sequences" in capsys.readouterr().err
    assert main(["inspect", str(model.path)]) == 0
    assert "a state: --loop state=stateN feeds it back" in capsys.readouterr().out


def test_a_search_measures_steps_and_judges_whole_sequences(tmp_path: Path, heard: Path) -> None:
    model = cell(tmp_path)
    data = open_model_data(model, heard, DataOptions(loops=CELL))
    front = search_widths(Work(model, QuantPlan(), data), Budget(target_sqnr_db=25.0))
    assert front.samples == 3
    assert front.chosen.measured_db >= 25.0
    assert front.chosen.bytes < front.float_bytes / 3


def test_what_is_said_of_loops_is_kept() -> None:
    said = DataOptions(loops=CELL, teacher_forced=True)
    assert DataOptions.from_json(said.to_json()) == said


def test_a_metric_of_a_few_lines_judges_an_encoder_by_its_decoder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = (Path(__file__).parents[2] / "docs" / "data.md").read_text("utf-8")
    monkeypatch.chdir(tmp_path)
    decoder(tmp_path)
    pair: dict[str, Any] = {}
    exec(page.split("```python\n")[1].split("```")[0], pair)
    rng = np.random.default_rng(5)
    shares = []
    for _ in range(12):
        told = rng.normal(size=(1, 5, STATE)).astype(np.float32)
        other = told + rng.normal(0, 2, told.shape).astype(np.float32)
        ours, theirs = (decoded(Path("decoder.onnx"), 1, each[0], 8) for each in (told, other))
        share = next((k for k in range(8) if ours[k] != theirs[k]), 8) / 8
        assert pair["metric"]({"told": told}, {"told": other}) == share
        shares.append(share)
    assert min(shares) < 1
