"""How to train: the method, how long, and how fast; all else is folded away."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QToolButton, QWidget

from quantengine.errors import PlanError
from quantengine.finetune.settings import Settings
from quantengine.work.recipe import Recipe

from ..panels.training_fields import Values, first_fields, is_used, more_fields
from ..translation import said
from ..widgets.flow import Flow
from ..widgets.row import fill, push_button, vertical
from ..widgets.setting_field import HEIGHT

_RECOVERED = ("auto",)
_NARROW = 88


class TrainingForm(QWidget):
    """What it has no field for stays as it was in the recipe shown last."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._base = Settings()
        first, self._more = first_fields(), more_fields()
        for field in first.values():
            field.control.setFixedWidth(_NARROW)
        self.fields = {**first, **self._more}
        self.recover_first = QCheckBox(self.tr("recover first"))
        self.recover_first.setToolTip(
            self.tr(
                "Begin with all that recovery gains; samples held out, which recovery does not\n"
                "see, judge the training"
            )
        )
        self.recover_first.setChecked(True)
        self.more = self._make_more()
        self.defaults = push_button(
            self.tr("Defaults"), self.reset, self.tr("All settings as they were at first")
        )
        self._lay_out()
        for field in self.fields.values():
            field.changed.connect(self._follow)
        self.recover_first.clicked.connect(lambda _on: self.changed.emit())
        self._show(self._base)

    @property
    def settings(self) -> Settings:
        """Raises PlanError for values that cannot be."""
        return replace(self._base, **{name: field.value for name, field in self.fields.items()})

    @property
    def recipe(self) -> Recipe:
        """Raises PlanError for values that cannot be."""
        steps = _RECOVERED if self.recover_first.isChecked() else ()
        return Recipe(steps, self.settings)

    @property
    def problem(self) -> str:
        """Why nothing can be trained so, in a sentence; nothing where it can."""
        try:
            _ = self.settings
        except PlanError as error:
            return said(error)
        return ""

    def show_recipe(self, recipe: Recipe) -> None:
        """Fills the fields with what was decided."""
        if recipe.training is not None:
            self.recover_first.setChecked(bool(recipe.steps))
            self._show(recipe.training)

    def reset(self) -> None:
        self.recover_first.setChecked(True)
        self._show(Settings())
        self.changed.emit()

    def _show(self, settings: Settings) -> None:
        self._base = settings
        for name, field in self.fields.items():
            field.show_value(getattr(settings, name))
        self._fold()

    def _follow(self) -> None:
        self._fold()
        self.changed.emit()

    def _fold(self) -> None:
        """Shows what is used; what is folded away and not as usual is counted."""
        values, usual = self._values(), Settings()
        used = [name for name in self._more if is_used(name, values)]
        for name, field in self._more.items():
            field.setVisible(name in used)
        count = sum(values[name] != getattr(usual, name) for name in used)
        text = self.tr("More") if not count else self.tr("More: {0} changed").format(count)
        self.more.setText(text)
        self.more.setArrowType(
            Qt.ArrowType.DownArrow if self.more.isChecked() else Qt.ArrowType.RightArrow
        )
        self._folded.setVisible(self.more.isChecked())

    def _values(self) -> Values:
        found: dict[str, Any] = {}
        for name, field in self.fields.items():
            try:
                found[name] = field.value
            except PlanError:
                found[name] = getattr(self._base, name)
        return found

    def _make_more(self) -> QToolButton:
        more = QToolButton()
        more.setCheckable(True)
        more.setFixedHeight(HEIGHT)
        more.setAutoRaise(True)
        more.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        more.setToolTip(self.tr("Loss, data, device, and what each method leaves open"))
        more.toggled.connect(lambda _on: self._fold())
        return more

    def _lay_out(self) -> None:
        often = (field for name, field in self.fields.items() if name not in self._more)
        line = Flow(*often, self.more)
        self._folded = Flow(*self._more.values(), self.defaults)
        column = vertical(self, 0, 0, 0, 0, spacing=8)
        fill(column, line, self._folded)
