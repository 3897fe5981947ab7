"""The flag that says what is done beyond the plan."""

from __future__ import annotations

import argparse
from dataclasses import replace
from typing import TYPE_CHECKING

from quantengine.recover.steps import STEPS

if TYPE_CHECKING:
    from quantengine.work.recipe import Recipe

_NONE = "none"


def add_recover_flag(parser: argparse.ArgumentParser) -> None:
    """`--recover STEPS`; left out, what the plan file says, or else the usual."""
    parser.add_argument(
        "--recover",
        metavar="STEPS",
        help="auto, quick (auto without rounding), none, or steps in order: "
        f"{','.join(STEPS)}; what auto and quick try is undone where samples held out see harm, "
        "steps by name stay and harm is said (judged,STEPS: they are undone too; "
        "bias:PATTERN, mend:PATTERN: only these layers or tensors; default, given data: mend and "
        "equalize where channels far apart share a range, smooth where few rule, and bias, judged)",
    )


def chosen_recipe(text: str | None, saved: Recipe | None) -> Recipe | None:
    """What the flag asks for, or else a plan file; None: nobody decided. Raises PlanError."""
    from quantengine.patterns import listed
    from quantengine.work.recipe import Recipe

    if text is None:
        return saved
    if text in ("", _NONE):
        return Recipe()
    return replace(saved or Recipe(), steps=tuple(listed(text)))
