"""A change that surely takes from what a network is for is seen, whatever decibels say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from quantengine.data.open import in_memory
from quantengine.recover import auto
from quantengine.recover.auto import recover_plan
from quantengine.verdict.tasks.figure import TaskRecord
from quantengine.verdict.tasks.harm import Harm, harm_of
from quantengine.verdict.tasks.measure import SHARE, SHARE_OF, Measure
from quantengine.verdict.tasks.verdict import TaskVerdict
from tests.engine.onnx_text import text_model
from tests.engine.test_recover_auto import weight, with_bits

RANKS = Measure("right", SHARE, SHARE_OF)
OTHER = Measure("other", SHARE, SHARE_OF)
LABELS = Measure("error", SHARE, SHARE_OF, perfect=None, lower_is_better=True)


def verdict(measure: Measure, shares: Sequence[float], *, certain: bool = True) -> TaskVerdict:
    records = [TaskRecord({measure.name: np.array([s, 1.0])}, {}) for s in shares]
    found = TaskVerdict("a task", certain, RANKS.name)
    return replace(found, measures=(measure,), records=tuple(records))


def test_a_fall_in_nearly_all_samples_is_harm() -> None:
    old, new = [0.9, 0.8] * 6, [0.85, 0.74] * 6
    harm = harm_of(verdict(RANKS, old), verdict(RANKS, new))
    assert harm is not None
    assert (harm.name, harm.n) == ("right", 12)
    assert harm.before - harm.after == pytest.approx(0.055)
    assert harm_of(verdict(RANKS, new), verdict(RANKS, old)) is None


def test_samples_in_pairs_tell_less_than_their_spread() -> None:
    spread = np.linspace(0.1, 0.9, 12)
    assert harm_of(verdict(RANKS, spread), verdict(RANKS, spread - 0.02)) is not None
    assert harm_of(verdict(RANKS, spread), verdict(RANKS, spread[::-1] - 0.02)) is None


def test_what_is_not_sure_or_not_missed_is_no_harm() -> None:
    one_worse = [1.0] * 11 + [0.0]
    assert harm_of(verdict(RANKS, [1.0] * 12), verdict(RANKS, one_worse)) is None
    assert harm_of(verdict(RANKS, [1.0] * 12), verdict(RANKS, [0.9995] * 12)) is None
    assert harm_of(verdict(RANKS, [1.0] * 7), verdict(RANKS, [0.0] * 7)) is None
    doubtful = verdict(RANKS, [1.0] * 12, certain=False)
    assert harm_of(doubtful, verdict(RANKS, [0.0] * 12)) is None
    assert harm_of(None, verdict(RANKS, [0.0] * 12)) is None


def test_labels_tell_and_other_figures_do_not() -> None:
    few, many = [0.1] * 12, [0.3] * 12
    assert harm_of(verdict(LABELS, few), verdict(LABELS, many)) is not None
    assert harm_of(verdict(LABELS, many), verdict(LABELS, few)) is None
    assert harm_of(verdict(OTHER, many), verdict(OTHER, few)) is None


def test_a_step_that_harms_the_task_is_undone_and_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[bool] = []

    def harmed(before: auto.Verdict, after: auto.Verdict) -> Harm:
        asked.append(bool(before.task and before.task.records and after.task))
        return Harm("top1", 0.9, 0.5, 12)

    monkeypatch.setattr(auto, "task_harm", harmed)
    graph = "g (float[n,6] x) => (float[n,3] y) { y = Gemm (x, w, b) }"
    model = text_model(tmp_path / "m.onnx", graph, {"w": weight(6, 3), "b": weight(3)})
    rows = in_memory({"x": weight(20, 6) + 1})
    found = recover_plan(model, with_bits(4), rows, steps=("quick",))
    assert asked and all(asked)
    assert not any(step.kept for step in found.steps)
    said = "On 12 samples held out top1 surely gets worse, 0.9 -> 0.5. "
    assert any(step.text.startswith(said) and step.gain_db > 0 for step in found.steps)
