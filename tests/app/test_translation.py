from __future__ import annotations

import ast
import re
import xml.etree.ElementTree as ET
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QTranslator
from PySide6.QtWidgets import QApplication

from app.keys import keys_of_views
from app.models.layer_table import LayerTable
from app.translation import reason_text, said, tr, translate
from quantengine.counted import counted
from quantengine.errors import DataError
from quantengine.graph.reason import Reason, Why
from quantengine.language import LANGUAGES, language
from quantengine.sentence import Sentence
from resources.translations.update import engine_texts

ROOT = Path(__file__).resolve().parents[2]
TEXTS = ROOT / "resources" / "translations" / "zh_CN.ts"


def test_chinese_is_shipped_and_loads(qapp: QApplication) -> None:
    assert set(LANGUAGES) == {"en", "zh_CN"}
    assert not translate(qapp, "en")
    assert translate(qapp, "zh_CN")
    try:
        assert QCoreApplication.translate("views", "Distribution") == "分布"
    finally:
        for translator in qapp.findChildren(QTranslator):
            qapp.removeTranslator(translator)
            translator.deleteLater()


def test_placeholders_survive_translation() -> None:
    for message in ET.parse(TEXTS).iter("message"):
        source, translation = message.findtext("source"), message.findtext("translation")
        if translation:
            found = sorted(re.findall(r"\{\d\}", translation))
            assert found == sorted(re.findall(r"\{\d\}", source or "")), source


def test_no_text_hides_in_another_from_the_translator() -> None:
    for path in (ROOT / "app").rglob("*.py"):
        for text in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(text, ast.JoinedStr):
                called = [ast.unparse(c.func) for c in ast.walk(text) if isinstance(c, ast.Call)]
                assert not {"tr", "self.tr"} & set(called), (path.name, ast.unparse(text))


def test_no_text_hides_a_character_from_the_translator() -> None:
    for path in (ROOT / "app").rglob("*.py"):
        assert not re.search(r"tr\(\s*f?\"[^\"]*\\N\{", path.read_text()), path.name


def test_commands_and_columns_are_translated(qapp: QApplication) -> None:
    assert translate(qapp, "zh_CN")
    try:
        table = LayerTable()
        known = [command for command, _ in keys_of_views()]
        assert table.columns[0].title == "层"
        assert tr("Calibrate") == "校准"
        assert "空格" in " ".join(known)
    finally:
        for translator in qapp.findChildren(QTranslator):
            qapp.removeTranslator(translator)
            translator.deleteLater()


def test_what_the_engine_says_is_said_in_the_language_of_the_window(qapp: QApplication) -> None:
    told = Sentence("The bias of {0} was corrected.", counted(1, "layer"))
    assert told == said(told) == "The bias of 1 layer was corrected."
    undone = Sentence("Undone, since the outputs give no figure to judge by. {0}", told)
    assert translate(qapp, "zh_CN")
    try:
        assert said(undone).endswith("1 层的偏置已校正。")
        assert said("as it is {0}") == "as it is {0}"
    finally:
        for translator in qapp.findChildren(QTranslator):
            qapp.removeTranslator(translator)
            translator.deleteLater()


def test_errors_are_said_in_the_language_of_the_window(qapp: QApplication) -> None:
    empty = DataError("{0} is empty: array '{1}' has no rows", "{0}.npz", "x")
    told = DataError("no sample could be used: {0}", empty)
    assert (
        str(told)
        == said(told)
        == "no sample could be used: {0}.npz is empty: array 'x' has no rows"
    )
    assert translate(qapp, "zh_CN")
    try:
        assert said(told).startswith("没有样本可用") and said(told).endswith("数组“x”没有行")
        assert said(DataError("as {it} is")) == "as {it} is"
    finally:
        for translator in qapp.findChildren(QTranslator):
            qapp.removeTranslator(translator)
            translator.deleteLater()


def test_no_text_is_looked_up_outside_of_its_class() -> None:
    """The context of `object.tr` is the object's class, which is not where the text was found."""
    for path in (ROOT / "app").rglob("*.py"):
        borrowed = re.findall(r"(?<!self)\.tr\b", path.read_text())
        assert not borrowed, path.name


def test_reasons_of_the_engine_are_translated(qapp: QApplication) -> None:
    texts = {m.findtext("source"): m for m in ET.parse(TEXTS).iter("message")}
    assert all(texts[text].findtext("translation") for text in engine_texts())
    assert set(engine_texts()) <= set(language("zh_CN").texts)
    assert {"Calibrating", "Looking for the layers that cost most"} <= {*engine_texts()}, "progress"
    reason = Reason(Why.TYPE, "the type of '{0}' is unknown", ("{x}",))
    assert translate(qapp, "zh_CN")
    try:
        assert reason_text(reason) == "“{x}”的类型未知"
    finally:
        for translator in qapp.findChildren(QTranslator):
            qapp.removeTranslator(translator)
            translator.deleteLater()
