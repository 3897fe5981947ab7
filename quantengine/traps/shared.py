"""One encoding for parts whose ranges lie far apart: the small ones are left with few codes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import accumulate

from quantengine.graph.channels import channels_of
from quantengine.graph.operators.operator import Kind
from quantengine.graph.operators.registry import kind_of, operator_of
from quantengine.observe.statistics import TensorStats
from quantengine.sentence import Sentence
from quantengine.traps.seen import Seen
from quantengine.traps.trap import Part, Trap, TrapKind

APART = 16.0
"""Ranges that differ by more leave the smaller fewer than 16 of 256 codes."""
_MOST_TOLD = 4


def shared_encodings(seen: Seen) -> Iterator[Trap]:
    """A Concat, or whatever joins tensors, and what is cut out of one again."""
    cuts = _cuts(seen)
    for tensor, stats in seen.points():
        parts = _joined(seen, tensor, stats)
        if not far_apart(parts):
            parts = tuple(_known(seen, cuts.get(tensor, ())))
        if far_apart(parts):
            yield _trap(tensor, parts)


def far_apart(parts: Iterable[Part]) -> bool:
    """Whether the ranges of some parts that hold more than zeros differ by more than 16 times."""
    reaches = [part.reach for part in parts if part.reach > 0]
    return bool(reaches) and max(reaches) > APART * min(reaches)


def _trap(tensor: str, parts: tuple[Part, ...]) -> Trap:
    ordered = sorted(parts, key=lambda part: part.reach)
    shown = ", ".join(map(str, ordered[:_MOST_TOLD]))
    if len(parts) > _MOST_TOLD:
        shown = Sentence("{0} and {1} more", shown, len(parts) - _MOST_TOLD)
    text = Sentence(
        "'{0}' has one range for parts that differ by more than 16 times: {1}. The smallest are "
        "left with few codes.",
        tensor,
        shown,
    )
    return Trap(TrapKind.SHARED, (tensor,), text, parts)


def _joined(seen: Seen, tensor: str, stats: TensorStats) -> tuple[Part, ...]:
    """The parts that were joined: of each tensor where all are known, else by channels."""
    names = tuple(_leaves(seen, _before_clamps(seen, tensor)))
    if len(names) < 2:
        names = ()
    parts = tuple(_known(seen, names))
    if names and len(parts) == len(names):
        return parts
    return _by_channels(seen, tensor, stats, names)


def _before_clamps(seen: Seen, tensor: str) -> str:
    node = seen.model.producers.get(tensor)
    while node is not None and kind_of(node) is Kind.CLAMP:
        tensor = str(node.input[0])
        node = seen.model.producers.get(tensor)
    return tensor


def _leaves(seen: Seen, tensor: str) -> Iterator[str]:
    """The tensors whose values a tensor holds, followed back through all that joins or moves."""
    waiting, found = [tensor], set[str]()
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        found.add(name)
        sources = _carried(seen, name)
        if sources:
            waiting += reversed(sources)
        else:
            yield name


def _carried(seen: Seen, tensor: str) -> list[str]:
    """The inputs whose values a node hands on as they are, all of them."""
    node = seen.model.producers.get(tensor)
    operator = None if node is None else operator_of(node)
    if node is None or operator is None or operator.cuts or operator.carries == ():
        return []
    places = range(len(node.input)) if operator.carries is None else operator.carries
    return [node.input[place] for place in places if place < len(node.input) and node.input[place]]


def _by_channels(
    seen: Seen, tensor: str, stats: TensorStats, names: tuple[str, ...]
) -> tuple[Part, ...]:
    """Channels that the graph joined, by what was seen of each channel."""
    found, channels = channels_of(seen.model, tensor), stats.channels
    axis = stats.channel_axis
    if found is None or channels is None or axis is None:
        return ()
    if axis % len(stats.shape) != found.axis or sum(found.parts) != len(channels.low):
        return ()
    ends = list(accumulate(found.parts))
    spans = [(end - size, end) for size, end in zip(found.parts, ends, strict=True)]
    told = names if len(names) == len(spans) else [_channels(a, b - 1) for a, b in spans]
    return tuple(
        Part(name, float(channels.low[a:b].min()), float(channels.high[a:b].max()))
        for name, (a, b) in zip(told, spans, strict=True)
    )


def _cuts(seen: Seen) -> dict[str, list[str]]:
    """By owner of an encoding: what is cut out of it and shares it."""
    found: dict[str, list[str]] = {}
    for tensor, owner in seen.flow.owners.items():
        node = seen.model.producers.get(tensor)
        if tensor != owner and node is not None and operator_of(node).cuts:
            found.setdefault(owner, []).append(tensor)
    return found


def _known(seen: Seen, names: Iterable[str]) -> Iterator[Part]:
    return (part for part in map(seen.part, names) if part is not None)


def _channels(first: int, last: int) -> str:
    return f"channel {first}" if first == last else f"channels {first}..{last}"
