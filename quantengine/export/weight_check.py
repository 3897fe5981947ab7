"""Weights on their grid against those that were given."""

from __future__ import annotations

from quantengine.errors import ExportError
from quantengine.formats.encoding import Encoding, Floats
from quantengine.formats.nearness import distance


def refuse_wrong_weight(
    layer: str, weight: str, values: Floats, on_grid: Floats, encoding: Encoding, *, nearest: bool
) -> None:
    """Raises ExportError where `on_grid` is not `values` rounded, after cutting off at the ends.

    `nearest`: codes were rounded to nearest, not chosen by a step of recovery.
    """
    found = distance(values, on_grid, encoding)
    if not (found.is_nearest if nearest else found.is_chosen):
        worst = found.largest if nearest else found.usual
        raise ExportError(
            "The quantized model does not compute what was simulated, first at '{0}': its weight "
            "'{1}' lies {2} steps from the float one, where rounding moves half a step. Keep that "
            "layer float, and please report this model.",
            layer,
            weight,
            f"{worst:.2g}",
        )
