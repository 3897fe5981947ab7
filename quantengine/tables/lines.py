"""Tables that are lines of text: TensorRT, ncnn and tpu-mlir."""

from __future__ import annotations

import struct
from collections.abc import Iterator

import numpy as np

from quantengine.formats.encoding import Encoding
from quantengine.formats.granularity import PerAxis
from quantengine.sentence import Sentence
from quantengine.tables.grid import threshold
from quantengine.tables.listing import Listing, shortened
from quantengine.tables.table import Table, Written

_STEPS = 127.0


def _tensorrt(listing: Listing, _: str) -> Written:
    lines = ["TRT-8601-EntropyCalibration2"]
    for name, encoding in listing.activations.items():
        scale = float(threshold(encoding)) / _STEPS
        lines.append(f"{name}: {struct.pack('>f', scale).hex()}")
    return _text(lines, [*_symmetric(listing), *_without_weights(listing), *_widths(listing)])


def _tpu_mlir(listing: Listing, _: str) -> Written:
    lines = ["# op_name    threshold    min    max"]
    for name, encoding in listing.activations.items():
        limit = float(threshold(encoding))
        ends = float(encoding.low), float(encoding.high)
        lines.append(f"{_operation(listing, name)} {limit:.7f} {ends[0]:.7f} {ends[1]:.7f}")
    return _text(lines, [*_without_weights(listing), *_widths(listing)])


def _tpu_mlir_types(listing: Listing, _: str) -> Written:
    lines = ["# op_name    quantize_mode"]
    for name in listing.kept_float():
        lines.append(f"{_operation(listing, listing.output_of(name))} F32")
    return _text(lines, [])


def _operation(listing: Listing, tensor: str) -> str:
    """What tpu-mlir's converter calls the operation that makes a tensor."""
    node = listing.model.producers.get(tensor)
    return tensor if node is None else f"{node.output[0]}_{node.op_type}"


def _ncnn(listing: Listing, _: str) -> Written:
    weights, inputs, left = [], [], []
    for row in (row for row in listing.layers if row.weight is not None):
        weight = listing.weights.get(row.weight or "")
        node = next((n for n in listing.model.graph.node if n.name == row.name), None)
        x = None if node is None else listing.activations.get(node.input[0])
        if row.reason is not None:
            weights.append(f"#{row.name}_param_0")
        elif weight is None or x is None or weight.dtype.bits != 8 or not _by_output(weight):
            left.append(row.name)
        else:
            scales = " ".join(f"{_STEPS / limit:.6f}" for limit in threshold(weight).ravel())
            weights.append(f"{row.name}_param_0 {scales}")
            inputs.append(f"{row.name} {_STEPS / float(threshold(x)):.6f}")
    text = "ncnn takes 8 bits, a scale for each output channel and one input: {0} are left out."
    notes = [Sentence(text, shortened(tuple(left)))] if left else []
    return _text([*weights, *inputs], [*notes, *_symmetric(listing)])


def _by_output(weight: Encoding) -> bool:
    return isinstance(weight.granularity, PerAxis)


def _text(lines: list[str], notes: list[Sentence]) -> Written:
    return Written("\n".join([*lines, ""]), tuple(notes))


def _symmetric(listing: Listing) -> Iterator[Sentence]:
    """Ranges that do not lie alike on both sides of zero are widened."""
    uneven = tuple(n for n, e in listing.activations.items() if not np.all(e.symmetric))
    if uneven:
        text = "Here ranges are as wide below zero as above, so these lose up to a bit: {0}."
        yield Sentence(text, shortened(uneven))


def _without_weights(listing: Listing) -> Iterator[Sentence]:
    if listing.weights:
        yield Sentence("The table has no place for weights: the tool quantizes them by itself.")


def _widths(listing: Listing) -> Iterator[Sentence]:
    other = tuple(n for n, e in listing.activations.items() if e.dtype.bits != 8)
    if other:
        yield Sentence("The table says nothing of widths; not 8 bits are: {0}.", shortened(other))


TENSORRT = Table("tensorrt", "a calibration cache of TensorRT (up to version 10)", _tensorrt)
NCNN = Table("ncnn", "a table for ncnn2int8", _ncnn)
TPU_MLIR = Table("tpu-mlir", "a calibration table of tpu-mlir", _tpu_mlir)
TPU_MLIR_TYPES = Table("tpu-mlir-qtable", "which operations tpu-mlir keeps float", _tpu_mlir_types)
