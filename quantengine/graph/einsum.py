"""Einsum as the product of matrices that it is, so that its weights can become integers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from quantengine.graph.attributes import attribute
from quantengine.graph.constants import replace_nodes
from quantengine.graph.lift import branch_of, put_in_branch
from quantengine.graph.names import unique_name
from quantengine.graph.operators.operator import DOMAINS
from quantengine.graph.origin import Rewrite, rewritten
from quantengine.graph.walk import names_in

Labels = str
_REST = "..."


def plain_einsums(proto: onnx.ModelProto) -> list[Rewrite]:
    """In place: an Einsum of two tensors becomes a MatMul, with the moves that its letters ask for.

    One whose letters say more than a product of matrices does stays as it is.
    """
    place = _Place(proto.graph)
    nodes: list[onnx.NodeProto] = []
    rewrites: list[Rewrite] = []
    for node in proto.graph.node:
        is_einsum = node.op_type == "Einsum" and node.domain in DOMAINS
        written = place.written(node) if is_einsum else None
        nodes += [node] if written is None else written
        if written is not None:
            for new in written:
                put_in_branch(new, branch_of(node))
            rewrites.append(rewritten("Einsum made a MatMul", node))
    if rewrites:
        replace_nodes(proto.graph, nodes)
    return rewrites


@dataclass(frozen=True)
class Product:
    """The letters of a product: of both factors and the result, by what becomes of them."""

    left: Labels
    right: Labels
    out: Labels

    @property
    def swapped(self) -> Product:
        return Product(self.right, self.left, self.out)

    @property
    def summed(self) -> Labels:
        return "".join(c for c in self.right if c in self.left and c not in self.out)

    @property
    def batch(self) -> Labels:
        return "".join(c for c in self.left if c in self.right and c in self.out)

    @property
    def rows(self) -> Labels:
        return "".join(c for c in self.left if c not in self.right)

    @property
    def columns(self) -> Labels:
        return "".join(c for c in self.right if c not in self.left)

    @property
    def is_one(self) -> bool:
        """Whether every letter is of use, once in each place."""
        once = all(len(set(part)) == len(part) for part in (self.left, self.right, self.out))
        kept = set(self.rows + self.columns + self.batch)
        return once and bool(self.summed) and set(self.out) == kept


def product_of(equation: str) -> tuple[Product, bool] | None:
    """The letters, and whether the left factor and the result begin with any further axes."""
    sides = equation.replace(" ", "").split("->")
    factors = sides[0].split(",")
    if len(sides) != 2 or len(factors) != 2:
        return None
    left, right, out = *factors, sides[1]
    rest = _REST in equation
    if rest and not (left.startswith(_REST) and out.startswith(_REST)):
        return None
    found = Product(left.removeprefix(_REST), right, out.removeprefix(_REST))
    letters = found.left + found.right + found.out
    return (found, rest) if letters.isalpha() and found.is_one else None


class _Place:
    """The graph an Einsum stands in."""

    def __init__(self, graph: onnx.GraphProto) -> None:
        self.graph, self.taken = graph, names_in(graph)
        self.constants = {tensor.name: tensor for tensor in graph.initializer}

    def written(self, node: onnx.NodeProto) -> list[onnx.NodeProto] | None:
        found = product_of(attribute(node, "equation", ""))
        if found is None or len(node.input) != 2:
            return None
        (product, rest), (left, right) = found, node.input
        if left in self.constants and right not in self.constants and not rest:
            product, (left, right) = (
                Product(product.right, product.left, product.out),
                (right, left),
            )
        chain = _Chain(self, node, left)
        if right not in self.constants:
            return None if rest else chain.of_both(product, right)
        weight = self.constants[right]
        if weight.data_type != TensorProto.FLOAT or len(weight.dims) != len(product.right):
            return None
        return chain.with_weight(product, numpy_helper.to_array(weight), right, rest)


class _Chain:
    """The nodes that take the place of one Einsum, from the left factor on."""

    def __init__(self, place: _Place, node: onnx.NodeProto, left: str) -> None:
        self.place, self.node, self.last = place, node, left
        self.nodes: list[onnx.NodeProto] = []

    def with_weight(
        self, product: Product, weight: NDArray[Any], name: str, rest: bool
    ) -> list[onnx.NodeProto] | None:
        """Letters of one kind lie side by side in the weight, as rows and columns."""
        sides = dict(zip(product.right, weight.shape, strict=True))
        batch, rows, summed, columns = (
            product.batch, product.rows, product.summed, product.columns,
        )  # fmt: skip
        if (batch and not (rows and columns)) or any(sides[c] == 1 for c in summed + batch):
            return None
        lead = rows[:-1] + batch + rows[-1:] if batch else rows
        order, made = lead + summed, lead + columns
        moves = order != product.left or made != product.out
        if rest and (moves or len(summed) > 1 or len(columns) > 1):
            return None
        self._move(product.left, order)
        if len(summed) > 1:
            self._reshape([0] * len(lead) + [-1])
        flat = _flat(weight, product.right, (batch, summed, columns))
        self._add("MatMul", [self._constant(f"{name}_matrix", flat)])
        if len(columns) > 1:
            self._reshape([0] * len(lead) + [sides[c] for c in columns])
        self._move(made, product.out)
        return self._ended()

    def of_both(self, product: Product, right: str) -> list[onnx.NodeProto] | None:
        """Of factors that are both computed: one letter of each kind, beside those of batches."""
        batch, rows, summed, columns = (
            product.batch, product.rows, product.summed, product.columns,
        )  # fmt: skip
        if not len(rows) == len(summed) == len(columns) == 1:
            return None
        self._move(product.left, batch + rows + summed)
        left, self.last = self.last, right
        self._move(product.right, batch + summed + columns)
        right, self.last = self.last, left
        self._add("MatMul", [right])
        self._move(batch + rows + columns, product.out)
        return self._ended()

    def _move(self, before: Labels, after: Labels) -> None:
        if before != after:
            self._add("Transpose", [], perm=[before.index(c) for c in after])

    def _reshape(self, shape: Sequence[int]) -> None:
        name = self._constant(f"{self.node.output[0]}_shape", np.array(shape, np.int64))
        self._add("Reshape", [name])

    def _add(self, op_type: str, others: list[str], **attributes: Any) -> None:
        free, output = self.place.taken, self.node.output[0]
        made = unique_name(f"{output}_{op_type.lower()}", free)
        is_layer = op_type == "MatMul" and self.node.name
        name = self.node.name if is_layer else unique_name(f"{output}_{op_type}", free)
        self.nodes.append(
            helper.make_node(op_type, [self.last, *others], [made], name, **attributes)
        )
        self.last = made

    def _constant(self, wanted: str, values: NDArray[Any]) -> str:
        name = unique_name(wanted, self.place.taken)
        self.place.graph.initializer.append(
            numpy_helper.from_array(np.ascontiguousarray(values), name)
        )
        return name

    def _ended(self) -> list[onnx.NodeProto]:
        self.nodes[-1].output[0] = self.node.output[0]
        return self.nodes


def _flat(weight: NDArray[Any], letters: Labels, kinds: tuple[Labels, ...]) -> NDArray[Any]:
    """`[batch.., summed, columns]`, without the last where there are none."""
    batch, summed, columns = kinds
    turned = weight.transpose([letters.index(c) for c in batch + summed + columns])
    shape: Mapping[str, int] = dict(zip(letters, weight.shape, strict=True))
    lead = [shape[c] for c in batch]
    inner = int(np.prod([shape[c] for c in summed]))
    ends = [int(np.prod([shape[c] for c in columns]))] if columns else []
    return turned.reshape([*lead, inner, *ends])
