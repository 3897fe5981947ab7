"""Faults planted in writers and in what they share: a file with one is refused, its layer named."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import helper, numpy_helper

from quantengine.errors import ExportError
from quantengine.export import node_check
from quantengine.export.export import export_model
from quantengine.export.options import ExportOptions
from quantengine.formats.encoding import Encoding
from quantengine.formats.granularity import PerAxis
from quantengine.graph import flow
from quantengine.graph.model import FloatModel
from quantengine.plan import QuantPlan
from quantengine.resolve.resolve import Resolution
from quantengine.rewrite import dynamic as dynamic_module
from quantengine.rewrite import graph_writer, integer_operators, qdq, qoperator
from quantengine.rewrite.encodings import Encodings
from quantengine.runtime import Session
from tests.engine.onnx_text import text_model
from tests.engine.test_written_forms import PLANS, resolved

Patch = pytest.MonkeyPatch

GRAPH = """
g (float[2,4,8,8] x) => (float[4,4] y) {
  first = Conv <pads = [1,1,1,1]> (x, w1, b1)
  clipped = Clip (first, low, high)
  second = Conv <group = 2, dilations = [2,1], strides = [1,2]> (clipped, w2, b2)
  pooled = MaxPool <kernel_shape = [2,2], pads = [0,0,1,1], strides = [1,1]> (second)
  padded = Pad (pooled, pads)
  third = Conv (padded, w3)
  side = Conv (padded, w4)
  sum = Add (third, side)
  large = Resize <mode = "nearest", coordinate_transformation_mode = "asymmetric",
                  nearest_mode = "floor"> (sum, , scales)
  fourth = Conv (large, w5)
  joined = Concat <axis = 1> (fourth, large)
  fifth = Conv (joined, w6)
  mean = GlobalAveragePool (fifth)
  rows = Reshape (mean, shape)
  gemm = Gemm <transA = 1, transB = 1> (rows, w7, b7)
  y = MatMul (gemm, w8)
}
"""


def network(folder: Path) -> FloatModel:
    rng = np.random.default_rng(3)

    def f(*shape: int, mean: float = 0.0) -> np.ndarray:
        return (mean + rng.normal(size=shape) / np.prod(shape[1:]) ** 0.5).astype(np.float32)

    constants = {
        "w1": f(4, 4, 3, 3), "b1": f(4), "w2": f(4, 2, 3, 3), "b2": f(4, mean=1),
        "w3": f(4, 4, 1, 1), "w4": 3 * f(4, 4, 1, 1), "w5": 4 * f(4, 4, 1, 1), "w6": f(8, 8, 1, 1),
        "w7": f(4, 4), "b7": f(4), "w8": f(4, 4),
        "low": np.float32(-0.4), "high": np.float32(0.9),
        "pads": np.array([0, 0, 1, 1, 0, 0, 0, 1]),
        "scales": np.float32([1, 1, 1.6, 2]), "shape": np.array([4, 4]),
    }  # fmt: skip
    return text_model(folder / "m.onnx", GRAPH, constants, opset=21)


FEEDS = {"x": np.random.default_rng(5).normal(0.3, 1, (2, 4, 8, 8)).astype(np.float32)}


def exported(folder: Path, types: str, form: Any) -> None:
    model = network(folder)
    export_written(folder, model, resolved(model, FEEDS, PLANS[types]), form)


def export_written(folder: Path, model: FloatModel, found: Resolution, form: Any) -> None:
    export_model(model, found, folder / "q.onnx", ExportOptions(form, force=True), probes=[FEEDS])


@pytest.mark.parametrize("form", ["qdq", "qoperator"])
@pytest.mark.parametrize("types", ["u8s8", "u8u8 leaning", "s8s8", "u16s8", "u8s4", "dynamic s8"])
def test_without_a_fault_it_is_written(tmp_path: Path, types: str, form: str) -> None:
    exported(tmp_path, types, form)
    assert (tmp_path / "q.onnx").exists()


def edited(change: Callable[[onnx.ModelProto], None]) -> Callable[[Patch], None]:
    """A fault of the integer form: what it wrote, changed."""

    def plant(patch: Patch) -> None:
        genuine = qoperator.qoperator_model

        def broken(proto: onnx.ModelProto) -> onnx.ModelProto:
            written = genuine(proto)
            change(written)
            return written

        patch.setattr(qoperator, "qoperator_model", broken)

    return plant


def shared(change: Callable[[onnx.ModelProto], None]) -> Callable[[Patch], None]:
    """A fault of the QDQ form: file and simulation have it alike."""

    def plant(patch: Patch) -> None:
        genuine = qdq.Rewriter.run

        def broken(self: qdq.Rewriter) -> onnx.ModelProto:
            proto = genuine(self)
            change(proto)
            return proto

        patch.setattr(qdq.Rewriter, "run", broken)

    return plant


def node(proto: onnx.ModelProto, name: str) -> onnx.NodeProto:
    return next(found for found in proto.graph.node if found.name == name)


def without(name: str, *attributes: str) -> Callable[[onnx.ModelProto], None]:
    def change(proto: onnx.ModelProto) -> None:
        found = node(proto, name)
        kept = [a for a in found.attribute if a.name not in attributes]
        assert len(kept) < len(found.attribute)
        del found.attribute[:]
        found.attribute.extend(kept)

    return change


def tensor(name: str, values: Callable[[np.ndarray], np.ndarray]) -> Callable[..., None]:
    def change(proto: onnx.ModelProto) -> None:
        found = next(t for t in proto.graph.initializer if t.name == name)
        before = numpy_helper.to_array(found)
        after = np.asarray(values(before)).astype(before.dtype)
        assert not np.array_equal(before, after)
        found.CopyFrom(numpy_helper.from_array(after, name))

    return change


def swapped(name: str, left: int, right: int) -> Callable[[onnx.ModelProto], None]:
    def change(proto: onnx.ModelProto) -> None:
        found = node(proto, name)
        found.input[left], found.input[right] = found.input[right], found.input[left]

    return change


def named(name: str, place: int, other: str) -> Callable[[onnx.ModelProto], None]:
    def change(proto: onnx.ModelProto) -> None:
        node(proto, name).input[place] = other

    return change


def attribute(name: str, key: str, value: Any) -> Callable[[onnx.ModelProto], None]:
    def change(proto: onnx.ModelProto) -> None:
        without(name, key)(proto)
        node(proto, name).attribute.append(helper.make_attribute(key, value))

    return change


def one_up(values: np.ndarray) -> np.ndarray:
    return values.astype(np.int64) + 1


def own_zero(proto: onnx.ModelProto) -> None:
    """The zero point of what a layer reads, off by one in its reader alone."""
    found = node(proto, "Conv_third")
    before = next(t for t in proto.graph.initializer if t.name == found.input[2])
    value = numpy_helper.to_array(before) + 1
    proto.graph.initializer.append(numpy_helper.from_array(value.astype(np.uint8), "wrong_zero"))
    found.input[2] = "wrong_zero"


INTEGER_FORM = {
    "transB dropped": ("Gemm_gemm", without("Gemm_gemm", "transB")),
    "pads dropped": ("Conv_first", without("Conv_first", "pads")),
    "dilations dropped": ("Conv_second", without("Conv_second", "dilations")),
    "strides dropped": ("Conv_second", without("Conv_second", "strides")),
    "zero point of an input": ("Conv_third", own_zero),
    "scales of two inputs swapped": ("Add_sum", swapped("Add_sum", 1, 4)),
    "zero points of two inputs swapped": ("Add_sum", swapped("Add_sum", 2, 5)),
    "codes of a Concat swapped": ("Concat_joined", swapped("Concat_joined", 2, 5)),
    "Concat with the scale of the first": ("Concat_joined", lambda p: named(
        "Concat_joined", 6, node(p, "Concat_joined").input[3])(p)),
    "output scale of another tensor": ("Conv_fifth", lambda p: named(
        "Conv_fifth", 6, node(p, "Conv_first").input[6])(p)),
    "a Pad filled with code 0": ("Pad_padded", lambda p: (
        p.graph.initializer.append(numpy_helper.from_array(np.uint8(0), "nought")),
        named("Pad_padded", 2, "nought")(p))),
    "coordinates of a Resize": ("Resize_large", attribute(
        "Resize_large", "coordinate_transformation_mode", "align_corners")),
    "another axis": ("Concat_joined", attribute("Concat_joined", "axis", 0)),
    "a bias dropped": ("Conv_second", lambda p: node(p, "Conv_second").input.pop()),
}  # fmt: skip


@pytest.mark.parametrize("fault", INTEGER_FORM)
def test_a_fault_of_the_integer_form_is_refused(
    tmp_path: Path, monkeypatch: Patch, fault: str
) -> None:
    monkeypatch.setattr(node_check, "multiplies_exactly", lambda: True)
    layer, change = INTEGER_FORM[fault]
    edited(change)(monkeypatch)
    with pytest.raises(ExportError) as caught:
        exported(tmp_path, "u8s8", "qoperator")
    assert not (tmp_path / "q.onnx").exists()
    assert f"'{layer}'" in str(caught.value) or "does not run" in str(caught.value)


def quantizer(proto: onnx.ModelProto, tensor_name: str, op_type: str) -> onnx.NodeProto:
    codes = f"{tensor_name}_quantized"
    return next(
        n for n in proto.graph.node if n.op_type == op_type and codes in (n.input[0], *n.output)
    )


def read_with(tensor_name: str, place: int, change: Callable[[np.ndarray], np.ndarray]) -> Any:
    """What DequantizeLinear of a tensor reads at `place`, changed for it alone."""

    def edit(proto: onnx.ModelProto) -> None:
        found = quantizer(proto, tensor_name, "DequantizeLinear")
        before = next(t for t in proto.graph.initializer if t.name == found.input[place])
        value = numpy_helper.to_array(before)
        name = f"wrong_{tensor_name}_{place}"
        after = np.asarray(change(value)).astype(value.dtype)
        proto.graph.initializer.append(numpy_helper.from_array(after, name))
        found.input[place] = name

    return edit


def of_another(tensor_name: str, other: str) -> Any:
    """Scale and zero point of another tensor, for quantizing and reading alike."""

    def edit(proto: onnx.ModelProto) -> None:
        source = quantizer(proto, other, "QuantizeLinear")
        for op_type in ("QuantizeLinear", "DequantizeLinear"):
            found = quantizer(proto, tensor_name, op_type)
            found.input[1], found.input[2] = source.input[1], source.input[2]

    return edit


SHARED = {
    "transB dropped": ("Gemm_gemm", without("Gemm_gemm", "transB")),
    "pads dropped": ("Conv_first", without("Conv_first", "pads")),
    "dilations dropped": ("Conv_second", without("Conv_second", "dilations")),
    "wrong clamp": ("Conv_first", tensor("high", lambda v: v * 0.5)),
    "weight codes one up": ("Conv_third", tensor("w3_quantized", one_up)),
    "weight scale squared": ("Conv_fourth", tensor("w5_scale", np.square)),
    "weight scales of other channels": ("Conv_side", tensor("w4_scale", lambda v: v[::-1])),
    "bias scale without that of x": ("Conv_second", tensor("b2_quantized", lambda v: v // 50)),
    "zero point read one off": ("Conv_third", read_with("padded", 2, one_up)),
    "scale read twice": ("Conv_second", read_with("clipped", 1, np.square)),
    "scale of another tensor": ("Conv_fifth", of_another("fifth", "clipped")),
    "coordinates of a Resize": ("Resize_large", attribute(
        "Resize_large", "coordinate_transformation_mode", "align_corners")),
    "fill of a Pad": ("Pad_padded", lambda p: (
        p.graph.initializer.append(numpy_helper.from_array(np.float32(0.5), "half")),
        node(p, "Pad_padded").input.append("half"))),
    "inputs of a Concat in another order": ("Concat_joined", swapped("Concat_joined", 0, 1)),
    "another kernel of a pool": ("MaxPool_pooled", attribute(
        "MaxPool_pooled", "pads", [1, 1, 0, 0])),
}  # fmt: skip


@pytest.mark.parametrize("form", ["qdq", "qoperator"])
@pytest.mark.parametrize("fault", SHARED)
def test_a_fault_of_file_and_simulation_alike_is_refused(
    tmp_path: Path, monkeypatch: Patch, fault: str, form: str
) -> None:
    monkeypatch.setattr(node_check, "multiplies_exactly", lambda: True)
    if (fault, form) == ("fill of a Pad", "qoperator"):
        pytest.skip("the integer form fills with its zero point whatever the pairs were given")
    layer, change = SHARED[fault]
    shared(change)(monkeypatch)
    with pytest.raises(ExportError) as caught:
        exported(tmp_path, "u8s8", form)
    assert not (tmp_path / "q.onnx").exists()
    assert f"'{layer}'" in str(caught.value) or "does not run" in str(caught.value)


def plant_nibbles(patch: Patch) -> None:
    genuine = graph_writer.integer_tensor

    def broken(name: str, values: np.ndarray, dtype: Any) -> onnx.TensorProto:
        found = genuine(name, values, dtype)
        if dtype.bits == 4:
            packed = np.frombuffer(found.raw_data, np.uint8)
            found.raw_data = ((packed >> 4) | (packed << 4)).astype(np.uint8).tobytes()
        return found

    patch.setattr(graph_writer, "integer_tensor", broken)


def plant_axis(patch: Patch) -> None:
    patch.setattr(
        qdq, "axis_attributes", lambda encoding: {"axis": 0} if encoding.scale.ndim else {}
    )


def plant_zero_of_weights(patch: Patch) -> None:
    genuine = Encoding.dequantize

    def broken(self: Encoding, codes: Any) -> Any:
        return genuine(replace(self, zero_point=self.zero_point + 1), codes)

    patch.setattr(Encoding, "dequantize", broken)


def plant_spread(patch: Patch) -> None:
    genuine = Encoding.quantize

    def broken(self: Encoding, real: Any) -> Any:
        several = isinstance(self.granularity, PerAxis)
        return genuine(replace(self, scale=self.scale[::-1]) if several else self, real)

    patch.setattr(Encoding, "quantize", broken)


def plant_owner(patch: Patch) -> None:
    genuine = flow._Search._owner

    def broken(self: flow._Search, name: str) -> str:
        return "clipped" if name == "padded" else genuine(self, name)

    patch.setattr(flow._Search, "_owner", broken)


@pytest.mark.parametrize(
    ("plant", "types", "layer"),
    [
        (plant_owner, "u8s8", "Pad_padded"),
        (plant_nibbles, "u8s4", "Conv_first"),
        (plant_axis, "u8s8", "MatMul_y"),
        (plant_zero_of_weights, "u8s8", "Conv_first"),
        (plant_spread, "u8s8", "Conv_first"),
    ],
)
def test_a_fault_of_what_all_share_is_refused(
    tmp_path: Path, monkeypatch: Patch, plant: Callable[[Patch], None], types: str, layer: str
) -> None:
    monkeypatch.setattr(node_check, "multiplies_exactly", lambda: True)
    plant(monkeypatch)
    with pytest.raises(ExportError, match=f"'{layer}'|does not run"):
        exported(tmp_path, types, "qdq")


DYNAMIC = """
g (float[6,6] x) => (float[6,5] y) {
  a = Gemm <transA = 1> (x, wa, ba)
  b = Relu (a)
  c = Gemm <transB = 1> (b, wb)
  y = MatMul (c, wc)
}
"""


def dynamic_network(folder: Path) -> FloatModel:
    rng = np.random.default_rng(9)
    shapes = {"wa": (6, 6), "ba": (6,), "wb": (6, 6), "wc": (6, 5)}
    weights = {name: rng.normal(0.2, 1, shape).astype(np.float32) for name, shape in shapes.items()}
    return text_model(folder / "m.onnx", DYNAMIC, weights)


def keep_a_turn(patch: Patch) -> None:
    genuine = dynamic_module.weight_axes
    patch.setattr(dynamic_module, "weight_axes", lambda *a: replace(genuine(*a), output=1))


def zero_for_the_middle(patch: Patch) -> None:
    genuine = graph_writer.GraphWriter.codes

    def broken(self: Any, wanted: str, values: Any, dtype: Any) -> str:
        flat = np.zeros_like(values) if wanted.endswith("_zero_point") else values
        return genuine(self, wanted, flat, dtype)

    patch.setattr(graph_writer.GraphWriter, "codes", broken)


def forget_a_bias(patch: Patch) -> None:
    patch.setattr(Encodings, "float_bias_of", lambda *_: None)


@pytest.mark.parametrize(
    ("plant", "types", "layer"),
    [
        (keep_a_turn, "dynamic s8", "Gemm_c"),
        (zero_for_the_middle, "dynamic u8", "Gemm_a"),
        (forget_a_bias, "dynamic s8", "Gemm_a"),
        (zero_for_the_middle, "weights u4 leaning", "Gemm_a"),
    ],
)
def test_a_fault_of_dynamic_products_is_refused(
    tmp_path: Path, monkeypatch: Patch, plant: Callable[[Patch], None], types: str, layer: str
) -> None:
    monkeypatch.setattr(node_check, "multiplies_exactly", lambda: True)
    model = dynamic_network(tmp_path)
    feeds = {"x": np.random.default_rng(1).normal(size=(6, 6)).astype(np.float32)}
    found = resolved(model, feeds, PLANS[types])
    export_model(model, found, tmp_path / "right.onnx", ExportOptions(force=True), probes=[feeds])
    plant(monkeypatch)
    with pytest.raises(ExportError, match=f"'{layer}'"):
        export_model(model, found, tmp_path / "q.onnx", ExportOptions(force=True), probes=[feeds])


@pytest.mark.parametrize("exact", [True, False])
@pytest.mark.parametrize("pair_safe", [True, False])
def test_only_sums_that_may_saturate_are_excused(
    tmp_path: Path, monkeypatch: Patch, exact: bool, pair_safe: bool
) -> None:
    """Codes drawn in as a kernel that saturates would, on a CPU said to be one or not."""
    monkeypatch.setattr(node_check, "multiplies_exactly", lambda: exact)
    model = network(tmp_path)
    found = resolved(model, FEEDS, replace(PLANS["u8s8"], pair_safe=pair_safe))
    edited(tensor("w3_quantized", lambda v: v // 2))(monkeypatch)
    if exact or pair_safe:
        with pytest.raises(ExportError, match="'Conv_third'"):
            export_written(tmp_path, model, found, "qoperator")
    else:
        report = export_model(
            model,
            found,
            tmp_path / "q.onnx",
            ExportOptions("qoperator", force=True),
            probes=[FEEDS],
        )
        assert report.verification.nodes.saturated == ("Conv_third",)
        assert report.to_json()["check"]["by_layer"]["saturated"] == ("Conv_third",)
        assert report.verification.saturated


@pytest.mark.parametrize("types", ["s8s8", "u8u8"])
def test_types_that_cannot_saturate_are_not_excused(
    tmp_path: Path, monkeypatch: Patch, types: str
) -> None:
    monkeypatch.setattr(node_check, "multiplies_exactly", lambda: False)
    model = network(tmp_path)
    found = resolved(model, FEEDS, PLANS[types])
    edited(tensor("w3_quantized", lambda v: v // 2))(monkeypatch)
    with pytest.raises(ExportError, match="'Conv_third'"):
        export_written(tmp_path, model, found, "qoperator")


@pytest.mark.parametrize("bits", [2, 3, 4])
@pytest.mark.parametrize("form", ["qdq", "qoperator"])
def test_few_bits_and_cut_off_ranges_are_no_fault(tmp_path: Path, bits: int, form: str) -> None:
    model = network(tmp_path)
    plan = QuantPlan().with_override("*", **{"weights.bits": bits, "activations.bits": bits + 2})
    plan = plan.with_override("first", low=-0.1, high=0.1).with_override(
        "w3", **{"weights.low": -0.01, "weights.high": 0.01}
    )
    export_written(tmp_path, model, resolved(model, FEEDS, plan), form)


def test_one_operator_is_written_wrong(tmp_path: Path, monkeypatch: Patch) -> None:
    """The writer itself, not its result: an attribute it forgets to keep."""
    monkeypatch.setattr(node_check, "multiplies_exactly", lambda: True)
    kept = tuple(name for name in integer_operators._CONV if name != "dilations")
    monkeypatch.setattr(integer_operators, "_CONV", kept)
    with pytest.raises(ExportError, match=r"'Conv_second'|does not run"):
        exported(tmp_path, "u8s8", "qoperator")


@pytest.mark.parametrize("form", ["qdq", "qoperator"])
def test_integer_taps_leave_every_fusion(tmp_path: Path, form: str) -> None:
    model = network(tmp_path)
    qdq_form = qdq.qdq_form(model, resolved(model, FEEDS, PLANS["u8s8"]).encodings)
    proto = qdq_form.proto if form == "qdq" else qoperator.qoperator_model(qdq_form.proto)
    made = {name for found in proto.graph.node for name in found.output}
    taps = [name for name in qdq_form.codes.values() if name in made]
    assert len(taps) > 10
    counts = []
    for names in ([], taps):
        Session(node_check._with_outputs(proto, names), optimized_path=tmp_path / "o.onnx")
        kinds = Counter(found.op_type for found in onnx.load(tmp_path / "o.onnx").graph.node)
        del kinds["Transpose"]  # to channels last and back
        counts.append(kinds)
    assert counts[0] == counts[1]
    assert counts[0]["QLinearConv"] == 6
