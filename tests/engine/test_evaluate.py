from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import numpy_helper, parser

from quantengine.analyze.evaluate import Evaluation, evaluate
from quantengine.analyze.latency import median_latencies_ms
from quantengine.analyze.model_file import ModelFile
from quantengine.cli.evaluate import _lines
from quantengine.data.open import in_memory
from quantengine.errors import DataError, ModelError
from quantengine.verdict.tasks.classification import class_scores
from quantengine.verdict.verdict import Verdict

HEADER = '<ir_version: 8, opset_import: ["" : 17]>\n'
SCORES = "g (float[n,4] x) => (float[n,6] y) { y = MatMul(x, w) }"
KEYS = (
    "top1_reference, top1_candidate, top5_reference, top5_candidate, agreement, sqnr_db, cosine, "
    "bytes_reference, bytes_candidate, latency_ms_reference, latency_ms_candidate, samples, "
    "equal, missing, doubt, worst, outputs, task, figures, clamped"
)

random = np.random.default_rng(4)
WEIGHT = random.normal(size=(4, 6)).astype(np.float32)
ROWS = random.normal(size=(30, 4)).astype(np.float32)


def model(path: Path, weight: np.ndarray = WEIGHT, text: str = SCORES) -> Path:
    proto = parser.parse_model(HEADER + text)
    proto.graph.initializer.append(numpy_helper.from_array(weight, "w"))
    onnx.save(proto, path)
    return path


@pytest.fixture
def pair(tmp_path: Path) -> tuple[Path, Path]:
    noise = 0.4 * random.normal(size=WEIGHT.shape).astype(np.float32)
    return model(tmp_path / "a.onnx"), model(tmp_path / "b.onnx", WEIGHT + noise)


def weight_of(path: Path) -> np.ndarray:
    return numpy_helper.to_array(onnx.load(path).graph.initializer[0])


def test_figures_are_those_of_the_outputs(pair: tuple[Path, Path]) -> None:
    expected, found = (ROWS @ weight_of(path) for path in pair)
    labels = list(random.integers(0, 6, len(ROWS)))
    result = evaluate(*pair, in_memory({"x": ROWS}, labels))
    assert result.verdict.samples == len(ROWS)
    assert result.verdict.accuracy_reference == np.mean(expected.argmax(1) == labels)
    assert result.verdict.accuracy == np.mean(found.argmax(1) == labels)
    best = np.argsort(-found, axis=1)[:, :5]
    assert result.verdict.top5 == np.mean([x in row for x, row in zip(labels, best, strict=True)])
    assert result.verdict.agreement == np.mean(expected.argmax(1) == found.argmax(1)) < 1
    noise = np.sum((expected - found).astype(np.float64) ** 2)
    assert result.verdict.sqnr_db == pytest.approx(
        10 * np.log10(np.sum(expected**2) / noise), abs=1e-4
    )
    flat = np.sum(expected * found) / np.linalg.norm(expected) / np.linalg.norm(found)
    assert result.verdict.cosine == pytest.approx(flat, abs=1e-5)
    assert result.bytes_reference == pair[0].stat().st_size
    assert result.latency_ms_candidate > 0


def test_json_has_the_promised_keys_and_no_infinity(pair: tuple[Path, Path]) -> None:
    result = evaluate(pair[0], pair[0], in_memory({"x": ROWS}))
    assert result.verdict.sqnr_db == float("inf")
    found = result.to_json()
    assert ", ".join(found) == KEYS
    assert found["agreement"] == 1
    assert found["sqnr_db"] is None
    assert found["top1_reference"] is found["top5_candidate"] is None


def test_a_model_without_class_scores_has_no_agreement(tmp_path: Path) -> None:
    text = "g (float[n,2,4] x) => (float[n,2,6] y) { y = MatMul(x, w) }"
    path = model(tmp_path / "a.onnx", text=text)
    rows = ROWS[:28].reshape(-1, 2, 4)
    result = evaluate(path, path, in_memory({"x": rows}, [0] * len(rows)))
    assert result.verdict.agreement is None
    assert result.verdict.accuracy_reference is None
    assert result.verdict.cosine == pytest.approx(1)


@pytest.mark.parametrize(
    ("shape", "scores"),
    [((1, 6), True), ((3, 6), True), ((1, 6, 1, 1), True), ((1, 1), False), ((1, 6, 2), False)],
)
def test_class_scores(shape: tuple[int, ...], scores: bool) -> None:
    found = class_scores(np.zeros(shape, np.float32))
    assert (found is not None) == scores
    assert class_scores(np.zeros(shape, np.int64)) is None


def test_other_inputs_are_refused_in_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ModelFile, "session", None)  # nothing is loaded, so that nothing is folded
    ours = model(tmp_path / "a.onnx")
    for text in (
        "g (float[n,4] z) => (float[n,6] y) { y = MatMul(z, w) }",
        "g (float[7,2,4] x) => (float[7,2,6] y) { y = MatMul(x, w) }",
    ):
        theirs = model(tmp_path / "b.onnx", text=text)
        with pytest.raises(ModelError, match=r"a\.onnx takes 'x' .* but b\.onnx takes") as caught:
            evaluate(ours, theirs, in_memory({"x": ROWS}))
        assert "\n" not in str(caught.value)


def test_other_outputs_are_refused(tmp_path: Path) -> None:
    ours = model(tmp_path / "a.onnx")
    theirs = model(tmp_path / "b.onnx", np.ones((4, 5), np.float32), SCORES.replace("n,6", "n,5"))
    with pytest.raises(ModelError, match=r"'y' has shape \[1,6\] .* \[1,5\]"):
        evaluate(ours, theirs, in_memory({"x": ROWS}))


def test_the_worst_of_several_outputs_is_named(tmp_path: Path) -> None:
    text = "g (float[n,4] x) => (float[n,6] {0}) {{ {0} = MatMul(x, w){1} }}"
    several = text.format("boxes", "\n scores = Mul (boxes, s)").replace(
        "boxes) {", "boxes, float[n,6] scores) {"
    )
    paths = [tmp_path / "a.onnx", tmp_path / "b.onnx"]
    for path, scale in zip(paths, (0.01, 0.0), strict=True):
        proto = onnx.load(model(path, text=several))
        proto.graph.initializer.append(numpy_helper.from_array(np.float32(scale), "s"))
        onnx.save(proto, path)
    found = evaluate(*paths, in_memory({"x": ROWS}))
    assert found.verdict.sqnr_db == pytest.approx(40, abs=0.1)
    assert found.verdict.worst is not None
    assert (found.verdict.worst.name, found.verdict.worst.sqnr_db) == ("scores", 0.0)
    worst = found.to_json()["worst"]
    assert (worst["name"], worst["sqnr_db"], worst["slice"]) == ("scores", 0.0, "scores")
    assert worst["db"] <= 0
    shown = "\n".join(_lines(found))
    assert "The worst is 'scores' with " in shown
    one = model(tmp_path / "c.onnx")
    assert evaluate(one, one, in_memory({"x": ROWS})).verdict.worst is None


CHOSEN = """
g (float[n,4] x) => (float[k,6] y) {
  a = MatMul (x, w)
  zero = Constant <value_float: float = 0.0> ()
  first = ReduceMax <axes: ints = [1], keepdims: int = 0> (a)
  some = Greater (first, zero)
  y = Compress <axis: int = 0> (a, some)
}
"""


def test_a_number_of_rows_that_values_decide_may_differ(tmp_path: Path) -> None:
    ours, theirs = model(tmp_path / "a.onnx", text=CHOSEN), tmp_path / "b.onnx"
    data = in_memory({"x": ROWS})
    same = evaluate(ours, model(theirs, text=CHOSEN), data)
    assert same.verdict.sqnr_db == np.inf
    other = evaluate(ours, model(theirs, 0 * WEIGHT, CHOSEN), data)
    assert other.verdict.sqnr_db == 0  # of rows that only one of both has all is lost
    assert other.verdict.max_error > 5


def test_a_renamed_output_is_found_by_its_place(tmp_path: Path) -> None:
    ours = model(tmp_path / "a.onnx")
    theirs = model(tmp_path / "b.onnx", text=SCORES.replace("y", "y_quantized"))
    assert evaluate(ours, theirs, in_memory({"x": ROWS})).verdict.agreement == 1


def test_a_half_precision_reference_meets_a_float_candidate(tmp_path: Path) -> None:
    text = SCORES.replace("float", "float16")
    ours = model(tmp_path / "a.onnx", WEIGHT.astype(np.float16), text)
    result = evaluate(ours, model(tmp_path / "b.onnx"), in_memory({"x": ROWS.astype(np.float16)}))
    assert result.verdict.sqnr_db > 40


def test_a_label_outside_the_classes_is_named(pair: tuple[Path, Path]) -> None:
    with pytest.raises(DataError, match="label 6 but the model tells 6 classes apart"):
        evaluate(*pair, in_memory({"x": ROWS}, [6] * len(ROWS)))


def test_external_data_outside_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "inside").mkdir()
    proto = onnx.load(model(tmp_path / "a.onnx"))
    onnx.save(
        proto,
        tmp_path / "inside/b.onnx",
        save_as_external_data=True,
        location="w",
        size_threshold=0,
    )
    assert ModelFile.open(tmp_path / "inside/b.onnx").file_bytes > WEIGHT.nbytes
    proto = onnx.load(tmp_path / "inside/b.onnx", load_external_data=False)
    for entry in proto.graph.initializer[0].external_data:
        if entry.key == "location":
            entry.value = "../w"
    (tmp_path / "inside/w").rename(tmp_path / "w")
    (tmp_path / "inside/b.onnx").write_bytes(proto.SerializeToString())
    with pytest.raises(ModelError, match="refused"):
        ModelFile.open(tmp_path / "inside/b.onnx")


def test_speedup_is_the_ratio_of_latencies() -> None:
    assert Evaluation(Verdict(1.0, 1.0, 0.0), 8, 2, 6.0, 3.0).speedup == 2


def test_latency_is_a_median_without_the_first_run_of_a_turn() -> None:
    clock = Clock()
    fast = Call(clock, first_s=9.0, later_s=0.002)
    slow = Call(clock, first_s=9.0, later_s=0.008)
    # A call is slow where the other ran before it.
    found = median_latencies_ms([fast, slow], clock=clock, longest_s=1e6)
    assert found == pytest.approx((2.0, 8.0))


def test_slow_calls_are_repeated_less() -> None:
    clock = Clock()
    call = Call(clock, first_s=10.0, later_s=10.0)
    assert median_latencies_ms([call], clock=clock, longest_s=4.0) == pytest.approx((1e4,))
    assert call.runs <= 8


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class Call:
    last: Call | None = None

    def __init__(self, clock: Clock, first_s: float, later_s: float) -> None:
        self.clock, self.first_s, self.later_s = clock, first_s, later_s
        self.runs = 0

    def __call__(self) -> None:
        starts = Call.last is not self
        Call.last = self
        self.runs += 1
        self.clock.now += self.first_s if starts else self.later_s
