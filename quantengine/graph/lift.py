"""Bodies of If, Loop and Scan laid open: their nodes stand in the main graph, marked.

Every rule and every pass then sees one list of nodes with names of their own. `sink` puts them
back, so that a branch runs only where it is taken and a body as often as its Loop says.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import onnx
from onnx import helper

from quantengine.graph.bodies import BODY, BRANCHES, bodies_of, entrance, has_layers, is_open
from quantengine.graph.conditions import Conditions
from quantengine.graph.names import unique_name
from quantengine.graph.origin import Rewrite, label, rewritten
from quantengine.graph.shapes import tensor_types
from quantengine.graph.steady import body_alone, keeps_shapes, tell_inputs
from quantengine.graph.walk import all_graphs, defined, renamed

_MARK = "quantscope.branch"


def branch_of(node: onnx.NodeProto) -> tuple[str, str] | None:
    """The owner of a body, and its attribute, that a lifted node belongs to; None: main graph."""
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


def lift_bodies(proto: onnx.ModelProto, *, every: bool = False) -> list[Rewrite]:
    """In place: an If on a constant becomes the branch it takes, bodies with layers are laid open.

    Unless `every` is laid open, a body without layers stays as it is, and one in which tensors of
    layers may change shape from trip to trip.
    """
    rewrites: list[Rewrite] = []
    while any(map(bodies_of, proto.graph.node)):
        found = _Lift(proto, every).run()
        if not found:
            break
        rewrites += found
    return rewrites


def repeated(nodes: Iterable[onnx.NodeProto]) -> dict[str, bool]:
    """Lifted nodes that run once a trip of some Loop or Scan, by name.

    Whether within others that choose or repeat, so that a trip may have none of what they make.
    """
    marks = {node.name: branch_of(node) for node in nodes}
    found: dict[str, bool] = {}
    for name, mark in marks.items():
        path, around = [], mark
        while around is not None:
            path.append(around[1])
            around = marks.get(around[0])
        if BODY in path:
            found[name] = len(path) > 1
    return found


class _Lift:
    """One level of bodies."""

    def __init__(self, proto: onnx.ModelProto, every: bool) -> None:
        self._proto, self._graph, self._every = proto, proto.graph, every
        self._types = tensor_types(proto)[0]
        self._conditions = Conditions(proto.graph, self._types)
        self._repeated = repeated(proto.graph.node)
        self._scans = {node.name for node in proto.graph.node if node.op_type == "Scan"}
        self._worth = [node for node in proto.graph.node if self._is_worth(node)]
        lifted = [body for node in self._worth for body in bodies_of(node).values()]
        kept = [g for g in all_graphs(proto.graph) if all(g is not body for body in lifted)]
        self._taken = {name for graph in kept for name in defined(graph)}
        self._taken |= {node.name for graph in kept for node in graph.node}

    def run(self) -> list[Rewrite]:
        if not self._worth:
            return []
        nodes, rewrites = [], []
        for node in self._graph.node:
            if all(node is not each for each in self._worth):
                nodes.append(node)
                continue
            if not node.name:
                node.name = unique_name(label(node), self._taken)
            taken = self._taken_branch(node)
            if taken is None:
                nodes += self._laid_open(node)
                rewrites.append(rewritten(f"{node.op_type} laid open", node))
            else:
                nodes += self._inlined(node, taken)
                rewrites.append(rewritten("If on a constant left out", node))
        replaced = onnx.GraphProto(node=nodes)
        del self._graph.node[:]
        self._graph.node.extend(replaced.node)
        return rewrites

    def _taken_branch(self, node: onnx.NodeProto) -> str | None:
        """The branch that is taken whatever the data; None where data decides."""
        known = self._conditions.of(node.input[0]) if node.op_type == "If" else None
        return None if known is None else BRANCHES[0 if known else 1]

    def _is_worth(self, node: onnx.NodeProto) -> bool:
        bodies = bodies_of(node)
        if not bodies or is_open(node):
            return False
        if any(body.sparse_initializer for body in bodies.values()):
            return False
        if self._taken_branch(node) is not None:
            return True
        has_any = any(map(has_layers, bodies.values()))
        return (has_any or self._every) and self._can_stand_open(node)

    def _can_stand_open(self, node: onnx.NodeProto) -> bool:
        """Whether values of its bodies can be had from outside."""
        if node.op_type == "If" and node.name not in self._repeated:
            return True
        around = branch_of(node)
        if around is not None and around[0] in self._scans:
            return False  # a Scan takes nothing that has other shapes on other trips
        return all(
            tell_inputs(node, body, self._types) and (self._every or self._is_steady(node, body))
            for body in bodies_of(node).values()
        )

    def _is_steady(self, node: onnx.NodeProto, body: onnx.GraphProto) -> bool:
        alone = body_alone(self._proto, body, self._types)
        lift_bodies(alone)
        return keeps_shapes(node, body, tensor_types(alone)[0])

    def _laid_open(self, node: onnx.NodeProto) -> Iterator[onnx.NodeProto]:
        for branch, body in bodies_of(node).items():
            names = self._free_names(node, branch, body)
            inner = list(self._inner(node, branch, body, names))
            self._pass_on(body, names)
            for each in [entrance(node, body), *inner] if branch == BODY else inner:
                put_in_branch(each, (node.name, branch))
                yield each
        yield node

    def _inlined(self, node: onnx.NodeProto, branch: str) -> Iterator[onnx.NodeProto]:
        body = bodies_of(node)[branch]
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
        """Leaves a body that gives what its lifted nodes make."""
        del body.node[:], body.initializer[:], body.value_info[:]
        for value in body.input:
            value.name = names.get(value.name, value.name)
        for value in body.output:
            source = names.get(value.name, value.name)
            value.name = unique_name(f"{source}_given", self._taken)
            same = helper.make_node("Identity", [source], [value.name])
            same.name = unique_name(f"{value.name}_Identity", self._taken)
            body.node.append(same)
