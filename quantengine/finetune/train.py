"""Fine-tuning: training through the quantizer towards the float model's outputs, or labels."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from quantengine.data.dataset import Dataset
from quantengine.errors import Cancelled, DataError, QuantError
from quantengine.finetune.augment import augment, is_image
from quantengine.finetune.batch_norm import freeze, norms_of
from quantengine.finetune.batches import Batch, Samples, stacks
from quantengine.finetune.blocks import Phase, phases_of
from quantengine.finetune.checkpoint import Arrays, Checkpoint
from quantengine.finetune.fake_network import FakeNetwork
from quantengine.finetune.finish import finished
from quantengine.finetune.hessian import measure_deltas
from quantengine.finetune.loss import Goal, goal_of, relative_error
from quantengine.finetune.network import Network, check_against_runtime
from quantengine.finetune.optimizer import Optimizer
from quantengine.finetune.pytorch import torch
from quantengine.finetune.settings import Settings
from quantengine.formats.metrics import sqnr_db
from quantengine.graph.model import FloatModel
from quantengine.monitor import SILENT, Monitor
from quantengine.resolve import Resolution

_CHECKED = 2
_GRADIENT_LIMIT = 1.0


@dataclass(frozen=True)
class Point:
    """One point of the curve: mean loss since the last one, and the held-out samples.

    `score` is the loss of the held-out samples, `sqnr_db` that of their outputs.
    """

    step: int
    loss: float
    score: float
    sqnr_db: float


@dataclass(frozen=True, eq=False)
class FineTuned:
    """The trained model with the resolution to export it under, and how it came about.

    `before` and `after` are held-out points of the start and of the best state, which is kept.
    """

    model: FloatModel
    resolution: Resolution
    before: Point
    after: Point
    points: tuple[Point, ...]
    seconds: float
    notes: tuple[str, ...]


def finetune(
    model: FloatModel,
    resolution: Resolution,
    dataset: Dataset,
    settings: Settings | None = None,
    *,
    checkpoint: Path | None = None,
    watch: Callable[[Point], None] | None = None,
    monitor: Monitor = SILENT,
) -> FineTuned:
    """Trains weights, biases and ranges of `model`, from where `resolution` is.

    A `checkpoint` is written at each epoch and on cancel; where the file is there, the run goes
    on from it and ends as if it had not been stopped. `watch` gets each point of the curve.

    Raises ModelError where the model has no trainable form, DataError where the data does not do,
    PlanError for settings that do not fit, QuantError for a checkpoint of another run.
    """
    return _Run(model, resolution, dataset, settings or Settings(), monitor).run(checkpoint, watch)


class _Run:
    def __init__(
        self,
        model: FloatModel,
        resolution: Resolution,
        dataset: Dataset,
        settings: Settings,
        monitor: Monitor,
    ) -> None:
        self.settings, self.monitor = settings, monitor
        self.started = time.monotonic()
        device = _device(settings.device)
        self.data = Samples(dataset, settings.held_out, settings.seed, monitor=monitor)
        self.teacher = Network(model.proto, device=device)
        probes = [dataset.load(index).feeds for index in self.data.judging[:_CHECKED]]
        check_against_runtime(self.teacher, model.proto, probes)
        norms = norms_of(model) if settings.batch_norm else {}
        self.network = FakeNetwork(model, resolution, settings, device=device, norms=norms)
        self.notes = self._notes()
        self.stack = stacks(model, self.teacher, self.data)
        self.goal = self._goal(model)
        self.use_labels = _use_labels(settings, self.data, self.goal)
        self.augments = self._augments(dataset)
        parameters = self.network.parameters()
        self.optimizer = Optimizer(parameters, settings)
        self.steps_per_epoch = -(-len(self.data.training) // settings.batch)
        self.order: tuple[int, list[tuple[int, ...]]] = (-1, [])
        self.phases = phases_of(self.network, settings, settings.epochs * self.steps_per_epoch)
        self.deltas: dict[str, float] = {}
        self.points: list[Point] = []
        self.step, self.loss_sum, self.loss_count = 0, 0.0, 0
        self.name = _run_name(model, resolution, dataset, settings)

    @property
    def total(self) -> int:
        return self.settings.epochs * self.steps_per_epoch

    def run(self, checkpoint: Path | None, watch: Callable[[Point], None] | None) -> FineTuned:
        self.best: Arrays = self.network.state()
        self.best_score = float("inf")
        if checkpoint is not None and checkpoint.exists():
            self._resume(Checkpoint.load(checkpoint, self.name))
        else:
            self._judge(watch)
        try:
            while self.step < self.total:
                self.monitor.progress(self.step, self.total, self._text())
                self.monitor.check()
                self._train_one()
                if self.step % self.steps_per_epoch == 0:
                    self._judge(watch)
                    if checkpoint is not None:
                        self._checkpoint().save(checkpoint)
        except Cancelled:
            if checkpoint is not None:
                self._checkpoint().save(checkpoint)
            raise
        self.monitor.progress(self.total, self.total, self._text())
        return self._finish()

    def _finish(self) -> FineTuned:
        self.network.load_state(self.best)
        freeze(self.network.norms, frozen=True)
        model, resolution = finished(self.network)
        after = min(self.points, key=lambda point: point.score)
        notes = list(self.notes)
        if after.step == 0:
            notes.append("Training found nothing better than the start, which is kept.")
        return FineTuned(
            model,
            resolution,
            self.points[0],
            after,
            tuple(self.points),
            time.monotonic() - self.started,
            tuple(notes),
        )

    def _train_one(self) -> None:
        """One step: it depends on the seed and the step alone, so that a run can go on."""
        settings = self.settings
        epoch, place = divmod(self.step, self.steps_per_epoch)
        if self.order[0] != epoch:
            self.order = (epoch, self.data.epoch(settings.batch, settings.seed, epoch))
        random = torch.Generator().manual_seed(settings.seed * 1_000_003 + self.step)
        freeze(self.network.norms, frozen=self.step >= settings.freeze_at * self.total)
        phase = next(phase for phase in self.phases if self.step < phase.end)
        phase.enter(self.network)
        chosen = self.order[1][place]
        batches = list(self.data.load(chosen, self.teacher, stack=self.stack))
        batches = [self._changed(batch, random) for batch in batches]
        if self._uses_hessian and (self.step - phase.start) % settings.hessian_every == 0:
            self._measure(batches[0], phase, random)
        self.network.train(True)
        for batch in batches:
            loss = self._loss(batch, phase) * (batch.size / len(chosen))
            loss.backward()
            self.loss_sum += float(loss.detach())
        self.loss_count += 1
        self.optimizer.step((self.step - phase.start) / (phase.end - phase.start))
        self.network.train(False)
        self.step += 1

    @property
    def _uses_hessian(self) -> bool:
        return self.settings.delta is None and any(q.ewgs for _, q in self.network.quantizers())

    def _measure(self, batch: Batch, phase: Phase, random: Any) -> None:
        found = measure_deltas(self.network, lambda: self._loss(batch, phase), random)
        self.deltas.update(found)
        self._set_deltas()

    def _set_deltas(self) -> None:
        for name, quantizer in self.network.quantizers():
            quantizer.delta = self.deltas.get(name, quantizer.delta)

    def _changed(self, batch: Batch, random: Any) -> Batch:
        if not self.augments:
            return batch
        feeds = dict(batch.feeds)
        for name, value in feeds.items():
            if is_image(value):
                feeds[name] = augment(value, random)
        return Batch(feeds, batch.labels, batch.size)

    def _loss(self, batch: Batch, phase: Phase) -> Any:
        if phase.targets:
            return self._layer_loss(batch, phase.targets)
        layers = self._layer_names() if self.settings.layer_loss else ()
        seen = self.network.places.seen
        with torch.no_grad():
            expected = self.teacher.run(batch.feeds, (*self.goal.outputs, *layers))
        wanted = (*self.goal.outputs, *(seen[name] for name in layers))
        found = self.network.run(batch.feeds, wanted)
        loss = self._output_loss(expected, found, batch)
        for name in layers:
            share = self.settings.layer_loss / len(layers)
            loss = loss + share * relative_error(expected[name], found[seen[name]])
        return loss

    def _output_loss(
        self, expected: Mapping[str, Any], found: Mapping[str, Any], batch: Batch
    ) -> Any:
        labelled = self.use_labels and batch.labels is not None
        if labelled and self.settings.loss == "labels":
            return self.goal.label_error(found, batch.labels)
        loss = self.goal.distance(expected, found)
        if labelled:
            loss = loss + self.goal.label_error(found, batch.labels)
        return loss

    def _layer_names(self) -> tuple[str, ...]:
        inputs = self.network.model.inputs
        return tuple(n for n in self.network.activation_quantizers if n not in inputs)

    def _layer_loss(self, batch: Batch, targets: tuple[str, ...]) -> Any:
        """The mean relative error of some layers' outputs."""
        seen = self.network.places.seen
        with torch.no_grad():
            expected = self.teacher.run(batch.feeds, targets)
        found = self.network.run(batch.feeds, [seen.get(name, name) for name in targets])
        errors = [relative_error(expected[n], found[seen.get(n, n)]) for n in targets]
        return sum(errors) / len(errors)

    def _judge(self, watch: Callable[[Point], None] | None) -> None:
        """A point of the curve; keeps the state where it is the best so far."""
        self.network.train(False)
        freeze_after = any(norm.frozen for norm in self.network.norms.values())
        freeze(self.network.norms, frozen=True)
        total, signal, noise, count = 0.0, 0.0, 0.0, 0
        with torch.no_grad():
            for chosen in self.data.held_out(self.settings.batch):
                for batch in self.data.load(chosen, self.teacher, stack=self.stack):
                    self.monitor.check()
                    expected = self.teacher.run(batch.feeds, self.goal.outputs)
                    found = self.network.run(batch.feeds, self.goal.outputs)
                    total += float(self._output_loss(expected, found, batch)) * batch.size
                    count += batch.size
                    for name in self.goal.outputs:
                        power = float(expected[name].double().square().sum())
                        signal += power
                        noise += power * float(relative_error(expected[name], found[name]))
        freeze(self.network.norms, frozen=freeze_after)
        loss = self.loss_sum / self.loss_count if self.loss_count else float("nan")
        self.loss_sum, self.loss_count = 0.0, 0
        point = Point(self.step, loss, total / count, sqnr_db(signal, noise))
        self.points.append(point)
        if point.score < self.best_score:
            self.best, self.best_score = self.network.state(), point.score
        if watch is not None:
            watch(point)

    def _text(self) -> str:
        point = self.points[-1]
        return f"Fine-tuning (held-out loss {point.score:.3g}, {point.sqnr_db:.1f} dB)"

    def _goal(self, model: FloatModel) -> Goal:
        goal = goal_of(model)
        first = self.data.judging[: self.settings.batch]
        batch = next(self.data.load(first, self.teacher, stack=self.stack))
        with torch.no_grad():
            found = self.teacher.run(batch.feeds, goal.outputs)
        return goal.softened(found[goal.outputs[0]])

    def _augments(self, dataset: Dataset) -> bool:
        if self.settings.augment is not None:
            return self.settings.augment
        return dataset.preprocessing is not None

    def _notes(self) -> tuple[str, ...]:
        if not self.settings.batch_norm:
            return ()
        count = len(self.network.norms)
        if not count:
            return ("No batch norm was found to train: all are folded already.",)
        return (f"{count} batch norms were trained and then folded.",)

    def _checkpoint(self) -> Checkpoint:
        return Checkpoint(
            self.name,
            self.step,
            self.network.state(),
            self.optimizer.state(),
            self.best,
            self.best_score,
            self.deltas,
            (
                *((p.step, p.loss, p.score, p.sqnr_db) for p in self.points),
                (-1, self.loss_sum, self.loss_count, 0.0),
            ),
        )

    def _resume(self, stored: Checkpoint) -> None:
        self.step, self.best, self.best_score = stored.step, stored.best, stored.best_score
        self.network.load_state(stored.state)
        self.optimizer.load_state(stored.optimizer)
        self.deltas = dict(stored.deltas)
        self._set_deltas()
        *points, (_, self.loss_sum, count, _) = stored.points
        self.loss_count = int(count)
        self.points = [Point(int(step), *rest) for step, *rest in points]


def _device(wanted: str) -> str:
    present = torch.cuda.is_available()
    if wanted == "cuda" and not present:
        raise QuantError("This computer has no CUDA device that torch can use: choose cpu or auto.")
    return "cuda" if present and wanted != "cpu" else "cpu"


def _use_labels(settings: Settings, data: Samples, goal: Goal) -> bool:
    usable = data.labelled and goal.scores is not None
    if settings.loss == "labels" and not usable:
        raise DataError(
            "the data has no labels for an output of class scores: give --labels, or train towards "
            "the float model's outputs (--loss distill)"
        )
    return usable and settings.loss != "distill"


def _run_name(
    model: FloatModel, resolution: Resolution, dataset: Dataset, settings: Settings
) -> str:
    parts = (model.digest, repr(resolution.plan), repr(dataset.names), settings.to_text())
    return sha256("\n".join(parts).encode()).hexdigest()
