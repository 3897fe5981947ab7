"""Every target by name: what a model is to run on, and what that asks of a plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from quantengine.errors import PlanError
from quantengine.formats.granularity import InBlocks
from quantengine.plan import FLOAT, QuantPlan, TensorPlan

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


@dataclass(frozen=True)
class Target:
    """What a target runs best (`plan`, without its name), and what it can run."""

    note: str
    plan: QuantPlan
    widths: Widths
    symmetric_weights: bool = False
    """Whether it knows no zero points of weights."""


_SYMMETRIC = TensorPlan("int8", symmetric=True, method="mse")
_ONNXRUNTIME = Widths(weights=(4, 8, 16), activations=(8, 16), float_tensors=True)

TARGETS: Mapping[str, Target] = MappingProxyType(
    {
        "onnxruntime-cpu": Target(
            "uint8 activations, int8 weights per channel; CPUs with VNNI or dot product",
            QuantPlan(),
            _ONNXRUNTIME,
        ),
        "onnxruntime-no-vnni": Target(
            "as onnxruntime-cpu, weights that cannot saturate CPUs without VNNI",
            QuantPlan(pair_safe=True),
            _ONNXRUNTIME,
        ),
        "onnxruntime-weights": Target(
            "floats and int4 weights in blocks of 32, as networks that generate run best",
            QuantPlan(
                weights=TensorPlan("int4", symmetric=True, granularity=InBlocks(32), method="mse"),
                activations=TensorPlan(FLOAT, symmetric=False),
            ),
            _ONNXRUNTIME,
        ),
        "tensorrt": Target(
            "symmetric int8 for weights and activations",
            QuantPlan(activations=_SYMMETRIC),
            Widths(weights=(8,), activations=(8,)),
            symmetric_weights=True,
        ),
    }
)


def target_named(name: str) -> Target:
    """Raises PlanError for an unknown name."""
    if name not in TARGETS:
        raise PlanError("'{0}' is not a target: choose one of {1}.", name, ", ".join(TARGETS))
    return TARGETS[name]


def plan_for(name: str) -> QuantPlan:
    """The plan a target runs best; raises PlanError for an unknown target."""
    return replace(target_named(name).plan, target=name)


def target_of_this_cpu() -> str:
    """The onnxruntime target whose integer results are exact on the CPU this runs on."""
    from quantengine.runtime import multiplies_exactly

    return "onnxruntime-cpu" if multiplies_exactly() else "onnxruntime-no-vnni"
