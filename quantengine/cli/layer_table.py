"""Layers as tables: one row each, what belongs to another layer or works on shapes counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from quantengine.cli.table import MOST_LISTED, Column, decibels, number, short, size, table
from quantengine.printable import printable

if TYPE_CHECKING:
    from rich.console import RenderableType

    from quantengine.analyze.layer_report import LayerReport
    from quantengine.graph.layers import Layer, Shape
    from quantengine.graph.reason import Reason

_LONGEST_NAMED = 24


def model_table(layers: Sequence[Layer]) -> list[RenderableType]:
    """What each layer is, and whether it will be quantized."""
    rows = [
        (
            short(layer.name),
            printable(layer.operator),
            _shape_text(layer.input_shape),
            _shape_text(layer.output_shape),
            f"{layer.parameters:,}" if layer.parameters else "",
            size(layer.bytes) if layer.parameters else "",
            "yes" if layer.reason is None else f"no: {_reason(layer.reason)}",
        )
        for layer in layers
        if not layer.minor
    ]
    head = (
        Column("layer", text=True),
        Column("operator", text=True),
        Column("input", text=True, rank=2),
        Column("output", text=True),
        Column("parameters"),
        Column("bytes", rank=1),
        Column("quantized", text=True),
    )
    found = table(head, rows)
    return [found, "", *_counted([x for x in layers if x.minor])]


def plan_table(reports: Sequence[LayerReport]) -> list[RenderableType]:
    """What the plan makes of each layer."""
    rows = [_plan_row(report) for report in reports if not report.minor]
    head = (
        Column("layer", text=True),
        Column("operator", text=True),
        Column("W/A", text=True),
        Column("granularity", text=True, rank=3),
        Column("method W/A", text=True, rank=2),
        Column("output range"),
        Column("W dB"),
        Column("A dB"),
        Column("bytes", rank=1),
        Column("float because", text=True),
    )
    found = table(head, rows)
    return [found, "", *_counted([r for r in reports if r.minor])]


def _plan_row(report: LayerReport) -> tuple[str, ...]:
    head = (short(report.name), printable(report.operator))
    if report.reason is not None:
        weight = size(report.bytes_before) if report.bytes_before else ""
        return (*head, "float", "", "", "", "", "", weight, _reason(report.reason))
    has_range = report.low is not None
    return (
        *head,
        f"{report.weights or '-'}/{report.activations or 'float'}",
        "" if report.granularity is None else str(report.granularity),
        f"{report.weight_method or '-'}/{report.method or '-'}",
        f"{number(report.low, 3)} .. {number(report.high, 3)}" if has_range else "",
        decibels(report.weight_sqnr_db) if report.weights else "",
        decibels(report.activation_sqnr_db) if has_range else "",
        f"{size(report.bytes_before)} -> {size(report.bytes_after)}" if report.weights else "",
        "" if report.float_input is None else f"input: {_reason(report.float_input)}",
    )


def _shape_text(shape: Shape) -> str:
    from quantengine.data.dataset import shape_text

    return "?" if shape is None else printable(shape_text(shape))


def _reason(reason: Reason) -> str:
    """A reason with the names in it shortened."""
    return str(reason.named(lambda name: short(name, _LONGEST_NAMED)))


def _counted(minor: Sequence[Layer | LayerReport]) -> list[RenderableType]:
    """One line for the nodes that belong to the layer before them, one for shape arithmetic."""
    from quantengine.graph.reason import Why

    whys = [(layer.operator, layer.reason and layer.reason.kind) for layer in minor]
    parts = [operator for operator, why in whys if why is Why.PART]
    shapes = [operator for operator, why in whys if why is Why.OF_SHAPES]
    lines = []
    if parts:
        are = "is" if len(parts) == 1 else "are"
        lines.append(f"{len(parts)} more {are} part of the layer before them: {_tally(parts)}.")
    if shapes:
        work = "works" if len(shapes) == 1 else "work"
        lines.append(f"{len(shapes)} more {work} on shapes or indices: {_tally(shapes)}.")
    return list(lines)


def _tally(operators: Sequence[str]) -> str:
    counts = Counter(operators).most_common()
    named = [f"{count} {short(op)}" for op, count in counts[:MOST_LISTED]]
    rest = sum(count for _, count in counts[MOST_LISTED:])
    return ", ".join((*named, *([f"{rest} others"] if rest else [])))
