"""What outputs may be for, by name: read where nothing else is loaded yet."""

from __future__ import annotations

TASK_NAMES = (
    "classification",
    "detection",
    "segmentation",
    "text",
    "generation",
    "embedding",
    "sequence",
    "dense",
)
