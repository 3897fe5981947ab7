"""A file and the float network, matched and cut where both have a value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import onnx

from quantengine.data.dataset import Dataset
from quantengine.diff.by_values import match_by_values
from quantengine.diff.matching import Matching, match, match_on
from quantengine.diff.own_weights import OwnWeights
from quantengine.diff.pieces import Pieces, pieces
from quantengine.diff.places import Place, places
from quantengine.diff.reading import Other
from quantengine.diff.wiring import Wiring
from quantengine.errors import ModelError
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
    outputs = shared_outputs(model, other)
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


def shared_outputs(model: FloatModel, other: Other) -> dict[str, str]:
    """The file's output for each of the float network's: by name, or by place without any."""
    ours, theirs = list(model.outputs), [port.name for port in other.file.session.outputs]
    shared = {name: name for name in ours if name in theirs}
    if not shared and len(ours) == len(theirs):
        shared = dict(zip(ours, theirs, strict=True))
    if not shared:
        raise ModelError(
            "{0} and {1} share no output ({2}; {3}): give two forms of the same model.",
            *(model.path.name, other.file.path.name, ", ".join(ours), ", ".join(theirs)),
        )
    return shared
