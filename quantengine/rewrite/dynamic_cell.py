"""An LSTM whose inputs and states are quantized while running."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import onnx

from quantengine.formats.dtype import IntegerType
from quantengine.formats.encoding import Codes, Encoding
from quantengine.graph.attributes import attribute
from quantengine.rewrite.graph_writer import GraphWriter
from quantengine.rewrite.microsoft import MICROSOFT

CELL_FORM = "DynamicQuantizeLSTM"
_PLACES = 8
"""Inputs that it has in common with LSTM; scales and zero points of both weights follow."""


def cell_obstacle(node: onnx.NodeProto, weights: Mapping[str, Encoding]) -> str | None:
    """Why an LSTM has no form that quantizes while running, None where it has one."""
    if attribute(node, "layout", 0):
        return f"{CELL_FORM} takes no batches first"
    found = [weights[name] for name in node.input[1:3] if name in weights]
    if len(found) < len(node.input[1:3]):
        return f"{CELL_FORM} takes no float weights"
    if not all(encoding.symmetric for encoding in found):
        return f"{CELL_FORM} takes symmetric weights only"
    signed = {encoding.dtype.signed for encoding in found}
    return None if len(signed) == 1 else f"{CELL_FORM} takes weights of one type only"


class CellWriter:
    """Writes DynamicQuantizeLSTM; each weight is stored once."""

    def __init__(self, writer: GraphWriter) -> None:
        self.writer = writer
        self._stored: dict[str, tuple[str, str, str]] = {}

    def write(self, node: onnx.NodeProto, weights: Mapping[str, tuple[Encoding, Codes]]) -> None:
        """Adds `node`, an LSTM, with the encodings and codes `[D, 4H, ...]` of its two weights."""
        kept = [entry for entry in node.attribute if entry.name != "layout"]
        node.op_type, node.domain = CELL_FORM, MICROSOFT
        del node.attribute[:]
        node.attribute.extend(kept)
        node.input.extend([""] * (_PLACES - len(node.input)))
        for place in (1, 2):
            name = str(node.input[place])
            node.input[place], *parameters = self._weight(name, *weights[name])
            node.input.extend(parameters)
        self.writer.nodes.append(node)

    def _weight(self, name: str, encoding: Encoding, codes: Codes) -> tuple[str, str, str]:
        """The names of turned codes `[D, ..., 4H]`, of their scale and of their zero point."""
        if name not in self._stored:
            dtype, shape = IntegerType(8, encoding.dtype.signed), codes.shape[:1]
            turned = np.ascontiguousarray(codes.swapaxes(1, 2))
            scale, zero = (
                np.broadcast_to(values, (*shape, *encoding.scale.shape))
                for values in (encoding.scale, encoding.zero_point)
            )
            self._stored[name] = (
                self.writer.codes(f"{name}_turned", turned, dtype),
                self.writer.constant(f"{name}_scale", scale.astype(np.float32)),
                self.writer.codes(f"{name}_zero_point", zero, dtype),
            )
        return self._stored[name]
