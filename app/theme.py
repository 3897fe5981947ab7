"""The theme in use: colours, style and icons, light or dark as the system or a person has it."""

from __future__ import annotations

import math

from PySide6.QtCore import QByteArray, QObject, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFont, QIcon, QPainter, QPalette, QPixmap, QPixmapCache
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication

from quantengine.bundled import FOLDER

from .colours import Colours, colours_of
from .style import style

LIMITS_DB = (10.0, 20.0, 30.0)
"""SQNR below the first is bad, from the last on good; a person may move them."""
SYSTEM, LIGHT, DARK = "system", "light", "dark"


class Theme(QObject):
    """The colours in use; follows the system unless a person chose one."""

    changed = Signal()
    limits_changed = Signal()

    def __init__(self, application: QApplication, choice: str = SYSTEM) -> None:
        super().__init__(application)
        self._application = application
        self._choice = choice
        self._limits_db = LIMITS_DB
        if not application.styleSheet():
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
        sheet = style(self.colours)
        if sheet != self._application.styleSheet():  # every widget there is would be styled anew
            self._application.setPalette(_palette(self.colours))
            self._application.setStyleSheet(sheet)
        self.changed.emit()


def tabular(font: QFont) -> QFont:
    """The same font with digits of one width."""
    copy = QFont(font)
    if hasattr(copy, "setFeature"):
        copy.setFeature(QFont.Tag("tnum"), 1)
    return copy


def small(font: QFont) -> QFont:
    """The same font a point smaller, where it stays readable."""
    copy = QFont(font)
    if copy.pointSize() > 8:
        copy.setPointSize(copy.pointSize() - 1)
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
