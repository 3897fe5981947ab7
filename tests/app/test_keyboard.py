"""The keyboard alone reaches every control, shows where it is, and each has a name."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from app.main_window import MainWindow
from app.pages import SHEETS, TABS
from tests.app.conftest import WAIT_MS
from tests.app.test_recovery_stays import still

_CONTROLS = QAbstractButton | QComboBox | QLineEdit


def has_keyboard(window: MainWindow) -> bool:
    window.activateWindow()
    return window.isActiveWindow()


def seen(window: MainWindow) -> Iterator[QWidget]:
    """What is to be seen and can have the keyboard, or should."""
    for part in window.findChildren(QWidget):
        if not part.isVisible() or not part.isEnabled() or part.focusProxy() is not None:
            continue
        takes = bool(part.focusPolicy() & Qt.FocusPolicy.TabFocus)
        through = part.testAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        if takes or (isinstance(part, _CONTROLS) and not through):
            yield part


def reached(window: MainWindow) -> set[QWidget]:
    """All that Tab comes to."""
    found, at = set[QWidget](), window.nextInFocusChain()
    while at is not None and at is not window:
        if at.focusPolicy() & Qt.FocusPolicy.TabFocus:
            found.add(at)
        at = at.nextInFocusChain()
    return found


def is_marked(part: QWidget) -> bool:
    """Whether it looks another way with the keyboard on it."""
    part.setFocus(Qt.FocusReason.TabFocusReason)
    with_focus = part.grab().toImage()
    part.clearFocus()
    return bool(with_focus != part.grab().toImage())


def told(part: QWidget) -> str:
    interface = QAccessible.queryAccessibleInterface(part)
    return "" if interface is None else interface.text(QAccessible.Text.Name)


@pytest.mark.parametrize("place", [*(tab.name for tab in TABS), *(each.name for each in SHEETS)])
def test_every_control_has_a_name_and_shows_the_keyboard(
    qtbot: QtBot, demo: MainWindow, place: str
) -> None:
    if place in {tab.name for tab in TABS}:
        demo.show_page(place)
    else:
        demo.show_view(place)
    still(qtbot, demo)
    qtbot.waitUntil(lambda: has_keyboard(demo), timeout=WAIT_MS)
    parts, by_tab = list(seen(demo)), reached(demo)
    assert len(parts) > 20
    assert not [_known_as(part) for part in parts if not told(part)]
    alike = [part for part in parts if part not in by_tab and not _is_of_a_group(part)]
    assert not [_known_as(part) for part in alike]
    assert not [_known_as(part) for part in parts if part in by_tab and not is_marked(part)]


def test_keys_go_from_pane_to_pane_and_close_sheets(qtbot: QtBot, demo: MainWindow) -> None:
    qtbot.waitUntil(lambda: has_keyboard(demo), timeout=WAIT_MS)
    demo.layers.view.setFocus()
    for inside in (demo.views, demo.tune, demo.layers):
        demo.actions_["next_pane"].trigger()
        now = QApplication.focusWidget()
        assert now is not None and inside.isAncestorOf(now)
    demo.show_view("export")
    sheet = demo.views.view("export")
    now = QApplication.focusWidget()
    assert now is not None and sheet.isAncestorOf(now)
    demo.cancel_work()
    assert not sheet.isVisible()


def _is_of_a_group(part: QWidget) -> bool:
    """Arrow keys go on within a group of which one is chosen."""
    return isinstance(part, QAbstractButton) and part.group() is not None


def _known_as(part: QWidget) -> str:
    above = part.parentWidget()
    text = part.text() if isinstance(part, QAbstractButton) else ""
    return f"{type(part).__name__} {text!r} in {type(above).__name__}"
