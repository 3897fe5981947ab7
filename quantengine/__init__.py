"""Quantization engine: calibrate, plan, simulate, analyze, recover and export ONNX models.

The names below are loaded when first used, so that importing the package stays quick.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from quantengine.telemetry import switch_off_telemetry

switch_off_telemetry()

if TYPE_CHECKING:
    from quantengine.analyze.compare import compare
    from quantengine.analyze.comparison import Comparison
    from quantengine.analyze.evaluate import Evaluation, evaluate
    from quantengine.analyze.granularity import compare_granularities
    from quantengine.analyze.integer_view import integer_view
    from quantengine.analyze.sensitivity import sensitivity
    from quantengine.analyze.simulate import Simulator
    from quantengine.data.open import in_memory
    from quantengine.data.options import DataOptions, InputOptions
    from quantengine.errors import Cancelled, QuantError
    from quantengine.export.export import ExportReport, export_model
    from quantengine.export.options import ExportOptions
    from quantengine.graph.model import FloatModel
    from quantengine.metric.metric import Metric
    from quantengine.monitor import SILENT, Monitor
    from quantengine.observe.calibrate import calibrate
    from quantengine.observe.inputs import open_model_data
    from quantengine.observe.table import CalibrationTable
    from quantengine.observe.taps import model_taps
    from quantengine.opening.open import open_model
    from quantengine.plan import QuantPlan, TensorPlan
    from quantengine.recover.absorb import absorb_high_bias
    from quantengine.recover.analytic import correct_bias_analytic
    from quantengine.recover.auto import recover_plan
    from quantengine.recover.bias import correct_bias
    from quantengine.recover.equalize import equalize
    from quantengine.recover.report import Recovered
    from quantengine.recover.rounding import Rounding, round_weights
    from quantengine.recover.samples import recovery_samples
    from quantengine.recover.smooth import smooth
    from quantengine.recover.tune import tune_ranges
    from quantengine.resolve.resolve import Resolution, resolve_plan
    from quantengine.search.budget import Budget
    from quantengine.search.front import Front
    from quantengine.targets import plan_for, target_of_this_cpu
    from quantengine.verdict.judge import Judge
    from quantengine.work.candidate import Candidate
    from quantengine.work.export import export_candidate
    from quantengine.work.make import make
    from quantengine.work.recipe import Recipe
    from quantengine.work.search import search_widths
    from quantengine.work.sweep import sweep_bits, sweep_methods
    from quantengine.work.work import Work

__all__ = [
    "SILENT",
    "Budget",
    "CalibrationTable",
    "Cancelled",
    "Candidate",
    "Comparison",
    "DataOptions",
    "Evaluation",
    "ExportOptions",
    "ExportReport",
    "FloatModel",
    "Front",
    "InputOptions",
    "Judge",
    "Metric",
    "Monitor",
    "QuantError",
    "QuantPlan",
    "Recipe",
    "Recovered",
    "Resolution",
    "Rounding",
    "Simulator",
    "TensorPlan",
    "Work",
    "absorb_high_bias",
    "calibrate",
    "compare",
    "compare_granularities",
    "correct_bias",
    "correct_bias_analytic",
    "equalize",
    "evaluate",
    "export_candidate",
    "export_model",
    "in_memory",
    "integer_view",
    "make",
    "model_taps",
    "open_model",
    "open_model_data",
    "plan_for",
    "recover_plan",
    "recovery_samples",
    "resolve_plan",
    "round_weights",
    "search_widths",
    "sensitivity",
    "smooth",
    "sweep_bits",
    "sweep_methods",
    "target_of_this_cpu",
    "tune_ranges",
]

_PLACES = {
    "Budget": "search.budget",
    "CalibrationTable": "observe.table",
    "Cancelled": "errors",
    "Candidate": "work.candidate",
    "Comparison": "analyze.comparison",
    "DataOptions": "data.options",
    "Evaluation": "analyze.evaluate",
    "ExportOptions": "export.export",
    "ExportReport": "export.export",
    "FloatModel": "graph.model",
    "Front": "search.front",
    "InputOptions": "data.options",
    "Judge": "verdict.judge",
    "Metric": "metric.metric",
    "Monitor": "monitor",
    "QuantError": "errors",
    "QuantPlan": "plan",
    "Recipe": "work.recipe",
    "Recovered": "recover.report",
    "Resolution": "resolve.resolve",
    "Rounding": "recover.rounding",
    "SILENT": "monitor",
    "Simulator": "analyze.simulate",
    "TensorPlan": "plan",
    "Work": "work.work",
    "absorb_high_bias": "recover.absorb",
    "calibrate": "observe.calibrate",
    "compare": "analyze.compare",
    "compare_granularities": "analyze.granularity",
    "correct_bias": "recover.bias",
    "correct_bias_analytic": "recover.analytic",
    "equalize": "recover.equalize",
    "evaluate": "analyze.evaluate",
    "export_candidate": "work.export",
    "export_model": "export.export",
    "in_memory": "data.open",
    "integer_view": "analyze.integer_view",
    "make": "work.make",
    "model_taps": "observe.taps",
    "open_model": "opening.open",
    "open_model_data": "observe.inputs",
    "plan_for": "targets",
    "recover_plan": "recover.auto",
    "recovery_samples": "recover.samples",
    "resolve_plan": "resolve.resolve",
    "round_weights": "recover.rounding",
    "search_widths": "work.search",
    "sensitivity": "analyze.sensitivity",
    "smooth": "recover.smooth",
    "sweep_bits": "work.sweep",
    "sweep_methods": "work.sweep",
    "target_of_this_cpu": "targets",
    "tune_ranges": "recover.tune",
}


def __getattr__(name: str) -> Any:
    place = _PLACES.get(name)
    if place is None:
        raise AttributeError(f"module 'quantengine' has no attribute '{name}'")
    return getattr(import_module(f"quantengine.{place}"), name)


def __dir__() -> list[str]:
    return sorted(_PLACES)
