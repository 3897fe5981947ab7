"""The page: its parts in order, style and script inside, nothing fetched.

A new part is a function from `Findings` to a section, in a file of its own, and a line here.
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

from quantengine.bundled import FOLDER
from quantengine.files import whole_file
from quantengine.language import Language
from quantengine.printable import html_text
from quantengine.report.again import again, notes
from quantengine.report.beyond import recovery, search, training
from quantengine.report.depth import depth
from quantengine.report.findings import Findings
from quantengine.report.flag import flag
from quantengine.report.headline import headline
from quantengine.report.layers import layer_table
from quantengine.report.samples import samples
from quantengine.report.tensors import tensors
from quantengine.sentence import Sentence

PARTS: tuple[Callable[[Findings], str], ...] = (
    headline,
    flag,
    depth,
    samples,
    layer_table,
    tensors,
    recovery,
    training,
    search,
    notes,
    again,
)


def report_page(found: Findings) -> str:
    """One HTML page of everything that is known; names in it are text and nothing is obeyed."""
    body = "".join(part(found) for part in PARTS)
    return whole_page(found.say(found.title), body, found.language)


def whole_page(title: str, body: str, language: Language) -> str:
    """A page of a title, which is text, and of parts that may stand in a page.

    Its policy allows the style and the script that stand in it, and pictures inside; no address.
    """
    style, script = (_part(name) for name in ("page.css", "page.js"))
    policy = (
        f"default-src 'none'; style-src {_hash(style)}; script-src {_hash(script)}; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )
    title, switch = html_text(title), html_text(language.say(Sentence("Dark or light")))
    return f"""<!DOCTYPE html>
<html lang="{language.code.replace("_", "-")}"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title><style>{style}</style></head><body>
<header><h1>{title}</h1>
<button type="button" id="theme" hidden>{switch}</button></header>
{body}<script>{script}</script></body></html>
"""


def write_report(path: Path, found: Findings) -> None:
    """Writes the page whole or not at all; raises QuantError where it cannot."""
    page = report_page(found)
    with whole_file(path) as beside:
        beside.write_text(page, encoding="utf-8", newline="\n")


def _part(name: str) -> str:
    return (FOLDER / "report" / name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(sha256(text.encode()).digest()).decode()}'"
