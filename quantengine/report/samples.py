"""The samples that suffer most: picture or curve, and what both networks say of each."""

from __future__ import annotations

import base64
import io
import math

import numpy as np

from quantengine.analyze.worst import Answer, WorstSample
from quantengine.printable import html_text
from quantengine.report.findings import Findings
from quantengine.report.words import named, number, section, signed
from quantengine.verdict.tasks.drawing import Pixels

_WIDE, _HIGH = 320, 160


def samples(found: Findings) -> str:
    """Worst first, float before quantized."""
    kind = "" if found.task is None else f", taken as {found.task}"
    about = f"Worst first{kind}: what the float network says before what the quantized one says."
    cards = "".join(
        _card(number, each, found.follows) for number, each in enumerate(found.suffering, 1)
    )
    body = f'<div class="cards">{cards}</div>' if cards else ""
    return section("Samples that suffered most", body, "samples", about)


def _card(place: int, found: WorstSample, follows: str | None) -> str:
    words = []
    if found.figure is not None and follows is not None:
        words.append(f"{html_text(follows)} {number(found.figure)}")
    if math.isfinite(found.db):
        words.append(signed(f"worst slice {found.db:.1f} dB"))
    title = f"<b>{place}. {named(found.name)}</b>"
    return (
        f'<figure class="card"><figcaption>{title}</figcaption>{_drawn(found)}'
        f'<p class="dim">{", ".join(words)}</p></figure>'
    )


def _drawn(found: WorstSample) -> str:
    """One picture where both networks have the same, which nothing was drawn into."""
    ours, theirs = found.reference, found.candidate
    if ours.picture is not None and theirs.picture is not None:
        if np.array_equal(ours.picture, theirs.picture):
            return f"{_image(ours.picture)}{_said('float', ours)}{_said('quantized', theirs)}"
        return (
            f"{_image(ours.picture)}{_said('float', ours)}"
            f"{_image(theirs.picture)}{_said('quantized', theirs)}"
        )
    curves = "".join(
        _curve(kind, each, found) for kind, each in (("float", ours), ("quantized", theirs))
    )
    return f"{curves}{_said('float', ours)}{_said('quantized', theirs)}"


def _said(kind: str, answer: Answer) -> str:
    return f'<p><span class="key {kind}">{kind}</span> {html_text(answer.text)}</p>'


def _image(picture: Pixels) -> str:
    """As PNG, or as JPEG where that is smaller: photographs."""
    from PIL import Image

    image, found = Image.fromarray(picture), dict[str, bytes]()
    for kind, options in (("png", {}), ("jpeg", {"quality": 88})):
        stream = io.BytesIO()
        image.save(stream, kind, **options)
        found[kind] = stream.getvalue()
    kind = min(found, key=lambda name: len(found[name]))
    return f'<img alt="" src="data:image/{kind};base64,{base64.b64encode(found[kind]).decode()}">'


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
        f'<svg class="curve" viewBox="0 0 {_WIDE} {_HIGH}" preserveAspectRatio="none" role="img" '
        f'aria-label="outputs"><polyline class="{kind}" points="{points}"/></svg>'
    )
