"""Ranges of activations chosen one by one, by what the whole network makes of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from quantengine.formats.encoding import Encoding
from quantengine.graph.model import FloatModel
from quantengine.monitor import SILENT, Monitor
from quantengine.recover.judge import Judge
from quantengine.recover.samples import Chunk, Samples
from quantengine.rewrite.encodings import Encodings

_LEAST_SAMPLES = 4
_MOST_BYTES = 1 << 20


@dataclass(frozen=True, eq=False)
class Tuned:
    """Encodings in which `changed` activations have another range."""

    encodings: Encodings
    changed: int

    @property
    def text(self) -> str:
        return f"{self.changed} activations took another range."


def tune_ranges(
    model: FloatModel,
    encodings: Encodings,
    candidates: Sequence[Mapping[str, Encoding]],
    samples: Samples,
    *,
    monitor: Monitor = SILENT,
) -> Tuned:
    """Each activation takes the candidate that leaves the network's output the least error.

    `candidates` are encodings by owner tensor, such as those of other range methods. Judged on the
    first fit samples with everything else quantized; one pass, in the order they run.
    """
    judge = Judge(model, (_few(samples.fit[0]),), monitor=monitor)
    best, changed = judge.sqnr_db(model, encodings, monitor=monitor), 0
    for tensor in monitor.track([*encodings.activations], "Tuning ranges"):
        before = encodings.activations[tensor]
        for other in candidates:
            tried = replace(encodings, activations={**encodings.activations, tensor: other[tensor]})
            if (found := judge.sqnr_db(model, tried, monitor=monitor)) > best:
                best, encodings = found, tried
        changed += encodings.activations[tensor] is not before
    return Tuned(encodings, changed)


def _few(chunk: Chunk) -> Chunk:
    """The first samples of a chunk, at least four: every candidate runs the network on them."""
    size = sum(values[:1].nbytes for values in chunk.values())
    count = max(_LEAST_SAMPLES, _MOST_BYTES // max(size, 1))
    return {name: values[:count] for name, values in chunk.items()}
