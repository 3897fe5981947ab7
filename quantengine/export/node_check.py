"""A written file against the float layers, one integer tensor after the other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray

from quantengine.errors import DataError, ExportError
from quantengine.export.expected import ExpectedModel, Fed, expected_model
from quantengine.export.owner_check import refuse_wrong_owner
from quantengine.export.regions import Regions, in_order
from quantengine.formats.metrics import Difference
from quantengine.graph.lift import lift_bodies
from quantengine.graph.message import write_model
from quantengine.graph.model import FloatModel
from quantengine.graph.sink import sunk
from quantengine.graph.walk import first_made
from quantengine.monitor import SILENT, Monitor
from quantengine.rewrite.dynamic import DYNAMIC_BITS
from quantengine.rewrite.edge_session import EdgeSession
from quantengine.rewrite.encodings import Encodings
from quantengine.rewrite.qdq import QdqForm
from quantengine.runtime import Session, Tensors, multiplies_exactly
from quantengine.sentence import Sentence

LARGEST_SHARE = 1e-3
"""Of the codes of one tensor, beside those that lie between two."""
LARGEST_STEPS = 2
_FEW = 2
"""So many codes of a small tensor may differ by one."""
_FLOAT_ERROR = 2e-3
"""Of a float output, relative, on equal codes: float products differ in their last bits only."""
_BLUNT_ERROR = 0.05
"""The same, and of the range of codes, where onnxruntime rounds inputs of products by itself."""
_CELL_ERROR = 0.25
"""The same behind a cell that rounds its states at every step, where errors add up."""

Array = NDArray[Any]


@dataclass(frozen=True)
class NodeCheck:
    """What running a file beside its float layers showed.

    `nodes` on integers were checked through `tensors`. `worst_share` of the codes of one tensor
    differed, one code by `largest_steps`, first at layer `first`, None where none did. `saturated`
    names layers whose sums this CPU cut off, `rounded` those whose inputs onnxruntime seems to have
    rounded by itself.
    """

    samples: int = 0
    nodes: int = 0
    tensors: int = 0
    worst_share: float = 0.0
    largest_steps: int = 0
    first: str | None = None
    saturated: tuple[str, ...] = ()
    rounded: tuple[str, ...] = ()


@dataclass
class _Tally:
    """Codes of one tensor over all samples."""

    codes: int = 0
    differing: int = 0
    steps: int = 0
    real: Difference = field(default_factory=Difference)

    @property
    def share(self) -> float:
        return self.differing / max(self.codes, 1)

    def add(self, steps: Array) -> None:
        self.codes += steps.size
        self.differing += int(np.count_nonzero(steps))
        self.steps = max(self.steps, int(steps.max(initial=0)))

    def add_real(self, expected: Array, found: Array) -> None:
        known = np.isfinite(expected) & np.isfinite(found)
        self.real.add(expected[known], found[known])


@dataclass
class NodeChecker:
    """Compares the file at `path` with `model` under `encodings`; `form` names its codes.

    `pair_safe`: the plan promises sums that fit on every CPU, so that none are excused.
    `as_written`: the file is for other runtimes, so that what onnxruntime makes of it counts not.
    """

    path: Path
    model: FloatModel
    encodings: Encodings
    form: QdqForm
    pair_safe: bool
    as_written: bool = False
    tallies: dict[str, _Tally] = field(default_factory=dict)
    simulation: Session | None = None

    def check(self, probes: Sequence[Tensors], *, monitor: Monitor = SILENT) -> NodeCheck:
        """Raises ExportError naming the first layer that computes something else.

        The first of `probes` runs through the simulation too: what onnxruntime's fusions pass over
        in the file (an axis, say) other runtimes would not.
        """
        refuse_wrong_owner(self.model, self.encodings.flow.owners)
        form = self._held()
        taps = [] if form.codes or form.dynamic else self._products()
        expected = expected_model(self.model, self.encodings, form, taps)
        if not probes:
            return NodeCheck()
        names = [name for fed in _groups(expected) for name in fed.inputs] + taps
        coded = {*expected.codes, *expected.dynamic, *taps}
        plain = {} if taps else expected.reads
        regions = Regions(self.model, self.encodings, coded, plain)
        layers = Session(expected.proto, optimize=False, brief=True)
        simulated = _with_outputs(self.form.proto, names)
        self.simulation = Session(simulated, optimize=False, brief=True)
        self._compared(self.simulation, layers, expected, probes[:1], monitor)
        self._judged(regions, 1, exact=True)
        self.tallies.clear()
        file = self._tapped(names, not taps and not self.as_written)
        exact = self.pair_safe or multiplies_exactly()
        self._compared(file, layers, expected, probes, monitor)
        try:
            return self._judged(regions, len(probes), exact=exact)
        except ExportError:
            if self.as_written:
                raise
            self.tallies.clear()
        # float layers round otherwise once merged, which a logarithm of little makes large
        self._compared(file, Session(expected.proto, brief=True), expected, probes, monitor)
        return self._judged(regions, len(probes), exact=exact)

    def simulated(self, probe: Tensors, monitor: Monitor) -> dict[str, Array]:
        """The outputs of the simulation, after `check` ran on samples."""
        assert self.simulation is not None
        return self.simulation.run(probe, list(self.model.outputs), monitor=monitor)

    def _compared(
        self,
        tapped: Session,
        layers: Session,
        expected: ExpectedModel,
        probes: Sequence[Tensors],
        monitor: Monitor,
    ) -> None:
        pairs = [pair for group in _groups(expected) for pair in group.inputs.items()]
        for probe in probes:
            found = run_written(tapped, probe, monitor)
            feeds = {**probe, **{own: found[name] for name, own in pairs}}
            self._compare(expected, layers.run(feeds, monitor=monitor), found)

    def _held(self) -> QdqForm:
        """The form without tensors of which the file holds no codes, since nothing reads them."""
        made = {name for node in self._file().graph.node for name in node.output}
        codes = {tensor: name for tensor, name in self.form.codes.items() if name in made}
        return replace(self.form, codes=codes)

    def _file(self) -> onnx.ModelProto:
        """What was written, with what its branches make under the names it has there."""
        proto = onnx.load(self.path, load_external_data=False)
        lift_bodies(proto, every=True)
        return proto

    def _products(self) -> list[str]:
        """What layers with weights on a grid give, where the file holds no integer tensor."""
        nodes = [node for node in self.encodings.flow.nodes.values() if node.weights]
        return [first_made(node.node) for node in nodes]

    def _tapped(self, names: Sequence[str], optimize: bool) -> Session:
        """The file as people run it, its integer tensors given as outputs too.

        Only integers: a float that must be given would break a fusion, and another graph be run.
        Where there are none, floats are given and the file runs as it is written.
        """
        proto = sunk(_with_outputs(self._file(), names))
        beside = self.path.with_name(f"tapped_{self.path.name}")
        write_model(proto, beside)
        return Session(beside, optimize=optimize, brief=True)

    def _compare(
        self, expected: ExpectedModel, answers: Mapping[str, Array], found: Mapping[str, Array]
    ) -> None:
        for tensor, fed in expected.codes.items():
            (name,) = fed.inputs
            lowest, highest = (answers[output].astype(np.int32) for output in fed.outputs)
            codes = found[name].astype(np.int32)
            self._refuse_shape(tensor, lowest, codes)
            if not codes.size:
                continue  # of a branch that was not taken
            steps = np.maximum(lowest - codes, codes - highest)
            self._tally(tensor).add(np.maximum(steps, 0))
        for tensor, fed in expected.dynamic.items():
            codes = found[next(iter(fed.inputs))]
            self._refuse_shape(tensor, answers[fed.outputs[0]], codes)
            if not codes.size:
                continue
            self._tally(tensor).add(_dynamic_steps(fed, answers, found))
        for name, own in expected.floats.items():
            self._refuse_shape(name, answers[own], found[name])
            if not found[name].size:
                continue
            self._tally(name).add_real(answers[own], found[name])

    def _refuse_shape(self, tensor: str, expected: Array, found: Array) -> None:
        if expected.shape != found.shape and (expected.size or found.size):
            name = Regions(self.model, self.encodings, self.form.codes).named(tensor)
            shapes = found.shape, expected.shape
            raise _refused(name, Sentence("'{0}' has the shape {1}, not {2}", tensor, *shapes))

    def _tally(self, tensor: str) -> _Tally:
        return self.tallies.setdefault(tensor, _Tally())

    def _judged(self, regions: Regions, samples: int, *, exact: bool) -> NodeCheck:
        """`exact`: nothing is excused, since no sum may be cut off here."""
        saturated: dict[str, None] = {}
        rounded: dict[str, None] = {}
        first = None
        for tensor in in_order(self.model, list(self.tallies)):
            tally = self.tallies[tensor]
            name = regions.named(tensor)
            if first is None and tally.differing:
                first = name
            if self._strictly(tally, regions, tensor):
                continue
            if self._bluntly(tally, regions, tensor):
                rounded[name] = None
            elif exact or not regions.may_saturate(tensor):
                raise _refused(name, _apart(tensor, tally))
            else:
                saturated[name] = None
        checked = {node.name for tensor in self.tallies for node in regions.nodes(tensor)}
        return NodeCheck(
            samples,
            len(checked & set(self.encodings.flow.nodes)),
            sum(tally.codes > 0 for tally in self.tallies.values()),
            max((tally.share for tally in self.tallies.values()), default=0.0),
            max((tally.steps for tally in self.tallies.values()), default=0),
            first,
            tuple(saturated),
            tuple(rounded),
        )

    def _bluntly(self, tally: _Tally, regions: Regions, tensor: str) -> bool:
        """Whether onnxruntime's own rounding of inputs explains what differs."""
        if not regions.multiplies_bluntly(tensor):
            return False
        encoding = self.encodings.of(tensor)
        bits = DYNAMIC_BITS if encoding is None else encoding.dtype.bits
        error = _CELL_ERROR if regions.has_dynamic_cell(tensor) else _BLUNT_ERROR
        return tally.steps <= error * 2**bits and tally.real.noise <= error**2 * tally.real.signal

    def _strictly(self, tally: _Tally, regions: Regions, tensor: str) -> bool:
        few = max(_FEW, LARGEST_SHARE * tally.codes)
        within = tally.steps <= LARGEST_STEPS or not regions.all_integer(tensor)
        close = tally.real.noise <= _FLOAT_ERROR**2 * tally.real.signal
        return tally.differing <= few and within and close


def _apart(tensor: str, tally: _Tally) -> Sentence:
    if tally.codes:
        return Sentence(
            "{0} of the codes of '{1}' differ from what the float layer makes of the same inputs, "
            "by up to {2}",
            f"{tally.share:.2%}",
            tensor,
            tally.steps,
        )
    signal, noise = tally.real.signal, tally.real.noise
    error = (noise / signal) ** 0.5 if signal else float("inf")
    return Sentence(
        "'{0}' is {1} from what the float layer makes of the same inputs", tensor, f"{error:.1%}"
    )


def _refused(name: str, what: Sentence) -> ExportError:
    return ExportError(
        "The quantized model does not compute what was simulated, first at '{0}': {1}. Keep that "
        "layer float, and please report this model.",
        name,
        what,
    )


def run_written(
    session: Session | EdgeSession, feeds: Tensors, monitor: Monitor
) -> dict[str, Array]:
    """What a written file gives; raises ExportError where it cannot be run."""
    try:
        return session.run(feeds, monitor=monitor)
    except DataError as error:
        raise ExportError("The quantized model does not run: {0}", error) from error


def _with_outputs(proto: onnx.ModelProto, names: Sequence[str]) -> onnx.ModelProto:
    """A copy that gives `names` too."""
    copy = onnx.ModelProto()
    copy.CopyFrom(proto)
    given = {value.name for value in copy.graph.output}
    new = [name for name in dict.fromkeys(names) if name not in given]
    copy.graph.output.extend(onnx.ValueInfoProto(name=name) for name in new)
    return copy


def _groups(expected: ExpectedModel) -> tuple[Fed, ...]:
    return (*expected.codes.values(), *expected.dynamic.values())


def _dynamic_steps(fed: Fed, answers: Mapping[str, Array], found: Mapping[str, Array]) -> Array:
    """Steps between real numbers, each read with its own scale; half of one is a tie.

    A body that runs many times has a scale a trip.
    """
    real, _ = _by_trip(*(found[name] for name in fed.inputs))
    own, own_scale = _by_trip(*(answers[name] for name in fed.outputs))
    steps = np.abs(real - own) / np.maximum(own_scale, np.finfo(np.float32).tiny)
    return np.asarray(np.floor(np.maximum(steps - 0.1, 0)).astype(np.int32))


def _by_trip(codes: Array, scale: Array, zero: Array) -> tuple[Array, Array]:
    """Real numbers of each trip, a row a trip, and their scales `[trips, 1]`."""
    each, start = scale.reshape(-1, 1).astype(np.float64), zero.reshape(-1, 1).astype(np.float64)
    return (codes.reshape(len(each), -1).astype(np.float64) - start) * each, each
