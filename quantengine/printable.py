"""Text of a person's files as it may be shown: names are text, and nothing in them is obeyed."""

from __future__ import annotations

from html import escape
from unicodedata import category

UNPRINTABLE = "?"
MOST_SIGNS = 1400
"""Of a sentence: names and what libraries say can be of any length."""


def printable(text: str, mark: str = UNPRINTABLE, *, keeps: str = "") -> str:
    """`text` with a `mark` for each sign that is not seen, or moves what is, but those it `keeps`.

    Those are line ends, escapes of terminals, marks of direction, and halves of characters, which
    stand for the bytes of a name that is no UTF-8.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(c if c in keeps or _is_seen(c) else mark for c in text)


def shortened(text: str, most: int = MOST_SIGNS) -> str:
    """`text`, or its beginning and end with how much was left out between."""
    if len(text) <= most:
        return text
    end = most // 4
    left = len(text) - most
    return f"{text[: most - end]} [... {left:,} signs left out ...] {text[-end:]}"


def html_text(text: str) -> str:
    """The same inside a page, where no sign is a tag."""
    return escape(printable(text))


def _is_seen(sign: str) -> bool:
    return sign.isprintable() or category(sign) == "Zs"
