"""Settings of fine-tuning that cannot be are refused in a sentence; this needs no torch."""

from __future__ import annotations

from typing import Any

import pytest

from quantengine.errors import PlanError
from quantengine.finetune.settings import Settings

WRONG: list[tuple[dict[str, Any], str]] = [
    ({"seed": -1}, r"seed must lie in 0\.\.2147483647, it is -1"),
    ({"seed": 2**31}, "seed must lie in"),
    ({"weight_rate": float("nan")}, "weight_rate must be a finite number, not nan"),
    ({"range_rate": float("inf")}, "range_rate must be a finite number, not inf"),
    ({"delta": -0.1}, "delta must not be below 0, it is -0.1"),
    ({"methods": (("Conv*", "foo"),)}, "method 'foo': choose one of ste, lsq, ewgs"),
    ({"delay": 1.0}, "delay and range_momentum are shares"),
    ({"range_momentum": float("nan")}, "delay and range_momentum are shares"),
    ({"loss": "foo"}, "choose one of auto, labels, distill"),
]


@pytest.mark.parametrize(("settings", "sentence"), WRONG)
def test_what_cannot_be_is_refused(settings: dict[str, Any], sentence: str) -> None:
    with pytest.raises(PlanError, match=sentence):
        Settings(**settings)


def test_the_ends_of_what_can_be_are_taken() -> None:
    assert Settings(seed=2**31 - 1, weight_rate=0, held_out=0.01).seed == 2**31 - 1
