"""JSON read as types: what differs is named by its place; and patterns that come to no end."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

import pytest

from quantengine import regular
from quantengine.data.options import DataOptions
from quantengine.errors import DataError, PlanError
from quantengine.formats.granularity import (
    PER_TENSOR,
    InBlocks,
    PlannedGranularity,
    granularity_named,
)
from quantengine.patterns import listed, matching
from quantengine.plan import QuantPlan
from quantengine.record import Misread, parsed, record
from quantengine.work.saved_plan import SavedPlan


@dataclass(frozen=True)
class Part:
    word: Literal["a", "b"]
    block: Annotated[PlannedGranularity, granularity_named] = PER_TENSOR


@dataclass(frozen=True)
class Whole:
    count: int
    ratio: float | None
    size: int | tuple[int, int] | None = None
    parts: tuple[Part, ...] = ()
    named: dict[str, float] = field(default_factory=dict)


def test_what_was_written_is_read() -> None:
    stored = {"count": 3, "ratio": 2, "size": [4, 5], "parts": [{"word": "b", "block": "block:8"}]}
    found = record(Whole, {**stored, "named": {"x": 1}})
    assert found == Whole(3, 2.0, (4, 5), (Part("b", InBlocks(8)),), {"x": 1.0})
    assert isinstance(found.ratio, float)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"count": 4.5}, "count: a whole number is needed, not 4.5"),
        ({"count": True}, "count: a whole number is needed, not true"),
        ({"count": 10**30}, "count: a whole number is needed"),
        ({"ratio": float("nan")}, "ratio: a number or nothing is needed, not NaN"),
        ({"ratio": float("-inf")}, "ratio: a number or nothing is needed, not -Infinity"),
        ({"ratio": 10**400}, "ratio: a number or nothing is needed, not 1000"),
        ({"size": [1, 2, 3]}, "size: a list of 2 is needed, not of 3"),
        ({"size": [1, "x"]}, 'size[1]: a whole number is needed, not "x"'),
        ({"parts": [{"word": "c"}]}, 'parts[0].word: "a" or "b" is needed, not "c"'),
        ({"parts": [{"word": "a", "block": []}]}, "parts[0].block: '[]' is not a granularity"),
        ({"parts": [{}]}, "parts[0].word: this part is missing"),
        ({"parts": {}}, "parts: a list is needed, not an object"),
        ({"named": {"x": "y"}}, 'named.x: a number is needed, not "y"'),
        ({"more": 1}, "it has an unknown part 'more'"),
        ({"": 1}, "it has an unknown part ''"),
    ],
)
def test_what_differs_is_named_by_its_place(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(Misread) as caught:
        record(Whole, {"count": 1, "ratio": None, **changes})
    assert str(caught.value).startswith(said)
    assert len(str(caught.value)) < 200


@pytest.mark.parametrize("text", ["[" * 99_999, "9" * 5000, "{", "\0", "nope"])
def test_what_is_no_json_is_a_sentence(text: str) -> None:
    with pytest.raises(Misread):
        parsed(text)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"target": "none"}, "'none' is not a target"),
        ({"activations.low": "x"}, 'activations.low: a number or nothing is needed, not "x"'),
        ({"weights.method": []}, "weights.method: text is needed, not a list"),
        ({"weights.method": "nope"}, "no range method 'nope'"),
        ({"weights.symmetric": "tensor"}, "weights.symmetric: true or false is needed"),
        ({"weights.parameters": [["p", None]]}, r"weights.parameters\[0\]\[1\]: a number"),
        ({"quantize_outputs": 1}, "quantize_outputs: true or false is needed"),
        ({"keep_float": "x"}, "keep_float: a list is needed"),
        ({"overrides": [{"pattern": "x", "settings": [["bits", []]]}]}, r"settings\[0\]\[1\]"),
    ],
)
def test_a_plan_says_which_part_is_wrong(changes: dict[str, Any], said: str) -> None:
    stored = QuantPlan().to_json()
    for place, value in changes.items():
        role, _, name = place.rpartition(".")
        (stored[role] if role else stored)[name] = value
    with pytest.raises(PlanError, match=said):
        SavedPlan.from_text(json.dumps(stored))


def test_options_are_read_by_their_types() -> None:
    with pytest.raises(DataError, match=r"inputs\.x\.mean\[0\]: a number is needed"):
        DataOptions.from_json({"inputs": {"x": {"mean": ["a"]}}})
    with pytest.raises(DataError, match="more than the limit"):
        from quantengine.data.preprocessing import Preprocessing

        Preprocessing(resize=99_999_999_999)


def test_a_pattern_that_tries_for_ever_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(regular, "LIMIT_S", 0.5)
    names = ("a" * 40, "b")
    with pytest.raises(PlanError, match="without repeats of repeats"):
        matching("re:^(a+)+$|^(a|aa)+c$", (*names, "a" * 60 + "!"))
    assert matching("re:^(b+)+$", names) == ["b"]


@pytest.mark.parametrize(
    ("expression", "long"),
    [
        (r"^(block\d\.)+conv$", False),
        (r"(a|b)c", False),
        (r"^layer[(+*)]+\(x\)$", False),
        (r"(a+)+", True),
        (r"((a|b)c)*", True),
        (r"(?:x{2,})*", True),
        (r".*.*.*.*z", True),
    ],
)
def test_what_may_take_long_is_told_from_its_form(expression: str, long: bool) -> None:
    assert regular.may_take_long(expression) == long


@pytest.mark.parametrize(
    "expression", ["(" * 400, "x" * 2000, "(" * 300 + ")" * 300 + "(", "a{9}{9}"]
)
def test_no_expression_is_a_sentence(expression: str) -> None:
    with pytest.raises(PlanError, match="regular expression"):
        matching(f"re:{expression}", ("a",))


def test_lists_are_parted_outside_brackets_alone() -> None:
    assert listed("a, b[,]c,[d],e") == ["a", "b[,]c", "[d]", "e"]
