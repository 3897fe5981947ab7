"""Lifted nodes put back into their bodies, so that these run where they are taken."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import takewhile
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from quantengine.graph.bodies import BODY, bodies_of, is_entrance
from quantengine.graph.lift import branch_of, put_in_branch
from quantengine.graph.model import TensorType
from quantengine.graph.names import unique_name
from quantengine.graph.operators.operator import Kind
from quantengine.graph.operators.registry import kind_of
from quantengine.graph.shapes import tensor_types
from quantengine.graph.trips import Trips, rename_within
from quantengine.graph.walk import names_in, reads, renamed

Path = tuple[tuple[str, str], ...]
"""The bodies a node stands in, from the main graph inwards."""


def sunk(proto: onnx.ModelProto) -> onnx.ModelProto:
    """The network with every lifted node in its body, itself where none is lifted.

    What a body is asked to give besides becomes a further output of its owner: without values
    along the first axis where another branch is taken, and with those of all trips one behind the
    other along it. What reads nothing but constants and codes goes where it is read, a copy into
    each branch: runtimes fuse it with its reader there; beside a Loop or Scan, where it runs once.
    A node whose owner is not there runs always.
    """
    if not any(branch_of(node) for node in proto.graph.node):
        return proto
    return _Sinking(proto).run()


def kept_whole(nodes: Sequence[onnx.NodeProto]) -> list[int]:
    """For each place in a list of nodes the first at which it may be cut without cutting branches.

    `[len(nodes) + 1]`: a place within lifted branches leads to where the outermost begins.
    """
    owners = {node.name: place for place, node in enumerate(nodes)}
    found = list(range(len(nodes) + 1))
    for place, node in enumerate(nodes):
        end = owners.get((branch_of(node) or ("", ""))[0])
        if end is not None:
            for inner in range(place + 1, end + 1):
                found[inner] = min(found[inner], found[place])
    return found


def owners_of(nodes: Sequence[onnx.NodeProto], tensors: Iterable[str]) -> set[str]:
    """What the Ifs give around the lifted nodes that make `tensors`: these run within them."""
    wanted, by_name = set(tensors), {node.name: node for node in nodes}
    waiting = [node for node in nodes if branch_of(node) and not wanted.isdisjoint(node.output)]
    found: set[str] = set()
    while waiting:
        owner = by_name.get((branch_of(waiting.pop()) or ("", ""))[0])
        if owner is not None and found.isdisjoint(owner.output):
            found.update(owner.output)
            waiting.append(owner)
    return found


_NOWHERE: Path = (("", ""),)
"""Of a node that nothing reads any more."""


class _Sinking:
    def __init__(self, proto: onnx.ModelProto) -> None:
        self._proto = proto
        graph = proto.graph
        named = {node.name: node for node in graph.node}
        marks = filter(None, map(branch_of, graph.node))
        self._owners = {name: named[name] for name, _ in marks if name in named}
        self._taken = names_in(graph)
        self._paths: list[Path] = []
        self._nodes: list[onnx.NodeProto] = []
        self._made: dict[str, Path] = {}
        self._quantized = _quantized(graph)
        dequantizing = (node for node in graph.node if node.op_type == "DequantizeLinear")
        self._dequantized = {name for node in dequantizing for name in node.output}
        self._constants: dict[Path, list[TensorProto]] = {}
        self._asked: dict[tuple[str, str], list[str]] = {}

    def run(self) -> onnx.ModelProto:
        for node in self._exploded():
            self._nodes.append(node)
            self._paths.append(self._path(node))
            self._made.update(dict.fromkeys(node.output, self._paths[-1]))
        self._bring_to_readers()
        self._place_constants()
        self._ask()
        copy = onnx.ModelProto()
        copy.CopyFrom(self._proto)
        del copy.graph.node[:], copy.graph.initializer[:]
        copy.graph.node.extend(self._within(()))
        copy.graph.initializer.extend(self._constants.get((), ()))
        moved = {name for name, path in self._made.items() if path}
        kept = [value for value in copy.graph.value_info if value.name not in moved]
        del copy.graph.value_info[:]
        copy.graph.value_info.extend(kept)
        return copy

    def _exploded(self) -> Iterator[onnx.NodeProto]:
        """The nodes, what the bodies of their owners still hold among them."""
        for node in self._proto.graph.node:
            copy = onnx.NodeProto()
            copy.CopyFrom(node)
            if copy.name in self._owners:
                for branch, body in bodies_of(copy).items():
                    for inner in body.node:
                        passing = renamed(inner, {})
                        put_in_branch(passing, (copy.name, branch))
                        yield passing
                    del body.node[:]
            yield copy

    def _path(self, node: onnx.NodeProto) -> Path:
        """Where a node stands: where it is marked to, else where what it reads is made."""
        path: Path = ()
        mark = branch_of(node)
        while mark is not None and mark[0] in self._owners:
            path = (mark, *path)
            mark = branch_of(self._owners[mark[0]])
        read = node.input if node.name in self._owners else reads(node)
        around = (self._made.get(name, ()) for name in read)
        return max((path, *around), key=len)

    def _bring_to_readers(self) -> None:
        """Dequantized codes stand beside their readers, as runtimes want them to fuse the two."""
        outputs = {value.name for value in self._proto.graph.output}
        readers: dict[str, list[int]] = {}
        for place, node in enumerate(self._nodes):
            for name in reads(node):
                readers.setdefault(name, []).append(place)
        copies: list[tuple[int, onnx.NodeProto, Path]] = []
        dropped: set[int] = set()
        for place, node in enumerate(self._nodes):
            if node.op_type == "DequantizeLinear" and not self._paths[place]:
                reading = readers.get(node.output[0], [])
                paths = {self._beside_reader(reader) for reader in reading}
                stays = () in paths or node.output[0] in outputs
                for path in sorted(paths - {()}, key=len):
                    copies.append((place, self._beside(node, path, reading), path))
                if paths and not stays:
                    dropped.add(place)
        for place in dropped:
            self._paths[place] = _NOWHERE
        for place, copy, path in reversed(copies):
            self._nodes.insert(place, copy)
            self._paths.insert(place, path)

    def _beside_reader(self, place: int) -> Path:
        """Where what dequantizes stands for a reader: in a body that runs many times only to fuse.

        That is where codes go in and codes come out: else it would run anew on every trip.
        """
        path, node = self._paths[place], self._nodes[place]
        fuses = node.output[0] in self._quantized and node.input[0] in self._dequantized
        return path if fuses else tuple(takewhile(lambda mark: mark[1] != BODY, path))

    def _beside(self, node: onnx.NodeProto, path: Path, readers: list[int]) -> onnx.NodeProto:
        """A copy of a node for those of its readers that stand in one branch."""
        old, new = node.output[0], unique_name(node.output[0], self._taken)
        for reader in readers:
            if self._beside_reader(reader) == path:
                self._nodes[reader] = renamed(self._nodes[reader], {old: new})
        copy = renamed(node, {old: new})
        copy.name = unique_name(node.name, self._taken)
        self._made[new] = path
        self._dequantized.add(new)
        return copy

    def _place_constants(self) -> None:
        """What one branch alone reads stands in it; what is dequantized, beside its reader."""
        readers: dict[str, list[int]] = {}
        for place, node in enumerate(self._nodes):
            for name in reads(node) if self._paths[place] != _NOWHERE else ():
                readers.setdefault(name, []).append(place)
        given = {value.name for value in self._proto.graph.output}
        for tensor in self._proto.graph.initializer:
            reading = readers.get(tensor.name, [])
            paths = {self._paths[place] for place in reading}
            home = paths.pop() if len(paths) == 1 and tensor.name not in given else ()
            self._constants.setdefault(home, []).append(tensor)
            for path in sorted(paths - {()}, key=len):
                self._copy_constant(tensor, path, reading)

    def _copy_constant(self, tensor: TensorProto, path: Path, readers: list[int]) -> None:
        """Gives the nodes that dequantize in one branch a constant of their own."""
        own = [
            place
            for place in readers
            if self._paths[place] == path and self._nodes[place].op_type == "DequantizeLinear"
        ]
        if own:
            copy = TensorProto()
            copy.CopyFrom(tensor)
            copy.name = unique_name(tensor.name, self._taken)
            self._constants.setdefault(path, []).append(copy)
            for place in own:
                self._nodes[place] = renamed(self._nodes[place], {tensor.name: copy.name})

    def _ask(self) -> None:
        """Tensors of branches that the network gives, or that are read outside of them."""
        wanted = dict.fromkeys(value.name for value in self._proto.graph.output)
        for name in wanted:
            for branch in self._made.get(name, ()):
                self._asked.setdefault(branch, []).append(name)

    def _within(self, path: Path) -> Iterator[onnx.NodeProto]:
        """The nodes of a body, those inside its own owners in them."""
        for node, own in zip(self._nodes, self._paths, strict=True):
            if own != path or is_entrance(node):
                continue
            put_in_branch(node, None)
            if node.name in self._owners:
                yield from self._filled(node, path)
            else:
                yield node

    def _filled(self, node: onnx.NodeProto, path: Path) -> Iterator[onnx.NodeProto]:
        """An owner with its nodes in it, and what makes of its outputs what is asked for."""
        given: dict[str, bool] = {}
        for branch, body in bodies_of(node).items():
            inside = (*path, (node.name, branch))
            body.node.extend(self._within(inside))
            body.initializer.extend(self._constants.get(inside, ()))
            for name in self._asked.get(inside[-1], []):
                given[name] = self._made[name] == inside
        if node.op_type == "If":
            for name in given:
                self._give(node, name)
            node.output.extend(given)
            yield node
            return
        trips = Trips(node, self._taken)
        trips.tell_apart()
        for name, steady in given.items():
            if steady:
                trips.stack(name)
            else:
                trips.join(name, self._nothing(name))
        yield from trips.nodes()

    def _give(self, node: onnx.NodeProto, name: str) -> None:
        """Makes every branch give a tensor that one of them makes."""
        inside = unique_name(f"{name}_inside", self._taken)
        for branch, body in bodies_of(node).items():
            if name in self._asked.get((node.name, branch), []):
                rename_within(body, {name: inside})
                body.output.append(onnx.ValueInfoProto(name=inside))
                continue
            absent = unique_name(f"{name}_absent", self._taken)
            value = numpy_helper.from_array(self._nothing(name), absent)
            body.node.append(helper.make_node("Constant", [], [absent], absent, value=value))
            body.output.append(onnx.ValueInfoProto(name=absent))

    @cached_property
    def _types(self) -> Mapping[str, TensorType]:
        return tensor_types(self._proto)[0]

    def _nothing(self, name: str) -> NDArray[Any]:
        kind = self._types.get(name, TensorType(TensorProto.UNDEFINED, None))
        element = kind.element or TensorProto.FLOAT
        sides = (side if isinstance(side, int) else 1 for side in (kind.shape or (0,))[1:])
        return np.empty((0, *sides), helper.tensor_dtype_to_np_dtype(element))


def _quantized(graph: onnx.GraphProto) -> set[str]:
    """What becomes codes at once, or behind a Relu or Clip."""
    found: set[str] = set()
    for node in reversed(graph.node):
        clamps = kind_of(node) is Kind.CLAMP and node.output[0] in found
        if clamps or node.op_type == "QuantizeLinear":
            found.add(node.input[0])
    return found
