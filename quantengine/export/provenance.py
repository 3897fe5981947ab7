"""Where a quantized file comes from, kept in the file itself."""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib.metadata import version
from typing import Any

import onnx

from quantengine.graph.model import FloatModel
from quantengine.observe.table import CalibrationTable
from quantengine.plan import QuantPlan

PREFIX = "quantscope."


def provenance(
    model: FloatModel, plan: QuantPlan, table: CalibrationTable | None
) -> dict[str, str]:
    """The entries of `metadata_props`: version, plan, hashes and preprocessing, values as JSON."""
    entries: dict[str, Any] = {
        "version": version("quantscope"),
        "model_sha256": model.digest,
        "plan": plan.to_json(),
    }
    if table is not None:
        entries["data_hash"] = table.data_hash
        entries["samples"] = len(table.samples)
        entries["preprocessing"] = table.preprocessing
    return {f"{PREFIX}{key}": json.dumps(value) for key, value in entries.items()}


def write_provenance(proto: onnx.ModelProto, entries: Mapping[str, str]) -> None:
    """Sets `metadata_props`, replacing entries of an earlier export."""
    kept = {p.key: p.value for p in proto.metadata_props if not p.key.startswith(PREFIX)}
    del proto.metadata_props[:]
    onnx.helper.set_model_props(proto, {**kept, **entries})
