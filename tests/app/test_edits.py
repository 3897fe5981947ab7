"""Edits of one name find what was set for it before, however that was written down."""

from __future__ import annotations

import pytest

from app.edits import WEIGHTS, reset, set_tensor
from quantengine.plan import QuantPlan

NAME, LAYER = "block[1].w", "block[1]"
LAYERS = (LAYER, "block1")
OWN = [NAME, "block[[]1[]].w", r"re:^block\[1\]\.w$", r"re:^block\[1\]\.w\Z"]


@pytest.mark.parametrize("pattern", OWN)
def test_reset_drops_what_was_set_for_a_name(pattern: str) -> None:
    plan = QuantPlan().with_override("block*", bits=6)
    assert reset(plan.with_override(pattern, bits=4), [LAYER], [NAME], LAYERS) == plan


@pytest.mark.parametrize("pattern", OWN)
def test_a_setting_joins_what_was_set_for_a_name(pattern: str) -> None:
    plan = QuantPlan().with_override(pattern, **{"weights.bits": 4})
    (override,) = set_tensor(plan, WEIGHTS, [NAME], {"method": "minmax"}).overrides
    assert dict(override.settings) == {
        "weights.bits": 4,
        "weights.method": "minmax",
        "weights.low": None,
        "weights.high": None,
    }


@pytest.mark.parametrize("pattern", ["block[1].w", r"re:^block\[1\].w$", "block*"])
def test_reset_leaves_what_was_set_for_others(pattern: str) -> None:
    plan = QuantPlan().with_override(pattern, bits=4)
    assert reset(plan, ["block1"], ["block1.w"], LAYERS) == plan
