"""A model at a higher opset."""

from __future__ import annotations

import onnx
from onnx import version_converter

from quantengine.errors import ExportError
from quantengine.graph.bodies import DOMAIN
from quantengine.graph.lift import branch_of, put_in_branch
from quantengine.graph.walk import first_made


def at_opset(proto: onnx.ModelProto, opset: int) -> onnx.ModelProto:
    """A copy of a model at an opset of at least `opset`."""
    copy = onnx.ModelProto()
    copy.CopyFrom(proto)
    current = next(o.version for o in proto.opset_import if o.domain in ("", "ai.onnx"))
    return copy if current >= opset else _raised(copy, current, opset)


def _raised(proto: onnx.ModelProto, current: int, opset: int) -> onnx.ModelProto:
    proto.opset_import.add(domain=DOMAIN, version=1)
    try:
        raised = version_converter.convert_version(proto, opset)
    except (
        *(RuntimeError, ValueError),
        *(onnx.checker.ValidationError, onnx.shape_inference.InferenceError),
    ) as error:
        reason = str(error).strip().splitlines()[0]
        raise ExportError(
            f"The model cannot be raised from opset {current} to {opset}: {reason}. "
            "Choose a lower one, which 8-bit types per tensor or per channel allow."
        ) from error
    branches = {first_made(node): branch_of(node) for node in proto.graph.node}
    for node in raised.graph.node:  # the converter leaves marks out
        put_in_branch(node, branches.get(first_made(node)))
    del raised.functions[:]  # the converter leaves them out; each has its own opset
    raised.functions.extend(proto.functions)
    imported = [entry for entry in raised.opset_import if entry.domain != DOMAIN]
    del raised.opset_import[:]
    raised.opset_import.extend(imported)
    return raised
