"""What of the settings came out otherwise, a sentence each."""

from __future__ import annotations

from quantengine.counted import counted
from quantengine.finetune.deltas import Deltas
from quantengine.finetune.settings import Settings
from quantengine.sentence import Sentence


def norm_notes(norms: int, part: int, settings: Settings) -> list[Sentence]:
    """About `norms` batch norms, trained by at most `part` samples at once."""
    if not settings.batch_norm:
        return []
    if not norms:
        return [Sentence("No batch norm was found to train: they were folded as they are.")]
    notes = [Sentence("{0} trained and then folded.", counted(norms, "batch norm"))]
    if part < settings.batch:
        seen = Sentence(
            "Batch norms saw at most {0} of the {1} samples of a batch at once: more memory lets "
            "them see all.",
            part,
            settings.batch,
        )
        notes.append(seen)
    return notes


def group_notes(groups: int, settings: Settings) -> list[Sentence]:
    """About `groups` groups of layers that were trained by themselves first."""
    if groups >= settings.blocks:
        return []
    return [
        Sentence(
            "Groups of layers trained one by one: {0} instead of {1}, since there are no more "
            "layers, or no steps for more.",
            groups,
            settings.blocks,
        )
    ]


def delta_notes(measured: Deltas | None) -> list[Sentence]:
    """About the traces behind the deltas of ewgs that were measured last."""
    if measured is None or not measured.values:
        return []
    said = Sentence(
        "delta of {0} is the mean of {1} of the Hessian's trace.",
        counted(len(measured.values), "tensor"),
        counted(measured.draws, "draw"),
    )
    if not measured.unsure:
        return [said]
    unsure = Sentence(
        "For {0} the standard error stayed above a quarter of that mean: their gradients are "
        "scaled by a figure that is not known.",
        counted(len(measured.unsure), "tensor"),
    )
    return [said, unsure]
