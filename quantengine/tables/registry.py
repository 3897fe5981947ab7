"""The formats that encodings can be written in and read from, by name."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from quantengine.tables.aimet import AIMET
from quantengine.tables.calibration_cache import CALIBRATION_CACHE
from quantengine.tables.layers import HAILO, RKNN
from quantengine.tables.ncnn import NCNN
from quantengine.tables.overrides import ONNXRUNTIME
from quantengine.tables.rows import CSV
from quantengine.tables.table import Table
from quantengine.tables.tensorrt import TENSORRT
from quantengine.tables.tpu_mlir import TPU_MLIR, TPU_MLIR_TYPES
from quantengine.tables.viewers import MODEL_EXPLORER, NETRON

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
            CALIBRATION_CACHE,
        )
    }
)
