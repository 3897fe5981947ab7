"""Every target by name: what a model is to run on, and what that asks of a plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from quantengine.errors import PlanError
from quantengine.formats.granularity import PER_TENSOR, InBlocks
from quantengine.plan import FLOAT, QuantPlan, TensorPlan
from quantengine.sentence import Sentence

_BYTE = 8


@dataclass(frozen=True)
class Widths:
    """Legal bits, the fewest first.

    `weights` and `activations` are integer widths. `keep_float`: whole layers may stay float;
    `float_tensors`: single activations may, between layers with integer weights. `dynamic`: those
    may have ranges that are found while running.
    """

    weights: tuple[int, ...]
    activations: tuple[int, ...]
    keep_float: bool = True
    float_tensors: bool = False
    dynamic: bool = False

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
class Rule:
    """What a target asks of a file, and where that is said."""

    text: str
    source: str


Fixed = Mapping[str, Mapping[str, tuple[float, int]]]
"""By operator and type: scale and zero point of its output."""


@dataclass(frozen=True)
class Target:
    """What a target runs best (`plan`, without its name), what it can run, and what it asks.

    `joined` names operators whose inputs and output have one encoding, `per_tensor` those whose
    weights have one scale. `whole`: everything between inputs and outputs is rounded, also what
    operators without an integer form give. `static`: it takes no open shapes. `falls`: what runs
    what stays float, None: the target itself. Each is told in `rules`, with its source.
    """

    note: str
    plan: QuantPlan
    widths: Widths
    symmetric_weights: bool = False
    """Whether it knows no zero points of weights."""
    rules: tuple[Rule, ...] = ()
    symmetric: bool = False
    """Whether it knows no zero points of activations."""
    signed: bool | None = None
    """The sign of activation types; None: either."""
    power_of_two: bool = False
    float_bias: bool = False
    whole: bool = False
    static: bool = False
    tells_all: bool = False
    """Whether every attribute of a Conv is written out."""
    least_range: float = 0.0
    joined: frozenset[str] = frozenset()
    per_tensor: frozenset[str] = frozenset()
    fixed: Fixed = field(default_factory=dict)
    falls: str | None = None

    @property
    def is_asking(self) -> bool:
        """Whether a written file can be held to rules of it."""
        return bool(self.rules)

    @property
    def rules_ranges(self) -> bool:
        """Whether it asks something of ranges beside their symmetry."""
        asked = self.joined or self.fixed or self.power_of_two or self.whole
        return bool(asked or self.least_range)


_SYMMETRIC = TensorPlan("int8", symmetric=True, method="mse")
_SIGNED = TensorPlan("int8", symmetric=False, method="mse")
_PER_TENSOR = TensorPlan("int8", symmetric=True, granularity=PER_TENSOR, method="mse")
_ONNXRUNTIME = Widths(weights=(4, 8, 16), activations=(8, 16), float_tensors=True, dynamic=True)
_BYTES = Widths(weights=(8,), activations=(8,))
_CPU = Sentence("the CPU")

_NVIDIA = "docs.nvidia.com/deeplearning/tensorrt/latest/inference-library"
_QNN = "onnxruntime 1.32, quantization/execution_providers/qnn/quant_config.py"
_QUARK = "quark.docs.amd.com/latest/supported_accelerators/ryzenai"
_VAI = "AMD's vai_q_onnx, quantize refine (AlignConcat, AlignPool, AlignPad, AlignSlice on)"
_NEURAL_ART = "stedgeai-dc.st.com/assets/embedded-docs/stneuralart_operator_support.html"
_NXP = "docs.pytorch.org/executorch/stable/backends/nxp/nxp-quantization.html"
_NXP_CODE = "executorch, backends/nxp/quantizer/patterns.py"
_MP2 = "wiki.st.com/stm32mpu/wiki/STM32MP2_NPU_description"
_MPU = "stedgeai-dc.st.com/assets/embedded-docs/stm32mpu_command_line_interface.html"

_TABLE = {"int8": (1 / 256, -128)}
_QNN_RULES = (
    Rule("every float input comes from codes and every output becomes codes", _QNN),
    Rule("one scale for the weights of a MatMul", _QNN),
    Rule("a range is 0.0001 wide at least", _QNN),
    Rule("no open shapes", "stackoverflow, copied at volcengine.com/article/1152470"),
)
_QNN_FIXED = {
    "Sigmoid": {"uint16": (1 / 65536, 0), "int16": (1 / 32768, 0)},
    "Tanh": {"uint16": (1 / 32768, 32768), "int16": (1 / 32768, 0)},
}


def _qnn(note: str, activations: str, bits: int, *rules: Rule) -> Target:
    return Target(
        note,
        QuantPlan(
            activations=TensorPlan(activations, symmetric=False, method="mse"),
            quantize_outputs=True,
        ),
        Widths(weights=(8,), activations=tuple(sorted({8, bits})), keep_float=False),
        rules=(*_QNN_RULES, *rules),
        whole=True,
        static=True,
        least_range=1e-4,
        per_tensor=frozenset({"MatMul"}),
        fixed=_QNN_FIXED,
        falls=_CPU,
    )


def _vitis(note: str, dtype: str, *rules: Rule, power_of_two: bool = False) -> Target:
    plan = QuantPlan(
        weights=_PER_TENSOR,
        activations=TensorPlan(dtype, symmetric=True, method="mse"),
    )
    joined = frozenset({"Concat", "AveragePool", "GlobalAveragePool"})
    return Target(
        note,
        plan,
        Widths(weights=(8,), activations=(16 if dtype == "int16" else 8,)),
        symmetric_weights=True,
        rules=(
            Rule("no zero points", f"{_QUARK}/int8_int16_quantization.html"),
            Rule("what is not supported runs on the CPU", "ryzenai.docs.amd.com, modelcompat.html"),
            Rule("every attribute of a Conv is written out", "onnxsim/onnxsim#1404"),
            *rules,
        ),
        symmetric=True,
        signed=True,
        power_of_two=power_of_two,
        tells_all=True,
        joined=joined if power_of_two else frozenset(),
        falls=_CPU,
    )


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
            "symmetric int8 for weights and activations, float biases",
            QuantPlan(activations=_SYMMETRIC),
            _BYTES,
            symmetric_weights=True,
            rules=(
                Rule("int8 without zero points", f"{_NVIDIA}/work-quantized-types.html"),
                Rule("biases stay float", "NVIDIA/TensorRT#3360, onnx/onnx-tensorrt#850"),
            ),
            symmetric=True,
            signed=True,
            float_bias=True,
        ),
        "qnn-htp": _qnn(
            "uint16 activations, int8 weights, the whole network in codes; Qualcomm's NPU",
            "uint16",
            16,
            Rule("16-bit outputs of Sigmoid and Tanh have fixed scales", _QNN),
        ),
        "qnn-htp-w8a8": _qnn(
            "uint8 activations, int8 weights, the whole network in codes; Qualcomm's NPU",
            "uint8",
            8,
        ),
        "openvino": Target(
            "uint8 activations, int8 weights per channel; Intel's runtime converts the pairs",
            QuantPlan(),
            _BYTES,
        ),
        "vitisai-xint8": _vitis(
            "int8 without zero points, scales that are powers of two; AMD's Ryzen AI",
            "int8",
            Rule("scales are powers of two", f"{_QUARK}/tutorial_xint8_quantize.html"),
            Rule("inputs and output of a Concat or a pool have one scale", _VAI),
            power_of_two=True,
        ),
        "vitisai-a8w8": _vitis(
            "int8 without zero points; AMD's Ryzen AI",
            "int8",
            Rule("scales are floats", f"{_QUARK}/tutorial_a8w8_and_a16w8_quantize.html"),
        ),
        "vitisai-a16w8": _vitis(
            "int16 activations and int8 weights without zero points; AMD's Ryzen AI",
            "int16",
            Rule("scales are floats", f"{_QUARK}/tutorial_a8w8_and_a16w8_quantize.html"),
        ),
        "stm32n6": Target(
            "int8 activations, int8 weights per channel; ST's Neural-ART",
            QuantPlan(activations=_SIGNED),
            _BYTES,
            symmetric_weights=True,
            rules=(
                Rule("8 bits, weights without zero points, per channel", _NEURAL_ART),
                Rule("what stays float runs on the CPU", _NEURAL_ART),
            ),
            signed=True,
            falls=_CPU,
        ),
        "stm32mp2": Target(
            "8 bits with zero points, one scale for each weight; the NPU of ST's MP2",
            QuantPlan(weights=TensorPlan("uint8", symmetric=False, method="mse")),
            _BYTES,
            rules=(
                Rule("8 bits with zero points, one scale for each weight; else the GPU", _MP2),
                Rule("no open shapes", _MPU),
            ),
            static=True,
            falls=Sentence("the GPU"),
            per_tensor=frozenset({"Conv", "ConvTranspose", "Gemm", "MatMul"}),
        ),
        "neutron": Target(
            "int8, one scale for each weight, the whole network in codes; NXP's NPU",
            QuantPlan(weights=_PER_TENSOR, activations=_SIGNED, quantize_outputs=True),
            Widths(weights=(8,), activations=(8,), keep_float=False),
            symmetric_weights=True,
            rules=(
                Rule("int8, weights without zero points and with one scale", _NXP),
                Rule("what it shall run has to be quantized", _NXP),
                Rule("outputs of Softmax, Sigmoid and Tanh have fixed scales", _NXP_CODE),
                Rule("inputs and output of a Concat or a pool have one scale", _NXP_CODE),
            ),
            signed=True,
            whole=True,
            joined=frozenset({"Concat", "AveragePool", "GlobalAveragePool"}),
            per_tensor=frozenset({"Conv", "ConvTranspose", "Gemm", "MatMul"}),
            fixed={"Softmax": _TABLE, "Sigmoid": _TABLE, "Tanh": {"int8": (1 / 128, 0)}},
            falls=_CPU,
        ),
        "directml": Target(
            "uint8 activations, int8 weights per channel; pairs on DirectML",
            QuantPlan(),
            _BYTES,
        ),
    }
)
NO_RULES = Target("", QuantPlan(), _ONNXRUNTIME)


def rules_of(plan: QuantPlan) -> Target:
    """The target of a plan; one that asks nothing where its name is not known."""
    return TARGETS.get(plan.target, NO_RULES)


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
