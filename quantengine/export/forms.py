"""Every form of a file by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from quantengine.errors import ExportError
from quantengine.export.options import ExportOptions
from quantengine.sentence import Sentence

if TYPE_CHECKING:
    import onnx

    from quantengine.rewrite.encodings import Encodings


def _always(_: Encodings) -> Sentence | None:
    return None


@dataclass(frozen=True)
class Form:
    """One way to write a network in QDQ form; `obstacle` says why some encodings cannot be."""

    title: str
    text: str
    write: Callable[[onnx.ModelProto, ExportOptions], onnx.ModelProto]
    obstacle: Callable[[Encodings], Sentence | None] = _always


def _qdq(qdq: onnx.ModelProto, _: ExportOptions) -> onnx.ModelProto:
    return qdq


def _qoperator(qdq: onnx.ModelProto, _: ExportOptions) -> onnx.ModelProto:
    from quantengine.rewrite.qoperator import qoperator_model

    return qoperator_model(qdq)


def _nbits(qdq: onnx.ModelProto, options: ExportOptions) -> onnx.ModelProto:
    from quantengine.rewrite.nbits import nbits_model
    from quantengine.runtime import packs_two_bits

    return nbits_model(qdq, options.accuracy_level, two_bits=packs_two_bits())


def _unpackable(encodings: Encodings) -> Sentence | None:
    from quantengine.rewrite.nbits import packable

    if packable(encodings):
        return None
    return Sentence("No product has weights of 8 bits at most in blocks.")


FORMS: Mapping[str, Form] = MappingProxyType(
    {
        "qdq": Form(
            "QDQ",
            "Float operators between QuantizeLinear and DequantizeLinear: runs everywhere",
            _qdq,
        ),
        "qoperator": Form(
            "QOperator", "Integer operators, as older runtimes want them", _qoperator
        ),
        "nbits": Form(
            "MatMulNBits",
            "Products of floats with packed weights (MatMulNBits of onnxruntime)",
            _nbits,
            _unpackable,
        ),
    }
)


def form_named(name: str) -> Form:
    """Raises ExportError for an unknown name."""
    if name not in FORMS:
        raise ExportError("'{0}' is no form of a file: choose one of {1}.", name, ", ".join(FORMS))
    return FORMS[name]
