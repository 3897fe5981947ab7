"""Words and figures can be read on whatever they lie, in both themes."""

from __future__ import annotations

import re
from itertools import product

import pytest
from PySide6.QtGui import QColor

from app.colours import colours_of, ink_on
from app.widgets.heat_table import shade_of
from quantengine.bundled import FOLDER

ENOUGH = 4.5
"""Of WCAG 2.2, 1.4.3, for text of usual size."""


@pytest.mark.parametrize("dark", [False, True])
def test_words_stand_out_from_what_they_lie_on(dark: bool) -> None:
    c = colours_of(dark=dark)
    usual = product(("text", "dim", "warning", "clip"), ("base", "window", "selected"))
    for text, ground in (*usual, *_ELSEWHERE):
        assert _contrast(getattr(c, text), getattr(c, ground)) >= ENOUGH, (text, ground)


_ELSEWHERE = (
    ("good", "base"),
    ("accent", "window"),
    ("on_accent", "accent"),
    ("text", "flag"),
    ("dim", "flag"),
    ("dim", "raised"),
)


def test_words_of_the_report_stand_out() -> None:
    css = (FOLDER / "report" / "page.css").read_text(encoding="utf-8")
    named = dict(re.findall(r"--(\w+): (light-dark\([^)]*\))", css))
    key = re.search(r"\.key\.quantized \{ color: (light-dark\([^)]*\))", css)
    assert key is not None
    words = [key[1], *(named[name] for name in ("text", "dim", "accent", "clip"))]
    for word, ground in product(words, (named["card"],)):
        for one, other in zip(*(re.findall(r"#\w+", each) for each in (word, ground)), strict=True):
            assert _contrast(one, other) >= ENOUGH, (word, ground)


@pytest.mark.parametrize("dark", [False, True])
def test_figures_stand_out_on_every_shade_which_goes_one_way(dark: bool) -> None:
    shades = [shade_of(colours_of(dark=dark), place / 20) for place in range(21)]
    assert all(_contrast(ink_on(each).name(), each.name()) >= ENOUGH for each in shades)
    light = [_luminance(each.name()) for each in shades]
    assert light == sorted(light, reverse=not dark)
    assert len(set(light)) == len(light)


def test_what_is_too_pale_is_found() -> None:
    assert _contrast("#ffffff", "#000000") == pytest.approx(21)
    assert _contrast("#808080", "#ffffff") < ENOUGH


def _contrast(one: str, other: str) -> float:
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def _luminance(name: str) -> float:
    colour = QColor(name)
    shares = (colour.redF(), colour.greenF(), colour.blueF())
    linear = [x / 12.92 if x <= 0.04045 else ((x + 0.055) / 1.055) ** 2.4 for x in shares]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
