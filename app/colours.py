"""Few colours, each with one meaning everywhere, for light and dark."""

from __future__ import annotations

from dataclasses import dataclass

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
        accent, base = QColor(self.accent), QColor(self.base)
        reads = (QColor.red, QColor.green, QColor.blue)
        mixed = [round(_PALE * read(accent) + (1 - _PALE) * read(base)) for read in reads]
        return QColor(*mixed).name()


_LIGHT = Colours(
    window="#f4f5f7",
    base="#ffffff",
    raised="#e9ebef",
    text="#1c222c",
    dim="#586273",
    border="#d3d8e0",
    accent="#2563c9",
    on_accent="#ffffff",
    float_="#7187a5",
    quantized="#c85a08",
    recovered="#6a4fc4",
    clip="#c4212f",
    good="#1f7a4d",
    warning="#965500",
    flag="#fdf3dd",
    sqnr=("#a1306f", "#c9a400", "#4fa8d8", "#2b5fa8"),
)
_DARK = Colours(
    window="#1c1f25",
    base="#15181d",
    raised="#2a2f38",
    text="#e7eaf0",
    dim="#9ba5b4",
    border="#363c47",
    accent="#6ba4f8",
    on_accent="#10141b",
    float_="#8ba2c2",
    quantized="#f29648",
    recovered="#b29df8",
    clip="#ff6f79",
    good="#5cc795",
    warning="#f2b84b",
    flag="#30280f",
    sqnr=("#d3679f", "#e0c14a", "#7cc4ea", "#5b8fd9"),
)


def colours_of(*, dark: bool) -> Colours:
    return _DARK if dark else _LIGHT
