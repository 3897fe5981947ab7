"""Tasks and their figures as people call them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from quantengine.sentence import Sentence

_TITLES: Mapping[str, Sentence] = MappingProxyType(
    {
        "top1": Sentence("Top-1"),
        "top5": Sentence("Top-5"),
        "agreement": Sentence("Same answer"),
        "decision_agreement": Sentence("Same decision"),
        "equal_texts": Sentence("Equal texts"),
        "exact_match": Sentence("Exact texts"),
        "character_error": Sentence("Character error"),
        "cer": Sentence("CER"),
        "wer": Sentence("WER"),
        "tokens_before_difference": Sentence("Tokens until they differ"),
        "first_difference": Sentence("First difference"),
        "equal_sequences": Sentence("Equal sequences"),
        "token_error": Sentence("Token error"),
        "f1_iou50": Sentence("Boxes F1"),
        "f1_iou70": Sentence("F1 at IoU 0.7"),
        "f1_iou90": Sentence("F1 at IoU 0.9"),
        "anchor_f1": Sentence("Anchors F1"),
        "score_shift": Sentence("Score shift"),
        "step_accuracy": Sentence("Right decisions"),
        "map50": Sentence("mAP 50"),
        "map50_95": Sentence("mAP 50 to 95"),
        "pixel_agreement": Sentence("Same pixels"),
        "pixel_accuracy": Sentence("Right pixels"),
        "mean_iou": Sentence("Mean IoU"),
        "mean_iou_labels": Sentence("Mean IoU, labels"),
        "neighbours10": Sentence("Same neighbours"),
        "spearman": Sentence("Spearman"),
        "recall10": Sentence("Recall at 10"),
        "cosine": Sentence("Cosine"),
        "psnr": Sentence("PSNR"),
        "psnr_labels": Sentence("PSNR, labels"),
        "ssim_labels": Sentence("SSIM, labels"),
        "relative_error": Sentence("Relative error"),
    }
)

ALIKE = ("agreement", "equal_texts", "decision_agreement")
"""Shares of samples of which one can say how many changed; of one sample its answers say it."""

_TASKS: Mapping[str, Sentence] = MappingProxyType(
    {
        "classification": Sentence("classification"),
        "detection": Sentence("detection"),
        "segmentation": Sentence("segmentation"),
        "text": Sentence("text"),
        "generation": Sentence("generation"),
        "embedding": Sentence("embedding"),
        "sequence": Sentence("sequence"),
        "dense": Sentence("dense"),
    }
)


FIGURES = (*_TITLES,)
"""Names of the figures of all tasks."""


def title_of(name: str) -> str:
    """Of a figure by its name; of one that nobody named here, its name in words."""
    return _TITLES.get(name, name.replace("_", " "))


def task_title(name: str) -> str:
    """Of a task by its name."""
    return _TASKS.get(name, name)
