"""The opset of what is written, and a model at a higher one."""

from __future__ import annotations

import onnx
from onnx import version_converter

from quantengine.errors import ExportError
from quantengine.graph.bodies import DOMAIN
from quantengine.graph.lift import branch_of, put_in_branch
from quantengine.graph.model import FloatModel
from quantengine.graph.opset import take_over
from quantengine.graph.walk import first_made, skeleton
from quantengine.rewrite.encodings import Encodings
from quantengine.rewrite.microsoft import NEWEST_PAIRS
from quantengine.sentence import Sentence


def least_opset(model: FloatModel, encodings: Encodings) -> int:
    """The lowest opset of the model once quantized: its own, or what the types need."""
    return max(encodings.opset, model.opset)


def chosen_opset(model: FloatModel, encodings: Encodings, wanted: int | None) -> int:
    """The opset that is wanted, None for the lowest; raises ExportError where it cannot be."""
    least, newest = least_opset(model, encodings), onnx.defs.onnx_opset_version()
    why = Sentence("what its types need")
    if least == model.opset:
        why = Sentence("in which it is opened")
    if wanted is not None and not least <= wanted <= newest:
        raise ExportError(
            "{0} cannot be written with opset {1}: choose one from {2} ({3}) to {4}.",
            model.path.name,
            wanted,
            least,
            why,
            newest,
        )
    chosen = wanted or least
    if chosen > NEWEST_PAIRS and encodings.in_blocks:
        raise ExportError(
            "{0} cannot be written with weights in blocks in opset {1}, of which onnxruntime "
            "knows no DequantizeLinear: choose weights per channel.",
            model.path.name,
            chosen,
        )
    return chosen


def at_opset(proto: onnx.ModelProto, opset: int) -> onnx.ModelProto:
    """A copy of a model at an opset of at least `opset`."""
    copy = onnx.ModelProto()
    copy.CopyFrom(proto)
    current = next(o.version for o in proto.opset_import if o.domain in ("", "ai.onnx"))
    if current < opset:
        _raise(copy, current, opset)
    return copy


def _raise(proto: onnx.ModelProto, current: int, opset: int) -> None:
    """Large weights are left out meanwhile: onnx lets no other thread go on as it converts."""
    light, large = skeleton(proto)
    light.opset_import.add(domain=DOMAIN, version=1)
    try:
        raised = version_converter.convert_version(light, opset)
    except (
        *(RuntimeError, ValueError),
        *(onnx.checker.ValidationError, onnx.shape_inference.InferenceError),
    ) as error:
        reason = str(error).strip().splitlines()[0]
        raise ExportError(
            "The model cannot be raised from opset {0} to {1}: {2}. Choose a lower one, which "
            "8-bit types per tensor or per channel allow.",
            current,
            opset,
            reason,
        ) from error
    branches = {first_made(node): branch_of(node) for node in proto.graph.node}
    for node in raised.graph.node:  # the converter leaves marks out
        put_in_branch(node, branches.get(first_made(node)))
    take_over(proto, raised, large)
