"""Encodings of AIMET, which QNN takes as quantization overrides (aimet_onnx 2.42)."""

from __future__ import annotations

import json
from functools import partial
from typing import Any

from quantengine.formats.encoding import Encoding
from quantengine.formats.granularity import PerAxis, PerBlock
from quantengine.sentence import Sentence
from quantengine.tables.grid import Grid
from quantengine.tables.listing import Listing, shortened
from quantengine.tables.table import Table, Written


def _write(listing: Listing, _: str, *, version: str) -> Written:
    activations, weights = listing.activations, dict(listing.given)
    blocks = tuple(n for n, e in weights.items() if isinstance(e.granularity, PerBlock))
    left = () if version == "2.0.0" else blocks
    weights = {name: encoding for name, encoding in weights.items() if name not in left}
    kind = {"0.6.1": _by_name, "1.0.0": _as_list}.get(version)
    data: dict[str, Any] = {"version": version}
    if kind is None:
        every = (*activations.items(), *weights.items())
        data["encodings"] = [{"name": name, **_onnx_like(e)} for name, e in every]
    else:
        data |= {"activation_encodings": kind(activations), "param_encodings": kind(weights)}
    text = "Version {0} cannot say in which order blocks lie: {1} are left out; take aimet-2.0."
    notes = (Sentence(text, version, shortened(left)),) if left else ()
    return Written(json.dumps(data, indent=1), (*listing.changed(), *notes))


def _by_name(encodings: Any) -> dict[str, Any]:
    return {name: _each_channel(Grid.of(encoding)) for name, encoding in encodings.items()}


def _each_channel(grid: Grid) -> list[dict[str, Any]]:
    columns = (grid.low, grid.high, grid.scale, grid.offset)
    return [
        {
            "bitwidth": grid.bits,
            "dtype": "int",
            "is_symmetric": str(grid.signed),
            "min": low,
            "max": high,
            "scale": scale,
            "offset": offset,
        }
        for low, high, scale, offset in zip(*(x.ravel().tolist() for x in columns), strict=True)
    ]


def _as_list(encodings: Any) -> list[dict[str, Any]]:
    return [{"name": name, **_whole(encoding)} for name, encoding in encodings.items()]


def _whole(encoding: Encoding) -> dict[str, Any]:
    grid = Grid.of(encoding)
    return {
        "dtype": "INT",
        "bw": grid.bits,
        "is_sym": grid.signed,
        "enc_type": "PER_CHANNEL" if isinstance(encoding.granularity, PerAxis) else "PER_TENSOR",
        "scale": grid.scale.ravel().tolist(),
        "offset": grid.offset.ravel().tolist(),
    }


def _onnx_like(encoding: Encoding) -> dict[str, Any]:
    grid, granularity = Grid.of(encoding), encoding.granularity
    found: dict[str, Any] = {"output_dtype": grid.dtype, "y_scale": grid.scale.tolist()}
    if grid.zero_point.any():
        found["y_zero_point"] = grid.zero_point.tolist()
    if isinstance(granularity, PerAxis | PerBlock):
        found["axis"] = granularity.axis
    if isinstance(granularity, PerBlock):
        found["block_size"] = granularity.size
    return found


_TEXT = "AIMET's encodings {0}, which QNN takes as quantization overrides"
AIMET = tuple(
    Table(f"aimet-{version.rpartition('.')[0]}", _TEXT.format(version), write)
    for version, write in ((v, partial(_write, version=v)) for v in ("0.6.1", "1.0.0", "2.0.0"))
)
