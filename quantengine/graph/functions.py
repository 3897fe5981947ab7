"""Local functions of a model written out where they are called."""

from __future__ import annotations

import math
from collections.abc import Iterable

import onnx
import onnx.inliner

from quantengine.graph.origin import Rewrite, rewritten
from quantengine.graph.walk import skeleton, subgraphs

_DEEPEST = 100


def written_out(proto: onnx.ModelProto) -> float:
    """How many nodes there are once every call is written out.

    Infinite where a function calls itself, or functions call each other over 100 deep.
    """
    functions = {(each.domain, each.name): each for each in proto.functions}
    counts: dict[tuple[str, str], float] = {}

    def size(nodes: Iterable[onnx.NodeProto], depth: int) -> float:
        inner = sum(size(body.node, depth) for node in nodes for body in subgraphs(node))
        return inner + sum(called((node.domain, node.op_type), depth) for node in nodes)

    def called(key: tuple[str, str], depth: int) -> float:
        if key not in functions:
            return 1
        if key not in counts:
            counts[key] = math.inf  # until it is known: whoever asks meanwhile is called by itself
            if depth < _DEEPEST:
                counts[key] = size(functions[key].node, depth + 1)
        return counts[key]

    return size(proto.graph.node, 0)


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
