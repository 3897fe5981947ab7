"""Every command by name: one place for text, icon, shortcut and what is missing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QKeySequence
from shiboken6 import isValid

from .theme import Theme
from .widgets.label import plain_tip


@dataclass(frozen=True)
class Command:
    """`missing` says in a sentence why it cannot be done now, None when it can.

    `on_rows`: its key works on the rows of the layers alone, where it is no letter of a text.
    """

    name: str
    text: str
    run: Callable[[], object]
    icon: str = ""
    shortcut: str | QKeySequence.StandardKey = ""
    tip: str = ""
    missing: Callable[[], str | None] = lambda: None
    on_rows: bool = False


class Actions(QObject):
    """QActions from commands; `refresh` enables what can be done and says why the rest cannot."""

    def __init__(self, theme: Theme, parent: QObject) -> None:
        super().__init__(parent)
        self._theme = theme
        self._commands: dict[str, Command] = {}
        self._actions: dict[str, QAction] = {}
        self._adopted: dict[str, tuple[QAction, str]] = {}
        self._plain: dict[str, str] = {}
        """What adopted actions are called before they name a step."""
        theme.changed.connect(self._tint)

    def add(self, command: Command) -> QAction:
        action = QAction(command.text, self)
        action.setObjectName(command.name)
        if command.shortcut:
            action.setShortcut(QKeySequence(command.shortcut))
        if command.on_rows:
            action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        action.triggered.connect(lambda _checked: command.run())
        self._commands[command.name] = command
        self._actions[command.name] = action
        if command.icon:
            action.setIcon(self._theme.icon(command.icon))
        return action

    def adopt(self, name: str, action: QAction, icon: str) -> None:
        """Takes in an action that another object keeps up to date."""
        self._adopted[name] = (action, icon)
        self._plain[name] = action.text()
        action.setIcon(self._theme.icon(icon))
        action.changed.connect(self._tell)
        self._tell()

    def __getitem__(self, name: str) -> QAction:
        return self._adopted[name][0] if name in self._adopted else self._actions[name]

    def __iter__(self) -> Iterator[QAction]:
        yield from self._actions.values()
        yield from (action for action, _ in self._adopted.values())

    @property
    def anywhere(self) -> Iterator[QAction]:
        """Commands whose keys work wherever the keyboard is; undo is the field's own in a field."""
        for name, command in self._commands.items():
            if command.shortcut and not command.on_rows:
                yield self._actions[name]

    def named(self, action: QAction) -> str:
        """What it is called whatever it would do now."""
        known = (self._plain[name] for name, (each, _) in self._adopted.items() if each is action)
        return next(known, action.text())

    def refresh(self) -> None:
        for name, command in self._commands.items():
            missing = command.missing()
            action = self._actions[name]
            action.setEnabled(missing is None)
            keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
            tip = missing or command.tip or command.text
            action.setToolTip(plain_tip(f"{tip} ({keys})" if keys and missing is None else tip))

    def _tint(self) -> None:
        for name, command in self._commands.items():
            if command.icon:
                self._actions[name].setIcon(self._theme.icon(command.icon))
        for action, icon in self._adopted.values():
            action.setIcon(self._theme.icon(icon))

    def _tell(self) -> None:
        """Left alone an action makes a tooltip of its text, and obeys what is in it."""
        for action in (action for action, _ in self._adopted.values() if isValid(action)):
            if action.toolTip() != plain_tip(action.iconText()):
                action.setToolTip(plain_tip(action.iconText()))
