"""What a comparison of two files does not tell of the insides of branches and loops."""

from __future__ import annotations

from collections.abc import Iterator

from quantengine.diff.joined import Joined
from quantengine.diff.running import Running
from quantengine.sentence import Sentence

_MOST = 5


def insides(joined: Joined, running: Running) -> Iterator[Sentence]:
    """Of values that the file has within a body, where no run of the file shows them."""
    unseen = [place for place in joined.places if place not in running.seen]
    alone = [place.tensor for place in unseen if place in joined.cut.outputs]
    if alone:
        yield Sentence(
            "The file has these inside a branch or a loop, where only errors alone are told "
            "({0}): {1}.",
            *_some(alone),
        )
    left = [place.tensor for place in unseen if place not in joined.cut.outputs]
    if left:
        yield Sentence(
            "The file has these inside a branch or a loop, where they are not compared ({0}): {1}.",
            *_some(left),
        )


def _some(names: list[str]) -> tuple[int, str]:
    return len(names), ", ".join(names[:_MOST]) + (", ..." if len(names) > _MOST else "")
