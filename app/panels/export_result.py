"""What came of an export: figures beside those of the float file, and what is to be known."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from quantengine.recover.report import StepReport

from ..export_words import export_figures, export_warnings
from ..exporting import Exported
from ..step_words import idle_steps
from ..theme import Theme
from ..translation import said, step_text
from ..widgets.before_after import BeforeAfter
from ..widgets.label import Label
from ..widgets.row import fill, scrolled, vertical
from ..widgets.veil import Veil


class ExportResult(QWidget):
    """Pales once it is not what would be written now."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.figures, self.notes = BeforeAfter(), Label()
        self.notes.setWordWrap(True)
        self.notes.setProperty("dim", True)
        found = QWidget()
        fill(vertical(found, 0, 0, 0, 0, spacing=16), self.figures, self.notes, 1)
        vertical(self, 0, 0, 0, 0).addWidget(scrolled(found), 1)
        self.veil = Veil(self, theme)

    def show_exported(self, exported: Exported) -> None:
        self.figures.show_rows(export_figures(exported))
        found = exported.evaluation
        doubt = () if found is None or found.verdict.doubt is None else (found.verdict.doubt,)
        steps = [*map(step_text, filter(_is_judged, exported.steps)), idle_steps(exported.steps)]
        notes = [*export_warnings(exported), *map(said, doubt), *steps, *map(said, exported.notes)]
        self.notes.setText("\n".join([*filter(None, notes), *map(said, exported.report.notes)]))


def _is_judged(report: StepReport) -> bool:
    return report.judged
