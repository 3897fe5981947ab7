"""The opset and IR version every later step may rely on."""

from __future__ import annotations

from pathlib import Path

import onnx

from quantengine.errors import ModelError
from quantengine.graph.older import drop_idle_fill, flatten_softmax, place_samples
from quantengine.graph.origin import Rewrite, rewritten
from quantengine.graph.walk import all_graphs, first_made, skeleton
from quantengine.sentence import Sentence

OLDEST_READ = 7
OLDEST_KEPT = 13
"""DequantizeLinear knows an axis from here on; older models are converted."""
_TARGETS = (17, 15, 13)
_IR_VERSION = 8


def opset_version(proto: onnx.ModelProto) -> int:
    """Version of the ONNX domain itself; one is added if the model uses only other domains."""
    for entry in proto.opset_import:
        if entry.domain in ("", "ai.onnx"):
            entry.domain = ""
            return int(entry.version)
    proto.opset_import.add(domain="", version=_TARGETS[0])
    return _TARGETS[0]


def modernise(proto: onnx.ModelProto, path: Path) -> tuple[list[str], list[Rewrite]]:
    """In place: IR version 8 and opset 13 at least, initializers no inputs; notes what changed.

    Also gives the nodes that a conversion wrote otherwise or gave another meaning.

    Raises ModelError where the model is too old or cannot be converted.
    """
    notes = _drop_initializer_inputs(proto)
    proto.ir_version = max(proto.ir_version, _IR_VERSION)
    version = opset_version(proto)
    if version < OLDEST_READ:
        raise ModelError(
            "{0} uses opset {1}, older than {2}: export it with opset 17.",
            path,
            version,
            OLDEST_READ,
        )
    if version < OLDEST_KEPT:
        before = _written(proto.graph)
        flatten_softmax(proto)
        drop_idle_fill(proto)
        target = _convert(proto, version, path)
        notes.append(Sentence("Converted from opset {0} to {1}.", version, target))
        return notes, _converted(before, proto.graph, version, target)
    return notes, []


def _drop_initializer_inputs(proto: onnx.ModelProto) -> list[str]:
    filled = {tensor.name for tensor in proto.graph.initializer}
    kept = [value for value in proto.graph.input if value.name not in filled]
    dropped = len(proto.graph.input) - len(kept)
    if not dropped:
        return []
    del proto.graph.input[:]
    proto.graph.input.extend(kept)
    if proto.ir_version < 4:
        return []
    return [Sentence("Inputs with a default value, taken as constants: {0}.", dropped)]


def _convert(proto: onnx.ModelProto, version: int, path: Path) -> int:
    light, large = skeleton(proto)
    reason: Exception | None = None
    for target in _TARGETS:
        try:
            converted = onnx.version_converter.convert_version(light, target)
            onnx.checker.check_model(converted)
        except (
            onnx.version_converter.ConvertError,
            onnx.checker.ValidationError,
            onnx.shape_inference.InferenceError,
            RuntimeError,
            ValueError,
        ) as error:
            reason = reason or error
            continue
        place_samples(converted, version)
        take_over(proto, converted, large)
        return target
    first = str(reason).strip().splitlines()[0] if str(reason).strip() else "unknown reason"
    raise ModelError(
        "{0} uses opset {1} and cannot be converted to {2} ({3}): export it again with opset 17.",
        path,
        version,
        _TARGETS[0],
        first,
    ) from reason


def _written(graph: onnx.GraphProto) -> dict[str, tuple[onnx.NodeProto, bytes]]:
    """Each node and its bytes by what it makes first."""
    found = {}
    for node in graph.node:
        copy = onnx.NodeProto()
        copy.CopyFrom(node)
        found[first_made(node)] = copy, node.SerializeToString()
    return found


def _converted(
    before: dict[str, tuple[onnx.NodeProto, bytes]],
    graph: onnx.GraphProto,
    version: int,
    target: int,
) -> list[Rewrite]:
    """A node is rewritten where its bytes changed, or what they mean."""
    after = {name: node for node in graph.node for name in node.output if name}
    return [
        rewritten(f"opset {version} to {target}", node)
        for name, (node, data) in before.items()
        if name not in after
        or after[name].SerializeToString() != data
        or _since(node, version) != _since(node, target)
    ]


def _since(node: onnx.NodeProto, opset: int) -> int:
    """The opset that gave the operator the meaning it has in `opset`; 0 if it is no ONNX one."""
    try:
        return int(onnx.defs.get_schema(node.op_type, opset, node.domain).since_version)
    except onnx.defs.SchemaError:
        return 0


def take_over(proto: onnx.ModelProto, converted: onnx.ModelProto, large: frozenset[str]) -> None:
    """Replaces all but the large initializers, which never leave their place in memory."""
    graph = proto.graph
    _restore_names(graph, converted.graph)
    for field in ("node", "output", "value_info"):
        del getattr(graph, field)[:]
        getattr(graph, field).extend(getattr(converted.graph, field))
    del graph.input[:]
    graph.input.extend(value for value in converted.graph.input if value.name not in large)
    for index in reversed(range(len(graph.initializer))):
        if graph.initializer[index].name not in large:
            del graph.initializer[index]
    graph.initializer.extend(converted.graph.initializer)
    versions = {entry.domain: entry.version for entry in converted.opset_import}
    for entry in proto.opset_import:
        entry.version = versions.get(entry.domain, entry.version)


def _restore_names(graph: onnx.GraphProto, converted: onnx.GraphProto) -> None:
    """The converter renames nodes it replaces and what they make: readers tell the old names."""
    made = {name for node in converted.node for name in node.output}
    before = {node.output[0]: node for node in graph.node if node.output}
    lost = before.keys() - made
    names: dict[str, str] = {}
    for node in reversed(converted.node):
        for index, name in enumerate(node.output):
            node.output[index] = names.get(name, name)
        original = before.get(node.output[0]) if node.output else None
        if original is None:
            continue
        node.name = node.name or original.name
        for old, new in zip(original.input, node.input, strict=False):
            if old in lost and new in made and new not in before:
                names.setdefault(new, old)
    for node in (node for inner in all_graphs(converted) for node in inner.node):
        for index, name in enumerate(node.input):
            node.input[index] = names.get(name, name)
    for value in converted.value_info:
        value.name = names.get(value.name, value.name)
