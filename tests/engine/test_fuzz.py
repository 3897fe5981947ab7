"""Random networks by every writer: file, simulation and the file that was given agree."""

from __future__ import annotations

import tempfile
from pathlib import Path
from random import Random

import onnx
import pytest
from hypothesis import Phase, assume, given, settings
from hypothesis import strategies as st

from quantengine.errors import QuantError
from quantengine.rewrite.qdq import qdq_form
from quantengine.rewrite.qoperator import qoperator_model
from tests.engine.fuzz_cases import run_case
from tests.engine.fuzz_judge import Judge
from tests.engine.fuzz_local import run_cut
from tests.engine.fuzz_plan import draft_network
from tests.engine.test_planted_faults import (
    FEEDS,
    INTEGER_FORM,
    SHARED,
    network,
    one_up,
    shared,
    tensor,
)
from tests.engine.test_written_forms import PLANS, resolved


@settings(max_examples=25, derandomize=True, deadline=None, phases=[Phase.generate])
@given(st.randoms(use_true_random=False))
def test_a_random_network_is_written_as_it_is(random: Random) -> None:
    with tempfile.TemporaryDirectory() as folder:
        outcome = run_case(random, Path(folder))
    assume(outcome.kind != "no network")  # drawn so that the runtime itself cannot run it
    assert outcome.kind in ("equal", "refused"), outcome
    assert not outcome.is_ours, outcome


def test_a_seed_gives_the_same_network_again(tmp_path: Path) -> None:
    first, second = (draft_network(Random(3)) for _ in range(2))
    assert [n.SerializeToString() for n in first.nodes] == [
        n.SerializeToString() for n in second.nodes
    ]
    other = draft_network(Random(4))
    assert len(other.nodes) != len(first.nodes) or other.nodes[0] != first.nodes[0]


def findings(folder: Path, fault: str | None = None) -> list[str]:
    model = network(folder)
    found = resolved(model, FEEDS, PLANS["u8s8"])
    form = qdq_form(model, found.encodings)
    proto = qoperator_model(form.proto)
    if fault is not None:
        INTEGER_FORM[fault][1](proto)
    judge = Judge(folder / "m.onnx", model, found, form, proto)
    try:
        return [str(finding) for finding in judge.findings(FEEDS)]
    except QuantError as error:
        return [str(error)]


def test_the_judge_finds_nothing_where_nothing_is_wrong(tmp_path: Path) -> None:
    assert findings(tmp_path) == []


@pytest.mark.parametrize("fault", INTEGER_FORM)
def test_the_judge_sees_a_fault_of_the_file(tmp_path: Path, fault: str) -> None:
    assert findings(tmp_path, fault)


STRONGER = {"weight codes one up": tensor("w3_quantized", lambda v: one_up(one_up(v)))}
"""One step is 1.3 to 1.5 times what rounding explains, and this judge allows 1.5."""


@pytest.mark.parametrize("fault", SHARED)
def test_the_judge_sees_a_fault_of_file_and_simulation_alike(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    shared(STRONGER.get(fault, SHARED[fault][1]))(monkeypatch)
    if fault == "fill of a Pad":
        pytest.skip("the integer form fills with its zero point whatever the pairs were given")
    assert findings(tmp_path)


def test_a_cut_graph_reads_what_it_is_fed() -> None:
    proto = onnx.parser.parse_model(
        """<ir_version: 8, opset_import: ["" : 17]>
        g (float[1] x) => (float[1] y) { a = Neg(x)  b = Abs(a)  y = Neg(a) }"""
    )
    one = FEEDS["x"].reshape(-1)[:1] * 0 + 1
    found = run_cut(proto, {"a": 5 * one}, ["a", "b", "y"], {"x": one}, {("y", "a")})
    assert {name: float(value[0]) for name, value in found.items()} == {"a": -1, "b": 5, "y": 1}
