"""What the table of layers can show of a layer, a column each."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from quantengine.plan import FLOAT

from ..rows import LayerRow, Runs
from ..text import NOTHING, decibel, gain, granularity_text, number, size
from ..translation import reason_text, tr

OF_STATISTICS = frozenset(
    {"output_sqnr", "low", "high", "accumulated", "drop", "gain", "sensitivity"}
)
"""Columns that are no truer than the statistics."""
MUCH = 3
_DECIBELS: dict[str, Any] = {"text": decibel, "right": True, "sqnr": True, "worst": min}
BY_DEFAULT = ("name", "width", "accumulated", "drop", "gain")


@dataclass(frozen=True)
class Column:
    """How one property of a row is shown; `value` sorts, None always last.

    `found` is that of a figure that runs of the network told. `worst` is what a folded module shows
    of its layers. `strength` is how much a figure asks to be looked at, from 0 to `MUCH`.
    """

    name: str
    title: str
    tip: str
    value: Callable[[LayerRow], Any] = lambda _: None
    found: Callable[[Runs, str], Any] | None = None
    text: Callable[[Any], str] = str
    right: bool = False
    sqnr: bool = False
    worst: Callable[[list[Any]], Any] | None = None
    strength: Callable[[Any], int] | None = None
    width: int = 80

    def of(self, row: LayerRow, runs: Runs) -> Any:
        return self.value(row) if self.found is None else self.found(runs, row.name)

    def is_own(self, row: LayerRow, runs: Runs) -> bool:
        """Whether it is a figure of a person's metric, which is no dB."""
        return self.name in ("gain", "sensitivity") and runs.is_own(row.name)


def layer_columns() -> tuple[Column, ...]:
    name = tr("Name of the node in the model.")
    return (
        Column("name", tr("Layer"), name, lambda r: r.name),
        _width_column(),
        *_run_columns(),
        *_tensor_columns(),
        Column("operator", tr("Operator"), tr("ONNX operator."), lambda r: r.operator, width=96),
        *_range_columns(),
        *_stored_columns(),
    )


def _width_column() -> Column:
    tip = tr(
        "Bits of the weight / bits of the output.\n"
        "A dash: there is none, f: it stays float; float: the whole layer computes in float."
    )
    return Column("width", tr("W/A"), tip, width_text, right=True, width=42)


def width_text(row: LayerRow) -> str:
    if row.reason is not None:
        return tr("float")
    weight = NOTHING if row.weight is None else _bits(row.weights)
    return f"{weight}/{_bits(row.output_type or _moved_type(row))}"


def _moved_type(row: LayerRow) -> str | None:
    """The type of codes that are passed on as they came."""
    return None if row.low is None else row.activations


def _bits(dtype: str | None) -> str:
    found = re.search(r"int(\d+)$", dtype or "")
    return "f" if found is None else found[1]


def _run_columns() -> tuple[Column, ...]:
    accumulated = tr(
        "SQNR of the output with every layer before it quantized too, in dB,\n"
        "measured on a few samples behind each change; grey while it is of an older plan."
    )
    drop = tr(
        "How many dB of that this layer introduced: its figure less that of the worst that\n"
        "feeds it. Empty where it loses nothing."
    )
    gain_tip = tr(
        "How many dB the outputs win (or your own metric) if this layer alone is kept float.\n"
        "Gains of several layers do not add up."
    )
    alone = tr(
        "SQNR of the network's outputs with only this layer quantized, in dB, or your own\n"
        "metric of them: the worst hurts most."
    )
    return (
        Column(
            "accumulated",
            tr("So far"),
            accumulated,
            found=lambda runs, layer: runs.errors.get(layer),
            **_DECIBELS,
            width=56,
        ),
        Column(
            "drop",
            tr("Drop"),
            drop,
            found=lambda runs, layer: runs.drops.get(layer),
            text=_drop_text,
            right=True,
            worst=min,
            strength=lambda x: 2 * (x <= -6),
            width=48,
        ),
        Column(
            "gain",
            tr("If float"),
            gain_tip,
            found=Runs.gain,
            text=gain,
            right=True,
            worst=max,
            strength=lambda x: MUCH * (x >= 1) or int(x >= 0.25),
            width=54,
        ),
        Column("sensitivity", tr("Alone dB"), alone, found=Runs.alone, **_DECIBELS, width=76),
    )


def _tensor_columns() -> tuple[Column, ...]:
    tip = tr(
        "Signal to quantization noise of this tensor alone, in dB.\n"
        "Above 30 is good, below 10 the tensor has lost its shape."
    )
    made = tr("Number format of the activation this layer makes.")
    return (
        Column("weight_type", tr("Weight"), tr("Number format of the weight."), _weight_type),
        Column("weight_sqnr", tr("W dB"), tip, lambda r: r.weight_sqnr_db, **_DECIBELS, width=60),
        Column("output_type", tr("Output"), made, lambda r: r.output_type),
        Column(
            "output_sqnr",
            tr("Out dB"),
            tip,
            lambda r: r.activation_sqnr_db,
            **_DECIBELS,
            width=60,
        ),
    )


def _range_columns() -> tuple[Column, ...]:
    method = tr("What chose the range of the output (of the weight where there is none).")
    low = tr("Smallest real number of the output's range.")
    high = tr("Largest real number of the output's range.")
    return (
        Column("method", tr("Method"), method, lambda r: r.method or r.weight_method),
        Column("low", tr("Low"), low, lambda r: r.low, text=number, right=True),
        Column("high", tr("High"), high, lambda r: r.high, text=number, right=True),
    )


def _stored_columns() -> tuple[Column, ...]:
    shared = tr("How many weights share one scale.")
    stored = tr("Parameters of the layer once quantized.")
    why = tr("Why a layer is not quantized.")
    return (
        Column("granularity", tr("Granularity"), shared, _granularity, width=92),
        Column(
            "bytes", tr("Bytes"), stored, lambda r: r.bytes_after or None, text=size, right=True
        ),
        Column("reason", tr("Stays float because"), why, row_reason, width=280),
    )


def _drop_text(value: float) -> str:
    """Nothing where it would read as no drop at all."""
    text = decibel(value)
    return "" if float(f"{value:.1f}") == 0 else text


def _granularity(row: LayerRow) -> str | None:
    return None if row.granularity is None else granularity_text(row.granularity)


def _bytes(row: LayerRow) -> int | None:
    return row.bytes_after or None


def row_reason(row: LayerRow) -> str | None:
    return None if row.reason is None else reason_text(row.reason)


def _weight_type(row: LayerRow) -> str | None:
    return row.weights or (None if row.weight is None else FLOAT)
