"""Mask constants in networks that are all codes: finite, and still zeros behind the Softmax.

Below the lowest observed logit lies room for what a Softmax rounds to zero: e^-k is less than half
a code of its output, k = ln(2 2^bits). Masks reach so far down that any sum with one ends there.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import onnx

from quantengine.formats.encoding import Encoding
from quantengine.graph.model import FloatModel
from quantengine.graph.operators.operator import Kind
from quantengine.graph.operators.registry import kind_of
from quantengine.resolve.activations import ActivationEncoder
from quantengine.resolve.spec import spec_of
from quantengine.sentence import Sentence

_SOFTMAX = ("Softmax", "LogSoftmax")
_BITS = 8
Encodings = dict[str, Encoding]


def hold_masks(encoder: ActivationEncoder, encodings: Encodings) -> list[Sentence]:
    """In place: ranges of tensors that hold mask constants reach down to a finite one.

    Gives a sentence about them.
    """
    known = encoder.observed(encodings)
    seen = {each.name: float(each.high) for each in known if each.mask_limit is not None}
    logits = {name: soft for name in seen if (soft := _softmax(encoder.model, name)) is not None}
    for name, soft in logits.items():
        given = encodings.get(soft.output[0])
        bits = _BITS if given is None else given.dtype.bits
        low = float(encodings[name].low) - math.log(2.0 ** (bits + 1))
        _reach(encoder, encodings, name, low, seen[name])
    for name, high in seen.items():
        below = [encodings[each] for each in _reached(encoder.model, name) if each in logits]
        if name not in logits and below:
            least = min(float(e.low - e.high) for e in below)
            _reach(encoder, encodings, name, least, high)
    if not logits:
        return []
    first = next(iter(logits))
    return [
        Sentence(
            "Mask constants end at {1} in '{0}' ({2} such tensors), where the Softmax gives zero.",
            *(first, f"{float(encodings[first].low):.4g}", len(logits)),
        )
    ]


def _reach(
    encoder: ActivationEncoder, encodings: Encodings, name: str, low: float, observed: float
) -> None:
    """A range down to `low`, above zero as before but no higher than was `observed`."""
    spec = spec_of(encoder.plan_of(name), weight=False)
    if spec is not None:
        encodings[name] = spec.encode(low, min(float(encodings[name].high), observed))


def _softmax(model: FloatModel, tensor: str) -> onnx.NodeProto | None:
    """The Softmax that alone reads a tensor, moved at most."""
    readers = model.consumers.get(tensor, ())
    if len(readers) != 1:
        return None
    if readers[0].op_type in _SOFTMAX:
        return readers[0]
    moves = kind_of(readers[0]) is Kind.MOVE
    return _softmax(model, readers[0].output[0]) if moves else None


def _reached(model: FloatModel, tensor: str) -> Iterator[str]:
    """Every tensor that a tensor leads to."""
    waiting, seen = [tensor], {tensor}
    while waiting:
        for reader in model.consumers.get(waiting.pop(), ()):
            for name in reader.output:
                if name and name not in seen:
                    seen.add(name)
                    waiting.append(name)
                    yield name
