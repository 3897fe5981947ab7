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
from quantengine.sentence import Sentence
from quantengine.verdict.tasks.drawing import Pixels
from quantengine.verdict.titles import task_title

_WIDE, _HIGH = 320, 160
_NETWORKS = ("float", "quantized")


def samples(found: Findings) -> str:
    """Worst first, float before quantized."""
    about = Sentence("Worst first: what the float network says before what the quantized one says.")
    if found.task is not None:
        about = Sentence("Taken as {0}. {1}", task_title(found.task), about)
    cards = "".join(_card(found, place, each) for place, each in enumerate(found.suffering, 1))
    body = f'<div class="cards">{cards}</div>' if cards else ""
    title = found.say(Sentence("Samples that suffered most"))
    return section(title, body, "samples", found.say(about))


def _card(found: Findings, place: int, sample: WorstSample) -> str:
    words = []
    if sample.figure is not None and found.follows is not None:
        words.append(f"{html_text(found.follows)} {number(sample.figure)}")
    if math.isfinite(sample.db):
        words.append(signed(found.say(Sentence("worst slice {0} dB", f"{sample.db:.1f}"))))
    title = f"<b>{place}. {named(sample.name)}</b>"
    return (
        f'<figure class="card"><figcaption>{title}</figcaption>{_drawn(found, sample)}'
        f'<p class="dim">{", ".join(words)}</p></figure>'
    )


def _drawn(found: Findings, sample: WorstSample) -> str:
    """One picture where both networks have the same, which nothing was drawn into."""
    ours, theirs = sample.reference, sample.candidate
    both = tuple(zip(_NETWORKS, (ours, theirs), strict=True))
    said = [_said(found, kind, each) for kind, each in both]
    if ours.picture is not None and theirs.picture is not None:
        if np.array_equal(ours.picture, theirs.picture):
            return f"{_image(ours.picture)}{''.join(said)}"
        return f"{_image(ours.picture)}{said[0]}{_image(theirs.picture)}{said[1]}"
    curves = (_curve(found, kind, each, sample) for kind, each in both)
    return f"{''.join(curves)}{''.join(said)}"


def _said(found: Findings, kind: str, answer: Answer) -> str:
    name = found.say(Sentence("float") if kind == _NETWORKS[0] else Sentence("quantized"))
    text = html_text(found.say(answer.text))
    return f'<p><span class="key {kind}">{html_text(name)}</span> {text}</p>'


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


def _curve(found: Findings, kind: str, answer: Answer, sample: WorstSample) -> str:
    """The values of the output from left to right; both networks have one scale."""
    both = np.concatenate([sample.reference.curve, sample.candidate.curve])
    usual = both[np.isfinite(both)]
    if not usual.size or not answer.curve.size:
        return ""
    low, high = float(usual.min()), float(usual.max())
    values = np.nan_to_num(answer.curve, nan=low, posinf=high, neginf=low)
    x = np.linspace(0, _WIDE, values.size)
    y = _HIGH * (1 - (values - low) / ((high - low) or 1))
    name = html_text(found.say(Sentence("outputs")))
    points = " ".join(f"{a:.1f},{b:.1f}" for a, b in zip(x, y, strict=True))
    return (
        f'<svg class="curve" viewBox="0 0 {_WIDE} {_HIGH}" preserveAspectRatio="none" role="img" '
        f'aria-label="{name}"><polyline class="{kind}" points="{points}"/></svg>'
    )
