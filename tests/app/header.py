"""What the header says now."""

from __future__ import annotations

from app.main_window import MainWindow


def verdict(window: MainWindow) -> str:
    """The figures of the second line and what is unusual about the plan."""
    line = window.header.verdict
    line.refresh()
    shown = (box.figure for box in line.boxes if box.figure is not None)
    figures = [f"{each.title} {each.value} {each.note}" for each in shown]
    return " ".join([*figures, line.unusual.text()])


def flag(window: MainWindow) -> str:
    """The sentence of the third line."""
    line = window.header.flag
    line.refresh()
    return "" if line.flag is None else line.flag.text


def press(window: MainWindow, button: str) -> None:
    """A button of the third line, by what it says without its figures."""
    window.header.flag.refresh()
    window.header.flag.buttons[button].click()


def question(window: MainWindow) -> str:
    """The sentence of the line under it, which asks."""
    line = window.header.question
    line.refresh()
    return "" if line.flag is None else line.flag.text
