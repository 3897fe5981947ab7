"""The language of the window: the system's, or the one a person chose."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QLocale, QTranslator
from PySide6.QtWidgets import QApplication

from quantengine.bundled import FOLDER
from quantengine.counted import counted as engine_counted
from quantengine.errors import QuantError
from quantengine.graph.reason import Reason
from quantengine.language import LANGUAGES
from quantengine.sentence import Sentence

if TYPE_CHECKING:
    from quantengine.recover.report import StepReport


def tr(text: str) -> str:
    """For texts outside of classes, which have no context: `self.tr` would not find them."""
    return QCoreApplication.translate("", text)


def tr_engine(text: str) -> str:
    """A text of one of the engine's registries; English until it is translated."""
    return QCoreApplication.translate("engine", text)


def said(told: str | QuantError) -> str:
    """What the engine says, in the language of the window where it says how it was put together."""
    text = told.sentence if isinstance(told, QuantError) else told
    if not isinstance(text, Sentence):
        return text
    return tr_engine(text.pattern).format(*map(said, text.names)) if text.names else tr_engine(text)


def step_text(report: StepReport) -> str:
    """A step of recovery in a line: its figures and what it did."""
    figures = said(report.figures).replace("-", "\N{MINUS SIGN}").replace("\N{MINUS SIGN}>", "->")
    parts = (f"{report.name}:", figures, said(report.result), said(report.text))
    return " ".join(filter(None, parts)).replace(" -> ", " \N{RIGHTWARDS ARROW} ")


def counted(count: int, noun: str) -> str:
    """`1 sample`, `2 samples`; the nouns of `quantengine.counted`."""
    return said(engine_counted(count, noun))


def reason_text(reason: Reason) -> str:
    """Why the engine keeps something float, in the language of the window."""
    return said(reason.sentence)


def shown_language(chosen: str) -> str:
    """The code of the language that was chosen, or of the system's where none was; else English."""
    code = chosen or QLocale.system().name()
    known = "zh_CN" if code.startswith("zh") else code
    return known if known in LANGUAGES else "en"


def translate(application: QApplication, language: str) -> bool:
    """Installs the texts of a language; False where the texts stay English."""
    path = FOLDER / "translations" / f"{shown_language(language)}.qm"
    if not path.is_file():
        return False
    translator = QTranslator(application)
    loaded = translator.load(str(path))
    return loaded and application.installTranslator(translator)
