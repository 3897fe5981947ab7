"""Where the quantized model goes, and in which form."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QWidget,
)

from quantengine.printable import printable

from ..decided import PLAN_ALONE
from ..outcome import Outcome
from ..settings import Settings
from ..widgets.choice_box import ChoiceBox
from ..widgets.form_labels import level_labels
from ..widgets.label import Label, plain_tip
from ..widgets.row import fill, push_button, row

if TYPE_CHECKING:
    from quantengine.export.options import ExportOptions
    from quantengine.work.recipe import Recipe

NEWEST_OFFERED = 23


class ExportForm(QWidget):
    """`wanted` comes with the button."""

    wanted = Signal()
    mending_wanted = Signal(bool)
    """Whether they shall be corrected, when a person says so."""

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self._settings = settings
        self.path = QLineEdit()
        self._offered = Path()
        self.path.setAccessibleName(self.tr("File to write"))
        self.form = self._make_form()
        self.opset = ChoiceBox()
        self.opset.setAccessibleName(self.tr("Opset"))
        self.opset.setToolTip(
            self.tr(
                "Version of the ONNX operators. A higher one is only needed where the runtime\n"
                "asks for it; 4 and 16 bits and blocks need 21."
            )
        )
        self.mending = QCheckBox(self.tr("Mend by default"))
        self.mending.setChecked(True)
        self.mending.setToolTip(
            self.tr(
                "Makes up for what rounding shifts in every output channel, evens out channels\n"
                "that lie far apart, and leads parts that differ very much around a range they\n"
                "share, as the command line does by itself; a recovery or a training that is in\n"
                "use takes its place."
            )
        )
        self.mending.clicked.connect(self.mending_wanted)
        self.button = push_button(self.tr("Export"), self.wanted.emit)
        self.button.setProperty("primary", True)
        file = QHBoxLayout()
        file.setSpacing(8)
        fill(file, (self.path, 1), push_button(self.tr("Browse"), self._browse))
        lines = QFormLayout(self)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setVerticalSpacing(12)
        lines.setHorizontalSpacing(16)
        lines.addRow(self.tr("File"), file)
        name = Label(self.tr("opset"))
        lines.addRow(self.tr("Format"), row(self.form, name, self.opset, self.mending, self.button))
        level_labels(lines)

    def offer(self, outcome: Outcome) -> None:
        """The opsets a plan can be written with, and a name where none was chosen."""
        from quantengine.rewrite.opset import least_opset

        assert outcome.resolution is not None
        if not self.path.text():
            model = outcome.model.path
            folder = self._settings.folder("export") or str(model.parent)
            self._offered = Path(folder) / f"{model.stem}.int8.onnx"
            self.path.setText(printable(str(self._offered)))
        least, chosen = least_opset(outcome.model, outcome.resolution.encodings), self.opset
        before = chosen.currentData()
        same = least == outcome.model.opset
        words = self.tr("{0}, as the model") if same else self.tr("{0}, the lowest usable")
        chosen.clear()
        chosen.addItem(words.format(least), None)
        for version in range(least + 1, NEWEST_OFFERED + 1):
            chosen.addItem(str(version), version)
        chosen.setCurrentIndex(max(chosen.findData(before), 0))

    def target(self) -> Path:
        """What was typed; of a name that cannot be shown, the name that was offered."""
        typed = self.path.text()
        same = typed == printable(str(self._offered))
        return self._offered if same else Path(typed).expanduser()

    @property
    def options(self) -> ExportOptions:
        """How the file is written."""
        from quantengine.export.options import ExportOptions

        return ExportOptions(self.form.currentData(), self.opset.currentData())

    def show_recipe(self, recipe: Recipe | None) -> None:
        """Whether what is done by default is; another recipe takes the place of both."""
        self.mending.setEnabled(recipe is None or recipe == PLAN_ALONE)
        self.mending.setChecked(recipe is None)

    def _make_form(self) -> QComboBox:
        form = ChoiceBox()
        form.setAccessibleName(self.tr("Format"))
        qdq = self.tr(
            "Float operators between QuantizeLinear and DequantizeLinear: runs everywhere"
        )
        qoperator = self.tr("Integer operators, as older runtimes want them")
        for text, value, tip in (("QDQ", "qdq", qdq), ("QOperator", "qoperator", qoperator)):
            form.addItem(text, value)
            form.setItemData(form.count() - 1, plain_tip(tip), Qt.ItemDataRole.ToolTipRole)
        return form

    def _browse(self) -> None:
        chosen, _ = QFileDialog.getSaveFileName(
            self, self.tr("Export to"), self.path.text(), self.tr("ONNX models (*.onnx)")
        )
        if chosen:
            self.path.setText(chosen)
            self._settings.set_folder("export", Path(chosen).parent)
