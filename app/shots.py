"""Which pictures `--screenshots` takes, said on the command line."""

from __future__ import annotations

import argparse
from dataclasses import dataclass

SIZES = ((1280, 800), (2560, 1440))
THEMES = ("light", "dark")


@dataclass(frozen=True)
class Shots:
    """`mark` ends the names of the files."""

    sizes: tuple[tuple[int, int], ...] = SIZES
    themes: tuple[str, ...] = THEMES
    mark: str = ""


def add_shot_flags(parser: argparse.ArgumentParser) -> None:
    """Flags that say more of `--screenshots`."""
    parser.add_argument(
        "--sizes", type=_sizes, default=SIZES, metavar="WxH,...", help="of the window, in pixels"
    )
    parser.add_argument(
        "--themes", type=_themes, default=THEMES, metavar="light,dark", help="of the pictures"
    )
    parser.add_argument(
        "--languages", type=_words, default=("",), metavar="en,zh", help="of the pictures"
    )


def _sizes(text: str) -> tuple[tuple[int, int], ...]:
    sizes = []
    for word in _words(text):
        width, _, height = word.partition("x")
        if not (width.isdecimal() and height.isdecimal()) or not int(width) * int(height):
            raise argparse.ArgumentTypeError(f"'{word}' is no size: write 1280x800")
        sizes.append((int(width), int(height)))
    return tuple(sizes)


def _themes(text: str) -> tuple[str, ...]:
    for word in _words(text):
        if word not in THEMES:
            raise argparse.ArgumentTypeError(f"'{word}' is no theme: light or dark")
    return _words(text)


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.split(",") if word.strip())
