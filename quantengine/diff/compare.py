"""Compares a file of any tool with the float network, layer by layer."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import onnx

from quantengine.analyze.probes import PROBES, judged_samples
from quantengine.data.dataset import Dataset, Sample
from quantengine.data.evenly import evenly
from quantengine.diff.difference import (
    BEHIND_DB,
    SUSPECTED_DB,
    Bad,
    Difference,
    LayerDifference,
    RangeFigures,
)
from quantengine.diff.fault import Fault
from quantengine.diff.inner import inner_ranges
from quantengine.diff.insides import insides
from quantengine.diff.joined import Joined, join
from quantengine.diff.places import Place, unmatched
from quantengine.diff.range_fault import by_width, is_bad, range_fault
from quantengine.diff.reading import read_other
from quantengine.diff.running import Running, fed
from quantengine.diff.said import said
from quantengine.diff.weight_fault import bias_fault, weight_fault
from quantengine.diff.yardstick import Yardstick
from quantengine.graph.model import FloatModel
from quantengine.monitor import SILENT, Monitor
from quantengine.observe.table import CalibrationTable
from quantengine.runtime import Tensors
from quantengine.verdict.reference import Reference, first_of
from quantengine.verdict.stream import Run, run_forced, run_steps
from quantengine.verdict.verdict import Verdict


def compare_files(
    model: FloatModel,
    path: Path,
    data: Dataset,
    *,
    limit: int | None = PROBES,
    table: CalibrationTable | None = None,
    monitor: Monitor = SILENT,
) -> Difference:
    """The file at `path` against `model` on at most `limit` samples of `data` (None: all).

    `table`: statistics of the model; without them they are collected on these samples. Raises
    ModelError where the two are not forms of one network, DataError, Cancelled.
    """
    joined = join(model, read_other(path, monitor=monitor), data, monitor=monitor)
    return compare(joined, data, limit=limit, table=table, monitor=monitor)


def compare(
    joined: Joined,
    data: Dataset,
    *,
    limit: int | None = PROBES,
    table: CalibrationTable | None = None,
    monitor: Monitor = SILENT,
) -> Difference:
    """As `compare_files`, of networks that were matched already."""
    whole = limit is None or limit >= len(data)
    chosen = data if whole else data.subset(evenly(len(data), limit))
    other = joined.other
    yardstick = Yardstick(joined.model, other, joined.places, chosen, monitor, table)
    running = Running(joined.model, other, joined.places, joined.cut)
    output, samples = _run(joined, running, chosen, monitor)
    return _Judge(joined, running, yardstick, monitor).result(output, samples)


def _run(joined: Joined, running: Running, data: Dataset, monitor: Monitor) -> tuple[Verdict, int]:
    """Feeds both; what the outputs come to as the file is, and how many samples there were."""
    other = joined.other
    first, samples = first_of(judged_samples(data, None, monitor, "Comparing files"))
    reference = Reference.of(joined.model, first, optimize=True, monitor=monitor)

    def theirs(feeds: Tensors) -> Tensors:
        names = list(dict.fromkeys(joined.outputs.values()))
        found = other.file.session.run(fed(feeds, other), names, monitor=monitor)
        return {name: found[own] for name, own in joined.outputs.items()}

    records, count = [], 0
    for place, sample in samples:
        steps = run_steps(theirs, sample)
        records.append(reference.record(place, sample, reference.joined(steps)))
        running.add(_runs(theirs, sample), monitor)
        count += 1
    return reference.verdict(records), count


def _runs(run: Run, sample: Sample) -> Sequence[Tensors]:
    """The feeds of each step, begun as the float network begins it."""
    seen: list[Tensors] = []

    def note(feeds: Tensors) -> Tensors:
        seen.append(feeds)
        return run(feeds)

    if not sample.loops:
        return sample.runs
    run_forced(note, sample)
    return seen


class _Judge:
    """Turns sums into rows, and rows into what is bad and why."""

    def __init__(
        self, joined: Joined, running: Running, yardstick: Yardstick, monitor: Monitor
    ) -> None:
        self.joined, self.running, self.yardstick = joined, running, yardstick
        self.other, self.monitor = joined.other, monitor
        self.own = joined.weights
        self.inner: Mapping[Place, tuple[str, RangeFigures]] = {}
        self.ranges = {
            place: found for place in joined.places if (found := self._range(place)) is not None
        }

    def result(self, output: Verdict, samples: int) -> Difference:
        rows = {place: self._row(place) for place in self.joined.places}
        asked = {p.layer for p, row in rows.items() if p.layer and self._is_asked(row)}
        reached = self.yardstick.local(asked, self.monitor)
        rows = {
            place: replace(row, ours_db=self._ours(place, reached)) for place, row in rows.items()
        }
        near = [place for place, row in rows.items() if row.local_db < SUSPECTED_DB]
        self.inner = inner_ranges(
            self.joined, self.running, near, self.yardstick.data, self.monitor
        )
        bad, suspected = self._named(rows)
        return Difference(
            self.joined.model.path.name,
            self.other.file.path.name,
            self.other.form,
            samples,
            tuple(rows.values()),
            unmatched(self.joined.model, self.other, self.joined.matching),
            tuple(bad),
            tuple(suspected),
            output,
            (*self.running.notes, *insides(self.joined, self.running)),
        )

    def _is_asked(self, row: LayerDifference) -> bool:
        """Whether it could be bad, so that our own encoding has to run."""
        return row.local_db < SUSPECTED_DB

    def _ours(self, place: Place, reached: Mapping[str, float]) -> float:
        """dB of our encoding: as it ran, or what roundings around a float operator come to.

        What the file rounds and we would not counts as rounded by us too.
        """
        own = self.ranges.get(place)
        extra = [] if own is None or self.yardstick.rounds(place) else [own.ours_db]
        if place.layer is not None and place.layer in reached:
            return _together(reached[place.layer], *extra)
        of = {each.tensor: each for each in self.joined.places}
        read = [of[t] for t in self.joined.cut.reads.get(place, ()) if t in of]
        return _together(*(self.ranges[p].ours_db for p in (place, *read) if p in self.ranges))

    def _range(self, place: Place) -> RangeFigures | None:
        sums, encoding = self.running.sums[place], self.other.grids.get(place.other)
        if sums.use is None or encoding is None:
            return None
        own, db = self.yardstick.range(place, encoding), sums.rounding.whole.sqnr_db
        if place.other not in self.other.backs:
            kept = self.yardstick.kept_db(place, encoding)
            db = db if kept is None else kept
        return RangeFigures(
            encoding.dtype.name,
            float(encoding.low),
            float(encoding.high),
            db,
            sums.use.clipped_share,
            sums.use.unused_share,
            *((own.low, own.high, own.db) if own is not None else (math.nan,) * 3),
        )

    def _row(self, place: Place) -> LayerDifference:
        sums = self.running.sums[place]
        nodes = self.joined.cut.nodes.get(place, ())
        pairs = self.own.pairs(place.layer, nodes)
        figures = [self.own.figures(pair) for pair in pairs]
        bias = self.own.bias(place.layer, nodes) if not any(p.folded for p in pairs) else None
        worst = min(figures, key=lambda each: each.db, default=None)
        return LayerDifference(
            layer=place.layer,
            node=place.node,
            operator=place.operator,
            tensor=place.tensor,
            other=place.other,
            how=place.how.value,
            accumulated_db=sums.accumulated.whole.sqnr_db,
            local_db=sums.local.whole.sqnr_db if sums.local.count else math.nan,
            ours_db=math.nan,
            weights=worst,
            range=self.ranges.get(place),
            bias_db=None if bias is None else bias.db,
        )

    def _named(self, rows: Mapping[Place, LayerDifference]) -> tuple[list[Bad], list[Bad]]:
        """What is bad, in order, and what is suspected; each cause once."""
        named: dict[tuple[str, Fault], Bad] = {}
        behind = [place for place, row in rows.items() if _gap(row) >= BEHIND_DB]
        far = sorted(behind, key=lambda place: -_gap(rows[place]))
        bad = self._each([p for p in behind if rows[p].is_bad], rows, named)
        return bad, self._each([p for p in far if not rows[p].is_bad], rows, named)

    def _each(
        self,
        found: Sequence[Place],
        rows: Mapping[Place, LayerDifference],
        named: dict[tuple[str, Fault], Bad],
    ) -> list[Bad]:
        told = []
        for place in found:
            at, fault, bias = self._cause(place, rows[place].local_db)
            row, key = self._told_of(at, rows[at], fault), (at.tensor, fault)
            if key not in named:
                text = said(row, fault, bias)
                named[key] = Bad(row.layer, row.node, at.tensor, fault, row.local_db, text)
                told.append(named[key])
        return told

    def _told_of(self, place: Place, row: LayerDifference, fault: Fault) -> LayerDifference:
        """With the range of an inner value where that is what fails."""
        inner = self.inner.get(place)
        own = is_bad(row.range) or inner is None or not is_bad(inner[1])
        if own or inner is None or by_width(inner[1]) is not fault:
            return row
        return replace(row, tensor=inner[0], range=inner[1])

    def _cause(self, place: Place, local_db: float) -> tuple[Place, Fault, bool]:
        """Where a place fails for it, and why: its range, weights, bias, or what it reads."""
        ranged, own = self._range_fault(place), self.ranges.get(place)
        if ranged is not None and own is not None and own.db < local_db + BEHIND_DB:
            return place, ranged, False
        nodes = self.joined.cut.nodes.get(place, ())
        pairs = self.own.pairs(place.layer, nodes)
        for pair in pairs:
            fault = weight_fault(self.own, pair)
            if fault is not None:
                return place, fault, False
        bias = None if any(p.folded for p in pairs) else self.own.bias(place.layer, nodes)
        fault = None if bias is None else bias_fault(bias)
        if fault is not None:
            return place, fault, True
        of = {each.tensor: each for each in self.joined.places}
        for tensor in self.joined.cut.reads.get(place, ()):
            fault = self._range_fault(of[tensor]) if tensor in of else None
            if fault is not None:
                return of[tensor], fault, False
        if place in self.inner and is_bad(self.inner[place][1]):
            return place, by_width(self.inner[place][1]), False
        if ranged is not None:  # a range that no longer holds what a fused Relu held
            return place, ranged, False
        floats = bool(pairs) and all(pair.coded is None for pair in pairs)
        island = floats and any(_rounds_input(node, place) for node in nodes)
        return place, Fault.ISLAND if island else Fault.NOTHING_SINGLE, False

    def _range_fault(self, place: Place) -> Fault | None:
        return range_fault(place, self.ranges, self.other.grids, self.other.backs)


def _rounds_input(node: onnx.NodeProto, place: Place) -> bool:
    return node.op_type == "QuantizeLinear" and node.input[0] != place.other


def _together(*known_db: float) -> float:
    """dB of errors that add up."""
    noise = sum(10 ** (-db / 10) for db in known_db if not math.isnan(db))
    return -10 * math.log10(noise) if noise else math.inf


def _gap(row: LayerDifference) -> float:
    """By how many dB a result below 30 dB, or its weight, lies below what ours reaches."""
    pairs = [(row.local_db, row.ours_db)]
    if row.weights is not None:
        pairs.append((row.weights.db, row.weights.ours_db))
    return max((ours - db for db, ours in pairs if db < SUSPECTED_DB), default=-math.inf)
