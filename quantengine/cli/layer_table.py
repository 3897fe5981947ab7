"""Layers as tables: one row each, what belongs to another layer or works on shapes counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from quantengine.cli.table import decibels, number, printable, short, size, table

if TYPE_CHECKING:
    from rich.console import RenderableType

    from quantengine.analyze.layer_report import LayerReport
    from quantengine.graph.layers import Layer

_LONGEST_REASON = 60


def model_table(layers: Sequence[Layer]) -> list[RenderableType]:
    """What each layer is, and whether it will be quantized."""
    from quantengine.data.dataset import shape_text

    rows = [
        (
            short(layer.name),
            printable(layer.operator),
            printable(shape_text(layer.input_shape)),
            printable(shape_text(layer.output_shape)),
            f"{layer.parameters:,}",
            size(layer.bytes),
            "yes" if layer.reason is None else short(f"no: {layer.reason}", _LONGEST_REASON),
        )
        for layer in layers
        if not layer.minor
    ]
    head = ("layer", "operator", "input", "output", "parameters", "bytes", "quantized")
    found = table(head, rows, left=(0, 1, 2, 3, 6))
    return [found, *_counted([(x.operator, x.reason) for x in layers if x.minor])]


def plan_table(reports: Sequence[LayerReport]) -> list[RenderableType]:
    """What the plan makes of each layer."""
    rows = [_plan_row(report) for report in reports if not report.minor]
    head = (
        "layer",
        "operator",
        "W/A",
        "granularity",
        "method W/A",
        "output range",
        "W dB",
        "A dB",
        "bytes",
        "float because",
    )
    found = table(head, rows, left=(0, 1, 2, 3, 4, 9))
    return [found, *_counted([(r.operator, r.reason) for r in reports if r.minor])]


def _plan_row(report: LayerReport) -> tuple[str, ...]:
    head = (short(report.name), printable(report.operator))
    if report.reason is not None:
        reason = short(report.reason, _LONGEST_REASON)
        weight = size(report.bytes_before) if report.bytes_before else ""
        return (*head, "float", "", "", "", "", "", weight, reason)
    has_range = report.low is not None
    return (
        *head,
        f"{report.weights or '-'}/{report.activations or 'float'}",
        report.granularity or "",
        f"{report.weight_method or '-'}/{report.method or '-'}",
        f"{number(report.low, 3)} .. {number(report.high, 3)}" if has_range else "",
        decibels(report.weight_sqnr_db) if report.weights else "",
        decibels(report.activation_sqnr_db) if has_range else "",
        f"{size(report.bytes_before)} -> {size(report.bytes_after)}" if report.weights else "",
        "",
    )


def _counted(minor: Sequence[tuple[str, str | None]]) -> list[RenderableType]:
    """One line for the nodes that belong to the layer before them, one for shape arithmetic."""
    parts = [op for op, reason in minor if reason is not None and reason.startswith("part of")]
    shapes = [op for op, reason in minor if reason is not None and not reason.startswith("part of")]
    lines = []
    if parts:
        lines.append(f"{len(parts)} more are part of the layer before them: {_tally(parts)}.")
    if shapes:
        lines.append(f"{len(shapes)} more work on shapes or indices: {_tally(shapes)}.")
    return list(lines)


def _tally(operators: Sequence[str]) -> str:
    counts = Counter(operators).most_common()
    return ", ".join(f"{count} {printable(op)}" for op, count in counts)
