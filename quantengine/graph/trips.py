"""What all trips of a Loop or Scan make, given by it as one tensor."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from quantengine.graph.attributes import attribute
from quantengine.graph.bodies import BODY, bodies_of, is_of_trip
from quantengine.graph.names import unique_name
from quantengine.graph.walk import renamed

_ALL = np.iinfo(np.int64).max


class Trips:
    """`node`, changed to give tensors of its body, and the nodes that go before and behind it."""

    def __init__(self, node: onnx.NodeProto, taken: set[str]) -> None:
        self._node, self._body, self._taken = node, bodies_of(node)[BODY], taken
        self._before: list[onnx.NodeProto] = []
        self._behind: list[onnx.NodeProto] = []

    def nodes(self) -> Iterator[onnx.NodeProto]:
        yield from (*self._before, self._node, *self._behind)

    def stack(self, name: str) -> None:
        """A tensor that has one shape `[n, ...]` on each of t trips, as `[t n, ...]`."""
        given, stacked = self._free(f"{name}_trip"), self._free(f"{name}_trips")
        self._add(self._body.node, "Identity", [self._inside(name)], given)
        self._body.output.append(onnx.ValueInfoProto(name=given))
        self._node.output.append(stacked)
        for entry in self._node.attribute:  # of a Scan, which has them only where one is not 0
            if entry.name in ("scan_output_axes", "scan_output_directions"):
                entry.ints.append(0)
        self._put_in_rows(stacked, name)

    def join(self, name: str, nothing: NDArray[Any]) -> None:
        """A tensor of a Loop with any number of rows on each trip; `nothing` is one without."""
        none, before, after = (self._free(f"{name}_{part}") for part in ("none", "before", "after"))
        stored = numpy_helper.from_array(nothing, none)
        self._before.append(helper.make_node("Constant", [], [none], none, value=stored))
        element = helper.np_dtype_to_tensor_dtype(nothing.dtype)
        self._body.input.append(helper.make_tensor_value_info(before, element, None))
        self._add(self._body.node, "Concat", [before, self._inside(name)], after, axis=0)
        carried = len(self._node.input) - 2
        self._body.output.insert(1 + carried, onnx.ValueInfoProto(name=after))
        self._node.input.append(none)
        self._node.output.insert(carried, name)

    def tell_apart(self) -> None:
        """Writes out what takes the rows of one trip from those of all."""
        waiting = list(self._body.node)
        if not any(map(is_of_trip, waiting)):
            return
        del self._body.node[:]
        trip = self._trip()
        for node in waiting:
            if is_of_trip(node):
                rows, like = node.input
                self._take_rows(trip, rows, like, node.output[0])
            else:
                self._body.node.append(node)

    def _trip(self) -> str:
        """The number of this trip: a Loop has it, a Scan gets it as what it scans."""
        if self._node.op_type == "Loop":
            return str(self._body.input[0].name)
        scanned = attribute(self._node, "num_scan_inputs", 0)
        first = self._node.input[len(self._node.input) - scanned]
        axis = attribute(self._node, "scan_input_axes", [0])[0]
        shape = self._before_it("Shape", [first], "trips_shape")
        count = self._before_it("Gather", [shape, self._constant(np.array(axis))], "trips_count")
        ends = [self._constant(np.array(value)) for value in (0, 1)]
        numbers = self._before_it("Range", [ends[0], count, ends[1]], "trips_numbers")
        trip = self._free("trips_number")
        self._node.input.append(numbers)
        self._body.input.append(helper.make_tensor_value_info(trip, TensorProto.INT64, []))
        for entry in self._node.attribute:
            if entry.name == "num_scan_inputs":
                entry.i += 1
            if entry.name in ("scan_input_axes", "scan_input_directions"):
                entry.ints.append(0)
        return trip

    def _take_rows(self, trip: str, rows: str, like: str, output: str) -> None:
        """`rows` `[t n, ...]`, `like` `[n, ...]`."""
        inner = self._body.node
        one = self._constant(np.array([1]))
        shape, count, after = (self._free(f"{output}_{part}") for part in ("shape", "count", "end"))
        start, taken = self._free(f"{output}_start"), self._free(f"{output}_rows")
        self._add(inner, "Shape", [like], shape)
        self._add(inner, "Concat", [shape, one], f"{shape}_1", axis=0)
        self._add(inner, "Slice", [f"{shape}_1", self._constant(np.array([0])), one], count)
        self._add(inner, "Mul", [trip, count], start)
        self._add(inner, "Add", [start, count], after)
        self._add(inner, "Slice", [rows, start, after], taken)
        self._add(inner, "Reshape", [taken, shape], output)

    def _inside(self, name: str) -> str:
        """The name within the body of what has `name` outside."""
        inside = self._free(f"{name}_inside")
        rename_within(self._body, {name: inside})
        return inside

    def _put_in_rows(self, stacked: str, name: str) -> None:
        """`stacked` `[t, n, ...]` as `name` `[t n, ...]`."""
        shape = self._behind_it("Shape", [stacked], f"{name}_sides")
        start, two, end = (self._constant(np.array([side])) for side in (0, 2, _ALL))
        first = self._behind_it("Slice", [shape, start, two], f"{name}_first")
        rows = self._behind_it("ReduceProd", [first], f"{name}_rows", keepdims=1)
        rest = self._behind_it("Slice", [shape, two, end], f"{name}_rest")
        whole = self._behind_it("Concat", [rows, rest], f"{name}_shape", axis=0)
        self._add(self._behind, "Reshape", [stacked, whole], name)

    def _constant(self, values: NDArray[Any]) -> str:
        name = self._free(f"{self._node.name}_side")
        stored = numpy_helper.from_array(values, name)
        self._before.append(helper.make_node("Constant", [], [name], name, value=stored))
        return name

    def _before_it(self, op_type: str, inputs: Sequence[str], wanted: str) -> str:
        output = self._free(wanted)
        self._add(self._before, op_type, inputs, output)
        return output

    def _behind_it(
        self, op_type: str, inputs: Sequence[str], wanted: str, **attributes: Any
    ) -> str:
        output = self._free(wanted)
        self._add(self._behind, op_type, inputs, output, **attributes)
        return output

    def _add(
        self, nodes: Any, op_type: str, inputs: Sequence[str], output: str, **attributes: Any
    ) -> None:
        name = self._free(f"{output}_{op_type}")
        nodes.append(helper.make_node(op_type, inputs, [output], name, **attributes))

    def _free(self, wanted: str) -> str:
        return unique_name(wanted, self._taken)


def rename_within(body: onnx.GraphProto, names: Mapping[str, str]) -> None:
    """In place: tensors of a body under new names; what it gives keeps its own."""
    nodes = [renamed(inner, names) for inner in body.node]
    del body.node[:]
    body.node.extend(nodes)
    for value in body.input:
        value.name = names.get(value.name, value.name)
