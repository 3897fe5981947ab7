"""Bias correction: the mean of each output channel is what it was before quantization."""

from __future__ import annotations

from dataclasses import dataclass

from quantengine.counted import counted
from quantengine.errors import PlanError
from quantengine.graph.model import FloatModel
from quantengine.monitor import SILENT, Monitor
from quantengine.patterns import matching
from quantengine.recover.local import matched_if_held, takes_bias
from quantengine.recover.samples import Samples
from quantengine.recover.walk import Treatment, Visit, walk
from quantengine.rewrite.encodings import Encodings
from quantengine.sentence import Sentence, because


@dataclass(frozen=True, eq=False)
class Corrected:
    """Encodings with corrected biases; `refused` says which layers were left out and why."""

    encodings: Encodings
    layers: int
    refused: tuple[str, ...]

    @property
    def text(self) -> Sentence:
        if self.layers:
            return Sentence("The bias of {0} was corrected.", counted(self.layers, "layer"))
        return because(Sentence("No bias could be corrected"), self.refused)


def correct_bias(
    model: FloatModel,
    encodings: Encodings,
    samples: Samples,
    *,
    layers: str = "*",
    monitor: Monitor = SILENT,
) -> Corrected:
    """b += E[W x] - E[Ŵ x̂], layer by layer, x̂ from the network whose earlier layers are corrected.

    So what rounding shifted before a layer is made up for too (methods.md, section 5); the means
    are those of every position, of fewer samples where each has a shape of its own. A layer keeps
    its bias where the held-out samples say that the new one is no better. Only `layers` that match
    the pattern are changed; raises PlanError where none does.
    """
    wanted = frozenset(matching(layers, (node.name for node in model.graph.node)))
    if not wanted:
        raise PlanError("'{0}' matches no layer of this model: see `quantengine inspect`.", layers)
    done = _Correction(wanted)
    treatment = Treatment(done.treat, "Correcting biases", by_means=True)
    found = walk(model, encodings, samples.for_means, treatment, monitor)
    return Corrected(found, done.layers, tuple(done.refused))


class _Correction:
    def __init__(self, wanted: frozenset[str]) -> None:
        self.wanted = wanted
        self.layers = 0
        self.refused: list[str] = []

    def treat(self, visit: Visit, encodings: Encodings) -> Encodings:
        if visit.layer.node.name not in self.wanted:
            return encodings
        if not takes_bias(visit):
            name = visit.layer.node.name
            self.refused.append(Sentence("{0} is a MatMul without a bias behind it.", name))
            return encodings
        found = matched_if_held(visit, encodings)
        self.layers += found is not encodings
        return found
