"""Compares tensors that a device or another framework dumped with those of the float file."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import onnx

from quantengine.analyze.simulate import Simulator, tapped
from quantengine.counted import counted
from quantengine.data.dataset import Array, Dataset
from quantengine.diff.dump_files import Dump, Dumped, find_dump, is_numbers, whole_samples
from quantengine.diff.dump_layout import laid, layouts
from quantengine.diff.dump_left import Left
from quantengine.diff.dump_map import Meant
from quantengine.diff.dump_names import NO_MAP, Found, Named, name_dump
from quantengine.diff.dump_result import BadDump, DumpDifference, DumpRow
from quantengine.diff.dump_sums import DumpSums
from quantengine.diff.running import copied
from quantengine.errors import DataError
from quantengine.formats.metrics import Difference
from quantengine.graph.model import FloatModel
from quantengine.graph.origin import label
from quantengine.graph.read import read_model
from quantengine.graph.spelling import Spellings, unknown
from quantengine.monitor import SILENT, Monitor
from quantengine.observe.calibrate import calibrate
from quantengine.observe.table import CalibrationTable
from quantengine.observe.taps import model_taps
from quantengine.resolve.resolve import resolve_plan
from quantengine.runtime import Session, Tensors
from quantengine.sentence import Sentence
from quantengine.targets import plan_for

_FEW = 8
"""Samples that our own plan runs on."""


def compare_dump(
    model: FloatModel,
    folder: Path,
    data: Dataset,
    *,
    mapping: Mapping[str, Meant] = NO_MAP,
    table: CalibrationTable | None = None,
    monitor: Monitor = SILENT,
) -> DumpDifference:
    """The arrays in `folder` against the values of the file on the first samples of `data`.

    Samples are in the order of the data. `table`: statistics, else they are collected on those
    samples. Raises DataError where nothing of the dump is in the model, ModelError, Cancelled.
    """
    dump = find_dump(folder)
    file = read_model(model.path, monitor=monitor).proto
    named = name_dump(dump, file.graph, mapping)
    if not named.found and not dump.unread:
        if named.notes and not named.unknown:
            raise DataError("Nothing in {0} can be compared: {1}", folder.name, named.notes[0])
        tensors = Spellings(named.node_of)
        near = ", ".join(unknown(named.unknown, tensors, 3))
        raise DataError(
            "No name in {0} is in the model: {1}. Give the names with --dump-map.",
            folder.name,
            near,
        )
    return _Comparing(model, dump, named, file, data).result(table, monitor)


@dataclass(eq=False)
class _Tensor:
    """Sums of one tensor, the way it lies once that is known, and what our plan has there."""

    found: Found
    sums: DumpSums = field(default_factory=DumpSums)
    ours: Difference = field(default_factory=Difference)
    layout: str | None = None
    whole: Array | None = None


class _Comparing:
    def __init__(
        self,
        model: FloatModel,
        dump: Dump,
        named: Named,
        file: onnx.ModelProto,
        data: Dataset,
    ) -> None:
        self.model, self.dump, self.named, self.data = model, dump, named, data
        self.tensors = {name: _Tensor(found) for name, found in named.found.items()}
        self.fed = {value.name for value in file.graph.input}
        self.session = Session(tapped(file, [n for n in self.tensors if n not in self.fed]))
        self.unread = dict(dump.unread)
        self.no_floats: dict[str, None] = {}
        self.samples, self.dumped = 0, dump.samples

    def result(self, table: CalibrationTable | None, monitor: Monitor) -> DumpDifference:
        places = range(min(len(self.data), self.dump.samples or len(self.data)))
        for place in monitor.track(places, "Comparing dumps"):
            sample = self.data.load(place)
            if sample.loops or sample.steps:
                raise DataError("Dumps of sequences are not compared: give single steps as data.")
            if not self._add(place, sample.feeds, monitor):
                break
            self.samples += 1
        if self.samples:
            self._measure_ours(table, monitor)
        rows = tuple(self._rows())
        return DumpDifference(
            self.model.path.name,
            self.dump.folder.name,
            self.samples,
            rows,
            tuple(self._bad(rows)),
            self.named.unknown,
            tuple(self._missing()),
            tuple(self.unread.items()),
            tuple(self._notes()),
        )

    def _add(self, place: int, feeds: Tensors, monitor: Monitor) -> bool:
        """Whether some tensor has this sample."""
        wanted = [name for name in self.tensors if name not in self.fed]
        floats = {**feeds, **self.session.run(feeds, wanted, monitor=monitor)}
        some = False
        for name, tensor in self.tensors.items():
            values = floats[name]
            if values.dtype.kind != "f":
                self.no_floats[tensor.found.name] = None
            elif values.size:
                dumped = self._dumped(tensor, place, values)
                if dumped is not None:
                    tensor.sums.add(values, dumped)
                    some = True
        return some

    def _dumped(self, tensor: _Tensor, place: int, floats: Array) -> Array | None:
        """The values of a sample in the shape they have here; None where it has none."""
        count, arrays = floats.size, tensor.found.arrays
        by_sample = {each.sample: each for each in arrays}
        each = by_sample.get(place, by_sample.get(None))
        if each is None:
            return None
        try:
            values = tensor.whole if tensor.whole is not None else _real(each, count, tensor.found)
        except DataError as error:
            self.unread[_label(each)] = str(error)
            return None
        several = whole_samples(values, count)
        if each.sample is None:
            tensor.whole = values
            self.dumped = max(self.dumped, several)
        if not several or (each.sample is not None and several != 1):
            sizes = " x ".join(map(str, values.shape)), " x ".join(map(str, floats.shape))
            self.unread[_label(each)] = Sentence("it is {0}, the tensor is {1}", *sizes)
            return None
        if each.sample is None and place >= several:
            return None
        values = _row(values, several, place) if several > 1 else values
        return self._laid(tensor, values, floats)

    def _laid(self, tensor: _Tensor, values: Array, floats: Array) -> Array:
        """Of two ways it may lie, the one that is nearer on the first sample."""
        if tensor.layout is None:
            ways = layouts(values, floats.shape)
            near = {way: _nearness(floats, laid(values, floats.shape, way)) for way in ways}
            tensor.layout = max(ways, key=lambda way: near[way])
        return laid(values, floats.shape, tensor.layout)

    def _measure_ours(self, table: CalibrationTable | None, monitor: Monitor) -> None:
        """What our default plan has at each tensor that the opened network has too."""
        if self.model.quantized is not None:
            return
        few = self.data.subset(tuple(range(min(self.samples, _FEW))))
        plan = plan_for("onnxruntime-cpu")
        known = table or calibrate(self.model, few, model_taps(self.model), monitor=monitor)
        encodings = resolve_plan(self.model, plan, known, monitor=monitor).encodings
        inside = {*self.model.producers, *self.model.inputs}
        taps = [name for name in self.tensors if name in inside]
        simulator, exact = Simulator(self.model), Session(tapped(copied(self.model.proto), taps))
        for place in range(len(few)):
            feeds = few.load(place).feeds
            seen = simulator.watched(feeds, encodings, taps, monitor=monitor)[1]
            made = [tap for tap in taps if tap not in feeds]
            floats = {**feeds, **exact.run(feeds, made, monitor=monitor)}
            for tap in taps:
                if floats[tap].dtype.kind == "f":
                    self.tensors[tap].ours.add(floats[tap], seen[tap])

    def _rows(self) -> Iterator[DumpRow]:
        for name, tensor in self.tensors.items():
            node, sums = self.named.node_of.get(name), tensor.sums
            ours = tensor.ours.sqnr_db if tensor.ours.count else math.nan
            if not sums.samples:
                continue
            yield DumpRow(
                None if node is None else label(node),
                "Input" if node is None else node.op_type,
                name,
                tensor.found.name,
                tensor.found.how,
                sums.db,
                ours,
                *(sums.low, sums.high, sums.float_low, sums.float_high),
                sums.samples,
                tensor.layout or "",
                tuple(self._made_of(name)),
                sums.is_bad(ours),
            )

    def _made_of(self, tensor: str) -> Iterator[str]:
        """The nearest compared values before a tensor."""
        waiting, seen = [tensor], {tensor}
        while waiting:
            node = self.named.node_of.get(waiting.pop())
            for name in () if node is None else node.input:
                if name in seen or not name:
                    continue
                seen.add(name)
                if name in self.tensors and self.tensors[name].sums.samples:
                    yield name
                else:
                    waiting.append(name)

    def _bad(self, rows: tuple[DumpRow, ...]) -> Iterator[BadDump]:
        """Where values go bad: not where bad ones were read already."""
        bad = {row.tensor for row in rows if row.is_bad}
        for row in rows:
            if row.tensor in bad and bad.isdisjoint(row.after):
                sums = self.tensors[row.tensor].sums
                text = sums.said(row.node or row.tensor)
                yield BadDump(row.node, row.tensor, sums.fault(), row.db, row.after, text)

    def _missing(self) -> Iterator[str]:
        """Tensors that the opened network takes for results of layers, and the dump has not."""
        for name in self.named.node_of:
            kind = self.model.types.get(name)
            if name not in self.tensors and kind is not None and kind.is_float:
                yield name

    def _notes(self) -> Iterator[Sentence]:
        yield Sentence(
            "A dump has each value with all that came before it: errors of layers alone are not "
            "told."
        )
        yield from (*self.dump.notes, *self.named.notes)
        yield from Left.NO_FLOATS.said(self.no_floats)
        turned = [name for name, tensor in self.tensors.items() if tensor.layout]
        if turned:
            yield Sentence(
                "Channels come last in {0}, '{1}' the first.",
                *(counted(len(turned), "array"), turned[0]),
            )
        if self.dumped > len(self.data):
            yield Sentence(
                "The dump has {0}, the data {1}.", counted(self.dumped, "sample"), len(self.data)
            )


def _real(dumped: Dumped, count: int, found: Found) -> Array:
    """As real numbers; raises DataError where they are codes and nobody says of what scale."""
    values = dumped.read(count)
    if not is_numbers(values):
        raise DataError("{0} holds no numbers", dumped.path.name)
    meant = found.meant
    if meant.scale is not None:
        return (values.astype(np.float64) - meant.zero_point) * meant.scale
    if values.dtype.kind != "f":
        raise DataError(
            "{0} holds integers: give their scale and zero point with --dump-map", dumped.path.name
        )
    return values


def _label(dumped: Dumped) -> str:
    at = "" if dumped.sample is None else f"{dumped.path.parent.name}/"
    return f"{at}{dumped.path.name}" + ("" if dumped.key is None else f":{dumped.key}")


def _row(values: Array, several: int, place: int) -> Array:
    """A sample of an array with samples in front."""
    if values.shape[0] == several:
        return np.asarray(values[place])
    return np.asarray(values.reshape(several, -1)[place])


def _nearness(floats: Array, values: Array) -> float:
    difference = Difference()
    difference.add(floats, values)
    return -math.inf if math.isnan(difference.sqnr_db) else difference.sqnr_db
