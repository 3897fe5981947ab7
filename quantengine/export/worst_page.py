"""The samples that suffer most as one page that needs nothing beside it."""

from __future__ import annotations

import base64
import io
import math
from collections.abc import Sequence

import numpy as np

from quantengine.analyze.worst import Answer, WorstSample
from quantengine.printable import html_text
from quantengine.verdict.tasks.drawing import Pixels

_WIDE, _HIGH = 320, 160
_STYLE = """
:root { color-scheme: light dark; --text: #1c222c; --dim: #586273; --line: #d3d8e0;
  --page: #ffffff; --float: #2b5fa8; --quantized: #c85a08; }
@media (prefers-color-scheme: dark) { :root { --text: #e7eaf0; --dim: #9ba5b4; --line: #363c47;
  --page: #15181d; --float: #7cc4ea; --quantized: #f29648; } }
body { font: 14px/1.5 system-ui, sans-serif; color: var(--text); background: var(--page);
  max-width: 1200px; margin: 32px auto; padding: 0 24px; }
h1 { font-size: 24px; margin: 0; } h2 { font-size: 16px; margin: 32px 0 8px; }
p.dim, figcaption span { color: var(--dim); }
div.pair { display: flex; gap: 24px; flex-wrap: wrap; } figure { margin: 0; max-width: 560px; }
img { max-width: 100%; image-rendering: pixelated; border: 1px solid var(--line); }
svg { width: 560px; max-width: 100%; border: 1px solid var(--line); }
polyline { fill: none; stroke-width: 1.5; vector-effect: non-scaling-stroke; }
.float { stroke: var(--float); } .quantized { stroke: var(--quantized); }
"""


def worst_page(
    title: str, task: str | None, figure: str | None, found: Sequence[WorstSample]
) -> str:
    """A page with both answers to each sample side by side, worst first; no script, no link.

    `figure` names what the samples were ranked by before their worst slice.
    """
    name = html_text(title)
    kind = "" if task is None else f", taken as {html_text(task)}"
    parts = "\n".join(_sample(number, each, figure) for number, each in enumerate(found, 1))
    return f"""<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{name}, worst samples</title><style>{_STYLE}</style></head><body>
<h1>{name}</h1>
<p class="dim">The samples that suffer most, worst first{kind}: what the float network says on the
left, the quantized one on the right.</p>
{parts}
</body></html>
"""


def _sample(number: int, found: WorstSample, figure: str | None) -> str:
    words = [] if found.figure is None or figure is None else [f"{figure} {found.figure:.4g}"]
    if math.isfinite(found.db):
        words.append(f"worst slice {found.db:.1f} dB".replace("-", "&minus;"))
    about = f"<p class='dim'>{', '.join(words)}</p>" if words else ""
    figures = _figure("float", found.reference, found) + _figure(
        "quantized", found.candidate, found
    )
    return f"<h2>{number}. {html_text(found.name)}</h2>{about}<div class='pair'>{figures}</div>"


def _figure(kind: str, answer: Answer, found: WorstSample) -> str:
    drawn = _curve(kind, answer, found) if answer.picture is None else _image(answer.picture)
    text = html_text(answer.text)
    return f"<figure>{drawn}<figcaption><span>{kind}:</span> {text}</figcaption></figure>"


def _image(picture: Pixels) -> str:
    from PIL import Image

    stream = io.BytesIO()
    Image.fromarray(picture).save(stream, "PNG")
    return (
        f'<img alt="" src="data:image/png;base64,{base64.b64encode(stream.getvalue()).decode()}">'
    )


def _curve(kind: str, answer: Answer, found: WorstSample) -> str:
    """The values of the output from left to right; both networks have one scale."""
    both = np.concatenate([found.reference.curve, found.candidate.curve])
    usual = both[np.isfinite(both)]
    if not usual.size or not answer.curve.size:
        return ""
    low, high = float(usual.min()), float(usual.max())
    values = np.nan_to_num(answer.curve, nan=low, posinf=high, neginf=low)
    x = np.linspace(0, _WIDE, values.size)
    y = _HIGH * (1 - (values - low) / ((high - low) or 1))
    points = " ".join(f"{a:.1f},{b:.1f}" for a, b in zip(x, y, strict=True))
    return (
        f'<svg viewBox="0 0 {_WIDE} {_HIGH}" preserveAspectRatio="none" role="img">'
        f'<polyline class="{kind}" points="{points}"/></svg>'
    )
