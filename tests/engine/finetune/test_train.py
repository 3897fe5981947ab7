"""Training end to end on small networks: what goes in, what comes out, stopping and going on."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from quantengine.data.open import in_memory
from quantengine.errors import Cancelled, DataError, ModelError, PlanError, QuantError
from quantengine.export.export import export_model
from quantengine.export.options import ExportOptions
from quantengine.finetune import parts as parts_module
from quantengine.finetune.batches import Samples
from quantengine.finetune.judges import Judges
from quantengine.finetune.lesson import Lesson
from quantengine.finetune.optimizer import Optimizer
from quantengine.finetune.parameter import Parameter
from quantengine.finetune.parts import parts_of
from quantengine.finetune.settings import Settings
from quantengine.finetune.train import finetune
from quantengine.formats.metrics import Difference
from quantengine.monitor import Monitor
from quantengine.observe.calibrate import calibrate
from quantengine.observe.taps import model_taps
from quantengine.plan import QuantPlan, TensorPlan
from quantengine.resolve.resolve import resolve_plan
from quantengine.rewrite.qdq import qdq_model
from quantengine.runtime import Session
from quantengine.work.make import make
from quantengine.work.recipe import Recipe
from quantengine.work.work import Work
from tests.engine.finetune.graphs import images, quantized, residual
from tests.engine.onnx_text import text_model

FEW = Settings(epochs=6, batch=8)


def _score(proto, reference, data):
    """Output SQNR of a quantized graph against the float one, in dB."""
    found = Difference()
    sessions = Session(reference), Session(proto, optimize=False)
    for index in range(len(data)):
        first, second = (next(iter(s.run(data.load(index).feeds).values())) for s in sessions)
        found.add(first, second)
    return found.sqnr_db


@pytest.mark.parametrize(
    ("method", "rate", "gain_db"), [("ste", 0.003, 0), ("lsq", 0.01, 1), ("ewgs", 0.01, 1)]
)
def test_training_helps_on_samples_it_has_not_seen(tmp_path, method, rate, gain_db):
    model, data = residual(tmp_path / "m.onnx"), images(64)
    start = quantized(model, data, 3, 3)
    tuned = finetune(model, start, data, replace(FEW, epochs=15, method=method, weight_rate=rate))
    unseen = images(40, seed=9)
    before = _score(qdq_model(model, start.encodings), model.proto, unseen)
    after = _score(qdq_model(tuned.model, tuned.resolution.encodings), model.proto, unseen)
    assert after > before + gain_db
    assert tuned.after.score < tuned.before.score
    assert tuned.improved


@pytest.mark.parametrize("method", ["ste", "lsq", "ewgs"])
def test_sgd_learns_at_the_usual_rates(tmp_path, method):
    model, data = residual(tmp_path / "m.onnx"), images(64)
    settings = replace(FEW, epochs=15, method=method, optimizer="sgd")
    tuned = finetune(model, quantized(model, data, 3, 3), data, settings)
    assert tuned.after.score < 0.75 * tuned.before.score


@pytest.mark.parametrize("size", [1e-23, 1.0, 1e15])
def test_a_step_of_sgd_is_as_large_as_the_rate_whatever_the_gradient(size):
    tensor = torch.zeros(4, requires_grad=True)
    optimizer = Optimizer({"w": Parameter(tensor, 1.0)}, Settings(optimizer="sgd"))
    tensor.grad = size * torch.tensor([3.0, -4.0, 0.0, 5.0])
    optimizer.step(0.0, 2)
    expected = torch.tensor([-3.0, 4.0, 0.0, -5.0]) / 12.5**0.5 * Settings().weight_rate / 2
    assert torch.allclose(tensor.detach(), expected)


@pytest.mark.parametrize("rate", [50.0, 0.0])
def test_the_result_is_never_worse_than_the_start(tmp_path, rate):
    model, data = residual(tmp_path / "m.onnx"), images()
    start = quantized(model, data, 6, 6)
    tuned = finetune(model, start, data, replace(FEW, weight_rate=rate, range_rate=rate))
    assert tuned.after == tuned.before
    assert not tuned.improved
    assert "nothing better" in tuned.notes[-1]
    ours, theirs = tuned.resolution.encodings, start.encodings
    for name, encoding in theirs.activations.items():
        assert ours.activations[name].scale == encoding.scale
    feeds = data.load(0).feeds
    (first,) = Session(qdq_model(model, theirs), optimize=False).run(feeds).values()
    (second,) = Session(qdq_model(tuned.model, ours), optimize=False).run(feeds).values()
    np.testing.assert_allclose(first, second, rtol=1e-5, atol=1e-6)


def _judges(data):
    return Samples(data, FEW.held_out, FEW.seed).judging


def _trained(tmp_path, settings=FEW, **options):
    model, data = residual(tmp_path / "m.onnx"), images()
    return finetune(model, quantized(model, data, 4, 4), data, settings, **options)


def _constants(model):
    return {name: model.constant(name) for name in sorted(model.initializers)}


def _equal(first, second):
    ours, theirs = _constants(first.model), _constants(second.model)
    assert ours.keys() == theirs.keys()
    for name, values in ours.items():
        np.testing.assert_array_equal(values, theirs[name])
    for kind in ("activations", "weights"):
        for name, encoding in getattr(first.resolution.encodings, kind).items():
            other = getattr(second.resolution.encodings, kind)[name]
            np.testing.assert_array_equal(encoding.scale, other.scale)
            np.testing.assert_array_equal(encoding.zero_point, other.zero_point)


def test_until_the_delay_is_over_the_network_is_float_and_ranges_watch(tmp_path):
    """The loss of the first epoch, as long as the delay, is that of torch on the float weights."""
    model, data = residual(tmp_path / "m.onnx"), images()
    start = quantized(model, data, 2, 2)
    settings = replace(FEW, method="ste", epochs=2, delay=0.5, augment=False, weight_rate=0.0)
    late = finetune(model, start, data, settings)
    assert late.points[1].loss == pytest.approx(0.0, abs=1e-6)
    assert late.points[2].loss > 0.01
    early = finetune(model, start, data, replace(settings, delay=0.0))
    assert early.points[1].loss > 0.01
    assert late.points[1].score == pytest.approx(early.points[1].score, rel=0.5)


@pytest.mark.parametrize("method", ["ste", "lsq", "ewgs"])
def test_a_bound_on_memory_runs_a_batch_in_parts_and_hardly_changes_the_course(tmp_path, method):
    settings = replace(FEW, method=method, loss="labels", augment=False, delta=0.1)
    model, data = residual(tmp_path / "m.onnx"), images(labels=True)
    start = quantized(model, data, 8, 8)
    whole = finetune(model, start, data, settings)
    parts = finetune(model, start, data, replace(settings, memory_bytes=1))
    # cross-entropy is a mean over samples: only the order of the sums differs, and a code it moves
    for first, second in zip(whole.points[1:], parts.points[1:], strict=True):
        assert second.score == pytest.approx(first.score, rel=0.02)
        assert second.loss == pytest.approx(first.loss, rel=0.02)
    assert parts.memory_bytes > 10**7


def test_a_bound_on_memory_holds_for_samples_and_judging_too(tmp_path, monkeypatch):
    model, data = residual(tmp_path / "m.onnx"), images()
    start, sizes, load = quantized(model, data, 4, 4), [], Samples.load

    def watched(self, indices, *more, **options):
        sizes.append((len(indices), len(self._kept)))
        return load(self, indices, *more, **options)

    monkeypatch.setattr(parts_module, "kept_bytes", lambda _: 1000)
    monkeypatch.setattr(Samples, "load", watched)
    finetune(model, start, data, replace(FEW, epochs=1, memory_bytes=3000))
    each = data.load(0).feeds["x"].nbytes
    before = sum(1 for size, _ in sizes if size > 3)
    assert before == 1, "only the scale of the scores is taken from a batch"
    assert {kept for _, kept in sizes} == {3000 // each}


@pytest.mark.parametrize(("count", "size"), [(8, 3), (8, 8), (5, 8), (17, 16), (1, 1)])
def test_parts_of_a_batch_are_even(count, size):
    parts = parts_of(tuple(range(count)), size)
    assert [index for part in parts for index in part] == list(range(count))
    sizes = [len(part) for part in parts]
    assert max(sizes) <= size
    assert max(sizes) - min(sizes) <= 1


def test_a_seed_fixes_the_result(tmp_path):
    first, second = _trained(tmp_path), _trained(tmp_path)
    _equal(first, second)
    third = _trained(tmp_path, replace(FEW, seed=1))
    assert third.points != first.points


class _Impatient(Monitor):
    """Cancels after a number of steps."""

    def __init__(self, steps: int) -> None:
        super().__init__()
        self.steps = steps

    def progress(self, done, total, text):  # noqa: ARG002
        if text.startswith("Fine-tuning") and done >= self.steps:
            self.cancel()


@pytest.mark.parametrize("method", ["ste", "ewgs"])
@pytest.mark.parametrize("steps", [0, 4, 6, 17])
def test_stopped_and_gone_on_is_the_same_as_one_run(tmp_path, method, steps):
    settings = replace(FEW, method=method, hessian_every=5, blocks=2)
    whole = _trained(tmp_path, settings)
    path = tmp_path / "run.npz"
    with pytest.raises(Cancelled):
        _trained(tmp_path, settings, checkpoint=path, monitor=_Impatient(steps))
    resumed = _trained(tmp_path, settings, checkpoint=path)
    _equal(whole, resumed)
    # the first point has no loss yet: nan, which equals nothing
    assert resumed.points[1:] == whole.points[1:]


@pytest.mark.parametrize("step", [0, 9, 18])
def test_stopped_while_judging_and_gone_on_is_the_same_as_one_run(tmp_path, monkeypatch, step):
    whole, path, monitor = _trained(tmp_path), tmp_path / "run.npz", Monitor()
    judge = Lesson.judge

    def impatient(self, at, loss, given):
        if at == step:
            given.cancel()
        return judge(self, at, loss, given)

    with monkeypatch.context() as patch, pytest.raises(Cancelled):
        patch.setattr(Lesson, "judge", impatient)
        _trained(tmp_path, checkpoint=path, monitor=monitor)
    resumed = _trained(tmp_path, checkpoint=path)
    _equal(whole, resumed)
    assert resumed.points[1:] == whole.points[1:]


def test_a_checkpoint_of_another_run_is_refused(tmp_path):
    path = tmp_path / "run.npz"
    _trained(tmp_path, checkpoint=path)
    with pytest.raises(QuantError, match="another model, plan, data or settings"):
        _trained(tmp_path, replace(FEW, seed=7), checkpoint=path)
    path.write_bytes(b"not a checkpoint")
    with pytest.raises(QuantError, match="cannot be read"):
        _trained(tmp_path, checkpoint=path)


@pytest.mark.parametrize("part", ["ranges", "codes", "labels"])
def test_a_checkpoint_of_another_start_is_refused(tmp_path, part):
    path, model, data = tmp_path / "run.npz", residual(tmp_path / "m.onnx"), images(labels=True)
    start = quantized(model, data, 4, 4)
    finetune(model, start, data, FEW, checkpoint=path)
    if part == "ranges":
        start = quantized(model, images(seed=8), 4, 4)
    elif part == "codes":
        codes = {"w4": start.encodings.weights["w4"].quantize(-model.constant("w4"))}
        start = replace(start, encodings=replace(start.encodings, codes=codes))
    else:
        data = replace(data, labels=data.labels[::-1])
    with pytest.raises(QuantError, match="belongs to another"):
        finetune(model, start, data, FEW, checkpoint=path)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"methods": (("nothing*", "ste"),)}, "matches no layer"),
        ({"device": "cuda"}, "no CUDA device"),
        ({"seed": 7}, "belongs to another"),
        ({"data": images(23)}, "belongs to another"),
        ({"damaged": True}, "cannot be read"),
        ({"operator": "CumSum"}, "no trainable form of CumSum"),
        ({"plan": QuantPlan().with_float("*")}, "nothing to train"),
        ({"plan": QuantPlan(activations=TensorPlan("dynamic", False))}, "finds them while running"),
    ],
)
def test_what_cannot_be_trained_is_said_before_recovery(tmp_path, monkeypatch, changes, sentence):
    if changes.get("device") and torch.cuda.is_available():
        pytest.skip("there is a CUDA device")
    model, path, data = residual(tmp_path / "m.onnx"), tmp_path / "run.npz", images()
    finetune(model, quantized(model, data, 4, 4), data, FEW, checkpoint=path)
    monkeypatch.setattr("quantengine.work.make.recover_plan", _never)
    changes = dict(changes)
    data, plan = changes.pop("data", data), changes.pop("plan", QuantPlan())
    if changes.pop("damaged", False):
        path.write_bytes(path.read_bytes()[:300])
    if changes.pop("operator", None):
        graph = "agraph (float[n, 4] x) => (float[n, 4] y) { y = CumSum (x, axis) }"
        model = text_model(tmp_path / "c.onnx", graph, {"axis": np.array(1)})
    with pytest.raises(QuantError, match=sentence):
        recipe = Recipe(("auto",), replace(FEW, **changes))
        make(Work(model, plan, data), recipe, checkpoint=path)


def _never(*_, **__):
    raise AssertionError("recovery began")


def test_cancelling_without_a_checkpoint_leaves_nothing(tmp_path):
    with pytest.raises(Cancelled):
        _trained(tmp_path, monitor=_Impatient(3))
    assert [path.name for path in tmp_path.iterdir()] == ["m.onnx"]


def test_points_are_shown_while_they_come(tmp_path):
    seen = []
    tuned = _trained(tmp_path, watch=seen.append)
    assert tuple(seen) == tuned.points
    assert [point.step for point in seen] == [0, 3, 6, 9, 12, 15, 18]
    assert tuned.before.to_json()["loss"] is None
    assert {point.total for point in seen} == {18}
    assert seen[0].seconds_left is None
    assert seen[-1].seconds_left == 0
    assert all(point.seconds_left > 0 for point in seen[1:-1])


def test_a_run_that_goes_on_shows_its_earlier_points(tmp_path):
    path, seen = tmp_path / "run.npz", []
    with pytest.raises(Cancelled):
        _trained(tmp_path, checkpoint=path, monitor=_Impatient(7))
    tuned = _trained(tmp_path, checkpoint=path, watch=seen.append)
    assert tuple(seen) == tuned.points


def test_a_point_that_is_no_number_is_never_the_best(tmp_path, monkeypatch):
    judge = Lesson.judge

    def lost(self, step, loss, monitor):
        point = judge(self, step, loss, monitor)
        return replace(point, score=float("nan")) if step in (6, 18) else point

    monkeypatch.setattr(Lesson, "judge", lost)
    tuned = _trained(tmp_path)
    known = [point for point in tuned.points if point.step not in (6, 18)]
    assert tuned.after is min(known, key=lambda point: point.score)


def test_without_a_finite_start_there_is_a_way_out(tmp_path):
    model, good = residual(tmp_path / "m.onnx"), images()
    start = quantized(model, good, 4, 4)
    x = np.concatenate([good.load(index).feeds["x"] for index in range(len(good))])
    x[5, 0, 0, 0] = -3e38  # finite, but not what the network makes of it
    with pytest.raises(ModelError, match=r"nowhere to start.*leave such samples out"):
        finetune(model, start, in_memory({"x": x}), FEW, judges=Judges([4, 5]))


def test_a_masked_class_does_not_hinder_training(tmp_path):
    graph = "agraph (float[n, 4] x) => (float[n, 3] y) { a = MatMul (x, w) y = Add (a, mask) }"
    random = np.random.default_rng(0)
    weights = {
        "w": random.normal(size=(4, 3)).astype(np.float32),
        "mask": np.array([0, -np.inf, 0], np.float32),
    }
    model = text_model(tmp_path / "m.onnx", graph, weights)
    data = in_memory({"x": random.normal(size=(40, 4)).astype(np.float32)})
    tuned = finetune(model, quantized(model, data, 3, 3), data, FEW)
    assert all(np.isfinite([point.score, point.sqnr_db]).all() for point in tuned.points)
    assert tuned.improved


@pytest.mark.parametrize("form", ["qdq", "qoperator"])
def test_the_result_is_written_and_verified(tmp_path, form):
    data = images()
    tuned = _trained(tmp_path)
    probes = [data.load(index).feeds for index in range(3)]
    out = tmp_path / "out.onnx"
    report = export_model(tuned.model, tuned.resolution, out, ExportOptions(form), probes=probes)
    assert report.verification.simulation_sqnr_db > 20


def test_ranges_return_to_the_plan(tmp_path):
    tuned = _trained(tmp_path)
    statistics = calibrate(tuned.model, images(), model_taps(tuned.model))
    again = resolve_plan(tuned.model, tuned.resolution.plan, statistics)
    for name, encoding in tuned.resolution.encodings.activations.items():
        assert again.encodings.activations[name].scale == encoding.scale
        assert again.encodings.activations[name].zero_point == encoding.zero_point


def test_layers_kept_float_stay_float(tmp_path):
    model, data = residual(tmp_path / "m.onnx"), images()
    start = quantized(model, data, 4, 4)
    kept = next(node.name for node in model.graph.node if node.op_type == "Gemm")
    statistics = calibrate(model, data, model_taps(model))
    start = resolve_plan(model, start.plan.with_float(kept), statistics)
    tuned = finetune(model, start, data, FEW)
    assert "w4" not in tuned.resolution.encodings.weights
    np.testing.assert_array_equal(tuned.model.constant("w4"), model.constant("w4"))
    assert not np.array_equal(tuned.model.constant("w1"), model.constant("w1"))


@pytest.mark.parametrize("patterns", [("w1",), ("w2", "w4")])
def test_weights_kept_float_have_float_biases(tmp_path, patterns):
    model, data = residual(tmp_path / "m.onnx"), images()
    plan = quantized(model, data, 4, 4).plan
    for pattern in patterns:
        plan = plan.with_override(pattern, dtype="float")
    start = resolve_plan(model, plan, calibrate(model, data, model_taps(model)))
    tuned = finetune(model, start, data, FEW)
    trained = qdq_model(tuned.model, tuned.resolution.encodings)
    judged = tuned.after.sqnr_db
    assert _score(trained, model.proto, data.subset(_judges(data))) == pytest.approx(judged, abs=1)
    for name in patterns:
        np.testing.assert_array_equal(tuned.model.constant(name), model.constant(name))


def test_a_bias_corrected_beside_a_float_weight_is_kept(tmp_path):
    model, data = residual(tmp_path / "m.onnx"), images()
    plan = quantized(model, data, 4, 4).plan.with_override("w1", dtype="float")
    start = resolve_plan(model, plan, calibrate(model, data, model_taps(model)))
    layer, corrected = model.producers["a0"].name, np.arange(6, dtype=np.float32)
    encodings = replace(start.encodings, biases={layer: corrected})
    tuned = finetune(model, replace(start, encodings=encodings), data, replace(FEW, epochs=1))
    np.testing.assert_array_equal(tuned.resolution.encodings.biases[layer], corrected)


@pytest.mark.parametrize("kept", ["weights", "layers"])
def test_without_quantized_weights_there_is_nothing_to_train(tmp_path, kept):
    model, data = residual(tmp_path / "m.onnx"), images()
    plan = QuantPlan()
    floats = replace(plan, weights=replace(plan.weights, dtype="float"))
    plan = floats if kept == "weights" else plan.with_float("*")
    start = resolve_plan(model, plan, calibrate(model, data, model_taps(model)))
    with pytest.raises(PlanError, match="nothing to train"):
        finetune(model, start, data, FEW)


def test_layers_may_learn_by_different_methods(tmp_path):
    mixed = replace(FEW, method="lsq", methods=(("w1", "ste"), ("scores", "ewgs")))
    assert _trained(tmp_path, mixed).points != _trained(tmp_path, replace(FEW, method="lsq")).points
    with pytest.raises(PlanError, match="matches no layer"):
        _trained(tmp_path, replace(FEW, methods=(("nothing*", "ste"),)))


@pytest.mark.parametrize(
    "changes", [{"layer_loss": 0.5}, {"blocks": 2}, {"optimizer": "sgd"}, {"augment": True}]
)
def test_options_change_the_course(tmp_path, changes):
    assert _trained(tmp_path, replace(FEW, **changes)).points != _trained(tmp_path).points


def test_fewer_groups_of_layers_than_asked_for_are_told(tmp_path):
    tuned = _trained(tmp_path, replace(FEW, epochs=1, blocks=9))
    assert tuned.notes[0].startswith("Groups of layers trained one by one: 1 instead of 9")
    assert not any("Groups" in note for note in _trained(tmp_path, replace(FEW, blocks=2)).notes)


def test_labels_are_used_where_there_are_some(tmp_path):
    model, data = residual(tmp_path / "m.onnx"), images(labels=True)
    start = quantized(model, data, 4, 4)
    by_labels = finetune(model, start, data, replace(FEW, loss="labels"))
    without = finetune(model, start, data, replace(FEW, loss="distill"))
    assert by_labels.before.score != without.before.score
    with pytest.raises(DataError, match="no labels"):
        finetune(model, start, images(), replace(FEW, loss="labels"))


@pytest.mark.parametrize("wrong", [5, -1])
def test_labels_that_are_no_class_are_not_used_unless_asked_for(tmp_path, wrong):
    model, data = residual(tmp_path / "m.onnx"), images(labels=True)
    start = quantized(model, data, 4, 4)
    off = replace(data, labels=(*data.labels[:-1], wrong))
    tuned = finetune(model, start, off, FEW)
    without = finetune(model, start, data, replace(FEW, loss="distill"))
    assert tuned.points[1:] == without.points[1:]
    assert "Labels were not used: the labels lie in" in tuned.notes[0]
    assert "and the classes of 'scores' in 0..4" in tuned.notes[0]
    with pytest.raises(DataError, match=r"classes of 'scores' in 0\.\.4: give --labels"):
        finetune(model, start, off, replace(FEW, loss="labels"))


def test_one_sample_is_too_few(tmp_path):
    model, data = residual(tmp_path / "m.onnx"), images(1)
    with pytest.raises(DataError, match="at least two samples"):
        finetune(model, quantized(model, data, 4, 4), data, FEW)


def test_samples_of_different_shapes_are_trained_one_by_one(tmp_path):
    random = np.random.default_rng(0)
    graph = "agraph (float[n, 3, h, w] x) => (float[n, 2, h, w] y) { y = Conv (x, k) }"
    weights = {"k": random.normal(size=(2, 3, 1, 1)).astype(np.float32)}
    model = text_model(tmp_path / "any.onnx", graph, weights)

    class Mixed(type(in_memory({"x": np.zeros((1, 3, 2, 2), np.float32)}))):
        def feeds(self, index):
            return {"x": random.normal(size=(1, 3, 4, 4 + index % 3)).astype(np.float32)}

    base = in_memory({"x": np.zeros((9, 3, 4, 4), np.float32)})
    data = Mixed(**{name: getattr(base, name) for name in base.__dataclass_fields__})
    tuned = finetune(model, quantized(model, base.subset([0]), 3, 8), data, FEW)
    assert len(tuned.points) == FEW.epochs + 1


def test_the_samples_that_judge_may_be_chosen(tmp_path):
    model, data = residual(tmp_path / "m.onnx"), images()
    start = quantized(model, data, 4, 4)
    first, second = (finetune(model, start, data, FEW, judges=Judges(p)) for p in ([0, 1], [2]))
    assert first.before.score != second.before.score
    alone = finetune(model, start, data.subset([0, 1, 5]), FEW, judges=Judges([0, 1]))
    assert alone.before.score == pytest.approx(first.before.score, rel=1e-5)
    for wrong in ([], [99], range(len(data))):
        with pytest.raises(DataError, match="must be some of the data"):
            finetune(model, start, data, FEW, judges=Judges(wrong))
