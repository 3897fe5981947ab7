"""Fine-tuning: training through the quantizer towards the float model's outputs, or labels."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from quantengine.data.dataset import Dataset
from quantengine.errors import Cancelled, ModelError
from quantengine.finetune.batch_norm import freeze, norms_of
from quantengine.finetune.batches import Samples
from quantengine.finetune.blocks import Phase, phases_of
from quantengine.finetune.check import check_run, device_of
from quantengine.finetune.checkpoint import Arrays, Checkpoint, lesson_name, run_name
from quantengine.finetune.deltas import Deltas
from quantengine.finetune.fake_network import FakeNetwork
from quantengine.finetune.finish import finished
from quantengine.finetune.hessian import measure_deltas
from quantengine.finetune.judges import SOME_BY_WORST, Judges
from quantengine.finetune.lesson import Lesson
from quantengine.finetune.memory import peak_bytes
from quantengine.finetune.network import Network, check_against_runtime
from quantengine.finetune.notes import delta_notes, group_notes, norm_notes
from quantengine.finetune.optimizer import Optimizer
from quantengine.finetune.outcome import FineTuned, Point
from quantengine.finetune.parts import part_size, parts_of
from quantengine.finetune.pytorch import exact, torch
from quantengine.finetune.settings import Settings
from quantengine.graph.model import FloatModel
from quantengine.monitor import SILENT, Monitor
from quantengine.resolve.resolve import Resolution
from quantengine.sentence import Sentence

Watch = Callable[[Point], None]

_NO_START = (
    "Fine-tuning has nowhere to start: the loss of the quantized network on the samples that judge "
    "is not finite. Look for NaN and infinity in the data and in the float model's outputs, leave "
    "such samples out, or keep the layers that make them float (--keep-float)."
)

_CHECKED = 2
_CURVED = 4
"""Samples the Hessian is taken over: second derivatives keep all that the first made."""


def finetune(
    model: FloatModel,
    resolution: Resolution,
    dataset: Dataset,
    settings: Settings | None = None,
    *,
    judges: Judges = SOME_BY_WORST,
    checkpoint: Path | None = None,
    watch: Watch | None = None,
    monitor: Monitor = SILENT,
) -> FineTuned:
    """Trains weights, biases and ranges of `model`, from where `resolution` is.

    The state that `judges` find best is kept.

    A `checkpoint` is written at each epoch and on cancel; where the file is there, the run goes
    on from it and ends as if it had not been stopped.

    `watch` is called on the calling thread with each `Point` of the curve as it comes: step 0 is
    the start, then one point an epoch, with the mean training loss since the last one, the
    held-out loss and SQNR, and the seconds left. A run that goes on shows its earlier points
    first. Between them `monitor.progress(step, total, text)` is called at each step.
    `monitor.cancel()`, from any thread, ends the call with Cancelled within one step.

    Raises Cancelled, ModelError where the model has no trainable form, DataError where the data
    does not do, PlanError for settings that do not fit, QuantError for a checkpoint of another run.
    """
    with exact(), judges.by.held():
        run = _Run(model, resolution, dataset, settings or Settings(), judges, monitor)
        return run.finetune(checkpoint, watch)


class _Run:
    def __init__(
        self,
        model: FloatModel,
        resolution: Resolution,
        dataset: Dataset,
        settings: Settings,
        judges: Judges,
        monitor: Monitor,
    ) -> None:
        self.settings, self.monitor = settings, monitor
        self.started = time.monotonic()
        check_run(model, resolution.plan, dataset, settings)
        self.device = device_of(settings)
        self.data = Samples(
            dataset,
            settings.held_out,
            settings.seed,
            judges=judges.samples,
            memory_bytes=settings.memory_bytes,
            monitor=monitor,
        )
        teacher = Network(model.proto, device=self.device)
        probes = [dataset.load(index).feeds for index in self.data.judging[:_CHECKED]]
        check_against_runtime(teacher, model.proto, probes)
        norms = norms_of(model) if settings.batch_norm else {}
        self.network = FakeNetwork(model, resolution, settings, device=self.device, norms=norms)
        self.lesson = Lesson(teacher, self.network, self.data, settings, judges.by)
        self.part = self.lesson.at_once = part_size(self.lesson)
        self.optimizer = Optimizer(self.network.parameters(), settings)
        self.steps_per_epoch = -(-len(self.data.training) // settings.batch)
        self.total = settings.epochs * self.steps_per_epoch
        self.phases = phases_of(self.network, settings, self.total)
        self.order: tuple[int, list[tuple[int, ...]]] = (-1, [])
        self.deltas: dict[str, float] = {}
        self.measured: Deltas | None = None
        self.points: list[Point] = []
        self.best: Arrays = {}
        self.step, self.losses = 0, [0.0, 0.0]
        self.first_step, self.first_at = 0, time.monotonic()
        self.name = run_name(model, resolution, dataset, self.data.judging, settings, judges.by)
        self.taught = lesson_name(dataset, settings)

    def finetune(self, checkpoint: Path | None, watch: Watch | None) -> FineTuned:
        if checkpoint is not None and checkpoint.exists():
            self._resume(Checkpoint.load(checkpoint, self.name), watch)
        try:
            self._train(checkpoint, watch)
        except Cancelled:
            if checkpoint is not None:
                self._checkpoint().save(checkpoint)
            raise
        self.monitor.progress(self.total, self.total, self._text())
        return self._finish()

    def _train(self, checkpoint: Path | None, watch: Watch | None) -> None:
        # A run that was stopped while it judged still owes the point.
        self._judge_epoch(checkpoint, watch)
        self.first_step, self.first_at = self.step, time.monotonic()
        while self.step < self.total:
            self.monitor.progress(self.step, self.total, self._text())
            self.monitor.check()
            self._train_one()
            self._judge_epoch(checkpoint, watch)

    def _judge_epoch(self, checkpoint: Path | None, watch: Watch | None) -> None:
        """The point of an epoch that ends here, where there is none yet."""
        judged = bool(self.points) and self.points[-1].step == self.step
        if judged or self.step % self.steps_per_epoch:
            return
        self._judge(watch)
        if checkpoint is not None:
            self._checkpoint().save(checkpoint)

    def _train_one(self) -> None:
        """One step: it depends on the seed and the step alone, so that a run can go on."""
        settings = self.settings
        random = torch.Generator().manual_seed(settings.seed * 1_000_003 + self.step)
        freeze(self.network.norms, frozen=self.step >= settings.freeze_at * self.total)
        phase = next(phase for phase in self.phases if self.step < phase.end)
        phase.enter(self.network)
        chosen = self._chosen()
        parts = parts_of(chosen, self.part)
        batches = [batch for part in parts for batch in self.lesson.batches(part, random)]
        if self._uses_hessian and (self.step - phase.start) % settings.hessian_every == 0:
            curved = max(1, min(_CURVED, self.part // _CURVED))
            found = measure_deltas(
                self.network,
                lambda: self.lesson.loss(batches[0].first(curved), phase.targets),
                random,
            )
            self._set_deltas({**self.deltas, **found.values})
            self.measured = found
        self.network.train(True)
        self.network.round(self.step >= settings.delay * self.total)
        for batch in batches:
            loss = self.lesson.loss(batch, phase.targets) * (batch.size / len(chosen))
            loss.backward()
            self.losses[0] += float(loss.detach())
        self.losses[1] += 1
        self.network.settle()
        self.optimizer.step(_share(phase, self.step), phase.layers(self.network))
        self.network.train(False)
        self.network.round(True)
        self.step += 1

    def _chosen(self) -> tuple[int, ...]:
        epoch, place = divmod(self.step, self.steps_per_epoch)
        if self.order[0] != epoch:
            self.order = (epoch, self.data.epoch(self.settings.batch, self.settings.seed, epoch))
        return self.order[1][place]

    @property
    def _uses_hessian(self) -> bool:
        return self.settings.delta is None and any(q.ewgs for _, q in self.network.quantizers())

    def _set_deltas(self, deltas: dict[str, float]) -> None:
        self.deltas = deltas
        for name, quantizer in self.network.quantizers():
            quantizer.delta = deltas.get(name, quantizer.delta)

    def _judge(self, watch: Watch | None) -> None:
        """A point of the curve; keeps the state where it is the best so far."""
        total, count = self.losses
        found = self.lesson.judge(self.step, total / count if count else float("nan"), self.monitor)
        point = replace(
            found, total=self.total, freezes=self._freezes, seconds_left=self._seconds_left()
        )
        if not self.points and not math.isfinite(point.rank):
            raise ModelError(_NO_START)
        self.losses = [0.0, 0.0]
        self.points.append(point)
        if self._best_point is point:
            self.best = self.network.state()
        if watch is not None:
            watch(point)

    @property
    def _freezes(self) -> int | None:
        """The first step that finds batch norms frozen."""
        if not self.network.norms:
            return None
        return min(math.ceil(self.settings.freeze_at * self.total), self.total)

    @property
    def _best_point(self) -> Point:
        """The first of those with the lowest score."""
        return min(self.points, key=lambda point: point.rank)

    def _seconds_left(self) -> float | None:
        done = self.step - self.first_step
        if not done:
            return None
        return (time.monotonic() - self.first_at) / done * (self.total - self.step)

    def _text(self) -> str:
        point = self.points[-1]
        figures = f"{point.score:.3g}", f"{point.sqnr_db:.1f}"
        return Sentence("Fine-tuning (held-out loss {0}, {1} dB)", *figures)

    def _finish(self) -> FineTuned:
        self.network.load_state(self.best)
        freeze(self.network.norms, frozen=True)
        model, resolution = finished(self.network)
        after = self._best_point
        return FineTuned(
            model,
            resolution,
            self.points[0],
            after,
            tuple(self.points),
            time.monotonic() - self.started,
            peak_bytes(self.device),
            self.device,
            self._notes(after),
            {name: q.delta for name, q in self.network.quantizers() if q.ewgs},
        )

    def _notes(self, after: Point) -> tuple[str, ...]:
        settings, norms = self.settings, len(self.network.norms)
        notes = [*self.lesson.notes, *norm_notes(norms, self.part, settings)]
        notes += group_notes(len(self.phases) - 1, settings)
        notes += delta_notes(self.measured)
        if after.step == 0:
            kept = Sentence("Training found nothing better than the start, which is kept.")
            notes.append(kept)
        return tuple(notes)

    def _checkpoint(self) -> Checkpoint:
        return Checkpoint(
            self.name,
            self.taught,
            self.step,
            self.network.state(),
            self.optimizer.state(),
            self.best,
            self.deltas,
            self.measured,
            tuple(self.points),
            (self.losses[0], self.losses[1]),
        )

    def _resume(self, stored: Checkpoint, watch: Watch | None) -> None:
        self.step, self.best = stored.step, stored.best
        self.network.load_state(stored.state)
        self.optimizer.load_state(stored.optimizer)
        self._set_deltas(dict(stored.deltas))
        self.measured = stored.measured
        self.points, self.losses = list(stored.points), list(stored.losses)
        if watch is not None:
            for point in self.points:
                watch(point)


def _share(phase: Phase, step: int) -> float:
    return (step - phase.start) / (phase.end - phase.start)
