"""Every decision a person made, as one immutable value that is saved as JSON."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields, replace
from typing import Annotated, Any

from quantengine.errors import PlanError
from quantengine.formats.dtype import INT8, UINT8, IntegerType
from quantengine.formats.granularity import (
    PER_CHANNEL,
    PER_TENSOR,
    PlannedGranularity,
    granularity_named,
)
from quantengine.ranges.words import numbered
from quantengine.record import Misread, parsed, record

PLAN_VERSION = 1
_LONGEST_SIDE = 2**31 - 1

FLOAT = "float"
DYNAMIC = "dynamic"

_MOST = 3.4e38
"""No scale beyond is held by float32."""

Parameters = tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class TensorPlan:
    """How one tensor, or every tensor of a role, is quantized.

    `dtype` is an integer type's name, `float` (not quantized) or `dynamic` (activations whose range
    is found while running). `low` and `high` are a range set by hand, in real numbers; they win
    over the method.
    """

    dtype: str
    symmetric: bool
    granularity: Annotated[PlannedGranularity, granularity_named] = PER_TENSOR
    method: str = "minmax"
    parameters: Parameters = ()
    low: float | None = None
    high: float | None = None

    def __post_init__(self) -> None:
        if self.dtype not in (FLOAT, DYNAMIC):
            IntegerType.parse(self.dtype)
        if not isinstance(self.granularity, PlannedGranularity):
            raise PlanError(
                "{0} is no granularity: PER_TENSOR, PER_CHANNEL or InBlocks(n).",
                repr(self.granularity),
            )
        for name in ("low", "high"):
            value = getattr(self, name)
            if value is not None and not abs(value) < math.inf:
                raise PlanError("{0} must be a finite number, not {1}.", name, value)
        if self.low is not None and self.high is not None and not self.low < self.high:
            raise PlanError(
                "The range {0} to {1} is empty: low must be below high.",
                f"{self.low:g}",
                f"{self.high:g}",
            )

    @property
    def integer(self) -> IntegerType | None:
        return None if self.dtype in (FLOAT, DYNAMIC) else IntegerType.parse(self.dtype)

    @property
    def by_hand(self) -> bool:
        """Whether the range was set, not left to the method."""
        return self.low is not None and self.high is not None

    def to_json(self) -> dict[str, Any]:
        """A JSON object with the fields above, the granularity as text."""
        return {**asdict(self), "granularity": str(self.granularity)}


Setting = str | float | bool | None

_TENSOR_KEYS = {f.name for f in fields(TensorPlan)} | {"bits"}


@dataclass(frozen=True)
class Override:
    """Settings for the layers or tensors whose name matches `pattern`.

    A pattern is a shell pattern (`*`, `?`, `[...]`) or, after `re:`, a regular expression. A
    setting is named after a field of TensorPlan, or is `bits`; anything else is a parameter of the
    method. `weights.` or `activations.` in front limits it to one role of a layer.
    """

    pattern: str
    settings: tuple[tuple[str, Setting], ...]


@dataclass(frozen=True)
class GivenScales:
    """Scales of a weight that were decided elsewhere, in the order of its channels or blocks.

    They hold while the weight has this type and granularity and nothing else is said of its range.
    `zero_point` is empty where all lie in the middle.
    """

    tensor: str
    dtype: str
    granularity: Annotated[PlannedGranularity, granularity_named]
    scale: tuple[float, ...]
    zero_point: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        dtype = IntegerType.parse(self.dtype)
        if not self.scale or not all(0 < scale < _MOST for scale in self.scale):
            raise PlanError("The scales given for '{0}' are not all above zero.", self.tensor)
        inside = all(dtype.qmin <= zero <= dtype.qmax for zero in self.zero_point)
        if not inside or len(self.zero_point) not in (0, len(self.scale)):
            raise PlanError("The zero points given for '{0}' do not fit its scales.", self.tensor)

    def to_json(self) -> dict[str, Any]:
        """A JSON object with the fields above, the granularity as text."""
        return {**asdict(self), "granularity": str(self.granularity)}


IO = ("float", "uint8", "int8")
"""What a file takes and gives: floats, or codes of that type."""


@dataclass(frozen=True)
class FixedShape:
    """The shape that an input has in the file, whatever the network leaves open."""

    input: str
    shape: tuple[int, ...]

    def __post_init__(self) -> None:
        if not all(0 < side <= _LONGEST_SIDE for side in self.shape):
            raise PlanError("'{0}' cannot be of shape {1}.", self.input, list(self.shape))


@dataclass(frozen=True)
class Edges:
    """Where a file begins and ends: what it takes, of which shapes, and the tensors it gives.

    `io` is one of `IO`. `outputs` are tensors of the network: what lies behind them is not in the
    file and stays float where the result is judged. Empty: the outputs of the network.
    """

    io: str = "float"
    shapes: tuple[FixedShape, ...] = ()
    outputs: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.io not in IO:
            raise PlanError("'{0}' is no form of inputs: choose {1}.", self.io, ", ".join(IO))
        for names in (self.outputs, [each.input for each in self.shapes]):
            if len(set(names)) < len(names):
                raise PlanError("'{0}' is named twice.", max(names, key=[*names].count))


AS_IN_THE_NETWORK = Edges()


@dataclass(frozen=True)
class QuantPlan:
    """Defaults for weights and activations, and what differs from them; later overrides win.

    `pair_safe` widens the scale of int8 weight channels whose products could saturate in pairs on
    CPUs without VNNI. `observe_quantized`: statistics come from inference on rounded inputs, each
    layer under the error of those before. `given` holds scales of weights that no method chooses.
    """

    target: str = "onnxruntime-cpu"
    weights: TensorPlan = TensorPlan("int8", symmetric=True, granularity=PER_CHANNEL, method="mse")
    activations: TensorPlan = TensorPlan("uint8", symmetric=False, method="mse")
    keep_float: tuple[str, ...] = ()
    overrides: tuple[Override, ...] = ()
    quantize_outputs: bool = False
    pair_safe: bool = False
    observe_quantized: bool = False
    given: tuple[GivenScales, ...] = ()
    edges: Edges = AS_IN_THE_NETWORK

    def with_edges(self, edges: Edges) -> QuantPlan:
        """A plan whose file begins and ends so; outputs become codes where the file gives codes."""
        codes = edges.io != "float"
        changed = codes != (self.edges.io != "float")
        outputs = codes if changed else self.quantize_outputs
        return replace(self, edges=edges, quantize_outputs=outputs)

    def with_override(self, pattern: str, **settings: Setting) -> QuantPlan:
        """A plan in which the names that match `pattern` are quantized otherwise."""
        return replace(
            self, overrides=(*self.overrides, Override(pattern, tuple(settings.items())))
        )

    def with_float(self, *patterns: str) -> QuantPlan:
        """A plan that keeps the matching layers float."""
        return replace(self, keep_float=(*self.keep_float, *patterns))

    @property
    def finds_ranges(self) -> bool:
        """Whether some activations get their range while running, from all that runs together."""
        set_anew = (value for override in self.overrides for _, value in override.settings)
        return DYNAMIC in (self.activations.dtype, *set_anew)

    def to_json(self) -> dict[str, Any]:
        """A JSON object; `from_json` gives an equal plan back."""
        roles = {"weights": self.weights.to_json(), "activations": self.activations.to_json()}
        found = {"version": PLAN_VERSION, **asdict(self), **roles}
        usual = {"given": (), "edges": asdict(AS_IN_THE_NETWORK), "observe_quantized": False}
        found = {name: part for name, part in found.items() if part != usual.get(name, ...)}
        given = [each.to_json() for each in self.given]
        return found | ({"given": given} if given else {})

    @classmethod
    def from_json(cls, data: object) -> QuantPlan:
        """The plan in a JSON object; raises PlanError saying which part is wrong."""
        if not isinstance(data, dict):
            raise PlanError("A plan is a JSON object: this is not one.")
        if data.get("version") != PLAN_VERSION:
            raise PlanError(
                "The plan has version {0}; this program reads {1}.",
                f"{data.get('version')!r:.40}",
                PLAN_VERSION,
            )
        parts = {"given": [], "edges": {}, "observe_quantized": False} | {
            name: part for name, part in data.items() if name != "version"
        }
        try:
            return record(cls, parts, whole=True)
        except Misread as error:
            raise unreadable(error) from error

    @classmethod
    def from_text(cls, text: str) -> QuantPlan:
        """The plan in JSON text."""
        try:
            return cls.from_json(parsed(text))
        except Misread as error:
            raise unreadable(error) from error


def unreadable(error: Misread) -> PlanError:
    """What is wrong with a plan."""
    return PlanError("The plan cannot be read: {0}.", error)


def apply_settings(
    base: TensorPlan, settings: Iterable[tuple[str, Setting]], role: str
) -> TensorPlan:
    """`base` changed by the settings that concern `role` (`weights` or `activations`)."""
    changes: dict[str, Any] = {}
    parameters: dict[str, float] = {}
    for name, value in settings:
        prefix, _, key = name.rpartition(".")
        if prefix not in ("", "weights", "activations"):
            raise PlanError(
                "'{0}' is not a setting: only weights. and activations. may prefix.", name
            )
        if prefix not in ("", role):
            continue
        if key == "bits":
            changes["dtype"] = _with_bits(base, value)
        elif key not in _TENSOR_KEYS:
            parameters[key] = _number(key, numbered(key, value))
        elif key in ("low", "high"):
            changes[key] = None if value is None else _number(key, value)
        elif key == "granularity":
            changes[key] = granularity_named(value)
        elif key == "symmetric":
            changes[key] = _truth(value)
        elif key != "parameters":
            changes[key] = _word(key, value)
    kept = () if changes.get("method", base.method) != base.method else base.parameters
    return replace(base, **changes, parameters=tuple((dict(kept) | parameters).items()))


def _with_bits(base: TensorPlan, value: Setting) -> str:
    bits = _number("bits", value)
    if not bits.is_integer():
        raise PlanError("A width of {0} bits is not supported: choose 1 to 16 bits.", f"{bits:g}")
    signed = base.integer.signed if base.integer is not None else base.symmetric
    return IntegerType(int(bits), signed).name


def _truth(value: Setting) -> bool:
    if isinstance(value, bool):
        return value
    raise PlanError("'symmetric={0}' is not a setting: write symmetric=true or false.", value)


def _number(key: str, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise PlanError("'{0}={1}' is not a setting: '{0}' takes a number.", key, value)
    if not abs(value) < math.inf:
        raise PlanError("'{0}={1}' is not a setting: '{0}' takes a finite number.", key, value)
    return float(value)


def _word(key: str, value: Setting) -> str:
    if not isinstance(value, str):
        raise PlanError("'{0}={1}' is not a setting: '{0}' takes a word.", key, value)
    return value


__all__ = [
    "DYNAMIC",
    "FLOAT",
    "INT8",
    "UINT8",
    "Override",
    "QuantPlan",
    "TensorPlan",
    "apply_settings",
]
