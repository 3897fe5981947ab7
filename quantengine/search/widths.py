"""Which widths a target can run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from quantengine.errors import PlanError

_BYTE = 8


@dataclass(frozen=True)
class Widths:
    """Legal bits, the fewest first.

    `weights` and `activations` are integer widths. `keep_float`: whole layers may stay float;
    `float_tensors`: single activations may, between layers with integer weights.
    """

    weights: tuple[int, ...]
    activations: tuple[int, ...]
    keep_float: bool = True
    float_tensors: bool = False

    @property
    def only_bytes(self) -> Widths:
        """Without what needs the newer operators that know 4 and 16 bits."""
        return replace(
            self,
            weights=tuple(bits for bits in self.weights if bits == _BYTE),
            activations=tuple(bits for bits in self.activations if bits == _BYTE),
        )

    @property
    def without_float(self) -> Widths:
        """Integers in every layer that can be quantized."""
        return replace(self, keep_float=False, float_tensors=False)

    def for_table(self) -> Widths:
        """Of a table whose rows are gathered as codes: that operator moves whole bytes only."""
        return replace(self, weights=tuple(bits for bits in self.weights if bits >= _BYTE))


_ONNXRUNTIME = Widths(weights=(4, 8, 16), activations=(8, 16), float_tensors=True)

TARGET_WIDTHS: Mapping[str, Widths] = {
    "onnxruntime-cpu": _ONNXRUNTIME,
    "onnxruntime-no-vnni": _ONNXRUNTIME,
    "tensorrt": Widths(weights=(8,), activations=(8,)),
}


def legal_widths(target: str) -> Widths:
    """The widths of a target; raises PlanError for an unknown one."""
    if target not in TARGET_WIDTHS:
        raise PlanError(f"'{target}' is not a target: choose one of {', '.join(TARGET_WIDTHS)}.")
    return TARGET_WIDTHS[target]
