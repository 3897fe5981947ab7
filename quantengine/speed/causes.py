"""Why a quantized file is slow: each cause with what it costs, the dearest first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from quantengine.counted import counted
from quantengine.sentence import Sentence
from quantengine.speed.islands import Island, code_types, islands
from quantengine.speed.parts import Kind, Network, Part, total

KERNELS = frozenset(
    {
        *("Conv", "MatMul", "Gemm", "Add", "Mul", "Concat", "Where", "LeakyRelu", "Sigmoid"),
        *("Softmax", "MaxPool", "AveragePool", "GlobalAveragePool", "ReduceMax", "ReduceMin"),
        *("Transpose", "Flatten", "Reshape", "Squeeze", "Unsqueeze", "Slice", "Gather", "Split"),
        *("Expand", "Tile", "DepthToSpace", "Resize", "Identity"),
    }
)
"""Operators that onnxruntime runs on 8-bit codes between pairs of Q and DQ; measured with 1.32."""
_PRODUCTS = ("Conv", "MatMul", "Gemm", "FusedConv", "FusedMatMul", "FusedGemm", "ConvTranspose")
_CLAMPS = ("Clip", "Relu")
_MOVES = frozenset(
    {
        *("MaxPool", "Transpose", "Flatten", "Reshape", "Squeeze", "Unsqueeze", "Slice", "Gather"),
        *("Split", "Expand", "Tile", "DepthToSpace", "Resize", "Identity"),
    }
)
_WIDE = ("uint16", "int16")
_SHOWN = 3
_SLOWER = 1.1
"""A layer is called slower where it takes so many times as long on codes, conversions aside."""


class Why(Enum):
    """What makes it slow, for code; the sentence is for people."""

    NO_KERNEL = "no kernel"
    CLAMP = "clamp"
    WIDE_CODES = "16 bits"
    OUTPUT_FLOAT = "output not rounded"
    INPUT_FLOAT = "input not rounded"
    WEIGHTS_ALONE = "weights alone"
    NOT_FUSED = "not fused"
    FLOAT_BETWEEN = "float between"
    AT_EDGES = "at inputs and outputs"
    TWO_SCALES = "two scales"
    DYNAMIC = "ranges at run time"
    LAYOUT = "order of axes"
    MERGED_IN_FLOAT = "merged in float"
    NO_VNNI = "no VNNI"
    SLOWER_KERNEL = "slower kernel"


@dataclass(frozen=True)
class Cause:
    """`ms` of one sample are what goes with it; `layers` those it is about."""

    why: Why
    ms: float
    text: Sentence
    layers: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """A JSON object."""
        layers = list(self.layers)
        return {"why": self.why.value, "ms": self.ms, "text": self.text, "layers": layers}


def causes(
    network: Network, float_ms: dict[str, float], *, exact_products: bool
) -> tuple[Cause, ...]:
    """All that are found; `float_ms` is what each layer takes in the float file: 0 where that runs
    it within others.

    `exact_products`: this CPU multiplies codes without going through int16.
    """
    found = [
        *_of_islands(network),
        *_apart(network),
        *_kernels(network, float_ms, exact_products=exact_products),
    ]
    return tuple(sorted(found, key=lambda cause: -cause.ms))


def _of_islands(network: Network) -> Iterator[Cause]:
    groups: dict[tuple[Why, tuple[str, ...]], list[Island]] = {}
    for island in islands(network):
        why = _why(island)
        if why is not None:
            groups.setdefault((why, _signature(why, island)), []).append(island)
    for (why, signature), alike in groups.items():
        yield _told(why, signature, alike)


def _why(island: Island) -> Why | None:
    operators = island.operators
    products = any(operator in _PRODUCTS for operator in operators)
    if island.weights and not island.conversions:
        return Why.WEIGHTS_ALONE
    if not island.conversions:
        return None
    if code_types(island).intersection(_WIDE):
        return Why.WIDE_CODES
    if island.inside and not KERNELS.issuperset(_bare(operators)):
        return Why.NO_KERNEL
    if island.inside and _MOVES.issuperset(operators):
        return Why.TWO_SCALES
    if island.inside:
        return Why.CLAMP if any(name in _CLAMPS for name in operators) else Why.NOT_FUSED
    if products and island.reads_codes:
        return Why.OUTPUT_FLOAT
    return Why.INPUT_FLOAT if products and island.makes_codes else Why.FLOAT_BETWEEN


def _bare(operators: Sequence[str]) -> set[str]:
    return {name.removeprefix("Fused") for name in operators if name not in _CLAMPS}


def _signature(why: Why, island: Island) -> tuple[str, ...]:
    """By what islands are told as one."""
    operators = island.operators
    match why:
        case Why.NO_KERNEL:
            return tuple(sorted(_bare(operators) - KERNELS))
        case Why.CLAMP:
            return operators[:2]
        case Why.OUTPUT_FLOAT | Why.INPUT_FLOAT | Why.WEIGHTS_ALONE:
            return tuple(sorted({name for name in operators if name in _PRODUCTS}))
        case Why.NOT_FUSED | Why.WIDE_CODES | Why.TWO_SCALES:
            return tuple(sorted(set(operators)))
        case _:
            return ()


def _told(why: Why, signature: tuple[str, ...], alike: Sequence[Island]) -> Cause:
    nodes = [part for island in alike for part in island.nodes]
    conversions = [part for island in alike for part in (*island.conversions, *island.weights)]
    names = ", ".join(signature)
    kept = counted(len(conversions), "conversion")
    match why:
        case Why.NO_KERNEL:
            text = Sentence(
                "onnxruntime has no integer kernel for {0}: it falls back to float and keeps {1}",
                *(names, kept),
            )
        case Why.CLAMP:
            what = " after ".join(reversed(signature)) if len(signature) > 1 else names
            text = Sentence("{0} keeps {1}: it cuts off what codes could hold", what, kept)
        case Why.WIDE_CODES:
            text = Sentence(
                "onnxruntime has no kernel for codes of 16 bits: in floats {0} keeps {1}",
                *(names, kept),
            )
        case Why.OUTPUT_FLOAT:
            text = Sentence(
                "{0} falls back to float, since what it gives is not rounded, and keeps {1}",
                *(names, kept),
            )
        case Why.INPUT_FLOAT:
            text = Sentence(
                "{0} falls back to float, since what it reads is not rounded, and keeps {1}",
                *(names, kept),
            )
        case Why.WEIGHTS_ALONE:
            text = Sentence(
                "Weights alone are integers in {0}: they are turned into floats at every run", names
            )
        case Why.TWO_SCALES:
            text = Sentence(
                "{0} only moves values but has another scale behind it than before, and keeps {1}",
                *(names, kept),
            )
        case Why.NOT_FUSED:
            text = Sentence(
                "{0} falls back to float, since onnxruntime did not merge it with its {1}",
                *(names, kept),
            )
        case _:
            text = Sentence(
                "What stays float between integers keeps {0}: {1}",
                *(kept, counted(len(nodes), "node")),
            )
    cost = conversions if why is Why.FLOAT_BETWEEN else [*nodes, *conversions]
    return _cause(why, cost, text, nodes)


def _cause(why: Why, cost: Sequence[Part], text: Sentence, about: Sequence[Part]) -> Cause:
    layers = tuple(dict.fromkeys(part.layer for part in about if part.layer))
    return Cause(why, total(cost), text, layers)


def _apart(network: Network) -> Iterator[Cause]:
    """Conversions that no float node asks for, and what onnxruntime adds for its kernels."""
    dynamic = [p for p in network.parts if p.time.operator.startswith("DynamicQuantize")]
    if dynamic:
        tensors = counted(len(dynamic), "tensor")
        text = Sentence("Ranges are found anew at every run: of {0}", tensors)
        yield _cause(Why.DYNAMIC, dynamic, text, dynamic)
    twice = [part for part in network.parts if _rounds_again(network, part)]
    if twice:
        places = counted(len(twice), "tensor")
        text = Sentence("Codes are turned from one scale to another: of {0}", places)
        yield _cause(Why.TWO_SCALES, twice, text, twice)
    edges = [part for part in network.parts if _at_edge(network, part)]
    if edges:
        text = Sentence(
            "What is fed and given is turned into codes and back by {0}", _conversions(edges)
        )
        yield _cause(Why.AT_EDGES, edges, text, edges)
    layout = [part for part in network.parts if part.kind is Kind.LAYOUT]
    if layout:
        text = Sentence(
            "onnxruntime adds {0} for kernels that want another order of axes",
            counted(len(layout), "node"),
        )
        yield _cause(Why.LAYOUT, layout, text, layout)


def _conversions(parts: Sequence[Part]) -> str:
    return counted(len(parts), "conversion")


def _rounds_again(network: Network, part: Part) -> bool:
    """A Q that reads what a DQ made of codes."""
    if part.time.operator != "QuantizeLinear" or part.node is None:
        return False
    return any(node.op_type == "DequantizeLinear" for node in network.before(part.node))


def _at_edge(network: Network, part: Part) -> bool:
    """A Q of what is fed, a DQ of what is given."""
    if part.node is None or part.kind is not Kind.CONVERSION:
        return False
    if part.time.operator == "QuantizeLinear":
        return not network.before(part.node) and bool(network.data(part.node))
    given = network.outputs.intersection(part.node.output)
    return bool(given) and not network.after(part.node)


def _kernels(
    network: Network, float_ms: dict[str, float], *, exact_products: bool
) -> Iterator[Cause]:
    products = [
        part
        for part in network.parts
        if part.kind is Kind.INTEGER
        and (
            "Conv" in part.time.operator
            or "Ma" in part.time.operator
            or "Gemm" in part.time.operator
        )
    ]
    if products and not exact_products:
        text = Sentence(
            "This CPU has no VNNI: products of 8-bit codes run at half speed ({0})",
            counted(len(products), "node"),
        )
        half = total(products) / 2
        layers = tuple(dict.fromkeys(part.layer for part in products))
        yield Cause(Why.NO_VNNI, half, text, layers)
    alone = [part for part in network.parts if _is_alone(part, float_ms)]
    if alone:
        text = Sentence(
            "The float file merges these with the layers beside them, on codes they are run: {0}",
            _kinds(alone),
        )
        yield _cause(Why.MERGED_IN_FLOAT, alone, text, alone)
    slower = [part for part in network.parts if _is_slower(part, float_ms)]
    if slower:
        yield _slower(slower, float_ms)


def _is_alone(part: Part, float_ms: dict[str, float]) -> bool:
    """A layer that takes no time of its own in the float file."""
    product = any(name in part.time.operator for name in _PRODUCTS)
    return part.kind is Kind.INTEGER and not product and float_ms.get(part.layer) == 0


def _is_slower(part: Part, float_ms: dict[str, float]) -> bool:
    known = float_ms.get(part.layer, 0.0)
    return part.kind is Kind.INTEGER and known > 0 and part.time.ms > _SLOWER * known


def _slower(parts: Sequence[Part], float_ms: dict[str, float]) -> Cause:
    more = sum(part.time.ms - float_ms[part.layer] for part in parts)
    text = Sentence("Kernels on codes take longer than those on floats: {0}", _kinds(parts))
    layers = tuple(dict.fromkeys(part.layer for part in parts))
    return Cause(Why.SLOWER_KERNEL, more, text, layers)


def _kinds(parts: Sequence[Part]) -> str:
    kinds = Counter(part.time.operator for part in parts).most_common(_SHOWN)
    return ", ".join(f"{count} {name}" for name, count in kinds)
