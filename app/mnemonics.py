"""Alt and a letter: badges over what can be pressed while Alt is held, letters in menus."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from string import ascii_uppercase

from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractButton,
    QCheckBox,
    QMainWindow,
    QMenu,
    QPushButton,
    QTabBar,
    QToolButton,
    QWidget,
)

from .widgets.heading import Heading
from .widgets.label import Label
from .widgets.menu_button import MenuButton
from .widgets.overlay import Overlay
from .widgets.tile import Tile


@dataclass(frozen=True)
class Target:
    """What can be pressed: its text and a second one to take letters of, and its lower left end."""

    text: str
    other: str
    at: QPoint
    press: Callable[[], object]


class Mnemonics(QObject):
    """Nothing is marked while Alt is not held: no text moves, and all letters are free."""

    def __init__(self, window: QMainWindow, names_of_tabs: Callable[[], Sequence[str]]) -> None:
        """`names_of_tabs`: what the tabs are called whatever the language, in their order."""
        super().__init__(window)
        self._window, self._names = window, names_of_tabs
        self.shown: dict[str, Target] = {}
        """What each letter presses while Alt is held."""
        self._badges: list[Label] = []
        self._keys: list[QShortcut] = []
        self._marked: list[tuple[QAction, str, str]] = []
        for menu in window.findChildren(QMenu):
            menu.aboutToShow.connect(partial(self._mark, menu))
            menu.aboutToHide.connect(self._unmark)
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Keys come here from wherever the keyboard is, where nothing there takes them."""
        kind = event.type()
        if kind == QEvent.Type.WindowDeactivate:
            self.hide()
        elif isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Alt:
            if kind == QEvent.Type.KeyPress and not event.isAutoRepeat():
                self.show()
            elif kind == QEvent.Type.KeyRelease:
                self.hide()
        return super().eventFilter(watched, event)

    def show(self) -> None:
        """A badge on each, as far as there are letters; those of an open sheet alone."""
        self.hide()
        targets = list(self._targets())
        letters = lettered([(each.text, each.other) for each in targets])
        for target, letter in zip(targets, letters, strict=True):
            if letter:
                self.shown[letter] = target
                self._badge(letter, target.at)
                key = QShortcut(QKeySequence(f"Alt+{letter}"), self._window)
                key.activated.connect(partial(self._press, target))
                self._keys.append(key)

    def hide(self) -> None:
        for part in (*self._badges, *self._keys):
            part.deleteLater()
        for badge in self._badges:
            badge.hide()
        for key in self._keys:
            key.setEnabled(False)
        self._badges, self._keys, self.shown = [], [], {}

    def _press(self, target: Target) -> None:
        self.hide()
        target.press()

    def _badge(self, letter: str, at: QPoint) -> None:
        badge = Label(letter, self._window)
        badge.setProperty("badge", True)
        badge.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        badge.adjustSize()
        room = self._window.rect()
        x = max(0, min(at.x() - badge.width() // 2, room.width() - badge.width()))
        y = max(0, min(at.y() - badge.height() // 2, room.height() - badge.height()))
        badge.move(x, y)
        badge.show()
        badge.raise_()
        self._badges.append(badge)

    def _targets(self) -> Iterator[Target]:
        """In the order in which they take letters."""
        sheet = next((s for s in self._window.findChildren(Overlay) if s.isVisible()), None)
        within: QWidget = self._window if sheet is None else sheet
        buttons = [b for b in within.findChildren(QAbstractButton) if _can_be_pressed(b)]
        yield from map(self._button, _of(buttons, MenuButton))
        if sheet is None:
            yield from self._tabs()
        for kind in (QPushButton, QCheckBox, QToolButton):
            yield from map(self._button, _of(buttons, kind))

    def _button(self, button: QAbstractButton) -> Target:
        text = button.shown_text() if isinstance(button, MenuButton) else button.text()
        name = button.accessibleName() or text
        at = button.mapTo(self._window, QPoint(8, button.height()))
        press = button.click
        if isinstance(button, MenuButton):
            return Target(name, text, at, button.showMenu)
        return Target(text.replace("&", ""), name, at, partial(_press_button, button, press))

    def _tabs(self) -> Iterator[Target]:
        for bar in self._window.findChildren(QTabBar):
            if not bar.isVisible():
                continue
            for place in range(bar.count()):
                at = bar.mapTo(self._window, bar.tabRect(place).bottomLeft() + QPoint(12, 0))
                names = (*self._names(), *[""] * bar.count())
                press = partial(bar.setCurrentIndex, place)
                yield Target(bar.tabText(place), names[place], at, press)

    def _mark(self, menu: QMenu) -> None:
        self.hide()
        entries = [each for each in menu.actions() if not each.isSeparator()]
        texts = [each.text().replace("&&", "") for each in entries]
        letters = lettered(
            [(text, each.objectName()) for text, each in zip(texts, entries, strict=True)]
        )
        for entry, letter in zip(entries, letters, strict=True):
            plain = entry.text()
            if letter:
                entry.setText(marked(plain, letter))
                self._marked.append((entry, plain, entry.text()))

    def _unmark(self) -> None:
        for entry, plain, text in self._marked:
            if entry.text() == text:
                entry.setText(plain)
        self._marked = []


def lettered(texts: Iterable[tuple[str, str]]) -> list[str]:
    """A letter for each text, none twice, as one of its words begins where that is free; empty
    where none is left. The second text is asked where the first has no letter.
    """
    taken: set[str] = set()
    found = []
    for text, other in texts:
        offered = (*_letters(text), *_letters(other), *ascii_uppercase)
        letter = next((each for each in offered if each not in taken), "")
        taken.add(letter)
        found.append(letter)
    return found


def marked(text: str, letter: str) -> str:
    """An entry of a menu with its letter underlined, or behind it where it has none."""
    place = text.upper().find(letter)
    return f"{text} (&{letter})" if place < 0 else f"{text[:place]}&{text[place:]}"


def _letters(text: str) -> Iterator[str]:
    """First those that words begin with."""
    upper = text.upper()
    yield from (word[0] for word in upper.split() if word[0] in ascii_uppercase)
    yield from (each for each in upper if each in ascii_uppercase)


def _of(
    buttons: Iterable[QAbstractButton], kind: type[QAbstractButton]
) -> Iterator[QAbstractButton]:
    menus = kind is not MenuButton
    for button in buttons:
        if isinstance(button, kind) and not (menus and isinstance(button, MenuButton)):
            yield button


def _can_be_pressed(button: QAbstractButton) -> bool:
    """Chips and segments have no letter: arrow keys and numbers choose among them."""
    if isinstance(button, Tile) or button.property("segment") or button.property("chip"):
        return False
    if isinstance(button, Heading) and not button.isCheckable():
        return False
    return button.isVisible() and button.isEnabled() and not button.visibleRegion().isEmpty()


def _press_button(button: QAbstractButton, press: Callable[[], object]) -> None:
    button.setFocus(Qt.FocusReason.ShortcutFocusReason)
    press()
