"""How to train: the method, how long, and how fast; all else is folded away."""

from __future__ import annotations

from dataclasses import fields as fields_of
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
from ..widgets.setting_field import HEIGHT, SettingField

_RECOVERED = ("auto",)
_NARROW = 88


class TrainingForm(QWidget):
    """What it has no field for stays as it was in the recipe shown last.

    Fields that are folded away are made when they are first looked at.
    """

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._base = Settings()
        self._made = first_fields()
        self._seldom = [each.name for each in fields_of(Settings) if each.name not in self._made]
        for field in self._made.values():
            field.control.setFixedWidth(_NARROW)
            field.changed.connect(self._follow)
        self.recover_first = QCheckBox(self.tr("recover first"))
        self.recover_first.setToolTip(
            self.tr(
                "Begin with all that recovery gains; samples held out, which recovery does not\n"
                "see, judge the training"
            )
        )
        self.recover_first.setChecked(True)
        self.more = self._make_more()
        self._lay_out()
        self.recover_first.clicked.connect(lambda _on: self.changed.emit())
        self._show(self._base)

    @property
    def fields(self) -> dict[str, SettingField]:
        """Of every setting, by its name."""
        if not self._has_all:
            self._make_folded()
        return self._made

    @property
    def settings(self) -> Settings:
        """Raises PlanError for values that cannot be."""
        return replace(self._base, **{name: field.value for name, field in self._made.items()})

    @property
    def recipe(self) -> Recipe:
        """Raises PlanError for values that cannot be."""
        steps = _RECOVERED if self.recover_first.isChecked() else ()
        return Recipe(steps, self.settings)

    @property
    def loss(self) -> str:
        """What teaches."""
        return str(self._values()["loss"])

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
        for name, field in self._made.items():
            field.show_value(getattr(settings, name))
        self._fold()

    def _follow(self) -> None:
        self._fold()
        self.changed.emit()

    def _fold(self) -> None:
        """Shows what is used; what is folded away and not as usual is counted."""
        if self.more.isChecked() and not self._has_all:
            self._make_folded()
        values, usual = self._values(), Settings()
        used = [name for name in self._seldom if is_used(name, values)]
        for name in set(self._seldom).intersection(self._made):
            self._made[name].setVisible(name in used)
        count = sum(values[name] != getattr(usual, name) for name in used)
        text = self.tr("More") if not count else self.tr("More: {0} changed").format(count)
        self.more.setText(text)
        self.more.setArrowType(
            Qt.ArrowType.DownArrow if self.more.isChecked() else Qt.ArrowType.RightArrow
        )
        self._folded.setVisible(self.more.isChecked())

    def _values(self) -> Values:
        found: dict[str, Any] = {
            name: getattr(self._base, name) for name in (*self._made, *self._seldom)
        }
        for name, field in self._made.items():
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
        self._folded = Flow()
        column = vertical(self, 0, 0, 0, 0, spacing=8)
        fill(column, Flow(*self._made.values(), self.more), self._folded)

    @property
    def _has_all(self) -> bool:
        return not set(self._seldom).isdisjoint(self._made)

    def _make_folded(self) -> None:
        more = more_fields()
        self._made.update(more)
        self.defaults = push_button(
            self.tr("Defaults"), self.reset, self.tr("All settings as they were at first")
        )
        for name, field in more.items():
            field.show_value(getattr(self._base, name))
            field.changed.connect(self._follow)
        self._folded.add(*more.values(), self.defaults)
        self._fold()
