"""How to train: the method, how long, and how fast."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QGridLayout, QLabel, QWidget

from app.recipe import Recipe
from app.widgets.number_field import NumberField
from quantengine.finetune.settings import METHOD_NOTES, METHODS, Settings

_RECOVERED = ("auto",)


class TrainingForm(QWidget):
    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        usual = Settings()
        self.method = QComboBox()
        self.method.setAccessibleName(self.tr("Training method"))
        for name in METHODS:
            self.method.addItem(name, name)
            tip = METHOD_NOTES[name]
            self.method.setItemData(self.method.count() - 1, tip, Qt.ItemDataRole.ToolTipRole)
        self.method.setCurrentIndex(self.method.findData(usual.method))
        self.method.setToolTip(self.tr("How gradients pass the rounding"))
        self.epochs = _field(self.tr("Epochs"), usual.epochs)
        self.epochs.setToolTip(self.tr("Passes over the data"))
        self.weight_rate = _field(self.tr("Weight rate"), usual.weight_rate)
        self.weight_rate.setToolTip(
            self.tr("Learning rate of weights, in steps of their grid: one value suits all widths")
        )
        self.range_rate = _field(self.tr("Range rate"), usual.range_rate)
        self.range_rate.setToolTip(self.tr("Learning rate of ranges, as a share of them"))
        self.recover_first = QCheckBox(self.tr("recover first"))
        self.recover_first.setToolTip(
            self.tr("Begin with all that recovery gains; other samples judge the training")
        )
        self.recover_first.setChecked(True)
        self._lay_out()
        self.method.activated.connect(lambda _place: self.changed.emit())
        self.recover_first.clicked.connect(lambda _on: self.changed.emit())
        for field in (self.epochs, self.weight_rate, self.range_rate):
            field.entered.connect(lambda _value: self.changed.emit())

    @property
    def settings(self) -> Settings:
        """Raises PlanError for values that cannot be."""
        return Settings(
            method=self.method.currentData(),
            epochs=round(self.epochs.value or 0),
            weight_rate=self.weight_rate.value or 0.0,
            range_rate=self.range_rate.value or 0.0,
        )

    @property
    def recipe(self) -> Recipe:
        """Raises PlanError for values that cannot be."""
        steps = _RECOVERED if self.recover_first.isChecked() else ()
        return Recipe(steps, self.settings)

    def show_recipe(self, recipe: Recipe) -> None:
        """Fills the fields with what was decided."""
        if recipe.training is None:
            return
        self.method.setCurrentIndex(self.method.findData(recipe.training.method))
        self.epochs.set_value(recipe.training.epochs)
        self.weight_rate.set_value(recipe.training.weight_rate)
        self.range_rate.set_value(recipe.training.range_rate)
        self.recover_first.setChecked(bool(recipe.steps))

    def _lay_out(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(8)
        for place, (text, part) in enumerate(
            (
                (self.tr("Method"), self.method),
                (self.tr("Epochs"), self.epochs),
                (self.tr("Weight rate"), self.weight_rate),
                (self.tr("Range rate"), self.range_rate),
            )
        ):
            row, column = place // 2, 3 * (place % 2)
            grid.addWidget(QLabel(text), row, column)
            grid.addWidget(part, row, column + 1)
        grid.setColumnMinimumWidth(2, 16)
        grid.addWidget(self.recover_first, 0, 6)
        grid.setColumnMinimumWidth(5, 16)
        grid.setColumnStretch(7, 1)


def _field(name: str, value: float) -> NumberField:
    field = NumberField(name)
    field.setMaximumWidth(72)
    field.set_value(value)
    return field
