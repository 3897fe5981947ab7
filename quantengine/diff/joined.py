"""A file and the float network, matched and cut where both have a value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import onnx

from quantengine.analyze.model_pair import shared_outputs
from quantengine.data.dataset import Dataset
from quantengine.diff.by_values import match_by_values
from quantengine.diff.matching import Matching, match, match_on
from quantengine.diff.own_weights import OwnWeights
from quantengine.diff.pieces import Pieces, pieces
from quantengine.diff.places import Place, places
from quantengine.diff.reading import Other
from quantengine.diff.wiring import Wiring
from quantengine.graph.model import FloatModel
from quantengine.monitor import SILENT, Monitor


@dataclass(frozen=True, eq=False)
class Joined:
    """Two networks and what was found of one in the other."""

    model: FloatModel
    other: Other
    matching: Matching
    places: tuple[Place, ...]
    cut: Pieces
    outputs: Mapping[str, str]
    weights: OwnWeights


def join(
    model: FloatModel, other: Other, data: Dataset | None = None, *, monitor: Monitor = SILENT
) -> Joined:
    """Values that neither names nor wiring tell are told by a few samples of `data`.

    Raises ModelError where the two share no output, DataError, Cancelled.
    """
    named = [port.name for port in other.file.ports]
    outputs = shared_outputs(model.path, list(model.outputs), other.file.path, named)
    ours, weights = Wiring(model.proto, model.types), OwnWeights(model, other)

    def likeness(node: onnx.NodeProto, theirs: onnx.NodeProto) -> float:
        pairs = weights.pairs(str(node.name), [theirs])
        return max((pair.cosine for pair in pairs), default=0.0)

    matching = match(ours, other.wiring, outputs, likeness)
    if data is not None and len(data) and match_by_values(model, other, matching, data, monitor):
        match_on(matching, ours, other.wiring, likeness)
    found = places(model, ours, other, matching)
    ends = {place.other: place.tensor for place in found if place.turn is None}
    for name in ours.inputs:
        theirs = matching.of(name)
        if theirs is not None:
            ends[theirs] = name
    straight = [place for place in found if place.turn is None]
    cut = pieces(other, straight, ends, model.types)
    return Joined(model, other, matching, found, cut, outputs, weights)
