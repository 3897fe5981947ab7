"""Tables of tpu-mlir: thresholds and ends by operation, and which operations stay float."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

from quantengine.graph.model import FloatModel
from quantengine.record import Misread
from quantengine.sentence import Sentence
from quantengine.tables.entry import GivenFloat, GivenRange, Reading
from quantengine.tables.grid import half_width
from quantengine.tables.listing import Listing
from quantengine.tables.source import Source
from quantengine.tables.symmetric import other_widths, without_weights
from quantengine.tables.table import Table, Written

_RANGES, _MODES = "# op_name    threshold    min    max", "# op_name    quantize_mode"
_PARTS = ("#weight_scale", "#int4_th", "#asym_op")
"""Parts that other tools add below: they hold something else."""
_FLOATS, _INTEGERS = ("F32", "F16", "BF16", "F8E4M3", "F8E5M2"), ("INT8", "UINT8", "INT4", "W4")


def _write(listing: Listing, _: str) -> Written:
    lines = [_RANGES]
    for name, encoding in listing.activations.items():
        ends = float(half_width(encoding)), float(encoding.low), float(encoding.high)
        said = " ".join(f"{end!r}" for end in ends)
        lines.append(f"{_operation(listing.model, name)} {said}")
    return Written("\n".join([*lines, ""]), (*without_weights(listing), *other_widths(listing)))


def _write_modes(listing: Listing, _: str) -> Written:
    lines = [_MODES]
    for name in listing.kept_float():
        lines.append(f"{_operation(listing.model, listing.output_of(name))} F32")
    return Written("\n".join([*lines, ""]))


def _operation(model: FloatModel, tensor: str) -> str:
    """What tpu-mlir's converter calls the operation that makes a tensor."""
    node = model.producers.get(tensor)
    return tensor if node is None else f"{node.output[0]}_{node.op_type}"


def _tensors(model: FloatModel) -> Mapping[str, str]:
    """By the name of an operation: the tensor it makes."""
    return {_operation(model, name): name for node in model.graph.node for name in node.output}


def _recognises(source: Source) -> bool:
    return source.data is None and " ".join(_RANGES.split()) in _heads(source)


def _recognises_modes(source: Source) -> bool:
    return source.data is None and " ".join(_MODES.split()) in _heads(source)


def _heads(source: Source) -> set[str]:
    return {" ".join(line.split()) for line in source.lines if line.startswith("#")}


def _read(source: Source, model: FloatModel) -> Reading:
    """Raises Misread where a line is none."""
    tensors, found, notes = _tensors(model), [], list[Sentence]()
    for place, words in _rows(source, notes):
        if len(words) != 4:
            raise Misread(f"line {place}: a name, a threshold, a lowest and a highest are needed")
        half, low, high = (_number(word, place) for word in words[1:])
        if low > high or half < 0:
            raise Misread(f"line {place}: {low:g} to {high:g} is no range")
        found.append(GivenRange(tensors.get(words[0], words[0]), low, high, half))
    return Reading(tuple(found), tuple(notes))


def _read_modes(source: Source, model: FloatModel) -> Reading:
    """Raises Misread where a line is none."""
    tensors, found, notes = _tensors(model), [], list[Sentence]()
    for place, words in _rows(source, notes):
        if len(words) != 2 or words[1].upper() not in (*_FLOATS, *_INTEGERS):
            raise Misread(f"line {place}: a name and a type are needed")
        if words[1].upper() in _FLOATS:
            tensor = tensors.get(words[0], words[0])
            node = model.producers.get(tensor)
            found.append(GivenFloat(tensor if node is None else node.name))
    return Reading(tuple(found), tuple(notes))


def _rows(source: Source, notes: list[Sentence]) -> Iterator[tuple[int, list[str]]]:
    """Lines up to the first part that holds something else, which is noted."""
    for place, line in enumerate(source.lines, 1):
        if line.startswith(_PARTS):
            notes.append(Sentence("What stands below '{0}' is not taken.", line[:40]))
            return
        if not line.startswith("#"):
            yield place, line.split()


def _number(word: str, place: int) -> float:
    try:
        found = float(word)
    except ValueError as error:
        raise Misread(f"line {place}: '{word:.20}' is no number") from error
    if not abs(found) < math.inf:
        raise Misread(f"line {place}: a finite number is needed")
    return found


TPU_MLIR = Table(
    "tpu-mlir",
    "a calibration table of tpu-mlir",
    _write,
    read=_read,
    recognises=_recognises,
)
TPU_MLIR_TYPES = Table(
    "tpu-mlir-qtable",
    "which operations tpu-mlir keeps float",
    _write_modes,
    read=_read_modes,
    recognises=_recognises_modes,
)
