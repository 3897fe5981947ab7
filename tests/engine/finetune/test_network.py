"""The differentiable network against onnxruntime."""

from __future__ import annotations

import numpy as np
import onnx
import pytest

torch = pytest.importorskip("torch")

from onnx import numpy_helper, parser

from quantengine.errors import ModelError
from quantengine.finetune.network import Network, check_against_runtime
from quantengine.graph.load import open_model
from quantengine.runtime import Session

X4 = (2, 4, 6, 5)


def _text(body, shape=X4, constants=None, opset=17):
    sides = ", ".join(map(str, shape))
    text = f'<ir_version: 8, opset_import: ["" : {opset}]> agraph (float[{sides}] x) => (y) {{'
    proto = parser.parse_model(f"{text} {body} }}".replace("=> (y)", "=> (float y)"))
    proto.graph.output[0].type.CopyFrom(onnx.TypeProto())
    proto.graph.output[0].type.tensor_type.elem_type = onnx.TensorProto.FLOAT
    for name, values in (constants or {}).items():
        proto.graph.initializer.append(numpy_helper.from_array(np.asarray(values), name))
    return proto


def _floats(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape).astype(np.float32)


CASES = [
    ('y = Conv <auto_pad = "SAME_UPPER", strides = [2, 2]> (x, w)', {"w": _floats(3, 4, 3, 3)}),
    ('y = Conv <auto_pad = "SAME_LOWER", strides = [2, 1]> (x, w)', {"w": _floats(3, 4, 2, 2)}),
    (
        "y = Conv <pads = [0, 0, 1, 1], group = 2> (x, w, b)",
        {"w": _floats(6, 2, 3, 3), "b": _floats(6)},
    ),
    ("y = Conv <pads = [1, 2, 1, 2], dilations = [1, 2]> (x, w)", {"w": _floats(3, 4, 3, 3)}),
    (
        "y = ConvTranspose <strides = [2, 2], pads = [1, 1, 1, 1], output_padding = [1, 1]> (x, w)",
        {"w": _floats(4, 3, 3, 3)},
    ),
    ("y = MaxPool <kernel_shape = [3, 3], strides = [2, 2], pads = [0, 0, 1, 1]> (x)", {}),
    ("y = MaxPool <kernel_shape = [2, 2], strides = [2, 2], ceil_mode = 1> (x)", {}),
    ("y = AveragePool <kernel_shape = [3, 3], pads = [1, 1, 1, 1]> (x)", {}),
    ("y = AveragePool <kernel_shape = [3, 3], pads = [0, 1, 1, 0], count_include_pad = 1> (x)", {}),
    ("y = AveragePool <kernel_shape = [3, 3], pads = [0, 1, 1, 0]> (x)", {}),
    ("y = GlobalMaxPool (x)", {}),
    ("y = LayerNormalization <axis = -1> (x, s, b)", {"s": _floats(5), "b": _floats(5)}),
    (
        "y = BatchNormalization (x, s, b, m, v)",
        {"s": _floats(4), "b": _floats(4), "m": _floats(4), "v": _floats(4) ** 2 + 1},
    ),
    ("y = InstanceNormalization (x, s, b)", {"s": _floats(4), "b": _floats(4)}),
    ("y = LeakyRelu <alpha = 0.2> (x)", {}),
    ("y = PRelu (x, s)", {"s": _floats(4, 1, 1)}),
    ("y = HardSwish (x)", {}),
    ("y = HardSigmoid <alpha = 0.3> (x)", {}),
    ("y = Elu <alpha = 0.7> (x)", {}),
    ("a = Softplus (x) b = Tanh (a) y = Mul (x, b)", {}),
    ("y = Clip (x, low, high)", {"low": np.float32(-0.5), "high": np.float32(0.25)}),
    ("y = Clip (x, , high)", {"high": np.float32(0.25)}),
    ("y = Clip (x)", {}),
    ("y = Softmax <axis = 1> (x)", {}),
    ("y = Transpose <perm = [0, 2, 3, 1]> (x)", {}),
    ("y = Reshape (x, s)", {"s": np.array([0, -1, 5])}),
    ("y = Flatten <axis = 2> (x)", {}),
    ("a = Unsqueeze (x, i) y = Squeeze (a, i)", {"i": np.array([1])}),
    (
        "y = Slice (x, s, e, a, t)",
        {
            "s": np.array([-1, 1]),
            "e": np.array([-99, 99]),
            "a": np.array([3, 2]),
            "t": np.array([-2, 2]),
        },
    ),
    ("y = Pad (x, p, v)", {"p": np.array([0, 1, 0, 2, 0, 0, 1, 1]), "v": np.float32(0.5)}),
    ('y = Pad <mode = "reflect"> (x, p)', {"p": np.array([0, 0, 2, 1, 0, 0, 1, 2])}),
    ('y = Pad <mode = "edge"> (x, p)', {"p": np.array([0, 0, 2, 1, 0, 0, 1, 2])}),
    ("y = Gather <axis = 1> (x, i)", {"i": np.array([[0, -1], [2, 2]])}),
    ("a, b = Split <axis = 1> (x, n) y = Concat <axis = 1> (b, a)", {"n": np.array([1, 3])}),
    ("y = DepthToSpace <blocksize = 2> (x)", {}),
    ('y = DepthToSpace <blocksize = 2, mode = "CRD"> (x)', {}),
    ("y = ReduceMean <axes = [2, 3], keepdims = 0> (x)", {}),
    ("y = ReduceSum (x, a)", {"a": np.array([1])}),
    ("a = ReduceMean <axes = [1]> (x) y = Expand (a, s)", {"s": np.array([2, 4, 6, 5])}),
    (
        'y = Resize <mode = "nearest", coordinate_transformation_mode = "asymmetric", '
        'nearest_mode = "floor"> (x, , f)',
        {"f": np.array([1, 1, 2, 2], np.float32)},
    ),
    ('y = Resize <mode = "nearest"> (x, , f)', {"f": np.array([1, 1, 1.5, 2], np.float32)}),
    ('y = Resize <mode = "linear"> (x, , f)', {"f": np.array([1, 1, 2, 0.6], np.float32)}),
    (
        'y = Resize <mode = "linear", coordinate_transformation_mode = "align_corners"> (x, , , n)',
        {"n": np.array([2, 4, 9, 3])},
    ),
    (
        "s = Shape (x) i = Gather (s, k) r = Concat <axis = 0> (i, m) y = Reshape (x, r)",
        {"k": np.array([0]), "m": np.array([-1])},
    ),
    (
        "a = Flatten (x) y = Gemm <alpha = 0.5, beta = 2.0, transB = 1> (a, w, b)",
        {"w": _floats(3, 120), "b": _floats(3)},
    ),
    ("a = Abs (x) b = Sqrt (a) y = Div (b, two)", {"two": np.float32(2)}),
]


@pytest.mark.parametrize(("body", "constants"), CASES, ids=lambda case: str(case)[:40])
def test_an_operator_is_what_onnxruntime_computes(body, constants):
    proto = _text(body, constants=constants)
    network = Network(proto)
    assert check_against_runtime(network, proto, [{"x": _floats(*X4, seed=5)}]) < 1e-5


MODELS = {
    "mnist_cnn": {"Input3": (2, 1, 28, 28)},
    "resnet20_cifar10": {"input": (2, 3, 32, 32)},
    "mobilenetv2": {"input": (1, 3, 224, 224)},
    "super_resolution_x3": {"input": (1, 1, 12, 15)},
    "ultraface_rfb320": {"input": (1, 3, 240, 320)},
    "minilm_l6": None,
}


@pytest.mark.parametrize("name", MODELS)
def test_every_real_model_becomes_a_network(shared, name):
    model = open_model(shared / f"models/{name}.onnx")
    shapes, random = MODELS[name], np.random.default_rng(0)
    if shapes is None:
        ids, mask = random.integers(0, 5000, (2, 9)), np.ones((2, 9), np.int64)
        mask[1, 6:] = 0
        feeds = {"input_ids": ids, "attention_mask": mask, "token_type_ids": 0 * ids}
    else:
        feeds = {key: random.random(shape).astype(np.float32) for key, shape in shapes.items()}
    check_against_runtime(Network(model.proto), model.proto, [feeds])


def test_operators_without_a_trainable_form_are_named():
    proto = _text("a = LpNormalization (x) b = Det (x) y = LpNormalization (a)")
    with pytest.raises(ModelError, match=r"Det \(1\), LpNormalization \(2\)"):
        Network(proto)


POOLED = "y, place = MaxPool <kernel_shape = [2, 2]> (x)"


def test_a_further_output_that_is_read_is_refused_by_name():
    Network(_text(POOLED))
    read = _text(f"{POOLED} z = Cast <to = 1> (place)")
    read.graph.node[0].name = "pool_7"
    with pytest.raises(ModelError, match="first output of MaxPool 'pool_7' is read"):
        Network(read)
    given = _text(POOLED)
    given.graph.output.extend([onnx.ValueInfoProto(name="place")])
    with pytest.raises(ModelError, match="first output of MaxPool"):
        Network(given)
    Network(_text("y, z = Split (x) w = Relu (z)"))


def test_a_network_that_differs_is_refused():
    proto = _text("y = Elu (x)")
    other = _text("y = Relu (x)")
    with pytest.raises(ModelError, match="differs from onnxruntime"):
        check_against_runtime(Network(other), proto, [{"x": _floats(*X4)}])


def test_only_what_is_asked_for_is_computed():
    proto = _text("a = Relu (x) y = Reshape (a, s)", constants={"s": np.array([7, 7])})
    found = Network(proto).run({"x": torch.ones(X4)}, ["a"])
    assert found["a"].shape == X4


def test_gradients_reach_the_input():
    proto = _text(CASES[0][0], constants=CASES[0][1])
    x = torch.tensor(_floats(*X4), requires_grad=True)
    Network(proto).run({"x": x})["y"].square().sum().backward()
    step, place = 1e-2, (1, 2, 3, 3)
    session, ends = Session(proto), []
    for moved in (step, -step):
        fed = _floats(*X4)
        fed[place] += moved
        ends.append(float(np.square(session.run({"x": fed})["y"], dtype=np.float64).sum()))
    slope = (ends[0] - ends[1]) / (2 * step)
    assert float(x.grad[place]) == pytest.approx(slope, rel=1e-2)
