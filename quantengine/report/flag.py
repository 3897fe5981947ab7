"""Which layers ruin the result, and what is found to help."""

from __future__ import annotations

from quantengine.analyze.culprits import Culprits
from quantengine.counted import counted
from quantengine.printable import html_text
from quantengine.report.findings import Findings
from quantengine.report.words import named, section, size


def flag(found: Findings) -> str:
    """Nothing where no layer was switched."""
    said = [*_culprits(found), *_rescue(found)]
    body = "".join(f"<p>{text}</p>" for text in said)
    return section("Which layer, and what helps", body, "flag")


def _culprits(found: Findings) -> list[str]:
    culprits = found.culprits
    if culprits is None:
        return []
    told = culprits.said(named)
    causes = ((name, found.causes(name)) for name in culprits.names)
    whys = [f"<b>{named(name)}</b>: {html_text(said)}" for name, said in causes if said]
    return [told, *whys, *([_keeping(culprits)] if culprits.layers else [])]


def _keeping(culprits: Culprits) -> str:
    names = ", ".join(f"<b>{named(name)}</b>" for name in culprits.names)
    layers = counted(len(culprits.layers), "layer")
    return (
        f"Kept float, {layers} ({names}) would weigh {size(culprits.bytes)} more. Gains of single "
        "layers do not add up."
    )


def _rescue(found: Findings) -> list[str]:
    rescue = None if found.written is None else found.written.rescue
    if rescue is None:
        return []
    names = ", ".join(f"<b>{named(name)}</b>" for name in rescue.layers)
    return [
        f"Kept float, {names} would lift the result from {rescue.before_db:.1f} to about "
        f"{rescue.after_db:.1f} dB for {size(rescue.bytes)} more."
    ]
