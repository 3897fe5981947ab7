from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, parser

from quantengine.cli.main import main
from quantengine.errors import ModelError
from quantengine.graph.load import open_model
from quantengine.speed import times
from quantengine.speed.causes import Cause, Why
from quantengine.speed.numbered import numbered, place_in
from quantengine.speed.parts import Network, Owners
from quantengine.speed.profile import Profile, put_together
from quantengine.speed.times import Timed, measure


def _slow_cases() -> ModuleType:
    spec = importlib.util.spec_from_file_location("slow", Path(__file__).with_name("slow_cases.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["slow"] = module
    spec.loader.exec_module(module)
    return module


SLOW: Any = _slow_cases()
FEEDS = {"x": np.random.default_rng(0).normal(size=(1, 16, 24, 24)).astype(np.float32)}


@pytest.fixture(autouse=True)
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(times, "_ROUNDS", 1)


def profiled(case: Any, folder: Path, *, exact_products: bool = True) -> Profile:
    files = case.models()
    onnx.save(files[0], folder / "float.onnx")
    owners = Owners(open_model(folder / "float.onnx"))
    found = measure([Timed(numbered(file), [FEEDS]) for file in files], threads=1)
    networks = [Network(each, owners) for each in found]
    return put_together(networks, owners, 1, exact_products=exact_products)


@pytest.mark.parametrize("name", SLOW.CASES)
def test_what_was_planted_is_named_with_its_layer_and_what_it_costs(
    name: str, tmp_path: Path
) -> None:
    case = SLOW.CASES[name]
    found = [cause for cause in profiled(case, tmp_path).causes if cause.why is case.why]
    assert len(found) == 1
    assert case.layer in found[0].layers
    assert found[0].ms > 0


def test_of_what_nothing_was_planted_in_nothing_is_said(tmp_path: Path) -> None:
    clean = SLOW.Case(None, "", SLOW.clean)
    found = profiled(clean, tmp_path, exact_products=False)
    known = {cause.why: cause for cause in found.causes}
    assert {*known} - {Why.SLOWER_KERNEL} == {Why.NO_VNNI, Why.AT_EDGES, Why.LAYOUT}
    assert "no VNNI" in str(known[Why.NO_VNNI].text)
    assert [each.runs for each in found.layers] == ["integer"] * 2


def test_a_clip_behind_an_add_is_told_with_its_conversions(tmp_path: Path) -> None:
    found = profiled(SLOW.CASES["clamp"], tmp_path)
    texts = [str(cause.text) for cause in found.causes]
    assert any(text.startswith("Clip after Add keeps 9 conversions") for text in texts)
    layers = {each.layer: each for each in found.layers}
    assert layers["add0"].conversions == 3
    assert layers["add0"].runs == "float"
    assert found.conversion_ms == pytest.approx(sum(x.conversion_ms for x in found.layers))


def test_names_that_would_break_what_is_noted_are_not_in_it() -> None:
    text = '<ir_version: 8, opset_import: ["" : 17]> g (float[2] x) => (float[2] y) '
    proto = parser.parse_model(text + "{ a = Exp(x) y = Neg(a) }")
    for node in proto.graph.node:
        node.name = 'quote" and \\ and \n line'
    proto.graph.node[0].output[0] = proto.graph.node[1].input[0] = 'a"\n'
    (found,) = measure([Timed(numbered(proto), [{"x": np.ones(2, np.float32)}])])
    assert [node.place for node in found.nodes] == [0, 1]
    assert found.file.labels[0].outputs == ('a"\n',)
    assert place_in("y") is None


def test_what_runs_inside_a_node_is_not_counted_twice() -> None:
    def event(name: str, start: int, length: int) -> dict[str, Any]:
        node = {"cat": "Node", "name": f"{name}_kernel_time", "args": {"op_name": name}}
        return {**node, "ts": start, "dur": length}

    events = [
        event("inner", 20, 300),
        event("inner", 400, 500),
        event("loop", 10, 1000),
        event("last", 1010, 90),
        {"cat": "Session", "name": "model_run", "ts": 0, "dur": 1200},
    ]
    (run,) = times._runs(events)
    assert run.own == pytest.approx({"loop": 0.2, "inner": 0.8, "last": 0.09})
    assert run.ms == 1.2


def test_a_loop_is_timed_with_what_it_runs() -> None:
    body = helper.make_graph(
        [
            helper.make_node("Identity", ["go"], ["on"], name="on"),
            helper.make_node("Exp", ["state"], ["made"], name="exp"),
        ],
        "body",
        [
            helper.make_tensor_value_info("trip", TensorProto.INT64, []),
            helper.make_tensor_value_info("go", TensorProto.BOOL, []),
            helper.make_tensor_value_info("state", TensorProto.FLOAT, [2]),
        ],
        [
            helper.make_tensor_value_info("on", TensorProto.BOOL, []),
            helper.make_tensor_value_info("made", TensorProto.FLOAT, [2]),
        ],
    )
    text = '<ir_version: 8, opset_import: ["" : 17]> g (float[2] x) => (float[2] y) '
    proto = parser.parse_model(text + "<int64 n = {3}> { y = Neg(x) }")
    loop = helper.make_node("Loop", ["n", "", "x"], ["z"], name="loop", body=body)
    proto.graph.node[0].input[0] = "z"
    proto.graph.node.insert(0, loop)
    (found,) = measure([Timed(numbered(proto), [{"x": np.zeros(2, np.float32)}])])
    labels = {found.file.labels[node.place or 0].name for node in found.nodes}
    assert {"loop", "exp"} <= labels


def test_a_body_whose_names_break_it_is_refused(tmp_path: Path) -> None:
    (tmp_path / "profile").write_text('{"name" :"a"b"}')
    from quantengine.runtime import Session

    text = '<ir_version: 8, opset_import: ["" : 17]> g (float[2] x) => (float[2] y) { y = Exp(x) }'
    session = Session(parser.parse_model(text), trace=tmp_path)
    session.run({"x": np.zeros(2, np.float32)})
    session._session = type("Ended", (), {"end_profiling": lambda *_: tmp_path / "profile"})()
    with pytest.raises(ModelError, match="cannot be read"):
        session.end_trace()


def test_the_command_tells_it_of_one_file_and_of_two(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, proto in zip(("a", "b"), SLOW.CASES["clamp"].models(), strict=True):
        onnx.save(proto, tmp_path / f"{name}.onnx")
    np.save(tmp_path / "x.npy", FEEDS["x"])
    files = [str(tmp_path / name) for name in ("a.onnx", "b.onnx")]
    data = ["--data", str(tmp_path / "x.npy"), "-q"]
    assert main(["profile", *files, *data]) == 0
    assert "Clip after Add keeps 9 conversions" in capsys.readouterr().out
    assert main(["profile", files[0], *data, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["ms"] is None
    assert {each["layer"] for each in found["layers"]} >= {"add0", "conv_0"}


def test_a_cause_is_an_object_for_programs() -> None:
    cause = Cause(Why.CLAMP, 1.5, "text", ("a",))  # type: ignore[arg-type]
    assert cause.to_json() == {"why": "clamp", "ms": 1.5, "text": "text", "layers": ["a"]}
