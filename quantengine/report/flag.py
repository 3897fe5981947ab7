"""Which layers ruin the result, and what is found to help."""

from __future__ import annotations

from quantengine.analyze.culprits import Culprits
from quantengine.counted import counted
from quantengine.printable import html_text
from quantengine.report.findings import Findings
from quantengine.report.words import named, section, size
from quantengine.sentence import Sentence


def flag(found: Findings) -> str:
    """Nothing where no layer was switched."""
    said = [*_culprits(found), *_rescue(found)]
    body = "".join(f"<p>{text}</p>" for text in said)
    return section(found.say(Sentence("Which layer, and what helps")), body, "flag")


def _culprits(found: Findings) -> list[str]:
    culprits = found.culprits
    if culprits is None:
        return []
    told = found.say(culprits.said(named))
    causes = ((name, found.causes(name)) for name in culprits.names)
    whys = [f"<b>{named(name)}</b>: {html_text(said)}" for name, said in causes if said]
    return [told, *whys, *([_keeping(found, culprits)] if culprits.layers else [])]


def _keeping(found: Findings, culprits: Culprits) -> str:
    names = ", ".join(f"<b>{named(name)}</b>" for name in culprits.names)
    told = Sentence(
        "Kept float, {0} ({1}) would weigh {2} more. Gains of single layers do not add up.",
        counted(len(culprits.layers), "layer"),
        names,
        size(culprits.bytes),
    )
    return found.say(told)


def _rescue(found: Findings) -> list[str]:
    rescue = None if found.written is None else found.written.rescue
    if rescue is None:
        return []
    names = ", ".join(f"<b>{named(name)}</b>" for name in rescue.layers)
    told = Sentence(
        "Kept float, {0} would lift the result from {1} to about {2} dB for {3} more.",
        names,
        f"{rescue.before_db:.1f}",
        f"{rescue.after_db:.1f}",
        size(rescue.bytes),
    )
    return [found.say(told)]
