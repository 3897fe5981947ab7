"""What came of a plan, as JSON: scales and chosen codes of every tensor, and the figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from quantengine.analyze.report_layers import layer_reports
from quantengine.formats.encoding import Encoding
from quantengine.work.candidate import Candidate


def found_json(candidate: Candidate) -> dict[str, Any]:
    """`encodings` and `results`, beside plan and recipe; numbers of channels stand in lists.

    `codes` and `biases` are those that recovery or training chose; all others are the nearest.
    """
    encodings = candidate.resolution.encodings
    layers = layer_reports(candidate.model, candidate.resolution)
    return {
        "encodings": {
            "activations": _told(encodings.activations),
            "weights": _told(encodings.weights),
            "codes": {name: codes.tolist() for name, codes in encodings.codes.items()},
            "biases": {name: values.tolist() for name, values in encodings.biases.items()},
        },
        "results": {
            "recovery": [step.to_json() for step in candidate.reports],
            "layers": [layer.to_json() for layer in layers],
        },
    }


def _told(encodings: Mapping[str, Encoding]) -> dict[str, Any]:
    return {
        name: {
            "dtype": encoding.dtype.name,
            "scale": encoding.scale.tolist(),
            "zero_point": encoding.zero_point.tolist(),
            **asdict(encoding.granularity),
        }
        for name, encoding in encodings.items()
    }
