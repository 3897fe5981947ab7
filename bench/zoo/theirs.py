"""One file by onnxruntime's own quantizers, in a process of its own.

    python -m bench.zoo.theirs WAY MODEL FEEDS.npz OUT.onnx

FEEDS holds `K/INPUT`, the feeds of run K. A way is dynamic or the method of a static calibration.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

WAYS = ("dynamic", "minmax", "percentile", "entropy")
AT_ONCE, MANY, CHANNELS_SINCE = 4, 128, 13


def main() -> None:
    way, model, feeds, out = sys.argv[1], *map(Path, sys.argv[2:])
    with tempfile.TemporaryDirectory() as folder:
        prepared = _prepared(model, Path(folder) / "prepared.onnx")
        (_dynamic if way == "dynamic" else _static)(prepared, out, feeds, way)


def _prepared(model: Path, out: Path) -> Path:
    """What its tool makes ready; the file itself where the tool fails."""
    from onnxruntime.quantization.shape_inference import quant_pre_process

    steps = (
        lambda: quant_pre_process(str(model), str(out), skip_symbolic_shape=True),
        lambda: _newer(model, out),
    )
    ready = model
    for step in steps:
        try:
            step()
            ready = model = out
        except Exception as error:  # noqa: BLE001 - of tools that are none of ours, and said
            print(f"not made ready: {error}", file=sys.stderr)
    return ready


def _newer(model: Path, out: Path) -> None:
    """Scales of channels need opset 13."""
    import onnx
    from onnx import version_converter

    proto = onnx.load(model)
    old = [one.version for one in proto.opset_import if one.domain in ("", "ai.onnx")]
    if max(old) < CHANNELS_SINCE:
        proto = version_converter.convert_version(proto, CHANNELS_SINCE)
    onnx.save(proto, out)


def _dynamic(model: Path, out: Path, _: Path, __: str) -> None:
    """As its documents say: uint8 weights where there are convolutions, else int8."""
    import onnx
    from onnxruntime.quantization import QuantType, quantize_dynamic

    convolves = any(node.op_type == "Conv" for node in onnx.load(model).graph.node)
    kind = QuantType.QUInt8 if convolves else QuantType.QInt8
    more = {"EnableSubgraph": True, "DefaultTensorType": onnx.TensorProto.FLOAT}
    quantize_dynamic(str(model), str(out), per_channel=True, weight_type=kind, extra_options=more)


def _static(model: Path, out: Path, feeds: Path, way: str) -> None:
    from onnxruntime.quantization import (
        CalibrationMethod,
        QuantFormat,
        QuantType,
        quantize_static,
    )

    methods = {
        "minmax": CalibrationMethod.MinMax,
        "percentile": CalibrationMethod.Percentile,
        "entropy": CalibrationMethod.Entropy,
    }
    for per_channel in (True, False):
        reader = Reader(feeds)
        try:
            quantize_static(
                str(model),
                str(out),
                reader,
                quant_format=QuantFormat.QDQ,
                per_channel=per_channel,
                activation_type=QuantType.QUInt8,
                weight_type=QuantType.QInt8,
                calibrate_method=methods[way],
                extra_options={"CalibStridedMinMax": reader.stride},
            )
            break
        except Exception as error:
            print(f"per channel {per_channel}: {error}", file=sys.stderr)
            if not per_channel:
                raise


class Reader:
    """Feeds its calibrator, some runs at a time: it keeps all that it was fed."""

    def __init__(self, path: Path) -> None:
        self.feeds: dict[int, dict[str, Any]] = {}
        with np.load(path) as stored:
            for key in stored.files:
                run, name = key.split("/", 1)
                self.feeds.setdefault(int(run), {})[name] = stored[key]
        self.stride = AT_ONCE if len(self.feeds) <= MANY else MANY
        self.next, self.stop = 0, len(self)

    def __len__(self) -> int:
        return len(self.feeds) // self.stride * self.stride

    def set_range(self, start_index: int, end_index: int) -> None:
        self.next, self.stop = start_index, end_index

    def get_next(self) -> dict[str, Any] | None:
        if self.next >= self.stop:
            return None
        self.next += 1
        return self.feeds[self.next - 1]


if __name__ == "__main__":
    main()
