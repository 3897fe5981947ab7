"""`--input NAME:key=value,..`: how the images of one input are prepared."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from quantengine.data.options import InputOptions

_WORDS = ("raw", "bgr", "grey", "luma")


def named_input(text: str) -> tuple[str, dict[str, Any]]:
    """The name and what is said about it; the name is all before the last colon."""
    name, separator, said = text.rpartition(":")
    if name.endswith("fit=letterbox"):  # its value has a colon too
        name, separator, before = name.rpartition(":")
        said = f"{before}:{said}"
    if not separator or not name or not said:
        raise argparse.ArgumentTypeError(f"'{text}' is not NAME:key=value,..: {_known()}")
    return name, dict(_setting(text, part) for part in said.split(","))


def input_options(said: Iterable[tuple[str, dict[str, Any]]]) -> Mapping[str, InputOptions]:
    """All that is said about each input; raises DataError where it contradicts itself."""
    from quantengine.data.options import InputOptions

    joined: dict[str, dict[str, Any]] = {}
    for name, settings in said:
        joined.setdefault(name, {}).update(settings)
    return {name: InputOptions(**settings) for name, settings in joined.items()}


def size(text: str) -> int | tuple[int, int]:
    """A side, or width and height, of which one may be left out."""
    sides = text.lower().split("x")
    numbers = [side for side in sides if side]
    if len(sides) > 2 or not numbers or not all(s.isascii() and s.isdigit() for s in numbers):
        raise argparse.ArgumentTypeError(
            f"'{text}' is not a size: write 224, 320x240, or x48 for a height alone"
        )
    return int(sides[0]) if len(sides) == 1 else (int(sides[0] or 0), int(sides[1] or 0))


def fit(text: str) -> str:
    """How images come to a size, as it is said; checked."""
    from quantengine.data.fit_to_size import fit_of
    from quantengine.errors import DataError

    try:
        fit_of(text)
    except DataError as error:
        raise argparse.ArgumentTypeError(str(error)) from error
    return text


def numbers(text: str, between: str = ",") -> tuple[float, ...]:
    """Numbers with `between` between them."""
    try:
        return tuple(float(part) for part in text.split(between))
    except ValueError as error:
        example = between.join(("0.485", "0.456", "0.406"))
        raise argparse.ArgumentTypeError(
            f"'{text}' is not a list of numbers: write 0.5 or {example}"
        ) from error


def _slashed(text: str) -> tuple[float, ...]:
    return numbers(text, "/")


def _layout(text: str) -> str:
    if text not in ("nchw", "nhwc"):
        raise argparse.ArgumentTypeError(f"layout '{text}' is unknown: use nchw or nhwc")
    return text


_KEYS: Mapping[str, Callable[[str], Any]] = {
    "preset": str,
    "resize": size,
    "crop": size,
    "fit": fit,
    "mean": _slashed,
    "std": _slashed,
    "layout": _layout,
}


def _setting(text: str, part: str) -> tuple[str, Any]:
    key, separator, value = part.strip().partition("=")
    if not separator and key in _WORDS:
        return key, True
    if not separator or key not in _KEYS or not value:
        raise argparse.ArgumentTypeError(f"'{part}' in '{text}' is not known: {_known()}")
    return key, _KEYS[key](value)


def _known() -> str:
    keys = ", ".join(f"{key}=.." for key in _KEYS)
    return f"say {keys}, {', '.join(_WORDS[:-1])} or luma, lists with slashes (mean=0.5/0.5/0.5)"
