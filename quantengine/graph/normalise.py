"""One form for every model: named nodes, plain constants, float32 inside."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, numpy_helper

from quantengine.graph.bias_vector import flatten_biases
from quantengine.graph.bodies import is_entrance, is_open
from quantengine.graph.constants import drop_unused, elide_identities, inline_constants
from quantengine.graph.einsum import plain_einsums
from quantengine.graph.functions import inline_functions
from quantengine.graph.gemm import plain_gemms, split_biases
from quantengine.graph.half import narrow, widen
from quantengine.graph.lift import lift_bodies
from quantengine.graph.names import name_nodes
from quantengine.graph.operators.operator import DOMAINS
from quantengine.graph.opset import modernise, opset_version
from quantengine.graph.origin import Rewrite
from quantengine.graph.recognise import recognise
from quantengine.graph.shapes import open_negative_sides
from quantengine.graph.sparse import dense_initializers
from quantengine.graph.unfuse import unfuse
from quantengine.graph.walk import all_nodes, subgraphs
from quantengine.sentence import Sentence

_NAMED_AT_MOST = 3


def normalise(
    proto: onnx.ModelProto, path: Path, *, keep_double: bool = False
) -> tuple[list[str], list[Rewrite]]:
    """In place; tensors and named nodes keep their names. Notes what a person should know.

    Also gives every node that is written otherwise than in the file. `keep_double` leaves a network
    in double as it is: then none of its layers becomes an integer.

    Raises ModelError where the opset is too old.
    """
    open_negative_sides(proto)
    inlined = inline_functions(proto)
    notes, rewrites = modernise(proto, path)
    rewrites = [*inlined, *rewrites, *dense_initializers(proto)]
    wider, widened = widen(proto)
    if not keep_double:
        narrower, narrowed = narrow(proto)
        wider, widened = wider + narrower, widened + narrowed
    rewrites += widened
    rewrites += elide_identities(proto)
    rewrites += inline_constants(proto)
    lifted = lift_bodies(proto)
    rewrites += [*lifted, *(inline_constants(proto) if lifted else ())]
    rewrites += elide_identities(proto)
    rewrites += [*unfuse(proto), *plain_einsums(proto), *recognise(proto, opset_version(proto))]
    rewrites += [*plain_gemms(proto), *flatten_biases(proto), *split_biases(proto)]
    drop_unused(proto)
    notes += wider + name_nodes(proto.graph)
    return notes + _left_alone(proto) + _not_finite(proto.graph), rewrites


def quantized_reason(proto: onnx.ModelProto) -> str | None:
    """Why the model is read-only, or None if it holds no quantized operator."""
    found = Counter(node.op_type for node in all_nodes(proto) if is_quantized(node.op_type))
    if not found:
        return None
    return Sentence(
        "The model is quantized already ({0}): it can be looked at, but open the float model it "
        "was made from to quantize.",
        _counted(found),
    )


def is_quantized(op_type: str) -> bool:
    """Also the contributed operators: QGemm, QLinearAdd, MatMulIntegerToFloat, MatMulNBits."""
    return (
        op_type in ("QuantizeLinear", "DequantizeLinear", "QGemm", "QAttention", "MatMulNBits")
        or op_type.startswith(("QLinear", "DynamicQuantize"))
        or "Integer" in op_type
    )


def _left_alone(proto: onnx.ModelProto) -> list[str]:
    nodes = proto.graph.node
    bodies = Counter(n.op_type for n in nodes if any(subgraphs(n)) and not is_open(n))
    foreign = Counter(
        n.domain
        for n in nodes
        if n.domain not in DOMAINS and not is_entrance(n) and not is_quantized(n.op_type)
    )
    notes: list[str] = []
    if bodies:
        notes.append(Sentence("Subgraphs stay float: {0}.", _counted(bodies)))
    if foreign:
        notes.append(Sentence("Nodes of other domains stay float: {0}.", _counted(foreign)))
    if proto.functions:
        notes.append(
            Sentence("Functions of the model's own stay float: {0}.", len(proto.functions))
        )
    if proto.graph.sparse_initializer:
        count = len(proto.graph.sparse_initializer)
        notes.append(Sentence("Sparse weights stay float: {0}.", count))
    if proto.training_info:
        notes.append(Sentence("The training information in the file is not used."))
    return notes


def _counted(found: Counter[str]) -> str:
    return ", ".join(f"{count} {name}" for name, count in sorted(found.items()))


def _not_finite(graph: onnx.GraphProto) -> list[str]:
    """A note for the first weights with NaN or infinite values, and a count of the rest."""
    found: list[str] = []
    for tensor in graph.initializer:
        if tensor.data_type != TensorProto.FLOAT:
            continue
        values = numpy_helper.to_array(tensor)
        bad = int(values.size - np.count_nonzero(np.isfinite(values)))
        if bad and np.count_nonzero(np.isneginf(values)) == bad:
            found.append(
                Sentence(
                    "Constant '{0}' has {1} of {2} values -inf, as masks have; they are kept out "
                    "of its range.",
                    *(tensor.name, bad, values.size),
                )
            )
        elif bad:
            found.append(
                Sentence(
                    "Weight '{0}' has {1} of {2} values NaN or infinite; they are kept out of its "
                    "range.",
                    *(tensor.name, bad, values.size),
                )
            )
    rest = len(found) - _NAMED_AT_MOST
    more = [_more(rest)] if rest > 0 else []
    return found[:_NAMED_AT_MOST] + more


def _more(count: int) -> Sentence:
    if count == 1:
        return Sentence("1 more constant has NaN or infinite values.")
    return Sentence("{0} more constants have NaN or infinite values.", count)
