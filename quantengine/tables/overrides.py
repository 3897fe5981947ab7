"""Overrides of onnxruntime's quantizer (TensorQuantOverrides, read by static_quantize_runner)."""

from __future__ import annotations

import json
from typing import Any

from quantengine.formats.encoding import Encoding
from quantengine.formats.granularity import PerAxis, PerBlock
from quantengine.sentence import Sentence
from quantengine.tables.listing import Listing, shortened
from quantengine.tables.table import Table, Written

_BITS = (4, 8, 16)


def _write(listing: Listing, _: str) -> Written:
    left = tuple(name for name, encoding in listing.entries() if not _is_known(encoding))
    data = {name: _channels(e) for name, e in listing.entries() if name not in left}
    text = "onnxruntime's quantizer has no such width or blocks, so it decides by itself: {0}."
    notes = (Sentence(text, shortened(left)),) if left else ()
    return Written(json.dumps(data, indent=1), (*listing.changed(), *notes))


def _is_known(encoding: Encoding) -> bool:
    return encoding.dtype.bits in _BITS and not isinstance(encoding.granularity, PerBlock)


def _channels(encoding: Encoding) -> list[dict[str, Any]]:
    dtype = f"Q{'' if encoding.dtype.signed else 'U'}Int{encoding.dtype.bits}"
    scales, zeros = encoding.scale.ravel().tolist(), encoding.zero_point.ravel().tolist()
    found: list[dict[str, Any]] = [
        {"quant_type": dtype, "scale": scale, "zero_point": zero}
        for scale, zero in zip(scales, zeros, strict=True)
    ]
    if isinstance(encoding.granularity, PerAxis):
        found[0]["axis"] = encoding.granularity.axis
    return found


ONNXRUNTIME = Table("onnxruntime", "overrides for onnxruntime's own quantizer", _write)
