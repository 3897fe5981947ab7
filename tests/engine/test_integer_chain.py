"""The numbers of a chain against sums over the codes in plain loops, and against onnxruntime."""

from __future__ import annotations

import numpy as np
import onnx
import pytest

from quantengine.analyze.integer_chain import IntegerChain, integer_chain
from quantengine.analyze.simulate import Simulator
from quantengine.errors import PlanError
from quantengine.graph.model import FloatModel
from quantengine.observe.calibrate import calibrate
from quantengine.observe.taps import model_taps
from quantengine.plan import QuantPlan
from quantengine.resolve.resolve import Resolution, resolve_plan
from quantengine.rewrite.qdq import qdq_model
from quantengine.rewrite.qoperator import qoperator_model
from quantengine.runtime import Session
from tests.engine.small_network import images, network

Made = tuple[FloatModel, Resolution]


@pytest.fixture(scope="module")
def made(
    tmp_path_factory: pytest.TempPathFactory,
) -> Made:
    model = network(tmp_path_factory.mktemp("model"))
    plan = QuantPlan(quantize_outputs=True).with_override("*", **{"weights.symmetric": False})
    resolution = resolve_plan(model, plan, calibrate(model, images(), model_taps(model)))
    return model, resolution


def numbers(chain: IntegerChain) -> dict[str, float]:
    return {link.formula: link.value for link in chain.links}


@pytest.mark.parametrize("tensor", ["a", "c", "y"])
def test_the_parts_add_up_to_the_sum_and_its_ending(made: Made, tensor: str) -> None:
    model, resolution = made
    layer = model.producers[tensor].name
    chain = integer_chain(model, resolution, layer, images())
    found = numbers(chain)
    parts = ("Σ q_x q_w", "-z_w Σ q_x", "-z_x Σ q_w", "N z_x z_w", "q_b = [b / (s_x s_w)]")
    assert found["acc"] == sum(found[part] for part in parts)
    folded = found["q_b - z_x Σ q_w + N z_x z_w"]
    assert found["acc"] == found["Σ q_x q_w"] + found["-z_w Σ q_x"] + folded
    m0, shift = int(found["M0 in [2^30, 2^31)"]), int(found["n, M = M0 2^-n"])
    assert m0 * 2.0**-shift == pytest.approx(found["M = s_x s_w / s_y"], rel=1e-7)
    assert 2**30 <= m0 < 2**31
    node = resolution.flow.nodes[layer]
    y = resolution.encodings.of(node.output)
    assert y is not None
    near = round(found["M acc"]) + int(y.zero_point)
    assert found["clip([M acc] + z_y)"] == min(max(near, y.qmin), y.qmax)
    assert abs(found["(M0 acc + 2^(n-1)) >> n, + z_y"] - found["clip([M acc] + z_y)"]) <= 1
    assert found["s_x s_w acc"] == pytest.approx(found["M acc"] * float(y.scale), rel=1e-5)


def test_the_sum_is_that_of_a_plain_loop_over_the_padded_input(made: Made) -> None:
    model, resolution = made
    node = model.producers["c"]
    chain = integer_chain(model, resolution, node.name, images())
    encodings = resolution.encodings
    x_enc, w_enc = encodings.of(node.input[0]), encodings.weights[node.input[1]]
    feeds = images().load(0).feeds
    x = Simulator(model).watched(feeds, encodings, [node.input[0]])[1][node.input[0]]
    q = np.rint(x[0] / x_enc.scale).astype(int) + int(x_enc.zero_point)
    w = encodings.codes_of(node.input[1], model.weight(node.input[1])).astype(int)
    _, channel, row, column = chain.place
    total = 0
    for i in range(3):
        for j in range(3):
            r, c = row + i - 1, column + j - 1
            inside = 0 <= r < 8 and 0 <= c < 8
            real = q[channel, r, c] - int(x_enc.zero_point) if inside else 0
            total += real * (w[channel, 0, i, j] - int(np.ravel(w_enc.zero_point)[channel]))
    found = numbers(chain)
    assert found["acc"] == total + found["q_b = [b / (s_x s_w)]"]


def test_the_codes_are_those_of_onnxruntime(made: Made) -> None:
    """In the QOperator file, at the same place of the sample."""
    model, resolution = made
    file = qoperator_model(qdq_model(model, resolution.encodings))
    codes = {name: node for node in file.graph.node for name in node.output}
    feeds = images().load(0).feeds
    for tensor in ("d", "e"):
        chain = integer_chain(model, resolution, model.producers[tensor].name, images())
        found = numbers(chain)
        code = found.get("clip([sum] + z_y)", found.get("clip([M acc] + z_y)"))
        kinds = {"d": "QLinearAdd", "e": "QLinearGlobalAveragePool"}
        name = next(n for n, node in codes.items() if node.op_type == kinds[tensor])
        file.graph.output.append(onnx.helper.make_tensor_value_info(name, 2, None))
        theirs = Session(file, optimize=False).run(feeds, [name])[name]
        assert int(theirs[chain.place]) == code


def test_what_has_no_sums_is_said(made: Made) -> None:
    model, resolution = made
    with pytest.raises(PlanError, match="no such layer"):
        integer_chain(model, resolution, "nothing", images())


def test_a_chain_is_json(made: Made) -> None:
    model, resolution = made
    told = integer_chain(model, resolution, model.producers["a"].name, images()).to_json()
    assert told["operator"] == "Conv"
    assert {"what", "formula", "value"} == set(told["links"][0])
    assert len(told["codes"][0]) == 2
