"""How the outputs of a network are read: what of them counts, and as what."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from quantengine.data.dataset import Sample
from quantengine.formats.metrics import equal_values, unlike_infinities, without_infinities
from quantengine.graph.channels import channels_of
from quantengine.graph.lists import lists_of, ranked_of
from quantengine.graph.masks import mask_limits
from quantengine.graph.model import FloatModel
from quantengine.verdict.layout import WHOLE, Layout, layout_of
from quantengine.verdict.lists import Along, Pairs, found_again, list_axis, paired
from quantengine.verdict.look import looks_of
from quantengine.verdict.positions import real_positions
from quantengine.verdict.record import Fault, Look, OutputRecord, Record
from quantengine.verdict.sums import (
    COUNT,
    SENTINEL,
    Doubles,
    Edges,
    Floats,
    are_usual,
    pair_sums,
)
from quantengine.verdict.tasks.classification import class_record
from quantengine.verdict.tasks.registry import taken
from quantengine.verdict.tasks.subject import Subject, Told, makers_of
from quantengine.verdict.tasks.task import Shown, Taken

Array = NDArray[Any]
Outputs = Mapping[str, Array]
List = tuple[int, Pairs | None]
"""An axis, and which rows along it are the same thing, where any output tells in floats."""


@dataclass(frozen=True)
class Reading:
    """The outputs that are compared, in order; the first may hold class scores.

    Padding counts nowhere, nor does what the float network itself gives as NaN. Mask constants,
    values down from the limit of their output, are what they stand for: minus infinity. `told` is
    what the file tells of its outputs, `layouts` the slices that float results were cut into,
    `along` the axes of lists of several lengths, `taken` the task whose figures are wanted.
    """

    outputs: tuple[str, ...]
    limits: Mapping[str, float] = field(default_factory=dict)
    told: Told = field(default_factory=Told)
    layouts: Mapping[str, Layout] = field(default_factory=dict)
    along: Mapping[str, Along] = field(default_factory=dict)
    taken: Taken | None = None

    def learnt(self, runs: Sequence[tuple[Outputs, Outputs]]) -> Reading:
        """The reading of these outputs, with slices as float results (feeds, outputs) show them."""
        found = {}
        for name in self.outputs:
            values = [outputs[name] for _, outputs in runs]
            if values and all(each.dtype.kind == "f" for each in values):
                read = [real_positions(v, fed) for v, (fed, _) in zip(values, runs, strict=True)]
                found[name] = layout_of(self.told.channels.get(name), values, read)
        shapes = {name: [out[name].shape for _, out in runs] for name in self.told.lists}
        axes = {name: list_axis(known) for name, known in shapes.items() if known}
        along = {
            name: Along(axis, tuple(shape[axis] for shape in shapes[name]))
            for name, axis in axes.items()
            if axis is not None
        }
        return replace(self, layouts=found, along=along)

    def decoding(self, samples: Sequence[Sample]) -> Reading:
        """The reading where the best of an output's scores is fed back, as the samples say."""
        greedy = [one.output for sample in samples for one in sample.loops if one.greedy]
        told = replace(self.told, decoded=next(iter(greedy), None))
        return replace(self, told=told)

    def for_task(self, runs: Sequence[tuple[Outputs, Outputs]], name: str | None) -> Reading:
        """With the task of that name, or the one that these float results look like.

        Raises PlanError where the outputs do not fit it.
        """
        return replace(self, taken=taken(Subject(self.outputs, runs, self.told), name))

    def record(
        self,
        place: int,
        expected: Outputs,
        candidate: Outputs,
        feeds: Mapping[str, Array],
        label: int | None = None,
        truth: object | None = None,
    ) -> Record:
        """What the outputs of one sample show; `truth`: what is right for it, of any task."""
        lists = self._lists(expected, candidate)
        outputs = tuple(
            self._of_list(name, expected[name], candidate[name], lists[name])
            if name in lists
            else self._output(name, expected[name], candidate[name], feeds)
            for name in self.outputs
        )
        first = self.outputs[0] if self.outputs else None
        classes = None
        if first is not None:
            classes = class_record(expected[first], candidate[first], label)
        task = None
        if self.taken is not None:
            right = label if truth is None else truth
            task = self.taken.reader.shown(Shown(expected, candidate, feeds, right))
        return Record(place, outputs, classes, task)

    def _output(
        self, name: str, expected: Array, found: Array, feeds: Mapping[str, Array]
    ) -> OutputRecord:
        ours, theirs = real_positions(expected, feeds), real_positions(found, feeds)
        padded = ours is not expected
        if expected.dtype.kind != "f":
            size = max(ours.size, theirs.size)
            return OutputRecord(None, size, equal_values(ours, theirs), padded=padded)
        if expected.shape != found.shape:
            flat, edges = self.layouts.get(name, WHOLE).flat(expected, ours)
            return OutputRecord(pair_sums(flat, flat, edges), fault="another shape", padded=padded)
        return self._of_floats(name, (expected, ours, theirs), padded)

    def _lists(self, expected: Outputs, found: Outputs) -> dict[str, List]:
        """Outputs that are lists; those that are always equally long tell of the same things."""
        axes = {name: self._list_axis(name, expected[name], found[name]) for name in self.outputs}
        known = {name: axis for name, axis in axes.items() if axis is not None}
        alike = defaultdict[object, list[str]](list)
        for name, axis in known.items():
            along = self.along.get(name)
            lengths = expected[name].shape[axis], found[name].shape[axis]
            alike[lengths, along and along.lengths].append(name)
        lists = dict[str, List]()
        for names in alike.values():
            floats = [name for name in names if expected[name].dtype.kind == "f"]
            given = [(expected[name], found[name], known[name]) for name in floats]
            pairs = paired(given) if given else None
            lists |= {name: (known[name], pairs) for name in names}
        return lists

    def _list_axis(self, name: str, expected: Array, found: Array) -> int | None:
        """Along which an output is a list; None of any other."""
        if name not in self.told.lists:
            return self._ranked_axis(name, expected, found)
        if expected.shape != found.shape:
            return list_axis([expected.shape, found.shape])
        along = self.along.get(name)
        return None if along is None else along.axis

    def _ranked_axis(self, name: str, expected: Array, found: Array) -> int | None:
        counts = self.told.ranked.get(name, frozenset())
        axes = [axis for axis, length in enumerate(expected.shape) if length in counts]
        return axes[0] if len(axes) == 1 and expected.shape == found.shape else None

    def _of_list(self, name: str, expected: Array, found: Array, where: List) -> OutputRecord:
        axis, pairs = where
        if pairs is not None and expected.dtype.kind == "f":
            ours, theirs = pairs.side_by_side(expected, found, axis)
            return replace(self._of_floats(name, (ours, ours, theirs), padded=False), listed=True)
        equal = pairs.equal if pairs is not None else found_again
        longer = max(expected, found, key=lambda each: each.size)
        share = longer.size // max(longer.shape[axis], 1)
        return OutputRecord(None, longer.size, equal(expected, found, axis) * share, listed=True)

    def _of_floats(
        self, name: str, arrays: tuple[Array, Array, Array], padded: bool
    ) -> OutputRecord:
        """Of the float values, those of them that are read, and those of the quantized network."""
        expected, ours, theirs = arrays
        layout = self.layouts.get(name, WHOLE)
        limit = self.limits.get(name)
        if limit is not None:
            ours, theirs = _endless(ours, limit), _endless(theirs, limit)
        first, edges = layout.flat(expected, ours)
        second, _ = layout.flat(expected, theirs)
        sums = pair_sums(first, second, edges)
        if not are_usual(sums):
            return _unusual(_endless(first, -SENTINEL), _endless(second, -SENTINEL), edges, padded)
        return OutputRecord(sums, padded=padded, looks=_looks(first, second, sums, layout, edges))


def reading_of(model: FloatModel) -> Reading:
    """How the outputs of `model` are read."""
    limits = mask_limits(model)
    traced = {name: channels_of(model, name) for name in model.outputs}
    return Reading(
        tuple(model.outputs),
        {name: limits[name] for name in model.outputs if name in limits},
        Told(
            makers_of(model),
            {name: channels for name, channels in traced.items() if channels is not None},
            {entry.key: entry.value for entry in model.proto.metadata_props},
            lists=lists_of(model),
            ranked=ranked_of(model),
        ),
    )


def _looks(
    ours: Floats, theirs: Floats, sums: Doubles, layout: Layout, edges: Edges
) -> tuple[Look | None, ...]:
    """None of values that are not cut as the layout says."""
    channels = layout.slices[-1].last + 1
    if layout.axis is None or len(edges) != len(layout.slices) + 1:
        return ()
    return looks_of(ours, theirs, sums, layout.slices, ours.shape[1] // channels)


def _unusual(ours: Floats, theirs: Floats, edges: Edges, padded: bool) -> OutputRecord:
    """Of values some of which are no numbers: NaN of `ours` is left out, infinities are counted."""
    known = ~np.isnan(ours)
    sums = pair_sums(
        *without_infinities(np.where(known, ours, 0), np.where(known, theirs, 0)), edges
    )
    sums[COUNT] = [np.count_nonzero(known[:, a:b]) for a, b in pairwise(edges)]
    return OutputRecord(
        sums,
        unknown=int(np.count_nonzero(~known)),
        infinite=int(np.count_nonzero(np.isinf(ours) | np.isinf(theirs))),
        unlike=unlike_infinities(ours, theirs),
        fault=_fault(ours, theirs),
        padded=padded,
    )


def _fault(ours: Array, theirs: Array) -> Fault | None:
    unknown = np.isnan(ours)
    if np.any(np.isnan(theirs) & ~unknown):
        return "NaN"
    return "only NaN expected" if ours.size and np.all(unknown) else None


def _endless(values: Array, limit: float) -> Array:
    """With values down from `limit`, or as large as sentinels, as infinities."""
    found = np.where(values <= limit, -np.inf, values)
    return np.where(found >= SENTINEL, np.inf, found)
