"""Few colours, each with one meaning everywhere, for light and dark."""

from __future__ import annotations

import math
from dataclasses import dataclass

from PySide6.QtCore import QByteArray, QObject, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFont, QIcon, QPainter, QPalette, QPixmap, QPixmapCache
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication

from quantengine.bundled import FOLDER

LIMITS_DB = (10.0, 20.0, 30.0)
"""SQNR below the first is bad, from the last on good; a person may move them."""
SYSTEM, LIGHT, DARK = "system", "light", "dark"
_PALE = 0.157
"""How much of the accent there is in what a selected line lies on."""


@dataclass(frozen=True)
class Colours:
    """`float_` is the float reference, `quantized` its candidate, `clip` the clip range.

    `recovered` is the candidate before training, told from it by colour-blind eyes too.

    `sqnr` holds the colours below each limit and the one above all, safe for colour-blind eyes.
    """

    window: str
    base: str
    raised: str
    text: str
    dim: str
    border: str
    accent: str
    on_accent: str
    float_: str
    quantized: str
    recovered: str
    clip: str
    good: str
    warning: str
    flag: str
    """What a warning lies on."""
    sqnr: tuple[str, str, str, str]

    @property
    def selected(self) -> str:
        """What a selected line lies on."""
        accent, base = QColor(self.accent), QColor(self.base)
        reads = (QColor.red, QColor.green, QColor.blue)
        mixed = [round(_PALE * read(accent) + (1 - _PALE) * read(base)) for read in reads]
        return QColor(*mixed).name()


_LIGHT = Colours(
    window="#f4f5f7",
    base="#ffffff",
    raised="#e9ebef",
    text="#1c222c",
    dim="#586273",
    border="#d3d8e0",
    accent="#2563c9",
    on_accent="#ffffff",
    float_="#7187a5",
    quantized="#c85a08",
    recovered="#6a4fc4",
    clip="#c4212f",
    good="#1f7a4d",
    warning="#965500",
    flag="#fdf3dd",
    sqnr=("#a1306f", "#c9a400", "#4fa8d8", "#2b5fa8"),
)
_DARK = Colours(
    window="#1c1f25",
    base="#15181d",
    raised="#2a2f38",
    text="#e7eaf0",
    dim="#9ba5b4",
    border="#363c47",
    accent="#6ba4f8",
    on_accent="#10141b",
    float_="#8ba2c2",
    quantized="#f29648",
    recovered="#b29df8",
    clip="#ff6f79",
    good="#5cc795",
    warning="#f2b84b",
    flag="#30280f",
    sqnr=("#d3679f", "#e0c14a", "#7cc4ea", "#5b8fd9"),
)


class Theme(QObject):
    """The colours in use; follows the system unless a person chose one."""

    changed = Signal()
    limits_changed = Signal()

    def __init__(self, application: QApplication, choice: str = SYSTEM) -> None:
        super().__init__(application)
        self._application = application
        self._choice = choice
        self._limits_db = LIMITS_DB
        application.setStyle("Fusion")
        application.styleHints().colorSchemeChanged.connect(self._apply)
        self._apply()

    @property
    def choice(self) -> str:
        return self._choice

    @property
    def dark(self) -> bool:
        if self._choice != SYSTEM:
            return self._choice == DARK
        return self._application.styleHints().colorScheme() == Qt.ColorScheme.Dark

    @property
    def colours(self) -> Colours:
        return colours_of(dark=self.dark)

    @property
    def limits_db(self) -> tuple[float, float, float]:
        return self._limits_db

    def set_limits(self, limits_db: tuple[float, float, float]) -> None:
        """Moves the limits of the SQNR colours; those that do not rise are refused."""
        low, middle, high = limits_db
        if low < middle < high and limits_db != self._limits_db:
            self._limits_db = limits_db
            self.limits_changed.emit()
            self.changed.emit()

    def choose(self, choice: str) -> None:
        self._choice = choice
        self._apply()

    def sqnr_colour(self, value_db: float | None) -> QColor:
        """The colour of a level; what is not a number has none."""
        if value_db is None or math.isnan(value_db):
            return QColor(self.colours.border)
        place = sum(value_db >= limit for limit in self._limits_db)
        return QColor(self.colours.sqnr[place])

    def icon(self, name: str, colour: str | None = None) -> QIcon:
        """A line icon tinted to the theme, paler where disabled."""
        icon = QIcon()
        for side in (16, 20, 32, 40):
            icon.addPixmap(_tinted(name, colour or self.colours.text, side))
            pale = QColor(self.colours.dim)
            pale.setAlphaF(0.45)
            pixmap = _tinted(name, pale.name(QColor.NameFormat.HexArgb), side)
            icon.addPixmap(pixmap, QIcon.Mode.Disabled)
        return icon

    def _apply(self) -> None:
        self._application.setPalette(_palette(self.colours))
        self._application.setStyleSheet(_style(self.colours))
        self.changed.emit()


def colours_of(*, dark: bool) -> Colours:
    return _DARK if dark else _LIGHT


def tabular(font: QFont) -> QFont:
    """The same font with digits of one width."""
    copy = QFont(font)
    if hasattr(copy, "setFeature"):
        copy.setFeature(QFont.Tag("tnum"), 1)
    return copy


def _tinted(name: str, colour: str, side: int) -> QPixmap:
    key = f"{name} {colour} {side}"
    pixmap = QPixmap()
    if not QPixmapCache.find(key, pixmap):
        pixmap = _drawn(name, QColor(colour), side)
        QPixmapCache.insert(key, pixmap)
    return pixmap


def _drawn(name: str, tint: QColor, side: int) -> QPixmap:
    drawing = (FOLDER / "icons" / f"{name}.svg").read_bytes()
    pixmap = QPixmap(side, side)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    renderer = QSvgRenderer(QByteArray(drawing.replace(b"currentColor", tint.name().encode())))
    painter.setOpacity(tint.alphaF())
    renderer.render(painter, QRectF(0, 0, side, side))
    painter.end()
    return pixmap


def _palette(colours: Colours) -> QPalette:
    palette = QPalette()
    role = QPalette.ColorRole
    for place, colour in (
        (role.Window, colours.window),
        (role.WindowText, colours.text),
        (role.Base, colours.base),
        (role.AlternateBase, colours.window),
        (role.Text, colours.text),
        (role.PlaceholderText, colours.dim),
        (role.Button, colours.raised),
        (role.ButtonText, colours.text),
        (role.BrightText, colours.clip),
        (role.Highlight, colours.accent),
        (role.HighlightedText, colours.on_accent),
        (role.Accent, colours.accent),
        (role.Link, colours.accent),
        (role.ToolTipBase, colours.base),
        (role.ToolTipText, colours.text),
        (role.Light, colours.raised),
        (role.Midlight, colours.border),
        (role.Mid, colours.border),
        (role.Dark, colours.border),
        (role.Shadow, colours.border),
    ):
        palette.setColor(place, QColor(colour))
    pale = QColor(colours.dim)
    pale.setAlphaF(0.6)
    for place in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, place, pale)
    return palette


def _style(c: Colours) -> str:
    return f"""
    QToolTip {{ background: {c.base}; color: {c.text}; border: 1px solid {c.border};
        padding: 4px; }}
    QFrame#header {{ background: {c.base}; border: 0; border-bottom: 1px solid {c.border}; }}
    QToolButton[fact="true"] {{ padding: 4px 8px; border-radius: 4px;
        border: 1px solid transparent; }}
    QToolButton[fact="true"]:hover {{ background: {c.raised}; }}
    QToolButton[fact="true"]:focus {{ border: 1px solid {c.accent}; }}
    QToolButton[switch="true"] {{ padding: 4px 8px; border: 1px solid {c.border};
        border-radius: 4px; background: {c.base}; }}
    QToolButton[switch="true"]:hover {{ background: {c.raised}; }}
    QToolButton[switch="true"]:checked {{ border: 1px solid {c.accent}; color: {c.accent}; }}
    QToolButton[switch="true"]:focus {{ border: 1px solid {c.accent}; }}
    QToolButton[segment="true"] {{ padding: 3px 0; min-width: 24px; border: 1px solid {c.border};
        border-right: 0; border-radius: 0; background: {c.base}; }}
    QToolButton[wide="true"] {{ padding: 4px 10px; }}
    QToolButton[last="true"] {{ border-right: 1px solid {c.border}; }}
    QToolButton[segment="true"]:hover {{ background: {c.raised}; }}
    QToolButton[segment="true"]:disabled {{ color: {c.dim}; background: {c.window}; }}
    QToolButton[segment="true"]:checked {{ background: {c.accent}; color: {c.on_accent};
        border: 1px solid {c.accent}; }}
    QToolButton[segment="true"]:focus {{ border: 1px solid {c.accent}; }}
    Fold QToolButton[heading="true"] {{ font-weight: 400; padding: 1px 0; }}
    QToolButton[chip="true"] {{ padding: 1px 6px; border: 1px solid {c.border};
        border-radius: 9px; background: {c.base}; color: {c.dim}; }}
    QToolButton[chip="true"]:hover {{ background: {c.raised}; }}
    QToolButton[chip="true"]:checked, QToolButton[chip="true"]:focus {{
        border: 1px solid {c.accent}; color: {c.accent}; }}
    QStatusBar {{ background: {c.window}; border-top: 1px solid {c.border}; }}
    QStatusBar::item {{ border: 0; }}
    QSplitter#frame::handle {{ background: {c.border}; }}
    QTableView {{ border: 0; gridline-color: transparent; background: {c.base};
        selection-background-color: {c.selected}; selection-color: {c.text}; }}
    QTableView::item {{ padding: 0 8px; }}
    FrozenTable QHeaderView::section {{ padding: 4px 5px; }}
    QHeaderView::section {{ background: {c.window}; color: {c.dim}; border: 0;
        border-bottom: 1px solid {c.border}; padding: 4px 8px; }}
    QTabBar::tab {{ padding: 8px 6px; color: {c.dim}; border: 0;
        border-bottom: 2px solid transparent; background: transparent; }}
    QTabBar::tab:selected {{ color: {c.text}; border-bottom: 2px solid {c.accent}; }}
    QTabBar::tab:focus {{ color: {c.accent}; }}
    QToolButton::menu-indicator {{ image: none; }}
    QGroupBox {{ border: 0; margin-top: 20px; padding: 0; font-weight: 600; }}
    QGroupBox::title {{ subcontrol-origin: margin; left: -2px; padding: 0; }}
    QLineEdit, QPlainTextEdit, QSpinBox, QDoubleSpinBox {{ background: {c.base}; color: {c.text};
        border: 1px solid {c.border}; border-radius: 4px; padding: 4px 8px; min-height: 16px; }}
    QLineEdit:focus, QPlainTextEdit:focus, QSpinBox:focus, QDoubleSpinBox:focus {{
        border: 1px solid {c.accent}; }}
    QLineEdit:disabled {{ color: {c.dim}; background: {c.window}; }}
    QComboBox {{ min-height: 24px; }}
    QPushButton {{ padding: 4px 12px; border-radius: 4px; border: 1px solid {c.border};
        background: {c.base}; min-height: 20px; }}
    QPushButton:hover {{ background: {c.raised}; }}
    QPushButton:focus {{ border: 1px solid {c.accent}; }}
    QPushButton:default, QPushButton[primary="true"] {{ background: {c.accent};
        color: {c.on_accent}; border: 1px solid {c.accent}; }}
    QPushButton:disabled {{ color: {c.dim}; background: {c.window}; border-color: {c.border}; }}
    QProgressBar {{ border: 0; background: {c.raised}; border-radius: 3px; max-height: 6px; }}
    QProgressBar::chunk {{ background: {c.accent}; border-radius: 3px; }}
    QLabel[dim="true"] {{ color: {c.dim}; }}
    QLabel[title="true"] {{ font-size: 22pt; font-weight: 600; }}
    QLabel[large="true"] {{ font-size: 14pt; font-weight: 600; }}
    QLabel[badge="true"] {{ background: {c.accent}; color: {c.on_accent}; border-radius: 4px;
        padding: 4px 8px; }}
    QCheckBox::indicator:unchecked {{ width: 12px; height: 12px; border-radius: 2px;
        border: 1px solid {c.dim}; background: {c.base}; }}
    QLabel[heading="true"] {{ font-weight: 600; }}
    QToolButton[corner="true"] {{ border: 0; padding: 8px 12px; color: {c.accent}; }}
    QToolButton[corner="true"]:hover, QToolButton[corner="true"]:checked {{
        background: {c.raised}; }}
    QToolButton[heading="true"] {{ font-weight: 600; border: 0; padding: 8px 4px; }}
    QToolButton[heading="true"]:focus {{ color: {c.accent}; }}
    QFrame[card="true"] {{ border: 1px solid {c.border}; border-radius: 6px; }}
    QFrame[overlay="true"] {{ border: 1px solid {c.border}; border-radius: 6px;
        background: {c.base}; }}
    QScrollArea {{ border: 0; background: transparent; }}
    """
