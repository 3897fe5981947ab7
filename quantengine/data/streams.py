"""Sequences for a network whose outputs feed its inputs, and their steps."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from pathlib import Path, PurePosixPath
from threading import Lock

import numpy as np

from quantengine.counted import counted
from quantengine.data.array_file import archive_headers
from quantengine.data.column import DIGEST_BYTES
from quantengine.data.contents import contents
from quantengine.data.cut_steps import StepCutter
from quantengine.data.dataset import Array, Dataset, Loop, Sample
from quantengine.data.input import Input
from quantengine.data.loop import Made, first_state, with_loops
from quantengine.data.mapping import said_mapping
from quantengine.data.open import chosen_of, open_data
from quantengine.data.options import DataOptions
from quantengine.data.sequence_batches import in_batches
from quantengine.data.suffixes import ARCHIVE, IMAGES
from quantengine.errors import DataError
from quantengine.monitor import SILENT, Monitor
from quantengine.sentence import Sentence

Feeds = Mapping[str, Array]
Run = Callable[[Feeds], Feeds]
"""The float network: from feeds to outputs by name."""

_KEPT_BYTES = 256 << 20
"""Of the steps of sequences that stay in memory: samples are read in any order."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Sequences(Dataset):
    """Sample i: the rows in `parent` of each sequence in it, cut into steps, and what feeds them
    back. Several sequences go side by side where the network takes a batch of them.

    `starts`: inputs that are fed back and the output that feeds each, of those that begin with
    zeros. `forced`: whether every network begins each step as the float one does.
    """

    parent: Dataset
    rows: tuple[tuple[tuple[int, ...], ...], ...]
    cutter: StepCutter
    starts: tuple[tuple[Input, Made], ...]
    loops: tuple[Loop, ...]
    forced: bool
    run: Run
    _kept: OrderedDict[int, tuple[Feeds, ...]] = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)

    def load(self, index: int) -> Sample:
        sample = super().load(index)
        return replace(sample, steps=self.steps(index), loops=self.loops, forced=self.forced)

    def feeds(self, index: int) -> dict[str, Array]:
        """All steps, one behind the other along the first axis; of a cache that grows the last."""
        return joined(self.steps(index))

    def steps(self, index: int) -> tuple[Feeds, ...]:
        """The feeds of each step as the float network goes on; raises DataError."""
        with self._lock:
            if index not in self._kept:
                self._kept[index] = self._fed(self.given(index))
            self._kept.move_to_end(index)
            while len(self._kept) > 1 and sum(map(_bytes, self._kept.values())) > _KEPT_BYTES:
                self._kept.popitem(last=False)
            return self._kept[index]

    def given(self, index: int) -> list[dict[str, Array]]:
        """What the data gives to each step: as many as the shortest sequence of a batch has."""
        sides = [self._cut(rows) for rows in self.rows[index]]
        steps = zip(*sides, strict=False)
        return sides[0] if len(sides) == 1 else [self.cutter.side_by_side(step) for step in steps]

    def _cut(self, rows: Sequence[int]) -> list[dict[str, Array]]:
        parts = [self.cutter.cut(self.parent.feeds(row)) for row in rows]
        return [step for part in parts for step in part]

    def _fed(self, given: Sequence[dict[str, Array]]) -> tuple[Feeds, ...]:
        lengths = self.cutter.lengths(given[0])
        carried = {spec.name: first_state(spec, made, lengths) for spec, made in self.starts}
        steps: list[Feeds] = []
        for place, own in enumerate(given):
            begins = place == 0 or self.forced
            steps.append({**carried, **own} if begins else {**own, **carried})
            if place + 1 < len(given):
                found = self.run(steps[-1])
                carried = {one.input: one.fed(found[one.output]) for one in self.loops}
        return tuple(steps)

    def digest(self, index: int) -> bytes:
        total = hashlib.blake2b(digest_size=DIGEST_BYTES)
        for rows in self.rows[index]:
            for row in rows:
                total.update(self.parent.digest(row))
        return total.digest()


@dataclass(frozen=True, eq=False, kw_only=True)
class Steps(Dataset):
    """Every step of some sequences as a sample of its own."""

    sequences: Sequences
    places: tuple[tuple[int, int], ...]

    @property
    def judged(self) -> Dataset:
        return self.sequences

    @property
    def sequence_places(self) -> Sequence[int]:
        return [sequence for sequence, _ in self.places]

    def feeds(self, index: int) -> dict[str, Array]:
        sequence, step = self.places[index]
        return dict(self.sequences.steps(sequence)[step])

    def digest(self, index: int) -> bytes:
        sequence, step = self.places[index]
        told = (step, self.sequences.forced, self.sequences.loops)
        own = hashlib.blake2b(repr(told).encode(), digest_size=DIGEST_BYTES)
        own.update(self.sequences.digest(sequence))
        return own.digest()


def joined(steps: Sequence[Feeds], axes: Mapping[str, int] | None = None) -> dict[str, Array]:
    """By name the arrays of all steps, one behind the other along axis 0, or as `axes` say.

    The last alone where they have different shapes, as a cache that grows.
    """
    if len(steps) == 1:
        return dict(steps[0])
    found = {}
    for name, first in steps[0].items():
        axis, values = (axes or {}).get(name, 0), [step[name] for step in steps]
        alike = all(value.shape == first.shape for value in values)
        if not alike:
            found[name] = values[-1]
        else:
            found[name] = np.concatenate(values, axis) if first.ndim else np.stack(values)
    return found


def open_samples(
    path: Path | str,
    inputs: Sequence[Input],
    outputs: Sequence[Made],
    options: DataOptions,
    run: Run,
    *,
    classes: int | None = None,
    monitor: Monitor = SILENT,
) -> Dataset:
    """The samples at `path`; where `options` name loops, the steps of the sequences there.

    Their states are those of the float network `run`.

    An array with one axis more than its input has is a sequence, its first axis (behind that of
    the samples) the steps; numbers in a row, such as a sound, are cut into steps. Samples that are
    single steps, as pictures are, are the sequence of their file, else of their folder. Raises
    DataError.
    """
    if not options.loops:
        return open_data(path, inputs, options, classes=classes, monitor=monitor)
    specs = with_loops(inputs, outputs, options.loops)
    fed, constants = _fed(specs, Path(path), options)
    plain = replace(options, frames=None, start=None, stop=None, limit=None)
    as_they_are = {spec.name for spec in fed} if _holds_pictures(Path(path)) else constants
    loose = [
        spec if spec.name in constants else _of_any_shape(spec, whole=spec.name not in as_they_are)
        for spec in fed
    ]
    parent = open_data(path, loose, plain, classes=classes, monitor=monitor)
    cutter = StepCutter(
        tuple(spec for spec in fed if spec.name not in constants), specs, options.frames
    )
    named = _sequences(parent, cutter)
    size = cutter.batch(_first(parent).feeds)
    chosen, notes = in_batches([named[k] for k in chosen_of(len(named), options)], size)
    for note in notes:
        monitor.say(note)
    known = {each.name: each for each in outputs}
    names = {spec.name for spec in fed}
    loops = tuple(spec.loop for spec in specs if spec.loop is not None)
    whole = all(len(rows) == 1 for _, rows in named) and len(named) == len(parent)
    alone = all(len(sides) == 1 for _, sides in chosen)
    sequences = Sequences(
        names=tuple(name for name, _ in chosen),
        description={**parent.description, "loops": dict(options.loops)},
        preprocessing=parent.preprocessing,
        labels=tuple(parent.labels[sides[0][0]] for _, sides in chosen)
        if whole and alone and parent.labels
        else (),
        classes=parent.classes,
        notes=(*parent.notes, *notes),
        takes_nan=parent.takes_nan,
        parent=parent,
        rows=tuple(sides for _, sides in chosen),
        cutter=cutter,
        starts=tuple(
            (spec, known[spec.loop.output])
            for spec in specs
            if spec.loop is not None and spec.name not in names
        ),
        loops=loops,
        forced=options.teacher_forced,
        run=run,
    )
    return _steps(sequences, monitor)


def _fed(
    specs: Sequence[Input], path: Path, options: DataOptions
) -> tuple[list[Input], frozenset[str]]:
    """The inputs that the data feeds, states only where it holds one; and those of one number."""
    held = _held(path)
    _, constants = said_mapping(options, held)
    fed = [
        spec
        for spec in specs
        if spec.loop is None or spec.loop.greedy or spec.name in (*held, *options.mapping)
    ]
    if not fed:
        raise DataError("every input is fed by a loop: one must be left for the data")
    return fed, frozenset(constants)


def _held(path: Path) -> frozenset[str]:
    """The names of arrays that the data holds, where it names them."""
    if path.is_dir():
        folders = {each.name for each in path.iterdir() if each.is_dir()}
        archive = next(iter(sorted(path.glob(f"*{ARCHIVE}"))), None)
        return frozenset(folders) | (frozenset() if archive is None else _held(archive))
    try:
        return frozenset(archive_headers(path)) if path.suffix == ARCHIVE else frozenset()
    except (DataError, OSError):
        return frozenset()  # told where it is opened


def _bytes(steps: Sequence[Feeds]) -> int:
    return sum(values.nbytes for feeds in steps[:1] for values in feeds.values()) * len(steps)


def _holds_pictures(path: Path) -> bool:
    return bool(contents(path).images) if path.is_dir() else path.suffix.lower() in IMAGES


def _of_any_shape(spec: Input, *, whole: bool) -> Input:
    """As data is read for it: of any shape, or its own for any number of samples."""
    if whole:
        return replace(spec, shape=None, batch_axis=0, loop=None)
    return replace(spec, shape=spec.of_any_batch) if spec.shape else spec


def _sequences(parent: Dataset, cutter: StepCutter) -> list[tuple[str, tuple[int, ...]]]:
    """Name and rows of each sequence: single steps are put together by their file or folder."""
    if not cutter.are_single(_first(parent).feeds):
        return [(name, (row,)) for row, name in enumerate(parent.names)]
    found = groupby(range(len(parent)), lambda row: _file_of(parent.names[row]))
    return [(name, tuple(rows)) for name, rows in found]


def _first(parent: Dataset) -> Sample:
    problem: DataError | None = None
    for row in range(len(parent)):
        try:
            return parent.load(row)
        except DataError as error:
            problem = problem or error
    raise problem or DataError("the data is empty")


def _file_of(name: str) -> str:
    """The file that a row such as `a.npy[07]` is of, else the folder."""
    file, bracket, _ = name.rpartition("[")
    if bracket:
        return file
    folder = PurePosixPath(name).parent.as_posix()
    return "all" if folder == "." else folder


def _steps(sequences: Sequences, monitor: Monitor) -> Steps:
    counts, reasons = list[int](), list[DataError]()
    for index in monitor.track(range(len(sequences)), "Reading sequences"):
        try:
            counts.append(len(sequences.given(index)))
        except DataError as error:
            counts.append(1)  # told by name where it is used
            reasons.append(error)
    if len(reasons) == len(sequences):
        raise DataError("{0}: {1}", sequences.names[0], reasons[0])
    digits = len(str(max(counts) - 1))
    note = Sentence(
        "Samples are sequences: {0} of {1} in all, each begun with zeros where the data gives no "
        "state.",
        *(counted(len(counts), "sequence"), counted(sum(counts), "step")),
    )
    monitor.say(note)
    places = tuple((k, step) for k, count in enumerate(counts) for step in range(count))
    return Steps(
        names=tuple(f"{sequences.names[k]} step {step:0{digits}d}" for k, step in places),
        description={
            **sequences.description,
            "sequences": len(counts),
            "teacher_forced": sequences.forced,
        },
        preprocessing=sequences.preprocessing,
        notes=(*sequences.notes, note),
        takes_nan=sequences.takes_nan,
        sequences=sequences,
        places=places,
    )
