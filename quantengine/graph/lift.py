"""Branches of an If laid open: their nodes stand in the main graph, marked with where they belong.

Every rule and every pass then sees one list of nodes with names of their own. `sink` puts them
back, so that a branch runs only where it is taken.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import onnx
from onnx import helper

from quantengine.graph.conditions import Conditions
from quantengine.graph.names import unique_name
from quantengine.graph.operators.operator import Kind
from quantengine.graph.operators.registry import kind_of
from quantengine.graph.origin import Rewrite, label, rewritten
from quantengine.graph.shapes import tensor_types
from quantengine.graph.walk import all_graphs, defined, renamed

BRANCHES = ("then_branch", "else_branch")
_MARK = "quantscope.branch"


def branch_of(node: onnx.NodeProto) -> tuple[str, str] | None:
    """The If and its attribute that a lifted node belongs to; None in the main graph."""
    for entry in node.metadata_props:
        if entry.key == _MARK:
            owner, _, branch = entry.value.rpartition("/")
            return owner, branch
    return None


def put_in_branch(node: onnx.NodeProto, branch: tuple[str, str] | None) -> None:
    """Marks a node, in place; None takes the mark away."""
    others = [entry for entry in node.metadata_props if entry.key != _MARK]
    kept = onnx.NodeProto(metadata_props=others)
    del node.metadata_props[:]
    node.metadata_props.extend(kept.metadata_props)
    if branch is not None:
        node.metadata_props.add(key=_MARK, value="/".join(branch))


def lift_branches(proto: onnx.ModelProto, *, every: bool = False) -> list[Rewrite]:
    """In place: an If on a constant becomes the branch it takes, one with layers is laid open.

    Branches without layers stay as they are unless `every` is, and so do bodies that run more
    than once.
    """
    rewrites: list[Rewrite] = []
    while any(node.op_type == "If" for node in proto.graph.node):
        found = _Lift(proto, every).run()
        if not found:
            break
        rewrites += found
    return rewrites


def is_open(node: onnx.NodeProto) -> bool:
    """Whether it is an If whose branches only pass on what lifted nodes made."""
    return _is_if(node) and all(
        inner.op_type == "Identity" for body in _branches(node).values() for inner in body.node
    )


class _Lift:
    """One level of branches."""

    def __init__(self, proto: onnx.ModelProto, every: bool) -> None:
        self._graph, self._every = proto.graph, every
        self._conditions = Conditions(proto.graph, tensor_types(proto)[0])
        self._open = [node for node in proto.graph.node if self._is_worth(node)]
        lifted = [body for node in self._open for body in _branches(node).values()]
        kept = [g for g in all_graphs(proto.graph) if all(g is not body for body in lifted)]
        self._taken = {name for graph in kept for name in defined(graph)}
        self._taken |= {node.name for graph in kept for node in graph.node}

    def run(self) -> list[Rewrite]:
        if not self._open:
            return []
        nodes, rewrites = [], []
        for node in self._graph.node:
            if not self._is_worth(node):
                nodes.append(node)
                continue
            if not node.name:
                node.name = unique_name(label(node), self._taken)
            taken = self._conditions.of(node.input[0])
            if taken is None:
                nodes += self._laid_open(node)
                rewrites.append(rewritten("If laid open", node))
            else:
                nodes += self._inlined(node, BRANCHES[0 if taken else 1])
                rewrites.append(rewritten("If on a constant left out", node))
        replaced = onnx.GraphProto(node=nodes)
        del self._graph.node[:]
        self._graph.node.extend(replaced.node)
        return rewrites

    def _is_worth(self, node: onnx.NodeProto) -> bool:
        if not _is_if(node) or is_open(node):
            return False
        bodies = _branches(node).values()
        if any(body.sparse_initializer for body in bodies):
            return False
        known = self._every or self._conditions.of(node.input[0]) is not None
        return known or any(map(_has_layers, bodies))

    def _laid_open(self, node: onnx.NodeProto) -> Iterator[onnx.NodeProto]:
        for branch, body in _branches(node).items():
            names = self._free_names(node, branch, body)
            for inner in self._inner(node, branch, body, names):
                put_in_branch(inner, (node.name, branch))
                yield inner
            self._pass_on(body, names)
        yield node

    def _inlined(self, node: onnx.NodeProto, branch: str) -> Iterator[onnx.NodeProto]:
        body = _branches(node)[branch]
        made = {name for inner in body.node for name in inner.output}
        names = self._free_names(node, branch, body)
        given = [value.name for value in body.output]
        for source, output in zip(given, node.output, strict=False):
            if source in made and output and names.get(source, source) not in node.output:
                names[source] = output
        for inner in self._inner(node, branch, body, names):
            put_in_branch(inner, branch_of(node))
            yield inner
        for source, output in zip(given, node.output, strict=False):
            if output and names.get(source, source) != output:
                same = helper.make_node("Identity", [names.get(source, source)], [output])
                same.name = unique_name(f"{node.name}/{branch}/{output}", self._taken)
                put_in_branch(same, branch_of(node))
                yield same

    def _inner(
        self, node: onnx.NodeProto, branch: str, body: onnx.GraphProto, names: Mapping[str, str]
    ) -> Iterator[onnx.NodeProto]:
        """Copies of the nodes of a branch under their new names; its constants move at once."""
        for tensor in body.initializer:
            self._graph.initializer.append(tensor)
            self._graph.initializer[-1].name = names.get(tensor.name, tensor.name)
        for inner in body.node:
            copy = renamed(inner, names)
            copy.name = label(inner)
            if copy.name in self._taken or not inner.name:
                copy.name = f"{node.name}/{branch}/{copy.name}"
            copy.name = unique_name(copy.name, self._taken)
            yield copy

    def _free_names(
        self, node: onnx.NodeProto, branch: str, body: onnx.GraphProto
    ) -> dict[str, str]:
        """New names of what a branch defines under names that others have too."""
        found = {}
        for name in defined(body):
            wanted = f"{node.name}/{branch}/{name}" if name in self._taken else name
            free = unique_name(wanted, self._taken)
            if free != name:
                found[name] = free
        return found

    def _pass_on(self, body: onnx.GraphProto, names: Mapping[str, str]) -> None:
        """Leaves a branch that gives what its lifted nodes make."""
        del body.node[:], body.initializer[:], body.value_info[:]
        for value in body.output:
            source = names.get(value.name, value.name)
            value.name = unique_name(f"{source}_given", self._taken)
            same = helper.make_node("Identity", [source], [value.name])
            same.name = unique_name(f"{value.name}_Identity", self._taken)
            body.node.append(same)


def _is_if(node: onnx.NodeProto) -> bool:
    return node.op_type == "If" and node.domain in ("", "ai.onnx")


def _branches(node: onnx.NodeProto) -> dict[str, onnx.GraphProto]:
    return {entry.name: entry.g for entry in node.attribute if entry.name in BRANCHES}


def _has_layers(body: onnx.GraphProto) -> bool:
    """Whether a branch, or one inside it, multiplies by weights."""
    nodes: Iterable[onnx.NodeProto] = (node for graph in all_graphs(body) for node in graph.node)
    return any(kind_of(node) is Kind.CORE for node in nodes)
