"""Few colours, each with one meaning everywhere, for light and dark."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from PySide6.QtGui import QColor

_PALE = 0.157
"""How much of the accent there is in what a selected line lies on."""


@dataclass(frozen=True)
class Colours:
    """`float_` is the float reference, `quantized` its candidate, `clip` the clip range.

    `recovered` is the candidate before training, told from it by colour-blind eyes too.

    `sqnr` holds the colours below each limit and the one above all, safe for colour-blind eyes.
    """

    window: str
    base: str
    raised: str
    text: str
    dim: str
    border: str
    accent: str
    on_accent: str
    float_: str
    quantized: str
    recovered: str
    clip: str
    good: str
    warning: str
    flag: str
    """What a warning lies on."""
    sqnr: tuple[str, str, str, str]

    @property
    def selected(self) -> str:
        """What a selected line lies on."""
        return mixed(self.base, self.accent, _PALE).name()


_LIGHT_AND_DARK: Mapping[str, tuple[Any, Any]] = {
    "window": ("#f4f5f7", "#1c1f25"),
    "base": ("#ffffff", "#15181d"),
    "raised": ("#e9ebef", "#2a2f38"),
    "text": ("#1c222c", "#e7eaf0"),
    "dim": ("#586273", "#9ba5b4"),
    "border": ("#d3d8e0", "#363c47"),
    "accent": ("#2563c9", "#6ba4f8"),
    "on_accent": ("#ffffff", "#10141b"),
    "float_": ("#7187a5", "#8ba2c2"),
    "quantized": ("#c85a08", "#f29648"),
    "recovered": ("#6a4fc4", "#b29df8"),
    "clip": ("#c4212f", "#ff6f79"),
    "good": ("#1f7a4d", "#5cc795"),
    "warning": ("#965500", "#f2b84b"),
    "flag": ("#fdf3dd", "#30280f"),
    "sqnr": (
        ("#a1306f", "#c9a400", "#4fa8d8", "#2b5fa8"),
        ("#d3679f", "#e0c14a", "#7cc4ea", "#5b8fd9"),
    ),
}
_LIGHT, _DARK = (
    Colours(**{name: pair[dark] for name, pair in _LIGHT_AND_DARK.items()}) for dark in (0, 1)
)


def colours_of(*, dark: bool) -> Colours:
    return _DARK if dark else _LIGHT


def mixed(one: str, other: str, part: float) -> QColor:
    """`part` 0 is the one, 1 the other."""
    ends = (QColor(name) for name in (one, other))
    pairs = zip(*((c.redF(), c.greenF(), c.blueF()) for c in ends), strict=True)
    return QColor.fromRgbF(*(a + part * (b - a) for a, b in pairs))


def ink_on(ground: QColor) -> QColor:
    """Black or white, whichever has the contrast: 4.58 at least, as WCAG 2.2 counts it."""
    dark = (_luminance(ground) + 0.05) ** 2 < 0.05 * 1.05
    return QColor("#ffffff" if dark else "#000000")


def _luminance(colour: QColor) -> float:
    shares = (colour.redF(), colour.greenF(), colour.blueF())
    linear = [x / 12.92 if x <= 0.04045 else ((x + 0.055) / 1.055) ** 2.4 for x in shares]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
