"""The formats that encodings can be written in, by name."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from quantengine.tables.aimet import AIMET
from quantengine.tables.layers import HAILO, RKNN
from quantengine.tables.lines import NCNN, TENSORRT, TPU_MLIR, TPU_MLIR_TYPES
from quantengine.tables.overrides import ONNXRUNTIME
from quantengine.tables.table import Table
from quantengine.tables.viewers import CSV, MODEL_EXPLORER, NETRON

TABLES: Mapping[str, Table] = MappingProxyType(
    {
        table.name: table
        for table in (
            *AIMET,
            ONNXRUNTIME,
            TENSORRT,
            NCNN,
            TPU_MLIR,
            TPU_MLIR_TYPES,
            HAILO,
            RKNN,
            NETRON,
            MODEL_EXPLORER,
            CSV,
        )
    }
)
