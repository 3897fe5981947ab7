"""The command line that does the same as the window."""

from __future__ import annotations

import shlex
from pathlib import Path

from app.document import DataSource
from quantengine.data.options import DataOptions


def quantize_command(
    model: Path, source: DataSource | None, plan: Path, output: Path, form: str
) -> str:
    """`quantengine quantize` with the plan saved as JSON under `plan`."""
    words = ["quantengine", "quantize", str(model), "-o", str(output), "--plan", str(plan)]
    if form != "qdq":
        words += ["--format", form]
    if source is not None:
        words += ["--data", str(source.path), *data_flags(source.options)]
    return shlex.join(words)


def data_flags(options: DataOptions) -> list[str]:
    """The flags that say what `options` say."""
    words: list[str] = []
    for name in ("images", "labels", "preset", "layout", "start", "stop", "limit"):
        value = getattr(options, name)
        if value is not None:
            words += [f"--{name}", str(value)]
    for name in ("resize", "crop"):
        value = getattr(options, name)
        if value is not None:
            words += [
                f"--{name}",
                "x".join(map(str, value)) if isinstance(value, tuple) else str(value),
            ]
    for name in ("mean", "std"):
        value = getattr(options, name)
        if value is not None:
            words += [f"--{name}", ",".join(f"{number:g}" for number in value)]
    words += [f"--{name}" for name in ("bgr", "grey", "luma") if getattr(options, name)]
    for key, value in options.mapping.items():
        words += ["--map", f"{key}={value}"]
    return words
