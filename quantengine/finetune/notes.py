"""What of the settings came out otherwise, a sentence each."""

from __future__ import annotations

from quantengine.finetune.settings import Settings


def norm_notes(norms: int, part: int, settings: Settings) -> list[str]:
    """About `norms` batch norms, trained by at most `part` samples at once."""
    if not settings.batch_norm:
        return []
    if not norms:
        return ["No batch norm was found to train: they were folded as they are."]
    trained = "1 batch norm was" if norms == 1 else f"{norms} batch norms were"
    notes = [f"{trained} trained and then folded."]
    if part < settings.batch:
        notes.append(
            f"Batch norms saw at most {part} of the {settings.batch} samples of a batch at once: "
            "more memory lets them see all."
        )
    return notes


def group_notes(groups: int, settings: Settings) -> list[str]:
    """About `groups` groups of layers that were trained by themselves first."""
    if groups >= settings.blocks:
        return []
    return [
        f"Groups of layers trained one by one: {groups} instead of {settings.blocks}, since there "
        "are no more layers, or no steps for more."
    ]
