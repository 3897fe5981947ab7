"""Opening a model."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import onnx
from onnx import TensorProto

from quantengine.graph.chance import random_nodes, random_notes
from quantengine.graph.fold import fold_affine
from quantengine.graph.growth import refuse_growth
from quantengine.graph.model import FloatModel, Folding, TensorType
from quantengine.graph.normalise import normalise, quantized_reason
from quantengine.graph.origin import Origin, Rewrite
from quantengine.graph.read import ModelSource, read_model
from quantengine.graph.shapes import state_types, tensor_types, types_left
from quantengine.graph.sound import refuse_wrong
from quantengine.monitor import SILENT, Monitor
from quantengine.sentence import Sentence

Ask = Callable[[onnx.ModelProto, Sequence[str]], Mapping[str, TensorType]]
"""Finds the types of some tensors of a network."""


def open_model(
    path: Path | str,
    *,
    fold: bool = True,
    ask: Ask | None = None,
    admit: Callable[[ModelSource], None] | None = None,
    keep_double: bool = False,
    monitor: Monitor = SILENT,
) -> FloatModel:
    """The checked and normalised model; `fold` puts batch norms into the layers beside them.

    `admit` sees the file before anything is made of it, and may raise ModelError. `ask` is asked
    for types that inference does not find; `keep_double` as in `normalise`.
    `monitor.say` gets every note. Raises ModelError for whatever is no sound model. A model that is
    quantized already is opened as it is, never folded.
    """
    path = Path(path)
    source = read_model(path, monitor=monitor)
    proto = source.proto
    if admit is not None:
        admit(source)
    random = random_nodes(proto)
    notes, rewrites = normalise(proto, path, keep_double=keep_double)
    quantized = quantized_reason(proto)
    monitor.check()
    types, shape_notes = tensor_types(proto)
    unknown = [name for name, kind in types.items() if kind.element == TensorProto.UNDEFINED]
    if ask is not None and unknown:
        refuse_growth(proto, types, path, source.file_bytes)
        state_types(proto, ask(proto, unknown))
        types, shape_notes = tensor_types(proto)
    refuse_wrong(proto, types, path)
    refuse_growth(proto, types, path, source.file_bytes)
    foldings: list[Folding] = []
    if fold and quantized is None:
        foldings = fold_affine(proto, types)
        if foldings:
            left = None if shape_notes else types_left(proto, types)
            types, shape_notes = left or tensor_types(proto)
        notes += _folding_notes(foldings)
        rewrites += [_folded(folding) for folding in foldings]
    monitor.check()
    notes += shape_notes + random_notes(random)
    for note in notes:
        monitor.say(note)
    return FloatModel(
        proto,
        path,
        source.digest,
        source.file_bytes,
        types,
        Origin(path, source.files, source.digest, tuple(rewrites), random),
        tuple(notes),
        quantized,
        tuple(foldings),
    )


def _folded(folding: Folding) -> Rewrite:
    pair = (folding.output, folding.output)
    return Rewrite(f"{folding.op_type} folded", folding.node, (pair,))


def _folding_notes(foldings: list[Folding]) -> list[str]:
    if not foldings:
        return []
    counts = Counter(folding.op_type for folding in foldings)
    parts = ", ".join(f"{count} {op_type}" for op_type, count in sorted(counts.items()))
    return [Sentence("Folded into the layers beside them: {0}.", parts)]
