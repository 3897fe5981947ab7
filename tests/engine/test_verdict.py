"""One definition of how good the outputs are, whoever asks and however the samples are split."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quantengine.analyze.compare import compare
from quantengine.analyze.evaluate import evaluate
from quantengine.analyze.gauge import Gauge
from quantengine.analyze.quality import measure_quality
from quantengine.analyze.sensitivity import sensitivity
from quantengine.data.dataset import Dataset, Sample, samples
from quantengine.data.open import in_memory
from quantengine.export.export import export_model
from quantengine.graph.model import FloatModel
from quantengine.observe.calibrate import calibrate
from quantengine.observe.taps import model_taps
from quantengine.plan import QuantPlan
from quantengine.resolve.resolve import resolve_plan
from quantengine.runtime import Tensors
from quantengine.search.budget import Budget
from quantengine.verdict.reading import Reading
from quantengine.verdict.reference import Reference
from quantengine.verdict.together import Together
from quantengine.verdict.verdict import Verdict
from quantengine.work.search import search_widths
from quantengine.work.sweep import sweep_bits
from quantengine.work.work import Work
from tests.engine.judged import judged
from tests.engine.onnx_text import text_model

COUNT = 9
RNG = np.random.default_rng(6)
FLOATS = RNG.normal(size=(COUNT, 5, 3)).astype(np.float32)
FOUND = {
    "y": FLOATS + 0.01 * RNG.normal(size=FLOATS.shape).astype(np.float32),
    "z": np.roll(FLOATS, 1, axis=2) * np.float32(1.1),
}
READ = (RNG.random((COUNT, 5)) < 0.7).astype(np.int64)


def float_run(feeds: Tensors) -> Tensors:
    return {"y": feeds["x"], "z": np.roll(feeds["x"], 1, axis=2)}


def verdict_of_runs(runs: list[list[int]], order: list[int]) -> Verdict:
    """Samples that run together in groups, whose records come in some order."""
    feeds = ({"x": FLOATS[run], "attention_mask": READ[run]} for run in runs)
    given_samples = [Sample("", fed) for fed in feeds]
    reference = Reference(float_run, Reading(("y", "z")), given_samples, together=Together(runs))
    found = ({name: values[run] for name, values in FOUND.items()} for run in runs)
    records = [r for number, one in enumerate(found) for r in reference.records(number, one)]
    return reference.verdict([records[place] for place in order])


def test_every_sample_of_a_run_answers_to_its_name() -> None:
    named = {place: Sample(name, {}, place) for place, name in enumerate("abc")}
    runs = [Sample("", {"x": np.array(values)}) for values in ([5], [6, 7])]
    together = Together([(0,), (1, 2)], named)
    found = [one for n, run in enumerate(runs) for _, one, _ in together.apart(n, run)]
    assert [(one.name, one.label, one.feeds["x"].tolist()) for one in found] == [
        ("a", 0, [5]),
        ("b", 1, [6]),
        ("c", 2, [7]),
    ]


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_any_split_of_the_samples_gives_the_same_bits(data: st.DataObject) -> None:
    places = data.draw(st.permutations(range(COUNT)))
    cuts = sorted(data.draw(st.sets(st.integers(1, COUNT - 1))))
    runs = [[*run] for run in np.split(np.array(places), cuts)]
    whole = verdict_of_runs([[place] for place in range(COUNT)], [*range(COUNT)])
    assert whole.without_padding
    assert verdict_of_runs(runs, data.draw(st.permutations(range(COUNT)))) == whole


TOKENS = """
g (float[n,l,8] x, int64[n,l] attention_mask) => (float[n,l,8] y, float[n,l,8] z) {
  y = MatMul (x, w)
  a = Relu (y)
  b = MatMul (a, w)
  z = Mul (b, tiny)
}
"""


def tokens(padding: float) -> Dataset:
    """Sentences of which the last third is padding, which holds noise of this size."""
    rng = np.random.default_rng(3)
    x = rng.normal(size=(24, 6, 8)).astype(np.float32)
    x[:, 4:] *= padding
    mask = np.ones((24, 6), np.int64)
    mask[:, 4:] = 0
    return in_memory({"x": x, "attention_mask": mask})


def token_model(folder: Path) -> FloatModel:
    square = np.random.default_rng(1).normal(size=(8, 8)).astype(np.float32)
    return text_model(folder / "m.onnx", TOKENS, {"w": square, "tiny": np.float32(0.001)})


def test_every_command_says_the_same_of_the_outputs_and_leaves_padding_out(tmp_path: Path) -> None:
    model, plan = token_model(tmp_path), QuantPlan()
    table = calibrate(model, tokens(1.0), model_taps(model), workers=1)
    resolution = resolve_plan(model, plan, table)
    loud = tokens(100.0)
    out = tmp_path / "q.onnx"
    export_model(model, resolution, out, table=table)
    quality = measure_quality(model, out, loud)
    verdicts = {
        "quality": quality.verdict,
        "analyze": compare(model, resolution, loud, limit=None).output,
        "gauge": Gauge(Reference.of(model, [s for _, s in samples(loud)])).judge(
            model, resolution.encodings
        ),
        "sensitivity": sensitivity(model, resolution, loud, limit=None).everything,
        "sweep": sweep_bits(Work(model, plan, loud, table), bits=(8,), limit=None).points[0].effect,
    }
    expected = [(o.name, pytest.approx(o.sqnr_db, abs=0.05)) for o in quality.verdict.outputs]
    for name, verdict in verdicts.items():
        assert verdict is not None
        assert verdict.without_padding, name
        assert [(o.name, o.sqnr_db) for o in verdict.outputs] == expected, name
        assert verdict.worst_db > 25, name
    evaluated = evaluate(model.path, out, loud)
    assert evaluated.verdict.sqnr_db == pytest.approx(quality.verdict.sqnr_db, abs=0.05)
    front = search_widths(Work(model, plan, loud, table), Budget(20.0), limit=None)
    assert front.chosen.measured_db > 20


def test_a_small_output_that_is_lost_is_what_ranks() -> None:
    boxes = {"boxes": np.linspace(0, 640, 64, dtype=np.float32).reshape(1, 64)}
    scores = {"scores": np.linspace(0, 1, 64, dtype=np.float32).reshape(1, 64)}
    dead = judged(({**boxes, **scores}, {**boxes, "scores": 0 * scores["scores"]}))
    assert dead.sqnr_db > 50
    assert dead.worst_db <= 0
    assert dead.worst is not None
    assert dead.worst.name == "scores"


def test_sentinels_of_masks_do_not_drown_the_rest() -> None:
    scores = np.array([[0.5, -1.0, 2.0, -3.4e38]], np.float32)
    found = scores + np.array([[0.1, 0, 0, 0]], np.float32)
    verdict = judged(({"y": scores}, {"y": found}))
    usual = judged(({"y": scores[:, :3]}, {"y": found[:, :3]}))
    assert verdict.sqnr_db == pytest.approx(usual.sqnr_db)
    lost = judged(({"y": scores}, {"y": np.where(scores < -1e30, np.float32(-6), scores)}))
    assert lost.worst_db == -np.inf
