"""Fixed groups of samples, drawn by name: the same in every shard and every run."""

from __future__ import annotations

from hashlib import blake2b

from quantengine.data.dataset import Dataset
from quantengine.observe.histogram import GROUPS


def rank(sample: str) -> int:
    """A number drawn from a sample's name: chooses its group and whether its rows are kept."""
    return int.from_bytes(
        blake2b(sample.encode(errors="surrogateescape"), digest_size=8).digest(), "big"
    )


def group_of(sample: str) -> int:
    """Which of the GROUPS replicates a sample belongs to."""
    return rank(sample) % GROUPS


def in_groups(dataset: Dataset) -> list[int]:
    """The places of all samples, group by group, which is how collectors like them."""
    return sorted(range(len(dataset)), key=lambda place: group_of(dataset.names[place]))
