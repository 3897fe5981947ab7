"""Values of one network found in another: by name, then by structure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum

import onnx

from quantengine.diff.wiring import Wiring, alike, family
from quantengine.graph.operators.operator import Kind
from quantengine.graph.operators.registry import kind_of

Likeness = Callable[[onnx.NodeProto, onnx.NodeProto], float]
"""How alike the weights of two nodes are, in -1..1; 1 of nodes without."""

_ALIKE = 0.8
"""Of weights that are the same but for rounding; measured: int4 gives 0.98, other layers 0.1."""
_CLEAR = 0.1
_MOST_SWEEPS = 50
_MOST_FOLDED = 3
_FOLDED = ("BatchNormalization", "Add", "Mul")
"""What may stand apart behind a layer in one network and be folded into it in the other."""


class How(Enum):
    """By what a value was found."""

    NAME = "name"
    STRUCTURE = "structure"
    VALUES = "values"


@dataclass(frozen=True)
class Match:
    """`other` is the name of the value in the other network.

    `turn`: the order of its axes in which it is ours; None: as it is.
    """

    other: str
    how: How
    turn: tuple[int, ...] | None = None


@dataclass
class Matching:
    """By value of the float network; what is missing was not found."""

    found: dict[str, Match] = field(default_factory=dict)
    taken: dict[str, str] = field(default_factory=dict)
    """Values of the other network -> the last value of the float one that they stand for."""

    def add(self, ours: str, theirs: str, how: How, turn: tuple[int, ...] | None = None) -> None:
        self.found[ours] = Match(theirs, how, turn)
        self.taken[theirs] = ours

    def of(self, ours: str) -> str | None:
        match = self.found.get(ours)
        return None if match is None else match.other


def match(ours: Wiring, theirs: Wiring, outputs: Mapping[str, str], likeness: Likeness) -> Matching:
    """`outputs` names the other network's output for each of ours."""
    matcher = _Matcher(ours, theirs, likeness)
    matcher.ends(outputs)
    matcher.by_name()
    matcher.sweep()
    return matcher.matching


def match_on(matching: Matching, ours: Wiring, theirs: Wiring, likeness: Likeness) -> None:
    """What follows by structure from values that were found since."""
    matcher = _Matcher(ours, theirs, likeness)
    matcher.matching = matching
    matcher.sweep()


class _Matcher:
    def __init__(self, ours: Wiring, theirs: Wiring, likeness: Likeness) -> None:
        self.ours, self.theirs, self.likeness = ours, theirs, likeness
        self.matching = Matching()

    def ends(self, outputs: Mapping[str, str]) -> None:
        """Inputs by name, or by place where no name is the same; outputs as they were paired."""
        ours, theirs = self.ours.inputs, self.theirs.inputs
        pairs = [(name, name) for name in ours if name in theirs]
        if not pairs and len(ours) == len(theirs):
            pairs = list(zip(ours, theirs, strict=True))
        for name, other in pairs:
            self.matching.add(name, self.theirs.value(other), How.NAME)
        for name, other in outputs.items():
            if self.ours.value(name) in self.ours.makers:
                how = How.NAME if name == other else How.STRUCTURE
                self.matching.add(self.ours.value(name), self.theirs.value(other), how)

    def sweep(self) -> None:
        """Follows the wiring both ways until nothing more is found."""
        for _ in range(_MOST_SWEEPS):
            if not (self.forward() + self.backward()):
                return

    def by_name(self) -> None:
        for name in self._open():
            for wanted in (name, f"{name}_quantized"):
                if self.theirs.known(wanted) and self._fits(name, self.theirs.value(wanted)):
                    self.matching.add(name, self.theirs.value(wanted), How.NAME)
                    break

    def _fits(self, ours: str, theirs: str) -> bool:
        """Whether a value of that name can be the same: of one shape, from a like operator."""
        if theirs in self.theirs.inputs or ours in self.ours.inputs:
            return False
        if not alike(self.ours.types.get(ours), self.theirs.types.get(theirs)):
            return False
        mine, other = self.ours.makers[ours], self.theirs.makers.get(theirs)
        return other is None or family(other) in set(self._families(mine))

    def _families(self, node: onnx.NodeProto) -> Iterator[str]:
        """That of a node, and of those before it that a fused operator may hold too."""
        yield family(node)
        for _ in range(8):
            if kind_of(node) is Kind.CORE:
                yield from _FOLDED
            if kind_of(node) not in (Kind.CLAMP, Kind.FLOW, Kind.MOVE, Kind.FLOAT):
                return
            above = [self.ours.makers[n] for n in self.ours.data(node) if n in self.ours.makers]
            if len(above) != 1:
                yield from map(family, above)
                return
            node = above[0]
            yield family(node)

    def _open(self) -> Iterator[str]:
        """Values of the float network without a match, in their order."""
        for node in self.ours.nodes:
            yield from (n for n in node.output if n and n not in self.matching.found)

    def forward(self) -> int:
        """Nodes that read matched values alone; how many were found."""
        found = 0
        for node in self.ours.nodes:
            if not node.output or node.output[0] in self.matching.found:
                continue
            reads = [self.matching.of(name) for name in self.ours.data(node)]
            if not reads or None in reads:
                continue
            known = [name for name in reads if name is not None]
            found += self._follow(node, known)
        return found

    def _follow(self, node: onnx.NodeProto, reads: list[str]) -> bool:
        wanted = tuple(sorted(reads)) if _is_free(node) else tuple(reads)
        near = self.theirs.readers.get(reads[0], ())
        candidates = [
            other
            for other in near
            if family(other) == family(node)
            and self.theirs.data(other) == wanted
            and self._free(node, other)
        ]
        chosen = self._best(node, candidates)
        if chosen is None:
            return self._inside(node, reads)
        if len(node.output) == len(chosen.output) == 1:
            ends = self._ends(node, chosen)
            if ends is None:
                return False
            self.matching.add(*ends, How.STRUCTURE)
            return True
        for one, other in zip(node.output, chosen.output, strict=False):
            if one and other and one not in self.matching.found:
                self.matching.add(one, self.theirs.value(other), How.STRUCTURE)
        return True

    def _ends(self, node: onnx.NodeProto, other: onnx.NodeProto) -> tuple[str, str] | None:
        """The values of two nodes behind what was folded into one of them; None: found already."""
        ours, theirs = str(node.output[0]), self.theirs.value(other.output[0])
        for _ in range(_MOST_FOLDED):
            mine, folded = _behind(self.ours, ours), _behind(self.theirs, theirs)
            if folded is not None and not self._has(self.ours, ours, folded):
                theirs = self.theirs.value(folded.output[0])
            elif mine is not None and not self._has(self.theirs, theirs, mine):
                ours = str(mine.output[0])
            else:
                break
        known = ours in self.matching.found or theirs in self.matching.taken
        return None if known else (ours, theirs)

    def _has(self, wiring: Wiring, value: str, node: onnx.NodeProto) -> bool:
        return any(family(each) == family(node) for each in wiring.readers.get(value, ()))

    def _free(self, node: onnx.NodeProto, other: onnx.NodeProto) -> bool:
        """Whether nothing else was matched with it, and the shapes fit."""
        made = self.theirs.value(other.output[0])
        if made in self.matching.taken:
            return False
        return alike(self.ours.types.get(node.output[0]), self.theirs.types.get(made))

    def _best(
        self, node: onnx.NodeProto, candidates: list[onnx.NodeProto]
    ) -> onnx.NodeProto | None:
        """The one whose weights are those of the node; none where that is not clear."""
        if len(candidates) == 1:
            return candidates[0]
        ranked = sorted(((self.likeness(node, c), i) for i, c in enumerate(candidates)))[::-1]
        if not ranked or not ranked[0][0] >= _ALIKE or ranked[0][0] - ranked[1][0] < _CLEAR:
            return None
        return candidates[ranked[0][1]]

    def _inside(self, node: onnx.NodeProto, reads: list[str]) -> bool:
        """A clamp that became part of the operator before it, or of the range behind it."""
        if kind_of(node) is not Kind.CLAMP or reads[0] not in self.matching.taken:
            return False
        near = self.theirs.readers.get(reads[0], ())
        if any(family(other) == family(node) for other in near):
            return False
        if not self.theirs.quantizers.get(reads[0]):
            return False
        self.matching.add(node.output[0], reads[0], How.STRUCTURE)
        return True

    def backward(self) -> int:
        """What makes a matched value reads matched values; how many were found."""
        found = 0
        for node in reversed(self.ours.nodes):
            match = self.matching.found.get(node.output[0]) if node.output else None
            maker = None if match is None else self.theirs.makers.get(match.other)
            if maker is None or family(maker) != family(node):
                continue
            ours, theirs = self.ours.data(node), self.theirs.data(maker)
            if len(ours) != len(theirs):
                continue
            left = [name for name in ours if name not in self.matching.found]
            used = {self.matching.of(name) for name in ours}
            rest = [name for name in theirs if name not in used]
            ordered = not _is_free(node)
            if not left or (len(left) > 1 and not ordered) or len(left) != len(rest):
                continue
            for one, other in zip(left, rest, strict=True):
                found += self._above(one, other)
        return found

    def _above(self, ours: str, theirs: str) -> bool:
        if theirs in self.matching.taken or not self._may_be(ours, theirs):
            return False
        self.matching.add(ours, theirs, How.STRUCTURE)
        return True

    def _may_be(self, ours: str, theirs: str) -> bool:
        if ours not in self.ours.makers or theirs not in self.theirs.makers:
            return False
        return self._fits(ours, theirs)


def _behind(wiring: Wiring, value: str) -> onnx.NodeProto | None:
    """What alone reads a value and moves or scales it by constants."""
    readers = wiring.readers.get(value, ())
    if len(readers) != 1 or value in wiring.outputs:
        return None
    node = readers[0]
    folds = node.op_type in ("BatchNormalization", "Add", "Mul", "Sub", "Div")
    return node if folds and len(wiring.data(node)) == 1 else None


def _is_free(node: onnx.NodeProto) -> bool:
    return node.op_type in ("Add", "Mul", "Max", "Min", "Sum")
