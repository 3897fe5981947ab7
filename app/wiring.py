"""The model as boxes and wires, laid out in rows from its inputs down to its outputs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from quantengine.graph.model import FloatModel
from quantengine.graph.walk import reads
from quantengine.monitor import SILENT, Monitor

from .translation import counted, tr

NODE, MODULE, INPUT, OUTPUT = "node", "module", "input", "output"

Key = tuple[str, str]
"""What a box stands for (NODE, MODULE, INPUT or OUTPUT), and its name."""
Point = tuple[float, float]
"""Column from the left and row from the top, in units of one box."""

NO_PARTS: Mapping[str, str] = MappingProxyType({})

_SPACING = 72.0


@dataclass(frozen=True)
class Wire:
    """A tensor on its way from one box to another, over `points`; both ends included."""

    tensor: str
    start: Key
    end: Key
    points: tuple[Point, ...]


@dataclass(frozen=True, eq=False)
class Wiring:
    """Where every box of a model stands, in order of execution."""

    places: Mapping[Key, Point]
    operators: Mapping[Key, str]
    wires: tuple[Wire, ...]

    def above(self, key: Key) -> tuple[Key, ...]:
        """The boxes a box reads from."""
        return tuple(wire.start for wire in self.wires if wire.end == key)

    def below(self, key: Key) -> tuple[Key, ...]:
        """The boxes that read from a box."""
        return tuple(wire.end for wire in self.wires if wire.start == key)


def lay_out(
    model: FloatModel,
    parts: Mapping[str, str] = NO_PARTS,
    modules: Mapping[str, str] = NO_PARTS,
    *,
    monitor: Monitor = SILENT,
) -> Wiring:
    """Rows after Sugiyama, with few crossings; constants are left out.

    `parts` names the node in whose box another one stands, as the Clip behind a convolution, and
    `modules` the module that is folded into one box, by node.
    """
    keys_of = {
        node.name: box_of(parts.get(node.name, node.name), modules) for node in model.graph.node
    }
    operators = _boxes(model, keys_of)
    ends = dict(_tensors(model, keys_of))
    monitor.check()
    numbers = {key: place for place, key in enumerate(_connected(ends, operators))}
    keys = list(numbers)
    points, routes = _rows([(numbers[a], numbers[b]) for a, b in ends], len(keys))
    places = {key: points[number] for key, number in numbers.items()}
    right = 1 + max((x for x, _ in points.values()), default=-1.0)
    for alone in operators:
        if alone not in places:
            places[alone] = (right, 0.0)
            right += 1
    wires = tuple(_wire(ends, keys[route[0]], keys[route[-1]], line) for route, line in routes)
    return Wiring({key: places[key] for key in operators}, operators, wires)


def box_of(node: str, modules: Mapping[str, str]) -> Key:
    """The box of a node that has one, or of the module it is folded into."""
    return (MODULE, modules[node]) if node in modules else (NODE, node)


def _wire(
    ends: Mapping[tuple[Key, Key], str], start: Key, end: Key, line: tuple[Point, ...]
) -> Wire:
    """Modules may feed each other, so that one of both wires is laid out the other way round."""
    if (start, end) in ends:
        return Wire(ends[start, end], start, end, line)
    return Wire(ends[end, start], end, start, line[::-1])


def _boxes(model: FloatModel, keys_of: Mapping[str, Key]) -> dict[Key, str]:
    boxes = {(INPUT, name): tr("input") for name in model.inputs}
    for node in model.graph.node:
        key = keys_of[node.name]
        boxes[key] = f"{boxes[key]} + {node.op_type}" if key in boxes else node.op_type
    nodes = Counter(keys_of.values())
    boxes |= {key: counted(n, "node") for key, n in nodes.items() if key[0] == MODULE}
    return boxes | {(OUTPUT, name): tr("output") for name in model.outputs}


def _tensors(
    model: FloatModel, keys_of: Mapping[str, Key]
) -> Iterable[tuple[tuple[Key, Key], str]]:
    """What bodies of an If or a Loop read from around them is led to its box too."""
    sources = {name: (INPUT, name) for name in model.inputs}
    for name, maker in model.producers.items():
        sources[name] = keys_of[maker.name]
    for node in model.graph.node:
        end = keys_of[node.name]
        for name in dict.fromkeys((*node.input, *sorted(reads(node)))):
            if name in sources and sources[name] != end:
                yield (sources[name], end), name
    for name in model.outputs:
        if name in sources:
            yield (sources[name], (OUTPUT, name)), name


def _connected(ends: Iterable[tuple[Key, Key]], boxes: Iterable[Key]) -> list[Key]:
    wired = {key for pair in ends for key in pair}
    return [key for key in boxes if key in wired]


def _rows(
    edges: list[tuple[int, int]], boxes: int
) -> tuple[dict[int, Point], list[tuple[list[int], tuple[Point, ...]]]]:
    """Points by number, and each edge with the bends that lead it around other boxes."""
    from fast_sugiyama import from_edges

    points: dict[int, Point] = {}
    routes: list[tuple[list[int], tuple[Point, ...]]] = []
    left = 0.0
    for found, width, _, parts in from_edges(edges, vertex_spacing=_SPACING) if edges else ():
        least, top = min(x for _, (x, _) in found), max(y for _, (_, y) in found)
        local = {
            int(n): (left + (x - least) / _SPACING, (top - y) / _SPACING) for n, (x, y) in found
        }
        points |= {n: point for n, point in local.items() if n < boxes}
        for route in _routes([(int(a), int(b)) for a, b in parts or ()], boxes):
            routes.append((route, tuple(local[n] for n in route)))
        left += width / _SPACING + 1
    return points, routes


def _routes(parts: list[tuple[int, int]], boxes: int) -> Iterable[list[int]]:
    """Numbers from `boxes` on are bends: each leads on to one other."""
    onward = {start: end for start, end in parts if start >= boxes}
    for start, end in parts:
        if start >= boxes:
            continue
        route = [start, end]
        while route[-1] >= boxes:
            route.append(onward[route[-1]])
        yield route
