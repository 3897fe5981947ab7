"""Verdicts of outputs that a test writes down."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from numpy.typing import NDArray

from quantengine.analyze.gauge import Gauge
from quantengine.graph.model import FloatModel
from quantengine.recover.samples import Samples, held_reference
from quantengine.rewrite.encodings import Encodings
from quantengine.verdict.reading import Reading
from quantengine.verdict.verdict import Verdict, verdict_of

Outputs = Mapping[str, NDArray[Any]]


def judged(*pairs: tuple[Outputs, Outputs], labels: Sequence[int | None] = ()) -> Verdict:
    """Of pairs (float outputs, quantized outputs), a sample each."""
    reading = Reading(tuple(pairs[0][0])).learnt([({}, expected) for expected, _ in pairs[:16]])
    known = [*labels, *[None] * (len(pairs) - len(labels))]
    return verdict_of(
        reading,
        [
            reading.record(place, expected, found, {}, label)
            for place, ((expected, found), label) in enumerate(zip(pairs, known, strict=True))
        ],
    )


def held_db(model: FloatModel, samples: Samples, encodings: Encodings) -> float:
    """SQNR of the worst output on the samples that recovery holds out."""
    return Gauge(held_reference(model, samples)).judge(model, encodings).worst_db
