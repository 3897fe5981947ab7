"""The style sheet of the window: how widgets look that Qt draws by itself."""

from __future__ import annotations

from PySide6.QtGui import QColor

from quantengine.bundled import FOLDER

from .colours import Colours


def style(colours: Colours) -> str:
    """Of the whole application."""
    parts = (
        _panels,
        _tool_buttons,
        _choices,
        _tables,
        _tabs,
        _fields,
        _push_buttons,
        _labels,
        _bars,
    )
    return "\n".join(part(colours) for part in parts)


def _panels(c: Colours) -> str:
    return f"""
    QToolTip {{ background: {c.base}; color: {c.text}; border: 1px solid {c.border};
        padding: 4px; }}
    QFrame#header {{ background: {c.base}; border: 0; border-bottom: 1px solid {c.border}; }}
    QStatusBar {{ background: {c.window}; border-top: 1px solid {c.border}; }}
    QStatusBar::item {{ border: 0; }}
    QSplitter#frame::handle {{ background: {c.border}; }}
    QGroupBox {{ border: 0; margin-top: 20px; padding: 0; font-weight: 600; }}
    QGroupBox::title {{ subcontrol-origin: margin; left: -2px; padding: 0; }}
    QFrame[card="true"] {{ border: 1px solid {c.border}; border-radius: 6px; }}
    QFrame[overlay="true"] {{ border: 1px solid {c.border}; border-radius: 6px;
        background: {c.base}; }}
    QFrame[overlay="true"] QScrollArea > QWidget > QWidget {{ background: {c.base}; }}
    QScrollArea {{ border: 0; background: transparent; }}
    QAbstractScrollArea::corner {{ border: 0; background: transparent; }}
    """


def _tool_buttons(c: Colours) -> str:
    return f"""
    QToolButton {{ padding: 3px; border: 1px solid transparent; border-radius: 4px; }}
    QToolButton:hover {{ background: {c.raised}; }}
    QToolButton:focus {{ border: 1px solid {c.accent}; }}
    QToolButton[fact="true"] {{ padding: 4px 8px; border-radius: 4px;
        border: 1px solid transparent; }}
    QToolButton[fact="true"]:hover {{ background: {c.raised}; }}
    QToolButton[fact="true"]:focus {{ border: 1px solid {c.accent}; }}
    QToolButton[corner="true"] {{ border: 0; padding: 8px 12px; color: {c.accent}; }}
    QToolButton[corner="true"]:hover, QToolButton[corner="true"]:checked,
        QToolButton[corner="true"]:focus {{ background: {c.raised}; }}
    QToolButton[heading="true"] {{ font-weight: 600; border: 0; padding: 8px 4px; }}
    QToolButton[heading="true"]:focus {{ color: {c.accent}; }}
    Fold QToolButton[heading="true"] {{ font-weight: 400; padding: 1px 0; }}
    QToolButton::menu-indicator {{ image: none; }}
    """


def _choices(c: Colours) -> str:
    """Buttons that stay pressed: switches, segments of which one is chosen, chips."""
    return f"""
    QToolButton[switch="true"] {{ padding: 4px 8px; border: 1px solid {c.border};
        border-radius: 4px; background: {c.base}; }}
    QToolButton[switch="true"]:hover {{ background: {c.raised}; }}
    QToolButton[switch="true"]:checked {{ border: 1px solid {c.accent}; color: {c.accent}; }}
    QToolButton[switch="true"]:focus {{ border: 1px solid {c.accent}; }}
    QToolButton[switch="true"]:checked:focus {{ background: {c.selected}; }}
    QToolButton[segment="true"] {{ padding: 3px 0; min-width: 24px; border: 1px solid {c.border};
        border-right: 0; border-radius: 0; background: {c.base}; }}
    QToolButton[wide="true"] {{ padding: 4px 10px; }}
    QToolButton[last="true"] {{ border-right: 1px solid {c.border}; }}
    QToolButton[segment="true"]:hover {{ background: {c.raised}; }}
    QToolButton[segment="true"]:disabled {{ color: {c.dim}; background: {c.window}; }}
    QToolButton[segment="true"]:checked {{ background: {c.accent}; color: {c.on_accent};
        border: 1px solid {c.accent}; }}
    QToolButton[segment="true"]:focus {{ border: 1px solid {c.accent}; }}
    QToolButton[segment="true"]:checked:focus {{ border: 2px solid {c.text}; }}
    QToolButton[chip="true"] {{ padding: 1px 6px; border: 1px solid {c.border};
        border-radius: 9px; background: {c.base}; color: {c.dim}; }}
    QToolButton[chip="true"]:hover {{ background: {c.raised}; }}
    QToolButton[chip="true"]:checked, QToolButton[chip="true"]:focus {{
        border: 1px solid {c.accent}; color: {c.accent}; }}
    QToolButton[chip="true"]:focus {{ background: {c.selected}; }}
    """


def _tables(c: Colours) -> str:
    return f"""
    QTableView {{ border: 0; gridline-color: transparent; background: {c.base};
        selection-background-color: {c.selected}; selection-color: {c.text}; }}
    QTableView::item {{ padding: 0 8px; }}
    FrozenTable, FigureTable, QGraphicsView {{ border: 1px solid transparent; }}
    FrozenTable:focus, FigureTable:focus, QGraphicsView:focus {{ border: 1px solid {c.accent}; }}
    FrozenTable QHeaderView::section {{ padding: 4px 5px; }}
    QHeaderView::section {{ background: {c.window}; color: {c.dim}; border: 0;
        border-bottom: 1px solid {c.border}; padding: 4px 8px; }}
    """


def _tabs(c: Colours) -> str:
    return f"""
    QTabBar::tab {{ padding: 8px 6px; color: {c.dim}; border: 0;
        border-bottom: 2px solid transparent; background: transparent; }}
    QTabBar::tab:selected {{ color: {c.text}; border-bottom: 2px solid {c.accent}; }}
    QTabBar::tab:focus {{ color: {c.accent}; }}
    """


def _fields(c: Colours) -> str:
    arrow, mark = (
        (FOLDER / "icons" / f"{name}.svg").as_posix() for name in ("chevron-down", "checked")
    )
    return f"""
    QLineEdit, QPlainTextEdit, QSpinBox, QDoubleSpinBox {{ background: {c.base}; color: {c.text};
        border: 1px solid {c.border}; border-radius: 4px; padding: 4px 8px; min-height: 16px; }}
    QLineEdit {{ placeholder-text-color: {c.dim}; }}
    QLineEdit:focus, QPlainTextEdit:focus, QSpinBox:focus, QDoubleSpinBox:focus,
        QComboBox:focus {{ border: 1px solid {c.accent}; }}
    QLineEdit:disabled, QComboBox:disabled {{ color: {c.dim}; background: {c.window}; }}
    QComboBox {{ background: {c.base}; color: {c.text}; border: 1px solid {c.border};
        border-radius: 4px; padding: 2px 4px 2px 8px; min-height: 20px; }}
    QComboBox:hover {{ background: {c.raised}; }}
    QComboBox::drop-down {{ border: 0; width: 20px; }}
    QComboBox::down-arrow {{ image: url("{arrow}"); width: 12px; height: 12px; }}
    QComboBox QAbstractItemView {{ background: {c.base}; border: 1px solid {c.border};
        selection-background-color: {c.selected}; selection-color: {c.text}; outline: 0; }}
    QCheckBox {{ spacing: 6px; }}
    QCheckBox::indicator {{ width: 12px; height: 12px; border-radius: 2px;
        border: 1px solid {c.dim}; background: {c.base}; }}
    QCheckBox::indicator:checked {{ border: 1px solid {c.accent}; image: url("{mark}"); }}
    QCheckBox::indicator:focus {{ border: 1px solid {c.accent}; background: {c.selected}; }}
    QCheckBox::indicator:disabled {{ border: 1px solid {c.border}; background: {c.window}; }}
    """


def _push_buttons(c: Colours) -> str:
    return f"""
    QPushButton {{ padding: 4px 12px; border-radius: 4px; border: 1px solid {c.border};
        background: {c.base}; min-height: 20px; outline: 0; }}
    QPushButton:hover {{ background: {c.raised}; }}
    QPushButton:focus {{ border: 1px solid {c.accent}; }}
    QPushButton:checked {{ border: 1px solid {c.accent}; color: {c.accent}; }}
    QPushButton:checked:focus {{ background: {c.selected}; }}
    QPushButton:default, QPushButton[primary="true"] {{ background: {c.accent};
        color: {c.on_accent}; border: 1px solid {c.accent}; }}
    QPushButton[primary="true"]:focus {{ border: 1px solid {c.text}; }}
    QPushButton:disabled {{ color: {c.dim}; background: {c.window}; border-color: {c.border}; }}
    """


def _labels(c: Colours) -> str:
    return f"""
    QLabel[dim="true"] {{ color: {c.dim}; }}
    QLabel[title="true"] {{ font-size: 22pt; font-weight: 600; }}
    QLabel[large="true"] {{ font-size: 14pt; font-weight: 600; }}
    QLabel[badge="true"] {{ background: {c.accent}; color: {c.on_accent}; border-radius: 4px;
        padding: 4px 8px; }}
    QLabel[heading="true"] {{ font-weight: 600; }}
    """


def _bars(c: Colours) -> str:
    """Scroll bars are narrow and have no arrows."""
    grip = QColor(c.dim)
    pale = f"rgba({grip.red()}, {grip.green()}, {grip.blue()}, 130)"
    return f"""
    QProgressBar {{ border: 0; background: {c.raised}; border-radius: 3px; max-height: 6px; }}
    QProgressBar::chunk {{ background: {c.accent}; border-radius: 3px; }}
    QScrollBar {{ background: transparent; border: 0; margin: 0; }}
    QScrollBar:vertical {{ width: 11px; }}
    QScrollBar:horizontal {{ height: 11px; }}
    QScrollBar::handle {{ background: {pale}; border-radius: 3px; margin: 2px; }}
    QScrollBar::handle:vertical {{ min-height: 32px; }}
    QScrollBar::handle:horizontal {{ min-width: 32px; }}
    QScrollBar::handle:hover, QScrollBar::handle:pressed {{ background: {c.dim}; }}
    QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
    QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
    """
