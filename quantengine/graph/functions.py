"""Local functions of a model written out where they are called."""

from __future__ import annotations

import onnx
import onnx.inliner

from quantengine.graph.origin import Rewrite, rewritten
from quantengine.graph.walk import skeleton


def inline_functions(proto: onnx.ModelProto) -> list[Rewrite]:
    """In place; gives the nodes that called one. What onnx cannot inline stays a function."""
    called = {(function.domain, function.name) for function in proto.functions}
    calls = [node for node in proto.graph.node if (node.domain, node.op_type) in called]
    if not calls:
        return []
    rewrites = [rewritten("function written out", node) for node in calls]
    light, _ = skeleton(proto)
    try:
        inlined = onnx.inliner.inline_local_functions(light, convert_version=True)
    except (RuntimeError, ValueError, onnx.checker.ValidationError):
        return []
    del proto.graph.node[:], proto.functions[:]
    proto.graph.node.extend(inlined.graph.node)
    proto.functions.extend(inlined.functions)
    known = {entry.domain for entry in proto.opset_import}
    proto.opset_import.extend(e for e in inlined.opset_import if e.domain not in known)
    return rewrites
