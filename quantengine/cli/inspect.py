"""`quantengine inspect`: what a model is made of and what quantization will do to it."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from quantengine.cli.answer import Answer
from quantengine.cli.parser import add_output_flags, file_name
from quantengine.monitor import Monitor

if TYPE_CHECKING:
    from quantengine.graph.layers import Layer
    from quantengine.graph.model import FloatModel, TensorType


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("model", type=file_name, metavar="MODEL", help="the .onnx file")
    parser.add_argument(
        "--target",
        metavar="NAME",
        help="where each node runs there, and flags that suit it; see quantengine methods",
    )
    add_output_flags(parser)


def run(args: argparse.Namespace, monitor: Monitor) -> Answer:
    from quantengine.cli.layer_table import model_table
    from quantengine.graph.flow import integer_flow
    from quantengine.graph.layers import model_layers
    from quantengine.opening.open import open_model

    if args.target is not None:
        from quantengine.cli.placements import placed

        return placed(args.model, args.target, monitor)
    model = open_model(args.model, monitor=monitor)
    layers = model_layers(model, integer_flow(model))
    data = _data(model, layers)
    return Answer(data, (*model_table(layers), *_summary(model, data)))


def _data(model: FloatModel, layers: tuple[Layer, ...]) -> dict[str, Any]:
    from quantengine.graph.states import guessed_loops

    shown = layers
    return {
        "model": str(model.path),
        "sha256": model.digest,
        "bytes": model.file_bytes,
        "opset": model.opset,
        "inputs": [_port(name, kind) for name, kind in model.inputs.items()],
        "outputs": [_port(name, kind) for name, kind in model.outputs.items()],
        "states": guessed_loops(model),
        "parameters": _parameters(model),
        "quantized_already": model.quantized,
        "notes": list(model.notes),
        "layers": [_layer(layer) for layer in shown],
    }


def _parameters(model: FloatModel) -> int:
    """Each once, however many layers read it."""
    import math

    from quantengine.graph.layers import PARAMETER_BYTES

    read = {name for node in model.graph.node for name in node.input}
    constants = [model.initializers[name] for name in read if name in model.initializers]
    return sum(math.prod(t.dims) for t in constants if t.data_type in PARAMETER_BYTES)


def _port(name: str, kind: TensorType) -> dict[str, Any]:
    import onnx

    element = onnx.TensorProto.DataType.Name(kind.element).lower()
    shape = None if kind.shape is None else list(kind.shape)
    return {"name": name, "type": element, "shape": shape}


def _layer(layer: Layer) -> dict[str, Any]:
    return {
        "name": layer.name,
        "operator": layer.operator,
        "input_shape": layer.input_shape,
        "output_shape": layer.output_shape,
        "parameters": layer.parameters,
        "bytes": layer.bytes,
        "quantized": layer.quantized,
        "reason": None if layer.reason is None else str(layer.reason),
    }


def _summary(model: FloatModel, data: dict[str, Any]) -> list[str]:
    from quantengine.cli.table import size
    from quantengine.printable import printable

    quantized = sum(layer["quantized"] for layer in data["layers"])
    taken = [f"Input {_port_text(port)}{_loop_text(port, data)}." for port in data["inputs"]]
    lines = [
        f"{printable(model.path.name)}: {size(model.file_bytes)}, opset {model.opset}, "
        f"{data['parameters']:,} parameters; {quantized} of {len(data['layers'])} nodes will be "
        "quantized.",
        *_listed(taken, "input"),
        *_listed([f"Output {_port_text(port)}." for port in data["outputs"]], "output"),
    ]
    if model.quantized is not None:
        lines.append(f"Read-only, it is quantized already: {printable(model.quantized)}")
    return lines


def _listed(lines: list[str], what: str) -> list[str]:
    from quantengine.cli.table import MOST_LISTED, left_out

    more = left_out(len(lines) - MOST_LISTED, what)
    return lines[:MOST_LISTED] + ([] if more is None else [more])


def _loop_text(port: dict[str, Any], data: dict[str, Any]) -> str:
    """That it looks like a state, and how to feed it back."""
    name, made = port["name"], data["states"].get(port["name"])
    return "" if made is None else f", it looks like a state: --loop {name}={made} feeds it back"


def _port_text(port: dict[str, Any]) -> str:
    from quantengine.data.dataset import shape_text
    from quantengine.printable import printable

    return printable(f"'{port['name']}' {shape_text(port['shape'])} {port['type']}")
