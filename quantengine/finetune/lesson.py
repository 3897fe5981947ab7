"""Teacher and student on the same samples: what one step learns, and how good the student is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from quantengine.errors import DataError
from quantengine.finetune.augment import augment, is_image, mixed
from quantengine.finetune.batch_norm import freeze
from quantengine.finetune.batches import Batch, Samples, stacks
from quantengine.finetune.fake_network import FakeNetwork
from quantengine.finetune.loss import Goal, goal_of, relative_error
from quantengine.finetune.network import Network
from quantengine.finetune.outcome import Point
from quantengine.finetune.pytorch import torch
from quantengine.finetune.settings import Settings
from quantengine.monitor import Monitor
from quantengine.sentence import Sentence
from quantengine.verdict.judge import BY_WORST, WORST, Judge
from quantengine.verdict.record import Record
from quantengine.verdict.reference import Reference

_FIRST = 16
_HELD_PART = 8
"""Which part of the memory for data float results of the samples that judge may take."""


class Lesson:
    """The float network shows, the quantized one follows; `targets` are tensors of the float one.

    `at_once` samples judge together; `notes` says what of the data is not used. Raises DataError
    where labels are asked for and there are none, or they are no classes of the model.
    """

    def __init__(
        self,
        teacher: Network,
        student: FakeNetwork,
        data: Samples,
        settings: Settings,
        judge: Judge = BY_WORST,
    ) -> None:
        self.teacher, self.student, self.data, self.settings = teacher, student, data, settings
        self.stack = stacks(student.model, teacher, data)
        self.at_once = settings.batch
        self.notes: list[str] = []
        self.classes = 0
        self.goal = self._goal()
        self.reference = self._reference(judge)
        self.use_labels = self._use_labels()
        self.layers = self._layers() if settings.layer_loss else ()
        chosen = settings.augment
        self.augments = self._images_alone() if chosen is None else chosen

    def batches(self, indices: tuple[int, ...], random: Any) -> list[Batch]:
        """The samples to learn from in one step, changed a little where they are images."""
        loaded = self.data.load(indices, self.teacher, stack=self.stack)
        if not self.augments:
            return list(loaded)
        return [self._changed(batch, random) for batch in loaded]

    def _changed(self, batch: Batch, random: Any) -> Batch:
        feeds = dict(batch.feeds)
        for name, value in batch.feeds.items():
            if is_image(value) and self._prepared(name):
                feeds[name] = augment(value, random)
                if not self.use_labels:
                    feeds[name] = mixed(feeds[name], random)
        return Batch(feeds, batch.labels, batch.size)

    def _prepared(self, name: str) -> bool:
        """Whether a feed may be changed as an image: a mask beside one may not."""
        prepared = self.data.dataset.preprocessing
        return name in prepared or not prepared

    def _images_alone(self) -> bool:
        """Whether an image is fed and nothing that must move with it."""
        inputs = self.student.model.inputs.items()
        planes = [name for name, kind in inputs if kind.shape is None or len(kind.shape) == 4]
        return len(planes) == 1 and list(self.data.dataset.preprocessing) == planes

    def loss(self, batch: Batch, targets: tuple[str, ...] = ()) -> Any:
        """How far the student is: at the outputs, or at `targets` where there are some."""
        if targets:
            return self._distance(batch, targets)
        with torch.no_grad():
            expected = self.teacher.run(batch.feeds, (*self.goal.outputs, *self.layers))
        wanted = (*self.goal.outputs, *(self._seen(name) for name in self.layers))
        found = self.student.run(batch.feeds, wanted)
        loss = self._output_loss(expected, found, batch)
        for name in self.layers:
            share = self.settings.layer_loss / len(self.layers)
            loss = loss + share * relative_error(expected[name], found[self._seen(name)])
        return loss

    def judge(self, step: int, loss: float, monitor: Monitor) -> Point:
        """The student on the held-out samples, with batch norms as the file will have them."""
        self.student.train(False)
        frozen = {name: norm.frozen for name, norm in self.student.norms.items()}
        freeze(self.student.norms, frozen=True)
        score, records = 0.0, list[Record]()
        with torch.no_grad():
            for chosen in self.data.held_out(self.at_once):
                for batch in self.data.load(chosen, self.teacher, stack=self.stack):
                    monitor.check()
                    found, distance = self._judged(batch)
                    score += distance * batch.size
                    records += self._records(len(records), found, batch.size, monitor)
        for name, norm in self.student.norms.items():
            norm.frozen = frozen[name]
        verdict = self.reference.verdict(records)
        decibels, follows = verdict.judged_db, self.reference.judge_by.follows != WORST
        mean = score / len(records)
        own = None if verdict.own is None else verdict.own.rank
        return Point(step, loss, mean, decibels, verdict.agreement, follows_db=follows, own=own)

    def _judged(self, batch: Batch) -> tuple[dict[str, Any], float]:
        """What the student gives, and its loss."""
        outputs = self.reference.reading.outputs
        expected = self.teacher.run(batch.feeds, self.goal.outputs)
        found = self.student.run(batch.feeds, dict.fromkeys((*self.goal.outputs, *outputs)))
        loss = float(self._output_loss(expected, found, batch))
        return {name: found[name].cpu().numpy() for name in outputs}, loss

    def _records(
        self, first: int, found: Mapping[str, Any], size: int, monitor: Monitor
    ) -> Iterator[Record]:
        """One for each sample of a batch, which begins at a place among those that judge."""
        for row in range(size):
            place = first + row
            sample = self.data.sample(self.data.judging[place])
            alone = found if size == 1 else {n: v[row : row + 1] for n, v in found.items()}
            yield self.reference.record(place, sample, alone, monitor=monitor)

    def _distance(self, batch: Batch, targets: tuple[str, ...]) -> Any:
        """The mean relative error of some layers' outputs."""
        with torch.no_grad():
            expected = self.teacher.run(batch.feeds, targets)
        found = self.student.run(batch.feeds, [self._seen(name) for name in targets])
        errors = [relative_error(expected[n], found[self._seen(n)]) for n in targets]
        return sum(errors) / len(errors)

    def _output_loss(
        self, expected: Mapping[str, Any], found: Mapping[str, Any], batch: Batch
    ) -> Any:
        labelled = self.use_labels and batch.labels is not None
        if labelled and self.settings.loss == "labels":
            return self.goal.label_error(found, batch.labels)
        loss = self.goal.distance(expected, found)
        return loss + self.goal.label_error(found, batch.labels) if labelled else loss

    def _seen(self, name: str) -> str:
        """The tensor of the student that its readers see in place of `name`."""
        return self.student.places.seen.get(name, name)

    def _layers(self) -> tuple[str, ...]:
        inputs = self.student.model.inputs
        return tuple(n for n in self.student.activation_quantizers if n not in inputs)

    def _goal(self) -> Goal:
        goal = goal_of(self.student.model)
        first = self.data.judging[: self.settings.batch]
        batch = next(self.data.load(first, self.teacher, stack=self.stack))
        with torch.no_grad():
            found = self.teacher.run(batch.feeds, goal.outputs)
        if goal.scores is not None:
            self.classes = int(found[goal.scores].shape[-1])
        return goal.softened(found[goal.outputs[0]])

    def _reference(self, judge: Judge) -> Reference:
        """The file that was given, on the samples that judge."""
        first = [self.data.sample(index) for index in self.data.judging[:_FIRST]]
        held_bytes = self.settings.memory_bytes // _HELD_PART
        return Reference.of(self.student.model, first, held_bytes=held_bytes, judge=judge)

    def _use_labels(self) -> bool:
        usable = self.data.labelled and self.goal.scores is not None
        if self.settings.loss == "labels" and not usable:
            raise DataError(
                "the data has no labels for an output of class scores: give --labels, or train "
                "towards the float model's outputs (--loss distill)"
            )
        if not usable or self.settings.loss == "distill":
            return False
        return self._labels_fit()

    def _labels_fit(self) -> bool:
        """Whether every label is one of the classes."""
        labels = [label for label in self.data.dataset.labels if label is not None]
        if min(labels) >= 0 and max(labels) < self.classes:
            return True
        found = (
            f"the labels lie in {min(labels)}..{max(labels)}, and the classes of "
            f"'{self.goal.scores}' in 0..{self.classes - 1}"
        )
        if self.settings.loss == "labels":
            raise DataError(
                "{0}: give --labels that count the classes from 0, or train towards the float "
                "model's outputs (--loss distill)",
                found,
            )
        self.notes.append(Sentence("Labels were not used: {0}.", found))
        return False
