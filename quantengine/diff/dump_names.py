"""Which tensor of the float file each dumped array is."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

import onnx

from quantengine.diff.dump_files import Dump, Dumped
from quantengine.diff.dump_left import Elsewhere, Left
from quantengine.diff.dump_map import Meant
from quantengine.graph.origin import label
from quantengine.graph.spelling import Spellings
from quantengine.graph.walk import first_made
from quantengine.sentence import Sentence

NO_MAP: Mapping[str, Meant] = MappingProxyType({})
_NUMBERED = re.compile(r"(.+?)[._-](\d{1,6})")


@dataclass(frozen=True)
class Found:
    """A tensor and its arrays, one a sample or one of all; `how`: name, spelling, node or map."""

    tensor: str
    name: str
    how: str
    arrays: tuple[Dumped, ...]
    meant: Meant


@dataclass(frozen=True)
class Named:
    """By tensor in the order of the file; `unknown`: names of the dump that it does not have.

    `notes` say what else is left, and what was taken for a sample.
    """

    found: Mapping[str, Found]
    unknown: tuple[str, ...]
    node_of: Mapping[str, onnx.NodeProto]
    notes: tuple[Sentence, ...]


def name_dump(dump: Dump, graph: onnx.GraphProto, mapping: Mapping[str, Meant] = NO_MAP) -> Named:
    """Names are those of tensors or nodes, as they are or as other tools spell them."""
    makers = {name: node for node in graph.node for name in node.output if name}
    order = [*(value.name for value in graph.input), *makers]
    constants = {tensor.name for tensor in graph.initializer}
    tensors = Spellings(name for name in order if name not in constants)
    nodes = {label(node): first_made(node) for node in graph.node}
    finder = _Finder(tensors, Spellings(nodes), nodes, mapping)
    elsewhere = Elsewhere(graph)
    found: dict[str, Found] = {}
    unknown, left = list[str](), dict[Left, list[str]]()
    arrays, notes = _numbered(dump, finder)
    for name, those in _by_name(arrays).items():
        each = finder.find(name, those)
        if each is None:
            why = elsewhere.find(mapping[name].tensor if name in mapping else name)
            (unknown if why is None else left.setdefault(why, [])).append(name)
            continue
        before = found.get(each.tensor)
        if before is None or before.how == "node":
            found[each.tensor] = each
        if before is not None:
            lost = before if before.how == "node" else each
            left.setdefault(Left.TWICE, []).append(lost.name)
    ordered = {name: found[name] for name in tensors.names if name in found}
    notes += [note for why, names in left.items() for note in why.said(names)]
    return Named(ordered, tuple(unknown), makers, tuple(notes))


@dataclass(frozen=True)
class _Finder:
    tensors: Spellings
    layers: Spellings
    nodes: Mapping[str, str]
    mapping: Mapping[str, Meant]

    def find(self, name: str, arrays: Sequence[Dumped]) -> Found | None:
        meant = self.mapping.get(name)
        if meant is not None:
            tensor = self.tensors.find(meant.tensor)
            return None if tensor is None else Found(tensor, name, "map", tuple(arrays), meant)
        tensor, how = self.tensors.find(name), "spelling"
        if tensor is None:
            layer = self.layers.find(name)
            tensor, how = None if layer is None else self.nodes[layer], "node"
        if not tensor:
            return None
        how = "name" if tensor == name else how
        return Found(tensor, name, how, tuple(arrays), Meant(tensor))


def _numbered(dump: Dump, finder: _Finder) -> tuple[list[Dumped], list[Sentence]]:
    """Numbers behind names as samples: from 0 or 1 on, where the name is a tensor without them.

    Only where samples are not told apart by folders, and where no number is left out.
    """
    places = dict[str, dict[int, Dumped]]()
    for each in () if dump.samples else dump.arrays:
        parts = _NUMBERED.fullmatch(each.name)
        if parts is None or finder.find(each.name, ()) is not None:
            continue
        if finder.find(parts[1], ()) is not None:
            places.setdefault(parts[1], {}).setdefault(int(parts[2]), each)
    samples = dict[Dumped, Dumped]()
    for name, numbers in places.items():
        first = min(numbers)
        if first <= 1 < len(numbers) == max(numbers) - first + 1:
            of = ((at - first, each) for at, each in numbers.items())
            samples |= {each: replace(each, name=name, sample=sample) for sample, each in of}
    arrays = [samples.get(each, each) for each in dump.arrays]
    return arrays, [*_taken_for_samples(samples)]


def _taken_for_samples(samples: Mapping[Dumped, Dumped]) -> Iterator[Sentence]:
    if samples:
        yield Sentence(
            "Numbers behind names are taken for samples: '{0}' is '{1}' of sample {2}.",
            *next((old.name, new.name, str(new.sample)) for old, new in samples.items()),
        )


def _by_name(arrays: Sequence[Dumped]) -> dict[str, list[Dumped]]:
    found: dict[str, list[Dumped]] = {}
    for each in arrays:
        found.setdefault(each.name, []).append(each)
    return found
