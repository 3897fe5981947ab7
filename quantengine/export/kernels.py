"""What onnxruntime's kernels make of activations that meet weights stored as codes."""

from __future__ import annotations

import onnx

from quantengine.counted import counted
from quantengine.export.options import ROUNDS_ACTIVATIONS
from quantengine.graph.operators.registry import operator_of
from quantengine.rewrite.encodings import Encodings
from quantengine.rewrite.nbits import OPERATOR
from quantengine.sentence import Sentence

_BYTE = 8


def kernel_notes(written: onnx.ModelProto, encodings: Encodings) -> tuple[Sentence, ...]:
    """A sentence for products with packed weights, and one for those onnxruntime packs itself."""
    packed = [node for node in written.graph.node if node.op_type == OPERATOR]
    levels = {entry.i for n in packed for entry in n.attribute if entry.name == "accuracy_level"}
    notes = [] if not packed else [_packed(len(packed), max(levels))]
    apart = _apart(encodings, {node.name for node in packed})
    if apart:
        notes.append(
            Sentence(
                "onnxruntime packs the weights of {0} itself when it loads the file, and may round "
                "their inputs to 8 bits: its session option "
                "session.qdq_matmulnbits_accuracy_level=0 keeps them floats, as do weights in "
                "blocks in the form nbits.",
                counted(apart, "layer"),
            )
        )
    return tuple(notes)


def _packed(count: int, level: int) -> Sentence:
    layers = counted(count, "layer")
    if level == ROUNDS_ACTIVATIONS:
        return Sentence(
            "Packed weights are multiplied in {0} (accuracy level {1}): kernels may round the "
            "inputs to 8 bits, a scale for each block.",
            *(layers, level),
        )
    return Sentence(
        "Packed weights are multiplied in {0} (accuracy level {1}): inputs stay floats.",
        *(layers, level),
    )


def _apart(encodings: Encodings, packed: set[str]) -> int:
    """How many products of float activations have weights of up to 8 bits beside the operator.

    Measured with 1.32: of matrices in blocks and by channel.
    """
    found = 0
    for name, layer in encodings.flow.nodes.items():
        weight = encodings.weights.get(layer.node.input[1]) if len(layer.node.input) > 1 else None
        if weight is None or name in packed or name in encodings.dynamic:
            continue
        codes = encodings.of(layer.node.input[0]) is not None
        few = weight.scale.ndim > 0 and weight.dtype.bits <= _BYTE
        found += operator_of(layer.node).is_product and not codes and few
    return found
