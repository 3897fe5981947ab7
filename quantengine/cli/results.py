"""The two figures of a written file: whether it computes what was simulated, and how well."""

from __future__ import annotations

import math
import shlex
from typing import TYPE_CHECKING

from quantengine.counted import counted

if TYPE_CHECKING:
    from quantengine.analyze.quality import Quality
    from quantengine.analyze.rescue import Rescue
    from quantengine.export.export import ExportReport
    from quantengine.export.node_check import NodeCheck


_AMPLIFIED_DB = 60.0
"""Files of networks that amplify nothing are further from their simulation than this."""


def check_text(report: ExportReport) -> str:
    """What running the file beside its simulation showed."""
    from quantengine.cli.table import decibels, share

    found = report.verification
    if report.unverified:
        run = (
            f", although it was run on {counted(found.samples, 'sample')}" if found.samples else ""
        )
        return f"Not verified{run}: see the notes."
    checked = found.nodes.samples
    if not checked:
        return "Verified: valid and loads in onnxruntime; not run, since no data was given."
    apart = found.simulation_sqnr_db
    run = f"Verified on {counted(checked, 'sample')}{_nodes_text(found.nodes)}"
    if math.isnan(apart):
        if found.simulation_equal is not None:
            return f"{run}: {share(found.simulation_equal)} of the integers as in the simulation."
        return f"{run}: the simulated outputs are zero and give no dB."
    if math.isinf(apart):
        return f"{run}: equal to the simulation."
    amplified = apart < _AMPLIFIED_DB and found.nodes.nodes and not found.saturated
    why = f", since {_reason(found.nodes)}" if amplified else ""
    return f"{run}: {decibels(apart)} dB against the simulation{why}."


def _reason(found: NodeCheck) -> str:
    if not found.rounded:
        return "the network amplifies single codes"
    layers = counted(len(found.rounded), "layer")
    return f"onnxruntime rounds the inputs of {layers} to 8 bits by itself"


def _nodes_text(found: NodeCheck) -> str:
    """What comparing layer by layer showed; single codes that differ are amplified behind."""
    if not found.nodes:
        return ""
    layers = counted(found.nodes, "layer")
    if not found.largest_steps:
        return f", {layers} one by one without a code that differs"
    return (
        f", {layers} one by one with at most {found.worst_share:.3%} of codes that "
        f"differ, by up to {found.largest_steps}"
    )


def quality_text(found: Quality) -> str:
    """How near the results are to those of the float model, of the worst output."""
    from quantengine.cli.table import own_texts
    from quantengine.verdict.ruin import lost_of_task

    lost = lost_of_task(found.verdict)
    words = [_figure(found), *([] if lost is None else [lost]), *own_texts(found.verdict)]
    return f"Quality on {_samples(found)}: {', '.join(words)}."


def is_ruined(found: Quality | None) -> bool:
    """Whether the result is so far off that nothing about the file matters more."""
    from quantengine.verdict.ruin import ruin_of

    return found is not None and ruin_of(found.verdict) is not None


def ruin_text(
    found: Quality | None, rescue: Rescue | None, *, searched: bool = True, recovered: bool = False
) -> str | None:
    """What ruins the result and what to do; None for a result that nothing little would mend.

    `searched`: few small layers to blame were looked for; `recovered`: not by biases alone.
    """
    if rescue is not None:
        return _rescue_text(rescue)
    why = None if found is None else _ruin_of(found)
    if why is None:
        return None
    blame = ", and not by few small layers" if searched else ""
    ways = "or keep them float" if recovered else "keep them float, or try --recover auto"
    return (
        f"The result is ruined ({why}){blame}: give the layers that `quantengine "
        f"analyze` shows more bits, {ways}."
    )


def _ruin_of(found: Quality) -> str | None:
    """All figures of the outputs where decibels tell; else the one that does."""
    from quantengine.printable import printable
    from quantengine.verdict.ruin import RUINED_DB, ruin_of

    why = ruin_of(found.verdict)
    if why is None:
        return None
    return _figure(found) if found.worst_db < RUINED_DB else printable(str(why))


def _rescue_text(found: Rescue) -> str:
    from quantengine.cli.table import decibels, size

    flags = " ".join(f"--keep-float {shlex.quote(name)}" for name in found.layers)
    one = len(found.layers) == 1
    layers, ruin, lift = (
        ("1 layer", "ruins", "lifts") if one else (f"{len(found.layers)} layers", "ruin", "lift")
    )
    return (
        f"{layers} {ruin} the result: {flags} {lift} it from {decibels(found.before_db)} to about "
        f"{decibels(found.after_db)} dB for {size(found.bytes)} more (simulated on "
        f"{counted(found.samples, 'sample')})."
    )


def _samples(found: Quality) -> str:
    text = f"{found.verdict.samples} of {counted(found.available, 'sample')}"
    if found.held_out:
        text += " held out from recovery"
    return f"{text}, padding left out" if found.verdict.without_padding else text


def _figure(found: Quality) -> str:
    from quantengine.cli.table import decibels, share, worst_text
    from quantengine.printable import printable

    outputs = found.verdict.outputs
    whole = [output for output in outputs if output.equal is not None]
    worst = found.worst
    if worst is None:
        parts = [f"{share(output.equal or 0)} of '{output.name}' equal" for output in whole]
        return printable(", ".join(parts)) or "no output has a figure"
    if math.isinf(worst.sqnr_db) and worst.sqnr_db > 0:
        return "equal to the float model"
    named = f", the worst output '{printable(worst.name)}'" if len(outputs) > 1 else ""
    part = found.verdict.worst
    if part is not None and len(worst.slices) > 1:
        named += f", in it {worst_text(part)}"
    why = f", infinite in just one of both in {worst.unlike} places" if worst.unlike else ""
    also = "".join(f", {share(o.equal or 0)} of '{printable(o.name)}' equal" for o in whole)
    return f"{decibels(worst.sqnr_db)} dB against the float model{why}{named}{also}"
