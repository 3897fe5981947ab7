"""Which layers stand between one integer tensor and those before it."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import onnx

from quantengine.formats.pair_safety import LARGEST_SUM, worst_pair_sums
from quantengine.graph.model import FloatModel
from quantengine.graph.operators.operator import Kind
from quantengine.graph.operators.registry import kind_of, operator_of
from quantengine.graph.walk import reads
from quantengine.rewrite.encodings import Encodings
from quantengine.rewrite.pair_codes import product_columns


@dataclass(frozen=True, eq=False)
class Regions:
    """The layers of a network cut wherever `coded` tensors are handed on as integers.

    `plain` names what is read as floats all the same, by layer: all that the layer reads so.
    """

    model: FloatModel
    encodings: Encodings
    coded: Container[str]
    plain: Mapping[str, Container[str]] = field(default_factory=dict)

    def nodes(self, tensor: str) -> tuple[onnx.NodeProto, ...]:
        """What computes `tensor` from integers and inputs of the network, in its order."""
        found: dict[int, onnx.NodeProto] = {}
        waiting = [tensor]
        while waiting:
            node = self.model.producers.get(waiting.pop())
            if node is None or id(node) in found:
                continue
            found[id(node)] = node
            plain = self.plain.get(node.name, ())
            waiting += [n for n in reads(node) if n not in self.coded or n in plain]
        return tuple(sorted(found.values(), key=lambda node: self._places[node.name]))

    def named(self, tensor: str) -> str:
        """The layer to name for `tensor`: the last one in the region that computes on integers."""
        nodes = self.nodes(tensor)
        integer = [node for node in nodes if node.name in self.encodings.flow.nodes]
        last = (integer or list(nodes))[-1:]
        return last[0].name if last else tensor

    def all_integer(self, tensor: str) -> bool:
        """Whether only layers on integers, with their clamps, stand in the region."""
        return all(
            (node.name in self.encodings.flow.nodes and kind_of(node) is not Kind.CELL)
            or kind_of(node) is Kind.CLAMP
            for node in self.nodes(tensor)
        )

    def multiplies_bluntly(self, tensor: str) -> bool:
        """Whether onnxruntime may round the inputs of some product in the region by itself.

        It multiplies floats with weights of up to 8 bits as MatMulNBits, and those inputs in blocks
        of 8 bits; inputs and states of a dynamic cell get 8 bits step by step.
        """
        return any(self._blunt(node) for node in self.nodes(tensor))

    def has_dynamic_cell(self, tensor: str) -> bool:
        """Whether the region holds a cell whose states are rounded at every step."""
        nodes = self.nodes(tensor)
        return any(kind_of(n) is Kind.CELL and n.name in self.encodings.dynamic for n in nodes)

    def may_saturate(self, tensor: str) -> bool:
        """Whether some product in the region adds uint8 times int8 that may leave int16 in pairs.

        What kernels of x86 CPUs without VNNI do (`formats.saturation`).
        """
        return any(self._saturable(node) for node in self.nodes(tensor))

    @cached_property
    def _places(self) -> dict[str, int]:
        return {node.name: place for place, node in enumerate(self.model.graph.node)}

    def _blunt(self, node: onnx.NodeProto) -> bool:
        dynamic = node.name in self.encodings.dynamic
        if kind_of(node) is Kind.CELL:
            return dynamic
        if not operator_of(node).is_product or dynamic:
            return False
        weight, x = self.encodings.weights.get(node.input[1]), self.encodings.of(node.input[0])
        return weight is not None and (x is None or weight.dtype.bits < 8)

    def _saturable(self, node: onnx.NodeProto) -> bool:
        integer = self.encodings.flow.nodes.get(node.name)
        if integer is None or len(node.input) < 2:
            return False
        weight = self.encodings.weights.get(node.input[1])
        x = self.encodings.of(node.input[0])
        dynamic = node.name in self.encodings.dynamic
        signed_input = not dynamic and (x is None or x.dtype.signed or x.dtype.bits > 8)
        if weight is None or signed_input or not weight.dtype.signed or weight.dtype.bits > 8:
            return False
        if dynamic and operator_of(node).slides:
            return False  # ConvInteger widens the codes first
        codes = self.encodings.codes_of(node.input[1], self.model.weight(node.input[1]))
        columns = product_columns(node, codes)
        return columns is not None and bool((worst_pair_sums(columns) > LARGEST_SUM).any())


def in_order(model: FloatModel, tensors: Sequence[str]) -> list[str]:
    """Tensors in the order the network makes them, its inputs first."""
    places = {name: i for i, node in enumerate(model.graph.node) for name in node.output}
    return sorted(tensors, key=lambda name: places.get(name, -1))
