"""What models of the zoo are fed, drawn where no data lies at hand: a seed a split.

Each function writes what the command line reads and returns what onnxruntime is fed: of each sample
its steps, of each step its feeds.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from bench.zoo.packages import SHARED

Array = NDArray[Any]
Steps = list[dict[str, Array]]
SEEDS = {"calib": 1, "eval": 2}
Draw = Callable[[Path, str, int], list[Steps]]
"""Of a path without suffix, a split and a count."""

_FONTS = (
    "DejaVuSans",
    "DejaVuSerif",
    "DejaVuSansMono",
    "DejaVuSans-Bold",
    "LiberationSans-Regular",
)
_LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"


def font(random: np.random.Generator, high: int) -> Any:
    """One of those that are installed; else Pillow's own."""
    for place in random.permutation(len(_FONTS)):
        try:
            return ImageFont.truetype(f"{_FONTS[place]}.ttf", high)
        except OSError:
            continue
    return ImageFont.load_default(high)


def words(random: np.random.Generator, low: int, high: int) -> str:
    lengths = random.integers(2, 9, random.integers(low, high + 1))
    return " ".join("".join(random.choice(list(_LETTERS), n)) for n in lengths)


def text_line(random: np.random.Generator, wide: int | None = None) -> Image.Image:
    """A line of 48 rows, as wide as it is, or squeezed to a width."""
    text, face = words(random, 1, 4), font(random, int(random.integers(26, 36)))
    left, top, right, bottom = face.getbbox(text)
    paper = int(random.integers(150, 256))
    picture = Image.new("RGB", (int(right - left) + 16, 48), (paper,) * 3)
    ink = tuple(int(v) for v in random.integers(0, 90, 3))
    place = (8 - left, (48 - (bottom - top)) // 2 - top)
    ImageDraw.Draw(picture).text(place, text, ink, font=face)
    turned = picture.rotate(
        random.uniform(-1.5, 1.5), Image.Resampling.BICUBIC, fillcolor=(paper,) * 3
    )
    noisy = np.asarray(turned, np.float32) + random.normal(
        0, random.uniform(0, 12), (48, turned.width, 3)
    )
    found = Image.fromarray(np.clip(noisy, 0, 255).astype(np.uint8))
    return found if wide is None else found.resize((wide, 48))


def text_lines(path: Path, split: str, count: int) -> list[Steps]:
    """A folder of pictures of varying width, values -1 to 1."""
    random = np.random.default_rng(SEEDS[split])
    path.mkdir(parents=True, exist_ok=True)
    samples = []
    for place in range(count):
        picture = text_line(random)
        picture.save(path / f"{place:04}.png")
        samples.append([{"x": _planes(np.asarray(picture)[None], 127.5, 127.5)}])
    return samples


def turned_lines(path: Path, split: str, count: int) -> list[Steps]:
    """Lines of 48x192, every other one upside down."""
    random = np.random.default_rng(SEEDS[split] + 10)
    pictures = [text_line(random, 192) for _ in range(count)]
    turned = [p.rotate(180) if k % 2 else p for k, p in enumerate(pictures)]
    return _pictures(path, np.stack([np.asarray(p) for p in turned]), "x", 127.5, 127.5)


def photos() -> dict[str, list[Path]]:
    folders = {split: SHARED / "data" / "imagenet" / split for split in SEEDS}
    return {split: sorted(folder.glob("*.jpg")) for split, folder in folders.items()}


def pages(side: int, path: Path, split: str, count: int) -> list[Steps]:
    """Lines of text on photographs and paper, `[n, side, side, 3]`."""
    random, files = np.random.default_rng(SEEDS[split] + 20), photos()[split]
    found = np.zeros((count, side, side, 3), np.uint8)
    for place in range(count):
        if random.random() < 0.4:
            page = Image.open(files[place % len(files)]).convert("RGB").resize((side, side))
        else:
            page = Image.new(
                "RGB", (side, side), tuple(int(v) for v in random.integers(170, 256, 3))
            )
        pen, y = ImageDraw.Draw(page), int(random.integers(5, 40))
        while y < side - 50:
            face = font(random, int(random.integers(14, 40)))
            dark = tuple(
                int(v) for v in random.integers(0, 256 if random.random() < 0.2 else 90, 3)
            )
            pen.text((int(random.integers(5, side // 2)), y), words(random, 1, 3), dark, font=face)
            y += int(random.integers(40, 90))
        page = page.rotate(random.uniform(-4, 4), Image.Resampling.BICUBIC)
        found[place] = np.asarray(page)
    mean, std = (np.array(v) * 255 for v in ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225)))
    return _pictures(path, found, "x", mean, std)


def people(
    name: str, wide: int, high: int, scale: tuple[float, float], path: Path, split: str, count: int
) -> list[Steps]:
    """Cuts of pictures with faces, two thirds, and photographs of other things."""
    random, files = np.random.default_rng(SEEDS[split] + 30), photos()[split]
    crowds = sorted((SHARED / "data" / "faces").glob("*.jpg"))
    own = crowds[:5] if split == "calib" else crowds[5:]
    opened = [Image.open(file).convert("RGB") for file in own]
    found = np.zeros((count, high, wide, 3), np.uint8)
    for place in range(count):
        if place % 3 == 2:
            picture = Image.open(files[place % len(files)]).convert("RGB")
        else:
            picture = _cut(random, opened[place % len(opened)], wide / high)
        found[place] = np.asarray(picture.resize((wide, high)))
    return _pictures(path, found, name, *scale)


def _cut(random: np.random.Generator, picture: Image.Image, aspect: float) -> Image.Image:
    share = random.uniform(0.35, 1.0)
    high = int(share * min(picture.height, picture.width / aspect))
    wide = int(high * aspect)
    left = int(random.integers(0, picture.width - wide + 1))
    top = int(random.integers(0, picture.height - high + 1))
    cut = picture.crop((left, top, left + wide, top + high))
    if random.random() < 0.5:
        cut = cut.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    bright = random.uniform(0.6, 1.2)
    return cut.point(lambda v: min(255, int(v * bright)))


def _pictures(path: Path, images: Array, name: str, mean: Any, std: Any) -> list[Steps]:
    np.savez(path.with_suffix(".npz"), images=images)
    return [[{name: _planes(image[None], mean, std)}] for image in images]


def _planes(images: Array, mean: Any, std: Any) -> Array:
    scaled = (images.astype(np.float32) - np.float32(mean)) / np.float32(std)
    return np.ascontiguousarray(scaled.transpose(0, 3, 1, 2).astype(np.float32))


def arrays(path: Path, stored: Mapping[str, Array]) -> list[Steps]:
    """Of rows: each is a sample, with a batch of one."""
    np.savez(path.with_suffix(".npz"), **stored)
    count = len(next(iter(stored.values())))
    return [[{name: values[k : k + 1] for name, values in stored.items()}] for k in range(count)]


def file_bytes(path: Path, split: str, count: int) -> list[Steps]:
    """The first and last 1024 bytes of files on this machine, few of a suffix; 256 is none."""
    roots = [Path(sys.prefix), Path("/usr/share"), Path("/usr/lib"), Path("/etc"), Path("/usr/bin")]
    chosen = _files(roots, 2 * 700)[SEEDS[split] - 1 :: 2]
    order = np.random.default_rng(SEEDS[split]).permutation(len(chosen))[:count]
    rows = []
    for place in order:
        data = chosen[place].read_bytes()
        first, last = data[:4096].lstrip()[:1024], data[-4096:].rstrip()[-1024:]
        row = np.full(2048, 256, np.int32)
        row[: len(first)] = list(first)
        row[2048 - len(last) :] = list(last)
        rows.append(row)
    return arrays(path, {"bytes": np.stack(rows)})


def _files(roots: list[Path], limit: int) -> list[Path]:
    seen: dict[str, int] = {}
    found: list[Path] = []
    for file in (f for root in roots for f in _walk(root)):
        suffix = file.suffix.lower()[:8]
        if seen.get(suffix, 0) >= (60 if not suffix else 12) or file.stat().st_size < 64:
            continue
        seen[suffix] = seen.get(suffix, 0) + 1
        found.append(file)
        if len(found) >= limit:
            break
    return found


def _walk(root: Path) -> Iterator[Path]:
    for folder, kept, names in os.walk(root):
        kept.sort()
        for name in sorted(names):
            file = Path(folder) / name
            if file.is_file() and not file.is_symlink() and os.access(file, os.R_OK):
                yield file


def sentences(path: Path, split: str, count: int) -> list[Steps]:
    """Both halves of the pairs, as wide as the wider ones, with padding."""
    with np.load(SHARED / "data" / "stsb_tokens.npz") as stored:
        ids, mask = (
            _as_wide([stored[f"{split}_{w}{k}"][: count // 2].astype(np.int64) for k in (1, 2)])
            for w in ("ids", "mask")
        )
    tokens = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
    return arrays(path, tokens)


def _as_wide(tables: list[Array]) -> Array:
    wide = max(table.shape[1] for table in tables)
    return np.concatenate([np.pad(t, ((0, 0), (0, wide - t.shape[1]))) for t in tables])


def digits(folder: Path, name: str, path: Path, split: str, count: int) -> list[Steps]:
    with np.load(folder / "models" / "scikit-learn" / "digits.npz") as stored:
        x = stored["x"]
    part = x[:count] if split == "calib" else x[400 : 400 + count]
    return arrays(path, {name: part})
