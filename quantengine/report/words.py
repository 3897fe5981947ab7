"""Figures and names as a page writes them."""

from __future__ import annotations

import math
from collections.abc import Iterable

from quantengine.printable import html_text

NOTHING = "&ndash;"
_LONGEST = 80


def decibels(value: float | None) -> str:
    """One decimal; infinite where nothing differs, empty where there is no figure to expect."""
    if value is None:
        return ""
    if math.isnan(value):
        return NOTHING
    return "&infin;" if value == math.inf else signed(f"{value:.1f}")


def number(value: float | None, digits: int = 4) -> str:
    if value is None:
        return ""
    return NOTHING if math.isnan(value) else signed(f"{value:.{digits}g}")


def share(value: float | None) -> str:
    """A share of 0..1 in percent."""
    return "" if value is None else signed(f"{100 * value:.2f} %")


def size(count: float) -> str:
    """Bytes in the unit that reads best."""
    for unit in ("B", "kB", "MB"):
        if abs(count) < 1000:
            return signed(f"{count:.3g} {unit}")
        count /= 1000
    return signed(f"{count:.3g} GB")


def signed(text: str) -> str:
    """With a minus that is as wide as a plus."""
    return text.replace("-", "&minus;")


def in_unit(value: float | None, unit: str) -> str:
    """A figure of a task in its unit."""
    if unit == "dB":
        return f"{decibels(value)} dB" if value is not None else ""
    return share(value) if unit == "share" else number(value)


def named(name: str) -> str:
    """A name with its middle left out where it is long; a line may end where a part of it does."""
    most = _LONGEST // 2 - 1
    short = name if len(name) <= _LONGEST else f"{name[:most]}...{name[-most:]}"
    return html_text(short).replace("/", "/<wbr>").replace(".", ".<wbr>")


def change(before: str, after: str) -> str:
    return f"{before} &rarr; {after}" if before else after


def section(title: str, body: str, name: str, about: str = "") -> str:
    """A part of the page under its title; nothing where there is no body. `about` is text."""
    if not body:
        return ""
    said = f'<p class="dim">{html_text(about)}</p>' if about else ""
    return f'<section id="{name}"><h2>{html_text(title)}</h2>{said}\n{body}\n</section>\n'


def pairs(entries: Iterable[tuple[str, str]]) -> str:
    """Names and what they are, names as text and the rest as it may stand in a page."""
    rows = "".join(f"<dt>{html_text(name)}</dt><dd>{told}</dd>" for name, told in entries if told)
    return f"<dl>{rows}</dl>" if rows else ""


def table(head: Iterable[str], rows: Iterable[Iterable[str]], texts: frozenset[int]) -> str:
    """Heads as text, cells as they may stand in a page; `texts` are columns that stand left."""

    def cells(tag: str, row: Iterable[str]) -> str:
        return "".join(
            f"<{tag}{' class=text' if place in texts else ''}>{cell}</{tag}>"
            for place, cell in enumerate(row)
        )

    body = "\n".join(f"<tr>{cells('td', row)}</tr>" for row in rows)
    top = cells("th", map(html_text, head))
    inner = f"<table><thead><tr>{top}</tr></thead>\n<tbody>{body}</tbody></table>"
    return f'<div class="table">{inner}</div>'
