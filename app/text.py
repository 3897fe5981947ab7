"""Numbers as people read them: four significant digits, a real minus sign, units beside them."""

from __future__ import annotations

import math
import re

from PySide6.QtCore import QCoreApplication

from quantengine.formats.granularity import InBlocks, PerChannel, PerTensor, PlannedGranularity
from quantengine.printable import printable

from .translation import tr

MINUS = "\N{MINUS SIGN}"
NOTHING = "\N{EN DASH}"
ELLIPSIS = "\N{HORIZONTAL ELLIPSIS}"

_KILO = 1000
_LEAST = 1e-5
"""Share of which no more is told than that there is some."""
_LONGEST_WORD, _LONGEST_TEXT = 200, 4000
"""A window should not grow with a name, nor a tooltip over the screen."""
_UNSEEN = "\N{REPLACEMENT CHARACTER}"
_KEPT = "\n\t\N{ZERO WIDTH SPACE}"


def number(value: float | None, digits: int = 4) -> str:
    """At most `digits` significant digits."""
    if value is None or math.isnan(value):
        return NOTHING
    if math.isinf(value):
        return "\N{INFINITY}" if value > 0 else f"{MINUS}\N{INFINITY}"
    return f"{value:.{digits}g}".replace("-", MINUS)


def decibel(value: float | None) -> str:
    """One digit after the point, without the unit."""
    if value is None or math.isnan(value):
        return NOTHING
    if math.isinf(value):
        return number(value)
    return f"{value:.1f}".replace("-", MINUS)


def gain(value: float | None) -> str:
    """Decibels won or lost, with their sign; 0 where nothing is seen of them."""
    text = decibel(value)
    if text in ("0.0", f"{MINUS}0.0"):
        return "0"
    return text if text == NOTHING or text.startswith(MINUS) else f"+{text}"


def signed(value: float, digits: int = 3) -> str:
    """A difference with its sign."""
    return f"{value:+.{digits}g}".replace("-", MINUS)


def share(value: float) -> str:
    """A share of one as percent."""
    return f"< {share(_LEAST)}" if 0 < value < _LEAST else f"{number(100 * value, 3)} %"


def figure(value: float | None, unit: str) -> str:
    """A figure of a task in its unit."""
    if value is None or math.isnan(value):
        return NOTHING
    if unit == "share":
        return share(value)
    return f"{decibel(value)} dB" if unit == "dB" else number(value)


def size(count: int) -> str:
    """Bytes in decimal units."""
    value, unit = float(count), "B"
    for unit in ("B", "kB", "MB", "GB"):
        if value < _KILO or unit == "GB":
            break
        value /= _KILO
    return f"{number(value, 3)} {unit}"


def size_unit(count: int) -> tuple[float, str]:
    """Bytes in one of the unit that sizes up to `count` read well in, and its name."""
    return (1e6, "MB") if count >= 1e6 else (1e3, "kB")


def pair_of_sizes(before: int, after: int) -> str:
    """Bytes before and after, the unit once where both have it."""
    texts = [size(count) for count in (before, after)]
    value, unit = texts[0].rsplit(" ", 1)
    first = value if texts[1].endswith(f" {unit}") else texts[0]
    return f"{first} \N{RIGHTWARDS ARROW} {texts[1]}"


def duration(seconds: float) -> str:
    """Time left or spent, coarse enough not to flicker."""
    whole = round(seconds)
    if whole < 60:
        return f"{max(whole, 1)} s"
    return f"{whole // 60}:{whole % 60:02d} min"


def parse(text: str) -> float | None:
    """A number as a person types it, None where it is none."""
    try:
        value = float(text.strip().replace(MINUS, "-").replace(",", "."))
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def breakable(name: str) -> str:
    """A long name that a label may break after each of its parts."""
    return re.sub(r"([/._])(?=.)", "\\1\N{ZERO WIDTH SPACE}", name)


def granularity_text(granularity: PlannedGranularity) -> str:
    match granularity:
        case PerTensor():
            return tr("per tensor")
        case PerChannel():
            return tr("per channel")
        case InBlocks(size):
            return tr("blocks of {0}").format(size)


def shape(sides: tuple[int | str | None, ...] | None) -> str:
    if sides is None:
        return QCoreApplication.translate("text", "unknown shape")
    return " \N{MULTIPLICATION SIGN} ".join("?" if side is None else str(side) for side in sides)


def shown(text: str) -> str:
    """Text of a person's files as it may be seen: on as many lines as it says, none too long."""
    clean = printable(text, _UNSEEN, keeps=_KEPT)
    if len(clean) <= _LONGEST_WORD:
        return clean
    words = re.split(r"(\s+)", clean)
    return _middle_out("".join(_middle_out(word, _LONGEST_WORD) for word in words), _LONGEST_TEXT)


def in_line(text: str) -> str:
    """A name for a line of a list or a cell, where it can begin no line of its own."""
    return shown(text.replace("\n", _UNSEEN))


def on_button(text: str) -> str:
    """For buttons, menus and titles, where `&` marks a key."""
    return in_line(text).replace("&", "&&")


def _middle_out(text: str, longest: int) -> str:
    if len(text) <= longest:
        return text
    half = longest // 2
    return f"{text[:half]}{ELLIPSIS}{text[-half:]}"
