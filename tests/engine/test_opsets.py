"""Each operator that older opsets write or mean otherwise: the opened model beside its file."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import onnx
import pytest
from numpy.typing import NDArray
from onnx import numpy_helper, parser

from quantengine.graph.load import open_model
from quantengine.opening.agreement import relative_error
from quantengine.rewrite.opset import at_opset
from quantengine.runtime import Session

Arrays = dict[str, NDArray]
NEWEST = 25
SHAPE = "[2, 3, 4, 5]"


def normal(*shape: int) -> NDArray:
    return np.random.default_rng(sum(shape)).standard_normal(shape).astype(np.float32)


def floats(*values: float) -> NDArray:
    return np.asarray(values, np.float32)


def whole(*values: int) -> NDArray:
    return np.asarray(values, np.int64)


@dataclass(frozen=True)
class Case:
    """One node in opsets `first` to `last`, reading `x` of the shape and `weights`."""

    node: str
    first: int = 7
    last: int = NEWEST
    weights: Arrays = field(default_factory=dict)
    shape: str = SHAPE
    x: NDArray = field(default_factory=lambda: normal(2, 3, 4, 5))
    outputs: str = "float[...] y"

    def opsets(self) -> list[int]:
        """The first of every meaning that the operator has, and of the opset before opening's."""
        operator = self.node.split("=")[1].split("(")[0].split("<")[0].strip()
        found = {self.first, min(self.last, 12), self.last}
        for opset in range(self.first, self.last + 1):
            found.add(max(self.first, onnx.defs.get_schema(operator, opset).since_version))
        return sorted(opset for opset in found if self.first <= opset <= self.last)

    def save(self, path: Path, opset: int) -> Path:
        outputs = self.outputs.replace("[...]", "[a, b, c, d]")
        kind = {"f": "float", "i": "int64"}[self.x.dtype.kind]
        text = f"g ({kind}{self.shape} x) => ({outputs}) {{ {self.node} }}"
        proto = parser.parse_model(f'<ir_version: 8, opset_import: ["" : {opset}]>\n{text}')
        for name, values in self.weights.items():
            proto.graph.initializer.append(numpy_helper.from_array(np.asarray(values), name))
        onnx.save(proto, path)
        return path


def softmaxes() -> list[Case]:
    return [
        Case(f"y = {operator}{axis}(x)", shape=shape)
        for operator in ("Softmax", "LogSoftmax", "Hardmax")
        for axis in ("", "<axis=0>", "<axis=1>", "<axis=2>", "<axis=3>", "<axis=-2>")
        for shape in (SHAPE, "[N, C, H, W]")
    ]


def resizes() -> list[Case]:
    found = []
    for mode in ("nearest", "linear"):
        attribute = f'y = Upsample<mode="{mode}", scales=[1.0, 1.0, 2.0, 3.0]>(x)'
        found.append(Case(attribute, 7, 8))
        for scales in ((1, 1, 2, 3), (1, 1, 1.5, 2.4), (1, 1, 2, 1)):
            weights = {"s": floats(*scales)}
            found.append(Case(f'y = Upsample<mode="{mode}">(x, s)', 9, 9, weights))
            found.append(Case(f'y = Resize<mode="{mode}">(x, s)', 10, 10, weights))
        for scales in ((1, 1, 0.5, 0.6), (1, 1, 0.5, 1.5)):
            weights = {"s": floats(*scales)}
            found.append(Case(f'y = Resize<mode="{mode}">(x, s)', 10, 10, weights))
    for mode in ("nearest", "linear", "cubic"):
        for place in ("half_pixel", "pytorch_half_pixel", "align_corners", "asymmetric"):
            node = f'y = Resize<mode="{mode}", coordinate_transformation_mode="{place}">(x, r, s)'
            found.append(Case(node, 11, weights={"r": floats(), "s": floats(1, 1, 2, 2.3)}))
    node = 'y = Resize<mode="linear", antialias=1>(x, , s)'
    return [*found, Case(node, 18, weights={"s": floats(1, 1, 0.5, 0.5)})]


def reductions() -> list[Case]:
    found = []
    for name in ("Sum", "Mean", "Max", "Min", "Prod", "L1", "L2", "LogSum", "LogSumExp"):
        operator, last = f"Reduce{name}", 12 if name == "Sum" else 17
        x = np.abs(normal(2, 3, 4, 5)) + 0.1
        found += [
            Case(f"y = {operator}<axes=[1, 3]>(x)", last=last, x=x),
            Case(
                f"y = {operator}<axes=[-1], keepdims=0>(x)", 11, last, x=x, outputs="float[a,b,c] y"
            ),
            Case(f"y = {operator}(x)", x=x),
            Case(f"y = {operator}(x, a)", 18, weights={"a": whole(1, 2)}, x=x),
        ]
    return found


def pools() -> list[Case]:
    kernel = "kernel_shape=[3, 3], strides=[2, 2], pads=[1, 1, 1, 1]"
    return [
        *(Case(f"y = AveragePool<{kernel}, count_include_pad={n}>(x)") for n in (0, 1)),
        *(
            Case(f"y = AveragePool<{kernel}, count_include_pad={n}, ceil_mode=1>(x)", 10)
            for n in (0, 1)
        ),
        *(
            Case(f'y = {operator}<kernel_shape=[3, 2], strides=[2, 2], auto_pad="{pad}">(x)')
            for operator in ("AveragePool", "MaxPool", "LpPool")
            for pad in ("SAME_UPPER", "SAME_LOWER", "VALID")
        ),
        Case("y = MaxPool<kernel_shape=[2, 2], dilations=[2, 1], ceil_mode=1>(x)", 10),
    ]


def norms() -> list[Case]:
    four = {"s": normal(3), "b": normal(3), "m": normal(3), "v": np.abs(normal(3)) + 0.5}
    six = {"s": normal(3), "b": normal(3)}
    return [
        Case("y = BatchNormalization<epsilon=0.01>(x, s, b, m, v)", weights=four),
        Case("y = InstanceNormalization<epsilon=0.1>(x, s, b)", weights=six),
        Case("y = GroupNormalization<num_groups=1>(x, s, b)", 21, weights=six),
        Case("y = LayerNormalization<axis=-1>(x, s)", 17, weights={"s": normal(5)}),
        Case("y = LpNormalization<axis=2, p=1>(x)"),
        Case("y = Dropout<ratio=0.3>(x)", last=11),
        Case("y = Dropout(x, r, t)", 12, weights={"r": np.float32(0.3), "t": np.bool_(False)}),
    ]


def shapes() -> list[Case]:
    pads, halves = "pads=[0, 0, 1, 2, 0, 0, 2, 1]", "float[a,b,c,d] y, float[e,f,g,h] z"
    one = {"shape": "[1, 3, 1, 5]", "x": normal(1, 3, 1, 5), "outputs": "float[a, b] y"}
    return [
        *(Case(f'y = Pad<{pads}, mode="{m}">(x)', last=10) for m in ("reflect", "edge")),
        Case(f"y = Pad<{pads}, value=1.5>(x)", last=10),
        Case(f'y = Pad<{pads}, mode="edge", value=1.5>(x)', last=10),
        Case(
            "y = Pad(x, p, v)", 11, weights={"p": whole(0, 0, 1, 2, 0, 0, 2, 1), "v": np.float32(2)}
        ),
        Case("y, z = Split<axis=3, split=[2, 3]>(x)", last=12, outputs=halves),
        Case("y, z = Split<axis=2>(x)", last=17, outputs=halves),
        Case("y, z = Split<axis=3>(x, s)", 13, weights={"s": whole(2, 3)}, outputs=halves),
        Case("y = Squeeze<axes=[0, 2]>(x)", last=12, **one),
        Case("y = Squeeze(x, a)", 13, weights={"a": whole(0, 2)}, **one),
        Case("y = Unsqueeze<axes=[0, 3]>(x)", last=12, outputs="float[a,b,c,d,e,f] y"),
        Case("y = Slice<axes=[1, 3], starts=[1, -4], ends=[3, 9999]>(x)", last=9),
        Case("y = Reshape(x, s)", weights={"s": whole(0, -1, 5)}, outputs="float[a, b, c] y"),
        Case("y = Flatten<axis=2>(x)", outputs="float[a, b] y"),
        Case("y = Gather<axis=-2>(x, i)", 11, weights={"i": whole(0, -2)}),
        Case(
            "y = Scatter<axis=3>(x, i, u)",
            9,
            10,
            {"i": np.ones((2, 3, 4, 2), np.int64), "u": normal(2, 3, 4, 2)},
        ),
        Case(
            'y = DepthToSpace<blocksize=2, mode="CRD">(x)',
            11,
            shape="[1, 8, 2, 3]",
            x=normal(1, 8, 2, 3),
        ),
    ]


def others() -> list[Case]:
    best = "float[a,b,c,d] y, int64[e,f,g,h] i"
    product = {"shape": "[3, 4]", "x": normal(3, 4), "outputs": "float[a, b] y"}
    return [
        Case("y = Clip<min=-0.5, max=0.7>(x)", last=10),
        Case("y = Clip<max=0.7>(x)", last=10),
        Case("y = Clip(x, , b)", 11, weights={"b": np.float32(0.5)}),
        Case("y, i = TopK<k=2, axis=1>(x)", last=9, outputs=best),
        Case("y, i = TopK<axis=1>(x, k)", 10, weights={"k": whole(2)}, outputs=best),
        *(Case(f"y = {op}<axis=1>(x)", outputs="int64[...] y") for op in ("ArgMax", "ArgMin")),
        Case("y = Cast<to=6>(x)", outputs="int32[...] y"),
        Case(
            "y = Gemm<transA=1, transB=1, alpha=0.5, beta=0.3>(x, w, c)",
            weights={"w": normal(6, 3), "c": normal(6)},
            **product,
        ),
        Case(
            "y = Gemm<beta=0.3>(x, w, c)", weights={"w": normal(4, 6), "c": normal(3, 1)}, **product
        ),
        *(
            Case(
                f"y = {op}(x, w)",
                weights={"w": np.abs(normal(3, 1, 1))},
                x=np.abs(normal(2, 3, 4, 5)),
            )
            for op in ("Add", "Sub", "Mul", "Div", "Pow", "PRelu")
        ),
        *(Case(f"y = {op}(x)") for op in ("LeakyRelu", "Elu", "Selu", "HardSigmoid", "Softplus")),
        Case("y = Mod<fmod=1>(x, w)", 10, weights={"w": np.float32(0.3)}),
        Case(
            "y = OneHot<axis=0>(x, d, v)",
            9,
            weights={"d": np.int64(5), "v": floats(0, 2)},
            shape="[4]",
            x=whole(0, 3, 2, 4),
            outputs="float[a, b] y",
        ),
        *(
            Case(
                f"y = GRU<hidden_size=4, linear_before_reset={n}>(x, w, r, b)",
                shape="[5, 2, 3]",
                weights={"w": normal(1, 12, 3), "r": normal(1, 12, 4), "b": normal(1, 24)},
                x=normal(5, 2, 3),
            )
            for n in (0, 1)
        ),
    ]


CASES = [*softmaxes(), *resizes(), *reductions(), *pools(), *norms(), *shapes(), *others()]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.node} {case.shape}"[:60])
def test_an_operator_of_any_opset_gives_what_its_file_gives(tmp_path: Path, case: Case) -> None:
    for opset in case.opsets():
        path = case.save(tmp_path / f"{opset}.onnx", opset)
        expected = Session(path, optimize=False).run({"x": case.x})
        model = open_model(path)
        raised = at_opset(model.proto, 21)
        for proto in (model.proto, raised):
            found = Session(proto, optimize=False).run({"x": case.x})
            for name, value in expected.items():
                assert relative_error(value, found[name]) <= 1e-6, (opset, name)


BODY = """g (float[2, 3] x) => (float[a, b] y) {
  y = Loop<body = b (int64 i, bool go, float[p, q] s) => (bool on, float[p, q] t) {
    on = Identity(go)  h = Hardmax<axis=0>(s)  t = Add(h, s) }>(n, c, x)
}"""


@pytest.mark.parametrize("opset", [9, 11, 12])
def test_operators_in_a_body_keep_their_meaning(tmp_path: Path, opset: int) -> None:
    case = Case("", weights={"n": np.int64(2), "c": np.bool_(True)}, x=normal(2, 3))
    proto = parser.parse_model(f'<ir_version: 8, opset_import: ["" : {opset}]>\n{BODY}')
    for name, values in case.weights.items():
        proto.graph.initializer.append(numpy_helper.from_array(np.asarray(values), name))
    path = tmp_path / "m.onnx"
    onnx.save(proto, path)
    expected = Session(path).run({"x": case.x})["y"]
    found = Session(open_model(path).proto).run({"x": case.x})["y"]
    np.testing.assert_array_equal(found, expected)


def test_functions_of_the_file_stay_when_the_opset_is_raised(tmp_path: Path) -> None:
    proto = parser.parse_model(
        """<ir_version: 8, opset_import: ["" : 17, "own" : 1]>
        g (float[2, 3] x) => (float[2, 3] y) { a = Relu(x)  y = own.Act(a) }
        <domain: "own", opset_import: ["" : 17]> Act (v) => (o) { s = Sigmoid(v)  o = Mul(v, s) }"""
    )
    path = tmp_path / "m.onnx"
    onnx.save(proto, path)
    feeds = {"x": normal(2, 3)}
    expected = Session(path).run(feeds)["y"]
    found = Session(at_opset(open_model(path).proto, 21)).run(feeds)["y"]
    assert relative_error(expected, found) <= 1e-6
