"""Figures of layers for what draws the graph: Netron and Model Explorer."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from typing import Any

from quantengine.tables.listing import Listing
from quantengine.tables.table import Table, Written


def _netron(listing: Listing, _: str) -> Written:
    data: dict[str, Any] = {"signature": "netron:attachment", "metadata": [], "metrics": []}
    for row in listing.layers:
        target = _target(listing, row.name)
        data["metrics"] += [
            {**target, "name": name, "value": value, "type": "float32"}
            for name, value in _figures(listing, row.name)
        ]
        said = row.reason or row.weights or row.activations
        if said is not None:
            word = "stays float" if row.reason is not None else "type"
            data["metadata"].append({**target, "name": word, "value": str(said)})
    for name, encoding in listing.activations.items():
        ends = f"{float(encoding.low):.6g} .. {float(encoding.high):.6g}"
        value = f"{encoding.dtype} {ends}"
        data["metadata"].append(
            {"kind": "value", "target": name, "name": "encoding", "value": value}
        )
    return Written(json.dumps(data, indent=1))


def _target(listing: Listing, layer: str) -> dict[str, str]:
    """A node by its name in the file, else the tensor it makes."""
    if layer in listing.nodes:
        return {"kind": "node", "target": layer}
    return {"kind": "value", "target": listing.output_of(layer)}


def _figures(listing: Listing, layer: str) -> Iterator[tuple[str, float]]:
    rows = () if listing.compared is None else listing.compared.layers
    for row in (row for row in rows if row.name == layer):
        found = {
            "local SQNR dB": row.local.both.sqnr_db,
            "accumulated SQNR dB": row.accumulated.both.sqnr_db,
            "worst channel dB": min(filter(math.isfinite, row.channels.local_db), default=math.nan),
        }
        yield from ((name, float(x)) for name, x in found.items() if math.isfinite(x))


def _model_explorer(listing: Listing, _: str) -> Written:
    """One entry a figure; a node is called as the adapter calls it, by its name."""
    found: dict[str, dict[str, Any]] = {}
    for row in listing.layers:
        for name, value in _figures(listing, row.name):
            found.setdefault(name, {})[row.name] = {"value": round(value, 2)}
        if row.reason is not None:
            found.setdefault("stays float", {})[row.name] = {"value": str(row.reason)}
    stops = [{"stop": 0, "bgColor": "#d1495b"}, {"stop": 1, "bgColor": "#edf6f9"}]
    data = {
        name: {"results": results, **({} if name == "stays float" else {"gradient": stops})}
        for name, results in found.items()
    }
    return Written(json.dumps(data, indent=1))


NETRON = Table("netron", "an attachment that Netron opens beside the model", _netron, measured=True)
MODEL_EXPLORER = Table(
    "model-explorer", "node data of Model Explorer", _model_explorer, measured=True
)
