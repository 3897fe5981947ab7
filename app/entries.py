"""What people type about data, read and written; what cannot be read is a ValueError."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QCoreApplication

Number = int | float


def said(value: object) -> str:
    """A setting as it would be typed."""
    if value is None:
        return ""
    if isinstance(value, tuple):
        return ", ".join(f"{part:g}" for part in value)
    return str(value)


def numbers(text: str) -> tuple[float, ...] | None:
    try:
        return tuple(float(part) for part in text.replace(",", " ").split()) or None
    except ValueError as error:
        sentence = _translate("'{0}' is no list of numbers such as 0.485, 0.456, 0.406.")
        raise ValueError(sentence.format(text)) from error


def side(text: str) -> int | tuple[int, int] | None:
    """A side, or width and height, in pixels; one of them may be left out, as in `x 48`."""
    stripped = text.strip()
    whole = f"{'0' * stripped.startswith('x')}{stripped}{'0' * stripped.endswith('x')}"
    parts = whole.replace("x", " ").replace(",", " ").split()
    if not parts:
        return None
    if len(parts) > 2 or not all(map(str.isdigit, parts)) or not any(map(int, parts)):
        sentence = _translate("'{0}' is no size such as 224 or 320 x 240.")
        raise ValueError(sentence.format(text))
    return int(parts[0]) if len(parts) == 1 else (int(parts[0]), int(parts[1]))


def count(text: str, least: int = 1) -> int | None:
    stripped = text.strip()
    if not stripped:
        return None
    if not stripped.isdigit() or int(stripped) < least:
        raise ValueError(_translate("'{0}' is no whole number.").format(text))
    return int(stripped)


def mapping(text: str) -> dict[str, str | Number]:
    """`ids=tokens, mask=1`: the array, or columns `x=a, b`, of each input, or a constant."""
    found: dict[str, str | Number] = {}
    for part in text.replace(";", ",").split(","):
        if not part.strip():
            continue
        if found and "=" not in part:  # columns side by side: x=a,b
            last = next(reversed(found))
            found[last] = f"{found[last]},{part.strip()}"
            continue
        name, separator, key = (piece.strip() for piece in part.rpartition("="))
        if not separator or not name or not key:
            sentence = _translate("'{0}' does not say what feeds an input: write ids=tokens.")
            raise ValueError(sentence.format(part.strip()))
        found[name] = key
    return found


def mapping_text(entries: Mapping[str, object]) -> str:
    return ", ".join(f"{name}={value}" for name, value in entries.items())


def _translate(text: str) -> str:
    return QCoreApplication.translate("entries", text)
