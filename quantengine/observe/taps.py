"""Which tensors of a model to observe so that every plan can be answered."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from quantengine.graph.channels import channels_of
from quantengine.graph.flow import Flow, integer_flow
from quantengine.graph.masks import mask_limits
from quantengine.graph.model import FloatModel
from quantengine.graph.operators.operator import Kind
from quantengine.graph.operators.registry import kind_of, operator_of
from quantengine.observe.tap import Tap


def model_taps(
    model: FloatModel, cut: Sequence[str] = (), *, whole: bool = False
) -> tuple[Tap, ...]:
    """Every tensor that owns an encoding in some plan: ranges, inputs of layers, outputs.

    Parts of a tensor too, which may need a range of their own; other moves are answered from what
    they move. So are the tensors in `cut`, at which a plan's file ends, and with `whole` all that
    is float. What a cell reads and gives is observed to be looked at. What lies before a Relu or
    Clip is left alone, so that the runtime may still fuse the two.
    """
    flow = integer_flow(model, quantize_outputs=True, whole=whole)
    masks = mask_limits(model)
    given = (name for name in cut if name in model.types and model.types[name].is_float)
    return tuple(
        Tap(
            tensor,
            _channel_axis(model, tensor),
            keep_rows=tensor in model.outputs,
            mask_limit=masks.get(tensor),
        )
        for tensor in dict.fromkeys(
            (*flow.points(), *_parts(model, flow), *_of_cells(model, flow), *given)
        )
    )


def _parts(model: FloatModel, flow: Flow) -> Iterator[str]:
    """What is cut out of a tensor that carries codes, and shares its range as a rule."""
    for tensor, owner in flow.owners.items():
        producer = model.producers.get(tensor)
        if tensor != owner and producer is not None and operator_of(producer).cuts:
            yield tensor


def _of_cells(model: FloatModel, flow: Flow) -> Iterator[str]:
    """What a cell with weights on a grid reads and gives, though none of it has codes."""
    for integer in flow.nodes.values():
        node = integer.node
        if kind_of(node) is Kind.CELL:
            places = (0, *operator_of(node).states)
            read = (name for place, name in enumerate(node.input) if place in places)
            yield from (n for n in (*read, *node.output) if n and n not in model.initializers)


def _channel_axis(model: FloatModel, tensor: str) -> int | None:
    """The axis a weight of the next layer sums over, else the one along which channels lie."""
    for node in model.consumers.get(tensor, ()):
        operator = operator_of(node)
        if operator.kind is Kind.CORE and node.input[0] == tensor:
            return operator.channels
    kind = model.types.get(tensor)
    if kind is None or kind.shape is None or len(kind.shape) < 2:
        return None
    found = channels_of(model, tensor)
    if found is not None:
        return found.axis
    return 1 if len(kind.shape) == 4 else -1
