"""Orders of exact rewrites, each judged by what follows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

import pytest

from quantengine.errors import Cancelled
from quantengine.monitor import Monitor
from quantengine.recover.report import StepReport
from quantengine.recover.sequences import Quick, Sequences
from quantengine.recover.state import State
from quantengine.recover.step import Step
from quantengine.recover.steps import STEPS
from quantengine.sentence import Sentence
from quantengine.verdict.judge import Judge

START = State(cast("Any", ""), *cast("Any", (None,) * 4))
LEVELS = {"": 0.0, "a": -1.0, "b": -2.0, "c": 1.0, "ac": 0.5, "ab": 9.0, "ca": 0.6, "cb": 1.02}
"""Of every order that is tried; a and b are of use together alone, c is best of all first steps."""


class Known:
    def __init__(self, levels: Mapping[str, float]) -> None:
        self.levels, self.asked = levels, list[str]()

    def judged(self, state: State) -> Any:
        self.asked.append(str(state.model))
        level = self.levels.get(str(state.model), -9.0)
        told = {"judge": Judge(), "task": None, "holds_floats": True, "own": None}
        return SimpleNamespace(judged_db=level, **told)


def rewriting(letter: str) -> Step:
    def apply(state: State) -> State:
        model = cast("Any", f"{state.model}{letter}")
        return replace(state, model=model, text=Sentence("Rewritten by {0}.", letter))

    return Step(letter, apply, auto=True, rewrites=True)


@pytest.fixture(autouse=True)
def steps(monkeypatch: pytest.MonkeyPatch) -> None:
    idle = Step("d", lambda state: state.said(Sentence("Nothing to do.")), rewrites=True)
    monkeypatch.setattr(
        "quantengine.recover.sequences.STEPS",
        {**STEPS, **{x: rewriting(x) for x in "abc"}, "d": idle},
    )


def searched(**changes: Any) -> tuple[Known, Sequences, list[StepReport]]:
    known, told = Known(LEVELS), list[StepReport]()
    quick = cast("Quick", known)
    return known, Sequences(("a", "b", "c", "d"), quick, told.append, **changes), told


def test_what_works_only_together_is_found() -> None:
    known, search, told = searched()
    best = search.run(START)
    assert best is not None and best.path == ("a", "b")
    assert [branch.path for branch in best.along] == [("a",), ("a", "b")]
    assert known.asked[:4] == ["", "a", "b", "c"] and not any(x[:1] == "b" for x in known.asked[4:])
    tree = search.tree(best)
    assert [each.name for each in tree][:4] == ["a", "a > b", "a > b > c", "a > c"]
    assert {each.name for each in tree if each.kept} == {"a", "a > b"}
    assert tree[1].before_db == -1.0 and tree[1].after_db == 9.0
    assert len(told) == len(tree) and search.idle == {"d": "Nothing to do."}


@pytest.mark.parametrize(("other", "chosen"), [(2.5, "a"), (3.5, "b")])
def test_another_sequence_has_to_gain_what_few_samples_can_tell(other: float, chosen: str) -> None:
    known, search, _ = searched()
    known.levels = {"": 0.0, "a": 2.0, "b": other}
    best = search.run(START)
    assert best is not None and best.path == (chosen,)


def test_nothing_more_is_begun_once_time_is_over() -> None:
    known, search, _ = searched(most_seconds=-1.0)
    best = search.run(START)
    assert best is not None and best.path == () and known.asked == ["", "a"]
    assert "Time did not suffice for" in search.tree(best)[-1].text


def test_a_search_ends_when_it_is_cancelled() -> None:
    class Impatient(Monitor):
        def say(self, text: str) -> None:
            if text.startswith("b:"):
                self.cancel()

    known, search, _ = searched(monitor=Impatient())
    with pytest.raises(Cancelled):
        search.run(START)
    assert known.asked == ["", "a", "b"]
