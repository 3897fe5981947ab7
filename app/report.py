"""One page of all that is known of what is open, written by a job."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QApplication, QFileDialog

from quantengine.export.options import AS_USUAL

from .command_line import quantize_command
from .network import ready_to_judge
from .ready import PROBES
from .sources import guarded
from .translation import shown_language, tr

if TYPE_CHECKING:
    from quantengine.analyze.comparison import Comparison
    from quantengine.analyze.culprits import Gains
    from quantengine.analyze.results import Results
    from quantengine.data.dataset import Dataset
    from quantengine.export.rehearsal import Rehearsal
    from quantengine.monitor import Monitor
    from quantengine.search.front import Front

    from .context import Context
    from .jobs import Job
    from .outcome import Outcome


@dataclass(frozen=True, eq=False)
class Wanted:
    """What the page is about, and what was found out already."""

    outcome: Outcome
    judged: Dataset
    compared: Comparison | None
    gains: Gains | None
    rehearsed: Rehearsal | None
    results: Results | None
    front: Front | None
    command: str
    limits_db: Sequence[float]
    language: str

    def write(self, path: Path, monitor: Monitor) -> Path:
        """Finds out what is not known yet, then writes the page whole or not at all."""
        from quantengine.language import language
        from quantengine.report.findings import Findings, found_of, quantized
        from quantengine.report.page import write_report

        ready, _ = ready_to_judge(self.outcome, monitor)
        candidate = ready.candidate
        assert candidate is not None  # it has a resolution
        begun = Findings(
            quantized(candidate.work.model.path.name),
            compared=self.compared,
            gains=self.gains,
            rehearsed=self.rehearsed,
            results=self.results,
            front=self.front,
            command=self.command,
            limits_db=tuple(self.limits_db),
            language=language(self.language),
        )
        found = found_of(candidate, begun, judged=self.judged, limit=PROBES, monitor=monitor)
        write_report(path, found)
        return path


def save_report(context: Context, path: Path) -> Job | None:
    """Starts to write the page; None where there are no statistics or no samples."""
    document = context.document
    outcome = document.outcome
    if outcome is None or outcome.resolution is None or document.judged is None:
        return None
    wanted = _wanted(context, outcome, document.judged)
    return context.steps.start(
        "report",
        tr("Writing {0}").format(path.name),
        guarded(document, path, lambda monitor: wanted.write(path, monitor)),
    )


def ask_report(context: Context) -> None:
    """Asks for the place of the page, then starts to write it."""
    model = context.document.model
    if model is None:
        return
    start = Path(context.settings.folder("report") or model.path.parent) / f"{model.path.stem}.html"
    chosen, _ = QFileDialog.getSaveFileName(
        QApplication.activeWindow(), tr("Save report"), str(start), tr("Pages (*.html)")
    )
    if chosen:
        context.settings.set_folder("report", Path(chosen).parent)
        save_report(context, Path(chosen))


def _wanted(context: Context, outcome: Outcome, judged: Dataset) -> Wanted:
    document, network = context.document, context.network
    compared = None if network.comparison_is_stale else network.compared
    gains = network.blamed
    results = context.answers.known
    command = quantize_command(
        outcome.reference.path,
        document.decided.source,
        Path("plan.json"),
        outcome.reference.path.with_suffix(".int8.onnx"),
        AS_USUAL,
        outcome.recipe,
        judge=document.judge,
    )
    return Wanted(
        outcome,
        judged,
        None if compared is None else compared.found,
        gains.found if gains is not None and network.is_current(gains) else None,
        context.findings.rehearsal,
        results.found if results is not None and network.is_current(results) else None,
        network.front,
        command,
        context.theme.limits_db,
        shown_language(context.settings.language),
    )
