from __future__ import annotations

import sys
import warnings
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from quantengine.telemetry import SWITCH, switch_off_telemetry
from tests.engine.small_network import network
from tests.traces import Traces, has_strace, leave_traces

ASK = f"import os, quantengine.runtime; print(os.environ['{SWITCH}'])"
CHILD = (
    "import multiprocessing, quantengine\n"
    f"from os import getenv\nif __name__ == '__main__':\n"
    "    with multiprocessing.get_context('spawn').Pool(1) as pool:\n"
    f"        print(pool.apply(getenv, ('{SWITCH}',)))\n"
)


def quantized(folder: Path, *, traced: bool) -> Traces:
    model = network(folder)
    np.save(folder / "x.npy", np.random.default_rng(0).normal(size=(8, 3, 8, 8)).astype("f"))
    words = [str(model.path), "--data", str(folder / "x.npy"), "-o", str(folder / "out.onnx")]
    command = ["-m", "quantengine.cli", "quantize", *words, "--workers", "2"]
    return leave_traces(folder / "run", command, traced=traced)


def test_quantize_leaves_nothing_behind(tmp_path: Path) -> None:
    found = quantized(tmp_path, traced=False)
    assert found.code == 0, found.err
    assert found.files == ()


@pytest.mark.skipif(not has_strace(), reason="needs strace")
def test_quantize_opens_no_connection(tmp_path: Path) -> None:
    found = quantized(tmp_path, traced=True)
    assert found.code == 0, found.err
    assert found.connections == ()


def test_a_connection_would_be_seen(tmp_path: Path) -> None:
    if not has_strace():
        pytest.skip("needs strace")
    code = "import socket; socket.socket(socket.AF_INET).close()"
    assert leave_traces(tmp_path / "run", ["-c", code], traced=True).connections


@pytest.mark.parametrize(("switch", "seen"), [(None, "1"), ("0", "0"), ("", "")])
def test_the_switch_is_set_unless_the_person_did(
    switch: str | None, seen: str, tmp_path: Path
) -> None:
    found = leave_traces(tmp_path / "run", ["-c", ASK], switch=switch)
    assert (found.code, found.out) == (0, f"{seen}\n"), found.err


def test_processes_of_ours_inherit_the_switch(tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(CHILD)
    assert leave_traces(tmp_path / "run", [str(program)]).out == "1\n"


@pytest.fixture
def without_switch(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    monkeypatch.setenv(SWITCH, "")
    monkeypatch.delenv(SWITCH)
    return monkeypatch


def imported(version: str) -> ModuleType:
    module = ModuleType("onnxruntime")
    module.__version__ = version  # type: ignore[attr-defined]
    return module


def test_too_late_is_said(without_switch: pytest.MonkeyPatch) -> None:
    without_switch.setitem(sys.modules, "onnxruntime", imported("1.32.0"))
    with pytest.warns(RuntimeWarning, match="imported before quantengine"):
        switch_off_telemetry()


@pytest.mark.parametrize("version", [None, "1.28.1", "of my own"])
def test_nothing_is_said_where_nothing_is_sent(
    version: str | None, without_switch: pytest.MonkeyPatch
) -> None:
    if version is None:
        without_switch.delitem(sys.modules, "onnxruntime", raising=False)
    else:
        without_switch.setitem(sys.modules, "onnxruntime", imported(version))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        switch_off_telemetry()
