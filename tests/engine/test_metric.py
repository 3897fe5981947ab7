# ruff: noqa: ARG005
"""A person's own metric: called by names, held in a process of its own, its faults a sentence."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from threading import Timer
from typing import Any

import numpy as np
import pytest

from quantengine.data.dataset import Sample
from quantengine.errors import Cancelled, MetricError
from quantengine.metric.metric import Metric
from quantengine.monitor import Monitor
from quantengine.process.child import Child

_OURS = {"y": np.arange(4, dtype=np.float32).reshape(1, 4), "text": np.array(["a", "bcd"], object)}
_THEIRS = {**_OURS, "y": _OURS["y"] + 1}
_SAMPLE = Sample("first", {"x": np.ones((1, 3), np.float32)}, 2)

_FILE = """
import os, sys

print("opened")

def metric(outputs, sample):
    print(sys.stdin.read(), "seen")
    assert outputs["text"].tolist() == ["a", "bcd"]
    return outputs["y"].sum() + 100 * sample.label + sample.feeds["x"].size

def apart(reference, candidate):
    return {"apart": abs(reference["y"] - candidate["y"]).max(), "parts": 2}

apart.lower_is_better = True

def raises(outputs):
    return inner(outputs)

def inner(outputs):
    return 1 / 0

def hangs(outputs):
    os.system("sleep 60")

def leaves(outputs):
    os._exit(3)
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "own.py"
    path.write_text(_FILE)
    return path


@pytest.fixture
def children(monkeypatch: pytest.MonkeyPatch) -> list[Child]:
    found: list[Child] = []
    begin = Child.__init__

    def counted(self: Child, *given: Any) -> None:
        begin(self, *given)
        found.append(self)

    monkeypatch.setattr(Child, "__init__", counted)
    return found


def test_a_metric_gets_arrays_text_and_the_sample_and_its_prints_go_nowhere(
    file: Path, children: list[Child], capfd: pytest.CaptureFixture[str]
) -> None:
    metric, apart = Metric(file), Metric(f"{file}:apart")
    with metric.held(), apart.held():
        assert metric.of(_OURS, _THEIRS, _SAMPLE) == {"": 6 + 4 + 200 + 3}
        assert apart.of(_OURS, _THEIRS, _SAMPLE) == {"apart": 1, "parts": 2}
        assert (metric.lower_is_better(), apart.lower_is_better()) == (False, True)
        assert [child.alive for child in children] == [True, True]
    assert [child.alive for child in children] == [False, False]
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("raises", "own.py fails in line 20 on sample 'first': ZeroDivisionError: division by"),
        ("leaves", "on sample 'first': its process ended with code 3 (it last printed: opened)"),
        ("hangs", "on sample 'first': it did not answer within 1 seconds"),
        ("nothing", "cannot be used: there is no function 'nothing': it has metric, apart"),
    ],
)
def test_what_is_wrong_with_a_metric_is_one_sentence_and_its_process_is_gone(
    file: Path, children: list[Child], name: str, said: str
) -> None:
    metric = Metric(f"{file}:{name}", limit_s=1)
    with pytest.raises(MetricError) as caught:
        metric.of(_OURS, _THEIRS, _SAMPLE)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)
    assert not children[0].alive


def test_a_cancel_ends_a_metric_that_hangs(file: Path, children: list[Child]) -> None:
    metric, monitor = Metric(f"{file}:hangs"), Monitor()
    metric.lower_is_better()
    Timer(0.05, monitor.cancel).start()
    with pytest.raises(Cancelled):
        metric.of(_OURS, _THEIRS, _SAMPLE, monitor)
    assert not children[0].alive


def test_a_file_that_changed_is_not_run(file: Path) -> None:
    metric = Metric(file)
    file.write_text("raise SystemExit")
    with pytest.raises(MetricError, match=r"own\.py cannot be used: the file has changed"):
        metric.lower_is_better()
    file.write_text("def metric(:")
    with pytest.raises(MetricError, match="fails in line 1: SyntaxError"):
        Metric(file).lower_is_better()
    with pytest.raises(MetricError, match="cannot be read"):
        Metric(file.parent / "none.py")


@pytest.mark.parametrize(
    ("function", "said"),
    [
        (lambda outputs: None, "gives None: return a number"),
        (lambda outputs: "good", "gives a str"),
        (lambda outputs: np.zeros(2), "gives a ndarray"),
        (lambda outputs: {}, "gives an empty dict"),
        (lambda outputs: 10**400, "gives a number that is too large"),
        (lambda outputs: 1j, "gives a complex"),
        (lambda outputs: {1: 2.0}, "gives a figure named 1"),
        (lambda outputs: {"a": 1, "b": float("nan")}, "gives NaN for 'b'"),
        (lambda expected, outputs: 1, r"takes \(expected, outputs\): write"),
        (lambda outputs, candidate: 1, r"takes \(outputs, candidate\)"),
        (lambda sample: 1, r"takes \(sample\)"),
    ],
)
def test_what_a_function_gives_or_takes_is_checked(function: Callable[..., Any], said: str) -> None:
    with pytest.raises(MetricError, match=said):
        Metric(function).of(_OURS, _THEIRS, _SAMPLE)


def test_a_function_may_have_parameters_of_its_own() -> None:
    def share(candidate: Any, reference: Any, least: float = 2, **more: Any) -> Any:
        return np.mean(candidate["y"] >= least)

    assert Metric(share).of(_OURS, _THEIRS, _SAMPLE) == {"": 0.75}
