"""The toolbar: the way of work from left to right."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QComboBox, QMenu, QSizePolicy, QToolBar, QToolButton, QWidget

from .actions import Actions
from .document import Document
from .theme import Theme
from .translation import LANGUAGES, tr_engine
from .widgets.choice_box import ChoiceBox
from .widgets.label import plain_tip

_MODEL = ["open_model", "demo", "", "open_project", "save", "save_as", "", "save_report"]
_DATA = ["data_folder", "data_file", "", "data_edit"]
_STEPS = ("calibrate", "export")
_VIEW = ["find", "guide", "shortcuts", "about", "", "theme_system", "theme_light", "theme_dark", ""]


class WorkBar(QToolBar):
    """Menus for model and data, the steps, the target, undo and redo."""

    def __init__(self, actions: Actions, document: Document, theme: Theme) -> None:
        super().__init__()
        self._actions, self._document, self._theme = actions, document, theme
        self.setWindowTitle(self.tr("Way of work"))
        self.setObjectName("toolbar")
        self.setMovable(False)
        self.setIconSize(QSize(20, 20))
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self.targets = self._make_targets()
        self._fill()

    def _fill(self) -> None:
        self.addWidget(self._menu_button(self.tr("Model"), "box", _MODEL))
        self.addWidget(self._menu_button(self.tr("Data"), "images", _DATA))
        for name in _STEPS:
            self.addAction(self._actions[name])
        gap = QWidget()
        gap.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.addWidget(gap)
        self.addWidget(self.targets)
        for name in ("undo", "redo"):
            self.addAction(self._actions[name])
            button = self.widgetForAction(self._actions[name])
            assert isinstance(button, QToolButton)
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
        languages = [f"language_{code}" for code in LANGUAGES]
        self.addWidget(
            self._menu_button(self.tr("View"), "layers", [*_VIEW, *languages, "", "quit"])
        )

    def _make_targets(self) -> QComboBox:
        from quantengine.targets import TARGETS

        targets = ChoiceBox()
        targets.setAccessibleName(self.tr("Target"))
        targets.setToolTip(self.tr("What the model will run on: sets the defaults of the plan"))
        for name, known in TARGETS.items():
            targets.addItem(name, name)
            place, note = targets.count() - 1, tr_engine(known.note)
            targets.setItemData(place, plain_tip(note), Qt.ItemDataRole.ToolTipRole)
        targets.activated.connect(self._choose_target)
        self._document.plan_changed.connect(self._show_target)
        self._document.model_changed.connect(self._show_target)
        targets.setEnabled(False)
        return targets

    def _choose_target(self, place: int) -> None:
        from .edits import for_target

        target = self.targets.itemData(place)
        plan = for_target(self._document.plan, target)
        self._document.edit(self.tr("target {0}").format(target), plan=plan)

    def _show_target(self) -> None:
        self.targets.setCurrentIndex(self.targets.findData(self._document.plan.target))
        self.targets.setEnabled(self._document.model is not None)

    def _menu_button(self, text: str, icon: str, names: list[str]) -> QToolButton:
        button = QToolButton()
        button.setText(f"{text} \N{BLACK DOWN-POINTING SMALL TRIANGLE}")
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(button)
        for name in names:
            if name:
                menu.addAction(self._actions[name])
            else:
                menu.addSeparator()
        button.setMenu(menu)
        button.setIcon(self._theme.icon(icon))
        self._theme.changed.connect(lambda: button.setIcon(self._theme.icon(icon)))
        return button
