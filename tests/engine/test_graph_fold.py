"""Folding keeps the float function, touches nothing shared, and says what it did."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from onnx import numpy_helper, parser

from quantengine.graph.fold import fold_affine
from quantengine.graph.model import Folding
from quantengine.runtime import Session

NORM = "BatchNormalization<epsilon=0.01>"


def graph(text: str, **constants: object) -> onnx.ModelProto:
    proto = parser.parse_model('<ir_version: 8, opset_import: ["": 17]> ' + text)
    proto.graph.initializer.extend(
        numpy_helper.from_array(np.asarray(value, np.float32), name)
        for name, value in constants.items()
    )
    onnx.checker.check_model(proto)
    return proto


def normal(*shape: int) -> np.ndarray:
    return np.random.default_rng(sum(shape)).standard_normal(shape).astype(np.float32)


def statistics(channels: int, prefix: str = "n") -> dict[str, np.ndarray]:
    """Parameters of a batch norm named `n_g, n_b, n_m, n_v`."""
    rng = np.random.default_rng(channels)
    values = rng.normal(size=(4, channels)).astype(np.float32)
    values[3] = np.abs(values[3]) + 0.1
    return {f"{prefix}_{letter}": row for letter, row in zip("gbmv", values, strict=True)}


def fold(proto: onnx.ModelProto, *shape: int) -> tuple[onnx.ModelProto, list[Folding]]:
    """Folds a copy and asserts that it is valid and computes the same on random `x`."""
    folded = onnx.ModelProto()
    folded.CopyFrom(proto)
    foldings = fold_affine(folded)
    onnx.checker.check_model(folded, full_check=True)
    feeds = {"x": normal(*shape)}
    expected = Session(proto, optimize=False).run(feeds)
    found = Session(folded, optimize=False).run(feeds)
    for name, value in expected.items():
        limit = 1e-4 * max(1.0, float(np.abs(value).max()))
        assert np.abs(found[name] - value).max() <= limit
    return folded, foldings


def ops(proto: onnx.ModelProto) -> list[str]:
    return [node.op_type for node in proto.graph.node]


def weights(proto: onnx.ModelProto) -> dict[str, np.ndarray]:
    return {tensor.name: numpy_helper.to_array(tensor) for tensor in proto.graph.initializer}


@given(
    transpose=st.booleans(),
    groups=st.sampled_from([1, 2, 4]),
    per_group=st.sampled_from([1, 3]),
    bias=st.booleans(),
)
def test_batch_norm_after_convolution(
    transpose: bool, groups: int, per_group: int, bias: bool
) -> None:
    channels = groups * per_group
    op = "ConvTranspose" if transpose else "Conv"
    shape = (8, per_group, 3, 3) if transpose else (channels, 8 // groups, 3, 3)
    constants = {"w": normal(*shape), **statistics(channels)}
    if bias:
        constants["c"] = normal(channels)
    proto = graph(
        f"""g (float[N,8,H,W] x) => (float[N,{channels},P,Q] y) {{
          [layer] a = {op}<group={groups}, pads=[1,1,1,1]>(x, w{", c" if bias else ""})
          [norm] b = {NORM}(a, n_g, n_b, n_m, n_v)
          y = Relu(b)
        }}""",
        **constants,
    )
    folded, (folding,) = fold(proto, 2, 8, 5, 6)
    assert ops(folded) == [op, "Relu"]
    assert folded.graph.node[0].output[0] == folding.output == "b"
    assert (folding.node, folding.into, folding.weight) == ("norm", "layer", "w")
    assert np.array_equal(folding.gamma, constants["n_g"])
    assert np.array_equal(folding.beta, constants["n_b"])
    scale = constants["n_g"] / np.sqrt(constants["n_v"] + 0.01)
    reached = np.sort(folding.before * scale[:, None], axis=1)
    np.testing.assert_allclose(folding.after, reached, rtol=1e-5)
    assert set(weights(folded)) == {"w", "c" if bias else "layer_bias"}


def test_arithmetic_for_each_channel_becomes_weight_and_bias() -> None:
    proto = graph(
        """g (float[N,2,4,4] x) => (float[N,3,4,4] y) {
          a = Conv(x, w)
          b = Add(a, c)
          d = Mul(s, b)
          e = Sub(c, d)
          f = Div(e, q)
          y = Sub(f, q)
        }""",
        w=normal(3, 2, 1, 1),
        c=normal(3, 1, 1),
        s=normal(1, 3, 1, 1),
        q=np.float32(0.7),
    )
    folded, foldings = fold(proto, 2, 2, 4, 4)
    assert ops(folded) == ["Conv"]
    assert [folding.op_type for folding in foldings] == ["Add", "Mul", "Sub", "Div", "Sub"]
    assert all(folding.gamma is None for folding in foldings)
    assert folded.graph.node[0].output[0] == "y"


def test_statistics_of_a_batch_norm_are_carried_through_later_arithmetic() -> None:
    proto = graph(
        f"""g (float[N,2,4,4] x) => (float[N,3,4,4] y) {{
          a = Conv(x, w)
          b = {NORM}(a, n_g, n_b, n_m, n_v)
          d = Mul(b, s)
          y = Add(d, s)
        }}""",
        w=normal(3, 2, 1, 1),
        s=normal(3, 1, 1),
        **statistics(3),
    )
    _, foldings = fold(proto, 2, 2, 4, 4)
    scale, stats = normal(3, 1, 1).ravel(), statistics(3)
    np.testing.assert_allclose(foldings[-1].gamma, stats["n_g"] * scale, rtol=1e-6)
    np.testing.assert_allclose(foldings[-1].beta, stats["n_b"] * scale + scale, rtol=1e-6)


@pytest.mark.parametrize("transposed", [0, 1])
@pytest.mark.parametrize("bias", ["", ", row", ", one", ", wide"])
def test_gemm_with_its_factors(transposed: int, bias: str) -> None:
    proto = graph(
        f"""g (float[N,4] x) => (float[N,3] y) {{
          a = Gemm<transB={transposed}, alpha=0.5, beta=2.0>(x, w{bias})
          b = {NORM}(a, n_g, n_b, n_m, n_v)
          y = Add(b, row)
        }}""",
        w=normal(3, 4) if transposed else normal(4, 3),
        row=normal(3),
        one=normal(1),
        wide=normal(1, 3),
        **statistics(3),
    )
    folded, foldings = fold(proto, 5, 4)
    assert ops(folded) == ["Gemm"]
    assert len(foldings) == 2


def test_a_gemm_whose_bias_differs_by_row_is_left() -> None:
    proto = graph(
        """g (float[3,4] x) => (float[3,3] y) { a = Gemm(x, w, c) y = Mul(a, s) }""",
        w=normal(4, 3),
        c=normal(3, 1),
        s=normal(3),
    )
    assert ops(fold(proto, 3, 4)[0]) == ["Gemm", "Mul"]


def test_matmul_of_two_matrices_with_a_bias_becomes_gemm() -> None:
    text = """g (float[{0}] x) => (float[{1}] y) {{ [fc] a = MatMul(x, w) y = Add(a, c) }}"""
    constants = {"w": normal(4, 3), "c": normal(1, 3)}
    folded, _ = fold(graph(text.format("N,4", "N,3"), **constants), 5, 4)
    assert [(node.op_type, node.name) for node in folded.graph.node] == [("Gemm", "fc")]
    left, foldings = fold(graph(text.format("N,2,4", "N,2,3"), **constants), 5, 2, 4)
    assert ops(left) == ["MatMul", "Add"]
    assert not foldings


def test_matmul_with_a_factor_stays_matmul() -> None:
    proto = graph(
        "g (float[N,4] x) => (float[N,3] y) { a = MatMul(x, w) y = Div(a, s) }",
        w=normal(4, 3),
        s=np.float32(8),
    )
    assert ops(fold(proto, 5, 4)[0]) == ["MatMul"]


def test_shared_weights_and_biases_are_copied_for_the_folded_layer_alone() -> None:
    proto = graph(
        f"""g (float[N,3,4,4] x) => (float[N,3,4,4] y, float[N,3,4,4] z) {{
          a = Conv(x, w, c)
          y = {NORM}(a, n_g, n_b, n_m, n_v)
          z = Conv(y, w, c)
        }}""",
        w=normal(3, 3, 1, 1),
        c=normal(3),
        **statistics(3),
    )
    folded, (folding,) = fold(proto, 2, 3, 4, 4)
    assert folding.weight == "w_2"
    assert list(folded.graph.node[1].input) == ["y", "w", "c"]
    assert np.array_equal(weights(folded)["w"], normal(3, 3, 1, 1))
    assert np.array_equal(weights(folded)["c"], normal(3))


@pytest.mark.parametrize("use", ["output", "reader", "body"])
def test_a_layer_whose_own_output_is_needed_is_left(use: str) -> None:
    extra = {
        "output": ("", ""),
        "reader": ("float[N,3,4,4] z", "z = Relu(a)"),
        "body": (
            "float[N,3,4,4] z",
            """k = Constant<value = bool {1}>()
            z = If(k) <then_branch = t () => (float[N,3,4,4] o1) { o1 = Relu(a) },
                       else_branch = e () => (float[N,3,4,4] o2) { o2 = Neg(a) }>""",
        ),
    }[use]
    outputs = extra[0] or "float[N,3,4,4] a"
    proto = graph(
        f"""g (float[N,2,4,4] x) => (float[N,3,4,4] y, {outputs}) {{
          a = Conv(x, w)
          y = {NORM}(a, n_g, n_b, n_m, n_v)
          {extra[1]}
        }}""",
        w=normal(3, 2, 1, 1),
        **statistics(3),
    )
    folded, foldings = fold(proto, 2, 2, 4, 4)
    assert not foldings
    assert "BatchNormalization" in ops(folded)


@pytest.mark.parametrize(
    ("pads", "folds"), [("", True), ("<pads=[1,1,1,1]>", False), ('<auto_pad="VALID">', True)]
)
@pytest.mark.parametrize("groups", [1, 2])
def test_batch_norm_before_a_convolution_only_without_padding(
    pads: str, folds: bool, groups: int
) -> None:
    attributes = pads[:-1] + f", group={groups}>" if pads else f"<group={groups}>"
    proto = graph(
        f"""g (float[N,4,5,5] x) => (float[N,6,P,Q] y) {{
          a = Relu(x)
          b = {NORM}(a, n_g, n_b, n_m, n_v)
          y = Conv{attributes}(b, w, c)
        }}""",
        w=normal(6, 4 // groups, 3, 3),
        c=normal(6),
        **statistics(4),
    )
    folded, foldings = fold(proto, 2, 4, 5, 5)
    assert ops(folded) == (["Relu", "Conv"] if folds else ["Relu", "BatchNormalization", "Conv"])
    assert all(folding.gamma is None and folding.output == "y" for folding in foldings)


def test_batch_norm_before_gemm() -> None:
    proto = graph(
        f"""g (float[N,4] x) => (float[N,3] y) {{
          a = Relu(x)
          b = {NORM}(a, n_g, n_b, n_m, n_v)
          y = Gemm<alpha=0.5>(b, w, c)
        }}""",
        w=normal(4, 3),
        c=normal(3),
        **statistics(4),
    )
    assert ops(fold(proto, 5, 4)[0]) == ["Relu", "Gemm"]


@pytest.mark.parametrize(
    ("line", "constant"),
    [
        ("y = Add(a, k)", normal(4)),
        ("y = Mul(a, k)", normal(1, 1, 4, 4)),
        ("y = Div(k, a)", normal(3, 1, 1)),
        ("y = Div(a, k)", np.array([[[1.0]], [[0.0]], [[2.0]]])),
        ("y = Mul(a, k)", np.array([[[1.0]], [[np.inf]], [[2.0]]])),
        ("y = Mul(a, a)", np.float32(1)),
    ],
)
def test_what_is_not_affine_in_each_channel_is_left(line: str, constant: object) -> None:
    proto = graph(
        f"""g (float[N,2,4,4] x) => (float[N,3,4,4] y) {{ a = Conv(x, w) {line} }}""",
        w=normal(3, 2, 1, 1),
        k=constant,
    )
    assert not fold_affine(proto)
    assert len(proto.graph.node) == 2


def test_a_norm_without_a_positive_variance_and_one_in_training_are_left() -> None:
    text = """g (float[N,2,4,4] x) => (float[N,3,4,4] y) {{
      a = Conv(x, w)
      {} = BatchNormalization{}(a, n_g, n_b, n_m, n_v)
    }}"""
    broken = statistics(3) | {"n_v": np.array([1.0, -1.0, 2.0])}
    assert not fold_affine(graph(text.format("y", ""), w=normal(3, 2, 1, 1), **broken))
    training = text.format("y, m, v", "<training_mode=1>")
    assert not fold_affine(graph(training, w=normal(3, 2, 1, 1), **statistics(3)))
    assert fold_affine(graph(text.format("y", ""), w=normal(3, 2, 1, 1), **statistics(3)))


def test_folded_mobilenet_widens_its_depthwise_ranges(shared: Path) -> None:
    proto = onnx.load(shared / "models" / "mobilenetv2.onnx")
    foldings = fold_affine(proto)
    assert len(foldings) == 52
    assert all(folding.gamma is not None for folding in foldings)
    spread = [np.ptp(folding.after[:, 1]) / np.ptp(folding.before[:, 1]) for folding in foldings]
    assert max(spread) > 2
