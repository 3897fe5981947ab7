"""The keyboard alone reaches every control, shows where it is, and each has a name."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, Qt, QTranslator
from PySide6.QtGui import QAccessible, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QLineEdit,
    QMenu,
    QWidget,
)
from pytestqt.qtbot import QtBot

from app.main_window import MainWindow
from app.mnemonics import lettered, marked
from app.pages import SHEETS, TABS
from app.translation import translate
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


class Greedy(QLineEdit):
    """Keeps every key to itself, as fields of X11 keep Ctrl+E, which leads to the end of a line."""

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        return super().event(event)


def test_keys_go_from_pane_to_pane_and_close_sheets(qtbot: QtBot, demo: MainWindow) -> None:
    qtbot.waitUntil(lambda: has_keyboard(demo), timeout=WAIT_MS)
    demo.layers.view.setFocus()
    for inside in (demo.views, demo.tune, demo.layers):
        demo.actions_["next_pane"].trigger()
        now = QApplication.focusWidget()
        assert now is not None and inside.isAncestorOf(now)
    field = Greedy(demo)
    field.show()
    field.setFocus()
    qtbot.keyClick(field, Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier)
    field.deleteLater()
    sheet = demo.views.view("export")
    assert sheet.isVisible()
    now = QApplication.focusWidget()
    assert now is not None and sheet.isAncestorOf(now)
    demo.cancel_work()
    assert not sheet.isVisible()


def test_tab_goes_from_the_header_through_flag_line_layers_and_page_to_tune(
    qtbot: QtBot, demo: MainWindow
) -> None:
    still(qtbot, demo)
    qtbot.waitUntil(lambda: has_keyboard(demo), timeout=WAIT_MS)
    header = demo.header
    header.chain.export.setFocus()
    places = [header.verdict.judge, *header.flag.buttons.values(), demo.layers]
    places += [demo.views.tabBar(), demo.views.pages["overview"], demo.tune]
    came = list[QWidget]()
    for _ in range(400):
        QTest.keyClick(QApplication.focusWidget() or demo, Qt.Key.Key_Tab)
        now = QApplication.focusWidget()
        assert now is not None
        held = [place for place in places if place is now or place.isAncestorOf(now)]
        came += held if not came or came[-1:] != held else []
        if held == [demo.tune]:
            break
    assert came == places


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_alt_gives_each_button_tab_and_entry_a_letter_of_its_own(
    qtbot: QtBot, qapp: QApplication, request: pytest.FixtureRequest, language: str
) -> None:
    translate(qapp, language)
    try:
        demo: MainWindow = request.getfixturevalue("demo")
        demo.show_page("overview")
        still(qtbot, demo)
        qtbot.waitUntil(lambda: has_keyboard(demo), timeout=WAIT_MS)
        QTest.keyPress(demo, Qt.Key.Key_Alt)
        pressed = {target.text for target in demo.mnemonics.shown.values()}
        assert {demo.views.tabText(place) for place in range(demo.views.count())} <= pressed
        assert {
            demo.header.chain.model.accessibleName(),
            demo.header.chain.export.text(),
        } <= pressed
        flags = {button.text() for button in demo.header.flag.buttons.values()}
        assert {text.replace("&", "") for text in flags} <= pressed
        letter = next(
            key for key, t in demo.mnemonics.shown.items() if t.text == demo.views.tabText(1)
        )
        assert language != "en" or letter == "L"
        QTest.keyClick(demo, Qt.Key(ord(letter)), Qt.KeyboardModifier.AltModifier)
        assert demo.views.currentIndex() == 1 and not demo.mnemonics.shown
        for menu in demo.findChildren(QMenu):
            entries = [each for each in menu.actions() if not each.isSeparator()]
            plain = [each.text() for each in entries]
            menu.aboutToShow.emit()
            letters = [QKeySequence.mnemonic(each.text()) for each in entries]
            assert all(not each.isEmpty() for each in letters), plain
            assert len({each.toString() for each in letters}) == len(entries)
            menu.aboutToHide.emit()
            assert [each.text() for each in entries] == plain
    finally:
        for translator in qapp.findChildren(QTranslator):
            qapp.removeTranslator(translator)
            translator.deleteLater()


def test_letters_are_first_those_that_words_begin_with() -> None:
    texts = [("Layer", ""), ("Export", ""), ("Label", ""), ("图", "graph"), ("...", "")]
    assert lettered(texts) == ["L", "E", "A", "G", "B"]
    assert len(set(lettered([("a", "")] * 26))) == 26 and lettered([("a", "")] * 27)[-1] == ""
    assert marked("Save as", "A") == "S&ave as" and marked("图", "G") == "图 (&G)"


def _is_of_a_group(part: QWidget) -> bool:
    """Arrow keys go on within a group of which one is chosen."""
    return isinstance(part, QAbstractButton) and part.group() is not None


def _known_as(part: QWidget) -> str:
    above = part.parentWidget()
    text = part.text() if isinstance(part, QAbstractButton) else ""
    return f"{type(part).__name__} {text!r} in {type(above).__name__}"
