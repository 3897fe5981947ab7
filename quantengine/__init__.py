"""Quantization engine: calibrate, plan, simulate, analyze, recover and export ONNX models.

The names below are loaded when first used, so that importing the package stays quick.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from quantengine.analyze.compare import compare
    from quantengine.analyze.comparison import Comparison
    from quantengine.analyze.evaluate import Evaluation, evaluate
    from quantengine.analyze.granularity import compare_granularities
    from quantengine.analyze.integer_view import integer_view
    from quantengine.analyze.sensitivity import sensitivity
    from quantengine.analyze.simulate import Simulator
    from quantengine.analyze.sweep import sweep_bits, sweep_methods
    from quantengine.data.open import in_memory
    from quantengine.data.options import DataOptions
    from quantengine.errors import Cancelled, QuantError
    from quantengine.export.export import ExportReport, export_model
    from quantengine.graph.load import open_model
    from quantengine.graph.model import FloatModel
    from quantengine.monitor import SILENT, Monitor
    from quantengine.observe.calibrate import calibrate
    from quantengine.observe.inputs import open_model_data
    from quantengine.observe.table import CalibrationTable
    from quantengine.observe.taps import model_taps
    from quantengine.plan import QuantPlan, TensorPlan
    from quantengine.resolve import Resolution, resolve_plan

__all__ = [
    "SILENT",
    "CalibrationTable",
    "Cancelled",
    "Comparison",
    "DataOptions",
    "Evaluation",
    "ExportReport",
    "FloatModel",
    "Monitor",
    "QuantError",
    "QuantPlan",
    "Resolution",
    "Simulator",
    "TensorPlan",
    "calibrate",
    "compare",
    "compare_granularities",
    "evaluate",
    "export_model",
    "in_memory",
    "integer_view",
    "model_taps",
    "open_model",
    "open_model_data",
    "resolve_plan",
    "sensitivity",
    "sweep_bits",
    "sweep_methods",
]

_PLACES = {
    "CalibrationTable": "observe.table",
    "Cancelled": "errors",
    "Comparison": "analyze.comparison",
    "DataOptions": "data.options",
    "Evaluation": "analyze.evaluate",
    "ExportReport": "export.export",
    "FloatModel": "graph.model",
    "Monitor": "monitor",
    "QuantError": "errors",
    "QuantPlan": "plan",
    "Resolution": "resolve",
    "SILENT": "monitor",
    "Simulator": "analyze.simulate",
    "TensorPlan": "plan",
    "calibrate": "observe.calibrate",
    "compare": "analyze.compare",
    "compare_granularities": "analyze.granularity",
    "evaluate": "analyze.evaluate",
    "export_model": "export.export",
    "in_memory": "data.open",
    "integer_view": "analyze.integer_view",
    "model_taps": "observe.taps",
    "open_model": "graph.load",
    "open_model_data": "observe.inputs",
    "resolve_plan": "resolve",
    "sensitivity": "analyze.sensitivity",
    "sweep_bits": "analyze.sweep",
    "sweep_methods": "analyze.sweep",
}


def __getattr__(name: str) -> Any:
    place = _PLACES.get(name)
    if place is None:
        raise AttributeError(f"module 'quantengine' has no attribute '{name}'")
    return getattr(import_module(f"quantengine.{place}"), name)


def __dir__() -> list[str]:
    return sorted(_PLACES)
