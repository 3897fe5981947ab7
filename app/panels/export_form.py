"""Where the quantized model goes, and in which form."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QWidget,
)

from quantengine.printable import printable

from ..decided import PLAN_ALONE
from ..outcome import Outcome
from ..panels.edges_form import EdgesForm
from ..settings import Settings
from ..translation import tr_engine
from ..widgets.choice_box import ChoiceBox
from ..widgets.form_labels import level_labels
from ..widgets.label import Label, plain_tip
from ..widgets.row import fill, push_button, row

if TYPE_CHECKING:
    from quantengine.export.options import ExportOptions
    from quantengine.rewrite.encodings import Encodings
    from quantengine.work.recipe import Recipe

NEWEST_OFFERED = 23


class ExportForm(QWidget):
    """`wanted` comes with the button."""

    wanted = Signal()
    chosen = Signal()
    """A person wants the file in another form."""
    mending_wanted = Signal(bool)
    """Whether they shall be corrected, when a person says so."""

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self._settings = settings
        self.path = QLineEdit()
        self._offered = Path()
        self.path.setAccessibleName(self.tr("File to write"))
        self.form = ChoiceBox()
        self.form.setAccessibleName(self.tr("Format"))
        self.form.currentIndexChanged.connect(lambda _: self._fit_level())
        self.level, self.halves = self._make_level(), self._make_halves()
        self.opset = ChoiceBox()
        self.opset.setAccessibleName(self.tr("Opset"))
        self.opset.setToolTip(
            self.tr(
                "Version of the ONNX operators. A higher one is only needed where the runtime\n"
                "asks for it; 4 and 16 bits and blocks need 21."
            )
        )
        for choice in (self.form, self.opset, self.level):
            choice.activated.connect(lambda _place: self.chosen.emit())
        self.halves.clicked.connect(lambda _on: self.chosen.emit())
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
        self.edges = EdgesForm()
        lines.addRow(self.tr("Edges"), self.edges)
        lines.addRow(self.tr("Activations"), row(self.level, self.halves))
        self._lines, self._floats = lines, lines.rowCount() - 1
        lines.setRowVisible(self._floats, False)
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
        encodings = outcome.resolution.encodings
        self._offer_forms(encodings)
        alone = bool(encodings.weights) and not encodings.activations and not encodings.dynamic
        self._lines.setRowVisible(self._floats, alone)
        least, chosen = least_opset(outcome.model, encodings), self.opset
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

        form, opset = self.form.currentData(), self.opset.currentData()
        if not self._lines.isRowVisible(self._floats):
            return ExportOptions(form, opset)
        level = self.level.currentData() if self.level.isEnabled() else 0
        return ExportOptions(
            form, opset, accuracy_level=level, float16_rest=self.halves.isChecked()
        )

    def show_recipe(self, recipe: Recipe | None) -> None:
        """Whether what is done by default is; another recipe takes the place of both."""
        self.mending.setEnabled(recipe is None or recipe == PLAN_ALONE)
        self.mending.setChecked(recipe is None)

    def _offer_forms(self, encodings: Encodings) -> None:
        """Those that the network can be written in."""
        from quantengine.export.forms import FORMS

        before = self.form.currentData()
        offered = {name: form for name, form in FORMS.items() if form.obstacle(encodings) is None}
        if [*offered] != [self.form.itemData(place) for place in range(self.form.count())]:
            self.form.clear()
            for name, form in offered.items():
                self.form.addItem(form.title, name)
                last, role = self.form.count() - 1, Qt.ItemDataRole.ToolTipRole
                self.form.setItemData(last, plain_tip(tr_engine(form.text)), role)
            self.form.setCurrentIndex(max(self.form.findData(before), 0))
        self._fit_level()

    def _fit_level(self) -> None:
        self.level.setEnabled(self.form.currentData() == "nbits")

    def _make_level(self) -> ChoiceBox:
        from quantengine.export.options import ROUNDS_ACTIVATIONS

        level = ChoiceBox()
        level.setAccessibleName(self.tr("Accuracy level"))
        level.addItem(self.tr("as floats"), 0)
        level.addItem(self.tr("in 8 bits by the kernel"), ROUNDS_ACTIVATIONS)
        level.setToolTip(
            self.tr(
                "What products with packed weights make of their inputs: floats lose nothing,\n"
                "8 bits with a scale for each block are faster where the CPU multiplies them\n"
                "(accuracy level 4). Pairs leave that to onnxruntime, which takes 8 bits."
            )
        )
        return level

    def _make_halves(self) -> QCheckBox:
        halves = QCheckBox(self.tr("rest in half precision"))
        halves.setToolTip(
            self.tr(
                "Writes what is no code as float16; nodes whose values do not fit stay float32\n"
                "and are named. On x86 the file gets smaller, and slower to run."
            )
        )
        return halves

    def _browse(self) -> None:
        chosen, _ = QFileDialog.getSaveFileName(
            self, self.tr("Export to"), self.path.text(), self.tr("ONNX models (*.onnx)")
        )
        if chosen:
            self.path.setText(chosen)
            self._settings.set_folder("export", Path(chosen).parent)
