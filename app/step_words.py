"""Steps of recovery that changed nothing, said in short."""

from __future__ import annotations

from collections.abc import Sequence

from quantengine.recover.report import StepReport

from .translation import said, tr


def idle_steps(reports: Sequence[StepReport]) -> str:
    """One line for all that were not judged: what opening did, and what had nothing to do."""
    idle = [report for report in reports if not (report.judged or report.tried)]
    opened = [said(each.text) for each in idle if each.opened]
    parts = [tr("Done when the model was opened: {0}").format(text) for text in opened]
    others = [each.step for each in idle if not each.opened]
    if others:
        parts.append(tr("Nothing to do: {0}.").format(", ".join(others)))
    return " ".join(parts)
