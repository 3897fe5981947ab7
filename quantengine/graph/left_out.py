"""What libraries take for granted of a file: where it is not so, they end the whole process."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import onnx
from onnx.defs import OpSchema

from quantengine.errors import ModelError
from quantengine.graph.attributes import attribute
from quantengine.graph.operators.operator import DOMAINS
from quantengine.graph.walk import all_graphs, all_nodes, first_made, subgraphs

_VARIADIC = OpSchema.FormalParameterOption.Variadic


def refuse_left_out(proto: onnx.ModelProto, path: Path) -> None:
    """Raises ModelError for one of any number of inputs or outputs that has no name, or is more
    than a Split says it has.

    onnx's checker lets it pass; onnxruntime, or onnx's inference, ends with the whole process.
    """
    opsets = _versions(proto.opset_import)
    inner = ((function, _versions(function.opset_import)) for function in proto.functions)
    parts = [(proto.graph.node, opsets), *((f.node, known) for f, known in inner)]
    for nodes, versions in parts:
        for node in _with_bodies(nodes):
            if "" in (*node.input, *node.output) and _is_left_out(node, versions):
                raise ModelError(
                    "{0} is not a valid ONNX model: node '{1}' ({2}) leaves the name of an input "
                    "or output out that it cannot do without; export it again.",
                    *(path, node.name or first_made(node), node.op_type),
                )
            told = _told_outputs(node)
            if told not in (None, len(node.output)):
                raise ModelError(
                    "{0} is not a valid ONNX model: node '{1}' ({2}) has {3} outputs and says "
                    "{4}; export it again.",
                    *(path, node.name or first_made(node), node.op_type, len(node.output), told),
                )


def refuse_undrawable(proto: onnx.ModelProto, path: Path) -> None:
    """Raises ModelError for a distribution that is none: onnxruntime would end the whole program.

    A normal one needs a scale above zero, a uniform one a low end that is not above the high one.
    """
    for node in all_nodes(proto):
        if node.op_type.startswith("RandomNormal"):
            drawable = attribute(node, "scale", 1.0) > 0
        elif node.op_type.startswith("RandomUniform"):
            drawable = attribute(node, "low", 0.0) <= attribute(node, "high", 1.0)
        else:
            continue
        if not drawable:
            raise ModelError(
                "{0} is not a valid ONNX model: no numbers can be drawn as node '{1}' ({2}) asks "
                "for; export it again.",
                *(path, node.name or first_made(node), node.op_type),
            )


def _told_outputs(node: onnx.NodeProto) -> int | None:
    if node.op_type != "Split" or node.domain not in DOMAINS:
        return None
    return next((int(a.i) for a in node.attribute if a.name == "num_outputs"), None)


def _is_left_out(node: onnx.NodeProto, versions: Mapping[str, int]) -> bool:
    domain = "" if node.domain in DOMAINS else node.domain
    try:
        schema = onnx.defs.get_schema(node.op_type, versions.get(domain, 1), domain)
    except onnx.defs.SchemaError:
        return False
    ends = ((node.input, schema.inputs), (node.output, schema.outputs))
    return any("" in names[len(formal) - 1 :] for names, formal in ends if _is_open(formal))


def _is_open(formal: Iterable[OpSchema.FormalParameter]) -> bool:
    """Whether as many may follow as a file likes."""
    last = list(formal)[-1:]
    return bool(last) and last[0].option == _VARIADIC


def _versions(entries: Iterable[onnx.OperatorSetIdProto]) -> dict[str, int]:
    found = {entry.domain: entry.version for entry in entries}
    return {**found, "": found.get("", found.get("ai.onnx", 1))}


def _with_bodies(nodes: Iterable[onnx.NodeProto]) -> Iterator[onnx.NodeProto]:
    for node in nodes:
        yield node
        for body in subgraphs(node):
            for graph in all_graphs(body):
                yield from graph.node
